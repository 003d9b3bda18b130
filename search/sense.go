package search

import (
	"slices"
)

// A sense is a meaning, with how sure it is.
type sense struct {
	meaning int
	weight  float32
}

// A group are the meanings of one name, which may be several words long.
type group struct {
	ask         bool    // what it means is a side of practices, see ask
	first, last int     // probes of the name
	weight      float32 // of each probe
	senses      []sense
}

// How much a meaning counts beside the word itself: when it is plainly meant,
// when the name stands within a longer one, when it is another name of a label,
// which is mostly of something narrower, when it is a name in a language that
// the query is hardly in, when it is an acronym that is also a word.
const (
	senseWeight  = 0.6
	innerWeight  = 0.25
	withinWeight = 0.4 // a word itself, within a longer name
	againWeight  = 0.4 // another name of a label
	otherWeight  = 0.5
	vagueWeight  = 0.3
	softWeight   = 0.25 // detention, for a soft name
	softCountry  = 0.5  // the country that uses a soft name most
	softlyWeight = 0.25 // soft names, for detention
)

// mean adds a meaning that a probe has by a name.
func (p *probe) mean(like group, s sense) {
	if like.first == like.last && like.weight == 1 && !like.ask {
		p.own = addSense(p.own, s)
		return
	}
	i := slices.IndexFunc(p.groups, func(g group) bool {
		return g.first == like.first && g.last == like.last && g.weight == like.weight && g.ask == like.ask
	})
	if i < 0 {
		i = len(p.groups)
		p.groups = append(p.groups, like)
	}
	p.groups[i].senses = addSense(p.groups[i].senses, s)
}

// asks says whether the probe is part of a question that fields answer, and
// not of one that says little.
func (p *probe) asks() bool {
	return !p.light && slices.ContainsFunc(p.groups, func(g group) bool { return g.ask })
}

func addSense(list []sense, s sense) []sense {
	for i := range list {
		if list[i].meaning == s.meaning {
			list[i].weight = max(list[i].weight, s.weight)
			return list
		}
	}
	return append(list, s)
}

// hidden is detention, for a soft name.
func (l *lexicon) hidden() group {
	g := group{weight: softWeight}
	for _, id := range l.detention {
		g.senses = append(g.senses, sense{id, 1})
	}
	return g
}
