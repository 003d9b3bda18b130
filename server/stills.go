package server

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"slices"
	"strings"

	"github.com/gin-gonic/gin"

	"opendoor/practices"
	"opendoor/regions"
)

// A still is a small map without words or links, the same in every language:
// a picture on the home page, on profiles and on entries, where the page says
// in words what it shows. It is a file of its own, so that the page it stands
// on is there first.

// stillStyle are the colours of a still, which follows the page into the dark.
// They are those of the tokens in the style sheet of the map.
const stillStyle = `path{fill:#dce2e0;stroke:#fff;stroke-width:.6;vector-effect:non-scaling-stroke}` +
	`.u{fill:none;stroke:#4a5b62;stroke-width:1;stroke-dasharray:3 3}` +
	`.a{fill:none;stroke:#b44a1c;stroke-width:1.5}.t{fill:#b44a1c;stroke:none}` +
	`circle{fill:#b44a1c;stroke:#fff;stroke-width:1.5;vector-effect:non-scaling-stroke}.m1{fill:#a8d0d1}.m2{fill:#83b6ba}.m3{fill:#428b96}.m4{fill:#14596a}.r{stroke-width:.8}` +
	`@media (prefers-color-scheme:dark){path{fill:#2c3a3f;stroke:#0f191d}.u{fill:none;stroke:#aebdc0}` +
	`circle{fill:#f29a63;stroke:#0f191d}.a{fill:none;stroke:#f29a63}.t{fill:#f29a63;stroke:none}.m1{fill:#2e5660}.m2{fill:#38798a}.m3{fill:#58a5b3}.m4{fill:#a2dbe2}}` +
	`@media print{path{fill:#dce2e0;stroke:#fff}.a,.u{fill:none;stroke:#4a5b62}}`

// stillPolicy lets a still have its one style, and nothing else.
var stillPolicy = func() string {
	sum := sha256.Sum256([]byte(stillStyle))
	return "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
}()

// asStill gives stills their own content policy.
func asStill(c *gin.Context) {
	c.Header("Content-Security-Policy", stillPolicy)
	c.Next()
}

const svgType = "image/svg+xml; charset=utf-8"

// stillOf serves the still of the world, a region or a country.
func stillOf(v *visit) (page, error) {
	name, ok := strings.CutSuffix(v.params["name"], ".svg")
	z, known := zoomNamed(name)
	if !ok || !known {
		return page{}, fmt.Errorf("picture %q: %w", v.params["name"], errNoPage)
	}
	var spots []*spot
	if z.country != "" {
		spots = v.places().spots(v.catalogue.InCountry(z.country))
		spots = slices.DeleteFunc(spots, func(s *spot) bool { return s.country != z.country })
	}
	counts := v.catalogue.Countries()
	for code := range counts {
		if !z.has(code) {
			delete(counts, code)
		}
	}
	return v.still(z.frame(spots), z.levelsFor(z.frame(spots)), counts, spots, nil), nil
}

// zoomNamed is the map that a name in an address stands for.
func zoomNamed(name string) (zoom, bool) {
	if name == "world" {
		return zoom{}, true
	}
	if _, ok := regions.RegionView(regions.RegionID(name)); ok {
		return zoom{region: regions.RegionID(name)}, true
	}
	c, ok := regions.Lookup(regions.Code(strings.ToUpper(name)))
	if _, onMap := regions.PointOf(c.Code); !ok || !onMap || name != strings.ToLower(name) {
		return zoom{}, false
	}
	return zoom{region: c.Region, country: c.Code}, true
}

// stillOfPractice serves the still of an entry: its country with its places
// marked. An entry without places has none.
func stillOfPractice(v *visit) (page, error) {
	p, err := v.catalogue.Get(v.params["id"])
	if err != nil {
		return page{}, err
	}
	if p.Withdrawn() {
		return page{}, goneError{p.ID, p.Review.Why}
	}
	spots := v.places().spots([]*practices.Practice{p})
	if len(spots) == 0 {
		return page{}, fmt.Errorf("picture of %s: %w", p.ID, errNoPage)
	}
	counts := map[regions.Code]int{}
	var box regions.Box
	grow := func(b regions.Box) {
		if box == (regions.Box{}) {
			box = b
		}
		box = box.Union(b)
	}
	for _, s := range spots {
		grow(regions.Box{X0: s.at.X, Y0: s.at.Y, X1: s.at.X, Y1: s.at.Y})
		if s.country != "" && counts[s.country] == 0 {
			counts[s.country] = 1
			grow(countryFrame(s.country))
		}
	}
	box = box.Padded(max(box.Width(), box.Height())/12).Shaped(40, narrowest, widest)
	return v.still(box, zoom{country: "?"}.levelsFor(box), counts, spots, nil), nil
}

// stillWidth is how wide a still is shown, in pixels.
const stillWidth = 400

// maxStill is how many bytes of outlines a still may have before it makes do
// with coarser ones.
const maxStill = 16_000

func (v *visit) still(box regions.Box, levels []regions.Level, counts map[regions.Code]int, spots []*spot, arcs []arc) page {
	unit := box.Width() / stillWidth
	var land, own, unsettled, b strings.Builder
	for i, level := range levels {
		land.Reset()
		own.Reset()
		a := regions.At(level)
		for j := range a.Shapes {
			s := &a.Shapes[j]
			d := s.Path(box, unit/3)
			if n := counts[s.Code]; n > 0 && d != "" {
				if len(spots) > 0 {
					n = 1 // one shade under the places
				}
				fmt.Fprintf(&own, `<path class="%s" d="%s"/>`, class(n), d)
			} else {
				land.WriteString(d)
			}
		}
		for j := range a.NoCountry {
			land.WriteString(a.NoCountry[j].Path(box, unit/3))
		}
		if land.Len()+own.Len() > maxStill && i < len(levels)-1 {
			continue
		}
		for _, u := range a.Unsettled {
			unsettled.WriteString(u.Path(box, unit/3))
		}
		break
	}
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%s" viewBox="%s"><style>%s</style>`,
		stillWidth, short(stillWidth*box.Height()/box.Width(), 0), viewBox(box), stillStyle)
	fmt.Fprintf(&b, `<path d="%s"/>%s`, land.String(), own.String())
	if d := unsettled.String(); d != "" {
		fmt.Fprintf(&b, `<path class="u" d="%s"/>`, d)
	}
	for _, c := range regions.Countries() {
		at, ok := regions.PointOf(c.Code)
		frame := countryFrame(c.Code)
		if counts[c.Code] > 0 && ok && box.Holds(at) && max(frame.Width(), frame.Height()) < 3*unit {
			fmt.Fprintf(&b, `<circle class="r %s" cx="%s" cy="%s" r="%s"/>`, class(counts[c.Code]), short(at.X, 1), short(at.Y, 1), short(2*unit, 2))
		}
	}
	for _, a := range arcs {
		fmt.Fprintf(&b, `<path class="a" d="%s"/><path class="t" d="%s"/>`, a.Line, a.Tip)
	}
	for _, g := range clusters(spots, 6*unit) {
		at := g.spots[0].at
		fmt.Fprintf(&b, `<circle cx="%s" cy="%s" r="%s"/>`, short(at.X, 1), short(at.Y, 1), short(dotRadius*unit, 2))
	}
	b.WriteString("</svg>\n")
	return page{body: []byte(b.String()), mime: svgType}
}

// A picture is a still on a page, with what it shows in words.
type picture struct {
	URL, Alt, Link, LinkLabel string
	W, H                      int
	Lazy                      bool   // comes when it is near
	Note                      string // the disclaimer, which stands under every map
}

// picture puts a still of a zoom on a page.
func (v *visit) picture(z zoom) *picture {
	box := z.frame(nil)
	if z.country != "" {
		spots := v.places().spots(v.catalogue.InCountry(z.country))
		box = z.frame(slices.DeleteFunc(spots, func(s *spot) bool { return s.country != z.country }))
	}
	p := v.pictureIn("/map/"+z.name()+".svg", box)
	p.Alt = v.say("map.picture", "place", v.zoomName(z))
	p.Link, p.LinkLabel = v.listURL(zoomed(mapQuery(&visit{lang: v.lang}), z), "map"), v.say("map.open")
	return p
}

func (v *visit) pictureIn(url string, box regions.Box) *picture {
	return &picture{URL: url, W: stillWidth, H: int(stillWidth*box.Height()/box.Width() + 0.5), Note: v.say("map.disclaimer")}
}

// locator puts the still of an entry on its page, when the entry has places.
func (v *visit) locator(p *practices.Practice) *picture {
	spots := v.places().spots([]*practices.Practice{p})
	if len(spots) == 0 {
		return nil
	}
	var names []string
	for _, s := range spots {
		names = append(names, s.name)
	}
	return &picture{Lazy: true, URL: "/practices/" + p.ID + "/map.svg", Alt: v.say("map.locator", "country", v.place(p), "places", v.list(names)), Note: v.say("map.disclaimer")}
}
