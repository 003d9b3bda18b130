package search

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"opendoor/practices"
	"opendoor/practices/entries"
)

var (
	update = flag.Bool("update", false, "write the golden files anew")
	tell   = flag.Bool("judged", false, "print each judged query that is not answered well")
)

const (
	judgedFile = "testdata/judged.yaml"
	goldenFile = "testdata/judged.golden"
)

// A judged is a query with the entries that readers should get, as people of
// the three groups type it. See the head of testdata/judged.yaml.
type judged struct {
	Q        string              `yaml:"q"`
	Lang     string              `yaml:"lang"`
	Group    string              `yaml:"group"`
	Kind     string              `yaml:"kind"`
	Want     map[string]int      `yaml:"want"`
	NotFirst []string            `yaml:"not-first"`
	Filters  map[string][]string `yaml:"filters"`
	Kept     bool                `yaml:"kept"`
	Later    bool                `yaml:"later"`
}

func readJudged(t *testing.T) []judged {
	data, err := os.ReadFile(judgedFile)
	if err != nil {
		t.Skip(err)
	}
	var in struct {
		Queries []judged `yaml:"queries"`
	}
	dec := yaml.NewDecoder(bytes.NewReader(data))
	dec.KnownFields(true)
	if err := dec.Decode(&in); err != nil {
		t.Fatal(err)
	}
	return in.Queries
}

// What must hold for the queries on which search is tuned.
const (
	floorSuccess  = 0.92
	floorLanguage = 0.85
	floorExact    = 0.95 // of what is exactly meant, among the first ten
	floorFound    = 0.95 // the same with what is useful beside it
	floorForm     = 1.00 // names, acronyms, accent-free forms
	floorTypo     = 0.85
)

// TestJudged asks the judged queries of the real catalogue, and holds the
// answers against the floors and against the figures that were recorded last:
// a change of search that makes one of them worse fails, and any change shows
// in testdata/judged.golden, which -update writes.
func TestJudged(t *testing.T) {
	queries := readJudged(t)
	c, err := practices.Load(entries.FS)
	if err != nil {
		t.Fatal(err)
	}
	x, err := Build(context.Background(), c, today)
	if err != nil {
		t.Fatal(err)
	}
	defer x.Close()
	table := map[string]*rating{}
	var lines []string
	for _, q := range queries {
		for id := range q.Want {
			if _, err := c.Get(id); err != nil {
				t.Errorf("%q wants %s: %v", q.Q, id, err)
			}
		}
		r := search(t, x, Query{Text: q.Q, Lang: q.Lang})
		line := q.judge(t, x, r, table)
		if !q.Kept { // who tunes must not see how the others fare
			lines = append(lines, line)
		}
		if bad := strings.Contains(line, " -") || strings.Contains(line, "!"); bad && *tell && !q.Kept {
			t.Logf("%s\n   want %v\n   got %d relaxed %v corrected %v: %s", line, q.Want, r.Total, r.Relaxed, r.Corrected, ids(r))
		}
	}
	var b strings.Builder
	fmt.Fprintf(&b, "# How the judged queries fare. Written by: go test ./search -run TestJudged -update\n\n")
	fmt.Fprintf(&b, "%-28s %5s %9s %8s %9s %8s %7s %6s %7s\n", "", "asked", "success@3", "recall@5", "recall@10", "exact@10", "of all", "MRR", "nDCG@10")
	for _, key := range sortedKeys(table) {
		r := table[key]
		_, name, _ := strings.Cut(key, " ")
		fmt.Fprintf(&b, "%-28s %5d %9.3f %8.3f %9.3f %8.3f %7.3f %6.3f %7.3f\n", name, r.asked, r.mean(r.success3), r.mean(r.recall5), r.mean(r.recall), r.mean(r.best), r.mean(r.whole), r.mean(r.mrr), r.mean(r.ndcg))
	}
	t.Logf("judged queries\n%s", b.String())
	b.WriteString("\n# recall@10 divides by what is wanted or by ten, whichever is less; exact@10 the\n# same for what is exactly meant; of all by all that is wanted.\n#\n# Of each query: the places of the wanted entries among the first ten, - for\n# one that is not there; ! where an entry stands first that must not, or a\n# filter loses the best; of one without an answer, how much was found.\n\n")
	slices.Sort(lines)
	b.WriteString(strings.Join(lines, "\n") + "\n")
	golden(t, b.String())
	floor := func(key, what string, have, want float64) {
		if have < want-0.0005 {
			t.Errorf("%s: %s is %.3f, the floor is %.2f", key, what, have, want)
		}
	}
	for key, r := range table {
		switch {
		case key == "0 all":
			floor(key, "success@3", r.mean(r.success3), floorSuccess)
			floor(key, "exact@10", r.mean(r.best), floorExact)
			floor(key, "recall@10", r.mean(r.recall), floorFound)
		case strings.HasPrefix(key, "1 "):
			floor(key, "success@3", r.mean(r.success3), floorLanguage)
		case key == "2 kind name", key == "2 kind acronym", key == "2 kind accents":
			floor(key, "success@3", r.mean(r.success3), floorForm)
		case key == "2 kind typo":
			floor(key, "success@3", r.mean(r.success3), floorTypo)
		}
	}
}

// judge counts one answer in every row of the table it belongs to, and says
// in a line how it was.
func (q judged) judge(t *testing.T, x *Index, r *Result, table map[string]*rating) string {
	list := strings.Fields(ids(r))
	rows := []string{"0 all", "1 language " + q.Lang, "2 kind " + q.Kind, "3 group " + q.Group}
	if q.Kept {
		rows = []string{"4 kept out of tuning"}
		if q.Later {
			rows = []string{"5 kept out, written later"}
		}
	}
	if q.Kind == "none" {
		if q.Kept {
			return ""
		}
		found := fmt.Sprint(r.Total)
		if r.Relaxed {
			found += " relaxed"
		}
		return fmt.Sprintf("%s: %s: %s", q.Lang, q.Q, found)
	}
	for _, row := range rows {
		if table[row] == nil {
			table[row] = &rating{}
		}
		table[row].add(list, q.Want)
	}
	var places []string
	wanted := sortedKeys(q.Want)
	slices.SortStableFunc(wanted, func(a, b string) int { return q.Want[b] - q.Want[a] })
	for _, id := range wanted {
		place := "-"
		if i := slices.Index(list, id); i >= 0 && i < 10 {
			place = fmt.Sprint(i + 1)
		}
		if q.Want[id] == 2 {
			place += "*"
		}
		places = append(places, place)
	}
	line := fmt.Sprintf("%s: %s: %s", q.Lang, q.Q, strings.Join(places, " "))
	if len(list) > 0 && slices.Contains(q.NotFirst, list[0]) {
		line += " !" + list[0]
	}
	if len(q.Filters) > 0 {
		f := Query{Text: q.Q, Lang: q.Lang}
		for g, values := range q.Filters {
			for _, v := range values {
				f = f.With(Group(g), v)
			}
		}
		if !strings.Contains(" "+ids(search(t, x, f))+" ", " "+wanted[0]+" ") {
			line += " !filter"
		}
	}
	return line
}

// tolerance is how far a figure over all queries may fall: entries change too,
// and those of the smaller rows then move by more.
const tolerance = 0.02

// golden compares with what was recorded: a figure that fell fails the test,
// anything else that changed is told.
func golden(t *testing.T, now string) {
	if *update {
		if err := os.WriteFile(goldenFile, []byte(now), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	data, err := os.ReadFile(goldenFile)
	if err != nil {
		t.Errorf("%v; write it with -update", err)
		return
	}
	before := figures(string(data))
	for row, have := range figures(now) {
		for i, was := range before[row] {
			if have[i] < was-tolerance && row == "all" {
				t.Errorf("%s: figure %d fell from %.3f to %.3f; if that is right, run with -update and say why", row, i+1, was, have[i])
			}
		}
	}
	if now != string(data) {
		t.Logf("%s is not as it was; -update shows what changed", goldenFile)
	}
}

// figures reads the table of a golden file.
func figures(text string) map[string][]float64 {
	table := map[string][]float64{}
	for _, line := range strings.Split(text, "\n") {
		if len(line) < 29 || line[0] == '#' || line[0] == ' ' {
			continue
		}
		var n int
		f := make([]float64, 7)
		if _, err := fmt.Sscan(line[28:], &n, &f[0], &f[1], &f[2], &f[3], &f[4], &f[5], &f[6]); err == nil {
			table[strings.TrimSpace(line[:28])] = f
		}
	}
	return table
}
