package main

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// TestNamedTestsExist holds the documents that name a test as their proof to
// the tests that there are.
func TestNamedTestsExist(t *testing.T) {
	house := os.DirFS("../..")
	defined := regexp.MustCompile(`(?m)^func (Test\w+)\(`)
	there := map[string]bool{}
	err := fs.WalkDir(house, ".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && (d.Name() == "node_modules" || strings.HasPrefix(name, ".") && name != "."):
			return fs.SkipDir
		case !strings.HasSuffix(name, "_test.go"):
			return nil
		}
		text, err := fs.ReadFile(house, name)
		for _, m := range defined.FindAllStringSubmatch(string(text), -1) {
			there[m[1]] = true
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range append([]string{"docs/threat-model.md"}, asvsPages...) {
		text, err := fs.ReadFile(house, name)
		if err != nil {
			t.Fatal(err)
		}
		named := regexp.MustCompile("`(Test\\w+)`").FindAllStringSubmatch(string(text), -1)
		if len(named) < 10 {
			t.Errorf("%s names only %d tests", name, len(named))
		}
		for _, m := range named {
			if !there[m[1]] {
				t.Errorf("%s names %s, which is no test", name, m[1])
			}
		}
	}
}

var asvsPages = []string{"docs/asvs-1-to-5.md", "docs/asvs-6-to-10.md", "docs/asvs-11-to-17.md"}

// asked is how many requirements of levels 1 and 2 each section of ASVS 5.0 has:
// "1.2:9" stands for 1.2.1 to 1.2.9.
const asked = `1.1:2 1.2:9 1.3:11 1.4:3 1.5:2 2.1:3 2.2:3 2.3:4 2.4:1 3.2:2 3.3:4 3.4:6 3.5:5 3.7:2 4.1:3 4.2:1 4.3:2 4.4:4 5.1:1 5.2:3 5.3:2 5.4:3
	6.1:3 6.2:12 6.3:4 6.4:4 6.5:5 6.6:3 6.8:4 7.1:3 7.2:4 7.3:2 7.4:5 7.5:2 7.6:2 8.1:2 8.2:3 8.3:1 8.4:1 9.1:3 9.2:4 10.1:2 10.2:2 10.3:4 10.4:11 10.5:5
	10.6:2 10.7:3 11.1:2 11.2:3 11.3:3 11.4:4 11.5:1 11.6:1 12.1:3 12.2:2 12.3:4 13.1:1 13.2:5 13.3:2 13.4:5 14.1:2 14.2:4 14.3:3 15.1:3 15.2:3 15.3:7 16.1:1
	16.2:5 16.3:4 16.4:3 16.5:3 17.1:1 17.2:4 17.3:2`

// TestEveryRequirementIsTold shows that the pages on ASVS leave none out, tell
// each once, in order, and say how it stands; and that the count on the first
// page is theirs.
func TestEveryRequirementIsTold(t *testing.T) {
	var want []string
	for section := range strings.FieldsSeq(asked) {
		chapter, n, _ := strings.Cut(section, ":")
		last, err := strconv.Atoi(n)
		if err != nil {
			t.Fatal(err)
		}
		for i := range last {
			want = append(want, fmt.Sprintf("%s.%d", chapter, i+1))
		}
	}
	row := regexp.MustCompile(`(?m)^\| (\d+\.\d+\.\d+)(?:–(\d+))? \| ([^|]+) \| ([^|]+) \|$`)
	var got []string
	stands := map[string]int{}
	for _, page := range asvsPages {
		text, err := os.ReadFile(filepath.Join("..", "..", page))
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range row.FindAllStringSubmatch(string(text), -1) {
			section := m[1][:strings.LastIndex(m[1], ".")+1]
			from, _ := strconv.Atoi(m[1][len(section):])
			to := from
			if m[2] != "" {
				to, _ = strconv.Atoi(m[2])
			}
			kind := "shown by a test"
			switch by := m[4]; {
			case strings.HasPrefix(m[3], "Less than asked: "):
				kind = "less than asked"
			case strings.HasPrefix(by, "`Test"):
			case slices.Contains([]string{"by design", "by documents", "whoever keeps the site", "does not apply"}, by):
				kind = by
			default:
				t.Errorf("%s: %s is shown by %q", page, m[1], by)
			}
			for i := from; i <= to; i++ {
				got = append(got, section+strconv.Itoa(i))
				stands[kind]++
			}
		}
	}
	for i := range max(len(got), len(want)) {
		if i >= len(got) || i >= len(want) || got[i] != want[i] {
			t.Fatalf("row %d: the pages have %q, the standard %q", i+1, got[min(i, len(got)):min(i+3, len(got))], want[min(i, len(want)):min(i+3, len(want))])
		}
	}
	first, err := os.ReadFile("../../docs/asvs.md")
	if err != nil {
		t.Fatal(err)
	}
	for kind, n := range stands {
		if line := fmt.Sprintf("| %s | %d |", kind, n); !strings.Contains(string(first), line) {
			t.Errorf("docs/asvs.md lacks the line %q", line)
		}
	}
}
