package server

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"opendoor/practices"
	"opendoor/regions"
	"opendoor/search"
)

// The sizes of what is drawn, in pixels of a map at its nominal width. On a
// wider or narrower page all of it grows and shrinks together.
const (
	chartWidth = 860
	dotRadius  = 5.5
	apart      = 28 // circles nearer than this become one
	ringRadius = 4.5
	ringBelow  = 6 // a country smaller than this gets a ring
	letterSize = 12
)

// A chart is a map of some entries, ready to be drawn.
type chart struct {
	zoom      zoom
	box       regions.Box
	unit      float64 // map units in a nominal pixel
	most      int     // bytes of outlines, before it makes do with coarser ones
	View      string  // the viewBox
	Level     regions.Level
	Class     string
	Label     string
	Land      string // the outlines of all land that leads nowhere
	Areas     []area // countries with practices, by name
	Unsettled string
	Rings     []mark // countries with practices too small to be seen
	Arcs      []arc  // from a practice to one that took it up
	Circles   []mark // places, from west to east
	Names     []name
	drawn     []regions.Code // areas and rings
	counts    map[regions.Code]int
	places    int    // points in its countries
	tips      []mark // where arrows end, kept free of names
}

// An area is a country that leads somewhere.
type area struct {
	Code                 regions.Code
	Class, URL, Label, D string
}

// A mark is a circle that leads somewhere.
type mark struct {
	URL, Label, Lang string
	Move             string // where it stands, and how large a pixel is there
	R                string
	Count            string // in the digits of the page; "" for a dot
	x, y, r          float64
}

// class is the shade of a country with n practices. The steps are fixed, so
// that two maps compare.
func class(n int) string {
	switch {
	case n == 0:
		return "m0"
	case n <= 2:
		return "m1"
	case n <= 5:
		return "m2"
	case n <= 14:
		return "m3"
	}
	return "m4"
}

// byCountry counts entries by country; one of three countries counts once in
// each.
func byCountry(list []*practices.Practice) map[regions.Code]int {
	n := map[regions.Code]int{}
	for _, p := range list {
		for i, c := range p.Countries {
			if !slices.Contains(p.Countries[:i], c) {
				n[c]++
			}
		}
	}
	return n
}

// chart draws the entries of a query.
func (v *visit) chart(q search.Query, list []*practices.Practice) *chart {
	z := zoomOf(q)
	counts := byCountry(list)
	spots := v.spotsOn(z, list)
	c := &chart{zoom: z, box: z.frame(spots), most: maxOutlines, counts: counts}
	for _, s := range spots {
		c.places += btoi(s.country != "")
	}
	c.unit = c.box.Width() / chartWidth
	c.View = viewBox(c.box)
	switch {
	case z == zoom{}:
		c.Class = "whole"
	case z.country == "":
		c.Class = "some"
	default:
		c.Class = "one"
	}
	c.drawLand(v, q, counts)
	c.drawRings(v, q, counts)
	c.drawCircles(v, q, slices.DeleteFunc(spots, func(s *spot) bool { return !c.box.Holds(s.at) }))
	c.nameCountries(v, counts)
	return c
}

// spotsOn are the spots of some entries that belong on a map.
func (v *visit) spotsOn(z zoom, list []*practices.Practice) []*spot {
	return slices.DeleteFunc(v.places().spots(list), func(s *spot) bool {
		return s.country != "" && !z.has(s.country) || s.country == "" && z.country != ""
	})
}

func viewBox(b regions.Box) string {
	f := func(n float64) string { return short(n, 1) }
	return f(b.X0) + " " + f(b.Y0) + " " + f(b.Width()) + " " + f(b.Height())
}

// short writes a number with no more decimals than it needs.
func short(n float64, decimals int) string {
	grain := math.Pow10(decimals)
	return strconv.FormatFloat(math.Round(n*grain)/grain+0, 'f', -1, 64)
}

// move is the transform that puts a thing of so many nominal pixels in place.
func (c *chart) move(x, y float64) string {
	decimals := 1
	if c.unit < 0.2 {
		decimals = 2
	}
	return "translate(" + short(x, decimals) + " " + short(y, decimals) + ")scale(" + short(c.unit, 3) + ")"
}

// grid is how finely the points of outlines stand: a pixel, and less on the
// widest maps, which are seen from nearer when they are zoomed.
func (c *chart) grid() float64 { return min(c.unit, 4) }

func (c *chart) drawLand(v *visit, q search.Query, counts map[regions.Code]int) {
	levels := c.zoom.levelsFor(c.box)
	for i, level := range levels {
		c.Land, c.Areas, c.Unsettled, c.drawn = "", nil, "", nil
		a := regions.At(level)
		var land, unsettled strings.Builder
		paths := map[regions.Code]string{}
		size := 0
		for j := range a.Shapes {
			s := &a.Shapes[j]
			d := s.Path(c.box, c.grid())
			size += len(d)
			if d != "" && counts[s.Code] > 0 && c.zoom.has(s.Code) {
				paths[s.Code] = d
			} else {
				land.WriteString(d)
			}
		}
		if size > c.most && c.zoom.country+regions.Code(c.zoom.some) != "" && i < len(levels)-1 {
			continue
		}
		for j := range a.NoCountry {
			land.WriteString(a.NoCountry[j].Path(c.box, c.grid()))
		}
		for _, u := range a.Unsettled {
			unsettled.WriteString(u.Path(c.box, c.grid()))
		}
		c.Level, c.Land, c.Unsettled = level, land.String(), unsettled.String()
		for _, country := range regions.ByName(v.lang) {
			if d := paths[country.Code]; d != "" {
				shade := class(counts[country.Code])
				if c.zoom.country != "" {
					shade = "m1" // there is nothing to compare it with, and names stand on it
				}
				c.Areas = append(c.Areas, area{country.Code, shade, v.areaURL(q, c.zoom, country.Code), v.areaLabel(country.Code, counts), d})
				c.drawn = append(c.drawn, country.Code)
			}
		}
		return
	}
}

// areaURL is where a country leads: to the map of it, and from there to what
// is known of it.
func (v *visit) areaURL(q search.Query, z zoom, code regions.Code) string {
	if z.country == code {
		return v.countryURL(code)
	}
	return v.listURL(zoomed(q, zoom{country: code}), "map")
}

func (v *visit) countryURL(code regions.Code) string {
	return v.url("/countries/" + strings.ToLower(string(code)))
}

func (v *visit) areaLabel(code regions.Code, counts map[regions.Code]int) string {
	return v.say("map.area", "country", v.country(code), "n", counts[code])
}

func (c *chart) drawRings(v *visit, q search.Query, counts map[regions.Code]int) {
	for _, country := range regions.ByName(v.lang) {
		at, ok := regions.PointOf(country.Code)
		if counts[country.Code] == 0 || !ok || !c.zoom.has(country.Code) || !c.box.Holds(at) {
			continue
		}
		frame := countryFrame(country.Code)
		if max(frame.Width(), frame.Height()) >= ringBelow*c.unit {
			continue
		}
		c.Rings = append(c.Rings, mark{
			URL: v.areaURL(q, c.zoom, country.Code), Label: v.areaLabel(country.Code, counts),
			Move: c.move(at.X, at.Y), R: short(ringRadius, 1), x: at.X, y: at.Y, r: ringRadius * c.unit,
		})
		if !slices.Contains(c.drawn, country.Code) {
			c.drawn = append(c.drawn, country.Code)
		}
	}
}

func (c *chart) drawCircles(v *visit, q search.Query, spots []*spot) {
	found := clusters(spots, apart*c.unit)
	for _, g := range found {
		at, n := g.spots[0].at, len(g.list)
		m := mark{URL: v.clusterURL(q, c.zoom, g), Move: c.move(at.X, at.Y), x: at.X, y: at.Y}
		r := dotRadius
		if n == 1 {
			title, _, _ := v.words(g.list[0])
			m.Label = v.say("map.dot", "place", g.spots[0].name, "title", title)
		} else {
			r = 11 + min(7, 1.6*math.Sqrt(float64(n)))
			m.Label = v.say("map.near", "n", n, "place", g.spots[0].name)
			m.Count = v.number(float64(n))
		}
		m.R, m.r = short(r, 1), r*c.unit
		c.Circles = append(c.Circles, m)
	}
	if c.zoom.country != "" {
		c.nameSpots(found)
	}
}

// clusterURL is the narrowest page that holds all that a circle counts.
func (v *visit) clusterURL(q search.Query, z zoom, g *cluster) string {
	if len(g.list) == 1 {
		return v.url("/practices/" + g.list[0].ID)
	}
	var codes []regions.Code
	var parts []regions.RegionID
	seen := map[regions.Code]bool{}
	for _, s := range g.spots {
		if seen[s.country] {
			continue
		}
		seen[s.country] = true
		codes = append(codes, s.country)
		if part := regions.RegionOf(s.country); !slices.Contains(parts, part) {
			parts = append(parts, part)
		}
	}
	switch {
	case len(codes) == 1 && codes[0] != "" && z.country == codes[0]:
		return "#" + g.spots[0].key()
	case len(codes) == 1 && codes[0] != "":
		return v.listURL(zoomed(q, zoom{country: codes[0]}), "map") + "#" + g.spots[0].key()
	case len(parts) == 1 && parts[0] != "" && z.region != parts[0]:
		return v.listURL(zoomed(q, zoom{region: parts[0]}), "map")
	}
	var values []string
	for _, code := range codes {
		if code != "" {
			values = append(values, string(code))
		}
	}
	return v.listURL(zoomed(q, zoom{}).With(search.GroupCountry, values...), "list")
}
