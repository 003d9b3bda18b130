package search

import (
	"encoding/binary"
	"io"
	"sync"
)

// The places of words are kept in records, one of each entry, in a file beside
// bleve's: a search needs those of twenty entries for its marks, and those of
// the entries that have all words of a phrase, but bleve would keep and merge
// them with every occurrence of every word. A record is, for every text of
// the entry, which text it is, how many bytes follow, and its words in order,
// stop words too. Their places in this order are what phrases go by.
//
// A word is the number of its stem, then one byte for where it begins, counted
// from the beginning of the last, and how long it is. What does not fit into
// half a byte follows as a number.
const (
	wide     = 15 // half a byte that says so
	maxParts = 4  // more than any corpus has
)

func appendPlace(record []byte, id uint32, step, length int) []byte {
	record = binary.AppendUvarint(record, uint64(id))
	record = append(record, byte(min(step, wide)<<4|min(length, wide)))
	if step >= wide {
		record = binary.AppendUvarint(record, uint64(step-wide))
	}
	if length >= wide {
		record = binary.AppendUvarint(record, uint64(length-wide))
	}
	return record
}

// headed puts before the part of a record from begin on which text it is and
// how many bytes it has.
func headed(record []byte, begin, text int) []byte {
	var head [2 * binary.MaxVarintLen64]byte
	h := binary.AppendUvarint(head[:0], uint64(text))
	h = binary.AppendUvarint(h, uint64(len(record)-begin))
	record = append(record, h...)
	copy(record[begin+len(h):], record[begin:len(record)-len(h)])
	copy(record[begin:], h)
	return record
}

// A token is one word of a text, as bytes [from, to) of it.
type token struct {
	id       uint32 // 0 for a stop word
	from, to int32
}

// tokens reads the words of a text, in order.
func tokens(data []byte, into []token) []token {
	from := 0
	for at := 0; at < len(data); {
		id, n := uint64(data[at]), 1
		if id >= 0x80 {
			id, n = binary.Uvarint(data[at:])
		}
		at += n
		step, length := int(data[at]>>4), int(data[at]&wide)
		at++
		if step == wide {
			more, n := binary.Uvarint(data[at:])
			step, at = step+int(more), at+n
		}
		if length == wide {
			more, n := binary.Uvarint(data[at:])
			length, at = length+int(more), at+n
		}
		from += step
		into = append(into, token{uint32(id), int32(from), int32(from + length)})
	}
	return into
}

// A records is where the records of some entries are.
type records struct {
	from io.ReaderAt
	ends []int64 // of each record
	buf  sync.Pool
}

// texts visits the texts of an entry of a corpus: which part it is, and its
// words. They are valid until visit returns.
func (r *records) texts(n, corpus int, visit func(part int, words []token)) error {
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
	if _, err := r.from.ReadAt(data, begin); err != nil && (err != io.EOF || size > 0) {
		return err
	}
	for len(data) > 0 {
		text, n := binary.Uvarint(data)
		size, m := binary.Uvarint(data[n:])
		data = data[n+m:]
		if int(text)/maxParts == corpus {
			b.words = tokens(data[:size], b.words[:0])
			visit(int(text)%maxParts, b.words)
		}
		data = data[size:]
	}
	return nil
}

type recordBuf struct {
	data  []byte
	words []token
}

// inRow counts how often words stand in a row in a text, as far apart as the
// terms say.
func inRow(words []token, ids []uint32, terms []term) (times int) {
	last := len(words) - (terms[len(terms)-1].at - terms[0].at)
	for i := 0; i < last; i++ {
		if words[i].id == ids[0] && follow(words[i:], ids, terms) {
			times++
		}
	}
	return times
}

// follow says whether words begin with those of the ids.
func follow(words []token, ids []uint32, terms []term) bool {
	for k := 1; k < len(ids); k++ {
		at := terms[k].at - terms[0].at
		if at >= len(words) || words[at].id != ids[k] {
			return false
		}
	}
	return true
}
