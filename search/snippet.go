package search

import (
	"cmp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// A snippet has about 35 words, some of them before the first match. Texts
// without spaces between words are cut by length.
const (
	snippetWords  = 35
	snippetBefore = 8
	snippetBytes  = 400 // 35 words of the longest scripts
	snippetTries  = 16  // matches from which a snippet may begin
	snippetApart  = 60  // bytes between two of them
)

const ellipsis = "…"

// snippet cuts the best part out of a body: that with most of the matches
// which the title and summary do not show. It is empty when they show all.
func snippet(body string, marks, shown []mark) Marked {
	has := func(list []mark, probe int) bool {
		return slices.ContainsFunc(list, func(m mark) bool { return m.probe == probe })
	}
	if !slices.ContainsFunc(marks, func(m mark) bool { return !has(shown, m.probe) }) {
		return Marked{}
	}
	marks = slices.Clone(marks)
	slices.SortFunc(marks, func(a, b mark) int { return cmp.Or(cmp.Compare(a.from, b.from), cmp.Compare(a.to, b.to)) })
	best, most, tried, last := 0, -1, 0, -snippetApart
	for i, first := range marks {
		if has(shown, first.probe) || first.from < last+snippetApart {
			continue
		}
		last = first.from
		if tried++; tried > snippetTries {
			break
		}
		_, end := window(body, first.from)
		value := 0
		var seen []int
		for _, m := range marks[i:] {
			if m.to > end {
				break
			}
			switch {
			case slices.Contains(seen, m.probe):
				value++
			case has(shown, m.probe):
				value += 10
			default:
				value += 100
			}
			seen = append(seen, m.probe)
		}
		if value > most {
			best, most = i, value
		}
	}
	start, end := window(body, marks[best].from)
	return excerpt(body, start, end, marks)
}

// window finds the part of a body to show for a match at a place: from the
// beginning of its sentence, or some words before, to some words after.
func window(body string, at int) (start, end int) {
	start = at
	for range snippetBefore {
		before := body[:lastOfWord(body, start)]
		if strings.IndexByte(body[len(before):start], '\n') >= 0 || len(before) < start && sentenceEnd(before) {
			break
		}
		start = lastSpace(before)
	}
	if at-start > snippetBytes/4 {
		start = letterFrom(body, at-snippetBytes/4)
	}
	end = start
	for n := range snippetWords {
		next := spaceless(body, end, true)
		if n > snippetWords/2 && strings.IndexByte(body[end:next], '\n') >= 0 {
			break // enough, and what follows is another paragraph
		}
		end = spaceless(body, next, false)
		if end-start > snippetBytes {
			return start, letterFrom(body, start+snippetBytes)
		}
	}
	return start, end
}

// spaceless finds where white space ends, or where it begins, from a place on.
// Snippets look at thousands of words; most letters are ASCII.
func spaceless(s string, at int, ends bool) int {
	for at < len(s) {
		if c := s[at]; c < utf8.RuneSelf {
			if (c == ' ' || c-'\t' <= '\r'-'\t') != ends {
				break
			}
			at++
			continue
		}
		r, n := utf8.DecodeRuneInString(s[at:])
		if unicode.IsSpace(r) != ends {
			break
		}
		at += n
	}
	return at
}

// lastOfWord finds the end of the last word before a place.
func lastOfWord(s string, at int) int {
	for at > 0 {
		r, n := rune(s[at-1]), 1
		if r >= utf8.RuneSelf {
			r, n = utf8.DecodeLastRuneInString(s[:at])
		}
		if !space(r) {
			break
		}
		at -= n
	}
	return at
}

func space(r rune) bool {
	if r < utf8.RuneSelf {
		return r == ' ' || '\t' <= r && r <= '\r'
	}
	return unicode.IsSpace(r)
}

// lastSpace finds where the last word of a text begins.
func lastSpace(s string) int {
	for at := len(s); at > 0; {
		r, n := rune(s[at-1]), 1
		if r >= utf8.RuneSelf {
			r, n = utf8.DecodeLastRuneInString(s[:at])
		}
		if space(r) {
			return at
		}
		at -= n
	}
	return 0
}

func sentenceEnd(s string) bool {
	r, _ := utf8.DecodeLastRuneInString(s)
	switch r {
	case '.', '!', '?', '。', '؟', '।', '…':
		return true
	}
	return false
}

// letterFrom finds the first place from at on where a letter begins, so that
// no letter is parted from its marks.
func letterFrom(s string, at int) int {
	for at < len(s) {
		if utf8.RuneStart(s[at]) {
			if r, _ := utf8.DecodeRuneInString(s[at:]); !leans(r) && r != '\u200d' {
				break
			}
		}
		at++
	}
	return min(at, len(s))
}

// excerpt cuts a part out of a body, in one line, with its marks.
func excerpt(body string, start, end int, marks []mark) Marked {
	var inside []mark
	for _, m := range marks {
		if m.from >= start && m.to <= end {
			inside = append(inside, m)
		}
	}
	start = end - len(strings.TrimLeftFunc(body[start:end], unicode.IsSpace))
	text := strings.TrimRightFunc(body[start:end], unicode.IsSpace)
	end = start + len(text)
	text = strings.ReplaceAll(text, "\n", " ")
	shift := -start
	if start > 0 && body[start-1] != '\n' && !sentenceEnd(strings.TrimRightFunc(body[:start], unicode.IsSpace)) {
		text = ellipsis + text
		shift += len(ellipsis)
	}
	if end < len(body) && body[end] != '\n' && !sentenceEnd(text) {
		text += ellipsis
	}
	m := Marked{Text: text, Marks: merge(inside)}
	for i := range m.Marks {
		m.Marks[i][0] += shift
		m.Marks[i][1] += shift
	}
	return m
}
