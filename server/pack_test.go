package server

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"go.yaml.in/yaml/v3"
	"golang.org/x/net/html"

	"github.com/chromedp/chromedp"

	"opendoor/practices/entries"
	"opendoor/search"
)

// wholePack is the whole catalogue, packed once for all tests.
var wholePack = sync.OnceValues(func() ([]byte, error) { return packOf(Pack{}) })

// lessonPack is a collection in three languages.
var lessonPack = sync.OnceValues(func() ([]byte, error) {
	return packOf(Pack{Collection: "four-routes", Languages: []string{"en", "es", "ar"}})
})

func packOf(p Pack) ([]byte, error) {
	s, err := New(Options{Content: entries.FS})
	if err != nil {
		return nil, err
	}
	defer s.Close()
	var b bytes.Buffer
	_, err = s.WritePack(context.Background(), &b, p)
	return b.Bytes(), err
}

func unzipped(t *testing.T, data []byte) *zip.Reader {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	return z
}

// TestPackHasNoDeadLink follows every link of a pack, and looks for anything
// that a page would ask a host for.
func TestPackHasNoDeadLink(t *testing.T) {
	t.Parallel()
	start := time.Now()
	data, err := lessonPack()
	if err != nil {
		t.Fatal(err)
	}
	checkLinks(t, data)
	t.Logf("a collection: %.2f MB, ready after %v", float64(len(data))/1e6, time.Since(start).Round(time.Millisecond))
}

// TestValidWholePack does the same for the whole catalogue, which fits in 15 MB.
func TestValidWholePack(t *testing.T) {
	t.Parallel()
	wanted(t)
	start := time.Now()
	data, err := wholePack()
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("the catalogue: %.2f MB, ready after %v", float64(len(data))/1e6, time.Since(start).Round(time.Millisecond))
	if len(data) > 15_000_000 {
		t.Errorf("%d bytes; at most 15 MB", len(data))
	}
	checkLinks(t, data)
}

func checkLinks(t *testing.T, data []byte) {
	t.Helper()
	z := unzipped(t, data)
	names := map[string]bool{}
	for _, f := range z.File {
		if names[f.Name] {
			t.Errorf("%s stands twice", f.Name)
		}
		names[f.Name] = true
	}
	for _, name := range []string{"index.html", "pages/practices.html", "pages/pack/index.js", "pages/glossary.html", "pages/map.html", "pages/ar.html"} {
		if !names[name] && name != "pages/ar.html" {
			t.Errorf("no %s", name)
		}
	}
	links := 0
	for _, f := range z.File {
		if path.Ext(f.Name) != ".html" && path.Ext(f.Name) != ".svg" {
			continue
		}
		body, err := fs.ReadFile(z, f.Name)
		if err != nil {
			t.Fatal(err)
		}
		if path.Ext(f.Name) == ".html" && !bytes.Contains(body, []byte("Content-Security-Policy")) {
			t.Errorf("%s has no policy", f.Name)
		}
		tokens := html.NewTokenizer(bytes.NewReader(body))
		for tokens.Next() != html.ErrorToken {
			tag := tokens.Token()
			for _, a := range tag.Attr {
				if a.Key != "href" && a.Key != "src" && a.Key != "action" || a.Val == "" || strings.HasPrefix(a.Val, "#") {
					continue
				}
				u, err := url.Parse(a.Val)
				switch {
				case err != nil:
					t.Errorf("%s: %q: %v", f.Name, a.Val, err)
				case u.Scheme != "" && tag.Data == "a":
				case u.Scheme != "" || u.Host != "":
					t.Errorf("%s asks a host: <%s %s>", f.Name, tag.Data, a.Val)
				case !names[path.Join(path.Dir(f.Name), u.Path)]:
					t.Errorf("%s: dead link %q", f.Name, a.Val)
				default:
					links++
				}
			}
		}
		if t.Failed() {
			return
		}
	}
	t.Logf("%d files, %d links", len(names), links)
}

// TestPackIsServedAgain: the Markdown in a pack is content like any other, and
// holds just what was asked for.
func TestPackIsServedAgain(t *testing.T) {
	data, err := lessonPack()
	if err != nil {
		t.Fatal(err)
	}
	content, err := fs.Sub(unzipped(t, data), ContentFolder)
	if err != nil {
		t.Fatal(err)
	}
	s, err := New(Options{Content: content, Alone: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	lesson := get(s, "/workshops/four-routes")
	if lesson.Code != http.StatusOK {
		t.Errorf("the collection answers %d", lesson.Code)
	}
	if others := get(s, "/workshops").Body.String(); strings.Count(others, `<li class="card">`) != 1 {
		t.Error("other collections than the one that was packed")
	}
	again, err := s.shelfOf("four-routes")
	if err != nil {
		t.Fatal(err)
	}
	if s.Len() != len(again) {
		t.Errorf("%d entries, the collection has %d", s.Len(), len(again))
	}
}

func (s *Server) shelfOf(id string) ([]string, error) {
	g := s.take()
	defer g.release()
	c, err := g.shelf.Get(id)
	if err != nil {
		return nil, err
	}
	return c.Entries(), nil
}

func TestPackRefuses(t *testing.T) {
	s := newServer(t, nil)
	for _, tt := range []struct {
		pack Pack
		want error
	}{
		{Pack{Collection: "no-such"}, nil},
		{Pack{Query: url.Values{"q": {"zzzzzzzz"}}}, ErrEmptyPack},
		{Pack{Languages: []string{"xx"}}, ErrNoLanguage},
	} {
		if _, err := s.WritePack(context.Background(), io.Discard, tt.pack); err == nil || tt.want != nil && !errors.Is(err, tt.want) {
			t.Errorf("%v: %v, want %v", tt.pack, err, tt.want)
		}
	}
	ended, end := context.WithCancel(context.Background())
	end()
	if _, err := s.WritePack(ended, io.Discard, Pack{Collection: "four-routes"}); !errors.Is(err, context.Canceled) {
		t.Errorf("a pack that nobody waits for any more: %v", err)
	}
	for _, address := range []string{"/pack.zip?collection=no-such", "/pack.zip?q=zzzzzzzz", "/pack.zip?languages=xx"} {
		if w := get(s, address); w.Code != http.StatusNotFound || !strings.Contains(w.Body.String(), "<h1>") {
			t.Errorf("%s answers %d", address, w.Code)
		}
	}
	if said := get(s, "/pack.zip?q=zzzzzzzz&languages=fr").Body.String(); !strings.Contains(said, "il n’y a donc rien à emporter") || !strings.Contains(said, `lang="fr"`) {
		t.Errorf("nothing to take away: %.600s", said)
	}
}

// TestPackButton: a page offers the pack, which is made once.
func TestPackButton(t *testing.T) {
	s := newServer(t, nil)
	for page, link := range map[string]string{"/workshops/four-routes": "/pack.zip?collection=four-routes", "/practices": "/pack.zip", "/practices?country=ZM": "/pack.zip?country=ZM", "/ar/workshops": "/pack.zip"} {
		if body := get(s, page).Body.String(); !strings.Contains(body, `href="`+link+`"`) {
			t.Errorf("%s does not offer %s", page, link)
		}
	}
	const address = "/pack.zip?country=ZM&languages=en"
	first, second := get(s, address), get(s, address)
	if first.Code != http.StatusOK || !bytes.Equal(first.Body.Bytes(), second.Body.Bytes()) {
		t.Fatalf("status %d, %d and %d bytes", first.Code, first.Body.Len(), second.Body.Len())
	}
	if got := first.Header().Get("Content-Disposition"); got != `attachment; filename="open-door-selection.zip"` {
		t.Errorf("saved as %s", got)
	}
	checkLinks(t, first.Body.Bytes())
}

// TestBrowserPackFromDisk reads a pack as a participant does: from a disk, with the
// network off.
func TestBrowserPackFromDisk(t *testing.T) {
	r, site := diskReader(t, wholePack)
	r.size(1280, "light") // where the filters stand beside the list
	for _, tt := range []struct{ list, text, first string }{
		{"pages/practices.html", "foster care", "oster"},
		{"pages/es/practices.html", "cuidado alternativo", "uidado"},
		{"pages/ar/practices.html", "الرعاية البديلة", ""},
	} {
		r.do(chromedp.Navigate(site + tt.list + "?" + url.Values{"q": {tt.text}}.Encode()))
		shown := ask[int](r, `document.querySelectorAll("ol.cards > li:not([hidden])").length`)
		all := ask[int](r, `document.querySelectorAll("ol.cards > li").length`)
		first := ask[string](r, `document.querySelector("ol.cards h3").parentElement.textContent`)
		if shown == 0 || shown > 20 || all > 150 || !strings.Contains(first, tt.first) {
			t.Errorf("%s: %d of %d shown, first %q", tt.text, shown, all, first)
		}
		dots := ask[int](r, `document.querySelectorAll(".results-map .dot:not([hidden])").length`)
		if every := ask[int](r, `document.querySelectorAll(".results-map .dot").length`); dots == 0 || dots >= every {
			t.Errorf("%s: %d of %d places on the map of results", tt.text, dots, every)
		}
		before := all
		r.follow("input[name=population][value=families]")
		if after := ask[int](r, `document.querySelectorAll("ol.cards > li").length`); after == 0 || after >= before {
			t.Errorf("%s: %d with a filter, %d without", tt.text, after, before)
		}
	}
	for from, link := range map[string]string{"pages/glossary.html": `main a[href^="glossary/"]`, "pages/map.html": `.words a[href^="countries/"]`, "index.html": `main .ways a`} {
		r.do(chromedp.Navigate(site + from))
		r.follow(link)
	}
	r.do(chromedp.Navigate(site + "pages/workshops/four-routes.html"))
	r.do(chromedp.Click(chromedp.CSS("details.then summary")), chromedp.WaitVisible(chromedp.CSS("details.then[open] p")))
	if hosts := ask[int](r, `performance.getEntriesByType("resource").filter((e) => !e.name.startsWith("file:")).length`); hosts > 0 {
		t.Errorf("%d requests to hosts", hosts)
	}
}

// TestBrowserPackSearch asks the judged queries of a pack and of the server: the pack
// has a wanted entry within the first five at least 95 % as often.
func TestBrowserPackSearch(t *testing.T) {
	data, err := os.ReadFile("../search/testdata/judged.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var judged struct {
		Queries []struct {
			Q, Lang string
			Want    map[string]int
		}
	}
	if err := yaml.Unmarshal(data, &judged); err != nil {
		t.Fatal(err)
	}
	r, site := diskReader(t, wholePack)
	r.do(chromedp.Navigate(site + "pages/practices.html"))
	s := newServer(t, nil)
	g := s.take()
	defer g.release()
	asked, server, pack := 0, 0, 0
	var lost []string
	for _, q := range judged.Queries {
		if len(q.Want) == 0 {
			continue
		}
		asked++
		answer, err := g.index.Search(context.Background(), search.Query{Text: q.Q, Lang: q.Lang})
		if err != nil {
			t.Fatal(err)
		}
		there := false
		for _, h := range answer.Hits[:min(5, len(answer.Hits))] {
			there = there || q.Want[h.Practice.ID] > 0
		}
		ids := ask[[]string](r, `pack.search(`+strconv.Quote(q.Q)+`, `+strconv.Quote(q.Lang)+`).rows.slice(0, 5).map((row) => pack.ids[row])`)
		here := slices.ContainsFunc(ids, func(id string) bool { return q.Want[id] > 0 })
		server, pack = server+btoi(there), pack+btoi(here)
		if there && !here {
			lost = append(lost, q.Q)
		}
	}
	t.Logf("%d queries: a wanted entry within five for %d by the server, %d by the pack; only the server: %q", asked, server, pack, lost)
	if asked < 30 || float64(pack) < 0.95*float64(server) {
		t.Errorf("the pack finds %d where the server finds %d", pack, server)
	}
}

// diskReader opens a browser without network on a pack that is unpacked.
func diskReader(t *testing.T, made func() ([]byte, error)) (*reader, string) {
	t.Helper()
	wanted(t)
	data, err := made()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := os.CopyFS(dir, unzipped(t, data)); err != nil {
		t.Fatal(err)
	}
	r := newReader(t)
	r.do(command("Network.emulateNetworkConditions", map[string]any{"offline": true, "latency": 0, "downloadThroughput": 0, "uploadThroughput": 0}))
	return r, "file://" + filepath.ToSlash(dir) + "/"
}
