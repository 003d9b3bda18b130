package search

import (
	"maps"
	"slices"
	"strings"
	"sync"
	"unicode"

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
	Vocabulary string // "country", "glossary", "word", "ask", "soft", else the name of a vocabulary
	Value      string // a country's code, the id of a term; of a word, the word in English
}

// The vocabularies of concepts that are no terms of practices/vocabulary.
const (
	countryConcept  = "country"
	glossaryConcept = "glossary"
	wordConcept     = "word"
	softConcept     = "soft"
)

// A meaning is a concept with its names.
type meaning struct {
	Concept
	least   float32   // how much of a name must be typed to mean it, from 0 to 1
	carried bool      // entries may carry it as a label
	labels  []Concept // of entries, that mean it though they are called otherwise
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
	itself   int      // meaning of a strong soft name alone, for texts that have it
	again    bool     // another name of what a vocabulary calls otherwise
	beside   []beside // stop words without which the one word that is left means something else
}

// A beside is a folded stop word of a name, and how far it stands from the
// first of its other words.
type beside struct {
	at   int
	text string
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
		id := l.meaning(Concept{wordConcept, m.names["en"][0]}, 1, false)
		l.meanings[id].labels = m.labels
		for _, lang := range vocabulary.Languages {
			l.named(id, lang, m.names[lang]...)
		}
		for _, name := range m.names[""] {
			l.label(label{meaning: id, analysis: names}, name)
		}
	}
	for _, a := range asks {
		id := l.meaning(Concept{askConcept, a.id}, 1, false)
		for i, lang := range vocabulary.Languages {
			l.meanings[id].names[lang] = words().asks[a.id][i]
			for _, name := range words().asks[a.id][i] {
				l.label(label{meaning: id, lang: lang, analysis: names}, name)
			}
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
				l.label(label{meaning: id, lang: lang, analysis: analysisOf(lang), again: true}, s)
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
			soft := label{meaning: l.softly, lang: n.lang, analysis: analysisOf(n.lang), soft: n.softness, country: country}
			if n.softness == mostly {
				soft.itself = l.meaning(Concept{softConcept, name}, 1, false)
				l.say(soft.itself, n.lang, name)
				l.say(l.softly, n.lang, name)
			}
			l.label(soft, name)
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
		if len(hollow(name, list)) > 0 {
			continue // texts are read without their stop words
		}
		if len(list) > 0 && !slices.ContainsFunc(m.said[tag], func(o []term) bool { return slices.Equal(o, list) }) {
			m.said[tag] = append(m.said[tag], list)
		}
	}
}

// label adds a name, once.
func (l *lexicon) label(add label, name string) {
	list := terms(add.analysis, name)
	for _, t := range list {
		add.words = append(add.words, t.text)
	}
	if len(add.words) == 0 {
		return
	}
	add.beside = hollow(name, list)
	add.vague = words().ambiguous[fold.Text(name)]
	add.distinct = len(slices.Compact(slices.Sorted(slices.Values(add.words))))
	spots := l.spots[add.analysis]
	if spots == nil {
		spots = map[string][]spot{}
		l.spots[add.analysis] = spots
	}
	for _, s := range spots[add.words[0]] {
		have := l.labels[s.label]
		if have.meaning == add.meaning && have.capitals == add.capitals && have.soft == add.soft && slices.Equal(have.words, add.words) && slices.Equal(have.beside, add.beside) {
			return
		}
	}
	l.labels = append(l.labels, add)
	for at, w := range add.words {
		spots[w] = append(spots[w], spot{label: len(l.labels) - 1, at: at})
	}
}

// hollow gives the stop words of a name that has but one other word. Without
// them that word may mean the contrary: "no detention", "sin papeles", "غير
// قانوني".
func hollow(name string, list []term) (stops []beside) {
	if len(list) != 1 {
		return nil
	}
	for _, w := range terms(names, name) {
		if w.at != list[0].at {
			stops = append(stops, beside{w.at - list[0].at, w.text})
		}
	}
	return stops
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
