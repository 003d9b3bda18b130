package server

import (
	"html/template"
	"net/url"

	"opendoor/practices"
)

// workshopsPage lists the collections that are published.
type workshopsPage struct {
	frame
	Heading, Lead string
	Workshops     []workshopCard
	Own           []link
	Pack          string // address of the whole catalogue as a pack
	Take          *packForm
	Steps         []string
}

// A workshopCard is one collection in the list.
type workshopCard struct {
	Title, URL, Lang, LangName      string
	Summary, Audience, Lasts, Tally string
	Caution                         string
}

// workshopList serves GET /workshops.
func workshopList(v *visit) (page, error) {
	p := workshopsPage{frame: v.frame("workshops", v.say("workshop.title")), Heading: v.say("workshop.heading"), Lead: v.say("workshop.lead")}
	p.Description = p.Lead
	if v.forms {
		p.Own = []link{{Label: v.say("own.begin"), URL: v.url("/workshops/new")}, {Label: v.say("compare.choose"), URL: v.url("/choose")}}
	}
	if v.pack == nil {
		p.Pack = v.packURL(nil)
		p.Take = v.packForm(p.Pack, "")
	}
	for _, c := range v.shelf.All() {
		l, err := v.lesson(c, "/workshops/"+c.ID)
		if err != nil {
			return page{}, err
		}
		w := workshopCard{
			Title: l.Title, URL: v.url(l.path), Lang: v.foreign(l.Lang), Summary: l.Summary, Audience: l.Audience,
			Lasts: v.lasts(l), Tally: v.say("workshop.tally", "n", len(l.Cases)),
		}
		if w.Lang != "" {
			w.LangName = v.language(l.Lang)
		}
		if n := cautioned(l.entries); n > 0 {
			w.Caution = v.say("workshop.cautioned", "n", n)
		}
		p.Workshops = append(p.Workshops, w)
	}
	return page{template: "workshops", data: p}, nil
}

// cautioned counts the entries that carry a caution about detention by another
// name, or are contested.
func cautioned(list []*practices.Practice) int {
	n := 0
	for _, p := range list {
		if p.Cautioned() {
			n++
		}
	}
	return n
}

// workshopPage is a collection as its trainer sees it.
type workshopPage struct {
	frame
	Crumbs            []link
	Heading, Lead     string
	TextLang, TextDir string
	Notice            string
	Facts             []fact
	Tools             []link
	Cases             []lessonCase
	Questions         []string
	Decisions         []decision
	Guide             template.HTML
	Picture           *picture
	Cite              []link
	Address, QR, Join string
	Download          string
	Take              *packForm
}

// A packForm is where the languages of a pack are chosen.
type packForm struct {
	Action, Collection string
	Languages          []link
}

// packForm offers languages for a pack; a page of a pack offers none.
func (v *visit) packForm(action, collection string) *packForm {
	if v.pack != nil {
		return nil
	}
	f := &packForm{Action: action, Collection: collection}
	for _, l := range v.set.Languages() {
		f.Languages = append(f.Languages, link{Label: l.Name, Lang: l.Tag, Current: l.Tag == v.lang})
	}
	return f
}

// A decision is a point at which a group stops, and what the entries tell of
// it.
type decision struct{ Text, Then string }

func decisionsOf(l *lesson) []decision {
	var out []decision
	for _, d := range l.Decisions {
		out = append(out, decision{d.Text, d.Then})
	}
	return out
}

// workshop serves GET /workshops/{id}.
func workshop(v *visit, l *lesson) (page, error) {
	p := workshopPage{
		frame: v.lessonFrame(l, l.Title), Heading: l.Title, Lead: l.Summary, TextLang: v.foreign(l.Lang), TextDir: dirOf(l.Lang),
		Notice: v.lessonNotice(l), Cases: v.lessonCases(l), Questions: l.Questions, Decisions: decisionsOf(l), Guide: l.Guide,
		Picture: v.lessonPicture(l), Cite: v.citeLinks(l.path),
		Address: v.shortAddress(l), QR: v.codeURL(l), Join: v.url(l.path + "/participants"), Download: l.path + "/collection.md",
	}
	p.Description = l.Summary
	p.Crumbs = []link{{Label: v.say("workshop.title"), URL: v.url("/workshops")}, {Label: l.Title, Current: true, Lang: v.foreign(l.Lang)}}
	p.Facts = v.lessonFacts(l)
	p.Tools = v.lessonTools(l)
	if l.own {
		p.Take = v.packForm(v.packOf(l), "")
	} else {
		p.Take = v.packForm("/pack.zip", l.ID)
	}
	return page{template: "workshop", data: p}, nil
}

func (v *visit) lessonFacts(l *lesson) []fact {
	var out []fact
	for _, f := range []struct{ key, text string }{
		{"workshop.objective", l.Objective}, {"workshop.audience", l.Audience}, {"workshop.lasts", v.lasts(l)}, {"workshop.drawn_from", l.DrawnFrom},
	} {
		if f.text == "" {
			continue
		}
		value := factValue{Text: f.text}
		if f.key != "workshop.lasts" {
			value.Lang = v.foreign(l.Lang)
		}
		out = append(out, fact{v.say(f.key), []factValue{value}})
	}
	return out
}

// lessonTools are what can be done with a lesson.
func (v *visit) lessonTools(l *lesson) []link {
	tools := []link{
		{Label: v.say("workshop.present"), URL: v.slideURL(l, 1)},
		{Label: v.say("workshop.handout"), URL: v.url(l.path + "/handout")},
		{Label: v.say("workshop.worksheet"), URL: v.url(l.path + "/worksheet")},
		{Label: v.say("workshop.participants"), URL: v.url(l.path + "/participants")},
	}
	if n := len(l.entries); n > 1 {
		tools = append(tools, link{Label: v.say("workshop.table"), URL: v.url(l.path + "/table")})
	}
	if v.pack == nil {
		tools = append(tools, link{Label: v.say("pack.lesson"), URL: v.packOf(l)}, link{Label: v.say("book.take"), URL: v.url(l.path + "/book.epub")})
	}
	return tools
}

// packOf is the address of the pack of a lesson.
func (v *visit) packOf(l *lesson) string {
	if l.own {
		return v.url(l.path + "/pack.zip")
	}
	return v.packURL(url.Values{"collection": {l.ID}})
}

// packURL is the address of a pack.
func (v *visit) packURL(query url.Values) string { return withQuery("/pack.zip", query.Encode()) }

// lessonText serves the file of a collection, to keep or to build on.
func lessonText(v *visit, l *lesson) (page, error) {
	return page{body: l.source.Text, mime: "text/markdown; charset=utf-8"}, nil
}

// tablePage is the comparison of all cases of a lesson, a row each.
type tablePage struct {
	frame
	Crumbs            []link
	Heading           string
	TextLang, TextDir string
	Range             string
	Cards             []card
	Compare           string
	Choices           []choice
}

// lessonTable serves GET /workshops/{id}/table.
func lessonTable(v *visit, l *lesson) (page, error) {
	p := tablePage{
		frame: v.lessonFrame(l, v.say("workshop.table_title", "title", l.Title)), Heading: l.Title, TextLang: v.foreign(l.Lang), TextDir: dirOf(l.Lang),
		Crumbs: v.lessonCrumbs(l, v.say("workshop.table")), Cards: v.cards(l.entries), Range: l.Title,
	}
	if v.pack == nil {
		p.Compare = v.url("/compare")
	}
	for i := range p.Cards {
		p.Choices = append(p.Choices, choice{p.Cards[i].ID, i < 2})
	}
	return page{template: "lessontable", data: p}, nil
}

func (v *visit) lessonCrumbs(l *lesson, here string) []link {
	return []link{
		{Label: v.say("workshop.title"), URL: v.url("/workshops")},
		{Label: l.Title, URL: v.url(l.path), Lang: v.foreign(l.Lang)},
		{Label: here, Current: true},
	}
}

// comparisonURL is the address at which some entries stand side by side.
func (v *visit) comparisonURL(ids ...string) string {
	return v.urlWith("/compare", url.Values{"id": ids})
}
