package server

import (
	"fmt"
	"strings"

	"github.com/gin-gonic/gin"

	"opendoor/practices"
	"opendoor/search"
	"opendoor/server/drawing"
)

// A slide is the map of a query as a picture to put into a talk or a paper:
// 1920 by 1080, light colours on white, with everything that has to go with
// it: what it shows, of when, the shades with their numbers, the disclaimer,
// the sources and the licence. It is offered as SVG, which can be edited, and as
// PNG, which every program shows.

const (
	slideWidth, slideHeight = 1920.0, 1080.0
	slideMargin             = 60.0
	slideTop, slideBottom   = 190.0, 850.0 // of the map
)

// The light colours of the map; on a slide there is no dark.
var slideShades = map[string]string{"m0": "#dce2e0", "m1": "#a8d0d1", "m2": "#83b6ba", "m3": "#428b96", "m4": "#14596a"}

const (
	slideInk   = "#14242b"
	slideQuiet = "#4a5b62"
	slideDot   = "#b44a1c"
)

// The forms in which a slide is offered, by the end of its address.
var slideForms = map[string]func(*drawing.Drawing) (body []byte, mime string, err error){
	"svg": func(d *drawing.Drawing) ([]byte, string, error) { return d.SVG(), svgType, nil },
	"png": func(d *drawing.Drawing) ([]byte, string, error) {
		painting <- struct{}{}
		defer func() { <-painting }()
		body, err := d.PNG()
		return body, "image/png", err
	},
}

// painting lets two slides at a time be made pixels of: each takes a core and
// some 10 MB, and readers of pages come first.
var painting = make(chan struct{}, 2)

// asDownload names the file under which a slide is kept:
// open-door-map-americas-2026-11-21.svg.
func (s *Server) asDownload(lang, form string) gin.HandlerFunc {
	return func(c *gin.Context) {
		z := zoomOf(search.ParseQuery(c.Request.URL.Query(), lang))
		c.Header("Content-Disposition", fmt.Sprintf(`attachment; filename="open-door-map-%s-%s.%s"`, z.name(), s.options.Now().Format("2006-01-02"), form))
		c.Next()
	}
}

// slide serves the map of a query as a picture, in one of its forms.
func slide(form string) view {
	return func(v *visit) (page, error) {
		q, list, err := v.everyMatch()
		if err != nil {
			return page{}, err
		}
		body, mime, err := slideForms[form](v.slide(q, list))
		return page{body: body, mime: mime}, err
	}
}

// slide draws the map of a query with all that goes with it.
func (v *visit) slide(q search.Query, list []*practices.Practice) *drawing.Drawing {
	c := v.chart(q, list)
	w := slideWords{title: v.zoomName(c.zoom), said: v.mapCount(c, list), notes: v.footnotes(c.counts), address: v.listURL(q, "map")}
	if c.zoom == (zoom{}) {
		w.title = v.say("map.title")
	}
	if words := v.queryWords(q); words != "" {
		w.said = v.say("map.filters", "filters", words) + " · " + w.said
	}
	return v.slideOf(c, w)
}

// slideWords are what a slide says of its map.
type slideWords struct {
	title, said string
	notes       []string // after the disclaimer
	address     string   // of the page, on this site
}

// slideOf draws a map with its words.
func (v *visit) slideOf(c *chart, w slideWords) *drawing.Drawing {
	d := &slideDrawing{drawing.New(slideWidth, slideHeight, v.lang), v.dir == "rtl", slideWidth}
	d.line(slideMargin, 84, 44, slideInk, true, w.title)
	d.line(slideMargin, 134, 26, slideQuiet, false, d.wrap(w.said, 26, slideWidth-2*slideMargin)[0])
	d.chart(c)
	y := d.legend(v, c)
	for _, line := range d.wrap(strings.Join(append([]string{v.say("map.disclaimer")}, w.notes...), " "), 18, slideWidth-2*slideMargin) {
		d.line(slideMargin, y, 18, slideQuiet, false, line)
		y += 26
	}
	d.line(slideMargin, y, 18, slideQuiet, false, v.say("site.name")+". "+v.say("footer.reuse")+" "+v.say("map.credit"))
	d.line(slideMargin, y+26, 18, slideQuiet, false, v.say("map.as_of", "date", v.set.Date(v.lang, v.now.Year(), int(v.now.Month()), v.now.Day()))+" · \u200e"+v.base+w.address+"\u200e")
	return d.Drawing
}

// A slideDrawing is a slide under way: a drawing whose lines begin where
// reading does.
type slideDrawing struct {
	*drawing.Drawing
	rtl   bool
	width float64
}

func (d *slideDrawing) line(x, y, size float64, fill string, bold bool, text string) {
	if d.rtl {
		x = d.width - x
	}
	d.Write(drawing.Words{Text: text, X: x, Y: y, Size: size, Fill: fill, Bold: bold, RTL: d.rtl})
}

// wrap breaks a text into lines that fit a width.
func (d *slideDrawing) wrap(text string, size, width float64) []string {
	return wrapped(text, func(line string) bool { return d.long(line, size) <= width })
}

// wrapped breaks a text into lines that fit; a word is never broken.
func wrapped(text string, fits func(line string) bool) []string {
	var lines []string
	line := ""
	for _, word := range strings.Fields(text) {
		if line != "" && !fits(line+" "+word) {
			lines = append(lines, line)
			line = ""
		}
		line = strings.TrimSpace(line + " " + word)
	}
	return append(lines, line)
}

// long is how much room a text needs, with some to spare for whoever sees it
// in wider letters than ours.
func (d *slideDrawing) long(text string, size float64) float64 {
	return 1.06 * d.Width(drawing.Words{Text: text, Size: size, RTL: d.rtl})
}

// chart draws the map in the middle of its room.
func (d *slideDrawing) chart(c *chart) {
	// The room of the map has its very shape: what hangs over its edge is cut.
	w, h := slideWidth-2*slideMargin, slideBottom-slideTop
	w, h = min(w, h*c.box.Width()/c.box.Height()), min(h, w*c.box.Height()/c.box.Width())
	d.Window((slideWidth-w)/2, slideTop+(slideBottom-slideTop-h)/2, w, h, c.box.X0, c.box.Y0, c.box.X1, c.box.Y1)
	d.Rect(c.box.X0, c.box.Y0, c.box.Width(), c.box.Height(), drawing.Paint{Fill: "#eaf1f3"})
	land := func(fill, title string) drawing.Paint {
		return drawing.Paint{Fill: fill, Stroke: "#ffffff", Width: 0.6 * c.unit, Title: title}
	}
	d.Path(c.Land, land(slideShades["m0"], ""))
	for _, a := range c.Areas {
		d.Path(a.D, land(slideShades[a.Class], a.Label))
	}
	d.Path(c.Unsettled, drawing.Paint{Stroke: slideQuiet, Width: c.unit, Dash: 3 * c.unit})
	for _, m := range c.Rings {
		d.Circle(m.x, m.y, m.r, drawing.Paint{Fill: "#ffffff", Stroke: slideShades["m4"], Width: 2.5 * c.unit, Title: m.Label})
	}
	for _, a := range c.Arcs {
		d.Path(a.Line, drawing.Paint{Stroke: slideDot, Width: 2 * c.unit})
		d.Path(a.Tip, drawing.Paint{Fill: slideDot})
	}
	for _, n := range c.Names {
		fill := slideInk
		if n.Class == "nation" {
			fill = slideQuiet
		}
		d.Write(drawing.Words{Text: n.Text, X: n.x, Y: n.y, Size: letterSize * c.unit, Fill: fill, Bold: n.Class != "nation", Halo: 3 * c.unit, Anchor: drawing.Anchor(n.Anchor), RTL: n.RTL})
	}
	for _, m := range c.Circles {
		d.Circle(m.x, m.y, m.r, drawing.Paint{Fill: slideDot, Stroke: "#ffffff", Width: 1.5 * c.unit, Title: m.Label})
		if m.Count != "" {
			d.Write(drawing.Words{Text: m.Count, X: m.x, Y: m.y + 4.7*c.unit, Size: 13 * c.unit, Fill: "#ffffff", Bold: true, Anchor: drawing.Middle})
		}
	}
	d.Shut()
}

// legend draws the shades and signs, in a row or two, and gives the height at which
// what follows may begin.
func (d *slideDrawing) legend(v *visit, c *chart) float64 {
	const size = 20.0
	x, y := slideMargin, slideBottom+44
	at := func(w float64) float64 { // where a thing so wide stands
		if d.rtl {
			return slideWidth - x - w
		}
		return x
	}
	text := func(s string, gap float64) {
		d.line(x, y, size, slideQuiet, false, s)
		x += d.long(s, size) + gap
	}
	// room begins a new row where a sign and its words have none in this.
	room := func(s string) {
		if x+46+d.long(s, size) > slideWidth-slideMargin {
			x, y = slideMargin, y+34
		}
	}
	if c.zoom.country == "" && len(c.Arcs) == 0 {
		text(v.say("map.per_country"), 16)
		for _, s := range v.legend() {
			d.Rect(at(40), y-16, 40, 20, drawing.Paint{Fill: slideShades[s.Class], Stroke: "#7d8f95", Width: 1})
			x += 50
			text(s.Label, 22)
		}
		x += 20
	}
	if len(c.Arcs) > 0 {
		d.Path(fmt.Sprintf("M%.0f %.0fl36 0", at(36), y-7), drawing.Paint{Stroke: slideDot, Width: 3})
		x += 46
		text(v.say("map.key_arcs"), 34)
	}
	room(v.say("map.key_places"))
	d.Circle(at(26)+13, y-7, 13, drawing.Paint{Fill: slideDot})
	x += 36
	text(v.say("map.key_places"), 34)
	if len(c.Rings) > 0 {
		room(v.say("map.key_small"))
		d.Circle(at(20)+10, y-7, 8, drawing.Paint{Fill: "#ffffff", Stroke: slideShades["m4"], Width: 4})
		x += 30
		text(v.say("map.key_small"), 34)
	}
	if c.Unsettled != "" {
		room(v.say("map.key_unsettled"))
		d.Path(fmt.Sprintf("M%.0f %.0fl36 0", at(36), y-7), drawing.Paint{Stroke: slideQuiet, Width: 2, Dash: 6})
		x += 46
		text(v.say("map.key_unsettled"), 0)
	}
	return y + 46
}
