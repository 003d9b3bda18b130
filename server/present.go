package server

import (
	"fmt"
	"strconv"

	"opendoor/practices"
)

// A slide of a lesson is one thing at a time: the title, a case, a question, a
// decision point, or how to find it all again. It works by its links; arrow
// keys are a help.
type slidePage struct {
	frame
	Kind              string // "title", "case", "question", "decision", "end"
	Lesson            string // title of the lesson
	TextLang, TextDir string
	N, Of             int
	Position          string
	Previous, Next    string
	Leave             string
	Label             string // what is above the text
	Heading           string
	Text              string
	Case              *lessonCase
	Then              string
	Facts             []fact
	Notice            string
	Address, QR       string
	Letters           int // how long the text is, in steps: a long question is set smaller
}

// slides are all slides of a lesson, in order, without their place.
func (v *visit) slides(l *lesson) []slidePage {
	title := slidePage{Kind: "title", Heading: l.Title, Text: l.Objective, Facts: v.lessonFacts(l), Notice: v.lessonNotice(l)}
	if l.Objective != "" {
		title.Facts = title.Facts[1:] // it is the text already
	}
	out := []slidePage{title}
	cases := v.lessonCases(l)
	for i := range cases {
		c := &cases[i]
		label := v.say("workshop.case_of", "case", c.N, "of", len(cases))
		out = append(out, slidePage{Kind: "case", Label: label, Heading: c.Title, Case: c})
		for _, q := range c.Questions {
			out = append(out, slidePage{Kind: "question", Label: label, Case: c, Heading: q})
		}
		if c.Decision != "" {
			out = append(out, slidePage{Kind: "decision", Label: v.say("workshop.stop"), Case: c, Heading: c.Decision, Then: c.Then})
		}
	}
	for _, q := range l.Questions {
		out = append(out, slidePage{Kind: "question", Label: v.say("workshop.together"), Heading: q})
	}
	for _, d := range l.Decisions {
		out = append(out, slidePage{Kind: "decision", Label: v.say("workshop.stop"), Heading: d.Text, Then: d.Then})
	}
	return append(out, slidePage{Kind: "end", Heading: v.say("workshop.end"), Text: v.say("workshop.end_said"), Address: v.shortAddress(l), QR: v.codeURL(l)})
}

// present serves GET /workshops/{id}/present/{n}.
func present(v *visit, l *lesson) (page, error) {
	all := v.slides(l)
	n, err := strconv.Atoi(v.params["n"])
	if err != nil || n < 1 || n > len(all) {
		return page{}, fmt.Errorf("slide %q of %s: %w", v.params["n"], l.ID, errNoPage)
	}
	s := all[n-1]
	s.frame = v.lessonFrame(l, v.say("workshop.slide_title", "case", n, "title", l.Title))
	s.NoIndex = true
	s.Lesson, s.TextLang, s.TextDir = l.Title, v.foreign(l.Lang), dirOf(l.Lang)
	s.N, s.Of, s.Leave = n, len(all), v.url(l.path)
	s.Position = v.say("workshop.slide_of", "case", n, "of", len(all))
	if n > 1 {
		s.Previous = v.slideURL(l, n-1)
	}
	if n < len(all) {
		s.Next = v.slideURL(l, n+1)
	}
	s.Letters = min(2, len([]rune(s.Heading))/90)
	return page{template: "present", data: s}, nil
}

// firstSlide leads from the address without a number to the first slide.
func firstSlide(v *visit, l *lesson) (page, error) { return page{}, movedError{v.slideURL(l, 1)} }

// need is one thing that an entry says others need before they do the same.
type need struct{ Lead, Text string }

// needs are what an entry's section on doing the same asks for.
func (v *visit) needs(p *practices.Practice) []need {
	sections, lang := p.Sections, p.Lang
	if t := p.Translations[v.lang]; t != nil {
		sections, lang = t.Sections, t.Lang
	}
	var out []need
	for _, s := range sections {
		if s.ID != "if-you-are-thinking-of-doing-the-same" {
			continue
		}
		for _, point := range s.Points() {
			out = append(out, need{v.digits(lang, point.Lead), v.digits(lang, point.Text)})
		}
	}
	return out
}
