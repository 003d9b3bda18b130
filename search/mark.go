package search

import (
	"cmp"
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
func (x *Index) marks(probes []*probe, page []int, versions []version) ([]map[string][]mark, error) {
	found := make([]map[string][]mark, len(page))
	for _, l := range x.corpora {
		var f *finder // made when the language is met
		for at, row := range page {
			if versions[at].Lang != l.tag {
				continue
			}
			if f == nil {
				f = x.newFinder(l, probes)
			}
			found[at] = map[string][]mark{}
			s, place := x.shardOf(int32(row))
			if err := s.records.texts(place, l.at, func(part int, text []uint32, places spanner) {
				f.find(l.parts[part].name, row, text, places, found[at])
			}); err != nil {
				return nil, err
			}
			f.settle(found[at])
		}
	}
	return found, nil
}

// A finder finds the words of probes in texts of one language, and the names
// of what they mean.
type finder struct {
	probes []*probe
	at     map[uint32][]wanted // by the number of the first word
	maybe  [4]uint64           // the last bits of these numbers
	other  []namedMark         // of the entry at hand: names that were found
}

// A wanted is words in a row that are looked for.
type wanted struct {
	ids   []uint32
	words []term
	probe int
	name  bool // of what is meant, not the probe itself
}

// A namedMark is a place where a name of a meaning stands.
type namedMark struct {
	mark
	part string
}

func (x *Index) newFinder(l *corpus, probes []*probe) *finder {
	f := &finder{probes: probes, at: map[uint32][]wanted{}}
	add := func(words []term, probe int, name bool) {
		ids, ok := l.numbers(words)
		if !ok || len(ids) == 0 {
			return
		}
		f.at[ids[0]] = append(f.at[ids[0]], wanted{ids, words, probe, name})
		f.maybe[ids[0]/64%4] |= 1 << (ids[0] % 64)
	}
	for i, p := range probes {
		add(p.terms[l.analysis], i, false)
		for _, s := range p.meanings() {
			for _, name := range x.lexicon.meanings[s].said[analysisOf(l.tag)] {
				add(name, i, true)
			}
		}
	}
	return f
}

// find marks a text of an entry.
func (f *finder) find(part string, row int, text []uint32, places spanner, found map[string][]mark) {
	for i, id := range text {
		if f.maybe[id/64%4]&(1<<(id%64)) == 0 {
			continue
		}
		for _, w := range f.at[id] {
			if !f.probes[w.probe].in.has(row) || !follow(text[i:], w.ids, w.words) {
				continue
			}
			from, end := places.span(i)
			if last := places; len(w.words) > 1 {
				_, end = last.span(i + w.words[len(w.words)-1].at - w.words[0].at)
			}
			m := mark{from, end, w.probe}
			if w.name {
				f.other = append(f.other, namedMark{m, part})
			} else {
				found[part] = append(found[part], m)
			}
		}
	}
}

// settle marks what a probe means where the word itself does not stand.
func (f *finder) settle(found map[string][]mark) {
	for i := range f.probes {
		if isMarked(found, i) {
			continue
		}
		for _, o := range f.other {
			if o.probe == i {
				found[o.part] = append(found[o.part], o.mark)
			}
		}
	}
	f.other = f.other[:0]
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
