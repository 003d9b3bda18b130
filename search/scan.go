package search

import (
	"unicode"
	"unicode/utf8"

	"github.com/blevesearch/bleve/v2/analysis"

	"opendoor/regions/fold"
)

// nextWord finds the next word of a folded text: a run of letters, marks and
// digits, with apostrophes inside it (d'asile) and with the points inside
// numbers (13.445). Texts and queries are cut by the same code. At the end of
// the text start is len(s).
func nextWord(s string, from int) (start, end int) {
	var last rune
	start = len(s)
	for i := from; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		switch {
		case wordRune(r):
			start = min(start, i)
		case start == len(s):
		case !joins(r, last, s[i+n:]):
			return start, i
		}
		last = r
		i += n
	}
	return start, len(s)
}

// joins says whether r, between the runes last and those of after, holds a
// word together.
func joins(r, last rune, after string) bool {
	next, _ := utf8.DecodeRuneInString(after)
	switch r {
	case '\'':
		return unicode.IsLetter(next) && unicode.IsLetter(last)
	case '.', ',':
		return digit(last) && digit(next)
	}
	return false
}

func wordRune(r rune) bool {
	if r < utf8.RuneSelf {
		return 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || digit(r)
	}
	return r != utf8.RuneError && unicode.In(r, unicode.L, unicode.M, unicode.N)
}

func digit(r rune) bool { return '0' <= r && r <= '9' }

// paired are the scripts that do not write spaces between words. Runs of them
// are cut into overlapping pairs of letters, each letter with its marks, since
// Thai, Lao, Khmer and Burmese have no stemmer here and bleve's own tokenizer
// gives no word of them at all.
func paired(r rune) bool {
	return r > 0x0e00 && unicode.In(r, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar, unicode.Han, unicode.Hiragana, unicode.Katakana) || r == 'ー'
}

// leans says whether r belongs to the letter before it: a mark, or the vowel
// am of Thai and Lao, which is a letter only to Unicode.
func leans(r rune) bool { return r == 'ำ' || r == 'ຳ' || unicode.Is(unicode.M, r) }

// A tokenizer folds a text and cuts it into words. The offsets of its tokens
// are those of the text before folding, so that a match can be marked there.
type tokenizer struct{}

// Tokenize is part of bleve's analysis.Tokenizer.
func (tokenizer) Tokenize(input []byte) analysis.TokenStream {
	folded, at := fold.WithOffsets(string(input))
	var stream analysis.TokenStream
	add := func(start, end int) {
		from, to := fold.Span(at, start, end)
		stream = append(stream, &analysis.Token{Term: []byte(folded[start:end]), Start: from, End: to, Position: len(stream) + 1})
	}
	for start, end := nextWord(folded, 0); start < len(folded); start, end = nextWord(folded, end) {
		pieces(folded, start, end, add)
	}
	return stream
}

// pieces gives a word whole, or where it is of a paired script in pairs.
func pieces(s string, start, end int, add func(start, end int)) {
	run := start      // start of a run of one kind
	inPairs := false  // whether it is of a paired script
	var letters []int // where the letters of a paired run start
	flush := func(to int) {
		switch {
		case run == to:
		case !inPairs || len(letters) == 1:
			add(run, to)
		default:
			letters = append(letters, to)
			for i := 0; i+2 < len(letters); i++ {
				add(letters[i], letters[i+2])
			}
		}
		run, letters = to, letters[:0]
	}
	for i := start; i < end; {
		r, n := utf8.DecodeRuneInString(s[i:])
		if leans(r) && i > run {
			i += n
			continue
		}
		if p := paired(r); p != inPairs {
			flush(i)
			inPairs = p
		}
		if inPairs {
			letters = append(letters, i)
		}
		i += n
	}
	flush(end)
}
