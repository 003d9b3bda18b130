package server

import (
	"cmp"
	"slices"

	"opendoor/practices"
	"opendoor/practices/vocabulary"
	"opendoor/search"
)

// A grid shows what there is and what there is not: people down the side, the
// elements of an alternative across, and in each cell the number of entries.
// A full cell leads to its entries; an empty one is a gap to work on.
type grid struct {
	Columns []string
	Rows    []gridRow
	Missing string // people of whom no entry speaks
}

type gridRow struct {
	Label string
	Cells []gridCell
}

type gridCell struct {
	N          int
	URL, Label string // Label says in words what the number counts
}

// coverage lays the entries of a profile out. Entries for everyone count for
// everyone alone: they do not show that anybody thought of children.
func (v *visit) coverage(list []*practices.Practice, narrow func(search.Query) search.Query) *grid {
	if len(list) == 0 {
		return nil
	}
	elements := vocabulary.Named("element").IDs()
	g := &grid{}
	for _, e := range elements {
		g.Columns = append(g.Columns, v.label("element", e))
	}
	var missing []string
	for _, who := range vocabulary.Named("population").IDs() {
		row := gridRow{Label: v.label("population", who)}
		found := false
		for _, e := range elements {
			n := 0
			for _, p := range list {
				if slices.Contains(p.Populations, who) && slices.Contains(p.Elements, e) {
					n++
				}
			}
			cell := gridCell{N: n}
			if n > 0 {
				found = true
				cell.URL = v.urlWith("/practices", narrow(search.Query{}).With(search.GroupPopulation, who).With(search.GroupElement, e).Values())
				cell.Label = v.say("profile.cell", "n", n, "who", row.Label, "element", v.label("element", e))
			}
			row.Cells = append(row.Cells, cell)
		}
		if found {
			g.Rows = append(g.Rows, row)
		} else {
			missing = append(missing, row.Label)
		}
	}
	if len(missing) > 0 {
		g.Missing = v.list(missing)
	}
	return g
}

// An event is one entry on a time line.
type event struct {
	Date, Title, URL, Kind, Lang string
	Here                         bool   // the entry whose page this is
	Proven                       string // says that somebody else confirms it
	Caution                      string
}

// timeLine puts entries in the order in which they began; those of unknown
// date are left out.
func (v *visit) timeLine(list []*practices.Practice) []event {
	dated := slices.DeleteFunc(slices.Clone(list), func(p *practices.Practice) bool { return p.Started.IsZero() })
	slices.SortStableFunc(dated, func(a, b *practices.Practice) int {
		return cmp.Or(cmp.Compare(a.Started.String(), b.Started.String()), cmp.Compare(a.ID, b.ID))
	})
	var out []event
	for _, p := range dated {
		out = append(out, v.event(p, p.Started))
	}
	return out
}

func (v *visit) event(p *practices.Practice, d practices.Date) event {
	title, _, lang := v.words(p)
	e := event{Date: v.date(d), Title: title, URL: v.url("/practices/" + p.ID), Kind: v.label("kind", p.Kind), Lang: v.foreign(lang)}
	if p.Cautioned() {
		e.Caution = v.label("standing", p.Standing)
	}
	return e
}

// chain is the time line of the steps that an entry stands among.
func (v *visit) chain(p *practices.Practice) (steps []event, said string) {
	chain := v.catalogue.Chain(p.ID)
	last := practices.LastProven(chain)
	for i, s := range chain {
		e := v.event(s.Practice, s.Date)
		e.Here = s.Here
		if s.Proven {
			e.Proven = v.say("entry.step_proven")
		}
		if i == last {
			said = v.say("entry.last_proven", "title", e.Title)
		}
		steps = append(steps, e)
	}
	if len(chain) > 0 && last < 0 {
		said = v.say("entry.none_proven")
	}
	return steps, said
}

// A promise is what an entry says of law and of practice, side by side.
type promise struct {
	Title, URL, Lang string
	Law, Practice    string
	Apart            bool // the law says more than is done
}

// promises compares law and practice over the entries of a profile.
func (v *visit) promises(list []*practices.Practice) []promise {
	var out []promise
	for _, p := range list {
		if !told(p.InLaw) || !asks(p.InPractice) {
			continue
		}
		title, _, lang := v.words(p)
		row := promise{Title: title, URL: v.url("/practices/" + p.ID), Lang: v.foreign(lang), Law: v.answer(p.InLaw), Practice: v.answer(p.InPractice)}
		row.Apart = told(p.InLaw) && told(p.InPractice) && p.InLaw.Answer != p.InPractice.Answer && p.InPractice.Answer != "yes"
		out = append(out, row)
	}
	return out
}

// asks says whether the question makes sense for the entry.
func asks(a *practices.Answer) bool { return a == nil || a.Answer != "not-applicable" }

// told says whether an answer says anything.
func told(a *practices.Answer) bool {
	return a != nil && (a.Answer == "yes" || a.Answer == "partly" || a.Answer == "no")
}

func (v *visit) answer(a *practices.Answer) string {
	if a == nil {
		return v.say("entry.nobody_looked")
	}
	return v.label("answer", a.Answer)
}

// A pledge is a promise on record and how it stands.
type pledge struct{ Title, URL, Lang, Status, Date string }

func (v *visit) pledges(list []*practices.Practice) []pledge {
	var out []pledge
	for _, p := range list {
		if p.Kind != "commitment" {
			continue
		}
		title, _, lang := v.words(p)
		out = append(out, pledge{title, v.url("/practices/" + p.ID), v.foreign(lang), v.label("status", p.Status), v.date(p.AsOf)})
	}
	return out
}

// freshness says how old what stands behind a list of entries is.
func (v *visit) freshness(list []*practices.Practice) string {
	var newest practices.Date
	stale := 0
	for _, p := range list {
		if p.Fresh().After(newest) {
			newest = p.Fresh()
		}
		if p.Stale(v.now) {
			stale++
		}
	}
	if newest.IsZero() {
		return ""
	}
	return v.say("profile.fresh", "date", v.date(newest), "n", stale, "of", v.number(float64(len(list))))
}

// texts are the different sources behind a list of entries, the newest first.
func (v *visit) texts(list []*practices.Practice) []source {
	type text struct {
		source
		date practices.Date
	}
	var all []text
	seen := map[[2]string]bool{}
	for _, p := range list {
		for i, s := range p.Sources {
			key := [2]string{s.Title, s.Publisher}
			if seen[key] {
				continue
			}
			seen[key] = true
			d, _ := practices.ParseDate(s.Date)
			all = append(all, text{v.sources(p)[i], d})
		}
	}
	slices.SortStableFunc(all, func(a, b text) int {
		return cmp.Or(b.date.Time().Compare(a.date.Time()), cmp.Compare(a.Title, b.Title))
	})
	out := make([]source, len(all))
	for i, t := range all {
		out[i] = t.source
		out[i].N, out[i].ID = i+1, ""
	}
	return out
}
