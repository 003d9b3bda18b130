package server

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/gin-gonic/gin"

	"opendoor/search"
)

// Limits of packs for readers: one is made at a time, the last few stay on disk
// until the content changes, and a slow line may take its time.
const (
	packsKept    = 8
	packPatience = 3 * time.Minute  // to wait for those before, and for one to be made
	packSending  = 30 * time.Minute // to send one
)

// A packStore keeps the packs of one generation as files that have no name any
// more, by what was asked.
type packStore struct {
	making chan struct{} // holds the place of the one that is made

	mu    sync.Mutex
	files map[string]*os.File
	order []string
}

func newPackStore() *packStore {
	return &packStore{making: make(chan struct{}, 1), files: map[string]*os.File{}}
}

// open gives a reader's own view of a pack that is there.
func (k *packStore) open(key string) (*os.File, bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	f, ok := k.files[key]
	return f, ok
}

func (k *packStore) keep(key string, f *os.File) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.files[key] = f
	k.order = append(k.order, key)
	if len(k.order) > packsKept { // closed when its last reader lets go of it
		delete(k.files, k.order[0])
		k.order = k.order[1:]
	}
}

// packOf reads what is asked for from an address, and its one canonical form.
func (s *Server) packOf(query url.Values) (p Pack, key string, err error) {
	p = Pack{Collection: query.Get("collection"), Languages: slices.Clone(query["languages"])}
	if p.Languages, err = s.packLanguages(p.Languages); err != nil {
		return p, "", errNoPage
	}
	values := url.Values{}
	if p.Collection == "" {
		values = search.ParseQuery(query, p.lang()).WithPage(1).WithSort("").Values()
		p.Query = values
	}
	return p, p.Collection + "?" + values.Encode() + " " + strings.Join(p.Languages, ","), nil
}

// sendPack serves GET /pack.zip.
func (s *Server) sendPack(c *gin.Context) {
	g := s.take()
	defer g.release()
	p, key, err := s.packOf(c.Request.URL.Query())
	if err == nil && p.Collection != "" {
		_, err = g.shelf.Get(p.Collection)
	}
	if err != nil {
		s.fail(c, err)
		return
	}
	s.sendMade(c, g, p, key)
}

// sendMade sends the pack that is asked for.
func (s *Server) sendMade(c *gin.Context, g *generation, p Pack, key string) {
	control := http.NewResponseController(c.Writer)
	control.SetWriteDeadline(time.Now().Add(packPatience + packSending)) // a writer without deadlines needs none
	f, err := s.madePack(c.Request.Context(), g, p, key)
	switch {
	case errors.Is(err, ErrEmptyPack):
		s.failIn(c, p.lang(), err)
		return
	case err != nil:
		c.Header("Retry-After", "60")
		s.fail(c, err)
		return
	}
	info, err := f.Stat()
	if err != nil {
		s.fail(c, err)
		return
	}
	c.Header("Content-Disposition", `attachment; filename="`+p.fileName()+`"`)
	c.Header("Content-Type", "application/zip")
	c.Header("Cache-Control", "no-cache")
	http.ServeContent(c.Writer, c.Request, "", info.ModTime(), io.NewSectionReader(f, 0, info.Size()))
}

// fileName is under which name a browser saves the pack.
func (p Pack) fileName() string {
	switch {
	case p.own != nil:
		return "open-door-" + p.own.collection.ID + ".zip"
	case p.Collection != "":
		return "open-door-" + p.Collection + ".zip"
	case len(p.Query) > 0:
		return "open-door-selection.zip"
	}
	return "open-door.zip"
}

// madePack gives the pack that is asked for, made when it is not there yet.
func (s *Server) madePack(ctx context.Context, g *generation, p Pack, key string) (*os.File, error) {
	if f, ok := g.packs.open(key); ok {
		return f, nil
	}
	ctx, cancel := context.WithTimeout(ctx, packPatience)
	defer cancel()
	select {
	case g.packs.making <- struct{}{}:
		defer func() { <-g.packs.making }()
	case <-ctx.Done():
		return nil, errBusy
	}
	if f, ok := g.packs.open(key); ok {
		return f, nil
	}
	f, err := os.CreateTemp("", "open-door-pack-*")
	if err != nil {
		return nil, err
	}
	os.Remove(f.Name()) // it goes with its last reader; where that cannot be, the system clears it away
	if _, err := s.writePack(ctx, f, g, p); err != nil {
		f.Close()
		return nil, err
	}
	g.packs.keep(key, f)
	return f, nil
}
