package practices

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"opendoor/practices/vocabulary"
)

// A sheet is the form as a file of plain text, for whoever writes without a
// connection: each field is a line that begins with === and its name, and what
// is written below it is the answer. Words to choose from stand in a list with
// brackets before them; a mark between the brackets chooses one.

// sheetRows is how many rows of a field a sheet has room for.
const sheetRows = 3

// WriteSheet writes the questions of a snapshot with the answers of a draft.
// The words come from say, by the keys of the interface: "ask.ID.ask" and
// "ask.ID.help" for a question, "field.NAME" for a field, "sheet.…" for the
// rest.
func WriteSheet(d *Draft, lang string, say func(key string) string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n%s\n\n", say("sheet.heading"), say("sheet.help"))
	fmt.Fprintf(&b, "=== lang · %s\n%s\n\n", say("field.lang"), d.Lang())
	for i, q := range questions {
		if q.More {
			continue
		}
		fmt.Fprintf(&b, "--- %d. %s\n--- %s\n\n", i+1, say("ask."+q.ID+".ask"), strings.ReplaceAll(say("ask."+q.ID+".help"), "\n", "\n--- "))
		for _, f := range q.Fields {
			if f.Kind != Rows {
				d.write(&b, f, f.Name, lang, say)
				continue
			}
			n := max(d.Rows(f.Name), sheetRows)
			if len(f.Columns) == 1 {
				n = 1
			}
			for row := range n {
				for _, c := range f.Columns {
					d.write(&b, c, cell(f.Name, row, c.Name), lang, say)
				}
			}
		}
	}
	return b.String()
}

func (d *Draft) write(b *strings.Builder, f Field, name, lang string, say func(string) string) {
	key := name
	if parts := strings.Split(name, "."); len(parts) == 3 {
		key = parts[0] + "." + parts[2]
	}
	fmt.Fprintf(b, "=== %s · %s\n", name, say("field."+key))
	if f.Vocabulary == "" {
		if text := strings.Join(d.All(name), ", "); text != "" {
			b.WriteString(text + "\n")
		}
		b.WriteString("\n")
		return
	}
	for _, t := range vocabulary.Named(f.Vocabulary).Terms {
		box := "[ ]"
		if slices.Contains(d.All(name), t.ID) {
			box = "[x]"
		}
		fmt.Fprintf(b, "%s %s · %s\n", box, t.ID, t.In(lang))
	}
	b.WriteString("\n")
}

var (
	sheetField  = regexp.MustCompile(`^\s*===\s*([a-z0-9_.-]+)`)
	sheetChoice = regexp.MustCompile(`^\s*\[([^\]]*)\]\s*([a-z0-9-]+)`)
)

// ReadSheet reads a sheet that was filled in; ok says whether the text is one.
// What is no answer to a field of the form is not kept.
func ReadSheet(text, lang string) (d *Draft, ok bool) {
	d = NewDraft(lang)
	name, answer := "", []string{}
	seen := 0
	put := func() {
		f, known := fieldOf(name)
		if !known {
			return
		}
		seen++
		switch {
		case f.Vocabulary != "":
			var chosen []string
			for _, line := range answer {
				m := sheetChoice.FindStringSubmatch(line)
				switch {
				case m != nil && strings.TrimSpace(m[1]) != "":
					chosen = append(chosen, m[2])
				case m == nil && strings.TrimSpace(line) != "":
					// A word written out instead of a mark.
					word := strings.TrimSpace(line)
					if near := vocabulary.Named(f.Vocabulary).Nearest(word); near != "" {
						word = near
					}
					chosen = append(chosen, word)
				}
			}
			d.Set(name, chosen...)
		case f.Kind == Countries:
			d.Set(name, strings.FieldsFunc(strings.Join(answer, ","), func(r rune) bool { return strings.ContainsRune(",;،؛", r) })...)
		case strings.TrimSpace(strings.Join(answer, "")) != "":
			d.Set(name, strings.TrimSpace(strings.Join(answer, "\n")))
		}
	}
	for line := range strings.Lines(tidy(text)) {
		line = strings.TrimRight(line, "\n")
		if m := sheetField.FindStringSubmatch(line); m != nil {
			put()
			name, answer = m[1], nil
			continue
		}
		if !strings.HasPrefix(strings.TrimSpace(line), "---") {
			answer = append(answer, line)
		}
	}
	put()
	return d, seen >= 2
}
