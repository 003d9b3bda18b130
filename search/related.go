package search

import (
	"cmp"
	"context"
	"slices"

	"opendoor/practices"
)

// What an entry shares with another counts by how rare it is among entries:
// the words of its title and summary, and what is chosen for it. That two are
// in English, or as old, says nothing.
const (
	relatedWords = 12  // of title and summary, the rarest
	relatedLabel = 0.6 // a shared label, beside a shared word
)

var relatedGroups = []Group{GroupCountry, GroupMeasure, GroupPopulation, GroupKind, GroupElement, GroupStanding, GroupPerson}

// Related gives the n practices that are most like one, best first: "more
// like this". Those which the entry names as related are the page's own to
// show, and are not left out here. It is empty for an id that is not there.
func (x *Index) Related(ctx context.Context, id string, n int) ([]*practices.Practice, error) {
	x.mu.RLock()
	defer x.mu.RUnlock()
	if x.closed {
		return nil, ErrClosed
	}
	row := slices.IndexFunc(x.all, func(p *practices.Practice) bool { return p.ID == id })
	if row < 0 {
		return nil, nil
	}
	score := make([]float64, len(x.all))
	for _, c := range x.columns {
		if !slices.Contains(relatedGroups, c.group) {
			continue
		}
		for i, set := range c.sets {
			if !set.has(row) || slices.Contains(noConcept, c.values[i]) {
				continue
			}
			weight := relatedLabel * rarity(set.count(), len(x.all))
			set.each(func(other int) bool {
				score[other] += weight
				return true
			})
		}
	}
	v := original(x.all[row])
	l := x.corpora[slices.IndexFunc(x.corpora, func(l *corpus) bool { return l.tag == v.Lang })]
	type found struct {
		rows  []int32
		times []float32
	}
	words := map[string]found{}
	t := tally{gain: make([]float32, len(x.all))}
	for _, w := range terms(l.analysis, v.Title+"\n"+v.Summary) {
		if _, seen := words[w.text]; seen {
			continue
		}
		if err := x.look(ctx, l, []term{{text: w.text}}, &t); err != nil {
			return nil, err
		}
		var f found
		t.empty(func(row int32, times float32) { f.rows, f.times = append(f.rows, row), append(f.times, times) })
		words[w.text] = f
	}
	rarest := sortedKeys(words)
	rarest = slices.DeleteFunc(rarest, func(w string) bool { return len(words[w].rows) < 2 })
	slices.SortStableFunc(rarest, func(a, b string) int { return cmp.Compare(len(words[a].rows), len(words[b].rows)) })
	for _, w := range rarest[:min(len(rarest), relatedWords)] {
		f := words[w]
		for i, other := range f.rows {
			score[other] += rarity(len(f.rows), len(x.all)) * float64(saturated(f.times[i]))
		}
	}
	score[row] = 0
	list := make([]int, 0, len(x.all))
	for other, s := range score {
		if s > 0 {
			list = append(list, other)
		}
	}
	slices.SortStableFunc(list, func(a, b int) int { return cmp.Compare(score[b], score[a]) })
	var out []*practices.Practice
	for _, other := range list[:min(len(list), n)] {
		out = append(out, x.all[other])
	}
	return out, nil
}
