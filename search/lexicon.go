package search

import (
	"maps"
	"slices"
	"strings"
	"sync"
	"unicode"

	"opendoor/practices"
	"opendoor/practices/glossary"
	"opendoor/practices/vocabulary"
	"opendoor/regions"
	"opendoor/regions/fold"
)

// A Concept is something that has names of its own in several languages: a
// country, a region, a term of a vocabulary or of the glossary, a word of the
// field. What is typed in one language finds entries that have it under
// another name or carry it as a label.
type Concept struct {
	Vocabulary string // "country", "glossary", "word", else the name of a vocabulary
	Value      string // a country's code, the id of a term; of a word, the word in English
}

// The vocabularies of concepts that are no terms of practices/vocabulary.
const (
	countryConcept  = "country"
	glossaryConcept = "glossary"
	wordConcept     = "word"
)

// A meaning is a concept with its names.
type meaning struct {
	Concept
	least   float32 // how much of a name must be typed to mean it, from 0 to 1
	carried bool    // entries may carry it as a label
	// said are the names by which texts speak of it, analysed, by language, the
	// best first; "" for those of no language.
	said map[string][][]term
	// names are the same as they are written.
	names map[string][]string
}

// One word of the long name of a country ("Democratic Republic of the Congo")
// says enough. One word of "Everyone at risk of detention" does not. And who
// types "alternative" or "detention" has not asked for an alternative form of
// detention: the terms that carry a caution are found by their whole names,
// as are words.
const (
	leastOfPlace   = 0.3
	leastOfTerm    = 0.5
	leastOfCaution = 1
)

// A label is one name of a meaning.
type label struct {
	meaning  int
	lang     string   // "" for a name of no language
	analysis string   //
	words    []string // analysed, without stop words
	distinct int      // words; "niñas, niños y adolescentes" has two, as the first are one stem
	capitals bool     // an abbreviation that means it only in capitals: IN, EAU
	vague    bool     // in small letters it is mostly another word: cap
	soft     softness // a soft name for detention
	country  int      // meaning of the country that uses the soft name most, or -1
}

// Softness says whether a name hides that people are detained.
type softness int

const (
	plainly softness = iota
	often            // it often does, and often does not
	mostly
)

// A lexicon knows the names of all meanings.
type lexicon struct {
	meanings  []meaning
	labels    []label
	spots     map[string]map[string][]spot // by analysis, then by word
	at        map[Concept]int
	detention []int // meanings of detention, which soft names also find
	softly    int   // the meaning of all strong soft names together
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

// spoken are the vocabularies whose terms texts speak of by their labels and
// synonyms. The others say what an entry is, and their words, such as "study"
// or "pilot", are too common in texts to mean that.
var spoken = []string{"population", "measure", "element", "person-status", "care-model", "condition"}

// lexiconOf is the lexicon of the program; it does not depend on the entries.
var lexiconOf = sync.OnceValue(func() *lexicon {
	l := &lexicon{spots: map[string]map[string][]spot{}, at: map[Concept]int{}}
	for _, country := range regions.Countries() {
		id := l.meaning(Concept{countryConcept, string(country.Code)}, leastOfPlace, true)
		for _, lang := range vocabulary.Languages {
			l.place(id, lang, country.Names.In(lang))
		}
		for lang, list := range inOrderOfKeys(regions.Aliases(country.Code)) {
			l.place(id, lang, list...)
		}
		l.place(id, "", words().places[string(country.Code)]...)
		l.label(label{meaning: id, analysis: names, capitals: true}, string(country.Code))
		l.label(label{meaning: id, analysis: names, capitals: true}, country.Alpha3)
	}
	for _, f := range labelled {
		l.terms(f.vocabulary)
	}
	for _, t := range glossary.Terms() {
		if t.ID == "euphemisms" {
			continue // they are in words.txt, with what they may hide
		}
		id := l.meaning(Concept{glossaryConcept, t.ID}, 1, false)
		l.named(id, "en", t.Term)
		l.named(id, "", t.Acronyms...)
		for _, lang := range vocabulary.Languages {
			l.named(id, lang, t.Synonyms[lang]...)
		}
	}
	for _, m := range words().meanings {
		id := l.meaning(Concept{wordConcept, m["en"][0]}, 1, false)
		for _, lang := range vocabulary.Languages {
			l.named(id, lang, m[lang]...)
		}
		for _, name := range m[""] {
			l.label(label{meaning: id, analysis: names}, name)
		}
	}
	for _, c := range []Concept{{wordConcept, "detention"}, {glossaryConcept, "immigration-detention"}, {glossaryConcept, "de-facto-detention"}} {
		l.detention = append(l.detention, l.at[c])
	}
	l.softly = l.meaning(Concept{glossaryConcept, "euphemisms"}, 1, false)
	l.softNames()
	return l
})

// terms adds the terms of a vocabulary.
func (l *lexicon) terms(name string) {
	for _, t := range vocabulary.Named(name).Terms {
		if slices.Contains(noConcept, t.ID) {
			continue
		}
		least := float32(leastOfTerm)
		if t.Caution {
			least = leastOfCaution
		}
		id := l.meaning(Concept{name, t.ID}, least, true)
		for _, lang := range vocabulary.Languages {
			l.label(label{meaning: id, lang: lang, analysis: analysisOf(lang)}, t.Label[lang])
			for _, s := range t.Synonyms[lang] {
				l.label(label{meaning: id, lang: lang, analysis: analysisOf(lang)}, s)
				if capitals(s) {
					l.label(label{meaning: id, analysis: names}, s)
				}
			}
			if slices.Contains(spoken, name) && t.ID != "everyone" {
				l.say(id, lang, t.Label[lang])
				for _, s := range t.Synonyms[lang] {
					if strings.Contains(s, " ") || capitals(s) {
						l.say(id, lang, s)
					}
				}
			}
		}
		if name == "region" {
			for lang, list := range inOrderOfKeys(regions.RegionAliases(regions.RegionID(t.ID))) {
				l.place(id, lang, list...)
			}
		}
	}
}

func (l *lexicon) meaning(c Concept, least float32, carried bool) int {
	id := len(l.meanings)
	l.at[c] = id
	l.meanings = append(l.meanings, meaning{Concept: c, least: least, carried: carried, said: map[string][][]term{}, names: map[string][]string{}})
	return id
}

// place adds names of a country or region: as a word of the language and as
// it stands, since readers of other languages type it as it stands. An
// abbreviation is a word of no language: "usa" is a Spanish verb, USA is not.
func (l *lexicon) place(id int, lang string, list ...string) {
	for _, name := range list {
		abbreviation := capitals(name)
		l.label(label{meaning: id, analysis: names, capitals: abbreviation}, name)
		if !abbreviation {
			l.label(label{meaning: id, lang: lang, analysis: analysisOf(lang)}, name)
			l.say(id, lang, name)
		}
	}
}

// named adds names of a word or of a term of the glossary.
func (l *lexicon) named(id int, lang string, list ...string) {
	for _, name := range list {
		if capitals(name) {
			l.label(label{meaning: id, analysis: names}, name)
		}
		l.label(label{meaning: id, lang: lang, analysis: analysisOf(lang)}, name)
		l.say(id, lang, name)
	}
}

// softNames adds the soft names for detention.
func (l *lexicon) softNames() {
	for _, n := range words().soft {
		country := -1
		if n.country != "" {
			country = l.at[Concept{countryConcept, n.country}]
		}
		for _, name := range n.names {
			l.label(label{meaning: l.softly, lang: n.lang, analysis: analysisOf(n.lang), soft: n.softness, country: country}, name)
			if n.softness == mostly {
				l.say(l.softly, n.lang, name)
			}
		}
	}
}

// say adds a name by which texts speak of a meaning.
func (l *lexicon) say(id int, lang, name string) {
	m := &l.meanings[id]
	m.names[lang] = append(m.names[lang], name)
	if words().ambiguous[fold.Text(name)] {
		return
	}
	tags := []string{lang, ""}
	if lang == "" { // an acronym
		tags = append([]string{""}, vocabulary.Languages...)
	}
	for _, tag := range tags {
		list := terms(analysisOf(tag), name)
		if len(list) > 0 && !slices.ContainsFunc(m.said[tag], func(o []term) bool { return slices.Equal(o, list) }) {
			m.said[tag] = append(m.said[tag], list)
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
	add.vague = words().ambiguous[fold.Text(name)]
	add.distinct = len(slices.Compact(slices.Sorted(slices.Values(add.words))))
	spots := l.spots[add.analysis]
	if spots == nil {
		spots = map[string][]spot{}
		l.spots[add.analysis] = spots
	}
	for _, s := range spots[add.words[0]] {
		have := l.labels[s.label]
		if have.meaning == add.meaning && have.capitals == add.capitals && have.soft == add.soft && slices.Equal(have.words, add.words) {
			return
		}
	}
	l.labels = append(l.labels, add)
	for at, w := range add.words {
		spots[w] = append(spots[w], spot{label: len(l.labels) - 1, at: at})
	}
}

// carriers gives the entries that carry each meaning as a label.
func (l *lexicon) carriers(all []*practices.Practice) []rows {
	list := make([]rows, len(l.meanings))
	add := func(vocabulary string, entries map[string]rows) {
		for value, set := range entries {
			if id, ok := l.at[Concept{vocabulary, value}]; ok {
				list[id] = set
			}
		}
	}
	add(countryConcept, entriesBy(all, GroupCountry.Values))
	for _, f := range labelled {
		add(f.vocabulary, entriesBy(all, f.of))
	}
	return list
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

// A sense is a meaning, with how sure it is.
type sense struct {
	meaning int
	weight  float32
}

// A group are the meanings of one name, which may be several words long.
type group struct {
	first, last int     // probes of the name
	weight      float32 // of each probe
	senses      []sense
}

// How much a meaning counts beside the word itself: when it is plainly meant,
// when the name stands within a longer one, when it is a name in a language
// that the query is hardly in, when it is an acronym that is also a word.
const (
	senseWeight  = 0.6
	innerWeight  = 0.25
	withinWeight = 0.6 // a word itself, within a longer name
	otherWeight  = 0.5
	vagueWeight  = 0.3
	softWeight   = 0.25 // detention, for a soft name
	softCountry  = 0.5  // the country that uses a soft name most
	softlyWeight = 0.25 // soft names, for detention
)

// mean adds a meaning that a probe has by a name.
func (p *probe) mean(first, last int, weight float32, s sense) {
	if first == last && weight == 1 {
		p.own = addSense(p.own, s)
		return
	}
	i := slices.IndexFunc(p.groups, func(g group) bool { return g.first == first && g.last == last && g.weight == weight })
	if i < 0 {
		i = len(p.groups)
		p.groups = append(p.groups, group{first: first, last: last, weight: weight})
	}
	p.groups[i].senses = addSense(p.groups[i].senses, s)
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

// A run is a name that stands whole among the probes.
type run struct {
	label       int
	probes      []int
	first, last int // probes
}

// resolve finds what each probe may mean. Names of several words that stand
// whole in the text come first; names within them count little. A label that
// entries carry is meant in part, too, when enough of its words are there.
//
// It also tells the countries, regions and terms of the glossary that the text
// names.
func (l *lexicon) resolve(probes []*probe, lang string) (named []Named) {
	var runs []run
	for _, analysis := range sortedKeys(analyses) {
		runs = append(runs, l.runs(probes, analysis)...)
	}
	votes := l.votes(probes, runs, lang)
	for _, r := range runs {
		lb := l.labels[r.label]
		weight, sure := 1/float32(len(r.probes)), float32(senseWeight)
		inner := slices.ContainsFunc(runs, func(o run) bool {
			return o.first <= r.first && o.last >= r.last && o.last-o.first > r.last-r.first
		})
		if inner {
			weight *= innerWeight
		}
		if c := l.meanings[lb.meaning].Concept; !inner && lb.soft == plainly &&
			(c.Vocabulary == countryConcept || c.Vocabulary == glossaryConcept || c.Vocabulary == string(GroupRegion)) &&
			!slices.ContainsFunc(named, func(n Named) bool { return n.Concept == c }) {
			named = append(named, Named{c, typedSpan(probes, r)})
		}
		if _, voted := votes[lb.lang]; lb.lang != "" && voted && votes[lb.lang] < votes[""] {
			sure *= otherWeight
		}
		if lb.vague && !slices.ContainsFunc(r.probes, func(i int) bool { return probes[i].capitals || capitals(probes[i].text) }) {
			sure *= vagueWeight
		}
		for _, i := range r.probes {
			p := probes[i]
			p.abbreviation = p.abbreviation || lb.capitals
			if lb.soft != plainly {
				p.soft = max(p.soft, lb.soft)
				if lb.country >= 0 {
					p.mean(r.first, r.last, weight*softCountry, sense{lb.country, 1})
				}
				if p.softName == "" || len(r.probes) > 1 {
					p.softName = typedSpan(probes, r)
				}
				continue
			}
			p.mean(r.first, r.last, weight, sense{lb.meaning, sure})
			if slices.Contains(l.detention, lb.meaning) && !inner {
				p.mean(r.first, r.last, weight*softlyWeight, sense{l.softly, 1})
			}
		}
	}
	l.resolveParts(probes)
	return named
}

// A Named is a concept that the text of a query names.
type Named struct {
	Concept
	Typed string
}

// typedSpan is what was typed for a run.
func typedSpan(probes []*probe, r run) string {
	var list []string
	for _, i := range r.probes {
		list = append(list, probes[i].text)
	}
	return strings.Join(list, " ")
}

// runs finds the names that stand whole among the probes, by one analysis.
func (l *lexicon) runs(probes []*probe, analysis string) []run {
	type step struct {
		probe int
		word  string
	}
	var steps []step
	for i, p := range probes {
		if p.not || p.phrase {
			steps = append(steps, step{-1, ""})
			continue
		}
		for _, t := range p.terms[analysis] {
			steps = append(steps, step{i, t.text})
		}
	}
	var runs []run
	for i, s := range steps {
		for _, sp := range l.spots[analysis][s.word] {
			lb := l.labels[sp.label]
			if sp.at != 0 || s.probe < 0 || i+len(lb.words) > len(steps) {
				continue
			}
			r := run{label: sp.label, first: s.probe}
			whole := true
			for j, w := range lb.words {
				t := steps[i+j]
				if whole = t.word == w && t.probe >= 0 && (!lb.capitals || probes[t.probe].capitals); !whole {
					break
				}
				if r.last = t.probe; !slices.Contains(r.probes, t.probe) {
					r.probes = append(r.probes, t.probe)
				}
			}
			if whole {
				runs = append(runs, r)
			}
		}
	}
	return runs
}

// votes guesses the language of a text: by the stop words and names in it,
// and the page it was typed on. votes[""] is what a language needs in order
// not to be another.
func (l *lexicon) votes(probes []*probe, runs []run, lang string) map[string]int {
	votes := map[string]int{}
	for _, tag := range vocabulary.Languages {
		voted := map[int]bool{}
		for _, r := range runs {
			if l.labels[r.label].lang == tag {
				for _, i := range r.probes {
					voted[i] = true
				}
			}
		}
		for i, p := range probes {
			if voted[i] || len(p.terms[analysisOf(tag)]) == 0 {
				votes[tag] += 2
			}
		}
	}
	votes[analysisOf(lang)]++
	most := 0
	for _, tag := range vocabulary.Languages {
		most = max(most, votes[tag])
	}
	votes[""] = most - 1
	return votes
}

// resolveParts finds the labels of which enough words are among the probes,
// in any order, for the entries that carry them.
func (l *lexicon) resolveParts(probes []*probe) {
	type hit struct{ label, probe int }
	var hits []hit
	covered := map[int]int{} // words of a label that the probes have
	for i, p := range probes {
		if p.not || p.phrase {
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
				if l.meanings[l.labels[s.label].meaning].carried && !seen[s.label] && l.stands(words, s) && (!l.labels[s.label].capitals || p.capitals) {
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
		if float32(covered[h.label]) < length*l.meanings[label.meaning].least {
			continue
		}
		share := min(1, float32(len(p.terms[label.analysis]))/length)
		p.concepts[label.meaning] = max(p.concepts[label.meaning], share)
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

// name gives the first name of a concept in a language, or in English.
func (l *lexicon) name(id int, lang string) string {
	for _, tag := range []string{analysisOf(lang), "en", ""} {
		if list := l.meanings[id].names[tag]; len(list) > 0 {
			return list[0]
		}
	}
	return l.meanings[id].Value
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
