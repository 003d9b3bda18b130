// Package templates holds what a reader sees: the HTML of every page, the
// style sheet, the interface messages in each language and the few fixed
// texts. It knows none of the types of the catalogue; the server hands it
// values that are ready to show.
//
// A page is layout.tmpl, the pieces in parts/ and one file named for the page.
// Each page is parsed once per language, with functions that speak that
// language, so a template never passes a language around:
//
//	{{t "list.tally" "n" .Total}}   an interface message; see [Set.Message]
//	{{n .Count}}                    a number; see [Set.Number]
//	{{date 2027 11 0}}              a date; see [Set.Date]
//	{{join .Also}}                  a list in words; see [Set.List]
//	<h3{{lang .Lang}}>              lang and dir, when text is in another language
//	<p{{back .TextLang}}>           the lang and dir of the page, inside such text
//	{{amount .Number}}              a figure, its words set small
//	{{at .N $i}}                    one of a parallel list
//
// No word that a reader sees stands in a template: every one is a message, in
// messages/<language>.yaml. A language is offered when it has such a file.
package templates

import (
	"cmp"
	"embed"
	"errors"
	"fmt"
	"html/template"
	"io"
	"io/fs"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"
)

//go:embed *.tmpl parts/*.tmpl style/*.css script/*.js messages/*.yaml prose/*.html favicon.svg
var files embed.FS

// pages are the templates that the server asks for. Each is a file.
var pages = []string{"home", "list", "entry", "profile", "countries", "glossary", "term", "figures", "figure", "report", "map", "embed", "prose", "error"}

// A Language is one in which the interface can be read.
type Language struct {
	Tag  string // BCP 47: "ar"
	Name string // in the language itself: "العربية"
	Dir  string // "ltr" or "rtl"
}

// A Set is all templates, messages and texts, ready for use. It does not
// change, so any number of readers may share it.
type Set struct {
	speech  map[string]*speech
	order   []string // language tags, English first
	pages   map[string]map[string]*template.Template
	prose   map[string]template.HTML // "about.en"
	styles  styles
	script  asset
	favicon asset
}

// Load reads the templates that are part of the program.
func Load() (*Set, error) { return LoadFrom(files) }

// LoadFrom reads a tree of templates, so that somebody who writes them can do
// so without building the program. A page that is missing or cannot be parsed
// is an error, as is a message file that is not one.
func LoadFrom(tree fs.FS) (*Set, error) {
	s := &Set{
		speech: map[string]*speech{},
		pages:  map[string]map[string]*template.Template{},
		prose:  map[string]template.HTML{},
	}
	var err error
	if err = s.loadSpeech(tree); err != nil {
		return nil, err
	}
	if err = s.loadPages(tree); err != nil {
		return nil, err
	}
	texts, err := fs.Glob(tree, "prose/*.html")
	if err != nil {
		return nil, err
	}
	for _, name := range texts {
		text, err := fs.ReadFile(tree, name)
		if err != nil {
			return nil, err
		}
		s.prose[strings.TrimSuffix(path.Base(name), ".html")] = template.HTML(text)
	}
	if s.styles, err = loadStyles(tree); err != nil {
		return nil, err
	}
	if s.script, err = loadFile(tree, "suggest", "script/suggest.js", ".js"); err != nil {
		return nil, err
	}
	s.favicon, err = loadFile(tree, "favicon", "favicon.svg", ".svg")
	return s, err
}

func (s *Set) loadSpeech(tree fs.FS) error {
	names, err := fs.Glob(tree, "messages/*.yaml")
	if err != nil {
		return err
	}
	for _, name := range names {
		data, err := fs.ReadFile(tree, name)
		if err != nil {
			return err
		}
		sp, err := newSpeech(strings.TrimSuffix(path.Base(name), ".yaml"), data)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		s.speech[sp.Tag] = sp
	}
	if s.speech[fallback] == nil {
		return fmt.Errorf("messages/%s.yaml: missing", fallback)
	}
	s.order = slices.SortedFunc(maps.Keys(s.speech), func(a, b string) int {
		if a == fallback || b == fallback {
			return cmp.Compare(b2i(b == fallback), b2i(a == fallback))
		}
		return cmp.Compare(a, b)
	})
	return nil
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

func (s *Set) loadPages(tree fs.FS) error {
	shared, err := fs.Glob(tree, "parts/*.tmpl")
	if err != nil {
		return err
	}
	shared = append([]string{"layout.tmpl"}, shared...)
	base := template.New("layout").Funcs(s.functions(fallback))
	for _, name := range shared {
		if err := add(base, tree, name); err != nil {
			return err
		}
	}
	for _, page := range pages {
		set, err := base.Clone()
		if err != nil {
			return err
		}
		if err := add(set, tree, page+".tmpl"); err != nil {
			return err
		}
		s.pages[page] = map[string]*template.Template{}
		for _, tag := range s.order {
			own, err := set.Clone()
			if err != nil {
				return err
			}
			own.Funcs(s.functions(tag))
			// Escaping happens at the first use. Doing that here, with nothing
			// to show, brings a fault in the HTML to light at the start.
			var fault *template.Error
			if err := own.Execute(io.Discard, nil); errors.As(err, &fault) {
				return fmt.Errorf("%s.tmpl: %w", page, err)
			}
			s.pages[page][tag] = own
		}
	}
	return nil
}

func add(t *template.Template, tree fs.FS, name string) error {
	text, err := fs.ReadFile(tree, name)
	if err != nil {
		return err
	}
	if _, err := t.Parse(squeeze(string(text))); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

var indent = regexp.MustCompile(`\s*\n\s*`)

// squeeze takes out the indentation that makes a template readable: about a
// tenth of a page. A line break stays a line break, which HTML reads as a
// space.
func squeeze(text string) string { return indent.ReplaceAllString(text, "\n") }

// Languages are those in which the interface can be read, English first.
func (s *Set) Languages() []Language {
	var list []Language
	for _, tag := range s.order {
		list = append(list, s.speech[tag].Language)
	}
	return list
}

// Render writes a page in a language, falling back to English for one that is
// not offered. On an error, half a page may have been written: give it a
// buffer.
func (s *Set) Render(w io.Writer, page, lang string, data any) error {
	byLang, ok := s.pages[page]
	if !ok {
		return fmt.Errorf("templates: no page %q", page)
	}
	t, ok := byLang[lang]
	if !ok {
		t = byLang[fallback]
	}
	return t.Execute(w, data)
}

// Prose is a fixed text, such as "about", as HTML. It falls back to English;
// ok says whether it is in the language asked for. There is no text ("") for
// a name that is in neither.
func (s *Set) Prose(lang, name string) (text template.HTML, ok bool) {
	if text, ok := s.prose[name+"."+lang]; ok {
		return text, true
	}
	return s.prose[name+"."+fallback], false
}

// Style is the style sheet, and a name for it that changes when it does.
func (s *Set) Style() (name string, data []byte) { return s.styles.all.name, s.styles.all.data }

// PrintStyle is the style sheet of paper, as [Set.Style].
func (s *Set) PrintStyle() (name string, data []byte) {
	return s.styles.paper.name, s.styles.paper.data
}

// MapStyle is the style sheet of the pages that have a map, as [Set.Style].
func (s *Set) MapStyle() (name string, data []byte) {
	return s.styles.mapped.name, s.styles.mapped.data
}

// RecordStyle is the style sheet of time lines, coverage and tables of figures,
// as [Set.Style].
func (s *Set) RecordStyle() (name string, data []byte) {
	return s.styles.record.name, s.styles.record.data
}

// Script is the one script of the pages, which offers suggestions under the
// search box, as [Set.Style]. Every page works without it.
func (s *Set) Script() (name string, data []byte) { return s.script.name, s.script.data }

// Favicon is the open-door mark as SVG, as [Set.Style].
func (s *Set) Favicon() (name string, data []byte) { return s.favicon.name, s.favicon.data }
