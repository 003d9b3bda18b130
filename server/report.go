package server

import (
	"opendoor/practices"
	"opendoor/regions"
	"opendoor/search"
)

// reportPage is what the catalogue holds and what it lacks.
type reportPage struct {
	frame
	Heading, Lead string
	Counts        []count
	Tallies       []tallyTable
	Lists         []reportList
	Translations  []translationLine
}

type tallyTable struct {
	Heading string
	Rows    []tallyRow
}

type tallyRow struct {
	Label, URL string
	Lang       string // of the label, where it is not the page's
	N          int
}

// A reportList names the entries with one trait, folded.
type reportList struct {
	Heading, Said string
	Entries       []link
}

type translationLine struct {
	Language                      string
	Texts, Drafts, Stale, Missing int
}

func report(v *visit) (page, error) {
	r := v.catalogue.Report(v.now)
	p := reportPage{frame: v.frame("", v.say("report.title")), Heading: v.say("report.title"), Lead: v.say("report.lead")}
	p.Description = p.Lead
	for _, c := range []struct {
		key string
		n   int
	}{{"entries", r.Entries}, {"full", r.Full}, {"countries", r.Countries}, {"figures", r.Figures}, {"sources", r.Sources}, {"relations", r.Relations}} {
		p.Counts = append(p.Counts, count{v.number(float64(c.n)), v.say("report.count_"+c.key, "n", c.n)})
	}
	groups := map[string]search.Group{
		"region": search.GroupRegion, "country": search.GroupCountry, "kind": search.GroupKind, "standing": search.GroupStanding, "element": search.GroupElement,
		"measure": search.GroupMeasure, "population": search.GroupPopulation, "evidence": search.GroupEvidence, "lang": search.GroupLang,
	}
	for _, t := range r.Counts {
		group, filter := groups[t.Field]
		table := tallyTable{Heading: v.say("report.by_" + t.Field)}
		for _, c := range t.Values {
			row := tallyRow{N: c.N, Label: v.valueName(t.Field, c.Value)}
			if t.Field == "lang" {
				row.Lang = v.foreign(c.Value)
			}
			if filter && c.N > 0 {
				row.URL = v.urlWith("/practices", search.Query{}.With(group, c.Value).Values())
			}
			table.Rows = append(table.Rows, row)
		}
		p.Tallies = append(p.Tallies, table)
	}
	for _, l := range []struct {
		key  string
		list []*practices.Practice
	}{{"without_figures", r.WithoutFigures}, {"stale", r.Stale}, {"disputed", r.Disputed}, {"in_part", r.InPart}} {
		out := reportList{Heading: v.say("report."+l.key, "n", len(l.list)), Said: v.say("report." + l.key + "_said")}
		for _, o := range l.list {
			title, _, lang := v.words(o)
			label := title
			if l.key == "stale" {
				label = v.say("report.stale_line", "title", title, "date", v.date(o.Fresh()))
			}
			out.Entries = append(out.Entries, link{Label: label, URL: v.url("/practices/" + o.ID), Lang: v.foreign(lang)})
		}
		p.Lists = append(p.Lists, out)
	}
	for _, d := range r.Translations {
		p.Translations = append(p.Translations, translationLine{capital(v.language(d.Lang)), d.Texts, d.Drafts, d.Stale, d.Missing})
	}
	return page{template: "report", data: p}, nil
}

// valueName names a value of a field of the report.
func (v *visit) valueName(field, value string) string {
	switch field {
	case "country":
		return v.country(regions.Code(value))
	case "lang":
		return capital(v.language(value))
	}
	return v.label(field, value)
}
