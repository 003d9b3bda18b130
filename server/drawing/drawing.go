// Package drawing makes a picture of shapes and lines of words once, and
// writes it as SVG, for those who edit it, or as PNG, for those who only show
// it. It knows nothing of maps or of the catalogue.
//
// The two look alike and are not the same to the pixel: an SVG is shown in
// the fonts of whoever opens it, a PNG has been drawn here, with Liberation
// Sans and, for Arabic, DejaVu Sans, its letters joined and its lines ordered
// as the script wants them.
package drawing

import "sync"

// A Drawing is a picture under way. Its zero value is not ready: see [New]. It
// is for one goroutine at a time.
type Drawing struct {
	lang   string
	w, h   float64
	marks  []any // circle, path, Words, window, shut
	setter func() *typesetter
}

// New begins a picture of a size in pixels, on white, with words in a language
// (BCP 47).
func New(w, h float64, lang string) *Drawing {
	d := &Drawing{lang: lang, w: w, h: h, setter: sync.OnceValue(newTypesetter)}
	d.Rect(0, 0, w, h, Paint{Fill: "#ffffff"})
	return d
}

// Paint is how a shape is coloured. Colours are "#rrggbb"; "" is none.
type Paint struct {
	Fill, Stroke string
	Width, Dash  float64 // of the stroke; no dashes with 0
	Title        string  // what the shape is, for those who hear an SVG read out
}

// Words are one line of text.
type Words struct {
	Text   string
	X, Y   float64 // of the baseline at the anchor
	Size   float64
	Bold   bool
	Fill   string
	Halo   float64 // width of a white edge around the letters, which sets them off
	Anchor Anchor
	RTL    bool
}

// An Anchor is which end of a line of text stands at its point.
type Anchor string

// The anchors. The start of a text that runs to the left is its right end.
const (
	Start  Anchor = ""
	Middle Anchor = "middle"
	End    Anchor = "end"
)

type (
	circle struct {
		x, y, r float64
		paint   Paint
	}
	path struct {
		d     string
		paint Paint
	}
	// A window shows a part of a plane of its own; what hangs over its edge
	// is cut.
	window struct{ x, y, w, h, x0, y0, x1, y1 float64 }
	shut   struct{}
)

// Rect draws a rectangle.
func (d *Drawing) Rect(x, y, w, h float64, p Paint) {
	d.Path("M"+num(x)+" "+num(y)+"l"+num(w)+" 0 0 "+num(h)+" "+num(-w)+" 0z", p)
}

// Circle draws a circle.
func (d *Drawing) Circle(x, y, r float64, p Paint) { d.marks = append(d.marks, circle{x, y, r, p}) }

// Path draws lines in the short form of SVG that outlines are kept in: each
// begins with an absolute "M x y", goes on with relative steps, "l dx dy …",
// and ends with "z" where it is closed. What cannot be read is left out of a
// PNG.
func (d *Drawing) Path(data string, p Paint) {
	if data != "" {
		d.marks = append(d.marks, path{data, p})
	}
}

// Write draws a line of text.
func (d *Drawing) Write(w Words) { d.marks = append(d.marks, w) }

// Width is how wide a line of text is in a PNG, in the units of its size.
func (d *Drawing) Width(w Words) float64 {
	const size = 64
	_, width := d.setter().set(w, d.lang, size)
	return width * w.Size / size
}

// Window begins a part of the picture, x, y, w and h in pixels, that shows the
// part from x0, y0 to x1, y1 of another plane. Until [Drawing.Shut], all
// numbers are of that plane.
func (d *Drawing) Window(x, y, w, h, x0, y0, x1, y1 float64) {
	d.marks = append(d.marks, window{x, y, w, h, x0, y0, x1, y1})
}

// Shut ends a window.
func (d *Drawing) Shut() { d.marks = append(d.marks, shut{}) }
