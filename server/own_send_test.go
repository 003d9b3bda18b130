package server

import (
	"io/fs"
	"net/http"
	"net/url"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"golang.org/x/net/html"

	"opendoor/practices"
	"opendoor/practices/entries"
	"opendoor/practices/history"
	"opendoor/practices/review"
	"opendoor/practices/workshops"
)

// newOffice serves a repository with one entry, a store, and a clock that can
// be moved.
func newOffice(t *testing.T) (*Server, *review.Store, *history.Repository, *time.Time) {
	t.Helper()
	now := time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)
	clock := func() time.Time { return now }
	text, err := fs.ReadFile(entries.FS, dutchFile)
	if err != nil {
		t.Fatal(err)
	}
	r, err := history.Open(t.Context(), history.Options{Dir: filepath.Join(t.TempDir(), "data"), Release: "1", Seed: fstest.MapFS{dutchFile: {Data: text}}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.Close() })
	store, err := review.Open(t.Context(), "sqlite:"+filepath.Join(t.TempDir(), "store.db"), review.Options{Now: clock, LintWorkshop: func(path string, data []byte) []practices.Fault {
		_, faults := workshops.Parse(path, data)
		return faults
	}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { store.Close() })
	s, err := New(Options{History: r, Review: store, Now: clock})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s, store, r, &now
}

// complete fills in what the editors need.
func complete(form url.Values) url.Values {
	for name, value := range map[string]string{"title": "Advice on détention!", "summary": "One case.", "audience": "Judges", "objective": "Know one.", "minutes": "45"} {
		form.Set(name, value)
	}
	return form
}

// TestSendOwnWorkshop sends a workshop to the editors, who ask for a change
// and then take it; it is published beside the entries, and the trainer's own
// stays where it was.
func TestSendOwnWorkshop(t *testing.T) {
	s, store, repository, now := newOffice(t)
	mine := begun(t, s, dutch)
	*now = now.Add(time.Minute)
	if w := get(s, mine+"/send"); strings.Contains(w.Body.String(), "<form") && strings.Contains(w.Body.String(), `id="send"`) || !strings.Contains(w.Body.String(), mine+"#summary") {
		t.Errorf("%d: an unfinished workshop can be sent, or nobody says what is missing", w.Code)
	}
	if w := postForm(s, mine+"/send", url.Values{"version": {"1"}, "agreed": {"1"}}); w.Code != http.StatusUnprocessableEntity {
		t.Errorf("an unfinished workshop is sent: %d", w.Code)
	}
	form, public := ownForm(t, s, mine)
	form = complete(form)
	form.Set("point.0.text", "Stay or go?")
	form.Set("do", "send")
	if w := post(s, mine, form); w.Header().Get("Location") != mine+"/send" {
		t.Fatalf("%d to %q", w.Code, w.Header().Get("Location"))
	}
	filled := url.Values{"version": {versionOf(t, get(s, mine+"/send").Body.String())}, "credit": {"A school of judges"}, "email": {"judge@example.org"}}
	if w := postForm(s, mine+"/send", filled); w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), `value="judge@example.org"`) {
		t.Errorf("without consent it is sent, or what was typed is lost: %d", w.Code)
	}
	filled.Set("agreed", "1")
	if w := postForm(s, mine+"/send", filled, "Sec-Fetch-Site", "cross-site"); w.Code != http.StatusForbidden {
		t.Errorf("another site sends it: %d", w.Code)
	}
	stale := url.Values{"version": {"1"}, "agreed": {"1"}}
	if w := postForm(s, mine+"/send", stale); w.Code != http.StatusConflict {
		t.Errorf("a text that was not seen is sent: %d", w.Code)
	}
	w := postForm(s, mine+"/send", filled)
	at, _, _ := strings.Cut(w.Header().Get("Location"), "?")
	if w.Code != http.StatusSeeOther || !strings.HasPrefix(at, "/contribute/") {
		t.Fatalf("%d to %q: %.500s", w.Code, at, w.Body)
	}
	token := strings.TrimPrefix(at, "/contribute/")
	sub, err := store.ByToken(t.Context(), token)
	if err != nil || sub.Kind != review.Workshop || sub.State != review.Submitted || sub.Held || sub.Credit != "A school of judges" || !strings.Contains(sub.Body, "id: advice-on-detention\n") {
		t.Fatalf("%v %+v", err, sub)
	}
	if w := get(s, at); w.Code != 200 || !strings.Contains(w.Body.String(), "It waits for an editor") {
		t.Errorf("where it stands: %d", w.Code)
	}
	if w := get(s, mine); w.Code != 200 {
		t.Errorf("the trainer's own can no longer be edited: %d", w.Code)
	}

	editor := review.Console
	if sub, err = store.Decide(t.Context(), editor, sub.ID, sub.Version, review.Decision{Verdict: review.Changes, Reason: "Add a question."}); err != nil {
		t.Fatal(err)
	}
	sent := "/workshops/mine/" + token
	if w := get(s, at); w.Header().Get("Location") != sent {
		t.Errorf("what came back is not opened to edit: %d %s", w.Code, w.Header().Get("Location"))
	}
	if w := get(s, sent); !strings.Contains(w.Body.String(), "Add a question.") {
		t.Error("the reason is not told")
	}
	form, copied := ownForm(t, s, sent)
	form = complete(form)
	form.Set("questions", "What would you ask?")
	post(s, sent, form)
	page := get(s, sent+"/send").Body.String()
	if !strings.Contains(page, `value="A school of judges"`) {
		t.Error("the name is asked for again")
	}
	filled.Set("version", versionOf(t, page))
	if w := postForm(s, sent+"/send", filled); w.Header().Get("Location") != at+"?sent" {
		t.Fatalf("sent again: %d to %q", w.Code, w.Header().Get("Location"))
	}
	if sub, err = store.ByToken(t.Context(), token); err != nil || !strings.Contains(sub.Body, "What would you ask?") || !strings.Contains(sub.Body, "Stay or go?") {
		t.Fatalf("%v\n%s", err, sub.Body)
	}

	path := workshops.FilePath("advice-on-detention")
	if _, err = store.Decide(t.Context(), editor, sub.ID, sub.Version, review.Decision{Verdict: review.Accept, Base: head(t, repository), Path: path}); err != nil {
		t.Fatal(err)
	}
	if n, err := (&review.Publisher{Store: store, Repository: repository}).Once(t.Context()); n != 1 || err != nil {
		t.Fatal(n, err)
	}
	s.reload(t.Context())
	g := s.take()
	for _, f := range append(g.catalogue.Faults(), g.shelf.Faults()...) {
		if strings.HasPrefix(f.File, workshops.Folder) || f.File == path[len(workshops.Folder)+1:] {
			t.Errorf("the workshop is faulty, or read as an entry: %v", f)
		}
	}
	g.release()
	if w := get(s, "/workshops"); !strings.Contains(w.Body.String(), `href="/workshops/advice-on-detention"`) {
		t.Error("it is not listed")
	}
	if w := get(s, "/workshops/advice-on-detention"); w.Code != 200 || !strings.Contains(w.Body.String(), "Stay or go?") || strings.Contains(w.Body.String(), "noindex") {
		t.Errorf("it is not public: %d", w.Code)
	}
	for address, want := range map[string]string{copied: "/workshops/advice-on-detention", copied + "/handout": "/workshops/advice-on-detention"} {
		if w := get(s, address); w.Header().Get("Location") != want {
			t.Errorf("%s: %d to %q", address, w.Code, w.Header().Get("Location"))
		}
	}
	if w := get(s, at); !strings.Contains(w.Body.String(), `href="/workshops/advice-on-detention"`) {
		t.Error("the contributor is not led to it")
	}
	if w := get(s, public); w.Code != 200 || !strings.Contains(w.Body.String(), "have not reviewed it") {
		t.Errorf("the trainer's own has gone or claims to be reviewed: %d", w.Code)
	}
	// The next of the same title gets another name.
	other := begun(t, s, dutch)
	*now = now.Add(time.Minute)
	form, _ = ownForm(t, s, other)
	post(s, other, complete(form))
	filled.Set("version", versionOf(t, get(s, other+"/send").Body.String()))
	w = postForm(s, other+"/send", filled)
	at, _, _ = strings.Cut(w.Header().Get("Location"), "?")
	if sub, err := store.ByToken(t.Context(), strings.TrimPrefix(at, "/contribute/")); err != nil || !strings.Contains(sub.Body, "id: advice-on-detention-2\n") {
		t.Errorf("%v\n%s", err, sub.Body)
	}
}

func head(t *testing.T, r *history.Repository) string {
	t.Helper()
	commit, err := r.Head(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return commit
}

// TestSharedAddressLives keeps what people open, by either address, and
// deletes what nobody does.
func TestSharedAddressLives(t *testing.T) {
	s, store, _, now := newOffice(t)
	shared, edited, left := begun(t, s, dutch), begun(t, s, dutch), begun(t, s, dutch)
	_, public := ownForm(t, s, shared)
	for range 4 {
		*now = now.Add(100 * 24 * time.Hour)
		for _, address := range []string{public + "/handout", edited} {
			if w := get(s, address); w.Code != 200 {
				t.Fatalf("%s: %d on %v", address, w.Code, *now)
			}
		}
		if err := store.Sweep(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if w := get(s, left); w.Code != 404 {
		t.Errorf("what nobody opened is kept: %d", w.Code)
	}
	*now = now.Add(181 * 24 * time.Hour)
	if err := store.Sweep(t.Context()); err != nil {
		t.Fatal(err)
	}
	if w := get(s, public); w.Code != 404 {
		t.Errorf("kept for ever: %d", w.Code)
	}
}

// TestOwnWorkshopPoints writes the decisions of the whole group in the form.
func TestOwnWorkshopPoints(t *testing.T) {
	s := newKeeping(t, nil)
	mine := begun(t, s, "mx-0010")
	save := func(set ...string) string {
		form, _ := ownForm(t, s, mine)
		for i := 0; i < len(set); i += 2 {
			form.Set(set[i], set[i+1])
		}
		post(s, mine, form)
		return get(s, mine).Body.String()
	}
	inputs := regexp.MustCompile(`name="point\.\d+\.text"`)
	body := save("point.0.text", "First?", "point.0.then", "It went on.", "point.1.text", "")
	if n := len(inputs.FindAllString(body, -1)); n != 2 || !strings.Contains(body, `value="First?"`) {
		t.Errorf("%d places for decisions after one", n)
	}
	body = save("point.0.text", "", "point.0.then", "", "point.1.text", "Second?")
	if strings.Contains(body, "First?") || !strings.Contains(body, `name="point.0.text" maxlength="400" value="Second?"`) {
		t.Error("a decision that was emptied stays, or the next is lost")
	}
	if body = save(); !strings.Contains(body, "Second?") {
		t.Error("a form without decisions takes them away")
	}
	if body = save("point.0.text", "", "point.0.then", "Alone."); !strings.Contains(body, `href="#point-0-text"`) {
		t.Error("what follows no decision is not told")
	}
}

// TestOwnProblemsAreTold says in every language what must be mended, and leads
// to a field that is there.
func TestOwnProblemsAreTold(t *testing.T) {
	s := newKeeping(t, nil)
	mine := begun(t, s, "mx-0010", "mx-0003")
	form, _ := ownForm(t, s, mine)
	long := strings.Repeat("x ", 900)
	for _, name := range []string{"title", "summary", "audience", "objective", "questions", "mx-0010.objective", "mx-0010.notes", "mx-0010.questions", "mx-0010.decision", "mx-0010.then", "point.0.text", "point.0.then"} {
		form.Set(name, long)
	}
	form.Set("title", strings.Repeat("x ", 200))
	form.Set("mx-0003.then", "Nothing before.")
	form.Set("mx-0003.notes", "Ask Ana Pérez, 16, in 12 Station Road or at +41 22 555 12 34.")
	form.Set("mx-0003.questions", strings.Repeat("What?\n", 13))
	post(s, mine, form)
	for _, lang := range languages(t) {
		address := inLanguage(lang, mine)
		doc, seen := parsePage(t, s, address), 0
		for _, a := range nodes(t, s, address, func(n *html.Node) bool {
			return n.Data == "a" && strings.HasPrefix(attr(n, "href"), "#") && attr(n, "class") != "skip"
		}) {
			href := attr(a, "href")
			seen++
			if !hasID(doc, href[1:]) {
				t.Errorf("%s: %s leads nowhere", lang, href)
			}
		}
		if seen < 16 {
			t.Errorf("%s: only %d problems are told", lang, seen)
		}
	}
}
