// Package vocabulary holds the controlled words of the catalogue: what kinds
// of practice there are, what is done for people, what may be asked of them,
// how strong the evidence is, and so on.
//
// Each vocabulary is one YAML file beside this one, named like the field it
// serves, in the singular. A term has an id that never changes, a label in
// five languages, a definition, and the other words people use for it. What
// the definitions are in other languages than English stands in definitions/,
// one file a language. Someone who never programs can add a synonym by editing
// a file here.
package vocabulary

import (
	"bytes"
	"embed"
	"fmt"
	"path"
	"slices"
	"strings"
	"sync"

	"go.yaml.in/yaml/v3"

	"opendoor/regions/fold"
)

//go:embed *.yaml definitions
var files embed.FS

// Languages are those in which every term has a label, in the order in which
// the site lists them.
var Languages = []string{"en", "es", "fr", "pt", "ar"}

// A Term is one controlled word.
type Term struct {
	ID         string              `yaml:"id"`
	Label      map[string]string   `yaml:"label"`      // by language, all of Languages
	Definition string              `yaml:"definition"` // English, one or two sentences; see Defined
	Synonyms   map[string][]string `yaml:"synonyms"`   // by language; other words people type
	Source     string              `yaml:"source"`     // who drew the term up, an id of sources.yaml

	Level   int    `yaml:"level"`          // of a heading: 2 for a section, 3 for a part of one
	Step    int    `yaml:"step"`           // of evidence: 1 told to 4 evaluated
	Weight  int    `yaml:"weight"`         // of a condition: 0 nothing asked to 4 custody-like
	Caution bool   `yaml:"caution"`        // whether an entry with this term must carry a caution
	Group   string `yaml:"group"`          // of a measure: the element it mostly serves
	Region  string `yaml:"region"`         // of a scope: the working region its entries belong to
	Inverse string `yaml:"inverse"`        // of a relation: how it reads from the other end, in English
	Chain   bool   `yaml:"chain"`          // of a relation: whether it links a promise to what came of it
	For     string `yaml:"for"`            // of a status: the kind of entry it is for; empty for all
	Scope   string `yaml:"scope"`          // of a region: the prefix of ids for work across it
	Members string `yaml:"countries_from"` // of a region: how its countries follow from the UN's M49 groups

	defined map[string]string // by language other than English
}

// In gives the label in a language, or in English where there is none.
func (t Term) In(lang string) string {
	if l := t.Label[lang]; l != "" {
		return l
	}
	return t.Label["en"]
}

// Defined gives the definition in a language, or in English where there is
// none; in is the language that it is in.
func (t Term) Defined(lang string) (text, in string) {
	if d := t.defined[lang]; d != "" {
		return d, lang
	}
	return t.Definition, "en"
}

// A Vocabulary is an ordered list of terms for one field.
type Vocabulary struct {
	Name  string // "measure"
	Field string // "measures"
	Terms []Term

	byID map[string]int
}

// Get finds a term by its id.
func (v *Vocabulary) Get(id string) (Term, bool) {
	i, ok := v.byID[id]
	if !ok {
		return Term{}, false
	}
	return v.Terms[i], true
}

// Has says whether id is a term.
func (v *Vocabulary) Has(id string) bool { _, ok := v.byID[id]; return ok }

// Order gives the place of a term in the list, and len(Terms) for a stranger,
// so that terms sort as the file has them.
func (v *Vocabulary) Order(id string) int {
	if i, ok := v.byID[id]; ok {
		return i
	}
	return len(v.Terms)
}

// IDs lists the ids in order.
func (v *Vocabulary) IDs() []string {
	ids := make([]string, len(v.Terms))
	for i, t := range v.Terms {
		ids[i] = t.ID
	}
	return ids
}

// Nearest gives the id that somebody most likely meant by a word that is not
// one: a label or synonym written out, or a slip of one to three letters.
// It returns "" when nothing is near.
func (v *Vocabulary) Nearest(word string) string {
	want := fold.Name(strings.ReplaceAll(word, "-", " "))
	for _, t := range v.Terms {
		for _, l := range t.Label {
			if fold.Name(l) == want {
				return t.ID
			}
		}
		for _, list := range t.Synonyms {
			for _, s := range list {
				if fold.Name(s) == want {
					return t.ID
				}
			}
		}
	}
	return fold.Closest(word, v.IDs())
}

// All gives every vocabulary by name. The result is shared: read it only.
func All() map[string]*Vocabulary { return load() }

// Named gives one vocabulary. An unknown name is a mistake in the program and
// panics.
func Named(name string) *Vocabulary {
	v, ok := load()[name]
	if !ok {
		panic(fmt.Sprintf("vocabulary: no vocabulary %q", name))
	}
	return v
}

// The vocabularies are part of the program, so a bad file stops it at once.
var load = sync.OnceValue(func() map[string]*Vocabulary {
	all := map[string]*Vocabulary{}
	names, err := files.ReadDir(".")
	if err != nil {
		panic(err)
	}
	for _, f := range names {
		name := strings.TrimSuffix(path.Base(f.Name()), ".yaml")
		if name == "sources" || f.IsDir() {
			continue
		}
		v, err := read(name)
		if err != nil {
			panic(fmt.Sprintf("vocabulary: %s: %v", f.Name(), err))
		}
		all[name] = v
	}
	for lang, d := range definitions() {
		for name, terms := range d.Definitions {
			if err := all[name].define(lang, terms); err != nil {
				panic(fmt.Sprintf("vocabulary: definitions/%s.yaml: %s: %v", lang, name, err))
			}
		}
	}
	return all
})

func read(name string) (*Vocabulary, error) {
	data, err := files.ReadFile(name + ".yaml")
	if err != nil {
		return nil, err
	}
	var in struct {
		Field string `yaml:"field"`
		Terms []Term `yaml:"terms"`
	}
	dec := yaml.NewDecoder(bytes.NewReader(data))
	dec.KnownFields(true)
	if err := dec.Decode(&in); err != nil {
		return nil, err
	}
	v := &Vocabulary{Name: name, Field: in.Field, Terms: in.Terms, byID: map[string]int{}}
	for i, t := range in.Terms {
		if _, twice := v.byID[t.ID]; twice {
			return nil, fmt.Errorf("%s occurs twice", t.ID)
		}
		for _, l := range Languages {
			if t.Label[l] == "" {
				return nil, fmt.Errorf("%s has no label in %s", t.ID, l)
			}
		}
		if t.Definition == "" {
			return nil, fmt.Errorf("%s has no definition", t.ID)
		}
		v.byID[t.ID] = i
	}
	return v, nil
}

// Sources lists where terms come from, as the file has them: id, title,
// publisher, year and address.
func Sources() []map[string]string {
	data, err := files.ReadFile("sources.yaml")
	if err != nil {
		panic(err)
	}
	var in struct {
		Sources []map[string]string `yaml:"sources"`
	}
	if err := yaml.Unmarshal(data, &in); err != nil {
		panic(fmt.Sprintf("vocabulary: sources.yaml: %v", err))
	}
	return slices.Clone(in.Sources)
}
