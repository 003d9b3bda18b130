package glossary

import (
	"bytes"
	"fmt"
	"path"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"opendoor/regions/fold"
)

const english = "en"

// A Wording is a term told in one language.
type Wording struct {
	Lang       string `yaml:"-"`
	Draft      bool   `yaml:"-"`    // nobody who works in the language has read it yet
	ID         string `yaml:"id"`   // of the term
	Term       string `yaml:"term"` // lower case unless a name
	Definition string `yaml:"definition"`
	Caution    string `yaml:"caution"` // "" where the term has none
}

// Name is the term as a title: with its first letter large.
func (w Wording) Name() string {
	for i, r := range w.Term {
		return strings.ToUpper(string(r)) + w.Term[i+len(string(r)):]
	}
	return ""
}

// In tells the term in a language, or in English where nobody has done so.
func (t Term) In(lang string) Wording {
	if w, ok := t.wordings[lang]; ok {
		return w
	}
	return Wording{Lang: english, ID: t.ID, Term: t.Term, Definition: t.Definition, Caution: t.Caution}
}

// tell adds the term in a language. Its name there is the first of the words
// for it, so that search knows it too.
func (t *Term) tell(w Wording) {
	if t.wordings == nil {
		t.wordings = map[string]Wording{}
	}
	t.wordings[w.Lang] = w
	if t.Synonyms == nil {
		t.Synonyms = map[string][]string{}
	}
	others := slices.DeleteFunc(slices.Clone(t.Synonyms[w.Lang]), func(s string) bool { return fold.Name(s) == fold.Name(w.Term) })
	t.Synonyms[w.Lang] = append([]string{w.Term}, others...)
}

// allWordings reads the files in definitions/, by language and term.
func allWordings() (map[string]map[string]Wording, error) {
	list, err := files.ReadDir("definitions")
	if err != nil {
		return nil, err
	}
	all := map[string]map[string]Wording{}
	for _, f := range list {
		data, err := files.ReadFile(path.Join("definitions", f.Name()))
		if err != nil {
			return nil, err
		}
		lang := strings.TrimSuffix(f.Name(), ".yaml")
		if all[lang], err = readWordings(lang, data); err != nil {
			return nil, fmt.Errorf("%s: %w", f.Name(), err)
		}
	}
	return all, nil
}

func readWordings(lang string, data []byte) (map[string]Wording, error) {
	var in struct {
		State string // draft or reviewed
		Terms []Wording
	}
	dec := yaml.NewDecoder(bytes.NewReader(data))
	dec.KnownFields(true)
	if err := dec.Decode(&in); err != nil {
		return nil, err
	}
	if in.State != "draft" && in.State != "reviewed" {
		return nil, fmt.Errorf("state is %q; write draft or reviewed", in.State)
	}
	told := map[string]Wording{}
	for _, w := range in.Terms {
		if _, twice := told[w.ID]; twice || w.Term == "" || w.Definition == "" {
			return nil, fmt.Errorf("%q occurs twice, or lacks its term or definition", w.ID)
		}
		w.Lang, w.Draft = lang, in.State == "draft"
		told[w.ID] = w
	}
	return told, nil
}
