package search

import (
	"cmp"
	"context"
	"slices"
	"strings"
)

// A Without says what a query would find without one part of it. Either Word
// is what to leave out, with its quotation marks or hyphen, or Group and Value
// are; when all are empty, it is all filters.
type Without struct {
	Word  string
	Group Group
	Value string
	Query Query // without the part
	Total int   // more than 0
}

// maxWithout bounds the searches that are made for a query without results.
const maxWithout = 12

// without looks for what makes a query find nothing. When the time is over it
// gives what it has.
func (x *lookups) without(ctx context.Context, q Query) ([]Without, error) {
	var list []Without
	var err error
	tried := 0
	try := func(w Without) {
		if tried++; tried > maxWithout || !w.Query.Narrowed() || err != nil {
			return
		}
		var m *matching
		if m, err = x.match(ctx, w.Query.Text, q.Lang, !q.Verbatim); err != nil {
			return
		}
		if w.Total = x.filtered(m.found, w.Query.Chosen).count(); w.Total > 0 {
			list = append(list, w)
		}
	}
	filters := 0
	for _, g := range Groups() {
		for _, v := range q.Chosen[g] {
			filters++
			try(Without{Group: g, Value: v, Query: q.Without(g, v)})
		}
	}
	if filters > 1 {
		try(Without{Query: q.Cleared()})
	}
	clauses, _ := parse(q.Text)
	for i, c := range clauses {
		rest := slices.Concat(clauses[:i], clauses[i+1:])
		try(Without{Word: c.String(), Query: q.WithText(joined(rest))})
	}
	if err != nil && ctx.Err() == nil {
		return nil, err
	}
	slices.SortStableFunc(list, func(a, b Without) int { return cmp.Compare(b.Total, a.Total) })
	return list, nil
}

// String is the clause as it could be typed.
func (c clause) String() string {
	s := c.text
	if c.phrase && (strings.Contains(s, " ") || !c.not) {
		s = `"` + s + `"`
	}
	if c.not {
		s = "-" + s
	}
	return s
}

func joined(clauses []clause) string {
	var list []string
	for _, c := range clauses {
		list = append(list, c.String())
	}
	return strings.Join(list, " ")
}
