package server

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"opendoor/practices/entries"
)

// firstFlight is what a server may send before it first waits for the reader:
// ten packets of TCP. A page that fits with its style sheet is there after one
// round trip, which on a slow line is what a reader feels.
const firstFlight = 14_600

// weigh is how many bytes an asset takes on the wire.
func weigh(t *testing.T, s *Server, name string) int {
	t.Helper()
	a, ok := s.set.Asset(name)
	if !ok {
		t.Fatalf("no asset %q", name)
	}
	return get(s, a.URL, "Accept-Encoding", "br").Body.Len()
}

// TestWeights keeps the pages that people begin with within one first flight,
// style sheet included, as browsers get them.
func TestWeights(t *testing.T) {
	s := newServer(t, nil)
	style := weigh(t, s, "style.css")
	for _, tt := range []struct {
		url   string
		limit int
	}{
		{"/", firstFlight}, {"/practices", firstFlight}, {"/practices?q=children", firstFlight}, {"/practices/mx-0004", firstFlight},
		{"/practices/nl-0001", firstFlight}, {"/countries/mx", firstFlight}, {"/countries", firstFlight}, {"/regions/europe", 2 * firstFlight},
		{"/glossary", firstFlight}, {"/glossary/case-management", firstFlight}, {"/about", firstFlight}, {"/ar/practices", firstFlight},
		{"/es/practices", firstFlight}, {"/fr/practices", firstFlight}, {"/pt/practices", firstFlight},
		{"/practices?view=table", 2 * firstFlight},
	} {
		page := get(s, tt.url, "Accept-Encoding", "br").Body.Len()
		t.Logf("%-28s %6d bytes, with style sheet %6d", tt.url, page, page+style)
		if page+style > tt.limit {
			t.Errorf("%s: %d bytes with its style sheet; the limit is %d", tt.url, page+style, tt.limit)
		}
	}
}

// TestFigures prints what a start and a thousand requests cost. It holds
// nothing to a time, as that depends on the machine, and so runs only where
// its figures are read.
func TestFigures(t *testing.T) {
	if !testing.Verbose() {
		t.Skip("with -v it says what a start and a thousand requests cost")
	}
	start := time.Now()
	s, err := New(Options{Content: entries.FS})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	t.Logf("start to ready: %v with %d entries on %d cores", time.Since(start).Round(time.Millisecond), s.Len(), runtime.NumCPU())
	g := s.take()
	all := g.catalogue.All()
	g.release()
	for i := range 1000 {
		switch i % 3 {
		case 0:
			get(s, "/practices/"+all[i%len(all)].ID, "Accept-Encoding", "br")
		case 1:
			get(s, fmt.Sprintf("/practices?q=child+%d&page=%d", i, i%3), "Accept-Encoding", "br")
		default:
			get(s, "/ar/practices/"+all[i%len(all)].ID, "Accept-Encoding", "gzip")
		}
	}
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	t.Logf("after 1,000 requests: %d MB in use by Go, %d MB taken from the system", m.HeapAlloc>>20, m.Sys>>20)
}

// BenchmarkPages compares the list and an entry, over a real connection and
// through all of the server, with a static file of the same size served by
// net/http in the same run. It prints the ratio of requests per second: the
// goal is 75 per cent.
func BenchmarkPages(b *testing.B) {
	s := newServer(b, nil)
	for _, address := range []string{"/practices", "/practices/mx-0004"} {
		b.Run(address[1:], func(b *testing.B) {
			body := get(s, address, "Accept-Encoding", "br").Body.Bytes()
			dir := b.TempDir()
			if err := os.WriteFile(filepath.Join(dir, "page.html"), body, 0o600); err != nil {
				b.Fatal(err)
			}
			ours := httptest.NewServer(s.Handler())
			defer ours.Close()
			file := httptest.NewServer(http.FileServer(http.Dir(dir)))
			defer file.Close()
			var own, static time.Duration
			n := 0
			for b.Loop() {
				own += fetch(b, ours.URL+address, 50)
				static += fetch(b, file.URL+"/page.html", 50)
				n += 50
			}
			b.ReportMetric(float64(n)/own.Seconds(), "req/s")
			b.ReportMetric(float64(n)/static.Seconds(), "static-req/s")
			b.ReportMetric(100*static.Seconds()/own.Seconds(), "%of-static")
		})
	}
}

// fetch asks n times over one kept connection and says how long it took.
func fetch(b *testing.B, url string, n int) time.Duration {
	start := time.Now()
	buffer := make([]byte, 64<<10)
	for range n {
		r, err := http.NewRequest("GET", url, nil)
		if err != nil {
			b.Fatal(err)
		}
		r.Header.Set("Accept-Encoding", "br")
		res, err := http.DefaultClient.Do(r)
		if err != nil || res.StatusCode != http.StatusOK {
			b.Fatalf("%s: %v %v", url, res, err)
		}
		for {
			if _, err := res.Body.Read(buffer); err != nil {
				break
			}
		}
		res.Body.Close()
	}
	return time.Since(start)
}
