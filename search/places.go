package search

import (
	"encoding/binary"
	"io"
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

// numbersOf reads the numbers of words.
func numbersOf(data []byte, into []uint32) []uint32 {
	for at := 0; at < len(data); {
		id := uint32(data[at])
		at++
		if id >= 0x80 {
			id &= 0x7f
			for shift := 7; ; shift += 7 {
				b := uint32(data[at])
				at++
				id |= b & 0x7f << shift
				if b < 0x80 {
					break
				}
			}
		}
		into = append(into, id)
	}
	return into
}

// A spanner tells where words stand in a text, as bytes of it. It goes on only.
type spanner struct {
	places   []byte
	next     int // word
	from, to int // of the last
}

// span gives the place of the n-th word, which must not lie before the last.
func (s *spanner) span(n int) (from, to int) {
	for ; s.next <= n; s.next++ {
		step, length := int(s.places[0]>>4), int(s.places[0]&wide)
		s.places = s.places[1:]
		if step == wide {
			step += s.number()
		}
		if length == wide {
			length += s.number()
		}
		s.from += step
		s.to = s.from + length
	}
	return s.from, s.to
}

func (s *spanner) number() int {
	more, n := binary.Uvarint(s.places)
	s.places = s.places[n:]
	return int(more)
}

// A records is where the records of some entries are.
type records struct {
	from io.ReaderAt
	ends []int64 // of each record
	buf  sync.Pool
}

// texts visits the texts of an entry of a corpus: which part it is, its words,
// and their places. They are valid until visit returns.
func (r *records) texts(n, corpus int, visit func(part int, words []uint32, places spanner)) error {
	begin := int64(0)
	if n > 0 {
		begin = r.ends[n-1]
	}
	b, _ := r.buf.Get().(*recordBuf)
	if b == nil {
		b = &recordBuf{}
	}
	defer r.buf.Put(b)
	size := int(r.ends[n] - begin)
	if cap(b.data) < size {
		b.data = make([]byte, size+size/2)
	}
	data := b.data[:size]
	if size == 0 {
		return nil
	}
	if n, err := r.from.ReadAt(data, begin); n < size {
		return err
	}
	for len(data) > 0 {
		var head [3]int
		for i := range head {
			v, n := binary.Uvarint(data)
			head[i], data = int(v), data[n:]
		}
		text, words, places := head[0], data[:head[1]], data[head[1]:head[1]+head[2]]
		if text/maxParts == corpus {
			b.words = numbersOf(words, b.words[:0])
			visit(text%maxParts, b.words, spanner{places: places})
		}
		data = data[head[1]+head[2]:]
	}
	return nil
}

type recordBuf struct {
	data  []byte
	words []uint32
}

// inRow counts how often words stand in a row in a text, as far apart as the
// terms say.
func inRow(text, ids []uint32, terms []term) (times int) {
	last := len(text) - (terms[len(terms)-1].at - terms[0].at)
	for i := 0; i < last; i++ {
		if text[i] == ids[0] && follow(text[i:], ids, terms) {
			times++
		}
	}
	return times
}

// follow says whether a text begins with words, the first of which it has.
func follow(text, ids []uint32, terms []term) bool {
	for k := 1; k < len(ids); k++ {
		at := terms[k].at - terms[0].at
		if at >= len(text) || text[at] != ids[k] {
			return false
		}
	}
	return true
}
