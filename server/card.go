package server

import (
	"html/template"
	"slices"

	"opendoor/practices"
	"opendoor/practices/vocabulary"
	"opendoor/search"
	"opendoor/templates"
)

// A card is one practice in a list.
type card struct {
	ID, URL                 string
	Lang, Dir               string // of its text
	LangName                string // when that is not the page's
	Title, Summary, Snippet []templates.Span
	Why                     string // why it was found, where no mark shows it
	Place, Kind, Since      string
	Caution, CautionLabel   string
	Evidence                evidence
	By                      string
	Figure                  *figure
	Stale                   string

	Above, Below, Beside template.HTML // what stands around the words, where it is shown again and again

	Standing, Countries, For, Offers, Review string // for the table
}

// evidence is the strength of the ground under what an entry says of results.
type evidence struct {
	Step              int
	Label, Definition string
}

func (v *visit) evidence(level string) evidence {
	t, _ := vocabulary.Named("evidence").Get(level)
	return evidence{Step: t.Step, Label: t.In(v.lang), Definition: v.explained("evidence", level)}
}

// card shows a practice as it is, without marks.
func (v *visit) card(p *practices.Practice) card {
	title, summary, lang := v.words(p)
	c := v.cardIn(p, lang)
	c.Title, c.Summary = []templates.Span{{Text: title}}, []templates.Span{{Text: summary}}
	return c
}

// cardOf shows a hit of a search, with what matched marked.
func (v *visit) cardOf(h search.Hit) card {
	c := v.cardIn(h.Practice, h.Lang)
	c.Title, c.Summary, c.Snippet = v.spans(h.Lang, h.Title), v.spans(h.Lang, h.Summary), v.spans(h.Lang, h.Snippet)
	var why []string
	for _, r := range h.Why {
		why = append(why, v.reason(r))
	}
	if len(why) > 0 {
		c.Why = v.say("list.why", "what", v.list(why))
	}
	return c
}

// reason is what an entry was found by, in a word or two.
func (v *visit) reason(r search.Reason) string {
	switch {
	case r.Vocabulary == "translation":
		return v.say("list.why_translation")
	case r.As != "":
		return r.As
	}
	return v.label(r.Vocabulary, r.Value)
}

func (v *visit) cards(list []*practices.Practice) []card {
	var cards []card
	for _, p := range list {
		cards = append(cards, v.card(p))
	}
	return cards
}

// newCard puts a card into words.
func (v *visit) newCard(p *practices.Practice, lang string) card {
	c := card{
		ID: p.ID, URL: v.url("/practices/" + p.ID), Lang: v.foreign(lang), Dir: dirOf(lang),
		Place: v.place(p), Kind: v.label("kind", p.Kind), Since: v.since(p),
		Evidence: v.evidence(p.Evidence.Level), By: v.names(p.Leaders(), 2),
		Standing: v.label("standing", p.Standing), Countries: v.countries(p),
		For: v.labels("population", p.Populations), Offers: v.labels("measure", p.Measures),
		Review: v.label("review-state", p.Review.State),
	}
	if c.Lang != "" {
		c.LangName = v.language(lang)
	}
	if p.Cautioned() {
		c.Caution, c.CautionLabel = v.caution(p), v.label("standing", p.Standing)
	}
	for _, f := range p.Highlights(1) {
		shown := v.figure(p, f)
		c.Figure = &shown
	}
	if p.Stale(v.now) {
		c.Stale = v.say("entry.stale_short", "date", v.date(p.Fresh()))
	}
	c.Above, c.Below, c.Beside = v.part("cardabove", c), v.part("cardbelow", c), v.part("cardbeside", c)
	return c
}

// part fills a part of a page.
func (v *visit) part(name string, data any) template.HTML {
	html, err := v.set.Part(name, v.lang, data)
	if err != nil {
		v.log.Error("a part of a page is missing", "part", name, "because", err)
	}
	return html
}

// words are the title and summary in the language of the page where there is
// a translation, else in that of the entry.
func (v *visit) words(p *practices.Practice) (title, summary, lang string) {
	if t := p.Translations[v.lang]; t != nil {
		return v.digits(t.Lang, t.Title), v.digits(t.Lang, t.Summary), t.Lang
	}
	return v.digits(p.Lang, p.Title), v.digits(p.Lang, p.Summary), p.Lang
}

func (v *visit) caution(p *practices.Practice) string {
	if t := p.Translations[v.lang]; t != nil && t.Caution != "" {
		return v.digits(t.Lang, t.Caution)
	}
	return v.digits(p.Lang, p.Caution)
}

// names lists up to n actors, and says how many more there are.
func (v *visit) names(actors []practices.Actor, n int) string {
	var names []string
	for _, a := range actors[:min(n, len(actors))] {
		names = append(names, a.Name)
	}
	if more := len(actors) - n; more > 0 {
		names = append(names, v.say("card.more", "n", more))
	}
	return v.list(names)
}

func (v *visit) labels(vocab string, ids []string) string {
	var names []string
	for i, id := range ids {
		name := v.label(vocab, id)
		if i > 0 {
			name = small(name)
		}
		names = append(names, name)
	}
	return v.list(names)
}

// parts are what somebody does in a practice, within a sentence.
func (v *visit) parts(ids []string) string {
	var names []string
	for _, id := range ids {
		names = append(names, small(v.label("actor-role", id)))
	}
	return v.list(names)
}

// spans cuts a marked text in a language into its pieces.
func (v *visit) spans(lang string, m search.Marked) []templates.Span {
	if m.Text == "" {
		return nil
	}
	var out []templates.Span
	at := 0
	for _, mark := range m.Marks {
		if mark[0] > at {
			out = append(out, templates.Span{Text: m.Text[at:mark[0]]})
		}
		out = append(out, templates.Span{Text: m.Text[mark[0]:mark[1]], Mark: true})
		at = mark[1]
	}
	if at < len(m.Text) {
		out = append(out, templates.Span{Text: m.Text[at:]})
	}
	for i := range out {
		out[i].Text = v.digits(lang, out[i].Text)
	}
	return slices.Clip(out)
}
