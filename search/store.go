package search

import (
	"context"
	"crypto/sha256"
	"encoding/gob"
	"encoding/hex"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"time"

	"github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/analysis"
	"github.com/blevesearch/bleve/v2/index/scorch"
	"golang.org/x/sync/errgroup"

	"opendoor/practices"
)

// storeVersion is raised with every change of analysis, of folding or of what
// is stored, so that an index made before it is made anew.
const storeVersion = "1"

// inMemory is the largest catalogue whose index is made in memory, at once. A
// larger one is made on disk, since only there bleve makes one segment of it,
// and every look-up must ask every segment.
const inMemory = 2000

// Open is [Build] that keeps the index in a folder, and takes it from there
// when the texts have not changed since. What is there and damaged, or of
// another version, is made anew: the error is never for that. The folder is
// the index's alone; whatever else is in it may be removed.
func Open(ctx context.Context, c *practices.Catalogue, now time.Time, folder string) (*Index, error) {
	return open(ctx, c.All(), now, folder)
}

func open(ctx context.Context, all []*practices.Practice, now time.Time, folder string) (*Index, error) {
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return nil, fmt.Errorf("folder of the index: %w", err)
	}
	x := newIndexOf(all, now)
	name := filepath.Join(folder, "index-"+fingerprint(all))
	if err := x.reopen(name); err == nil {
		return x, nil
	}
	x.Close()
	x = newIndexOf(all, now)
	if err := x.make(ctx, folder, name); err != nil {
		x.Close()
		return nil, fmt.Errorf("index %d practices: %w", len(all), err)
	}
	return x, nil
}

// fingerprint tells catalogues with different texts apart.
func fingerprint(all []*practices.Practice) string {
	sums := make([][sha256.Size]byte, len(all))
	var wg sync.WaitGroup
	workers := runtime.GOMAXPROCS(0)
	for w := range workers {
		wg.Go(func() {
			for row := w; row < len(all); row += workers {
				h := sha256.New()
				io.WriteString(h, all[row].ID)
				has := texts(all[row])
				for _, id := range sortedKeys(has) {
					fmt.Fprintf(h, "\x00%s\x00%d\x00", id, len(has[id]))
					io.WriteString(h, has[id])
				}
				h.Sum(sums[row][:0])
			}
		})
	}
	wg.Wait()
	h := sha256.New()
	io.WriteString(h, storeVersion)
	for _, s := range sums {
		h.Write(s[:])
	}
	return hex.EncodeToString(h.Sum(nil)[:12])
}

// What is kept beside bleve's files.
type kept struct {
	Lengths map[string][]int32 // words in each field, by row
	Words   []keptWord
	Sums    map[string]uint32 // of bleve's files
}

type keptWord struct {
	Folded, Shown string
	Times         int32
}

const keptFile = "words.gob"

// make makes the index on disk, under a name if it is to be kept.
func (x *Index) make(ctx context.Context, folder, name string) error {
	dir, err := os.MkdirTemp(folder, "making-")
	if err != nil {
		return err
	}
	x.made = dir // removed by Close unless it gets its name
	lengths, counts, err := x.write(ctx, dir)
	if err != nil {
		return err
	}
	if name != "" {
		if err := keep(dir, lengths, counts); err != nil {
			return err
		}
		old, _ := filepath.Glob(filepath.Join(folder, "index-*"))
		for _, o := range old {
			os.RemoveAll(o)
		}
		if err := os.Rename(dir, name); err != nil {
			return err
		}
		x.made, dir = "", name
	}
	if x.bleve, err = bleve.OpenUsing(filepath.Join(dir, "bleve"), map[string]any{"read_only": true}); err != nil {
		return err
	}
	return x.settle(lengths, counts)
}

// write makes bleve's files. Texts are analysed on all processors, a few ahead
// of bleve, which takes one entry after another.
func (x *Index) write(ctx context.Context, dir string) (lengths map[string][]int, counts counter, err error) {
	builder, err := bleve.NewBuilder(filepath.Join(dir, "bleve"), newMapping(x.allCorpora()), map[string]any{"buildPathPrefix": dir})
	if err != nil {
		return nil, nil, err
	}
	defer func() { err = errors.Join(err, builder.Close()) }()
	lengths, counts = x.noLengths(), counter{}
	for from := 0; from < len(x.all); from += ahead {
		part := x.all[from:min(from+ahead, len(x.all))]
		has := make([]map[string]string, len(part))
		var g errgroup.Group
		g.SetLimit(runtime.GOMAXPROCS(0))
		for i, p := range part {
			g.Go(func() error {
				has[i] = texts(p)
				x.prepare(has[i])
				return nil
			})
		}
		g.Wait()
		var count sync.WaitGroup
		count.Go(func() {
			for i := range part {
				for id, text := range has[i] {
					lengths[id][from+i] = counts.count(text)
				}
			}
		})
		for i, p := range part {
			if err = errors.Join(ctx.Err(), builder.Index(p.ID, has[i])); err != nil {
				count.Wait()
				return nil, nil, fmt.Errorf("%s: %w", p.ID, err)
			}
		}
		count.Wait()
	}
	return lengths, counts, nil
}

// ahead is how many entries are analysed before bleve takes them.
const ahead = 256

// prepared holds texts that were analysed ahead, by analysis and text, for
// bleve to take.
var prepared sync.Map

func (x *Index) prepare(has map[string]string) {
	for _, l := range x.allCorpora() {
		for _, f := range l.fields {
			if text := has[f.id]; text != "" {
				prepared.Store(l.analysis+"\x00"+text, analyses[l.analysis].Analyze([]byte(text)))
			}
		}
	}
}

// A ready is an analysis that has some of its work behind it.
type ready struct{ name string }

// Analyze is part of bleve's analysis.Analyzer.
func (r ready) Analyze(text []byte) analysis.TokenStream {
	if stream, ok := prepared.LoadAndDelete(r.name + "\x00" + string(text)); ok {
		return stream.(analysis.TokenStream)
	}
	return analyses[r.name].Analyze(text)
}

// keep writes what is needed to open the index again.
func keep(dir string, lengths map[string][]int, counts counter) error {
	k := kept{Lengths: map[string][]int32{}}
	for id, list := range lengths {
		short := make([]int32, len(list))
		for row, n := range list {
			short[row] = int32(n)
		}
		k.Lengths[id] = short
	}
	for _, w := range counts {
		k.Words = append(k.Words, keptWord{w.folded, w.shown, int32(w.times)})
	}
	var err error
	if k.Sums, err = sums(filepath.Join(dir, "bleve")); err != nil {
		return err
	}
	f, err := os.Create(filepath.Join(dir, keptFile))
	if err != nil {
		return err
	}
	return errors.Join(gob.NewEncoder(f).Encode(k), f.Close())
}

// sums gives a checksum of every file, as bleve would not notice a flipped bit.
func sums(dir string) (map[string]uint32, error) {
	all := map[string]uint32{}
	table := crc32.MakeTable(crc32.Castagnoli)
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		// Bleve writes to its list of segments when it opens it.
		if err != nil || d.IsDir() || strings.HasSuffix(path, ".bolt") {
			return err
		}
		f, err := os.Open(path)
		if err != nil {
			return err
		}
		defer f.Close()
		h := crc32.New(table)
		_, err = io.Copy(h, f)
		rel, _ := filepath.Rel(dir, path)
		all[rel] = h.Sum32()
		return err
	})
	return all, err
}

// reopen opens an index that was kept. Any error means that it must be made
// anew, and so does a panic of bleve over what it finds there.
func (x *Index) reopen(dir string) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v", p)
		}
	}()
	f, err := os.Open(filepath.Join(dir, keptFile))
	if err != nil {
		return err
	}
	defer f.Close()
	var k kept
	if err := gob.NewDecoder(f).Decode(&k); err != nil {
		return err
	}
	have, err := sums(filepath.Join(dir, "bleve"))
	if err != nil {
		return err
	}
	for name, sum := range k.Sums {
		if have[name] != sum {
			return fmt.Errorf("%s is damaged", name)
		}
	}
	lengths := x.noLengths()
	for id, list := range lengths {
		if len(k.Lengths[id]) != len(list) {
			return fmt.Errorf("%s has %d rows", id, len(k.Lengths[id]))
		}
		for row, n := range k.Lengths[id] {
			list[row] = int(n)
		}
	}
	counts := make(counter, len(k.Words))
	for _, w := range k.Words {
		counts[w.Folded] = &spelled{w.Folded, w.Shown, int(w.Times)}
	}
	if x.bleve, err = bleve.OpenUsing(filepath.Join(dir, "bleve"), map[string]any{"read_only": true}); err != nil {
		x.bleve = nil
		return err
	}
	return x.settle(lengths, counts)
}

// fill makes the index in memory. That means scorch without a path; NewMemOnly
// would be another, far slower index.
func (x *Index) fill(ctx context.Context) (err error) {
	if x.bleve, err = bleve.NewUsing("", newMapping(x.allCorpora()), scorch.Name, scorch.Name, nil); err != nil {
		return err
	}
	lengths, counts := x.noLengths(), counter{}
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
	}
	if len(x.all) > 0 {
		if err := x.bleve.Batch(b); err != nil {
			return err
		}
	}
	return x.settle(lengths, counts)
}

func (x *Index) noLengths() map[string][]int {
	lengths := map[string][]int{}
	for _, l := range x.allCorpora() {
		for _, f := range l.fields {
			lengths[f.id] = make([]int, len(x.all))
		}
	}
	return lengths
}

func (x *Index) allCorpora() []*corpus { return append([]*corpus{x.names}, x.corpora...) }

// settle makes what is in memory beside bleve.
func (x *Index) settle(lengths map[string][]int, counts counter) error {
	for _, l := range x.allCorpora() {
		for _, f := range l.fields {
			f.norm = norms(f.part, lengths[f.id])
		}
	}
	x.speller = newSpeller(counts)
	x.suggester = newSuggester(x)
	if err := x.numbers(); err != nil {
		return err
	}
	return x.know(x.allCorpora())
}
