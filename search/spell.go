package search

import (
	"context"
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"opendoor/practices/vocabulary"
	"opendoor/regions"
	"opendoor/regions/fold"
)

// A speller knows the words of the catalogue and of the names of concepts, as
// they are spelled, and finds what a misspelt word was meant to be.
type speller struct {
	words   []spelled      // by the first letters, then by word
	letters []fold.Letters // of each word
}

// A spelled is a known word.
type spelled struct {
	folded string
	shown  string // with its accents
	times  int    // how often it stands in texts
}

// Words that are too short are near to everything; only the first two letters
// are hardly ever wrong.
const (
	shortestForgiven = 5 // letters of a word with one slip
	shortestForTwo   = 9 // letters of a word with two, for did-you-mean alone
	fixedLetters     = 2
	shortestKnown    = 4
	fewResults       = 3  // below which a rare word may have been a slip
	commoner         = 5  // times commoner must be what it was meant to be
	offerBelow       = 10 // results
)

// A counter gathers words while texts are read.
type counter map[string]*spelled

// count adds the words of a text, and says how many words it has.
func (c counter) count(text string) int {
	n := 0
	folded, at := fold.WithOffsets(text)
	for start, end := nextWord(folded, 0); start < len(folded); start, end = nextWord(folded, end) {
		n++
		w := folded[start:end]
		if s := c[w]; s != nil {
			s.times++
			continue
		}
		if !spellable(w) {
			continue
		}
		from, to := fold.Span(at, start, end)
		w = strings.Clone(w)
		c[w] = &spelled{folded: w, shown: strings.ToLower(text[from:to]), times: 1}
	}
	return n
}

// spellable says whether a folded word can be misspelt: it has letters only,
// and enough of them, of a script that has spaces between words.
func spellable(w string) bool {
	if utf8.RuneCountInString(w) < shortestKnown {
		return false
	}
	for _, r := range w {
		if !unicode.IsLetter(r) || paired(r) {
			return false
		}
	}
	return true
}

// known are the words of the names of all concepts. They do not depend on the
// entries.
var known = sync.OnceValue(func() counter {
	c := counter{}
	for _, m := range lexiconOf().meanings {
		for _, list := range m.names {
			for _, name := range list {
				if !capitals(name) {
					c.count(name)
				}
			}
		}
		if !slices.Contains([]string{countryConcept, glossaryConcept, wordConcept, askConcept, softConcept}, m.Vocabulary) {
			t, _ := vocabulary.Named(m.Vocabulary).Get(m.Value)
			for _, name := range t.Label {
				c.count(name)
			}
			for _, list := range t.Synonyms {
				for _, name := range list {
					c.count(name)
				}
			}
		}
	}
	for _, s := range c {
		s.times = 1
	}
	return c
})

// newSpeller adds the words of concepts to those of the texts, which are in
// order.
func newSpeller(words []spelled) *speller {
	s := &speller{words: make([]spelled, 0, len(words)+len(known()))}
	for _, w := range sortedKeys(known()) {
		n, have := slices.BinarySearchFunc(words, w, func(a spelled, b string) int { return strings.Compare(a.folded, b) })
		s.words = append(s.words, words[:n]...)
		if words = words[n:]; !have {
			s.words = append(s.words, *known()[w])
		}
	}
	s.words = append(s.words, words...)
	s.letters = make([]fold.Letters, len(s.words))
	for i, w := range s.words {
		s.letters[i] = fold.LettersOf(w.folded)
	}
	return s
}

func bySpelling(a, b spelled) int { return strings.Compare(a.folded, b.folded) }

// times says how often a folded word stands in the texts; names of concepts
// that no text has count once.
func (s *speller) times(w string) int {
	if i, ok := slices.BinarySearchFunc(s.words, w, func(a spelled, b string) int { return strings.Compare(a.folded, b) }); ok {
		return s.words[i].times
	}
	return 0
}

// nearest finds the word that a folded one was most likely meant to be: the
// fewest slips away, then the commonest.
func (s *speller) nearest(w string, slips int) (best spelled, ok bool) {
	if !spellable(w) {
		return best, false
	}
	runes := []rune(w)
	start := string(runes[:fixedLetters])
	from, _ := slices.BinarySearchFunc(s.words, start, func(a spelled, b string) int { return strings.Compare(a.folded, b) })
	least := slips + 1
	var buf []rune
	letters := fold.LettersOf(w)
	to, _ := slices.BinarySearchFunc(s.words[from:], start, func(a spelled, b string) int {
		if strings.HasPrefix(a.folded, b) {
			return -1
		}
		return strings.Compare(a.folded, b)
	})
	for i, o := range s.words[from:][:to] {
		if letters.Apart(s.letters[from+i]) > slips {
			continue
		}
		buf = buf[:0]
		for _, r := range o.folded {
			buf = append(buf, r)
		}
		if o.folded == w || len(buf)-len(runes) > slips || len(runes)-len(buf) > slips {
			continue
		}
		d := 1
		if !oneSlip(runes, buf) {
			if slips < 2 {
				continue
			}
			d = fold.Distance(runes, buf, least+1)
		}
		if d < least || d == least && ok && o.times > best.times {
			best, least, ok = o, d, true
		}
	}
	return best, ok && least <= slips
}

// oneSlip says whether two words are one slip apart.
func oneSlip(a, b []rune) bool {
	for len(a) > 0 && len(b) > 0 && a[0] == b[0] {
		a, b = a[1:], b[1:]
	}
	for len(a) > 0 && len(b) > 0 && a[len(a)-1] == b[len(b)-1] {
		a, b = a[:len(a)-1], b[:len(b)-1]
	}
	return len(a) <= 1 && len(b) <= 1 || len(a) == 2 && len(b) == 2 && a[0] == b[1] && a[1] == b[0]
}

// A Correction is a word that no entry has, and what was searched for in its
// place.
type Correction struct {
	Typed string
	As    string // as the catalogue spells it
}

// slip says whether a probe may hold a slip: a plain word, not an acronym or
// a number, not insisted on, long enough.
func (p *probe) slip() bool {
	return !p.phrase && !p.not && !p.light && !p.capitals && utf8.RuneCountInString(p.folded) >= shortestForgiven && spellable(p.folded)
}

// corrected gives the clauses with slips mended: of words that occur nowhere,
// or, where there are few results, of rare ones.
func (x *lookups) corrected(ctx context.Context, m *matching, clauses []clause, lang string) (mended []clause, list []Correction, nowhere bool, err error) {
	mended = slices.Clone(clauses)
	for _, rare := range []bool{false, true} {
		for _, p := range m.probes {
			i := slices.IndexFunc(clauses, func(c clause) bool { return c == p.clause })
			if i < 0 || !p.slip() || p.nowhere() == rare {
				continue
			}
			times := x.speller.times(p.folded)
			if !rare && times > 0 {
				continue // it is spelled right; there is just no entry on it
			}
			if err := ctx.Err(); err != nil {
				return nil, nil, false, err
			}
			best, ok := x.nearest(p.folded, 1)
			if country, near := regions.Nearest(p.text); !ok && !rare && near {
				best, ok = spelled{folded: fold.Text(country.Names.In(lang)), shown: country.Names.In(lang), times: 1}, true
			}
			if !ok || rare && (p.told.count() >= fewResults || best.times < commoner*max(times, 1)) {
				continue
			}
			mended[i].text, mended[i].folded = best.shown, best.folded
			list = append(list, Correction{p.text, best.shown})
		}
		if len(list) > 0 || m.found.count() >= fewResults {
			return mended, list, !rare, nil
		}
	}
	return mended, list, false, nil
}

// didYouMean gives the text with words in place of those that are near a commoner
// one, or "".
func (x *lookups) didYouMean(ctx context.Context, m *matching, text string) string {
	offer := text
	for _, p := range m.probes {
		if !p.slip() || ctx.Err() != nil {
			continue
		}
		slips := 1
		if utf8.RuneCountInString(p.folded) >= shortestForTwo {
			slips = 2
		}
		best, ok := x.nearest(p.folded, slips)
		if ok && best.times >= commoner*max(p.said.count(), x.speller.times(p.folded)) && !sameStem(p.folded, best.folded) {
			offer = strings.Replace(offer, p.text, best.shown, 1)
		}
	}
	if offer == text {
		return ""
	}
	return offer
}

// sameStem says whether two words are forms of one in some language, so that
// to offer one for the other would offer nothing.
func sameStem(a, b string) bool {
	for name := range analyses {
		s, t := terms(name, a), terms(name, b)
		if len(s) == 1 && len(t) == 1 && s[0].text == t[0].text {
			return true
		}
	}
	return false
}
