package server

import (
	"go/ast"
	"go/parser"
	"go/token"
	"testing"
)

// TestNoPageHidesItsFrame looks for pages with a field named as one of the
// frame: the layout would then say the language, the title or the switch of
// something else.
func TestNoPageHidesItsFrame(t *testing.T) {
	packages, err := parser.ParseDir(token.NewFileSet(), ".", nil, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	types := map[string]*ast.StructType{}
	ast.Inspect(packages["server"], func(n ast.Node) bool {
		if spec, ok := n.(*ast.TypeSpec); ok {
			if s, ok := spec.Type.(*ast.StructType); ok {
				types[spec.Name.Name] = s
			}
		}
		return true
	})
	own := map[string]bool{}
	for _, f := range types["frame"].Fields.List {
		for _, name := range f.Names {
			own[name.Name] = true
		}
	}
	pages := 0
	for name, s := range types {
		framed := false
		for _, f := range s.Fields.List {
			id, isName := f.Type.(*ast.Ident)
			framed = framed || len(f.Names) == 0 && isName && id.Name == "frame"
		}
		if !framed {
			continue
		}
		pages++
		for _, f := range s.Fields.List {
			for _, field := range f.Names {
				if own[field.Name] {
					t.Errorf("%s hides the %s of its frame", name, field.Name)
				}
			}
		}
	}
	if pages < 20 {
		t.Errorf("only %d pages found", pages)
	}
}
