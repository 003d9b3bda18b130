package server

import (
	"context"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/chromedp/cdproto/accessibility"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"opendoor/practices/entries"
	"opendoor/regions"
	"opendoor/templates"
)

// newMapServer serves the shipped entries with the script of the map, or as it
// is where nobody has built that.
func newMapServer(t *testing.T, bundle bool) *Server {
	t.Helper()
	s := newServer(t, nil)
	if _, built := s.set.Asset("map.js"); built && !bundle {
		s = newServer(t, entries.FS)
		rest := fstest.MapFS{}
		own := os.DirFS("../templates")
		err := fs.WalkDir(own, ".", func(name string, d fs.DirEntry, err error) error {
			if err == nil && !d.IsDir() && name != "script/map.js" {
				var data []byte
				data, err = fs.ReadFile(own, name)
				rest[name] = &fstest.MapFile{Data: data}
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if s.set, err = templates.LoadFrom(rest); err != nil {
			t.Fatal(err)
		}
	} else if !built && bundle {
		missing(t, "the script of the map (make assets)")
	}
	return s
}

// command is one of the protocol of the browser, by its name.
func command(method string, params map[string]any) chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, cdp.Command[map[string]any, cdp.Empty]{Method: method}, params)
		return err
	})
}

// until waits for a condition of the page.
func (r *reader) until(condition string) {
	r.t.Helper()
	ctx, cancel := context.WithTimeout(r.ctx, 20*time.Second)
	defer cancel()
	for ctx.Err() == nil {
		if ok, err := chromedp.Run(ctx, chromedp.Evaluate[bool](condition)); err == nil && ok {
			return
		}
	}
	r.t.Fatalf("it never comes to %s", condition)
}

// heard are the names of all links as a screen reader has them.
func (r *reader) heard() map[string]bool {
	r.t.Helper()
	names := map[string]bool{}
	r.do(chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		tree, err := cdp.Call(ctx, t, accessibility.GetFullAXTree, accessibility.GetFullAXTreeParams{})
		for _, n := range tree.Nodes {
			if n.Role != nil && n.Name != nil && string(n.Role.Value) == `"link"` {
				var name string
				if err := json.Unmarshal(n.Name.Value, &name); err != nil {
					return err
				}
				names[name] = true
			}
		}
		return err
	}))
	return names
}

// mapModes are the ways in which a reader may meet the map.
var mapModes = []struct {
	name, lang     string
	bundle, script bool
}{{"with the bundle", "en", true, true}, {"without the bundle", "ar", false, true}, {"without script", "en", false, false}}

// underTheMouse gives the links of the figure that a mouse can point at: for
// each, a point of its own is looked for.
const underTheMouse = `(() => {
	const figure = document.querySelector("figure.map"), found = [];
	figure.scrollIntoView({block: "center"});
	for (const a of figure.querySelectorAll("svg a")) {
		const part = a.querySelector("path, circle"), hit = (x, y) => document.elementFromPoint(x, y)?.closest("a") === a;
		const b = part.getBoundingClientRect();
		search: for (const n of [9, 40]) for (let i = 0; i <= n; i++) for (let j = 0; j <= n; j++)
			if (hit(b.left + b.width * i / n, b.top + b.height * j / n)) { found.push(a.getAttribute("href")); break search }
	}
	return found;
})()`

// TestBrowserMapReach reaches every country of the catalogue on the map, by
// mouse, by keyboard and by its name for a screen reader, with and without
// the bundle and without any script. A country that circles cover on the map
// of the world is reached by mouse on that of its region.
func TestBrowserMapReach(t *testing.T) {
	for _, mode := range mapModes {
		t.Run(mode.name, func(t *testing.T) {
			wanted(t)
			s := newMapServer(t, mode.bundle)
			g := s.take()
			defer g.release()
			r := newReaderOf(t, s)
			r.size(1280, "light")
			r.do(withoutScript(!mode.script))
			address := inLanguage(mode.lang, "/map")
			r.open(address)
			if mode.bundle {
				r.until(`document.querySelector("figure.split") !== null`)
			}
			pointed := ask[[]string](r, underTheMouse)
			names := r.heard()
			focused := map[string]bool{}
			ask[int](r, `document.querySelector(".past").focus(), 0`)
			for range 300 {
				r.do(chromedp.KeyEvent("\t"))
				state := ask[string](r, `(() => { const e = document.activeElement, b = e.getBoundingClientRect();
					if (e.closest(".words")) return "past";
					return b.right < 0 || b.left > innerWidth || b.bottom < 0 || b.top > innerHeight ? "unseen " + e.outerHTML.slice(0, 90) : e.getAttribute("href") ?? "" })()`)
				if strings.HasPrefix(state, "unseen") {
					t.Errorf("the focus is on what is not in sight: %s", state)
				}
				if state == "past" {
					break
				}
				focused[state] = true
			}
			v := &visit{generation: g, set: s.set, lang: mode.lang}
			counts := g.catalogue.Countries()
			covered := map[regions.RegionID][]string{}
			for code := range counts {
				to := address + "?country=" + string(code)
				if !focused[to] {
					t.Errorf("%s is not reached with the keyboard", code)
				}
				if name := v.areaLabel(code, counts); !names[name] {
					t.Errorf("no link is called %q", name)
				}
				if !slices.Contains(pointed, to) {
					c, _ := regions.Lookup(code)
					covered[c.Region] = append(covered[c.Region], to)
				}
			}
			for region, those := range covered {
				r.open(address + "?region=" + string(region))
				pointed := ask[[]string](r, underTheMouse)
				for _, to := range those {
					if !slices.Contains(pointed, to) {
						t.Errorf("nothing to point at leads to %s, neither on the map of the world nor on that of %s", to, region)
					}
				}
			}
			t.Logf("by mouse on the map of the region alone: %v", covered)
		})
	}
}

// nearness reads how near the map is.
const nearness = `+(/scale\(([\d.]+)\)/.exec(document.querySelector("figure.map svg > g").getAttribute("transform"))?.[1] ?? 1)`

// inMotion opens a map with the bundle and watches for what the content policy
// refuses.
func inMotion(t *testing.T, address string, width int64) *reader {
	r := newReaderOf(t, newMapServer(t, true))
	r.size(width, "light")
	r.do(command("Emulation.setTouchEmulationEnabled", map[string]any{"enabled": width < 500, "maxTouchPoints": 2}))
	r.open(address)
	r.until(`document.querySelector("figure.split") !== null`)
	ask[int](r, `window.refused = [], addEventListener("securitypolicyviolation", e => refused.push(e.violatedDirective + " " + e.sourceFile)), addEventListener("error", e => refused.push(e.message)),
		document.querySelector("figure.map").scrollIntoView({block: "center"}), 0`)
	return r
}

func (r *reader) refusedNothing() {
	r.t.Helper()
	if refused := ask[[]string](r, `refused`); len(refused) > 0 {
		r.t.Errorf("refused or failed: %v", refused)
	}
}

// middle is the middle of the figure on the screen.
func (r *reader) middle() (x, y float64) {
	p := ask[[]float64](r, `(() => { const b = document.querySelector("figure.map svg").getBoundingClientRect(); return [(b.left + b.right) / 2, (b.top + b.bottom) / 2] })()`)
	return p[0], p[1]
}

// TestBrowserMapMotion is what a reader does with the map when it moves.
func TestBrowserMapMotion(t *testing.T) {
	wanted(t)
	r := inMotion(t, "/map", 1280)
	x, y := r.middle()
	mouse := func(kind string, x, y float64, more map[string]any) chromedp.Action[chromedp.Void] {
		params := map[string]any{"type": kind, "x": x, "y": y}
		for k, v := range more {
			params[k] = v
		}
		return command("Input.dispatchMouseEvent", params)
	}

	// The wheel scrolls the page and says how to zoom; with Ctrl it zooms.
	r.do(mouse("mouseWheel", x, y, map[string]any{"deltaX": 0, "deltaY": 30}))
	r.until(`!document.querySelector(".hint").hidden`)
	if k := ask[float64](r, nearness); k != 1 {
		t.Errorf("a bare wheel zooms to %v", k)
	}
	ask[int](r, `document.querySelector("figure.map").scrollIntoView({block: "center"}), 0`)
	x, y = r.middle()
	r.do(mouse("mouseWheel", x, y, map[string]any{"deltaX": 0, "deltaY": -200, "modifiers": 2}))
	r.until(nearness + ` > 1.5`)

	// All, by its button; then the buttons, the keys, and what is said.
	button := func(n int) chromedp.Action[chromedp.Void] {
		return chromedp.Click(chromedp.CSS(fmt.Sprintf(".zoom button:nth-child(%d)", n)))
	}
	r.do(button(3))
	r.until(nearness + ` === 1`)
	if !ask[bool](r, `document.querySelector(".zoom button:nth-child(2)").getAttribute("aria-disabled") === "true"`) {
		t.Error("the whole world can be zoomed out of")
	}
	r.do(button(1))
	r.until(nearness + ` === 2 && document.querySelector("figure.parted") !== null`)
	r.until(`/^Zoom 2\. \d+ practices? with a place in view\.$/.test([...document.querySelectorAll("p[role=status]")].at(-1).textContent)`)
	ask[int](r, `document.querySelector(".pan").focus({preventScroll: true}), 0`)
	before := ask[string](r, `document.querySelector("figure.map svg > g").getAttribute("transform")`)
	r.do(chromedp.KeyEvent(kb.ArrowRight))
	r.until(fmt.Sprintf(`document.querySelector("figure.map svg > g").getAttribute("transform") !== %q`, before))
	r.do(chromedp.KeyEvent("+"))
	r.until(nearness + ` === 4`)
	r.until(`document.querySelector("figure.map svg").dataset.level === "mid"`)
	r.do(chromedp.KeyEvent(kb.Escape))
	r.until(nearness + ` === 2`)
	r.do(chromedp.KeyEvent("0"))
	r.until(nearness + ` === 1 && !document.querySelector("figure.parted")`)

	// A drag moves a map that is near and follows no link; it stays in its frame.
	r.do(button(1))
	r.until(nearness + ` === 2`)
	before = ask[string](r, `document.querySelector("figure.map svg > g").getAttribute("transform")`)
	r.do(mouse("mousePressed", x, y, map[string]any{"button": "left", "clickCount": 1}), mouse("mouseMoved", x+40, y+10, map[string]any{"button": "left", "buttons": 1}),
		mouse("mouseMoved", x+80, y+20, map[string]any{"button": "left", "buttons": 1}), mouse("mouseReleased", x+80, y+20, map[string]any{"button": "left", "clickCount": 1}))
	r.until(fmt.Sprintf(`document.querySelector("figure.map svg > g").getAttribute("transform") !== %q`, before))
	if got := r.path(); got != "/map" {
		t.Fatalf("a drag leads to %s", got)
	}
	r.do(button(3))
	r.until(nearness + ` === 1`)

	// A circle splits, and the focus stays with its place.
	whole := ask[int](r, `document.querySelectorAll("figure.map a.dot").length`)
	ask[int](r, `[...document.querySelectorAll("figure.map a.dot")].find(a => a.querySelector("text")).focus({preventScroll: true}), 0`)
	r.do(chromedp.KeyEvent("\r"))
	r.until(nearness + ` > 2 && document.activeElement.closest("a.dot")?.closest("g > g > a, g > g") !== null`)
	if got := ask[string](r, `document.activeElement.getAttribute("class")`); got != "dot" {
		t.Errorf("after a circle has split the focus is on %q", got)
	}
	if split := ask[int](r, `document.querySelectorAll("figure.map svg > g > g a.dot").length`); split <= whole {
		t.Errorf("%d circles from near, %d from afar", split, whole)
	}

	// What gets the focus out of sight is brought into sight.
	ask[int](r, `document.querySelector('figure.map a[data-code="AU"]').focus({preventScroll: true}), 0`)
	r.until(`(() => { const f = document.querySelector("figure.map svg").getBoundingClientRect(), b = document.activeElement.getBoundingClientRect();
		return Math.min(b.right, f.right) - Math.max(b.left, f.left) > 10 && Math.min(b.bottom, f.bottom) - Math.max(b.top, f.top) > 10 })()`)
	r.accessible("a map from near")
	r.refusedNothing()

	// A country is a link, from near as from afar.
	start := ask[float64](r, `performance.timeOrigin`)
	r.do(chromedp.KeyEvent("\r"))
	r.arrive(start)
	if got := r.path(); got != "/map?country=AU" {
		t.Errorf("Australia leads to %s", got)
	}
}

// accessible runs axe over the page as it stands.
func (r *reader) accessible(where string) {
	r.t.Helper()
	axe, err := os.ReadFile(tool(r.t, "node_modules/axe-core/axe.min.js"))
	if err != nil {
		r.t.Fatal(err)
	}
	r.do(chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := chromedp.Evaluate[chromedp.Void](string(axe))(ctx, t)
		return err
	}))
	for _, f := range ask[[]string](r, `axe.run({runOnly: ["wcag2a","wcag2aa","wcag21a","wcag21aa","wcag22aa","best-practice"]}).then(r => r.violations.map(v => v.id + ": " + v.help + " " + v.nodes[0].html.slice(0, 200)))`) {
		r.t.Errorf("%s: %s", where, f)
	}
}

// TestBrowserMapTouch pinches the map on a phone, in Arabic: two fingers zoom
// it, one finger drags it only when it is near, and numbers are Arabic.
func TestBrowserMapTouch(t *testing.T) {
	wanted(t)
	r := inMotion(t, "/ar/map?region=mena", 390)
	x, y := ask[float64](r, `innerWidth / 2`), 0.0
	_, y = r.middle()
	touch := func(kind string, xs ...float64) chromedp.Action[chromedp.Void] {
		points := []map[string]any{}
		for i, at := range xs {
			points = append(points, map[string]any{"x": at, "y": y, "id": i})
		}
		return command("Input.dispatchTouchEvent", map[string]any{"type": kind, "touchPoints": points})
	}
	r.do(touch("touchStart", x), touch("touchMove", x+30), touch("touchEnd"))
	if k := ask[float64](r, nearness); k != 1 {
		t.Errorf("one finger zooms to %v", k)
	}
	r.do(touch("touchStart", x-20, x+20), touch("touchMove", x-40, x+40), touch("touchMove", x-80, x+80), touch("touchEnd"))
	r.until(nearness + ` > 2`)
	before := ask[string](r, `document.querySelector("figure.map svg > g").getAttribute("transform")`)
	r.do(touch("touchStart", x), touch("touchMove", x+30), touch("touchMove", x+60), touch("touchEnd"))
	r.until(fmt.Sprintf(`document.querySelector("figure.map svg > g").getAttribute("transform") !== %q`, before))
	r.until(`/[٠-٩]/.test([...document.querySelectorAll("p[role=status]")].at(-1).textContent)`)
	if wide := ask[int](r, `document.documentElement.scrollWidth`); wide > 390 {
		t.Errorf("the page is %d px wide", wide)
	}
	if ask[bool](r, `[...document.querySelectorAll("figure.map .dot text")].some(e => /[0-9]/.test(e.textContent))`) {
		t.Error("a circle has digits of another script")
	}
	r.accessible("a map from near, in Arabic")
	r.refusedNothing()
}

// TestBrowserMapWithoutItsData has the line go after the page has come: the
// figure still moves, with the circles of the server.
func TestBrowserMapWithoutItsData(t *testing.T) {
	wanted(t)
	r := newReaderOf(t, newMapServer(t, true))
	r.size(1280, "light")
	r.do(command("Network.enable", map[string]any{}), command("Network.setBlockedURLs", map[string]any{"urls": []string{"*.json*"}, "urlPatterns": []map[string]any{{"urlPattern": "*://*:*/*.json", "block": true}}}))
	r.open("/map")
	r.until(`document.querySelector("figure.live") !== null`)
	dots := ask[int](r, `document.querySelectorAll("figure.map a.dot").length`)
	for _, k := range []int{2, 4, 8} {
		r.do(chromedp.Click(chromedp.CSS(".zoom button")))
		r.until(fmt.Sprintf("%s === %d", nearness, k))
	}
	if left := ask[int](r, `document.querySelectorAll("figure.map a.dot").length`); left != dots || ask[bool](r, `document.querySelector("figure.parted, figure.split") !== null`) {
		t.Errorf("%d circles of %d", left, dots)
	}
	if level := ask[string](r, `document.querySelector("figure.map svg").dataset.level`); level != "low" {
		t.Errorf("the outlines are %s", level)
	}
}

// TestBrowserMapOnASlowLine opens the map of the world on a line of 400 kbit/s
// that takes 300 ms to answer, with a quarter of a processor, with and without
// the bundle, and prints how long it takes. It holds nothing to a time, as that
// depends on the machine.
func TestBrowserMapOnASlowLine(t *testing.T) {
	for _, bundle := range []bool{true, false} {
		r := newReaderOf(t, newMapServer(t, bundle))
		r.size(1280, "light")
		r.open("/map") // so that the server has it ready, as it has for all but the first
		r.do(chromedp.Navigate("about:blank"))
		r.do(command("Network.enable", map[string]any{}), command("Network.setCacheDisabled", map[string]any{"cacheDisabled": true}),
			command("Network.emulateNetworkConditions", map[string]any{"offline": false, "latency": 300, "downloadThroughput": 50_000, "uploadThroughput": 50_000}),
			command("Emulation.setCPUThrottlingRate", map[string]any{"rate": 4}))
		r.open("/map")
		ready := "document.readyState === 'complete'"
		if bundle {
			ready = `document.querySelector("figure.live") !== null`
		}
		r.until(ready)
		type marks struct{ Paint, Largest, Ready, Bytes float64 }
		m := ask[marks](r, `new Promise(done => new PerformanceObserver(l => {
			const of = n => performance.getEntriesByType(n), page = of("navigation")[0], script = of("mark").find(e => e.name === "map");
			done({Paint: of("paint").find(e => e.name === "first-contentful-paint").startTime, Largest: l.getEntries().at(-1).startTime,
				Ready: script?.startTime ?? page.domContentLoadedEventEnd, Bytes: [page, ...of("resource")].reduce((n, e) => n + e.transferSize, 0)});
		}).observe({type: "largest-contentful-paint", buffered: true}))`)
		if m.Paint <= 0 || m.Ready <= 0 {
			t.Errorf("nothing measured: %+v", m)
		}
		t.Logf("bundle %v: first paint %.0f ms, largest %.0f ms, ready %.0f ms, %.0f bytes in all", bundle, m.Paint, m.Largest, m.Ready, m.Bytes)
	}
}
