package practices

import (
	"os"
	"reflect"
	"strings"
	"testing"
)

// TestFormatIsDocumented keeps docs/entry-format.md whole: every field of an
// entry, of a source and of a figure is told there.
func TestFormatIsDocumented(t *testing.T) {
	data, err := os.ReadFile("../docs/entry-format.md")
	if err != nil {
		t.Fatal(err)
	}
	doc := string(data)
	for _, v := range []any{Practice{}, Source{}, Figure{}, Place{}, Condition{}, Actor{}, Relation{}, Review{}, Response{}, Consent{}} {
		for _, name := range fieldNames(reflect.TypeOf(v)) {
			if !strings.Contains(doc, "`"+name) && !strings.Contains(doc, name+",") && !strings.Contains(doc, name+"}") && !strings.Contains(doc, name+":") {
				t.Errorf("docs/entry-format.md does not speak of %s of %T", name, v)
			}
		}
	}
	for _, q := range Qualifiers {
		if !strings.Contains(doc, "`"+q+"`") {
			t.Errorf("docs/entry-format.md does not speak of the qualifier %s", q)
		}
	}
}
