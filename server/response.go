package server

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"

	"github.com/andybalholm/brotli"
)

// A response is a finished answer, compressed once and sent many times. It is
// kept in compressed forms alone, which are a fifth of its size; the few
// readers who take neither get it unpacked. One form is made at once, the other
// waits for the first reader who takes it.
type response struct {
	contentType  string
	cacheControl string
	etag         string // without quotes and encoding

	effort int    // of brotli
	kept   []byte // made at once: gzip for what is often asked for, else brotli
	once   sync.Once
	other  []byte // the other form
}

// How hard to compress with brotli. What is asked for again and again (a page
// without a query, the style sheet) is compressed once as hard as can be, which
// takes a tenth of a second, when somebody takes it, and saves a seventh of the
// bytes. The answer to a query may never be asked for again: it is compressed
// with a middling effort, 3 ms for 53 KB. Less would take a third of that and
// leave an eighth more bytes, too many for the first flight of a connection.
const (
	oftenAsked  = brotli.BestCompression
	seldomAsked = 5
)

// window is the binary logarithm of how far back brotli looks: 256 KiB, as much
// as the largest page. A wider one would only take memory.
const window = 18

func newResponse(contentType, cacheControl string, body []byte, effort int) *response {
	sum := sha256.Sum256(body)
	r := &response{contentType: contentType, cacheControl: cacheControl, etag: hex.EncodeToString(sum[:8]), effort: effort}
	if effort == oftenAsked {
		r.kept = gzipped(body)
	} else {
		r.kept = squeezed(body, effort)
	}
	return r
}

func gzipped(body []byte) []byte {
	var b bytes.Buffer
	z := zippers.Get().(*gzip.Writer)
	defer zippers.Put(z)
	z.Reset(&b)
	z.Write(body)
	z.Close()
	return bytes.Clone(b.Bytes())
}

// zippers are kept, as one takes a megabyte.
var zippers = sync.Pool{New: func() any {
	z, _ := gzip.NewWriterLevel(nil, gzip.BestCompression)
	return z
}}

func squeezed(body []byte, effort int) []byte {
	var b bytes.Buffer
	w, kept := (*brotli.Writer)(nil), effort == seldomAsked
	if kept {
		w = squeezers.Get().(*brotli.Writer)
		defer squeezers.Put(w)
		w.Reset(&b)
	} else {
		w = newSqueezer(&b, effort)
	}
	w.Write(body)
	w.Close()
	return bytes.Clone(b.Bytes())
}

func newSqueezer(to io.Writer, effort int) *brotli.Writer {
	return brotli.NewWriterOptions(to, brotli.WriterOptions{Quality: effort, LGWin: window})
}

// squeezers are for the answers to queries: to make the tables of one takes
// longer than to compress a page with it.
var squeezers = sync.Pool{New: func() any { return newSqueezer(nil, seldomAsked) }}

// size is what the answer takes in memory, at most about.
func (r *response) size() int { return 2 * len(r.kept) }

// brotli is the answer as most browsers take it.
func (r *response) brotli() []byte {
	if r.effort != oftenAsked {
		return r.kept
	}
	r.once.Do(func() { r.other = squeezed(r.plain(), r.effort) })
	return r.other
}

func (r *response) gzip() []byte {
	if r.effort == oftenAsked {
		return r.kept
	}
	r.once.Do(func() { r.other = gzipped(r.plain()) })
	return r.other
}

// plain is the answer as it was before it was compressed.
func (r *response) plain() []byte {
	var packed io.Reader = bytes.NewReader(r.kept)
	if r.effort == oftenAsked {
		z, err := gzip.NewReader(packed)
		if err != nil {
			return nil
		}
		packed = z
	} else {
		packed = brotli.NewReader(packed)
	}
	body, err := io.ReadAll(packed)
	if err != nil {
		return nil
	}
	return body
}

// send writes the response in the best encoding that the reader takes, or
// says that the copy they hold is still good.
func (r *response) send(w http.ResponseWriter, req *http.Request, status int) {
	var body []byte
	encoding, etag := "", `"`+r.etag+`"`
	switch accept := req.Header.Get("Accept-Encoding"); {
	case accepts(accept, "br"):
		body, encoding, etag = r.brotli(), "br", `"`+r.etag+`-br"`
	case accepts(accept, "gzip"):
		body, encoding, etag = r.gzip(), "gzip", `"`+r.etag+`-gz"`
	}
	h := w.Header()
	h.Set("Vary", "Accept-Encoding")
	h.Set("Cache-Control", r.cacheControl)
	h.Set("ETag", etag)
	if status == http.StatusOK && holds(req.Header.Get("If-None-Match"), etag) {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	if encoding == "" {
		body = r.plain()
	}
	h.Set("Content-Type", r.contentType)
	h.Set("Content-Length", strconv.Itoa(len(body)))
	if encoding != "" {
		h.Set("Content-Encoding", encoding)
	}
	w.WriteHeader(status)
	if req.Method != http.MethodHead {
		w.Write(body)
	}
}

// accepts says whether an Accept-Encoding header allows an encoding.
func accepts(header, encoding string) bool {
	for part := range strings.SplitSeq(header, ",") {
		name, params, _ := strings.Cut(strings.TrimSpace(part), ";")
		if !strings.EqualFold(strings.TrimSpace(name), encoding) {
			continue
		}
		q, given := strings.CutPrefix(strings.ReplaceAll(params, " ", ""), "q=")
		weight, err := strconv.ParseFloat(q, 64)
		return !given || err != nil || weight > 0
	}
	return false
}

// holds says whether an If-None-Match header names an entity tag.
func holds(header, etag string) bool {
	for part := range strings.SplitSeq(header, ",") {
		part = strings.TrimPrefix(strings.TrimSpace(part), "W/")
		if part == etag || part == "*" {
			return true
		}
	}
	return false
}
