package practices

import (
	"cmp"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"opendoor/regions/fold"
)

// The limits of a front matter. They keep a reader of the file, and the YAML
// parser, out of trouble; honest entries stay well inside.
const (
	maxFrontMatter = 8 << 10 // bytes
	maxKeys        = 64      // top-level fields
	maxDepth       = 4       // levels of lists and maps
)

// scalarSetter is a type that reads a scalar itself and says in words what it
// wanted when it cannot.
type scalarSetter interface {
	setScalar(tag, value string) (fault string)
}

// A reader fills a struct from the YAML nodes of a front matter, strictly,
// and remembers the line of every field so that later rules can name it.
type reader struct {
	faults *[]Fault
	file   string
	offset int            // lines of the file before the YAML begins
	lines  map[string]int // field path to line in the file
	limit  int            // bytes of the front matter; 0 for maxFrontMatter
}

func (r *reader) fault(n *yaml.Node, field, format string, args ...any) {
	*r.faults = append(*r.faults, Fault{File: r.file, Line: n.Line + r.offset, Field: field, Message: fmt.Sprintf(format, args...)})
}

// read fills v, a pointer to a struct, from the text of a front matter, and
// returns the top-level fields that the text gives.
func (r *reader) read(text string, v any) map[string]bool {
	given := map[string]bool{}
	if limit := cmp.Or(r.limit, maxFrontMatter); len(text) > limit {
		*r.faults = append(*r.faults, Fault{File: r.file, Line: 1, Field: "front matter", Message: fmt.Sprintf("%d bytes; the limit is %d: shorten notes, or make two entries joined by related", len(text), limit)})
		return given
	}
	if deep(text) {
		*r.faults = append(*r.faults, Fault{File: r.file, Line: 1, Field: "front matter", Message: fmt.Sprintf("nested too deep; the limit is %d levels", maxDepth)})
		return given
	}
	var doc yaml.Node
	if err := decodeYAML(text, &doc); err != nil {
		line, message := yamlError(err)
		*r.faults = append(*r.faults, Fault{File: r.file, Line: line + r.offset, Field: "front matter", Message: "cannot be read as YAML: " + message})
		return given
	}
	if len(doc.Content) == 0 {
		*r.faults = append(*r.faults, Fault{File: r.file, Line: 1, Field: "front matter", Message: "empty; opendoor new writes one to start from"})
		return given
	}
	root := doc.Content[0]
	if !r.plain(root, "", 1) {
		return given
	}
	if root.Kind != yaml.MappingNode {
		r.fault(root, "front matter", "must be fields, one a line: \"title: …\"")
		return given
	}
	if len(root.Content)/2 > maxKeys {
		r.fault(root, "front matter", "%d fields; the limit is %d", len(root.Content)/2, maxKeys)
		return given
	}
	for i := 0; i < len(root.Content); i += 2 {
		given[root.Content[i].Value] = true
	}
	r.fill(root, reflect.ValueOf(v).Elem(), "")
	return given
}

// decodeYAML turns a panic of the YAML library into an error, as its input is
// whatever people send.
func decodeYAML(text string, doc *yaml.Node) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("yaml: %v", p)
		}
	}()
	return yaml.Unmarshal([]byte(text), doc)
}

// deep says whether brackets are nested far beyond the limit, which is asked
// before the parser sees them.
func deep(text string) bool {
	depth := 0
	for _, c := range text {
		switch c {
		case '[', '{':
			if depth++; depth > 4*maxDepth {
				return true
			}
		case ']', '}':
			depth = max(0, depth-1)
		}
	}
	return false
}

// yamlError takes the line number off an error of the YAML library.
func yamlError(err error) (line int, message string) {
	message = strings.TrimPrefix(err.Error(), "yaml: ")
	if n, _ := fmt.Sscanf(message, "line %d:", &line); n == 1 {
		_, message, _ = strings.Cut(message, ": ")
	}
	return max(line, 1), message
}

// plain refuses what a plain front matter does not need: anchors, aliases,
// merge keys, tags of one's own, and deep nesting.
func (r *reader) plain(n *yaml.Node, field string, depth int) bool {
	ok := true
	refuse := func(format string, args ...any) {
		r.fault(n, field, format, args...)
		ok = false
	}
	switch {
	case n.Kind == yaml.AliasNode:
		refuse("aliases (*%s) are not allowed; write the text out", n.Value)
		return false
	case n.Anchor != "":
		refuse("anchors (&%s) are not allowed; write the text where it is needed", n.Anchor)
	case n.Style&yaml.TaggedStyle != 0:
		refuse("tags (%s) are not allowed; write the plain value", n.Tag)
	}
	if n.Kind != yaml.ScalarNode && depth > maxDepth {
		refuse("nested %d levels deep; the limit is %d", depth, maxDepth)
		return false
	}
	for i, c := range n.Content {
		if n.Kind == yaml.MappingNode && i%2 == 0 && c.Tag == "!!merge" {
			r.fault(c, field, "merge keys (<<) are not allowed; write the fields out")
			ok = false
		}
		ok = r.plain(c, field, depth+1) && ok
	}
	return ok
}

// fill puts node n into v and gathers what does not fit.
func (r *reader) fill(n *yaml.Node, v reflect.Value, path string) {
	if _, seen := r.lines[path]; !seen {
		r.lines[path] = n.Line + r.offset
	}
	if n.Kind == yaml.ScalarNode && n.Tag == "!!null" {
		r.fault(n, path, "empty; write a value, unknown, or leave the field out")
		return
	}
	if s, ok := v.Addr().Interface().(scalarSetter); ok && n.Kind == yaml.ScalarNode {
		if message := s.setScalar(n.ShortTag(), n.Value); message != "" {
			r.fault(n, path, "%q: %s", clip(n.Value), message)
		}
		return
	}
	if v.Type() == reflect.TypeFor[Date]() {
		r.fillDate(n, v, path)
		return
	}
	switch v.Kind() {
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		r.fill(n, v.Elem(), path)
	case reflect.Struct:
		r.fillStruct(n, v, path)
	case reflect.Slice:
		r.fillSlice(n, v, path)
	case reflect.Map:
		r.fillMap(n, v, path)
	case reflect.String:
		r.fillString(n, v, path)
	case reflect.Int, reflect.Float64:
		if n.Kind != yaml.ScalarNode || (n.ShortTag() != "!!int" && n.ShortTag() != "!!float") || n.Decode(v.Addr().Interface()) != nil {
			r.fault(n, path, "must be a plain number")
		}
	default:
		panic("practices: no way to read a " + v.Type().String())
	}
}

func (r *reader) fillDate(n *yaml.Node, v reflect.Value, path string) {
	if n.Kind != yaml.ScalarNode {
		r.fault(n, path, "must be a date in quotes, such as '2015-07'")
		return
	}
	d, ok := ParseDate(n.Value)
	switch {
	case n.ShortTag() != "!!str":
		r.fault(n, path, "write dates in quotes: '%s'", clip(n.Value))
	case n.Value == "unknown":
	case !ok:
		r.fault(n, path, "%q is not a date; write '2015', '2015-07' or '2015-07-31', or unknown", clip(n.Value))
	}
	v.Set(reflect.ValueOf(d))
}

func (r *reader) fillString(n *yaml.Node, v reflect.Value, path string) {
	switch {
	case n.Kind != yaml.ScalarNode:
		r.fault(n, path, "must be text, not a list or fields")
	case n.ShortTag() != "!!str":
		r.fault(n, path, "%s is read as a number or yes/no, not as text; write it in quotes: '%s'", clip(n.Value), clip(n.Value))
		v.SetString(n.Value)
	default:
		v.SetString(strings.TrimSpace(n.Value))
	}
}

func (r *reader) fillSlice(n *yaml.Node, v reflect.Value, path string) {
	if n.Kind != yaml.SequenceNode {
		r.fault(n, path, "must be a list: [one, two], or lines that begin with \"- \"")
		return
	}
	v.Set(reflect.MakeSlice(v.Type(), len(n.Content), len(n.Content)))
	for i, c := range n.Content {
		r.fill(c, v.Index(i), fmt.Sprintf("%s[%d]", path, i))
	}
}

func (r *reader) fillMap(n *yaml.Node, v reflect.Value, path string) {
	if n.Kind != yaml.MappingNode {
		r.fault(n, path, "must be fields: {name: text}")
		return
	}
	v.Set(reflect.MakeMap(v.Type()))
	for i := 0; i+1 < len(n.Content); i += 2 {
		item := reflect.New(v.Type().Elem()).Elem()
		r.fill(n.Content[i+1], item, path+"."+n.Content[i].Value)
		v.SetMapIndex(reflect.ValueOf(n.Content[i].Value), item)
	}
}

func (r *reader) fillStruct(n *yaml.Node, v reflect.Value, path string) {
	if n.Kind != yaml.MappingNode {
		r.fault(n, path, "must be fields: {%s: …}", strings.Join(fieldNames(v.Type()), ": …, "))
		return
	}
	names := fieldNames(v.Type())
	seen := map[string]bool{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		field := join(path, key.Value)
		switch at := slices.Index(names, key.Value); {
		case seen[key.Value]:
			r.fault(key, field, "occurs twice; keep one")
		case at < 0:
			r.unknownField(key, field, names)
		default:
			r.lines[field] = key.Line + r.offset
			r.fill(value, fieldByName(v, key.Value), field)
		}
		seen[key.Value] = true
	}
}

func (r *reader) unknownField(key *yaml.Node, field string, names []string) {
	if near := fold.Closest(key.Value, names); near != "" {
		r.fault(key, field, "no such field; did you mean %q?", near)
		return
	}
	r.fault(key, field, "no such field; the fields are %s", strings.Join(names, ", "))
}

func fieldNames(t reflect.Type) []string {
	var names []string
	for i := range t.NumField() {
		if tag := t.Field(i).Tag.Get("yaml"); tag != "" && tag != "-" {
			names = append(names, tag)
		}
	}
	return names
}

func fieldByName(v reflect.Value, name string) reflect.Value {
	for i := range v.NumField() {
		if v.Type().Field(i).Tag.Get("yaml") == name {
			return v.Field(i)
		}
	}
	panic("practices: no field " + name)
}

func join(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}

// clip keeps a message readable when the value is not.
func clip(s string) string {
	s = strings.ToValidUTF8(s, "?")
	if r := []rune(s); len(r) > 60 {
		return string(r[:60]) + "…"
	}
	return s
}
