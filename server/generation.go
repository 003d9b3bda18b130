package server

import (
	"context"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"sync"

	"opendoor/practices"
	"opendoor/practices/history"
	"opendoor/practices/workshops"
	"opendoor/search"
)

// A generation is the catalogue, its index and its finished pages at one
// moment. It never changes; a newer one takes its place. A request takes one
// generation and keeps it to the end, so no page mixes two.
type generation struct {
	version   string              // of the content
	content   fs.FS               // nil when there is a history, which reads texts itself
	history   *history.Repository // nil when there is none
	catalogue *practices.Catalogue
	index     *search.Index
	shelf     *workshops.Shelf
	pages     *pageCache
	places    func() *gazetteer
	kept      *cardBox
	packs     *packStore
	readers   sync.WaitGroup
}

// build makes a generation from the content as it is now. Files that have
// turned bad keep their last good version.
func (s *Server) build(ctx context.Context, last *generation) (*generation, error) {
	version, err := s.origin.version(ctx)
	if err != nil {
		return nil, fmt.Errorf("content: %w", err)
	}
	content, err := s.origin.open(ctx, version)
	if err != nil {
		return nil, fmt.Errorf("content: %w", err)
	}
	before := s.before(ctx, last)
	c, err := practices.Reload(content, before)
	if err == nil && before == nil && s.options.History != nil && practices.HasErrors(c.Faults()) {
		c, err = s.withEarlier(ctx, content, c)
	}
	if err != nil {
		return nil, fmt.Errorf("content: %w", err)
	}
	s.report(c)
	x, err := s.index(ctx, c, last == nil)
	if err != nil {
		return nil, fmt.Errorf("search index: %w", err)
	}
	published, err := fs.Sub(content, workshops.Folder)
	if err != nil {
		return nil, fmt.Errorf("collections: %w", err)
	}
	collections := []fs.FS{workshops.FS, published}
	if s.options.Alone {
		collections = collections[1:]
	}
	shelf, err := workshops.Load(c, collections...)
	if err != nil {
		return nil, fmt.Errorf("collections: %w", err)
	}
	if k := s.options.packing; k != nil && k.own != nil {
		shelf = workshops.Only(k.own) // which need not be finished
	}
	if s.options.History != nil {
		content = nil
	}
	g := newGeneration(c, x, shelf)
	g.version, g.content, g.history = version, content, s.options.History
	return g, nil
}

// newGeneration begins a generation, of which no page is made yet.
func newGeneration(c *practices.Catalogue, x *search.Index, shelf *workshops.Shelf) *generation {
	return &generation{catalogue: c, index: x, shelf: shelf, pages: newPageCache(), kept: newCardBox(), places: newGazetteer(c), packs: newPackStore()}
}

// indexFolder is where, in the data folder, the index of a large catalogue is
// kept between one start and the next.
const indexFolder = "index"

// index makes the index of a catalogue; at a start it takes it from where the
// last run left it. When the content has changed the kept one goes at once, as
// it may hold what was erased.
func (s *Server) index(ctx context.Context, c *practices.Catalogue, first bool) (*search.Index, error) {
	if s.options.Data == "" {
		return search.Build(ctx, c, s.options.Now())
	}
	folder := filepath.Join(s.options.Data, indexFolder)
	if first {
		x, err := search.Open(ctx, c, s.options.Now(), folder)
		if err == nil || ctx.Err() != nil {
			return x, err
		}
		s.options.Log.Warn("the index is not kept, so the next start takes longer", "because", err)
	}
	if err := ForgetIndex(s.options.Data); err != nil {
		s.options.Log.Error("the index of earlier content stays on disk; delete the folder", "because", err)
	}
	return search.Build(ctx, c, s.options.Now())
}

// ForgetIndex deletes the index that is kept in a data folder, if there is one.
// Who takes something out of the content without a server calls it, since the
// index holds words of what was there; the next start makes it anew.
func ForgetIndex(data string) error { return os.RemoveAll(filepath.Join(data, indexFolder)) }

// before is the catalogue whose entries stay where a file has turned bad. There
// is none when its history was rewritten: what a purge has erased must not be
// kept here.
func (s *Server) before(ctx context.Context, last *generation) *practices.Catalogue {
	if last == nil {
		return nil
	}
	if s.options.History != nil {
		if on, err := s.options.History.Contains(ctx, last.version); err != nil || !on {
			return nil
		}
	}
	return last.catalogue
}

// withEarlier reads the content again, and where a file is bad takes its last
// good version from its history, as a server would that had seen it turn bad.
func (s *Server) withEarlier(ctx context.Context, content fs.FS, c *practices.Catalogue) (*practices.Catalogue, error) {
	bad := map[string]bool{}
	for _, f := range c.Faults() {
		if !f.Warning {
			bad[f.File] = true
		}
	}
	earlier, err := s.options.History.Earlier(ctx, slices.Sorted(maps.Keys(bad)), func(name string, data []byte) bool {
		_, faults := practices.Parse(name, data)
		return !practices.HasErrors(faults)
	})
	if err != nil {
		return nil, err
	}
	were, err := practices.Load(earlier)
	if err != nil {
		return nil, err
	}
	return practices.Reload(content, were)
}

// report logs what is wrong with the files, for whoever keeps the content.
func (s *Server) report(c *practices.Catalogue) {
	for _, f := range c.Faults() {
		if !f.Warning {
			s.options.Log.Warn("entry left out", "fault", f.String())
		}
	}
	for _, file := range c.Kept() {
		s.options.Log.Warn("entry kept as it last was", "file", file)
	}
}

// take gives the current generation to a request, which releases it.
func (s *Server) take() *generation {
	s.mu.RLock()
	defer s.mu.RUnlock()
	s.current.readers.Add(1)
	return s.current
}

func (g *generation) release() { g.readers.Done() }

// swap puts a newer generation in the place of the current one, and frees the
// old one when its last reader has gone.
func (s *Server) swap(newer *generation) {
	s.mu.Lock()
	old := s.current
	s.current = newer
	s.mu.Unlock()
	s.done.Go(old.retire)
}

func (g *generation) retire() {
	g.readers.Wait()
	g.index.Close()
}
