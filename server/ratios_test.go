package server

import (
	"context"
	"flag"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"testing/fstest"
	"time"

	"opendoor/practices/entries"
	"opendoor/search"
)

var ratioEntries = flag.Int("entries", 2000, "entries that BenchmarkResults and BenchmarkSwap serve, copies of the shipped ones")

// copies gives the shipped entries over and over, under other ids.
func copies(tb testing.TB, n int) fs.FS {
	tree := fstest.MapFS{}
	type file struct {
		name string
		data []byte
	}
	var files []file
	err := fs.WalkDir(entries.FS, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.Count(path.Base(name), ".") != 1 || path.Ext(name) != ".md" {
			return err
		}
		data, err := fs.ReadFile(entries.FS, name)
		files = append(files, file{name, data})
		return err
	})
	if err != nil || len(files) == 0 {
		tb.Fatalf("%d entries: %v", len(files), err)
	}
	for i := range n {
		f := files[i%len(files)]
		id := strings.TrimSuffix(path.Base(f.name), ".md")
		country, _, _ := strings.Cut(id, "-")
		other := fmt.Sprintf("%s-%04d", country, 1000+i%9000)
		if i >= 9000 {
			other = fmt.Sprintf("%s-%05d", country, 10000+i)
		}
		text := strings.Replace(string(f.data), "\nid: "+id, "\nid: "+other, 1)
		tree[path.Join(path.Dir(f.name), other+".md")] = &fstest.MapFile{Data: []byte(text)}
	}
	return tree
}

func cpuTime() time.Duration {
	var r syscall.Rusage
	syscall.Getrusage(syscall.RUSAGE_SELF, &r)
	return time.Duration(r.Utime.Nano() + r.Stime.Nano())
}

// wordPairs are pairs of words of the field: all of them in some entries.
func wordPairs() []string {
	words := strings.Fields("children families detention community release bail reporting guardianship housing screening asylum court reception women legal case support alternative review volunteers")
	var list []string
	for i, a := range words {
		for _, b := range words[i+1:] {
			list = append(list, a+" "+b)
		}
	}
	return list
}

// BenchmarkResults prints how much a page of results costs beside the search
// for it: to fill the template and to compress the page, each time anew.
func BenchmarkResults(b *testing.B) {
	s := newServer(b, copies(b, *ratioEntries))
	var finding, whole time.Duration
	n := 0
	g := s.take()
	defer g.release()
	for b.Loop() {
		g.pages = newPageCache()
		for _, text := range wordPairs() {
			start := cpuTime()
			if _, err := g.index.Search(context.Background(), search.ParseQuery(map[string][]string{"q": {text}}, "en")); err != nil {
				b.Fatal(err)
			}
			finding += cpuTime() - start
			start = cpuTime()
			if w := get(s, "/practices?q="+strings.ReplaceAll(text, " ", "+"), "Accept-Encoding", "br"); w.Code != http.StatusOK {
				b.Fatalf("%s: %d", text, w.Code)
			}
			whole += cpuTime() - start
			n++
		}
	}
	b.ReportMetric(float64(finding.Microseconds())/float64(n), "search-µs")
	b.ReportMetric(float64((whole-finding).Microseconds())/float64(n), "page-µs")
	b.ReportMetric(float64(whole-finding)/float64(finding), "page/search")
	b.ReportMetric(float64(s.Len()), "entries")
}

// BenchmarkSwap reads pages and results while the catalogue is swapped for a
// new generation every 100 ms, and while it is not. No request may fail.
func BenchmarkSwap(b *testing.B) {
	s := newServer(b, copies(b, 300))
	g := s.take()
	all, shelf := g.catalogue, g.shelf
	g.release()
	addresses := []string{"/practices", "/"}
	for i, text := range wordPairs() {
		addresses = append(addresses, "/practices?q="+strings.ReplaceAll(text, " ", "+"), "/practices/"+all.All()[i].ID)
	}
	newer := func() *generation {
		x, err := search.Build(context.Background(), all, s.options.Now())
		if err != nil {
			b.Fatal(err)
		}
		return newGeneration(all, x, shelf)
	}
	// The generations are made beforehand: what is measured is the swap, not
	// what else a rebuild does to a machine.
	load := func(swaps int) time.Duration {
		waiting := make([]*generation, swaps)
		for i := range waiting {
			waiting[i] = newer()
		}
		stop := make(chan struct{})
		var mu sync.Mutex
		var took []time.Duration
		var readers sync.WaitGroup
		for r := range 4 {
			readers.Go(func() {
				var own []time.Duration
				for i := r; ; i++ {
					select {
					case <-stop:
						mu.Lock()
						took = append(took, own...)
						mu.Unlock()
						return
					default:
					}
					start := time.Now()
					if w := get(s, addresses[i%len(addresses)], "Accept-Encoding", "gzip"); w.Code != http.StatusOK {
						b.Errorf("%s: %d", addresses[i%len(addresses)], w.Code)
					}
					own = append(own, time.Since(start))
				}
			})
		}
		for i := range 10 {
			<-time.After(100 * time.Millisecond)
			if i < len(waiting) {
				s.swap(waiting[i])
			}
		}
		close(stop)
		readers.Wait()
		slices.Sort(took)
		return took[len(took)*99/100]
	}
	var with, without time.Duration
	rounds := 0
	for b.Loop() {
		s.swap(newer())
		without += load(0)
		with += load(10)
		rounds++
	}
	b.ReportMetric(float64(with.Microseconds())/float64(rounds), "p99-µs-swapping")
	b.ReportMetric(float64(without.Microseconds())/float64(rounds), "p99-µs")
	b.ReportMetric(float64(with)/float64(without), "ratio")
	fmt.Fprintln(os.Stderr)
}
