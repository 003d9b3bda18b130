package practices

import (
	"os/exec"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"
)

// snapshot is the least that an entry can be.
const snapshot = `---
schema: 1
id: na-0001
lang: en
title: Social-work case management and case conferences
summary: A social worker followed a boy from first needs to lawful papers, and case conferences shared the tasks in a trafficking case. One practitioner's account.
kind: mechanism
standing: element
countries: [NA]
measures: [case-management, documentation]
populations: [children, survivors-of-trafficking]
actors:
- {name: Government social workers, type: child-protection-authority, role: [runs]}
status: unknown
as_of: '2019'
evidence: {level: told, direction: unclear}
sources:
- {key: interview, title: Interview with a programme officer, publisher: A network, date: '2019', kind: newsletter, where: newsletter}
contributors:
- {name: Open Door editors, role: compiler}
review: {state: compiled, by: [], next: '2027-11'}
licence: CC-BY-4.0
---
## What was done
The social worker asked what the boy needed first, went with him to the ministry and followed up until he had papers. An interim
receipt kept him safe from arrest meanwhile.[^interview] In a trafficking case, police, ministry, prosecutor and social
workers met, and each took a task.[^interview]
## What to be careful about
- This is one practitioner's account, and nobody has studied it from outside since.[^interview]
`

func parseText(t *testing.T, text string) (*Practice, []Fault) {
	t.Helper()
	return Parse("africa/na/na-0001.md", []byte(text))
}

func TestParseSnapshot(t *testing.T) {
	p, faults := parseText(t, snapshot)
	if len(faults) > 0 {
		t.Fatalf("faults in a good entry: %v", faults)
	}
	if p.Full() {
		t.Error("a snapshot reads as a full entry")
	}
	if got := p.Region(); got != "africa" {
		t.Errorf("region %q", got)
	}
	s, ok := p.Section("what-was-done")
	if !ok || !strings.Contains(string(s.HTML), `<sup><a role="doc-noteref" href="#source-interview">1</a></sup>`) {
		t.Errorf("no citation in %s", s.HTML)
	}
	if strings.Contains(s.Text, "interview") {
		t.Errorf("the plain text has the citation's key: %s", s.Text)
	}
}

// TestFaults changes one thing in a good entry and looks for the fault, its
// field, and what to write instead.
func TestFaults(t *testing.T) {
	for _, tt := range []struct {
		name, old, new string
		want           []string
		warning        bool
	}{
		{"misspelt field", "licence:", "license:", []string{`license: no such field; did you mean "licence"?`}, false},
		{"misspelt term", "measures: [case-management,", "measures: [case-managment,", []string{`measures[0]: "case-managment" is not in the vocabulary; did you mean "case-management"?`}, false},
		{"label for id", "kind: mechanism", "kind: Protocol", []string{`did you mean "mechanism"?`}, false},
		{"country by name", "countries: [NA]", "countries: [Namibia]", []string{"write the code, NA"}, false},
		{"unquoted date", "as_of: '2019'", "as_of: 2019", []string{"as_of: write dates in quotes: '2019'"}, false},
		{"impossible date", "as_of: '2019'", "as_of: '2019-13'", []string{`"2019-13" is not a date`}, false},
		{"text for list", "populations: [children, survivors-of-trafficking]", "populations: children", []string{"populations: must be a list"}, false},
		{"list for text", "status: unknown", "status: [unknown]", []string{"status: must be text"}, false},
		{"anchor", "kind: mechanism", "kind: &k mechanism", []string{"anchors (&k) are not allowed"}, false},
		{"alias", "kind: mechanism", "also_called: &k [x]\nkind: *k", []string{"anchors", "aliases (*k)"}, false},
		{"merge key", "evidence: {level: told, direction: unclear}", "evidence:\n  <<: {level: told}\n  direction: unclear", []string{"merge keys"}, false},
		{"tag", "kind: mechanism", "kind: !!str mechanism", []string{"tags (!!str) are not allowed"}, false},
		{"field twice", "kind: mechanism", "kind: mechanism\nkind: law", []string{"kind: occurs twice"}, false},
		{"empty field", "status: unknown", "status:", []string{"status: empty"}, false},
		{"missing field", "standing: element\n", "", []string{"standing: missing"}, false},
		{"caution", "standing: element", "standing: contested", []string{`caution: missing; standing "contested" must say why`}, false},
		{"tagging is no alternative", "status: unknown", "status: unknown\nconditions: [{what: electronic-monitoring, by: police, review: court}]", []string{"standing: conditions include electronic-monitoring"}, false},
		{"site of a home", "status: unknown", "status: unknown\ncare_models: [foster]\nplaces: [{name: A house, precision: site, lat: 1.11, lon: 2.22}]", []string{`places[0].precision: "site" where people live`}, false},
		{"exact place", "status: unknown", "status: unknown\nplaces: [{name: Windhoek, precision: city, lat: -22.5594, lon: 17.08}]", []string{"at most two decimals"}, false},
		{"unknown source", "[^interview] In a", "[^talk] In a", []string{"[^talk]: no such source; known keys: interview"}, false},
		{"uncited source", "sources:\n", "sources:\n- {key: other, title: T, publisher: P, date: undated, kind: news, where: press}\n", []string{"sources.other: is never cited"}, true},
		{"source without a place", "kind: newsletter, where: newsletter", "kind: newsletter", []string{"say where it can be read"}, false},
		{"free heading", "## What was done", "## Results", []string{`heading: "Results" is not fixed; did you mean "What came of it"?`}, false},
		{"misspelt heading", "## What was done", "## What was dome", []string{`did you mean "What was done"?`}, false},
		{"wrong level", "## What was done", "# What was done", []string{"must have 2 number signs"}, false},
		{"missing limits", "## What to be careful about\n", "### What did not work\n", []string{`"What to be careful about" is missing`}, false},
		{"HTML", "The social worker asked", "The <b>social</b> worker asked", []string{"HTML is not allowed"}, false},
		{"script", "- This is one", "<script>alert(1)</script>\n\n- This is one", []string{"HTML is not allowed"}, false},
		{"script link", "The social worker", "[The](javascript:alert(1)) social worker", []string{`link to "javascript:alert(1)"`}, false},
		{"picture", "The social worker", "![x](https://example.org/x.png) The social worker", []string{"pictures are not allowed"}, false},
		{"quotation", "- This is one", "> I was free.\n\n- This is one", []string{"consent: missing"}, false},
		{"name and age", "what the boy needed", "what Daniel, 15, needed", []string{"looks like a name with an age"}, false},
		{"telephone", "what the boy needed", "what he needed at +264 61 123 4567", []string{"looks like a telephone number"}, false},
		{"mail", "what the boy needed", "what x.y@example.org needed", []string{"looks like a mail address"}, false},
		{"address", "what the boy needed", "what he needed at 12 Robert Street", []string{"looks like an address"}, false},
		{"long title", "title: Social-work", "title: " + strings.Repeat("Long ", 20) + "Social-work", []string{"the limit is 90"}, false},
		{"title with country", "title: Social-work", "title: Namibia Social-work", []string{"names Namibia"}, true},
		{"short summary", "A social worker followed a boy from first needs to lawful papers, and case conferences shared the tasks in a trafficking case. ", "", []string{"summary: 3 words; write 20 to 60"}, false},
		{"corroborated by one", "level: told", "level: corroborated", []string{`"corroborated" needs two publishers`}, false},
		{"evaluated by nobody", "level: told", "level: evaluated", []string{`"evaluated" needs a source of kind evaluation`}, false},
		{"no source named", "meanwhile.[^interview] In a", "meanwhile.\n\nIn a", []string{"names no source"}, true},
		{"bidi override", "title: Social", "title: \u202eSocial", []string{"hidden character U+202E"}, false},
		{"isolate in title", "title: Social", "title: \u2067Social", []string{"hidden character U+2067"}, false},
		{"decomposed accents", "title: Social", "title: Cafe\u0301 social", []string{"Unicode form NFC"}, false},
		{"percentage of nothing", "status: unknown", "status: unknown\nfigures: [{key: a, what: w, indicator: reached, value: 5, unit: percent, period: '2019', method: reported, source: interview}]", []string{`figures.a: a percentage needs "of"`}, false},
		{"figure without source", "status: unknown", "status: unknown\nfigures: [{key: a, what: w, indicator: reached, value: 5, unit: people, period: '2019', method: reported}]", []string{"figures.a: needs a source"}, false},
		{"number in words", "status: unknown", "status: unknown\nfigures: [{key: a, what: w, indicator: reached, value: '1,000', unit: people, period: '2019', method: reported, source: interview}]", []string{"write a plain number"}, false},
		{"money without year", "status: unknown", "status: unknown\nfigures: [{key: a, what: w, indicator: cost, value: 5, unit: money, period: '2019', method: reported, source: interview}]", []string{"money needs currency, year and per"}, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if !strings.Contains(snapshot, tt.old) {
				t.Fatalf("the entry has no %q", tt.old)
			}
			_, faults := parseText(t, strings.Replace(snapshot, tt.old, tt.new, 1))
			for _, want := range tt.want {
				f, found := find(faults, want)
				if !found {
					t.Errorf("no fault says %q; faults: %v", want, faults)
				} else if f.Warning != tt.warning {
					t.Errorf("%v: warning %v", f, f.Warning)
				}
			}
		})
	}
}

func find(faults []Fault, words string) (Fault, bool) {
	for _, f := range faults {
		if strings.Contains(f.String(), words) {
			return f, true
		}
	}
	return Fault{}, false
}

func TestFaultNamesItsLine(t *testing.T) {
	_, faults := parseText(t, strings.Replace(snapshot, "status: unknown", "status: no idea", 1))
	f, ok := find(faults, "no idea")
	if !ok || f.Line != 14 {
		t.Errorf("fault %v; want line 14", f)
	}
	_, faults = parseText(t, strings.Replace(snapshot, "arrest meanwhile.[^interview]", "arrest meanwhile.[^x]", 1))
	f, ok = find(faults, "[^x]")
	if !ok || f.Line != 26 {
		t.Errorf("fault %v; want line 26", f)
	}
}

func TestAllFaultsAtOnce(t *testing.T) {
	text := strings.NewReplacer("kind: mechanism", "kind: thing", "as_of: '2019'", "as_of: 2019", "## What was done", "## Done").Replace(snapshot)
	_, faults := parseText(t, text)
	for _, want := range []string{"thing", "as_of", "Done"} {
		if _, ok := find(faults, want); !ok {
			t.Errorf("no fault on %s among %v", want, faults)
		}
	}
}

func TestFigureSets(t *testing.T) {
	row := func(key, value, extra string) string {
		return "- {key: " + key + ", what: share " + key + ", indicator: other, value: " + value + ", unit: percent, of: unknown, period: '2019', method: reported, source: interview, set: whole" + extra + "}\n"
	}
	for _, tt := range []struct {
		name, rows, want string
		warning          bool
	}{
		{"whole", row("a", "60", "") + row("b", "40", ""), "", false},
		{"rounding", row("a", "59", "") + row("b", "40", ""), "adds up to 99; rounding?", true},
		{"rounding told", row("a", "59", ", note: rounded") + row("b", "40", ""), "", false},
		{"not whole", row("a", "59", "") + row("b", "30", ""), "adds up to 89; each of its rows needs a note", false},
	} {
		_, faults := parseText(t, strings.Replace(snapshot, "evidence:", "figures:\n"+tt.rows+"evidence:", 1))
		f, ok := find(faults, "adds up")
		if ok != (tt.want != "") || (ok && (!strings.Contains(f.Message, tt.want) || f.Warning != tt.warning)) {
			t.Errorf("%s: %v; want %q", tt.name, faults, tt.want)
		}
	}
}

func TestMarkdownIsSanitised(t *testing.T) {
	for _, text := range []string{
		"<img src=x onerror=alert(1)>", "[x](javascript:alert(1))", "[x](data:text/html,hi)", "![](//evil.example/x.png)",
		"<a href='vbscript:x'>x</a>", "[x]: javascript:alert(1)\n\n[x]", "`<script>`", "<svg/onload=alert(1)>", "<style>*{}</style>",
	} {
		p, _ := parseText(t, strings.Replace(snapshot, "The social worker asked", text+" The social worker asked", 1))
		for _, s := range p.Sections {
			html := strings.ToLower(string(s.HTML))
			for _, bad := range []string{"<script", "\"javascript:", "<img", "onerror=", "<svg", "<style", "vbscript:", "data:text"} {
				if strings.Contains(html, bad) {
					t.Errorf("%q became %q", text, html)
				}
			}
		}
	}
}

func TestStale(t *testing.T) {
	p, _ := parseText(t, snapshot)
	at := func(s string) time.Time { d, _ := time.Parse("2006-01-02", s); return d }
	if p.Stale(at("2021-12-30")) {
		t.Error("stale before 24 months")
	}
	if !p.Stale(at("2022-01-02")) {
		t.Error("fresh after 24 months")
	}
}

func TestTranslation(t *testing.T) {
	source, _ := parseText(t, snapshot)
	text := strings.NewReplacer("HASH", source.TextHash()).Replace(`---
id: na-0001
lang: es
of: HASH
state: draft
title: Gestión de casos y conferencias de caso
summary: Una trabajadora social acompañó a un niño desde sus primeras necesidades hasta sus papeles.
contributors: [{name: Open Door editors, role: translator}]
---
## Qué se hizo
La trabajadora social preguntó primero qué necesitaba el niño.[^interview]
## A qué prestar atención
- Es el relato de una sola persona.[^interview]
`)
	fsys := fstest.MapFS{
		"africa/na/na-0001.md":    {Data: []byte(snapshot)},
		"africa/na/na-0001.es.md": {Data: []byte(text)},
	}
	c, err := Load(fsys)
	if err != nil || len(c.Faults()) > 0 {
		t.Fatalf("%v %v", err, c.Faults())
	}
	p, _ := c.Get("na-0001")
	if tr := p.Translations["es"]; tr == nil || tr.Stale || len(tr.Sections) != 2 {
		t.Fatalf("translation %+v", tr)
	}
	fsys["africa/na/na-0001.md"] = &fstest.MapFile{Data: []byte(strings.Replace(snapshot, "each took a task", "everyone took a task", 1))}
	c, _ = Load(fsys)
	if _, ok := find(c.Faults(), "the translation is stale"); !ok {
		t.Errorf("a changed sentence leaves the translation fresh: %v", c.Faults())
	}
	if p, _ := c.Get("na-0001"); !p.Translations["es"].Stale || len(p.Translations["es"].StaleParts) > 0 {
		t.Errorf("a translation that names no parts: %+v", p.Translations["es"].StaleParts)
	}
	named := strings.Replace(text, "state: draft", "parts: {"+written(source.PartHashes())+"}\nstate: draft", 1)
	fsys["africa/na/na-0001.es.md"] = &fstest.MapFile{Data: []byte(named)}
	c, _ = Load(fsys)
	if p, _ := c.Get("na-0001"); !slices.Equal(p.Translations["es"].StaleParts, []string{"what-was-done"}) {
		t.Errorf("the changed sentence makes %v stale", p.Translations["es"].StaleParts)
	}
	fsys["africa/na/na-0001.es.md"] = &fstest.MapFile{Data: []byte(strings.Replace(named, "parts: {", "parts: {results: 'abcdef', ", 1))}
	c, _ = Load(fsys)
	if _, ok := find(c.Faults(), "no such part"); !ok {
		t.Errorf("a part that is none is taken: %v", c.Faults())
	}
	fsys["africa/na/na-0001.es.md"] = &fstest.MapFile{Data: []byte(text)}
	fsys["africa/na/na-0001.md"] = &fstest.MapFile{Data: []byte(strings.Replace(snapshot, "as_of: '2019'", "as_of: '2020'", 1))}
	c, _ = Load(fsys)
	if len(c.Faults()) > 0 {
		t.Errorf("a changed date makes the translation stale: %v", c.Faults())
	}
}

func TestSkeletonIsReadyToFill(t *testing.T) {
	for _, full := range []bool{false, true} {
		data, err := Skeleton("mx-0099", "en", full, time.Now())
		if err != nil {
			t.Fatal(err)
		}
		_, faults := Parse("americas/mx/mx-0099.md", data)
		for _, f := range faults {
			if strings.Contains(f.Message, "no such field") || strings.Contains(f.Message, "cannot be read") || strings.Contains(f.Message, "not fixed") {
				t.Errorf("full %v: %v", full, f)
			}
		}
	}
}

func TestVersionIsWhatGitCallsTheText(t *testing.T) {
	p, _ := parseText(t, snapshot)
	cmd := exec.Command("git", "hash-object", "--stdin")
	cmd.Stdin = strings.NewReader(snapshot)
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(string(out), p.Version) || len(p.Version) != 12 {
		t.Errorf("version %s, git says %s", p.Version, out)
	}
}
