package search

import (
	"strings"
	"unicode/utf8"

	"opendoor/regions/fold"
)

// A clause is one thing that the text of a query asks for: a word, or words
// in a row.
type clause struct {
	text   string // as typed, without quotation marks or hyphen
	folded string // for telling whether two clauses are the same
	phrase bool   // the words must stand in a row
	not    bool   // must not occur
}

// parse reads what was typed, in one pass:
//
//	word           an entry should have it
//	"some words"   an entry must have them in a row
//	-word -"words" an entry must not have them
//
// Everything else is text and is read as the words in it: a quotation mark
// without its other half, an asterisk, AND, brackets. Nothing is an error.
// Clauses beyond the limits are dropped; the rarest words are chosen later,
// by whoever knows how rare they are.
func parse(text string) (clauses []clause, dropped []string) {
	p := parser{raw: text, seen: map[clause]bool{}}
	p.s, p.at = fold.WithOffsets(text)
	p.read()
	return p.clauses, p.dropped
}

type parser struct {
	raw string
	s   string // folded
	at  []int  // offsets of s in raw

	clauses      []clause
	dropped      []string
	seen         map[clause]bool
	phrases, not int
}

func (p *parser) read() {
	for i := 0; i < len(p.s); {
		not := p.s[i] == '-' && (i == 0 || p.s[i-1] == ' ')
		start := i
		if not {
			start++
		}
		r, n := utf8.DecodeRuneInString(p.s[start:])
		switch {
		case quote(r):
			if end, after, ok := closing(p.s, start+n); ok {
				p.words(start+n, end, true, not)
				i = after
				continue
			}
			i = start + n
		case not && wordRune(r):
			i = chunk(p.s, start)
			p.words(start, i, true, true)
		case wordRune(r):
			start, i = nextWord(p.s, start)
			p.words(start, i, false, false)
		default:
			i = start + n
		}
	}
}

// words adds the words between two offsets as one clause. A phrase of one
// word that must not occur is just a word; one that must occur stays a phrase,
// as who puts a word in quotation marks insists on it.
func (p *parser) words(start, end int, phrase, not bool) {
	var folded []string
	first, last := -1, 0
	for from, to := nextWord(p.s[:end], start); from < end; from, to = nextWord(p.s[:end], to) {
		folded = append(folded, p.s[from:to])
		if first < 0 {
			first = from
		}
		last = to
	}
	if len(folded) == 0 {
		return
	}
	from, to := fold.Span(p.at, first, last)
	key := clause{folded: strings.Join(folded, " "), phrase: phrase, not: not}
	if p.seen[key] {
		return
	}
	p.seen[key] = true
	switch {
	case not:
		p.not++
	case phrase:
		p.phrases++
	}
	if p.not > maxNot && not || p.phrases > maxPhrases && phrase && !not {
		p.dropped = append(p.dropped, p.raw[from:to])
		return
	}
	key.text = p.raw[from:to]
	p.clauses = append(p.clauses, key)
}

// chunk finds the end of what stands together without a space or quotation
// mark, so that -child-friendly leaves out the phrase.
func chunk(s string, from int) int {
	for i, r := range s[from:] {
		if r == ' ' || quote(r) {
			return from + i
		}
	}
	return len(s)
}

// closing finds the quotation mark that ends a phrase, and what comes after.
func closing(s string, from int) (end, after int, ok bool) {
	for i, r := range s[from:] {
		if quote(r) {
			return from + i, from + i + utf8.RuneLen(r), true
		}
	}
	return 0, 0, false
}

func quote(r rune) bool { return strings.ContainsRune("\"“”„‟«»「」", r) }
