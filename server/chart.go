package server

import (
	"cmp"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"opendoor/practices"
	"opendoor/regions"
	"opendoor/search"
)

// A zoom is what a map shows: the world, one region, one country, or some
// countries of one region.
type zoom struct {
	region  regions.RegionID // also the one around the countries
	country regions.Code
	some    string // "MY,TH": more than one country
}

// zoomOf follows from the query alone: a query for one country is a map of
// that country, and so on for a region and for countries of a single region.
func zoomOf(q search.Query) zoom {
	var z zoom
	for i, code := range q.Chosen[search.GroupCountry] {
		c, ok := regions.Lookup(regions.Code(code))
		if _, onMap := regions.PointOf(c.Code); !ok || !onMap || i > 0 && c.Region != z.region {
			return zoom{}
		}
		z.region = c.Region
		if len(q.Chosen[search.GroupCountry]) == 1 {
			z.country = c.Code
		} else {
			z.some = strings.Trim(z.some+","+code, ",")
		}
	}
	if chosen := q.Chosen[search.GroupRegion]; z == (zoom{}) && len(chosen) == 1 {
		if _, ok := regions.RegionView(regions.RegionID(chosen[0])); ok {
			z.region = regions.RegionID(chosen[0])
		}
	}
	return z
}

// zoomed is the query with the map at a country, a region or the world, and
// all else that was asked for as it was.
func zoomed(q search.Query, z zoom) search.Query {
	for _, g := range []search.Group{search.GroupCountry, search.GroupRegion} {
		for _, value := range q.Chosen[g] {
			q = q.Without(g, value)
		}
	}
	switch {
	case z.country != "":
		q = q.With(search.GroupCountry, string(z.country))
	case z.region != "":
		q = q.With(search.GroupRegion, string(z.region))
	}
	return q.WithPage(1)
}

// name says in an address or file name what the map shows.
func (z zoom) name() string {
	switch {
	case z.country != "":
		return strings.ToLower(string(z.country))
	case z.region != "":
		return string(z.region)
	}
	return "world"
}

// has says whether a country belongs on the map.
func (z zoom) has(code regions.Code) bool {
	if z.country != "" {
		return code == z.country
	}
	if z.region == "" {
		return true
	}
	c, ok := regions.Lookup(code)
	return ok && c.Region == z.region
}

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

// Frames of maps are at least so wide for their height and at most so.
const (
	narrowest = 1.3
	widest    = 1.75
)

// fineBelow is the width of frame under which outlines are drawn finely;
// lowAbove that of a region over which they are drawn as on the world map,
// where a bend that is left out is a pixel wide.
const (
	fineBelow = 300
	lowAbove  = 4000
)

// maxOutlines is how many bytes of outlines a map of a country takes before it
// makes do with coarser ones: archipelagos and the largest countries.
const maxOutlines = 20_000

// A chart is a map of some entries, ready to be drawn.
type chart struct {
	zoom      zoom
	box       regions.Box
	unit      float64 // map units in a nominal pixel
	View      string  // the viewBox
	Class     string
	Label     string
	Land      string // the outlines of all land that leads nowhere
	Areas     []area // countries with practices, by name
	Unsettled string
	Rings     []mark // countries with practices too small to be seen
	Circles   []mark // places, from west to east
	Names     []name
	drawn     []regions.Code // areas and rings
}

// An area is a country that leads somewhere.
type area struct{ Class, URL, Label, D string }

// A mark is a circle that leads somewhere.
type mark struct {
	URL, Label, Lang string
	Move             string // where it stands, and how large a pixel is there
	R                string
	Count            string // in the digits of the page; "" for a dot
	x, y, r          float64
}

// A name is a word on the map.
type name struct {
	Text, Class, Anchor, Move string
	RTL                       bool
	x, y                      float64
}

// frameOf is the part of the world that a map shows.
func (z zoom) frame(spots []*spot) regions.Box {
	switch {
	case z.some != "":
		var box regions.Box
		for i, code := range strings.Split(z.some, ",") {
			if frame := countryFrame(regions.Code(code)); i == 0 {
				box = frame
			} else {
				box = box.Union(frame)
			}
		}
		return box.Padded(max(box.Width(), box.Height())/12).Shaped(40, narrowest, widest)
	case z.country == "":
		if view, ok := regions.RegionView(z.region); ok {
			return view.Shaped(0, narrowest, widest)
		}
		return regions.WorldView()
	}
	box := countryFrame(z.country)
	for _, s := range spots {
		if s.country == z.country {
			box = box.Around(s.at)
		}
	}
	return box.Padded(max(box.Width(), box.Height())/12).Shaped(40, narrowest, widest)
}

// countryFrame is the main land of a country, or its point.
func countryFrame(code regions.Code) regions.Box {
	if s, ok := regions.At(regions.Mid).Shape(code); ok {
		return s.Frame
	}
	p, _ := regions.PointOf(code)
	return regions.Box{X0: p.X, Y0: p.Y, X1: p.X, Y1: p.Y}
}

// levelsFor are the levels that suit a map, the best first.
func (z zoom) levelsFor(box regions.Box) []regions.Level {
	switch {
	case z == zoom{}:
		return []regions.Level{regions.Low}
	case z.country == "" && z.some == "":
		if box.Width() > lowAbove {
			return []regions.Level{regions.Low}
		}
		return []regions.Level{regions.Mid}
	case box.Width() < fineBelow:
		return []regions.Level{regions.Fine, regions.Mid}
	}
	return []regions.Level{regions.Mid, regions.Low}
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
	spots := slices.DeleteFunc(v.places().spots(list), func(s *spot) bool {
		return s.country != "" && !z.has(s.country) || s.country == "" && z.country != ""
	})
	c := &chart{zoom: z, box: z.frame(spots)}
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
			d := s.Path(c.box)
			size += len(d)
			if d != "" && counts[s.Code] > 0 && c.zoom.has(s.Code) {
				paths[s.Code] = d
			} else {
				land.WriteString(d)
			}
		}
		if size > maxOutlines && c.zoom.country+regions.Code(c.zoom.some) != "" && i < len(levels)-1 {
			continue
		}
		for j := range a.NoCountry {
			land.WriteString(a.NoCountry[j].Path(c.box))
		}
		for _, u := range a.Unsettled {
			unsettled.WriteString(u.Path(c.box))
		}
		c.Land, c.Unsettled = land.String(), unsettled.String()
		for _, country := range regions.ByName(v.lang) {
			if d := paths[country.Code]; d != "" {
				shade := class(counts[country.Code])
				if c.zoom.country != "" {
					shade = "m1" // there is nothing to compare it with, and names stand on it
				}
				c.Areas = append(c.Areas, area{shade, v.areaURL(q, c.zoom, country.Code), v.areaLabel(country.Code, counts), d})
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
	for _, s := range g.spots {
		if slices.Contains(codes, s.country) {
			continue
		}
		codes = append(codes, s.country)
		if c, _ := regions.Lookup(s.country); !slices.Contains(parts, c.Region) {
			parts = append(parts, c.Region)
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
	narrow := zoomed(q, zoom{})
	for _, code := range codes {
		if code != "" {
			narrow = narrow.With(search.GroupCountry, string(code))
		}
	}
	return v.listURL(narrow, "list")
}

// width is about how wide a word is on the map, in map units.
func (c *chart) width(text string) float64 {
	each := 6.9
	if rtl(text) {
		each = 5.8
	}
	return float64(utf8.RuneCountInString(text)) * each * c.unit
}

func rtl(text string) bool {
	return strings.ContainsFunc(text, func(r rune) bool { return unicode.In(r, unicode.Arabic, unicode.Hebrew) })
}

// free says whether a box lies within the map and meets no circle, ring or
// name but those that it belongs to.
func (c *chart) free(b regions.Box, but func(mark) bool) bool {
	if in := c.box.Padded(-2 * c.unit); in.Union(b) != in {
		return false
	}
	for _, m := range slices.Concat(c.Rings, c.Circles) {
		if (but == nil || !but(m)) && b.Touches(regions.Box{X0: m.x - m.r, Y0: m.y - m.r, X1: m.x + m.r, Y1: m.y + m.r}) {
			return false
		}
	}
	for _, n := range c.Names {
		if b.Touches(c.boxOf(n)) {
			return false
		}
	}
	return true
}

// boxOf is the room that a name takes.
func (c *chart) boxOf(n name) regions.Box {
	w, up, down := c.width(n.Text), 0.8*letterSize*c.unit, 0.3*letterSize*c.unit
	x := n.x
	switch n.Anchor {
	case "middle":
		x -= w / 2
	case "end":
		x -= w
	}
	return regions.Box{X0: x - c.unit, Y0: n.y - up, X1: x + w + c.unit, Y1: n.y + down}
}

// put adds a name where it has room.
func (c *chart) put(n name, but func(mark) bool) bool {
	if !c.free(c.boxOf(n), but) {
		return false
	}
	n.Move, n.RTL = c.move(n.x, n.y), rtl(n.Text)
	if n.RTL { // in such a text, start is its right end
		n.Anchor = map[string]string{"start": "end", "end": "start"}[n.Anchor] + map[bool]string{true: "middle"}[n.Anchor == "middle"]
	}
	if n.Anchor == "start" {
		n.Anchor = "" // as it is anyway
	}
	c.Names = append(c.Names, n)
	return true
}

// nameSpots names the places of a country beside their circles, the fullest
// first. What finds no room stays unnamed here; the list has it.
func (c *chart) nameSpots(found []*cluster) {
	order := make([]int, len(found))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(i, j int) int { return len(found[j].list) - len(found[i].list) })
	for _, i := range order {
		m, text := c.Circles[i], found[i].spots[0].short()
		gap, low := m.r+4*c.unit, 0.35*letterSize*c.unit
		own := func(o mark) bool { return o.x == m.x && o.y == m.y }
		for _, n := range []name{
			{x: m.x + gap, y: m.y + low, Anchor: "start"}, {x: m.x - gap, y: m.y + low, Anchor: "end"},
			{x: m.x, y: m.y - gap, Anchor: "middle"}, {x: m.x, y: m.y + gap + 2*low, Anchor: "middle"},
		} {
			n.Text, n.Class = text, "town"
			if c.put(n, own) {
				break
			}
		}
	}
}

// nameCountries names, on a map of a region, its countries with practices,
// and on that of a country its neighbours: those that have room.
func (c *chart) nameCountries(v *visit, counts map[regions.Code]int) {
	if c.zoom.region == "" {
		return
	}
	type label struct {
		code regions.Code
		at   regions.Point
		part regions.Box // of the country, on this map
	}
	var labels []label
	for i := range regions.At(regions.Mid).Shapes {
		s := &regions.At(regions.Mid).Shapes[i]
		on := counts[s.Code] > 0 && c.zoom.has(s.Code)
		if s.Code == c.zoom.country || !on && c.zoom.country == "" {
			continue
		}
		if at, part, ok := s.Middle(c.box); ok {
			labels = append(labels, label{s.Code, at, part})
		}
	}
	slices.SortStableFunc(labels, func(a, b label) int {
		return cmp.Or(counts[b.code]*btoi(c.zoom.country == "")-counts[a.code]*btoi(c.zoom.country == ""), cmp.Compare(b.part.Width()*b.part.Height(), a.part.Width()*a.part.Height()))
	})
	for _, l := range labels {
		text, kind := v.country(l.code), "nation"
		if c.zoom.country == "" {
			kind = "state"
			if counts[l.code] > 5 {
				kind = "state deep"
			}
		}
		// A name that is much wider than its country says more of its neighbours.
		if c.width(text) > 1.2*l.part.Width()+40*c.unit {
			continue
		}
		for _, dy := range []float64{0.35 * letterSize, -1.4 * letterSize, 2.1 * letterSize} {
			if dy != 0.35*letterSize && onAnother(l.code, regions.Point{X: l.at.X, Y: l.at.Y + (dy-0.35*letterSize)*c.unit}) {
				continue
			}
			if c.put(name{Text: text, Class: kind, Anchor: "middle", x: l.at.X, y: l.at.Y + dy*c.unit}, nil) {
				break
			}
		}
	}
}

// onAnother says whether a point lies on the land of another country, where a
// name would be read as that country's.
func onAnother(code regions.Code, p regions.Point) bool {
	for i := range regions.At(regions.Mid).Shapes {
		s := &regions.At(regions.Mid).Shapes[i]
		if s.Code != code && s.Box.Holds(p) && s.Holds(p) {
			return true
		}
	}
	return false
}
