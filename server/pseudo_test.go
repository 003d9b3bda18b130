package server

import (
	"io/fs"
	"os"
	"path"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"

	"go.yaml.in/yaml/v3"

	"opendoor/practices/entries"
	"opendoor/templates"
)

// The pseudo-locales are English made foreign: every letter has an accent,
// every message is longer than any language makes it, and in the second one
// words run from right to left. What looks like plain English on their pages
// is no message, and what breaks under them is too narrow.
var pseudoLocales = map[string]string{"en-XA": "ltr", "ar-XB": "rtl"}

// withPseudoLocales is the tree of templates with the pseudo-locales in it.
func withPseudoLocales(t testing.TB) fstest.MapFS {
	t.Helper()
	tree := copyTree(t, os.DirFS("../templates"))
	for name, file := range copyTree(t, os.DirFS("../templates/languages/en")) {
		for tag, dir := range pseudoLocales {
			data := pseudoText(string(file.Data), dir)
			if path.Ext(name) == ".yaml" {
				data = pseudoMessages(t, file.Data, tag, dir)
			}
			tree["languages/"+tag+"/"+name] = &fstest.MapFile{Data: []byte(data)}
		}
	}
	return tree
}

func copyTree(t testing.TB, from fs.FS) fstest.MapFS {
	t.Helper()
	tree := fstest.MapFS{}
	err := fs.WalkDir(from, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || path.Ext(name) == ".go" {
			return err
		}
		data, err := fs.ReadFile(from, name)
		tree[name] = &fstest.MapFile{Data: data}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return tree
}

func pseudoMessages(t testing.TB, data []byte, tag, dir string) string {
	t.Helper()
	var doc yaml.Node
	if err := yaml.Unmarshal(data, &doc); err != nil {
		t.Fatal(err)
	}
	var walk func(key string, n *yaml.Node)
	walk = func(key string, n *yaml.Node) {
		switch {
		case n.Kind == yaml.MappingNode:
			for i := 0; i+1 < len(n.Content); i += 2 {
				switch name := n.Content[i].Value; {
				case key == "" && name == "language":
					for j, v := range map[string]string{"name": tag, "dir": dir} {
						for k := 0; k+1 < len(n.Content[i+1].Content); k += 2 {
							if n.Content[i+1].Content[k].Value == j {
								n.Content[i+1].Content[k+1].Value = v
							}
						}
					}
				case key+name == ".mapfile": // the name of a file
				default:
					walk(key+"."+name, n.Content[i+1])
				}
			}
		case n.Kind == yaml.ScalarNode && key != ".map.file":
			n.Value = pseudo(n.Value, dir)
		}
	}
	walk("", doc.Content[0])
	out, err := yaml.Marshal(&doc)
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

var notText = regexp.MustCompile(`<[^>]*>|&\w+;`)

// pseudoText makes the text of a piece of HTML foreign and leaves its elements.
func pseudoText(html, dir string) string {
	var out strings.Builder
	at := 0
	for _, tag := range append(notText.FindAllStringIndex(html, -1), []int{len(html), len(html)}) {
		text := html[at:tag[0]]
		if strings.TrimSpace(text) != "" {
			text = pseudo(text, dir)
		}
		out.WriteString(text + html[tag[0]:tag[1]])
		at = tag[1]
	}
	return out.String()
}

var accents = strings.NewReplacer(
	"a", "åå", "e", "éé", "i", "îî", "o", "öö", "u", "ûû", "A", "Åå", "E", "Éé", "I", "Îî", "O", "Öö", "U", "Ûû",
	"c", "ç", "n", "ñ", "s", "š", "y", "ý", "z", "ž", "S", "Š", "C", "Ç", "N", "Ñ", "d", "ď", "t", "ţ", "T", "Ţ", "g", "ĝ", "r", "ŕ", "P", "Ƥ", "p", "ƥ", "l", "ļ", "k", "ķ", "w", "ŵ", "M", "Ṁ", "m", "ɱ", "h", "ĥ", "f", "ƒ", "F", "Ƒ", "R", "Ŕ", "H", "Ĥ", "W", "Ŵ", "b", "ƀ", "B", "Ɓ", "j", "ĵ", "v", "ṽ", "V", "Ṽ",
)

var placeOfMessage = regexp.MustCompile(`\{\w+\}|\w+|[^\w{]+`)

// pseudo makes a text foreign, keeping its {places}.
func pseudo(text, dir string) string {
	return placeOfMessage.ReplaceAllStringFunc(text, func(part string) string {
		word := accents.Replace(part)
		switch {
		case strings.HasPrefix(part, "{"):
			return part
		case dir == "rtl" && word != part:
			return "\u200f\u202e" + word + "\u202c\u200f" // read from right to left
		}
		return word
	})
}

func TestPseudo(t *testing.T) {
	if got := pseudo("{n} of {of} days", "ltr"); got != "{n} ööƒ {of} ďååýš" {
		t.Errorf("%q", got)
	}
	if got := pseudoText(`<p class="lead">Days &amp; <b>on</b></p>`, "ltr"); got != `<p class="lead">Dååýš &amp; <b>ööñ</b></p>` {
		t.Errorf("%q", got)
	}
}

// newPseudoServer serves the shipped entries in the pseudo-locales too.
func newPseudoServer(t testing.TB) *Server {
	t.Helper()
	set, err := templates.LoadFrom(withPseudoLocales(t))
	if err != nil {
		t.Fatal(err)
	}
	s, err := start(Options{Content: entries.FS}, set)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}
