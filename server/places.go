package server

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"sync"

	"opendoor/practices"
	"opendoor/regions"
	"opendoor/regions/fold"
)

// A spot is one point of the map with everything that is at work there. Only
// places make spots: an entry that knows no more than its country has none,
// and no capital or centre ever stands in for a country.
type spot struct {
	name     string
	lat, lon float64 // as finely as may be shown
	at       regions.Point
	country  regions.Code // in which it lies; "" at sea
	list     []*practices.Practice
}

// key is the name of the spot in addresses, in hundredths of a degree:
// "place-1943--9913".
func (s *spot) key() string {
	return "place-" + short(s.lat*100, 0) + "-" + short(s.lon*100, 0)
}

// short is the name without the province that it lies in.
func (s *spot) short() string {
	name, _, _ := strings.Cut(s.name, ",")
	return name
}

// shownAt is how finely a place may be shown, and the one door by which a
// place leaves the catalogue for a map, a picture or a data file: the point of
// a town or of the capital of a province, to two decimals, about a kilometre.
// A point that the format does not allow (of unknown precision, or the address
// of a place where people live or are cared for) is blurred to ten kilometres.
func shownAt(p *practices.Practice, at practices.Place) (lat, lon float64) {
	grain := 100.0
	switch at.Precision {
	case "province", "city":
	case "site":
		if p.Housing() {
			grain = 10
		}
	default:
		grain = 10
	}
	return math.Round(at.Lat*grain) / grain, math.Round(at.Lon*grain) / grain
}

// A gazetteer knows the places of a catalogue. It is made once, as finding the
// country in which a place lies takes a while.
type gazetteer struct {
	of      map[*practices.Practice][]place  // places of each entry
	points  int                              // at which there are places
	regions map[*practices.Practice][]string // that each entry touches
}

type place struct {
	name, precision string
	lat, lon        float64
	at              regions.Point
	country         regions.Code
	point           int // its point among all, counted from west to east
}

func newGazetteer(c *practices.Catalogue) func() *gazetteer {
	return sync.OnceValue(func() *gazetteer {
		g := &gazetteer{of: map[*practices.Practice][]place{}, regions: map[*practices.Practice][]string{}}
		for _, p := range c.All() {
			g.regions[p] = p.Regions()
			for _, at := range p.Places {
				o := place{name: at.Name, precision: at.Precision}
				o.lat, o.lon = shownAt(p, at)
				o.at = regions.Project(o.lon, o.lat)
				if len(p.Countries) == 1 {
					o.country = p.Countries[0]
				} else {
					o.country, _ = regions.CountryAt(o.at, p.Countries...)
				}
				g.of[p] = append(g.of[p], o)
			}
		}
		g.number()
		return g
	})
}

// number counts the points of all places from west to east.
func (g *gazetteer) number() {
	var all []*place
	for _, list := range g.of {
		for i := range list {
			all = append(all, &list[i])
		}
	}
	slices.SortFunc(all, func(a, b *place) int {
		return cmp.Or(cmp.Compare(a.at.X, b.at.X), cmp.Compare(a.at.Y, b.at.Y), cmp.Compare(a.lat, b.lat), cmp.Compare(a.lon, b.lon))
	})
	for i, o := range all {
		if i > 0 && (o.lat != all[i-1].lat || o.lon != all[i-1].lon) {
			g.points++
		}
		o.point = g.points
	}
	g.points++
}

// spots puts the places of some entries together, those at the same point in
// one, from west to east.
func (g *gazetteer) spots(list []*practices.Practice) []*spot {
	at := make([]*spot, g.points)
	n := 0
	for _, p := range list {
		for _, o := range g.of[p] {
			s := at[o.point]
			if s == nil {
				s = &spot{name: o.name, lat: o.lat, lon: o.lon, at: o.at, country: o.country}
				at[o.point] = s
				n++
			}
			if len(s.list) == 0 || s.list[len(s.list)-1] != p {
				s.list = append(s.list, p)
			}
		}
	}
	out := make([]*spot, 0, n)
	for _, s := range at {
		if s != nil {
			out = append(out, s)
		}
	}
	return out
}

// A cluster is spots so near to one another, at the size of the map, that one
// circle stands for them all.
type cluster struct {
	spots []*spot // the first has the most, and is where the circle stands
	list  []*practices.Practice
}

// maxCircles is how many circles one map has at most: more than can be told
// apart, or passed with the tab key.
const maxCircles = 60

// clusters gathers spots that lie within a distance of one another, in map
// units: those with the most first, ties by their place, so that two drawings
// of the same query are the same. Where there would be too many it gathers
// more widely.
func clusters(spots []*spot, near float64) []*cluster {
	sorted := slices.Clone(spots)
	slices.SortStableFunc(sorted, func(a, b *spot) int { return len(b.list) - len(a.list) })
	var out []*cluster
	for ; ; near *= 1.3 {
		out = nil
		for _, s := range sorted {
			i := slices.IndexFunc(out, func(c *cluster) bool {
				dx, dy := c.spots[0].at.X-s.at.X, c.spots[0].at.Y-s.at.Y
				return dx*dx+dy*dy < near*near
			})
			if i < 0 {
				if len(out) > maxCircles {
					break // too many already
				}
				out = append(out, &cluster{})
				i = len(out) - 1
			}
			out[i].spots = append(out[i].spots, s)
		}
		if len(out) <= maxCircles {
			break
		}
	}
	for _, c := range out {
		seen := map[*practices.Practice]bool{}
		for _, s := range c.spots {
			for _, p := range s.list {
				if !seen[p] {
					seen[p] = true
					c.list = append(c.list, p)
				}
			}
		}
	}
	slices.SortFunc(out, func(a, b *cluster) int {
		return cmp.Or(cmp.Compare(a.spots[0].at.X, b.spots[0].at.X), cmp.Compare(a.spots[0].at.Y, b.spots[0].at.Y))
	})
	return out
}

// locate finds a town by its name among those of the catalogue, in one of some
// countries. A town that no entry names is not found: its point is looked up
// by an editor.
func (g *gazetteer) locate(countries []regions.Code, town string) (practices.Place, bool) {
	want := fold.Name(town)
	for _, list := range g.of {
		for _, o := range list {
			name, _, _ := strings.Cut(o.name, ",")
			if (fold.Name(o.name) == want || fold.Name(name) == want) && slices.Contains(countries, o.country) && o.precision != "site" {
				return practices.Place{Name: o.name, Precision: o.precision, Lat: o.lat, Lon: o.lon}, true
			}
		}
	}
	return practices.Place{}, false
}

// names are the towns of some countries that the catalogue knows.
func (g *gazetteer) names(countries []regions.Code) []string {
	var names []string
	for _, list := range g.of {
		for _, o := range list {
			if slices.Contains(countries, o.country) && o.precision != "site" {
				names = append(names, o.name)
			}
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}
