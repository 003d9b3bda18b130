package search

import (
	"bytes"
	"encoding/binary"
	"io"
	"math/bits"
	"slices"
	"sync"
)

// The places of words are kept in records, one of each entry, in a file beside
// bleve's: a search needs those of twenty entries for its marks, and those of
// the entries that have all words of a phrase, but bleve would keep and merge
// them with every occurrence of every word.
//
// A record is, for every text of the entry, which text it is, how many bytes
// its words take and their places, the numbers of the words in order, 0 for a
// stop word, and their places: of each one byte for where it begins, counted
// from the beginning of the last, and how long it is. What does not fit into
// half a byte follows as a number. Phrases go by the order alone.
const (
	wide     = 15 // half a byte that says so
	maxParts = 4  // more than any corpus has
)

func appendPlace(places []byte, step, length int) []byte {
	places = append(places, byte(min(step, wide)<<4|min(length, wide)))
	if step >= wide {
		places = binary.AppendUvarint(places, uint64(step-wide))
	}
	if length >= wide {
		places = binary.AppendUvarint(places, uint64(length-wide))
	}
	return places
}

func appendText(record []byte, text int, words, places []byte) []byte {
	record = binary.AppendUvarint(record, uint64(text))
	record = binary.AppendUvarint(record, uint64(len(words)))
	record = binary.AppendUvarint(record, uint64(len(places)))
	return append(append(record, words...), places...)
}

// A spanner tells where words stand in a text, as bytes of it. It goes on only.
type spanner struct {
	places   []byte
	next     int // word
	from, to int // of the last
}

// span gives the place of the n-th word, which must not lie before the last.
func (s *spanner) span(n int) (from, to int) {
	places, begin, length := s.places, s.from, s.to-s.from
	for ; s.next <= n; s.next++ {
		b := places[0]
		places = places[1:]
		step := int(b >> 4)
		length = int(b & wide)
		if step == wide {
			more, n := binary.Uvarint(places)
			step, places = step+int(more), places[n:]
		}
		if length == wide {
			more, n := binary.Uvarint(places)
			length, places = length+int(more), places[n:]
		}
		begin += step
	}
	s.places, s.from, s.to = places, begin, begin+length
	return s.from, s.to
}

// A records is where the records of some entries are.
type records struct {
	from io.ReaderAt
	ends []int64 // of each record
	pool sync.Pool
}

// A record is that of one entry. Give it back with close.
type record struct {
	data  []byte
	texts []textOf
	of    *records
}

// A textOf is one text of an entry.
type textOf struct {
	part   int
	words  []byte
	places []byte
}

// read reads the texts that an entry has of a corpus.
func (r *records) read(n, corpus int) (*record, error) {
	c, _ := r.pool.Get().(*record)
	if c == nil {
		c = &record{of: r}
	}
	begin := int64(0)
	if n > 0 {
		begin = r.ends[n-1]
	}
	size := int(r.ends[n] - begin)
	c.data, c.texts = slices.Grow(c.data[:0], size)[:size], c.texts[:0]
	if n, err := r.from.ReadAt(c.data, begin); n < size {
		c.close()
		return nil, err
	}
	for data := c.data; len(data) > 0; {
		var head [3]int
		for i := range head {
			v, n := binary.Uvarint(data)
			head[i], data = int(v), data[n:]
		}
		end := head[1] + head[2]
		if head[0]/maxParts == corpus {
			c.texts = append(c.texts, textOf{head[0] % maxParts, data[:head[1]], data[head[1]:end]})
		}
		data = data[end:]
	}
	return c, nil
}

func (c *record) close() { c.of.pool.Put(c) }

// A wanted is words in a row that are looked for in records, as these have
// them: stop words between them are skipped, whatever they are.
type wanted struct {
	first []byte // those before the first stop word
	rest  []step
	last  int // words from the first to the last
}

// A step is a word after a stop word.
type step struct {
	skip int // words before it
	word []byte
}

func newWanted(ids []uint32, words []term) wanted {
	w := wanted{last: words[len(words)-1].at - words[0].at}
	for i, id := range ids {
		word := binary.AppendUvarint(nil, uint64(id))
		if i == 0 {
			w.first = word
			continue
		}
		skip := words[i].at - words[i-1].at - 1
		if skip == 0 && len(w.rest) == 0 {
			w.first = append(w.first, word...)
		} else {
			w.rest = append(w.rest, step{skip, word})
		}
	}
	return w
}

// find gives the first place in words from at on, in bytes, where those wanted
// stand, or -1.
func (w *wanted) find(words []byte, at int) int {
	for {
		n := bytes.Index(words[at:], w.first)
		if n < 0 {
			return -1
		}
		at += n
		if (at == 0 || words[at-1] < 0x80) && w.goesOn(words[at+len(w.first):]) {
			return at
		}
		at++
	}
}

func (w *wanted) goesOn(words []byte) bool {
	for _, s := range w.rest {
		for range s.skip {
			for len(words) > 0 && words[0] >= 0x80 {
				words = words[1:]
			}
			words = words[min(1, len(words)):]
		}
		if !bytes.HasPrefix(words, s.word) {
			return false
		}
		words = words[len(s.word):]
	}
	return true
}

// times counts how often the words stand in a text.
func (w *wanted) times(words []byte) (n int) {
	for at := w.find(words, 0); at >= 0; at = w.find(words, at+1) {
		n++
	}
	return n
}

// spans visits the places where the words stand in a text, as bytes of it.
func (w *wanted) spans(t textOf, visit func(from, to int)) {
	begin := spanner{places: t.places}
	end := begin
	n, counted := 0, 0
	for at := w.find(t.words, 0); at >= 0; at = w.find(t.words, at+1) {
		n, counted = n+ends(t.words[counted:at]), at
		from, to := begin.span(n)
		if w.last > 0 {
			_, to = end.span(n + w.last)
		}
		visit(from, to)
	}
}

// ends counts the words that end in a part of a text.
func ends(words []byte) (n int) {
	for ; len(words) >= 8; words = words[8:] {
		n += 8 - bits.OnesCount64(binary.LittleEndian.Uint64(words)&0x8080808080808080)
	}
	for _, b := range words {
		if b < 0x80 {
			n++
		}
	}
	return n
}
