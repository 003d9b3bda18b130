package practices

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"opendoor/practices/entries"
	"opendoor/practices/faulttest"
)

// TestEntries checks every shipped entry on its own, by id, warnings too.
func TestEntries(t *testing.T) {
	c, err := Load(entries.FS)
	if err != nil {
		t.Fatal(err)
	}
	byFile := map[string][]Fault{}
	for _, f := range c.Faults() {
		byFile[f.File] = append(byFile[f.File], f)
	}
	for _, p := range c.All() {
		t.Run(p.ID, func(t *testing.T) {
			for _, f := range byFile[p.Path] {
				t.Error(f)
			}
			delete(byFile, p.Path)
			if want := FilePath(p.ID, ""); p.Path != want {
				t.Errorf("lies at %s; its place is %s", p.Path, want)
			}
			if p.Review.State != "compiled" && len(p.Review.By) == 0 {
				t.Errorf("is %s by nobody", p.Review.State)
			}
			for _, f := range p.Figures {
				if f.Source == "" || f.Period == "" {
					t.Errorf("figure %s has no source or period", f.Key)
				}
			}
		})
	}
	for file, faults := range byFile {
		t.Errorf("%s is left out: %v", file, faults)
	}
}

// TestBadFilesNeverStopTheRest is fault test 8: a thousand malformed files among
// good ones. The good are served, and the bad are listed with their lines.
func TestBadFilesNeverStopTheRest(t *testing.T) {
	const bad = 1000
	good := faulttest.Rounds(200, 5000)
	fsys := fstest.MapFS{}
	for i := range good {
		id := fmt.Sprintf("na-%04d", i+1)
		fsys["africa/na/"+id+".md"] = &fstest.MapFile{Data: []byte(strings.Replace(snapshot, "na-0001", id, 1))}
	}
	random := rand.New(rand.NewPCG(1, 2))
	for i := range bad {
		id := fmt.Sprintf("zm-%04d", i+1)
		fsys["africa/zm/"+id+".md"] = &fstest.MapFile{Data: malformed(random, i, id)}
	}
	c, err := Load(fsys)
	if err != nil {
		t.Fatal(err)
	}
	if c.Len() != good {
		t.Errorf("%d entries served, want %d", c.Len(), good)
	}
	listed := map[string]bool{}
	for _, f := range c.Faults() {
		if !f.Warning {
			listed[f.File] = true
		}
	}
	if len(listed) != bad {
		t.Errorf("%d bad files listed, want %d", len(listed), bad)
	}
	withLine := map[string]bool{}
	for _, f := range c.Faults() {
		if f.Line > 0 {
			withLine[f.File] = true
		}
	}
	for file := range listed {
		if !withLine[file] {
			t.Errorf("%s is listed without a line", file)
		}
	}
	faulttest.Measured(t, 8, "%d malformed files among %d good ones: %d served, %d listed, %d with their line", bad, good, c.Len(), len(listed), len(withLine))
}

// malformed makes one of twenty kinds of bad file.
func malformed(r *rand.Rand, i int, id string) []byte {
	text := strings.Replace(strings.Replace(snapshot, "na-0001", id, 1), "countries: [NA]", "countries: [ZM]", 1)
	front := func(extra string) string { return strings.Replace(text, "schema: 1\n", "schema: 1\n"+extra+"\n", 1) }
	body := func(extra string) string { return text + "\n" + extra + "\n" }
	bomb := "also_called: &a [x,x]\n"
	for c := 'b'; c < 'k'; c++ {
		bomb += fmt.Sprintf("%c: &%c [*%c,*%c,*%c]\n", c, c, c-1, c-1, c-1)
	}
	junk := make([]byte, 200+r.IntN(2000))
	for j := range junk {
		junk[j] = byte(r.IntN(256))
	}
	kinds := []string{
		front(bomb),
		front("title: twice"),
		front("also_called: " + strings.Repeat("[", 500) + strings.Repeat("]", 500)),
		front("also_called: " + strings.Repeat("{a: ", 9) + "x" + strings.Repeat("}", 9)),
		strings.Replace(text, "summary: A", "summary: \xff\xfe A", 1),
		strings.Replace(text, "title: S", "title: \u202eS", 1),
		strings.Replace(text, "title: S", "title: S\x00", 1),
		strings.Replace(text, "populations: [", "populations: {", 1),
		strings.Replace(text, "as_of: '2019'", "as_of: {year: 2019}", 1),
		strings.Replace(text, "id: "+id, "id: ../../etc/passwd", 1),
		strings.Replace(text, "---\nschema", "schema", 1),
		strings.Replace(text, "\n---\n## What", "\n## What", 1),
		body("|" + strings.Repeat("a|", 60) + "\n|" + strings.Repeat("-|", 60)),
		body(strings.Repeat("|a|b|c|d|\n|-|-|-|-|\n", 900)),
		body(strings.Repeat("* ", 800) + "x"),
		body(strings.Repeat("[", 800)),
		body(strings.Repeat("> ", 40) + "x"),
		body(strings.Repeat("word ", 20000)),
		text[:300+r.IntN(500)],
		string(junk),
	}
	return []byte(kinds[i%len(kinds)])
}

func TestLoadRefusesWhatIsNoPlainFile(t *testing.T) {
	dir := t.TempDir()
	place := filepath.Join(dir, "africa", "na")
	if err := os.MkdirAll(place, 0o755); err != nil {
		t.Fatal(err)
	}
	write := func(name, text string) {
		if err := os.WriteFile(filepath.Join(place, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("na-0001.md", snapshot)
	write("na-0002.md", strings.Replace(snapshot, "na-0001", "na-0002", 1)+strings.Repeat("x", 5<<20))
	write("readme.md", "notes")
	write("na-0004.txt", "not an entry")
	if err := os.Symlink("/etc/passwd", filepath.Join(place, "na-0003.md")); err != nil {
		t.Fatal(err)
	}
	c, err := Load(os.DirFS(dir))
	if err != nil {
		t.Fatal(err)
	}
	if c.Len() != 1 {
		t.Errorf("%d entries, want 1", c.Len())
	}
	for _, want := range []string{"na-0002.md: 52", "na-0003.md: is not a plain file", "readme.md: \"readme\" is no id"} {
		if _, ok := find(c.Faults(), want); !ok {
			t.Errorf("no fault says %q: %v", want, c.Faults())
		}
	}
}

func TestTwoFilesWithOneID(t *testing.T) {
	c, _ := Load(fstest.MapFS{
		"africa/na/na-0001.md": {Data: []byte(snapshot)},
		"mena/na/na-0001.md":   {Data: []byte(snapshot)},
	})
	if _, ok := find(c.Faults(), "is already the id of africa/na/na-0001.md"); !ok || c.Len() != 1 {
		t.Errorf("%d entries, %v", c.Len(), c.Faults())
	}
}

func TestReloadKeepsTheLastGoodVersion(t *testing.T) {
	good := fstest.MapFS{"africa/na/na-0001.md": {Data: []byte(snapshot)}}
	first, _ := Load(good)
	bad := fstest.MapFS{"africa/na/na-0001.md": {Data: []byte(strings.Replace(snapshot, "kind: mechanism", "kind: nothing", 1))}}
	second, _ := Reload(bad, first)
	if second.Len() != 1 || len(second.Kept()) != 1 || len(second.Faults()) == 0 {
		t.Errorf("%d entries, kept %v, faults %v", second.Len(), second.Kept(), second.Faults())
	}
	third, _ := Reload(fstest.MapFS{}, second)
	if third.Len() != 0 {
		t.Error("a file that was removed is still served")
	}
}

func TestRelationsAreSeenFromBothEnds(t *testing.T) {
	other := strings.NewReplacer("na-0001", "na-0002", "licence: CC", "related: [{id: na-0001, how: adapts, note: in another town}]\nlicence: CC").Replace(snapshot)
	c, _ := Load(fstest.MapFS{"africa/na/na-0001.md": {Data: []byte(snapshot)}, "africa/na/na-0002.md": {Data: []byte(other)}})
	from, to := c.Links("na-0002"), c.Links("na-0001")
	if len(from) != 1 || from[0].Inverse || len(to) != 1 || !to[0].Inverse || to[0].Other.ID != "na-0002" {
		t.Errorf("links %v and %v", from, to)
	}
}

func TestWithdrawnIsFoundButNotListed(t *testing.T) {
	text := strings.Replace(snapshot, "review: {state: compiled,", "review: {state: withdrawn, why: It was wrong.,", 1)
	c, _ := Load(fstest.MapFS{"africa/na/na-0001.md": {Data: []byte(text)}})
	p, err := c.Get("na-0001")
	if err != nil || !p.Withdrawn() || c.Len() != 0 {
		t.Errorf("%v, %v, %d listed; faults %v", p, err, c.Len(), c.Faults())
	}
}

// BenchmarkLoad reads and renders all shipped entries, which every start does.
func BenchmarkLoad(b *testing.B) {
	for b.Loop() {
		if _, err := Load(entries.FS); err != nil {
			b.Fatal(err)
		}
	}
}

// TestReloadReadsOnlyWhatHasChanged holds a reload against a fresh reading, and
// sees that what has not changed is the same in memory.
func TestReloadReadsOnlyWhatHasChanged(t *testing.T) {
	const source, other, translated = "africa/na/na-0001.md", "africa/na/na-0002.md", "africa/na/na-0001.fr.md"
	content := fstest.MapFS{
		source:                 {Data: []byte(snapshot)},
		other:                  {Data: []byte(strings.Replace(snapshot, "na-0001", "na-0002", 1))},
		translated:             {Data: []byte("---\nid: na-0001\nlang: fr\nof: '000000000000'\nstate: draft\ntitle: Un titre\nsummary: Un résumé.\ncontributors:\n- {name: A, role: translator}\n---\n")},
		"africa/na/na-0003.md": {Data: []byte("nonsense")},
	}
	before, err := Load(content)
	if err != nil {
		t.Fatal(err)
	}
	for _, change := range []struct{ name, file, old, text string }{
		{"nothing", source, "", ""},
		{"a source", source, "Social-work case", "Case"},
		{"a translation", translated, "Un titre", "Un autre titre"},
		{"a file turns bad", other, "kind: mechanism", "kind: nonsense"},
		{"and good", other, "kind: nonsense", "kind: mechanism"},
	} {
		content[change.file] = &fstest.MapFile{Data: []byte(strings.Replace(string(content[change.file].Data), change.old, change.text, 1))}
		now, err := Reload(content, before)
		if err != nil {
			t.Fatal(err)
		}
		fresh, err := Load(content)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(now.Faults(), fresh.Faults()) {
			t.Errorf("%s: faults\n%v\na fresh reading has\n%v", change.name, now.Faults(), fresh.Faults())
		}
		for id, p := range fresh.byID {
			if got := now.byID[id]; got == nil || got.Title != p.Title || len(got.Translations) != len(p.Translations) {
				t.Errorf("%s: %s is not as a fresh reading has it", change.name, id)
			}
		}
		if change.file != other && now.byID["na-0002"] != before.byID["na-0002"] {
			t.Errorf("%s: na-0002 was read again", change.name)
		}
		before = now
	}
}
