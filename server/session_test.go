package server

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/pquerna/otp/totp"

	"opendoor/practices/review"
)

// password is what everybody chooses in tests.
const password = "seven quiet herons wade"

// signIn makes an account of a role, with its second factor, and gives it with
// the cookie of a session over https.
func signIn(t testing.TB, s *Server, email string, role review.Role) (review.Account, *http.Cookie) {
	t.Helper()
	a, secret := enrolled(t, s, email, role)
	if role.NeedsSecondFactor() && secret == "" {
		t.Fatal("no second factor")
	}
	token, err := s.options.Review.StartSession(t.Context(), a.ID)
	if err != nil {
		t.Fatal(err)
	}
	return a, &http.Cookie{Name: secureCookie, Value: token}
}

// enrolled makes an account with the password, and where its role needs it a
// second factor, whose secret it gives.
func enrolled(t testing.TB, s *Server, email string, role review.Role) (a review.Account, secret string) {
	t.Helper()
	store := s.options.Review
	token, _, err := store.Invite(t.Context(), review.Console, email, "Somebody", role)
	if err != nil {
		t.Fatal(err)
	}
	if a, err = store.AcceptInvite(t.Context(), token, password); err != nil {
		t.Fatal(err)
	}
	if !role.NeedsSecondFactor() {
		return a, ""
	}
	if secret, _, err = store.BeginSecondFactor(t.Context(), a.ID); err != nil {
		t.Fatal(err)
	}
	// The code of the step before, so that that of now is still to be used. The
	// second try is for a step that ended in between.
	for try := 0; ; try++ {
		code, err := totp.GenerateCode(secret, time.Now().Add(-30*time.Second))
		if err != nil {
			t.Fatal(err)
		}
		if _, err = store.ConfirmSecondFactor(t.Context(), a.ID, code); err == nil {
			break
		}
		if try > 0 {
			t.Fatal(err)
		}
	}
	if a, err = store.Account(t.Context(), a.ID); err != nil {
		t.Fatal(err)
	}
	return a, secret
}

// as asks over https as somebody does who is signed in, or as a reader with no
// cookie; form is what a page of ours sends, nil to read.
func as(s *Server, cookie *http.Cookie, address string, form url.Values) *httptest.ResponseRecorder {
	method, body := "GET", ""
	if form != nil {
		method, body = "POST", form.Encode()
	}
	r := httptest.NewRequest(method, "https://example.com"+address, strings.NewReader(body))
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Sec-Fetch-Site", "same-origin")
	}
	if cookie != nil {
		r.AddCookie(cookie)
	}
	w := httptest.NewRecorder()
	s.Handler().ServeHTTP(w, r)
	return w
}

func TestNeeds(t *testing.T) {
	s := newKeeping(t, nil)
	trainer, asTrainer := signIn(t, s, "t@example.org", review.Trainer)
	_, asEditor := signIn(t, s, "e@example.org", review.Editor)
	token, bare, err := s.options.Review.Invite(t.Context(), review.Console, "bare@example.org", "Bare", review.Editor)
	if err != nil {
		t.Fatal(err)
	}
	if bare, err = s.options.Review.AcceptInvite(t.Context(), token, password); err != nil {
		t.Fatal(err)
	}
	session, err := s.options.Review.StartSession(t.Context(), bare.ID)
	if err != nil {
		t.Fatal(err)
	}
	e := gin.New()
	handle := s.needs(review.Editor, func(c *gin.Context) {
		a, in := s.signedIn(c)
		c.String(http.StatusOK, "%s %v", a.Role, in)
	})
	e.GET("/fr/desk", handle)
	e.POST("/fr/desk", handle)
	for name, tt := range map[string]struct {
		cookie   *http.Cookie
		method   string
		from     string
		status   int
		location string
	}{
		"nobody":          {nil, "GET", "", 303, "/fr/login?to=%2Ffr%2Fdesk%3Fa%3D1"},
		"nobody, a form":  {nil, "POST", "same-origin", 303, "/fr/login?to=%2Ffr%2Faccount"},
		"a made-up token": {&http.Cookie{Name: secureCookie, Value: "x"}, "GET", "", 303, "/fr/login?to=%2Ffr%2Fdesk%3Fa%3D1"},
		"wrong cookie":    {&http.Cookie{Name: loopbackCookie, Value: asEditor.Value}, "GET", "", 303, "/fr/login?to=%2Ffr%2Fdesk%3Fa%3D1"},
		"too low":         {asTrainer, "GET", "", 403, ""},
		"no factor":       {&http.Cookie{Name: secureCookie, Value: session}, "GET", "", 303, "/fr/account/factor"},
		"editor":          {asEditor, "GET", "", 200, ""},
		"editor, a form":  {asEditor, "POST", "same-origin", 200, ""},
		"foreign form":    {asEditor, "POST", "cross-site", 403, ""},
		"form of unknown": {asEditor, "POST", "", 403, ""},
	} {
		r := httptest.NewRequest(tt.method, "https://example.com/fr/desk?a=1", nil)
		if tt.from != "" {
			r.Header.Set("Sec-Fetch-Site", tt.from)
		}
		if tt.cookie != nil {
			r.AddCookie(tt.cookie)
		}
		w := httptest.NewRecorder()
		e.ServeHTTP(w, r)
		if w.Code != tt.status || w.Header().Get("Location") != tt.location || w.Header().Get("Cache-Control") != "no-store" {
			t.Errorf("%s: %d to %q, kept %q", name, w.Code, w.Header().Get("Location"), w.Header().Get("Cache-Control"))
		}
		if w.Code == 200 && w.Body.String() != "editor true" {
			t.Errorf("%s: %s", name, w.Body)
		}
	}
	if err := s.options.Review.Disable(t.Context(), review.Console, trainer.ID, true); err != nil {
		t.Fatal(err)
	}
	if w := as(s, asTrainer, "/", nil); w.Code != 200 {
		t.Errorf("home page with an ended session: %d", w.Code)
	}
}
