package server

import (
	"context"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// overflow names what does not fit: the page itself, or words that their box
// cuts off.
const overflow = `(() => {
	const wrong = [], width = document.documentElement.clientWidth;
	if (document.documentElement.scrollWidth > width) wrong.push("the page is " + document.documentElement.scrollWidth + " px wide");
	for (const e of document.querySelectorAll("main *, header *, footer *")) {
		if (e.closest(".away, .past, svg, .slide, .scroll, .pan, pre, .chips, noscript") || !e.offsetParent) continue;
		const cut = getComputedStyle(e).overflowX !== "visible" && e.scrollWidth > e.clientWidth + 1;
		const box = e.getBoundingClientRect();
		if (cut || box.width > 0 && (box.left < -1 || box.right > width + 1)) wrong.push(e.tagName + "." + e.className + ": " + e.textContent.trim().slice(0, 60));
	}
	return wrong.slice(0, 3).join("; ") })()`

// TestBrowserPseudoLocales shows every kind of page in the pseudo-locales,
// wide and narrow: nothing is cut off, whatever a language makes of it.
func TestBrowserPseudoLocales(t *testing.T) {
	wanted(t) // before the server is made
	r := newReaderOf(t, newPseudoServer(t))
	for tag := range pseudoLocales {
		for _, kind := range append(kinds, "/figures", "/figures/reached", "/about/catalogue") {
			r.open(inLanguage(tag, kind))
			for _, width := range []int64{1280, 390} {
				r.size(width, "light")
				if found := ask[string](r, overflow); found != "" {
					t.Errorf("%s at %d px: %s", inLanguage(tag, kind), width, found)
				}
			}
		}
	}
}

// TestBrowserOffersTheLanguageOfTheReader opens pages in a browser set to
// other languages: the line is offered in the reader's, leads to the same
// question, and stays away once it has been closed.
func TestBrowserOffersTheLanguageOfTheReader(t *testing.T) {
	r := newReader(t)
	r.size(390, "light")
	speaks := func(languages string) {
		agent := ask[string](r, `navigator.userAgent`)
		r.do(chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
			_, err := cdp.Call(ctx, t, emulation.SetUserAgentOverride, emulation.SetUserAgentOverrideParams{UserAgent: agent, AcceptLanguage: languages})
			return err
		}))
	}
	const line = `document.querySelector(".offer")`
	speaks("es-MX,es,en")
	r.open("/practices?population=children&q=foster+care")
	r.do(chromedp.WaitVisible(chromedp.CSS(".offer")))
	if got := ask[string](r, line+`.lang + " " + `+line+`.dir + " " + `+line+`.querySelector("a").textContent`); got != "es ltr Esta página también está en español" {
		t.Errorf("the line says %q", got)
	}
	if found := ask[string](r, overflow); found != "" {
		t.Errorf("with the line, %s", found)
	}
	r.follow(".offer a")
	if got := r.path(); got != "/es/practices?population=children&q=foster+care" {
		t.Errorf("the line leads to %s", got)
	}
	ask[bool](r, `localStorage.clear(), true`)

	speaks("ar,en")
	r.open("/fr/about")
	r.do(chromedp.WaitVisible(chromedp.CSS(".offer")), chromedp.Click(chromedp.CSS(".offer button")))
	if ask[bool](r, line+` !== null`) {
		t.Error("the line is closed and still there")
	}
	r.open("/fr/glossary")
	// The script has run when the page is loaded, and found that it was closed.
	if ask[bool](r, line+` !== null || localStorage.length !== 1`) {
		t.Error("the line comes back after it was closed")
	}
	ask[bool](r, `localStorage.clear(), true`)
	r.open("/ar/about")
	if ask[bool](r, line+` !== null`) {
		t.Error("a page in the reader's language is offered in another")
	}
	if cookies := ask[string](r, `document.cookie`); strings.TrimSpace(cookies) != "" {
		t.Errorf("a cookie: %s", cookies)
	}
}
