package server

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

func request(address string) *http.Request { return httptest.NewRequest("GET", address, nil) }

func serve(s *Server, r *http.Request) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	s.Handler().ServeHTTP(w, r)
	return w
}

func TestCitationOfAVersion(t *testing.T) {
	s := newServer(t, nil)
	g := s.take()
	p, err := g.catalogue.Get("us-0007")
	g.release()
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"/practices/us-0007", textPath(p)} {
		body := get(s, path+"/cite.bib").Body.String()
		for _, want := range []string{"version = {" + p.Version + "}", "url = {http://example.com" + textPath(p) + "}", "note = {Alternative form of detention."} {
			if !strings.Contains(body, want) {
				t.Errorf("%s: no %q in %s", path, want, body)
			}
		}
	}
	if w := get(s, "/practices/us-0007/v/000000000000/cite.bib"); w.Code != 404 {
		t.Errorf("a version that never was: %d", w.Code)
	}
	page := get(s, "/practices/us-0007").Body.String()
	for _, want := range []string{`name="citation_title"`, `name="citation_author" content="Open Door editors"`, `<script type="application/ld+json">`} {
		if !strings.Contains(page, want) {
			t.Errorf("the page has no %s", want)
		}
	}
}

// TestValidCitations gives what is taken away to programs that read it:
// BibTeX and RIS to a reference library, CSL-JSON to a citation processor, and
// the description of every entry to a JSON-LD processor, with its words looked
// up in the vocabulary of schema.org.
func TestValidCitations(t *testing.T) {
	script := tool(t, "citations.mjs")
	tool(t, "node_modules/jsonld/package.json")
	if _, err := exec.LookPath("node"); err != nil {
		missing(t, "node")
	}
	s := newServer(t, nil)
	dir := t.TempDir()
	write := func(name string, data []byte) {
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, list := range []string{"/workshops/by-another-name", "/ar/workshops/mena-continuum", "/es/workshops/open-doors"} {
		for _, b := range bibliographies {
			write(strings.ReplaceAll(list[1:], "/", "-")+"."+b.ending, get(s, list+"/cite."+b.ending).Body.Bytes())
		}
	}
	var described []json.RawMessage
	for _, id := range []string{"us-0007", "mx-0010", "int-0010", "mena-0001"} {
		doc, err := html.Parse(bytes.NewReader(get(s, "/ar/practices/"+id).Body.Bytes()))
		if err != nil {
			t.Fatal(err)
		}
		for n := range doc.Descendants() {
			if n.Data == "script" && n.FirstChild != nil {
				described = append(described, json.RawMessage(n.FirstChild.Data))
			}
		}
	}
	if len(described) != 4 {
		t.Fatalf("%d descriptions", len(described))
	}
	data, err := json.Marshal(described)
	if err != nil {
		t.Fatal(err)
	}
	write("described.jsonld", data)
	if out, err := exec.Command("node", script, dir).CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}

// TestValidCitationsInPandoc reads reading lists with the program that most
// writers cite with: nothing is lost in BibTeX or CSL-JSON, and a style makes a
// bibliography of them.
func TestValidCitationsInPandoc(t *testing.T) {
	wanted(t)
	if _, err := exec.LookPath("pandoc"); err != nil {
		missing(t, "pandoc")
	}
	s := newServer(t, nil)
	type item struct {
		Title, URL, Version, Language string
		Author                        []struct{ Literal string }
	}
	dir := t.TempDir()
	for _, list := range []string{"/workshops/by-another-name", "/ar/workshops/mena-continuum", "/es/workshops/open-doors"} {
		var want []item
		if err := json.Unmarshal(get(s, list+"/cite.json").Body.Bytes(), &want); err != nil || len(want) < 4 {
			t.Fatalf("%s: %v, %d items", list, err, len(want))
		}
		for ending, format := range map[string]string{"bib": "biblatex", "json": "csljson"} {
			name := filepath.Join(dir, "list."+ending)
			if err := os.WriteFile(name, get(s, list+"/cite."+ending).Body.Bytes(), 0o600); err != nil {
				t.Fatal(err)
			}
			out, err := exec.Command("pandoc", "-f", format, "-t", "csljson", name).Output()
			var got []item
			if err != nil || json.Unmarshal(out, &got) != nil || !reflect.DeepEqual(got, want) {
				t.Errorf("%s as %s: %v\ngot  %.600v\nwant %.600v", list, format, err, got, want)
			}
			cite := exec.Command("pandoc", "--citeproc", "--bibliography="+name, "-f", "markdown", "-t", "plain", "--wrap=none")
			cite.Stdin = strings.NewReader("---\nnocite: '@*'\n---\n")
			text, err := cite.Output()
			for _, c := range want {
				if err != nil || !strings.Contains(string(text), c.URL) {
					t.Errorf("%s as %s: %v, no %s in the bibliography", list, format, err, c.URL)
				}
			}
		}
	}
}
