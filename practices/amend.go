package practices

import (
	"fmt"
	"slices"
	"strings"

	"opendoor/practices/vocabulary"
)

// An Amendment is what editors add to an entry and no form asks for: its
// number, who read it, who answered it, what consent it rests on. The zero
// value changes nothing.
type Amendment struct {
	ID        string        // the number that a new entry is given
	Readers   []string      // an editor and a practitioner of another organisation, who read the whole of it
	On        string        // the day on which they had: "2026-11-21"
	Credits   []Contributor // named beside those who wrote it
	Responses []Response
	Consents  []Consent
}

// Amend writes an amendment into the file of an entry. All else stays to the
// letter.
func Amend(file []byte, a Amendment) ([]byte, error) {
	f, err := openFile(tidy(string(file)))
	if err != nil {
		return nil, fmt.Errorf("amend: %w", err)
	}
	if a.ID != "" {
		f.set("id", a.ID)
	}
	if len(a.Readers) > 0 {
		f.set("review", "{state: reviewed, by: "+flow(a.Readers)+", on: "+quoted(a.On)+"}")
	}
	for _, c := range a.Credits {
		f.addRow("contributors", "name", c.Name, "role", c.Role)
	}
	for _, r := range a.Responses {
		f.addRow("responses", "from", r.From, "date", r.Date.String(), "text", r.Text, "url", r.URL)
	}
	for _, c := range a.Consents {
		f.addRow("consent", "for", c.For, "scope", c.Scope, "date", c.Date.String(), "ref", c.Ref)
	}
	return []byte(f.String()), nil
}

// addRow puts a row at the end of a list, of columns and their values in turn;
// empty ones are left out.
func (f *entryFile) addRow(field string, columns ...string) {
	var rows []string
	if n := f.current(field); n != nil {
		for _, item := range n.Content {
			rows = append(rows, "- "+flowNode(item))
		}
	}
	var parts []string
	for i := 0; i+1 < len(columns); i += 2 {
		if columns[i+1] != "" {
			parts = append(parts, columns[i]+": "+quotedDate(columns[i+1]))
		}
	}
	rows = append(rows, "- {"+strings.Join(parts, ", ")+"}")
	f.set(field, "\n"+strings.Join(rows, "\n"))
}

// quotedDate quotes what YAML would take for a date.
func quotedDate(s string) string {
	if _, ok := ParseDate(s); ok {
		return "'" + s + "'"
	}
	return quoted(s)
}

// Rebase brings a change onto a newer text of its entry: each field and section
// that the change altered stands in the result as the change has it, and all
// else as the newer text has it. Contested are those that both altered, by
// their names; there the words of the change stand, for an editor to look at.
func Rebase(base, change, newer []byte) (merged []byte, contested []string, err error) {
	var files [3]*entryFile
	for i, data := range [][]byte{base, change, newer} {
		if files[i], err = openFile(tidy(string(data))); err != nil {
			return nil, nil, fmt.Errorf("rebase: %w", err)
		}
	}
	was, theirs, out := files[0], files[1], files[2]
	settle := func(name, was, theirs, ours string, put func(string)) {
		switch was, theirs, ours := strings.TrimSpace(was), strings.TrimSpace(theirs), strings.TrimSpace(ours); {
		case theirs == was, theirs == ours:
			return
		case ours != was:
			contested = append(contested, name)
		}
		put(theirs)
	}
	for _, key := range union(was.keys(), theirs.keys(), out.keys()) {
		settle(key, was.field(key), theirs.field(key), out.field(key), func(value string) { out.set(key, strings.TrimLeft(value, " ")) })
	}
	for _, id := range union(was.sections(), theirs.sections(), out.sections()) {
		lang := strings.Join(scalars(out.node("lang")), "")
		settle(id, was.section(id), theirs.section(id), out.section(id), func(text string) { out.setSection(id, lang, strings.Trim(text, "\n")) })
	}
	return []byte(out.String()), contested, nil
}

func union(lists ...[]string) []string {
	var all []string
	for _, name := range slices.Concat(lists...) {
		if !slices.Contains(all, name) {
			all = append(all, name)
		}
	}
	return all
}

func (f *entryFile) keys() []string {
	var names []string
	for _, c := range f.chunks {
		names = append(names, c.key)
	}
	return names
}

// field is what stands after the name of a field, "" when there is none.
func (f *entryFile) field(key string) string {
	i := slices.IndexFunc(f.chunks, func(c chunk) bool { return c.key == key })
	if i < 0 {
		return ""
	}
	text := strings.TrimPrefix(f.chunks[i].text, comments(f.chunks[i].text))
	return strings.TrimPrefix(text, key+":")
}

func (f *entryFile) sections() []string {
	var ids []string
	for _, id := range vocabulary.Named("heading").IDs() {
		if f.part(id) >= 0 {
			ids = append(ids, id)
		}
	}
	return ids
}

func (f *entryFile) section(id string) string {
	if i := f.part(id); i >= 0 {
		return f.parts[i].text
	}
	return ""
}
