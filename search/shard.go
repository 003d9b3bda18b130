package search

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strconv"

	"github.com/blevesearch/bleve/v2/index/scorch"
	index "github.com/blevesearch/bleve_index_api"

	"opendoor/practices"
)

// A shard is the index of a stretch of the catalogue. A large one has as many
// as there were processors when it was made, since bleve makes one with one.
type shard struct {
	first   int     // row
	row     []int32 // of bleve's number of an entry
	records records // by place in the shard

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

// stretches cuts n rows into as many shards as are worth while.
func stretches(n int) (list [][2]int) {
	parts := min(runtime.GOMAXPROCS(0), max(1, n/inMemory))
	for i := range parts {
		list = append(list, [2]int{i * n / parts, (i + 1) * n / parts})
	}
	return list
}

// shardOf gives the shard of a row, and its place there.
func (x *Index) shardOf(row int32) (*shard, int) {
	for _, s := range x.shards {
		if at := int(row) - s.first; at < len(s.row) {
			return s, at
		}
	}
	panic("search: row " + strconv.Itoa(int(row)) + " is in no shard")
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
		doc, record := g.read(row, p, places)
		places = record
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
	return s.rows(0, len(all))
}

// write makes the files of a shard.
func (s *shard) write(ctx context.Context, dir string, all []*practices.Practice, first int, g *gatherer) (err error) {
	s.first = first
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
	for i, p := range all {
		if err := ctx.Err(); err != nil {
			return err
		}
		before := len(buf)
		doc, record := g.read(first+i, p, buf)
		buf = record
		end += int64(len(buf) - before)
		s.records.ends = append(s.records.ends, end)
		if len(buf) > 1<<20 || i == len(all)-1 {
			if _, err := f.Write(buf); err != nil {
				return err
			}
			buf = buf[:0]
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

// rows learns which of bleve's numbers is which row.
func (s *shard) rows(first, n int) error {
	s.row = make([]int32, n)
	docs, err := s.reader.DocIDReaderAll()
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
		name, err := s.reader.ExternalID(id)
		if err != nil {
			return err
		}
		row, err := strconv.Atoi(name)
		if at := id.Value(); err != nil || at >= uint64(n) || row < first || row >= first+n {
			return fmt.Errorf("entry %q has number %d of %d", name, at, n)
		}
		s.row[id.Value()] = int32(row)
		seen++
	}
	if seen != n {
		return fmt.Errorf("%d of %d are in the index", seen, n)
	}
	return nil
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
