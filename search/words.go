package search

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"
	"sync"

	"opendoor/practices/vocabulary"
	"opendoor/regions/fold"
)

//go:embed words.txt
var wordsFile string

// A wordList is what words.txt says.
type wordList struct {
	meanings  []wordMeaning
	soft      []softNames
	places    map[string][]string   // names of countries beyond the five languages, by code
	light     map[string]bool       // folded
	lightly   [][]string            // the same of several words in a row
	ambiguous map[string]bool       // folded
	asks      map[string][][]string // names of each ask, by language in the order of the vocabulary
}

// A wordMeaning is a word of the field.
type wordMeaning struct {
	names  map[string][]string // by language, "" for others than the five
	labels []Concept           // of entries, that mean the same
}

// softNames are soft names for detention in one language.
type softNames struct {
	softness softness
	lang     string
	country  string // that uses them most, or ""
	names    []string
}

// The file is part of the program, so a bad one stops it at once.
var words = sync.OnceValue(func() wordList {
	w, err := readWords(wordsFile)
	if err != nil {
		panic("search: words.txt: " + err.Error())
	}
	return w
})

func readWords(file string) (wordList, error) {
	w := wordList{places: map[string][]string{}, light: map[string]bool{}, ambiguous: map[string]bool{}, asks: map[string][][]string{}}
	section := ""
	for i, line := range strings.Split(file, "\n") {
		line = strings.TrimSpace(line)
		cells := strings.Split(line, "|")
		switch {
		case line == "" || line[0] == '#':
		case line[0] == '[':
			section = line
		case section == "[words]" && (len(cells) == len(vocabulary.Languages) || len(cells) == len(vocabulary.Languages)+1):
			m := wordMeaning{names: map[string][]string{}}
			for cells[0] = strings.TrimSpace(cells[0]); strings.HasPrefix(cells[0], "@"); {
				var label string
				label, cells[0], _ = strings.Cut(cells[0][1:], " ")
				name, term, _ := strings.Cut(label, ":")
				if !slices.ContainsFunc(labelled, func(f labelledField) bool { return f.vocabulary == name }) || !vocabulary.Named(name).Has(term) {
					return w, fmt.Errorf("line %d: no entry carries %q", i+1, label)
				}
				m.labels = append(m.labels, Concept{name, term})
			}
			for j, lang := range vocabulary.Languages {
				m.names[lang] = commas(cells[j])
			}
			if len(cells) > len(vocabulary.Languages) {
				m.names[""] = commas(cells[len(vocabulary.Languages)])
			}
			w.meanings = append(w.meanings, m)
		case section == "[euphemisms]" && len(cells) == 3:
			n := softNames{softness: map[string]softness{"strong": mostly, "weak": often}[strings.TrimSpace(cells[0])], names: commas(cells[2])}
			if n.softness == plainly {
				return w, fmt.Errorf("line %d: neither strong nor weak", i+1)
			}
			n.lang, n.country, _ = strings.Cut(strings.TrimSpace(cells[1]), " ")
			w.soft = append(w.soft, n)
		case section == "[asks]" && len(cells) == len(vocabulary.Languages)+1:
			for _, cell := range cells[1:] {
				id, light := strings.CutSuffix(strings.TrimSpace(cells[0]), " (light)")
				w.asks[id] = append(w.asks[id], commas(cell))
				for _, s := range commas(cell) {
					if light {
						w.lightly = append(w.lightly, strings.Fields(fold.Text(s)))
					}
				}
			}
		case section == "[places]":
			code, list, _ := strings.Cut(line, ":")
			w.places[code] = commas(list)
		case section == "[light]":
			_, list, _ := strings.Cut(line, ":")
			for _, s := range commas(list) {
				if s = fold.Text(s); strings.Contains(s, " ") {
					w.lightly = append(w.lightly, strings.Fields(s))
				} else {
					w.light[s] = true
				}
			}
		case section == "[ambiguous]":
			for _, s := range commas(line) {
				w.ambiguous[fold.Text(s)] = true
			}
		default:
			return w, fmt.Errorf("line %d: a line of %d parts under %q", i+1, len(cells), section)
		}
	}
	return w, nil
}

func commas(s string) []string {
	var list []string
	for _, w := range strings.FieldsFunc(s, func(r rune) bool { return r == ',' || r == '،' }) {
		if w = strings.TrimSpace(w); w != "" {
			list = append(list, w)
		}
	}
	return list
}
