package practices

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/yuin/goldmark/ast"
)

// harm checks the words of an entry for what could hurt somebody, and for
// numbers that no row of the ledger carries.
func (l *linter) harm(p *Practice) {
	for _, f := range []struct{ name, value string }{{"title", p.Title}, {"summary", p.Summary}, {"caution", p.Caution}} {
		l.harmIn(l.at(f.name), f.name, f.value)
	}
	for i, f := range p.Figures {
		l.harmIn(l.at(indexed("figures", i)), "figures."+f.Key, f.What+" "+f.Note)
	}
	for _, s := range p.Sections {
		l.harmIn(l.sectionLine(p, s), "body", s.Text)
	}
	if len(l.quoted) > 0 && len(p.Consent) == 0 {
		l.add(l.quoted[0], "consent", "missing; a quotation needs the consent of whoever said it, or say it in your own words")
	}
	closed := slices.ContainsFunc(p.Conditions, func(c Condition) bool { return c.What == "closed-place" })
	if re := soft[p.Lang]; closed && re != nil {
		for _, s := range p.Sections {
			for _, m := range re.FindAllStringIndex(s.Text, -1) {
				if !quotedAt(s.Text, m[0]) {
					l.warn(l.sectionLine(p, s), "text", "%q for a place people may not leave; say detention, with the official word in quotation marks", s.Text[m[0]:m[1]])
					break
				}
			}
		}
	}
	l.numbers(p)
}

func (l *linter) harmIn(line int, field, words string) {
	if !strings.ContainsAny(words, "0123456789@") {
		return // every pattern needs one of these
	}
	for _, h := range harmful {
		if m := h.found(words); m != "" {
			l.add(line, field, "%q looks like %s; leave it out", clip(m), h.what)
		}
	}
}

// sectionLine is the line of the heading of a section.
func (l *linter) sectionLine(p *Practice, s Section) int {
	if line, ok := l.lines["#"+s.ID]; ok {
		return line
	}
	return 1
}

// quotedAt says whether the word at an offset stands in quotation marks.
func quotedAt(s string, at int) bool {
	before := strings.TrimRight(s[max(0, at-40):at], " ")
	open := strings.LastIndexAny(before, "“‘«\"")
	return open >= 0 && !strings.ContainsAny(before[open+1:], "”’»")
}

var (
	anyNumber = regexp.MustCompile(`\d+(?:[.,]\d+)*`)
	percent   = regexp.MustCompile(`(\d+(?:[.,]\d+)?) ?(?:%|per ?cent\b|por ciento\b|pour cent\b|por cento\b)`)
	// hasPercent tells quickly that most texts have none.
	hasPercent = has("%", "cent", "ciento")

	thousand = regexp.MustCompile(`\b\d{1,3}(?:[, ]\d{3})+\b`)
	plain    = regexp.MustCompile(`(?:^|[ (])(\d{3,6})(?:[ ;:)]|[.,](?:\D|$)|$)`)
	numbered = regexp.MustCompile(`(?i)(?:articles?|artículos?|art\.?|section|law|ley|lei|act|decree|resolution|no\.?|number|paragraphs?|code|and|or|,)\s*$`)
)

// numbers finds results in the text that no row of the ledger carries, so
// that none is told without its period and source.
func (l *linter) numbers(p *Practice) {
	if !p.given["figures"] {
		return
	}
	known := map[string]bool{}
	for _, f := range p.Figures {
		for _, n := range []Number{f.Value, f.Low, f.High, f.Of} {
			if n.Known {
				known[number(n.Value)] = true
			}
		}
		for _, m := range anyNumber.FindAllString(f.Note+" "+f.What, -1) {
			known[strings.NewReplacer(",", "", " ", "").Replace(m)] = true
		}
	}
	missing := func(line int, field, shown, value string) {
		if !known[value] {
			l.warn(line, field, "%q is not in figures; add a row with its period and source", shown)
		}
	}
	check := func(line int, field, s string) {
		if !strings.ContainsAny(s, "0123456789") {
			return
		}
		if hasPercent(s) {
			for _, m := range percent.FindAllStringSubmatch(s, -1) {
				missing(line, field, m[0], strings.Replace(m[1], ",", ".", 1))
			}
		}
		for _, m := range thousand.FindAllString(s, -1) {
			missing(line, field, m, strings.NewReplacer(",", "", " ", "").Replace(m))
		}
		for _, m := range plain.FindAllStringSubmatchIndex(s, -1) {
			n, _ := strconv.Atoi(s[m[2]:m[3]])
			year := n >= 1900 && n <= 2100
			if !year && !numbered.MatchString(s[:m[2]]) && !percent.MatchString(s[m[2]:min(len(s), m[3]+4)]) {
				missing(line, field, s[m[2]:m[3]], fmt.Sprint(n))
			}
		}
	}
	check(l.at("summary"), "summary", p.Summary)
	for _, s := range p.Sections {
		check(l.sectionLine(p, s), "body", s.Text)
	}
}

// silent are the words by which a sentence tells what sources do not say,
// which needs no footnote.
var silent = regexp.MustCompile(`(?i)\b(sources?|texts?|accounts?|sheet|unknown|not (known|say|said|tell|told|given|give|named|name|found|seen|stated|published|described|report)\w*|no (figure|number|source|evaluation|text|cost|result)s?|nothing (is|was)|fuentes?|se desconoce|sources|inconnu|fontes?|desconhecid\w+|mention\w*|nowhere|neither|nor)\b`)

// statements finds paragraphs and list items of the two sections of fact that
// name no source. Limits may be a reading of the whole, and advice is advice.
func (l *linter) statements(doc ast.Node, src []byte, t text, s *Section) {
	l.lines["#"+s.ID] = t.before
	if l.translation || (s.ID != "what-was-done" && s.ID != "what-came-of-it") {
		return
	}
	ast.Walk(doc, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		block := n.Kind() == ast.KindParagraph || n.Kind() == ast.KindTextBlock
		if !entering || !block {
			return ast.WalkContinue, nil
		}
		cited := false
		ast.Walk(n, func(c ast.Node, _ bool) (ast.WalkStatus, error) {
			if c.Kind() == kindCitation {
				cited = true
				return ast.WalkStop, nil
			}
			return ast.WalkContinue, nil
		})
		words := plainText(n, src)
		leadIn := strings.HasSuffix(words, ":")
		if !cited && !leadIn && !silent.MatchString(words) && len(strings.Fields(words)) > 3 {
			l.warn(t.line(firstOffset(n)), "body", "%q names no source; end it with [^key]", clip(words))
			s.Unsourced = append(s.Unsourced, clip(words))
		}
		return ast.WalkSkipChildren, nil
	})
}
