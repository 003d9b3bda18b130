package search

import (
	"context"
	"errors"
	"fmt"
	"hash/maphash"
	"sync"
	"sync/atomic"
	"time"

	"github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/index/scorch"
	index "github.com/blevesearch/bleve_index_api"

	"opendoor/practices"
)

// ErrClosed is the answer of an index after its Close.
var ErrClosed = errors.New("search: index is closed")

// An Index answers queries about one catalogue. It never changes, so any
// number of readers may use it at once; a changed catalogue gets a new one.
type Index struct {
	all       []*practices.Practice // the catalogue; a row is a place in it
	corpora   []*corpus
	names     *corpus
	columns   []*column
	lexicon   *lexicon
	speller   *speller
	suggester *suggester
	orders    orders

	seed  maphash.Seed
	known map[uint64]uint64 // by hash of a term: the fields that have it, as bits

	carriers  []rows                     // by meaning: entries that carry it as a label; nil for none
	mentions  []atomic.Pointer[mentions] // by meaning: entries that speak of it; nil until asked for
	cautioned rows                       // entries that must carry a caution

	mu     sync.RWMutex // held for reading by searches, so that Close waits for them
	bleve  bleve.Index  // nil once closed
	reader index.IndexReader
	row    []int32  // of bleve's number of an entry
	number []uint64 // bleve's, of a row
}

// batch is how many entries bleve takes at once. Each batch makes a segment
// that every look-up must ask, and needs some 150 KB an entry while it is made.
const batch = 2000

// Build makes the index of a catalogue, in memory. It reads every text once,
// a few milliseconds an entry, and gives up when ctx ends. Whether an entry is
// fresh is judged on the day of now.
func Build(ctx context.Context, c *practices.Catalogue, now time.Time) (*Index, error) {
	return build(ctx, c.All(), now)
}

func build(ctx context.Context, all []*practices.Practice, now time.Time) (*Index, error) {
	x := &Index{all: all, names: allNames(), columns: newColumns(all, now), lexicon: lexiconOf(), orders: newOrders(all), cautioned: newRows(len(all))}
	x.carriers, x.mentions = x.lexicon.carriers(all), make([]atomic.Pointer[mentions], len(x.lexicon.meanings))
	for row, p := range all {
		if p.Cautioned() {
			x.cautioned.add(row)
		}
	}
	entries := entriesBy(all, GroupLang.Values)
	for _, lang := range sortedKeys(entries) {
		x.corpora = append(x.corpora, newCorpus(lang, entries[lang]))
	}
	if err := x.fill(ctx); err != nil {
		x.Close()
		return nil, fmt.Errorf("index %d practices: %w", len(all), err)
	}
	return x, nil
}

// fill gives all texts to bleve. In memory means scorch without a path;
// NewMemOnly would be another, far slower index.
func (x *Index) fill(ctx context.Context) (err error) {
	corpora := append([]*corpus{x.names}, x.corpora...)
	if x.bleve, err = bleve.NewUsing("", newMapping(corpora), scorch.Name, scorch.Name, nil); err != nil {
		return err
	}
	lengths := map[string][]int{}
	for _, l := range corpora {
		for _, f := range l.fields {
			lengths[f.id] = make([]int, len(x.all))
		}
	}
	counts := counter{}
	b := x.bleve.NewBatch()
	for row, p := range x.all {
		if err := ctx.Err(); err != nil {
			return err
		}
		has := texts(p)
		for id, text := range has {
			lengths[id][row] = counts.count(text)
		}
		if err := b.Index(p.ID, has); err != nil {
			return fmt.Errorf("%s: %w", p.ID, err)
		}
		if b.Size() == batch || row == len(x.all)-1 {
			if err := x.bleve.Batch(b); err != nil {
				return err
			}
			b = x.bleve.NewBatch()
		}
	}
	for _, l := range corpora {
		for _, f := range l.fields {
			f.norm = norms(f.part, lengths[f.id])
		}
	}
	x.speller = newSpeller(counts)
	x.suggester = newSuggester(x)
	if err := x.numbers(); err != nil {
		return err
	}
	return x.know(corpora)
}

// know notes which field has which term. Most words are of one language, and
// to ask the fields of all others for them is most of what a look-up costs. Two
// terms with one hash do no harm: a field is asked in vain.
func (x *Index) know(corpora []*corpus) error {
	x.seed, x.known = maphash.MakeSeed(), map[uint64]uint64{}
	bit := 0
	for _, l := range corpora {
		for _, f := range l.fields {
			f.bit = ^uint64(0) // beyond 64 fields every one is asked
			if bit >= 64 {
				continue
			}
			f.bit = 1 << bit
			bit++
			dict, err := x.reader.FieldDict(f.id)
			if err != nil {
				return err
			}
			for {
				e, err := dict.Next()
				if err != nil {
					return err
				}
				if e == nil {
					break
				}
				x.known[maphash.String(x.seed, e.Term)] |= f.bit
			}
			dict.Close()
		}
	}
	return nil
}

// lacks says whether a field has not all of some terms.
func (x *Index) lacks(f *field, words []term) bool {
	for _, w := range words {
		if f.bit != ^uint64(0) && x.known[maphash.String(x.seed, w.text)]&f.bit == 0 {
			return true
		}
	}
	return false
}

// numbers learns which of bleve's numbers is which row.
func (x *Index) numbers() error {
	inner, err := x.bleve.Advanced()
	if err != nil {
		return err
	}
	if x.reader, err = inner.Reader(); err != nil {
		return err
	}
	rowOf := make(map[string]int32, len(x.all))
	for row, p := range x.all {
		rowOf[p.ID] = int32(row)
	}
	x.row, x.number = make([]int32, len(x.all)), make([]uint64, len(x.all))
	docs, err := x.reader.DocIDReaderAll()
	if err != nil {
		return err
	}
	defer docs.Close()
	seen := 0
	for {
		id, err := docs.Next()
		if err != nil {
			return err
		}
		if id == nil {
			break
		}
		name, err := x.reader.ExternalID(id)
		if err != nil {
			return err
		}
		n, row := id.Value(), rowOf[name]
		if n >= uint64(len(x.row)) {
			return fmt.Errorf("%s has number %d of %d", name, n, len(x.row))
		}
		x.row[n], x.number[row] = row, n
		seen++
	}
	if seen != len(x.all) {
		return fmt.Errorf("%d of %d are in the index", seen, len(x.all))
	}
	return nil
}

// Len is the number of practices that can be found.
func (x *Index) Len() int { return len(x.all) }

// Close waits for the searches that run and gives the memory back. Searches
// after it fail. Closing again does nothing.
func (x *Index) Close() error {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.bleve == nil {
		return nil
	}
	var err error
	if x.reader != nil {
		err = x.reader.Close()
	}
	err = errors.Join(err, x.bleve.Close())
	x.bleve, x.reader = nil, nil
	return err
}
