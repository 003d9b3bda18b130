package search

import (
	"cmp"
	"math"
	"slices"
	"strconv"
	"time"

	"opendoor/practices"
	"opendoor/practices/vocabulary"
)

// A Facet is a group of filters with the number of entries behind each value.
type Facet struct {
	Group  Group
	Values []FacetValue // most entries first, then as the vocabulary has them; years by year, the last first
}

// A FacetValue is one filter. Count is how many entries the list would have
// if this value were the only one chosen in its group: it honours the text
// and the other groups, and ignores the choices in its own.
type FacetValue struct {
	Value    string
	Count    int
	Selected bool
	Unknown  bool // chosen, but nothing is called so; it matches nothing
}

// A column holds the values of one group for all entries.
type column struct {
	group  Group
	values []string       // in the order of the vocabulary
	at     map[string]int // place of a value
	sets   []rows         // entries that have the value
	totals []int          // of each set
	every  Facet          // of all entries, with nothing chosen

	// The values of every row, one row after another: where[row] is where those
	// of a row begin. To count few rows is quicker so than by sets.
	of    []uint16
	where []uint32
}

// settle makes what counting needs.
func (c *column) settle(n int) {
	byRow := make([][]uint16, n)
	for i, set := range c.sets {
		c.totals = append(c.totals, set.count())
		set.each(func(row int) bool {
			byRow[row] = append(byRow[row], uint16(i))
			return true
		})
	}
	c.where = make([]uint32, 0, n+1)
	for _, values := range byRow {
		c.where = append(c.where, uint32(len(c.of)))
		c.of = append(c.of, values...)
	}
	c.where = append(c.where, uint32(len(c.of)))
	c.every = c.facet(c.totals, nil)
}

// A table has the values of all groups of a row side by side, each counted on
// from the values of the groups before, so that one walk over it counts few
// rows in every group.
type table struct {
	first []int // of the values of each group; and in the end how many there are
	of    []uint16
	where []uint32 // as in a column
}

func newTable(columns []*column, n int) *table {
	t := &table{first: []int{0}, where: make([]uint32, 0, n+1)}
	for _, c := range columns {
		t.first = append(t.first, t.first[len(t.first)-1]+len(c.values))
	}
	if t.first[len(columns)] > math.MaxUint16 {
		return t // no such catalogue is known; its groups are counted one by one
	}
	for row := range n {
		t.where = append(t.where, uint32(len(t.of)))
		for i, c := range columns {
			for _, v := range c.of[c.where[row]:c.where[row+1]] {
				t.of = append(t.of, uint16(t.first[i])+v)
			}
		}
	}
	t.where = append(t.where, uint32(len(t.of)))
	return t
}

// counts counts the n rows that have each value, of all groups; nil where sets
// are quicker.
func (t *table) counts(among rows, n int) []int {
	if n == len(t.where)-1 || n > t.first[len(t.first)-1]*len(among)/perRow || len(t.where) == 0 {
		return nil
	}
	counts := make([]int, t.first[len(t.first)-1])
	among.each(func(row int) bool {
		for _, v := range t.of[t.where[row]:t.where[row+1]] {
			counts[v]++
		}
		return true
	})
	return counts
}

// perRow is how many words of sets are compared in the time that all values of
// a row take.
const perRow = 50

// counts counts the rows that have each value.
func (c *column) counts(among rows, n int) []int {
	if n == len(c.where)-1 {
		return c.totals
	}
	counts := make([]int, len(c.values))
	if few := len(c.sets) * len(among) / 4; n < few && len(c.values) <= math.MaxUint16 {
		among.each(func(row int) bool {
			for _, v := range c.of[c.where[row]:c.where[row+1]] {
				counts[v]++
			}
			return true
		})
		return counts
	}
	for i, set := range c.sets {
		if c.totals[i] > 0 {
			counts[i] = among.countAnd(set)
		}
	}
	return counts
}

// newColumns reads every group from every entry. A group with a vocabulary
// has all its terms, so that those of no entry are seen; countries and
// languages are those that occur.
func newColumns(all []*practices.Practice, now time.Time) []*column {
	var columns []*column
	for _, g := range Groups() {
		of := g.Values
		if g == GroupFresh {
			of = func(p *practices.Practice) []string {
				if p.Stale(now) {
					return one(FreshStale)
				}
				return one(FreshCurrent)
			}
		}
		found := entriesBy(all, of)
		c := &column{group: g, at: map[string]int{}}
		add := func(v string) {
			set := found[v]
			if set == nil {
				set = newRows(len(all))
			}
			c.at[v] = len(c.values)
			c.values, c.sets = append(c.values, v), append(c.sets, set)
		}
		if name := g.Vocabulary(); name != "" {
			for _, v := range vocabulary.Named(name).IDs() {
				add(v)
			}
		}
		var rest []string
		for v := range found {
			if _, ok := c.at[v]; !ok {
				rest = append(rest, v)
			}
		}
		slices.SortFunc(rest, inOrder)
		for _, v := range rest {
			add(v)
		}
		c.settle(len(all))
		columns = append(columns, c)
	}
	return columns
}

// inOrder puts the languages of the site first and the rest by the alphabet.
func inOrder(a, b string) int {
	place := func(v string) int {
		if i := slices.Index(vocabulary.Languages, v); i >= 0 {
			return i
		}
		return len(vocabulary.Languages)
	}
	return cmp.Or(cmp.Compare(place(a), place(b)), cmp.Compare(a, b))
}

// chosen gives the entries with any of the values, or nil when none is chosen
// and all entries pass.
func (c *column) chosen(values []string, n int) rows {
	if len(values) == 0 {
		return nil
	}
	set := newRows(n)
	for _, v := range values {
		if i, ok := c.at[v]; ok {
			set.or(c.sets[i])
		} else if from, to, ok := years(v); ok && c.group == GroupYear {
			for i, year := range c.values {
				if n, _ := strconv.Atoi(year); from <= n && n <= to {
					set.or(c.sets[i])
				}
			}
		}
	}
	return set
}

// facets narrows the entries that match the text to those with the chosen
// values, and counts every value of every group.
func (x *Index) facets(matched rows, chosen map[Group][]string) (left rows, facets []Facet) {
	filters := make([]rows, len(x.columns))
	left = matched.clone()
	for i, c := range x.columns {
		if filters[i] = c.chosen(chosen[c.group], len(x.all)); filters[i] != nil {
			left.and(filters[i])
		}
	}
	some := left.count()
	counts := x.table.counts(left, some)
	for i, c := range x.columns {
		if filters[i] == nil && counts != nil {
			facets = append(facets, c.facet(counts[x.table.first[i]:x.table.first[i+1]], nil))
			continue
		}
		base, n := left, some
		if filters[i] != nil { // the entries that all other groups let pass
			base = matched.clone()
			for j, f := range filters {
				if j != i && f != nil {
					base.and(f)
				}
			}
			n = base.count()
		}
		facets = append(facets, c.count(base, n, chosen[c.group]))
	}
	return left, facets
}

// count counts the values of the group among some entries. What was chosen
// and no entry has is there too, with zero.
func (c *column) count(among rows, n int, chosen []string) Facet {
	if n == len(c.where)-1 && len(chosen) == 0 {
		return Facet{c.group, slices.Clone(c.every.Values)}
	}
	return c.facet(c.counts(among, n), chosen)
}

// facet puts counted values in order.
func (c *column) facet(counts []int, chosen []string) Facet {
	f := Facet{Group: c.group, Values: make([]FacetValue, 0, len(c.values)+len(chosen))}
	add := func(i int) {
		v := c.values[i]
		f.Values = append(f.Values, FacetValue{Value: v, Count: counts[i], Selected: slices.Contains(chosen, v)})
	}
	// Most values of a long group have no entry left, and stand as they are. A
	// key is a count and, for those with as many, the place of the value.
	keys := make([]uint64, 0, 64)
	for i, n := range counts {
		if n > 0 {
			keys = append(keys, uint64(math.MaxUint32-n)<<32|uint64(i))
		}
	}
	if c.group == GroupYear {
		for i := range counts {
			add(i)
		}
	} else {
		slices.Sort(keys)
		for _, k := range keys {
			add(int(uint32(k)))
		}
		for i, n := range counts {
			if n == 0 {
				add(i)
			}
		}
	}
	for _, v := range chosen {
		if _, ok := c.at[v]; !ok {
			f.Values = append(f.Values, FacetValue{Value: v, Selected: true, Unknown: !c.group.known(v)})
		}
	}
	if c.group == GroupYear {
		slices.SortFunc(f.Values, func(a, b FacetValue) int { return cmp.Compare(b.Value, a.Value) })
	}
	return f
}
