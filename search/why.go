package search

import (
	"slices"
	"strings"

	"opendoor/practices"
)

// A Reason says why an entry is among the results where no marked word shows
// it: it carries a label, such as its country, or has another name.
type Reason struct {
	Concept        // Vocabulary is "name" for a name of the practice or of who acts in it, "translation" for a text in another language
	Typed   string // the word it answers
	As      string // the concept in the language of the entry; the name
}

// The vocabularies of reasons that are no concepts.
const (
	nameReason        = "name"
	translationReason = "translation"
)

// why gives the reasons for an entry.
func (x *Index) why(probes []*probe, row int, lang string, found map[string][]mark) []Reason {
	var list []Reason
	for i, p := range probes {
		if p.light || !p.in.has(row) || isMarked(found, i) {
			continue
		}
		r, ok := x.reason(p, row, lang)
		if ok && !slices.ContainsFunc(list, func(o Reason) bool { return o.Concept == r.Concept && o.As == r.As }) {
			list = append(list, r)
		}
	}
	return list
}

func (x *Index) reason(p *probe, row int, lang string) (Reason, bool) {
	if name := named(x.all[row], p.terms[names]); name != "" {
		return Reason{Concept{Vocabulary: nameReason}, p.text, name}, true
	}
	best, share := -1, float32(0)
	for _, id := range sortedIDs(p.concepts) {
		if s := p.concepts[id]; s > share && x.carries(row, id) {
			best, share = id, s
		}
	}
	try := func(meaning int, weight float32) {
		if weight <= share {
			return
		}
		if _, ok := slices.BinarySearch(x.mentions[meaning].rows, int32(row)); ok {
			best, share = meaning, weight
		}
	}
	for _, s := range p.own {
		try(s.meaning, s.weight)
	}
	groups := p.groups
	if p.soft == mostly {
		groups = append(slices.Clone(groups), x.lexicon.hidden())
	}
	for _, g := range groups {
		for _, s := range g.senses {
			try(s.meaning, g.weight*s.weight)
		}
	}
	switch {
	case best >= 0:
		return Reason{x.lexicon.meanings[best].Concept, p.text, x.lexicon.name(best, lang)}, true
	case p.said.has(row):
		return Reason{Concept{Vocabulary: translationReason}, p.text, ""}, true
	case p.soft == often && x.cautioned.has(row):
		return Reason{Concept{string(GroupStanding), x.all[row].Standing}, p.text, ""}, true
	}
	return Reason{}, false
}

// carries says whether an entry has a meaning as a label.
func (x *Index) carries(row, meaning int) bool {
	return x.carriers[meaning] != nil && x.carriers[meaning].has(row)
}

// named gives the name of a practice, of an actor or of a place in it that has
// words in a row.
func named(p *practices.Practice, words []term) string {
	if len(words) == 0 {
		return ""
	}
	for _, name := range strings.Split(called(p)+"\n"+acted(p), "\n") {
		list := terms(names, name)
		for i := range list {
			if i+len(words) <= len(list) && slices.EqualFunc(words, list[i:i+len(words)], func(a, b term) bool { return a.text == b.text }) {
				return name
			}
		}
	}
	return ""
}

func sortedIDs(m map[int]float32) []int {
	var list []int
	for id := range m {
		list = append(list, id)
	}
	slices.Sort(list)
	return list
}
