package search

import (
	"context"
	"errors"
	"fmt"
	"os"
	"sync"
	"time"

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
	table     *table
	lexicon   *lexicon
	speller   *speller
	suggester *suggester
	orders    orders

	carriers  []rows     // by meaning: entries that carry it as a label; nil for none
	mentions  []mentions // by meaning
	cautioned rows       // entries that must carry a caution
	tallies   sync.Pool  // of empty tallies
	gains     sync.Pool  // of slices of zeros, one for each entry

	recent *recent // postings

	mu     sync.RWMutex // held for reading by searches, so that Close waits for them
	shards []*shard
	made   string // a folder to remove in the end, or ""
	closed bool
}

// Prepare makes what every index needs and no entry changes: the names of all
// that texts may speak of. [Build] does it otherwise; a program that has yet to
// read its entries saves a tenth of a second by doing it meanwhile.
func Prepare() { known() }

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
		fill = func(ctx context.Context) error { return x.makeFiles(ctx, "", "") }
	}
	if err := fill(ctx); err != nil {
		x.Close()
		return nil, fmt.Errorf("index %d practices: %w", len(all), err)
	}
	return x, nil
}

// newIndexOf makes all of an index that does not need the texts.
func newIndexOf(all []*practices.Practice, now time.Time) *Index {
	x := &Index{all: all, names: newCorpus("", 0, nil, partsOfNames...), columns: newColumns(all, now), lexicon: lexiconOf(), orders: newOrders(all), cautioned: newRows(len(all))}
	x.table = newTable(x.columns, len(all))
	x.tallies.New = func() any { return &tally{gain: make([]float32, len(all))} }
	x.gains.New = func() any { return make([]float32, len(all)) }
	x.carriers = x.lexicon.carriers(all)
	for row, p := range all {
		if p.Cautioned() {
			x.cautioned.add(row)
		}
	}
	entries := entriesBy(all, GroupLang.Values)
	for _, lang := range sortedKeys(entries) {
		x.corpora = append(x.corpora, newCorpus(lang, len(x.corpora)+1, entries[lang], partsOfText...))
	}
	x.recent = newRecent(bounded(len(all)))
	return x
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
	x.closed = true
	var err error
	for _, s := range x.shards {
		err = errors.Join(err, s.close())
	}
	x.shards = nil
	return err
}
