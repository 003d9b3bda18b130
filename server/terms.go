package server

import (
	"html/template"
	"regexp"
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html"

	"opendoor/practices/glossary"
)

// A termLinker makes the first use of each glossary term in an entry a way to
// its definition. One linker serves all sections of one entry.
type termLinker struct {
	visit *visit
	names *termNames
	seen  map[string]bool
}

// termLinker starts on a text in a language. A language in which the glossary
// has no names gets no links.
func (v *visit) termLinker(lang string) *termLinker {
	return &termLinker{visit: v, names: termsIn(lang), seen: map[string]bool{}}
}

// numbered is a sanitised text with its numbers in the digits of its language,
// and nothing linked.
func (v *visit) numbered(lang string, text template.HTML) template.HTML {
	l := termLinker{visit: v, names: &termNames{lang: lang}}
	return l.link(text)
}

// Words that are not terms when they stand in ordinary sentences: "supervision
// of staff", "a pledge". They have their page and are found by search.
var ordinary = []string{"supervision", "reporting", "assessment", "pledge", "screening", "vulnerability", "guardian", "bail", "last resort", "place of safety"}

// termNames finds the names of terms in a text of one language.
type termNames struct {
	lang    string
	pattern *regexp.Regexp
	id      map[string]string // name to term, both as [termNames.key] has them
}

var namesByLanguage sync.Map // of *termNames, by language

func termsIn(lang string) *termNames {
	if n, ok := namesByLanguage.Load(lang); ok {
		return n.(*termNames)
	}
	n, _ := namesByLanguage.LoadOrStore(lang, newTermNames(lang))
	return n.(*termNames)
}

// newTermNames learns the names of all terms in a language, the longest first.
// The only forms of a word that are known beside the name itself are a final s
// in Spanish, French and Portuguese, and what Arabic writes before a word:
// the article and short prepositions.
func newTermNames(lang string) *termNames {
	n := &termNames{lang: lang, id: map[string]string{}}
	var names []string
	for _, t := range glossary.Terms() {
		for _, name := range namesOf(t, lang) {
			if name = n.key(name); n.id[name] == "" {
				n.id[name] = t.ID
				names = append(names, strings.ReplaceAll(regexp.QuoteMeta(name), "'", "['’]"))
			}
		}
	}
	if len(names) == 0 {
		return n
	}
	slices.SortFunc(names, func(a, b string) int { return len(b) - len(a) })
	before, after := "", ""
	switch lang {
	case "es", "fr", "pt":
		after = "s?"
	case "ar":
		before = "(?:[وفبلك]|[وف]?(?:ال|بال|كال|لل))?"
	}
	n.pattern = regexp.MustCompile(`(?i)[^\pL\pM\pN](` + before + `(` + strings.Join(names, "|") + `)` + after + `)`)
	return n
}

// namesOf are the names of a term that are linked in texts of a language. In
// other languages than English a single word says too much else, unless it is
// a single word in English too.
func namesOf(t glossary.Term, lang string) []string {
	if lang == defaultLanguage {
		return slices.DeleteFunc(append([]string{t.Term}, t.Synonyms[lang]...), func(name string) bool {
			return len(name) <= 4 || slices.Contains(ordinary, strings.ToLower(name))
		})
	}
	if slices.Contains(ordinary, t.Term) {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(t.Synonyms[lang]), func(name string) bool {
		return !strings.Contains(name, " ") && strings.ContainsAny(t.Term, " -")
	})
}

// key is a name as it is looked up: in small letters, with one kind of
// apostrophe, and in Arabic without the article.
func (n *termNames) key(name string) string {
	name = strings.ReplaceAll(strings.ToLower(name), "’", "'")
	if n.lang == "ar" {
		name = strings.TrimPrefix(name, "ال")
	}
	return name
}

// find gives the next term of a text from a byte on, at which no word is under
// way: where its words begin and end, and its id.
func (n *termNames) find(text string, from int) (start, end int, id string) {
	for n.pattern != nil && from < len(text) {
		m := n.pattern.FindStringSubmatchIndex(text[from:])
		if m == nil {
			break
		}
		start, end = from+m[2], from+m[3]
		if next, _ := utf8.DecodeRuneInString(text[end:]); end == len(text) || !unicode.In(next, unicode.L, unicode.M, unicode.N) {
			return start, end, n.id[n.key(text[from+m[4]:from+m[5]])]
		}
		_, size := utf8.DecodeRuneInString(text[start:])
		from = start + size // it is only the beginning of a longer word
	}
	return len(text), len(text), ""
}

// link returns the text with its first terms linked and its numbers in the
// digits of its language. The text is sanitised HTML; words inside links,
// headings and code get no links, and code keeps its numbers.
func (l *termLinker) link(text template.HTML) template.HTML {
	var out strings.Builder
	z := html.NewTokenizer(strings.NewReader(string(text)))
	inside, code := 0, false // open links and headings
	for {
		switch kind := z.Next(); kind {
		case html.ErrorToken:
			return template.HTML(out.String())
		case html.TextToken:
			words := html.UnescapeString(string(z.Raw()))
			if !code {
				words = l.visit.digits(l.names.lang, words)
			}
			if inside == 0 {
				l.words(&out, words)
			} else {
				out.WriteString(html.EscapeString(words))
			}
		default:
			raw := string(z.Raw())
			name, _ := z.TagName()
			if tag := string(name); tag == "a" || tag == "h3" || tag == "code" {
				code = tag == "code" && kind == html.StartTagToken
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

// words writes a run of text with its terms linked.
func (l *termLinker) words(out *strings.Builder, text string) {
	text = " " + text // for what stands before the first word
	at, written := 0, 1
	for at < len(text) {
		start, end, id := l.names.find(text, at)
		if id != "" && !l.seen[id] {
			l.seen[id] = true
			out.WriteString(html.EscapeString(text[written:start]))
			out.WriteString(`<a class="term" href="` + html.EscapeString(l.visit.url("/glossary/"+id)) + `">` + html.EscapeString(text[start:end]) + `</a>`)
			written = end
		}
		at = end
	}
	out.WriteString(html.EscapeString(text[written:]))
}
