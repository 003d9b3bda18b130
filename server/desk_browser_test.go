package server

import (
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"opendoor/practices/review"
)

// as signs the browser in, or out again with no cookie.
func (r *reader) as(cookie *http.Cookie) {
	r.t.Helper()
	value := "; max-age=0"
	if cookie != nil {
		value = cookie.Value
	}
	ask[bool](r, fmt.Sprintf(`document.cookie = "%s=%s; path=/", true`, loopbackCookie, value))
}

// press sends keys to whatever has the focus.
func (r *reader) press(keys string) {
	r.t.Helper()
	r.do(chromedp.KeyEvent(keys))
}

// tab goes on by Tab until an element has the focus.
func (r *reader) tab(selector string) {
	r.t.Helper()
	for range 200 {
		r.press(kb.Tab)
		if ask[bool](r, fmt.Sprintf(`document.activeElement.matches(%q)`, selector)) {
			return
		}
	}
	r.t.Fatalf("%s is not reached by Tab", selector)
}

// enter presses Enter and waits for the page that it leads to.
func (r *reader) enter() {
	r.t.Helper()
	before := ask[float64](r, `performance.timeOrigin`)
	r.press(kb.Enter)
	r.arrive(before)
}

// TestBrowserDesk is the whole way of an account of what was done: a newcomer on
// a phone sends it, an editor reads it by keyboard and comments, the newcomer
// answers at the private address, it is accepted, public, and cited. The newcomer
// does without script as well.
func TestBrowserDesk(t *testing.T) {
	for _, script := range []bool{true, false} {
		t.Run(fmt.Sprintf("the newcomer's script %v", script), func(t *testing.T) {
			d := newDesk(t, few)
			r := newReaderOf(t, d.Server)
			_, editor := signIn(t, d.Server, "editor@example.org", review.Editor)
			newcomer := func() {
				r.as(nil)
				r.do(withoutScript(!script))
				r.size(390, "light")
			}
			atDesk := func() {
				r.do(withoutScript(false))
				r.size(1280, "light")
				r.as(editor)
			}
			r.open("/about")
			newcomer()
			r.open("/contribute")
			r.follow(".doors .button.main")
			r.answer("f-title", "Legal help at the airport")
			r.choose("f-countries", "ZM")
			r.follow("form.form .button.main")
			private, _, _ := strings.Cut(r.path(), "?")
			for name, values := range answers() {
				if id := "f-" + htmlID(name); name != "title" && name != "countries" {
					if ask[bool](r, fmt.Sprintf(`(() => { const f = document.getElementById(%q); if (!f || !("value" in f)) return false; f.value = %q; return true })()`, id, values[0])) {
						continue
					}
					r.tick(id + "-" + values[0])
				}
			}
			r.follow("button[value=look]")
			r.do(chromedp.Click(chromedp.CSS("input[name=agreed]")))
			r.follow("#send button")

			atDesk()
			r.open("/review?state=held") // it was written faster than people write
			if ask[int](r, `document.querySelectorAll("[data-queue] a").length`) == 0 {
				r.open("/review")
			}
			r.press("j")
			r.enter()
			desk := r.path()
			r.tab("form[action$='/claim'] button")
			r.enter()
			r.tab("#text")
			r.press("How many families in a year?")
			r.tab("form[action$='/comment'] button")
			r.enter()

			newcomer()
			r.open(private)
			if !ask[bool](r, `document.body.textContent.includes("How many families in a year?")`) {
				t.Fatal("the newcomer does not see the comment")
			}
			r.answer("answer", "About forty.")
			r.follow("form[action$='/answer'] button")

			atDesk()
			r.open(desk)
			if !ask[bool](r, `document.querySelector("#talk").textContent.includes("About forty.")`) {
				t.Error("the editor does not see the answer")
			}
			r.tab("button[value=accept]")
			r.enter()
			if said := ask[string](r, `[...document.querySelectorAll(".loud, #rules")].map(e => e.textContent).join(" ")`); said != "" {
				t.Fatalf("it is not accepted: %s", said)
			}
			d.publish(t)
			newcomer()
			r.open(private)
			r.follow(".button.main")
			if got := r.path(); got != "/practices/zm-0001" {
				t.Fatalf("the newcomer is led to %s", got)
			}
			// By keyboard: the middle of a link that runs over two lines is beside it.
			ask[bool](r, `document.querySelector("a[href*='/v/']:not([href*='/cite.'])").focus(), true`)
			r.enter()
			list, err := d.repository.Versions(t.Context(), "zm-0001")
			if err != nil {
				t.Fatal(err)
			}
			if got := r.path(); got != "/practices/zm-0001/v/"+list[0].ID || ask[string](r, `document.querySelector("h1").textContent`) != "Legal help at the airport" {
				t.Errorf("the version to cite is at %s", got)
			}
		})
	}
}

// deskPages are the pages of the desk with something on each of them.
func deskPages(t testing.TB, d *desk) []string {
	t.Helper()
	harmful := newcomer()
	harmful.Set("what-came-of-it", "Ana Gómez, 34, was freed. Call +260 97 123 4567.")
	entry, _ := d.sent(t, review.Entry, "", "", harmful, "")
	changed, base := d.changed(t, dutch, map[string]string{"title": "Another title", "sources.0.publisher": ""})
	moved, _ := d.sent(t, review.Change, dutch, base, changed, "")
	newer, _ := d.changed(t, dutch, map[string]string{"title": "A third title"})
	accepted, _ := d.sent(t, review.Change, dutch, base, newer, "A network")
	sub, err := d.store.Get(t.Context(), strings.TrimPrefix(accepted, "/review/"))
	if err == nil {
		_, err = d.store.Decide(t.Context(), review.Console, sub.ID, sub.Version, review.Decision{Verdict: review.Accept})
	}
	if err != nil {
		t.Fatal(err)
	}
	d.publish(t)
	source, err := d.current.catalogue.Get(dutch)
	if err != nil {
		t.Fatal(err)
	}
	file := "---\nid: " + dutch + "\nlang: ar\nof: " + source.TextHash() + "\nstate: reviewed\ntitle: عنوان\nsummary: ملخص.\n---\n## ما الذي جرى\nنص.\n"
	token, translation, err := d.store.Begin(t.Context(), review.Start{Kind: review.Translation, Practice: dutch, Text: review.Text{Title: "عنوان", Lang: "ar", Body: file}})
	if err == nil {
		_, err = d.store.Send(t.Context(), token, translation.Version, review.Sending{})
	}
	if err == nil {
		_, err = d.store.Comment(t.Context(), review.Console, strings.TrimPrefix(entry, "/review/"), "summary", "How many?")
	}
	if err != nil {
		t.Fatal(err)
	}
	return []string{"/review", entry + "?on=summary", entry + "/edit", moved, accepted, "/review/" + translation.ID, "/review/" + translation.ID + "/edit", "/review/translations", "/review/problems", "/review/audit", "/review/entries", "/review/entries/" + dutch}
}

// TestBrowserDeskAccessible runs axe over the pages of the desk, wide and on a
// phone, from left to right and from right to left.
func TestBrowserDeskAccessible(t *testing.T) {
	axe, err := os.ReadFile(tool(t, "node_modules/axe-core/axe.min.js"))
	if err != nil {
		t.Fatal(err)
	}
	d := newDesk(t, few)
	r := newReaderOf(t, d.Server)
	_, editor := signIn(t, d.Server, "editor@example.org", review.Editor)
	r.open("/about")
	r.as(editor)
	for i, address := range deskPages(t, d) {
		for lang, scheme := range map[string]string{"en": "light", "ar": "dark", "es": "light", "fr": "dark", "pt": "light"} {
			width := []int64{390, 1280}[(i+len(scheme))%2]
			r.size(width, scheme)
			r.open(inLanguage(lang, address))
			if wide := ask[int64](r, `document.documentElement.scrollWidth`); wide > width {
				t.Errorf("%s is %d px wide", address, wide)
			}
			ask[int](r, `document.querySelectorAll("details").forEach((d, i) => { if (i < 12) d.open = true }), 1`)
			r.do(run(string(axe)))
			for _, found := range ask[[]string](r, `axe.run({runOnly: ["wcag2a","wcag2aa","wcag21a","wcag21aa","wcag22aa","best-practice"]}).then(r => r.violations.map(v => v.id + ": " + v.help + ": " + v.nodes[0].html.slice(0, 200) + v.nodes[0].failureSummary))`) {
				t.Errorf("%s in %s: %s", address, lang, found)
			}
		}
	}
}

// TestDeskValidHTML gives the pages of the desk to the validators.
func TestDeskValidHTML(t *testing.T) {
	d := newDesk(t, few)
	_, editor := signIn(t, d.Server, "editor@example.org", review.Editor)
	dir := t.TempDir()
	var files []string
	for i, address := range deskPages(t, d) {
		for _, lang := range languages(t) {
			name := filepath.Join(dir, fmt.Sprintf("%s-%02d.html", lang, i))
			if err := os.WriteFile(name, as(d.Server, editor, inLanguage(lang, address), nil).Body.Bytes(), 0o600); err != nil {
				t.Fatal(err)
			}
			files = append(files, name)
		}
	}
	name := filepath.Join(dir, "signed-out.html")
	if err := os.WriteFile(name, as(d.Server, nil, "/ar/review/x/comment", url.Values{"text": {"Some words"}, "field": {"summary"}}).Body.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	files = append(files, name)
	findsNothing(t, pageValidators(t), files)
}
