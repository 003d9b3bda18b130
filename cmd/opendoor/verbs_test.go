package main

import (
	"context"
	"errors"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// call runs the program in an empty folder that has what files say.
func call(t *testing.T, files map[string]string, args ...string) (string, error) {
	t.Helper()
	t.Chdir(t.TempDir())
	for name, text := range files {
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	var out strings.Builder
	err := run(t.Context(), args, &out, &out)
	return out.String(), err
}

func TestLintSpeaksOfEveryFault(t *testing.T) {
	bad := "---\nschema: 1\nid: na-0001\nlang: en\nkind: thing\nas_of: 2019\n---\n## Results\nHello.\n"
	out, err := call(t, map[string]string{"content/africa/na/na-0001.md": bad}, "lint", "content")
	if !errors.Is(err, errFaults) {
		t.Fatalf("error %v", err)
	}
	for _, want := range []string{"content/africa/na/na-0001.md:5: kind:", "content/africa/na/na-0001.md:6: as_of: write dates in quotes", "content/africa/na/na-0001.md:8: heading:", "title: missing"} {
		if !strings.Contains(out, want) {
			t.Errorf("lint does not say %q:\n%s", want, out)
		}
	}
	if out, err := call(t, map[string]string{"content/africa/na/na-0001.md": bad}, "lint", "content/africa/na/na-0001.md"); !errors.Is(err, errFaults) || !strings.Contains(out, ":5: kind:") {
		t.Errorf("one file: %v\n%s", err, out)
	}
}

func TestLintWithoutAPathChecksWhatIsBuiltIn(t *testing.T) {
	out, err := call(t, nil, "lint")
	if err != nil || !strings.Contains(out, "no faults") {
		t.Errorf("%v\n%s", err, out)
	}
}

func TestLintChecksTheWordsOfTheInterface(t *testing.T) {
	files := map[string]string{
		"templates/languages/en/site.yaml": "language: {name: English, dir: ltr}\nnav: {map: Map, about: 'About {n}'}\n",
		"templates/languages/es/site.yaml": "language: {name: Español, dir: ltr}\nnav: {map: Un mapa de todas las prácticas}\n",
	}
	for _, args := range [][]string{{"lint", "templates"}, {"lint"}} {
		out, err := call(t, files, args...)
		if !errors.Is(err, errFaults) {
			t.Errorf("%v: error %v", args, err)
		}
		for _, want := range []string{"templates/languages/es/site.yaml:2: nav.map: is 30 letters long", "templates/languages/es/site.yaml: warning: nav.about: missing"} {
			if !strings.Contains(out, want) {
				t.Errorf("%v: lint does not say %q:\n%s", args, want, out)
			}
		}
	}
}

func TestLintOfNothing(t *testing.T) {
	if _, err := call(t, nil, "lint", "missing"); err == nil || errors.Is(err, errFaults) {
		t.Errorf("error %v", err)
	}
}

func TestNewThenLint(t *testing.T) {
	dir := filepath.Join("practices", "entries")
	out, err := call(t, map[string]string{"practices/entries/americas/mx/mx-0007.md": "x"}, "new", "México", "--full")
	if err != nil || !strings.Contains(out, filepath.Join(dir, "americas", "mx", "mx-0008.md")) {
		t.Fatalf("%v\n%s", err, out)
	}
	for _, tt := range []struct{ arg, want string }{{"Atlantis", "neither a country code nor"}, {"", "neither"}} {
		if _, err := call(t, nil, "new", tt.arg); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("new %q: %v", tt.arg, err)
		}
	}
}

// TestServeStopsCleanly starts the program as a person does and stops it as a
// system does.
func TestServeStopsCleanly(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := l.Addr().String()
	l.Close()
	t.Chdir(t.TempDir())
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- run(ctx, []string{"--addr", address}, &strings.Builder{}, &strings.Builder{}) }()
	var answer *http.Response
	for deadline := time.Now().Add(30 * time.Second); time.Now().Before(deadline); {
		if answer, err = http.Get("http://" + address + "/readyz"); err == nil {
			answer.Body.Close()
			break
		}
		time.Sleep(20 * time.Millisecond) // between tries to connect, not to wait out a time
	}
	if answer == nil || answer.StatusCode != http.StatusOK {
		t.Fatalf("no answer: %v", err)
	}
	stop()
	if err := <-done; err != nil {
		t.Errorf("stopping: %v", err)
	}
	if _, err := call(t, nil, "serve", "--addr", "203.0.113.1:80"); err == nil || !strings.Contains(err.Error(), "--addr") {
		t.Errorf("an address that is not ours: %v", err)
	}
}

func TestLintCollections(t *testing.T) {
	const bad = "---\nid: mine\ntitle: Mine\n---\n"
	for _, path := range []string{"collections", "collections/mine.md"} {
		out, err := call(t, map[string]string{"collections/mine.md": bad}, "lint", path)
		if !errors.Is(err, errFaults) || !strings.Contains(out, "collections/mine.md:1: cases: missing") {
			t.Errorf("lint %s: %v\n%s", path, err, out)
		}
	}
	if out, err := call(t, nil, "lint", "--quiet"); err != nil || !strings.Contains(out, " collections, no faults") {
		t.Errorf("%v\n%s", err, out)
	}
}
