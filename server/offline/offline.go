// Package offline writes a site as files that open without a server: a pack,
// one zip that is opened from a disk by a double click. It asks the handler of
// the site for every page, and knows nothing of what is in them: there is no
// second renderer.
package offline

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strings"
	"time"
)

// A Site is what a pack is made of.
type Site struct {
	Handler http.Handler
	Start   []string // addresses to begin with; the first is what is opened, "index.html"
	// Target says at which address of the pack a link of the site ends, and ""
	// where the pack has no such thing; the link then becomes plain text. An
	// address may have a query, which stays a query.
	Target func(address string) string
	Files  map[string][]byte // that lie beside the pages, by name: the sources
	Time   time.Time         // of all files
}

// What one pack may hold; beyond them it is refused.
const (
	maxPages = 20_000
	maxFile  = 8 << 20
)

// A Tally is how much a pack holds.
type Tally struct {
	Files int
	Bytes int64 // before compression
}

// Write writes the pack as a zip, page by page, so that it takes little
// memory. A page that the site cannot answer is an error: a pack has no dead
// link. It ends with ctx.
func (s Site) Write(ctx context.Context, w io.Writer) (Tally, error) {
	z := zip.NewWriter(w)
	z.RegisterCompressor(zip.Deflate, func(w io.Writer) (io.WriteCloser, error) { return flate.NewWriter(w, flate.BestCompression) })
	t := Tally{}
	add := func(name string, data []byte) error {
		f, err := z.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate, Modified: s.Time})
		if err != nil {
			return err
		}
		t.Files, t.Bytes = t.Files+1, t.Bytes+int64(len(data))
		_, err = f.Write(data)
		return err
	}
	err := s.walk(ctx, add)
	for _, name := range sortedNames(s.Files) {
		if err == nil {
			err = add(name, s.Files[name])
		}
	}
	return t, errors.Join(err, z.Close())
}

// walk asks for every page that can be reached, each once.
func (s Site) walk(ctx context.Context, add func(name string, data []byte) error) error {
	seen := map[string]bool{}
	var queue []string
	reach := func(address string) {
		if at, _, _ := strings.Cut(address, "?"); !seen[at] {
			seen[at] = true
			queue = append(queue, at)
		}
	}
	for _, a := range s.Start {
		reach(a)
	}
	for len(queue) > 0 {
		if err := ctx.Err(); err != nil {
			return err
		}
		at := queue[0]
		queue = queue[1:]
		if len(seen) > maxPages {
			return fmt.Errorf("more than %d pages", maxPages)
		}
		kind, body, err := ask(ctx, s.Handler, at)
		if err != nil {
			return err
		}
		if strings.HasPrefix(kind, "text/html") || strings.HasPrefix(kind, "image/svg") {
			l := links{site: s, from: s.File(at), at: at, reach: reach, html: strings.HasPrefix(kind, "text/html")}
			body = l.rewrite(body)
		}
		if err := add(s.File(at), body); err != nil {
			return err
		}
	}
	return nil
}

// ask gives what the site answers at an address.
func ask(ctx context.Context, h http.Handler, address string) (kind string, body []byte, err error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://pack.invalid"+address, nil)
	if err != nil {
		return "", nil, fmt.Errorf("%s: %w", address, err)
	}
	a := &answer{header: http.Header{}, status: http.StatusOK}
	h.ServeHTTP(a, r)
	switch {
	case a.status != http.StatusOK:
		return "", nil, fmt.Errorf("%s: the site answers %d", address, a.status)
	case a.body.Len() > maxFile:
		return "", nil, fmt.Errorf("%s: larger than %d bytes", address, maxFile)
	}
	return a.header.Get("Content-Type"), a.body.Bytes(), nil
}

// An answer keeps what a handler writes.
type answer struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (a *answer) Header() http.Header         { return a.header }
func (a *answer) WriteHeader(status int)      { a.status = status }
func (a *answer) Write(b []byte) (int, error) { return a.body.Write(b) }

// Folder is where all pages lie but the one that is opened, so that it is seen
// at once which that is.
const Folder = "pages"

// File is the name in the pack of what stands at an address.
func (s Site) File(address string) string {
	at, _, _ := strings.Cut(address, "?")
	switch {
	case at == s.Start[0]:
		return "index.html"
	case path.Ext(at) != "":
		return Folder + at
	case strings.HasSuffix(at, "/"):
		return Folder + at + "index.html"
	}
	return Folder + at + ".html"
}

// Relative is the way from one file of the pack to another.
func relative(from, to string) string {
	a, b := strings.Split(path.Dir(from), "/"), strings.Split(to, "/")
	if a[0] == "." {
		a = nil
	}
	for len(a) > 0 && len(b) > 1 && a[0] == b[0] {
		a, b = a[1:], b[1:]
	}
	u := url.URL{Path: strings.Repeat("../", len(a)) + strings.Join(b, "/")}
	return u.EscapedPath()
}

func sortedNames(files map[string][]byte) []string {
	var names []string
	for name := range files {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}
