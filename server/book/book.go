// Package book writes an EPUB 3: chapters of HTML, their pictures and a list of
// contents, as one file for e-readers. It knows the format, and nothing of what
// stands in a book. What it writes has no script and asks no host for anything.
package book

import (
	"archive/zip"
	"bytes"
	_ "embed"
	"fmt"
	"io"
	"path"
	"strings"
	"text/template"
	"time"
)

// A Book is what is written. Its words are in the language of its readers; all
// must be there but those that say otherwise.
type Book struct {
	ID          string   // an URI that names this book alone
	Title       string   // as in libraries
	Languages   []string // BCP 47; the first is that of the headings and of the list of contents
	Dir         string   // in which the first is written, and in which pages turn: "ltr" or "rtl"
	Creators    []string // may be none
	Publisher   string
	Description string    // may be ""
	Rights      string    // the licence
	Source      string    // address of what the book was made from; may be ""
	Modified    time.Time // to the second
	Access      string    // summary of how the book can be read, for those who cannot see it

	Contents string // heading of the list of contents
	Cover    []byte // PNG
	Style    []byte // CSS
	Chapters []Chapter
	// Pictures are SVG, by the addresses at which chapters name them.
	Pictures map[string][]byte
	// Link says where a link of a chapter leads that is neither within it nor a
	// whole address: to a chapter, "case-1.xhtml", to a whole address, or with ""
	// nowhere, which leaves its words.
	Link func(address string) string
}

// A Chapter begins on a new page.
type Chapter struct {
	Name  string // of its file, without ending: "case-1"
	Kind  Kind
	Title string // in the list of contents; "" keeps it out of there
	Under bool   // in the list of contents, below the one before
	HTML  []byte // what stands in its body
}

// A Kind says what a chapter is, to those who leap there.
type Kind string

// The kinds, in the words of the EPUB vocabulary of structures.
const (
	TitlePage    Kind = "titlepage"
	Text         Kind = "chapter"
	Glossary     Kind = "glossary"
	Bibliography Kind = "bibliography"
	Colophon     Kind = "colophon"
)

// A leaf is a chapter as it stands in the package.
type leaf struct {
	Chapter
	Body string // XHTML
	SVG  bool   // whether a drawing stands in it
	Book *Book
}

// A still is a picture in the package.
type still struct{ ID, Name string }

//go:embed package.opf
var packageText string

//go:embed nav.xhtml
var navText string

//go:embed leaf.xhtml
var leafText string

const container = `<?xml version="1.0" encoding="UTF-8"?>
<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles><rootfile full-path="EPUB/package.opf" media-type="application/oebps-package+xml"/></rootfiles></container>
`

var (
	packageFile = parsed("package.opf", packageText)
	navFile     = parsed("nav.xhtml", navText)
	leafFile    = parsed("leaf.xhtml", leafText)
)

func parsed(name, text string) *template.Template {
	return template.Must(template.New(name).Funcs(template.FuncMap{"x": escaped}).Parse(text))
}

// bound is a book with its leaves, as the templates see it.
type bound struct {
	*Book
	Leaves []leaf
	Stills []still
}

// A line of the list of contents, with those below it.
type line struct {
	leaf
	Below []leaf
}

// Lines is the list of contents.
func (b bound) Lines() []line {
	var out []line
	for _, l := range b.Leaves {
		switch {
		case l.Title == "":
		case l.Under && len(out) > 0:
			out[len(out)-1].Below = append(out[len(out)-1].Below, l)
		default:
			out = append(out, line{leaf: l})
		}
	}
	return out
}

// First is the chapter at which reading begins.
func (b bound) First() leaf {
	for _, l := range b.Leaves {
		if l.Kind == Text {
			return l
		}
	}
	return b.Leaves[0]
}

// Write writes the book. Two books that are alike are the same bytes. A picture
// that a chapter names and the book has not got is an error, as is a book
// without chapters.
func (b *Book) Write(w io.Writer) error {
	if len(b.Chapters) == 0 {
		return fmt.Errorf("a book without chapters")
	}
	bd := bound{Book: b}
	used := map[string]bool{}
	for _, c := range b.Chapters {
		l := leaf{Chapter: c, Book: b}
		x := xhtml{book: b, used: used}
		var err error
		if l.Body, err = x.body(c.HTML); err != nil {
			return fmt.Errorf("%s: %w", c.Name, err)
		}
		l.SVG = x.svg
		bd.Leaves = append(bd.Leaves, l)
	}
	z := zip.NewWriter(w)
	add := func(name string, data []byte, method uint16) error {
		f, err := z.CreateHeader(&zip.FileHeader{Name: name, Method: method, Modified: b.Modified.UTC()})
		if err == nil {
			_, err = f.Write(data)
		}
		return err
	}
	// The first file says what all of it is, where readers look for that: stored,
	// and without a date, which would be an extra field.
	first, err := z.CreateHeader(&zip.FileHeader{Name: "mimetype", Method: zip.Store})
	if err != nil {
		return err
	}
	if _, err := io.WriteString(first, "application/epub+zip"); err != nil {
		return err
	}
	if err := add("META-INF/container.xml", []byte(container), zip.Deflate); err != nil {
		return err
	}
	for _, l := range bd.Leaves {
		data, err := filled(leafFile, l)
		if err == nil {
			err = add("EPUB/"+l.Name+".xhtml", data, zip.Deflate)
		}
		if err != nil {
			return err
		}
	}
	for _, address := range sorted(used) {
		s := still{"picture-" + fmt.Sprint(len(bd.Stills)+1), pictureName(address)}
		bd.Stills = append(bd.Stills, s)
		if err := add("EPUB/"+s.Name, b.Pictures[address], zip.Deflate); err != nil {
			return err
		}
	}
	for _, t := range []*template.Template{navFile, packageFile} {
		data, err := filled(t, bd)
		if err == nil {
			err = add("EPUB/"+t.Name(), data, zip.Deflate)
		}
		if err != nil {
			return err
		}
	}
	if err := add("EPUB/cover.png", b.Cover, zip.Store); err != nil {
		return err
	}
	if err := add("EPUB/style.css", b.Style, zip.Deflate); err != nil {
		return err
	}
	return z.Close()
}

// pictureName is the file of a picture: "pictures/practices-mx-0004-map.svg".
func pictureName(address string) string {
	return path.Join("pictures", strings.ReplaceAll(strings.Trim(address, "/"), "/", "-"))
}

func filled(t *template.Template, data any) ([]byte, error) {
	var b bytes.Buffer
	err := t.Execute(&b, data)
	return b.Bytes(), err
}

// Lang is the language of the headings.
func (b *Book) Lang() string { return b.Languages[0] }

// Time is when the book was made, as the format writes it.
func (b *Book) Time() string { return b.Modified.UTC().Format("2006-01-02T15:04:05Z") }
