package practices

import (
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/language"

	"opendoor/practices/vocabulary"
	"opendoor/regions/fold"
)

// A ProblemCode names what is wrong with an answer. The interface has words
// for each, in every language.
type ProblemCode string

// The codes, with what their messages fill in.
const (
	Missing      ProblemCode = "missing"       //
	TooLong      ProblemCode = "too_long"      // n characters, limit
	TooShort     ProblemCode = "too_short"     // n words, at least limit
	TooWordy     ProblemCode = "too_wordy"     // n words, at most limit
	NotListed    ProblemCode = "not_listed"    // value
	NoCountry    ProblemCode = "no_country"    // value
	NoDate       ProblemCode = "no_date"       // value
	NoAddress    ProblemCode = "no_address"    // value
	NoNumber     ProblemCode = "no_number"     // value
	NoSource     ProblemCode = "no_source"     // value
	NoLanguage   ProblemCode = "no_language"   // value
	NoEntry      ProblemCode = "no_entry"      // value
	NoWay        ProblemCode = "no_way"        // a source without an address or a word on where it lies
	NoCaution    ProblemCode = "no_caution"    //
	OwnHeading   ProblemCode = "own_heading"   // value
	NoHTML       ProblemCode = "no_html"       //
	TooTangled   ProblemCode = "too_tangled"   //
	UnknownPlace ProblemCode = "unknown_place" // value
	Other        ProblemCode = "other"         // detail: words of the linter, in English

	LostSource  ProblemCode = "lost_source"  // value: what a translation must keep
	AddedSource ProblemCode = "added_source" // value: what its source does not have
	LostNumber  ProblemCode = "lost_number"  // value
	AddedNumber ProblemCode = "added_number" // value
	LostLink    ProblemCode = "lost_link"    // value
	AddedLink   ProblemCode = "added_link"   // value
	NotCaughtUp ProblemCode = "not_caught_up"
)

// ProblemCodes lists them all.
var ProblemCodes = []ProblemCode{Missing, TooLong, TooShort, TooWordy, NotListed, NoCountry, NoDate, NoAddress, NoNumber, NoSource, NoLanguage,
	NoEntry, NoWay, NoCaution, OwnHeading, NoHTML, TooTangled, UnknownPlace, Other,
	LostSource, AddedSource, LostNumber, AddedNumber, LostLink, AddedLink, NotCaughtUp}

// A Problem is something about an answer that must be put right before the
// entry is sent, or, when it is Mild, that an editor can see to.
type Problem struct {
	Field  string // the name of the value: "sources.0.url"
	Code   ProblemCode
	N      int // how many there are
	Limit  int // how many there may or must be
	Value  string
	Detail string
	Mild   bool
}

// Check finds everything that is wrong with a draft, at once and in the order
// of the form. The file is what [Draft.File] made of it with the same setting.
func (d *Draft) Check(s Setting) []Problem {
	c := checker{d: d, setting: s}
	for _, f := range append(allFields(), of(Tongue, "lang")) {
		if f.Kind != Rows {
			c.answer(f, f.Name)
			continue
		}
		filled := 0
		for i := range d.Rows(f.Name) {
			if !d.filled(f, i) {
				continue
			}
			filled++
			for _, column := range f.Columns {
				c.answer(column, cell(f.Name, i, column.Name))
			}
		}
		if f.Needed && filled == 0 {
			c.add(Problem{Field: cell(f.Name, 0, f.Columns[0].Name), Code: Missing})
		}
	}
	c.together()
	c.lint()
	order := map[string]int{}
	for i, f := range allFields() {
		order[f.Name] = i
	}
	slices.SortStableFunc(c.found, func(a, b Problem) int { return order[topField(a.Field)] - order[topField(b.Field)] })
	return c.found
}

// topField is the field of a form in which a value stands.
func topField(name string) string {
	for _, f := range allFields() {
		if name == f.Name || strings.HasPrefix(name, f.Name+".") {
			return f.Name
		}
	}
	return name
}

// Sendable says whether nothing but mild problems is left.
func Sendable(problems []Problem) bool {
	return !slices.ContainsFunc(problems, func(p Problem) bool { return !p.Mild })
}

type checker struct {
	d       *Draft
	setting Setting
	found   []Problem
}

func (c *checker) add(p Problem) {
	p.Value = clip(p.Value)
	c.found = append(c.found, p)
}

func (c *checker) has(field string) bool {
	return slices.ContainsFunc(c.found, func(p Problem) bool { return p.Field == field })
}

// answer checks one value by the kind of its field.
func (c *checker) answer(f Field, name string) {
	values := words(c.d.All(name))
	if len(values) == 0 {
		if f.Needed {
			c.add(Problem{Field: name, Code: Missing})
		}
		return
	}
	one := values[0]
	if n := utf8.RuneCountInString(one); f.Limit > 0 && n > f.Limit {
		c.add(Problem{Field: name, Code: TooLong, N: n, Limit: f.Limit})
		return
	}
	wrong := func(code ProblemCode) { c.add(Problem{Field: name, Code: code, Value: one}) }
	switch f.Kind {
	case Choice, Choices:
		for _, v := range values {
			known := slices.Contains(f.Words, v) || f.Vocabulary != "" && vocabulary.Named(f.Vocabulary).Has(v)
			if !known {
				c.add(Problem{Field: name, Code: NotListed, Value: v})
			}
		}
	case Countries:
		for _, v := range values {
			if _, ok := countryOf(v); !ok && !vocabulary.Named("scope").Has(v) {
				c.add(Problem{Field: name, Code: NoCountry, Value: v})
			}
		}
	case When:
		if _, ok := ParseDate(one); !ok && one != "unknown" {
			wrong(NoDate)
		}
	case Address:
		if u, err := url.Parse(one); err != nil || (u.Scheme != "https" && u.Scheme != "http") || u.Host == "" {
			wrong(NoAddress)
		}
	case Amount:
		if one != "unknown" && !numberForm.MatchString(strings.ReplaceAll(one, " ", "")) {
			wrong(NoNumber)
		}
	case Tongue:
		if _, err := language.Parse(one); err != nil {
			wrong(NoLanguage)
		}
	case Cited:
		known := c.d.sourceKeys()
		for _, key := range c.d.keysOf(one) {
			if !slices.Contains(known, key) {
				c.add(Problem{Field: name, Code: NoSource, Value: key})
			}
		}
	case Prose:
		c.prose(f, name, one)
	}
	if f.Name == "id" && !ValidID(one) {
		wrong(NoEntry)
	}
}

var (
	tagLike     = regexp.MustCompile(`<[A-Za-z/!]`)
	citedKey    = regexp.MustCompile(`\[\^([A-Za-z0-9_-]{1,60})\]`)
	ownHeadings = regexp.MustCompile(`(?m)^ {0,3}(#{1,6})[ \t]+(.+?)[ \t#]*$`)
)

// prose checks a text of several lines.
func (c *checker) prose(f Field, name, text string) {
	if f.Name == "summary" {
		switch n := len(strings.Fields(text)); {
		case n < minSummary:
			c.add(Problem{Field: name, Code: TooShort, N: n, Limit: minSummary})
		case n > maxSummary:
			c.add(Problem{Field: name, Code: TooWordy, N: n, Limit: maxSummary})
		}
		return
	}
	for _, m := range ownHeadings.FindAllStringSubmatch(text, -1) {
		if !subheading(m[1], m[2], c.d.Lang()) {
			c.add(Problem{Field: name, Code: OwnHeading, Value: m[2]})
			break
		}
	}
	if m := tagLike.FindStringIndex(text); m != nil && (m[0] == 0 || text[m[0]-1] != '\\') {
		c.add(Problem{Field: name, Code: NoHTML})
	}
	known := c.d.sourceKeys()
	for _, m := range citedKey.FindAllStringSubmatch(text, -1) {
		if !slices.Contains(known, m[1]) {
			c.add(Problem{Field: name, Code: NoSource, Value: m[1]})
			break
		}
	}
	if l := (&linter{}); !l.markdownLimits(textOf(text)) {
		c.add(Problem{Field: name, Code: TooTangled})
	}
}

func textOf(s string) text { return text{s: s} }

// subheading says whether a heading within a section is one of the few that
// the format has.
func subheading(marks, words, lang string) bool {
	for _, t := range vocabulary.Named("heading").Terms {
		if t.Level == 3 && len(marks) == 3 && fold.Name(t.In(lang)) == fold.Name(words) {
			return true
		}
	}
	return false
}

// together checks what must agree between answers.
func (c *checker) together() {
	d := c.d
	if len(d.Codes()) == 0 && d.Scope() == "" && d.Base == "" && !c.has("countries") {
		c.add(Problem{Field: "countries", Code: Missing})
	}
	if t, _ := vocabulary.Named("standing").Get(d.Get("standing")); t.Caution {
		if d.Get("caution") == "" {
			c.add(Problem{Field: "caution", Code: NoCaution})
		}
		c.found = slices.DeleteFunc(c.found, func(p Problem) bool { return p.Field == "measures" && p.Code == Missing })
	}
	for i := range d.Rows("sources") {
		if d.filled(questionField("sources"), i) && d.Get(cell("sources", i, "url")) == "" && d.Get(cell("sources", i, "where")) == "" && d.Get(cell("sources", i, "from")) == "" {
			c.add(Problem{Field: cell("sources", i, "url"), Code: NoWay})
		}
	}
	for i := range d.Rows("places") {
		name := d.Get(cell("places", i, "name"))
		if name == "" || d.Get(cell("places", i, fromRow)) != "" {
			continue
		}
		found := false
		if c.setting.Locate != nil {
			_, found = c.setting.Locate(d.Codes(), name)
		}
		if !found {
			c.add(Problem{Field: cell("places", i, "name"), Code: UnknownPlace, Value: name, Mild: true})
		}
	}
	length := 0
	for _, f := range allFields() {
		if f.text {
			length += len(strings.Fields(d.Get(f.Name)))
		}
	}
	if written := d.Get("what-was-done") != "" && d.Get("what-to-be-careful-about") != ""; written && length < minWords {
		c.add(Problem{Field: "what-was-done", Code: TooShort, N: length, Limit: minWords})
	} else if length > maxWords {
		c.add(Problem{Field: "what-was-done", Code: TooWordy, N: length, Limit: maxWords})
	}
}

// lint adds what the rules of an entry find and the checks above do not: in
// files that people upload, and in answers of a full entry. An editor can see
// to it.
func (c *checker) lint() {
	if !Sendable(c.found) {
		return // the plain words first; most of the rest goes with them
	}
	p, faults := Parse("", c.d.File(c.setting))
	for _, f := range faults {
		field := c.fieldOfFault(p, f)
		left := field == "standing" && c.d.Get(field) == "" // to the editor, as the form says
		if f.Warning || left || c.has(field) || harmWords(f.Message) {
			continue
		}
		c.add(Problem{Field: field, Code: Other, Detail: f.Message, Mild: true})
	}
}

// harmWords says whether a fault is one that [Harm] tells of.
func harmWords(message string) bool {
	return slices.ContainsFunc(harmful, func(h harmRule) bool {
		return strings.HasSuffix(message, "looks like "+h.what+"; leave it out")
	})
}

var rowPath = regexp.MustCompile(`^([a-z_]+)\[(\d+)\](?:\.([a-z_]+))?`)

// fieldOfFault is the place in the form of a fault of the file.
func (c *checker) fieldOfFault(p *Practice, f Fault) string {
	if m := rowPath.FindStringSubmatch(f.Field); m != nil {
		row, _ := strconv.Atoi(m[2])
		field, ok := fieldOf(m[1])
		if !ok {
			return ""
		}
		if field.Kind != Rows {
			return m[1]
		}
		column := field.Columns[0].Name
		if slices.ContainsFunc(field.Columns, func(f Field) bool { return f.Name == m[3] }) {
			column = m[3]
		}
		return cell(m[1], row, column)
	}
	if key, ok := strings.CutPrefix(f.Field, "figures."); ok {
		i := slices.IndexFunc(p.Figures, func(f Figure) bool { return f.Key == key })
		return cell("figures", max(i, 0), "what")
	}
	if f.Field == "body" || f.Field == "heading" || f.Field == "text" {
		return "what-was-done"
	}
	if field, ok := fieldOf(f.Field); ok && field.Kind != Rows {
		return f.Field
	}
	if field, ok := fieldOf(f.Field); ok {
		return cell(f.Field, 0, field.Columns[0].Name)
	}
	return map[string]string{"evidence": "evidence.level", "in_law": "in_law.answer", "in_practice": "in_practice.answer"}[f.Field]
}
