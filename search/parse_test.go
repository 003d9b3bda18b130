package search

import (
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"opendoor/practices/faulttest"
)

// written shows clauses in one line: words, "phrases", -words.
func written(clauses []clause) string {
	var list []string
	for _, c := range clauses {
		s := c.text
		if c.phrase {
			s = fmt.Sprintf("%q", s)
		}
		if c.not {
			s = "-" + s
		}
		list = append(list, s)
	}
	return strings.Join(list, " ")
}

func TestParse(t *testing.T) {
	for _, tt := range []struct{ name, text, want string }{
		{"nothing", "", ``},
		{"words", "case management", `case management`},
		{"a word twice", "Case management CASE", `Case management`},
		{"phrase", `"case management" cost`, `"case management" cost`},
		{"curly and angular quotation marks", "“residence determination” «assignation à résidence»", `"residence determination" "assignation à résidence"`},
		{"phrase of one word", `"FCMP"`, `"FCMP"`},
		{"empty phrase", `"" " " cost`, `cost`},
		{"without its other half", `"case management`, `case management`},
		{"exclusion", "regularisation -amnesty", `regularisation -"amnesty"`},
		{"excluded phrase", `bail -"house arrest"`, `bail -"house arrest"`},
		{"excluded with a hyphen inside", "-child-friendly spaces", `-"child-friendly" spaces`},
		{"hyphen inside a word", "e-carceration", `e carceration`},
		{"hyphen alone", "- -- a - b", `a b`},
		{"two hyphens", "--detention", `detention`},
		{"hyphen before a half quotation mark", `-"house arrest`, `house arrest`},
		{"law number", "law 13.445/2017", `law 13.445 2017`},
		{"acronym with dots", "R.D.C. asile", `R.D.C. asile`},
		{"apostrophes", "Côte d’Ivoire l'asile", `Côte d’Ivoire l'asile`},
		{"operators are words", "cost AND (bail OR bond)", `cost AND bail OR bond`},
		{"wildcards are nothing", "* det* a?b /x/ body:* ^2 ~1", `det a b x body 2 1`},
		{"field is text", "country:BR", `country BR`},
		{"arabic", "الأطفال غير \"دون أسرة\"", `الأطفال غير "دون أسرة"`},
		{"arabic comma and question", "ما هذا؟ كفالة، صندوق", `ما هذا كفالة صندوق`},
		{"thai stays in one piece", "ทางเลือกแทนการกักขัง", `ทางเลือกแทนการกักขัง`},
		{"only signs", `"-*()"`, ``},
	} {
		got, dropped := parse(tt.text)
		if written(got) != tt.want || len(dropped) > 0 {
			t.Errorf("%s: parse(%q) = %s, dropped %q; want %s", tt.name, tt.text, written(got), dropped, tt.want)
		}
	}
}

func TestParseLimits(t *testing.T) {
	got, dropped := parse(`"a b" "c d" "e f" "g h" "i j" word`)
	if written(got) != `"a b" "c d" "e f" "g h" word` || strings.Join(dropped, "|") != "i j" {
		t.Errorf("five phrases: %s, dropped %q", written(got), dropped)
	}
	got, dropped = parse("-a -b -c -d -e -f -g -h -i word")
	if len(got) != maxNot+1 || strings.Join(dropped, "|") != "i" {
		t.Errorf("nine exclusions: %s, dropped %q", written(got), dropped)
	}
}

func TestTokenizer(t *testing.T) {
	for _, tt := range []struct{ text, want string }{
		{"Release, not detention!", "release not detention"},
		{"13.445/2017 and 1.000,5.", "13.445 2017 and 1.000,5"},
		{"U.A.S.C. d'asile 'quoted' it's", "uasc d'asile quoted it's"},
		{"ATDทางเลือก 5", "atd ทา าง งเ เลื ลือ อก 5"},
		{"拘留の", "拘留 留の"},
		{"న ก", "న ก"},
		{"ร่ำ น้ำ", "ร่ํา น้ํา"}, // folding takes the vowel am apart
	} {
		var got []string
		for _, tok := range (tokenizer{}).Tokenize([]byte(tt.text)) {
			got = append(got, string(tok.Term))
			if tok.Start >= tok.End || !utf8.ValidString(tt.text[tok.Start:tok.End]) {
				t.Errorf("%q: token %q stands at %d to %d", tt.text, tok.Term, tok.Start, tok.End)
			}
		}
		if strings.Join(got, " ") != tt.want {
			t.Errorf("%q: %q, want %q", tt.text, strings.Join(got, " "), tt.want)
		}
	}
}

// FuzzParse is fault test 11 for queries: it feeds the parser and every analysis with anything: they must not
// panic, and what they give must lie within the text and the limits.
func FuzzParse(f *testing.F) {
	for _, s := range append(hostile(), `-"a b" c`, "R.D.C. d'asile", "ทางเลือก") {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		faulttest.Bounded(t, "reading a query", func() { readAnything(t, s) })
	})
}

func readAnything(t *testing.T, s string) {
	t.Helper()
	text, _ := clipText(clean(s))
	if !utf8.ValidString(text) || len(text) > maxBytes || utf8.RuneCountInString(text) > maxRunes {
		t.Fatalf("clipText(%q) = %q, %d bytes", s, text, len(text))
	}
	if again, cut := clipText(clean(text)); again != text || cut != nil {
		t.Fatalf("%q becomes %q, then %q", s, text, again)
	}
	clauses, _ := parse(text)
	phrases, not := 0, 0
	for _, c := range clauses {
		if c.text == "" || !strings.Contains(text, c.text) {
			t.Fatalf("parse(%q): clause %q is not in it", text, c.text)
		}
		if c.not {
			not++
		} else if c.phrase {
			phrases++
		}
		for name := range analyses {
			terms(name, c.text)
		}
	}
	if phrases > maxPhrases || not > maxNot {
		t.Fatalf("parse(%q): %d phrases, %d exclusions", text, phrases, not)
	}
}

// hostile are inputs that have brought other searches down.
func hostile() []string {
	return []string{
		"body:*", "body:/.*a.*/", "*", "?", "a~2 b~2", `"` + strings.Repeat("a ", 50), strings.Repeat("a* ", 200),
		strings.Repeat("a", 600), strings.Repeat("ก", 200), strings.Repeat("-", 300), strings.Repeat("-a ", 60),
		strings.Repeat("\"", 199), strings.Repeat("(", 200), "+the +of +and", "\x00\x01\x7f", "\xff\xfe\xfa", "\u202e\u2066detention\u2069",
		"\u200b\u200c\u200d\ufeff", strings.Repeat("e\u0301\u0302", 100), strings.Repeat("ﷺ", 66), "\\", "'''", "%00", "${x}", "<script>alert(1)</script>",
		strings.Repeat("the of and to in ", 12), strings.Repeat("qwz ", 50), "a:b:c:d", "[1 TO *]", strings.Repeat("𠀀", 150), "İİİİ", "ſ", "\u0000",
	}
}
