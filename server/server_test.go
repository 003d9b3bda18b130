package server

import (
	"bytes"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"golang.org/x/net/html"

	"opendoor/practices/entries"
	"opendoor/practices/faulttest"
	"opendoor/practices/review"
	"opendoor/templates"
)

// loaded are the templates as they are shipped. They are read once for all
// tests, as that takes longer than most of them.
var loaded = sync.OnceValues(templates.Load)

func newSet(t testing.TB) *templates.Set {
	t.Helper()
	set, err := loaded()
	if err != nil {
		t.Fatal(err)
	}
	return set
}

// shipped serves the shipped entries to all tests that change nothing of the
// server.
var shipped = sync.OnceValues(func() (*Server, error) {
	set, err := loaded()
	if err != nil {
		return nil, err
	}
	return start(Options{Content: entries.FS}, set)
})

// newServer serves the given entries; without any, the shipped ones, by a
// server that tests share and must leave as it is.
func newServer(t testing.TB, content fs.FS) *Server {
	t.Helper()
	if content != nil {
		return startServer(t, Options{Content: content})
	}
	s, err := shipped()
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// startServer makes a server for one test.
func startServer(t testing.TB, o Options) *Server {
	t.Helper()
	s, err := start(o, newSet(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

// languages are those in which the interface is offered.
func languages(t testing.TB) []string {
	t.Helper()
	var tags []string
	for _, l := range newSet(t).Languages() {
		tags = append(tags, l.Tag)
	}
	return tags
}

// get asks for an address as a browser without compression would.
func get(s *Server, address string, header ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest("GET", address, nil)
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	s.Handler().ServeHTTP(w, r)
	return w
}

func TestPages(t *testing.T) {
	s := newServer(t, nil)
	for _, tt := range []struct {
		name, url string
		status    int
		want      []string
	}{
		{"home", "/", 200, []string{"<h1", "Search"}},
		{"home in Arabic", "/ar", 200, []string{`lang="ar" dir="rtl"`}},
		{"home in Spanish", "/es", 200, []string{`<html lang="es" dir="ltr"`, "Buscar"}},
		{"home in French", "/fr", 200, []string{`<html lang="fr" dir="ltr"`, "Rechercher"}},
		{"home in Portuguese", "/pt", 200, []string{`<html lang="pt" dir="ltr"`, "Buscar"}},
		{"list", "/practices", 200, []string{`name="population" value="families"`}},
		{"table", "/practices?view=table", 200, []string{"<table", "<caption"}},
		{"chosen filter", "/practices?population=families", 200, []string{`value="families" checked`, "Remove filter"}},
		{"unknown filter value is shown", "/practices?population=martians", 200, []string{"martians"}},
		{"markup in a query is text", "/practices?q=%3Cscript%3Ealert(1)%3C/script%3E", 200, []string{"&lt;script&gt;"}},
		{"nothing found helps", "/practices?q=zzzzzz&country=MX", 200, []string{"/practices?country=MX"}},
		{"acronym", "/practices?q=SNDVU", 200, []string{"nl-0001"}},
		{"country name in Arabic", "/practices?q=%D8%AA%D8%A7%D9%8A%D9%84%D8%A7%D9%86%D8%AF", 200, []string{"th-000"}},
		{"country name in Spanish", "/practices?q=Tailandia", 200, []string{"th-000"}},
		{"entry", "/practices/nl-0001", 200, []string{"not yet reviewed by practitioners", `id="source-cities"`, "What to be careful about"}},
		{"entry in Arabic", "/ar/practices/nl-0001", 200, []string{`lang="en" dir="ltr"`}},
		{"entry translated", "/es/practices/mx-0004", 200, []string{"Primer piloto de alternativas", "Qué se hizo", "Esta traducción es un borrador"}},
		{"entry not translated", "/pt/practices/nl-0001", 200, []string{`lang="en" dir="ltr"`, "Idioma desta ficha: inglês."}},
		{"cautioned entry", "/practices/us-0007", 200, []string{"Alternative form of detention", "caution"}},
		{"entry in capitals", "/practices/NL-0001", 301, nil},
		{"no such entry", "/practices/xx-9999", 404, []string{"<h1"}},
		{"country", "/countries/mx", 200, []string{"Mexico"}},
		{"country in capitals", "/countries/MX", 301, nil},
		{"country by name", "/countries/Mexico", 301, nil},
		{"country without entries", "/countries/is", 200, []string{"Iceland"}},
		{"no such country", "/countries/qq", 404, nil},
		{"region", "/regions/europe", 200, []string{"Europe"}},
		{"world", "/regions/global", 200, nil},
		{"no such region", "/regions/atlantis", 404, nil},
		{"glossary", "/glossary", 200, []string{"Case management"}},
		{"term", "/glossary/case-management", 200, []string{"gestión de casos"}},
		{"term by another name", "/glossary/ATD", 301, nil},
		{"no such term", "/glossary/nonsense", 404, nil},
		{"about", "/about", 200, nil},
		{"accessibility", "/ar/accessibility", 200, nil},
		{"licences", "/licences", 200, []string{"CC BY 4.0"}},
		{"API", "/api/v1/practices?country=NL", 200, []string{`"id": "nl-0001"`, `"facets"`}},
		{"API entry", "/api/v1/practices/us-0007", 200, []string{`"standing": "alternative-form-of-detention"`, `"caution"`}},
		{"API without an entry", "/api/v1/practices/xx-0000", 404, []string{`"error"`}},
		{"health", "/healthz", 200, []string{"ok"}},
		{"ready", "/readyz", 200, []string{`"ready":true`}},
		{"nowhere", "/nowhere", 404, []string{"<h1"}},
		{"nowhere in Arabic", "/ar/nowhere", 404, []string{`dir="rtl"`}},
		{"nowhere in French", "/fr/nowhere", 404, []string{"Toutes les pratiques"}},
	} {
		w := get(s, tt.url)
		if w.Code != tt.status {
			t.Errorf("%s: GET %s: status %d, want %d", tt.name, tt.url, w.Code, tt.status)
		}
		for _, want := range tt.want {
			if !strings.Contains(w.Body.String(), want) {
				t.Errorf("%s: GET %s: no %q in:\n%.2000s", tt.name, tt.url, want, w.Body)
			}
		}
	}
}

// TestLinks follows every internal link from home, in every language: each
// leads to a page, each part of a page that is linked to is there, and no page
// loads anything from another host.
func TestLinks(t *testing.T) {
	t.Parallel()
	s := newServer(t, nil)
	pages := map[string]*html.Node{}
	queue := []string{"/"}
	fragments := map[string]string{} // address with fragment to the page that links to it
	for len(queue) > 0 {
		address := queue[0]
		queue = queue[1:]
		if _, seen := pages[address]; seen || len(pages) > 3000 {
			continue
		}
		w := get(s, address)
		if w.Code != 200 {
			t.Errorf("%s: status %d", address, w.Code)
		}
		if !strings.HasPrefix(w.Header().Get("Content-Type"), "text/html") {
			pages[address] = &html.Node{}
			continue
		}
		doc, err := html.Parse(bytes.NewReader(w.Body.Bytes()))
		if err != nil {
			t.Fatalf("%s: %v", address, err)
		}
		pages[address] = doc
		for n := range doc.Descendants() {
			for _, a := range n.Attr {
				switch {
				case a.Key == "style" || strings.HasPrefix(a.Key, "on"):
					t.Errorf("%s: attribute %s, which the content policy forbids", address, a.Key)
				case n.Data == "script" && n.FirstChild != nil && !(a.Key == "type" && a.Val == "application/ld+json"):
					t.Errorf("%s: has a script in the page, which the content policy forbids", address)
				case n.Data == "link" && a.Key == "href" && slices.Contains([]string{"canonical", "alternate"}, attribute(n, "rel")):
					if !strings.HasPrefix(strings.TrimPrefix(a.Val, "http://example.com"), "/") {
						t.Errorf("%s: says that it is also at %s", address, a.Val) // which no browser loads
					}
				case (a.Key == "src" || n.Data == "link" && a.Key == "href") && !strings.HasPrefix(a.Val, "/"):
					t.Errorf("%s: loads %s", address, a.Val)
				case a.Key == "href" && n.Data == "a":
					next, fragment, follow := resolve(address, a.Val)
					if !follow {
						continue
					}
					if fragment != "" {
						fragments[next+"#"+fragment] = address
					}
					queue = append(queue, next)
				}
			}
		}
	}
	for target, from := range fragments {
		address, fragment, _ := strings.Cut(target, "#")
		if doc := pages[address]; doc != nil && !hasID(doc, fragment) {
			t.Errorf("%s links to %s, which is not there", from, target)
		}
	}
	if len(pages) < 200 {
		t.Errorf("only %d pages reached", len(pages))
	}
	t.Logf("%d addresses followed", len(pages))
}

// resolve makes a link absolute within the site. Combinations of filters are
// without end, so lists are followed with one parameter at most.
func resolve(from, href string) (address, fragment string, follow bool) {
	base, _ := url.Parse(from)
	u, err := base.Parse(href)
	if err != nil || u.Host != "" || u.Scheme != "" {
		return "", "", false
	}
	fragment = u.Fragment
	u.Fragment = ""
	if len(u.Query()) > 1 || len(u.Query()) > 0 && (strings.Contains(u.Path, "/embed/") || strings.Contains(u.Path, ".")) {
		return "", "", false // what a map offers to take away is followed once, for the world
	}
	if u.Path == "/pack.zip" {
		return "", "", false // takes half a minute, and has a crawl of its own
	}
	return u.String(), fragment, true
}

func hasID(doc *html.Node, id string) bool {
	for n := range doc.Descendants() {
		for _, a := range n.Attr {
			if a.Key == "id" && a.Val == id {
				return true
			}
		}
	}
	return false
}

// TestHeadersEverywhere is fault test 19: every address that the site has, by
// every method and over https, for readers and for an admin, and what is
// nowhere, answers with the headers that protect who asked.
func TestHeadersEverywhere(t *testing.T) {
	s := newKeeping(t, few)
	_, admin := signIn(t, s, "admin@example.org", review.Admin)
	first := get(s, "/practices")
	type question struct{ method, path string }
	asked := []question{{"GET", "/nowhere"}, {"DELETE", "/"}, {"POST", "/practices"}, {"GET", "/practices/NL-0001"}, {"GET", "/practices/nl-0001"}, {"GET", "/ar/practices?q=%00"}, {"GET", "/countries/MX"}, {"GET", s.set.Assets()["style.css"].URL}, {"GET", "/api/v1/nothing"}}
	for _, route := range s.engine.Routes() {
		if lang := s.languageOf(route.Path); lang == defaultLanguage || lang == "ar" { // the same loop declares the others
			asked = append(asked, question{route.Method, part.ReplaceAllString(route.Path, "nl-0001")})
		}
	}
	statuses := map[int]int{}
	for _, q := range asked {
		for _, cookie := range []*http.Cookie{nil, admin} {
			if cookie != nil && strings.HasSuffix(q.path, "/logout") {
				continue
			}
			w := knock(s, q.method, q.path, cookie, "Sec-Fetch-Site", "same-origin", "If-None-Match", first.Header().Get("ETag"))
			statuses[w.Code]++
			h := w.Header()
			policy, others := s.policy, "same-origin"
			switch {
			case strings.HasSuffix(q.path, ".svg") && w.Code == http.StatusOK && strings.Contains(h.Get("Content-Type"), svgType) && h.Get("Content-Security-Policy") == stillPolicy:
				policy = stillPolicy // a picture has its one style and nothing else
			case strings.Contains(q.path, "/embed/"): // which alone is for the pages of others
				policy, others = strings.Replace(s.policy, "frame-ancestors 'none'", "frame-ancestors *", 1), "cross-origin"
			case q.path == "/oembed":
				others = "cross-origin"
			}
			for name, want := range map[string]string{
				"Content-Security-Policy": policy, "X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin", "Cross-Origin-Opener-Policy": "same-origin",
				"Cross-Origin-Resource-Policy": others, "Permissions-Policy": noPowers, "Strict-Transport-Security": "max-age=63072000; includeSubDomains",
			} {
				if h.Get(name) != want || len(h[name]) != 1 {
					t.Errorf("%s %s, %d: %s is %q", q.method, q.path, w.Code, name, h[name])
				}
			}
			if strings.Contains(policy, "unsafe") {
				t.Errorf("%s %s: the policy allows something unsafe", q.method, q.path)
			}
			if cookie == nil && h.Get("Set-Cookie") != "" && !strings.Contains(h.Get("Set-Cookie"), "Max-Age=0") { // one that is taken away

				t.Errorf("%s %s: sets a cookie", q.method, q.path)
			}
		}
	}
	if statuses[http.StatusNotModified] == 0 || statuses[http.StatusNotFound] == 0 || statuses[http.StatusOK] == 0 {
		t.Errorf("the test has not seen all kinds of answers: %v", statuses)
	}
	faulttest.Measured(t, 19, "%d answers of %d addresses have every header: %v", len(asked)*2, len(asked), statuses)
}

func TestEncodingsAndETags(t *testing.T) {
	s := newServer(t, nil)
	plain := get(s, "/practices")
	for _, encoding := range []string{"br", "gzip"} {
		w := get(s, "/practices", "Accept-Encoding", encoding)
		if w.Header().Get("Content-Encoding") != encoding || w.Body.Len() >= plain.Body.Len()/2 {
			t.Errorf("%s: sent as %q in %d of %d bytes", encoding, w.Header().Get("Content-Encoding"), w.Body.Len(), plain.Body.Len())
		}
		again := get(s, "/practices", "Accept-Encoding", encoding, "If-None-Match", w.Header().Get("ETag"))
		if again.Code != http.StatusNotModified || again.Body.Len() != 0 {
			t.Errorf("%s: a copy still good is sent again: %d", encoding, again.Code)
		}
	}
	if w := get(s, "/practices", "Accept-Encoding", "br;q=0, gzip;q=0"); w.Header().Get("Content-Encoding") != "" {
		t.Error("an encoding that was refused was used")
	}
	head := httptest.NewRecorder()
	s.Handler().ServeHTTP(head, httptest.NewRequest("HEAD", "/practices", nil))
	if head.Code != 200 || head.Body.Len() != 0 {
		t.Errorf("HEAD: %d with %d bytes", head.Code, head.Body.Len())
	}
	post := httptest.NewRecorder()
	s.Handler().ServeHTTP(post, httptest.NewRequest("POST", "/practices", strings.NewReader("x")))
	if post.Code != http.StatusMethodNotAllowed {
		t.Errorf("POST: %d", post.Code)
	}
}

// TestOneCanonicalPage checks that spellings of one query are one page in the
// cache, and that parameters nobody knows make no new ones.
func TestOneCanonicalPage(t *testing.T) {
	s := newServer(t, entries.FS)
	for i := range 50 {
		get(s, fmt.Sprintf("/practices?population=families&junk=%d", i))
		get(s, fmt.Sprintf("/about?x=%d", i))
	}
	g := s.take()
	defer g.release()
	if n := len(g.pages.pages); n != 2 {
		t.Errorf("%d pages are kept, want 2", n)
	}
}

func TestHostileAddresses(t *testing.T) {
	s := newServer(t, nil)
	for _, q := range []string{
		"*", "body:*", strings.Repeat("a* ", 200), strings.Repeat("x", 600), "-", "\"", "((((", "\\", "a AND OR NOT", "~~^9", "/.*.*.*/",
		"\u202e\u202d", "\x00\x01", "\xff\xfe", strings.Repeat("\u200b", 50), strings.Repeat("\"a\" ", 90), strings.Repeat("-x ", 100), "احتجاز " + strings.Repeat("ا", 300),
	} {
		w := get(s, "/practices?q="+url.QueryEscape(q))
		if w.Code != 200 {
			t.Errorf("q=%q: status %d", q, w.Code)
		}
	}
	many := url.Values{}
	for i := range 400 {
		many.Add("country", fmt.Sprintf("%c%c", 'A'+i%26, 'A'+i/26%26))
	}
	for _, address := range []string{"/practices?" + many.Encode(), "/practices?page=-1", "/practices?page=99999999999999999999", "/practices?sort=%00", "/practices?view=map", "/practices/..%2f..%2fetc", "/glossary/%ff", "/countries/%e2%80%ae", "/practices?%zz"} {
		if w := get(s, address); w.Code >= 500 {
			t.Errorf("%.80s: status %d", address, w.Code)
		}
	}
}

func TestEmptyCatalogue(t *testing.T) {
	s := newServer(t, fstest.MapFS{})
	for _, address := range []string{"/", "/practices", "/practices?q=x", "/practices?view=table", "/countries", "/regions/europe", "/glossary", "/glossary/bail", "/api/v1/practices", "/ar/practices"} {
		if w := get(s, address); w.Code != 200 {
			t.Errorf("%s: status %d", address, w.Code)
		}
	}
}

// TestLiveContent changes files under a running server: a change shows, a file
// that turns bad keeps its last good version, a new file appears.
func TestLiveContent(t *testing.T) {
	text, err := fs.ReadFile(entries.FS, "europe/nl/nl-0001.md")
	if err != nil {
		t.Fatal(err)
	}
	content := fstest.MapFS{"europe/nl/nl-0001.md": {Data: text, ModTime: time.Unix(1, 0)}}
	s := newServer(t, content)
	change := func(old, new string) {
		content["europe/nl/nl-0001.md"] = &fstest.MapFile{Data: []byte(strings.Replace(string(text), old, new, 1)), ModTime: time.Now()}
		s.reload(t.Context())
	}
	change("title: Guidance", "title: Advice")
	if w := get(s, "/practices/nl-0001"); !strings.Contains(w.Body.String(), "<h1>Advice") {
		t.Error("a changed title does not show")
	}
	change("kind: programme", "kind: nonsense")
	if w := get(s, "/practices/nl-0001"); w.Code != 200 || !strings.Contains(w.Body.String(), "<h1>Advice") {
		t.Errorf("a file that turned bad took its entry away: %d", w.Code)
	}
	delete(content, "europe/nl/nl-0001.md")
	s.reload(t.Context())
	if w := get(s, "/practices/nl-0001"); w.Code != 404 {
		t.Errorf("a removed entry is still there: %d", w.Code)
	}
}

func TestWatchSeesChanges(t *testing.T) {
	content := fstest.MapFS{"a": {Data: []byte("x")}}
	before := fingerprint(content)
	content["a"] = &fstest.MapFile{Data: []byte("y"), ModTime: time.Unix(9, 0)}
	if fingerprint(content) == before {
		t.Error("a changed time is not seen")
	}
}

// TestReadersAndReloadsTogether reads pages while the content is read again.
func TestReadersAndReloadsTogether(t *testing.T) {
	s := newServer(t, entries.FS)
	done := make(chan struct{})
	for range 4 {
		go func() {
			defer func() { done <- struct{}{} }()
			for i := range 60 {
				w := get(s, []string{"/practices?q=detention", "/practices/nl-0001", "/", fmt.Sprintf("/practices?q=child%d", i)}[i%4])
				if w.Code != 200 {
					t.Errorf("status %d", w.Code)
				}
			}
		}()
	}
	for range 3 {
		s.reload(t.Context())
	}
	for range 4 {
		<-done
	}
}

func TestPanicBecomesAPage(t *testing.T) {
	s := newServer(t, entries.FS)
	s.doors.public("GET", "/boom", s.answer("en", route{"/boom", func(*visit) (page, error) { panic("kaboom") }, nil}))
	w := get(s, "/boom")
	body, _ := io.ReadAll(w.Body)
	if w.Code != 500 || !bytes.Contains(body, []byte("<h1")) || bytes.Contains(body, []byte("kaboom")) {
		t.Errorf("%d %.300s", w.Code, body)
	}
}
