package practices

import (
	"reflect"
)

// Fields gives the front matter as plain values under the names of the
// format, for JSON: lists, maps, text and numbers. A field that the file does
// not have is left out; a number that is not known is "unknown".
func (p *Practice) Fields() map[string]any {
	out := map[string]any{}
	v := reflect.ValueOf(*p)
	for _, name := range fieldNames(v.Type()) {
		if p.given[name] {
			out[name] = plainValue(fieldByName(v, name))
		}
	}
	return out
}

func plainValue(v reflect.Value) any {
	switch x := v.Interface().(type) {
	case Date:
		if x.IsZero() {
			return "unknown"
		}
		return x.String()
	case Number:
		if x.Known {
			return x.Value
		}
		return x.Raw
	}
	switch v.Kind() {
	case reflect.Pointer:
		if v.IsNil() {
			return nil
		}
		return plainValue(v.Elem())
	case reflect.Slice:
		list := make([]any, v.Len())
		for i := range list {
			list[i] = plainValue(v.Index(i))
		}
		return list
	case reflect.Struct:
		out := map[string]any{}
		for _, name := range fieldNames(v.Type()) {
			if f := fieldByName(v, name); !f.IsZero() {
				out[name] = plainValue(f)
			}
		}
		return out
	case reflect.String:
		return v.String()
	}
	return v.Interface()
}
