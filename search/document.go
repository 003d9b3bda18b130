package search

import (
	"slices"
	"strings"

	"github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/mapping"

	"opendoor/practices"
)

// A version is the text of an entry in one language.
type version struct {
	Lang    string // BCP 47
	Title   string
	Summary string
	Body    string // all other words, those of the sections first
}

// original is the text of an entry as it was written.
func original(p *practices.Practice) version {
	body := []string{p.Body(), p.Caution}
	for _, f := range p.Figures {
		body = append(body, f.What)
	}
	for _, b := range p.LegalBasis {
		body = append(body, b.Text)
	}
	return version{Lang: p.Lang, Title: p.Title, Summary: p.Summary, Body: lines(body)}
}

// versions gives the text of an entry in every language it has, its own first.
func versions(p *practices.Practice) []version {
	list := []version{original(p)}
	for _, t := range p.Translations {
		list = append(list, translated(p, t))
	}
	slices.SortFunc(list[1:], func(a, b version) int { return strings.Compare(a.Lang, b.Lang) })
	return list
}

func translated(p *practices.Practice, t *practices.Translation) version {
	v := version{Lang: t.Lang, Title: t.Title, Summary: t.Summary}
	var body []string
	for _, s := range t.Sections {
		body = append(body, s.Text)
	}
	body = append(body, t.Caution)
	for _, f := range p.Figures {
		body = append(body, t.Figures[f.Key])
	}
	v.Body = lines(body)
	return v
}

// shown is the version that a reader of lang gets: a translation where there
// is one, else the entry as it was written.
func shown(p *practices.Practice, lang string) version {
	if t := p.Translations[lang]; t != nil && lang != p.Lang {
		return translated(p, t)
	}
	return original(p)
}

// heading is the shown version without its body.
func heading(p *practices.Practice, lang string) version {
	if t := p.Translations[lang]; t != nil && lang != p.Lang {
		return version{Lang: t.Lang, Title: t.Title, Summary: t.Summary}
	}
	return version{Lang: p.Lang, Title: p.Title, Summary: p.Summary}
}

// called are the other names of the practice, and acted who and where it is.
func called(p *practices.Practice) string { return lines(p.Also) }

func acted(p *practices.Practice) string {
	var list []string
	for _, a := range p.Actors {
		list = append(list, a.Name)
	}
	for _, at := range p.Places {
		list = append(list, at.Name)
	}
	return lines(list)
}

// lines joins what is not empty, each on a line of its own.
func lines(list []string) string {
	var b strings.Builder
	for _, s := range list {
		if s = strings.TrimSpace(s); s != "" && b.Len() > 0 {
			b.WriteByte('\n')
		}
		b.WriteString(s)
	}
	return b.String()
}

// A part is a kind of text of an entry, with how much a word in it counts.
type part struct {
	name    string
	weight  float32
	lengthy float32 // b of BM25: how much a long text counts less than a short one
}

// Title counts most, then other names, then summary and labels, then body.
// Actors count least: the same few organisations have a part in many entries.
var (
	titles    = part{"title", 3, 0.3}
	alsoNames = part{"also", 3, 0}
	summaries = part{"summary", 1.5, 0.5}
	bodies    = part{"body", 0.8, 0.75}
	actors    = part{"actors", 1, 0.5}
)

// How much a label counts, beside the words of the parts.
const (
	labelWeight = 1.5
	placeWeight = 8 // a country
	askWeight   = 8 // a side of it that it says much on
)

// A corpus is all texts in one language.
type corpus struct {
	tag      string // "" for names, which are of no language
	analysis string
	entries  rows // that have a text in it
	fields   []*field
}

// A field is a field of the index: a part in one language.
type field struct {
	part
	id   string
	norm []float32 // by entry, see norms
	bit  uint64    // among the fields that have a term, see know
}

func newCorpus(tag string, entries rows) *corpus {
	l := &corpus{tag: tag, analysis: analysisOf(tag), entries: entries}
	for _, p := range []part{titles, summaries, bodies} {
		l.fields = append(l.fields, &field{part: p, id: p.in(tag)})
	}
	return l
}

func allNames() *corpus {
	return &corpus{analysis: names, fields: []*field{{part: alsoNames, id: alsoNames.in("")}, {part: actors, id: actors.in("")}}}
}

// in is the name of the field of a part in a language.
func (p part) in(lang string) string { return p.name + "_" + lang }

// texts gives what an entry has in each field, by field id.
func texts(p *practices.Practice) map[string]string {
	list := map[string]string{alsoNames.in(""): called(p), actors.in(""): acted(p)}
	for _, v := range versions(p) {
		list[titles.in(v.Lang)] = v.Title
		list[summaries.in(v.Lang)] = v.Summary
		list[bodies.in(v.Lang)] = v.Body
	}
	return list
}

// newMapping is as lean as the index can be: no stored text, no doc values, no
// field of all fields. The places of words are kept, for phrases and marks.
func newMapping(corpora []*corpus) mapping.IndexMapping {
	entry := bleve.NewDocumentStaticMapping()
	for _, l := range corpora {
		for _, f := range l.fields {
			text := bleve.NewTextFieldMapping()
			text.Analyzer = registered(l.analysis)
			text.Store, text.DocValues, text.IncludeInAll, text.IncludeTermVectors = false, false, false, true
			entry.AddFieldMappingsAt(f.id, text)
		}
	}
	m := bleve.NewIndexMapping()
	m.IndexDynamic, m.StoreDynamic, m.DocValuesDynamic = false, false, false
	m.DefaultMapping = entry
	return m
}
