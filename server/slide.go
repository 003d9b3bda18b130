package server

import (
	"cmp"
	"encoding/xml"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/gin-gonic/gin"

	"opendoor/search"
)

// A slide is the map of a query as a picture to put into a talk or a paper:
// 1920 by 1080, light colours on white, with everything that has to go with
// it: what it shows, of when, the shades with their numbers, the disclaimer,
// the sources and the licence. It has no links, no style sheet and no fonts of
// its own, so that slide programs read it.

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
	slideFont  = "system-ui, 'Segoe UI', Roboto, 'Noto Sans', 'Noto Sans Arabic', Tahoma, Arial, sans-serif"
)

// asDownload names the file under which a slide is kept:
// open-door-map-americas-2026-11-21.svg.
func (s *Server) asDownload(lang string) gin.HandlerFunc {
	return func(c *gin.Context) {
		z := zoomOf(search.ParseQuery(c.Request.URL.Query(), lang))
		c.Header("Content-Disposition", fmt.Sprintf(`attachment; filename="open-door-map-%s-%s.svg"`, z.name(), s.options.Now().Format("2006-01-02")))
		c.Next()
	}
}

// slide serves the map of a query as a picture.
func slide(v *visit) (page, error) {
	q, list, err := v.everyMatch()
	if err != nil {
		return page{}, err
	}
	c := v.chart(q, list)
	d := &drawing{rtl: v.dir == "rtl"}
	d.open(v)

	title := v.zoomName(c.zoom)
	if c.zoom == (zoom{}) {
		title = v.say("map.title")
	}
	d.line(slideMargin, 84, 44, slideInk, 700, title)
	sub := v.mapCount(c, list)
	if words := v.queryWords(q); words != "" {
		sub = v.say("map.filters", "filters", words) + " · " + sub
	}
	for i, line := range wrap(sub, 26, slideWidth-2*slideMargin)[:1] {
		d.line(slideMargin, 134+34*float64(i), 26, slideQuiet, 400, line)
	}
	d.chart(c)
	y := d.legend(v, c)
	note := append([]string{v.say("map.disclaimer")}, v.footnotes(byCountry(list))...)
	for _, line := range wrap(strings.Join(note, " "), 18, slideWidth-2*slideMargin) {
		d.line(slideMargin, y, 18, slideQuiet, 400, line)
		y += 26
	}
	address := cmp.Or(v.base, "") + v.listURL(q, "map")
	d.line(slideMargin, y, 18, slideQuiet, 400, v.say("site.name")+". "+v.say("footer.reuse")+" "+v.say("map.credit"))
	d.line(slideMargin, y+26, 18, slideQuiet, 400, v.say("map.as_of", "date", v.set.Date(v.lang, v.now.Year(), int(v.now.Month()), v.now.Day()))+" · \u2066"+address+"\u2069")
	d.b.WriteString("</svg>\n")
	return page{body: []byte(d.b.String()), mime: svgType}, nil
}

// A drawing is an SVG under way.
type drawing struct {
	b   strings.Builder
	rtl bool
}

func (d *drawing) open(v *visit) {
	fmt.Fprintf(&d.b, `<svg xmlns="http://www.w3.org/2000/svg" xml:lang="%s" width="%.0f" height="%.0f" viewBox="0 0 %.0f %.0f" font-family="%s">`,
		v.lang, slideWidth, slideHeight, slideWidth, slideHeight, slideFont)
	d.printf(`<rect width="%.0f" height="%.0f" fill="#fff"/>`, slideWidth, slideHeight)
}

func (d *drawing) printf(format string, args ...any) { fmt.Fprintf(&d.b, format, args...) }

// line writes a line of text from the side where reading begins.
func (d *drawing) line(x, y, size float64, fill string, weight int, text string) {
	extra := ""
	if d.rtl {
		// In a text that runs to the left, start is its right end.
		x, extra = slideWidth-x, ` direction="rtl"`
	}
	d.printf(`<text x="%.0f" y="%.0f" font-size="%.0f" font-weight="%d" fill="%s"%s>%s</text>`, x, y, size, weight, fill, extra, escaped(text))
}

func escaped(text string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(text)) // a builder takes everything
	return b.String()
}

// wrap breaks a text into lines that fit a width, by about how wide its letters
// are.
func wrap(text string, size, width float64) []string {
	each := 0.54 * size
	var lines []string
	line := ""
	for _, word := range strings.Fields(text) {
		if line != "" && float64(utf8.RuneCountInString(line+" "+word))*each > width {
			lines = append(lines, line)
			line = ""
		}
		line = strings.TrimSpace(line + " " + word)
	}
	return append(lines, line)
}

// chart draws the map in the middle of its room.
func (d *drawing) chart(c *chart) {
	// The room of the map has its very shape: what hangs over its edge is cut.
	w, h := slideWidth-2*slideMargin, slideBottom-slideTop
	w, h = min(w, h*c.box.Width()/c.box.Height()), min(h, w*c.box.Height()/c.box.Width())
	d.printf(`<svg x="%.0f" y="%.0f" width="%.1f" height="%.1f" viewBox="%s"><rect x="%s" y="%s" width="%s" height="%s" fill="#eaf1f3"/>`,
		(slideWidth-w)/2, slideTop+(slideBottom-slideTop-h)/2, w, h, c.View, short(c.box.X0, 1), short(c.box.Y0, 1), short(c.box.Width(), 1), short(c.box.Height(), 1))
	edge := fmt.Sprintf(`stroke="#fff" stroke-width="%s"`, short(0.6*c.unit, 2))
	d.printf(`<path d="%s" fill="%s" %s/>`, c.Land, slideShades["m0"], edge)
	for _, a := range c.Areas {
		d.printf(`<path d="%s" fill="%s" %s><title>%s</title></path>`, a.D, slideShades[a.Class], edge, escaped(a.Label))
	}
	if c.Unsettled != "" {
		d.printf(`<path d="%s" fill="none" stroke="%s" stroke-width="%s" stroke-dasharray="%s"/>`, c.Unsettled, slideQuiet, short(c.unit, 2), short(3*c.unit, 2))
	}
	for _, m := range c.Rings {
		d.printf(`<circle transform="%s" r="%s" fill="#fff" stroke="%s" stroke-width="2.5"><title>%s</title></circle>`, m.Move, m.R, slideShades["m4"], escaped(m.Label))
	}
	for _, n := range c.Names {
		fill, weight := slideInk, 600
		if n.Class == "nation" {
			fill, weight = slideQuiet, 500
		}
		anchor, direction := "", ""
		if n.Anchor != "" {
			anchor = fmt.Sprintf(` text-anchor="%s"`, n.Anchor)
		}
		if n.RTL {
			direction = ` direction="rtl"`
		}
		// The halo is a text of its own: not every program knows paint-order.
		for _, halo := range []string{` stroke="#fff" stroke-width="3" stroke-linejoin="round"`, ""} {
			d.printf(`<text transform="%s" font-size="12" font-weight="%d" fill="%s"%s%s%s>%s</text>`, n.Move, weight, fill, anchor, direction, halo, escaped(n.Text))
		}
	}
	for _, m := range c.Circles {
		d.printf(`<g transform="%s"><title>%s</title><circle r="%s" fill="%s" stroke="#fff" stroke-width="1.5"/>`, m.Move, escaped(m.Label), m.R, slideDot)
		if m.Count != "" {
			d.printf(`<text y="4.7" font-size="13" font-weight="700" fill="#fff" text-anchor="middle">%s</text>`, escaped(m.Count))
		}
		d.b.WriteString("</g>")
	}
	d.b.WriteString("</svg>")
}

// legend draws the shades and signs, in a row or two, and gives the height at which
// what follows may begin.
func (d *drawing) legend(v *visit, c *chart) float64 {
	const size = 20.0
	x, y := slideMargin, slideBottom+44
	long := func(s string) float64 { return float64(utf8.RuneCountInString(s)) * 0.52 * size }
	at := func(w float64) float64 { // where a thing so wide stands
		if d.rtl {
			return slideWidth - x - w
		}
		return x
	}
	text := func(s string, gap float64) {
		d.line(x, y, size, slideQuiet, 400, s)
		x += long(s) + gap
	}
	// room begins a new row where a sign and its words have none in this.
	room := func(s string) {
		if x+46+long(s) > slideWidth-slideMargin {
			x, y = slideMargin, y+34
		}
	}
	if c.zoom.country == "" {
		text(v.say("map.per_country"), 16)
		for _, s := range v.legend() {
			d.printf(`<rect x="%.0f" y="%.0f" width="40" height="20" fill="%s" stroke="#7d8f95"/>`, at(40), y-16, slideShades[s.Class])
			x += 50
			text(s.Label, 22)
		}
		x += 20
	}
	room(v.say("map.key_places"))
	d.printf(`<circle cx="%.0f" cy="%.0f" r="13" fill="%s"/>`, at(26)+13, y-7, slideDot)
	x += 36
	text(v.say("map.key_places"), 30)
	if len(c.Rings) > 0 {
		room(v.say("map.key_small"))
		d.printf(`<circle cx="%.0f" cy="%.0f" r="8" fill="#fff" stroke="%s" stroke-width="4"/>`, at(20)+10, y-7, slideShades["m4"])
		x += 30
		text(v.say("map.key_small"), 30)
	}
	if c.Unsettled != "" {
		room(v.say("map.key_unsettled"))
		d.printf(`<path d="M%.0f %.0fh36" stroke="%s" stroke-width="2" stroke-dasharray="6 6"/>`, at(36), y-7, slideQuiet)
		x += 46
		text(v.say("map.key_unsettled"), 0)
	}
	return y + 46
}
