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
		if _, err := read([]byte(tt.text), nil); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: %v; want %q", tt.text, err, tt.want)
		}
	}
}

// TestTold holds each language to a name and a definition of each term, and to
// its caution where it has one.
func TestTold(t *testing.T) {
	for _, lang := range []string{"es", "fr", "pt", "ar"} {
		for _, term := range Terms() {
			w := term.In(lang)
			if w.Lang != lang || !w.Draft {
				t.Errorf("%s: %s is told in %s, draft %v", lang, term.ID, w.Lang, w.Draft)
			}
			if (w.Caution == "") != (term.Caution == "") {
				t.Errorf("%s: %s: one of the languages has a caution and the other none", lang, term.ID)
			}
			if found, ok := Find(w.Term); !ok || found.In(lang).Term != w.Term {
				t.Errorf("%s: %q finds %q", lang, w.Term, found.ID)
			}
		}
	}
	if w := Terms()[0].In("xx"); w.Lang != "en" || w.Draft || w.Definition == "" {
		t.Errorf("in a language of none: %+v", w)
	}
}

func TestBadWordings(t *testing.T) {
	for _, tt := range []struct{ text, want string }{
		{"state: done", "write draft or reviewed"},
		{"state: draft\nterms: [{id: a, term: b}]", "lacks"},
		{"state: draft\nterms: [{id: a, name: b}]", "name"},
		{"state: draft\nterms: [{id: a, term: b, definition: d}, {id: a, term: b, definition: d}]", "twice"},
	} {
		if _, err := readWordings("es", []byte(tt.text)); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%q: %v; want %q", tt.text, err, tt.want)
		}
	}
	told := map[string]map[string]Wording{"es": {"b": {ID: "b", Lang: "es"}}}
	if _, err := read([]byte("terms: [{id: a, term: a, definition: d, sources: [{title: t}]}]"), told); err == nil {
		t.Error("a wording of no term is taken")
	}
}
