package practices_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"opendoor/practices"
	"opendoor/practices/faulttest"
)

// hostile are texts that renderers of Markdown take long over, each as large as
// the body of an entry may be.
var hostile = map[string]string{
	"nested lists":      "* a\n * b\n  * c\n   * d\n    * e\n     * f\n",
	"markers on a line": strings.Repeat("* ", 15) + "a\n",
	"markers apart":     strings.Repeat("* ", 15) + "a\n\n",
	"deeper and deeper": "- a\n  - b\n    - c\n      - d\n        - e\n          - f\n            - g\n\n",
	"quotes":            strings.Repeat("> ", 15) + "a\n",
	"quotes and lists":  strings.Repeat("> - ", 7) + "a\n\n",
	"brackets":          strings.Repeat("[", 390) + "\n\n",
	"links in links":    strings.Repeat("[a](", 190) + "\n\n",
	"open links":        strings.Repeat("[a](b ", 190) + "\n\n",
	"emphasis":          strings.Repeat("*a _b ", 700) + "\n\n",
	"emphasis runs":     strings.Repeat("**a ", 740) + "\n\n",
	"closing emphasis":  strings.Repeat("a**b", 370) + "\n\n",
	"backticks":         strings.Repeat("`a ``b ", 190) + "\n\n",
	"growing backticks": func() string {
		s := ""
		for i := range 33 {
			s += strings.Repeat("`", i) + "a"
		}
		return s + "\n\n"
	}(),
	"tables":     strings.Repeat("|a", 39) + "|\n" + strings.Repeat("|-", 39) + "|\n" + strings.Repeat("|\n", 90) + "\n",
	"empty rows": strings.Repeat("|a", 39) + "|\n" + strings.Repeat("|-", 39) + "|\n" + strings.Repeat("x\n", 3000) + "\n",
	"angles":     strings.Repeat("<a ", 390) + "\n\n",
	"autolinks":  strings.Repeat("<a:", 390) + "\n\n",
	"references": "[a]: b\n\n[a][a] [a]\n\n",
	"many references": func() string {
		s := ""
		for i := range 3000 {
			s += fmt.Sprintf("[r%d]: /x\n\n", i)
		}
		return s
	}(),
	"one reference, often": "[a]: " + "/" + strings.Repeat("x", 8000) + "\n\n" + strings.Repeat("[a]\n\n", 9000),
	"entities":             strings.Repeat("&#x41;&amp;", 1000) + "\n\n",
	"citations":            strings.Repeat("[^source-1]", 190) + "\n\n",
	"list items":           "- a[^source-1]\n",
	"numbers":              "1. a\n2) b\n",
	"hard breaks":          "a  \n",
	"setext":               "a\n=\n",
	"fences":               "```\n~~~\n",
	"indents":              strings.Repeat(" ", 60) + "a\n",
	"tabs":                 "\t\t\t\t- a\n",
	"spaces":               strings.Repeat(" ", 8000) + "\n",
	"letters":              strings.Repeat("x", 8000) + "\n",
	"strikes":              strings.Repeat("~~a ~b ", 700) + "\n\n",
}

// TestHostileMarkdown renders the most of each that the limits let through,
// and holds what it takes to 64 MB, and in full to a tenth of a second.
func TestHostileMarkdown(t *testing.T) {
	head, _, _ := strings.Cut(string(snapshot().File(setting)), "## What was done")
	var longest time.Duration
	var most uint64
	for name, text := range hostile {
		accepted := false
		for room := 64 << 10; room > 1<<10 && !accepted; room = room * 9 / 10 {
			body := "## What was done\n" + text[:min(len(text), room)]
			for len(body)+len(text) < room {
				body += text
			}
			var p *practices.Practice
			took, taken := faulttest.Cost(func() { p, _ = practices.Parse("", []byte(head+body)) })
			if len(p.Sections) == 0 {
				continue
			}
			accepted = true
			longest = max(longest, took)
			html := len(p.Sections[0].HTML)
			t.Logf("%-22s %6d bytes: %6v, %6d KB taken, %5d KB of HTML", name, len(body), took.Round(time.Millisecond), taken>>10, html>>10)
			most = max(most, taken)
			if taken > faulttest.MaxMemory || html > 2<<20 || took > faulttest.MaxTime && faulttest.Long() {
				t.Errorf("%s: %v, %d bytes taken, %d of HTML", name, took, taken, html)
			}
		}
	}
	faulttest.Measured(t, 11, "the most that the limits let through of %d kinds of hostile Markdown: at most %v and %d MB", len(hostile), longest.Round(time.Millisecond), most>>20)
}
