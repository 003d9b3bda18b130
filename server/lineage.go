package server

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"opendoor/practices"
	"opendoor/regions"
)

// lineagePage is how one practice, or those of a network, came from elsewhere
// and went elsewhere: as arrows on a map, and as a list that says the same.
type lineagePage struct {
	frame
	Crumbs         []link
	Heading, Entry string
	EntryLang      string
	Lead           string
	Chart          *chart // nil where nothing can be drawn
	Motion         *motion
	Key            []step
	Out, All       string
	Footnotes      []string
	Steps          []transfer
	Takeaways      []link
}

// A transfer is one step: from a practice to another that took it up.
type transfer struct {
	From, To       mapEntry
	How            string
	Note, NoteLang string
	Drawn          bool
}

// A lineage is one practice and those in which it was taken up elsewhere.
type lineage struct {
	From mapEntry
	To   []mapEntry
	URL  string // of the map of it
}

// lineage lists the practices that were taken up elsewhere: those of the query
// that adapt another, and those that another adapts.
func (v *visit) lineage(list []*practices.Practice) []lineage {
	var out []lineage
	seen := map[[2]string]bool{}
	for _, p := range list {
		for _, l := range v.catalogue.Links(p.ID) {
			from, to := l.Other, p // p adapts the other
			if l.Inverse {
				from, to = p, l.Other
			}
			if key := [2]string{from.ID, to.ID}; l.How == "adapts" && !seen[key] {
				seen[key] = true
				first := v.mapEntry(from)
				i := slices.IndexFunc(out, func(o lineage) bool { return o.From.URL == first.URL })
				if i < 0 {
					i = len(out)
					out = append(out, lineage{From: first, URL: v.url("/practices/" + from.ID + "/lineage")})
				}
				out[i].To = append(out[i].To, v.mapEntry(to))
			}
		}
	}
	return out
}

// lineageOf serves the lineage of an entry.
func lineageOf(v *visit) (page, error) {
	p, steps, err := v.lineageAsked()
	if err != nil {
		return page{}, err
	}
	title, _, lang := v.words(p)
	out := lineagePage{
		frame: v.frame("practices", v.say("map.travelled", "title", title)), Heading: v.say("map.travelled_heading"), Entry: title, EntryLang: v.foreign(lang),
		Lead: v.say("map.travelled_lead"), Crumbs: append(v.entryCrumbs(p), link{Label: v.say("map.travelled_heading"), Current: true}),
	}
	out.Description = out.Lead
	last := &out.Crumbs[len(out.Crumbs)-2]
	last.URL, last.Current = v.url("/practices/"+p.ID), false
	if out.Chart = v.lineageChart(steps); out.Chart != nil {
		out.Chart.Label = out.Title
		address := "/practices/" + p.ID + "/lineage/map."
		out.Takeaways = []link{{Label: v.say("map.take_png"), URL: v.url(address + "png")}, {Label: v.say("map.take_svg"), URL: v.url(address + "svg")}}
	}
	out.Footnotes = v.footnotes(byCountry(ends(steps)))
	for _, t := range steps {
		key := "relation." + t.How
		if !t.Inverse { // the words for the other way round: "adapted in"
			key += ".inverse"
		}
		_, from := v.stands(t.From)
		_, to := v.stands(t.To)
		out.Steps = append(out.Steps, transfer{v.mapEntry(t.From), v.mapEntry(t.To), v.say(key), t.Note, v.foreign(noteLang(t)), from && to})
	}
	return page{template: "lineage", data: out}, nil
}

// lineageAsked is the entry that an address names, and its lineage; an entry
// without one has no such page.
func (v *visit) lineageAsked() (*practices.Practice, []practices.Transfer, error) {
	p, err := v.catalogue.Get(v.params["id"])
	if err != nil {
		return nil, nil, err
	}
	if p.Withdrawn() {
		return nil, nil, goneError{p.ID, p.Review.Why}
	}
	steps := v.catalogue.Lineage(p.ID)
	if len(steps) == 0 {
		return nil, nil, fmt.Errorf("lineage of %s: %w", p.ID, errNoPage)
	}
	return p, steps, nil
}

// noteLang is the language of a note: that of the entry which says it.
func noteLang(t practices.Transfer) string {
	if t.Inverse {
		return t.From.Lang
	}
	return t.To.Lang
}

// ends are the entries of a lineage, each once.
func ends(steps []practices.Transfer) []*practices.Practice {
	var out []*practices.Practice
	for _, t := range steps {
		for _, p := range []*practices.Practice{t.From, t.To} {
			if !slices.Contains(out, p) {
				out = append(out, p)
			}
		}
	}
	return out
}

// stands is where an arrow to or from an entry ends: at its first place, else
// at the label of its country, where no circle stands. An entry of several
// countries or of a region without a place stands nowhere.
func (v *visit) stands(p *practices.Practice) (regions.Point, bool) {
	if places := v.places().of[p]; len(places) > 0 {
		return places[0].at, true
	}
	if len(p.Countries) == 1 {
		return regions.PointOf(p.Countries[0])
	}
	return regions.Point{}, false
}

// maxArcOutlines is how many bytes of outlines the map of a lineage takes: as
// many as that of a region.
const maxArcOutlines = 60_000

// lineageChart draws a lineage: the countries and places of those that have
// them, with an arrow for each step; nil when no step has both its ends.
func (v *visit) lineageChart(steps []practices.Transfer) *chart {
	type leg struct{ from, to regions.Point }
	var legs []leg
	var list []*practices.Practice
	for _, t := range steps {
		from, ok := v.stands(t.From)
		to, also := v.stands(t.To)
		if !ok || !also || from == to {
			continue
		}
		if !slices.Contains(legs, leg{from, to}) {
			legs = append(legs, leg{from, to})
		}
		for _, p := range []*practices.Practice{t.From, t.To} {
			if !slices.Contains(list, p) {
				list = append(list, p)
			}
		}
	}
	if len(legs) == 0 {
		return nil
	}
	counts := byCountry(list)
	box := regions.Box{X0: legs[0].from.X, Y0: legs[0].from.Y, X1: legs[0].from.X, Y1: legs[0].from.Y}
	var codes []string
	for code := range counts {
		codes = append(codes, string(code))
		box = box.Union(countryFrame(code))
	}
	for _, l := range legs {
		box = box.Around(l.from).Around(l.to)
	}
	slices.Sort(codes)
	box = box.Padded(max(box.Width(), box.Height())/12).Shaped(40, narrowest, widest)
	c := &chart{zoom: zoom{some: strings.Join(codes, ",")}, box: box, unit: box.Width() / chartWidth, most: maxArcOutlines, View: viewBox(box), Class: "some"}
	q := mapQuery(&visit{lang: v.lang})
	c.drawLand(v, q, counts)
	c.drawRings(v, q, counts)
	c.drawCircles(v, q, v.places().spots(list))
	for _, l := range legs {
		c.Arcs = append(c.Arcs, newArc(l.from, l.to, c.unit))
		c.tips = append(c.tips, mark{x: l.to.X, y: l.to.Y, r: 12 * c.unit})
	}
	c.nameCountries(v, counts)
	return c
}

// An arc is an arrow on a map, bent so that two between the same ends part.
type arc struct{ Line, Tip string }

// newArc bends an arrow to its left by a fifth of its length, and ends it a
// little before what it points at, so that a circle there does not hide its
// tip. Sizes are in pixels of the map, of which one is so many units.
func newArc(from, to regions.Point, unit float64) arc {
	const short, long, half = 9, 9, 4.5 // before the end; length and half the width of the tip
	far := math.Hypot(to.X-from.X, to.Y-from.Y)
	mid := regions.Point{X: (from.X+to.X)/2 + (to.Y-from.Y)/5, Y: (from.Y+to.Y)/2 - (to.X-from.X)/5}
	at := func(t float64) regions.Point { // of a quadratic curve
		a, b, c := (1-t)*(1-t), 2*t*(1-t), t*t
		return regions.Point{X: a*from.X + b*mid.X + c*to.X, Y: a*from.Y + b*mid.Y + c*to.Y}
	}
	const pieces = 24
	end := max(0.5, 1-(short+long)*unit/far) // of the line; the tip goes on from there
	var line strings.Builder
	last := at(0)
	fmt.Fprintf(&line, "M%s %sl", short2(last.X), short2(last.Y))
	for i := 1; i <= pieces; i++ {
		p := at(end * float64(i) / pieces)
		fmt.Fprintf(&line, "%s %s ", short2(p.X-last.X), short2(p.Y-last.Y))
		last = p
	}
	dx, dy := to.X-last.X, to.Y-last.Y
	n := cmp.Or(math.Hypot(dx, dy), 1)
	dx, dy = dx/n*unit, dy/n*unit
	tip := fmt.Sprintf("M%s %sl%s %s %s %sz", short2(last.X-dy*half), short2(last.Y+dx*half),
		short2(dx*long+dy*half), short2(dy*long-dx*half), short2(-dx*long+dy*half), short2(-dy*long-dx*half))
	return arc{strings.TrimSpace(line.String()), tip}
}

func short2(n float64) string { return short(n, 2) }

// lineagePicture puts a still of the lineage of an entry on its page, where
// there is something to draw.
func (v *visit) lineagePicture(p *practices.Practice) *picture {
	steps := v.catalogue.Lineage(p.ID)
	c := v.lineageChart(steps)
	if c == nil {
		return nil
	}
	out := v.pictureIn("/practices/"+p.ID+"/lineage.svg", c.box)
	out.Lazy, out.Alt = true, v.say("map.travelled_picture", "countries", v.countryNames(ends(steps)))
	out.Link, out.LinkLabel = v.url("/practices/"+p.ID+"/lineage"), v.say("map.travelled_link")
	return out
}

// countryNames names the countries of some entries, by the alphabet.
func (v *visit) countryNames(list []*practices.Practice) string {
	var names []string
	counts := byCountry(list)
	for _, c := range regions.ByName(v.lang) {
		if counts[c.Code] > 0 {
			names = append(names, c.Names.In(v.lang))
		}
	}
	return v.list(names)
}

// stillOfLineage serves the still of a lineage.
func stillOfLineage(v *visit) (page, error) {
	p, steps, err := v.lineageAsked()
	if err != nil {
		return page{}, err
	}
	c := v.lineageChart(steps)
	if c == nil {
		return page{}, fmt.Errorf("picture of the lineage of %s: %w", p.ID, errNoPage)
	}
	var drawn []*practices.Practice
	for _, o := range ends(steps) {
		if _, ok := v.stands(o); ok {
			drawn = append(drawn, o)
		}
	}
	return v.still(c.box, c.zoom.levelsFor(c.box), byCountry(drawn), v.places().spots(drawn), c.Arcs), nil
}

// lineageSlide serves the map of a lineage as a picture for a slide.
func lineageSlide(form string) view {
	return func(v *visit) (page, error) {
		p, steps, err := v.lineageAsked()
		if err != nil {
			return page{}, err
		}
		c := v.lineageChart(steps)
		if c == nil {
			return page{}, fmt.Errorf("picture of the lineage of %s: %w", p.ID, errNoPage)
		}
		title, _, _ := v.words(p)
		body, mime, err := slideForms[form](v.slideOf(c, slideWords{
			title: v.say("map.travelled_heading"), said: title, notes: v.footnotes(byCountry(ends(steps))), address: v.url("/practices/" + p.ID + "/lineage"),
		}))
		return page{body: body, mime: mime}, err
	}
}
