package server

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/pquerna/otp/totp"

	"opendoor/practices/review"
)

// TestBrowserAccount is how an admin comes in, by the link of an invitation, and
// finds every page of an account accessible: in English and Arabic wide and
// light, and narrow and dark, in the other languages on a telephone.
func TestBrowserAccount(t *testing.T) {
	wanted(t)
	for _, lang := range languages(t) {
		t.Run(lang, func(t *testing.T) {
			looks := map[int64]string{390: "light"}
			if lang == "en" || lang == "ar" {
				looks = map[int64]string{1280: "light", 390: "dark"}
			}
			s := newKeeping(t, few)
			token, invited, err := s.options.Review.Invite(t.Context(), review.Console, "edith@example.org", "Edith", review.Admin)
			if err != nil {
				t.Fatal(err)
			}
			r := newReaderOf(t, s)
			look := func(name string) {
				t.Helper()
				for width, scheme := range looks {
					r.size(width, scheme)
					where := fmt.Sprintf("%s in %s at %d px, %s", name, lang, width, scheme)
					if wide := ask[int](r, `document.documentElement.scrollWidth`); int64(wide) > width {
						t.Errorf("%s scrolls sideways: %d px", where, wide)
					}
					ask[int](r, `document.querySelectorAll("details").forEach(d => { d.open = true }), 1`)
					r.accessible(where)
				}
			}
			r.open(inLanguage(lang, "/contribute"))
			r.follow(`a[href$="/login"]`)
			look("login")
			r.open(inLanguage(lang, "/login?because=weak"))
			look("login, refused")
			r.open(inLanguage(lang, "/invite/"+token))
			look("invite")
			r.do(chromedp.SendKeys(chromedp.CSS("#password"), password), chromedp.SendKeys(chromedp.CSS("#again"), password))
			r.follow(".form .button.main")
			look("factor")
			secret := strings.ReplaceAll(ask[string](r, `document.querySelector(".secret").textContent`), " ", "")
			code, err := totp.GenerateCode(secret, time.Now())
			if err != nil {
				t.Fatal(err)
			}
			r.do(chromedp.SendKeys(chromedp.CSS("#code"), code))
			r.follow(".form .button.main")
			look("codes")
			if n := ask[int](r, `document.querySelectorAll(".codes li").length`); n != 10 {
				t.Fatalf("%d recovery codes", n)
			}
			for range 2 {
				if _, err := s.options.Review.StartSession(t.Context(), invited.ID); err != nil {
					t.Fatal(err)
				}
			}
			r.follow(".account .button.main")
			look("account")
			if n := ask[int](r, `document.querySelectorAll("[name=session]").length`); n != 3 {
				t.Errorf("%d ways to end sessions", n)
			}
			r.do(chromedp.SendKeys(chromedp.CSS("#end-old"), "not this one at all"))
			r.follow(`form[action$="/sessions"] .button`)
			look("account, refused")
			r.do(chromedp.SendKeys(chromedp.CSS("#end-old"), password))
			r.follow(`form[action$="/sessions"] .button`)
			look("account, alone")
			if n := ask[int](r, `document.querySelectorAll("[name=session]").length`); n != 0 {
				t.Errorf("%d sessions are left to end", n)
			}
			r.open(inLanguage(lang, "/review/accounts"))
			r.do(chromedp.SendKeys(chromedp.CSS("#email"), "noor@example.org"))
			r.follow("form .button.main")
			look("accounts")
			r.open(inLanguage(lang, "/account"))
			r.follow("form.leave button")
			if got := r.path(); got != inLanguage(lang, "/login") {
				t.Errorf("signed out to %s", got)
			}
		})
	}
}

// TestAccountValidHTML gives every page of an account, in every language, to
// the validators.
func TestAccountValidHTML(t *testing.T) {
	s := newKeeping(t, few)
	admin, in := signIn(t, s, "admin@example.org", review.Admin)
	if _, err := s.options.Review.StartSession(t.Context(), admin.ID); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	var files []string
	for _, lang := range languages(t) {
		// Somebody who has not set up a second factor, and somebody who has not come
		// yet.
		token, bare, err := s.options.Review.Invite(t.Context(), review.Console, lang+"@example.org", "<Edith> & co", review.Editor)
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
		half := &http.Cookie{Name: secureCookie, Value: session}
		if token, _, err = s.options.Review.Invite(t.Context(), review.Console, "x-"+lang+"@example.org", "Noor", review.Trainer); err != nil {
			t.Fatal(err)
		}
		at := func(path string) string { return inLanguage(lang, path) }
		pages := []*httptest.ResponseRecorder{
			as(s, nil, at("/login"), nil), as(s, nil, at("/login?because=weak"), nil), as(s, nil, at("/login"), url.Values{"email": {"<x>"}, "password": {"x"}}),
			as(s, nil, at("/invite/"+token), nil), as(s, nil, at("/invite/none"), nil), as(s, half, at("/account/factor"), nil), as(s, half, at("/account"), nil),
			as(s, in, at("/account"), nil), as(s, in, at("/account/sessions"), url.Values{"old": {"x"}}), as(s, in, at("/review/accounts"), nil), as(s, nil, at("/contribute"), nil),
		}
		secret, _, err := s.options.Review.SecondFactorBegun(t.Context(), bare.ID)
		if err != nil {
			t.Fatal(err)
		}
		code, err := totp.GenerateCode(secret, time.Now())
		if err != nil {
			t.Fatal(err)
		}
		pages = append(pages, as(s, half, at("/account/factor"), url.Values{"code": {code}}))
		for i, page := range pages {
			name := filepath.Join(dir, fmt.Sprintf("%s-%02d.html", lang, i))
			if err := os.WriteFile(name, page.Body.Bytes(), 0o600); err != nil {
				t.Fatal(err)
			}
			files = append(files, name)
		}
	}
	findsNothing(t, pageValidators(t), files)
}
