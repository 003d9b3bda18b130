package server

import (
	"fmt"
	"strings"

	"opendoor/practices/workshops"
)

// ownProblems are what must be put right in a collection, in words, each with
// the way to its field in the form at an address; "" is this very page.
func (v *visit) ownProblems(own *workshops.Collection, form string, found []workshops.Problem) []problem {
	var out []problem
	for _, p := range found {
		args := []any{"n", p.N, "limit", p.Limit}
		if p.Code == workshops.Leads {
			args = []any{"words", p.Words, "why", v.say("harm." + string(p.Rule) + ".why")}
		}
		label, id := v.ownField(own, p.Field)
		out = append(out, problem{Href: form + "#" + id, Field: label, Said: v.say("own.problem."+string(p.Code), args...)})
	}
	return out
}

// ownLabels are the messages that name the fields of the form.
var ownLabels = map[string]string{
	"title": "own.title", "summary": "own.summary", "audience": "workshop.audience", "objective": "workshop.objective", "minutes": "own.minutes",
	"drawn_from": "workshop.drawn_from", "questions": "own.together", "decision_points": "own.points", "cases": "workshop.cases", "": "own.whole",
}

// ownCaseLabels are those of the fields of a case.
var ownCaseLabels = map[string]string{
	"objective": "workshop.objective", "notes": "own.notes", "questions": "own.questions", "decision": "own.decision", "then": "own.then", "id": "workshop.cases",
}

// ownField is what a field of the file, such as "cases[2].notes", is called in
// the form, and its id there.
func (v *visit) ownField(own *workshops.Collection, field string) (label, id string) {
	top, rest, _ := strings.Cut(field, ".")
	name, index, _ := strings.Cut(strings.TrimSuffix(top, "]"), "[")
	rest, _, _ = strings.Cut(rest, "[")
	i := 0
	fmt.Sscan(index, &i)
	switch {
	case name == "cases" && rest != "" && i < len(own.Cases):
		entry := own.Cases[i].ID
		if p, err := v.catalogue.Get(entry); err == nil {
			entry, _, _ = v.words(p)
		}
		return v.say("own.of_case", "field", v.say(ownCaseLabels[rest]), "case", entry), own.Cases[i].ID + "-" + rest
	case name == "decision_points" && rest != "":
		return v.say(ownLabels[name]), fmt.Sprintf("point-%d-%s", i, rest)
	case name == "cases", name == "decision_points":
		return v.say(ownLabels[name]), "own-" + strings.ReplaceAll(name, "_", "-")
	case name == "":
		return v.say(ownLabels[name]), "own-whole"
	case name == "drawn_from":
		return v.say(ownLabels[name]), "title"
	}
	return v.say(ownLabels[name]), name
}
