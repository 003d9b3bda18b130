package practices

import (
	"bytes"
	"fmt"
	"html/template"

	"github.com/yuin/goldmark/parser"
	gtext "github.com/yuin/goldmark/text"
)

// A Document is a Markdown file of the catalogue that is no entry, such as a
// collection for a workshop: plain fields, then free text. It is read with the
// strictness of an entry, and its faults name their lines in the same way.
type Document struct {
	Given map[string]bool // the top-level fields that the file has, empty or not
	Body  template.HTML   // the text below the fields, sanitised

	l *linter
}

// ReadDocument fills fields, a pointer to a struct with yaml tags, from the
// front matter of a file, which may have limit bytes at most, and renders its
// text.
func ReadDocument(path string, data []byte, limit int, fields any) *Document {
	d := &Document{Given: map[string]bool{}, l: &linter{file: path, lines: map[string]int{}}}
	front, body, ok := d.l.split(data)
	if !ok {
		return d
	}
	r := reader{faults: &d.l.faults, file: path, offset: d.l.before, lines: d.l.lines, limit: limit}
	d.Given = r.read(front, fields)
	if d.l.markdownLimits(body) {
		d.Body = d.l.document(body)
	}
	return d
}

// document renders free text, which has no headings of its own to keep to and
// no sources to cite.
func (l *linter) document(t text) template.HTML {
	src := []byte(t.s)
	doc := markdown.Parser().Parse(gtext.NewReader(src), parser.WithContext(parser.NewContext()))
	cite := newCitations(nil)
	l.nodes(doc, src, t, cite)
	for key, line := range cite.unknown {
		l.add(line, "body", "[^%s]: a text without sources cites none; name the entry instead", key)
	}
	l.harmIn(t.line(0), "body", plainText(doc, src))
	var out bytes.Buffer
	if err := markdown.Renderer().Render(&out, src, doc); err != nil {
		l.add(t.line(0), "body", "cannot be rendered: %v", err)
		return ""
	}
	return template.HTML(allowed().SanitizeBytes(out.Bytes()))
}

// Fault notes that a field is wrong: "cases[2].id".
func (d *Document) Fault(field, format string, args ...any) { d.l.fieldFault(field, format, args...) }

// Warn notes what an editor should see, but what keeps nothing from being
// published.
func (d *Document) Warn(field, format string, args ...any) { d.l.fieldWarning(field, format, args...) }

// Words checks a piece of text of a field: its length in letters, and that it
// leads nobody to a person or a house.
func (d *Document) Words(field, words string, most int) {
	if n := len([]rune(words)); n > most {
		d.Fault(field, "%d letters; the limit is %d", n, most)
	}
	d.l.harmIn(d.l.at(field), field, words)
}

// Term checks that a field holds a word of a vocabulary.
func (d *Document) Term(field, vocab, id string) { d.l.term(field, vocab, id) }

// Language checks that a field holds a language tag.
func (d *Document) Language(field, tag string) { d.l.language(field, tag) }

// Faults are all that was found, in the order of the lines.
func (d *Document) Faults() []Fault {
	SortFaults(d.l.faults)
	return d.l.faults
}

// Indexed names one item of a list field, "cases[2]".
func Indexed(field string, i int) string { return fmt.Sprintf("%s[%d]", field, i) }
