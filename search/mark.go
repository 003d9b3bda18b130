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
			var here, unmarked []int // places in the page that this probe matches
			for _, at := range byNumber {
				if versions[at].Lang == l.tag && p.in.has(page[at]) {
					here = append(here, at)
				}
			}
			if err := x.mark(ctx, l, p.terms[l.analysis], i, page, here, found); err != nil {
				return nil, err
			}
			for _, at := range here {
				if !isMarked(found[at], i) {
					unmarked = append(unmarked, at)
				}
			}
			// Where the word itself does not stand, mark what it means.
			for _, s := range p.meanings() {
				for _, name := range x.lexicon.meanings[s].said[analysisOf(l.tag)] {
					if err := x.mark(ctx, l, name, i, page, unmarked, found); err != nil {
						return nil, err
					}
				}
			}
		}
	}
	return found, nil
}

// mark finds the places of words in a row in some rows of the page, which are
// in the order of their numbers.
func (x *Index) mark(ctx context.Context, l *corpus, words []term, probe int, page, here []int, found []map[string][]mark) error {
	if len(words) == 0 || len(here) == 0 {
		return nil
	}
	for _, f := range l.fields {
		if x.lacks(f, words) {
			continue
		}
		c, err := x.cursor(ctx, f, words, true)
		if err != nil {
			return err
		}
		for _, at := range here {
			if _, err := c.seek(x.number[page[at]]); err != nil {
				c.close()
				return err
			}
			for _, s := range c.at {
				found[at][f.name] = append(found[at][f.name], mark{s[0], s[1], probe})
			}
		}
		c.close()
	}
	return nil
}

// meanings are those that the probe plainly has, and those of the soft name
// that it is.
func (p *probe) meanings() []int {
	var list []int
	for _, s := range p.own {
		list = append(list, s.meaning)
	}
	for _, g := range p.groups {
		if g.first == g.last {
			continue // within a longer name, or detention by a soft one
		}
		for _, s := range g.senses {
			list = append(list, s.meaning)
		}
	}
	if p.soft == mostly {
		list = append(list, lexiconOf().detention...)
	}
	return list
}

func isMarked(found map[string][]mark, probe int) bool {
	for _, list := range found {
		if slices.ContainsFunc(list, func(m mark) bool { return m.probe == probe }) {
			return true
		}
	}
	return false
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
