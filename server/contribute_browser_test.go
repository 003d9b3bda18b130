package server

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"opendoor/practices/review"
)

// answer writes into a field of the form, as a person does.
func (r *reader) answer(id, text string) {
	r.t.Helper()
	r.do(chromedp.SendKeys(chromedp.CSS("#"+id), text))
}

// choose takes one of the words of a list.
func (r *reader) choose(id, value string) {
	r.t.Helper()
	if !ask[bool](r, fmt.Sprintf(`(() => { const f = document.getElementById(%q); f.value = %q; f.dispatchEvent(new Event("input", {bubbles: true})); return f.value === %q })()`, id, value, value)) {
		r.t.Fatalf("%s cannot be %s", id, value)
	}
}

// run evaluates a script for what it does alone.
func run(script string) chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := chromedp.Evaluate[chromedp.Void](script)(ctx, t)
		return err
	})
}

// tick opens what a choice is folded in and ticks it.
func (r *reader) tick(id string) {
	r.t.Helper()
	ask[bool](r, fmt.Sprintf(`(() => { const f = document.getElementById(%q); for (let d = f.closest("details"); d; d = d.parentElement.closest("details")) d.open = true; return true })()`, id))
	r.do(chromedp.Click(chromedp.CSS("#" + id)))
}

// TestBrowserContribute is a newcomer on a phone: begins, writes half, closes
// the window, comes back, goes on, puts right what is wrong, and sends. It is
// the same with and without script, and nothing is lost on the way.
func TestBrowserContribute(t *testing.T) {
	for _, script := range []bool{true, false} {
		t.Run(fmt.Sprintf("script %v", script), func(t *testing.T) {
			s, store, _ := contributing(t)
			r := newReaderOf(t, s)
			r.size(390, "light")
			r.do(withoutScript(!script))
			r.open("/contribute")
			r.follow(".doors .button.main")
			r.answer("f-title", "Legal help at the airport")
			r.choose("f-countries", "ZM")
			r.follow("form.form .button.main")
			address, _, _ := strings.Cut(r.path(), "?")
			token := strings.TrimPrefix(address, "/contribute/")
			kept := func() review.Submission {
				sub, err := store.ByToken(t.Context(), token)
				if err != nil {
					t.Fatal(err)
				}
				return sub
			}

			r.answer("f-summary", "Two lawyers meet people who ask for asylum at the airport before anybody decides on detention, and since they came fewer people are held there.")
			r.answer("f-started", "last year")
			if script {
				// The form is kept as they type; the window closes without a word.
				r.do(chromedp.WaitVisible(chromedp.CSS("[data-status]:not(:empty)")))
			} else {
				r.follow("button[value=save]")
			}
			r.do(chromedp.Navigate("about:blank"))
			if sub := kept(); !strings.Contains(string(sub.Form), "last year") || !strings.Contains(sub.Body, "fewer people are held there") {
				t.Fatalf("what was written is not kept: %s", sub.Form)
			}
			r.open(address)
			if got := ask[string](r, `document.getElementById("f-started").value`); got != "last year" {
				t.Fatalf("on coming back, the field has %q", got)
			}

			r.choose("f-kind", "programme")
			r.answer("f-actors-0-name", "Lawyers Together")
			r.choose("f-actors-0-type", "civil-society")
			r.tick("f-populations-families")
			r.tick("f-measures-legal-aid")
			r.answer("f-what-was-done", "Two lawyers are at the airport every day. They meet people before anybody decides, explain the procedure and speak for them. The office calls them when somebody asks for asylum.[1] Families are seen first, in a room of their own. The work began with a letter between the office and the lawyers.[1]")
			r.answer("f-what-to-be-careful-about", "- There are only two lawyers, and none at night.[1]")
			r.answer("f-sources-0-title", "Annual report")
			r.answer("f-sources-0-publisher", "Lawyers Together")
			r.choose("f-sources-0-kind", "report")
			r.answer("f-sources-0-url", "https://example.org/report")
			r.follow("button[value=look]")
			r.follow(".after a.button.main") // one thing is to be put right
			if got := ask[string](r, `document.querySelector("#faults a").getAttribute("href")`); got != "#f-started" {
				t.Errorf("the list of faults leads to %s", got)
			}
			if script && ask[string](r, `document.activeElement.id`) != "faults" {
				t.Error("the focus is not on the list of faults")
			}
			if got := ask[int](r, `document.documentElement.scrollWidth`); got > 390 {
				t.Errorf("the form is %d px wide", got)
			}
			ask[bool](r, `document.getElementById("f-started").value = "", true`)
			r.answer("f-started", "2021-03")
			r.follow("button[value=look]")
			r.do(chromedp.Click(chromedp.CSS("input[name=agreed]")))
			r.follow("#send button")
			if sub := kept(); sub.State != review.Submitted || !strings.Contains(sub.Body, "started: '2021-03'") {
				t.Errorf("after sending it is %s\n%s", sub.State, sub.Body)
			}
			if got := ask[string](r, `document.querySelector("h1").textContent`); got != "Sent" {
				t.Errorf("the page says %q", got)
			}
		})
	}
}

// TestBrowserCopy keeps a copy on the device only for who asks for it, offers
// it back, and forgets it.
func TestBrowserCopy(t *testing.T) {
	s, _, _ := contributing(t)
	r := newReaderOf(t, s)
	r.size(390, "light")
	at := begunDraft(t, s, "en")
	r.open(at)
	r.answer("f-summary", "first words")
	if n := ask[int](r, `localStorage.length`); n != 0 {
		t.Fatalf("%d copies that nobody asked for", n)
	}
	r.do(chromedp.Click(chromedp.CSS("[data-keep]")))
	r.answer("f-summary", " and more")
	if got := ask[string](r, `localStorage.getItem(localStorage.key(0))`); !strings.Contains(got, "first words and more") {
		t.Errorf("the copy is %q", got)
	}
	ask[bool](r, `document.querySelector("[data-draft]").action, localStorage.setItem(localStorage.key(0), localStorage.getItem(localStorage.key(0)).replace("and more", "and newer")), true`)
	r.open(at)
	r.do(chromedp.Click(chromedp.CSS(".form > .notice button")))
	if got := ask[string](r, `document.getElementById("f-summary").value`); got != "first words and newer" {
		t.Errorf("the copy put in gives %q", got)
	}
	ask[bool](r, `document.querySelector("button[data-forget]").click(), true`)
	if n := ask[int](r, `localStorage.length`); n != 0 {
		t.Error("the copy is not forgotten")
	}
}

// formPages are one address of each page of the form, empty and full of
// faults, before and after sending.
func formPages(t testing.TB, s *Server, lang string) []string {
	t.Helper()
	at := begunDraft(t, s, lang)
	sent := begunDraft(t, s, lang)
	form := answers()
	form.Set("version", versionOf(t, get(s, sent).Body.String()))
	form.Set("what-was-done", form.Get("what-was-done")+" Call +260 97 123 4567.")
	postForm(s, sent, form)
	look := get(s, sent+"/look")
	pages := []string{inLanguage(lang, "/contribute"), inLanguage(lang, "/contribute/new"), inLanguage(lang, "/contribute/upload"), inLanguage(lang, "/contribute/change/mx-0004"),
		at + "?begun&check&more", at + "/look", sent + "/look", sent + "?status"}
	if look.Code != 200 {
		t.Fatal(look.Code)
	}
	if lang == "en" || lang == "ar" {
		translation := inLanguage(lang, begunTranslation(t, s, "mx-0004", "ar"))
		pages = append(pages, inLanguage(lang, "/contribute/translate"), inLanguage(lang, "/contribute/translate/mx-0004"), translation+"?begun&check")
	}
	return pages
}

// TestBrowserFormAccessible runs axe over the pages of the form in every
// language, on a phone.
func TestBrowserFormAccessible(t *testing.T) {
	wanted(t)
	s, _, _ := contributing(t)
	r := newReaderOf(t, s)
	for _, lang := range languages(t) {
		scheme := "light"
		if lang == "ar" {
			scheme = "dark"
		}
		r.size(390, scheme)
		for _, address := range formPages(t, s, lang) {
			r.open(address)
			if wide := ask[int](r, `document.documentElement.scrollWidth`); wide > 390 {
				t.Errorf("%s is %d px wide", address, wide)
			}
			ask[int](r, `document.querySelectorAll("details").forEach((d, i) => { if (i < 12) d.open = true }), 1`)
			r.accessible(address)
		}
	}
}

// TestFormValidHTML gives the pages of the form in every language to the
// validators.
func TestFormValidHTML(t *testing.T) {
	s, _, _ := contributing(t)
	dir := t.TempDir()
	var files []string
	for _, lang := range languages(t) {
		for i, address := range formPages(t, s, lang) {
			name := filepath.Join(dir, fmt.Sprintf("%s-%02d.html", lang, i))
			if err := os.WriteFile(name, get(s, address).Body.Bytes(), 0o600); err != nil {
				t.Fatal(err)
			}
			files = append(files, name)
		}
	}
	findsNothing(t, pageValidators(t), files)
}
