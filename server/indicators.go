package server

import (
	"cmp"
	"fmt"
	"net/url"
	"slices"

	"opendoor/practices"
	"opendoor/practices/vocabulary"
)

// indicatorsPage lists what the figures of the catalogue count.
type indicatorsPage struct {
	frame
	Heading, Lead string
	Drafts        string // that the definitions are drafts
	Indicators    []indicatorLine
}

type indicatorLine struct {
	Name, Definition, URL string
	N, Entries            int
	Tally                 string
}

// indicatorPage puts the figures of one indicator side by side. It never adds
// or averages them: each counts other people, in another way.
type indicatorPage struct {
	frame
	Crumbs                    []link
	Heading, Definition, Lead string
	Why                       []string // why two rows differ
	Regions, Sorts            []link
	Units                     []unitTable
	Empty                     string
}

// A unitTable has the rows that count in one unit.
type unitTable struct {
	Unit string
	Rows []indicatorRow
}

type indicatorRow struct {
	figure
	Title, URL, TitleLang, Place, CautionLabel string
	Publisher, By                              string // of the source; who leads the practice
	Own                                        bool   // the source is one of those who run it
	value                                      float64
	region                                     string
	start                                      string
}

// Orders of the rows of an indicator.
var indicatorSorts = []string{"place", "value", "period"}

func indicators(v *visit) (page, error) {
	p := indicatorsPage{frame: v.frame("figures", v.say("figures.title")), Heading: v.say("figures.heading"), Lead: v.say("figures.lead"), Drafts: v.draftNote()}
	p.Description = p.Lead
	for _, t := range vocabulary.Named("indicator").Terms {
		rows, entries := 0, 0
		for _, o := range v.catalogue.All() {
			n := 0
			for _, f := range o.Figures {
				if f.Indicator == t.ID {
					n++
				}
			}
			rows += n
			if n > 0 {
				entries++
			}
		}
		if rows > 0 {
			p.Indicators = append(p.Indicators, indicatorLine{
				Name: t.In(v.lang), Definition: v.definition("indicator", t.ID), URL: v.url("/figures/" + t.ID), N: rows, Entries: entries,
				Tally: v.say("figures.tally", "n", rows, "entries", v.say("countries.tally", "n", entries)),
			})
		}
	}
	return page{template: "figures", data: p}, nil
}

// canonicalIndicator is the part of the query that the page depends on.
func canonicalIndicator(v *visit) string { return indicatorQuery(v).Encode() }

func indicatorQuery(v *visit) url.Values {
	q := url.Values{}
	if r := v.query.Get("region"); vocabulary.Named("region").Has(r) {
		q.Set("region", r)
	}
	if s := v.query.Get("sort"); slices.Contains(indicatorSorts[1:], s) {
		q.Set("sort", s)
	}
	return q
}

func indicator(v *visit) (page, error) {
	id := v.params["indicator"]
	term, ok := vocabulary.Named("indicator").Get(id)
	if !ok {
		return page{}, fmt.Errorf("indicator %q: %w", id, errNoPage)
	}
	q := indicatorQuery(v)
	region, sort := q.Get("region"), cmp.Or(q.Get("sort"), indicatorSorts[0])
	name := term.In(v.lang)
	p := indicatorPage{
		frame: v.frame("figures", name), Heading: name, Definition: v.explained("indicator", id), Lead: v.say("figures.lead_one"),
		Crumbs: []link{{Label: v.say("nav.figures"), URL: v.url("/figures")}, {Label: name, Current: true}},
		Why:    []string{v.say("figures.why_period"), v.say("figures.why_people"), v.say("figures.why_counter"), v.say("figures.why_kind")},
	}
	p.Description = v.say("figures.description", "indicator", name)
	with := func(region, sort string) string {
		values := url.Values{}
		if region != "" {
			values.Set("region", region)
		}
		if sort != indicatorSorts[0] {
			values.Set("sort", sort)
		}
		return v.urlWith("/figures/"+id, values)
	}
	rows := v.indicatorRows(id)
	p.Regions = append(p.Regions, link{Label: v.say("figures.all_regions"), URL: with("", sort), Current: region == ""})
	for _, r := range vocabulary.Named("region").IDs() {
		if slices.ContainsFunc(rows, func(row indicatorRow) bool { return row.region == r }) || r == region {
			p.Regions = append(p.Regions, link{Label: v.label("region", r), URL: with(r, sort), Current: r == region})
		}
	}
	for _, s := range indicatorSorts {
		p.Sorts = append(p.Sorts, link{Label: v.say("figures.sort_" + s), URL: with(region, s), Current: s == sort})
	}
	if region != "" {
		rows = slices.DeleteFunc(rows, func(row indicatorRow) bool { return row.region != region })
	}
	p.Units = v.byUnit(rows, sort)
	if len(rows) == 0 {
		p.Empty = v.say("figures.empty")
	}
	return page{template: "figure", data: p}, nil
}

func (v *visit) indicatorRows(id string) []indicatorRow {
	var rows []indicatorRow
	for _, p := range v.catalogue.All() {
		title, _, lang := v.words(p)
		for _, f := range p.Figures {
			if f.Indicator != id {
				continue
			}
			s, _ := p.Source(f.Source)
			row := indicatorRow{
				figure: v.figure(p, f), Title: title, URL: v.url("/practices/"+p.ID) + "#figure-" + f.Key, TitleLang: v.foreign(lang), Place: v.place(p),
				Publisher: s.Publisher, By: v.names(p.Leaders(), 1), Own: p.ToldByActor(s),
				value: max(f.Value.Value, f.Low.Value), region: p.Region(), start: f.Period,
			}
			if p.Cautioned() {
				row.CautionLabel = v.label("standing", p.Standing)
			}
			rows = append(rows, row)
		}
	}
	return rows
}

// byUnit keeps unlike things apart: people are not put beside percentages.
func (v *visit) byUnit(rows []indicatorRow, sort string) []unitTable {
	slices.SortStableFunc(rows, func(a, b indicatorRow) int {
		switch sort {
		case "value":
			return cmp.Or(cmp.Compare(b.value, a.value), cmp.Compare(a.URL, b.URL))
		case "period":
			return cmp.Or(cmp.Compare(newestYear(b.start), newestYear(a.start)), cmp.Compare(a.URL, b.URL))
		}
		return cmp.Or(cmp.Compare(a.Place, b.Place), cmp.Compare(a.URL, b.URL))
	})
	var out []unitTable
	for _, unit := range vocabulary.Named("unit").IDs() {
		t := unitTable{Unit: v.label("unit", unit)}
		for _, r := range rows {
			if r.Unit == unit {
				t.Rows = append(t.Rows, r)
			}
		}
		if len(t.Rows) > 0 {
			out = append(out, t)
		}
	}
	return out
}

// newestYear is the last year named in a period told in words, 0 when none is.
func newestYear(period string) int {
	newest := 0
	for i := 0; i+4 <= len(period); i++ {
		if d, ok := practices.ParseDate(period[i : i+4]); ok {
			newest = max(newest, d.Year)
		}
	}
	return newest
}
