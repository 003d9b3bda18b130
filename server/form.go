package server

import (
	"fmt"
	"slices"
	"strings"

	"opendoor/practices"
	"opendoor/practices/review"
	"opendoor/practices/vocabulary"
	"opendoor/regions"
)

// A form is a draft as it is shown to whoever fills it in: each question with
// its answers as typed and what is wrong with them beside it. Contributors and
// editors see the same form.
type form struct {
	v     *visit
	draft *practices.Draft
	wrong map[string][]practices.Problem // by name of value
	said  map[string][]comment           // by field
	order []practices.Problem
	more  bool   // whether the questions of a full entry are shown
	add   string // the field that gets one more empty row
}

func newForm(v *visit, d *practices.Draft, problems []practices.Problem) *form {
	f := &form{v: v, draft: d, wrong: map[string][]practices.Problem{}, said: map[string][]comment{}, order: problems}
	for _, p := range problems {
		f.wrong[p.Field] = append(f.wrong[p.Field], p)
	}
	return f
}

// A question is one fieldset of the form.
type question struct {
	N                       int
	ID, Ask, Help, Example  string
	Fields                  []formField
	Comments                []comment
	Wrong, Optional, Single bool
	Lines                   []string // of the example
}

// A formField is one answer, or a list of rows of them.
type formField struct {
	ID, Name, Label, Hint string
	Kind                  string // line, prose, choice, choices, countries, rows
	Value                 string
	Values                []formField // one for each country
	Groups                []optionGroup
	Problems              []string
	Describe              string // ids of hint and problems
	Needed                bool
	Limit                 int
	Type, List, Dir, Lang string
	Marks                 bool // a text that takes marks
	Tall                  bool
	Rows                  []formRow
	Add                   string
}

type formRow struct {
	ID, Legend string
	FromName   string
	From       string
	Fields     []formField
}

// An optionGroup is a few words to choose from under a label, or under none.
type optionGroup struct {
	Label   string
	Options []option
	Open    bool
}

type option struct {
	ID, Value, Label, Help string
	Lang                   string // of the label, where that is not the page's
	Chosen                 bool
}

// A problem is a line of the list above a form, which leads to its field.
type problem struct {
	Href, Field, Said string
	Mild              bool
	Detail            string // in English
}

// A comment is what an editor or the contributor said, on a field or on all.
type comment struct {
	Who, When, Text, On, Href string
	Mine                      bool
}

// htmlID is a name of a value as an id of the page.
func htmlID(name string) string { return strings.NewReplacer(".", "-", "_", "-").Replace(name) }

// label is what a field is called: "sources.0.url" by its column.
func (f *form) label(name string) string {
	if parts := strings.Split(name, "."); len(parts) == 3 {
		return f.v.say("field." + parts[0] + "." + parts[2])
	}
	return f.v.say("field." + name)
}

// hint is a word of help on a field, "" when there is none.
func (f *form) hint(name string) string {
	key := "hint." + name
	if parts := strings.Split(name, "."); len(parts) == 3 {
		key = "hint." + parts[0] + "." + parts[2]
	}
	if said := f.v.say(key); said != key {
		return said
	}
	return ""
}

// place is what a field is called in a list: with the number of its row.
func (f *form) place(name string) string {
	if parts := strings.Split(name, "."); len(parts) == 3 && parts[1] != "0" {
		var n int
		fmt.Sscan(parts[1], &n)
		return f.v.say("contribute.row", "label", f.label(name), "n", n+1)
	}
	return f.label(name)
}

// told is a problem in words.
func (f *form) told(p practices.Problem) string {
	key := "problem." + string(p.Code)
	switch p.Code {
	case practices.TooLong, practices.TooShort, practices.TooWordy:
		return f.v.say(key, "n", p.N, "limit", p.Limit)
	case practices.NoCountry:
		if near, ok := regions.Nearest(p.Value); ok {
			return f.v.say("problem.near_country", "value", p.Value, "near", near.Names.In(f.v.lang))
		}
		return f.v.say(key, "value", p.Value)
	case practices.Other:
		return f.v.say(key)
	case practices.Missing, practices.NoWay, practices.NoCaution, practices.NoHTML, practices.TooTangled:
		return f.v.say(key)
	}
	return f.v.say(key, "value", p.Value)
}

// problems are the list above the form.
func (f *form) problems() []problem {
	var out []problem
	for _, p := range f.order {
		out = append(out, problem{Href: "#f-" + htmlID(p.Field), Field: f.place(p.Field), Said: f.told(p), Mild: p.Mild, Detail: p.Detail})
	}
	return out
}

// comments puts what was said on a field beside it.
func (f *form) comments(list []review.Comment) {
	for i, c := range f.v.comments(list) {
		if on := list[i].Field; on != "" {
			f.said[fieldTop(on)] = append(f.said[fieldTop(on)], c)
		}
	}
}

// comments are what was said about a submission, as it is shown.
func (v *visit) comments(list []review.Comment) []comment {
	f := form{v: v}
	var out []comment
	for _, c := range list {
		o := comment{Who: c.Name, When: v.day(c.When), Text: c.Text, Mine: c.Contributor}
		switch {
		case c.Contributor:
			o.Who = v.say("contribute.you")
		case o.Who == "":
			o.Who = v.say("contribute.editor")
		}
		if c.Field != "" {
			o.On, o.Href = f.place(c.Field), "#f-"+htmlID(c.Field)
		}
		out = append(out, o)
	}
	return out
}

// asksMore says whether a question of a full entry has been answered.
func (f *form) asksMore() bool {
	for _, q := range practices.Questions() {
		if q.More && f.answered(q) {
			return true
		}
	}
	return false
}

func (f *form) answered(q practices.Question) bool {
	return slices.ContainsFunc(q.Fields, func(x practices.Field) bool {
		return f.draft.Get(x.Name) != "" || x.Kind == practices.Rows && f.draft.Rows(x.Name) > 0
	})
}

// done says whether a question is answered as far as it must be, and nothing
// of it is known to be wrong.
func (f *form) done(q practices.Question) bool {
	return f.answered(q) && !slices.ContainsFunc(q.Fields, func(x practices.Field) bool {
		return f.isWrong(x.Name) || x.Needed && f.draft.Get(x.Name) == "" && f.draft.Rows(x.Name) == 0
	})
}

// questions are the form in order.
func (f *form) questions() []question {
	var out []question
	for i, q := range practices.Questions() {
		if q.More && !f.more {
			continue
		}
		out = append(out, f.question(i+1, q))
	}
	return out
}

func (f *form) question(n int, q practices.Question) question {
	out := question{N: n, ID: "q-" + q.ID, Ask: f.v.say("ask." + q.ID + ".ask"), Help: f.v.say("ask." + q.ID + ".help"), Single: len(q.Fields) == 1 && q.Fields[0].Kind != practices.Rows}
	if !q.More {
		out.Lines = strings.Split(f.v.say("ask."+q.ID+".example"), "\n")
	}
	out.Optional = !slices.ContainsFunc(q.Fields, func(x practices.Field) bool { return x.Needed || x.Name == "countries" })
	for _, x := range q.Fields {
		field := f.field(x, x.Name)
		if out.Single {
			field.Describe = strings.TrimSpace(out.ID + "-help " + field.Describe)
		}
		out.Fields = append(out.Fields, field)
		out.Comments = append(out.Comments, f.said[x.Name]...)
		out.Wrong = out.Wrong || f.isWrong(x.Name)
	}
	return out
}

func (f *form) isWrong(name string) bool {
	for wrong := range f.wrong {
		if wrong == name || strings.HasPrefix(wrong, name+".") {
			return true
		}
	}
	return false
}

// steps are the overview of a snapshot.
func (f *form) steps() []overview {
	var out []overview
	for i, q := range practices.Questions() {
		if !q.More {
			out = append(out, overview{N: i + 1, Label: f.v.say("ask." + q.ID + ".short"), Href: "#q-" + q.ID, Done: f.done(q)})
		}
	}
	return out
}

// named are a few fields by name, for a page that asks only those.
func (f *form) named(names ...string) []formField {
	var out []formField
	for _, name := range names {
		if name == "lang" {
			out = append(out, f.tongue())
			continue
		}
		for _, q := range practices.Questions() {
			for _, x := range q.Fields {
				if x.Name == name {
					out = append(out, f.field(x, name))
				}
			}
		}
	}
	return out
}

// field is one answer as it is shown.
func (f *form) field(x practices.Field, name string) formField {
	out := formField{
		ID: "f-" + htmlID(name), Name: name, Label: f.label(name), Value: f.draft.Get(name), Limit: x.Limit, Needed: x.Needed, Type: "text", Kind: "line",
		Lang: f.v.foreign(f.draft.Lang()), Dir: "auto",
	}
	if out.Hint = f.hint(name); out.Hint != "" {
		out.Describe = out.ID + "-hint"
	}
	for _, p := range f.wrong[name] {
		out.Problems = append(out.Problems, f.told(p))
	}
	if len(out.Problems) > 0 {
		out.Describe = strings.TrimSpace(out.Describe + " " + out.ID + "-wrong")
	}
	switch x.Kind {
	case practices.Prose:
		out.Kind, out.Marks, out.Tall = "prose", name != "summary", name != "summary"
	case practices.Lines:
		out.Kind = "prose"
	case practices.Address:
		out.Dir, out.Lang = "ltr", ""
		out.Type = "url"
	case practices.Amount, practices.When, practices.Cited:
		out.Dir, out.Lang = "ltr", ""
	case practices.Choice:
		out.Kind, out.Groups = "choice", f.options(x, name)
		if name == "standing" {
			out.Kind = "radios"
		}
	case practices.Choices:
		out.Kind, out.Groups = "choices", f.options(x, name)
	case practices.Countries:
		out.Kind = "countries"
		values := f.draft.All(name)
		for i := range max(1, len(values)+f.extra(name)) {
			one := formField{ID: fmt.Sprintf("f-%s-%d", htmlID(name), i), Name: name, Label: out.Label}
			if i == 0 {
				one.ID = out.ID
			}
			if i < len(values) {
				one.Value = values[i]
			}
			one.Groups = f.countryOptions(one.Value)
			out.Values = append(out.Values, one)
		}
		out.Add = f.v.say("contribute.add.countries")
	case practices.Rows:
		out.Kind = "rows"
		out.Rows = f.rows(x)
		if len(out.Rows) < practices.MaxRows {
			out.Add = f.v.say("contribute.add." + x.Name)
		}
		if name == "places" {
			for i := range out.Rows {
				out.Rows[i].Fields[0].List = "places"
			}
		}
	}
	return out
}

// extra is one when the reader asked for another row of a field.
func (f *form) extra(name string) int {
	if f.add == name {
		return 1
	}
	return 0
}

func (f *form) rows(x practices.Field) []formRow {
	n := min(max(1, f.draft.Rows(x.Name)+f.extra(x.Name)), practices.MaxRows)
	var out []formRow
	for i := range n {
		r := formRow{ID: fmt.Sprintf("f-%s-%d", htmlID(x.Name), i), FromName: fmt.Sprintf("%s.%d.from", x.Name, i)}
		r.From = f.draft.Get(r.FromName)
		if x.Name == "sources" || n > 1 {
			r.Legend = f.v.say("contribute.rows."+x.Name, "n", i+1)
		}
		for _, column := range x.Columns {
			r.Fields = append(r.Fields, f.field(column, fmt.Sprintf("%s.%d.%s", x.Name, i, column.Name)))
		}
		out = append(out, r)
	}
	return out
}

// measureGroups are the groups of measures in the order in which they are
// shown: from liberty to what stands around the person.
var measureGroups = []string{"liberty", "standards", "screening", "placement", "case-work", "outcome", "system"}

// options are the words of a vocabulary to choose from. A value that is none
// of them is shown too, as it was typed.
func (f *form) options(x practices.Field, name string) []optionGroup {
	chosen := f.draft.All(name)
	var groups []optionGroup
	var order []string
	for _, g := range measureGroups {
		order = append(order, f.v.say("contribute.group."+g))
	}
	add := func(group, value, label, help string) {
		i := slices.IndexFunc(groups, func(g optionGroup) bool { return g.Label == group })
		if i < 0 {
			i = len(groups)
			groups = append(groups, optionGroup{Label: group})
		}
		o := option{ID: "f-" + htmlID(name) + "-" + value, Value: value, Label: label, Help: help, Chosen: slices.Contains(chosen, value)}
		groups[i].Options = append(groups[i].Options, o)
		groups[i].Open = groups[i].Open || o.Chosen
	}
	var known []string
	if x.Vocabulary != "" {
		for _, t := range vocabulary.Named(x.Vocabulary).Terms {
			group := ""
			if x.Kind == practices.Choices && !x.Needed {
				group = f.label(name) // folded: few answer it
			}
			if x.Vocabulary == "measure" {
				group = f.v.say("contribute.group." + t.Group)
			}
			help := ""
			if name == "standing" {
				help = f.v.say("contribute.standing." + t.ID)
			}
			known = append(known, t.ID)
			add(group, t.ID, t.In(f.v.lang), help)
		}
	}
	for _, w := range x.Words {
		if !slices.Contains(known, w) {
			known = append(known, w)
			label := f.v.say("entry.unknown")
			if x.Name == "review" {
				label = f.v.say("review." + w)
			}
			add("", w, label, "")
		}
	}
	slices.SortStableFunc(groups, func(a, b optionGroup) int { return slices.Index(order, a.Label) - slices.Index(order, b.Label) })
	for i, v := range chosen {
		if !slices.Contains(known, v) {
			add("", v, v, "")
			last := &groups[len(groups)-1].Options
			(*last)[len(*last)-1].ID = fmt.Sprintf("f-%s-typed-%d", htmlID(name), i)
		}
	}
	return groups
}

// countryOptions are the countries by name, then the wider areas.
func (f *form) countryOptions(chosen string) []optionGroup {
	if code, ok := regions.Find(chosen); ok {
		chosen = string(code)
	}
	one, wide := optionGroup{Label: f.v.say("contribute.one_country")}, optionGroup{Label: f.v.say("contribute.several")}
	known := chosen == ""
	for _, c := range regions.ByName(f.v.lang) {
		known = known || string(c.Code) == chosen
		one.Options = append(one.Options, option{Value: string(c.Code), Label: c.Names.In(f.v.lang), Chosen: string(c.Code) == chosen})
	}
	for _, t := range vocabulary.Named("scope").Terms {
		known = known || t.ID == chosen
		wide.Options = append(wide.Options, option{Value: t.ID, Label: t.In(f.v.lang), Chosen: t.ID == chosen})
	}
	if !known {
		one.Options = append([]option{{Value: chosen, Label: chosen, Chosen: true}}, one.Options...)
	}
	return []optionGroup{one, wide}
}

// tongues are languages in which people are likely to write; the others can
// be written in a file.
var tongues = []string{"en", "es", "fr", "pt", "ar", "am", "bn", "de", "el", "fa", "hi", "id", "it", "ku", "ms", "my", "ne", "nl", "pl", "ps", "ru", "so", "sw", "ta", "th", "ti", "tr", "uk", "ur", "vi", "zh"}

// tongue asks for the language of the text.
func (f *form) tongue() formField {
	out := formField{ID: "f-lang", Name: "lang", Label: f.label("lang"), Kind: "choice", Value: f.draft.Lang(), Needed: true}
	g := optionGroup{}
	for _, tag := range tongues {
		g.Options = append(g.Options, option{ID: "f-lang-" + tag, Value: tag, Label: languageName(tag), Lang: tag, Chosen: tag == out.Value})
	}
	if !slices.Contains(tongues, out.Value) {
		g.Options = append(g.Options, option{Value: out.Value, Label: out.Value, Chosen: true})
	}
	out.Groups = []optionGroup{g}
	for _, p := range f.wrong["lang"] {
		out.Problems = append(out.Problems, f.told(p))
		out.Describe = out.ID + "-wrong"
	}
	return out
}
