// Package glossary holds the terms of the field with a definition in our own
// words, the other words and acronyms people use for each, and the texts the
// definition rests on. The terms lie in terms.yaml beside this file.
//
// Vocabularies are the closed lists that an entry chooses from; the glossary
// explains the words of the field, whether or not an entry field has them.
package glossary

import (
	"bytes"
	"cmp"
	"embed"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"go.yaml.in/yaml/v3"

	"opendoor/regions/fold"
)

//go:embed terms.yaml definitions
var files embed.FS

// A Term is one word of the field. Term, Definition and Caution are English;
// In gives them in another language.
type Term struct {
	ID         string              `yaml:"id"`
	Term       string              `yaml:"term"` // English, lower case unless a name
	Acronyms   []string            `yaml:"acronyms"`
	Definition string              `yaml:"definition"` // English
	Caution    string              `yaml:"caution"`    // what the word may hide
	Synonyms   map[string][]string `yaml:"synonyms"`   // by language
	Related    []string            `yaml:"related"`    // ids of terms
	Sources    []Source            `yaml:"sources"`

	wordings map[string]Wording // by language other than English
}

// A Source is a text on which a definition rests.
type Source struct {
	Title     string `yaml:"title"`
	Publisher string `yaml:"publisher"`
	Date      string `yaml:"date"`
	URL       string `yaml:"url"`
	Read      string `yaml:"read"` // "in-part" when only part could be read
}

// Name is the English term as a title: with its first letter large.
func (t Term) Name() string { return t.In(english).Name() }

// Names are all the words for the term, in every language.
func (t Term) Names() []string {
	names := append([]string{t.Term}, t.Acronyms...)
	for _, lang := range t.Languages() {
		names = append(names, t.Synonyms[lang]...)
	}
	return names
}

// Languages are those in which there are words for the term, English first.
func (t Term) Languages() []string {
	return slices.SortedFunc(maps.Keys(t.Synonyms), func(a, b string) int {
		return cmp.Or(rank(a)-rank(b), strings.Compare(a, b))
	})
}

func rank(lang string) int {
	if lang == english {
		return 0
	}
	return 1
}

// Terms lists the glossary from A to Z. The result is shared: read it only.
func Terms() []Term { return load().terms }

// Lookup finds a term by its id.
func Lookup(id string) (Term, bool) {
	i, ok := load().byID[id]
	if !ok {
		return Term{}, false
	}
	return load().terms[i], true
}

// Find finds a term by any of its names in any language, whatever the case
// and accents.
func Find(name string) (Term, bool) {
	i, ok := load().byName[fold.Name(name)]
	if !ok {
		return Term{}, false
	}
	return load().terms[i], true
}

type index struct {
	terms  []Term
	byID   map[string]int
	byName map[string]int
}

// The glossary is part of the program, so a bad file stops it at once.
var load = sync.OnceValue(func() index {
	data, err := files.ReadFile("terms.yaml")
	if err != nil {
		panic(err)
	}
	told, err := allWordings()
	if err != nil {
		panic("glossary: definitions/" + err.Error())
	}
	x, err := read(data, told)
	if err != nil {
		panic("glossary: " + err.Error())
	}
	return x
})

// read makes the glossary of its English file and of what other languages
// tell, by language and term.
func read(data []byte, told map[string]map[string]Wording) (index, error) {
	var in struct {
		Terms []Term `yaml:"terms"`
	}
	dec := yaml.NewDecoder(bytes.NewReader(data))
	dec.KnownFields(true)
	if err := dec.Decode(&in); err != nil {
		return index{}, err
	}
	slices.SortFunc(in.Terms, func(a, b Term) int { return strings.Compare(fold.Name(a.Term), fold.Name(b.Term)) })
	x := index{terms: in.Terms, byID: map[string]int{}, byName: map[string]int{}}
	for i, t := range in.Terms {
		if _, twice := x.byID[t.ID]; twice || t.ID == "" {
			return index{}, fmt.Errorf("id %q is empty or occurs twice", t.ID)
		}
		if t.Definition == "" || len(t.Sources) == 0 {
			return index{}, fmt.Errorf("%s needs a definition and a source", t.ID)
		}
		x.byID[t.ID] = i
	}
	for lang, list := range told {
		for id, w := range list {
			i, ok := x.byID[id]
			if !ok {
				return index{}, fmt.Errorf("%s: no term %q", lang, id)
			}
			x.terms[i].tell(w)
		}
	}
	for i, t := range x.terms {
		for _, n := range t.Names() {
			if _, taken := x.byName[fold.Name(n)]; !taken {
				x.byName[fold.Name(n)] = i
			}
		}
	}
	for _, t := range in.Terms {
		for _, r := range t.Related {
			if _, ok := x.byID[r]; !ok {
				return index{}, fmt.Errorf("%s: related: no term %q", t.ID, r)
			}
		}
	}
	return x, nil
}
