package server

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/zitadel/oidc/v3/example/server/exampleop"
	"github.com/zitadel/oidc/v3/example/server/storage"
	"github.com/zitadel/oidc/v3/pkg/oidc"
	"github.com/zitadel/oidc/v3/pkg/op"

	"opendoor/practices/review"
)

// people are those whom a provider of the test knows, by name; the password of
// each is "verysecure".
type people map[string]*storage.User

func (p people) GetUserByID(id string) *storage.User         { return p[id] }
func (p people) GetUserByUsername(name string) *storage.User { return p[name] }
func (people) ExampleClientID() string                       { return "service" }

// withRoles is the provider's storage, which says of each its roles.
type withRoles struct {
	*storage.Storage
	roles map[string][]string
}

func (w *withRoles) SetUserinfoFromToken(ctx context.Context, info *oidc.UserInfo, token, subject, origin string) error {
	info.AppendClaims("realm_access", map[string]any{"roles": w.roles[subject]})
	return w.Storage.SetUserinfoFromToken(ctx, info, token, subject, origin)
}

// newProvider runs a provider of OpenID Connect on this machine.
func newProvider(t *testing.T, roles map[string][]string) *httptest.Server {
	t.Helper()
	known := people{}
	for name := range roles {
		known[name] = &storage.User{ID: name, Username: name, Password: "verysecure", FirstName: "Noor", LastName: "Haddad", Email: name + "@example.org", EmailVerified: name != "unverified"}
	}
	storage.RegisterClients(storage.WebClient("opendoor", "a secret", "https://example.com"+voucherReturn))
	var handler http.Handler
	provider := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { handler.ServeHTTP(w, r) }))
	t.Cleanup(provider.Close)
	var store exampleop.Storage = &withRoles{storage.NewStorage(known), roles}
	handler = exampleop.SetupServer(provider.URL, store, slog.New(slog.DiscardHandler), false, op.WithLogger(slog.New(slog.DiscardHandler)))
	return provider
}

// vouched goes the way of a browser to the provider and back, and gives the
// address to which it is sent back and the cookie of the journey.
func vouched(t *testing.T, s *Server, provider *httptest.Server, name, to string) (back string, journey *http.Cookie) {
	t.Helper()
	out := as(s, nil, "/login/oidc?to="+url.QueryEscape(to), nil)
	if out.Code != http.StatusSeeOther || !strings.HasPrefix(out.Header().Get("Location"), provider.URL) {
		t.Fatalf("%d to %q: %.300s", out.Code, out.Header().Get("Location"), out.Body)
	}
	jar, _ := cookiejar.New(nil)
	browser := &http.Client{Jar: jar, CheckRedirect: func(r *http.Request, _ []*http.Request) error {
		if r.URL.Host == "example.com" {
			return http.ErrUseLastResponse
		}
		return nil
	}}
	page, err := browser.Get(out.Header().Get("Location"))
	if err != nil {
		t.Fatal(err)
	}
	defer page.Body.Close()
	body, _ := io.ReadAll(page.Body)
	id := regexp.MustCompile(`name="id" value="([^"]+)"`).FindSubmatch(body)
	if id == nil {
		t.Fatalf("%s: %s", page.Request.URL, body)
	}
	done, err := browser.PostForm(provider.URL+"/login/username", url.Values{"id": {string(id[1])}, "username": {name}, "password": {"verysecure"}})
	if err != nil {
		t.Fatal(err)
	}
	done.Body.Close()
	u, err := url.Parse(done.Header.Get("Location"))
	if err != nil || u.Query().Get("code") == "" {
		t.Fatalf("%d to %q", done.StatusCode, done.Header.Get("Location"))
	}
	return u.RequestURI(), out.Result().Cookies()[0]
}

func TestOIDC(t *testing.T) {
	provider := newProvider(t, map[string][]string{"noor": {"offline_access", "trainer", "editor"}, "stranger": {"offline_access"}, "unverified": {"editor"}, "rival": {"admin"}})
	s := newKeeping(t, nil)
	s.vouches = newVoucher(OIDC{Issuer: provider.URL, Client: "opendoor", Secret: "a secret", RoleClaim: "realm_access.roles"})
	e, err := s.routes()
	if err != nil {
		t.Fatal(err)
	}
	s.engine = e
	if page := as(s, nil, "/login?to=/ar/account", nil).Body.String(); !strings.Contains(page, `href="/login/oidc?to=%2Far%2Faccount"`) {
		t.Error("no link to the other service")
	}
	back, journey := vouched(t, s, provider, "noor", "/ar/account")
	if !journey.HttpOnly || !journey.Secure || journey.Name != secureJourney || journey.SameSite != http.SameSiteLaxMode {
		t.Errorf("cookie %+v", journey)
	}
	refused := func(name, back string, cookie *http.Cookie, because string) {
		w := as(s, cookie, back, nil)
		if w.Code != http.StatusSeeOther || !strings.Contains(w.Header().Get("Location"), "login?because="+because) || kept(w) != nil {
			t.Errorf("%s: %d to %q", name, w.Code, w.Header().Get("Location"))
		}
	}
	refused("another browser", back, nil, "stale")
	refused("another state", strings.Replace(back, "state=", "state=x", 1), journey, "stale")
	refused("another issuer", back+"&iss=https://evil.example", journey, "refused")
	_, other := vouched(t, s, provider, "noor", "/")
	mixed := readJourney(journey.Value)
	mixed.verifier = readJourney(other.Value).verifier
	refused("another verifier", back, &http.Cookie{Name: secureJourney, Value: mixed.String()}, "refused")
	back, journey = vouched(t, s, provider, "noor", "/ar/account")
	mixed = readJourney(journey.Value)
	mixed.nonce = "another"
	refused("another nonce", back, &http.Cookie{Name: secureJourney, Value: mixed.String()}, "refused")
	refused("denied there", "/login/oidc/callback?error=access_denied&state="+mixed.state, journey, "refused")

	back, journey = vouched(t, s, provider, "noor", "/ar/account")
	w := as(s, journey, back, nil)
	in := kept(w)
	if w.Code != http.StatusSeeOther || w.Header().Get("Location") != "/ar/account" || in == nil {
		t.Fatalf("%d to %q: %.300s", w.Code, w.Header().Get("Location"), w.Body)
	}
	a, err := s.options.Review.AccountByEmail(t.Context(), "noor@example.org")
	if err != nil || a.Role != review.Editor || a.Name != "Noor Haddad" || a.LacksFactor() {
		t.Errorf("%+v, %v", a, err)
	}
	if w := as(s, in, "/account", nil); w.Code != 200 || strings.Contains(w.Body.String(), "/account/password") {
		t.Errorf("account: %d, or a password that is none", w.Code)
	}
	refused("an answer twice", back, journey, "refused")
	for _, name := range []string{"stranger", "unverified"} {
		back, journey := vouched(t, s, provider, name, "/fr/account")
		refused(name, back, journey, "unknown")
	}
	if _, err := s.options.Review.AccountByEmail(t.Context(), "stranger@example.org"); err == nil {
		t.Error("somebody without a role has an account")
	}
	// Whoever has a password here is not taken over by another service.
	enrolled(t, s, "rival@example.org", review.Trainer)
	back, journey = vouched(t, s, provider, "rival", "/")
	refused("an account with a password", back, journey, "unknown")

	provider.Close()
	s.vouches = newVoucher(s.vouches.OIDC)
	refused("away", "/login/oidc?to=/", nil, "away")
}

func TestRoleOfAClaim(t *testing.T) {
	for _, tt := range []struct {
		claim any
		want  review.Role
	}{
		{"editor", review.Editor}, {[]any{"trainer", "admin", "x"}, review.Admin}, {[]any{"Admin", "root"}, ""}, {nil, ""}, {42, ""}, {[]any{}, ""}, {map[string]any{"editor": true}, ""},
	} {
		if got := roleOf(tt.claim); got != tt.want {
			t.Errorf("%s: %q, want %q", fmt.Sprint(tt.claim), got, tt.want)
		}
	}
	claims := map[string]any{"a.b": "exact", "a": map[string]any{"b": "nested", "c": map[string]any{"d": "deep"}}}
	for name, want := range map[string]any{"a.b": "exact", "a.c.d": "deep", "a.x": nil, "b": nil, "a.c.d.e": nil} {
		if got := claimed(claims, name); got != want {
			t.Errorf("%s: %v", name, got)
		}
	}
}
