package server

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"opendoor/practices"
	"opendoor/practices/review"
)

// begunTranslation makes a draft of a translation and gives its address.
func begunTranslation(t testing.TB, s *Server, id, to string) string {
	t.Helper()
	w := postForm(s, "/contribute/translate/"+id, url.Values{"to": {to}})
	at, _, _ := strings.Cut(w.Header().Get("Location"), "?")
	if w.Code != http.StatusSeeOther || at == "" {
		t.Fatalf("a translation is not begun: %d %s", w.Code, w.Body)
	}
	return at
}

// filled is the form of a translation with something beside every paragraph
// that keeps what it must keep.
func filled(t testing.TB, s *Server, page, id string) url.Values {
	t.Helper()
	source, err := s.current.catalogue.Get(id)
	if err != nil {
		t.Fatal(err)
	}
	_, form, _ := strings.Cut(page, `<form class="form"`)
	f := formFields(t, form)
	for _, p := range practices.NewTranslation(source, "ar").Passages(source) {
		if _, there := f["t."+p.Name]; !there {
			t.Fatalf("no field for %s", p.Name)
		}
		f.Set("t."+p.Name, "ترجمة "+p.Source)
	}
	return f
}

// sentTranslation sends what a form holds, and gives the submission.
func (d *desk) sentTranslation(t testing.TB, at string, form url.Values) review.Submission {
	t.Helper()
	form.Set("do", "look")
	w := postForm(d.Server, at, form)
	look := w.Header().Get("Location")
	if w.Code != http.StatusSeeOther || !strings.HasSuffix(look, "/look") {
		t.Fatalf("%d %s\n%.3000s", w.Code, look, w.Body)
	}
	page := wants(t, get(d.Server, look), 200)
	_, send, ok := strings.Cut(page, `id="send"`)
	if !ok {
		t.Fatalf("it cannot be sent: %.2000s", page)
	}
	f := formFields(t, send)
	f.Set("agreed", "1")
	f.Set("looked", "1")
	if w := postForm(d.Server, strings.TrimSuffix(look, "/look")+"/send", f); w.Code != http.StatusSeeOther {
		t.Fatalf("not sent: %d %s", w.Code, w.Body)
	}
	sub, err := d.store.ByToken(t.Context(), strings.TrimPrefix(at, "/contribute/"))
	if err != nil || sub.State != review.Submitted {
		t.Fatal(sub.State, err)
	}
	return sub
}

// decided accepts a submission and publishes it.
func (d *desk) decided(t testing.TB, editor *http.Cookie, sub review.Submission, more ...string) {
	t.Helper()
	at := "/review/" + sub.ID
	if w := as(d.Server, editor, at+"/decide", deciding(t, as(d.Server, editor, at, nil).Body.String(), "accept", more...)); w.Code != http.StatusSeeOther {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	d.publish(t)
}

// TestTranslate is the way of a translation: written beside its source without
// an account, guarded, looked at, read by an editor, public as a draft; left
// behind by its source, caught up, signed.
func TestTranslate(t *testing.T) {
	d := newDesk(t, few)
	s := d.Server
	_, editor := signIn(t, s, "editor@example.org", review.Editor)
	wants(t, get(s, "/contribute"), 200, "/contribute/translate")
	wants(t, get(s, "/ar/practices/"+dutch), 200, `href="/ar/contribute/translate/`+dutch)
	wants(t, get(s, "/contribute/translate?to=ar"), 200, "/contribute/translate/"+dutch+"?to=ar")
	wants(t, get(s, "/contribute/translate/"+dutch+"?to=ar"), 200, `value="ar" id="to-ar" checked`, "Not translated yet")
	if w := postForm(s, "/contribute/translate/"+dutch, url.Values{"to": {"xx"}}); w.Code != 422 {
		t.Errorf("into no language: %d", w.Code)
	}
	if w := postForm(s, "/contribute/translate/nl-9999", url.Values{"to": {"ar"}}); w.Code != 404 {
		t.Errorf("no entry: %d", w.Code)
	}
	if w := postForm(s, "/contribute/translate/"+dutch, url.Values{"to": {"ar"}}, "Sec-Fetch-Site", "cross-site"); w.Code != 403 {
		t.Errorf("from another site: %d", w.Code)
	}

	at := begunTranslation(t, s, dutch, "ar")
	page := wants(t, get(s, at+"?begun"), 200, `lang="ar" dir="rtl"`, `<b class="cite" dir="ltr">[1]</b>`)
	form := filled(t, s, page, dutch)
	whole := form.Get("t.what-was-done.0")
	form.Set("t.what-was-done.0", strings.ReplaceAll(whole, "[1]", ""))
	form.Set("t.title", "")
	form.Set("do", "look")
	if w := postForm(s, at, form); w.Header().Get("Location") != at+"?check#faults" {
		t.Fatalf("%d %s", w.Code, w.Header())
	}
	page = wants(t, get(s, at+"?check"), 200, "The mark [1] is missing", `href="#p-title"`, "Please answer this")
	if w := postForm(s, at+"/send", url.Values{"agreed": {"1"}, "version": {versionOf(t, page)}}); w.Code != 422 {
		t.Errorf("a translation with faults is sent: %d", w.Code)
	}
	form.Set("version", versionOf(t, page))
	form.Set("t.title", "عنوان عربي")
	quiet := postForm(s, at, form, "Sec-Fetch-Site", "same-origin", "Accept", jsonType)
	var said struct {
		Version int
		Faults  map[string]string
	}
	if err := json.Unmarshal(quiet.Body.Bytes(), &said); err != nil || !strings.Contains(said.Faults["p-what-was-done-0"], "[1]") || len(said.Faults) != 1 {
		t.Errorf("kept as it is typed: %v %s", err, quiet.Body)
	}
	stale := postForm(s, at, form) // the version of before
	wants(t, stale, 409, "عنوان عربي", "another window")
	form.Set("version", versionOf(t, get(s, at).Body.String()))
	form.Set("t.what-was-done.0", whole)
	form.Set("credit", "Amal of Beirut")
	sub := d.sentTranslation(t, at, form)
	wants(t, get(s, at), 200, "Sent")

	// An editor reads it beside its source, puts a word right, and accepts.
	desk := "/review/" + sub.ID
	queue := as(s, editor, "/review?kind=translation&lang=ar&state=held", nil).Body.String() // it was written faster than people write
	if queue += as(s, editor, "/review?kind=translation&lang=ar", nil).Body.String(); !strings.Contains(queue, "عنوان عربي") {
		t.Error("it is not in the queue")
	}
	wants(t, as(s, editor, desk, nil), 200, "عنوان عربي", "/ar"+desk, "translation", `class="pair`)
	wants(t, as(s, editor, "/ar"+desk, nil), 200, `class="prose"`)
	edit := wants(t, as(s, editor, desk+"/edit", nil), 200, "عنوان عربي")
	_, fields, _ := strings.Cut(edit, `<form class="form"`)
	edited := formFields(t, fields)
	edited.Set("t.title", "عنوان أفضل")
	if w := as(s, editor, desk+"/edit", edited); w.Code != http.StatusSeeOther {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	wants(t, as(s, editor, desk+"/edit", edited), 409, "عنوان أفضل")
	wants(t, as(s, editor, desk, nil), 200, "عنوان أفضل", "What editors have changed")
	d.decided(t, editor, sub)
	draft := s.set.Message("ar", "entry.translation_draft")
	wants(t, get(s, "/ar/practices/"+dutch), 200, "عنوان أفضل", draft, "Amal of Beirut")
	list, err := d.repository.Versions(t.Context(), dutch+".ar")
	if err != nil || len(list) != 1 || list[0].Author != "Amal of Beirut" {
		t.Fatal(list, err)
	}
	file, _, err := d.repository.Text(t.Context(), dutch+".ar", list[0].ID)
	if err != nil || !strings.Contains(string(file), "\nparts: {") || !strings.Contains(string(file), "\nstate: draft\n") {
		t.Fatalf("%v\n%s", err, file)
	}

	// Each text of the translation has an address of its own, in its language.
	fixed := "/practices/" + dutch + "/v/" + list[0].ID
	if w := get(s, fixed); w.Code != http.StatusMovedPermanently && w.Code != http.StatusPermanentRedirect || w.Header().Get("Location") != "/ar"+fixed {
		t.Errorf("%s: %d %s", fixed, w.Code, w.Header())
	}
	wants(t, get(s, "/ar"+fixed), 200, "عنوان أفضل", s.set.Message("ar", "version.newest"))
	wants(t, get(s, "/ar/practices/"+dutch+"/history"), 200, "/ar"+fixed, s.set.Message("ar", "version.translation", "language", "العربية"))

	// The source changes; two people bring the translation up to date at once.
	changed, base := d.changed(t, dutch, map[string]string{"summary": "Another summary, which says something else than it said before it was changed by somebody who knew that it was no longer right."})
	change, _ := d.sent(t, review.Change, dutch, base, changed, "")
	if sub, err = d.store.Get(t.Context(), strings.TrimPrefix(change, "/review/")); err != nil {
		t.Fatal(err)
	}
	d.decided(t, editor, sub)
	wants(t, get(s, "/ar/practices/"+dutch), 200, s.set.Message("ar", "translate.mend"))
	wants(t, as(s, editor, "/review/translations", nil), 200, "/contribute/translate?to=ar&amp;what=stale")
	first, second := begunTranslation(t, s, dutch, "ar"), begunTranslation(t, s, dutch, "ar")
	page = wants(t, get(s, first), 200, "Look at 1 paragraph first", "<ins>Another", "<del>")
	if strings.Index(page, `name="t.summary"`) > strings.Index(page, `name="t.title"`) {
		t.Error("what has changed is not first")
	}
	behind := formFields(t, page[strings.Index(page, `<form class="form"`):])
	still := d.sentTranslation(t, second, formFields(t, get(s, second).Body.String()))
	wants(t, as(s, editor, "/review/"+still.ID, nil), 200, "The original has changed here", `href="#beside"`)
	behind.Add("still", "summary")
	caughtUp := d.sentTranslation(t, first, behind)
	d.decided(t, editor, caughtUp, "reader", "a legal aid worker, Amman")
	now := wants(t, get(s, "/ar/practices/"+dutch), 200, "a legal aid worker, Amman")
	if strings.Contains(now, draft) || strings.Contains(now, s.set.Message("ar", "translate.mend")) {
		t.Error("what was signed is called a draft, or stale")
	}
	wants(t, get(s, "/ar"+fixed), 200, "عنوان أفضل", s.set.Message("ar", "version.newer"))
	history := wants(t, get(s, "/ar/practices/"+dutch+"/history"), 200, "/ar"+fixed, s.set.Message("ar", "field.state"), s.set.Message("ar", "field.summary"))
	if strings.Contains(history, "<code>") {
		t.Error("the history names fields as the format does")
	}
	page = as(s, editor, "/review/"+still.ID, nil).Body.String()
	wants(t, as(s, editor, "/review/"+still.ID+"/decide", deciding(t, page, "accept")), 422, "Bring the two together")
	if w := as(s, editor, "/review/"+still.ID+"/rebase", url.Values{"version": {versionOf(t, page)}}); w.Code != http.StatusSeeOther {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	d.decided(t, editor, still)
	wants(t, get(s, "/ar/practices/"+dutch), 200, "a legal aid worker, Amman")
}

// TestTranslateMeanwhile changes the source while somebody writes: what they
// typed stays beside what it was typed for.
func TestTranslateMeanwhile(t *testing.T) {
	d := newDesk(t, few)
	s := d.Server
	_, editor := signIn(t, s, "editor@example.org", review.Editor)
	at := begunTranslation(t, s, dutch, "ar")
	form := filled(t, s, get(s, at).Body.String(), dutch)
	draft, base := d.changed(t, dutch, nil)
	draft.Set("what-was-done", "A paragraph that was not there before.[1]\n\n"+draft.Get("what-was-done"))
	change, _ := d.sent(t, review.Change, dutch, base, draft, "")
	sub, err := d.store.Get(t.Context(), strings.TrimPrefix(change, "/review/"))
	if err != nil {
		t.Fatal(err)
	}
	d.decided(t, editor, sub)
	if w := postForm(s, at, form); w.Code != http.StatusSeeOther {
		t.Fatal(w.Code)
	}
	now := formFields(t, get(s, at).Body.String())
	if now.Get("t.what-was-done.0") != "" || now.Get("t.what-was-done.1") != form.Get("t.what-was-done.0") {
		t.Errorf("the texts have moved: %q, %q", now.Get("t.what-was-done.0"), now.Get("t.what-was-done.1"))
	}
}
