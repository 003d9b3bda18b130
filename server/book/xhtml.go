package book

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// xhtml writes a chapter of HTML as the XML that e-readers want, without what
// means something in a browser alone.
type xhtml struct {
	book *Book
	used map[string]bool // pictures of the book that are named, by address
	svg  bool            // whether a drawing stands in the chapter
	out  strings.Builder
}

// left are the elements that a book has not got.
var left = []string{"script", "style", "form", "button", "input", "link", "meta", "noscript", "template", "iframe", "object", "video", "audio"}

// dropped are the attributes that it has not got, beside those of scripts.
var dropped = []string{"loading", "rel", "target", "style", "hreflang", "decoding", "enterkeyhint"}

func (x *xhtml) body(text []byte) (string, error) {
	nodes, err := html.ParseFragment(bytes.NewReader(text), &html.Node{Type: html.ElementNode, Data: "body", DataAtom: atom.Body})
	if err != nil {
		return "", err
	}
	for _, n := range nodes {
		if err := x.node(n); err != nil {
			return "", err
		}
	}
	return strings.TrimSpace(x.out.String()), nil
}

func (x *xhtml) node(n *html.Node) error {
	switch {
	case n.Type == html.TextNode:
		x.out.WriteString(escaped(n.Data))
		return nil
	case n.Type != html.ElementNode || slices.Contains(left, n.Data):
		return nil
	}
	name := n.Data
	attributes, err := x.attributes(n)
	if err != nil {
		return err
	}
	if name == "a" && !slices.ContainsFunc(attributes, func(a html.Attribute) bool { return a.Key == "href" }) {
		name = "span"
		attributes = slices.DeleteFunc(attributes, func(a html.Attribute) bool { return a.Key == "role" || a.Key == "epub:type" })
	}
	x.out.WriteString("<" + name)
	for _, a := range attributes {
		x.out.WriteString(" " + a.Key + `="` + escaped(a.Val) + `"`)
	}
	if void(n) {
		x.out.WriteString("/>")
		return nil
	}
	x.out.WriteString(">")
	for c := range n.ChildNodes() {
		if err := x.node(c); err != nil {
			return err
		}
	}
	x.out.WriteString("</" + name + ">")
	return nil
}

func (x *xhtml) attributes(n *html.Node) ([]html.Attribute, error) {
	var kept []html.Attribute
	if n.Data == "svg" {
		x.svg = true
		kept = append(kept, html.Attribute{Key: "xmlns", Val: "http://www.w3.org/2000/svg"})
	}
	for _, a := range n.Attr {
		switch {
		case strings.HasPrefix(a.Key, "on"), strings.HasPrefix(a.Key, "data-"), strings.HasPrefix(a.Key, "xmlns"), slices.Contains(dropped, a.Key):
			continue
		case a.Key == "lang":
			kept = append(kept, html.Attribute{Key: "xml:lang", Val: a.Val})
		case a.Key == "role" && a.Val == "doc-noteref":
			kept = append(kept, html.Attribute{Key: "epub:type", Val: "noteref"})
		case a.Key == "href" && strings.HasPrefix(a.Val, "/"):
			if a.Val = x.book.Link(a.Val); a.Val == "" {
				continue
			}
		case a.Key == "src":
			if _, ok := x.book.Pictures[a.Val]; !ok {
				return nil, fmt.Errorf("no picture %q", a.Val)
			}
			x.used[a.Val] = true
			a.Val = pictureName(a.Val)
		case a.Val == "" && a.Key != "alt":
			a.Val = a.Key // as XML writes what is there or not
		}
		kept = append(kept, a)
	}
	return kept, nil
}

// void says whether an element has an end of its own.
func void(n *html.Node) bool {
	switch n.DataAtom {
	case atom.Br, atom.Hr, atom.Img, atom.Wbr, atom.Col:
		return true
	}
	return n.Namespace == "svg" && n.FirstChild == nil
}

// escaped is a text in XML, without characters that XML has not got.
func escaped(s any) string {
	clean := strings.Map(func(r rune) rune {
		if r < ' ' && r != '\t' && r != '\n' || r == 0xFFFE || r == 0xFFFF {
			return -1
		}
		return r
	}, fmt.Sprint(s))
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;").Replace(clean)
}

func sorted(set map[string]bool) []string {
	var list []string
	for s := range set {
		list = append(list, s)
	}
	slices.Sort(list)
	return list
}
