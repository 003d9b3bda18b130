package search

import (
	"slices"
	"strings"

	"opendoor/practices"
)

// An ask is a side of practices that readers ask for: what went wrong, what it
// cost, how it is known. The words of a text hardly tell whether it has much
// to say on it, the fields and sections of an entry do. The names under which
// readers ask for it stand under [asks] in words.txt.
type ask struct {
	id     string
	answer func(*practices.Practice) float32 // how much an entry has to say, 0 for nothing to 1
	told   bool                              // also an entry with a caution answers it: it is a warning that is asked for
}

const askConcept = "ask"

var asks = []ask{
	{id: "limits", answer: limits, told: true},
	{id: "cost", answer: costs},
	{id: "contact", answer: contact},
	{id: "evidence", answer: evidence},
	{id: "setup", answer: setup},
	{id: "workshop", answer: workshop},
	{id: "alternatives", answer: alternative},
}

func askFor(c Concept) ask {
	return asks[slices.IndexFunc(asks, func(a ask) bool { return a.id == c.Value })]
}

// limits are told where something is said not to have worked, or where the
// evidence is that people were harmed.
func limits(p *practices.Practice) float32 {
	s := map[string]float32{"negative": 0.5, "mixed": 0.3}[p.Evidence.Direction]
	if within(p, "what-did-not-work") {
		s += 0.5
	}
	return s
}

// costs are told best for a person and day, which can be compared.
func costs(p *practices.Practice) (most float32) {
	for _, f := range p.Figures {
		switch {
		case f.Indicator != "cost":
		case f.Unit == "money" && strings.Contains(f.Per, "day"):
			return 1
		default:
			most = 0.5
		}
	}
	return most
}

// contact is whether people stay in touch, and is told by figures of it.
func contact(p *practices.Practice) float32 {
	if slices.ContainsFunc(p.Figures, func(f practices.Figure) bool { return f.Indicator == "stayed-engaged" || f.Indicator == "lost-touch" }) {
		return 1
	}
	return 0
}

// evidence is what is counted or evaluated.
func evidence(p *practices.Practice) float32 {
	return []float32{0, 0, 0, 0.5, 1}[p.Evidence.Step()]
}

// setup is told by what helped, by much advice to those who think of doing the
// same, and by tools.
func setup(p *practices.Practice) (s float32) {
	if section, ok := p.Section("if-you-are-thinking-of-doing-the-same"); ok && len(section.Leads) > 4 {
		s += 0.3
	}
	if within(p, "what-helped") {
		s += 0.5
	}
	if p.Kind == "tool" {
		s += 0.2
	}
	return s
}

func workshop(p *practices.Practice) float32 {
	if _, ok := p.Section("questions-for-a-workshop"); ok {
		return 1
	}
	return 0
}

// alternative is how much an entry tells of what is done in place of detention,
// rather than said or agreed about it.
func alternative(p *practices.Practice) float32 { return alternatives[p.Standing] }

var alternatives = map[string]float32{"rights-based": 1, "conditional": 0.8, "element": 0.6, "step": 0.4, "contested": 0.2}

// within says whether an entry has a heading within one of its sections.
func within(p *practices.Practice, heading string) bool {
	return slices.ContainsFunc(p.Sections, func(s practices.Section) bool { return slices.Contains(s.Within, heading) })
}
