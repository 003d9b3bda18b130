package search

import (
	"cmp"
	"context"
	"fmt"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"opendoor/practices"
	"opendoor/practices/vocabulary"
)

// today is the day on which tests run.
var today = time.Date(2024, 6, 1, 12, 0, 0, 0, time.UTC)

func init() { patience = 20 * time.Second }

// An entry is a practice as a test needs it: what is not said is filled in
// with something that lint accepts and no test searches for.
type entry struct {
	id, lang, title, summary, body string
	also, actors                   string // lists as YAML has them
	fields                         map[string]string
	translations                   []entry // with lang, title, summary and body
}

var plainFields = map[string]string{
	"kind": "programme", "standing": "rights-based", "measures": "[peer-learning]",
	"populations": "[everyone]", "status": "unknown", "as_of": "'2021'", "approach": "not-applicable",
	"evidence": "{level: told, direction: unclear}", "review": "{state: compiled, by: [], next: '2027-11'}",
}

// padding makes a text long enough without a word that a test looks for.
func padding(s string, words int) string {
	for n := len(strings.Fields(s)); n < words; n++ {
		s += " xx"
	}
	return strings.TrimSpace(s)
}

func sections(lang, body string) string {
	var b strings.Builder
	for i, id := range []string{"what-was-done", "what-to-be-careful-about"} {
		t, _ := vocabulary.Named("heading").Get(id)
		text := "xx"
		if i == 0 {
			text = padding(body, 60)
		}
		fmt.Fprintf(&b, "## %s\n%s\n", t.In(lang), text)
	}
	return b.String()
}

// files writes an entry and its translations as the catalogue keeps them.
func (e entry) files(fsys fstest.MapFS) {
	lang := cmp.Or(e.lang, "en")
	var b strings.Builder
	fmt.Fprintf(&b, "---\nschema: 1\nid: %s\nlang: %s\ntitle: %q\nsummary: %q\n", e.id, lang, cmp.Or(e.title, "xx"), padding(e.summary, 20))
	fmt.Fprintf(&b, "also_called: %s\nactors: %s\n", cmp.Or(e.also, "[]"), cmp.Or(e.actors, "[{name: xx, type: civil-society, role: [runs]}]"))
	for _, f := range sortedKeys(plainFields) {
		if e.fields[f] == "" {
			fmt.Fprintf(&b, "%s: %s\n", f, plainFields[f])
		}
	}
	if e.fields["countries"] == "" && len(e.id) == len("mx-0001") {
		fmt.Fprintf(&b, "countries: [%s]\n", strings.ToUpper(e.id[:2]))
	}
	for _, f := range sortedKeys(e.fields) {
		fmt.Fprintf(&b, "%s: %s\n", f, e.fields[f])
	}
	b.WriteString("sources: [{key: a, title: xx, publisher: xx, date: '2020', kind: newsletter, where: xx}]\n")
	b.WriteString("contributors: [{name: xx, role: compiler}]\nlicence: CC-BY-4.0\n---\n")
	b.WriteString(sections(lang, e.body))
	fsys[practices.FilePath(e.id, "")] = &fstest.MapFile{Data: []byte(b.String())}
	for _, t := range e.translations {
		text := fmt.Sprintf("---\nid: %s\nlang: %s\nof: xx\nstate: draft\ntitle: %q\nsummary: %q\ncaution: xx\ncontributors: [{name: xx, role: translator}]\n---\n%s",
			e.id, t.lang, cmp.Or(t.title, "xx"), padding(t.summary, 20), sections(t.lang, t.body))
		fsys[practices.FilePath(e.id, t.lang)] = &fstest.MapFile{Data: []byte(text)}
	}
}

func load(t testing.TB, entries ...entry) *practices.Catalogue {
	t.Helper()
	fsys := fstest.MapFS{}
	for _, e := range entries {
		e.files(fsys)
	}
	c, err := practices.Load(fsys)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range c.Faults() {
		if !f.Warning {
			t.Errorf("fixture: %s", f)
		}
	}
	return c
}

func newIndex(t testing.TB, entries ...entry) *Index {
	t.Helper()
	x, err := Build(context.Background(), load(t, entries...), today)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { x.Close() })
	return x
}

func search(t testing.TB, x *Index, q Query) *Result {
	t.Helper()
	r, err := x.Search(context.Background(), q)
	if err != nil {
		t.Fatalf("search %q: %v", q.Text, err)
	}
	return r
}

func ids(r *Result) string {
	var list []string
	for _, h := range r.Hits {
		list = append(list, h.Practice.ID)
	}
	return strings.Join(list, " ")
}

// marked writes a text with its marks in brackets.
func marked(m Marked) string {
	var b strings.Builder
	at := 0
	for _, k := range m.Marks {
		b.WriteString(m.Text[at:k[0]] + "[" + m.Text[k[0]:k[1]] + "]")
		at = k[1]
	}
	return b.String() + m.Text[at:]
}
