package server

import (
	"opendoor/practices/workshops"
	"opendoor/search"
)

// choosePage lets a reader tick results of a query, to set them side by side
// or to put them into a workshop.
type choosePage struct {
	frame
	Heading, Lead   string
	Query, Action   string
	Back, BackLabel string
	Tally           string
	Choices         []choiceOf
	Compare, Add    string
	More            string
}

// A choice is a box to tick.
type choice struct {
	ID     string
	Ticked bool
}

// A choiceOf is a practice with its box.
type choiceOf struct {
	choice
	related
}

// canonicalChoice is the query of a choice in its one form.
func canonicalChoice(v *visit) string {
	return search.ParseQuery(v.query, v.lang).WithPage(1).Values().Encode()
}

// choose serves GET /choose with the parameters of a list.
func choose(v *visit) (page, error) {
	q, hits, err := v.everything()
	if err != nil {
		return page{}, err
	}
	p := choosePage{
		frame: v.frame("practices", v.say("choose.title")), Heading: v.say("choose.heading"), Lead: v.say("choose.lead"),
		Query: q.Text, Action: v.url("/choose"), Back: v.listURL(q, "list"), BackLabel: v.say("list.shut"), Compare: v.url("/compare"),
		Tally: v.say("list.tally", "n", len(hits), "of", v.catalogue.Len()),
	}
	p.NoIndex = true
	if v.forms {
		p.Add = v.url("/workshops/new")
	}
	const shown = 3 * workshops.MaxCases
	for _, h := range hits[:min(len(hits), shown)] {
		p.Choices = append(p.Choices, choiceOf{choice{ID: h.Practice.ID}, v.pointer(h.Practice, "")})
	}
	if len(hits) > shown {
		p.More = v.say("choose.more", "n", shown)
	}
	return page{template: "choose", data: p}, nil
}
