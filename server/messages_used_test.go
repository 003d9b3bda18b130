package server

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"opendoor/practices/vocabulary"
)

// TestMessagesAreUsed finds messages that neither the program nor a template
// asks for. A key may be put together of parts ("error." + code + ".said"); a
// part that is not written there is a word that stands elsewhere in the
// program or words joined by _, a term of a vocabulary,
// or a number; and a key may be put together in two steps.
func TestMessagesAreUsed(t *testing.T) {
	house := os.DirFS("..")
	var said []*regexp.Regexp // the keys that are asked for
	words := map[string]bool{}
	for _, v := range vocabulary.All() {
		for _, term := range v.Terms {
			words[term.ID], words[term.Group] = true, true
		}
	}
	inTemplate := regexp.MustCompile(`\bt "([^"]+)"`)
	err := fs.WalkDir(house, ".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && (name == "tools" || strings.HasPrefix(name, ".") && name != "."):
			return fs.SkipDir
		case path.Ext(name) == ".tmpl":
			text, err := fs.ReadFile(house, name)
			for _, m := range inTemplate.FindAllStringSubmatch(string(text), -1) {
				words[m[1]] = true
			}
			return err
		case path.Ext(name) != ".go" || strings.HasSuffix(name, "_test.go"):
			return nil
		}
		file, err := parser.ParseFile(token.NewFileSet(), "../"+name, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		ast.Inspect(file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.BasicLit:
				if s, ok := text(n); ok {
					words[s] = true
					if !strings.Contains(s, " ") { // a name, such as "in_practice.answer"
						for _, part := range strings.FieldsFunc(s, func(r rune) bool { return r == '_' || r == '.' || r == '-' }) {
							words[part] = true
						}
					}
				}
			case *ast.BinaryExpr:
				if pattern := keyPattern(n); strings.Contains(pattern, "(") && strings.Contains(pattern, `\.`) {
					said = append(said, regexp.MustCompile("^"+pattern+`(\.\w+)?$`))
				}
				return true
			}
			return true
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	set := newSet(t)
	known := func(part string) bool {
		_, err := strconv.Atoi(part)
		return err == nil || part == "" || words[part] || !slices.ContainsFunc(strings.Split(part, "_"), func(word string) bool { return !words[word] })
	}
	keys := set.Keys()
	if len(keys) < 400 {
		t.Fatalf("only %d messages", len(keys))
	}
	for _, key := range keys {
		used := words[key] || slices.ContainsFunc(said, func(p *regexp.Regexp) bool {
			m := p.FindStringSubmatch(key)
			return m != nil && !slices.ContainsFunc(m[1:], func(part string) bool { return !known(part) })
		})
		if !used {
			t.Errorf("nothing asks for %s", key)
		}
	}
}

// keyPattern is what an expression that joins strings can come to: its parts
// that are written there, and a group for each that is not.
func keyPattern(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.BasicLit:
		if s, ok := text(e); ok {
			return regexp.QuoteMeta(s)
		}
	case *ast.ParenExpr:
		return keyPattern(e.X)
	case *ast.BinaryExpr:
		if e.Op == token.ADD {
			return keyPattern(e.X) + keyPattern(e.Y)
		}
	}
	return "(.+?)"
}

func text(l *ast.BasicLit) (string, bool) {
	if l.Kind != token.STRING {
		return "", false
	}
	s, err := strconv.Unquote(l.Value)
	return s, err == nil
}
