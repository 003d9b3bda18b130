package workshops

import (
	"fmt"
	"io/fs"
	"os"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"

	"opendoor/practices"
	"opendoor/practices/entries"
)

func catalogue(t testing.TB) *practices.Catalogue {
	t.Helper()
	c, err := practices.Load(entries.FS)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// shelf loads files against the shipped entries.
func shelf(t testing.TB, folders ...fs.FS) *Shelf {
	t.Helper()
	s, err := Load(catalogue(t), folders...)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestShipped(t *testing.T) {
	s := shelf(t, FS)
	for _, f := range s.Faults() {
		t.Error(f)
	}
	if len(s.All()) < 18 {
		t.Errorf("%d collections", len(s.All()))
	}
	c := catalogue(t)
	for _, w := range s.All() {
		t.Run(w.ID, func(t *testing.T) {
			for _, text := range append([]*Collection{w}, values(w.Translations)...) {
				if m := regexp.MustCompile(`(?i)\billegals?\b|\bilegal|\billégal|غير شرعي`).FindString(everything(text)); m != "" {
					t.Errorf("%s: %q is said of people", text.Path, m)
				}
			}
			for _, k := range w.Cases {
				p, err := c.Get(k.ID)
				if err != nil {
					t.Fatal(err)
				}
				if k.Objective == "" || k.Notes == "" || len(k.Questions) == 0 {
					t.Errorf("%s has no objective, no notes or no question", k.ID)
				}
				if p.Standing == "alternative-form-of-detention" && !strings.Contains(strings.ToLower(k.Notes), "alternative form of detention") {
					t.Errorf("%s is an alternative form of detention, and the notes do not say so", k.ID)
				}
			}
		})
	}
}

func values(m map[string]*Collection) []*Collection {
	var list []*Collection
	for _, c := range m {
		list = append(list, c)
	}
	return list
}

func everything(c *Collection) string {
	s := c.Title + c.Summary + c.Objective + c.Markdown + strings.Join(c.Questions, " ")
	for _, k := range c.Cases {
		s += k.Objective + k.Notes + k.Decision + k.Then + strings.Join(k.Questions, " ")
	}
	return s
}

const whole = `---
id: two-doors
lang: en
title: Two doors
summary: One house and one law.
audience: Officials
minutes: 60
objective: Tell a house from a law.
cases:
- id: mx-0010
  version: 0123456789ab
  objective: See a house.
  notes: 'Note: told by the state.'
  questions:
  - Who opens?
  decision: Open or shut?
  then: Open.
- id: mx-0003
questions:
- And then?
decision_points:
- text: House or law first?
  then: The house came first.
contributors:
- {name: A group, role: compiler}
review: {state: compiled, by: []}
---
Begin **slowly**.
`

func TestParse(t *testing.T) {
	c, faults := Parse("two-doors.md", []byte(whole))
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	if c.Cases[0].Decision != "Open or shut?" || c.Cases[0].Version != "0123456789ab" || !strings.Contains(string(c.Guide), "<strong>slowly</strong>") || c.Markdown != "Begin **slowly**." {
		t.Errorf("%+v", c)
	}
	if want := practices.VersionID([]byte(whole)); c.Version != want {
		t.Errorf("version %s, want %s", c.Version, want)
	}
	again, faults := Parse("two-doors.md", Marshal(c))
	if len(faults) > 0 {
		t.Fatalf("what was written cannot be read: %v\n%s", faults, Marshal(c))
	}
	again.Version, again.Text = c.Version, c.Text
	if !reflect.DeepEqual(again, c) {
		t.Errorf("written and read again:\n%+v\nwas\n%+v", again, c)
	}
}

func TestFaultsSayWhatToMend(t *testing.T) {
	for _, tt := range []struct{ name, old, new, want string }{
		{"a word of addresses", "id: two-doors", "id: new", "an address of its own"},
		{"no id", "id: two-doors\n", "", "id: missing"},
		{"id in capitals", "id: two-doors", "id: Two Doors", "small letters"},
		{"a misspelt field", "audience:", "audiense:", `did you mean "audience"`},
		{"no entry", "- id: mx-0003", "- id: xx-1", "no id of an entry"},
		{"twice", "- id: mx-0003", "- id: mx-0010", "occurs twice"},
		{"a version that is none", "0123456789ab", "'12'", "is no version"},
		{"what follows nothing", "  decision: Open or shut?\n", "", "nothing to follow"},
		{"too long", "minutes: 60", "minutes: 100000", "three days"},
		{"no time", "minutes: 60", "minutes: 1", "between 5 minutes"},
		{"markup", "Begin **slowly**", "Begin <b onclick=x>", "HTML is not allowed"},
		{"a person", "One house and one law.", "'Ana, 14 years old, and one law.'", "a name with an age"},
		{"state of review", "state: compiled", "state: perfect", "review.state"},
		{"a source nobody has", "Begin **slowly**", "Begin[^here]", "cites none"},
		{"too many letters", "Tell a house from a law.", strings.Repeat("a ", 300), "the limit is 400"},
		{"of is for translations", "lang: en", "lang: en\nof: 0123456789ab", "for translations"},
	} {
		text := strings.Replace(whole, tt.old, tt.new, 1)
		_, faults := Parse("two-doors.md", []byte(text))
		said := ""
		for _, f := range faults {
			said += f.String() + "\n"
		}
		if !strings.Contains(said, tt.want) || !practices.HasErrors(faults) {
			t.Errorf("%s: no %q in\n%s", tt.name, tt.want, said)
		}
	}
	for _, hostile := range []string{"", "---", "---\n---\n", "\xff\xfe", "---\n&a [*a]\n---\n", "---\ncases: " + strings.Repeat("[", 5000) + "\n---\n", strings.Repeat("x", 2<<20)} {
		if _, faults := Parse("x.md", []byte(hostile)); !practices.HasErrors(faults) {
			t.Errorf("%.40q is taken", hostile)
		}
	}
}

func TestOwn(t *testing.T) {
	for _, tt := range []struct{ name, text, want string }{
		{"nothing yet", "---\ntitle: ''\n---\n", ""},
		{"unfinished", "---\ntitle: Tuesday\ncases: [{id: mx-0010}]\n---\n", ""},
		{"a person", "---\ntitle: Tuesday\nsummary: 'Call +41 22 555 12 34.'\n---\n", "a telephone number"},
		{"no entry", "---\ntitle: Tuesday\ncases: [{id: mine}]\n---\n", "no id of an entry"},
	} {
		_, faults := ParseOwn([]byte(tt.text))
		if said := fmt.Sprint(faults); (tt.want == "") != (len(faults) == 0) || !strings.Contains(said, tt.want) {
			t.Errorf("%s: %s, want %q", tt.name, said, tt.want)
		}
	}
}

func TestShelf(t *testing.T) {
	translation := `---
id: two-doors
lang: es
of: ` + practices.VersionID([]byte(whole)) + `
state: draft
title: Dos puertas
summary: Una casa y una ley.
audience: Funcionariado
objective: Distinguir una casa de una ley.
cases: [{id: mx-0010, objective: Ver una casa.}, {id: mx-0003}]
contributors: [{name: Un grupo, role: translator}]
---
`
	files := fstest.MapFS{
		"two-doors.md":    {Data: []byte(whole)},
		"two-doors.es.md": {Data: []byte(translation)},
		"two-doors.fr.md": {Data: []byte(strings.NewReplacer("lang: es", "lang: fr", "mx-0003", "mx-0002").Replace(translation))},
		"lost.md":         {Data: []byte(strings.NewReplacer("id: two-doors", "id: lost", "mx-0003", "mx-9999").Replace(whole))},
		"other.md":        {Data: []byte(whole)},
		"README.md":       {Data: []byte("not a collection")},
	}
	s := shelf(t, files)
	c, err := s.Get("two-doors")
	if err != nil || c.In("es").Title != "Dos puertas" || c.In("es").Stale || c.In("fr") != c || len(s.All()) != 2 {
		t.Errorf("%v %+v, %d in all", err, c, len(s.All()))
	}
	lost, err := s.Get("lost")
	if err != nil || len(lost.Cases) != 1 || lost.Has("mx-9999") {
		t.Errorf("a case that is not in the catalogue: %v %+v", err, lost)
	}
	var said []string
	for _, f := range s.Faults() {
		said = append(said, f.String())
	}
	for _, want := range []string{"mx-9999 is not in the catalogue", "the source has mx-0010, mx-0003", "the file is named other.md"} {
		if !strings.Contains(strings.Join(said, "\n"), want) {
			t.Errorf("no %q in %v", want, said)
		}
	}
	newer := fstest.MapFS{"two-doors.md": {Data: []byte(strings.Replace(whole, "title: Two doors", "title: Three doors", 1))}}
	if c, err := shelf(t, files, newer).Get("two-doors"); err != nil || c.Title != "Three doors" {
		t.Errorf("of two folders the later one does not stand: %v %+v", err, c)
	}
	if len(s.With("mx-0010")) != 2 || len(s.With("nl-0001")) != 0 {
		t.Error("the collections with an entry are not found")
	}
	if _, err := s.Get("nothing"); err == nil {
		t.Error("a collection that is not there is found")
	}
}

func TestDocs(t *testing.T) {
	doc, err := os.ReadFile("../../docs/workshop-format.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range []any{Collection{}, Case{}, Decision{}} {
		for f := range fields(reflect.TypeOf(v)) {
			if !strings.Contains(string(doc), "`"+f+"`") {
				t.Errorf("docs/workshop-format.md does not speak of %s", f)
			}
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(whole))
	f.Fuzz(func(t *testing.T, data []byte) {
		c, faults := Parse("x.md", data)
		if practices.HasErrors(faults) {
			return
		}
		if _, faults := Parse("x.md", Marshal(c)); practices.HasErrors(faults) {
			t.Errorf("what was written cannot be read: %v", faults)
		}
	})
}
