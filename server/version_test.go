package server

import (
	"fmt"
	"io/fs"
	"log/slog"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"opendoor/practices"
	"opendoor/practices/entries"
	"opendoor/practices/history"
)

const (
	dutch     = "nl-0001"
	dutchFile = "europe/nl/nl-0001.md"
)

// newPublished serves a repository with one shipped entry.
func newPublished(t testing.TB) (*Server, *history.Repository) {
	t.Helper()
	r, err := history.Open(t.Context(), history.Options{
		Dir: filepath.Join(t.TempDir(), "data"), Release: "1", Seed: fstest.MapFS{dutchFile: {Data: []byte(shippedText(t))}},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.Close() })
	return startServer(t, Options{History: r, Log: slog.New(slog.NewTextHandler(t.Output(), nil))}), r
}

// newest is the text of the entry as it stands, and its version.
func newest(t testing.TB, r *history.Repository) (string, history.Version) {
	t.Helper()
	list, err := r.Versions(t.Context(), dutch)
	if err != nil {
		t.Fatal(err)
	}
	data, v, err := r.Text(t.Context(), dutch, list[0].ID)
	if err != nil {
		t.Fatal(err)
	}
	return string(data), v
}

// change publishes a change of the entry and waits until it is served.
func change(t testing.TB, s *Server, r *history.Repository, submission, old, text string) history.Version {
	t.Helper()
	was, v := newest(t, r)
	is := strings.Replace(was, old, text, 1)
	if is == was {
		t.Fatalf("%q is not in the text", old)
	}
	if _, err := r.Publish(t.Context(), history.Publication{
		Submission: submission, Author: "A network", Note: "More of <b>it", When: time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC),
		Files: []history.File{{Path: dutchFile, Data: []byte(is), BaseBlob: v.Blob}},
	}); err != nil {
		t.Fatal(err)
	}
	s.reload(t.Context())
	_, v = newest(t, r)
	return v
}

// TestVersionsAreFixed publishes twice and reads every version.
func TestVersionsAreFixed(t *testing.T) {
	s, r := newPublished(t)
	_, first := newest(t, r)
	second := change(t, s, r, "s-1", "title: Guidance", "title: Advice")
	third := change(t, s, r, "s-2", "title: Advice", "title: Counsel")
	for _, tt := range []struct {
		url    string
		status int
		want   []string
		lacks  []string
	}{
		{"/practices/" + dutch, 200, []string{"<h1>Counsel", "Version 3, 21 November 2026", "/v/" + third.ID, "/practices/" + dutch + "/history"}, []string{"noindex"}},
		{"/practices/" + dutch + "/v/" + first.ID, 200, []string{"<h1>Guidance", "Version 1, ", "There is a newer one", `href="/practices/` + dutch + `"`, "noindex"}, []string{`id="similar"`, `id="related"`}},
		{"/practices/" + dutch + "/v/" + second.ID, 200, []string{"<h1>Advice", "Version 2, 21 November 2026"}, nil},
		{"/practices/" + dutch + "/v/" + third.ID, 200, []string{"<h1>Counsel", "It is the newest one"}, []string{"noindex"}},
		{"/es/practices/" + dutch + "/v/" + first.ID, 200, []string{"Versión 1, ", "Existe uno más reciente"}, nil},
		{"/ar/practices/" + dutch + "/v/" + first.ID, 200, []string{`dir="rtl"`, "ويوجد نص أحدث"}, nil},
		{"/practices/NL-0001/v/" + first.ID, 301, nil, nil},
		{"/practices/" + dutch + "/v/000000000000", 404, []string{"<h1"}, nil},
		{"/practices/" + dutch + "/v/" + first.Blob, 404, nil, nil},
		{"/practices/" + dutch + "/v/main", 404, nil, nil},
		{"/practices/mx-0001/v/" + first.ID, 404, nil, nil},
		{"/practices/x/v/" + first.ID, 404, nil, nil},
		{"/practices/" + dutch + "/history", 200, []string{"<del>Advice</del> <ins>Counsel</ins>", "<del>Guidance</del> <ins>Advice</ins>", "Version 3", "The first text.", "Came with the program, release 1.", "A network", "More of b"}, []string{"<b>it"}},
		{"/ar/practices/" + dutch + "/history", 200, []string{"كيف تغيّرت"}, nil},
		{"/practices/NL-0001/history", 301, nil, nil},
		{"/practices/xx-9999/history", 404, nil, nil},
		{"/api/v1/practices/" + dutch, 200, []string{`"version": "` + third.ID + `"`}, nil},
	} {
		w := get(s, tt.url)
		if w.Code != tt.status {
			t.Errorf("GET %s: status %d, want %d", tt.url, w.Code, tt.status)
		}
		for _, want := range tt.want {
			if !strings.Contains(w.Body.String(), want) {
				t.Errorf("GET %s: no %q in:\n%.6000s", tt.url, want, w.Body)
			}
		}
		for _, lacks := range tt.lacks {
			if strings.Contains(w.Body.String(), lacks) {
				t.Errorf("GET %s: has %q", tt.url, lacks)
			}
		}
	}
}

// TestHiddenAndWithdrawnVersions takes a version away, then the newest one, and
// withdraws the entry.
func TestHiddenAndWithdrawnVersions(t *testing.T) {
	s, r := newPublished(t)
	_, first := newest(t, r)
	second := change(t, s, r, "s-1", "title: Guidance", "title: Advice")
	hide := func(v history.Version) {
		t.Helper()
		if _, err := r.Hide(t.Context(), dutch, v.ID, history.Act{Author: "Editors", Why: "It named <a person>."}); err != nil {
			t.Fatal(err)
		}
		s.reload(t.Context())
	}
	expect := func(url string, status int, want string) {
		t.Helper()
		if w := get(s, url); w.Code != status || !strings.Contains(w.Body.String(), want) {
			t.Errorf("GET %s: status %d, want %d with %q in:\n%.5000s", url, w.Code, status, want, w.Body)
		}
	}
	hide(first)
	expect("/practices/"+dutch+"/v/"+first.ID, 410, "It named a person.")
	expect("/practices/"+dutch, 200, "<h1>Advice")
	expect("/practices/"+dutch+"/history", 200, "This version is not shown.")
	hide(second)
	expect("/practices/"+dutch, 410, "This version is not shown")
	third := func() history.Version {
		was := shippedText(t)
		if _, err := r.Publish(t.Context(), history.Publication{Submission: "s-3", When: time.Now(), Files: []history.File{{
			Path: dutchFile, Data: []byte(strings.Replace(was, "title: Guidance", "title: Mended", 1)), BaseBlob: second.Blob}}}); err != nil {
			t.Fatal(err)
		}
		s.reload(t.Context())
		_, v := newest(t, r)
		return v
	}()
	expect("/practices/"+dutch, 200, "<h1>Mended")
	if _, err := r.Withdraw(t.Context(), dutch, history.Act{Author: "Editors", Why: "The programme was closed."}); err != nil {
		t.Fatal(err)
	}
	s.reload(t.Context())
	expect("/practices/"+dutch, 410, "The programme was closed.")
	expect("/practices/"+dutch+"/v/"+third.ID, 200, "The entry is no longer shown. The programme was closed.")
}

// shippedText is the text of the entry as the program has it.
func shippedText(t testing.TB) string {
	t.Helper()
	text, err := fs.ReadFile(entries.FS, dutchFile)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// TestPublishedIsServedByItself publishes and says no more: the server sees it.
func TestPublishedIsServedByItself(t *testing.T) {
	s, r := newPublished(t)
	was, v := newest(t, r)
	if _, err := r.Publish(t.Context(), history.Publication{Submission: "s-1", When: time.Now(), Files: []history.File{{
		Path: dutchFile, Data: []byte(strings.Replace(was, "title: Guidance", "title: Advice", 1)), BaseBlob: v.Blob}}}); err != nil {
		t.Fatal(err)
	}
	s.Refresh()
	for deadline := time.Now().Add(20 * time.Second); !strings.Contains(get(s, "/practices/"+dutch).Body.String(), "<h1>Advice"); {
		if time.Now().After(deadline) {
			t.Fatal("what was published is not served")
		}
		time.Sleep(10 * time.Millisecond) // between looks, not to wait out a time
	}
}

// TestVersionWithoutARepository has the fixed address of the one text there is.
func TestVersionWithoutARepository(t *testing.T) {
	text := []byte(shippedText(t))
	content := fstest.MapFS{dutchFile: {Data: text}}
	s := newServer(t, content)
	id := practices.VersionID(text)
	for url, status := range map[string]int{
		"/practices/" + dutch + "/v/" + id: 200, "/practices/" + dutch + "/v/000000000000": 404, "/practices/xx-0001/v/" + id: 404, "/practices/" + dutch + "/history": 200,
	} {
		if w := get(s, url); w.Code != status {
			t.Errorf("GET %s: status %d, want %d", url, w.Code, status)
		}
	}
	if w := get(s, "/practices/"+dutch); !strings.Contains(w.Body.String(), "/v/"+id) {
		t.Error("the entry does not name its fixed address")
	}
	// A file that has turned bad is kept in memory only; its address is not
	// given another text.
	content[dutchFile] = &fstest.MapFile{Data: []byte("nonsense")}
	s.reload(t.Context())
	if w := get(s, "/practices/"+dutch+"/v/"+id); w.Code != 404 {
		t.Errorf("status %d for a text that is gone", w.Code)
	}
}

// TestABadFileKeepsItsLastGoodVersion pushes a file with a fault, as one may
// where no hook runs, under a server and before its next start.
func TestABadFileKeepsItsLastGoodVersion(t *testing.T) {
	s, r := newPublished(t)
	change(t, s, r, "s-1", "title: Guidance", "title: Advice")
	was, v := newest(t, r)
	pushed := pushText(t, r, strings.Replace(was, "kind: programme", "kind: nonsense", 1))
	s.reload(t.Context())
	started, err := New(Options{History: r})
	if err != nil {
		t.Fatal(err)
	}
	defer started.Close()
	for name, server := range map[string]*Server{"running": s, "started": started} {
		if w := get(server, "/practices/"+dutch); w.Code != 200 || !strings.Contains(w.Body.String(), "<h1>Advice") {
			t.Errorf("%s: status %d", name, w.Code)
		}
		if w := get(server, "/practices/"+dutch+"/v/"+pushed); w.Code != 404 {
			t.Errorf("%s: status %d for a text that nobody has judged", name, w.Code)
		}
		if w := get(server, "/practices/"+dutch+"/v/"+v.ID); w.Code != 200 {
			t.Errorf("%s: status %d for the good one", name, w.Code)
		}
	}
}

// pushText pushes a text past the program, and gives its version.
func pushText(t testing.TB, r *history.Repository, text string) string {
	t.Helper()
	work := filepath.Join(t.TempDir(), "work")
	script := `git clone -q "$1" "$2" && cd "$2" && cat >"$3" && git -c user.name=A -c user.email=a@localhost commit -q -a -m pushed && git push -q origin HEAD:main`
	cmd := exec.Command("sh", "-c", script, "sh", r.Path(), work, dutchFile)
	cmd.Stdin = strings.NewReader(text)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return practices.VersionID([]byte(text))
}

// newVersioned serves an entry that was changed and in part hidden, and gives
// its pages of versions.
func newVersioned(t testing.TB) (s *Server, pages []string) {
	t.Helper()
	s, r := newPublished(t)
	_, first := newest(t, r)
	change(t, s, r, "s-1", "title: Guidance", "title: Advice")
	second := change(t, s, r, "s-2", "kind: programme", "kind: mechanism")
	if _, err := r.Hide(t.Context(), dutch, first.ID, history.Act{Author: "Editors", Why: "It named a person."}); err != nil {
		t.Fatal(err)
	}
	s.reload(t.Context())
	return s, []string{"/practices/" + dutch + "/history", "/practices/" + dutch + "/v/" + second.ID, "/practices/" + dutch + "/v/" + first.ID}
}

// TestBrowserVersions runs axe over the pages of versions, wide and narrow, in
// light and dark, in English and Arabic, and sees that none scrolls sideways.
func TestBrowserVersions(t *testing.T) {
	wanted(t)
	s, pages := newVersioned(t)
	r := newReaderOf(t, s)
	for _, width := range []int64{390, 1280} {
		for _, scheme := range []string{"light", "dark"} {
			r.size(width, scheme)
			for _, lang := range []string{"en", "ar"} {
				for _, page := range pages {
					where := fmt.Sprintf("%s %d %s", inLanguage(lang, page), width, scheme)
					r.open(inLanguage(lang, page))
					r.accessible(where)
					if wide := ask[int64](r, `document.documentElement.scrollWidth`); wide > width {
						t.Errorf("%s: %d wide", where, wide)
					}
				}
			}
		}
	}
}
