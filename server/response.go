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
// readers who take neither get it unpacked. Brotli takes the longest, so it
// waits for the first reader who takes it.
type response struct {
	contentType  string
	cacheControl string
	etag         string // without quotes and encoding
	gzip         []byte

	effort   int // of brotli
	once     sync.Once
	squeezed []byte
}

// How hard to compress with brotli. What is asked for again and again (a page
// without a query, the style sheet) is compressed once as hard as can be, which
// takes a tenth of a second and saves a seventh of the bytes; the answer to a
// query, which may never be asked for again, with a middling effort.
const (
	oftenAsked  = brotli.BestCompression
	seldomAsked = 6
)

// window is the binary logarithm of how far back brotli looks: 256 KiB, as much
// as the largest page. A wider one would only take memory.
const window = 18

func newResponse(contentType, cacheControl string, body []byte, effort int) *response {
	sum := sha256.Sum256(body)
	r := &response{contentType: contentType, cacheControl: cacheControl, etag: hex.EncodeToString(sum[:8]), effort: effort}
	var b bytes.Buffer
	z, _ := gzip.NewWriterLevel(&b, gzip.BestCompression)
	z.Write(body)
	z.Close()
	r.gzip = bytes.Clone(b.Bytes())
	return r
}

// size is what the answer takes in memory, at most about.
func (r *response) size() int { return 2 * len(r.gzip) }

// brotli is the answer as most browsers take it.
func (r *response) brotli() []byte {
	r.once.Do(func() {
		var b bytes.Buffer
		w := brotli.NewWriterOptions(&b, brotli.WriterOptions{Quality: r.effort, LGWin: window})
		w.Write(r.plain())
		w.Close()
		r.squeezed = bytes.Clone(b.Bytes())
	})
	return r.squeezed
}

// plain is the answer as it was before it was compressed.
func (r *response) plain() []byte {
	z, err := gzip.NewReader(bytes.NewReader(r.gzip))
	if err != nil {
		return nil
	}
	body, err := io.ReadAll(z)
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
		body, encoding, etag = r.gzip, "gzip", `"`+r.etag+`-gz"`
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
