package workshops

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"opendoor/practices"
)

// A Code names what is wrong with a collection that somebody makes. The
// interface has words for each, in every language.
type Code string

// The codes, with what their messages fill in.
const (
	Missing    Code = "missing"     //
	TooLong    Code = "too_long"    // n letters, limit
	TooMany    Code = "too_many"    // n of them, limit
	TooLarge   Code = "too_large"   // n KiB in all, limit
	NoTime     Code = "no_time"     // limit, in minutes
	NoDecision Code = "no_decision" // what follows a decision that is not there
	Leads      Code = "leads"       // to a person or a house: words, by a rule
)

// Codes lists them all.
var Codes = []Code{Missing, TooLong, TooMany, TooLarge, NoTime, NoDecision, Leads}

// A Problem is something that must be put right before others see a
// collection, or before it is sent to the editors.
type Problem struct {
	Field string // as in the file: "title", "cases[2].notes"; "" is the whole
	Code  Code
	N     int // how many there are
	Limit int // how many there may be
	Rule  practices.HarmRule
	Words string // the passage
}

// Check finds everything that keeps a collection that somebody made for
// themselves from being shown to others, and for the editors also what a
// published one needs. It finds something if and only if [ParseOwn], or for
// the editors [Parse], refuses the file.
func (c *Collection) Check(forEditors bool) []Problem {
	var found []Problem
	add := func(field string, p Problem) { p.Field = field; found = append(found, p) }
	for _, t := range c.texts() {
		if n := len([]rune(t.words)); n > t.most {
			add(t.field, Problem{Code: TooLong, N: n, Limit: t.most})
		}
		for _, f := range practices.Leading(t.field, t.words) {
			add(t.field, Problem{Code: Leads, Rule: f.Rule, Words: f.Words})
		}
		if forEditors && t.words == "" && t.needed {
			add(t.field, Problem{Code: Missing})
		}
	}
	many := func(field string, n, most int) {
		if n > most {
			add(field, Problem{Code: TooMany, N: n, Limit: most})
		}
	}
	many("cases", len(c.Cases), MaxCases)
	many("questions", len(c.Questions), maxQuestions)
	many("decision_points", len(c.Decisions), maxQuestions)
	for i, p := range c.Decisions {
		if p.Text == "" {
			add(practices.Indexed("decision_points", i)+".text", Problem{Code: Missing})
		}
	}
	for i, k := range c.Cases {
		field := practices.Indexed("cases", i)
		many(field+".questions", len(k.Questions), maxQuestions)
		if k.Then != "" && k.Decision == "" {
			add(field+".decision", Problem{Code: NoDecision})
		}
	}
	if n := len(Marshal(c)); n > maxFields {
		add("", Problem{Code: TooLarge, N: n >> 10, Limit: maxFields >> 10})
	}
	if forEditors && len(c.Cases) == 0 {
		add("cases", Problem{Code: Missing})
	}
	if forEditors && (c.Minutes < minMinutes || c.Minutes > maxMinutes) {
		add("minutes", Problem{Code: NoTime, N: minMinutes, Limit: maxMinutes})
	}
	return found
}

// Harm looks for what could hurt somebody in any words of a collection: also
// for what [Collection.Check] lets pass, as it may be honest.
func (c *Collection) Harm() []practices.Finding {
	var found []practices.Finding
	for _, t := range c.texts() {
		found = append(found, practices.HarmIn(t.field, t.words)...)
	}
	return found
}

// A passage is one piece of text of a collection, with its limit in letters.
type passage struct {
	field, words string
	most         int
	needed       bool // in what is published
}

// texts are all pieces of text, in the order of the form.
func (c *Collection) texts() []passage {
	all := []passage{
		{"title", c.Title, maxTitle, true}, {"summary", c.Summary, maxLine, true}, {"audience", c.Audience, maxLine, true},
		{"objective", c.Objective, maxLine, true}, {"drawn_from", c.DrawnFrom, maxLine, false},
	}
	add := func(field, words string, most int) { all = append(all, passage{field, words, most, false}) }
	asked := func(field string, questions []string) {
		for i, q := range questions {
			add(practices.Indexed(field, i), q, maxLine)
		}
	}
	for i, k := range c.Cases {
		field := practices.Indexed("cases", i)
		add(field+".objective", k.Objective, maxLine)
		add(field+".notes", k.Notes, maxNotes)
		asked(field+".questions", k.Questions)
		add(field+".decision", k.Decision, maxLine)
		add(field+".then", k.Then, maxNotes)
	}
	asked("questions", c.Questions)
	for i, p := range c.Decisions {
		field := practices.Indexed("decision_points", i)
		add(field+".text", p.Text, maxLine)
		add(field+".then", p.Then, maxNotes)
	}
	return all
}

// Typed is what a person typed or pasted as a file may hold it: letters with
// their accents, and without characters that nobody sees and that change what
// is read. Joiners, which Arabic and Persian need, stay.
func Typed(s string) string {
	return norm.NFC.String(strings.Map(func(r rune) rune {
		switch {
		case r == '\n', r == '\t':
			return r
		case unicode.IsControl(r), r >= 0x202A && r <= 0x202E, r >= 0x2066 && r <= 0x2069, r == 0xFEFF:
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, "")))
}
