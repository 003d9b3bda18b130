package workshops

import (
	"bytes"
	"iter"
	"reflect"

	"go.yaml.in/yaml/v3"
)

// Marshal writes a collection as its file, so that what was made in the
// browser can be kept, sent on as a contribution, and read again by [Parse].
// Fields that have nothing in them are left out.
func Marshal(c *Collection) []byte {
	var b bytes.Buffer
	b.WriteString("---\n")
	enc := yaml.NewEncoder(&b)
	enc.SetIndent(2)
	enc.Encode(node(reflect.ValueOf(*c)))
	enc.Close()
	b.WriteString("---\n")
	if c.Markdown != "" {
		b.WriteString(c.Markdown + "\n")
	}
	return b.Bytes()
}

// node is a value as YAML, with the fields in the order of the format and
// dates and words in quotes wherever a reader could take them for numbers.
func node(v reflect.Value) *yaml.Node {
	if s, ok := v.Interface().(interface{ String() string }); ok && v.Kind() == reflect.Struct {
		return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: s.String(), Style: yaml.SingleQuotedStyle}
	}
	switch v.Kind() {
	case reflect.Slice:
		list := &yaml.Node{Kind: yaml.SequenceNode}
		for i := range v.Len() {
			list.Content = append(list.Content, node(v.Index(i)))
		}
		return list
	case reflect.Struct:
		m := &yaml.Node{Kind: yaml.MappingNode}
		for name, f := range fields(v.Type()) {
			value := v.FieldByIndex(f.Index)
			if value.IsZero() {
				continue
			}
			m.Content = append(m.Content, &yaml.Node{Kind: yaml.ScalarNode, Value: name}, node(value))
		}
		return m
	}
	n := &yaml.Node{}
	n.Encode(v.Interface())
	n.Style &^= yaml.LiteralStyle | yaml.FoldedStyle
	return n
}

// fields are the fields of the format that a type has, by name, in order.
func fields(t reflect.Type) iter.Seq2[string, reflect.StructField] {
	return func(yield func(string, reflect.StructField) bool) {
		for i := range t.NumField() {
			f := t.Field(i)
			if name := f.Tag.Get("yaml"); name != "" && name != "-" && !yield(name, f) {
				return
			}
		}
	}
}
