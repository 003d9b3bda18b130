package practices

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"opendoor/practices/vocabulary"
	"opendoor/regions"
)

// A Draft is an entry as somebody fills it in: every value as typed, right or
// wrong, by the name of its field. It is what a form shows, what is kept
// between two visits, and what becomes a file when it is asked for.
//
// A change begins from the file of an entry. Of that file [Draft.File] changes
// what the form says differently, and leaves everything else as it stands, to
// the letter.
type Draft struct {
	Values map[string][]string `json:"values"`
	Base   string              `json:"base,omitempty"` // the file that the draft began from

	keys struct { // of the sources of Base, read once
		of   string
		list []string
	}
}

// NewDraft is an empty form for an entry in a language.
func NewDraft(lang string) *Draft {
	d := &Draft{}
	d.Set("lang", lang)
	return d
}

// Get gives the first value of a field as typed, "" when there is none.
func (d *Draft) Get(name string) string {
	if v := d.Values[name]; len(v) > 0 {
		return v[0]
	}
	return ""
}

// All gives every value of a field.
func (d *Draft) All(name string) []string { return d.Values[name] }

// Set puts values in the place of those of a field. What a form does not ask
// for is not kept.
func (d *Draft) Set(name string, values ...string) {
	f, ok := fieldOf(name)
	if !ok {
		return
	}
	var kept []string
	for _, v := range values {
		v = tidy(v)
		if f.Kind != Prose && f.Kind != Lines {
			v = strings.TrimSpace(strings.ReplaceAll(v, "\n", " "))
		}
		if strings.TrimSpace(v) != "" {
			kept = append(kept, v)
		}
	}
	if d.Values == nil {
		d.Values = map[string][]string{}
	}
	if delete(d.Values, name); len(kept) > 0 {
		d.Values[name] = kept
	}
}

// tidy takes out of a text what nobody sees or means: line ends of other
// systems, control characters, and marks that turn the direction of a line,
// which come along when text is copied. Joiners stay.
func tidy(s string) string {
	s = strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\r\n", "\n")
	s = strings.Map(func(r rune) rune {
		switch {
		case r == '\r':
			return '\n'
		case r == '\n', r == '\t':
			return r
		case unicode.IsControl(r), r >= 0x202A && r <= 0x202E, r >= 0x2066 && r <= 0x2069, r == 0xFEFF, r == 0xFFFE, r == 0xFFFF:
			return -1
		}
		return r
	}, s)
	return norm.NFC.String(s)
}

// Rows is how many rows of a field hold something: the place of the last one,
// and one.
func (d *Draft) Rows(field string) int {
	n := 0
	for name := range d.Values {
		if rest, ok := strings.CutPrefix(name, field+"."); ok {
			row, column, _ := strings.Cut(rest, ".")
			if i, err := strconv.Atoi(row); err == nil && column != fromRow && i >= n && i < MaxRows {
				n = i + 1
			}
		}
	}
	return n
}

// Lang is the language in which the entry is written.
func (d *Draft) Lang() string { return cmp.Or(d.Get("lang"), "en") }

// Title is what to call the draft in a list.
func (d *Draft) Title() string { return d.Get("title") }

// Empty says whether nothing but the language has been filled in.
func (d *Draft) Empty() bool {
	return d.Base == "" && len(d.Values) <= 1 && (len(d.Values) == 0 || d.Get("lang") != "")
}

// Codes are the countries that the draft names, by code or by name in any of
// the five languages; what is no country is left out.
func (d *Draft) Codes() []regions.Code {
	var list []regions.Code
	for _, v := range d.All("countries") {
		if code, ok := countryOf(v); ok && !slices.Contains(list, code) {
			list = append(list, code)
		}
	}
	return list
}

// countryOf reads a country as it may be typed.
func countryOf(v string) (regions.Code, bool) {
	code := regions.Code(strings.ToUpper(strings.TrimSpace(v)))
	if _, ok := regions.Lookup(code); ok && !vocabulary.Named("scope").Has(v) {
		return code, true
	}
	return regions.Find(v)
}

// Scope is the wider area that the draft names instead of a country, "" when
// it names none.
func (d *Draft) Scope() string {
	for _, v := range d.All("countries") {
		if vocabulary.Named("scope").Has(v) {
			return v
		}
	}
	return ""
}

// Prefix is how the id of the entry will begin: by its one country, by the
// scope it names, or as worldwide.
func (d *Draft) Prefix() string {
	if scope := d.Scope(); scope != "" {
		return scope
	}
	if codes := d.Codes(); len(codes) > 0 && regionOf(strings.ToLower(string(codes[0]))) != "" {
		return strings.ToLower(string(codes[0]))
	}
	return "int"
}

// A Setting is what a file needs and no form asks.
type Setting struct {
	ID        string // "" for a new entry: a number is given when it is accepted
	Now       time.Time
	Anonymous string // who told it, when they do not wish to be named
	// Locate finds a town of a country; nil knows none.
	Locate func(countries []regions.Code, town string) (Place, bool)
}

// provisional is the number of an entry that has none yet.
const provisional = "-0000"

// starter is the file from which a new entry begins: what is the same for all.
func (d *Draft) starter(s Setting) string {
	id := cmp.Or(s.ID, d.Prefix()+provisional)
	return fmt.Sprintf(`---
schema: 1
id: %s
lang: %s
title: ''
summary: ''
kind: ''
standing: ''
countries: []
measures: []
populations: []
actors: []
status: unknown
as_of: '%s'
evidence: {level: told, direction: unclear}
sources: []
contributors:
- {name: %s, role: author}
review: {state: contributed, by: [], next: '%s'}
licence: CC-BY-4.0
---
`, id, quoted(d.Lang()), s.Now.Format("2006-01-02"), quoted(cmp.Or(s.Anonymous, "unknown")), s.Now.AddDate(1, 0, 0).Format("2006-01"))
}

// File writes the Markdown file of the draft. A draft that began from a file
// gives that file back with what the form says differently, and no other
// letter changed.
func (d *Draft) File(s Setting) []byte {
	base := d.Base
	if base == "" {
		base = d.starter(s)
	}
	f, err := openFile(base)
	if err != nil {
		// A base is only kept once it could be read, so this is a draft that
		// somebody made by hand.
		f, _ = openFile(d.starter(s))
	}
	was := f.values()
	if d.Base == "" {
		was.Values = map[string][]string{"lang": {d.Lang()}}
	}
	for _, field := range append(allFields(), of(Tongue, "lang")) {
		if !d.differs(was, field) {
			continue
		}
		switch {
		case field.text:
			f.setSection(field.Name, d.Lang(), d.prose(field.Name))
		case field.Name == "countries":
			f.set("countries", flow(codeStrings(d.Codes())))
		case field.Name == "places":
			f.setRows(field, d.places(s))
		case field.Kind == Rows:
			f.setRows(field, d.rowsOf(field))
		default:
			f.setField(field, d)
		}
	}
	if d.Lang() != was.Lang() {
		f.translateHeadings(d.Lang())
	}
	return []byte(f.String())
}

// differs says whether the form says something else than the file it began
// from.
func (d *Draft) differs(was *Draft, f Field) bool {
	if f.Kind != Rows {
		return !same(f, d.All(f.Name), was.All(f.Name))
	}
	n := d.Rows(f.Name)
	if n != was.Rows(f.Name) {
		return true
	}
	for i := range n {
		for _, c := range append(f.Columns, Field{Name: fromRow}) {
			if name := cell(f.Name, i, c.Name); !same(c, d.All(name), was.All(name)) {
				return true
			}
		}
	}
	return false
}

// same says whether two answers to a field are one: the order of what was
// chosen, and space around a text, say nothing.
func same(f Field, a, b []string) bool {
	a, b = words(a), words(b)
	if f.Kind == Choices {
		slices.Sort(a)
		slices.Sort(b)
	}
	return slices.Equal(a, b)
}

// words are the values of a field without the space around them.
func words(values []string) []string {
	var out []string
	for _, v := range values {
		if v = strings.TrimSpace(v); v != "" {
			out = append(out, v)
		}
	}
	return out
}

func codeStrings(codes []regions.Code) []string {
	var out []string
	for _, c := range codes {
		out = append(out, string(c))
	}
	return out
}

// A formRow is one row as filled in.
type formRow struct {
	at     int // its place in the form
	from   int // the row of the file it came from; -1 for a new one
	draft  *Draft
	values map[string][]string
}

// rowsOf are the rows of a field that hold anything.
func (d *Draft) rowsOf(f Field) []formRow {
	var list []formRow
	for i := range d.Rows(f.Name) {
		r := formRow{at: i, from: -1, draft: d, values: map[string][]string{}}
		if n, err := strconv.Atoi(d.Get(cell(f.Name, i, fromRow))); err == nil {
			r.from = n
		}
		for _, c := range f.Columns {
			if v := d.All(cell(f.Name, i, c.Name)); len(v) > 0 {
				r.values[c.Name] = v
			}
		}
		if len(r.values) > 0 {
			list = append(list, r)
		}
	}
	d.complete(f, list)
	return list
}

// complete fills what follows from the rest of a row: the key of a source, a
// date that the source does not have, a part that somebody named plays.
func (d *Draft) complete(f Field, list []formRow) {
	for _, r := range list {
		missing := func(column, value string) {
			if len(r.values[column]) == 0 && r.from < 0 {
				r.values[column] = []string{value}
			}
		}
		switch f.Name {
		case "sources":
			missing("date", "undated")
			missing("key", d.sourceKeys()[r.at])
		case "figures":
			missing("key", fmt.Sprintf("figure-%d", r.at+1))
			missing("period", "unknown")
		case "actors":
			missing("role", "runs")
		case "contributors":
			missing("role", "author")
		}
	}
}

// sourceKeys are the keys of the sources by their place in the form: those of
// the file, and new ones for new rows; "" for a row without a source.
func (d *Draft) sourceKeys() []string {
	if d.keys.of != d.Base {
		d.keys.of, d.keys.list = d.Base, nil
		if f, err := openFile(d.Base); err == nil {
			d.keys.list = f.rowKeys("sources")
		}
	}
	had := d.keys.list
	keys := make([]string, d.Rows("sources"))
	for i := range keys {
		if !d.filled(questionField("sources"), i) {
			continue
		}
		if n, err := strconv.Atoi(d.Get(cell("sources", i, fromRow))); err == nil && n >= 0 && n < len(had) && had[n] != "" {
			keys[i] = had[n]
			continue
		}
		key := fmt.Sprintf("source-%d", i+1)
		for slices.Contains(had, key) {
			key += "b"
		}
		keys[i] = key
	}
	return keys
}

// filled says whether a row holds anything.
func (d *Draft) filled(f Field, row int) bool {
	return slices.ContainsFunc(f.Columns, func(c Field) bool { return d.Get(cell(f.Name, row, c.Name)) != "" })
}

// keysOf reads the sources that somebody names, by number or by key.
func (d *Draft) keysOf(typed string) []string {
	known := d.sourceKeys()
	var keys []string
	for _, w := range strings.FieldsFunc(typed, func(r rune) bool { return strings.ContainsRune(" ,;[]^", r) }) {
		if n, err := strconv.Atoi(w); err == nil && n >= 1 && n <= len(known) && known[n-1] != "" {
			w = known[n-1]
		}
		keys = append(keys, w)
	}
	return keys
}

func questionField(name string) Field {
	f, ok := fieldOf(name)
	if !ok {
		panic("practices: no question asks for " + name)
	}
	return f
}

// places are those of the form that lie somewhere: as the file has them, or
// found by name. What cannot be found stays in the draft, for the editor.
func (d *Draft) places(s Setting) []formRow {
	var list []formRow
	for _, r := range d.rowsOf(questionField("places")) {
		if r.from < 0 && len(r.values["name"]) > 0 {
			if s.Locate == nil {
				continue
			}
			at, ok := s.Locate(d.Codes(), r.values["name"][0])
			if !ok {
				continue
			}
			r.values["name"] = []string{at.Name}
			r.values["precision"] = []string{at.Precision}
			r.values["lat"] = []string{strconv.FormatFloat(at.Lat, 'f', -1, 64)}
			r.values["lon"] = []string{strconv.FormatFloat(at.Lon, 'f', -1, 64)}
		}
		list = append(list, r)
	}
	return list
}

// prose is a text of the body, with [1] written as the citation it stands for.
func (d *Draft) prose(name string) string {
	return citing(strings.TrimSpace(d.Get(name)), d.sourceKeys())
}
