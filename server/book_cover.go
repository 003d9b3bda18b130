package server

import (
	"opendoor/server/drawing"
)

const (
	coverWidth, coverHeight = 900.0, 1200.0
	coverMargin             = 80.0
	coverGround             = "#0c4654"
	coverSun                = "#f4b63f"
)

// cover draws the cover of a book: the mark, the title and the name of the
// site, by which a book is known among others.
func (v *visit) cover(l *lesson) ([]byte, error) {
	d := &slideDrawing{drawing.New(coverWidth, coverHeight, l.Lang), dirOf(l.Lang) == "rtl", coverWidth}
	d.Rect(0, 0, coverWidth, coverHeight, drawing.Paint{Fill: coverGround})
	d.mark(coverMargin, 90, 6)
	size := 66.0
	title := func() []string {
		return wrapped(l.Title, func(line string) bool {
			return d.Width(drawing.Words{Text: line, Size: size, Bold: true, RTL: d.rtl}) <= coverWidth-2*coverMargin
		})
	}
	lines := title()
	for len(lines) > 7 && size > 30 { // of 120 letters at most
		size -= 6
		lines = title()
	}
	y := 420.0
	for _, line := range lines {
		d.line(coverMargin, y, size, "#ffffff", true, line)
		y += 1.22 * size
	}
	d.Rect(coverMargin, y-size/2, coverWidth-2*coverMargin, 3, drawing.Paint{Fill: coverSun})
	d.line(coverMargin, y+size*.6, 30, "#c9dfe2", false, v.say("workshop.tally", "n", len(l.Cases)))
	d.line(coverMargin, coverHeight-112, 36, "#ffffff", true, v.say("site.name"))
	d.line(coverMargin, coverHeight-68, 24, "#c9dfe2", false, v.say("site.strapline"))
	painting <- struct{}{}
	defer func() { <-painting }()
	return d.PNG()
}

// mark draws the open door, at a scale, where a line begins.
func (d *slideDrawing) mark(x, y, scale float64) {
	if d.rtl {
		x = d.width - x - 30*scale
	}
	d.Window(x-scale, y-scale, 32*scale, 38*scale, -1, -1, 31, 37)
	d.Path("M4.5 32l0 -29 21 0 0 29", drawing.Paint{Stroke: "#ffffff", Width: 2.4})
	d.Path("M4.5 3l12.5 4.6 0 28.4 -12.5 -4z", drawing.Paint{Fill: coverSun})
	d.Circle(13.8, 21.5, 1.4, drawing.Paint{Fill: coverGround})
	d.Path("M0 32l30 0", drawing.Paint{Stroke: "#ffffff", Width: 2.4})
	d.Shut()
}
