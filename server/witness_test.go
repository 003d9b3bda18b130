package server

import (
	"bytes"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"opendoor/practices/review"
)

// overheard is what a log was told, for several goroutines.
type overheard struct {
	mu sync.Mutex
	bytes.Buffer
}

func (w *overheard) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.Buffer.Write(p)
}

// lines takes the lines that were told since it was last asked.
func (w *overheard) lines() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	lines := strings.Split(strings.TrimSuffix(w.String(), "\n"), "\n")
	w.Reset()
	return lines
}

// TestSecurityIsLogged does what an attacker does, and what an editor does, and
// reads what the log says of it: the event, the account, and no word that
// anybody typed.
func TestSecurityIsLogged(t *testing.T) {
	log := &overheard{}
	now := time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)
	s := newKeeping(t, few)
	s.witness = newWitness(slog.New(slog.NewTextHandler(log, nil)), func() time.Time { return now })
	editor, secret := enrolled(t, s, "edith@example.org", review.Editor)
	_, asTrainer := signIn(t, s, "noor@example.org", review.Trainer)
	code := func() string {
		c, err := totp.GenerateCode(secret, time.Now())
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	login := func(password, code string) *httptest.ResponseRecorder {
		return as(s, nil, "/login", url.Values{"email": {"edith@example.org"}, "password": {password}, "code": {code}})
	}
	shape := regexp.MustCompile(`^time=\S+(Z|[+-]\d\d:\d\d) level=(INFO|WARN) msg=security event=("[^"]+"|\S+) method=\S+ path=\S+ from=[0-9a-f]{8}( \S+=("[^"]*"|\S*))*$`)
	var in *http.Cookie
	for _, tt := range []struct {
		name string
		do   func()
		want []string // parts of the one line; none for no line
	}{
		{"a wrong password", func() { login("geheim und falsch", "") }, []string{`event="sign-in refused"`, "because=wrong", "path=/login"}},
		{"nobody", func() { as(s, nil, "/ar/login", url.Values{"email": {"who@example.org"}, "password": {password}}) }, []string{`event="sign-in refused"`, "because=wrong", "path=/ar/login"}},
		{"no code", func() { login(password, "") }, []string{`event="sign-in refused"`, `because="no code"`}},
		{"in", func() { in = kept(login(password, code())) }, []string{"level=INFO", `event="signed in"`, "account=" + editor.ID, `by="password and code"`}},
		{"reading", func() { as(s, in, "/practices", nil); as(s, in, "/account", nil); as(s, nil, "/nowhere", nil) }, nil},
		{"a role that is too low", func() { as(s, asTrainer, "/review", nil) }, []string{`event="kept out"`, "status=403", "because=role", "account="}},
		{"a form of another site", func() { knock(s, "POST", "/account/sessions", in, "Origin", "https://evil.example") }, []string{"status=403", `because="sent from another site"`, "account=" + editor.ID}},
		{"in the clear", func() { get(s, "http://example.org/login") }, []string{"status=403", `because="not over https"`}},
		{"a link that nobody has", func() { get(s, "/contribute/guessed-secret") }, []string{"status=404", `because="no such private link"`, "path=/contribute/:token"}},
		{"a line in a path", func() { get(s, "/contribute/x%0Atime=now%20level=ERROR%20msg=forged/look") }, []string{"status=404", "path=/contribute/:token/look"}},
		{"an invitation that nobody has", func() { as(s, nil, "/invite/guessed-secret", nil) }, []string{"status=404", "path=/invite/:token"}},
		{"too much", func() { as(s, nil, "/contribute/new", url.Values{"title": {strings.Repeat("x", maxForm)}}) }, []string{"status=413", `because="too large"`}},
		{"a role that is none", func() { as(s, in, "/review/accounts", url.Values{"role": {"owner"}}) }, []string{"status=403", "because=role"}},
		{"no proof", func() { as(s, in, "/account/sessions", url.Values{"old": {"geheim und falsch"}}) }, []string{`event="proof refused"`, "because=wrong"}},
		{"out", func() { as(s, in, "/logout", url.Values{}) }, []string{`event="signed out"`, "account=" + editor.ID}},
	} {
		tt.do()
		lines := log.lines()
		if len(tt.want) == 0 {
			if lines[0] != "" {
				t.Errorf("%s: %q", tt.name, lines)
			}
			continue
		}
		if len(lines) != 1 || !shape.MatchString(lines[0]) {
			t.Errorf("%s: %q", tt.name, lines)
			continue
		}
		for _, want := range tt.want {
			if !strings.Contains(lines[0], want) {
				t.Errorf("%s: no %s in %s", tt.name, want, lines[0])
			}
		}
		for _, private := range []string{"@", "geheim", "guessed", password, "192.0.2.1", "ERROR", "evil"} {
			if strings.Contains(lines[0], private) {
				t.Errorf("%s: tells %q: %s", tt.name, private, lines[0])
			}
		}
	}

	// Whoever tries again and again is one to the log, for a day, and cannot fill
	// it.
	from := func(address string) string {
		r := httptest.NewRequest("GET", "https://example.com/contribute/x", nil)
		r.RemoteAddr = address
		s.Handler().ServeHTTP(httptest.NewRecorder(), r)
		m := regexp.MustCompile(`from=([0-9a-f]+)`).FindStringSubmatch(strings.Join(log.lines(), "\n"))
		if m == nil {
			return ""
		}
		return m[1]
	}
	now = now.Add(time.Minute)
	one := from("203.0.113.1:5")
	if one == "" || from("203.0.113.1:77") != one || from("203.0.113.2:5") == one || from("[2001:db8::1]:5") != from("[2001:db8:0:1::2]:5") {
		t.Error("marks tell networks apart that are one, or make one of two")
	}
	now = now.Add(24 * time.Hour)
	if from("203.0.113.1:5") == one {
		t.Error("a mark lasts longer than a day")
	}
	now = now.Add(time.Minute)
	for range 3 * eventsPerMinute {
		get(s, "/contribute/x")
	}
	if n := len(log.lines()); n != eventsPerMinute {
		t.Errorf("%d lines of a flood", n)
	}
	now = now.Add(time.Minute)
	get(s, "/contribute/x")
	if lines := log.lines(); len(lines) != 2 || !strings.Contains(lines[0], `event="more than was written" "unsaid.kept out"=120`) {
		t.Errorf("after the flood: %q", lines)
	}
}
