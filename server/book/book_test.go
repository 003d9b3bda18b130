package book

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"io/fs"
	"path"
	"strings"
	"testing"
	"time"
)

func small() *Book {
	return &Book{
		ID: "urn:uuid:0", Title: "Doors & <keys>", Languages: []string{"ar", "en"}, Dir: "rtl", Creators: []string{"A"}, Publisher: "P", Rights: "R",
		Modified: time.Date(2026, 11, 22, 3, 4, 5, 0, time.UTC), Access: "S", Contents: "C", Cover: []byte("png"), Style: []byte("p{}"),
		Pictures: map[string][]byte{"/map.svg": []byte("<svg/>"), "/other.svg": []byte("<svg/>")},
		Link:     func(address string) string { return map[string]string{"/two": "two.xhtml"}[address] },
		Chapters: []Chapter{{Name: "one", Kind: TitlePage}, {Name: "two", Kind: Text, Title: "Two"}, {Name: "three", Kind: Text, Title: "Three <3>", Under: true}},
	}
}

func written(t *testing.T, b *Book) *zip.Reader {
	t.Helper()
	var out bytes.Buffer
	if err := b.Write(&out); err != nil {
		t.Fatal(err)
	}
	z, err := zip.NewReader(bytes.NewReader(out.Bytes()), int64(out.Len()))
	if err != nil {
		t.Fatal(err)
	}
	return z
}

func file(t *testing.T, z *zip.Reader, name string) string {
	t.Helper()
	data, err := fs.ReadFile(z, name)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func TestWrite(t *testing.T) {
	b := small()
	b.Chapters[1].HTML = []byte(`<p lang="en">one<br>two &amp; <a href="/two">there</a> <a href="/gone" role="doc-noteref">gone</a> <a href="#n" role="doc-noteref">1</a><img src="/map.svg" alt="" loading="lazy"><wbr></p><svg viewBox="0 0 1 1"><path d="M0 0"></path></svg>`)
	z := written(t, b)
	if f := z.File[0]; f.Name != "mimetype" || f.Method != zip.Store || len(f.Extra) > 0 || file(t, z, "mimetype") != "application/epub+zip" {
		t.Errorf("the first file is %+v", f.FileHeader)
	}
	for _, f := range z.File {
		if ext := path.Ext(f.Name); ext != ".xhtml" && ext != ".opf" && ext != ".xml" {
			continue
		}
		for d := xml.NewDecoder(strings.NewReader(file(t, z, f.Name))); ; {
			if _, err := d.Token(); errors.Is(err, io.EOF) {
				break
			} else if err != nil {
				t.Fatalf("%s is no XML: %v\n%s", f.Name, err, file(t, z, f.Name))
			}
		}
	}
	for name, want := range map[string][]string{
		"EPUB/two.xhtml": {
			`<p xml:lang="en" lang="en">one<br/>two &amp; <a href="two.xhtml">there</a> <span>gone</span> <a href="#n" epub:type="noteref" role="doc-noteref">1</a>`,
			`<img src="pictures/map.svg" alt=""/><wbr/>`, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><path d="M0 0"/></svg>`, `lang="ar" xml:lang="ar" dir="rtl"`,
		},
		"EPUB/nav.xhtml":   {`<li><a href="two.xhtml">Two</a><ol><li><a href="three.xhtml">Three &lt;3&gt;</a></li></ol></li>`, `<a epub:type="bodymatter" href="two.xhtml">`},
		"EPUB/package.opf": {`page-progression-direction="rtl"`, `<dc:title>Doors &amp; &lt;keys&gt;</dc:title>`, `<dc:language>ar</dc:language>`, `2026-11-22T03:04:05Z`, `href="two.xhtml" media-type="application/xhtml+xml" properties="svg"`, `href="pictures/map.svg"`},
	} {
		for _, want := range want {
			if !strings.Contains(file(t, z, name), want) {
				t.Errorf("%s: no %s in\n%s", name, want, file(t, z, name))
			}
		}
	}
	if _, err := z.Open("EPUB/pictures/other.svg"); err == nil {
		t.Error("a picture that nothing names is in the book")
	}
	var first, second bytes.Buffer
	if err := errors.Join(b.Write(&first), b.Write(&second)); err != nil || !bytes.Equal(first.Bytes(), second.Bytes()) {
		t.Errorf("the same book is not the same bytes: %v", err)
	}
}

// TestHostile: what a page may hold that a book must not.
func TestHostile(t *testing.T) {
	b := small()
	b.Chapters[1].HTML = []byte("<p onclick=x data-to=/y style=color:red>a\x00\x0b\ufffe]]>&lt;b&gt;<script>alert(1)</script><!-- c --><form><input name=q></form><b>open<iframe src=https://x.invalid></iframe>")
	page := file(t, written(t, b), "EPUB/two.xhtml")
	for _, bad := range []string{"onclick", "data-to", "style=", "script", "<!--", "form", "iframe", "\x0b", "\ufffe", "]]>"} {
		if strings.Contains(page, bad) {
			t.Errorf("%q is in\n%s", bad, page)
		}
	}
	if !strings.Contains(page, "&lt;b&gt;") || !strings.Contains(page, "<b>open</b>") {
		t.Errorf("words are lost:\n%s", page)
	}
}

func TestFaults(t *testing.T) {
	b := small()
	b.Chapters[1].HTML = []byte(`<img src="https://elsewhere.invalid/x.png" alt="">`)
	if err := b.Write(io.Discard); err == nil || !strings.Contains(err.Error(), "two: no picture") {
		t.Errorf("a picture of another host: %v", err)
	}
	b.Chapters = nil
	if err := b.Write(io.Discard); err == nil {
		t.Error("a book without chapters is written")
	}
}
