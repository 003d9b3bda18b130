package server

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"opendoor/practices"
	"opendoor/practices/vocabulary"
	"opendoor/regions"
	"opendoor/search"
)

// profilePage is one country or one region: what the catalogue knows of it.
type profilePage struct {
	frame
	Crumbs              []link
	Heading, Lead, Note string
	Counts              []way
	Countries           []link // of a region
	CountryN            []int
	Cards               []card
	SearchURL           string
	Grid                *grid
	Line                []event
	Promises            []promise // of a country
	Pledges             []pledge
	Fresh               string
	Sources             []source
	Wider               []card // of a country: entries of its region as a whole
	Empty               string
	Picture             *picture
}

// country serves what is known of one country.
func country(v *visit) (page, error) {
	code := regions.Code(strings.ToUpper(v.params["code"]))
	c, ok := regions.Lookup(code)
	if !ok {
		if found, known := regions.Find(v.params["code"]); known {
			return page{}, movedError{v.url("/countries/" + strings.ToLower(string(found)))}
		}
		return page{}, fmt.Errorf("country %q: %w", v.params["code"], errNoPage)
	}
	if lower := strings.ToLower(string(code)); lower != v.params["code"] {
		return page{}, movedError{v.url("/countries/" + lower)}
	}
	name := c.Names.In(v.lang)
	list := v.catalogue.InCountry(code)
	p := profilePage{
		frame: v.frame("countries", name), Heading: name,
		Lead:      v.say("profile.lead_country", "n", len(list), "country", name),
		SearchURL: v.urlWith("/practices", search.Query{}.With(search.GroupCountry, string(code)).Values()),
	}
	p.Description = v.say("profile.description", "place", name)
	p.Crumbs = []link{
		{Label: v.say("nav.countries"), URL: v.url("/countries")},
		{Label: v.label("region", string(c.Region)), URL: v.url("/regions/" + string(c.Region))},
		{Label: name, Current: true},
	}
	p.Note = c.Footnote
	if _, onMap := regions.PointOf(code); onMap {
		p.Picture = v.picture(zoom{region: c.Region, country: code})
	}
	p.fill(v, list, func(q search.Query) search.Query { return q.With(search.GroupCountry, string(code)) })
	p.Promises = v.promises(list)
	var wider []*practices.Practice
	for _, o := range v.catalogue.InRegion(string(c.Region)) {
		if o.Region() == string(c.Region) && len(o.Countries) == 0 {
			wider = append(wider, o)
		}
	}
	p.Wider = v.cards(wider[:min(len(wider), 6)])
	if len(list) == 0 {
		p.Empty = v.say("profile.empty")
	}
	return page{template: "profile", data: p}, nil
}

// region serves what is known of one of the working regions, or of the world
// as a whole.
func region(v *visit) (page, error) {
	id := v.params["region"]
	if !vocabulary.Named("region").Has(id) {
		return page{}, fmt.Errorf("region %q: %w", id, errNoPage)
	}
	name := v.label("region", id)
	list := v.catalogue.InRegion(id)
	p := profilePage{
		frame: v.frame("countries", name), Heading: name,
		Lead:      v.say("profile.lead_region", "n", len(list), "countries", v.regionCountries(id)),
		SearchURL: v.urlWith("/practices", search.Query{}.With(search.GroupRegion, id).Values()),
	}
	p.Description = v.say("profile.description", "place", name)
	p.Crumbs = []link{{Label: v.say("nav.countries"), URL: v.url("/countries")}, {Label: name, Current: true}}
	if _, onMap := regions.RegionView(regions.RegionID(id)); onMap {
		p.Picture = v.picture(zoom{region: regions.RegionID(id)})
	}
	p.fill(v, list, func(q search.Query) search.Query { return q.With(search.GroupRegion, id) })
	counts := v.catalogue.Countries()
	for _, c := range regions.ByName(v.lang) {
		if n := counts[c.Code]; n > 0 && string(c.Region) == id {
			p.Countries = append(p.Countries, link{Label: c.Names.In(v.lang), URL: v.url("/countries/" + strings.ToLower(string(c.Code)))})
			p.CountryN = append(p.CountryN, n)
		}
	}
	if len(list) == 0 {
		p.Empty = v.say("profile.empty")
	}
	return page{template: "profile", data: p}, nil
}

// profileCards is how many entries a profile shows whole; the list of all is
// one step away.
const profileCards = 12

// own leaves out entries of so many countries that their dates say little of
// one.
func own(list []*practices.Practice) []*practices.Practice {
	return slices.DeleteFunc(slices.Clone(list), func(p *practices.Practice) bool { return len(p.Countries) > 5 })
}

// fill puts the entries and the counts of a profile in: those of one's own
// first, cautioned ones last.
func (p *profilePage) fill(v *visit, list []*practices.Practice, narrow func(search.Query) search.Query) {
	sorted := slices.Clone(list)
	slices.SortStableFunc(sorted, func(a, b *practices.Practice) int {
		return cmp.Or(
			cmp.Compare(btoi(a.Cautioned()), btoi(b.Cautioned())),
			cmp.Compare(len(a.Countries), len(b.Countries)),
			cmp.Compare(b.Evidence.Step(), a.Evidence.Step()),
			cmp.Compare(a.ID, b.ID))
	})
	p.Cards = v.cards(sorted[:min(len(sorted), profileCards)])
	p.Grid = v.coverage(list, narrow)
	p.Pledges = v.pledges(sorted)
	p.Fresh = v.freshness(list)
	p.Line = v.timeLine(own(list))
	p.Sources = v.texts(list)
	for _, g := range []struct {
		group search.Group
		vocab string
	}{{search.GroupKind, "kind"}, {search.GroupElement, "element"}, {search.GroupMeasure, "measure"}, {search.GroupPopulation, "population"}} {
		counts := map[string]int{}
		for _, o := range list {
			for _, id := range g.group.Values(o) {
				counts[id]++
			}
		}
		w := way{Heading: v.say("facet." + string(g.group))}
		ids := vocabulary.Named(g.vocab).IDs()
		slices.SortStableFunc(ids, func(a, b string) int { return counts[b] - counts[a] })
		for _, id := range ids {
			if counts[id] > 0 {
				w.Links = append(w.Links, link{Label: v.label(g.vocab, id), URL: v.urlWith("/practices", narrow(search.Query{}).With(g.group, id).Values())})
				w.N = append(w.N, counts[id])
			}
		}
		if len(w.Links) > 0 {
			p.Counts = append(p.Counts, w)
		}
	}
}

// regionCountries says how many countries of a region have entries.
func (v *visit) regionCountries(id string) string {
	n := 0
	for code := range v.catalogue.Countries() {
		if c, ok := regions.Lookup(code); ok && string(c.Region) == id {
			n++
		}
	}
	return v.say("list.place.countries", "n", n)
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}
