package search

import "fmt"

// A lookups is an index as one search uses it: it remembers what it has looked
// up. A search that finds little tries its text again without each word, or in
// another spelling, and most of the words are the same every time. One search
// uses it at a time, and gives it back with done.
type lookups struct {
	*Index
	terms    map[clause]map[string][]term
	standing map[clause]uint64 // in how many entries
	found    map[string]found  // by key of the probe
	near     map[misspelt]respelt
	gained   [][]float32
}

type misspelt struct {
	word  string
	slips int
}

type respelt struct {
	spelled
	ok bool
}

func (x *Index) newLookups() *lookups {
	return &lookups{Index: x, terms: map[clause]map[string][]term{}, standing: map[clause]uint64{}, found: map[string]found{}, near: map[misspelt]respelt{}}
}

// done gives the memory back: nothing that was found can be read any more.
func (x *lookups) done() {
	for _, list := range x.gained {
		clear(list)
		x.gains.Put(list)
	}
	x.gained, x.found = nil, nil
}

// gain gives zeros, one for each entry.
func (x *lookups) gain() []float32 {
	list := x.gains.Get().([]float32)
	x.gained = append(x.gained, list)
	return list
}

// analysed gives the words of a clause by every analysis.
func (x *lookups) analysed(c clause) map[string][]term {
	if list, ok := x.terms[c]; ok {
		return list
	}
	list := make(map[string][]term, len(analyses))
	for name := range analyses {
		list[name] = c.terms(name)
	}
	x.terms[c] = list
	return list
}

// nearest is that of the speller.
func (x *lookups) nearest(word string, slips int) (spelled, bool) {
	key := misspelt{word, slips}
	if r, ok := x.near[key]; ok {
		return r.spelled, r.ok
	}
	best, ok := x.speller.nearest(word, slips)
	x.near[key] = respelt{best, ok}
	return best, ok
}

// key tells apart probes for which different things are found. Beside the
// words themselves that depends on what they mean beside each other.
func (p *probe) key() string {
	key := fmt.Sprintf("%q %t %t %t %d %v %v", p.text, p.phrase, p.light, p.abbreviation, p.soft, p.concepts, p.own)
	for _, g := range p.groups {
		key += fmt.Sprint(" ", g.first < g.last, g.weight, g.senses)
	}
	return key
}
