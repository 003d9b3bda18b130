package server

import (
	"context"
	"fmt"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// wanted skips a test that needs a browser or a validator where they are left
// out on purpose, as "make check" does.
func wanted(t testing.TB) {
	t.Helper()
	if os.Getenv("BROWSER_TESTS") == "skip" {
		t.Skip("left out; \"make test\" runs it")
	}
}

// needed says whether a missing tool fails the tests or skips them: it fails
// under CI and in "make test", which installs the tools.
func needed() bool {
	return os.Getenv("CI") == "true" || os.Getenv("BROWSER_TESTS") == "required"
}

func missing(t testing.TB, what string) {
	t.Helper()
	if needed() {
		t.Fatalf("%s is missing; tools/install installs it", what)
	}
	t.Skipf("%s is missing; \"make test\" installs it", what)
}

// tool finds a file that tools/install brings.
func tool(t testing.TB, path string) string {
	t.Helper()
	wanted(t)
	path = filepath.Join("..", "tools", filepath.FromSlash(path))
	if _, err := os.Stat(path); err != nil {
		missing(t, path)
	}
	return path
}

var browserPath = sync.OnceValue(func() string {
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	return ""
})

// running is the one browser of all readers; each has a profile of its own in
// it. It ends with the tests.
var running = sync.OnceValues(func() (context.Context, error) {
	opts := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(browserPath()), chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-background-networking", true),
		// A page kept for "back" has a document that the tests cannot reach.
		chromedp.Flag("disable-features", "BackForwardCache,Translate"))
	allocator, cancel := chromedp.NewExecAllocator(context.Background(), opts...)
	ctx, cancelTab := chromedp.NewContext(allocator)
	closeBrowser = func() { cancelTab(); cancel() }
	return ctx, chromedp.Do(ctx, chromedp.Navigate("about:blank"))
})

var closeBrowser = func() {}

func TestMain(m *testing.M) {
	code := m.Run()
	closeBrowser()
	os.Exit(code)
}

// A reader is a person at a browser, with the site in front of them.
type reader struct {
	t    *testing.T
	ctx  context.Context
	site string
}

// newReader opens a browser on a server of the shipped entries.
func newReader(t *testing.T) *reader {
	t.Helper()
	wanted(t)
	return newReaderOf(t, newServer(t, nil))
}

func newReaderOf(t *testing.T, s *Server) *reader {
	t.Helper()
	wanted(t)
	if browserPath() == "" {
		missing(t, "a Chromium browser")
	}
	site := httptest.NewServer(s.Handler())
	t.Cleanup(site.Close)
	browser, err := running()
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := chromedp.NewContext(browser, chromedp.WithNewBrowserContext())
	t.Cleanup(cancel)
	r := &reader{t: t, ctx: ctx, site: site.URL}
	if err := chromedp.Do(ctx, chromedp.Navigate("about:blank")); err != nil {
		t.Fatal(err)
	}
	return r
}

// do runs steps, with patience for a slow machine.
func (r *reader) do(steps ...chromedp.Action[chromedp.Void]) {
	r.t.Helper()
	ctx, cancel := context.WithTimeout(r.ctx, time.Minute)
	defer cancel()
	if err := chromedp.Do(ctx, steps...); err != nil {
		r.t.Fatal(err)
	}
}

func (r *reader) open(path string) { r.t.Helper(); r.do(chromedp.Navigate(r.site + path)) }

func ask[T any](r *reader, script string) T {
	r.t.Helper()
	ctx, cancel := context.WithTimeout(r.ctx, time.Minute)
	defer cancel()
	v, err := chromedp.Run(ctx, chromedp.Evaluate[T](script, chromedp.EvalAwaitPromise))
	if err != nil {
		r.t.Fatalf("%s: %v", script[:min(len(script), 80)], err)
	}
	return v
}

// path is where the reader is.
func (r *reader) path() string { return ask[string](r, `location.pathname + location.search`) }

// size sets the window, and the colours that the reader prefers.
func (r *reader) size(width int64, scheme string) {
	r.do(chromedp.EmulateViewport(width, 900), media(emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{
		{Name: "prefers-color-scheme", Value: scheme}, {Name: "prefers-reduced-motion", Value: "reduce"},
	}}))
}

func media(p emulation.SetEmulatedMediaParams) chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, emulation.SetEmulatedMedia, p)
		return err
	})
}

func withoutScript(off bool) chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: off})
		return err
	})
}

// follow clicks and waits until the next page is there.
func (r *reader) follow(selector string) {
	r.t.Helper()
	before := ask[float64](r, `performance.timeOrigin`)
	r.do(chromedp.Click(chromedp.CSS(selector)))
	r.arrive(before)
}

func (r *reader) arrive(before float64) {
	r.t.Helper()
	ctx, cancel := context.WithTimeout(r.ctx, 20*time.Second)
	defer cancel()
	for ctx.Err() == nil {
		now, err := chromedp.Run(ctx, chromedp.Evaluate[float64](`document.readyState === "complete" ? performance.timeOrigin : 0`))
		if err == nil && now != 0 && now != before {
			return
		}
	}
	r.t.Fatal("no new page")
}

// accessible runs axe over the page as it stands.
func (r *reader) accessible(where string) {
	r.t.Helper()
	axe, err := os.ReadFile(tool(r.t, "node_modules/axe-core/axe.min.js"))
	if err != nil {
		r.t.Fatal(err)
	}
	r.do(run(string(axe)))
	for _, f := range ask[[]string](r, `axe.run({runOnly: ["wcag2a","wcag2aa","wcag21a","wcag21aa","wcag22aa","best-practice"], resultTypes: ["violations"]}).then(r => r.violations.map(v =>
		v.id + ": " + v.help + ": " + v.nodes.slice(0, 2).map(n => n.html.slice(0, 200) + " " + n.failureSummary).join("; ")))`) {
		r.t.Errorf("%s: %s", where, f)
	}
}

// kinds are one address of every kind of page.
var kinds = []string{
	"/", "/practices", "/practices?view=table", "/practices?q=foster+care&population=children", "/practices?q=zzzz&country=MX",
	"/map", "/map?region=europe", "/map?country=MX", "/map?country=MT&population=children", "/map?q=zzzz", "/embed/map",
	"/practices/mx-0004", "/practices/us-0007", "/practices/gb-0001/lineage", "/countries", "/countries/mx", "/countries/is", "/regions/europe", "/glossary", "/glossary/case-management",
	"/workshops", "/workshops/by-another-name", "/workshops/by-another-name/present/2", "/workshops/open-doors/present/4", "/workshops/courts/handout",
	"/workshops/africa-referral/worksheet", "/workshops/courts/participants", "/workshops/courts/table", "/compare?id=nl-0001&id=us-0007", "/choose?country=NL",
	"/embed/practices/us-0007",
	"/about", "/accessibility", "/licences", "/nowhere",
}

// found reads how many practices a list says it has.
const found = `parseInt(document.querySelector("#tally").textContent)`

// TestBrowserStory is what a reader does: search, filter, open, go back, print.
func TestBrowserStory(t *testing.T) {
	for _, script := range []bool{true, false} {
		t.Run(fmt.Sprintf("script %v", script), func(t *testing.T) {
			r := newReader(t)
			r.size(1280, "light")
			r.do(withoutScript(!script))
			r.open("/")
			before := ask[float64](r, `performance.timeOrigin`)
			r.do(chromedp.SendKeys(chromedp.CSS("#q"), "foster care\r"))
			r.arrive(before)
			if got := r.path(); got != "/practices?q=foster+care" {
				t.Fatalf("search leads to %s", got)
			}
			all := ask[int](r, found)

			r.do(chromedp.Click(chromedp.CSS(`input[name=population][value="unaccompanied-and-separated-children"]`)))
			r.follow(`.facets form .button.main`)
			if got := r.path(); got != "/practices?q=foster+care&population=unaccompanied-and-separated-children" {
				t.Fatalf("filter leads to %s", got)
			}
			some := ask[int](r, found)
			if some == 0 || some >= all {
				t.Errorf("%d results of %d after filtering", some, all)
			}
			if ask[int](r, `document.querySelectorAll("mark").length`) == 0 {
				t.Error("nothing is marked")
			}

			r.follow(`.card h3 a`)
			entry := r.path()
			if !regexp.MustCompile(`^/practices/[a-z]+-\d{4}$`).MatchString(entry) {
				t.Fatalf("a result leads to %s", entry)
			}
			before = ask[float64](r, `performance.timeOrigin`)
			ask[bool](r, `history.back(), true`)
			r.arrive(before)
			if got := r.path(); got != "/practices?q=foster+care&population=unaccompanied-and-separated-children" {
				t.Errorf("back leads to %s", got)
			}
			if !ask[bool](r, `document.querySelector("input[type=checkbox][value=unaccompanied-and-separated-children]").checked`) {
				t.Error("the filter is lost on the way back")
			}
			r.follow(`.chip.on`)
			if got := r.path(); got != "/practices?q=foster+care" {
				t.Errorf("removing the filter leads to %s", got)
			}
			if got := ask[int](r, found); got != all {
				t.Errorf("%d results after removing the filter, %d before it", got, all)
			}
		})
	}
}

// TestBrowserKeyboard reaches search and a result without a mouse, and sees
// where it is at each step.
func TestBrowserKeyboard(t *testing.T) {
	r := newReader(t)
	r.size(1280, "light")
	r.open("/practices")
	r.do(chromedp.KeyEvent("\t"))
	if got := ask[string](r, `document.activeElement.className`); got != "skip" {
		t.Errorf("the first stop is %q, not the way past the masthead", got)
	}
	r.do(chromedp.KeyEvent("\r"), chromedp.KeyEvent("\t"))
	if got := ask[string](r, `document.activeElement.id`); got != "q" {
		t.Errorf("after skipping, the next stop is #%s, not the search box", got)
	}
	reached := false
	for range 120 {
		r.do(chromedp.KeyEvent("\t"))
		state := ask[string](r, `(() => { const e = document.activeElement, s = getComputedStyle(e), b = e.getBoundingClientRect();
			if (b.width === 0) return "hidden: " + e.outerHTML.slice(0, 80);
			if (s.outlineStyle === "none" && s.boxShadow === "none") return "no ring: " + e.outerHTML.slice(0, 80);
			return e.closest(".card") ? "card" : "" })()`)
		if state == "card" {
			reached = true
			break
		}
		if state != "" {
			t.Error(state)
		}
	}
	if !reached {
		t.Error("no result is reached with the keyboard")
	}
}

// TestBrowserSuggestions chooses a suggestion with the keyboard, and closes the
// list without choosing.
func TestBrowserSuggestions(t *testing.T) {
	for _, tt := range []struct{ page, typed, want string }{
		{"/", "thail", "/countries/th"},
		{"/ar", "تايلا", "/ar/countries/th"},
		{"/practices", "case manag", ""},
	} {
		r := newReader(t)
		r.size(390, "light")
		r.open(tt.page)
		r.do(chromedp.SendKeys(chromedp.CSS("#q"), tt.typed), chromedp.WaitVisible(chromedp.CSS(`.suggestions[data-for="`+tt.typed+`"] li`)))
		if got := ask[string](r, `document.querySelector("#q").getAttribute("aria-expanded")`); got != "true" {
			t.Errorf("%s: the list is open and aria-expanded is %s", tt.page, got)
		}
		if wide := ask[int](r, `document.documentElement.scrollWidth`); wide > 390 {
			t.Errorf("%s: the list makes the page %d px wide", tt.page, wide)
		}
		r.do(chromedp.KeyEvent(kb.ArrowDown))
		if got := ask[string](r, `document.getElementById(document.querySelector("#q").getAttribute("aria-activedescendant")).getAttribute("aria-selected")`); got != "true" {
			t.Errorf("%s: the chosen suggestion is not selected: %s", tt.page, got)
		}
		r.do(chromedp.KeyEvent(kb.Escape))
		if !ask[bool](r, `document.querySelector(".suggestions").hidden && document.activeElement.id === "q"`) {
			t.Errorf("%s: Escape does not close the list, or takes the focus away", tt.page)
		}
		if tt.want == "" {
			continue
		}
		r.open(tt.page)
		r.do(chromedp.SendKeys(chromedp.CSS("#q"), tt.typed), chromedp.WaitVisible(chromedp.CSS(`.suggestions[data-for="`+tt.typed+`"] li`)), chromedp.KeyEvent(kb.ArrowDown))
		before := ask[float64](r, `performance.timeOrigin`)
		r.do(chromedp.KeyEvent(kb.Enter))
		r.arrive(before)
		if got := ask[string](r, `decodeURI(location.pathname)`); got != tt.want {
			t.Errorf("%s: %q leads to %s, want %s", tt.page, tt.typed, got, tt.want)
		}
	}
}

// TestBrowserPrint prints entries: two A4 sheets at most, and nothing of the
// navigation.
func TestBrowserPrint(t *testing.T) {
	r := newReader(t)
	pages := regexp.MustCompile(`/Type\s*/Page[^s]`)
	s := newServer(t, nil)
	g := s.take()
	defer g.release()
	longest := map[string]bool{"mx-0004": true, "us-0007": true}
	for _, p := range g.catalogue.All() {
		if len(p.Body()) > 5200 || len(p.Figures) > 12 {
			longest[p.ID] = true
		}
	}
	for id := range longest {
		r.open("/practices/" + id)
		ctx, cancel := context.WithTimeout(r.ctx, time.Minute)
		pdf, err := chromedp.Run(ctx, chromedp.PrintToPDF(chromedp.PDFPaper(chromedp.PaperA4), chromedp.PDFPreferCSSPageSize()))
		cancel()
		if err != nil {
			t.Fatal(err)
		}
		if n := len(pages.FindAll(pdf, -1)); n > 2 {
			t.Errorf("%s prints on %d sheets", id, n)
		}
	}
}

// TestBrowserAccessible runs axe over every kind of page in every language on
// a phone, and in English and Arabic wide and dark too: the other languages
// have the same colours and the same layout. None scrolls sideways.
func TestBrowserAccessible(t *testing.T) {
	wanted(t)
	type look struct {
		width  int64
		scheme string
	}
	for _, lang := range languages(t) {
		t.Run(lang, func(t *testing.T) {
			t.Parallel()
			r := newReader(t)
			looks := []look{{390, "light"}}
			if lang == "en" || lang == "ar" {
				looks = append(looks, look{1280, "dark"})
			}
			for _, kind := range kinds {
				address := inLanguage(lang, kind)
				for _, l := range looks {
					r.size(l.width, l.scheme)
					r.open(address)
					for _, width := range []int64{1280, 390, l.width} {
						r.size(width, l.scheme)
						if wide := ask[int64](r, `document.documentElement.scrollWidth`); wide > width {
							t.Errorf("%s at %d px scrolls sideways: %d px", address, width, wide)
						}
					}
					// What is folded is looked at too.
					ask[int](r, `document.querySelectorAll("details").forEach((d, i) => { if (i < 12) d.open = true }), 1`)
					r.accessible(fmt.Sprintf("%s at %d px, %s", address, l.width, l.scheme))
				}
			}
		})
	}
}

// pageValidators are the programs that judge HTML, as command lines that want
// the names of files.
func pageValidators(t *testing.T) [][]string {
	t.Helper()
	jar := tool(t, "node_modules/vnu-jar/build/dist/vnu.jar")
	validate := tool(t, "node_modules/html-validate/bin/html-validate.mjs")
	for _, program := range []string{"java", "node"} {
		if _, err := exec.LookPath(program); err != nil {
			missing(t, program)
		}
	}
	return [][]string{
		{"java", "-Xss1m", "-jar", jar, "--errors-only", "--format", "gnu"},
		{"node", validate, "--config", "../tools/.htmlvalidate.json"},
	}
}

// findsNothing runs validators over files, and fails with what they find.
func findsNothing(t *testing.T, validators [][]string, files []string) {
	t.Helper()
	for _, v := range validators {
		if out, err := exec.Command(v[0], append(v[1:], files...)...).CombinedOutput(); err != nil {
			t.Errorf("%s: %v\n%s", strings.Join(v[:min(3, len(v))], " "), err, out)
		}
	}
}

// TestValidHTML gives every kind of page in every language, and the style
// sheet, to the validators.
func TestValidHTML(t *testing.T) {
	s := newServer(t, nil)
	dir := t.TempDir()
	var files []string
	write := func(name string, data []byte) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	versioned, fixed := newVersioned(t)
	for _, lang := range languages(t) {
		for i, kind := range kinds {
			files = append(files, write(fmt.Sprintf("%s-%02d.html", lang, i), get(s, inLanguage(lang, kind)).Body.Bytes()))
		}
		for i, kind := range fixed {
			files = append(files, write(fmt.Sprintf("%s-v%d.html", lang, i), get(versioned, inLanguage(lang, kind)).Body.Bytes()))
		}
	}
	var sheets []string
	for name, a := range s.set.Assets() {
		if strings.HasSuffix(name, ".css") {
			sheets = append(sheets, write(name, a.Data))
		}
	}
	findsNothing(t, pageValidators(t), files)
	findsNothing(t, [][]string{{"node", tool(t, "node_modules/stylelint/bin/stylelint.mjs"), "--config", "../tools/.stylelintrc.json"}}, sheets)
}
