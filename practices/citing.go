package practices

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// mark is how somebody who knows nothing of Markdown names a source: [1], in
// the digits of their own keyboard.
var mark = regexp.MustCompile(`\[([\d٠-٩۰-۹]{1,2})\]`)

// citing is a text with [1] written as the citation it stands for, [^key]. What
// stands for none stays as it is.
func citing(text string, keys []string) string {
	var out strings.Builder
	at := 0
	for _, m := range mark.FindAllStringSubmatchIndex(text, -1) {
		n, _ := strconv.Atoi(digits.Replace(text[m[2]:m[3]]))
		if n < 1 || n > len(keys) || keys[n-1] == "" || opensLink(text[m[1]:]) {
			continue
		}
		out.WriteString(text[at:m[0]])
		out.WriteString("[^" + keys[n-1] + "]")
		at = m[1]
	}
	out.WriteString(text[at:])
	return out.String()
}

// opensLink says whether what follows words in brackets makes them a link, and
// is no further mark.
func opensLink(rest string) bool {
	return strings.HasPrefix(rest, "(") || strings.HasPrefix(rest, "[") && !nextMark.MatchString(rest)
}

var nextMark = regexp.MustCompile(`^\[[\^\d٠-٩۰-۹]`)

// counted is a text with its citations as numbers, [1], which are easier to
// write from right to left than the names of sources.
func counted(text string, keys []string) string {
	return citedKey.ReplaceAllStringFunc(text, func(c string) string {
		if i := slices.Index(keys, c[2:len(c)-1]); i >= 0 {
			return "[" + strconv.Itoa(i+1) + "]"
		}
		return c
	})
}

// keys are the names of the sources of an entry, in their order.
func (p *Practice) keys() []string {
	var list []string
	for _, s := range p.Sources {
		list = append(list, s.Key)
	}
	return list
}
