package server

import (
	"fmt"
	"net/url"

	"opendoor/practices"
)

// A bibliography is a form in which citations are taken away.
type bibliography struct {
	ending, label, mime string
	write               func([]practices.Citation) ([]byte, error)
}

var bibliographies = []bibliography{
	{"bib", "BibTeX", "application/x-bibtex; charset=utf-8", func(l []practices.Citation) ([]byte, error) { return practices.BibTeX(l), nil }},
	{"ris", "RIS", "application/x-research-info-systems; charset=utf-8", func(l []practices.Citation) ([]byte, error) { return practices.RIS(l), nil }},
	{"json", "CSL-JSON", "application/vnd.citationstyles.csl+json; charset=utf-8", practices.CSL},
}

// citeEntry serves the citation of an entry.
func citeEntry(b bibliography) view {
	return func(v *visit) (page, error) {
		p, err := v.catalogue.Get(v.params["id"])
		if err != nil {
			return page{}, err
		}
		if p.Withdrawn() {
			return page{}, goneError{p.ID, p.Review.Why}
		}
		return v.bibliography(b, []*practices.Practice{p})
	}
}

// citeText serves the citation of one text of an entry as it once stood.
func citeText(b bibliography) view {
	return func(v *visit) (page, error) {
		data, _, err := v.text(v.params["id"], v.params["version"])
		if err != nil {
			return page{}, err
		}
		p, _ := practices.Parse(practices.FilePath(v.params["id"], ""), data)
		if p.ID != v.params["id"] {
			return page{}, practices.ErrNotFound
		}
		return v.bibliography(b, []*practices.Practice{p})
	}
}

// citeLesson serves the reading list of a lesson.
func citeLesson(b bibliography) func(*visit, *lesson) (page, error) {
	return func(v *visit, l *lesson) (page, error) { return v.bibliography(b, l.entries) }
}

func (v *visit) bibliography(b bibliography, list []*practices.Practice) (page, error) {
	body, err := b.write(v.citations(list))
	if err != nil {
		return page{}, fmt.Errorf("citations as %s: %w", b.label, err)
	}
	return page{body: body, mime: b.mime}, nil
}

func (v *visit) citations(list []*practices.Practice) []practices.Citation {
	out := make([]practices.Citation, len(list))
	for i, p := range list {
		out[i] = v.citation(p)
	}
	return out
}

// citation names an entry in the words that the reader sees, which may be
// those of its translation.
func (v *visit) citation(p *practices.Practice) practices.Citation {
	address := ""
	if v.base != "" {
		address = v.base + v.url(textPath(p))
	}
	c := p.Cite(v.now, address, v.set.Message(defaultLanguage, "site.name"))
	title, summary, lang := v.words(p)
	c.Title, c.Abstract, c.Lang = title, summary, lang
	if c.Note = v.caution(p); p.Cautioned() {
		c.Note = v.label("standing", p.Standing) + ". " + c.Note
	}
	return c
}

// textPath is the address of a text of an entry that never gives another: what
// is cited must not move.
func textPath(p *practices.Practice) string { return "/practices/" + p.ID + "/v/" + p.Version }

// citeLinks are the forms in which what is at a path can be cited.
func (v *visit) citeLinks(path string) []link {
	var out []link
	for _, b := range bibliographies {
		out = append(out, link{Label: b.label, URL: v.url(path + "/cite." + b.ending)})
	}
	return out
}

// fillUse adds to the page of an entry how to cite it and to teach with it.
func (v *visit) fillUse(e *entryPage, p *practices.Practice) {
	c := v.citation(p)
	e.Cite, e.CiteAs = c.Plain(), v.citeLinks(textPath(p))
	e.Tags, e.Described = citationTags(c), v.described(p, c)
	e.Use = []link{{Label: v.say("cite.compare"), URL: v.comparisonURL(p.ID)}}
	if v.forms {
		e.Use = append(e.Use, link{Label: v.say("cite.add"), URL: v.urlWith("/workshops/new", url.Values{"id": {p.ID}})})
	}
	for _, w := range v.shelf.With(p.ID) {
		t := w.In(v.lang)
		e.Workshops = append(e.Workshops, link{Label: t.Title, URL: v.url("/workshops/" + w.ID), Lang: v.foreign(t.Lang)})
	}
	if v.base != "" {
		e.Card = v.base + "/oembed?" + url.Values{"url": {v.base + v.url("/practices/"+p.ID)}}.Encode()
	}
}

// A tag is a named value in the head of a page, for reference managers.
type tag struct{ Name, Content string }

// citationTags are those that reference managers look for.
func citationTags(c practices.Citation) []tag {
	out := []tag{{"citation_title", c.Title}, {"citation_language", c.Lang}}
	for _, a := range c.Authors {
		out = append(out, tag{"citation_author", a})
	}
	date := c.Issued
	if date.IsZero() {
		date = c.Read
	}
	out = append(out, tag{"citation_online_date", date.String()}, tag{"citation_publisher", c.Publisher})
	if c.URL != "" {
		out = append(out, tag{"citation_public_url", c.URL})
	}
	return out
}

// described is an entry in the words of schema.org, for search engines and
// reference managers. It is data within the page: no browser runs it.
func (v *visit) described(p *practices.Practice, c practices.Citation) map[string]any {
	thing := func(kind, name string) map[string]any { return map[string]any{"@type": kind, "name": name} }
	d := map[string]any{
		"@context": "https://schema.org", "@type": "Article", "identifier": p.ID, "headline": c.Title, "abstract": c.Abstract,
		"inLanguage": c.Lang, "version": c.Version, "license": "https://creativecommons.org/licenses/by/4.0/", "isAccessibleForFree": true,
		"publisher": thing("Organization", c.Publisher),
	}
	var authors []any
	for _, a := range c.Authors {
		authors = append(authors, thing("Organization", a))
	}
	if len(authors) > 0 {
		d["author"] = authors
	}
	if c.URL != "" {
		d["url"] = c.URL
	}
	if !c.Issued.IsZero() {
		d["dateModified"] = c.Issued.String()
	}
	if c.Note != "" {
		d["disambiguatingDescription"] = c.Note
	}
	var where []any
	for _, code := range p.Countries {
		where = append(where, thing("Country", v.country(code)))
	}
	if len(where) > 0 {
		d["spatialCoverage"] = where
	}
	return d
}
