package search

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"

	"github.com/blevesearch/bleve/v2/document"
	"github.com/blevesearch/bleve/v2/index/scorch"
	index "github.com/blevesearch/bleve_index_api"

	"opendoor/practices"
)

// A shard is the index of some corpora. A large catalogue has as many as there
// were processors when it was made, since bleve makes one with one; and each
// word is looked up in one of them only.
type shard struct {
	corpora []*corpus
	row     []int32 // of bleve's number of an entry
	records records // by row

	bleve  index.Index
	queue  *index.AnalysisQueue
	reader index.IndexReader
	file   *os.File // of the records, or nil
}

// The parts of a shard on disk.
const (
	bleveFolder = "bleve"
	placesFile  = "places"
)

// newShard makes the shard of some corpora, which is empty.
func newShard(corpora ...*corpus) *shard {
	s := &shard{corpora: corpora}
	for _, l := range corpora {
		l.shard = s
	}
	return s
}

// dealt deals corpora out to shards, the next largest to the smallest, and the
// names last: a shard has at least one language.
func dealt(languages []*corpus, names *corpus) [][]*corpus {
	size := func(l *corpus) int { return l.entries.count() }
	languages = slices.Clone(languages)
	slices.SortStableFunc(languages, func(a, b *corpus) int { return cmp.Compare(size(b), size(a)) })
	hands := make([][]*corpus, min(runtime.GOMAXPROCS(0), len(languages)))
	held := make([]int, len(hands))
	for _, l := range append(languages, names) {
		least := slices.Index(held, slices.Min(held))
		hands[least] = append(hands[least], l)
		if l != names {
			held[least] += size(l)
		}
	}
	return hands
}

// has says whether an entry has a text in a language of the shard.
func (s *shard) has(row int) bool {
	return slices.ContainsFunc(s.corpora, func(l *corpus) bool { return l.entries != nil && l.entries.has(row) })
}

// openBleve opens what bleve has of a shard; without a folder, an empty index
// in memory.
func (s *shard) openBleve(config map[string]any, workers int) (err error) {
	s.queue = index.NewAnalysisQueue(workers)
	if s.bleve, err = scorch.NewScorch(scorch.Name, config, s.queue); err != nil {
		return err
	}
	if err = s.bleve.Open(); err != nil {
		s.bleve = nil
	}
	return err
}

// read makes an opened shard ready for reading.
func (s *shard) read() (err error) {
	s.reader, err = s.bleve.Reader()
	return err
}

// fill makes a shard in memory, of all entries.
func (s *shard) fill(ctx context.Context, all []*practices.Practice, g *gatherer) error {
	if err := s.openBleve(map[string]any{"path": ""}, runtime.GOMAXPROCS(0)); err != nil {
		return err
	}
	b := index.NewBatch()
	var places []byte
	for row, p := range all {
		if err := ctx.Err(); err != nil {
			return err
		}
		var doc *document.Document
		doc, places = g.read(row, p, places)
		s.records.ends = append(s.records.ends, int64(len(places)))
		doc.AddIDField()
		b.Update(doc)
	}
	s.records.from = bytes.NewReader(places)
	if len(all) > 0 {
		if err := s.bleve.Batch(b); err != nil {
			return err
		}
	}
	if err := s.read(); err != nil {
		return err
	}
	return s.rows(len(all))
}

// write makes the files of a shard.
func (s *shard) write(ctx context.Context, dir string, all []*practices.Practice, g *gatherer) (err error) {
	if err := os.Mkdir(dir, 0o700); err != nil {
		return err
	}
	// One merge of all batches, as each reads and writes all that it merges;
	// and at least one, since it makes words of one entry much smaller.
	builder, err := scorch.NewBuilder(map[string]any{"path": filepath.Join(dir, bleveFolder), "buildPathPrefix": dir, "batchSize": min(2*scorch.DefaultBuilderBatchSize, len(all)/2+1), "mergeMax": len(all) + 1})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, builder.Close()) }()
	f, err := os.Create(filepath.Join(dir, placesFile))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	var buf []byte
	end := int64(0)
	for row, p := range all {
		if err := ctx.Err(); err != nil {
			return err
		}
		doc, record := g.read(row, p, buf)
		end, buf = end+int64(len(record)-len(buf)), record
		s.records.ends = append(s.records.ends, end)
		if len(buf) > 1<<20 || row == len(all)-1 {
			if _, err := f.Write(buf); err != nil {
				return err
			}
			buf = buf[:0]
		}
		if len(doc.Fields) == 0 && !s.has(row) {
			continue
		}
		if err := builder.Index(doc); err != nil {
			return fmt.Errorf("%s: %w", p.ID, err)
		}
	}
	return nil
}

// open opens the files of a shard.
func (s *shard) open(dir string) (err error) {
	if s.file, err = os.Open(filepath.Join(dir, placesFile)); err != nil {
		return err
	}
	s.records.from = s.file
	if err := s.openBleve(map[string]any{"path": filepath.Join(dir, bleveFolder), "read_only": true}, 0); err != nil {
		return err
	}
	return s.read()
}

// rows learns which of bleve's numbers is which row, of n.
func (s *shard) rows(n int) error {
	docs, err := s.reader.DocIDReaderAll()
	if err != nil {
		return err
	}
	defer docs.Close()
	for {
		id, err := docs.Next()
		if err != nil {
			return err
		}
		if id == nil {
			return nil
		}
		name, err := s.reader.ExternalID(id)
		if err != nil {
			return err
		}
		row, err := strconv.Atoi(name)
		if err != nil || row < 0 || row >= n || id.Value() != uint64(len(s.row)) {
			return fmt.Errorf("entry %q has number %d, not %d", name, id.Value(), len(s.row))
		}
		s.row = append(s.row, int32(row))
	}
}

// close gives back what the shard holds, which may be less than all of it.
func (s *shard) close() (err error) {
	if s.reader != nil {
		err = s.reader.Close()
	}
	if s.bleve != nil {
		err = errors.Join(err, s.bleve.Close())
	}
	if s.queue != nil {
		s.queue.Close()
	}
	if s.file != nil {
		err = errors.Join(err, s.file.Close())
	}
	s.reader, s.bleve, s.queue, s.file = nil, nil, nil, nil
	return err
}
