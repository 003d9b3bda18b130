package server

import (
	"fmt"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"opendoor/practices"
	"opendoor/practices/entries"
	"opendoor/practices/review"
)

// newKeeping serves entries with a store to keep collections in.
func newKeeping(t testing.TB, content fs.FS) *Server {
	t.Helper()
	if content == nil {
		content = entries.FS
	}
	store, err := review.Open(t.Context(), "sqlite:"+t.TempDir()+"/store.db", review.Options{Key: []byte(strings.Repeat("k", 32))})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { store.Close() })
	return startServer(t, Options{Content: content, Review: store})
}

// post sends a form as a browser does, and gives the answer.
func post(s *Server, address string, form url.Values) *httptest.ResponseRecorder {
	r := httptest.NewRequest("POST", address, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	w := httptest.NewRecorder()
	s.Handler().ServeHTTP(w, r)
	return w
}

// begun makes a collection of some entries and gives its private address.
func begun(t *testing.T, s *Server, ids ...string) string {
	t.Helper()
	w := post(s, "/workshops/new", url.Values{"title": {"Tuesday"}, "id": ids})
	where := w.Header().Get("Location")
	if w.Code != http.StatusSeeOther || !strings.HasPrefix(where, "/workshops/mine/") {
		t.Fatalf("%d to %q: %.300s", w.Code, where, w.Body)
	}
	return where
}

var formVersion = regexp.MustCompile(`name="version" value="(\d+)"`)

// form reads what the form of a collection would send.
func ownForm(t *testing.T, s *Server, mine string) (form url.Values, public string) {
	t.Helper()
	body := get(s, mine).Body.String()
	form = url.Values{"title": {"Tuesday"}, "lang": {"en"}, "minutes": {"45"}}
	if m := formVersion.FindStringSubmatch(body); m != nil {
		form.Set("version", m[1])
	}
	for _, m := range regexp.MustCompile(`name="case\[\]" value="([^"]+)"`).FindAllStringSubmatch(body, -1) {
		form.Add("case[]", m[1])
	}
	m := regexp.MustCompile(`value="http://example.com(/workshops/own/[^"]+)"`).FindStringSubmatch(body)
	if m == nil {
		t.Fatalf("no address to share in %.2000s", body)
	}
	return form, m[1]
}

func TestOwnWorkshop(t *testing.T) {
	s := newKeeping(t, nil)
	if w := get(s, "/practices/mx-0010"); !strings.Contains(w.Body.String(), `href="/workshops/new?id=mx-0010"`) {
		t.Error("an entry does not offer to be put into a workshop")
	}
	mine := begun(t, s, "mx-0010", "MX-0003", "xx-0000", "mx-0010", "us-0007")
	form, public := ownForm(t, s, mine)
	if got := strings.Join(form["case[]"], " "); got != "mx-0010 mx-0003 us-0007" {
		t.Fatalf("cases %s", got)
	}
	form.Set("mx-0003.questions", "First?\r\n\r\nSecond <b>?")
	form.Set("mx-0003.notes", "For me alone.")
	form.Set("mx-0003.decision", "Stop?")
	form.Set("mx-0003.then", "It went on.")
	form.Set("do", "up mx-0003")
	w := post(s, mine, form)
	if w.Code != http.StatusSeeOther || w.Header().Get("Location") != mine+"#case-mx-0003" {
		t.Fatalf("%d to %q", w.Code, w.Header().Get("Location"))
	}
	after, samePublic := ownForm(t, s, mine)
	if got := strings.Join(after["case[]"], " "); got != "mx-0003 mx-0010 us-0007" || samePublic != public {
		t.Errorf("after moving: %s, shown at %s and before at %s", got, samePublic, public)
	}
	for address, want := range map[string][]string{
		public:                   {"Second &lt;b&gt;?", "For me alone.", "have not reviewed it", "noindex", "Alternative form of detention"},
		public + "/present/2":    {"2020 reform"},
		public + "/present/5":    {"Stop?", "It went on."},
		public + "/participants": {"First?"},
		public + "/handout":      {"Stop?"}, public + "/worksheet": {"<table"}, public + "/table": {"<table"},
		public + "/map.svg": {"<svg"}, public + "/qr.svg": {"<svg"}, public + "/collection.md": {"id: mx-0003"}, public + "/cite.bib": {"@misc{opendoor-mx-0003"},
		"/ar" + public: {`dir="rtl"`},
	} {
		w := get(s, address)
		for _, want := range want {
			if w.Code != 200 || !strings.Contains(w.Body.String(), want) {
				t.Errorf("%s: %d, no %q", address, w.Code, want)
			}
		}
		if w.Header().Get("X-Robots-Tag") != "noindex" || w.Header().Get("Cache-Control") != "no-store" {
			t.Errorf("%s may be kept or listed: %v", address, w.Header())
		}
		if strings.Contains(w.Body.String(), strings.TrimPrefix(mine, "/workshops/mine/")) {
			t.Errorf("%s tells how to edit", address)
		}
	}
	for _, hidden := range []string{"/participants", "/handout"} {
		if body := get(s, public+hidden).Body.String(); strings.Contains(body, "For me alone") || strings.Contains(body, "It went on") {
			t.Errorf("%s shows what is for the trainer", hidden)
		}
	}
	if w := get(s, "/w/own/"+strings.TrimPrefix(public, "/workshops/own/")); w.Header().Get("Location") != public+"/participants" {
		t.Errorf("the short address leads to %q", w.Header().Get("Location"))
	}
	if w := post(s, mine+"/add", url.Values{"id": {"th-0001", "mx-0003"}}); w.Header().Get("Location") != mine+"#case-th-0001" {
		t.Errorf("added: %d to %q", w.Code, w.Header().Get("Location"))
	}
	if w := post(s, "/workshops/into", url.Values{"id": {"nl-0001"}, "link": {"https://example.org" + mine + "#x"}}); w.Header().Get("Location") != mine+"#case-nl-0001" {
		t.Errorf("put into one: %d to %q", w.Code, w.Header().Get("Location"))
	}
	if w := post(s, "/workshops/into", url.Values{"id": {"nl-0001"}, "link": {"somewhere"}}); w.Code != 422 || !strings.Contains(w.Body.String(), `value="somewhere"`) {
		t.Errorf("a link to nowhere: %d, or what was typed is lost", w.Code)
	}
	if w := get(s, mine+"/add?q=foster"); w.Code != 200 || !strings.Contains(w.Body.String(), `value="mx-0012"`) {
		t.Errorf("choosing more: %d", w.Code)
	}
	if w := post(s, mine+"/erase", nil); w.Code != http.StatusSeeOther {
		t.Errorf("erase: %d", w.Code)
	}
	for _, gone := range []string{mine, public, public + "/collection.md"} {
		if w := get(s, gone); w.Code != 404 {
			t.Errorf("after erasing, %s answers %d", gone, w.Code)
		}
	}
}

func TestOwnWorkshopLosesNothing(t *testing.T) {
	s := newKeeping(t, nil)
	mine := begun(t, s, "mx-0010", "mx-0003")
	first, _ := ownForm(t, s, mine)
	second, _ := ownForm(t, s, mine)
	first.Set("summary", "one")
	second.Set("summary", "the other")
	post(s, mine, first)
	w := post(s, mine, second)
	if body := w.Body.String(); w.Code != http.StatusConflict || !strings.Contains(body, "the other</textarea>") || !strings.Contains(body, "saved elsewhere") {
		t.Fatalf("two who save: %d", w.Code)
	}
	second.Set("version", formVersion.FindStringSubmatch(w.Body.String())[1])
	if w := post(s, mine, second); w.Code != http.StatusSeeOther {
		t.Errorf("saving again: %d", w.Code)
	}
	var group sync.WaitGroup
	for _, id := range []string{"th-0001", "th-0002", "th-0003"} {
		group.Go(func() { post(s, mine+"/add", url.Values{"id": {id}}) })
	}
	group.Wait()
	if form, _ := ownForm(t, s, mine); len(form["case[]"]) != 5 {
		t.Errorf("three who add at once leave %v", form["case[]"])
	}
}

// TestOwnWorkshopHarm shows to nobody else what could lead to a person, and
// tells the writer what to mend.
func TestOwnWorkshopHarm(t *testing.T) {
	s := newKeeping(t, nil)
	mine := begun(t, s, "mx-0010")
	form, public := ownForm(t, s, mine)
	form.Set("mx-0010.notes", "Call +41 22 555 12 34.")
	post(s, mine, form)
	if w := get(s, mine); !strings.Contains(w.Body.String(), "could lead to a person") || !strings.Contains(w.Body.String(), `href="#mx-0010-notes"`) {
		t.Error("the writer is not told")
	}
	for _, path := range []string{"", "/participants", "/present/1", "/collection.md"} {
		if w := get(s, public+path); w.Code != 404 {
			t.Errorf("%s is shown: %d", path, w.Code)
		}
	}
	form, _ = ownForm(t, s, mine)
	form.Set("mx-0010.notes", "Call the office.")
	post(s, mine, form)
	if w := get(s, public); w.Code != 200 {
		t.Errorf("mended and not shown: %d", w.Code)
	}
}

func TestOwnWorkshopHostile(t *testing.T) {
	s := newKeeping(t, nil)
	mine := begun(t, s, "mx-0010")
	for name, form := range map[string]url.Values{
		"huge": {"title": {strings.Repeat("x", 300<<10)}}, "not text": {"title": {"\xff\xfe"}}, "zero": {"title": {"a\x00b"}},
		"yaml":   {"title": {"---\nid: x"}, "summary": {"'\": [}{\n---\n"}, "case[]": {"mx-0010"}, "mx-0010.notes": {"---\n...\n- &a *a"}},
		"hidden": {"title": {"a\u202eb"}}, "nobody's case": {"title": {"t"}, "case[]": {"us-0007", "mx-0010", "mx-0010"}},
	} {
		f, _ := ownForm(t, s, mine)
		for k, v := range form {
			f[k] = v
		}
		if w := post(s, mine, f); w.Code >= 500 {
			t.Errorf("%s: %d", name, w.Code)
		}
		if w := get(s, mine); w.Code != 200 {
			t.Fatalf("%s: the collection can no longer be edited: %d", name, w.Code)
		}
	}
	if form, _ := ownForm(t, s, mine); fmt.Sprint(form["case[]"]) != "[mx-0010]" {
		t.Errorf("cases %v", form["case[]"])
	}
	for _, address := range []string{"/workshops/mine/" + strings.Repeat("a", 40), "/workshops/own/" + strings.Repeat("a", 26), "/workshops/own/%00"} {
		if w := get(s, address); w.Code != 404 {
			t.Errorf("%s: %d", address, w.Code)
		}
	}
	// A draft of another kind is not shown, whoever knows its number.
	_, sub, err := s.options.Review.Begin(t.Context(), review.Start{Kind: review.Entry, Text: review.Text{Title: "private", Lang: "en", Body: "---\ntitle: private\n---\n"}})
	if err != nil {
		t.Fatal(err)
	}
	if w := get(s, "/workshops/own/"+sub.ID); w.Code != 404 {
		t.Errorf("a draft of an entry is shown: %d", w.Code)
	}
}

func TestOwnWorkshopWithoutAStore(t *testing.T) {
	s := newServer(t, nil)
	for _, address := range []string{"/workshops", "/practices/mx-0010", "/choose"} {
		if w := get(s, address); w.Code != 200 || strings.Contains(w.Body.String(), "/workshops/new") {
			t.Errorf("%s: %d, or it offers what is not there", address, w.Code)
		}
	}
}

// TestOwnWorkshopKeepsItsVersions says when an entry has a newer text than the
// one that was chosen, and takes it at a click.
func TestOwnWorkshopKeepsItsVersions(t *testing.T) {
	text, err := fs.ReadFile(entries.FS, "europe/nl/nl-0001.md")
	if err != nil {
		t.Fatal(err)
	}
	content := fstest.MapFS{"europe/nl/nl-0001.md": {Data: text}}
	s := newKeeping(t, content)
	mine := begun(t, s, "nl-0001")
	newer := practices.VersionID(append(text, '\n'))
	if body := get(s, mine).Body.String(); strings.Contains(body, "newest nl-0001") {
		t.Error("a newer text is offered where there is none")
	}
	content["europe/nl/nl-0001.md"] = &fstest.MapFile{Data: append(text, '\n'), ModTime: time.Now()}
	s.reload(t.Context())
	if body := get(s, mine).Body.String(); !strings.Contains(body, `value="newest nl-0001"`) {
		t.Fatal("a newer text is not told")
	}
	form, public := ownForm(t, s, mine)
	if body := get(s, public).Body.String(); !strings.Contains(body, practices.VersionID(text)) {
		t.Error("the text that was chosen is not named")
	}
	form.Set("do", "newest nl-0001")
	post(s, mine, form)
	if body := get(s, public).Body.String(); !strings.Contains(body, newer) || strings.Contains(body, "newer version") {
		t.Error("the newer text was not taken")
	}
}
