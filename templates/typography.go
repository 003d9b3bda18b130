package templates

import (
	"regexp"
	"strings"
)

// A custom is a rule of typography of one language, with what to say to who
// has not kept it.
type custom struct {
	lang   string
	broken *regexp.Regexp
	said   string
}

const narrowSpace = "\u202f"

// customs are those that are easily forgotten. Quotation marks, dashes and
// apostrophes are left to the translator.
var customs = []custom{
	{"fr", regexp.MustCompile(`[^` + narrowSpace + `][;:!?»](\s|$)`), "put a narrow no-break space (U+202F) before ; : ! ? »"},
	{"fr", regexp.MustCompile(`«[^` + narrowSpace + `]`), "put a narrow no-break space (U+202F) after «"},
	{"fr", regexp.MustCompile(`\pL'\pL`), "write the apostrophe as ’"},
	{"ar", regexp.MustCompile(`\p{Arabic}[,;?]`), "write ، ؛ ؟ after Arabic words"},
}

// typography says what customs of a language a text breaks.
func typography(lang, text string) []string {
	var said []string
	for _, c := range customs {
		if c.lang == lang && c.broken.MatchString(text) {
			said = append(said, c.said)
		}
	}
	if lang == "es" && (strings.Count(text, "?") != strings.Count(text, "¿") || strings.Count(text, "!") != strings.Count(text, "¡")) {
		said = append(said, "open a question with ¿ and an exclamation with ¡")
	}
	return said
}
