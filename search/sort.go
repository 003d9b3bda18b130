package search

import (
	"cmp"
	"slices"
	"sync"

	"golang.org/x/text/collate"
	"golang.org/x/text/language"

	"opendoor/practices"
	"opendoor/practices/vocabulary"
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
	SortTitle    Sort = "title"    // by the alphabet of the reader
)

var sorts = []Sort{SortBest, SortEvidence, SortNewest, SortReviewed, SortTitle}

// Sorts lists the orders in which readers see them.
func Sorts() []Sort { return slices.Clone(sorts) }

// orders holds the entries in every order that does not depend on the query.
type orders struct {
	fixed  map[Sort][]int
	titles map[string]func() []int // by the language of the reader, made when first asked for
}

func newOrders(all []*practices.Practice) orders {
	order := func(compare func(a, b *practices.Practice) int) []int {
		list := make([]int, len(all))
		for i := range list {
			list[i] = i
		}
		slices.SortStableFunc(list, func(a, b int) int { return compare(all[a], all[b]) })
		return list
	}
	o := orders{
		fixed: map[Sort][]int{
			SortEvidence: order(func(a, b *practices.Practice) int {
				return cmp.Or(cmp.Compare(b.Evidence.Step(), a.Evidence.Step()), later(a.Fresh(), b.Fresh()))
			}),
			SortNewest:   order(func(a, b *practices.Practice) int { return later(a.Fresh(), b.Fresh()) }),
			SortReviewed: order(func(a, b *practices.Practice) int { return later(a.Review.On, b.Review.On) }),
		},
		titles: map[string]func() []int{},
	}
	for _, lang := range vocabulary.Languages {
		o.titles[lang] = sync.OnceValue(func() []int { return byTitle(all, lang) })
	}
	return o
}

// in gives the entries in an order, for a reader of lang.
func (o orders) in(s Sort, lang string) []int {
	if s == SortTitle {
		if titles, ok := o.titles[lang]; ok {
			return titles()
		}
		return o.titles["en"]()
	}
	return o.fixed[s]
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
	c := collate.New(language.Make(lang), collate.Loose, collate.Numeric)
	var buf collate.Buffer
	keys := make([][]byte, len(all))
	list := make([]int, len(all))
	for i, p := range all {
		list[i], keys[i] = i, slices.Clone(c.KeyFromString(&buf, shown(p, lang).Title))
		buf.Reset()
	}
	slices.SortStableFunc(list, func(a, b int) int { return slices.Compare(keys[a], keys[b]) })
	return list
}

// A candidate is an entry on its way into the first results.
type candidate struct {
	row   int
	slip  bool // found only in another spelling than typed
	late  bool // should not stand first, see best
	whole bool // has every word
	score float64
}

// before says whether a stands before b.
func (a candidate) before(b candidate) bool {
	switch {
	case a.slip != b.slip:
		return b.slip
	case a.whole != b.whole:
		return a.whole
	case a.late != b.late:
		return b.late
	case a.score != b.score:
		return a.score > b.score
	}
	return a.row < b.row
}

// best gives the best n of some entries, best first. Entries with every word
// stand before those that lack one. Those that carry a caution and match by a
// label alone stand last: detention by another name is no first answer to a
// question about alternatives to it.
func (x *Index) best(m *matching, left rows, n int) []int {
	var top []candidate
	left.each(func(row int) bool {
		c := candidate{row: row, whole: m.whole.has(row), score: m.score(row), slip: !m.exact(row)}
		c.late = x.cautioned.has(row) && !m.told(row)
		if len(top) == n && !c.before(top[n-1]) {
			return true
		}
		at, _ := slices.BinarySearchFunc(top, c, func(a, b candidate) int {
			if a.before(b) {
				return -1
			}
			return 1
		})
		if len(top) == n {
			top = top[:n-1]
		}
		top = slices.Insert(top, at, c)
		return true
	})
	list := make([]int, len(top))
	for i, c := range top {
		list[i] = c.row
	}
	return list
}
