package search

import (
	"cmp"
	"context"
	"slices"
)

// A mark is a place in a text that matches a probe.
type mark struct {
	from, to int
	probe    int
}

// marks finds the places in title, summary and body of some rows, each in the
// version that is shown: what matched, in whatever form it stands there. The
// first key of the answer is the place in the page, the second a part.
func (x *Index) marks(ctx context.Context, probes []*probe, page []int, versions []version) ([]map[string][]mark, error) {
	found := make([]map[string][]mark, len(page))
	byNumber := make([]int, len(page)) // places in the page, as a cursor meets them
	for i := range page {
		found[i], byNumber[i] = map[string][]mark{}, i
	}
	slices.SortFunc(byNumber, func(a, b int) int { return cmp.Compare(x.number[page[a]], x.number[page[b]]) })
	for _, l := range x.corpora {
		if !slices.ContainsFunc(versions, func(v version) bool { return v.Lang == l.tag }) {
			continue
		}
		for i, p := range probes {
			words := p.terms[l.analysis]
			if len(words) == 0 {
				continue
			}
			for _, f := range l.fields {
				c, err := x.cursor(ctx, f, words, true)
				if err != nil {
					return nil, err
				}
				for _, at := range byNumber {
					if versions[at].Lang != l.tag {
						continue
					}
					if _, err := c.seek(x.number[page[at]]); err != nil {
						c.close()
						return nil, err
					}
					for _, s := range c.at {
						found[at][f.name] = append(found[at][f.name], mark{s[0], s[1], i})
					}
				}
				c.close()
			}
		}
	}
	return found, nil
}

// merge makes marks that touch into one.
func merge(marks []mark) [][2]int {
	marks = slices.Clone(marks)
	slices.SortFunc(marks, func(a, b mark) int { return cmp.Or(cmp.Compare(a.from, b.from), cmp.Compare(a.to, b.to)) })
	var list [][2]int
	for _, m := range marks {
		if last := len(list) - 1; last >= 0 && m.from <= list[last][1] {
			list[last][1] = max(list[last][1], m.to)
			continue
		}
		list = append(list, [2]int{m.from, m.to})
	}
	return list
}
