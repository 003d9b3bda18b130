package practices

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"opendoor/practices/vocabulary"
	"opendoor/regions"
)

// A Report says what the catalogue holds and what it lacks, for editors and
// for anyone who wants to know how far to trust it. Each entry is counted once
// for each value that it has.
type Report struct {
	Entries   int
	Full      int // that others can act on; the rest are snapshots
	Countries int
	Figures   int // rows of the ledgers
	Sources   int // different texts, by title and publisher
	Relations int

	Counts []Tally // by field, in the order of a reader's interest

	WithoutFigures []*Practice
	Stale          []*Practice // the oldest first
	Disputed       []*Practice // with rows that differ from one another
	InPart         []*Practice // resting wholly on texts that could be read only in part
	Translations   []TranslationDebt
}

// A Tally counts the entries that have each value of one field.
type Tally struct {
	Field  string // "kind", "region", "country", …
	Values []Counted
}

// A Counted is one value and the number of entries that have it.
type Counted struct {
	Value string
	N     int
}

// A TranslationDebt says how many entries a language has as translations, how
// many of these wait for a person to sign them and how many are stale, and how
// many entries cannot be read in the language at all.
type TranslationDebt struct {
	Lang                          string
	Texts, Drafts, Stale, Missing int
}

// Report counts everything, as of a moment.
func (c *Catalogue) Report(now time.Time) Report {
	r := Report{Entries: len(c.all), Countries: len(c.Countries())}
	texts := map[[2]string]bool{}
	for _, p := range c.all {
		if p.Full() {
			r.Full++
		}
		r.Figures += len(p.Figures)
		r.Relations += len(p.Related)
		whole := false
		for _, s := range p.Sources {
			texts[[2]string{s.Title, s.Publisher}] = true
			whole = whole || s.Read != "in-part"
		}
		if len(p.Figures) == 0 {
			r.WithoutFigures = append(r.WithoutFigures, p)
		}
		if !whole {
			r.InPart = append(r.InPart, p)
		}
		if p.Stale(now) {
			r.Stale = append(r.Stale, p)
		}
		if slices.ContainsFunc(p.Figures, func(f Figure) bool { return len(f.DiffersFrom) > 0 }) {
			r.Disputed = append(r.Disputed, p)
		}
	}
	r.Sources = len(texts)
	slices.SortStableFunc(r.Stale, func(a, b *Practice) int { return a.Fresh().end().Compare(b.Fresh().end()) })
	r.Counts = []Tally{
		c.tally("region", (*Practice).Regions),
		c.tally("country", func(p *Practice) []string { return codes(p.Countries) }),
		c.tally("kind", func(p *Practice) []string { return []string{p.Kind} }),
		c.tally("standing", func(p *Practice) []string { return []string{p.Standing} }),
		c.tally("element", func(p *Practice) []string { return p.Elements }),
		c.tally("measure", func(p *Practice) []string { return p.Measures }),
		c.tally("population", func(p *Practice) []string { return p.Populations }),
		c.tally("evidence", func(p *Practice) []string { return []string{p.Evidence.Level} }),
		c.tally("review-state", func(p *Practice) []string { return []string{p.Review.State} }),
		c.tally("lang", languages),
	}
	r.Translations = c.translationDebt()
	return r
}

// tally counts the values of a field: those of a vocabulary in its order,
// others the commonest first.
func (c *Catalogue) tally(field string, values func(*Practice) []string) Tally {
	counts := map[string]int{}
	for _, p := range c.all {
		for _, v := range values(p) {
			counts[v]++
		}
	}
	t := Tally{Field: field}
	if v, ok := vocabulary.All()[field]; ok {
		for _, id := range v.IDs() {
			t.Values = append(t.Values, Counted{id, counts[id]})
			delete(counts, id)
		}
	}
	rest := slices.SortedFunc(maps.Keys(counts), func(a, b string) int { return cmp.Or(counts[b]-counts[a], cmp.Compare(a, b)) })
	for _, id := range rest {
		t.Values = append(t.Values, Counted{id, counts[id]})
	}
	return t
}

func codes(list []regions.Code) []string {
	var out []string
	for _, c := range list {
		out = append(out, string(c))
	}
	return out
}

func languages(p *Practice) []string {
	return append([]string{p.Lang}, slices.Sorted(maps.Keys(p.Translations))...)
}

func (c *Catalogue) translationDebt() []TranslationDebt {
	debts := map[string]TranslationDebt{}
	for _, lang := range vocabulary.Languages {
		debts[lang] = TranslationDebt{Lang: lang}
	}
	for _, p := range c.all {
		for _, lang := range vocabulary.Languages {
			if p.Lang != lang && p.Translations[lang] == nil {
				d := debts[lang]
				d.Missing++
				debts[lang] = d
			}
		}
		for lang, t := range p.Translations {
			d := debts[lang]
			d.Lang = lang
			d.Texts++
			if t.State != "reviewed" {
				d.Drafts++
			}
			if t.Stale {
				d.Stale++
			}
			debts[lang] = d
		}
	}
	return slices.SortedFunc(maps.Values(debts), func(a, b TranslationDebt) int { return cmp.Compare(a.Lang, b.Lang) })
}
