package templates

import (
	"cmp"
	"fmt"
	"io/fs"
	"maps"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/feature/plural"
)

// A Fault is something wrong with a message, said so that its translator can
// mend it.
type Fault struct {
	File    string // path within the tree: "languages/fr/list.yaml"
	Line    int    // of the message; 0 when the whole language is meant
	Key     string // of the message: "list.tally"
	Message string
	Warning bool // the page can be read all the same
}

// Lint checks the message files of a tree as a whole: every language against
// English, its plural forms, its typography, and the places that are narrow.
// What is missing is a warning, because readers then see the English. The
// error is for files that are no message files at all.
func Lint(tree fs.FS) ([]Fault, error) {
	s := &Set{speech: map[string]*speech{}}
	if err := s.loadSpeech(tree); err != nil {
		return nil, err
	}
	var faults []Fault
	for _, tag := range s.order {
		faults = append(faults, s.speech[tag].lint(s.speech[fallback])...)
	}
	slices.SortStableFunc(faults, func(a, b Fault) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Key, b.Key))
	})
	return faults, nil
}

func (s *speech) lint(english *speech) []Fault {
	var faults []Fault
	add := func(key string, warning bool, format string, args ...any) {
		at, ok := s.stand[key]
		if !ok {
			at = stand{file: strings.Replace(english.stand[key].file, "/"+fallback+"/", "/"+s.Tag+"/", 1)}
		}
		faults = append(faults, Fault{at.file, at.line, key, fmt.Sprintf(format, args...), warning})
	}
	for _, key := range slices.Sorted(maps.Keys(english.messages)) {
		p, ok := s.messages[key]
		if !ok {
			add(key, true, "missing; the English is shown")
			continue
		}
		if got, want := placesOf(p), placesOf(english.messages[key]); !slices.Equal(got, want) {
			add(key, false, "has the places %v; the English has %v", got, want)
		}
		if len(p) > 1 || len(english.messages[key]) > 1 {
			for _, form := range s.needed() {
				if p[form] == "" {
					add(key, false, "has no form %q; the language needs %s", form, strings.Join(s.needed(), ", "))
				}
			}
		}
		for _, form := range slices.Sorted(maps.Keys(p)) {
			if strings.TrimSpace(p[form]) == "" {
				add(key, false, "is empty")
			}
			for _, said := range typography(s.Tag, p[form]) {
				add(key, false, "%s: %q", said, p[form])
			}
		}
		if n, ok := narrow(key); ok && s.longest(key) > n.letters {
			add(key, false, "is %d letters long; %s has room for %d", s.longest(key), n.place, n.letters)
		}
	}
	for key := range s.messages {
		if _, ok := english.messages[key]; !ok {
			add(key, false, "is not in English, so nothing asks for it")
		}
	}
	return faults
}

// needed are the plural forms that whole numbers up to a thousand take. "zero"
// is never needed: a message may have it in any language, to say that there is
// nothing.
func (s *speech) needed() []string {
	var list []string
	for n := range 1001 {
		form := forms[plural.Cardinal.MatchPlural(s.locale, n, 0, 0, 0, 0)]
		if form != "zero" && !slices.Contains(list, form) {
			list = append(list, form)
		}
	}
	slices.SortFunc(list, func(a, b string) int { return slices.Index(formOrder, a) - slices.Index(formOrder, b) })
	return list
}

var formOrder = []string{"zero", "one", "two", "few", "many", "other"}

var placePattern = regexp.MustCompile(`\{(\w+)\}`)

// placesOf are the names in braces that a message has, in any of its forms.
func placesOf(p phrase) []string {
	found := map[string]bool{}
	for _, text := range p {
		for _, m := range placePattern.FindAllStringSubmatch(text, -1) {
			found[m[1]] = true
		}
	}
	return slices.Sorted(maps.Keys(found))
}

// longest is the number of letters of the longest form, with two digits in
// every place.
func (s *speech) longest(key string) int {
	most := 0
	for _, text := range s.messages[key] {
		most = max(most, utf8.RuneCountInString(placePattern.ReplaceAllString(text, "00")))
	}
	return most
}
