package vocabulary

import (
	"bytes"
	"fmt"
	"path"
	"strings"
	"sync"

	"go.yaml.in/yaml/v3"
)

// Draft says whether the definitions in a language wait for a person who works
// in it to read them.
func Draft(lang string) bool { return definitions()[lang].State == draft }

const draft, reviewed = "draft", "reviewed"

// translated is a file of definitions in one language.
type translated struct {
	State       string                       // draft or reviewed
	Definitions map[string]map[string]string // by vocabulary and term
}

// The definitions are part of the program, so a bad file stops it at once.
var definitions = sync.OnceValue(func() map[string]translated {
	all := map[string]translated{}
	list, err := files.ReadDir("definitions")
	if err != nil {
		panic(err)
	}
	for _, f := range list {
		data, err := files.ReadFile(path.Join("definitions", f.Name()))
		if err != nil {
			panic(err)
		}
		d, err := readDefinitions(data)
		if err != nil {
			panic(fmt.Sprintf("vocabulary: definitions/%s: %v", f.Name(), err))
		}
		all[strings.TrimSuffix(f.Name(), ".yaml")] = d
	}
	return all
})

func readDefinitions(data []byte) (translated, error) {
	var d translated
	dec := yaml.NewDecoder(bytes.NewReader(data))
	dec.KnownFields(true)
	if err := dec.Decode(&d); err != nil {
		return d, err
	}
	if d.State != draft && d.State != reviewed {
		return d, fmt.Errorf("state is %q; write %s or %s", d.State, draft, reviewed)
	}
	return d, nil
}

// define adds the definitions of terms in a language. A nil vocabulary is one
// that does not exist.
func (v *Vocabulary) define(lang string, terms map[string]string) error {
	if v == nil {
		return fmt.Errorf("no such vocabulary")
	}
	for id, text := range terms {
		i, ok := v.byID[id]
		if !ok {
			return fmt.Errorf("no term %q", id)
		}
		if v.Terms[i].defined == nil {
			v.Terms[i].defined = map[string]string{}
		}
		v.Terms[i].defined[lang] = text
	}
	return nil
}
