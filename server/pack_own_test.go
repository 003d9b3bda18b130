package server

import (
	"archive/zip"
	"io/fs"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"opendoor/practices/review"
)

// TestOwnPack: a workshop that somebody made, and has not finished, is taken
// away as it is shown.
func TestOwnPack(t *testing.T) {
	s := newKeeping(t, nil)
	public := ownBook(t, s)
	if body := get(s, public).Body.String(); !strings.Contains(body, `href="`+public+`/pack.zip"`) || !strings.Contains(body, `action="`+public+`/pack.zip"`) {
		t.Error("its page does not offer its pack")
	}
	w := get(s, public+"/pack.zip?languages=en&languages=ar")
	if w.Code != 200 || w.Header().Get("Content-Disposition") != `attachment; filename="open-door-tuesday.zip"` {
		t.Fatalf("%d %s", w.Code, w.Header().Get("Content-Disposition"))
	}
	checkLinks(t, w.Body.Bytes())
	z := unzipped(t, w.Body.Bytes())
	read := func(name string) string {
		data, err := fs.ReadFile(z, name)
		if err != nil {
			t.Fatal(err)
		}
		return string(data)
	}
	for name, wants := range map[string][]string{
		"pages/workshops/tuesday.html":                {"Told after.", "have not reviewed it", "Alternative form of detention"},
		"pages/ar/workshops/tuesday.html":             {`dir="rtl"`, "Told after."},
		"pages/workshops/tuesday/handout.html":        {"paper-a4"},
		"pages/workshops/tuesday/handout/letter.html": {"paper-letter", `href="../handout.html"`},
		"content/workshops/tuesday.md":                {"us-0007", "Tag & <b>app</b>?"},
		"content/americas/us/us-0007.md":              {"id: us-0007"},
	} {
		for _, want := range wants {
			if !strings.Contains(read(name), want) {
				t.Errorf("%s: no %q", name, want)
			}
		}
	}
	if n := len(regexp.MustCompile(`content/\w+/\w+/[a-z]+-\d+\.md`).FindAllString(listed(z), -1)); n != 2 {
		t.Errorf("%d entries, not two", n)
	}
	empty := begun(t, s)
	_, nothing := ownForm(t, s, empty)
	if w := get(s, nothing+"/pack.zip?languages=es"); w.Code != 404 || !strings.Contains(w.Body.String(), "no hay nada que llevar") {
		t.Errorf("without a case: %d %.500s", w.Code, w.Body)
	}
	if w := get(s, public+"/pack.zip?languages=xx"); w.Code != 404 {
		t.Errorf("in no language: %d", w.Code)
	}
}

// TestBrowserOwnPackFromDisk is a trainer in a room without internet, with a
// workshop of four cases of their own: finds them by words in two languages,
// tells a decision, and opens the sheet for Letter paper.
func TestBrowserOwnPackFromDisk(t *testing.T) {
	wanted(t)
	s := newKeeping(t, nil)
	mine := begun(t, s, "mx-0003", "mx-0012", "mx-0018", "us-0007")
	form, public := ownForm(t, s, mine)
	form.Set("mx-0012.decision", "Who opens a door?")
	form.Set("mx-0012.then", "It is not told.")
	if w := post(s, mine, form); w.Code != 303 {
		t.Fatalf("%d %.300s", w.Code, w.Body)
	}
	r, site := diskReader(t, func() ([]byte, error) { return get(s, public+"/pack.zip").Body.Bytes(), nil })
	for list, text := range map[string]string{"pages/practices.html": "foster care", "pages/es/practices.html": "cuidado alternativo"} {
		r.do(chromedp.Navigate(site + list + "?" + url.Values{"q": {text}}.Encode()))
		if n := ask[int](r, `document.querySelectorAll("ol.cards > li:not([hidden])").length`); n == 0 || n > 4 {
			t.Errorf("%s: %d found", text, n)
		}
		if ask[int](r, `document.querySelectorAll("ol.cards mark").length`) == 0 {
			t.Errorf("%s: nothing is marked", text)
		}
	}
	r.do(chromedp.Navigate(site + "pages/workshops/tuesday.html"))
	r.do(chromedp.Click(chromedp.CSS("details.then summary")), chromedp.WaitVisible(chromedp.CSS("details.then[open] p")))
	r.accessible("a workshop from a disk")
	r.follow(`a[href$="tuesday/handout.html"]`)
	r.follow(`a[href$="handout/letter.html"]`)
	if n := ask[int](r, `document.querySelectorAll(".sheet").length`); n != 5 {
		t.Errorf("%d sheets, not one for each case and one for all", n)
	}
	if hosts := ask[int](r, `performance.getEntriesByType("resource").filter((e) => !e.name.startsWith("file:")).length`); hosts > 0 {
		t.Errorf("%d requests to hosts", hosts)
	}
}

// listed names the files of a pack, a line each.
func listed(z *zip.Reader) string {
	var b strings.Builder
	for _, f := range z.File {
		b.WriteString(f.Name + "\n")
	}
	return b.String()
}

// TestOwnPackKeepsWhatWasChosen: an entry that has changed since stands in the
// pack as the trainer chose it.
func TestOwnPackKeepsWhatWasChosen(t *testing.T) {
	published, r := newPublished(t)
	store, err := review.Open(t.Context(), "sqlite:"+t.TempDir()+"/store.db", review.Options{Key: []byte(strings.Repeat("k", 32))})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { store.Close() })
	o := published.options
	o.Review = store
	s := startServer(t, o)
	mine := begun(t, s, dutch)
	_, public := ownForm(t, s, mine)
	before := get(s, public+"/pack.zip?languages=en").Body.Bytes()
	change(t, s, r, "s-9", "title: Guidance", "title: Advice")
	z := unzipped(t, get(s, public+"/pack.zip?languages=en").Body.Bytes())
	name := ""
	for _, f := range z.File {
		if strings.HasSuffix(f.Name, "/"+dutch+".md") {
			name = f.Name
		}
	}
	data, err := fs.ReadFile(z, name)
	if err != nil {
		t.Fatal(err)
	}
	was, err := fs.ReadFile(unzipped(t, before), name)
	if err != nil {
		t.Fatal(err)
	}
	if string(data) != string(was) || !strings.Contains(string(data), "title: Guidance") {
		t.Errorf("the pack has another text:\n%.400s", data)
	}
	if now := get(s, "/practices/"+dutch).Body.String(); !strings.Contains(now, "Advice") {
		t.Error("the entry has not changed")
	}
}
