package search

import (
	"context"
	"errors"
	"fmt"
	"hash/maphash"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"github.com/blevesearch/bleve/v2"
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
	tallies   sync.Pool                  // of empty tallies

	mu     sync.RWMutex // held for reading by searches, so that Close waits for them
	bleve  bleve.Index  // nil once closed
	reader index.IndexReader
	row    []int32  // of bleve's number of an entry
	number []uint64 // bleve's, of a row
	made   string   // a folder to remove in the end, or ""
}

// Build makes the index of a catalogue, in memory or, when it is large, in a
// folder for temporary files. It reads every text once, a few milliseconds an
// entry, and gives up when ctx ends. Whether an entry is fresh is judged on
// the day of now.
func Build(ctx context.Context, c *practices.Catalogue, now time.Time) (*Index, error) {
	return build(ctx, c.All(), now)
}

func build(ctx context.Context, all []*practices.Practice, now time.Time) (*Index, error) {
	x := newIndexOf(all, now)
	fill := x.fill
	if len(all) > inMemory {
		fill = func(ctx context.Context) error { return x.make(ctx, "", "") }
	}
	if err := fill(ctx); err != nil {
		x.Close()
		return nil, fmt.Errorf("index %d practices: %w", len(all), err)
	}
	return x, nil
}

// newIndexOf makes all of an index that does not need the texts.
func newIndexOf(all []*practices.Practice, now time.Time) *Index {
	x := &Index{all: all, names: allNames(), columns: newColumns(all, now), lexicon: lexiconOf(), orders: newOrders(all), cautioned: newRows(len(all))}
	x.tallies.New = func() any { return &tally{gain: make([]float32, len(all))} }
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
	return x
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
	if x.made != "" {
		defer os.RemoveAll(x.made)
	}
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
