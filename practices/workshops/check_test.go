package workshops

import (
	"strings"
	"testing"

	"opendoor/practices"
)

// TestCheckFindsWhatLintRefuses holds the words for people to those of lint:
// they find something in the same collections.
func TestCheckFindsWhatLintRefuses(t *testing.T) {
	whole := func() *Collection {
		return &Collection{ID: "a", Lang: "en", Title: "T", Summary: "S", Audience: "A", Minutes: 60, Objective: "O",
			Cases: []Case{{ID: "mx-0004"}}, Contributors: []practices.Contributor{{Name: "N", Role: "author"}}, Review: practices.Review{State: "contributed"}}
	}
	x := func(n int) string { return strings.Repeat("é", n) }
	many := func(n int) []string { return strings.Split(strings.Repeat("q ", n)+"q", " ") }
	for name, change := range map[string]func(*Collection){
		"whole": func(c *Collection) {}, "longest": func(c *Collection) {
			c.Title, c.Summary, c.Cases[0].Notes, c.Questions = x(120), x(400), x(1500), many(11)
		},
		"no title": func(c *Collection) { c.Title = "" }, "no summary": func(c *Collection) { c.Summary = "" }, "no audience": func(c *Collection) { c.Audience = "" },
		"no objective": func(c *Collection) { c.Objective = "" }, "no time": func(c *Collection) { c.Minutes = 0 }, "no end": func(c *Collection) { c.Minutes = 9999 },
		"no case": func(c *Collection) { c.Cases = nil }, "long title": func(c *Collection) { c.Title = x(121) }, "long notes": func(c *Collection) { c.Cases[0].Notes = x(1501) },
		"long question": func(c *Collection) { c.Cases[0].Questions = []string{x(401)} }, "many questions": func(c *Collection) { c.Questions = many(12) },
		"many of a case": func(c *Collection) { c.Cases[0].Questions = many(12) }, "decisions": func(c *Collection) { c.Decisions = make([]Decision, 13) },
		"then alone": func(c *Collection) { c.Cases[0].Then = "it went on" }, "point without text": func(c *Collection) { c.Decisions = []Decision{{Then: "x"}} },
		"telephone": func(c *Collection) { c.Objective = "Call +41 22 555 12 34" }, "person": func(c *Collection) { c.Decisions = []Decision{{Text: "What of Ana, 16, now?"}} },
		"arabic":        func(c *Collection) { c.Lang, c.Title = "ar", "ورشة عمل" },
		"yaml in words": func(c *Collection) { c.Title, c.Summary = "a: [b", "'\"---\n---\n: {}&*a" },
		"huge": func(c *Collection) {
			for range 39 {
				c.Cases = append(c.Cases, Case{ID: "mx-" + x(0) + strings.Repeat("0", 4-len(number(len(c.Cases)+10))) + number(len(c.Cases)+10), Notes: x(1500)})
			}
		},
	} {
		c := whole()
		change(c)
		_, own := ParseOwn(Marshal(c))
		if problems := c.Check(false); (len(problems) > 0) != practices.HasErrors(own) {
			t.Errorf("%s: own: %v, and lint says %v", name, problems, own)
		}
		_, published := Parse("a.md", Marshal(c))
		if problems := c.Check(true); (len(problems) > 0) != practices.HasErrors(published) {
			t.Errorf("%s: for the editors: %v, and lint says %v", name, problems, published)
		}
	}
}

func number(n int) string { return strings.TrimLeft(string(rune('0'+n/10))+string(rune('0'+n%10)), "") }

func TestPropose(t *testing.T) {
	used := map[string]bool{"courts": true, "courts-2": true}
	for title, want := range map[string]string{
		"Ending child detention: four routes, and more": "ending-child-detention-four-routes", "¡Niñez sin detención!": "ninez-sin-detencion",
		"ورشة عمل": "workshop", "": "workshop", "Courts": "courts-3", "New": "new-workshop", "2026": "workshop", strings.Repeat("long", 30): strings.Repeat("long", 10),
	} {
		got := Propose(title, func(id string) bool { return used[id] })
		if got != want || IDOf(FilePath(got)) != got {
			t.Errorf("%q: %q, want %q", title, got, want)
		}
	}
	for _, path := range []string{"", "workshops/.md", "workshops/a.es.md", "workshops/../a.md", "mx/a.md", "workshops/A.md"} {
		if id := IDOf(path); id != "" {
			t.Errorf("%q has the collection %q", path, id)
		}
	}
}

func TestRenamed(t *testing.T) {
	for from, want := range map[string]string{
		"---\nid: a\ntitle: id: a\n---\nid: a\n": "---\nid: b\ntitle: id: a\n---\nid: a\n", "---\nlang: en\nid: a\n---\n": "---\nlang: en\nid: b\n---\n",
		"---\nlang: en\n---\n\nid: a\n": "---\nlang: en\n---\n\nid: a\n", "": "",
		"---\nlang: en\n---\nid: a\n": "---\nlang: en\n---\nid: a\n",
	} {
		if got := string(Renamed([]byte(from), "b")); got != want {
			t.Errorf("%q gives %q", from, got)
		}
	}
}

func TestTyped(t *testing.T) {
	for from, want := range map[string]string{"a\u202eb\x00c\ufeff\r": "abc", "e\u0301": "é", "می\u200cخواهم\nx\ty": "می\u200cخواهم\nx\ty", "\xff": ""} {
		if got := Typed(from); got != want {
			t.Errorf("%q gives %q", from, got)
		}
	}
}
