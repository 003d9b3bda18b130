// Package templates holds what a reader sees: the HTML of every page, the
// style sheet, the interface messages in each language and the few fixed
// texts. It knows none of the types of the catalogue; the server hands it
// values that are ready to show.
//
// A page is layout.tmpl, the pieces in parts/ and one file named for the page.
// There is a set of templates for each language, with functions that speak that
// language, so a template never passes a language around:
//
//	{{t "list.tally" "n" .Total}}   an interface message; see [Set.Message]
//	{{n .Count}}                    a number; see [Set.Number]
//	{{date 2027 11 0}}              a date; see [Set.Date]
//	{{join .Also}}                  a list in words; see [Set.List]
//	<h3{{lang .Lang}}>              lang and dir, when text is in another language
//	<p{{back .TextLang}}>           the lang and dir of the page, inside such text
//	<p{{within .TextLang .Lang}}>   the lang and dir of text inside other text, both of which may be in another language
//	{{amount .Number}}              a figure, its words set small
//	{{at .N $i}}                    one of a parallel list
//	{{options .Name .Values}}       boxes to tick; see [Option]
//	{{spans .Title}}                a text with what matched marked; see [Span]
//	{{asset "map.css"}}             the address of an asset; see [Set.Asset]
//	<style>{{first}}</style>        the style of the first screen, in the page itself; see [Set.First]
//
// No word that a reader sees stands in a template: every one is a message, in
// languages/<language>/. A language is offered when it has such a folder.
package templates

import (
	"cmp"
	"embed"
	"fmt"
	"html/template"
	"io"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"
)

//go:embed *.tmpl parts style script languages favicon.svg
var files embed.FS

// A Language is one in which the interface can be read.
type Language struct {
	Tag  string // BCP 47: "ar"
	Name string // in the language itself: "العربية"
	Dir  string // "ltr" or "rtl"
}

// A Set is all templates, messages and texts, ready for use. It does not
// change, so any number of readers may share it.
type Set struct {
	speech map[string]*speech
	order  []string                                 // language tags, English first
	pages  map[string]map[string]*template.Template // by page and language
	parts  map[string]*template.Template            // by language
	prose  map[string]template.HTML                 // "en/about"
	assets map[string]Asset
	first  string // the style of the first screen
	sheet  string // the style of every page, before the languages add to it
}

// Load reads the templates that are part of the program.
func Load() (*Set, error) { return LoadFrom(files) }

// Files is the tree of templates and messages that is part of the program.
func Files() fs.FS { return files }

// LoadFrom reads a tree of templates, so that somebody who writes them can do
// so without building the program. A page that is missing or cannot be parsed
// is an error, as is a message file that is not one.
func LoadFrom(tree fs.FS) (*Set, error) {
	s := &Set{
		speech: map[string]*speech{},
		pages:  map[string]map[string]*template.Template{},
		parts:  map[string]*template.Template{},
		prose:  map[string]template.HTML{},
	}
	var err error
	if s.assets, s.sheet, err = loadAssets(tree); err != nil {
		return nil, err
	}
	if s.first, err = loadFirst(tree); err != nil {
		return nil, err
	}
	if err = s.loadSpeech(tree); err != nil {
		return nil, err
	}
	s.dress()
	if err = s.loadOffers(); err != nil {
		return nil, err
	}
	if err = s.loadPages(tree); err != nil {
		return nil, err
	}
	texts, err := fs.Glob(tree, "languages/*/*.html")
	if err != nil {
		return nil, err
	}
	for _, name := range texts {
		text, err := fs.ReadFile(tree, name)
		if err != nil {
			return nil, err
		}
		s.prose[strings.TrimSuffix(strings.TrimPrefix(name, "languages/"), ".html")] = template.HTML(text)
	}
	return s, nil
}

// loadSpeech reads the message files of every language. Which file of its
// folder holds a message is for people alone.
func (s *Set) loadSpeech(tree fs.FS) error {
	names, err := fs.Glob(tree, "languages/*/*.yaml")
	if err != nil {
		return err
	}
	for _, name := range names {
		data, err := fs.ReadFile(tree, name)
		if err != nil {
			return err
		}
		tag := path.Base(path.Dir(name))
		if s.speech[tag] == nil {
			s.speech[tag] = newSpeech(tag)
		}
		if err := s.speech[tag].add(name, data); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	for tag, sp := range s.speech {
		if err := sp.settle(); err != nil {
			return fmt.Errorf("languages/%s: %w", tag, err)
		}
	}
	if s.speech[fallback] == nil {
		return fmt.Errorf("languages/%s: missing", fallback)
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

// Part is a part of a page by itself, in a language, for what is shown again
// and again. It must be a part that stands between elements, not within a tag.
func (s *Set) Part(part, lang string, data any) (template.HTML, error) {
	t, ok := s.parts[lang]
	if !ok {
		t = s.parts[fallback]
	}
	var b strings.Builder
	err := t.ExecuteTemplate(&b, part, data)
	return template.HTML(b.String()), err
}

// Prose is a fixed text, such as "about", as HTML. It falls back to English;
// ok says whether it is in the language asked for. There is no text ("") for
// a name that is in neither.
func (s *Set) Prose(lang, name string) (text template.HTML, ok bool) {
	if text, ok := s.prose[lang+"/"+name]; ok {
		return text, true
	}
	return s.prose[fallback+"/"+name], false
}
