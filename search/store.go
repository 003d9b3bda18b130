package search

import (
	"bytes"
	"compress/flate"
	"context"
	"crypto/sha256"
	"encoding/binary"
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
	"strconv"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"opendoor/practices"
)

// storeVersion is raised with every change of analysis, of folding or of what
// is stored, so that an index made before it is made anew.
const storeVersion = "3"

// inMemory is the largest catalogue whose index is made in memory, at once. A
// larger one is made on disk, since only there bleve makes one segment of what
// it is given, and every look-up must ask every segment.
const inMemory = 2000

// Open is [Build] that keeps the index in a folder, and takes it from there
// when the texts have not changed since. What is there and damaged, or of
// another version, is made anew: the error is never for that. The folder is
// the index's alone; whatever else is in it may be removed.
//
// A catalogue that is indexed in memory is not kept: to make its index takes no
// longer than to open one. The folder goes, since it may hold what was erased.
func Open(ctx context.Context, c *practices.Catalogue, now time.Time, folder string) (*Index, error) {
	if c.Len() <= inMemory {
		if err := os.RemoveAll(folder); err != nil {
			return nil, fmt.Errorf("folder of the index: %w", err)
		}
		return build(ctx, c.All(), now)
	}
	return open(ctx, c.All(), now, folder)
}

func open(ctx context.Context, all []*practices.Practice, now time.Time, folder string) (*Index, error) {
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return nil, fmt.Errorf("folder of the index: %w", err)
	}
	x := newIndexOf(all, now)
	name := filepath.Join(folder, "index-"+fingerprint(all))
	if err := x.reopen(ctx, name); err == nil {
		return x, nil
	}
	x.Close()
	x = newIndexOf(all, now)
	if err := x.makeFiles(ctx, folder, name); err != nil {
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
				for _, t := range texts(all[row]) {
					fmt.Fprintf(h, "\x00%s\x00%d\x00%d\x00", t.tag, t.part, len(t.text))
					io.WriteString(h, t.text)
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

// What is kept beside the files of the shards.
type kept struct {
	Corpora []keptCorpus
	Spelled keptWords
	Shards  []keptShard
	Sums    map[string]uint32 // of files
}

type keptCorpus struct {
	Lengths [][]int32 // by part and row
	Words   []byte    // packed
	Numbers []uint32  // of each
}

type keptShard struct {
	Corpora []int   // by place
	Rows    []int32 // of bleve's numbers
	Sizes   []int   // of records
}

type keptWords struct {
	Folded []byte         // packed
	Shown  map[int]string // where it is not the same
	Times  []int
}

const keptFile = "words"

// makeFiles makes the index on disk, under a name if it is to be kept.
func (x *Index) makeFiles(ctx context.Context, folder, name string) error {
	dir, err := os.MkdirTemp(folder, "making-")
	if err != nil {
		return err
	}
	x.made = dir // removed by Close unless it gets its name
	words, err := x.write(ctx, dir)
	if err != nil {
		return err
	}
	if name != "" {
		if err := x.keep(dir, words); err != nil {
			return err
		}
		for _, pattern := range []string{"index-*", "making-*"} { // also what a killed run left
			old, _ := filepath.Glob(filepath.Join(folder, pattern))
			for _, o := range old {
				if o != dir {
					os.RemoveAll(o)
				}
			}
		}
		if err := os.Rename(dir, name); err != nil {
			return err
		}
		x.made = ""
	}
	return x.settle(ctx, words)
}

// write makes the shards side by side, and opens them.
func (x *Index) write(ctx context.Context, dir string) ([]spelled, error) {
	x.noLengths()
	hands := dealt(x.corpora, x.names)
	gatherers := make([]*gatherer, len(hands))
	g, ctx := errgroup.WithContext(ctx)
	for i, corpora := range hands {
		s, name := newShard(corpora...), shardFolder(dir, i)
		x.shards, gatherers[i] = append(x.shards, s), newGatherer(corpora)
		g.Go(func() error {
			if err := s.write(ctx, name, x.all, gatherers[i]); err != nil {
				return err
			}
			if err := s.open(name); err != nil {
				return err
			}
			return s.rows(len(x.all))
		})
	}
	if err := g.Wait(); err != nil {
		return nil, err
	}
	return spellings(gatherers...), nil
}

func shardFolder(dir string, i int) string { return filepath.Join(dir, "shard-"+strconv.Itoa(i)) }

// keep writes what is needed to open the index again.
func (x *Index) keep(dir string, words []spelled) (err error) {
	var k kept
	for _, l := range x.allCorpora() {
		words := sortedKeys(l.ids)
		c := keptCorpus{Words: packed(words)}
		for _, w := range words {
			c.Numbers = append(c.Numbers, l.ids[w])
		}
		for _, p := range l.parts {
			c.Lengths = append(c.Lengths, p.lengths)
		}
		k.Corpora = append(k.Corpora, c)
	}
	for _, s := range x.shards {
		sizes, last := make([]int, len(s.records.ends)), int64(0)
		for i, end := range s.records.ends {
			sizes[i], last = int(end-last), end
		}
		var corpora []int
		for _, l := range s.corpora {
			corpora = append(corpora, l.at)
		}
		k.Shards = append(k.Shards, keptShard{corpora, s.row, sizes})
	}
	folded := make([]string, len(words))
	k.Spelled.Shown = map[int]string{}
	for i, w := range words {
		folded[i] = w.folded
		k.Spelled.Times = append(k.Spelled.Times, w.times)
		if w.shown != w.folded {
			k.Spelled.Shown[i] = w.shown
		}
	}
	k.Spelled.Folded = packed(folded)
	if k.Sums, err = sums(dir); err != nil {
		return err
	}
	var b bytes.Buffer
	z, err := flate.NewWriter(&b, flate.DefaultCompression)
	if err != nil {
		return err
	}
	if err := errors.Join(gob.NewEncoder(z).Encode(k), z.Close()); err != nil {
		return err
	}
	sum := crc32.Checksum(b.Bytes(), castagnoli)
	return os.WriteFile(filepath.Join(dir, keptFile), binary.BigEndian.AppendUint32(b.Bytes(), sum), 0o600)
}

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// sums gives a checksum of every file, as bleve would not notice a flipped bit.
func sums(dir string) (map[string]uint32, error) {
	var mu sync.Mutex
	all := map[string]uint32{}
	var g errgroup.Group
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		// Bleve writes to its list of segments when it opens it.
		if err != nil || d.IsDir() || strings.HasSuffix(path, ".bolt") || d.Name() == keptFile {
			return err
		}
		g.Go(func() error {
			f, err := os.Open(path)
			if err != nil {
				return err
			}
			defer f.Close()
			h := crc32.New(castagnoli)
			_, err = io.Copy(h, f)
			rel, _ := filepath.Rel(dir, path)
			mu.Lock()
			defer mu.Unlock()
			all[rel] = h.Sum32()
			return err
		})
		return nil
	})
	return all, errors.Join(err, g.Wait())
}

// readKept reads what was kept.
func readKept(dir string) (k kept, err error) {
	data, err := os.ReadFile(filepath.Join(dir, keptFile))
	if err != nil {
		return k, err
	}
	end := len(data) - crc32.Size
	if end < 0 || crc32.Checksum(data[:end], castagnoli) != binary.BigEndian.Uint32(data[end:]) {
		return k, errors.New(keptFile + " is damaged")
	}
	if err := gob.NewDecoder(flate.NewReader(bytes.NewReader(data[:end]))).Decode(&k); err != nil {
		return k, err
	}
	have, err := sums(dir)
	if err != nil {
		return k, err
	}
	for name, sum := range k.Sums {
		if have[name] != sum {
			return k, fmt.Errorf("%s is damaged", name)
		}
	}
	return k, nil
}

// reopen opens an index that was kept. Any error means that it must be made
// anew, and so does a panic of bleve over what it finds there.
func (x *Index) reopen(ctx context.Context, dir string) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v", p)
		}
	}()
	k, err := readKept(dir)
	if err != nil {
		return err
	}
	corpora := x.allCorpora()
	if len(k.Corpora) != len(corpora) {
		return fmt.Errorf("%d corpora, not %d", len(k.Corpora), len(corpora))
	}
	for i, l := range corpora {
		words, err := unpacked(k.Corpora[i].Words)
		if err != nil {
			return err
		}
		l.ids = make(map[string]uint32, len(words))
		for n, w := range words {
			l.ids[w] = k.Corpora[i].Numbers[n]
		}
		for at, p := range l.parts {
			p.lengths = k.Corpora[i].Lengths[at]
		}
	}
	folded, err := unpacked(k.Spelled.Folded)
	if err != nil {
		return err
	}
	words := make([]spelled, len(folded))
	for i, w := range folded {
		words[i] = spelled{w, w, k.Spelled.Times[i]}
		if shown, ok := k.Spelled.Shown[i]; ok {
			words[i].shown = shown
		}
	}
	for i, ks := range k.Shards {
		var hand []*corpus
		for _, at := range ks.Corpora {
			hand = append(hand, corpora[at])
		}
		s := newShard(hand...)
		x.shards, s.row = append(x.shards, s), ks.Rows
		end := int64(0)
		for _, size := range ks.Sizes {
			end += int64(size)
			s.records.ends = append(s.records.ends, end)
		}
		if err := s.open(shardFolder(dir, i)); err != nil {
			return err
		}
		if n, err := s.reader.DocCount(); err != nil || n != uint64(len(s.row)) {
			return errors.Join(err, fmt.Errorf("shard %d has %d entries, not %d", i, n, len(s.row)))
		}
	}
	return x.settle(ctx, words)
}

// fill makes the index in memory.
func (x *Index) fill(ctx context.Context) error {
	x.noLengths()
	g := newGatherer(x.allCorpora())
	x.shards = []*shard{newShard(x.allCorpora()...)}
	if err := x.shards[0].fill(ctx, x.all, g); err != nil {
		return err
	}
	return x.settle(ctx, spellings(g))
}

func (x *Index) noLengths() {
	for _, l := range x.allCorpora() {
		for _, p := range l.parts {
			p.lengths = make([]int32, len(x.all))
		}
	}
}

func (x *Index) allCorpora() []*corpus { return append([]*corpus{x.names}, x.corpora...) }

// settle makes what is in memory beside bleve.
func (x *Index) settle(ctx context.Context, words []spelled) (err error) {
	for _, l := range x.allCorpora() {
		for _, p := range l.parts {
			p.norm, p.lengths = norms(p.part, p.lengths), nil
		}
	}
	x.speller = newSpeller(words)
	x.suggester = newSuggester(x)
	x.mentions, err = x.allMentions(ctx)
	return err
}
