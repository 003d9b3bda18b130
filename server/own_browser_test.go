package server

import (
	"context"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// TestBrowserWorkshop is a trainer without an account: chooses four cases, puts
// them in another order by keyboard, writes a question and a decision, shows
// them on the screen by arrow keys, opens what follows the decision, and prints
// the handout. Nothing of it stands in anybody's way, in English or Arabic.
func TestBrowserWorkshop(t *testing.T) {
	s := newKeeping(t, nil)
	r := newReaderOf(t, s)
	r.size(1280, "light")
	r.open("/choose?country=MX")
	for _, id := range []string{"mx-0003", "mx-0004", "mx-0005", "mx-0010"} {
		r.do(chromedp.Click(chromedp.CSS(`input[name=id][value="` + id + `"]`)))
	}
	r.follow(`button[formaction$="/workshops/new"]`)
	r.answer("title", "Four from Mexico")
	r.follow(".write-in .button.main")
	mine := r.path()
	order := func() string {
		return ask[string](r, `[...document.querySelectorAll('input[name="case[]"]')].map(e => e.value).join(" ")`)
	}
	if got := order(); got != "mx-0003 mx-0004 mx-0005 mx-0010" {
		t.Fatalf("the workshop has %s", got)
	}

	// The last case goes to the first place: Tab to its button, Enter, and again
	// from where that leads.
	for range 3 {
		before := ask[float64](r, `performance.timeOrigin`)
		ask[bool](r, `document.querySelector("#case-mx-0010 h3 a").focus(), true`)
		for range 3 {
			r.do(chromedp.KeyEvent(kb.Tab))
			if ask[string](r, `document.activeElement.value ?? ""`) == "up mx-0010" {
				break
			}
		}
		r.do(chromedp.KeyEvent(kb.Enter))
		r.arrive(before)
	}
	if got := order(); got != "mx-0010 mx-0003 mx-0004 mx-0005" {
		t.Errorf("reordered by keyboard: %s", got)
	}
	ask[bool](r, `document.querySelector("#case-mx-0010 details").open = true`)
	r.answer("mx-0010-questions", "Who decides?")
	r.answer("mx-0010-decision", "A family arrives at night. Where do they sleep?")
	r.answer("mx-0010-then", "The entry does not tell.")
	r.answer("point-0-text", "What do you change on Monday?")
	r.answer("objective", "Compare four.")
	r.follow(`.apply button[value=look]`)
	public := r.path()

	r.follow(".does .button.main")
	turn := func(key string) {
		t.Helper()
		before := ask[float64](r, `performance.timeOrigin`)
		r.do(chromedp.KeyEvent(key))
		r.arrive(before)
	}
	turn(kb.ArrowRight) // the case
	turn(kb.ArrowRight) // its question
	if got := ask[string](r, `document.querySelector("h1").textContent`); got != "Who decides?" {
		t.Errorf("the third slide says %q", got)
	}
	turn(kb.ArrowRight)
	if !ask[bool](r, `document.querySelector(".decision .then p").checkVisibility() === false`) {
		t.Error("what follows the decision is open from the start")
	}
	r.do(chromedp.KeyEvent(kb.ArrowRight))
	r.do(chromedp.WaitVisible(chromedp.CSS(".decision .then p")))
	if got := r.path(); got != public+"/present/4" {
		t.Errorf("the decision is left before it is opened: %s", got)
	}
	turn(kb.ArrowLeft)
	if got := r.path(); got != public+"/present/3" {
		t.Errorf("back leads to %s", got)
	}
	turn(kb.Escape)
	if got := r.path(); got != public {
		t.Errorf("Escape leads to %s", got)
	}

	r.open(public + "/handout")
	r.do(command("Emulation.setEmulatedMedia", map[string]any{"media": "print"}))
	if got := ask[string](r, `[...document.querySelectorAll("header.masthead, .footer, .papers, nav")].filter(e => e.checkVisibility()).map(e => e.className || e.tagName).join(" ")`); got != "" {
		t.Errorf("on paper there is %s", got)
	}
	ctx, cancel := context.WithTimeout(r.ctx, time.Minute)
	pdf, err := chromedp.Run(ctx, chromedp.PrintToPDF(chromedp.PDFPaper(chromedp.PaperA4), chromedp.PDFPreferCSSPageSize()))
	cancel()
	if err != nil {
		t.Fatal(err)
	}
	if n := len(regexp.MustCompile(`/Type\s*/Page[^s]`).FindAll(pdf, -1)); n < 6 || n > 14 {
		t.Errorf("the handout has %d pages; a cover, four cases and the questions", n)
	}
	r.do(command("Emulation.setEmulatedMedia", map[string]any{"media": ""}))

	for _, look := range []struct {
		lang, scheme string
		width        int64
	}{{"en", "light", 1280}, {"ar", "dark", 390}} {
		r.size(look.width, look.scheme)
		for _, page := range []string{"/workshops/new?id=mx-0010", mine, mine + "/send", public, public + "/present/4", public + "/handout", public + "/worksheet", public + "/participants"} {
			address := inLanguage(look.lang, strings.TrimSuffix(page, "#case-mx-0010"))
			r.open(address)
			if wide := ask[int64](r, `document.documentElement.scrollWidth`); wide > look.width {
				t.Errorf("%s is %d px wide at %d", address, wide, look.width)
			}
			ask[int](r, `document.querySelectorAll("details").forEach(d => d.open = true), 1`)
			r.accessible(address)
		}
	}
}
