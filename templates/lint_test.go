package templates

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"testing/fstest"
)

// TestLanguagesAgree holds the languages that are offered to all that Lint
// asks for; what is missing is a fault in these.
func TestLanguagesAgree(t *testing.T) {
	faults, err := Lint(os.DirFS("."))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range faults {
		t.Errorf("%s:%d: %s: %s", f.File, f.Line, f.Key, f.Message)
	}
}

func TestTypographyOfTexts(t *testing.T) {
	for name, data := range read(t) {
		if !strings.HasSuffix(name, ".html") {
			continue
		}
		lang := strings.Split(name, "/")[1]
		for _, said := range typography(lang, string(data)) {
			t.Errorf("%s: %s", name, said)
		}
	}
}

func TestLint(t *testing.T) {
	const (
		english = "language: {name: English, dir: ltr}\nnav: {map: Map}\nlist: {tally: {one: '{n} entry', other: '{n} entries'}, say: 'Really?'}\n"
		head    = "language: {name: Own, dir: ltr}\n"
	)
	for _, tt := range []struct {
		name, lang, text string
		want             []string // of each fault: line, key, a part of what is said
	}{
		{"whole", "es", "nav: {map: Mapa}\nlist: {tally: {one: '{n} ficha', other: '{n} fichas'}, say: '¿De verdad?'}", nil},
		{"missing", "es", "nav: {map: Mapa}\nlist: {say: '¿Sí?'}", []string{":0 list.tally missing"}},
		{"a place that the English has not", "es", "nav: {map: 'Mapa {n}'}\nlist: {tally: {one: '{n} a', other: '{n} b'}, say: '¿Sí?'}", []string{":2 nav.map has the places [n]"}},
		{"a form too few", "ar", "nav: {map: خريطة}\nlist: {tally: {one: '{n}', few: '{n}', many: '{n}', other: '{n}'}, say: حقاً؟}", []string{`:3 list.tally has no form "two"`}},
		{"empty", "es", "nav: {map: ' '}\nlist: {tally: {one: '{n} a', other: '{n} b'}, say: '¿Sí?'}", []string{":2 nav.map is empty"}},
		{"too long", "es", "nav: {map: Mapa de todas las prácticas}\nlist: {tally: {one: '{n} a', other: '{n} b'}, say: '¿Sí?'}", []string{":2 nav.map is 27 letters long; the navigation has room for 18"}},
		{"asked for by nothing", "es", "nav: {map: Mapa, way: Vía}\nlist: {tally: {one: '{n} a', other: '{n} b'}, say: '¿Sí?'}", []string{":2 nav.way is not in English"}},
		{"a question not opened", "es", "nav: {map: Mapa}\nlist: {tally: {one: '{n} a', other: '{n} b'}, say: 'Sí?'}", []string{":3 list.say open a question"}},
		{"a wide space", "fr", "nav: {map: Carte}\nlist: {tally: {one: '{n} a', other: '{n} b'}, say: 'Vraiment ?'}", []string{":3 list.say put a narrow no-break space"}},
		{"a Latin comma", "ar", "nav: {map: 'خريطة, كبيرة'}\nlist: {tally: {one: '{n}', two: '{n}', few: '{n}', many: '{n}', other: '{n}'}, say: حقاً؟}", []string{":2 nav.map write ، ؛ ؟"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			faults, err := Lint(fstest.MapFS{
				"languages/en/site.yaml":              {Data: []byte(english)},
				"languages/" + tt.lang + "/site.yaml": {Data: []byte(head + tt.text)},
			})
			if err != nil {
				t.Fatal(err)
			}
			if len(faults) != len(tt.want) {
				t.Fatalf("%d faults, want %d: %+v", len(faults), len(tt.want), faults)
			}
			for i, f := range faults {
				if f.File != "languages/"+tt.lang+"/site.yaml" {
					t.Errorf("the fault is in %s", f.File)
				}
				if got := strings.TrimSpace(strings.Join([]string{fmt.Sprintf(":%d", f.Line), f.Key, f.Message}, " ")); !strings.HasPrefix(got, tt.want[i]) {
					t.Errorf("%q, want %q", got, tt.want[i])
				}
			}
		})
	}
	if _, err := Lint(fstest.MapFS{"languages/en/site.yaml": {Data: []byte("a: [b]")}}); err == nil {
		t.Error("a list is taken for a message")
	}
}
