package server

import (
	"bytes"
	"context"
	"io/fs"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"opendoor/practices"
	"opendoor/practices/entries"
	"opendoor/practices/faulttest"
	"opendoor/practices/review"
)

// few are a handful of the shipped entries, of several shapes.
var few = func() fs.FS {
	tree := fstest.MapFS{}
	for _, path := range fewPaths {
		data, err := entries.FS.ReadFile(path)
		if err != nil {
			panic(err)
		}
		tree[path] = &fstest.MapFile{Data: data}
	}
	return tree
}()

var fewPaths = []string{"americas/mx/mx-0004.md", "americas/us/us-0007.md", "europe/nl/nl-0001.md", "global/un/un-0006.md"}

// contributing is a server of a few entries that takes what people send, with
// a clock that can be moved.
func contributing(t testing.TB) (*Server, *review.Store, *time.Time) {
	t.Helper()
	now := time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)
	clock := func() time.Time { return now }
	store, err := review.Open(context.Background(), "sqlite:"+filepath.Join(t.TempDir(), "review.db"), review.Options{Now: clock})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { store.Close() })
	return startServer(t, Options{Content: few, Review: store, Now: clock}), store, &now
}

// postForm sends a form as a browser does from a page of the site.
func postForm(s *Server, address string, form url.Values, header ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest("POST", address, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Del("Sec-Fetch-Site")
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	s.Handler().ServeHTTP(w, r)
	return w
}

// begunDraft makes a draft and gives its address.
func begunDraft(t testing.TB, s *Server, lang string) string {
	t.Helper()
	w := postForm(s, inLanguage(lang, "/contribute/new"), url.Values{"title": {"Legal help at the airport"}, "countries": {"ZM"}, "lang": {"en"}})
	at, _, _ := strings.Cut(w.Header().Get("Location"), "?")
	if w.Code != http.StatusSeeOther || at == "" {
		t.Fatalf("a draft is not begun: %d %s", w.Code, w.Body)
	}
	return at
}

var versionField = regexp.MustCompile(`name="version" value="(\d+)"`)

// versionOf is the version that a page's form carries.
func versionOf(t testing.TB, page string) string {
	t.Helper()
	m := versionField.FindStringSubmatch(page)
	if m == nil {
		t.Fatalf("no version in\n%.1500s", page)
	}
	return m[1]
}

// answers are a snapshot with every answer that is needed.
func answers() url.Values {
	return url.Values{
		"title": {"Legal help at the airport"}, "countries": {"ZM"}, "kind": {"programme"}, "status": {"running"},
		"summary":       {"Two lawyers meet people who ask for asylum at the airport before anybody decides on detention, and since they came fewer people are held there."},
		"actors.0.name": {"Lawyers Together"}, "actors.0.type": {"civil-society"}, "populations": {"families"}, "measures": {"legal-aid"}, "standing": {"element"},
		"what-was-done": {"Two lawyers are at the airport every day. They meet people before anybody decides, explain the procedure and speak for them. The immigration office calls them when somebody asks for asylum.[1]\n\n" +
			"The work began with a letter between the office and the lawyers. Families are seen first, in a room of their own.[1]"},
		"what-to-be-careful-about": {"- There are only two lawyers, and none at night.[1]"},
		"sources.0.title":          {"Annual report"}, "sources.0.publisher": {"Lawyers Together"}, "sources.0.kind": {"report"}, "sources.0.url": {"https://example.org/r"},
		"contributors.0.name": {"Lawyers Together"},
	}
}

// TestContribute is the way of a submission, by plain forms alone: begun, kept,
// looked over, put right, sent, answered, taken back, erased.
func TestContribute(t *testing.T) {
	s, store, now := contributing(t)
	at := begunDraft(t, s, "es")
	token := strings.TrimPrefix(at, "/es/contribute/")
	page := get(s, at+"?begun").Body.String()
	for _, want := range []string{`<html lang="es"`, at, `value="Legal help at the airport"`, `<option value="ZM" selected>`, "noindex"} {
		if !strings.Contains(page, want) {
			t.Errorf("the draft's page lacks %q", want)
		}
	}

	// Half of it is kept, wrong values too.
	half := url.Values{"version": {versionOf(t, page)}, "do": {"save"}, "title": {"Legal help <b>"}, "started": {"last year"}, "countries": {"ZM"}, "populations": {"families", "children"}, "what-was-done": {"  One\r\n\r\nTwo"}}
	if w := postForm(s, at, half); w.Code != http.StatusSeeOther {
		t.Fatalf("saving: %d %s", w.Code, w.Body)
	}
	page = get(s, at+"?check").Body.String()
	for _, want := range []string{`value="Legal help &lt;b&gt;"`, `value="last year"`, `value="children" id="f-populations-children" checked`, "One\n\nTwo", "no es una fecha", `href="#f-started"`, `aria-describedby="f-started-hint f-started-wrong" aria-invalid="true"`} {
		if !strings.Contains(page, want) {
			t.Errorf("after saving, the page lacks %q", want)
		}
	}
	if look := get(s, at+"/look").Body.String(); strings.Contains(look, at+"/send") || !strings.Contains(look, at+"?check#f-started") {
		t.Error("a draft with something wrong can be sent, or its faults lead nowhere")
	}

	// The rest, with a telephone number in it.
	whole := answers()
	whole.Set("version", versionOf(t, page))
	whole.Set("do", "look")
	whole.Set("what-was-done", whole.Get("what-was-done")+" Call +260 97 123 4567.[1]")
	w := postForm(s, at, whole)
	if w.Header().Get("Location") != at+"/look" {
		t.Fatalf("looking it over leads to %q: %s", w.Header().Get("Location"), w.Body)
	}
	look := get(s, at+"/look").Body.String()
	for _, want := range []string{"<h1>Legal help at the airport</h1>", "+260 97 123 4567", "parece un número de teléfono", `action="` + at + `/send"`} {
		if !strings.Contains(look, want) {
			t.Errorf("the preview lacks %q", want)
		}
	}
	sending := url.Values{"version": {versionOf(t, look)}, "email": {"nobody"}, "name": {"A. Lawyer"}}
	w = postForm(s, at+"/send", sending)
	if w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), `value="A. Lawyer"`) || !strings.Contains(w.Body.String(), `id="c-email-wrong"`) ||
		!strings.Contains(w.Body.String(), `id="looked-wrong"`) || !strings.Contains(w.Body.String(), `id="agreed-wrong"`) {
		t.Errorf("a sending with everything missing: %d", w.Code)
	}
	*now = now.Add(time.Minute)
	sending.Set("email", "lawyer@example.org")
	sending.Set("agreed", "1")
	sending.Set("looked", "1")
	if w = postForm(s, at+"/send", sending); w.Code != http.StatusSeeOther {
		t.Fatalf("sending: %d %s", w.Code, w.Body)
	}
	sub, err := store.ByToken(t.Context(), token)
	if err != nil || sub.State != review.Submitted || sub.Held || sub.Credit != "Lawyers Together" || !strings.Contains(string(sub.Checks), `"telephone"`) {
		t.Fatalf("%v %+v", err, sub)
	}
	if p, faults := practices.Parse("", []byte(sub.Body)); p.Title != "Legal help at the airport" || len(p.Sources) != 1 {
		t.Errorf("the file: %v\n%s", faults, sub.Body)
	}

	// What is sent cannot be written to, and a text that comes late is not lost.
	late := answers()
	late.Set("version", "9")
	late.Set("title", "Too late to change")
	if w = postForm(s, at, late); w.Code != http.StatusConflict || !strings.Contains(w.Body.String(), `value="Too late to change"`) {
		t.Errorf("writing to what was sent: %d", w.Code)
	}
	if page = get(s, at).Body.String(); !strings.Contains(page, at+"/recall") || strings.Contains(page, "<textarea class=\"field tall\"") {
		t.Error("the status page cannot take back, or still has the form")
	}
	if w = postForm(s, at+"/answer", url.Values{"text": {"  "}}); w.Code != http.StatusUnprocessableEntity {
		t.Errorf("an empty answer: %d", w.Code)
	}
	if w = postForm(s, at+"/answer", url.Values{"text": {"Thank <you>"}}); w.Code != http.StatusSeeOther {
		t.Errorf("an answer: %d", w.Code)
	}
	if page = get(s, at).Body.String(); !strings.Contains(page, "Thank &lt;you&gt;") {
		t.Error("the answer is not shown")
	}
	if w = postForm(s, at+"/recall", nil); w.Code != http.StatusSeeOther {
		t.Errorf("taking back: %d", w.Code)
	}
	if page = get(s, at).Body.String(); !strings.Contains(page, `value="Legal help at the airport"`) {
		t.Error("what was taken back cannot be written on")
	}
	if w = postForm(s, at+"/erase", nil); w.Code != http.StatusUnprocessableEntity {
		t.Errorf("erasing without a tick: %d", w.Code)
	}
	if w = postForm(s, at+"/erase", url.Values{"sure": {"1"}}); w.Code != http.StatusOK {
		t.Errorf("erasing: %d", w.Code)
	}
	if w = get(s, at); w.Code != http.StatusNotFound {
		t.Errorf("after erasure the address answers %d", w.Code)
	}
}

// TestDraftsMeet: a second window does not overwrite the first unseen, and
// does not lose its own text either.
func TestDraftsMeet(t *testing.T) {
	s, _, _ := contributing(t)
	at := begunDraft(t, s, "en")
	version := versionOf(t, get(s, at).Body.String())
	one, two := url.Values{"version": {version}, "title": {"One"}}, url.Values{"version": {version}, "title": {"Two"}}
	if w := postForm(s, at, one); w.Code != http.StatusSeeOther {
		t.Fatal(w.Code)
	}
	w := postForm(s, at, two)
	if w.Code != http.StatusConflict || !strings.Contains(w.Body.String(), `value="Two"`) || !strings.Contains(w.Body.String(), "another window") {
		t.Fatalf("the second window: %d", w.Code)
	}
	two.Set("version", versionOf(t, w.Body.String()))
	if w = postForm(s, at, two); w.Code != http.StatusSeeOther || !strings.Contains(get(s, at).Body.String(), `value="Two"`) {
		t.Errorf("keeping it once more: %d", w.Code)
	}
	w = postForm(s, at, two, "Sec-Fetch-Site", "same-origin", "Accept", jsonType)
	if w.Code != http.StatusConflict || !strings.Contains(w.Body.String(), "said") {
		t.Errorf("a quiet save of an old version: %d %s", w.Code, w.Body)
	}
}

// TestCrossSite: a form that another site had a browser send changes nothing,
// and one that lost its way comes back filled in.
func TestCrossSite(t *testing.T) {
	s, store, _ := contributing(t)
	at := begunDraft(t, s, "en")
	form := url.Values{"version": {versionOf(t, get(s, at).Body.String())}, "title": {"From elsewhere"}}
	for name, header := range map[string][]string{
		"another site": {"Sec-Fetch-Site", "cross-site"}, "a sister site": {"Sec-Fetch-Site", "same-site"}, "a foreign origin": {"Origin", "https://evil.example"},
		"no origin": {"Origin", "null"}, "no word, with a session": {"Cookie", "sid=x"}, "no word, with a secure session": {"Cookie", "__Host-sid=x"},
	} {
		w := postForm(s, at, form, header...)
		if w.Code != http.StatusForbidden || !strings.Contains(w.Body.String(), `value="From elsewhere"`) {
			t.Errorf("%s: %d, or the text is gone", name, w.Code)
		}
		for _, act := range []string{"/send", "/answer", "/recall", "/erase"} {
			if w := postForm(s, at+act, url.Values{"sure": {"1"}, "agreed": {"1"}, "text": {"x"}}, header...); w.Code != http.StatusForbidden {
				t.Errorf("%s: %s: %d", name, act, w.Code)
			}
		}
		for _, begin := range []string{"/contribute/new", "/contribute/change/mx-0004", "/contribute/upload"} {
			if w := postForm(s, begin, url.Values{"title": {"x"}, "remark": {"x"}, "text": {"x"}}, header...); w.Code != http.StatusForbidden {
				t.Errorf("%s: %s: %d", name, begin, w.Code)
			}
		}
	}
	if sub, err := store.ByToken(t.Context(), strings.TrimPrefix(at, "/contribute/")); err != nil || sub.Title != "Legal help at the airport" {
		t.Errorf("%v %q", err, sub.Title)
	}
	if w := postForm(s, at, form, "X-Old-Browser", "yes"); w.Code != http.StatusSeeOther {
		t.Errorf("a browser that says nothing and has no session: %d", w.Code)
	}
}

// TestSuggestChange changes one word of an entry, and sends a remark alone.
func TestSuggestChange(t *testing.T) {
	s, store, _ := contributing(t)
	if page := get(s, "/practices/mx-0004").Body.String(); !strings.Contains(page, `href="/contribute/change/mx-0004"`) {
		t.Error("an entry has no way to suggest a change")
	}
	for _, missing := range []string{"/contribute/change/xx-9999", "/contribute/nobody"} {
		if w := get(s, missing); w.Code != http.StatusNotFound {
			t.Errorf("%s: %d", missing, w.Code)
		}
	}
	if w := postForm(s, "/contribute/change/mx-0004", url.Values{"do": {"remark"}}); w.Code != http.StatusUnprocessableEntity {
		t.Errorf("no remark: %d", w.Code)
	}
	w := postForm(s, "/contribute/change/mx-0004", url.Values{"do": {"whole"}, "remark": {"The year is wrong."}})
	at, _, _ := strings.Cut(w.Header().Get("Location"), "?")
	page := get(s, at).Body.String()
	before, err := store.ByToken(t.Context(), strings.TrimPrefix(at, "/contribute/"))
	if err != nil || before.Kind != review.Change || before.Practice != "mx-0004" || len(before.BaseBlob) != 40 {
		t.Fatalf("%v %+v", err, before)
	}
	form := formFields(t, page)
	form.Set("started", "2016")
	if w = postForm(s, at, form); w.Code != http.StatusSeeOther {
		t.Fatal(w.Code)
	}
	after, _ := store.ByToken(t.Context(), strings.TrimPrefix(at, "/contribute/"))
	var changed []string
	for _, line := range strings.Split(after.Body, "\n") {
		if !strings.Contains(before.Body, line+"\n") {
			changed = append(changed, line)
		}
	}
	if !slices.Equal(changed, []string{"started: '2016'"}) {
		t.Errorf("a form sent back with one year changed: %q", changed)
	}
	w = postForm(s, "/contribute/change/mx-0004", url.Values{"do": {"remark"}, "remark": {"The year is wrong."}})
	at, _, _ = strings.Cut(w.Header().Get("Location"), "/look")
	look := get(s, at+"/look").Body.String()
	if w = postForm(s, at+"/send", url.Values{"version": {versionOf(t, look)}, "agreed": {"1"}, "looked": {"1"}}); w.Code != http.StatusSeeOther {
		t.Fatalf("a remark alone: %d %s", w.Code, w.Body)
	}
	if page := get(s, at).Body.String(); !strings.Contains(page, "The year is wrong.") {
		t.Error("the remark did not reach the editors")
	}
}

var (
	inputTag   = regexp.MustCompile(`<input ([^>]*)>`)
	areaTag    = regexp.MustCompile(`(?s)<textarea [^>]*name="([^"]*)"[^>]*>(.*?)</textarea>`)
	selectTag  = regexp.MustCompile(`(?s)<select [^>]*name="([^"]*)"[^>]*>(.*?)</select>`)
	chosenTag  = regexp.MustCompile(`<option value="([^"]*)" selected>`)
	quotedPair = regexp.MustCompile(`(\w+)="([^"]*)"`)
)

// formFields are what a browser would send of the form of a page.
func formFields(t testing.TB, page string) url.Values {
	t.Helper()
	form := url.Values{}
	unescape := strings.NewReplacer("&lt;", "<", "&gt;", ">", "&#34;", `"`, "&#39;", "'", "&#43;", "+", "&amp;", "&").Replace
	for _, m := range inputTag.FindAllStringSubmatch(page, -1) {
		a := map[string]string{}
		for _, x := range quotedPair.FindAllStringSubmatch(m[1], -1) {
			a[x[1]] = unescape(x[2])
		}
		if name := a["name"]; name != "" && ((a["type"] != "checkbox" && a["type"] != "radio") || strings.Contains(m[1], " checked")) {
			form.Add(name, a["value"])
		}
	}
	for _, m := range areaTag.FindAllStringSubmatch(page, -1) {
		form.Add(m[1], strings.ReplaceAll(unescape(m[2]), "\n", "\r\n"))
	}
	for _, m := range selectTag.FindAllStringSubmatch(page, -1) {
		value := ""
		if c := chosenTag.FindStringSubmatch(m[2]); c != nil {
			value = c[1]
		}
		form.Add(m[1], value)
	}
	return form
}

// TestFormChangesNothing opens entries as a form and sends the form back as it
// is: no letter of any file changes.
func TestFormChangesNothing(t *testing.T) {
	s, store, _ := contributing(t)
	for _, path := range fewPaths {
		id, _, _ := strings.Cut(path[strings.LastIndex(path, "/")+1:], ".")
		w := postForm(s, "/contribute/change/"+id, url.Values{"do": {"whole"}})
		at, _, _ := strings.Cut(w.Header().Get("Location"), "?")
		before, err := store.ByToken(t.Context(), strings.TrimPrefix(at, "/contribute/"))
		if err != nil {
			t.Fatalf("%s: %v", id, err)
		}
		if w = postForm(s, at, formFields(t, get(s, at).Body.String())); w.Code != http.StatusSeeOther {
			t.Fatalf("%s: %d", id, w.Code)
		}
		if after, _ := store.ByToken(t.Context(), strings.TrimPrefix(at, "/contribute/")); after.Body != before.Body {
			t.Errorf("%s changes from\n%s\nto\n%s", id, before.Body, after.Body)
		}
	}
}

// TestUpload sends files: the form as a file in each language, the file of an
// entry, and what is neither.
func TestUpload(t *testing.T) {
	s, store, _ := contributing(t)
	send := func(lang, name, text string) *httptest.ResponseRecorder {
		var b bytes.Buffer
		m := multipart.NewWriter(&b)
		part, _ := m.CreateFormFile("file", name)
		part.Write([]byte(text))
		m.Close()
		r := httptest.NewRequest("POST", inLanguage(lang, "/contribute/upload"), &b)
		r.Header.Set("Content-Type", m.FormDataContentType())
		r.Header.Set("Sec-Fetch-Site", "same-origin")
		w := httptest.NewRecorder()
		s.Handler().ServeHTTP(w, r)
		return w
	}
	draft := func(w *httptest.ResponseRecorder) review.Submission {
		at, _, _ := strings.Cut(w.Header().Get("Location"), "?")
		sub, err := store.ByToken(t.Context(), at[strings.LastIndex(at, "/")+1:])
		if err != nil {
			t.Fatalf("%d %v\n%s", w.Code, err, w.Body)
		}
		return sub
	}
	for _, lang := range languages(t) {
		sheet := get(s, inLanguage(lang, "/contribute/form.txt")).Body.String()
		filled := strings.NewReplacer("[ ] families", "[X] families", "[ ] legal-aid", "[✓] legal-aid").Replace(sheet)
		filled = regexp.MustCompile(`(=== title [^\n]*\n)`).ReplaceAllString(filled, "${1}مساعدة قانونية\n")
		filled = regexp.MustCompile(`(=== countries [^\n]*\n)`).ReplaceAllString(filled, "${1}Zambie, Mexico\n")
		filled = regexp.MustCompile(`(=== what-was-done [^\n]*\n)`).ReplaceAllString(filled, "${1}One.\n\nTwo.\n")
		sub := draft(send(lang, "form.txt", strings.ReplaceAll(filled, "\n", "\r\n")))
		p, _ := practices.Parse("", []byte(sub.Body))
		if sub.Title != "مساعدة قانونية" || sub.Kind != review.Entry || len(p.Countries) != 2 || !slices.Equal(p.Populations, []string{"families"}) || !slices.Equal(p.Measures, []string{"legal-aid"}) {
			t.Errorf("%s: %q %v\n%s", lang, sub.Title, p.Countries, sub.Body)
		}
		if done, _ := p.Section("what-was-done"); done.Text != "One.\nTwo." {
			t.Errorf("%s: the text is %q", lang, done.Text)
		}
	}
	file, err := entries.FS.ReadFile("americas/mx/mx-0004.md")
	if err != nil {
		t.Fatal(err)
	}
	if sub := draft(send("en", "mx-0004.md", string(file))); sub.Kind != review.Change || sub.Practice != "mx-0004" || sub.Body != string(file) || sub.BaseBlob == "" {
		t.Errorf("the file of an entry: %+v", sub)
	}
	for name, text := range map[string]string{"nothing": "", "a letter": "Dear editors,\n<script>", "bad YAML": "---\ntitle: [\n---\n"} {
		if w := send("en", "x.md", text); w.Code != http.StatusUnprocessableEntity || text != "" && !strings.Contains(w.Body.String(), "</textarea>") || strings.Contains(w.Body.String(), "<script>\n") {
			t.Errorf("%s: %d", name, w.Code)
		}
	}
	// What is named for something else, or is something else, is not even read.
	for name, text := range map[string]string{"form.docx": "=== title", "x.html": string(file), "x.md.exe": string(file), "md": string(file), "letter.txt": "%PDF-1.7\n\xe2\xe3\xcf\xd3", "form.txt": "=== title\x00"} {
		w := send("en", name, text)
		if w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), "This is not a file of plain text") || strings.Contains(w.Body.String(), "=== title") {
			t.Errorf("%s: %d", name, w.Code)
		}
	}
	if sub := draft(send("en", "../../MX-0004.MD", string(file))); sub.Practice != "mx-0004" {
		t.Errorf("a name in capitals with a path: %+v", sub)
	}
	if w := send("en", "x.md", strings.Repeat("x", maxForm+1)); w.Code != http.StatusRequestEntityTooLarge {
		t.Errorf("a file that is too large: %d", w.Code)
	}
}

// TestSpamIsHeld: what looks like a program is held for an editor to look at,
// and whoever sent it is not told.
func TestSpamIsHeld(t *testing.T) {
	for name, tt := range map[string]struct {
		wait  time.Duration
		trap  string
		links int
		held  bool
	}{
		"a person": {time.Minute, "", 1, false}, "a quick one": {time.Second, "", 1, true}, "a full trap": {time.Minute, "buy", 0, true}, "many links": {time.Hour, "", 30, true},
	} {
		s, store, now := contributing(t)
		log := &overheard{}
		s.witness = newWitness(slog.New(slog.NewTextHandler(log, nil)), time.Now)
		at := begunDraft(t, s, "en")
		form := answers()
		form.Set("version", versionOf(t, get(s, at).Body.String()))
		form.Set("what-was-done", form.Get("what-was-done")+strings.Repeat(" https://example.org/x", tt.links))
		postForm(s, at, form)
		*now = now.Add(tt.wait)
		w := postForm(s, at+"/send", url.Values{"version": {versionOf(t, get(s, at+"/look").Body.String())}, "agreed": {"1"}, "looked": {"1"}, "website": {tt.trap}})
		if told := strings.Contains(strings.Join(log.lines(), "\n"), `event="held as likely spam"`); told != tt.held {
			t.Errorf("%s: the log tells of it: %v", name, told)
		}
		sub, err := store.ByToken(t.Context(), strings.TrimPrefix(at, "/contribute/"))
		if w.Code != http.StatusSeeOther || err != nil || sub.Held != tt.held || sub.State != review.Submitted {
			t.Errorf("%s: %d, held %v, %s, %v", name, w.Code, sub.Held, sub.State, err)
		}
	}
}

// TestSendsAreCounted: more than five in an hour from one network wait, and
// keep their text.
func TestSendsAreCounted(t *testing.T) {
	s, _, now := contributing(t)
	for i := range sendsPerHour + 1 {
		at := begunDraft(t, s, "en")
		form := answers()
		form.Set("version", versionOf(t, get(s, at).Body.String()))
		postForm(s, at, form)
		*now = now.Add(10 * time.Second)
		w := postForm(s, at+"/send", url.Values{"version": {versionOf(t, get(s, at+"/look").Body.String())}, "agreed": {"1"}, "name": {"A. Lawyer"}})
		if i < sendsPerHour && w.Code != http.StatusSeeOther {
			t.Errorf("sending %d: %d", i, w.Code)
		}
		if i == sendsPerHour && (w.Code != http.StatusTooManyRequests || !strings.Contains(w.Body.String(), `value="A. Lawyer"`)) {
			t.Errorf("sending %d: %d", i, w.Code)
		}
	}
}

// TestFormsAreOff: without a store of submissions the site says so and names
// other ways; nothing can be sent.
func TestFormsAreOff(t *testing.T) {
	s := newServer(t, few)
	if page := get(s, "/contribute").Body.String(); !strings.Contains(page, "Nothing can be sent") || !strings.Contains(page, "/contribute/form.txt") || strings.Contains(page, "/contribute/new") {
		t.Error("the page does not say that forms are off, or leads to one")
	}
	if strings.Contains(get(s, "/practices/mx-0004").Body.String(), "/contribute/change") {
		t.Error("an entry offers a change that nobody can send")
	}
	for _, path := range []string{"/contribute/new", "/contribute/upload", "/contribute/change/mx-0004", "/contribute/x", "/contribute/x/look"} {
		if w := get(s, path); w.Code != http.StatusNotFound {
			t.Errorf("GET %s: %d", path, w.Code)
		}
	}
	if w := postForm(s, "/contribute/new", answers()); w.Code != http.StatusNotFound {
		t.Errorf("POST /contribute/new: %d", w.Code)
	}
}

// TestStoreAway: while the database does not answer, a form comes back as it
// was filled in.
func TestStoreAway(t *testing.T) {
	s, store, _ := contributing(t)
	at := begunDraft(t, s, "en")
	form := answers()
	form.Set("version", "1")
	store.Close()
	w := postForm(s, at, form)
	if w.Code != http.StatusServiceUnavailable || !strings.Contains(w.Body.String(), `value="Legal help at the airport"`) || !strings.Contains(w.Body.String(), "none at night") {
		t.Errorf("%d\n%.600s", w.Code, w.Body)
	}
	if w := postForm(s, "/contribute/new", url.Values{"title": {"Kept on the page"}, "countries": {"ZM"}, "lang": {"en"}}); w.Code != http.StatusServiceUnavailable || !strings.Contains(w.Body.String(), "Kept on the page") {
		t.Errorf("a new draft: %d", w.Code)
	}
	if w := get(s, "/practices/mx-0004"); w.Code != http.StatusOK {
		t.Errorf("reading: %d", w.Code)
	}
}

// TestLogKeepsSecrets: no line of a log opens a draft.
func TestLogKeepsSecrets(t *testing.T) {
	var log bytes.Buffer
	_, store, now := contributing(t)
	s := startServer(t, Options{Content: few, Review: store, Now: func() time.Time { return *now }, LogRequests: true, Log: slog.New(slog.NewTextHandler(&log, nil))})
	at := begunDraft(t, s, "ar")
	get(s, at)
	get(s, at+"/look")
	postForm(s, at, answers())
	store.Close()
	get(s, at)
	token := at[strings.LastIndex(at, "/")+1:]
	if strings.Contains(log.String(), token) || !strings.Contains(log.String(), "/ar/contribute/:token/look") {
		t.Errorf("the log says\n%s", log.String())
	}
}

// FuzzForm is fault test 11 for forms: it sends anything as a form and looks at the draft and its preview.
func FuzzForm(f *testing.F) {
	f.Add("title", "x", "sources.0.url", "javascript:alert(1)")
	f.Add("what-was-done", "<script>", "actors.39.name", "\u202e")
	f.Add("figures.0.value", "1e9", "in_law.sources", "1, 1, 99")
	s, store, _ := contributing(f)
	token, sub, err := store.Begin(f.Context(), review.Start{Kind: review.Entry})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, a, b, c, d string) {
		keep := func(text review.Text) {
			saved, err := store.Save(t.Context(), token, sub.Version, text)
			if err == nil {
				sub = saved
			} else if len(b)+len(d) < 20_000 {
				t.Fatalf("the store refuses what a form made: %v", err)
			}
		}
		formOfAnything(t, s, keep, a, b, c, d)
	})
}

func formOfAnything(t *testing.T, s *Server, keep func(review.Text), a, b, c, d string) {
	t.Helper()
	form := answers()
	form.Set(a, b)
	form.Set(c, d)
	g := s.take()
	defer g.release()
	v := &visit{generation: g, set: s.set, log: s.options.Log, lang: "ar", dir: "rtl", path: "/contribute/x", now: s.options.Now(), forms: true}
	var draft *practices.Draft
	var text review.Text
	// Each is one request of somebody's.
	faulttest.Bounded(t, "keeping a form", func() {
		draft = filledIn(form, practices.NewDraft("en"))
		var err error
		if text, err = v.textOf(draft, ""); err != nil {
			t.Fatal(err)
		}
		keep(text)
	})
	page := func(name string, fill func() any) {
		faulttest.Bounded(t, "the page "+name, func() {
			var out bytes.Buffer
			if err := s.set.Render(&out, name, "ar", fill()); err != nil {
				t.Fatal(err)
			}
			if bad := regexp.MustCompile(`<script>|href="javascript:|ZgotmplZ`).FindString(out.String()); bad != "" {
				t.Fatalf("%s has %q", name, bad)
			}
		})
	}
	page("draft", func() any {
		shown := newForm(v, draft, draft.Check(v.setting("", draft.Lang())))
		shown.more = true
		return draftPage{frame: v.privateFrame("/contribute/x", "x"), Problems: shown.problems(), Questions: shown.questions()}
	})
	page("look", func() any {
		entry, p := v.preview(text.Body)
		return lookPage{frame: v.privateFrame("/contribute/x", "x"), Entry: entry, sendForm: sendForm{Findings: v.findings(practices.Harm(p), "/contribute/x")}}
	})
}
