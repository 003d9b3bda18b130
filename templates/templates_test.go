package templates

import (
	"bytes"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"text/template/parse"
)

// loaded is the set of the program, which no test changes.
var loaded = sync.OnceValues(Load)

func load(t *testing.T) *Set {
	t.Helper()
	s, err := loaded()
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// ownSet is a set for a test that changes it, or is the first to read in it.
func ownSet(t *testing.T) *Set {
	t.Helper()
	s, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestLoadRefuses(t *testing.T) {
	for _, tt := range []struct{ name, file, text, want string }{
		{"a template that cannot be parsed", "list.tmpl", `{{define "main"}}{{if}}{{end}}`, "list.tmpl"},
		{"HTML that ends in the wrong place", "entry.tmpl", `{{define "main"}}<a href="{{if .X}}">{{end}}{{end}}`, "entry.tmpl"},
		{"no English", "languages/en/", "", "languages/en"},
		{"a language without a name", "languages/ar/site.yaml", "language: {dir: rtl}", "languages/ar"},
		{"a message in two files", "languages/ar/home.yaml", "error: {'404': {heading: ماذا}}", "error.404.heading"},
		{"a message that is a list", "languages/ar/home.yaml", "home: {heading: [a]}", "home.heading"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tree := fstest.MapFS{}
			for name, data := range read(t) {
				tree[name] = &fstest.MapFile{Data: data}
			}
			if tt.text == "" {
				maps.DeleteFunc(tree, func(name string, _ *fstest.MapFile) bool { return strings.HasPrefix(name, tt.file) })
			} else {
				tree[tt.file] = &fstest.MapFile{Data: []byte(tt.text)}
			}
			if _, err := LoadFrom(tree); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error %v, want one that names %s", err, tt.want)
			}
		})
	}
}

// read gives every file of the package's tree.
func read(t *testing.T) map[string][]byte {
	t.Helper()
	files := map[string][]byte{}
	for _, pattern := range []string{"*.tmpl", "parts/*.tmpl", "style/*.css", "script/*.js", "languages/*/*.yaml", "languages/*/*.html", "favicon.svg"} {
		names, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range names {
			data, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			files[filepath.ToSlash(name)] = data
		}
	}
	return files
}

// TestMessagesOfTemplates finds every message that a template asks for.
func TestMessagesOfTemplates(t *testing.T) {
	s := load(t)
	asked := map[string]bool{}
	for _, page := range s.pages {
		for _, tmpl := range page[fallback].Templates() {
			if tmpl.Tree != nil {
				messages(tmpl.Tree.Root, asked)
			}
		}
	}
	if len(asked) < 40 {
		t.Fatalf("only %d messages found in the templates", len(asked))
	}
	for _, lang := range s.Languages() {
		for key := range asked {
			if _, ok := s.speech[lang.Tag].messages[key]; !ok {
				t.Errorf("languages/%s: %s is missing", lang.Tag, key)
			}
		}
	}
}

// messages gathers the keys that are given to t below a node.
func messages(n parse.Node, into map[string]bool) {
	switch n := n.(type) {
	case *parse.ListNode:
		if n != nil {
			for _, c := range n.Nodes {
				messages(c, into)
			}
		}
	case *parse.ActionNode:
		messages(n.Pipe, into)
	case *parse.TemplateNode:
		messages(n.Pipe, into)
	case *parse.IfNode:
		branch(&n.BranchNode, into)
	case *parse.RangeNode:
		branch(&n.BranchNode, into)
	case *parse.WithNode:
		branch(&n.BranchNode, into)
	case *parse.PipeNode:
		if n != nil {
			for _, c := range n.Cmds {
				messages(c, into)
			}
		}
	case *parse.CommandNode:
		if f, ok := n.Args[0].(*parse.IdentifierNode); ok && f.Ident == "t" && len(n.Args) > 1 {
			if key, ok := n.Args[1].(*parse.StringNode); ok {
				into[key.Text] = true
			}
		}
		for _, a := range n.Args {
			messages(a, into)
		}
	}
}

func branch(n *parse.BranchNode, into map[string]bool) {
	messages(n.Pipe, into)
	messages(n.List, into)
	messages(n.ElseList, into)
}

// TestNoWordsInTemplates: every word that a reader sees is a message.
func TestNoWordsInTemplates(t *testing.T) {
	action, tag, word := regexp.MustCompile(`(?s)\{\{.*?\}\}`), regexp.MustCompile(`(?s)<[^>]*>`), regexp.MustCompile(`[A-Za-z]{2,}`)
	spoken := regexp.MustCompile(`(?:aria-label|alt|title|placeholder)="[^"{]*[A-Za-z]`)
	for name, data := range read(t) {
		if !strings.HasSuffix(name, ".tmpl") {
			continue
		}
		text := action.ReplaceAllString(string(data), "")
		if found := spoken.FindString(text); found != "" {
			t.Errorf("%s: %s: use a message", name, found)
		}
		for _, w := range word.FindAllString(strings.ReplaceAll(tag.ReplaceAllString(text, " "), "&nbsp;", " "), -1) {
			if w != "JSON" {
				t.Errorf("%s: %q: use a message", name, w)
			}
		}
		for _, never := range []string{"style=", "<script>", "onclick", "://"} {
			if strings.Contains(text, never) {
				t.Errorf("%s has %s", name, never)
			}
		}
	}
}

func TestMessage(t *testing.T) {
	s := load(t)
	for _, tt := range []struct {
		lang, key string
		args      []any
		want      string
	}{
		{"en", "nav.practices", nil, "Practices"},
		{"en", "list.filter_button", []any{"n", 0}, "Filter"},
		{"en", "list.filter_button", []any{"n", 2}, "Filter (2 chosen)"},
		{"en", "countries.tally", []any{"n", 1}, "1 entry"},
		{"en", "countries.tally", []any{"n", 1200}, "1,200 entries"},
		{"en", "list.tally", []any{"n", 24, "of", "54"}, "24 of 54 practices"},
		{"en", "date.since", []any{"date", "{n}", "n", 3}, "since {n}"},
		{"ar", "countries.tally", []any{"n", 0}, "لا مواد"},
		{"ar", "countries.tally", []any{"n", 2}, "مادتان"},
		{"ar", "countries.tally", []any{"n", 3}, "٣ مواد"},
		{"ar", "countries.tally", []any{"n", 11}, "١١ مادة"},
		{"ar", "entry.role", []any{"name", "IOM (Geneva)", "roles", "ينفذ"}, "\u2068IOM (Geneva)\u2069 (ينفذ)"},
		{"es", "countries.tally", []any{"n", 0}, "ninguna ficha"},
		{"es", "countries.tally", []any{"n", 1200}, "1\u202f200 fichas"},
		{"fr", "list.tally", []any{"n", 0, "of", 54}, "0 pratique sur 54"},
		{"fr", "list.tally", []any{"n", 2, "of", 54}, "2 pratiques sur 54"},
		{"pt", "figure.days", []any{"n", 1}, "1 dia"},
		{"pt", "figure.days", []any{"n", 2}, "2 dias"},
		{"xx", "nav.practices", nil, "Practices"},
		{"en", "no.such", nil, "no.such"},
	} {
		if got := s.Message(tt.lang, tt.key, tt.args...); got != tt.want {
			t.Errorf("%s %s %v = %q, want %q", tt.lang, tt.key, tt.args, got, tt.want)
		}
	}
}

func TestNumbersAndDates(t *testing.T) {
	s := load(t)
	for _, tt := range []struct{ got, want string }{
		{s.Number("en", 51999), "51,999"},
		{s.Number("en", 0.5), "0.5"},
		{s.Number("en", -3), "-3"},
		{s.Number("ar", 2015), "٢٬٠١٥"},
		{s.Number("ar", 12.25), "١٢٫٢٥"},
		{s.Number("es", 51999), "51\u202f999"},
		{s.Number("es", 999), "999"},
		{s.Number("es", -1234567.5), "-1\u202f234\u202f567,5"},
		{s.Number("es", 1000), "1\u202f000"},
		{s.Number("fr", 51999), "51\u00a0999"},
		{s.Number("pt", 12.5), "12,5"},
		{s.Date("es", 2026, 11, 2), "2 de noviembre de 2026"},
		{s.Date("fr", 2026, 11, 2), "2 novembre 2026"},
		{s.Date("pt", 2027, 11, 0), "novembro de 2027"},
		{s.List("es", []string{"Tailandia", "Malasia", "Indonesia"}), "Tailandia, Malasia e Indonesia"},
		{s.List("es", []string{"Grecia", "Hungría"}), "Grecia y Hungría"},
		{s.List("es", []string{"México", "Íñigo"}), "México e Íñigo"},
		{s.List("es", []string{"agua", "hielo"}), "agua y hielo"},
		{s.List("fr", []string{"a", "b", "c"}), "a, b et c"},
		{s.List("pt", []string{"a", "b", "c"}), "a, b e c"},
		{s.Date("en", 2026, 11, 2), "2 November 2026"},
		{s.Date("en", 2027, 11, 0), "November 2027"},
		{s.Date("en", 2015, 0, 0), "2015"},
		{s.Date("ar", 2018, 12, 1), "١ كانون الأول/ديسمبر ٢٠١٨"},
		{s.Date("ar", 2015, 0, 0), "٢٠١٥"},
		{s.List("en", nil), ""},
		{s.List("en", []string{"a"}), "a"},
		{s.List("en", []string{"a", "b"}), "a and b"},
		{s.List("en", []string{"a", "b", "c"}), "a, b and c"},
		{s.List("ar", []string{"مصر", "تونس", "ليبيا"}), "مصر وتونس وليبيا"},
	} {
		if tt.got != tt.want {
			t.Errorf("%q, want %q", tt.got, tt.want)
		}
	}
}

func TestForeign(t *testing.T) {
	for _, tt := range []struct{ page, of, want string }{
		{"en", "", ""},
		{"en", "en", ""},
		{"en", "es", ` lang="es" dir="ltr"`},
		{"ar", "en", ` lang="en" dir="ltr"`},
		{"en", "ar", ` lang="ar" dir="rtl"`},
		{"en", "ks", ` lang="ks" dir="rtl"`},
		{"en", `"><b>`, ""},
	} {
		if got := string(foreign(tt.page, tt.of)); got != tt.want {
			t.Errorf("foreign(%q, %q) = %q, want %q", tt.page, tt.of, got, tt.want)
		}
	}
}

func TestAmount(t *testing.T) {
	for text, want := range map[string]string{
		"20":            "20",
		"88%":           "88%",
		"12–15":         "12–15",
		"more than 500": "<small>more than </small>500",
		"EUR 49":        "<small>EUR </small>49",
		"نحو ٩":         "<small>نحو </small>٩",
		"unknown":       "<small>unknown</small>",
		"<b> 1":         "<small>&lt;b&gt; </small>1",
	} {
		if got := string(amount(text)); got != want {
			t.Errorf("amount(%q) = %q, want %q", text, got, want)
		}
	}
}

func TestStyle(t *testing.T) {
	style, _ := load(t).Asset("style.css")
	if !regexp.MustCompile(`^/assets/style-[0-9a-f]{12}\.css$`).MatchString(style.URL) {
		t.Errorf("address %q", style.URL)
	}
	css := string(style.Data)
	if strings.Contains(css, "/*") || strings.Contains(css, "://") || strings.Contains(css, "@import") {
		t.Error("the style sheet has a comment or an address")
	}
	if strings.Count(css, "{") != strings.Count(css, "}") {
		t.Error("the style sheet has braces without their other half")
	}
	physical := regexp.MustCompile(`[;{](?:left|right|top|bottom|(?:min-|max-)?(?:width|height)|(?:margin|padding|border)-(?:left|right|top|bottom)|float:(?:left|right))[:-]`)
	if found := physical.FindString(css); found != "" {
		t.Errorf("%s: use the logical property, so that it serves both directions", found)
	}
}

func TestShrink(t *testing.T) {
	for css, want := range map[string]string{
		"a { color : red ; }":                    "a{color :red}",
		"a :is(b, c) > d + e { x: 1 }":           "a :is(b,c)>d + e{x:1}",
		"/* one */ a { b: \"x ; /* y */ }\" }":   `a{b:"x ; /* y */ }"}`,
		"a { b: calc( 1px + 2px ) }":             "a{b:calc( 1px + 2px )}",
		`a { content: "\"" ; } b { c: d }`:       `a{content:"\""}b{c:d}`,
		"@media (min-width: 1px) { a { b: c } }": "@media (min-width:1px){a{b:c}}",
	} {
		if got := shrink(css); got != want {
			t.Errorf("shrink(%q) = %q, want %q", css, got, want)
		}
	}
}

func TestProse(t *testing.T) {
	s := load(t)
	for _, name := range []string{"about", "accessibility", "licences"} {
		for _, lang := range s.Languages() {
			if text, ok := s.Prose(lang.Tag, name); !ok || text == "" {
				t.Errorf("no text %s.%s", name, lang.Tag)
			}
		}
	}
	if text, ok := s.Prose("xx", "about"); ok || text == "" {
		t.Error("about in no language of ours should be English, and say so")
	}
	if text, ok := s.Prose("en", "nothing"); ok || text != "" {
		t.Errorf("a text that is not there: %q, %v", text, ok)
	}
}

func TestUnknownPage(t *testing.T) {
	if err := load(t).Render(&bytes.Buffer{}, "nothing", "en", nil); err == nil {
		t.Error("no error for a page that is not there")
	}
}
