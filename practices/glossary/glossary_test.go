package glossary

import (
	"strings"
	"testing"
)

func TestGlossary(t *testing.T) {
	if len(Terms()) < 50 {
		t.Errorf("%d terms", len(Terms()))
	}
	for _, tt := range []struct{ name, want string }{
		{"ATD", "alternative-to-detention"}, {"gestion de casos", "case-management"}, {"Case Management", "case-management"}, {"احتجاز المهاجرين", "immigration-detention"},
	} {
		if got, ok := Find(tt.name); !ok || got.ID != tt.want {
			t.Errorf("%q finds %q, want %q", tt.name, got.ID, tt.want)
		}
	}
	if _, ok := Find("nothing of the kind"); ok {
		t.Error("a stranger is found")
	}
}

func TestBadGlossaries(t *testing.T) {
	for _, tt := range []struct{ text, want string }{
		{"terms: [{id: a, term: a}]", "needs a definition"},
		{"terms: [{id: a, term: a, definition: d, sources: [{title: t}], related: [b]}]", `no term "b"`},
		{"terms: [{id: a, term: a, definition: d, sources: [{title: t}]}, {id: a, term: b, definition: d, sources: [{title: t}]}]", "occurs twice"},
		{"terms: [{id: a, trem: a}]", "trem"},
	} {
		if _, err := read([]byte(tt.text)); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: %v; want %q", tt.text, err, tt.want)
		}
	}
}
