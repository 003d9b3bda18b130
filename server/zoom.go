package server

import (
	"strings"

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
	return regions.RegionOf(code) == z.region
}

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

// frame is the part of the world that a map shows.
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
