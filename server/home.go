package server

import (
	"cmp"
	"slices"

	"opendoor/practices"
	"opendoor/practices/vocabulary"
	"opendoor/search"
)

// homePage is where most people begin: the search box, ways in, what is new,
// and how to read an entry.
type homePage struct {
	frame
	Heading, Lead string
	Action        string
	Ways          []way
	Newest        []card
	Counts        []count
	Evidence      []evidence
	Drafts        string // that the definitions are drafts
	All           string // address of the whole list
	Picture       *picture
}

// A way in is a filter with its commonest values.
type way struct {
	Heading string
	Links   []link
	N       []int
}

type count struct{ N, What string }

func home(v *visit) (page, error) {
	total := v.catalogue.Len()
	h := homePage{
		frame:   v.frame("", ""),
		Heading: v.say("home.heading"), Lead: v.say("home.lead"),
		Action: v.url("/practices"), All: v.url("/practices"),
	}
	h.Description = v.say("home.description")
	h.Picture, h.Drafts = v.picture(zoom{}), v.draftNote()
	countries := v.catalogue.Countries()
	h.Counts = []count{
		{v.number(float64(total)), v.say("home.count_entries", "n", total)},
		{v.number(float64(len(countries))), v.say("home.count_countries", "n", len(countries))},
	}
	for _, w := range []struct {
		group search.Group
		vocab string
		key   string
	}{{search.GroupPopulation, "population", "home.by_population"}, {search.GroupMeasure, "measure", "home.by_measure"}, {search.GroupKind, "kind", "home.by_kind"}} {
		h.Ways = append(h.Ways, v.wayIn(v.say(w.key), w.group, w.vocab, 7))
	}
	h.Ways = append(h.Ways, v.regionsWay())
	for _, id := range vocabulary.Named("evidence").IDs() {
		e := v.evidence(id)
		e.Definition = v.definition("evidence", id)
		h.Evidence = append(h.Evidence, e)
	}
	newest := slices.Clone(v.catalogue.All())
	slices.SortStableFunc(newest, func(a, b *practices.Practice) int {
		return cmp.Or(b.Fresh().Time().Compare(a.Fresh().Time()), cmp.Compare(a.ID, b.ID))
	})
	h.Newest = v.cards(newest[:min(5, total)])
	return page{template: "home", data: h}, nil
}

// wayIn lists the n commonest values of a filter.
func (v *visit) wayIn(heading string, group search.Group, vocab string, n int) way {
	counts := map[string]int{}
	for _, p := range v.catalogue.All() {
		for _, id := range group.Values(p) {
			counts[id]++
		}
	}
	ids := vocabulary.Named(vocab).IDs()
	slices.SortStableFunc(ids, func(a, b string) int { return counts[b] - counts[a] })
	w := way{Heading: heading}
	for _, id := range ids[:min(n, len(ids))] {
		if counts[id] > 0 {
			w.Links = append(w.Links, link{Label: v.label(vocab, id), URL: v.urlWith("/practices", search.Query{}.With(group, id).Values())})
			w.N = append(w.N, counts[id])
		}
	}
	return w
}

func (v *visit) regionsWay() way {
	w := way{Heading: v.say("home.by_region")}
	for _, id := range vocabulary.Named("region").IDs() {
		if n := len(v.catalogue.InRegion(id)); n > 0 {
			w.Links = append(w.Links, link{Label: v.label("region", id), URL: v.url("/regions/" + id)})
			w.N = append(w.N, n)
		}
	}
	return w
}
