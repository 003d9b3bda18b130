package vocabulary

import (
	"strings"
	"testing"
)

// TestEveryTermIsDefined holds each language to a definition of each term, in
// its own words.
func TestEveryTermIsDefined(t *testing.T) {
	for _, lang := range Languages {
		for name, v := range All() {
			for _, term := range v.Terms {
				text, in := term.Defined(lang)
				if in != lang || strings.TrimSpace(text) == "" {
					t.Errorf("%s: %s: no definition of %s", lang, name, term.ID)
				}
				if lang != "en" && text == term.Definition {
					t.Errorf("%s: %s: %s is defined in English", lang, name, term.ID)
				}
			}
		}
	}
	if Draft("en") || !Draft("es") {
		t.Error("the definitions in English are the source, those in Spanish a draft")
	}
	if text, in := Named("kind").Terms[0].Defined("xx"); text == "" || in != "en" {
		t.Errorf("in a language of none: %q in %s", text, in)
	}
}

func TestBadDefinitions(t *testing.T) {
	for _, tt := range []struct{ text, want string }{
		{"state: done", "write draft or reviewed"},
		{"state: draft\ndefinition: {}", "definition"},
	} {
		if _, err := readDefinitions([]byte(tt.text)); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%q: %v; want %q", tt.text, err, tt.want)
		}
	}
	if err := All()["nothing"].define("es", nil); err == nil {
		t.Error("definitions of no vocabulary are taken")
	}
	if err := Named("kind").define("es", map[string]string{"nothing": "…"}); err == nil {
		t.Error("a definition of no term is taken")
	}
}

func TestEveryVocabularyIsWhole(t *testing.T) {
	if len(All()) < 25 {
		t.Fatalf("only %d vocabularies", len(All()))
	}
	known := map[string]bool{}
	for _, s := range Sources() {
		known[s["id"]] = true
	}
	for name, v := range All() {
		if v.Field == "" {
			t.Errorf("%s: says not which field it serves", name)
		}
		for _, term := range v.Terms {
			if !known[term.Source] {
				t.Errorf("%s: %s: source %q is not in sources.yaml", name, term.ID, term.Source)
			}
		}
	}
	for _, r := range Named("relation").Terms {
		if r.Inverse == "" {
			t.Errorf("relation %s has no words for the other direction", r.ID)
		}
	}
	for _, s := range Named("scope").Terms {
		if !Named("region").Has(s.Region) {
			t.Errorf("scope %s lies in no region", s.ID)
		}
	}
}

func TestNearest(t *testing.T) {
	for _, tt := range []struct{ vocabulary, word, want string }{
		{"measure", "case-managment", "case-management"},
		{"measure", "Gestión de casos", "case-management"},
		{"kind", "memorandum of understanding", "mechanism"},
		{"kind", "قانون", "law"},
		{"kind", "zzz", ""},
		{"kind", "", ""},
	} {
		if got := Named(tt.vocabulary).Nearest(tt.word); got != tt.want {
			t.Errorf("%s: %q is nearest to %q, want %q", tt.vocabulary, tt.word, got, tt.want)
		}
	}
}
