package vocabulary

import (
	"testing"
)

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
