package server

import (
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"opendoor/practices"
	"opendoor/practices/review"
)

// TestBrowserTranslate writes a translation on a phone, in Arabic, with and
// without script: it is kept, what a paragraph has lost is said beside it, and
// it is sent.
func TestBrowserTranslate(t *testing.T) {
	for _, script := range []bool{true, false} {
		t.Run(fmt.Sprintf("script %v", script), func(t *testing.T) {
			d := newDesk(t, few)
			r := newReaderOf(t, d.Server)
			r.size(390, "light")
			r.do(withoutScript(!script))
			r.open("/ar/practices/" + dutch)
			ask[bool](r, `document.querySelector("a[href*='/contribute/translate/']").focus(), true`)
			r.enter()
			r.follow(".form .button.main")
			at, _, _ := strings.Cut(r.path(), "?")
			token := strings.TrimPrefix(at, "/ar/contribute/")
			field := "p-what-was-done-0"
			if got := ask[string](r, fmt.Sprintf(`(f => getComputedStyle(f).direction + " " + f.lang)(document.getElementById(%q))`, field)); got != "rtl ar" {
				t.Errorf("the field is %s", got)
			}
			source, err := d.current.catalogue.Get(dutch)
			if err != nil {
				t.Fatal(err)
			}
			lost := ""
			for _, p := range practices.NewTranslation(source, "ar").Passages(source) {
				text := "نص " + p.Source
				if p.Name == "what-was-done.0" {
					lost, text = text, strings.ReplaceAll(text, "[1]", "")
				}
				if !ask[bool](r, fmt.Sprintf(`(f => { f.value = %q; f.dispatchEvent(new Event("input", {bubbles: true})); return true })(document.getElementById(%q))`, text, passageID(p.Name))) {
					t.Fatal(p.Name)
				}
			}
			if script { // said as they type, without leaving the page
				r.do(chromedp.WaitVisible(chromedp.CSS("#" + field + "-wrong:not(:empty)")))
			} else {
				r.follow("button[value=look]")
				if got := ask[string](r, `document.querySelector("#faults a").getAttribute("href")`); got != "#"+field {
					t.Errorf("the list of faults leads to %s", got)
				}
			}
			if wide := ask[int](r, `document.documentElement.scrollWidth`); wide > 390 {
				t.Errorf("the form is %d px wide", wide)
			}
			if script {
				r.accessible(at)
			}
			ask[bool](r, fmt.Sprintf(`(f => { f.value = %q; f.dispatchEvent(new Event("input", {bubbles: true})); return true })(document.getElementById(%q))`, lost, field))
			r.follow("button[value=look]")
			r.do(chromedp.Click(chromedp.CSS("input[name=agreed]")))
			if ask[bool](r, `document.querySelector("input[name=looked]") !== null`) {
				r.do(chromedp.Click(chromedp.CSS("input[name=looked]")))
			}
			r.follow("#send button")
			sub, err := d.store.ByToken(t.Context(), token)
			if err != nil || sub.State != review.Submitted || sub.Lang != "ar" || !strings.Contains(sub.Body, "نص ") {
				t.Errorf("%v %s %s", err, sub.State, sub.Lang)
			}
		})
	}
}
