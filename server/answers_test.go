package server

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"mime"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"opendoor/practices/review"
)

var sharedAt = regexp.MustCompile(`value="http://example.com/workshops/own/([^"]+)"`)

// everyPath is each address of the site that can be read, with things that
// exist in the place of its names. Those of a private link have theirs.
func everyPath(t *testing.T, s *Server) (paths, private []string) {
	t.Helper()
	draft := begunDraft(t, s, "en")
	mine := begun(t, s, "mx-0004")
	m := sharedAt.FindStringSubmatch(get(s, mine).Body.String())
	if m == nil {
		t.Fatal("a collection has no address to share")
	}
	token, _, err := s.options.Review.Invite(t.Context(), review.Console, "invited@example.org", "Invited", review.Editor)
	if err != nil {
		t.Fatal(err)
	}
	for _, route := range s.engine.Routes() {
		if route.Method != http.MethodGet {
			continue
		}
		p := strings.NewReplacer("/contribute/:token", draft, "/workshops/mine/:token", mine, "/invite/:token", "/invite/"+token, "/own/:code", "/own/"+m[1],
			"/countries/:code", "/countries/MX", "/practices/:id", "/practices/mx-0004", "/change/:id", "/change/mx-0004", "/regions/:region", "/regions/europe",
			"/glossary/:term", "/glossary/bail", "/present/:n", "/present/1").Replace(route.Path)
		p = part.ReplaceAllString(p, "none")
		bare := withoutLanguage(s.languageOf(p), p)
		if strings.HasPrefix(bare, "/contribute/new") || strings.HasPrefix(bare, "/contribute/upload") || strings.HasPrefix(bare, "/contribute/change") || strings.Contains(p, draft) || strings.Contains(p, mine) ||
			strings.HasPrefix(bare, "/invite/") || strings.HasPrefix(bare, "/login") || s.doors.who["GET "+route.Path] != "" {
			private = append(private, p)
		}
		paths = append(paths, p)
	}
	return paths, private
}

// TestAnswersSayWhatTheyAre asks for every address: each answer names its type
// and, where it is text, its encoding; what is private is kept by nobody.
func TestAnswersSayWhatTheyAre(t *testing.T) {
	s := newKeeping(t, few)
	_, cookie := signIn(t, s, "admin@example.org", review.Admin)
	paths, private := everyPath(t, s)
	seen := map[string]int{}
	for _, p := range paths {
		w := as(s, cookie, p, nil)
		if w.Code >= 500 && w.Code != http.StatusNotImplemented {
			t.Errorf("%s: %d", p, w.Code)
		}
		if w.Body.Len() == 0 {
			continue
		}
		kind, parameters, err := mime.ParseMediaType(w.Header().Get("Content-Type"))
		seen[kind]++
		text := strings.HasPrefix(kind, "text/") || strings.HasSuffix(kind, "+xml") || strings.HasSuffix(kind, "/xml")
		if err != nil || text && !strings.EqualFold(parameters["charset"], "utf-8") {
			t.Errorf("%s: %q, %v", p, w.Header().Get("Content-Type"), err)
		}
		if kind == "text/html" && !strings.HasPrefix(w.Body.String(), "<!DOCTYPE html>") && w.Code != http.StatusSeeOther && w.Code != http.StatusMovedPermanently {
			t.Errorf("%s is called a page: %.60s", p, w.Body)
		}
	}
	if len(seen) < 8 {
		t.Errorf("only %v were seen", seen)
	}
	for _, p := range private {
		for who, w := range map[string]*httptest.ResponseRecorder{"an admin": as(s, cookie, p, nil), "nobody": as(s, nil, p, nil)} {
			if h := w.Header(); h.Get("Cache-Control") != "no-store" || h.Get("X-Robots-Tag") != "noindex" {
				t.Errorf("%s for %s: %d, kept by %q, listed by %q", p, who, w.Code, h.Get("Cache-Control"), h.Get("X-Robots-Tag"))
			}
		}
	}
	if len(private) < 100 {
		t.Errorf("only %d addresses are private", len(private))
	}
	for _, p := range []string{"/.git/config", "/.git/HEAD", "/entries.git/HEAD", "/data/key", "/review.db", "/opendoor.yaml", "/debug/pprof/", "/debug/vars", "/metrics", "/templates/", "/static/", "/map/", "/workshops/own/"} {
		if w := as(s, cookie, p, nil); w.Code == 200 || strings.Contains(w.Body.String(), "<pre>") {
			t.Errorf("%s: %d", p, w.Code)
		}
	}
	for _, method := range []string{"TRACE", "TRACK", "CONNECT", "PUT", "DELETE", "PATCH", "OPTIONS", "DEBUG"} {
		w := knock(s, method, "/practices", nil, "Cookie", "sid=secret", "X-Secret", "secret")
		if w.Code != http.StatusMethodNotAllowed && w.Code != http.StatusNotFound || strings.Contains(w.Body.String(), "secret") {
			t.Errorf("%s: %d", method, w.Code)
		}
	}
}

// TestStaysWithHTTPS shows on which answers browsers are told so.
func TestStaysWithHTTPS(t *testing.T) {
	const always = "max-age=63072000; includeSubDomains"
	s := startServer(t, Options{Content: few, TrustedProxies: []string{"10.0.0.0/8"}})
	named := startServer(t, Options{Content: few, BaseURL: "https://example.org"})
	for name, tt := range map[string]struct {
		s           *Server
		url, from   string
		proto, want string
	}{
		"https":                  {s, "https://example.org/", "203.0.113.1:1", "", always},
		"a trusted proxy":        {s, "http://example.org/nowhere", "10.1.2.3:1", "https", always},
		"somebody who claims it": {s, "http://example.org/", "203.0.113.1:1", "https", ""},
		"http":                   {s, "http://127.0.0.1/", "127.0.0.1:1", "", ""},
		"a base address":         {named, "http://127.0.0.1/practices", "127.0.0.1:1", "", always},
		"an error":               {named, "http://127.0.0.1/nowhere", "127.0.0.1:1", "", always},
	} {
		r := httptest.NewRequest("GET", tt.url, nil)
		r.RemoteAddr = tt.from
		if tt.proto != "" {
			r.Header.Set("X-Forwarded-Proto", tt.proto)
		}
		w := httptest.NewRecorder()
		tt.s.Handler().ServeHTTP(w, r)
		if got := w.Header().Get("Strict-Transport-Security"); got != tt.want {
			t.Errorf("%s: %q", name, got)
		}
	}
}

// TestNobodyBorrowsAnAddress shows whose word is taken on where a reader is.
func TestNobodyBorrowsAnAddress(t *testing.T) {
	s := startServer(t, Options{Content: few, TrustedProxies: []string{"10.0.0.0/8"}, Reads: 1})
	ask := func(from string, header ...string) int {
		r := httptest.NewRequest("GET", "/robots.txt", nil)
		r.RemoteAddr = from
		for i := 0; i+1 < len(header); i += 2 {
			r.Header.Add(header[i], header[i+1])
		}
		w := httptest.NewRecorder()
		s.Handler().ServeHTTP(w, r)
		return w.Code
	}
	ask("203.0.113.1:1")
	for _, header := range [][]string{nil, {"X-Forwarded-For", "198.51.100.7"}, {"X-Forwarded-For", "127.0.0.1"}, {"X-Real-IP", "198.51.100.8"}, {"Forwarded", "for=198.51.100.9"}, {"CF-Connecting-IP", "198.51.100.9"}, {"X-Appengine-Remote-Addr", "127.0.0.1"}} {
		if code := ask("203.0.113.1:1", header...); code != http.StatusTooManyRequests {
			t.Errorf("with %v: %d", header, code)
		}
	}
	// A proxy that is trusted writes the reader's address behind what the reader
	// wrote.
	ask("10.0.0.1:1", "X-Forwarded-For", "198.51.100.7")
	for _, claimed := range []string{"198.51.100.7", "192.0.2.1, 198.51.100.7", "127.0.0.1, 198.51.100.7", "10.0.0.9, 198.51.100.7, 10.0.0.2"} {
		if code := ask("10.0.0.1:1", "X-Forwarded-For", claimed); code != http.StatusTooManyRequests {
			t.Errorf("by a proxy, with %s: %d", claimed, code)
		}
	}
	if code := ask("10.0.0.1:1", "X-Forwarded-For", "198.51.100.99"); code != 200 {
		t.Errorf("another reader of the same proxy: %d", code)
	}
}

// TestBodiesEndWhereTheySay speaks to the server as a smuggler does.
func TestBodiesEndWhereTheySay(t *testing.T) {
	s := startServer(t, Options{Content: few})
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	served := make(chan error, 1)
	go func() { served <- s.Serve(ctx, l) }()
	defer func() {
		stop()
		if err := <-served; err != nil {
			t.Error(err)
		}
	}()
	for name, tt := range map[string]struct {
		text string
		want int
	}{
		"plain":              {"GET /robots.txt HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", 200},
		"two lengths":        {"POST /robots.txt HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\nConnection: close\r\n\r\nxx", 400},
		"a length and a sum": {"POST /robots.txt HTTP/1.1\r\nHost: a\r\nContent-Length: +1\r\nConnection: close\r\n\r\nx", 400},
		"an unknown way":     {"POST /robots.txt HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked\r\nConnection: close\r\n\r\n", 501},
		"two ways":           {"POST /robots.txt HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\nConnection: close\r\n\r\n0\r\n\r\n", 501},
		"no host":            {"GET /robots.txt HTTP/1.1\r\nConnection: close\r\n\r\n", 400},
		"two hosts":          {"GET /robots.txt HTTP/1.1\r\nHost: a\r\nHost: b\r\nConnection: close\r\n\r\n", 400},
		"a space in a name":  {"GET /robots.txt HTTP/1.1\r\nHost: a\r\nContent-Length : 1\r\nConnection: close\r\n\r\nx", 400},
		"a long header":      {"GET /robots.txt HTTP/1.1\r\nHost: a\r\nX: " + strings.Repeat("x", 2*maxHeaderBytes) + "\r\nConnection: close\r\n\r\n", 431},
	} {
		c, err := net.Dial("tcp", l.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		c.SetDeadline(time.Now().Add(20 * time.Second))
		go io.WriteString(c, tt.text) // the server may answer and hang up before the end
		answer, err := http.ReadResponse(bufio.NewReader(c), nil)
		if err != nil {
			t.Errorf("%s: %v", name, err)
		} else if answer.StatusCode != tt.want {
			t.Errorf("%s: %d, want %d", name, answer.StatusCode, tt.want)
		}
		c.Close()
	}
	// With both, the length does not count: what follows the last chunk is the
	// next request, and is answered as one.
	c, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	c.SetDeadline(time.Now().Add(20 * time.Second))
	fmt.Fprintf(c, "POST /robots.txt HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /healthz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
	in := bufio.NewReader(c)
	first, err := http.ReadResponse(in, nil)
	if err != nil {
		t.Fatal(err)
	}
	io.Copy(io.Discard, first.Body)
	if first.StatusCode != http.StatusMethodNotAllowed && first.StatusCode != http.StatusBadRequest {
		t.Errorf("a length and chunks: %d", first.StatusCode)
	}
	if second, err := http.ReadResponse(in, nil); err == nil && second.StatusCode != 200 {
		t.Errorf("what follows: %d", second.StatusCode)
	}
}

// TestFieldsComeFromTheForm shows that a form is what was sent as one: an
// address cannot add to it, a name given twice is taken once, and names that a
// page does not have change nothing.
func TestFieldsComeFromTheForm(t *testing.T) {
	s, store, _ := contributing(t)
	at := begunDraft(t, s, "en")
	token := strings.TrimPrefix(at, "/contribute/")
	before, err := store.ByToken(t.Context(), token)
	if err != nil {
		t.Fatal(err)
	}
	form := url.Values{"version": {versionOf(t, get(s, at).Body.String())}, "do": {"save"}, "title": {"One", "Two"}, "countries": {"ZM"},
		"state": {"published"}, "State": {"published"}, "id": {"mx-0004"}, "practice": {"mx-0004"}, "owner": {"me"}, "reviewer": {"me"}, "held": {"0"}, "credit": {"me"}, "path": {"../x"}, "body": {"---\ntitle: x"}, "reviewed_by": {"me"}, "editor": {"me"}}
	if w := postForm(s, at+"?title=Three&what-was-done=Three", form); w.Code != http.StatusSeeOther {
		t.Fatalf("saving: %d", w.Code)
	}
	after, err := store.ByToken(t.Context(), token)
	if err != nil || after.Title != "One" || strings.Contains(after.Body, "Three") || strings.Contains(after.Body, "reviewed_by") {
		t.Errorf("%v: %q\n%s", err, after.Title, after.Body)
	}
	if after.State != before.State || after.ID != before.ID || after.Practice != "" || after.Owner != "" || after.Reviewer != "" || after.Path != "" || after.Credit != before.Credit {
		t.Errorf("a form sets what it does not have: %+v", after)
	}
	admin := newKeeping(t, few)
	_, cookie := signIn(t, admin, "noor@example.org", review.Trainer)
	if w := as(admin, cookie, "/account/password?old="+url.QueryEscape(password), url.Values{"password": {"eleven red bicycles sing"}, "again": {"eleven red bicycles sing"}, "role": {"admin"}}); w.Code != http.StatusUnprocessableEntity {
		t.Errorf("a password in the address counts: %d", w.Code)
	}
}
