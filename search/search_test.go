package search

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode/utf8"
)

// world is a small catalogue with something to find in every language.
func world() []entry {
	return []entry{
		{id: "ca-0001", title: "Toronto Bail Program", summary: "Supervision in place of detention.", also: "[TBP]",
			body:   "People are released on bail without a deposit. Caseworkers visit. Nobody was returned by force.",
			fields: map[string]string{"measures": "[release-mechanism]", "as_of": "'2019'"}},
		{id: "mx-0001", title: "Shelters for unaccompanied children", summary: "Children live in open homes.",
			body:   "A protocol moves children out of detaining offices. Later the children’s guardian speaks for each child.",
			fields: map[string]string{"populations": "[children]", "as_of": "'2023-05'", "review": "{state: reviewed, by: [xx], on: '2023-06-01', next: '2027-11'}"},
			translations: []entry{{lang: "es", title: "Albergues para niñez no acompañada", summary: "La niñez vive en casas abiertas.",
				body: "Un protocolo saca a niñas y niños de las estaciones migratorias de Tabasco."}}},
		{id: "es-0001", lang: "es", title: "Acogida sin detención", summary: "Las personas viven en pisos y no en un centro de internamiento.",
			body: "La detención se evita. El Darién no está lejos: en Ñuñoa tampoco.", fields: map[string]string{"as_of": "'2022'"}},
		{id: "fr-0001", lang: "fr", title: "L’assignation à résidence", summary: "Les familles restent chez elles.",
			body: "Les demandeurs d’asile ne sont pas enfermés. La rétention reste l’exception."},
		{id: "eg-0001", lang: "ar", title: "رعاية الأطفال غير المصحوبين", summary: "يعيش الأطفال مع أسر بدلا من الاحتجاز.",
			body: "صندوق كفالة للاجئين. والاحتجاز هو الملاذ الأخير في ٢٠٢٢.", fields: map[string]string{"populations": "[children]"}},
		{id: "th-0001", lang: "th", title: "ทางเลือกแทนการกักขัง", summary: "เด็กอยู่กับครอบครัว", body: "เด็กไม่ถูกกักขัง IDC"},
		{id: "ci-0001", title: "Regional dialogue", summary: "Officials meet.", body: "They met in Abidjan.", also: "['R.D.C. and Côte d’Ivoire talks']",
			fields: map[string]string{"countries": "[CI, CD]"}},
		{id: "ch-0001", title: "Early support", summary: "Help from the first day.", body: "Lawyers and social workers help."},
		{id: "us-0001", title: "Ankle monitors", summary: "People wear a device.", body: "The device never comes off.",
			fields: map[string]string{"standing": "alternative-form-of-detention", "caution": "This is detention by another name.", "conditions": "[{what: electronic-monitoring, by: xx}]"}},
		{id: "br-0001", title: "Migration law", summary: "A law without detention.", body: "Law 13.445/2017 forbids it.",
			fields: map[string]string{"kind": "law"}, actors: "[{name: Ministério da Justiça, type: government, role: [leads]}]"},
	}
}

func TestSearchFinds(t *testing.T) {
	x := newIndex(t, world()...)
	for _, tt := range []struct{ name, text, lang, want string }{
		{"word in a title", "toronto", "en", "ca-0001"},
		{"acronym", "TBP", "en", "ca-0001"},
		{"stem", "caseworker visiting", "en", "ca-0001"},
		{"irregular plural", "child guardians", "en", "mx-0001"},
		{"stop words ask nothing", "the released of on", "en", "ca-0001"},
		{"stop words of another language", "la niñez", "en", "mx-0001"},
		{"without accents", "detencion", "es", "es-0001 …"},
		{"without the tilde", "nunoa darien", "es", "es-0001"},
		{"elision", "asile", "fr", "fr-0001"},
		{"curly or straight", "l'assignation", "fr", "fr-0001"},
		{"words of a translation", "estaciones Tabasco", "es", "mx-0001"},
		{"translation, reader of another language", "albergues", "en", "mx-0001 …"},
		{"arabic without hamza", "اطفال غير مصحوبين مصر", "ar", "eg-0001 …"},
		{"arabic with a prefix", "احتجاز", "ar", "… eg-0001 …"},
		{"eastern digits", "2022 احتجاز", "ar", "eg-0001"},
		{"thai", "กักขัง", "en", "… th-0001 …"},
		{"latin letters in a thai text", "idc", "en", "th-0001"},
		{"thai word that is not there", "ขังกัก", "en", ""},
		{"country in another language", "Suisse", "en", "ch-0001"},
		{"country in another script", "سويسرا", "en", "ch-0001"},
		{"alias without an apostrophe", "Cote dIvoire", "en", "ci-0001"},
		{"part of a long name", "Congo", "en", "ci-0001"},
		{"dotted acronym", "RDC", "en", "ci-0001"},
		{"country code in capitals", "CH", "en", "ch-0001"},
		{"the same letters small", "ch", "en", ""},
		{"code that is a stop word when small", "ES", "es", "es-0001"},
		{"label in another language", "enfants", "fr", "mx-0001 eg-0001"},
		{"synonym of a label", "de facto detention", "en", "us-0001 …"},
		{"part of a label", "supervision", "en", "… ca-0001"},
		{"law number", "13.445", "en", "br-0001"},
		{"actor", "ministerio justica", "en", "br-0001"},
		{"phrase", `"released on bail"`, "en", "ca-0001"},
		{"phrase over a stop word", `"children out of detaining"`, "en", "mx-0001"},
		{"phrase in another order", `"bail on released"`, "en", ""},
		{"exclusion", "detention -bail", "en", "… br-0001 …"},
		{"singular of a short word", "niño", "es", "mx-0001 eg-0001"},
		{"arabic broken plural", "طفل", "ar", "eg-0001 mx-0001"},
		{"arabic lam and lam", "لاجئين", "ar", "eg-0001"},
		{"two words must both match", "toronto tabasco", "en", ""},
		{"of more most must", "toronto bail caseworkers xyzzy", "en", "ca-0001 …"},
		{"a phrase must, however many words", `toronto bail caseworkers "xyzzy"`, "en", ""},
		{"nothing like it", "xyzzy", "en", ""},
	} {
		r := search(t, x, Query{Text: tt.text, Lang: tt.lang})
		got := ids(r)
		want := strings.ReplaceAll(strings.ReplaceAll(tt.want, " …", ".*"), "… ", ".*")
		if !regexp.MustCompile("^" + want + "$").MatchString(got) {
			t.Errorf("%s: %q for a reader of %s finds %q, want %q", tt.name, tt.text, tt.lang, got, tt.want)
		}
	}
}

func TestSearchEverything(t *testing.T) {
	x := newIndex(t, world()...)
	for _, text := range []string{"", "what is it", "-xyzzy", "***"} {
		r := search(t, x, Query{Text: text, Lang: "en"})
		if r.Total != 10 || r.Of != 10 || r.Query.Sort != SortEvidence {
			t.Errorf("%q: %d of %d by %q, want all by evidence", text, r.Total, r.Of, r.Query.Sort)
		}
	}
	if r := search(t, x, Query{Text: "-detention", Lang: "en"}); r.Total == 0 || r.Total == 10 {
		t.Errorf("only an exclusion: %d of %d", r.Total, r.Of)
	}
}

func TestMarks(t *testing.T) {
	x := newIndex(t, world()...)
	for _, tt := range []struct{ name, text, lang, title, summary, snippet string }{
		{"shown in the title", "bail", "en", "Toronto [Bail] Program", "Supervision in place of detention. xx", ""},
		{"other forms, in the body", "caseworker visits", "en", "Toronto Bail Program", "Supervision in place of detention. xx", "[Caseworkers] [visit]. Nobody"},
		{"forms with apostrophes", "detained guardian", "en", "Shelters for unaccompanied children", "Children live in open homes. xx", "out of [detaining] offices."},
		{"phrase as one", `"open homes"`, "en", "Shelters for unaccompanied children", "Children live in [open homes].", ""},
		{"translation", "casa", "es", "Albergues para niñez no acompañada", "La niñez vive en [casas] abiertas.", ""},
		{"arabic", "احتجاز أسر", "ar", "رعاية الأطفال غير المصحوبين", "يعيش الأطفال مع [أسر] بدلا من [الاحتجاز]", ""},
		{"arabic in the body", "لاجئين كفالة", "ar", "رعاية", "يعيش", "صندوق [كفالة] [للاجئين]."},
		{"thai pairs join", "เด็ก กักขัง ทางเลือก", "en", "[ทางเลือก]แทนการ[กักขัง]", "[เด็ก]", ""},
		{"without accents", "detencion", "es", "Acogida sin [detención]", "Las personas", ""},
		{"only a label", "Suisse", "en", "Early support", "Help from the first day.", ""},
	} {
		r := search(t, x, Query{Text: tt.text, Lang: tt.lang})
		if len(r.Hits) == 0 {
			t.Errorf("%s: %q finds nothing", tt.name, tt.text)
			continue
		}
		h := r.Hits[0]
		title, summary, snippet := marked(h.Title), marked(h.Summary), marked(h.Snippet)
		if !strings.HasPrefix(title, tt.title) || !strings.HasPrefix(summary, tt.summary) || !strings.Contains(snippet, tt.snippet) || (tt.snippet == "") != (snippet == "") {
			t.Errorf("%s: %q shows\n%s\n%s\n%s\nwant\n%s\n%s\n%s", tt.name, tt.text, title, summary, snippet, tt.title, tt.summary, tt.snippet)
		}
	}
	r := search(t, x, Query{Text: "casas", Lang: "es"})
	if len(r.Hits) == 0 || r.Hits[0].Lang != "es" {
		t.Errorf("a reader of Spanish gets %+v", r.Hits)
	}
}

func TestSnippet(t *testing.T) {
	body := strings.Repeat("one two three four five six seven eight nine ten. ", 20) + "Here the needle lies in the hay. " + strings.Repeat("more words ", 40) + "needle\nAnother block."
	var marks []mark
	for _, w := range []string{"needle", "hay", "ten"} {
		for at := 0; ; {
			i := strings.Index(body[at:], w)
			if i < 0 {
				break
			}
			marks = append(marks, mark{at + i, at + i + len(w), len(w)})
			at += i + len(w)
		}
	}
	s := snippet(body, marks, []mark{{probe: len("ten")}})
	if got := marked(s); !strings.HasPrefix(got, "Here the [needle] lies in the [hay]. more words") || !strings.HasSuffix(got, "…") {
		t.Errorf("snippet: %s", got)
	}
	if n := len(strings.Fields(s.Text)); n < 30 || n > 40 {
		t.Errorf("snippet of %d words: %s", n, s.Text)
	}
	if s := snippet(body, marks, marks); s.Text != "" {
		t.Errorf("everything is shown already, still: %s", s.Text)
	}
	thai := strings.Repeat("ที่นี่ไม่มีการกักขังเด็กกำ", 80)
	at := strings.Index(thai[2000:], "กักขัง") + 2000
	s = snippet(thai, []mark{{at, at + len("กักขัง"), 1}}, nil)
	if !utf8.ValidString(s.Text) || !strings.Contains(marked(s), "[กักขัง]") || len(s.Text) > snippetBytes+20 {
		t.Errorf("thai snippet of %d bytes: %s", len(s.Text), marked(s))
	}
}

func TestOrder(t *testing.T) {
	x := newIndex(t,
		entry{id: "ca-0001", title: "Éclair", body: "bail", fields: map[string]string{"as_of": "'2020'", "started": "'2018-03'"}},
		entry{id: "ca-0002", title: "apple bail", fields: map[string]string{"as_of": "'2023'", "review": "{state: reviewed, by: [xx], on: '2022-01-01', next: '2027-11'}"}},
		entry{id: "ca-0003", title: "Fig 10", summary: "bail", fields: map[string]string{"as_of": "'2021'", "started": "'2019'", "review": "{state: reviewed, by: [xx], on: '2023-01-01', next: '2027-11'}"}},
		entry{id: "ca-0004", title: "Fig 9", fields: map[string]string{"as_of": "'2023'"}},
	)
	for _, tt := range []struct {
		text string
		sort Sort
		want string
	}{
		{"", "", "ca-0002 ca-0004 ca-0003 ca-0001"},
		{"", SortBest, "ca-0002 ca-0004 ca-0003 ca-0001"},
		{"", SortNewest, "ca-0002 ca-0004 ca-0003 ca-0001"},
		{"", SortReviewed, "ca-0003 ca-0002 ca-0001 ca-0004"},
		{"", SortTitle, "ca-0002 ca-0001 ca-0004 ca-0003"},
		{"bail", "", "ca-0002 ca-0003 ca-0001"},
		{"bail", SortNewest, "ca-0002 ca-0003 ca-0001"},
		{"bail", SortTitle, "ca-0002 ca-0001 ca-0003"},
		{"", SortStarted, "ca-0003 ca-0001 ca-0002 ca-0004"},
	} {
		if got := ids(search(t, x, Query{Text: tt.text, Sort: tt.sort, Lang: "fr"})); got != tt.want {
			t.Errorf("%q by %q: %s, want %s", tt.text, tt.sort, got, tt.want)
		}
	}
}

// TestOrderByCountry has the names as each reader's alphabet puts them: Spain
// is España, Spain or إسبانيا. What is of a region alone is last.
func TestOrderByCountry(t *testing.T) {
	of := func(codes string) map[string]string { return map[string]string{"countries": codes} }
	x := newIndex(t,
		entry{id: "eur-0001", fields: map[string]string{"countries": "[]"}},
		entry{id: "es-0001", fields: of("[ES]")},
		entry{id: "de-0001", fields: of("[DE]")},
		entry{id: "us-0001", fields: of("[US]")},
		entry{id: "us-0002", fields: of("[US, DK]")},
	)
	for lang, want := range map[string]string{
		"en": "us-0002 de-0001 es-0001 us-0001 eur-0001", // Denmark Germany Spain United States
		"es": "de-0001 us-0002 es-0001 us-0001 eur-0001", // Alemania Dinamarca España Estados Unidos
		"fr": "de-0001 us-0002 es-0001 us-0001 eur-0001", // Allemagne Danemark Espagne États-Unis
		"xx": "us-0002 de-0001 es-0001 us-0001 eur-0001",
	} {
		if got := ids(search(t, x, Query{Sort: SortCountry, Lang: lang})); got != want {
			t.Errorf("%s: %s, want %s", lang, got, want)
		}
	}
}

// Who asks for a way not to detain must not be shown detention by another
// name first, because its label has the words.
func TestCautionedNeverFirstByLabel(t *testing.T) {
	x := newIndex(t,
		entry{id: "ca-0001", title: "Monitors", fields: map[string]string{"populations": "[families]", "standing": "contested", "caution": "It is disputed."}},
		entry{id: "ca-0002", body: "Now and then families come; " + strings.Repeat("other words are here too ", 20)},
		entry{id: "ca-0003", title: "Families watched", fields: map[string]string{"populations": "[families]", "standing": "contested", "caution": "It is disputed."}},
	)
	if got := ids(search(t, x, Query{Text: "families", Lang: "en"})); got != "ca-0003 ca-0002 ca-0001" {
		t.Errorf("families: %s; the one that matches by its label alone must be last, the one that says so need not", got)
	}
}

func TestFacets(t *testing.T) {
	x := newIndex(t, world()...)
	count := func(r *Result, g Group, value string) (int, FacetValue) {
		for _, f := range r.Facets {
			for i, v := range f.Values {
				if f.Group == g && v.Value == value {
					return i, v
				}
			}
		}
		return -1, FacetValue{}
	}
	q := Query{Lang: "en"}.With(GroupCountry, "mx").With(GroupCountry, "EG").With(GroupCountry, "JP").With(GroupCountry, "QQ").With(GroupKind, "law")
	r := search(t, x, q)
	if r.Total != 0 {
		t.Errorf("laws of Mexico and Egypt: %d", r.Total)
	}
	for _, tt := range []struct {
		group Group
		value string
		want  FacetValue
	}{
		{GroupCountry, "BR", FacetValue{Value: "BR", Count: 1}}, // its own group's choices do not count
		{GroupCountry, "MX", FacetValue{Value: "MX", Selected: true}},
		{GroupCountry, "JP", FacetValue{Value: "JP", Selected: true}},                // a country without an entry
		{GroupCountry, "QQ", FacetValue{Value: "QQ", Selected: true, Unknown: true}}, // no country at all
		{GroupKind, "programme", FacetValue{Value: "programme", Count: 2}},
		{GroupKind, "law", FacetValue{Value: "law", Selected: true}},
		{GroupKind, "training", FacetValue{Value: "training"}},       // zeros of the vocabulary are seen
		{GroupPopulation, "children", FacetValue{Value: "children"}}, // both other groups count
	} {
		if _, got := count(r, tt.group, tt.value); got != tt.want {
			t.Errorf("%s=%s: %+v, want %+v", tt.group, tt.value, got, tt.want)
		}
	}
	if at, _ := count(r, GroupCountry, "JM"); at >= 0 {
		t.Error("a country of no entry is listed")
	}
	if at, v := count(r, GroupKind, "programme"); at != 0 || v.Count != 2 {
		t.Errorf("the largest value stands at place %d", at)
	}
	if len(r.Facets) != len(Groups()) {
		t.Errorf("%d facets for %d groups", len(r.Facets), len(Groups()))
	}
}

func TestPages(t *testing.T) {
	x := newIndex(t, sample(45, 5)...)
	seen := map[string]bool{}
	for page := 1; page <= 4; page++ {
		r := search(t, x, Query{Page: page, Lang: "en"})
		want := min(page, 3)
		if r.Page != want || r.Query.Page != want || r.Pages != 3 || r.PerPage != 20 {
			t.Errorf("page %d: got page %d of %d", page, r.Page, r.Pages)
		}
		for _, h := range r.Hits {
			if seen[h.Practice.ID] && page <= 3 {
				t.Errorf("%s is on two pages", h.Practice.ID)
			}
			seen[h.Practice.ID] = true
		}
	}
	if len(seen) != 45 {
		t.Errorf("the pages have %d of 45", len(seen))
	}
	if r := search(t, x, Query{Text: "xyzzy", Page: 3}); r.Page != 1 || r.Pages != 1 || len(r.Hits) != 0 {
		t.Errorf("nothing found: page %d of %d", r.Page, r.Pages)
	}
}

func TestTwelveWords(t *testing.T) {
	x := newIndex(t,
		entry{id: "ca-0001", body: "common common b1 b2 b3 b4 b5 b6 b7 b8 b9 b10 b11 b12"},
		entry{id: "ca-0002", body: "common"}, entry{id: "ca-0003", body: "common"},
	)
	r := search(t, x, Query{Text: "common xyzzy b1 b2 b3 b4 b5 b6 b7 b8 b9 b10 b11 b12", Lang: "en"})
	if got := strings.Join(r.Dropped, " "); got != "common xyzzy" || ids(r) != "ca-0001" {
		t.Errorf("left out %q, found %s; the rarest twelve should stay", got, ids(r))
	}
}

func TestEmptyCatalogue(t *testing.T) {
	x := newIndex(t)
	for _, q := range []Query{{}, {Text: "bail"}, {Text: `"a b" -c`}, Query{}.With(GroupKind, "law")} {
		for _, s := range Sorts() {
			if r := search(t, x, q.WithSort(s)); r.Total != 0 || r.Of != 0 || r.Pages != 1 || len(r.Facets) != len(Groups()) {
				t.Errorf("%+v: %+v", q, r)
			}
		}
	}
}

func TestHostile(t *testing.T) {
	x := newIndex(t, world()...)
	chosen := Query{}
	for i := range 60 {
		chosen = chosen.With(pick(rand.New(rand.NewPCG(uint64(i), 1)), Groups()), fmt.Sprint("v", i))
	}
	for _, s := range hostile() {
		for _, lang := range []string{"en", "ar", "th", "\xff", strings.Repeat("x", 1000)} {
			start := time.Now()
			q := ParseQuery(map[string][]string{"q": {s}, "lang": {s}, "country": {s, s}, "page": {s}, "sort": {s}}, lang)
			search(t, x, Query{Text: s, Lang: lang, Page: -5, Sort: Sort(s), Chosen: map[Group][]string{"x": {s}, GroupKind: {s, s}}})
			search(t, x, q)
			search(t, x, chosen.WithText(s))
			// Far above what it takes, far below what a bad input took elsewhere.
			if d := time.Since(start); d > time.Second {
				t.Errorf("%.40q took %v", s, d)
			}
		}
	}
}

func TestClose(t *testing.T) {
	x := newIndex(t, world()...)
	ended, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := x.Search(ended, Query{Text: "bail"}); !errors.Is(err, context.Canceled) {
		t.Errorf("search after its context: %v", err)
	}
	if _, err := Build(ended, load(t, world()...), today); !errors.Is(err, context.Canceled) {
		t.Errorf("build after its context: %v", err)
	}
	for range 2 {
		if err := x.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	}
	if _, err := x.Search(context.Background(), Query{}); !errors.Is(err, ErrClosed) {
		t.Errorf("search after close: %v", err)
	}
}

// TestAtOnce searches one index from many goroutines and closes it among
// them: every search gives what it gives alone, or says that it is closed.
func TestAtOnce(t *testing.T) {
	x := newIndex(t, sample(40, 3)...)
	r := rand.New(rand.NewPCG(5, 5))
	var queries []Query
	var want []string
	for range 60 {
		q := randomQuery(r).WithSort(pick(r, Sorts()))
		queries, want = append(queries, q), append(want, fmt.Sprint(search(t, x, q).Total, ids(search(t, x, q))))
	}
	var wg sync.WaitGroup
	for g := range 8 {
		wg.Go(func() {
			for i := range queries {
				i = (i + g*7) % len(queries)
				res, err := x.Search(context.Background(), queries[i])
				switch {
				case errors.Is(err, ErrClosed):
				case err != nil:
					t.Errorf("%q: %v", queries[i].Text, err)
				case fmt.Sprint(res.Total, ids(res)) != want[i]:
					t.Errorf("%q: %d %s, alone %s", queries[i].Text, res.Total, ids(res), want[i])
				}
			}
		})
	}
	wg.Go(func() {
		time.Sleep(20 * time.Millisecond)
		x.Close()
	})
	wg.Wait()
}
