package server

import (
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/gin-gonic/gin"

	"opendoor/practices/review"
)

var part = regexp.MustCompile(`:[a-z]+`)

// knock sends a request of any method over https; header comes in pairs.
func knock(s *Server, method, path string, cookie *http.Cookie, header ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, "https://example.com"+path, nil)
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	if cookie != nil {
		r.AddCookie(cookie)
	}
	w := httptest.NewRecorder()
	s.Handler().ServeHTTP(w, r)
	return w
}

// TestRouteRoles walks every address that the site has: each says who may open
// it; those that need a role open for it and those above, and for nobody else,
// whatever id they name.
func TestRouteRoles(t *testing.T) {
	s := newKeeping(t, nil)
	levels := append([]review.Role{""}, roles...)
	cookies := map[review.Role]*http.Cookie{}
	closed := map[string]bool{}
	for _, route := range s.engine.Routes() {
		role, declared := s.doors.who[route.Method+" "+route.Path]
		if !declared {
			t.Errorf("%s %s says not who may open it", route.Method, route.Path)
		}
		if role == "" {
			// What only people with an account should reach is not left open by mistake.
			bare := withoutLanguage(s.languageOf(route.Path), route.Path)
			if strings.HasPrefix(bare, "/review") || strings.HasPrefix(bare, "/account") {
				t.Errorf("%s %s is open to everybody", route.Method, route.Path)
			}
			continue
		}
		// An account without a second factor opens itself alone.
		if bare := withoutLanguage(s.languageOf(route.Path), route.Path); !role.NeedsSecondFactor() && !strings.HasPrefix(bare, "/account") {
			t.Errorf("%s %s opens with a password alone", route.Method, route.Path)
		}
		if s.languageOf(route.Path) != defaultLanguage && s.languageOf(route.Path) != "ar" {
			continue // as in Arabic: the same loop declares them
		}
		closed[route.Path] = true
		path := part.ReplaceAllString(route.Path, "00000000000000000000000000")
		for i, level := range levels {
			if level != "" {
				// A fresh session, as some of these addresses end it.
				if cookies[level] == nil {
					_, cookies[level] = signIn(t, s, string(level)+"@example.org", level)
				}
				a, err := s.options.Review.AccountByEmail(t.Context(), string(level)+"@example.org")
				if err != nil {
					t.Fatal(err)
				}
				token, err := s.options.Review.StartSession(t.Context(), a.ID)
				if err != nil {
					t.Fatal(err)
				}
				cookies[level] = &http.Cookie{Name: secureCookie, Value: token}
			}
			w := knock(s, route.Method, path, cookies[level], "Sec-Fetch-Site", "same-origin")
			login := w.Code == http.StatusSeeOther && strings.Contains(w.Header().Get("Location"), "/login?to=")
			switch {
			case i == 0 && !login:
				t.Errorf("%s %s without an account: %d", route.Method, path, w.Code)
			case i > 0 && !level.May(role) && w.Code != http.StatusForbidden:
				t.Errorf("%s %s as %s: %d", route.Method, path, level, w.Code)
			case i > 0 && level.May(role) && (login || w.Code == http.StatusForbidden || w.Code >= 500):
				t.Errorf("%s %s as %s: %d to %q", route.Method, path, level, w.Code, w.Header().Get("Location"))
			}
			if w.Header().Get("Cache-Control") != "no-store" || w.Header().Get("X-Robots-Tag") != "noindex" {
				t.Errorf("%s %s as %q may be kept or listed", route.Method, path, level)
			}
		}
	}
	if len(closed) < 14 {
		t.Errorf("only %d addresses need a role", len(closed))
	}
}

// TestForeignForms sends every form of the site as a page of another site
// would, with the rights of an admin.
func TestForeignForms(t *testing.T) {
	s := newKeeping(t, nil)
	admin, cookie := signIn(t, s, "admin@example.org", review.Admin)
	mine := begun(t, s, "mx-0010")
	forms := 0
	for _, route := range s.engine.Routes() {
		if route.Method != http.MethodPost || s.languageOf(route.Path) != defaultLanguage {
			continue
		}
		forms++
		path := strings.Replace(route.Path, "/workshops/mine/:token", mine, 1)
		path = part.ReplaceAllString(path, admin.ID)
		for name, header := range map[string][]string{
			"another site":        {"Sec-Fetch-Site", "cross-site", "Origin", "https://evil.example"},
			"a neighbour":         {"Sec-Fetch-Site", "same-site", "Origin", "https://evil.example.com"},
			"an old browser":      {"Origin", "https://evil.example"},
			"a hidden origin":     {"Origin", "null"},
			"the same in http":    {"Origin", "http://example.com"},
			"no word and session": {},
		} {
			w := knock(s, "POST", path, cookie, append(header, "Content-Type", "application/x-www-form-urlencoded")...)
			if w.Code < 400 {
				t.Errorf("POST %s from %s: %d to %q", path, name, w.Code, w.Header().Get("Location"))
			}
		}
	}
	if forms < 18 {
		t.Errorf("only %d forms", forms)
	}
	if as(s, cookie, "/account", nil).Code != 200 {
		t.Error("another site has signed an admin out")
	}
}

func TestUndeclaredIsShut(t *testing.T) {
	s := newKeeping(t, nil)
	s.engine.GET("/in-haste", func(c *gin.Context) { c.String(200, "secret") })
	if w := get(s, "/in-haste"); w.Code != http.StatusForbidden || strings.Contains(w.Body.String(), "secret") {
		t.Errorf("%d: %.100s", w.Code, w.Body)
	}
}

func TestReadsAreCounted(t *testing.T) {
	now := time.Unix(1_800_000_000, 0)
	r := newRates(60, func() time.Time { return now })
	for i := range 61 {
		if wait := r.take("192.0.2.1"); (wait > 0) != (i == 60) {
			t.Fatalf("request %d: %v", i, wait)
		}
	}
	if r.take("192.0.2.2") > 0 {
		t.Error("another network waits too")
	}
	now = now.Add(time.Second)
	if r.take("192.0.2.1") > 0 {
		t.Error("after a second still refused")
	}
	for i := range maxNetworks + 5 {
		r.take(string(rune(i)) + "x")
	}
	if len(r.of) > maxNetworks {
		t.Errorf("%d networks are remembered", len(r.of))
	}
	s := startServer(t, Options{Content: fstest.MapFS{}, Reads: 2})
	from := func(address string) *httptest.ResponseRecorder {
		q := httptest.NewRequest("GET", "/robots.txt", nil)
		q.RemoteAddr = address
		w := httptest.NewRecorder()
		s.Handler().ServeHTTP(w, q)
		return w
	}
	for range 3 {
		from("[2001:db8::1]:5")
		from("127.0.0.1:5")
		from("[::1]:5")
	}
	if w := from("[2001:db8:0:aa::2]:5"); w.Code != http.StatusTooManyRequests || w.Header().Get("Retry-After") == "" {
		t.Errorf("a neighbour of the same /56: %d", w.Code)
	}
	for _, free := range []string{"[2001:db8:1::1]:5", "127.0.0.1:5", "[::1]:5"} {
		if w := from(free); w.Code != 200 {
			t.Errorf("%s: %d", free, w.Code)
		}
	}
}
