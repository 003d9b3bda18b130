package server

import (
	"fmt"
	"net/url"
	"strings"
	"unicode"

	"opendoor/practices"
	"opendoor/practices/glossary"
	"opendoor/search"
)

// glossaryPage lists the terms of the field, by letter.
type glossaryPage struct {
	frame
	Heading, Lead string
	Letters       []letter
}

type letter struct {
	Letter string
	Terms  []termLine
}

type termLine struct{ ID, Name, URL, Definition, Acronyms string }

// termPage explains one term.
type termPage struct {
	frame
	Crumbs                                 []link
	Heading, Acronyms, Definition, Caution string
	DefinitionLang                         string
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
	for _, t := range glossary.Terms() {
		initial := string(unicode.ToUpper([]rune(t.Term)[0]))
		if n := len(p.Letters); n == 0 || p.Letters[n-1].Letter != initial {
			p.Letters = append(p.Letters, letter{Letter: initial})
		}
		last := &p.Letters[len(p.Letters)-1]
		last.Terms = append(last.Terms, termLine{t.ID, t.Name(), v.url("/glossary/" + t.ID), t.Definition, strings.Join(t.Acronyms, ", ")})
	}
	return page{template: "glossary", data: p}, nil
}

func glossaryTerm(v *visit) (page, error) {
	t, ok := glossary.Lookup(v.params["term"])
	if !ok {
		if found, known := glossary.Find(strings.ReplaceAll(v.params["term"], "-", " ")); known {
			return page{}, movedError{v.url("/glossary/" + found.ID)}
		}
		return page{}, fmt.Errorf("term %q: %w", v.params["term"], errNoPage)
	}
	p := termPage{
		frame:   v.frame("glossary", t.Name()),
		Heading: t.Name(), Acronyms: strings.Join(t.Acronyms, ", "),
		Definition: t.Definition, Caution: t.Caution, DefinitionLang: v.foreign(defaultLanguage),
		Crumbs:    []link{{Label: v.say("nav.glossary"), URL: v.url("/glossary")}, {Label: t.Name(), Current: true, Lang: v.foreign(defaultLanguage)}},
		SearchURL: v.urlWith("/practices", url.Values{"q": {`"` + t.Term + `"`}}),
	}
	p.Description = t.Definition
	for _, lang := range []string{"en", "es", "fr", "pt", "ar"} {
		if words := t.Synonyms[lang]; len(words) > 0 {
			p.Words = append(p.Words, termWords{languageName(lang), lang, dirOf(lang), words})
		}
	}
	for _, id := range t.Related {
		r, _ := glossary.Lookup(id)
		p.Related = append(p.Related, link{Label: r.Name(), URL: v.url("/glossary/" + id), Lang: v.foreign(defaultLanguage)})
	}
	found, total := v.speakOf(t, 5)
	p.Practices = v.cards(found)
	p.SearchLabel = v.say("term.search", "n", total)
	for _, s := range t.Sources {
		src := termSource{Title: s.Title, Publisher: s.Publisher, Date: v.sourceDate(s.Date), URL: s.URL}
		if s.Read == "in-part" {
			src.InPart = v.say("entry.read_in_part")
		}
		p.Sources = append(p.Sources, src)
	}
	return page{template: "term", data: p}, nil
}

// speakOf finds the entries that best match a term, n at most, and how many
// there are in all.
func (v *visit) speakOf(t glossary.Term, n int) (list []*practices.Practice, total int) {
	q := search.ParseQuery(url.Values{"q": {`"` + t.Term + `"`}}, v.lang)
	r, err := v.index.Search(v.context(), q)
	if err != nil {
		v.log.Error("search for a term", "term", t.ID, "error", err)
		return nil, 0
	}
	for _, h := range r.Hits[:min(n, len(r.Hits))] {
		list = append(list, h.Practice)
	}
	return list, r.Total
}
