package server

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"opendoor/practices/review"
)

// kept is the cookie that an answer sets, nil for none.
func kept(w *httptest.ResponseRecorder) *http.Cookie {
	for _, c := range w.Result().Cookies() {
		if (c.Name == secureCookie || c.Name == loopbackCookie) && c.MaxAge >= 0 {
			return c
		}
	}
	return nil
}

var shownSecret = regexp.MustCompile(`<code>([A-Z2-7]{4})</code>`)

func TestInvitedEditorComesIn(t *testing.T) {
	s := newKeeping(t, nil)
	token, _, err := s.options.Review.Invite(t.Context(), review.Console, "edith@example.org", "Edith", review.Editor)
	if err != nil {
		t.Fatal(err)
	}
	link := "/ar/invite/" + token
	if w := as(s, nil, link, nil); w.Code != 200 || !strings.Contains(w.Body.String(), `value="edith@example.org"`) || w.Header().Get("Cache-Control") != "no-store" {
		t.Fatalf("invitation: %d %v", w.Code, w.Header())
	}
	for name, form := range map[string]url.Values{
		"short":  {"password": {"short"}, "again": {"short"}},
		"common": {"password": {"password1234"}, "again": {"password1234"}},
		"differ": {"password": {password}, "again": {password + "!"}},
	} {
		if w := as(s, nil, link, form); w.Code != http.StatusUnprocessableEntity || kept(w) != nil || !strings.Contains(w.Body.String(), `role="alert"`) {
			t.Errorf("%s: %d", name, w.Code)
		}
	}
	w := as(s, nil, link, url.Values{"password": {password}, "again": {password}})
	first := kept(w)
	if w.Code != http.StatusSeeOther || w.Header().Get("Location") != "/ar/account/factor" || first == nil {
		t.Fatalf("%d to %q with %v", w.Code, w.Header().Get("Location"), first)
	}
	if !first.Secure || !first.HttpOnly || first.SameSite != http.SameSiteLaxMode || first.Path != "/" || first.Domain != "" || first.MaxAge != 0 {
		t.Errorf("cookie %+v", first)
	}
	if w := as(s, nil, link, nil); w.Code != http.StatusNotFound {
		t.Errorf("the link again: %d", w.Code)
	}
	one, two := as(s, first, "/ar/account/factor", nil).Body.String(), as(s, first, "/account/factor", nil).Body.String()
	secret := ""
	for _, m := range shownSecret.FindAllStringSubmatch(one, -1) {
		secret += m[1]
	}
	if len(secret) != 32 || !strings.Contains(one, `<svg class="qr"`) || len(shownSecret.FindAllString(two, -1)) != 8 || !strings.Contains(two, shownSecret.FindString(one)) {
		t.Fatalf("secret %q, or another on the second look", secret)
	}
	if w := as(s, first, "/account/factor", url.Values{"code": {"000000x"}}); w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), shownSecret.FindString(one)) {
		t.Errorf("a wrong code: %d", w.Code)
	}
	code, err := totp.GenerateCode(secret, time.Now().Add(-30*time.Second))
	if err != nil {
		t.Fatal(err)
	}
	w = as(s, first, "/account/factor", url.Values{"code": {code}})
	second := kept(w)
	codes := regexp.MustCompile(`<code>([A-Z2-7-]{20,})</code>`).FindAllStringSubmatch(w.Body.String(), -1)
	if w.Code != 200 || len(codes) != 10 || second == nil || second.Value == first.Value {
		t.Fatalf("%d, %d codes, cookie %v", w.Code, len(codes), second)
	}
	if w := as(s, first, "/account", nil); w.Code != http.StatusSeeOther {
		t.Errorf("the session without a second factor goes on: %d", w.Code)
	}
	if w := as(s, second, "/account", nil); w.Code != 200 || strings.Contains(w.Body.String(), codes[0][1]) {
		t.Errorf("account: %d, or recovery codes twice", w.Code)
	}
	if w := as(s, second, "/account/factor", nil); w.Code != http.StatusSeeOther {
		t.Errorf("a second factor that is on is shown: %d", w.Code)
	}
}

func TestLogin(t *testing.T) {
	s := newKeeping(t, nil)
	_, secret := enrolled(t, s, "edith@example.org", review.Editor)
	form := func(password, code, to string) url.Values {
		return url.Values{"email": {"Edith@example.org"}, "password": {password}, "code": {code}, "to": {to}}
	}
	if w := as(s, nil, "/fr/login?to=/fr/review/accounts", nil); w.Code != 200 || !strings.Contains(w.Body.String(), `value="/fr/review/accounts"`) {
		t.Fatalf("page: %d", w.Code)
	}
	wrong := as(s, nil, "/login", form("something else entirely", "", ""))
	unknown := as(s, nil, "/login", url.Values{"email": {"nobody@example.org"}, "password": {password}})
	if wrong.Code != http.StatusUnprocessableEntity || unknown.Code != wrong.Code || kept(wrong) != nil ||
		strings.ReplaceAll(unknown.Body.String(), "nobody@example.org", "") != strings.ReplaceAll(wrong.Body.String(), "Edith@example.org", "") {
		t.Errorf("a wrong password and an unknown address are told apart: %d, %d", wrong.Code, unknown.Code)
	}
	if strings.Contains(wrong.Body.String(), "something else entirely") {
		t.Error("a password comes back")
	}
	if w := as(s, nil, "/login", form(password, "", "")); w.Code != http.StatusUnprocessableEntity || kept(w) != nil {
		t.Errorf("without a code: %d", w.Code)
	}
	code, err := totp.GenerateCode(secret, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	// A token that somebody else planted before is worth nothing afterwards.
	planted := &http.Cookie{Name: secureCookie, Value: "planted"}
	w := as(s, planted, "/login", form(password, code, "/fr/practices?q=a"))
	in := kept(w)
	if w.Code != http.StatusSeeOther || w.Header().Get("Location") != "/fr/practices?q=a" || in == nil || in.Value == "planted" {
		t.Fatalf("%d to %q: %.300s", w.Code, w.Header().Get("Location"), w.Body)
	}
	if w := as(s, nil, "/login", form(password, code, "")); w.Code != http.StatusUnprocessableEntity {
		t.Errorf("a code twice: %d", w.Code)
	}
	if w := as(s, in, "/login?to=/practices", nil); w.Header().Get("Location") != "/practices" {
		t.Errorf("signed in already: %q", w.Header().Get("Location"))
	}
	w = as(s, in, "/logout", url.Values{})
	if w.Code != http.StatusSeeOther || w.Header().Get("Clear-Site-Data") != `"cache"` || !strings.Contains(w.Header().Get("Set-Cookie"), "__Host-sid=; Path=/; Max-Age=0; HttpOnly; Secure; SameSite=Lax") {
		t.Errorf("signed out: %d %q", w.Code, w.Header().Get("Set-Cookie"))
	}
	if w := as(s, in, "/account", nil); w.Code != http.StatusSeeOther {
		t.Errorf("the token after signing out: %d", w.Code)
	}
}

func TestLoginFlood(t *testing.T) {
	s := newKeeping(t, nil)
	enrolled(t, s, "edith@example.org", review.Trainer)
	var last *httptest.ResponseRecorder
	for range 8 {
		last = as(s, nil, "/login", url.Values{"email": {"edith@example.org"}, "password": {"wrong"}})
	}
	if last.Code != http.StatusTooManyRequests || last.Header().Get("Retry-After") == "" {
		t.Errorf("after eight tries: %d", last.Code)
	}
}

func TestLocalPath(t *testing.T) {
	for to, want := range map[string]string{
		"/account": "/account", "/ar/practices?q=a&b=c": "/ar/practices?q=a&b=c", "": "", "account": "", "//evil.example": "", "https://evil.example/": "", "/\\evil.example": "",
		"/\t/evil.example": "", "javascript:alert(1)": "", "/%": "", "\\\\evil.example": "", "http:/account": "", "///evil.example": "",
	} {
		if got := localPath(to); got != want {
			t.Errorf("%q: %q, want %q", to, got, want)
		}
	}
}

// TestOnlySafeConnections shows where somebody may sign in, and by what cookie.
func TestOnlySafeConnections(t *testing.T) {
	s := newKeeping(t, nil)
	var err error
	if s.proxies, err = prefixes([]string{"10.0.0.0/8", "192.0.2.9"}); err != nil {
		t.Fatal(err)
	}
	enrolled(t, s, "t@example.org", review.Trainer)
	for name, tt := range map[string]struct {
		url, from string
		header    []string
		cookie    string
	}{
		"https":                  {"https://example.org/login", "203.0.113.1:1", nil, secureCookie},
		"http":                   {"http://example.org/login", "203.0.113.1:1", nil, ""},
		"loopback":               {"http://127.0.0.1:8080/login", "127.0.0.1:5", nil, loopbackCookie},
		"loopback by name":       {"http://localhost:8080/login", "[::1]:5", nil, loopbackCookie},
		"loopback of IPv6":       {"http://[::1]:8080/login", "[::1]:5", nil, loopbackCookie},
		"another name":           {"http://rebound.example/login", "127.0.0.1:5", nil, ""},
		"a proxy beside us":      {"http://127.0.0.1:8080/login", "127.0.0.1:5", []string{"X-Forwarded-For", "203.0.113.1"}, ""},
		"a trusted proxy":        {"http://example.org/login", "10.1.2.3:5", []string{"X-Forwarded-Proto", "https"}, secureCookie},
		"another, by address":    {"http://example.org/login", "192.0.2.9:5", []string{"X-Forwarded-Proto", "https"}, secureCookie},
		"a trusted one, http":    {"http://example.org/login", "10.1.2.3:5", []string{"X-Forwarded-Proto", "http"}, ""},
		"somebody who claims it": {"http://example.org/login", "203.0.113.1:1", []string{"X-Forwarded-Proto", "https"}, ""},
	} {
		r := httptest.NewRequest("POST", tt.url, strings.NewReader(url.Values{"email": {"t@example.org"}, "password": {password}}.Encode()))
		r.RemoteAddr = tt.from
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Sec-Fetch-Site", "same-origin")
		for i := 0; i+1 < len(tt.header); i += 2 {
			r.Header.Set(tt.header[i], tt.header[i+1])
		}
		w := httptest.NewRecorder()
		s.Handler().ServeHTTP(w, r)
		switch c := kept(w); {
		case tt.cookie == "" && (w.Code != http.StatusForbidden || c != nil):
			t.Errorf("%s: %d, %v", name, w.Code, c)
		case tt.cookie != "" && (c == nil || c.Name != tt.cookie || c.Secure != (tt.cookie == secureCookie)):
			t.Errorf("%s: %d, %v", name, w.Code, c)
		}
	}
}

func TestOwnAccount(t *testing.T) {
	s := newKeeping(t, nil)
	a, secret := enrolled(t, s, "edith@example.org", review.Editor)
	var cookies []*http.Cookie
	for range 3 {
		token, err := s.options.Review.StartSession(t.Context(), a.ID)
		if err != nil {
			t.Fatal(err)
		}
		cookies = append(cookies, &http.Cookie{Name: secureCookie, Value: token})
	}
	page := as(s, cookies[0], "/account", nil).Body.String()
	if strings.Count(page, `name="session" value="`) != 3 || strings.Count(page, `name="session" value=""`) != 1 || strings.Contains(page, cookies[1].Value) {
		t.Errorf("two sessions to end: %.2000s", page)
	}
	// Whoever is signed in finds the way out on every page that is theirs.
	for _, address := range []string{"/account", "/ar/account", "/review", "/review/audit", "/fr/review/entries"} {
		if w := as(s, cookies[0], address, nil); w.Code != 200 || !strings.Contains(w.Body.String(), `<form class="leave" method="post" action="`+inLanguage(s.languageOf(address), "/logout")+`"`) {
			t.Errorf("%s has no way to sign out: %d", address, w.Code)
		}
	}
	if strings.Contains(as(s, cookies[0], "/practices", nil).Body.String(), "/logout") {
		t.Error("a public page knows who reads it")
	}
	if w := as(s, cookies[0], "/account/sessions", url.Values{"session": {review.SessionID(cookies[1].Value)}}); w.Code != http.StatusUnprocessableEntity || as(s, cookies[1], "/account", nil).Code != 200 {
		t.Errorf("without the password: %d, or the session is gone", w.Code)
	}
	as(s, cookies[0], "/account/sessions", url.Values{"session": {review.SessionID(cookies[1].Value)}, "old": {password}})
	if as(s, cookies[1], "/account", nil).Code != http.StatusSeeOther || as(s, cookies[2], "/account", nil).Code != 200 {
		t.Error("ending one session ends another, or none")
	}
	stranger, _ := signIn(t, s, "other@example.org", review.Trainer)
	if err := s.options.Review.EndSessionOf(t.Context(), stranger.ID, review.SessionID(cookies[2].Value)); err != nil || as(s, cookies[2], "/account", nil).Code != 200 {
		t.Errorf("somebody else ends a session: %v", err)
	}
	code, err := totp.GenerateCode(secret, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	if w := as(s, cookies[0], "/account/recovery", url.Values{"code": {"nonsense"}}); w.Code != http.StatusUnprocessableEntity {
		t.Errorf("recovery codes for nothing: %d", w.Code)
	}
	if w := as(s, cookies[0], "/account/recovery", url.Values{"code": {code}}); w.Code != http.StatusUnprocessableEntity {
		t.Errorf("recovery codes without the password: %d", w.Code)
	}
	w := as(s, cookies[0], "/account/recovery", url.Values{"code": {code}, "old": {password}})
	codes := regexp.MustCompile(`<li><code>([A-Z2-7-]+)</code>`).FindAllStringSubmatch(w.Body.String(), -1)
	if w.Code != 200 || len(codes) != 10 {
		t.Fatalf("new recovery codes: %d", w.Code)
	}
	const other = "eleven red bicycles sing"
	if w := as(s, cookies[0], "/account/password", url.Values{"old": {"not this one at all"}, "password": {other}, "again": {other}}); w.Code != http.StatusUnprocessableEntity {
		t.Errorf("without the old password: %d", w.Code)
	}
	if w := as(s, cookies[0], "/account/password", url.Values{"old": {password}, "password": {other}, "again": {other}}); w.Code != http.StatusUnprocessableEntity {
		t.Errorf("without a code: %d", w.Code)
	}
	w = as(s, cookies[0], "/account/password", url.Values{"old": {password}, "code": {codes[0][1]}, "password": {other}, "again": {other}})
	if w.Code != http.StatusSeeOther || kept(w) == nil {
		t.Fatalf("another password: %d %.300s", w.Code, w.Body)
	}
	if as(s, cookies[2], "/account", nil).Code != http.StatusSeeOther || as(s, kept(w), "/account", nil).Code != 200 {
		t.Error("a session outlives the password")
	}
}

func TestAccountsOfAdmins(t *testing.T) {
	s := newKeeping(t, nil)
	admin, in := signIn(t, s, "admin@example.org", review.Admin)
	invite := func(email, role string) *httptest.ResponseRecorder {
		return as(s, in, "/review/accounts", url.Values{"email": {email}, "name": {"<b>Noor</b>"}, "role": {role}})
	}
	w := invite("noor@example.org", "trainer")
	m := regexp.MustCompile(`https://example.com(/invite/[^"]+)"`).FindStringSubmatch(w.Body.String())
	if w.Code != http.StatusCreated || m == nil || as(s, nil, m[1], nil).Code != 200 {
		t.Fatalf("invitation: %d, link %v", w.Code, m)
	}
	if list := as(s, in, "/review/accounts", nil).Body.String(); strings.Contains(list, m[1]) || strings.Contains(list, "<b>Noor") {
		t.Error("the link is shown twice, or a name is markup")
	}
	for name, want := range map[string]int{"noor@example.org": 409, "not an address": 422} {
		if w := invite(name, "editor"); w.Code != want || !strings.Contains(w.Body.String(), `role="alert"`) {
			t.Errorf("%s: %d", name, w.Code)
		}
	}
	if w := invite("x@example.org", "owner"); w.Code != http.StatusBadRequest {
		t.Errorf("a role that is none: %d", w.Code)
	}
	noor, cookie := signIn(t, s, "noor2@example.org", review.Trainer)
	path := "/review/accounts/" + noor.ID
	if w := as(s, in, path+"/role", url.Values{"role": {"editor"}}); w.Code != http.StatusSeeOther || as(s, cookie, "/account", nil).Code != http.StatusSeeOther {
		t.Errorf("another role: %d, or the session goes on", w.Code)
	}
	if w := as(s, in, path+"/disable", url.Values{"disabled": {"1"}}); w.Code != http.StatusSeeOther {
		t.Errorf("disable: %d", w.Code)
	}
	if now, err := s.options.Review.Account(t.Context(), noor.ID); err != nil || !now.Disabled || now.Role != review.Editor {
		t.Errorf("%+v, %v", now, err)
	}
	if w := as(s, in, "/review/accounts/nobody/disable", url.Values{"disabled": {"1"}}); w.Code != http.StatusNotFound {
		t.Errorf("nobody: %d", w.Code)
	}
	if w := as(s, in, "/review/accounts/"+admin.ID+"/role", url.Values{"role": {"editor"}}); w.Code != http.StatusConflict {
		t.Errorf("the last admin: %d", w.Code)
	}
}
