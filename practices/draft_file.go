package practices

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"opendoor/practices/vocabulary"
	"opendoor/regions/fold"
)

// An entryFile is a file of an entry taken apart so that one field or section
// can be written anew while the rest keeps every letter.
type entryFile struct {
	root   *yaml.Node
	chunks []chunk // of the front matter, in the order of the file
	parts  []part  // of the body
}

// A chunk is one field of the front matter with the comments before it.
type chunk struct{ key, text string }

// A part is one section of the body with its heading; the first may be what
// stands before any heading ("").
type part struct{ id, heading, text string }

// OpenDraft makes a form of a file, for a change or after an upload. A file
// whose front matter cannot be read gives the faults that say why, and no
// draft: its text is still with whoever sent it.
func OpenDraft(file []byte) (*Draft, []Fault) {
	if len(file) > maxFile {
		return nil, []Fault{{Line: 1, Message: fmt.Sprintf("%d bytes; the limit of a file is %d", len(file), maxFile)}}
	}
	base := tidy(string(file))
	f, err := openFile(base)
	if err != nil {
		_, faults := Parse("", []byte(base))
		if !HasErrors(faults) {
			faults = append(faults, Fault{Line: 1, Message: err.Error()})
		}
		return nil, faults
	}
	d := f.values()
	d.Base = base
	return d, nil
}

var errShape = errors.New("the front matter is not one field a line")

func openFile(s string) (*entryFile, error) {
	l := &linter{lines: map[string]int{}}
	front, body, ok := l.split([]byte(s))
	if !ok {
		return nil, errShape
	}
	if len(front) > maxFrontMatter || deep(front) {
		return nil, errShape
	}
	var doc yaml.Node
	if err := decodeYAML(front, &doc); err != nil || len(doc.Content) == 0 {
		return nil, errShape
	}
	var faults []Fault
	r := reader{faults: &faults, lines: map[string]int{}}
	root := doc.Content[0]
	if root.Kind != yaml.MappingNode || !r.plain(root, "", 1) {
		return nil, errShape
	}
	f := &entryFile{root: root}
	if !f.cut(front) {
		return nil, errShape
	}
	f.split(body.s)
	return f, nil
}

// cut takes the front matter apart into its fields, by the lines on which
// they begin. A mapping written in braces has no such lines.
func (f *entryFile) cut(front string) bool {
	lines := strings.SplitAfter(front, "\n")
	begin := 0
	for i := 0; i < len(f.root.Content); i += 2 {
		key := f.root.Content[i]
		if key.Column != 1 || f.root.Style&yaml.FlowStyle != 0 {
			return false
		}
		end := len(lines)
		if i+2 < len(f.root.Content) {
			end = f.root.Content[i+2].Line - 1
			for end > key.Line && strings.HasPrefix(strings.TrimSpace(lines[end-1]), "#") {
				end--
			}
		}
		if end <= begin {
			return false
		}
		f.chunks = append(f.chunks, chunk{key.Value, strings.Join(lines[begin:end], "")})
		begin = end
	}
	return true
}

// split takes the body apart at its fixed headings.
func (f *entryFile) split(body string) {
	current := part{}
	for line := range strings.Lines(body) {
		if m := headingLine.FindStringSubmatch(strings.TrimRight(line, "\n")); m != nil && len(m[1]) == 2 {
			if id := headingNamed(m[2]); id != "" {
				f.parts = append(f.parts, current)
				current = part{id: id, heading: line}
				continue
			}
		}
		current.text += line
	}
	f.parts = slices.DeleteFunc(append(f.parts, current), func(p part) bool { return p.id == "" && strings.TrimSpace(p.text) == "" })
}

// headingNamed is the section that a heading stands for, in any language.
func headingNamed(words string) string {
	want := fold.Name(words)
	for _, t := range vocabulary.Named("heading").Terms {
		for _, label := range t.Label {
			if t.Level == 2 && fold.Name(label) == want {
				return t.ID
			}
		}
	}
	return ""
}

// String puts the file together again.
func (f *entryFile) String() string {
	var b strings.Builder
	b.WriteString("---\n")
	for _, c := range f.chunks {
		b.WriteString(c.text)
		if !strings.HasSuffix(c.text, "\n") {
			b.WriteByte('\n')
		}
	}
	b.WriteString("---\n")
	for _, p := range f.parts {
		b.WriteString(p.heading)
		b.WriteString(p.text)
	}
	return b.String()
}

// node finds a field by its path, nil when the file does not have it.
func (f *entryFile) node(path string) *yaml.Node {
	n := f.root
	for key := range strings.SplitSeq(path, ".") {
		if n = child(n, key); n == nil {
			return nil
		}
	}
	return n
}

func child(n *yaml.Node, key string) *yaml.Node {
	if n == nil || n.Kind != yaml.MappingNode {
		return nil
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == key {
			return n.Content[i+1]
		}
	}
	return nil
}

// values are what a form shows of the file. What is not of the shape that a
// field has stays in the file and is not shown.
func (f *entryFile) values() *Draft {
	d := &Draft{Values: map[string][]string{}}
	for _, field := range append(allFields(), of(Tongue, "lang")) {
		switch {
		case field.text:
			if i := f.part(field.Name); i >= 0 {
				d.Set(field.Name, strings.Trim(f.parts[i].text, "\n"))
			}
		case field.Kind == Rows:
			n := f.node(field.Name)
			if n == nil || n.Kind != yaml.SequenceNode {
				continue
			}
			for i, item := range n.Content[:min(len(n.Content), MaxRows)] {
				for _, c := range field.Columns {
					d.Set(cell(field.Name, i, c.Name), scalars(child(item, c.Name))...)
				}
				if d.filled(field, i) {
					d.Set(cell(field.Name, i, fromRow), strconv.Itoa(i))
				}
			}
		case field.Kind == Lines:
			d.Set(field.Name, strings.Join(scalars(f.node(field.Name)), "\n"))
		case field.Kind == Cited:
			d.Set(field.Name, strings.Join(scalars(f.node(field.Name)), ", "))
		default:
			d.Set(field.Name, scalars(f.node(field.Name))...)
		}
	}
	return d
}

// scalars are the plain values of a node: its own, or those of its list.
func scalars(n *yaml.Node) []string {
	switch {
	case n == nil:
		return nil
	case n.Kind == yaml.ScalarNode:
		return []string{n.Value}
	case n.Kind == yaml.SequenceNode:
		var list []string
		for _, c := range n.Content {
			if c.Kind == yaml.ScalarNode {
				list = append(list, c.Value)
			}
		}
		return list
	}
	return nil
}

func (f *entryFile) part(id string) int {
	return slices.IndexFunc(f.parts, func(p part) bool { return p.id == id })
}

func (f *entryFile) rowKeys(field string) []string {
	n := f.node(field)
	if n == nil || n.Kind != yaml.SequenceNode {
		return nil
	}
	var keys []string
	for _, item := range n.Content {
		keys = append(keys, strings.Join(scalars(child(item, "key")), ""))
	}
	return keys
}
