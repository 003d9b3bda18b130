package practices

import (
	"fmt"
	"io/fs"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
)

const source1 = `---
id: zz-0001
lang: en
title: Lawyers at the airport
summary: Two lawyers meet people at the airport.
figures:
- {key: people, what: people met, value: 1200}
sources:
- {key: report, title: Annual report}
- {key: study, title: A study}
---
## What was done
It began in 2012 with 1,200 people.[^report]

A second paragraph.[^study]

### What helped
A letter helped.
## What to be careful about
- There are only two lawyers.[^report]
- None works at night.
`

func translationSource(t testing.TB, change ...string) *Practice {
	t.Helper()
	p, _ := Parse("zz-0001.md", []byte(strings.NewReplacer(change...).Replace(source1)))
	if len(p.Sections) != 2 {
		t.Fatal("no source")
	}
	return p
}

// wholly are the texts of a translation with nothing missing, as typed.
func wholly() map[string]string {
	return map[string]string{
		"title": "Abogados en el aeropuerto", "summary": "Dos abogados reciben a las personas en el aeropuerto.", "figures.people": "personas recibidas",
		"what-was-done.0": "Empezó en 2012 con 1.200 personas.[1]", "what-was-done.1": "Un segundo párrafo.[2]", "what-was-done.3": "Ayudó una carta.",
		"what-to-be-careful-about.0": "- Solo hay dos abogados.[١]", "what-to-be-careful-about.1": "Ninguno trabaja de noche.",
	}
}

func translated(t testing.TB, source *Practice) []byte {
	t.Helper()
	d := NewTranslation(source, "es")
	d.Take(source, wholly())
	if found := d.Check(source); len(found) > 0 {
		t.Fatalf("%+v", found)
	}
	return d.File(source, "A practitioner")
}

func codesOf(found []Problem) (list []string) {
	for _, p := range found {
		list = append(list, fmt.Sprintf("%s %s %s", p.Field, p.Code, p.Value))
	}
	return list
}

func TestTranslationWritten(t *testing.T) {
	source := translationSource(t)
	file := translated(t, source)
	tr, faults := ParseTranslation("zz-0001.es.md", file, source)
	if len(faults) > 0 || tr.Stale || tr.State != "draft" || tr.Contributors[0] != (Contributor{Name: "A practitioner", Role: "translator"}) || !maps.Equal(tr.Parts, source.PartHashes()) {
		t.Errorf("%v\n%s", faults, file)
	}
	for _, want := range []string{
		"## Qué se hizo\nEmpezó en 2012 con 1.200 personas.[^report]\n\nUn segundo párrafo.[^study]\n\n### Qué ayudó\nAyudó una carta.\n",
		"- Solo hay dos abogados.[^report]\n- Ninguno trabaja de noche.\n",
	} {
		if !strings.Contains(string(file), want) {
			t.Errorf("no %q in\n%s", want, file)
		}
	}
	again, _ := OpenTranslation(file, source, source)
	if got := again.File(source, "x"); string(got) != string(file) {
		t.Errorf("opened and written again it is\n%s", got)
	}
}

// TestTranslationGuarded finds what a passage lost, and what it gained.
func TestTranslationGuarded(t *testing.T) {
	source := translationSource(t)
	for _, c := range []struct{ name, text, want string }{
		{"title", "", "title missing "},
		{"title", strings.Repeat("a", 141), "title too_long "},
		{"what-was-done.0", "Empezó en ٢٠١٢ con 1 200 personas.[1]", ""},
		{"what-was-done.0", "Empezó en 2012 con 1.200 personas.", "what-was-done.0 lost_source [1]"},
		{"what-was-done.0", "Empezó en 2012 con 1.200 personas.[1][2]", "what-was-done.0 added_source [2]"},
		{"what-was-done.0", "Empezó en 2012 con 1.200 personas.[1][9]", "what-was-done.0 no_source [9]"},
		{"what-was-done.0", "Empezó en 2012 con 1.200 personas.[1][^none]", "what-was-done.0 added_source [^none]"},
		{"what-was-done.0", "Empezó en 2021 con 1.200 personas.[1]", "what-was-done.0 lost_number 2012|what-was-done.0 added_number 2021"},
		{"what-was-done.1", "Véase [esto](https://example.org/2).[2]", "what-was-done.1 added_link https://example.org/2"},
		{"what-was-done.1", "## Otro\n[2]", "what-was-done.1 own_heading Otro"},
	} {
		d := NewTranslation(source, "es")
		d.Take(source, wholly())
		d.Take(source, map[string]string{c.name: c.text})
		if got := strings.Join(codesOf(d.Check(source)), "|"); got != c.want {
			t.Errorf("%s %.60q: %q, not %q", c.name, c.text, got, c.want)
		}
	}
}

func TestNumbersIn(t *testing.T) {
	for text, want := range map[string]string{
		"In 2012, 1,200 of 3 500 (12.5 %)": "2012 1200 3500 125", "١٬٢٠٠ و٢٠١٢ و۷": "1200 2012 7", "2019 200 people": "2019 200", "1 200 000, 11 20": "1200000 11 20",
		"1\u202f200 or 1’200": "1200", "2012–2015": "2012 2015", "[x](https://a.org/2020) y[^report-2019]": "", "": "", "2012.[^a] 300": "2012 300", "no. 7": "7", "7.": "7", "1,,2": "1 2",
	} {
		if got := strings.Join(numbersIn(text), " "); got != want {
			t.Errorf("%q: %q, not %q", text, got, want)
		}
	}
}

// TestTranslationCatchesUp changes the source and looks what is marked, what is
// kept, and what the file then says.
func TestTranslationCatchesUp(t *testing.T) {
	was := translationSource(t)
	file := translated(t, was)
	now := translationSource(t, "A second paragraph.", "A second paragraph, mended.", "- There are only", "- Nobody pays them.\n- There are only", "A letter helped.", "")
	stale := func(d *TranslationDraft) (list []string) {
		for _, p := range d.Passages(now) {
			if p.Stale {
				list = append(list, p.Name+" "+p.Was)
			}
		}
		return list
	}
	d, _ := OpenTranslation(file, now, was)
	if got := stale(d); !slices.Equal(got, []string{"what-was-done.1 A second paragraph.[2]", "what-was-done.gone.0 A letter helped."}) {
		t.Errorf("known before: %q", got)
	}
	if d.Text["what-to-be-careful-about.1"] != "Solo hay dos abogados.[^report]" || d.Text["what-to-be-careful-about.0"] != "" {
		t.Errorf("the passages stand beside others: %v", d.Text)
	}
	blind, _ := OpenTranslation(file, now, nil)
	if got := stale(blind); !slices.Contains(got, "what-was-done.0 ") || slices.Contains(got, "title ") {
		t.Errorf("not known before: %q", got)
	}
	kept := d.File(now, "x")
	if tr, _ := ParseTranslation("", kept, now); !tr.Stale || !slices.Contains(tr.StaleParts, "what-was-done") || slices.Contains(tr.StaleParts, "title") {
		t.Errorf("what is not caught up is stale in %v\n%s", tr.StaleParts, kept)
	}
	d.Take(now, map[string]string{"what-to-be-careful-about.0": "Nadie les paga.", "what-was-done.gone.0": ""})
	d.Tick([]string{"what-was-done.1", "title"})
	if found := d.Check(now); len(found) > 0 {
		t.Errorf("%v", codesOf(found))
	}
	done := d.File(now, "x")
	tr, faults := ParseTranslation("", done, now)
	if tr.Stale || len(faults) > 0 || strings.Contains(string(done), "carta") || !strings.Contains(string(done), "- Nadie les paga.\n- Solo") {
		t.Errorf("%v\n%s", faults, done)
	}
}

// TestTranslationBegunBefore writes half of a translation while the source
// changes: nothing is lost, and what was written of the old text is marked.
func TestTranslationBegunBefore(t *testing.T) {
	was := translationSource(t)
	now := translationSource(t, "It began in 2012", "It all began in 2012", "A second", "New.\n\nA second")
	d := NewTranslation(was, "es")
	half := wholly()
	delete(half, "what-was-done.3")
	d.Take(was, half)
	d = d.Beside(now, was)
	if d.Text["what-was-done.2"] != "Un segundo párrafo.[^study]" || d.Was["what-was-done.0"] == "" || d.Text["what-was-done.1"] != "" {
		t.Errorf("%+v", d)
	}
	if tr, _ := ParseTranslation("", d.File(now, "x"), now); tr.Of != was.TextHash() || !slices.Contains(tr.StaleParts, "what-was-done") || slices.Contains(tr.StaleParts, "title") {
		t.Errorf("of %s, stale %v", tr.Of, tr.StaleParts)
	}
	if later := d.Beside(now, was); later != d {
		t.Error("a draft beside its source is another one")
	}
}

func TestTranslationSigned(t *testing.T) {
	source := translationSource(t)
	signed, err := Sign(translated(t, source), "Amal O'Neill: reader")
	if err != nil {
		t.Fatal(err)
	}
	tr, faults := ParseTranslation("", signed, source)
	if tr.State != "reviewed" || len(faults) > 0 || tr.Contributors[1] != (Contributor{Name: "Amal O'Neill: reader", Role: "reviewer"}) {
		t.Errorf("%v\n%s", faults, signed)
	}
	d, _ := OpenTranslation(signed, source, source)
	if got := d.File(source, "x"); string(got) != string(signed) {
		t.Errorf("untouched it is\n%s", got)
	}
	d.Credit = "Ana"
	d.Take(source, map[string]string{"title": "Otro título"})
	if tr, _ := ParseTranslation("", d.File(source, "x"), source); tr.State != "draft" || tr.Contributors[2].Name != "Ana" {
		t.Errorf("changed after it was signed: %+v", tr)
	}
	machine := strings.Replace(string(signed), "state: reviewed", "state: machine", 1)
	d, _ = OpenTranslation([]byte(machine), source, source)
	if tr, _ := ParseTranslation("", d.File(source, "x"), source); tr.State != "machine" {
		t.Errorf("a machine's is %s", tr.State)
	}
	d.Whole = true
	if tr, _ := ParseTranslation("", d.File(source, "x"), source); tr.State != "draft" {
		t.Errorf("a machine's that a person has read is %s", tr.State)
	}
}

// TestTranslationsShipped opens every shipped translation and writes it again:
// it has the same words, and no passage has lost anything.
func TestTranslationsShipped(t *testing.T) {
	tree := os.DirFS("entries")
	c, err := Load(tree)
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, p := range c.All() {
		for lang, tr := range p.Translations {
			n++
			data, err := fs.ReadFile(tree, tr.Path)
			if err != nil {
				t.Fatal(err)
			}
			d, faults := OpenTranslation(data, p, p)
			if d == nil {
				t.Fatal(tr.Path, faults)
			}
			file := d.File(p, "x")
			again, faults := ParseTranslation(tr.Path, file, p)
			if len(faults) > 0 || again.State != tr.State || again.Of != tr.Of || len(again.Sections) != len(tr.Sections) {
				t.Errorf("%s: %v", tr.Path, faults)
			}
			for i, s := range again.Sections {
				if s.Markdown != tr.Sections[i].Markdown {
					t.Errorf("%s: another %s", tr.Path, s.ID)
				}
			}
			if again.Title != tr.Title || again.Summary != tr.Summary || again.Caution != tr.Caution || !maps.Equal(again.Figures, tr.Figures) || !slices.Equal(again.Contributors, tr.Contributors) {
				t.Errorf("%s: other words", tr.Path)
			}
			for _, x := range d.Check(p) {
				t.Errorf("%s %s: %s %s %s %q", p.ID, lang, x.Field, x.Code, x.Value, x.Detail)
			}
		}
	}
	if n < 100 {
		t.Errorf("only %d translations", n)
	}
}

// TestTranslationHostile types anything: it is kept as far as it can be seen,
// and the file says what is wrong or holds.
func TestTranslationHostile(t *testing.T) {
	source := translationSource(t)
	for _, text := range []string{"", "---\n---", "state: reviewed\nid: x", "'", "\x00\u202e", strings.Repeat("[", 2000), strings.Repeat("a ", 40000), "- a\n- b\n\n\n- c", "| a | b |\n|---|---|\n| c | d |",
		"<script>alert(1)</script>", "### مساعدة", "\xff\xfe", "[٣]", "[^report", "* * * * *", "```\n## x\n```"} {
		d := NewTranslation(source, "ar")
		typed := wholly()
		for name := range typed {
			typed[name] = text
		}
		d.Take(source, typed)
		found := d.Check(source)
		file := d.File(source, "x")
		_, faults := ParseTranslation("", file, source)
		if Sendable(found) && HasErrors(faults) {
			t.Errorf("%.30q can be sent, and the file has %v", text, faults)
		}
		if again, _ := OpenTranslation(file, source, source); again != nil && len(text) < 1000 {
			again.File(source, "x")
		}
	}
}
