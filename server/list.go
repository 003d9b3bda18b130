package server

import (
	"cmp"
	"context"
	"net/url"
	"slices"
	"strings"
	"time"

	"golang.org/x/text/collate"
	"golang.org/x/text/language"

	"opendoor/practices/glossary"
	"opendoor/regions"
	"opendoor/search"
	"opendoor/templates"
)

// listPage is the answer to a query, as a list or as a table.
type listPage struct {
	frame
	Heading, Lead              string
	Query                      string
	Action                     string
	SearchHidden, FilterHidden []hidden
	Starts                     []link
	Facets                     []facet
	ChosenCount                int
	FilterButton               string
	Chips                      []chip
	ClearURL                   string
	Total, Of                  int
	Tally                      string
	Views, Sorts               []link
	Notes                      []note
	Term                       *termLine // of the glossary, when the query names one
	View                       string
	Cards                      []card
	Range, Previous, Next      string
	Empty                      *emptyHelp
	Data                       []link // the same results for programs
	Choose                     string // where some of them can be ticked
}

type facet struct {
	Name, Label  string
	Open         bool
	Values, More []templates.Option // More is folded
}

type chip struct {
	Label, Group, URL, Remove string
	Unknown                   bool
}

type hidden struct{ Name, Value string }

// emptyHelp is what to do when nothing was found: which part of the query to
// drop, and where else to look.
type emptyHelp struct {
	Said      string
	Drop      []link
	Elsewhere []link
}

// Facets whose groups stand open, and how many values show before the rest is
// folded.
var openFacets = []search.Group{search.GroupPopulation, search.GroupMeasure, search.GroupKind}

const shownValues = 7

// searchPatience is how long one query may take.
const searchPatience = 300 * time.Millisecond

// context bounds the searches of one page.
func (v *visit) context() context.Context {
	ctx, cancel := context.WithTimeout(context.Background(), searchPatience)
	context.AfterFunc(ctx, cancel)
	return ctx
}

// canonicalList is the query string of a list in its one form, view included.
func canonicalList(v *visit) string {
	values := search.ParseQuery(v.query, v.lang).Values()
	if view := v.query.Get("view"); view == "table" || view == "map" {
		values.Set("view", view)
	}
	return values.Encode()
}

// practiceList serves the practices that match a query.
func practiceList(v *visit) (page, error) {
	if v.pack != nil {
		return packList(v)
	}
	if v.query.Get("view") == "map" {
		return practiceMap(v)
	}
	q := search.ParseQuery(v.query, v.lang)
	r, err := v.index.Search(v.context(), q)
	if err != nil {
		return page{}, err
	}
	view := "list"
	if v.query.Get("view") == "table" {
		view = "table"
	}
	return page{template: "list", data: v.listPage(r, view)}, nil
}

// listPage is all that the views of a query have in common, and its entries.
func (v *visit) listPage(r *search.Result, view string) listPage {
	p := listPage{
		frame:   v.frame("practices", v.listTitle(r.Query)),
		Heading: v.say("list.heading"),
		Query:   r.Query.Text, Action: v.url(viewPath(view)),
		Total: r.Total, Of: r.Of, Tally: v.say("list.tally", "n", r.Total, "of", r.Of),
		View: view, ClearURL: v.listURL(search.Query{Text: r.Query.Text}, view),
	}
	values := r.Query.WithPage(1).Values()
	p.Data = []link{
		{Label: "JSON", URL: "/api/v1/practices?" + values.Encode()},
		{Label: "CSV", URL: v.urlWith("/practices.csv", values)},
		{Label: "GeoJSON", URL: withQuery("/practices.geojson", r.Query.WithPage(1).WithSort("").Values().Encode())},
		{Label: "Atom", URL: v.urlWith("/practices.atom", values)},
	}
	if r.Query.Narrowed() && r.Total > 0 {
		p.Data = append(p.Data, link{Label: v.say("pack.take"), URL: v.packURL(r.Query.WithPage(1).WithSort("").Values())})
	} else if r.Total > 0 {
		p.Data = append(p.Data, link{Label: v.say("pack.whole"), URL: v.packURL(nil)})
	}
	if r.Query.Text != "" || len(r.Query.Chosen) > 0 { // from all there are, nobody ticks
		p.Choose = v.urlWith("/choose", r.Query.WithPage(1).Values())
	}
	p.Lead = v.say("list.lead")
	p.Description = v.say("list.description")
	p.NoIndex = r.Query.Text != "" || len(r.Query.Chosen) > 0
	p.SearchHidden = carried(r.Query.WithText(""), view)
	p.FilterHidden = carried(search.Query{Text: r.Query.Text, Sort: r.Query.Sort}, view)
	p.Facets = v.facets(r)
	p.Chips = v.chips(r, view)
	p.ChosenCount = len(p.Chips)
	p.FilterButton = v.say("list.filter_button", "n", len(p.Chips))
	if len(p.Chips) == 0 && r.Query.Text == "" {
		p.Starts = v.starts()
	}
	for _, name := range []string{"list", "map", "table"} {
		p.Views = append(p.Views, link{Label: v.say("view." + name), URL: v.listURL(r.Query, name), Current: name == view})
	}
	for _, s := range search.Sorts() {
		if s == search.SortBest && r.Query.Text == "" {
			continue // there is nothing to match
		}
		p.Sorts = append(p.Sorts, link{Label: v.say("sort." + string(s)), URL: v.listURL(r.Query.WithSort(s), view), Current: s == r.Query.Sort})
	}
	p.Notes = v.notes(r, view)
	if t, ok := glossary.Find(r.Query.Text); ok {
		line := v.termLine(t)
		line.Definition = v.orDraft(line.Definition, t.In(v.lang).Draft)
		p.Term = &line
	}
	for _, h := range r.Hits {
		p.Cards = append(p.Cards, v.cardOf(h))
	}
	p.turn(v, r, view)
	if r.Total == 0 {
		p.Empty = v.nothing(r, view)
	}
	return p
}

// turn fills in which part of the results this page is, and the ways to the
// others.
func (p *listPage) turn(v *visit, r *search.Result, view string) {
	if r.Total == 0 {
		return
	}
	first := (r.Page-1)*r.PerPage + 1
	p.Range = v.say("list.range", "from", v.number(float64(first)), "to", v.number(float64(first+len(r.Hits)-1)), "n", r.Total)
	if r.Page > 1 {
		p.Previous = v.listURL(r.Query.WithPage(r.Page-1), view)
	}
	if r.Page < r.Pages {
		p.Next = v.listURL(r.Query.WithPage(r.Page+1), view)
	}
}

// listURL is the address of a query in a view.
func (v *visit) listURL(q search.Query, view string) string {
	values := q.Values()
	if view == "table" {
		values.Set("view", "table")
	}
	return v.urlWith(viewPath(view), values)
}

// viewPath is the address of a view.
func viewPath(view string) string {
	if view == "map" {
		return "/map"
	}
	return "/practices"
}

// carried are the parts of a query that a form must send along with its own.
func carried(q search.Query, view string) []hidden {
	var out []hidden
	values := q.Values()
	values.Del("page")
	for _, name := range sortedKeys(values) {
		for _, value := range values[name] {
			out = append(out, hidden{name, value})
		}
	}
	if view == "table" {
		out = append(out, hidden{"view", view})
	}
	return out
}

func sortedKeys(values url.Values) []string {
	var names []string
	for name := range values {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

func (v *visit) listTitle(q search.Query) string {
	if q.Text != "" {
		return v.say("list.title_query", "query", q.Text)
	}
	return v.say("list.title")
}

// starts are a few filters to begin with.
func (v *visit) starts() []link {
	var out []link
	for _, s := range []struct {
		group search.Group
		vocab string
		id    string
	}{
		{search.GroupPopulation, "population", "families"},
		{search.GroupMeasure, "measure", "case-management"},
		{search.GroupMeasure, "measure", "alternative-care"},
		{search.GroupKind, "kind", "law"},
		{search.GroupEvidence, "evidence", "evaluated"},
	} {
		out = append(out, link{Label: v.label(s.vocab, s.id), URL: v.listURL(search.Query{}.With(s.group, s.id), "list")})
	}
	return out
}

// facets shows each filter group: the commonest values first, what is chosen
// always in sight, the long tail folded.
func (v *visit) facets(r *search.Result) []facet {
	var out []facet
	for _, f := range r.Facets {
		if f.Group == search.GroupYear {
			continue // is typed, "year:2019..2022", not ticked: the years are many
		}
		group := facet{Name: string(f.Group), Label: v.say("facet." + string(f.Group))}
		group.Open = slices.Contains(openFacets, f.Group)
		var values []templates.Option
		for _, fv := range f.Values {
			group.Open = group.Open || fv.Selected
			values = append(values, templates.Option{
				Value: fv.Value, Label: v.valueLabel(f.Group, fv.Value), Lang: v.valueLang(f.Group, fv.Value), Count: fv.Count, Selected: fv.Selected,
			})
		}
		if f.Group.Vocabulary() == "" {
			v.collate(values)
		}
		shown := 0
		for _, fv := range values {
			if shown < shownValues || fv.Selected || len(values) <= shownValues+2 {
				group.Values = append(group.Values, fv)
				shown++
			} else {
				group.More = append(group.More, fv)
			}
		}
		out = append(out, group)
	}
	return out
}

// collate puts values of equal count in the order of the alphabet of the
// reader.
func (v *visit) collate(values []templates.Option) {
	c := collate.New(language.Make(v.lang))
	slices.SortStableFunc(values, func(a, b templates.Option) int {
		return cmp.Or(b.Count-a.Count, c.CompareString(a.Label, b.Label))
	})
}

// valueLabel names a value of a filter group.
func (v *visit) valueLabel(g search.Group, value string) string {
	switch {
	case g == search.GroupCountry:
		return v.country(regions.Code(value))
	case g == search.GroupLang:
		return capital(v.language(value))
	case g == search.GroupFresh:
		return v.say("fresh." + value)
	case g.Vocabulary() != "":
		return v.label(g.Vocabulary(), value)
	}
	return value
}

// valueLang is the language of the name of a value, where it is not the
// page's: languages are named in their own words.
func (v *visit) valueLang(g search.Group, value string) string {
	if g != search.GroupLang {
		return ""
	}
	return v.foreign(value)
}

// chips are the chosen values, each with the way to the list without it.
func (v *visit) chips(r *search.Result, view string) []chip {
	var out []chip
	for _, f := range r.Facets {
		for _, fv := range f.Values {
			if !fv.Selected {
				continue
			}
			label := v.valueLabel(f.Group, fv.Value)
			out = append(out, chip{
				Label: label, Group: v.say("facet." + string(f.Group)), URL: v.listURL(r.Query.Without(f.Group, fv.Value), view),
				Remove: v.say("list.remove", "label", label), Unknown: fv.Unknown,
			})
		}
	}
	return out
}

// A note says what was done with a query beyond what was typed; with a link it
// offers another.
type note struct {
	Text string
	Link *link
}

func (v *visit) notes(r *search.Result, view string) []note {
	var out []note
	say := func(key string, args ...any) { out = append(out, note{Text: v.say(key, args...)}) }
	if len(r.Expanded) > 0 {
		var typed []string
		for _, e := range r.Expanded {
			typed = append(typed, e.Typed)
		}
		verbatim := &link{Label: v.say("list.note.verbatim"), URL: v.listURL(r.Query.WithVerbatim(true), view)}
		out = append(out, note{v.say("list.note.expanded", "words", v.list(typed)), verbatim})
	}
	for _, c := range r.Corrected {
		say("list.note.corrected", "typed", c.Typed, "as", c.As)
	}
	if r.DidYouMean != "" {
		offer := &link{Label: r.DidYouMean, URL: v.listURL(r.Query.WithText(r.DidYouMean), view)}
		out = append(out, note{v.say("list.note.did_you_mean"), offer})
	}
	if len(r.Absent) > 0 && r.Total > 0 {
		say("list.note.absent", "words", v.list(r.Absent))
	}
	if r.Relaxed && r.Total > 0 {
		say("list.note.relaxed")
	}
	if len(r.Dropped) > 0 {
		say("list.note.dropped", "words", v.list(r.Dropped))
	}
	return out
}

func (v *visit) emptySaid(q search.Query) string {
	switch {
	case q.Text != "" && len(q.Chosen) > 0:
		return v.say("list.empty.said_both", "query", q.Text)
	case q.Text != "":
		return v.say("list.empty.said_query", "query", q.Text)
	}
	return v.say("list.empty.said_filters")
}

// nothing helps when nothing was found: it says how many there would be
// without each part of the query, and where else to look.
func (v *visit) nothing(r *search.Result, view string) *emptyHelp {
	help := &emptyHelp{Said: v.emptySaid(r.Query)}
	for _, w := range r.Without {
		label := w.Word
		switch {
		case w.Group != "":
			label = v.valueLabel(w.Group, w.Value)
		case label == "":
			label = v.say("list.all_filters")
		}
		help.Drop = append(help.Drop, link{Label: v.say("list.empty.without", "label", label, "n", w.Total), URL: v.listURL(w.Query, view)})
	}
	for _, n := range r.Named {
		switch n.Vocabulary {
		case "country":
			c, _ := regions.Lookup(regions.Code(n.Value))
			help.Elsewhere = append(help.Elsewhere,
				link{Label: v.country(c.Code), URL: v.url("/countries/" + strings.ToLower(n.Value))},
				link{Label: v.label("region", string(c.Region)), URL: v.url("/regions/" + string(c.Region))})
		case "glossary":
			if t, ok := glossary.Lookup(n.Value); ok {
				help.Elsewhere = append(help.Elsewhere, link{Label: t.Name(), URL: v.url("/glossary/" + t.ID), Lang: v.foreign(defaultLanguage)})
			}
		}
	}
	help.Elsewhere = append(help.Elsewhere,
		link{Label: v.say("list.empty.all"), URL: v.url("/practices")},
		link{Label: v.say("list.empty.countries"), URL: v.url("/countries")},
		link{Label: v.say("list.empty.glossary"), URL: v.url("/glossary")})
	return help
}
