package server

import (
	"fmt"
	"net/url"
	"slices"
	"strings"

	"golang.org/x/text/collate"
	"golang.org/x/text/language"

	"opendoor/practices"
	"opendoor/practices/glossary"
	"opendoor/regions/fold"
	"opendoor/search"
)

// glossaryPage lists the terms of the field, by letter.
type glossaryPage struct {
	frame
	Heading, Lead string
	Drafts        string // that the definitions are drafts
	Letters       []letter
}

type letter struct {
	Letter string
	Terms  []termLine
}

type termLine struct{ ID, Name, URL, Definition, Acronyms, Lang string }

// termPage explains one term.
type termPage struct {
	frame
	Crumbs                                 []link
	Heading, Acronyms, Definition, Caution string
	TermLang                               string // of heading, definition and caution, where that is not the page's
	English                                string // the term in English, where the heading is not
	Drafts                                 string // that the definition is a draft
	Words                                  []termWords
	Related                                []link
	Practices                              []card
	SearchURL, SearchLabel                 string
	Sources                                []termSource
}

type termWords struct {
	Language, Tag, Dir string
	Words              []string
}

type termSource struct{ Title, Publisher, Date, URL, InPart string }

func glossaryList(v *visit) (page, error) {
	p := glossaryPage{
		frame:   v.frame("glossary", v.say("glossary.title")),
		Heading: v.say("glossary.heading"), Lead: v.say("glossary.lead"),
	}
	p.Description = v.say("glossary.description")
	terms := v.alphabet()
	for _, t := range terms {
		first := initial(t.In(v.lang).Term)
		if n := len(p.Letters); n == 0 || p.Letters[n-1].Letter != first {
			p.Letters = append(p.Letters, letter{Letter: first})
		}
		last := &p.Letters[len(p.Letters)-1]
		last.Terms = append(last.Terms, v.termLine(t))
		if t.In(v.lang).Draft {
			p.Drafts = v.say("definition.drafts")
		}
	}
	return page{template: "glossary", data: p}, nil
}

// alphabet lists the glossary in the order of the alphabet of the visit.
func (v *visit) alphabet() []glossary.Term {
	terms := slices.Clone(glossary.Terms())
	order := collate.New(language.Make(v.lang))
	slices.SortStableFunc(terms, func(a, b glossary.Term) int {
		return order.CompareString(bare(a.In(v.lang).Term), bare(b.In(v.lang).Term))
	})
	return terms
}

// bare is a term without the article that Arabic dictionaries pass over.
func bare(term string) string { return strings.TrimPrefix(term, "ال") }

// initial is the letter under which a term stands, without its accent.
func initial(term string) string {
	return strings.ToUpper(string([]rune(fold.Name(bare(term)))[0]))
}

func (v *visit) termLine(t glossary.Term) termLine {
	w := t.In(v.lang)
	return termLine{t.ID, w.Name(), v.url("/glossary/" + t.ID), v.digits(w.Lang, w.Definition), strings.Join(t.Acronyms, ", "), v.foreign(w.Lang)}
}

func glossaryTerm(v *visit) (page, error) {
	t, ok := glossary.Lookup(v.params["term"])
	if !ok {
		if found, known := glossary.Find(strings.ReplaceAll(v.params["term"], "-", " ")); known {
			return page{}, movedError{v.url("/glossary/" + found.ID)}
		}
		return page{}, fmt.Errorf("term %q: %w", v.params["term"], errNoPage)
	}
	w := t.In(v.lang)
	p := termPage{
		frame:   v.frame("glossary", w.Name()),
		Heading: w.Name(), Acronyms: strings.Join(t.Acronyms, ", "),
		Definition: v.digits(w.Lang, w.Definition), Caution: v.digits(w.Lang, w.Caution), TermLang: v.foreign(w.Lang),
		Crumbs: []link{{Label: v.say("nav.glossary"), URL: v.url("/glossary")}, {Label: w.Name(), Current: true, Lang: v.foreign(w.Lang)}},
	}
	p.Description = w.Definition
	if w.Lang != defaultLanguage {
		p.English = t.Name()
	}
	if w.Draft {
		p.Drafts = v.say("definition.drafts")
	}
	for _, lang := range t.Languages() {
		words := slices.DeleteFunc(slices.Clone(t.Synonyms[lang]), func(word string) bool { return word == w.Term })
		if len(words) > 0 {
			p.Words = append(p.Words, termWords{languageName(lang), lang, dirOf(lang), words})
		}
	}
	for _, id := range t.Related {
		r, _ := glossary.Lookup(id)
		rw := r.In(v.lang)
		p.Related = append(p.Related, link{Label: rw.Name(), URL: v.url("/glossary/" + id), Lang: v.foreign(rw.Lang)})
	}
	words, found, total := v.speakOf(t, 5)
	p.Practices = v.cards(found)
	if total > 0 {
		p.SearchURL, p.SearchLabel = v.urlWith("/practices", url.Values{"q": {words}}), v.say("term.search", "n", total)
	}
	for _, s := range t.Sources {
		src := termSource{Title: s.Title, Publisher: s.Publisher, Date: v.sourceDate(s.Date), URL: s.URL}
		if s.Read == "in-part" {
			src.InPart = v.say("entry.read_in_part")
		}
		p.Sources = append(p.Sources, src)
	}
	return page{template: "term", data: p}, nil
}

// speakOf finds the entries that best match a term, n at most, how many there
// are in all, and the words that find them: its name as it stands, else another
// name, since some names ("monitoring or tagging") stand so in a list of words
// alone.
func (v *visit) speakOf(t glossary.Term, n int) (words string, list []*practices.Practice, total int) {
	forms := []string{`"` + t.Term + `"`}
	for _, other := range t.Synonyms[defaultLanguage] {
		forms = append(forms, `"`+other+`"`)
	}
	for _, words = range append(forms, t.Term) {
		r, err := v.index.Search(v.context(), search.ParseQuery(url.Values{"q": {words}}, v.lang))
		if err != nil {
			v.log.Error("search for a term", "term", t.ID, "error", err)
			return "", nil, 0
		}
		if r.Total == 0 {
			continue
		}
		for _, h := range r.Hits[:min(n, len(r.Hits))] {
			list = append(list, h.Practice)
		}
		return words, list, r.Total
	}
	return "", nil, 0
}
