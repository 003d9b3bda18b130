package search

import (
	"maps"
	"slices"
	"unicode"

	"opendoor/practices"
	"opendoor/practices/vocabulary"
	"opendoor/regions"
)

// A concept is something that entries carry and that has names of its own: a
// country, a region, a term of a vocabulary. An entry is found by any name of
// its concepts, in any language.
type concept struct {
	entries rows
	least   float32 // how much of a name must be among the words, from 0 to 1
}

// One word of the long name of a country ("Democratic Republic of the Congo")
// says enough. One word of "Everyone at risk of detention" does not. And who
// types "alternative" or "detention" has not asked for an alternative form of
// detention: the terms that carry a caution are found by their whole names.
const (
	leastOfPlace   = 0.3
	leastOfTerm    = 0.5
	leastOfCaution = 1
)

// A label is one name of a concept.
type label struct {
	concept  int
	analysis string
	words    []string // analysed, without stop words
	distinct int      // words; "niñas, niños y adolescentes" has two, as the first are one stem
	capitals bool     // an abbreviation that means the concept only in capitals: IN, EAU
}

// A lexicon knows the labels of all concepts that entries carry.
type lexicon struct {
	concepts []concept
	labels   []label
	spots    map[string]map[string][]spot // by analysis, then by word
}

// A spot is where a word stands in a label.
type spot struct{ label, at int }

// labelled are the fields of an entry whose values have labels.
var labelled = []struct {
	vocabulary string
	of         func(*practices.Practice) []string
}{
	{"population", GroupPopulation.Values},
	{"measure", GroupMeasure.Values},
	{"kind", GroupKind.Values},
	{"region", GroupRegion.Values},
	{"standing", GroupStanding.Values},
	{"evidence", GroupEvidence.Values},
	{"element", GroupElement.Values},
	{"approach", GroupApproach.Values},
	{"status", GroupStatus.Values},
	{"level", GroupLevel.Values},
	{"actor-type", GroupActor.Values},
	{"person-status", GroupPerson.Values},
	{"care-model", func(p *practices.Practice) []string { return p.CareModels }},
	{"condition", conditionsOf},
}

func conditionsOf(p *practices.Practice) []string {
	var list []string
	for _, c := range p.Conditions {
		list = append(list, c.What)
	}
	return list
}

// What is not so or not known is no concept of an entry.
var noConcept = []string{"", "any", "none", "not-applicable", "unknown"}

// newLexicon gathers the concepts of all entries. The terms of the glossary
// come in here too, one day, with the entries whose texts have them.
func newLexicon(all []*practices.Practice) *lexicon {
	l := &lexicon{spots: map[string]map[string][]spot{}}
	for _, f := range labelled {
		l.terms(f.vocabulary, entriesBy(all, f.of))
	}
	entries := entriesBy(all, GroupCountry.Values)
	for _, code := range sortedKeys(entries) {
		country, ok := regions.Lookup(regions.Code(code))
		if !ok {
			continue
		}
		id := l.concept(entries[code], leastOfPlace)
		for _, lang := range vocabulary.Languages {
			l.place(id, lang, country.Names.In(lang))
		}
		for lang, list := range inOrderOfKeys(regions.Aliases(country.Code)) {
			l.place(id, lang, list...)
		}
		l.place(id, names, code, country.Alpha3)
	}
	return l
}

// terms adds the terms of a vocabulary that entries have.
func (l *lexicon) terms(name string, entries map[string]rows) {
	for _, t := range vocabulary.Named(name).Terms {
		if entries[t.ID] == nil || slices.Contains(noConcept, t.ID) {
			continue
		}
		least := float32(leastOfTerm)
		if t.Caution {
			least = leastOfCaution
		}
		id := l.concept(entries[t.ID], least)
		for _, lang := range vocabulary.Languages {
			for _, word := range append([]string{t.Label[lang]}, t.Synonyms[lang]...) {
				l.label(label{concept: id, analysis: analysisOf(lang)}, word)
			}
		}
		if name == "region" {
			for lang, list := range inOrderOfKeys(regions.RegionAliases(regions.RegionID(t.ID))) {
				l.place(id, lang, list...)
			}
		}
	}
}

// entriesBy gives the entries that have each value.
func entriesBy(all []*practices.Practice, of func(*practices.Practice) []string) map[string]rows {
	found := map[string]rows{}
	for row, p := range all {
		for _, v := range of(p) {
			if found[v] == nil {
				found[v] = newRows(len(all))
			}
			found[v].add(row)
		}
	}
	return found
}

func (l *lexicon) concept(entries rows, least float32) int {
	l.concepts = append(l.concepts, concept{entries, least})
	return len(l.concepts) - 1
}

// place adds names of a country or region: as a word of the language and as
// it stands, since readers of other languages type it as it stands. An
// abbreviation is a word of no language: "usa" is a Spanish verb, USA is not.
func (l *lexicon) place(id int, lang string, list ...string) {
	for _, name := range list {
		abbreviation := capitals(name)
		l.label(label{concept: id, analysis: names, capitals: abbreviation}, name)
		if !abbreviation {
			l.label(label{concept: id, analysis: analysisOf(lang)}, name)
		}
	}
}

// label adds a name, once.
func (l *lexicon) label(add label, name string) {
	for _, t := range terms(add.analysis, name) {
		add.words = append(add.words, t.text)
	}
	if len(add.words) == 0 {
		return
	}
	add.distinct = len(slices.Compact(slices.Sorted(slices.Values(add.words))))
	spots := l.spots[add.analysis]
	if spots == nil {
		spots = map[string][]spot{}
		l.spots[add.analysis] = spots
	}
	for _, s := range spots[add.words[0]] {
		if have := l.labels[s.label]; have.concept == add.concept && have.capitals == add.capitals && slices.Equal(have.words, add.words) {
			return
		}
	}
	l.labels = append(l.labels, add)
	for at, w := range add.words {
		spots[w] = append(spots[w], spot{label: len(l.labels) - 1, at: at})
	}
}

// resolve finds the concepts that each probe names, whole or in part. A label
// of several words counts when enough of it is among all the probes together.
func (l *lexicon) resolve(probes []*probe) {
	type hit struct{ label, probe int }
	var hits []hit
	covered := map[int]int{} // words of a label that the probes have
	for i, p := range probes {
		if p.not {
			// "regularisation -amnesty" is no wish to lose every regularisation
			// because amnesty is another word for it.
			continue
		}
		seen := map[int]bool{}
		for _, analysis := range sortedKeys(p.terms) {
			words := p.terms[analysis]
			if len(words) == 0 {
				continue
			}
			for _, s := range l.spots[analysis][words[0].text] {
				if !seen[s.label] && l.stands(words, s) && (!l.labels[s.label].capitals || p.capitals) {
					seen[s.label] = true
					hits = append(hits, hit{s.label, i})
					covered[s.label] += len(words)
				}
			}
		}
	}
	for _, h := range hits {
		label, p := l.labels[h.label], probes[h.probe]
		length := float32(label.distinct)
		if float32(covered[h.label]) < length*l.concepts[label.concept].least {
			continue
		}
		share := min(1, float32(len(p.terms[label.analysis]))/length)
		p.concepts[label.concept] = max(p.concepts[label.concept], share)
		p.abbreviation = p.abbreviation || label.capitals
	}
}

// stands says whether words stand in a row in the label of a spot, from there.
func (l *lexicon) stands(words []term, s spot) bool {
	rest := l.labels[s.label].words[s.at:]
	if len(words) > len(rest) {
		return false
	}
	for i, w := range words {
		if rest[i] != w.text {
			return false
		}
	}
	return true
}

// capitals says whether a word is written in capitals only.
func capitals(s string) bool {
	upper := false
	for _, r := range s {
		if unicode.IsLower(r) {
			return false
		}
		upper = upper || unicode.IsUpper(r)
	}
	return upper
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

// inOrderOfKeys goes through a map in the same order every time.
func inOrderOfKeys[V any](m map[string]V) func(yield func(string, V) bool) {
	return func(yield func(string, V) bool) {
		for _, k := range sortedKeys(m) {
			if !yield(k, m[k]) {
				return
			}
		}
	}
}
