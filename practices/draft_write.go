package practices

import (
	"encoding/json"
	"reflect"
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"opendoor/practices/vocabulary"
)

// set writes a field anew, in its place or, when it is new, in the order of
// the format. No value at all takes the field out.
func (f *entryFile) set(key, value string) {
	i := slices.IndexFunc(f.chunks, func(c chunk) bool { return c.key == key })
	if value == "" {
		if i >= 0 {
			f.chunks = slices.Delete(f.chunks, i, i+1)
		}
		return
	}
	text := key + ": " + value
	if strings.HasPrefix(value, "\n") {
		text = key + ":" + value
	}
	text = strings.TrimRight(text, "\n") + "\n"
	if i >= 0 {
		f.chunks[i].text = comments(f.chunks[i].text) + text
		return
	}
	order := fieldNames(reflect.TypeFor[Practice]())
	place := slices.Index(order, key)
	at := slices.IndexFunc(f.chunks, func(c chunk) bool { return slices.Index(order, c.key) > place })
	if at < 0 {
		at = len(f.chunks)
	}
	f.chunks = slices.Insert(f.chunks, at, chunk{key, text})
}

// comments are the lines that open a chunk and say nothing of its value.
func comments(text string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		if t := strings.TrimSpace(line); t != "" && !strings.HasPrefix(t, "#") {
			break
		}
		b.WriteString(line)
	}
	return b.String()
}

// everywhere are the fields that every entry has, be they empty.
var everywhere = []string{"title", "summary", "kind", "standing", "countries", "measures", "populations", "actors", "status", "as_of", "sources"}

// setField writes a field that is no row of things, as the form has it.
func (f *entryFile) setField(field Field, d *Draft) {
	value := f.value(field, d.All(field.Name), f.node(field.Name), d)
	key, sub, nested := strings.Cut(field.Name, ".")
	if nested {
		value = f.nested(key, sub, value)
	}
	if value == "" && slices.Contains(everywhere, key) {
		value = "''"
		if field.Kind == Choices {
			value = "[]"
		}
	}
	f.set(key, value)
}

// nested is the mapping of a field with one of its parts written anew.
func (f *entryFile) nested(key, sub, value string) string {
	var parts []string
	seen := false
	if n := f.current(key); n != nil && n.Kind == yaml.MappingNode {
		for i := 0; i+1 < len(n.Content); i += 2 {
			name, text := n.Content[i].Value, flowNode(n.Content[i+1])
			if name == sub {
				seen = true
				text = value
			}
			if text != "" {
				parts = append(parts, name+": "+text)
			}
		}
	}
	if !seen && value != "" {
		parts = append(parts, sub+": "+value)
	}
	if len(parts) == 0 {
		return ""
	}
	return "{" + strings.Join(parts, ", ") + "}"
}

// current is a field as it stands now, after what has been set.
func (f *entryFile) current(key string) *yaml.Node {
	i := slices.IndexFunc(f.chunks, func(c chunk) bool { return c.key == key })
	if i < 0 {
		return nil
	}
	var doc yaml.Node
	if decodeYAML(f.chunks[i].text, &doc) != nil || len(doc.Content) == 0 {
		return nil
	}
	return child(doc.Content[0], key)
}

// value writes the answer to a field as YAML; before is what the file had.
func (f *entryFile) value(field Field, typed []string, before *yaml.Node, d *Draft) string {
	typed = words(typed)
	if len(typed) == 0 {
		return ""
	}
	one := strings.Join(strings.Fields(typed[0]), " ")
	switch field.Kind {
	case Choices:
		var list []string
		for _, v := range scalars(before) {
			if slices.Contains(typed, v) {
				list = append(list, v)
			}
		}
		for _, v := range typed {
			if !slices.Contains(list, v) {
				list = append(list, v)
			}
		}
		return flow(list)
	case Lines:
		return flow(words(strings.Split(typed[0], "\n")))
	case Cited:
		keys := d.keysOf(typed[0])
		if field.Name == "source" && len(keys) > 0 {
			return quoted(keys[0])
		}
		return flow(keys)
	case Amount:
		if n := strings.ReplaceAll(one, " ", ""); numberForm.MatchString(n) {
			return n
		}
	case When:
		if one != "unknown" {
			return "'" + strings.ReplaceAll(one, "'", "''") + "'"
		}
	}
	return quoted(one)
}

var numberForm = regexp.MustCompile(`^-?(0|[1-9][0-9]{0,14})(\.[0-9]{1,6})?$`)

// setRows writes a list of things. A row that came from the file and is as it
// was keeps its text; one that was changed keeps what the form does not ask.
func (f *entryFile) setRows(field Field, list []formRow) {
	n := f.node(field.Name)
	was := f.rowTexts(field.Name)
	var out []string
	for _, r := range list {
		var item *yaml.Node
		if n != nil && n.Kind == yaml.SequenceNode && r.from >= 0 && r.from < len(n.Content) {
			item = n.Content[r.from]
		}
		if item != nil && item.Kind == yaml.MappingNode && was[r.from] != "" && unchanged(field, item, r) {
			out = append(out, was[r.from])
			continue
		}
		out = append(out, "- "+f.row(field, item, r))
	}
	switch {
	case len(out) > 0:
		f.set(field.Name, "\n"+strings.Join(out, "\n"))
	case slices.Contains(everywhere, field.Name):
		f.set(field.Name, "[]")
	default:
		f.set(field.Name, "")
	}
}

func unchanged(field Field, item *yaml.Node, r formRow) bool {
	for _, c := range field.Columns {
		if !same(c, r.values[c.Name], scalars(child(item, c.Name))) {
			return false
		}
	}
	return true
}

// rowTexts are the rows of a list as the file has them, where each begins on
// a line of its own.
func (f *entryFile) rowTexts(field string) []string {
	n := f.node(field)
	i := slices.IndexFunc(f.chunks, func(c chunk) bool { return c.key == field })
	if n == nil || i < 0 || n.Kind != yaml.SequenceNode {
		return nil
	}
	texts := make([]string, len(n.Content))
	if n.Style&yaml.FlowStyle != 0 {
		return texts
	}
	text := strings.TrimPrefix(f.chunks[i].text, comments(f.chunks[i].text))
	lines := strings.Split(strings.TrimRight(text, "\n"), "\n")
	offset := keyLine(f.root, field)
	for i, item := range n.Content {
		begin, end := item.Line-offset, len(lines)
		if i+1 < len(n.Content) {
			end = n.Content[i+1].Line - offset
		}
		if begin >= 1 && begin < end && end <= len(lines) && strings.HasPrefix(lines[begin], "- ") {
			texts[i] = strings.Join(lines[begin:end], "\n")
		}
	}
	return texts
}

func keyLine(root *yaml.Node, key string) int {
	for i := 0; i < len(root.Content); i += 2 {
		if root.Content[i].Value == key {
			return root.Content[i].Line
		}
	}
	return 0
}

// rowOrder is the order in which columns of a new row are written.
var rowOrder = []string{"key", "id", "how", "what", "name", "precision", "lat", "lon", "text", "indicator", "title", "publisher", "date", "value"}

// row writes one row in braces.
func (f *entryFile) row(field Field, item *yaml.Node, r formRow) string {
	column := func(name string) Field {
		if i := slices.IndexFunc(field.Columns, func(c Field) bool { return c.Name == name }); i >= 0 {
			return field.Columns[i]
		}
		switch name {
		case "lat", "lon":
			return Field{Name: name, Kind: Amount}
		case "role":
			if field.Name == "actors" {
				return Field{Name: name, Kind: Choices}
			}
		}
		return Field{Name: name}
	}
	var parts []string
	write := func(name, text string) {
		if text != "" {
			parts = append(parts, name+": "+text)
		}
	}
	written := map[string]bool{}
	if item != nil && item.Kind == yaml.MappingNode {
		for i := 0; i+1 < len(item.Content); i += 2 {
			name, before := item.Content[i].Value, item.Content[i+1]
			c := column(name)
			asked := slices.ContainsFunc(field.Columns, func(c Field) bool { return c.Name == name })
			switch {
			case !asked || same(c, r.values[name], scalars(before)):
				write(name, flowNode(before))
			default:
				write(name, f.value(c, r.values[name], before, r.draft))
			}
			written[name] = true
		}
	}
	names := make([]string, 0, len(r.values))
	for name := range r.values {
		names = append(names, name)
	}
	slices.SortFunc(names, func(a, b string) int { return place(a, field) - place(b, field) })
	for _, name := range names {
		if !written[name] {
			write(name, f.value(column(name), r.values[name], nil, r.draft))
		}
	}
	return "{" + strings.Join(parts, ", ") + "}"
}

func place(name string, field Field) int {
	if i := slices.Index(rowOrder, name); i >= 0 {
		return i
	}
	return len(rowOrder) + 1 + slices.IndexFunc(field.Columns, func(c Field) bool { return c.Name == name })
}

// setSection writes a section of the body anew, in the order of the format.
func (f *entryFile) setSection(id, lang, text string) {
	i := f.part(id)
	switch {
	case i >= 0 && text == "":
		f.parts = slices.Delete(f.parts, i, i+1)
	case i >= 0:
		f.parts[i].text = text + "\n"
	case text != "":
		headings := vocabulary.Named("heading")
		at := slices.IndexFunc(f.parts, func(p part) bool { return p.id != "" && headings.Order(p.id) > headings.Order(id) })
		if at < 0 {
			at = len(f.parts)
			if at > 0 && !strings.HasSuffix(f.parts[at-1].text, "\n") {
				f.parts[at-1].text += "\n"
			}
		}
		f.parts = slices.Insert(f.parts, at, part{id, "## " + headingIn(id, lang) + "\n", text + "\n"})
	}
}

// translateHeadings writes the headings in the language of the text.
func (f *entryFile) translateHeadings(lang string) {
	for i, p := range f.parts {
		if p.id != "" {
			f.parts[i].heading = "## " + headingIn(p.id, lang) + "\n"
		}
	}
}

// flow is a list in brackets.
func flow(values []string) string {
	list := make([]string, len(values))
	for i, v := range values {
		list[i] = quoted(v)
	}
	return "[" + strings.Join(list, ", ") + "]"
}

// flowNode writes a node of the file again, in braces and brackets.
func flowNode(n *yaml.Node) string {
	switch n.Kind {
	case yaml.SequenceNode:
		var list []string
		for _, c := range n.Content {
			list = append(list, flowNode(c))
		}
		return "[" + strings.Join(list, ", ") + "]"
	case yaml.MappingNode:
		var list []string
		for i := 0; i+1 < len(n.Content); i += 2 {
			list = append(list, n.Content[i].Value+": "+flowNode(n.Content[i+1]))
		}
		return "{" + strings.Join(list, ", ") + "}"
	}
	switch {
	case n.ShortTag() != "!!str":
		return n.Value
	case n.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle) != 0 && !strings.Contains(n.Value, "\n"):
		return "'" + strings.ReplaceAll(n.Value, "'", "''") + "'"
	}
	return quoted(n.Value)
}

// bare is text that YAML reads as text without quotes, in a list too.
var bare = regexp.MustCompile(`^[\p{L}][\p{L}\p{M}\p{N} ./()'’“”«»–—-]*$`)

// otherYAML are words that other readers of YAML take for true and false.
var otherYAML = regexp.MustCompile(`^(?i:yes|no|on|off|y|n)$`)

// quoted writes text so that YAML reads the same text.
func quoted(s string) string {
	if strings.ContainsAny(s, "\n") {
		b, _ := json.Marshal(s) // a JSON string is one of YAML, too
		return string(b)
	}
	var n yaml.Node
	if bare.MatchString(s) && !otherYAML.MatchString(s) && !strings.HasSuffix(s, " ") && decodeYAML(s, &n) == nil && len(n.Content) == 1 && n.Content[0].ShortTag() == "!!str" && n.Content[0].Value == s {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", "''") + "'"
}
