package server

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/pquerna/otp/totp"

	"opendoor/practices/review"
)

// TestBrowserAccount is how an admin comes in, by the link of an invitation, and
// finds every page of an account accessible, in English and Arabic, wide and
// narrow, light and dark.
func TestBrowserAccount(t *testing.T) {
	wanted(t)
	for _, lang := range []string{"en", "ar"} {
		t.Run(lang, func(t *testing.T) {
			s := newKeeping(t, nil)
			token, _, err := s.options.Review.Invite(t.Context(), review.Console, "edith@example.org", "Edith", review.Admin)
			if err != nil {
				t.Fatal(err)
			}
			r := newReaderOf(t, s)
			look := func(name string) {
				t.Helper()
				for _, width := range []int64{1280, 390} {
					for _, scheme := range []string{"light", "dark"} {
						r.size(width, scheme)
						where := fmt.Sprintf("%s in %s at %d px, %s", name, lang, width, scheme)
						if wide := ask[int](r, `document.documentElement.scrollWidth`); int64(wide) > width {
							t.Errorf("%s scrolls sideways: %d px", where, wide)
						}
						ask[int](r, `document.querySelectorAll("details").forEach(d => { d.open = true }), 1`)
						r.accessible(where)
					}
				}
			}
			r.open(inLanguage(lang, "/login"))
			look("login")
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
			r.follow(".account .button.main")
			look("account")
			r.open(inLanguage(lang, "/review/accounts"))
			r.do(chromedp.SendKeys(chromedp.CSS("#email"), "noor@example.org"))
			r.follow("form .button.main")
			look("accounts")
			r.open(inLanguage(lang, "/account"))
			r.follow(`form[action$="/logout"] .button`)
			if got := r.path(); got != inLanguage(lang, "/login") {
				t.Errorf("signed out to %s", got)
			}
		})
	}
}
