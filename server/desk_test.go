package server

import (
	"context"
	"io/fs"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"opendoor/practices"
	"opendoor/practices/history"
	"opendoor/practices/review"
)

// A desk is a server that publishes: a repository, a store of submissions and
// the publisher between them.
type desk struct {
	*Server
	store      *review.Store
	repository *history.Repository
	publisher  *review.Publisher
}

func newDesk(t testing.TB, content fs.FS) *desk {
	t.Helper()
	return newDeskAt(t, content, deskAt{})
}

// A deskAt says where a desk keeps things; the zero value is folders of the
// test and SQLite.
type deskAt struct {
	folder, database, remote string
}

func newDeskAt(t testing.TB, content fs.FS, at deskAt) *desk {
	t.Helper()
	ctx := context.Background()
	if at.folder == "" {
		at.folder = t.TempDir()
	}
	if at.database == "" {
		at.database = "sqlite:" + filepath.Join(at.folder, "review.db")
	}
	r, err := history.Open(ctx, history.Options{Dir: filepath.Join(at.folder, "data"), Remote: at.remote, Release: "1", Seed: content})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.Close() })
	store, err := review.Open(ctx, at.database, review.Options{Key: []byte(strings.Repeat("k", 32))})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { store.Close() })
	s, err := start(Options{History: r, Review: store, Log: slog.New(slog.NewTextHandler(t.Output(), nil))}, newSet(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return &desk{s, store, r, &review.Publisher{Store: store, Repository: r, OnPublished: func(string) { s.Refresh() }}}
}

// publish publishes what is accepted and serves it.
func (d *desk) publish(t testing.TB) {
	t.Helper()
	if _, err := d.publisher.Once(t.Context()); err != nil {
		t.Fatal(err)
	}
	d.reload(t.Context())
}

// sent makes a submission of a draft, sends it, and gives its page on the desk
// and its private address.
func (d *desk) sent(t testing.TB, kind review.Kind, id, base string, draft *practices.Draft, credit string) (at, private string) {
	t.Helper()
	form, ok := textOfFile(draft.File(practices.Setting{ID: id, Now: time.Now(), Anonymous: "A practitioner"}), base)
	if !ok {
		t.Fatal("no form")
	}
	token, sub, err := d.store.Begin(t.Context(), review.Start{Kind: kind, Practice: id, Text: form})
	if err != nil {
		t.Fatal(err)
	}
	if sub, err = d.store.Send(t.Context(), token, sub.Version, review.Sending{Credit: credit, Contact: review.Contact{Email: "someone@example.org"}}); err != nil {
		t.Fatal(err)
	}
	return "/review/" + sub.ID, "/contribute/" + token
}

// newcomer is a whole snapshot, as the form takes it.
func newcomer() *practices.Draft {
	d := practices.NewDraft("en")
	for name, values := range answers() {
		d.Set(name, values...)
	}
	return d
}

// changed is a shipped entry with some values changed, and the text it began
// from.
func (d *desk) changed(t testing.TB, id string, values map[string]string) (*practices.Draft, string) {
	t.Helper()
	list, err := d.repository.Versions(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	text, v, err := d.repository.Text(t.Context(), id, list[0].ID)
	if err != nil {
		t.Fatal(err)
	}
	draft, faults := practices.OpenDraft(text)
	if draft == nil {
		t.Fatal(faults)
	}
	for name, value := range values {
		draft.Set(name, value)
	}
	return draft, v.Blob
}

func wants(t testing.TB, w *httptest.ResponseRecorder, status int, words ...string) string {
	t.Helper()
	body := w.Body.String()
	if w.Code != status {
		t.Fatalf("%d, not %d: %.800s", w.Code, status, body)
	}
	for _, word := range words {
		if !strings.Contains(body, word) {
			t.Errorf("no %q", word)
		}
	}
	return body
}

// deciding is the form of the decision on a page, filled in.
func deciding(t testing.TB, page, verdict string, more ...string) url.Values {
	t.Helper()
	_, form, ok := strings.Cut(page, `/decide">`)
	if !ok {
		t.Fatalf("nothing to decide on in %.800s", page)
	}
	form, _, _ = strings.Cut(form, "</form>")
	f := formFields(t, form)
	f.Set("do", verdict)
	for i := 0; i+1 < len(more); i += 2 {
		f.Set(more[i], more[i+1])
	}
	return f
}

// TestDesk is the way of a new entry: read, asked about, sent back, sent again,
// recorded on, accepted, public, cited.
func TestDesk(t *testing.T) {
	d := newDesk(t, few)
	s := d.Server
	for _, address := range []string{"/review", "/review/problems", "/review/audit", "/review/entries", "/ar/review"} {
		if w := as(s, nil, address, nil); w.Code != http.StatusSeeOther || !strings.Contains(w.Header().Get("Location"), "/login") {
			t.Errorf("%s is open to all: %d", address, w.Code)
		}
	}
	_, editor := signIn(t, s, "editor@example.org", review.Editor)
	wants(t, as(s, editor, "/review", nil), 200, "Nothing waits here")
	draft := newcomer()
	draft.Set("what-came-of-it", "Ana Gómez, 34, was freed.")
	at, private := d.sent(t, review.Entry, "", "", draft, "Lawyers Together")

	body := wants(t, as(s, editor, "/review", nil), 200, "Legal help at the airport", "new entry", "today", "Waiting (1)", at)
	if strings.Contains(body, "someone@example.org") {
		t.Error("the queue shows an address")
	}
	for query, there := range map[string]bool{"?kind=entry": true, "?kind=change": false, "?lang=en": true, "?lang=ar": false, "?state=held": false, "?state=submitted": true, "?whose=mine": false, "?state=nonsense&from=-3": true, "?from=1": false} {
		if got := strings.Contains(as(s, editor, "/review"+query, nil).Body.String(), at); got != there {
			t.Errorf("%s: in the queue %v", query, got)
		}
	}
	page := wants(t, as(s, editor, at, nil), 200, "What was done", "Two lawyers are at the airport", "Please look again at", "zm-0001")
	if w := as(s, editor, at+"/claim", url.Values{}); w.Code != http.StatusSeeOther {
		t.Fatalf("claim: %d", w.Code)
	}
	wants(t, as(s, editor, at, nil), 200, "being read", "read by Somebody")
	wants(t, as(s, editor, at+"/contact", url.Values{}), 200, "someone@example.org")
	wants(t, as(s, editor, at+"/comment", url.Values{"text": {" "}}), 422, "Please write something first")
	if w := as(s, editor, at+"/comment", url.Values{"field": {"summary"}, "text": {"How many <b>people?"}}); w.Code != http.StatusSeeOther {
		t.Fatalf("comment: %d", w.Code)
	}
	wants(t, as(s, editor, at, nil), 200, "How many &lt;b&gt;people?", "looked up how to reach")
	wants(t, as(s, editor, at+"/decide", deciding(t, page, "changes")), 422, "Tell the contributor why")
	refused := wants(t, as(s, editor, at+"/decide", deciding(t, page, "accept", "note", "My typed note")), 422, "a name with an age", "My typed note")
	if strings.Contains(refused, `href="/practices/zm-0001"`) {
		t.Error("a refused text is called live")
	}
	page = as(s, editor, at, nil).Body.String()
	if w := as(s, editor, at+"/decide", deciding(t, page, "changes", "reason", "Leave out the name.")); w.Code != http.StatusSeeOther {
		t.Fatalf("changes: %d %s", w.Code, w.Body)
	}
	wants(t, get(s, private), 200, "Leave out the name.", "How many &lt;b&gt;people?")

	// The contributor puts it right.
	sub, err := d.store.ByToken(t.Context(), strings.TrimPrefix(private, "/contribute/"))
	if err != nil {
		t.Fatal(err)
	}
	text, _ := textOfFile(newcomer().File(practices.Setting{Now: time.Now(), Anonymous: "A practitioner"}), "")
	sub, err = d.store.Save(t.Context(), strings.TrimPrefix(private, "/contribute/"), sub.Version, text)
	if err != nil {
		t.Fatal(err)
	}
	if _, err = d.store.Send(t.Context(), strings.TrimPrefix(private, "/contribute/"), sub.Version, review.Sending{Credit: "Lawyers Together"}); err != nil {
		t.Fatal(err)
	}

	// Read from lived experience, and replied to.
	page = as(s, editor, at, nil).Body.String()
	_, form, _ := strings.Cut(page, `/record">`)
	form, _, _ = strings.Cut(form, "</form>")
	record := formFields(t, form)
	record.Set("kind", "reply")
	record.Set("given", "2026-11-01")
	record.Set("holder", "Private Person, pp@example.org")
	wants(t, as(s, editor, at+"/record", record), 422, "A reply needs its words", "Private Person")
	record.Set("public", "The ministry")
	record.Set("text", "We see it otherwise.")
	if w := as(s, editor, at+"/record", record); w.Code != http.StatusSeeOther {
		t.Fatalf("record: %d %s", w.Code, w.Body)
	}
	wants(t, as(s, editor, at+"/record", record), 409) // the same form again
	page = as(s, editor, at, nil).Body.String()
	record.Set("version", versionOf(t, page))
	record.Set("kind", "reading")
	record.Set("public", "A reader of Lusaka")
	if w := as(s, editor, at+"/record", record); w.Code != http.StatusSeeOther {
		t.Fatalf("record: %d %s", w.Code, w.Body)
	}
	page = wants(t, as(s, editor, at, nil), 200, "We see it otherwise.", "A reader of Lusaka", "Private Person", "What editors have changed")
	if w := as(s, editor, at+"/decide", deciding(t, page, "accept", "reader", "B of Refugio")); w.Code != http.StatusSeeOther {
		t.Fatalf("accept: %d %s", w.Code, w.Body)
	}
	d.publish(t)
	live := wants(t, get(s, "/practices/zm-0001"), 200, "We see it otherwise.", "A reader of Lusaka", "B of Refugio", "Lawyers Together")
	for _, secret := range []string{"Private Person", "pp@example.org", "someone@example.org"} {
		if strings.Contains(live, secret) {
			t.Errorf("the entry shows %q", secret)
		}
	}
	wants(t, as(s, editor, at, nil), 200, "/practices/zm-0001", "published it")
	wants(t, as(s, editor, "/review/audit", nil), 200, "The chain of", "accepted it")
	wants(t, get(s, private), 200, "/practices/zm-0001")

	// Withdrawn.
	wants(t, as(s, editor, "/review/entries?id=zz-0001", nil), 404, "no entry with this number")
	where := "/review/entries/zm-0001"
	if w := as(s, editor, "/review/entries?id=ZM-0001", nil); w.Header().Get("Location") != where {
		t.Errorf("found at %q", w.Header().Get("Location"))
	}
	wants(t, as(s, editor, where, nil), 200, "Withdraw the entry", "Private Person")
	wants(t, as(s, editor, where+"/withdraw", url.Values{"sure": {"1"}}), 422, "Say why")
	wants(t, as(s, editor, where+"/withdraw", url.Values{"why": {"The programme ended."}}), 422, "The programme ended.", "Tick")
	if w := as(s, editor, where+"/withdraw", url.Values{"why": {"The programme ended."}, "sure": {"1"}}); w.Code != http.StatusSeeOther {
		t.Fatalf("withdraw: %d %s", w.Code, w.Body)
	}
	d.reload(t.Context())
	wants(t, get(s, "/practices/zm-0001"), 410, "The programme ended.")
	wants(t, as(s, editor, where, nil), 200, "The programme ended.")
	list, err := d.repository.Versions(t.Context(), "zm-0001")
	if err != nil {
		t.Fatal(err)
	}
	oldest := list[len(list)-1].ID
	if w := as(s, editor, where+"/hide", url.Values{"why": {"A name."}, "sure": {"1"}, "version": {oldest}}); w.Code != http.StatusSeeOther {
		t.Fatalf("hide: %d %s", w.Code, w.Body)
	}
	d.reload(t.Context())
	wants(t, get(s, "/practices/zm-0001/v/"+oldest), 410, "A name.")
}

// TestDeskMovedText brings a change onto an entry that has changed since: at the
// desk, and when git finds out.
func TestDeskMovedText(t *testing.T) {
	d := newDesk(t, few)
	s := d.Server
	_, editor := signIn(t, s, "editor@example.org", review.Editor)
	one, base := d.changed(t, dutch, map[string]string{"title": "A title of one"})
	other, _ := d.changed(t, dutch, map[string]string{"title": "A title of another", "caution": "A new caution."})
	third, _ := d.changed(t, dutch, map[string]string{"status": "ended"})
	var pages []string
	for _, draft := range []*practices.Draft{one, other, third} {
		at, _ := d.sent(t, review.Change, dutch, base, draft, "")
		pages = append(pages, at)
	}
	accept := func(at string) *httptest.ResponseRecorder {
		return as(s, editor, at+"/decide", deciding(t, as(s, editor, at, nil).Body.String(), "accept"))
	}
	wants(t, as(s, editor, pages[0], nil), 200, "<ins>", "A title of one")
	// Both accepted before either is published: git finds out.
	for _, at := range []string{pages[0], pages[2]} {
		if w := accept(at); w.Code != http.StatusSeeOther {
			t.Fatalf("%d %.600s", w.Code, w.Body)
		}
	}
	d.publish(t)
	wants(t, as(s, editor, pages[2], nil), 200, "the entry has changed", "Bring them together")
	wants(t, accept(pages[1]), 422, "Bring the two together first")
	for _, at := range pages[1:] {
		page := wants(t, as(s, editor, at, nil), 200, "What has changed on the site", "The text it began from")
		if at == pages[1] && !strings.Contains(page, "Both changed this:") {
			t.Error("it is not said that both changed the title")
		}
		if w := as(s, editor, at+"/rebase", url.Values{"version": {versionOf(t, page)}}); w.Code != http.StatusSeeOther {
			t.Fatalf("rebase: %d %.600s", w.Code, w.Body)
		}
		if w := accept(at); w.Code != http.StatusSeeOther {
			t.Fatalf("accept: %d %.900s", w.Code, w.Body)
		}
		d.publish(t)
	}
	now, blob := d.changed(t, dutch, nil)
	if now.Title() != "A title of another" || now.Get("caution") != "A new caution." || now.Get("status") != "ended" || blob == base {
		t.Errorf("%q %q %q", now.Title(), now.Get("caution"), now.Get("status"))
	}
}

// TestDeskProblems shows files with faults, and entries that a newer release
// says differently.
func TestDeskProblems(t *testing.T) {
	dir := t.TempDir()
	open := func(release, text string) *history.Repository {
		r, err := history.Open(t.Context(), history.Options{Dir: dir, Release: release, Seed: fstest.MapFS{dutchFile: {Data: []byte(text)}}})
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	shipped := shippedText(t)
	r := open("1", shipped)
	_, v := newest(t, r)
	here := strings.Replace(shipped, "status: ended", "status: unknown", 1)
	if _, err := r.Publish(t.Context(), history.Publication{Submission: "one", Author: "A", When: time.Now(), Files: []history.File{
		{Path: dutchFile, Data: []byte(strings.Replace(here, "title: ", "title: Here. ", 1)), BaseBlob: v.Blob}, {Path: "europe/nl/nl-0999.md", Data: []byte("---\nid: nl-0999\n---\n")},
	}}); err != nil {
		t.Fatal(err)
	}
	r.Close()
	r = open("2", strings.Replace(shipped, "title: ", "title: Shipped. ", 1))
	t.Cleanup(func() { r.Close() })
	store, err := review.Open(t.Context(), "sqlite:"+filepath.Join(t.TempDir(), "review.db"), review.Options{Key: []byte(strings.Repeat("k", 32))})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { store.Close() })
	s, err := New(Options{History: r, Review: store})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	_, editor := signIn(t, s, "editor@example.org", review.Editor)
	wants(t, as(s, editor, "/review/problems", nil), 200, "europe/nl/nl-0999.md", "/review/entries/"+dutch, "<del>Here.</del>", "<ins>Shipped.</ins>")
}

// TestDeskDecidesOnce lets two editors decide on one submission at once: one
// wins, the other sees what was decided and keeps what they typed.
func TestDeskDecidesOnce(t *testing.T) {
	d := newDesk(t, few)
	s := d.Server
	_, one := signIn(t, s, "one@example.org", review.Editor)
	_, other := signIn(t, s, "other@example.org", review.Editor)
	for range 4 {
		at, _ := d.sent(t, review.Entry, "", "", newcomer(), "")
		page := as(s, one, at, nil).Body.String()
		var answers [2]*httptest.ResponseRecorder
		var both sync.WaitGroup
		for i, cookie := range []*http.Cookie{one, other} {
			both.Go(func() {
				answers[i] = as(s, cookie, at+"/decide", deciding(t, page, []string{"decline", "changes"}[i], "reason", []string{"Words of one", "Words of the other"}[i]))
			})
		}
		both.Wait()
		if answers[0].Code != http.StatusSeeOther {
			answers[0], answers[1] = answers[1], answers[0]
		}
		if answers[0].Code != http.StatusSeeOther {
			t.Fatalf("neither wins: %d, %d", answers[0].Code, answers[1].Code)
		}
		wants(t, answers[1], http.StatusConflict, "Words of one", "Words of the other", "was quicker")
	}
}

// TestSignedOutMeanwhile has a session end while an editor writes: what they
// wrote comes back, and goes through once they have signed in elsewhere.
func TestSignedOutMeanwhile(t *testing.T) {
	d := newDesk(t, few)
	s := d.Server
	a, editor := signIn(t, s, "editor@example.org", review.Editor)
	at, _ := d.sent(t, review.Entry, "", "", newcomer(), "")
	form := deciding(t, as(s, editor, at, nil).Body.String(), "changes", "reason", "Please name <the> source.\r\n\r\nAnd the year.")
	if err := d.store.EndSessions(t.Context(), a.ID); err != nil {
		t.Fatal(err)
	}
	page := wants(t, as(s, editor, "/ar"+at+"/decide", form), http.StatusForbidden, "انتهت الجلسة", `href="/ar/login" target="_blank"`, "Please name &lt;the&gt; source.", "ما كتبتموه", "noindex")
	page = wants(t, as(s, editor, at+"/decide", form), http.StatusForbidden, `action="`+at+`/decide"`, "nothing is lost")
	_, back, _ := strings.Cut(page, `<form class="form" method="post"`)
	again := formFields(t, back)
	for name, values := range form {
		// A browser leaves out the line that a text area begins with.
		if got := strings.TrimPrefix(again.Get(name), "\r\n"); got != values[0] {
			t.Errorf("%s comes back as %q, was %q", name, got, values[0])
		}
		again.Set(name, values[0])
	}
	if w := as(s, editor, at+"/decide", again); w.Code != http.StatusForbidden {
		t.Errorf("sent again before signing in: %d", w.Code)
	}
	token, err := d.store.StartSession(t.Context(), a.ID)
	if err != nil {
		t.Fatal(err)
	}
	in := &http.Cookie{Name: secureCookie, Value: token}
	if w := as(s, in, at+"/decide", again); w.Code != http.StatusSeeOther {
		t.Errorf("sent again after signing in: %d", w.Code)
	}
	wants(t, as(s, in, at, nil), 200, "Please name &lt;the&gt; source.")
	// Nothing is given back to another site, of passwords, or of nothing.
	for name, w := range map[string]*httptest.ResponseRecorder{
		"another site": knock(s, "POST", at+"/comment?text=planted+words", nil, "Origin", "https://evil.example", "Sec-Fetch-Site", "cross-site"),
		"a password":   as(s, nil, "/account/password", url.Values{"old": {"seven quiet herons wade"}, "password": {"other words of mine"}}),
		"nothing":      as(s, nil, at+"/claim", url.Values{"version": {"1"}}),
	} {
		if w.Code != http.StatusSeeOther || !strings.Contains(w.Header().Get("Location"), "/login?to=") {
			t.Errorf("%s: %d to %q", name, w.Code, w.Header().Get("Location"))
		}
	}
}

// TestDeskEdits changes a text in the form, also when somebody else did.
func TestDeskEdits(t *testing.T) {
	d := newDesk(t, few)
	s := d.Server
	_, editor := signIn(t, s, "editor@example.org", review.Editor)
	at, private := d.sent(t, review.Entry, "", "", newcomer(), "")
	form := formFields(t, wants(t, as(s, editor, at+"/edit", nil), 200, "Legal help at the airport"))
	form.Set("title", "Legal help from the first hour")
	form.Set("do", "add:sources")
	wants(t, as(s, editor, at+"/edit", form), 200, "Legal help from the first hour", `name="sources.1.title"`, "not kept yet")
	form.Set("do", "save")
	if w := as(s, editor, at+"/edit", form); w.Code != http.StatusSeeOther {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	wants(t, as(s, editor, at, nil), 200, "What editors have changed", "<ins>from", "Legal help from the first hour")
	form.Set("title", "A third title")
	wants(t, as(s, editor, at+"/edit", form), http.StatusConflict, "A third title", "has changed meanwhile")
	if _, err := d.store.Recall(t.Context(), strings.TrimPrefix(private, "/contribute/")); err != nil {
		t.Fatal(err)
	}
	wants(t, as(s, editor, at+"/edit", form), http.StatusConflict, "A third title", "taken back")
	wants(t, as(s, editor, at+"/edit", nil), http.StatusConflict)
	wants(t, as(s, editor, at+"/claim", url.Values{}), http.StatusConflict, "taken back")
}

// TestDeskKeepsOut shows editors nothing that was not sent, and lets nobody
// decide on their own.
func TestDeskKeepsOut(t *testing.T) {
	d := newDesk(t, few)
	s := d.Server
	me, editor := signIn(t, s, "editor@example.org", review.Editor)
	_, trainer := signIn(t, s, "trainer@example.org", review.Trainer)
	text, _ := textOfFile(newcomer().File(practices.Setting{Now: time.Now(), Anonymous: "A"}), "")
	token, sub, err := d.store.Begin(t.Context(), review.Start{Kind: review.Entry, Owner: me.ID, Text: text})
	if err != nil {
		t.Fatal(err)
	}
	wants(t, as(s, editor, "/review/"+sub.ID, nil), 404)
	wants(t, as(s, editor, "/review/"+sub.ID+"/edit", nil), 404)
	wants(t, as(s, editor, "/review/0123456789abcdef", nil), 404)
	if _, err := d.store.Send(t.Context(), token, sub.Version, review.Sending{}); err != nil {
		t.Fatal(err)
	}
	page := wants(t, as(s, editor, "/review/"+sub.ID, nil), 200, "This is your own submission")
	wants(t, as(s, editor, "/review/"+sub.ID+"/decide", deciding(t, page, "accept", "note", "typed")), 403, "Another editor decides", "typed")
	wants(t, as(s, editor, "/review/"+sub.ID+"/decide", url.Values{"do": {"nonsense"}}), 400)
	wants(t, as(s, trainer, "/review/"+sub.ID, nil), 403)
	for _, address := range []string{"/claim", "/comment", "/decide", "/contact", "/record", "/rebase", "/edit", "/free"} {
		if w := as(s, nil, "/review/"+sub.ID+address, url.Values{"text": {"x"}}); w.Code != http.StatusForbidden || !strings.Contains(w.Body.String(), `action="/login`) && !strings.Contains(w.Body.String(), `href="/login`) {
			t.Errorf("%s is open, or leads nowhere: %d", address, w.Code)
		}
	}
}

// TestDeskReadsOtherKinds shows translations beside their source, and workshops
// as text.
func TestDeskReadsOtherKinds(t *testing.T) {
	d := newDesk(t, few)
	s := d.Server
	_, editor := signIn(t, s, "editor@example.org", review.Editor)
	source, err := s.current.catalogue.Get(dutch)
	if err != nil {
		t.Fatal(err)
	}
	file := "---\nid: " + dutch + "\nlang: es\nof: " + source.TextHash() + "\nstate: reviewed\ntitle: Título\nsummary: Resumen.\ncontributors:\n- {name: N, role: translator}\n---\n## Qué se hizo\nSe hizo esto.\n"
	token, sub, err := d.store.Begin(t.Context(), review.Start{Kind: review.Translation, Practice: dutch, Text: review.Text{Title: "Título", Lang: "es", Body: file}})
	if err == nil {
		_, err = d.store.Send(t.Context(), token, sub.Version, review.Sending{})
	}
	if err != nil {
		t.Fatal(err)
	}
	page := wants(t, as(s, editor, "/review/"+sub.ID, nil), 200, source.Title, "Título", `lang="es"`, "Missing.", "Se hizo esto.")
	wants(t, as(s, editor, "/review/"+sub.ID+"/decide", deciding(t, page, "accept")), 422, "is missing; the source has it")
	token, sub, err = d.store.Begin(t.Context(), review.Start{Kind: review.Workshop, Text: review.Text{Title: "Tuesday", Lang: "en", Body: "---\ntitle: Tuesday <script>\n---\n"}})
	if err == nil {
		_, err = d.store.Send(t.Context(), token, sub.Version, review.Sending{})
	}
	if err != nil {
		t.Fatal(err)
	}
	page = wants(t, as(s, editor, "/review/"+sub.ID, nil), 200, "Tuesday &lt;script&gt;")
	wants(t, as(s, editor, "/review/"+sub.ID+"/decide", deciding(t, page, "accept", "name", "Not a name")), 422, "Give the workshop a name")
}

func TestUnseenSignsAreShown(t *testing.T) {
	got := textRuns("a\u202Eb\u200D\u200Fc\x07")
	want := []textRun{{Text: "a"}, {Sign: "U+202E"}, {Text: "b\u200D\u200Fc"}, {Sign: "U+0007"}}
	if len(got) != len(want) {
		t.Fatalf("%q", got)
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("%q, not %q", got[i], want[i])
		}
	}
	if textRuns("") != nil {
		t.Error("nothing has runs")
	}
}
