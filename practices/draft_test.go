package practices_test

import (
	"encoding/json"
	"io/fs"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"opendoor/practices"
	"opendoor/practices/entries"
	"opendoor/regions"
)

var setting = practices.Setting{
	Now: time.Date(2026, 11, 21, 0, 0, 0, 0, time.UTC), Anonymous: "A practitioner",
	Locate: func(_ []regions.Code, town string) (practices.Place, bool) {
		return practices.Place{Name: "Lusaka", Precision: "city", Lat: -15.42, Lon: 28.28}, town == "Lusaka"
	},
}

// shipped gives every file of the catalogue that is no translation.
func shipped(t testing.TB) map[string][]byte {
	t.Helper()
	files := map[string][]byte{}
	err := fs.WalkDir(entries.FS, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.Count(d.Name(), ".") != 1 || !strings.HasSuffix(path, ".md") || d.Name() == "README.md" {
			return err
		}
		data, err := fs.ReadFile(entries.FS, path)
		files[path] = data
		return err
	})
	if err != nil || len(files) < 200 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	return files
}

// TestDraftKeepsFiles opens every entry as a form and writes it again, by way
// of JSON as a store keeps it: not one letter changes.
func TestDraftKeepsFiles(t *testing.T) {
	for path, data := range shipped(t) {
		d, faults := practices.OpenDraft(data)
		if d == nil {
			t.Errorf("%s: %v", path, faults)
			continue
		}
		kept, err := json.Marshal(d)
		if err != nil {
			t.Fatal(err)
		}
		var again practices.Draft
		if err := json.Unmarshal(kept, &again); err != nil {
			t.Fatal(err)
		}
		if got := string(again.File(setting)); got != string(data) {
			t.Errorf("%s changes:\n%s", path, diff(string(data), got))
		}
	}
}

// diff lists the lines that one text has and the other has not.
func diff(a, b string) string {
	var out []string
	for _, l := range strings.Split(a, "\n") {
		if !slices.Contains(strings.Split(b, "\n"), l) {
			out = append(out, "- "+l)
		}
	}
	for _, l := range strings.Split(b, "\n") {
		if !slices.Contains(strings.Split(a, "\n"), l) {
			out = append(out, "+ "+l)
		}
	}
	return strings.Join(out, "\n")
}

// TestDraftChangesNothingElse changes one answer of an entry: the file differs
// in that line alone.
func TestDraftChangesNothingElse(t *testing.T) {
	file, err := fs.ReadFile(entries.FS, "americas/mx/mx-0004.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct{ name, field, value, want string }{
		{"a line", "title", "Pilot: a first one, 'as told'", "+ title: 'Pilot: a first one, ''as told'''"},
		{"a word of a vocabulary", "kind", "programme", "+ kind: programme"},
		{"a part of a mapping", "evidence.direction", "mixed", "+ evidence: {level: corroborated, direction: mixed}"},
		{"a mapping with its sources", "in_law.answer", "yes", "+ in_law: {answer: 'yes', sources: [congress]}"},
		{"sources by number", "in_law.sources", "1, ten-years", "+ in_law: {answer: partly, sources: [course, ten-years]}"},
		{"a new field in its place", "ended", "2016", "+ ended: '2016'"},
		{"a column of a row", "sources.1.publisher", "Reforma", "+ - {key: press, title: Habilitan hogares a niños migrantes en México, publisher: Reforma, date: '2017-04-16', kind: news, lang: es, where: press agency, read: in-part}"},
		{"a column that was not there", "sources.0.url", "https://example.org/a", "+ - {key: course, title: Developing alternatives to detention, publisher: FutureLearn, date: undated, kind: course, where: course Caring for Children Moving Alone, url: 'https://example.org/a'}"},
		{"a new row", "also_called", "one\ntwo, three", "+ also_called: [one, 'two, three']"},
		{"a number", "figures.0.value", "21", "+ - {key: children, what: 'children and adolescents in the pilot', indicator: reached, value: 21, unit: children, period: 'about nine months from 2015', method: reported, source: course, note: 'both homes together'}"},
		{"no number", "figures.0.value", "some", "+ - {key: children, what: 'children and adolescents in the pilot', indicator: reached, value: some, unit: children, period: 'about nine months from 2015', method: reported, source: course, note: 'both homes together'}"},
	} {
		d, _ := practices.OpenDraft(file)
		d.Set(tt.field, tt.value)
		got := diff(string(file), string(d.File(setting)))
		var added []string
		for _, l := range strings.Split(got, "\n") {
			if strings.HasPrefix(l, "+") {
				added = append(added, l)
			}
		}
		if len(added) != 1 || added[0] != tt.want {
			t.Errorf("%s: got\n%s\nwant\n%s", tt.name, got, tt.want)
		}
	}
}

func TestDraftSections(t *testing.T) {
	file, _ := fs.ReadFile(entries.FS, "americas/mx/mx-0004.md")
	d, _ := practices.OpenDraft(file)
	d.Set("questions-for-a-workshop")
	d.Set("what-came-of-it", "It went well.[1] See [2](https://example.org) and [9].\r\n\r\n- One")
	got := string(d.File(setting))
	if strings.Contains(got, "Questions for a workshop") {
		t.Error("a section that was emptied stays")
	}
	if !strings.Contains(got, "## What came of it\nIt went well.[^course] See [2](https://example.org) and [9].\n\n- One\n## What to be careful about\n") {
		t.Errorf("the section is not written as typed:\n%s", got)
	}
	d.Set("lang", "es")
	if got := string(d.File(setting)); !strings.Contains(got, "\n## Qué se hizo\n") || !strings.Contains(got, "\nlang: es\n") {
		t.Errorf("headings are not in the language of the text:\n%s", got)
	}
}

// snapshot is a form as a newcomer fills it in.
func snapshot() *practices.Draft {
	d := practices.NewDraft("en")
	for name, v := range map[string][]string{
		"title":     {"Legal help at the airport"},
		"summary":   {"Two lawyers meet people who ask for asylum at the airport before anybody decides on detention, and since they came fewer people are held there."},
		"countries": {"zambie"}, "places.0.name": {"Lusaka"}, "kind": {"programme"}, "status": {"running"}, "started": {"2021-03"},
		"actors.0.name": {"Lawyers: together"}, "actors.0.type": {"civil-society"}, "populations": {"families", "everyone"}, "measures": {"legal-aid"},
		"what-was-done":            {"Two lawyers are at the airport every day. They meet people before anybody decides, explain the procedure and speak for them. The immigration office calls them when somebody asks for asylum.[1]\n\nThe work began with a letter between the office and the lawyers. Families are seen first, in a room of their own."},
		"what-to-be-careful-about": {"- There are only two lawyers, and none at night.[1]"},
		"standing":                 {"element"},
		"sources.0.title":          {"Annual report 2024"},
		"sources.0.publisher":      {"Lawyers: together"},
		"sources.0.kind":           {"report"},
		"sources.0.url":            {"https://example.org/report"},
		"sources.2.title":          {"Letter of understanding"},
		"sources.2.publisher":      {"Immigration office"},
		"sources.2.kind":           {"official"},
		"sources.2.where":          {"at the office"},
		"what-came-of-it":          {"Fewer people are held at the airport.[3]"},
		"conditions.0.what":        {"none-such"},
		"conditions.0.note":        {"# no comment: {really}"},
		"not-a-field":              {"x"},
	} {
		d.Set(name, v...)
	}
	return d
}

func TestDraftOfANewcomer(t *testing.T) {
	d := snapshot()
	if _, ok := d.Values["not-a-field"]; ok {
		t.Error("what no form asks is kept")
	}
	d.Set("conditions.0.what")
	d.Set("conditions.0.note")
	file := d.File(setting)
	p, faults := practices.Parse("", file)
	for _, f := range faults {
		if !f.Warning {
			t.Errorf("%v\n%s", f, file)
		}
	}
	if p.ID != "zm-0000" || len(p.Countries) != 1 || p.Countries[0] != "ZM" || len(p.Sources) != 2 || p.Sources[1].Key != "source-3" ||
		p.Sources[0].Date != "undated" || len(p.Places) != 1 || p.Places[0].Lat != -15.42 || p.Contributors[0].Name != "A practitioner" ||
		p.Actors[0].Name != "Lawyers: together" || !slices.Equal(p.Actors[0].Role, []string{"runs"}) || p.Review.State != "contributed" {
		t.Errorf("the entry is %+v\n%s", p, file)
	}
	again, _ := practices.OpenDraft(file)
	if string(again.File(setting)) != string(file) {
		t.Error("the file changes when it is opened as a form")
	}
	id := setting
	id.ID = "zm-0007"
	if p, _ := practices.Parse("", d.File(id)); p.ID != "zm-0007" {
		t.Errorf("id %q", p.ID)
	}
}

// TestDraftLosesNothing: a draft with every value wrong still becomes a file,
// and keeps each value as typed.
func TestDraftLosesNothing(t *testing.T) {
	d := snapshot()
	for name := range maps.Clone(d.Values) {
		d.Set(name, "x: }\"' #&*!|>%@` ---\n...\n؟ wrong")
	}
	before := maps.Clone(d.Values)
	file := d.File(setting)
	if _, faults := practices.Parse("", file); len(faults) == 0 {
		t.Error("nothing is wrong with it")
	}
	if again, faults := practices.OpenDraft(file); again == nil {
		t.Errorf("the file cannot be read again: %v\n%s", faults, file)
	} else if got := again.Get("title"); got != d.Get("title") {
		t.Errorf("title %q, typed %q", got, d.Get("title"))
	}
	if !maps.EqualFunc(before, d.Values, slices.Equal) {
		t.Error("writing a file changes the draft")
	}
}

func TestOpenDraftRefuses(t *testing.T) {
	for name, text := range map[string]string{
		"nothing": "", "no front matter": "Hello", "no end": "---\ntitle: x\n", "braces": "---\n{title: x}\n---\n", "an alias": "---\ntitle: &a x\nsummary: *a\n---\n",
		"a list": "---\n- x\n---\n", "deep": "---\ntitle: " + strings.Repeat("[", 500) + "\n---\n", "huge": "---\ntitle: " + strings.Repeat("x", 2<<20) + "\n---\n",
	} {
		if d, faults := practices.OpenDraft([]byte(text)); d != nil || !practices.HasErrors(faults) {
			t.Errorf("%s: %v, %v", name, d, faults)
		}
	}
}

// FuzzDraft types anything into any field, and opens any file.
func FuzzDraft(f *testing.F) {
	for _, q := range practices.Questions() {
		f.Add(q.Fields[0].Name, "x", "---\ntitle: x\n---\n")
	}
	for _, path := range []string{"americas/mx/mx-0004.md", "europe/nl/nl-0001.md"} {
		data, _ := fs.ReadFile(entries.FS, path)
		f.Add("sources.0.title", "---\n'", string(data))
	}
	f.Fuzz(func(t *testing.T, name, value, file string) {
		for _, d := range []*practices.Draft{snapshot(), practices.NewDraft(value)} {
			d.Set(name, value)
			out := d.File(setting)
			again, faults := practices.OpenDraft(out)
			if again == nil && len(out) < 8<<10 {
				t.Fatalf("%s = %q: the file cannot be opened again: %v\n%s", name, value, faults, out)
			}
		}
		if d, _ := practices.OpenDraft([]byte(file)); d != nil {
			once := d.File(setting)
			d.Set(name, value)
			d.File(setting)
			if again, _ := practices.OpenDraft(once); again != nil && string(again.File(setting)) != string(once) {
				t.Fatalf("not the same twice:\n%s\n%s", once, again.File(setting))
			}
		}
	})
}

// TestCheckOfShipped: an entry of the catalogue, opened as a form, has no
// problem, not even a mild one.
func TestCheckOfShipped(t *testing.T) {
	for path, data := range shipped(t) {
		d, _ := practices.OpenDraft(data)
		for _, p := range d.Check(setting) {
			t.Errorf("%s: %+v", path, p)
		}
	}
}

func TestCheck(t *testing.T) {
	good := func() *practices.Draft {
		d := snapshot()
		d.Set("conditions.0.what")
		d.Set("conditions.0.note")
		return d
	}
	if got := good().Check(setting); len(got) != 0 {
		t.Errorf("a good snapshot has %+v", got)
	}
	for _, tt := range []struct {
		field, value string
		code         practices.ProblemCode
		mild         bool
	}{
		{"title", "", practices.Missing, false},
		{"title", strings.Repeat("x", 91), practices.TooLong, false},
		{"summary", "Too short.", practices.TooShort, false},
		{"summary", strings.Repeat("word ", 61), practices.TooWordy, false},
		{"countries", "Atlantis", practices.NoCountry, false},
		{"places.0.name", "Kitwe", practices.UnknownPlace, true},
		{"kind", "prison", practices.NotListed, false},
		{"started", "last year", practices.NoDate, false},
		{"actors.0.type", "", practices.Missing, false},
		{"populations", "martians", practices.NotListed, false},
		{"what-was-done", "Short.", practices.TooShort, false},
		{"what-was-done", "## Background\n" + good().Get("what-was-done"), practices.OwnHeading, false},
		{"what-was-done", good().Get("what-was-done") + "<b>bold</b>", practices.NoHTML, false},
		{"what-was-done", good().Get("what-was-done") + "[^nobody]", practices.NoSource, false},
		{"what-was-done", strings.Repeat("[", 900) + good().Get("what-was-done"), practices.TooTangled, false},
		{"standing", "contested", practices.NoCaution, false},
		{"sources.0.url", "ftp:/x", practices.NoAddress, false},
		{"sources.0.url", "", practices.NoWay, false},
		{"figures.0.value", "many", practices.NoNumber, false},
		{"in_law.sources", "1, 7", practices.NoSource, false},
		{"related.0.id", "moon", practices.NoEntry, false},
		{"lang", "??", practices.NoLanguage, false},
		{"evidence.level", "counted", practices.Other, true},
		{"standing", "", "", true},
	} {
		d := good()
		d.Set(tt.field, tt.value)
		var at []practices.Problem
		for _, p := range d.Check(setting) {
			if p.Field == tt.field || tt.field == "standing" {
				at = append(at, p)
			}
		}
		if tt.code == "" {
			if len(at) != 0 {
				t.Errorf("%s = %q: %+v, want nothing", tt.field, tt.value, at)
			}
			continue
		}
		if len(at) != 1 || at[0].Code != tt.code || at[0].Mild != tt.mild {
			t.Errorf("%s = %.40q: %+v, want %s", tt.field, tt.value, at, tt.code)
		}
	}
	if got := practices.NewDraft("ar").Check(setting); len(got) < 8 || practices.Sendable(got) {
		t.Errorf("an empty form has %d problems; all of them are told at once", len(got))
	}
}
