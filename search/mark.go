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
	for _, l := range x.corpora {
		var f *finder // made when the language is met
		for at, row := range page {
			if versions[at].Lang != l.tag {
				continue
			}
			if err := ctx.Err(); err != nil {
				return nil, err
			}
			if f == nil {
				f = x.newFinder(l, probes)
			}
			record, err := l.shard.records.read(row, l.at)
			if err != nil {
				return nil, err
			}
			found[at] = f.find(row, record.texts)
			record.close()
		}
	}
	return found, nil
}

// A finder finds the words of probes, and the names of what they mean, in the
// texts of one corpus.
type finder struct {
	*corpus
	probes []*probe
	words  [][]wanted // of each probe, at most one
	names  [][]wanted
}

func (x *Index) newFinder(l *corpus, probes []*probe) *finder {
	f := &finder{corpus: l, probes: probes}
	for _, p := range probes {
		var names []wanted
		for _, s := range p.meanings() {
			for _, name := range x.lexicon.meanings[s].said[analysisOf(l.tag)] {
				names = l.want(names, name)
			}
		}
		f.words, f.names = append(f.words, l.want(nil, p.terms[l.analysis])), append(f.names, names)
	}
	return f
}

// want adds words in a row, when the corpus has them all.
func (l *corpus) want(list []wanted, words []term) []wanted {
	if ids, ok := l.numbers(words); ok && len(ids) > 0 {
		list = append(list, newWanted(ids, words))
	}
	return list
}

// find marks the words of the probes that an entry matches, by part; where one
// does not stand, what it means.
func (f *finder) find(row int, texts []textOf) map[string][]mark {
	found := map[string][]mark{}
	mark := func(list []wanted, probe int) (some bool) {
		for i := range list {
			for _, t := range texts {
				name := f.parts[t.part].name
				list[i].spans(t, func(from, to int) {
					some = true
					found[name] = append(found[name], mark{from, to, probe})
				})
			}
		}
		return some
	}
	for i, p := range f.probes {
		if p.in.has(row) && !mark(f.words[i], i) {
			mark(f.names[i], i)
		}
	}
	return found
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
