package practices

import (
	"slices"
	"strconv"
	"strings"
)

// A FieldKind says how a field of a form is answered.
type FieldKind int

// The kinds of field.
const (
	Line      FieldKind = iota // a few words on one line
	Prose                      // text of several lines; in the body, with marks
	Choice                     // one word of a vocabulary
	Choices                    // any number of words of a vocabulary
	Lines                      // several short texts, one a line
	Rows                       // several things with the same columns
	Countries                  // countries of ISO 3166-1, or one scope
	Tongue                     // a language of BCP 47
	When                       // a day, month or year
	Amount                     // a number, or "unknown"
	Address                    // a web address
	Cited                      // sources, by their number or key
)

// A Field is one thing that a form asks for. Its name is that of the field in
// the front matter ("evidence.level"), or the id of a section of the text.
type Field struct {
	Name       string
	Kind       FieldKind
	Vocabulary string   // of a Choice or Choices
	Words      []string // other values that a Choice takes, such as "unknown"
	Limit      int      // characters; 0 when only the whole has a limit
	Needed     bool     // by everybody who sends an entry
	Columns    []Field  // of Rows

	text bool // a section of the body
}

// A Question is what is asked in one go: a heading with one field or a few
// that belong together. There are at most twelve in a snapshot.
type Question struct {
	ID     string
	Fields []Field
	More   bool // asked of those who wish to write a full entry
}

// Limits of what is typed into one field, in characters. They keep a form
// within its 256 KiB; the rules of an entry are stricter.
const (
	maxTyped = 300
	maxProse = 20_000
)

// MaxRows is how many rows a form takes in one field.
const MaxRows = 40

func line(name string, limit int) Field { return Field{Name: name, Kind: Line, Limit: limit} }
func choice(name, vocab string, words ...string) Field {
	return Field{Name: name, Kind: Choice, Vocabulary: vocab, Words: words}
}
func choices(name, vocab string) Field { return Field{Name: name, Kind: Choices, Vocabulary: vocab} }
func rows(name string, columns ...Field) Field {
	return Field{Name: name, Kind: Rows, Columns: columns}
}
func section(heading string) Field {
	return Field{Name: heading, Kind: Prose, Limit: maxProse, text: true}
}
func of(kind FieldKind, name string) Field { return Field{Name: name, Kind: kind, Limit: maxTyped} }
func needed(f Field) Field                 { f.Needed = true; return f }

// questions are those of a snapshot, then those of a full entry. What stands
// in a file and is not asked here (consent, review, replies) is the editors'.
var questions = []Question{
	{ID: "short", Fields: []Field{needed(line("title", maxTitle)), needed(Field{Name: "summary", Kind: Prose, Limit: 600})}},
	{ID: "where", Fields: []Field{of(Countries, "countries"), rows("places", line("name", 120))}},
	{ID: "kind", Fields: []Field{needed(choice("kind", "kind")), choice("status", "status"), of(When, "started")}},
	{ID: "who", Fields: []Field{needed(rows("actors", needed(line("name", maxTyped)), needed(choice("type", "actor-type")), choices("role", "actor-role")))}},
	{ID: "whom", Fields: []Field{needed(choices("populations", "population"))}},
	{ID: "offers", Fields: []Field{needed(choices("measures", "measure"))}},
	{ID: "done", Fields: []Field{needed(section("what-was-done"))}},
	{ID: "results", Fields: []Field{section("what-came-of-it")}},
	{ID: "careful", Fields: []Field{needed(section("what-to-be-careful-about"))}},
	{ID: "free", Fields: []Field{choice("standing", "standing"), line("caution", maxTyped)}},
	{ID: "sources", Fields: []Field{needed(rows("sources", needed(line("title", maxTyped)), needed(line("publisher", maxTyped)), line("date", 60),
		needed(choice("kind", "source-kind")), of(Address, "url"), line("where", maxTyped)))}},
	{ID: "you", Fields: []Field{rows("contributors", line("name", 120))}},

	{ID: "advice", More: true, Fields: []Field{section("if-you-are-thinking-of-doing-the-same"), section("questions-for-a-workshop")}},
	{ID: "asked", More: true, Fields: []Field{rows("conditions", choice("what", "condition"), line("by", maxTyped),
		Field{Name: "review", Kind: Choice, Words: []string{"court", "authority", "none", "unknown"}}, line("note", maxTyped)), choice("approach", "approach", "unknown")}},
	{ID: "people", More: true, Fields: []Field{choices("person_status", "person-status"), choices("care_models", "care-model"), choice("lived_experience", "lived-experience")}},
	{ID: "model", More: true, Fields: []Field{choices("elements", "element"), choice("level", "level", "unknown")}},
	{ID: "law", More: true, Fields: []Field{choice("in_law.answer", "answer"), of(Cited, "in_law.sources"), choice("in_practice.answer", "answer"), of(Cited, "in_practice.sources"),
		rows("legal_basis", line("text", maxTyped), of(Cited, "source"))}},
	{ID: "figures", More: true, Fields: []Field{rows("figures", line("what", maxTyped), choice("indicator", "indicator"), of(Amount, "value"), choice("unit", "unit"), of(Amount, "of"),
		line("period", maxTyped), choice("method", "method"), of(Cited, "source"), line("note", maxTyped))}},
	{ID: "evidence", More: true, Fields: []Field{choice("evidence.level", "evidence"), choice("evidence.direction", "direction"), of(When, "as_of"), of(When, "ended")}},
	{ID: "related", More: true, Fields: []Field{rows("related", line("id", 20), choice("how", "relation"), line("note", maxTyped)), of(Lines, "also_called")}},
}

// Questions are what a form asks, in order: those of a snapshot, then those
// of a full entry. The list is shared: read it only.
func Questions() []Question { return questions }

// fieldOf finds the field to which the name of a value belongs: "title", or
// "url" for "sources.0.url".
func fieldOf(name string) (Field, bool) {
	for _, q := range questions {
		for _, f := range q.Fields {
			if f.Name == name {
				return f, true
			}
			rest, inside := strings.CutPrefix(name, f.Name+".")
			if f.Kind != Rows || !inside {
				continue
			}
			row, column, _ := strings.Cut(rest, ".")
			if n, err := strconv.Atoi(row); err != nil || n < 0 || n >= MaxRows {
				return Field{}, false
			}
			if column == fromRow {
				return Field{Name: fromRow, Kind: Line, Limit: 4}, true
			}
			if i := slices.IndexFunc(f.Columns, func(c Field) bool { return c.Name == column }); i >= 0 {
				return f.Columns[i], true
			}
		}
	}
	switch name {
	case "lang":
		return of(Tongue, "lang"), true
	case "remark": // on a change, for the editors
		return Field{Name: name, Kind: Prose, Limit: 4000}, true
	}
	return Field{}, false
}

// fromRow is the column, kept with a row and not shown, that says which row of
// the file it came from, so that what the form does not ask of it stays.
const fromRow = "from"

// cell is the name of a value in a row.
func cell(field string, row int, column string) string {
	return field + "." + strconv.Itoa(row) + "." + column
}

// allFields are the fields of every question.
func allFields() []Field {
	var list []Field
	for _, q := range questions {
		list = append(list, q.Fields...)
	}
	return list
}
