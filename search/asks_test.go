package search

import (
	"strings"
	"testing"

	"opendoor/practices/vocabulary"
)

// TestAsks asks for what went wrong, for costs and for evidence in every
// language: the entries whose fields and sections tell it stand first, though
// one that has the words in passing is there too.
func TestAsks(t *testing.T) {
	x := newIndex(t,
		entry{id: "ca-0001", title: "A pilot that ended", body: "It ended.\n### What did not work\n\n- People were sent away" + strings.Repeat(" yy", 60) + ".", fields: map[string]string{"evidence": "{level: told, direction: mixed}"}},
		entry{id: "ca-0002", title: "Tags", fields: map[string]string{"evidence": "{level: told, direction: negative}", "standing": "contested", "caution": "It is disputed."}},
		entry{id: "ca-0003", title: "Casework", fields: map[string]string{"evidence": "{level: counted, direction: positive}",
			"figures": "[{key: a, what: a place, indicator: cost, value: 5, unit: money, currency: CAD, year: '2019', per: person and day, period: '2019', method: reported, source: a}]"}},
		entry{id: "ca-0004", title: "Talks", body: "They talked of lessons, of errors, of the budget and of results: lecciones, leçons, lições, دروس"},
	)
	for _, tt := range []struct{ text, lang, want string }{
		{"what went wrong?", "en", "ca-0001 ca-0002"},
		{"case that shows what went wrong", "en", "ca-0001 ca-0002"},
		{"¿Qué salió mal?", "es", "ca-0001 ca-0002"},
		{"Qu'est-ce qui n'a pas marché ?", "fr", "ca-0001 ca-0002"},
		{"o que deu errado", "pt", "ca-0001 ca-0002"},
		{"ما لم ينجح", "ar", "ca-0001 ca-0002"},
		{"lessons", "en", "ca-0001"},
		{"how much does it cost per day", "en", "ca-0003"},
		{"¿cuánto cuesta?", "es", "ca-0003"},
		{"combien coûte", "fr", "ca-0003"},
		{"quanto custa", "pt", "ca-0003"},
		{"كم تكلف", "ar", "ca-0003"},
	} {
		if got := ids(search(t, x, Query{Text: tt.text, Lang: tt.lang})); !strings.HasPrefix(got, tt.want) {
			t.Errorf("%s: %s, want first %s", tt.text, got, tt.want)
		}
	}
	for _, h := range search(t, x, Query{Text: "lessons", Lang: "en"}).Hits {
		if h.Practice.ID == "ca-0002" && (len(h.Why) != 1 || h.Why[0].As != "what went wrong") {
			t.Errorf("lessons finds the tags by %v", h.Why)
		}
	}
}

// TestAsksHaveNames finds every ask under [asks] in words.txt, and nothing
// else, with a name in each language.
func TestAsksHaveNames(t *testing.T) {
	if len(words().asks) != len(asks) {
		t.Errorf("%d asks have names, there are %d", len(words().asks), len(asks))
	}
	for _, a := range asks {
		if len(words().asks[a.id]) != len(vocabulary.Languages) {
			t.Errorf("%s has no names", a.id)
			continue
		}
		for i, list := range words().asks[a.id] {
			if len(list) == 0 {
				t.Errorf("%s has no name in %s", a.id, vocabulary.Languages[i])
			}
		}
	}
}

// TestLightInCapitals: US and WHO are no small words.
func TestLightInCapitals(t *testing.T) {
	x := newIndex(t,
		entry{id: "us-0001", title: "Families", fields: map[string]string{"countries": "[US]"}},
		entry{id: "ca-0001", title: "Families and families", body: "families tell us that families like it"},
	)
	if got := ids(search(t, x, Query{Text: "US families", Lang: "en"})); !strings.HasPrefix(got, "us-0001") {
		t.Errorf("US families: %s", got)
	}
	if got := ids(search(t, x, Query{Text: "show us families", Lang: "en"})); !strings.HasPrefix(got, "ca-0001") {
		t.Errorf("show us families: %s", got)
	}
}

// TestAlternatives asks what there is in place of detention: what is done
// stands before what is said about it, and detention by another name last.
func TestAlternatives(t *testing.T) {
	x := newIndex(t,
		entry{id: "ca-0001", title: "Talks on families", summary: "Families and alternatives to detention.", fields: map[string]string{"standing": "groundwork", "populations": "[families]"}},
		entry{id: "ca-0002", title: "Tags for families", fields: map[string]string{"standing": "alternative-form-of-detention", "caution": "It is detention.", "populations": "[families]"}},
		entry{id: "ca-0003", title: "Homes for families", fields: map[string]string{"standing": "rights-based", "populations": "[families]"}},
	)
	for _, tt := range []struct{ text, lang string }{
		{"What can be done instead of detaining families?", "en"},
		{"alternatives to detention families", "en"},
		{"¿Qué se puede hacer en lugar de detener a las familias?", "es"},
		{"familles : alternatives à la détention", "fr"},
		{"famílias em vez de detenção", "pt"},
		{"بدائل احتجاز العائلات", "ar"},
	} {
		if got := ids(search(t, x, Query{Text: tt.text, Lang: tt.lang})); !strings.HasPrefix(got, "ca-0003") {
			t.Errorf("%s: %s", tt.text, got)
		}
	}
}
