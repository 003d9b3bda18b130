package server

import (
	"html/template"
	"regexp"
	"slices"
	"strings"
	"sync"

	"golang.org/x/net/html"

	"opendoor/practices/glossary"
)

// A termLinker makes the first use of each glossary term in an entry a way to
// its definition. One linker serves all sections of one entry.
type termLinker struct {
	visit *visit
	on    bool // the text is in the language of the glossary
	seen  map[string]bool
}

// termLinker starts on a text in a language. The glossary's definitions are
// in English, so texts in other languages stay as they are.
func (v *visit) termLinker(lang string) *termLinker {
	return &termLinker{visit: v, on: lang == defaultLanguage, seen: map[string]bool{}}
}

// Words that are not terms when they stand in ordinary sentences: "supervision
// of staff", "a pledge". They have their page and are found by search.
var ordinary = []string{"supervision", "reporting", "assessment", "pledge", "screening", "vulnerability", "guardian", "bail", "last resort", "place of safety"}

type termPattern struct {
	pattern *regexp.Regexp
	id      map[string]string // lower-case words to term
}

// patterns matches any English name of any term, the longest first.
var patterns = sync.OnceValue(func() termPattern {
	id := map[string]string{}
	var words []string
	for _, t := range glossary.Terms() {
		names := append([]string{t.Term}, t.Synonyms["en"]...)
		for _, n := range names {
			n = strings.ToLower(n)
			if len(n) > 4 && !slices.Contains(ordinary, n) && id[n] == "" {
				id[n] = t.ID
				words = append(words, regexp.QuoteMeta(n))
			}
		}
	}
	slices.SortFunc(words, func(a, b string) int { return len(b) - len(a) })
	return termPattern{regexp.MustCompile(`(?i)\b(` + strings.Join(words, "|") + `)\b`), id}
})

// link returns the text with its first terms linked. The text is sanitised
// HTML; words inside links and headings stay as they are.
func (l *termLinker) link(text template.HTML) template.HTML {
	if !l.on {
		return text
	}
	var out strings.Builder
	z := html.NewTokenizer(strings.NewReader(string(text)))
	inside := 0 // open links and headings
	for {
		switch kind := z.Next(); kind {
		case html.ErrorToken:
			return template.HTML(out.String())
		case html.TextToken:
			raw := string(z.Raw())
			if inside == 0 {
				raw = l.words(raw)
			}
			out.WriteString(raw)
		default:
			raw := string(z.Raw())
			name, _ := z.TagName()
			if tag := string(name); tag == "a" || tag == "h3" || tag == "code" {
				switch kind {
				case html.StartTagToken:
					inside++
				case html.EndTagToken:
					inside--
				}
			}
			out.WriteString(raw)
		}
	}
}

// words links terms in a run of escaped text. Terms are letters, hyphens and
// spaces, which escaping leaves alone.
func (l *termLinker) words(s string) string {
	p := patterns()
	return p.pattern.ReplaceAllStringFunc(s, func(word string) string {
		id := p.id[strings.ToLower(word)]
		if l.seen[id] {
			return word
		}
		l.seen[id] = true
		return `<a class="term" href="` + template.HTMLEscapeString(l.visit.url("/glossary/"+id)) + `">` + word + `</a>`
	})
}
