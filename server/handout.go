package server

import (
	"html/template"
	"regexp"
	"strings"

	"opendoor/practices"
	"opendoor/practices/vocabulary"
)

// handoutPage is what is printed: for participants a sheet for each case, or
// the sheet that asks what one's own place has of what a practice needs.
type handoutPage struct {
	frame
	Crumbs            []link
	Heading, Lead     string
	TextLang, TextDir string
	Notice            string
	Facts             []fact
	Cases             []lessonCase
	Questions         []string
	Decisions         []decision
	Papers            []link
	Letter            bool // US Letter in place of A4
	Sources           []reading
	Address, QR       string
	Picture           *picture
	Kind              string
}

// A reading is one line of a reading list.
type reading struct{ Text, Lang string }

// readingList are the citations of all cases.
func (v *visit) readingList(l *lesson) []reading {
	var out []reading
	for _, c := range v.citations(l.entries) {
		out = append(out, reading{c.Plain(), v.foreign(c.Lang)})
	}
	return out
}

// canonicalPaper is the size of paper that is asked for; A4 needs no word.
func canonicalPaper(v *visit) string {
	if v.query.Get("paper") == "letter" {
		return "paper=letter"
	}
	return ""
}

// onLetter makes the view of a page for US Letter, which in a pack has an
// address of its own: a page on a disk has no query.
func onLetter(show func(*visit, *lesson) (page, error)) func(*visit, *lesson) (page, error) {
	return func(v *visit, l *lesson) (page, error) {
		v.query.Set("paper", "letter")
		return show(v, l)
	}
}

func (v *visit) handoutPage(l *lesson, kind, path string) handoutPage {
	p := handoutPage{
		frame: v.lessonFrame(l, v.say("workshop."+kind+"_title", "title", l.Title)), Heading: l.Title, Lead: l.Objective, Kind: kind,
		Crumbs: v.lessonCrumbs(l, v.say("workshop."+kind)), TextLang: v.foreign(l.Lang), TextDir: dirOf(l.Lang), Notice: v.lessonNotice(l),
		Cases: v.lessonCases(l), Letter: canonicalPaper(v) != "",
	}
	p.NoIndex = true
	p.Papers = []link{
		{Label: v.say("workshop.paper_a4"), URL: v.url(l.path + path), Current: !p.Letter},
		{Label: v.say("workshop.paper_letter"), URL: v.url(l.path+path) + "?paper=letter", Current: p.Letter},
	}
	return p
}

// handout serves GET /workshops/{id}/handout.
func handout(v *visit, l *lesson) (page, error) {
	p := v.handoutPage(l, "handout", "/handout")
	p.Facts = v.lessonFacts(l)[1:]
	p.Questions, p.Decisions = l.Questions, decisionsOf(l)
	p.Picture = v.lessonPicture(l)
	p.Picture.Lazy = false // paper waits for nothing
	for i := range p.Cases {
		p.Cases[i].Text = v.caseText(l.entries[i])
	}
	p.Address, p.QR = v.shortAddress(l), v.codeURL(l)
	p.Sources = v.readingList(l)
	return page{template: "handout", data: p}, nil
}

// caseText is what participants need to have read of a case: what was done, and
// what to be careful about. Its marks of sources are left out, as the sources
// are not on the sheet.
func (v *visit) caseText(p *practices.Practice) []section {
	text, lang := p.Sections, p.Lang
	if t := p.Translations[v.lang]; t != nil {
		text, lang = t.Sections, t.Lang
	}
	var out []section
	for _, s := range text {
		if s.ID != "what-was-done" && s.ID != "what-to-be-careful-about" {
			continue
		}
		heading, _ := vocabulary.Named("heading").Get(s.ID)
		plain := sourceMark.ReplaceAllString(string(s.HTML), "")
		plain = strings.NewReplacer("<h3>", "<p><b>", "</h3>", "</b></p>").Replace(plain)
		out = append(out, section{ID: s.ID, Title: heading.In(v.lang), HTML: v.numbered(lang, template.HTML(plain)), Limits: s.ID == "what-to-be-careful-about"})
	}
	return out
}

var sourceMark = regexp.MustCompile(`<sup>.*?</sup>`)

// worksheet serves GET /workshops/{id}/worksheet: do we have what this needs?
func worksheet(v *visit, l *lesson) (page, error) {
	p := v.handoutPage(l, "worksheet", "/worksheet")
	p.Lead = v.say("workshop.worksheet_lead")
	for i := range p.Cases {
		p.Cases[i].fillNeeds(v, l.entries[i])
	}
	return page{template: "worksheet", data: p}, nil
}

func (c *lessonCase) fillNeeds(v *visit, p *practices.Practice) {
	if c.Points = v.needs(p); len(c.Points) == 0 {
		c.PointsMissing = v.say("workshop.no_needs")
	}
}

// participants serves GET /workshops/{id}/participants: the cases and what is
// asked, without what is for the trainer.
func participants(v *visit, l *lesson) (page, error) {
	p := v.handoutPage(l, "participants", "/participants")
	p.Papers = nil
	p.Questions, p.Decisions = l.Questions, decisionsOf(l)
	return page{template: "participants", data: p}, nil
}
