// Package server turns the catalogue into pages: it parses an address into a
// question, asks the catalogue and the search index of one generation, fills
// a page type and renders it.
//
// Every public page is a function of a [visit] alone (the language, the path
// and the query), so what it gives is kept, compressed, until the content
// changes. List, table and JSON are views of one query with one query string.
//
// The address scheme, the limits and the headers are told in docs/.
package server

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"sync"
	"time"

	"github.com/gin-gonic/gin"

	"opendoor/practices/history"
	"opendoor/practices/review"
	"opendoor/search"
	"opendoor/templates"
)

// Options are what a server needs to know.
type Options struct {
	Content        fs.FS               // the tree of entries; not needed with History
	Live           bool                // whether to look for changes in it every second
	History        *history.Repository // the published entries with their versions; nil when there are none
	BaseURL        string              // "https://example.org"; "" to use the address that the reader asked for
	TrustedProxies []string            // networks whose word on the reader's address is taken
	ArabicDigits   string              // "arab" or "latn": the digits of Arabic pages; "" for those of the language's files
	LogRequests    bool                // whether to log each request, without the reader's address
	Log            *slog.Logger

	// Review keeps what people send; without it nothing can be sent, and the
	// pages say so.
	Review *review.Store
	// OIDC is a service by which people with an account may sign in; nil for
	// none. NoPasswords makes it the only way.
	OIDC        *OIDC
	NoPasswords bool
	// Reads is for how many pages and pictures one network may ask in a minute;
	// 0 for any number. Requests from this machine are not counted.
	Reads int
	Data  string           // the folder whose disk must not fill up; "" looks at none
	Now   func() time.Time // the clock; time.Now when nil

	// Alone says that the collections of Content are all there are: those that
	// come with the program are left out, as in a pack that is served again.
	Alone bool

	packing *packing // set where the pages are those of a pack
}

// A Server answers for one catalogue. It is safe for any number of readers.
type Server struct {
	options Options
	set     *templates.Set
	policy  string // what a page may load; see [contentPolicy]
	engine  *gin.Engine
	origins *http.CrossOriginProtection
	doors   *doors
	vouches *voucher // nil when nobody does
	witness *witness
	proxies []netip.Prefix // those trusted

	previews chan struct{} // a place for each text that is rendered for its writer

	origin origin
	wake   chan struct{} // says that it has changed

	mu      sync.RWMutex
	current *generation

	stop context.CancelFunc // ends the watch
	done sync.WaitGroup
}

// New reads the content, builds the index and is then ready to answer. Files
// with faults are left out and logged; the error is for content or templates
// that cannot be read at all.
func New(o Options) (*Server, error) {
	go search.Prepare()
	set, err := templates.Load()
	if err != nil {
		return nil, err
	}
	return start(o, set)
}

// start begins with a set of templates and languages.
func start(o Options, set *templates.Set) (*Server, error) {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.ArabicDigits != "" {
		if err := set.WriteDigits("ar", o.ArabicDigits); err != nil {
			return nil, err
		}
	}
	origins, err := newOrigins(o.BaseURL)
	if err != nil {
		return nil, fmt.Errorf("base address: %w", err)
	}
	proxies, err := prefixes(o.TrustedProxies)
	if err != nil {
		return nil, fmt.Errorf("trusted proxies: %w", err)
	}
	s := &Server{
		options: o, set: set, policy: contentPolicy(set.First()), origin: o.origin(), origins: origins, proxies: proxies,
		wake: make(chan struct{}, 1), witness: newWitness(o.Log, o.Now), previews: make(chan struct{}, previewsAtOnce),
	}
	if o.OIDC != nil {
		s.vouches = newVoucher(*o.OIDC)
	}
	first, err := s.build(context.Background(), nil)
	if err != nil {
		return nil, err
	}
	s.current = first
	if s.engine, err = s.routes(); err != nil {
		return nil, err
	}
	ctx, stop := context.WithCancel(context.Background())
	s.stop = stop
	if o.Live || o.History != nil {
		s.done.Go(func() { s.watch(ctx) })
	}
	if o.History != nil && o.History.Shared() {
		s.done.Go(func() { s.follow(ctx) })
	}
	return s, nil
}

// Len is the number of entries being served.
func (s *Server) Len() int {
	g := s.take()
	defer g.release()
	return g.catalogue.Len()
}

// Handler answers requests.
func (s *Server) Handler() http.Handler { return s.engine }

// Limits of the server. A reader on a slow line is served; one who holds a
// connection without using it is let go.
const (
	readHeaderTimeout = 5 * time.Second
	readTimeout       = 15 * time.Second
	writeTimeout      = 30 * time.Second
	idleTimeout       = 60 * time.Second
	maxHeaderBytes    = 16 << 10
	maxInFlight       = 512
	drainTimeout      = 20 * time.Second
)

// Serve answers on a listener until the context ends, then finishes what is
// under way, for 20 seconds at most.
func (s *Server) Serve(ctx context.Context, l net.Listener) error {
	h := &http.Server{
		Handler:           s.engine,
		ReadHeaderTimeout: readHeaderTimeout,
		ReadTimeout:       readTimeout,
		WriteTimeout:      writeTimeout,
		IdleTimeout:       idleTimeout,
		MaxHeaderBytes:    maxHeaderBytes,
		ErrorLog:          slog.NewLogLogger(s.options.Log.Handler(), slog.LevelDebug),
	}
	failed := make(chan error, 1)
	go func() { failed <- h.Serve(l) }()
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	s.options.Log.Info("stopping", "patience", drainTimeout)
	drain, cancel := context.WithTimeout(context.Background(), drainTimeout)
	defer cancel()
	if err := h.Shutdown(drain); err != nil && !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("stop: %w", err)
	}
	return nil
}

// Close ends the watch over the content and frees the index.
func (s *Server) Close() {
	s.stop()
	s.done.Wait()
	s.mu.Lock()
	g := s.current
	s.mu.Unlock()
	g.retire()
}
