package server

import (
	"opendoor/practices"
	"opendoor/regions"
)

// lessonStill serves the map of the cases of a lesson as a picture.
func lessonStill(v *visit, l *lesson) (page, error) {
	spots := v.places().spots(l.entries)
	box, near := frameOf(l.entries, spots)
	levels := zoom{}.levelsFor(box)
	if near {
		levels = zoom{country: "?"}.levelsFor(box)
	}
	return v.still(box, levels, countryCounts(l.entries), spots, nil), nil
}

// countryCounts says how many of some entries name each country.
func countryCounts(list []*practices.Practice) map[regions.Code]int {
	counts := map[regions.Code]int{}
	for _, p := range list {
		for _, c := range p.Countries {
			counts[c]++
		}
	}
	return counts
}

// frameOf is the part of the world that some entries lie in: one country, or a
// few that lie together (near), else the whole.
func frameOf(list []*practices.Practice, spots []*spot) (box regions.Box, near bool) {
	world := zoom{}.frame(nil)
	grow := func(b regions.Box) {
		if box == (regions.Box{}) {
			box = b
		}
		box = box.Union(b)
	}
	for code := range countryCounts(list) {
		grow(countryFrame(code))
	}
	for _, s := range spots {
		grow(regions.Box{X0: s.at.X, Y0: s.at.Y, X1: s.at.X, Y1: s.at.Y})
	}
	if box == (regions.Box{}) || box.Width() > world.Width()/2 {
		return world, false
	}
	return box.Padded(max(box.Width(), box.Height())/12).Shaped(40, narrowest, widest), box.Width() < world.Width()/8
}

// lessonPicture puts the map of a lesson on its pages, with what it shows in
// words.
func (v *visit) lessonPicture(l *lesson) *picture {
	box, _ := frameOf(l.entries, v.places().spots(l.entries))
	p := v.pictureIn(l.path+"/map.svg", box)
	p.Lazy = true
	var names []string
	seen := map[string]bool{}
	for _, e := range l.entries {
		if name := v.place(e); name != "" && !seen[name] {
			seen[name] = true
			names = append(names, name)
		}
	}
	p.Alt = v.say("workshop.map", "places", v.list(names))
	return p
}
