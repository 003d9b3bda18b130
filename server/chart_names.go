package server

import (
	"cmp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"opendoor/regions"
)

// A name is a word on the map.
type name struct {
	Text, Class, Anchor, Move string
	RTL                       bool
	x, y                      float64
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
	for _, m := range slices.Concat(c.Rings, c.Circles, c.tips) {
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
	if c.zoom == (zoom{}) {
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
		text, kind := regions.Label(l.code, v.lang), "nation"
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
			if c.besideAnother(l.code, text, l.at.X, l.at.Y+dy*c.unit) {
				continue
			}
			if dy != 0.35*letterSize && onAnother(l.code, regions.Point{X: l.at.X, Y: l.at.Y + (dy-0.35*letterSize)*c.unit}) {
				continue
			}
			if c.put(name{Text: text, Class: kind, Anchor: "middle", x: l.at.X, y: l.at.Y + dy*c.unit}, nil) {
				break
			}
		}
	}
}

// besideAnother says whether the name of a country would stand beside a circle
// off its land, and be read as the name of that place.
func (c *chart) besideAnother(code regions.Code, text string, x, y float64) bool {
	b := c.boxOf(name{Text: text, Anchor: "middle", x: x, y: y})
	b.X0, b.X1 = b.X0-8*c.unit, b.X1+8*c.unit
	s, ok := regions.At(regions.Mid).Shape(code)
	return slices.ContainsFunc(c.Circles, func(m mark) bool {
		return m.Count == "" && b.Touches(regions.Box{X0: m.x - m.r, Y0: m.y - m.r, X1: m.x + m.r, Y1: m.y + m.r}) && !(ok && s.Holds(regions.Point{X: m.x, Y: m.y}))
	})
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
