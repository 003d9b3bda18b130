package server

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"opendoor/practices/glossary"
)

// A bookTerm is a term of the glossary that a book uses.
type bookTerm struct {
	termLine
	Caution string
}

// usedTerms are the terms that the HTML of a book leads to, or whose name in
// its language stands in it.
func usedTerms(text, lang string) map[string]bool {
	used := map[string]bool{}
	text = strings.ToLower(text)
	for _, t := range glossary.Terms() {
		used[t.ID] = strings.Contains(text, "/glossary/"+t.ID+`"`)
		if lang == defaultLanguage || slices.Contains(ordinary, t.Term) {
			continue
		}
		for _, name := range append([]string{t.In(lang).Term}, t.Synonyms[lang]...) {
			used[t.ID] = used[t.ID] || utf8.RuneCountInString(name) > 4 && stands(text, strings.ToLower(name))
		}
	}
	return used
}

// joined are what Arabic writes before a word without a space: the article,
// "and", "in", "for".
var joined = []string{"ال", "وال", "بال", "لل", "و", "ب", "ل", "ف", "ك"}

// stands says whether a text has a name as words of its own.
func stands(text, name string) bool {
	for {
		before, after, found := strings.Cut(text, name)
		if !found {
			return false
		}
		next, _ := utf8.DecodeRuneInString(after)
		if begun := open(before); !unicode.IsLetter(next) && (begun == "" || slices.Contains(joined, begun)) {
			return true
		}
		text = after
	}
}

// open are the letters at the end of a text that go on into what follows it.
func open(text string) string {
	return text[len(strings.TrimRightFunc(text, unicode.IsLetter)):]
}
