package search

import (
	"context"
	"math"

	"opendoor/practices"
)

// All answers a query with everything that it finds, in the order of
// [Index.Search] but not in pages, for maps, tables and feeds. The hits have
// the texts of title and summary and nothing marked; the query is as it was
// understood. Errors are those of Search. Any number may call it at once.
func (x *Index) All(ctx context.Context, q Query) (understood Query, hits []Hit, err error) {
	understood, err = x.every(ctx, q, func(m *matching, row int) {
		v := shown(x.all[row], q.Lang)
		hits = append(hits, Hit{Practice: x.all[row], Lang: v.Lang, Score: m.score(row), Title: Marked{Text: v.Title}, Summary: Marked{Text: v.Summary}})
	})
	if err != nil {
		return q, nil, err
	}
	return understood, hits, nil
}

// Entries is All for who asks for the entries alone, such as a map: no texts
// are looked up.
func (x *Index) Entries(ctx context.Context, q Query) (understood Query, list []*practices.Practice, err error) {
	understood, err = x.every(ctx, q, func(_ *matching, row int) { list = append(list, x.all[row]) })
	if err != nil {
		return q, nil, err
	}
	return understood, list, nil
}

// every calls each for every row that a query finds, in its order.
func (x *Index) every(ctx context.Context, q Query, each func(m *matching, row int)) (understood Query, err error) {
	err = x.guarded(ctx, q, func(ctx context.Context) error {
		q, _ := q.readable()
		l := x.newLookups()
		defer l.done()
		m, err := l.match(ctx, q.Text, q.Lang, !q.Verbatim)
		if err != nil {
			return err
		}
		understood = q.ordered(m).WithPage(1)
		left := x.filtered(m.found, q.Chosen)
		for i, row := range x.inOrder(m, left, understood, math.MaxInt) {
			if i%1024 == 0 && ctx.Err() != nil {
				return ctx.Err()
			}
			each(m, row)
		}
		return nil
	})
	return understood, err
}

// filtered gives those of some entries that all chosen filters let pass.
func (x *Index) filtered(matched rows, chosen map[Group][]string) rows {
	left := matched.clone()
	for _, c := range x.columns {
		if passing := c.chosen(chosen[c.group], len(x.all)); passing != nil {
			left.and(passing)
		}
	}
	return left
}
