package search

import (
	"context"
	"math"
	"slices"
	"sync"

	index "github.com/blevesearch/bleve_index_api"
)

// Bleve keeps for each word of a corpus which entries have it, with one number
// for how often: the last part of the corpus counts in its low half, where it
// fits into one byte mostly, the parts before in eight bits each. More than
// fits is as good as what fits, by far, see [saturated].
var (
	shifts = [maxParts]uint{0, 16, 24}
	most   = [maxParts]uint32{1<<16 - 1, 1<<8 - 1, 1<<7 - 1}
)

// oneMore counts one occurrence in a part, told by its place from the last.
func oneMore(times uint32, fromLast int) uint32 {
	if times>>shifts[fromLast]&most[fromLast] == most[fromLast] {
		return times
	}
	return times + 1<<shifts[fromLast]
}

// A posting is the entries that have a word in a corpus, in order, and what
// it weighs in each: its occurrences in all parts.
type posting struct {
	rows  []int32
	times []float32
}

// posting gives the posting of a word that is in the corpus, which is l, the
// at-th of all. What was asked for lately is kept, since to take it from bleve
// is most of what a common word costs.
func (x *Index) posting(ctx context.Context, l *corpus, id uint32, word string) (*posting, error) {
	key := uint64(l.at)<<32 | uint64(id)
	if p := x.recent.get(key); p != nil {
		return p, nil
	}
	type found struct {
		row  int32
		freq uint32
	}
	r, err := l.shard.reader.TermFieldReader(ctx, []byte(word), l.id, true, false, false)
	if err != nil {
		return nil, err
	}
	defer r.Close() // gives memory back; it has nothing to fail at
	list := make([]found, 0, r.Count())
	var doc index.TermFieldDoc
	for n := 1; ; n++ {
		next, err := r.Next(doc.Reset())
		if err != nil {
			return nil, err
		}
		if next == nil {
			break
		}
		list = append(list, found{l.shard.row[next.ID.Value()], uint32(next.Freq)})
		if n%4096 == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
	}
	slices.SortFunc(list, func(a, b found) int { return int(a.row - b.row) })
	p := &posting{make([]int32, len(list)), make([]float32, len(list))}
	for i, f := range list {
		p.rows[i] = f.row
		for at := range l.parts {
			last := len(l.parts) - 1 - at
			if n := f.freq >> shifts[last] & most[last]; n > 0 {
				p.times[i] += l.parts[at].weight * float32(n) / l.parts[at].norm[f.row]
			}
		}
	}
	x.recent.put(key, p)
	return p, nil
}

// size is about how many bytes it takes.
func (p *posting) size() int { return 8*len(p.rows) + 64 }

// A recent keeps what was asked for lately, up to a number of bytes: what was
// asked for since it was half full, and what was before that.
type recent struct {
	mu         sync.Mutex
	limit      int
	size       int // of young
	young, old map[uint64]*posting
}

func newRecent(limit int) *recent {
	return &recent{limit: limit, young: map[uint64]*posting{}}
}

func (r *recent) get(key uint64) *posting {
	r.mu.Lock()
	defer r.mu.Unlock()
	if p := r.young[key]; p != nil {
		return p
	}
	p := r.old[key]
	if p != nil {
		r.keep(key, p)
	}
	return p
}

func (r *recent) put(key uint64, p *posting) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.keep(key, p)
}

func (r *recent) keep(key uint64, p *posting) {
	size := p.size()
	if size > r.limit/2 {
		return
	}
	if r.size+size > r.limit/2 {
		r.old, r.young, r.size = r.young, map[uint64]*posting{}, 0
	}
	r.young[key] = p
	r.size += size
}

// phrase visits the entries that have words in a row in a part of a corpus,
// with what they weigh there.
func (x *Index) phrase(ctx context.Context, l *corpus, words []term, ids []uint32, visit func(row int32, times float32)) error {
	var rarest *posting
	var others []*posting
	for i, w := range words {
		if slices.Contains(ids[:i], ids[i]) {
			continue
		}
		p, err := x.posting(ctx, l, ids[i], w.text)
		if err != nil {
			return err
		}
		if rarest == nil || len(p.rows) < len(rarest.rows) {
			p, rarest = rarest, p
		}
		if p != nil {
			others = append(others, p)
		}
	}
	at, w := make([]int, len(others)), newWanted(ids, words)
next:
	for n, row := range rarest.rows {
		if n%256 == 255 && ctx.Err() != nil {
			return ctx.Err()
		}
		for i, o := range others {
			if at[i] = from(o.rows, at[i], row); at[i] == len(o.rows) {
				return nil
			}
			if o.rows[at[i]] != row {
				continue next
			}
		}
		record, err := l.shard.records.read(int(row), l.at)
		if err != nil {
			return err
		}
		sum := float32(0)
		for _, t := range record.texts {
			if times := w.times(t.words); times > 0 {
				sum += l.parts[t.part].weight * float32(times) / l.parts[t.part].norm[row]
			}
		}
		record.close()
		if sum > 0 {
			visit(row, sum)
		}
	}
	return nil
}

// from finds the first place from at on whose row is not before one, in steps
// that grow, since it is mostly near.
func from(rows []int32, at int, row int32) int {
	step := 1
	for at+step < len(rows) && rows[at+step] < row {
		at += step
		step *= 2
	}
	end := min(at+step+1, len(rows))
	n, _ := slices.BinarySearch(rows[at:end], row)
	return at + n
}

// numbers gives the numbers of words in a corpus; ok is false when it lacks one.
func (l *corpus) numbers(words []term) (ids []uint32, ok bool) {
	ids = make([]uint32, 0, len(words))
	for _, w := range words {
		id := l.ids[w.text]
		if id == 0 {
			return nil, false
		}
		ids = append(ids, id)
	}
	return ids, true
}

// bounded is how many bytes of postings are kept for n entries, a small part
// of what the entries themselves take.
func bounded(n int) int { return min(4<<20+n<<10, math.MaxInt32) }
