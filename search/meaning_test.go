package search

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"
)

// softWorld is a small catalogue for soft names and names of countries.
func softWorld() []entry {
	return []entry{
		{id: "mx-0001", title: "Offices of aseguramiento", body: "People are kept in an estación migratoria."},
		{id: "gb-0001", title: "Detention without limit", body: "Nobody knows how long detention lasts."},
		{id: "zm-0001", title: "Case management", body: "A caseworker and assisted voluntary return.", also: "[AVRR]"},
		{id: "th-0001", title: "Foster families", body: "Guardianship for unaccompanied children.", fields: map[string]string{"populations": "[unaccompanied-and-separated-children]"}},
		{id: "nl-0001", title: "Shelter in Utrecht", body: "A home for people without papers.", fields: map[string]string{"kind": "programme"}},
		{id: "ke-0001", title: "Guardianship guide", body: "A guardian is named.", fields: map[string]string{"kind": "tool", "started": "'2019'"}},
	}
}

func TestMeanings(t *testing.T) {
	x := newIndex(t, softWorld()...)
	for _, tt := range []struct{ name, text, lang, first string }{
		{"soft name finds detention", "aseguramiento", "es", "mx-0001"},
		{"words of another language", "familia de acogida", "es", "th-0001"},
		{"arabic finds english", "إدارة الحالات", "ar", "zm-0001"},
		{"portuguese finds english", "gestão de casos", "pt", "zm-0001"},
		{"an acronym finds the words", "AVR", "en", "zm-0001"},
		{"the words find an acronym", "assisted voluntary return and reintegration AVRR", "en", "zm-0001"},
		{"acronym of a population", "UASC", "fr", "th-0001"},
		{"another acronym for the same", "MNA", "en", "th-0001"},
		{"country in its own script", "ประเทศไทย", "en", "th-0001"},
		{"short name of a country", "Holland", "en", "nl-0001"},
		{"adjective", "holandesa", "es", "nl-0001"},
		{"question", "¿Quién cuida a los niños que viajan solos?", "es", "th-0001"},
	} {
		r := search(t, x, Query{Text: tt.text, Lang: tt.lang})
		if first, _, _ := strings.Cut(ids(r), " "); first != tt.first {
			t.Errorf("%s: %q finds %q, want %s first", tt.name, tt.text, ids(r), tt.first)
		}
	}
}

func TestExpanded(t *testing.T) {
	x := newIndex(t, softWorld()...)
	r := search(t, x, Query{Text: "aseguramiento", Lang: "es"})
	if !slices.Equal(r.Expanded, []Expansion{{"aseguramiento", true}}) || !strings.Contains(ids(r), "gb-0001") {
		t.Errorf("aseguramiento is expanded to %v and finds %s", r.Expanded, ids(r))
	}
	r = search(t, x, Query{Text: "aseguramiento", Lang: "es"}.WithVerbatim(true))
	if r.Expanded != nil || ids(r) != "mx-0001" {
		t.Errorf("aseguramiento alone: %v, %s", r.Expanded, ids(r))
	}
	r = search(t, x, Query{Text: "shelter", Lang: "en"})
	if !slices.Equal(r.Expanded, []Expansion{{"shelter", false}}) || strings.Contains(ids(r), "gb-0001") {
		t.Errorf("an honest word, shelter, is expanded to %v and finds %s", r.Expanded, ids(r))
	}
	if q := ParseQuery(url.Values{"q": {"aseguramiento"}, "expand": {"0"}}, "es"); !q.Verbatim || q.Values().Get("expand") != "0" {
		t.Errorf("expand=0 is read as %+v", q)
	}
}

func TestCorrected(t *testing.T) {
	x := newIndex(t, softWorld()...)
	for _, tt := range []struct{ name, text, found, corrected, offer string }{
		{"letter left out", "guardianshp", "ke-0001 th-0001", "guardianship", ""},
		{"neighbours swapped", "guardianhsip", "ke-0001 th-0001", "guardianship", ""},
		{"country", "Nethrlands", "nl-0001", "netherlands", ""},
		{"country with two slips", "Nehterlends", "nl-0001", "Netherlands", ""},
		{"known word of which there is nothing", "tutorship", "", "", ""},
		{"number", "13.446", "", "", ""},
		{"acronym", "AVRQ", "", "", ""},
		{"phrase", `"guardianshp"`, "", "", ""},
		{"short", "hom", "", "", ""},
	} {
		r := search(t, x, Query{Text: tt.text, Lang: "en"})
		corrected := ""
		for _, c := range r.Corrected {
			corrected += c.As
		}
		if ids(r) != tt.found || corrected != tt.corrected || r.DidYouMean != tt.offer {
			t.Errorf("%s: %q finds %q, corrected to %q, offered %q; want %q, %q, %q", tt.name, tt.text, ids(r), corrected, r.DidYouMean, tt.found, tt.corrected, tt.offer)
		}
	}
	r := search(t, x, Query{Text: "guardianshp", Lang: "en"})
	if got := marked(r.Hits[0].Title); got != "[Guardianship] guide" {
		t.Errorf("the corrected word is not marked: %s", got)
	}
}

func TestTypedFilters(t *testing.T) {
	for _, tt := range []struct{ name, text, want string }{
		{"code", "law country:BR 13.445", "country=BR&q=law+13.445"},
		{"small", "country:br", "country=BR"},
		{"name in another language", "pays:Allemagne", "country=DE"},
		{"arabic", "البلد:مصر", "country=EG"},
		{"phrase", `country:"Costa Rica" bail`, "country=CR&q=bail"},
		{"accent in the field", "país:México", "country=MX"},
		{"label", `element:"case management"`, "element=case-management"},
		{"id", "kind:pilot", "kind=pilot"},
		{"label in another language", "tipo:ley", "kind=law"},
		{"years", "year:2019..2022 kind:pilot", "kind=pilot&year=2019..2022"},
		{"language by name", "language:Spanish", "lang=es"},
		{"two values", "country:MX,GT", "country=GT&country=MX"},
		{"unknown value stays in sight", "country:Atlantis", "country=ATLANTIS"},
		{"unknown field is text", "body:BR http://x", "q=body%3ABR+http%3A%2F%2Fx"},
		{"nothing after it", "country: BR", "q=country%3A+BR"},
		{"within a phrase", `"country:BR"`, "q=%22country%3ABR%22"},
		{"half a phrase", `country:"Costa bail`, "country=COSTA&q=bail"},
	} {
		q := ParseQuery(url.Values{"q": {tt.text}}, "en")
		if got := q.Values().Encode(); got != tt.want {
			t.Errorf("%s: %q becomes %s, want %s", tt.name, tt.text, got, tt.want)
		}
	}
	x := newIndex(t, softWorld()...)
	if r := search(t, x, Query{Text: "guardian kind:tool year:2018..2020"}); ids(r) != "ke-0001" || r.Query.Text != "guardian" || !r.Query.Has(GroupKind, "tool") {
		t.Errorf("typed filters: %s, %+v", ids(r), r.Query)
	}
	if r := search(t, x, Query{}.With(GroupFresh, FreshStale)); r.Total != 6 {
		t.Errorf("stale: %s", ids(r))
	}
}

func TestWhy(t *testing.T) {
	x := newIndex(t, append(softWorld(), entry{id: "ch-0001", title: "Early help", body: "From the first day.", also: "[Projet Papyrus]"})...)
	for _, tt := range []struct {
		text, lang string
		want       Reason
	}{
		{"سويسرا", "en", Reason{Concept{"country", "CH"}, "سويسرا", "Switzerland"}},
		{"Papyrus", "en", Reason{Concept{"name", ""}, "Papyrus", "Projet Papyrus"}},
	} {
		r := search(t, x, Query{Text: tt.text, Lang: tt.lang})
		if len(r.Hits) == 0 || !slices.Equal(r.Hits[0].Why, []Reason{tt.want}) {
			t.Errorf("%q: %+v, want %+v", tt.text, r.Hits, tt.want)
		}
	}
	r := search(t, x, Query{Text: "gestión de casos", Lang: "es"})
	if len(r.Hits) == 0 || marked(r.Hits[0].Title) != "[Case management]" || r.Hits[0].Why != nil {
		t.Errorf("what it means in the entry's language is not marked: %+v", r.Hits)
	}
	if r := search(t, x, Query{Text: "Suiza", Lang: "es"}); !slices.Equal(r.Named, []Named{{Concept{"country", "CH"}, "Suiza"}}) {
		t.Errorf("Suiza names %v", r.Named)
	}
}

// TestWhyIsOnlyWhatWasAsked asks for a word that stands in a translation only.
// That the entry also speaks of detention is no reason, whatever was asked
// for before.
func TestWhyIsOnlyWhatWasAsked(t *testing.T) {
	x := newIndex(t, entry{id: "es-0001", title: "Court", body: "Detention is reviewed.",
		translations: []entry{{lang: "es", title: "Tribunal", body: "Zumbido."}}})
	for _, text := range []string{"zumbido", "aseguramiento", "zumbido"} {
		r := search(t, x, Query{Text: text, Lang: "en"})
		if want := (Reason{Concept{Vocabulary: translationReason}, "zumbido", ""}); text == "zumbido" && (len(r.Hits) != 1 || !slices.Equal(r.Hits[0].Why, []Reason{want})) {
			t.Errorf("%q: %+v, want %+v", text, r.Hits, want)
		}
	}
}

func TestWithout(t *testing.T) {
	x := newIndex(t, softWorld()...)
	q := Query{Text: `guardianship "case management"`, Lang: "en"}.With(GroupCountry, "KE").With(GroupKind, "tool")
	r := search(t, x, q)
	var got []string
	for _, w := range r.Without {
		got = append(got, fmt.Sprintf("%s%s %s %d", w.Word, w.Group, w.Value, w.Total))
		if again := search(t, x, w.Query); again.Total != w.Total {
			t.Errorf("without %+v there are %d", w, again.Total)
		}
	}
	if r.Total != 0 || strings.Join(got, "; ") != `"case management"  1` {
		t.Errorf("without: %s", strings.Join(got, "; "))
	}
	if r := search(t, x, Query{Text: "guardian", Lang: "en"}); r.Without != nil {
		t.Errorf("something was found, and still: %v", r.Without)
	}
}

func TestOnlyStopWords(t *testing.T) {
	x := newIndex(t, append(softWorld(), entry{id: "ca-0001", title: "What it is to be here"})...)
	if r := search(t, x, Query{Text: "what it is", Lang: "en"}); ids(r) != "ca-0001" {
		t.Errorf("stop words in a title: %s", ids(r))
	}
	if r := search(t, x, Query{Text: "it is what", Lang: "en"}); r.Total != 1 {
		t.Errorf("in another order: %s", ids(r))
	}
	if r := search(t, x, Query{Text: "of the and", Lang: "en"}); r.Total != x.Len() {
		t.Errorf("stop words of no title: %d of %d", r.Total, x.Len())
	}
}

func TestSuggest(t *testing.T) {
	x := newIndex(t, softWorld()...)
	for _, tt := range []struct{ name, typed, lang, want string }{
		{"country first", "neth", "en", "country:[Neth]erlands"},
		{"country by another name", "hol", "en", "country:Netherlands"},
		{"in the reader's language", "tail", "es", "country:[Tail]andia"},
		{"without accents", "paises", "es", "country:[Países] Bajos"},
		{"arabic", "هولن", "ar", "country:[هولن]دا"},
		{"a word inside a title", "fami", "en", "entry:Foster [fami]lies"},
		{"two words", "foster fam", "en", "entry:[Foster fam]ilies"},
		{"words in any order", "families fos", "en", "entry:[Fos]ter families"},
		{"misspelt", "guardiamship", "en", "entry:[Guardianship] guide"},
		{"one letter", "n", "en", ""},
		{"nothing", "  ", "en", ""},
		{"nothing like it", "xyzzy", "en", ""},
	} {
		list := x.Suggest(tt.typed, tt.lang)
		var got []string
		for _, s := range list {
			got = append(got, s.Kind+":"+marked(Marked{s.Text, s.Marks}))
		}
		if tt.want == "" && len(got) > 0 || tt.want != "" && !slices.Contains(got, tt.want) || len(got) > maxSuggestions || list == nil {
			t.Errorf("%s: %q offers %v, want %s", tt.name, tt.typed, got, tt.want)
		}
	}
	if list := x.Suggest("guard", "en"); list[0].Kind == "entry" {
		t.Errorf("an entry stands before the terms: %v", list)
	}
	for _, s := range hostile() {
		for _, lang := range []string{"en", "ar", "\xff"} {
			x.Suggest(s, lang)
		}
	}
}

func TestRelated(t *testing.T) {
	x := newIndex(t, softWorld()...)
	list, err := x.Related(context.Background(), "th-0001", 2)
	if err != nil || len(list) != 2 || list[0].ID == "th-0001" {
		t.Errorf("related: %v, %v", list, err)
	}
	if list, err := x.Related(context.Background(), "xx-9999", 2); err != nil || len(list) != 0 {
		t.Errorf("related to nothing: %v, %v", list, err)
	}
}

// TestWords reads words.txt as it is, and refuses what it could not mean.
func TestWords(t *testing.T) {
	w := words()
	if len(w.meanings) < 150 || len(w.soft) < 10 || len(w.light) < 100 || len(w.places) < 20 {
		t.Errorf("%d meanings, %d soft names, %d light words, %d places", len(w.meanings), len(w.soft), len(w.light), len(w.places))
	}
	for _, m := range w.meanings {
		if len(m.names["en"]) == 0 {
			t.Errorf("%v has no English", m)
		}
	}
	for _, bad := range []string{"[words]\na | b", "[euphemisms]\nloud | en | x", "a", "[words]\n@measure:none-such a | b | c | d | e", "[words]\n@a | b | c | d | e"} {
		if _, err := readWords(bad); err == nil {
			t.Errorf("%q is read", bad)
		}
	}
}

// TestHollowNames: a name that has but one word beside stop words is not that
// word alone, which mostly means the contrary.
func TestHollowNames(t *testing.T) {
	x := newIndex(t,
		entry{id: "cl-0001", title: "A limit", fields: map[string]string{"measures": "[non-detention-in-law]"}},
		entry{id: "mx-0001", title: "Months in detention", body: "The papers of the accompanied were lawful."},
		entry{id: "mx-0002", title: "Work", fields: map[string]string{"person_status": "[detained]"}},
		entry{id: "th-0001", title: "Alone", fields: map[string]string{"person_status": "[irregular]"}},
	)
	for _, tt := range []struct{ text, lang, want, not string }{
		{"no detention", "en", "cl-0001", ""},
		{"no detención", "es", "cl-0001", ""},
		{"people in detention", "en", "mx-0002", ""},
		{"sin papeles", "es", "th-0001", ""},
		{"papeles", "es", "", "th-0001"},
		{"sem documentos", "pt", "th-0001", ""},
	} {
		r := search(t, x, Query{Text: tt.text, Lang: tt.lang})
		means := func(id string) bool {
			return slices.ContainsFunc(r.Hits, func(h Hit) bool { return h.Practice.ID == id })
		}
		if tt.want != "" && !means(tt.want) || tt.not != "" && means(tt.not) {
			t.Errorf("%s finds %s, want %q and not %q", tt.text, ids(r), tt.want, tt.not)
		}
	}
	m := lexiconOf().meanings[lexiconOf().at[Concept{wordConcept, "unaccompanied"}]]
	for _, list := range m.said["es"] {
		if len(list) == 1 && list[0].text == terms("es", "acompañado")[0].text {
			t.Error("who is accompanied is taken for unaccompanied")
		}
	}
}

// TestCarriedFirst: an entry that carries a label stands before those that
// only name the thing in passing, however often.
func TestCarriedFirst(t *testing.T) {
	list := []entry{{id: "ca-0001", title: "A house", fields: map[string]string{"care_models": "[foster]"}}}
	for i := range 9 {
		list = append(list, entry{id: fmt.Sprintf("us-000%d", i+1), title: "A talk", body: strings.Repeat("They spoke of foster care. ", 3)})
	}
	x := newIndex(t, list...)
	for _, tt := range []struct{ text, lang string }{{"foster care", "en"}, {"acogimiento familiar", "es"}, {"famille d'accueil", "fr"}, {"família acolhedora", "pt"}, {"أسرة حاضنة", "ar"}} {
		if got := ids(search(t, x, Query{Text: tt.text, Lang: tt.lang})); !strings.HasPrefix(got, "ca-0001 ") {
			t.Errorf("%s: %s", tt.text, got)
		}
	}
}
