package search

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"opendoor/practices"
	"opendoor/practices/glossary"
	"opendoor/practices/vocabulary"
	"opendoor/regions"
	"opendoor/regions/fold"
)

// A Suggestion is one thing to offer while somebody types.
type Suggestion struct {
	Kind  string   // "country", "term", "glossary", "entry" or "word"
	Text  string   // to show, in the reader's language
	Group Group    // of a country or term: the filter that it is
	Value string   // of a country or term: the value of the filter; of a glossary term or an entry: the id
	Count int      // practices behind it; 0 for an entry
	Marks [][2]int // what of Text was typed
}

// What is offered, at most, and of each kind.
const (
	maxSuggestions = 8
	maxConcepts    = 4
	maxTitles      = 4
	maxSuggestRune = 60
)

// A suggester knows what can be offered, by the beginnings of its words.
type suggester struct {
	concepts []suggested
	keys     []suggestKey                   // of concepts, in every language
	titles   map[string]func() []suggestKey // by language, made when first asked for
	all      []*practices.Practice
	rank     []int              // place of an entry when it stands by evidence
	whole    []string           // titles of entries in all languages, folded, each word between spaces
	stopped  map[string][]int32 // entries by the stop words of those
	words    *speller
}

// A suggested is a concept that can be offered.
type suggested struct {
	Suggestion
	text func(lang string) string
}

// A suggestKey is the rest of a name from one of its words on, folded.
type suggestKey struct {
	key   string
	item  int32
	first bool // it is the whole name
}

func newSuggester(x *Index) *suggester {
	s := &suggester{all: x.all, words: x.speller, titles: map[string]func() []suggestKey{}, rank: x.orders.fixed[SortEvidence].places, whole: make([]string, len(x.all))}
	for row, p := range x.all {
		s.whole[row] = spaced(fold.Text(p.Title))
		for _, lang := range sortedKeys(p.Translations) {
			s.whole[row] += spaced(fold.Text(p.Translations[lang].Title))
		}
	}
	s.stopped = byStopWord(s.whole)
	for _, lang := range vocabulary.Languages {
		s.titles[lang] = sync.OnceValue(func() []suggestKey {
			var keys []suggestKey
			for row, p := range s.all {
				keys = addKeys(keys, shown(p, lang).Title, row)
			}
			return sortKeys(keys)
		})
	}
	for _, c := range x.columns {
		for i, value := range c.values {
			n := c.sets[i].count()
			if n == 0 || slices.Contains(noConcept, value) {
				continue
			}
			switch {
			case c.group == GroupCountry:
				code := regions.Code(value)
				country, _ := regions.Lookup(code)
				s.add(Suggestion{Kind: "country", Group: c.group, Value: value, Count: n}, func(lang string) string { return regions.Name(code, lang) },
					append(slices.Collect(maps.Values(country.Names)), slices.Concat(slices.Collect(maps.Values(regions.Aliases(code)))...)...))
			case c.group.Vocabulary() != "":
				t, _ := vocabulary.Named(c.group.Vocabulary()).Get(value)
				s.add(Suggestion{Kind: "term", Group: c.group, Value: value, Count: n}, t.In,
					append(slices.Collect(maps.Values(t.Label)), slices.Concat(slices.Collect(maps.Values(t.Synonyms))...)...))
			}
		}
	}
	for _, t := range glossary.Terms() {
		s.add(Suggestion{Kind: "glossary", Value: t.ID}, func(lang string) string {
			if list := t.Synonyms[lang]; len(list) > 0 && lang != "en" {
				return list[0]
			}
			return t.Name()
		}, t.Names())
	}
	s.keys = sortKeys(s.keys)
	return s
}

func (s *suggester) add(offer Suggestion, text func(string) string, all []string) {
	s.concepts = append(s.concepts, suggested{offer, text})
	for _, name := range all {
		s.keys = addKeys(s.keys, name, len(s.concepts)-1)
	}
}

// addKeys adds a key for every word of a name.
func addKeys(keys []suggestKey, name string, item int) []suggestKey {
	folded := fold.Text(name)
	for start, end := nextWord(folded, 0); start < len(folded); start, end = nextWord(folded, end) {
		keys = append(keys, suggestKey{folded[start:], int32(item), start == 0})
		if at := strings.IndexByte(folded[start:end], '\''); at > 0 { // d'asile
			keys = append(keys, suggestKey{folded[start+at+1:], int32(item), false})
		}
	}
	return keys
}

func sortKeys(keys []suggestKey) []suggestKey {
	slices.SortFunc(keys, func(a, b suggestKey) int { return cmp.Or(strings.Compare(a.key, b.key), cmp.Compare(a.item, b.item)) })
	return keys
}

// spaced gives the words of a folded text, each between spaces.
func spaced(folded string) string {
	var b strings.Builder
	b.WriteByte(' ')
	for start, end := nextWord(folded, 0); start < len(folded); start, end = nextWord(folded, end) {
		b.WriteString(folded[start:end])
		b.WriteByte(' ')
	}
	return b.String()
}

// titled gives the entries whose titles have words as they stand.
func (s *suggester) titled(folded string, n int) rows {
	set := newRows(n)
	folded = spaced(folded)
	for w := range strings.FieldsSeq(folded) {
		if !anyStopWord()[w] {
			continue
		}
		for _, row := range s.stopped[w] { // none other can have them
			if len(folded) == len(w)+2 || strings.Contains(s.whole[row], folded) {
				set.add(int(row))
			}
		}
		return set
	}
	for row, title := range s.whole {
		if strings.Contains(title, folded) {
			set.add(row)
		}
	}
	return set
}

// byStopWord gives for each stop word the titles that have it.
func byStopWord(whole []string) map[string][]int32 {
	found := map[string][]int32{}
	for row, title := range whole {
		for w := range strings.FieldsSeq(title) {
			if list := found[w]; anyStopWord()[w] && (len(list) == 0 || list[len(list)-1] != int32(row)) {
				found[w] = append(list, int32(row))
			}
		}
	}
	return found
}

// Suggest offers what somebody may be typing: filters and terms of the
// glossary first, then entries, then words; at most eight. It needs two
// letters, or one that is a word. A misspelt word is forgiven when nothing
// begins like it.
func (x *Index) Suggest(prefix, lang string) []Suggestion {
	prefix = strings.TrimSpace(fold.Text(clipRunes(clean(prefix), maxSuggestRune)))
	first, n := utf8.DecodeRuneInString(prefix)
	if prefix == "" || len(prefix) == n && !unicode.Is(unicode.Han, first) {
		return []Suggestion{}
	}
	list := x.suggester.suggest(prefix, lang)
	if len(list) == 0 {
		if better := x.suggester.mended(prefix); better != "" {
			list = x.suggester.suggest(better, lang)
		}
	}
	return list
}

func (s *suggester) suggest(prefix, lang string) []Suggestion {
	type candidate struct {
		item, rank int
		first      bool
	}
	better := func(a, b candidate) int {
		switch {
		case a.first && !b.first:
			return -1
		case b.first && !a.first:
			return 1
		}
		return cmp.Or(cmp.Compare(a.rank, b.rank), cmp.Compare(a.item, b.item))
	}
	// best keeps the best few items of the keys that begin with the prefix.
	best := func(keys []suggestKey, n int, rank func(item int) (int, bool)) []candidate {
		var top []candidate
		from, _ := slices.BinarySearchFunc(keys, prefix, func(k suggestKey, p string) int { return strings.Compare(k.key, p) })
		for _, k := range keys[from:] {
			if !strings.HasPrefix(k.key, prefix) {
				break
			}
			r, ok := rank(int(k.item))
			c := candidate{int(k.item), r, k.first}
			if !ok || len(top) == n && better(c, top[n-1]) >= 0 {
				continue
			}
			if i := slices.IndexFunc(top, func(o candidate) bool { return o.item == c.item }); i >= 0 {
				if better(c, top[i]) < 0 {
					top[i] = c
				}
			} else {
				top = append(top, c)
			}
			slices.SortFunc(top, better)
			top = top[:min(len(top), n)]
		}
		return top
	}
	list := []Suggestion{}
	has := func(text string) bool {
		return slices.ContainsFunc(list, func(o Suggestion) bool { return fold.Name(o.Text) == fold.Name(text) })
	}
	for _, c := range best(s.keys, 2*maxConcepts, func(item int) (int, bool) { return -s.concepts[item].Count, true }) {
		offer := s.concepts[c.item].Suggestion
		if offer.Text = s.concepts[c.item].text(lang); !has(offer.Text) && len(list) < maxConcepts {
			list = append(list, offer)
		}
	}
	titles := s.titles[lang]
	if titles == nil {
		titles = s.titles["en"]
	}
	found := best(titles(), maxTitles, func(item int) (int, bool) { return s.rank[item], true })
	if last := strings.LastIndexByte(prefix, ' '); len(found) == 0 && last > 0 {
		whole := prefix // the words of a title in any order
		prefix = whole[last+1:]
		found = best(titles(), maxTitles, func(item int) (int, bool) {
			for _, w := range strings.Fields(whole[:last]) {
				if !strings.Contains(s.whole[item], " "+w) {
					return 0, false
				}
			}
			return s.rank[item], true
		})
	}
	for _, c := range found {
		list = append(list, Suggestion{Kind: "entry", Text: shown(s.all[c.item], lang).Title, Value: s.all[c.item].ID})
	}
	for _, w := range s.beginning(prefix, maxSuggestions-len(list)) {
		if !has(w.shown) {
			list = append(list, Suggestion{Kind: "word", Text: w.shown})
		}
	}
	for i := range list {
		list[i].Marks = marksOf(list[i].Text, prefix)
	}
	return list
}

// beginning gives the commonest words of the texts that begin so.
func (s *suggester) beginning(prefix string, n int) []spelled {
	var top []spelled
	known := s.words.words
	from, _ := slices.BinarySearchFunc(known, prefix, func(w spelled, p string) int { return strings.Compare(w.folded, p) })
	for _, w := range known[from:] {
		if !strings.HasPrefix(w.folded, prefix) || n <= 0 {
			break
		}
		if w.times < fewResults || words().light[w.folded] || len(top) == n && w.times <= top[n-1].times {
			continue
		}
		top = append(top, w)
		slices.SortStableFunc(top, func(a, b spelled) int { return cmp.Compare(b.times, a.times) })
		top = top[:min(len(top), n)]
	}
	return top
}

// mended gives the prefix with its last word one slip away, so that something
// begins with it, or "".
func (s *suggester) mended(prefix string) string {
	start := strings.LastIndexByte(prefix, ' ') + 1
	typed := []rune(prefix[start:])
	if len(typed) < shortestForgiven {
		return ""
	}
	begin := string(typed[:fixedLetters])
	words := s.words.words
	best, times := "", 0
	from, _ := slices.BinarySearchFunc(words, begin, func(w spelled, p string) int { return strings.Compare(w.folded, p) })
	for _, w := range words[from:] {
		if !strings.HasPrefix(w.folded, begin) {
			break
		}
		if w.times <= times {
			continue
		}
		runes := []rune(w.folded)
		for n := len(typed) - 1; n <= len(typed)+1 && n <= len(runes); n++ {
			if fold.Distance(typed, runes[:n], 2) < 2 {
				best, times = prefix[:start]+string(runes[:n]), w.times
				break
			}
		}
	}
	return best
}

// marksOf finds the beginning of a word in a text, to mark what was typed.
func marksOf(text, prefix string) [][2]int {
	folded, at := fold.WithOffsets(text)
	for start, end := nextWord(folded, 0); start < len(folded); start, end = nextWord(folded, end) {
		if strings.HasPrefix(folded[start:], prefix) {
			from, to := fold.Span(at, start, start+len(prefix))
			return [][2]int{{from, to}}
		}
	}
	return nil
}
