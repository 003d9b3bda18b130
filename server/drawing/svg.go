package drawing

import (
	"encoding/xml"
	"fmt"
	"math"
	"strconv"
	"strings"
)

const fonts = "system-ui, 'Segoe UI', Roboto, 'Noto Sans', 'Noto Sans Arabic', Tahoma, Arial, sans-serif"

// SVG is the picture with presentation attributes alone: no style sheet, no
// links and no fonts of its own, so that slide programs read it.
func (d *Drawing) SVG() []byte {
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" xml:lang="%s" width="%s" height="%s" viewBox="0 0 %s %s" font-family="%s">`,
		d.lang, num(d.w), num(d.h), num(d.w), num(d.h), fonts)
	for _, m := range d.marks {
		switch m := m.(type) {
		case circle:
			fmt.Fprintf(&b, `<circle cx="%s" cy="%s" r="%s"%s`, num(m.x), num(m.y), num(m.r), m.paint.attributes())
			m.paint.shut(&b, "circle")
		case path:
			fmt.Fprintf(&b, `<path d="%s"%s`, m.d, m.paint.attributes())
			m.paint.shut(&b, "path")
		case Words:
			m.svg(&b)
		case window:
			fmt.Fprintf(&b, `<svg x="%s" y="%s" width="%s" height="%s" viewBox="%s %s %s %s">`,
				num(m.x), num(m.y), num(m.w), num(m.h), num(m.x0), num(m.y0), num(m.x1-m.x0), num(m.y1-m.y0))
		case shut:
			b.WriteString("</svg>")
		}
	}
	b.WriteString("</svg>\n")
	return []byte(b.String())
}

func (p Paint) attributes() string {
	fill := p.Fill
	if fill == "" {
		fill = "none"
	}
	a := ` fill="` + fill + `"`
	if p.Stroke != "" {
		a += ` stroke="` + p.Stroke + `" stroke-width="` + num(p.Width) + `"`
	}
	if p.Dash > 0 {
		a += ` stroke-dasharray="` + num(p.Dash) + `"`
	}
	return a
}

func (p Paint) shut(b *strings.Builder, element string) {
	if p.Title == "" {
		b.WriteString("/>")
		return
	}
	b.WriteString("><title>" + escaped(p.Title) + "</title></" + element + ">")
}

// svg writes the words at the size of twelve, brought to theirs by a
// transformation: some programs do not show letters of less than a pixel, and
// a plane may have those.
func (w Words) svg(b *strings.Builder) {
	const size = 12
	weight, extra := 400, ""
	if w.Bold {
		weight = 600
	}
	if w.Anchor != Start {
		extra += ` text-anchor="` + string(w.Anchor) + `"`
	}
	if w.RTL {
		extra += ` direction="rtl"`
	}
	// The halo is a text of its own: not every program knows paint-order.
	if w.Halo > 0 {
		w.element(b, size, weight, extra+` stroke="#ffffff" stroke-width="`+num(w.Halo*size/w.Size)+`" stroke-linejoin="round"`)
	}
	w.element(b, size, weight, extra)
}

func (w Words) element(b *strings.Builder, size float64, weight int, extra string) {
	fmt.Fprintf(b, `<text transform="translate(%s %s)scale(%s)" font-size="%s" font-weight="%d" fill="%s"%s>%s</text>`,
		num(w.X), num(w.Y), strconv.FormatFloat(w.Size/size, 'g', 4, 64), num(size), weight, w.Fill, extra, escaped(w.Text))
}

func escaped(text string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(text)) // a builder takes everything
	return b.String()
}

// num writes a number with two decimals at most.
func num(n float64) string {
	return strconv.FormatFloat(math.Round(n*100)/100+0, 'f', -1, 64)
}
