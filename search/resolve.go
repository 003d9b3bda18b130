package search

import (
	"slices"
	"strings"

	"opendoor/practices/vocabulary"
)

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
		weight, sure := 1/float32(max(1, content(probes, r, lang))), float32(senseWeight)
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
		if lb.again {
			sure *= againWeight
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
					p.mean(group{first: r.first, last: r.last, weight: weight * softCountry}, sense{lb.country, 1})
				}
				if lb.soft == mostly && len(r.probes) > 1 {
					p.mean(group{first: r.first, last: r.last, weight: weight}, sense{lb.itself, 1})
				}
				if p.softName == "" || len(r.probes) > 1 {
					p.softName = typedSpan(probes, r)
				}
				continue
			}
			p.mean(group{first: r.first, last: r.last, weight: weight, ask: l.meanings[lb.meaning].Vocabulary == askConcept}, sense{lb.meaning, sure})
			if slices.Contains(l.detention, lb.meaning) && !inner {
				p.mean(group{first: r.first, last: r.last, weight: weight * softlyWeight}, sense{l.softly, 1})
			}
		}
	}
	l.resolveParts(probes)
	return named
}

// content counts the probes of a run that are more than stop words to a reader
// of lang: those that will be looked for.
func content(probes []*probe, r run, lang string) (n int) {
	for _, i := range r.probes {
		if !probes[i].stop(lang) {
			n++
		}
	}
	return n
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
			lb := &l.labels[sp.label]
			if sp.at != 0 || s.probe < 0 || i+len(lb.words) > len(steps) || !lb.stands(probes, s.probe) {
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

// stands says whether the stop words of a name are typed, where one word of it
// is the probe at a place.
func (lb *label) stands(probes []*probe, at int) bool {
	for _, b := range lb.beside {
		i := at + b.at
		if i < 0 || i >= len(probes) || probes[i].not || probes[i].phrase || probes[i].folded != b.text {
			return false
		}
	}
	return true
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
