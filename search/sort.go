package search

import (
	"cmp"
	"math"
	"slices"
	"sync"

	"golang.org/x/text/collate"
	"golang.org/x/text/language"

	"opendoor/practices"
	"opendoor/practices/vocabulary"
	"opendoor/regions"
)

// A Sort is an order of results. Entries that are equal in it stand by id, so
// that the same query gives the same page every time.
type Sort string

// The orders.
const (
	SortBest     Sort = "best"     // best match for the text
	SortEvidence Sort = "evidence" // strongest evidence, then freshest
	SortNewest   Sort = "newest"   // newest source or day of which the status is known
	SortReviewed Sort = "reviewed" // most recently reviewed; never reviewed last
	SortStarted  Sort = "started"  // begun last; when it began is not known last
	SortCountry  Sort = "country"  // by the names of countries in the alphabet of the reader; those of no country last
	SortTitle    Sort = "title"    // by the alphabet of the reader
)

var sorts = []Sort{SortBest, SortEvidence, SortNewest, SortReviewed, SortStarted, SortCountry, SortTitle}

// Sorts lists the orders in which readers see them.
func Sorts() []Sort { return slices.Clone(sorts) }

// orders holds the entries in every order that does not depend on the query.
type orders struct {
	fixed map[Sort]*order
	// By the language of the reader, made when first asked for.
	titles, countries map[string]func() *order
}

// An order is all rows of a catalogue in turn.
type order struct {
	rows   []int
	places []int // of each row
}

func newOrder(rows []int) *order {
	o := &order{rows, make([]int, len(rows))}
	for place, row := range rows {
		o.places[row] = place
	}
	return o
}

// first gives the first n of some rows. Few rows are put in order; for many it
// takes less to go through all rows until there are enough.
func (o *order) first(some rows, n int) []int {
	list := make([]int, 0, min(n, len(o.rows)))
	if few := some.count(); few*few < len(o.rows) {
		some.each(func(row int) bool {
			list = append(list, row)
			return true
		})
		slices.SortFunc(list, func(a, b int) int { return o.places[a] - o.places[b] })
		return list[:min(len(list), n)]
	}
	for _, row := range o.rows {
		if some.has(row) {
			if list = append(list, row); len(list) == n {
				break
			}
		}
	}
	return list
}

func newOrders(all []*practices.Practice) orders {
	by := func(compare func(a, b *practices.Practice) int) *order {
		list := make([]int, len(all))
		for i := range list {
			list[i] = i
		}
		slices.SortStableFunc(list, func(a, b int) int { return compare(all[a], all[b]) })
		return newOrder(list)
	}
	o := orders{
		fixed: map[Sort]*order{
			SortEvidence: by(func(a, b *practices.Practice) int {
				return cmp.Or(cmp.Compare(b.Evidence.Step(), a.Evidence.Step()), later(a.Fresh(), b.Fresh()))
			}),
			SortNewest:   by(func(a, b *practices.Practice) int { return later(a.Fresh(), b.Fresh()) }),
			SortReviewed: by(func(a, b *practices.Practice) int { return later(a.Review.On, b.Review.On) }),
			SortStarted:  by(func(a, b *practices.Practice) int { return later(a.Started, b.Started) }),
		},
		titles: map[string]func() *order{}, countries: map[string]func() *order{},
	}
	for _, lang := range vocabulary.Languages {
		o.titles[lang] = sync.OnceValue(func() *order { return newOrder(byTitle(all, lang)) })
		o.countries[lang] = sync.OnceValue(func() *order { return newOrder(byCountry(all, lang)) })
	}
	return o
}

// in gives the entries in an order, for a reader of lang; in that of evidence
// for a name that is none.
func (o orders) in(s Sort, lang string) *order {
	alphabetic := map[Sort]map[string]func() *order{SortTitle: o.titles, SortCountry: o.countries}[s]
	switch {
	case alphabetic == nil && o.fixed[s] == nil:
		return o.fixed[SortEvidence]
	case alphabetic == nil:
		return o.fixed[s]
	case alphabetic[lang] == nil:
		lang = "en"
	}
	return alphabetic[lang]()
}

// later puts the later date first, and unknown ones last.
func later(a, b practices.Date) int {
	switch {
	case a.After(b):
		return -1
	case b.After(a):
		return 1
	}
	return 0
}

// byTitle orders entries by the title that a reader of lang sees.
func byTitle(all []*practices.Practice, lang string) []int {
	return byAlphabet(all, lang, func(p *practices.Practice) string { return shown(p, lang).Title })
}

// byCountry orders entries by the name of their country in lang, those of
// several by the first of these. Those of none, which are of a region or of
// the world, are last.
func byCountry(all []*practices.Practice, lang string) []int {
	alphabet := collate.New(language.Make(lang), collate.Loose)
	return byAlphabet(all, lang, func(p *practices.Practice) string {
		first := ""
		for _, code := range p.Countries {
			if name := regions.Name(code, lang); first == "" || alphabet.CompareString(name, first) < 0 {
				first = name
			}
		}
		return first
	})
}

// byAlphabet orders entries by a text in lang, those without one last.
func byAlphabet(all []*practices.Practice, lang string, text func(*practices.Practice) string) []int {
	c := collate.New(language.Make(lang), collate.Loose, collate.Numeric)
	var buf collate.Buffer
	keys := make([][]byte, len(all))
	list := make([]int, len(all))
	for i, p := range all {
		list[i] = i
		if t := text(p); t != "" {
			keys[i] = slices.Clone(c.KeyFromString(&buf, t))
			buf.Reset()
		}
	}
	slices.SortStableFunc(list, func(a, b int) int {
		if (keys[a] == nil) != (keys[b] == nil) {
			return len(keys[b]) - len(keys[a])
		}
		return slices.Compare(keys[a], keys[b])
	})
	return list
}

// A candidate is an entry on its way into the first results.
type candidate struct {
	row   int
	slip  bool // found only in another spelling than typed
	late  bool // should not stand first, see best
	score float64
}

// before says whether a stands before b.
func (a candidate) before(b candidate) bool {
	switch {
	case a.slip != b.slip:
		return b.slip
	case a.late != b.late:
		return b.late
	case a.score != b.score:
		return a.score > b.score
	}
	return a.row < b.row
}

func (a candidate) compare(b candidate) int {
	if a.before(b) {
		return -1
	}
	return 1
}

// best gives the best n of some entries, best first. Those that carry a caution and match by a
// label alone stand last: detention by another name is no first answer to a
// question about alternatives to it.
func (x *Index) best(m *matching, left rows, n int) []int {
	if n >= left.count() {
		n = math.MaxInt // all are wanted: no need to hold the first few apart
	}
	var top []candidate
	left.each(func(row int) bool {
		c := candidate{row: row, score: m.score(row), slip: !m.exact(row)}
		c.late = x.cautioned.has(row) && !m.told(row)
		switch {
		case n == math.MaxInt:
			top = append(top, c)
			return true
		case len(top) == n && !c.before(top[n-1]):
			return true
		}
		at, _ := slices.BinarySearchFunc(top, c, candidate.compare)
		if len(top) == n {
			top = top[:n-1]
		}
		top = slices.Insert(top, at, c)
		return true
	})
	if n == math.MaxInt {
		slices.SortFunc(top, candidate.compare)
	}
	list := make([]int, len(top))
	for i, c := range top {
		list[i] = c.row
	}
	return list
}
