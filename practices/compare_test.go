package practices

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// told writes changes as a person would mark them: [-gone-] {+come+}.
func told(changes []Change) string {
	var b strings.Builder
	for _, c := range changes {
		fmt.Fprintf(&b, "%s%s:", c.Field, c.Heading)
		for _, p := range c.Pieces {
			fmt.Fprintf(&b, map[PieceKind]string{Same: " %s", Removed: " [-%s-]", Added: " {+%s+}"}[p.Kind], p.Text)
		}
		b.WriteString("\n")
	}
	return b.String()
}

func TestCompare(t *testing.T) {
	base := "---\nid: na-0001\ntitle: A home for children\nactors:\n- {name: A}\n---\n## What was done\nThey found a home.\n## Next\nWords.\n"
	for _, tt := range []struct{ name, older, newer, want string }{
		{"nothing", base, base, ""},
		{"only line ends", base, strings.Replace(base, "found a", "found\na", 1), ""},
		{"carriage returns", base, strings.ReplaceAll(base, "\n", "\r\n"), ""},
		{"a word", base, strings.Replace(base, "a home.", "two homes.", 1), "What was done: They found [-a home.-] {+two homes.+}\n"},
		{"a field", base, strings.Replace(base, "title: A home", "title: A house", 1), "title: A [-home-] {+house+} for children\n"},
		{"a nested field", base, strings.Replace(base, "name: A", "name: B", 1), "actors: - {name: [-A}-] {+B}+}\n"},
		{"a new field and a section gone", base, strings.Replace(strings.Replace(base, "actors:", "kind: law\nactors:", 1), "## Next\nWords.\n", "", 1), "kind: {+law+}\nNext: [-Words.-]\n"},
		{"Arabic", "## ما تم\nوجدوا بيتا\n", "## ما تم\nوجدوا بيتين\n", "ما تم: وجدوا [-بيتا-] {+بيتين+}\n"},
		{"the first text", "", "## A\nb\n", "A: {+b+}\n"},
		{"no front matter", "just words", "just other words", ": just {+other+} words\n"},
		{"not UTF-8", "a \xff", "a b", ": a [-\uFFFD-] {+b+}\n"},
	} {
		if got := told(Compare([]byte(tt.older), []byte(tt.newer))); got != tt.want {
			t.Errorf("%s:\n%swant\n%s", tt.name, got, tt.want)
		}
	}
}

// TestCompareKeepsEveryWord compares texts with more different words than a
// letter of two bytes could number.
func TestCompareKeepsEveryWord(t *testing.T) {
	var older, newer []string
	for i := range 70_000 {
		older = append(older, fmt.Sprint("a", i))
		if i%1000 != 0 {
			newer = append(newer, fmt.Sprint("a", i))
		}
	}
	c := Compare([]byte(strings.Join(older, " ")), []byte(strings.Join(newer, " ")))
	if len(c) != 1 {
		t.Fatalf("%d changes", len(c))
	}
	var was, is []string
	for _, p := range c[0].Pieces {
		if p.Kind != Added {
			was = append(was, strings.Fields(p.Text)...)
		}
		if p.Kind != Removed {
			is = append(is, strings.Fields(p.Text)...)
		}
	}
	if !slices.Equal(was, older) || !slices.Equal(is, newer) {
		t.Error("words are lost or moved")
	}
}
