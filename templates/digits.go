package templates

import (
	"fmt"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// numberings are the CLDR numbering systems in which languages can write: the
// digits from 0 to 9, and what CSS calls them where they count a list.
var numberings = map[string]struct{ digits, counter string }{
	"latn":    {"0123456789", "decimal"},
	"arab":    {"٠١٢٣٤٥٦٧٨٩", "arabic-indic"},
	"arabext": {"۰۱۲۳۴۵۶۷۸۹", "persian"},
	"deva":    {"०१२३४५६७८९", "devanagari"},
	"beng":    {"০১২৩৪৫৬৭৮৯", "bengali"},
	"mymr":    {"၀၁၂၃၄၅၆၇၈၉", "myanmar"},
	"thai":    {"๐๑๒๓๔๕๖๗๘๙", "thai"},
	"khmr":    {"០១២៣៤៥៦៧៨៩", "khmer"},
}

// WriteDigits makes a language write its numbers with the digits of a CLDR
// numbering system, such as "arab" or "latn", instead of those that its files
// name. It is for the start, before anybody reads; a language that is not
// offered and a system that is not known are errors.
func (s *Set) WriteDigits(tag, system string) error {
	sp, ok := s.speech[tag]
	if !ok {
		return fmt.Errorf("digits: no language %q", tag)
	}
	sp.digits = system
	s.dress()
	return sp.settle()
}

// dress gives the style sheet of every page the counting of the languages:
// lists are numbered with the digits of the words around them.
func (s *Set) dress() {
	var own strings.Builder
	for _, tag := range s.order {
		if n, ok := numberings[s.speech[tag].digits]; ok && n.counter != "decimal" {
			fmt.Fprintf(&own, "[lang=%s]{--n:%s}", tag, n.counter)
		}
	}
	rules := own.String()
	if rules != "" {
		rules = "[lang]{--n:decimal}" + rules
	}
	s.assets["style.css"] = newAsset("style.css", []byte(s.sheet+rules))
}

// Digits writes the numbers of a text in a language with the digits that the
// language is set to, whichever its writer typed: 2018 and ٢٠١٨ are then alike
// on one page. Numbers in names and codes stay as they are: one that is joined
// to Latin letters or hyphens (mx-0004, 2021-03) or comes after a Latin word
// (CC BY 4.0). So does all text in a language that is not offered.
func (s *Set) Digits(lang, text string) string {
	if sp, ok := s.speech[lang]; ok {
		return sp.ownDigits(text)
	}
	return text
}

// values are what the digits of all numberings stand for.
var values = func() map[rune]int {
	m := map[rune]int{}
	for _, n := range numberings {
		for v, r := range []rune(n.digits) {
			m[r] = v
		}
	}
	return m
}()

// numerals are numbers with what belongs to them: separators, a percent sign.
var numerals = regexp.MustCompile(`\p{Nd}+(?:[.,٫٬]\p{Nd}+)*(?:[ \x{a0}\x{202f}]?[%٪])?`)

func (sp *speech) ownDigits(text string) string {
	n, ok := numberings[sp.digits]
	if !ok || sp.Dir == "ltr" && sp.digits == "latn" {
		return text
	}
	own, arabic := []rune(n.digits), strings.HasPrefix(sp.digits, "arab")
	var out strings.Builder
	at := 0
	for _, m := range numerals.FindAllStringIndex(text, -1) {
		out.WriteString(text[at:m[0]])
		number := text[m[0]:m[1]]
		if !named(text[:m[0]], text[m[1]:]) {
			number = rewritten(number, own, arabic)
		}
		out.WriteString(number)
		at = m[1]
	}
	out.WriteString(text[at:])
	return out.String()
}

// rewritten is a number with other digits. Arabic ones have marks of their own
// for thousands, decimals and percent.
func rewritten(number string, own []rune, arabic bool) string {
	point := strings.Count(number, ".") == 1 // not a number of a version, such as 2.0.1
	return strings.Map(func(r rune) rune {
		v, digit := values[r]
		switch {
		case digit:
			return own[v]
		case arabic && r == ',':
			return '٬'
		case arabic && r == '.' && point:
			return '٫'
		case arabic && r == '%':
			return '٪'
		case !arabic && r == '٬':
			return ','
		case !arabic && r == '٫':
			return '.'
		}
		return r
	}, number)
}

// named says whether a number belongs to a name or a code, by what stands
// before and after it: Latin letters or hyphens that touch it, or a Latin word
// and a space.
func named(before, after string) bool {
	if strings.HasSuffix(before, "-") || strings.HasPrefix(after, "-") {
		return true
	}
	i := strings.LastIndexFunc(before, unicode.IsSpace) + 1
	touching, rest := before[i:], before[:i]
	if end := strings.IndexFunc(after, unicode.IsSpace); end >= 0 {
		after = after[:end]
	}
	if strings.ContainsFunc(touching+after, latin) {
		return true
	}
	last, _ := utf8.DecodeLastRuneInString(strings.TrimRightFunc(rest, unicode.IsSpace))
	return touching == "" && latin(last)
}

func latin(r rune) bool { return unicode.Is(unicode.Latin, r) }
