package server

import (
	"bytes"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html"

	"opendoor/practices/entries"
	"opendoor/practices/vocabulary"
	"opendoor/templates"
)

// An ear hears whether a page speaks English where it should not.
type ear struct {
	lang     string
	foreign  []*regexp.Regexp // English messages that are others in the language
	exact    map[string]bool  // those without places
	ownRight bool             // the language is written from right to left
}

// newEar learns the English messages from which those of the language differ.
func newEar(set *templates.Set, lang string) *ear {
	e := &ear{lang: lang, exact: map[string]bool{}, ownRight: dirOf(lang) == "rtl"}
	places := regexp.MustCompile(`\\\{\w+\\\}`)
	letters := regexp.MustCompile(`\pL{2,}`)
	own := map[string]bool{}
	for _, key := range set.Keys() {
		own[set.Message(lang, key)] = true
	}
	for _, v := range vocabulary.All() {
		for _, term := range v.Terms {
			own[term.In(lang)] = true // "Decide" is Spanish too; and a language without labels has the English ones
		}
	}
	for _, key := range set.Keys() {
		english := set.Message("en", key)
		bare := regexp.MustCompile(`\{\w+\}`).ReplaceAllString(english, "")
		if own[english] || !letters.MatchString(bare) {
			continue
		}
		if !strings.Contains(english, "{") {
			e.exact[english] = true
			continue
		}
		if len(strings.Fields(bare)) < 2 {
			continue // "{n} more" would fit too much
		}
		pattern := places.ReplaceAllString(regexp.QuoteMeta(english), `.+`)
		e.foreign = append(e.foreign, regexp.MustCompile("^"+pattern+"$"))
	}
	return e
}

// leftPlace is a place of a message that nobody filled: "{n}".
var leftPlace = regexp.MustCompile(`\{[a-z_]+\}`)

var latinWords = regexp.MustCompile(`\p{Latin}+(?:[ ,.’'-]+\p{Latin}+){3,}`)

// listen gives what is wrong with the language of a page.
func (e *ear) listen(doc *html.Node) []string {
	var wrong []string
	var walk func(n *html.Node, lang, dir string)
	walk = func(n *html.Node, lang, dir string) {
		if n.Type == html.ElementNode {
			switch n.Data {
			case "script", "style", "code", "pre":
				return
			}
			if attribute(n, "dir") == "auto" && attribute(n, "lang") == "" {
				return // what somebody typed, in whatever language
			}
			own := attribute(n, "lang")
			if own != "" {
				lang = own
				if given := attribute(n, "dir"); given != "" {
					dir = given
				}
				if dirOf(lang) != dir {
					wrong = append(wrong, "<"+n.Data+` lang="`+lang+`"> runs `+dir)
				}
			}
			for _, name := range []string{"aria-label", "placeholder", "alt", "title"} {
				if lang == e.lang && e.isEnglish(attribute(n, name)) {
					wrong = append(wrong, name+" in English: "+attribute(n, name))
				}
			}
		}
		if n.Type == html.TextNode && lang == e.lang {
			text := strings.TrimSpace(n.Data)
			switch {
			case e.isEnglish(text):
				wrong = append(wrong, "in English: "+text)
			case dirOf(e.lang) == "ltr" && strings.ContainsFunc(text, func(r rune) bool { return unicode.Is(unicode.Arabic, r) }):
				wrong = append(wrong, "Arabic letters without a lang: "+text)
			case e.ownRight && isolated(n) != text && latinSentence(text):
				wrong = append(wrong, "Latin words without a lang: "+text)
			}
		}
		for c := range n.ChildNodes() {
			walk(c, lang, dir)
		}
	}
	walk(doc, "", "")
	return wrong
}

// latinSentence says whether a text is words in Latin letters, four or more
// and not all of them parts of a name, with no Arabic among them.
func latinSentence(text string) bool {
	if !latinWords.MatchString(text) || strings.ContainsFunc(text, func(r rune) bool { return unicode.Is(unicode.Arabic, r) || r == '\u202e' }) {
		return false
	}
	return slices.ContainsFunc(strings.FieldsFunc(text, func(r rune) bool { return !unicode.IsLetter(r) }), func(word string) bool {
		first, _ := utf8.DecodeRuneInString(word)
		return len(word) > 3 && unicode.IsLower(first)
	})
}

// isolated is the text of a node that is kept apart from the words around it,
// which is what a message does with a name in other letters.
func isolated(n *html.Node) string {
	text := strings.TrimSpace(n.Data)
	if n.Parent.Data == "bdi" || strings.HasPrefix(text, "\u2068") {
		return text
	}
	return ""
}

func (e *ear) isEnglish(text string) bool {
	if e.exact[text] {
		return true
	}
	for _, p := range e.foreign {
		if p.MatchString(text) {
			return true
		}
	}
	return false
}

func attribute(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

func parsePage(t testing.TB, s *Server, address string) *html.Node {
	t.Helper()
	doc, err := html.Parse(bytes.NewReader(get(s, address).Body.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

// TestEveryPageSpeaksItsLanguage listens to every kind of page in every
// language and in the pseudo-locales.
func TestEveryPageSpeaksItsLanguage(t *testing.T) {
	t.Parallel()
	s := newPseudoServer(t)
	for _, l := range s.set.Languages() {
		if l.Tag == defaultLanguage {
			continue
		}
		ear := newEar(s.set, l.Tag)
		ear.ownRight = l.Tag == "ar" // the words of the pseudo-locale are Latin
		for _, kind := range append(kinds, "/figures", "/figures/reached", "/about/catalogue", "/practices?q=detencion", "/practices?q=%22zz%22+xx&kind=law&page=3") {
			address := inLanguage(l.Tag, kind)
			for _, wrong := range ear.listen(parsePage(t, s, address)) {
				t.Errorf("%s: %s", address, wrong)
			}
		}
	}
}

// TestTheEarHears makes sure that English on a page is heard.
func TestTheEarHears(t *testing.T) {
	set := newSet(t)
	for _, tt := range []struct{ page, want string }{
		{`<html lang="ar" dir="rtl"><p>Search practices</p>`, "in English"},
		{`<html lang="ar" dir="rtl"><p>3 of 54 practices</p>`, "in English"},
		{`<html lang="ar" dir="rtl"><input placeholder="Try bail or foster care">`, "placeholder in English"},
		{`<html lang="ar" dir="rtl"><p>Care by a family of strangers</p>`, "without a lang"},
		{`<html lang="ar" dir="rtl"><p lang="en">Care by a family of strangers</p>`, "runs rtl"},
		{`<html lang="ar" dir="rtl"><p lang="en" dir="ltr">Search practices</p>`, ""},
	} {
		doc, err := html.Parse(strings.NewReader(tt.page))
		if err != nil {
			t.Fatal(err)
		}
		got := strings.Join(newEar(set, "ar").listen(doc), "; ")
		if tt.want == "" && got != "" || !strings.Contains(got, tt.want) {
			t.Errorf("%s: heard %q, want %q", tt.page, got, tt.want)
		}
	}
}

// TestSwitchKeepsPageAndQuery follows the switch of languages, and the links
// for search engines, from pages with and without a query.
func TestSwitchKeepsPageAndQuery(t *testing.T) {
	t.Parallel()
	s := startServer(t, Options{Content: entries.FS, BaseURL: "https://example.org"})
	for _, address := range []string{
		"/", "/practices", "/practices/mx-0004", "/practices/mx-0004/history", "/practices/gb-0001/lineage", "/practices?population=children&q=foster+care", "/practices?population=children&view=table", "/practices?country=MX&q=zzzz",
		"/map", "/map?region=europe", "/map?country=MX&population=children", "/countries", "/countries/mx", "/regions/europe", "/figures", "/figures/reached?region=europe", "/glossary", "/glossary/bail",
		"/workshops", "/workshops/courts", "/workshops/courts/handout", "/workshops/courts/table", "/workshops/courts/participants", "/workshops/africa-referral/worksheet",
		"/compare?id=nl-0001&id=us-0007", "/choose?country=NL", "/contribute", "/about", "/about/catalogue", "/accessibility", "/licences",
	} {
		for _, from := range languages(t) {
			doc := parsePage(t, s, inLanguage(from, address))
			switches, alternates := map[string]string{}, map[string]string{}
			canonical := ""
			for n := range doc.Descendants() {
				lang, href := attribute(n, "hreflang"), attribute(n, "href")
				switch {
				case n.Data == "a" && lang != "":
					switches[lang] = href
				case n.Data == "link" && lang != "":
					alternates[lang] = href
				case attribute(n, "rel") == "canonical":
					canonical = href
				}
			}
			for _, to := range languages(t) {
				want := inLanguage(to, address)
				if switches[to] != want {
					t.Errorf("from %s: the switch to %s leads to %q, want %q", inLanguage(from, address), to, switches[to], want)
				}
				if alternates[to] != "https://example.org"+want {
					t.Errorf("from %s: hreflang %s is %q", inLanguage(from, address), to, alternates[to])
				}
			}
			if canonical != "https://example.org"+inLanguage(from, address) {
				t.Errorf("%s: canonical %q", inLanguage(from, address), canonical)
			}
		}
	}
}

// TestASixthLanguage adds one: a folder with a few messages, and no line of
// the program. What it has not got yet is English.
func TestASixthLanguage(t *testing.T) {
	t.Parallel()
	tree := copyTree(t, os.DirFS("../templates"))
	tree["languages/sw/site.yaml"] = &fstest.MapFile{Data: []byte("language: {name: Kiswahili, dir: ltr, digits: latn}\nnav: {practices: Mazoea, map: Ramani}\nsearch: {button: Tafuta}\n")}
	set, err := templates.LoadFrom(tree)
	if err != nil {
		t.Fatal(err)
	}
	s, err := start(Options{Content: entries.FS}, set)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	for _, kind := range append(kinds, "/figures", "/figures/reached", "/about/catalogue", "/practices.csv", "/practices.atom", "/suggest?q=det") {
		english, own := get(s, kind), get(s, inLanguage("sw", kind))
		if own.Code != english.Code {
			t.Errorf("/sw%s: status %d, want %d", kind, own.Code, english.Code)
		}
	}
	home := get(s, "/sw").Body.String()
	for _, want := range []string{`<html lang="sw" dir="ltr"`, ">Mazoea<", ">Ramani<", "Tafuta", `href="/sw/map"`, "Keeping people out of immigration detention"} {
		if !strings.Contains(home, want) {
			t.Errorf("/sw has no %q", want)
		}
	}
	if !strings.Contains(get(s, "/ar").Body.String(), `hreflang="sw"`) {
		t.Error("the switch of other languages does not offer it")
	}
	for address, want := range map[string]string{
		"/sw/glossary/case-management": `<span lang="en" dir="ltr">Case management</span>`,
		"/sw/countries/mx":             "Mexico",
		"/sw/practices/mx-0004":        "Strength of evidence",
	} {
		if page := get(s, address).Body.String(); !strings.Contains(page, want) {
			t.Errorf("%s: no %q in %.1500s", address, want, page)
		}
	}
}

// TestArabicDigits writes Arabic pages with either kind of digits.
func TestArabicDigits(t *testing.T) {
	eastern := regexp.MustCompile(`[٠-٩]`)
	for digits, want := range map[string]bool{"": true, "arab": true, "latn": false} {
		s, err := New(Options{Content: few, ArabicDigits: digits})
		if err != nil {
			t.Fatal(err)
		}
		for _, address := range []string{"/ar", "/ar/practices", "/ar/practices/mx-0004", "/ar/glossary/gcm", "/ar/countries/mx"} {
			doc := parsePage(t, s, address)
			found := false
			for n := range doc.Descendants() {
				found = found || n.Type == html.TextNode && eastern.MatchString(n.Data)
			}
			if found != want {
				t.Errorf("digits %q: %s has Eastern digits: %v", digits, address, found)
			}
		}
		s.Close()
	}
	if _, err := New(Options{Content: few, ArabicDigits: "roman"}); err == nil {
		t.Error("digits that do not exist are taken")
	}
}

// TestStaleParts marks what the source has left behind in its place.
func TestStaleParts(t *testing.T) {
	source, err := fs.ReadFile(entries.FS, "americas/mx/mx-0004.md")
	if err != nil {
		t.Fatal(err)
	}
	text, err := fs.ReadFile(entries.FS, "americas/mx/mx-0004.es.md")
	if err != nil {
		t.Fatal(err)
	}
	changed := bytes.Replace(source, []byte("There were three phases:"), []byte("There were only three phases:"), 1)
	s := newServer(t, fstest.MapFS{"americas/mx/mx-0004.md": {Data: changed}, "americas/mx/mx-0004.es.md": {Data: text}})
	const said = "El original de esta parte ha cambiado desde que se tradujo."
	page := get(s, "/es/practices/mx-0004").Body.String()
	if strings.Count(page, said) != 1 || strings.Index(page, said) < strings.Index(page, `<h2 id="what-was-done"`) || strings.Index(page, said) > strings.Index(page, `<h2 id="what-came-of-it"`) {
		t.Errorf("the part that changed is marked %d times, or in another place", strings.Count(page, said))
	}
	if !strings.Contains(page, "El original ha cambiado desde que se hizo.") {
		t.Error("nothing at the top says that the original has changed")
	}
	if strings.Contains(get(s, "/practices/mx-0004").Body.String(), "note stale") {
		t.Error("the source is marked as stale")
	}
}

// TestOtherScripts shows entries in languages that the interface does not
// speak: their words run in their own direction, with their language told.
func TestOtherScripts(t *testing.T) {
	content := fstest.MapFS{}
	source, err := fs.ReadFile(entries.FS, "americas/mx/mx-0004.md")
	if err != nil {
		t.Fatal(err)
	}
	for i, l := range []struct{ lang, dir, title string }{
		{"fa", "rtl", "جایگزین‌های بازداشت مهاجران در شهر"}, {"ur", "rtl", "حراست کے بجائے برادری میں رہائش"}, {"tr", "ltr", "Gözetim yerine İstanbul’da açık ev"},
		{"th", "ltr", "บ้านเปิดแทนการกักตัวเด็ก"}, {"my", "ltr", "ထိန်းသိမ်းခြင်းအစား အိမ်ဖွင့်"},
	} {
		id := fmt.Sprintf("mx-90%02d", i)
		text := regexp.MustCompile(`(?m)^title: .*$`).ReplaceAllString(string(source), "title: '"+l.title+"'")
		text = strings.NewReplacer("id: mx-0004", "id: "+id, "lang: en", "lang: "+l.lang).Replace(text)
		content["americas/mx/"+id+".md"] = &fstest.MapFile{Data: []byte(text)}
	}
	s := newServer(t, content)
	if s.Len() != 5 {
		t.Fatalf("%d entries are read", s.Len())
	}
	for _, tt := range []struct{ id, lang, dir, word string }{
		{"mx-9000", "fa", "rtl", "بازداشت"}, {"mx-9001", "ur", "rtl", "برادری"}, {"mx-9002", "tr", "ltr", "gözetim"}, {"mx-9003", "th", "ltr", "กักตัว"}, {"mx-9004", "my", "ltr", "ထိန်းသိမ်းခြင်း"},
	} {
		for _, of := range []string{"en", "ar"} {
			want := `lang="` + tt.lang + `" dir="` + tt.dir + `"`
			if page := get(s, inLanguage(of, "/practices/"+tt.id)).Body.String(); !strings.Contains(page, `<header class="entry-head" `+want) {
				t.Errorf("%s in %s: the entry does not say %s", tt.id, of, want)
			}
			list := get(s, inLanguage(of, "/practices?q="+url.QueryEscape(tt.word))).Body.String()
			if !strings.Contains(list, "<h3 "+want) || !strings.Contains(list, "/practices/"+tt.id) {
				t.Errorf("%q in %s does not find %s as %s", tt.word, of, tt.id, want)
			}
		}
	}
}
