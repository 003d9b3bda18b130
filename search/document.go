package search

import (
	"slices"
	"strconv"
	"strings"

	"opendoor/practices"
)

// A version is the text of an entry in one language.
type version struct {
	Lang    string // BCP 47
	Title   string
	Summary string
	of      *practices.Practice
	in      *practices.Translation // nil for the entry as it was written
}

// original is the text of an entry as it was written.
func original(p *practices.Practice) version {
	return version{Lang: p.Lang, Title: p.Title, Summary: p.Summary, of: p}
}

// body puts together all words but those of title and summary, those of the
// sections first. That takes a while, and lists of titles need none.
func (v version) body() string {
	p, t := v.of, v.in
	if t == nil {
		body := []string{p.Body(), p.Caution}
		for _, f := range p.Figures {
			body = append(body, f.What)
		}
		for _, b := range p.LegalBasis {
			body = append(body, b.Text)
		}
		return lines(body)
	}
	var body []string
	for _, s := range t.Sections {
		body = append(body, s.Text)
	}
	body = append(body, t.Caution)
	for _, f := range p.Figures {
		body = append(body, t.Figures[f.Key])
	}
	return lines(body)
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
	return version{Lang: t.Lang, Title: t.Title, Summary: t.Summary, of: p, in: t}
}

// shown is the version that a reader of lang gets: a translation where there
// is one, else the entry as it was written.
func shown(p *practices.Practice, lang string) version {
	if t := p.Translations[lang]; t != nil && lang != p.Lang {
		return translated(p, t)
	}
	return original(p)
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
	var some []string
	for _, s := range list {
		if s = strings.TrimSpace(s); s != "" {
			some = append(some, s)
		}
	}
	return strings.Join(some, "\n")
}

// A part is a kind of text of an entry, with how much a word in it counts.
type part struct {
	name    string
	weight  float32
	mention float32 // how much a name of a meaning in it counts, see mentions.go
	lengthy float32 // b of BM25: how much a long text counts less than a short one
}

// Title counts most, then other names, then summary and labels, then body.
// Actors count least: the same few organisations have a part in many entries.
// To name a thing in the body is not yet to be about it, whatever the word.
var (
	titles    = part{"title", 3, 3, 0.3}
	alsoNames = part{"also", 3, 3, 0}
	summaries = part{"summary", 1.5, 1.5, 0.5}
	bodies    = part{"body", 0.8, 0.4, 0.75}
	actors    = part{"actors", 1, 1, 0.5}
)

// How much a label counts, beside the words of the parts.
const (
	labelWeight = 3
	partWeight  = 1.5 // the share of a label that was typed
	placeWeight = 8   // a country
	askWeight   = 8   // a side of it that it says much on
)

// A corpus is all texts in one language, or all names. It is one field of
// bleve's index.
type corpus struct {
	tag      string // "" for names, which are of no language
	id       string // of the field
	at       int    // its place among all, names first
	analysis string
	entries  rows // that have a text in it
	parts    []*partOf
	shard    *shard            // where it is
	ids      map[string]uint32 // numbers of its words, from 1
}

// A partOf is a part in one corpus.
type partOf struct {
	part
	lengths []int32   // in words, by entry
	norm    []float32 // see norms
}

func newCorpus(tag string, at int, entries rows, parts ...part) *corpus {
	l := &corpus{tag: tag, id: "text_" + tag, at: at, analysis: names, entries: entries, ids: map[string]uint32{}}
	if tag != "" {
		l.analysis = analysisOf(tag)
	}
	for _, p := range parts {
		l.parts = append(l.parts, &partOf{part: p})
	}
	return l
}

// The parts of a corpus, in this order.
var (
	partsOfText  = []part{titles, summaries, bodies}
	partsOfNames = []part{alsoNames, actors}
)

// A source is one text of an entry: a part of a corpus, told by its place.
type source struct {
	tag  string
	part int
	text string
}

// texts gives all that is read of an entry.
func texts(p *practices.Practice) []source {
	list := []source{{"", 0, called(p)}, {"", 1, acted(p)}}
	for _, v := range versions(p) {
		list = append(list, source{v.Lang, 0, v.Title}, source{v.Lang, 1, v.Summary}, source{v.Lang, 2, v.body()})
	}
	return slices.DeleteFunc(list, func(w source) bool { return w.text == "" })
}

func rowID(row int) string { return strconv.Itoa(row) }
