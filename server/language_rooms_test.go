package server

import (
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
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
	"opendoor/templates"
)

// newSpeaking serves everything that has words: a repository with two entries,
// a store with forms, a desk and accounts, in the languages of the interface
// and the pseudo-locales.
func newSpeaking(t *testing.T) (*Server, *review.Store) {
	t.Helper()
	seed := fstest.MapFS{}
	for _, name := range []string{dutchFile, "americas/mx/mx-0004.md", "americas/mx/mx-0004.es.md"} {
		data, err := fs.ReadFile(entries.FS, name)
		if err != nil {
			t.Fatal(err)
		}
		seed[name] = &fstest.MapFile{Data: data}
	}
	r, err := history.Open(t.Context(), history.Options{Dir: filepath.Join(t.TempDir(), "data"), Release: "1", Seed: seed})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.Close() })
	store, err := review.Open(t.Context(), "sqlite:"+filepath.Join(t.TempDir(), "store.db"), review.Options{Key: []byte(strings.Repeat("k", 32)), LintWorkshop: func(path string, data []byte) []practices.Fault {
		_, faults := workshops.Parse(path, data)
		return faults
	}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { store.Close() })
	set, err := templates.LoadFrom(withPseudoLocales(t))
	if err != nil {
		t.Fatal(err)
	}
	s, err := start(Options{History: r, Review: store}, set)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s, store
}

// A listener walks the rooms of the site in one language and listens to each
// answer.
type listener struct {
	t    *testing.T
	s    *Server
	ear  *ear
	lang string
	from string // address and port
	keys map[string]bool
}

// hear listens to an answer: it has the status, says its language, and no word
// of it is English, a key or a place that was not filled.
func (l *listener) hear(w *httptest.ResponseRecorder, address string, status int) string {
	l.t.Helper()
	body := w.Body.String()
	if w.Code != status {
		l.t.Errorf("%s: status %d, want %d: %.300s", address, w.Code, status, body)
		return body
	}
	if w.Code/100 == 3 {
		if to := w.Header().Get("Location"); !strings.HasPrefix(to, inLanguage(l.lang, "/")) {
			l.t.Errorf("%s leads out of the language, to %s", address, to)
		}
		return body
	}
	if !strings.HasPrefix(w.Header().Get("Content-Type"), "text/html") {
		return body
	}
	doc, err := html.Parse(strings.NewReader(body))
	if err != nil {
		l.t.Fatal(err)
	}
	for _, wrong := range l.ear.listen(doc) {
		l.t.Errorf("%s: %s", address, wrong)
	}
	switches := 0
	for n := range doc.Descendants() {
		switch {
		case n.Type == html.ElementNode && n.Data == "html" && (attribute(n, "lang") != l.lang || attribute(n, "dir") != dirOf(l.lang)):
			l.t.Errorf("%s: <html lang=%q dir=%q>", address, attribute(n, "lang"), attribute(n, "dir"))
		case n.Type == html.TextNode && (l.keys[strings.TrimSpace(n.Data)] || leftPlace.MatchString(n.Data)) && !amid(n, "code", "pre", "textarea"):
			l.t.Errorf("%s: a message is not filled: %s", address, n.Data)
		case n.Data == "a" && attribute(n, "hreflang") != "":
			switches++
		}
	}
	if all := len(l.s.set.Languages()); switches != all && !alone[withoutLanguage(l.lang, address)] {
		l.t.Errorf("%s: the switch offers %d of %d languages", address, switches, all)
	}
	return body
}

// alone are the answers that cannot be had again in another language.
var alone = map[string]bool{"/account/factor POST": true, "/account/recovery POST": true}

func amid(n *html.Node, names ...string) bool {
	for ; n != nil; n = n.Parent {
		for _, name := range names {
			if n.Data == name {
				return true
			}
		}
	}
	return false
}

func (l *listener) get(cookie *http.Cookie, path string, status int) string {
	l.t.Helper()
	address := inLanguage(l.lang, path)
	return l.hear(knock(l.s, "GET", address, cookie), address, status)
}

func (l *listener) post(cookie *http.Cookie, path string, form url.Values, status int) (body, to string) {
	l.t.Helper()
	address := inLanguage(l.lang, path)
	r := httptest.NewRequest("POST", "https://example.com"+address, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	r.RemoteAddr = l.from // what one network may send is counted
	if cookie != nil {
		r.AddCookie(cookie)
	}
	w := httptest.NewRecorder()
	l.s.Handler().ServeHTTP(w, r)
	to, _, _ = strings.Cut(withoutLanguage(l.lang, w.Header().Get("Location")), "?")
	return l.hear(w, address, status), to
}

// TestEveryRoomSpeaksItsLanguage goes through what needs a form or an account,
// with right answers and wrong ones, in every language and pseudo-locale.
func TestEveryRoomSpeaksItsLanguage(t *testing.T) {
	t.Parallel()
	s, store := newSpeaking(t)
	_, admin := signIn(t, s, "admin@example.org", review.Admin)
	_, trainer := signIn(t, s, "trainer@example.org", review.Trainer)
	keys := map[string]bool{}
	for _, key := range s.set.Keys() {
		keys[key] = strings.Contains(key, ".")
	}
	for i, language := range s.set.Languages() {
		if language.Tag == defaultLanguage {
			continue
		}
		t.Run(language.Tag, func(t *testing.T) {
			ear := newEar(s.set, language.Tag)
			ear.ownRight = language.Tag == "ar"
			l := &listener{t, s, ear, language.Tag, fmt.Sprintf("192.0.2.%d:1", i), keys}
			l.contributes()
			l.ownWorkshop()
			l.desk(admin, store)
			l.accounts(admin, trainer)
			l.errors(trainer)
		})
	}
}

// contributes is the way of a submission.
func (l *listener) contributes() {
	l.t.Helper()
	for _, path := range []string{"/contribute", "/contribute/new", "/contribute/upload", "/contribute/change/" + dutch} {
		l.get(nil, path, 200)
	}
	l.post(nil, "/contribute/new", url.Values{"title": {""}, "countries": {"Atlantis"}, "lang": {"xx"}}, 422)
	l.post(nil, "/contribute/upload", url.Values{"text": {""}}, 422)
	l.post(nil, "/contribute/upload", url.Values{"text": {"no form"}}, 422)
	l.post(nil, "/contribute/change/"+dutch, url.Values{"remark": {" "}}, 422)
	_, at := l.post(nil, "/contribute/new", url.Values{"title": {"Legal help at the airport"}, "countries": {"ZM"}, "lang": {"en"}}, http.StatusSeeOther)
	page := l.get(nil, at+"?begun", 200)
	// Everything wrong at once: every kind of problem and of harm is told.
	wrong := unnamed(answers())
	for name, value := range map[string]string{
		"title": strings.Repeat("long ", 60), "summary": "Two words", "started": "last year", "kind": "nonsense", "sources.0.url": "gopher://x",
		"figures.0.value": "many", "what-was-done": "# A heading\n\nAna Gómez, 34, passport AB1234567, +52 55 1234 5678, ana@example.org, lives at Calle Juárez 12.[9] <b>x</b>",
		"places.0.name": "Nowhere at all", "related.0.id": "x", "lang": "en", "standing": "contested",
	} {
		wrong.Set(name, value)
	}
	wrong.Set("version", versionOf(l.t, page))
	wrong.Set("do", "look")
	l.post(nil, at, wrong, http.StatusSeeOther)
	l.get(nil, at, 200)
	l.get(nil, at+"?more", 200)
	l.get(nil, at+"/look", 200)
	right := unnamed(answers())
	right.Set("version", versionOf(l.t, l.get(nil, at, 200)))
	l.post(nil, at, right, http.StatusSeeOther)
	look := l.get(nil, at+"/look", 200)
	l.post(nil, at+"/send", url.Values{"version": {versionOf(l.t, look)}, "email": {"nobody"}}, 422)
	l.post(nil, at+"/send", url.Values{"version": {versionOf(l.t, look)}, "agreed": {"1"}}, http.StatusSeeOther)
	l.get(nil, at+"?sent", 200)
	l.post(nil, at+"/answer", url.Values{"text": {" "}}, 422)
	l.post(nil, at+"/answer", url.Values{"text": {"Thank you"}}, http.StatusSeeOther)
	l.post(nil, at+"/erase", url.Values{}, 422)
	l.get(nil, at, 200)
	l.post(nil, at+"/recall", url.Values{}, http.StatusSeeOther)
	l.get(nil, at+"?status", 200)
	l.post(nil, at+"/erase", url.Values{"sure": {"1"}}, 200)
}

// unnamed are answers with no name that stands as an example in a message.
func unnamed(form url.Values) url.Values {
	for name, values := range form {
		for i, value := range values {
			form[name][i] = strings.ReplaceAll(value, "Lawyers Together", "Advocates of Lusaka")
		}
	}
	return form
}

// ownWorkshop is a workshop that somebody makes.
func (l *listener) ownWorkshop() {
	l.t.Helper()
	l.get(nil, "/workshops/new?id="+dutch, 200)
	_, mine := l.post(nil, "/workshops/new", url.Values{"title": {"Tuesday"}, "id": {dutch}}, http.StatusSeeOther)
	page := l.get(nil, mine, 200)
	l.get(nil, mine+"/add", 200)
	l.get(nil, mine+"/send", 200)
	l.post(nil, mine, url.Values{"version": {versionOf(l.t, page)}, "title": {""}, "minutes": {"9999"}, "case[]": {dutch}, dutch + ".then": {"x"}, "summary": {"Call +52 55 1234 5678"}}, http.StatusSeeOther)
	l.get(nil, mine, 200)
	l.post(nil, mine, url.Values{"version": {"1"}, "title": {"Other"}}, 409)
	form := url.Values{"version": {versionOf(l.t, l.get(nil, mine, 200))}, "case[]": {dutch}, "lang": {"fr"}, "minutes": {"45"}}
	l.post(nil, mine, complete(form), http.StatusSeeOther)
	l.get(nil, mine, 200)
	send := l.get(nil, mine+"/send", 200)
	l.post(nil, mine+"/send", url.Values{"version": {versionOf(l.t, send)}}, 422)
	l.post(nil, mine+"/erase", url.Values{"sure": {"1"}}, http.StatusSeeOther)
}

// desk is what editors see and do with a submission.
func (l *listener) desk(editor *http.Cookie, store *review.Store) {
	l.t.Helper()
	for _, path := range []string{"/review", "/review?state=held&kind=entry", "/review/entries", "/review/entries/" + dutch, "/review/problems", "/review/audit"} {
		l.get(editor, path, 200)
	}
	l.get(editor, "/review/entries?id=zz-9999", 404)
	draft := practices.NewDraft("en")
	for name, values := range unnamed(answers()) {
		draft.Set(name, values...)
	}
	draft.Set("what-came-of-it", "Ana Gómez, 34, was freed.")
	form, _ := textOfFile(draft.File(practices.Setting{Now: time.Now(), Anonymous: "A practitioner"}), "")
	token, sub, err := store.Begin(l.t.Context(), review.Start{Kind: review.Entry, Text: form})
	if err != nil {
		l.t.Fatal(err)
	}
	if sub, err = store.Send(l.t.Context(), token, sub.Version, review.Sending{Credit: "Lawyers Together", Contact: review.Contact{Email: "someone@example.org"}}); err != nil {
		l.t.Fatal(err)
	}
	at := "/review/" + sub.ID
	l.get(editor, "/review", 200)
	l.get(editor, at, 200)
	l.get(editor, at+"/edit", 200)
	l.post(editor, at+"/claim", url.Values{}, http.StatusSeeOther)
	l.post(editor, at+"/contact", url.Values{}, 200)
	l.post(editor, at+"/comment", url.Values{"text": {" "}}, 422)
	l.post(editor, at+"/comment", url.Values{"field": {"summary"}, "text": {"How many?"}}, http.StatusSeeOther)
	page := l.get(editor, at, 200)
	l.post(editor, at+"/record", url.Values{"kind": {"reading"}}, 422)
	l.post(editor, at+"/decide", deciding(l.t, page, "accept"), 422)
	l.post(editor, at+"/decide", deciding(l.t, page, "changes"), 422)
	l.post(editor, at+"/decide", deciding(l.t, page, "changes", "reason", "Leave out the name."), http.StatusSeeOther)
	l.get(editor, at, 200)
	l.get(nil, "/contribute/"+token, 200)
	l.post(editor, "/review/entries/"+dutch+"/withdraw", url.Values{"why": {""}}, 422)
	l.post(editor, "/review/entries/"+dutch+"/hide", url.Values{}, 422)
	l.get(editor, "/review/audit", 200)
}

// accounts is how people come in, and who may.
func (l *listener) accounts(admin, trainer *http.Cookie) {
	l.t.Helper()
	l.get(nil, "/login", 200)
	l.get(nil, "/account", http.StatusSeeOther)
	l.post(nil, "/login", url.Values{"email": {"nobody@" + l.lang + ".example.org"}, "password": {"wrong"}}, 422)
	l.get(nil, "/invite/nothing", 404)
	for _, who := range []*http.Cookie{admin, trainer} {
		l.get(who, "/account", 200)
	}
	l.post(trainer, "/account/password", url.Values{"old": {"x"}, "new": {"short"}, "again": {"other"}}, 422)
	l.get(trainer, "/account/factor", 200)
	l.get(admin, "/review/accounts", 200)
	l.post(admin, "/review/accounts", url.Values{"email": {"nobody"}, "name": {"x"}, "role": {"editor"}}, 422)
}

// errors are the answers that nobody hopes for.
func (l *listener) errors(trainer *http.Cookie) {
	l.t.Helper()
	l.get(nil, "/nowhere", 404)
	l.get(nil, "/practices/zz-9999", 404)
	l.get(nil, "/contribute/"+strings.Repeat("x", 43), 404)
	l.get(trainer, "/review", 403)
	address := inLanguage(l.lang, "/practices")
	l.hear(knock(l.s, "DELETE", address, nil), address, 405)
	address = inLanguage(l.lang, "/contribute/new")
	r := httptest.NewRequest("POST", "https://example.com"+address, strings.NewReader("title=%zz"))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	w := httptest.NewRecorder()
	l.s.Handler().ServeHTTP(w, r)
	l.hear(w, address, 400)
	r = httptest.NewRequest("POST", "https://example.com"+address, io.MultiReader(strings.NewReader("title="), strings.NewReader(strings.Repeat("x", maxForm+1))))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	w = httptest.NewRecorder()
	l.s.Handler().ServeHTTP(w, r)
	l.hear(w, address, 413)
	for _, err := range []error{
		goneError{"mx-0004", ""}, hiddenError{""}, errFormat, errOurs, errBusy, errNoSpace, errNoStore, errInsecure, errCrossSite,
		&review.Throttled{Wait: time.Minute}, review.ErrState, review.ErrTooLong, review.ErrText, errMethod,
	} {
		g := l.s.take()
		v := &visit{generation: g, set: l.s.set, lang: l.lang, dir: dirOf(l.lang), path: "/practices/mx-0004", now: time.Now()}
		body, _ := l.s.errorBody(v, statusOf(err), err)
		g.release()
		w := httptest.NewRecorder()
		w.Header().Set("Content-Type", "text/html")
		w.WriteHeader(statusOf(err))
		w.Write(body)
		l.hear(w, "an answer to "+err.Error(), statusOf(err))
	}
}

// TestWhatIsTakenAwaySpeaksItsLanguage listens to what is no page: feeds,
// pictures, the form as a file and the words that a script asks for. Tables and
// the API are for programs and have the ids of the format in every language.
func TestWhatIsTakenAwaySpeaksItsLanguage(t *testing.T) {
	t.Parallel()
	s := newPseudoServer(t)
	for _, language := range s.set.Languages() {
		if language.Tag == defaultLanguage {
			continue
		}
		ear := newEar(s.set, language.Tag)
		deaf := 0
		hear := func(address, text string) {
			text = strings.Trim(strings.TrimSpace(text), "#=: ")
			if text != "" {
				deaf++
			}
			if ear.isEnglish(text) || leftPlace.MatchString(text) {
				t.Errorf("%s: %q", address, text)
			}
		}
		for _, path := range []string{"/practices.atom?population=children", "/map.svg", "/map.svg?region=europe", "/practices/gb-0001/lineage/map.svg"} {
			address := inLanguage(language.Tag, path)
			w := get(s, address)
			if w.Code != 200 {
				t.Errorf("%s: status %d", address, w.Code)
			}
			for d := xml.NewDecoder(w.Body); ; {
				token, err := d.Token()
				if err == io.EOF {
					break
				}
				if err != nil {
					t.Fatalf("%s: %v", address, err)
				}
				if text, ok := token.(xml.CharData); ok {
					hear(address, string(text))
				}
				if e, ok := token.(xml.StartElement); ok && (e.Name.Local == "svg" || e.Name.Local == "feed") {
					for _, a := range e.Attr {
						if a.Name.Local == "lang" && a.Value != language.Tag {
							t.Errorf("%s: says that it is in %q", address, a.Value)
						}
					}
				}
			}
		}
		address := inLanguage(language.Tag, "/contribute/form.txt")
		for line := range strings.Lines(get(s, address).Body.String()) {
			hear(address, line)
		}
		address = inLanguage(language.Tag, "/suggest?q=de")
		var said any
		if err := json.Unmarshal(get(s, address).Body.Bytes(), &said); err != nil {
			t.Fatalf("%s: %v", address, err)
		}
		var walk func(any)
		walk = func(v any) {
			switch v := v.(type) {
			case string:
				hear(address, v)
			case []any:
				for _, e := range v {
					walk(e)
				}
			case map[string]any:
				for _, e := range v {
					walk(e)
				}
			}
		}
		walk(said)
		if deaf < 100 {
			t.Errorf("%s: only %d texts heard", language.Tag, deaf)
		}
	}
}
