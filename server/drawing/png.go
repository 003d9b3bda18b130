package drawing

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"strconv"
	"strings"

	"github.com/go-text/typesetting/font/opentype"
)

// PNG is the picture in pixels. It takes about a quarter of a second for a map
// of the world of 1920 by 1080, and some 10 MB while it is made.
func (d *Drawing) PNG() ([]byte, error) {
	img := image.NewRGBA(image.Rect(0, 0, int(d.w), int(d.h)))
	whole := plane{scale: 1, clip: img.Bounds()}
	at := whole
	for _, m := range d.marks {
		switch m := m.(type) {
		case window:
			at = plane{
				x: m.x, y: m.y, x0: m.x0, y0: m.y0, scale: m.w / (m.x1 - m.x0),
				clip: image.Rect(int(m.x+0.5), int(m.y+0.5), int(m.x+m.w+0.5), int(m.y+m.h+0.5)).Intersect(img.Bounds()),
			}
		case shut:
			at = whole
		case circle:
			at.paint(img, []line{round(m.x, m.y, m.r)}, m.paint)
		case path:
			at.paint(img, readPath(m.d), m.paint)
		case Words:
			at.write(img, d.setter(), m, d.lang)
		}
	}
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// A plane is what coordinates mean: which point of it lies at which pixel, and
// within which it may be painted.
type plane struct {
	x, y, x0, y0, scale float64
	clip                image.Rectangle
}

func (p plane) at(q point) point { return point{p.x + (q.x-p.x0)*p.scale, p.y + (q.y-p.y0)*p.scale} }

func (p plane) moved(lines []line) []line {
	out := make([]line, len(lines))
	for i, l := range lines {
		out[i] = line{make([]point, len(l.points)), l.closed}
		for j, q := range l.points {
			out[i].points[j] = p.at(q)
		}
	}
	return out
}

func (p plane) paint(img *image.RGBA, lines []line, paint Paint) {
	lines = p.moved(lines)
	if c, ok := colour(paint.Fill); ok {
		fill(img, p.clip, lines, c)
	}
	if c, ok := colour(paint.Stroke); ok {
		fill(img, p.clip, stroked(dashed(lines, paint.Dash*p.scale), paint.Width*p.scale), c)
	}
}

func (p plane) write(img *image.RGBA, set *typesetter, w Words, lang string) {
	letters, width := set.set(w, lang, w.Size*p.scale)
	at := p.at(point{w.X, w.Y})
	toLeft := w.Anchor == End && !w.RTL || w.Anchor == Start && w.RTL
	switch {
	case w.Anchor == Middle:
		at.x -= width / 2
	case toLeft:
		at.x -= width
	}
	var lines []line
	for _, l := range letters {
		for _, s := range l.outline.Segments {
			to := func(i int) point {
				return point{at.x + l.x + float64(s.Args[i].X)*l.scale, at.y + l.y - float64(s.Args[i].Y)*l.scale}
			}
			if s.Op == opentype.SegmentOpMoveTo {
				lines = append(lines, line{[]point{to(0)}, true})
				continue
			}
			own := &lines[len(lines)-1]
			switch s.Op {
			case opentype.SegmentOpLineTo:
				own.points = append(own.points, to(0))
			case opentype.SegmentOpQuadTo:
				own.bend(to(0), to(0), to(1), 2.0/3)
			case opentype.SegmentOpCubeTo:
				own.bend(to(0), to(1), to(2), 1)
			}
		}
	}
	if w.Halo > 0 {
		fill(img, p.clip, stroked(lines, w.Halo*p.scale), color.RGBA{255, 255, 255, 255})
	}
	if c, ok := colour(w.Fill); ok {
		fill(img, p.clip, lines, c)
	}
}

// colour reads "#rrggbb".
func colour(s string) (color.RGBA, bool) {
	n, err := strconv.ParseUint(strings.TrimPrefix(s, "#"), 16, 32)
	if err != nil || len(s) != 7 {
		return color.RGBA{}, false
	}
	return color.RGBA{uint8(n >> 16), uint8(n >> 8), uint8(n), 255}, true
}
