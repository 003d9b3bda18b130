package templates

import (
	"errors"
	"fmt"
	"html/template"
	"io"
	"io/fs"
	"maps"
	"regexp"
	"slices"
	"strings"
	"text/template/parse"

	"golang.org/x/sync/errgroup"
)

// layout is the template that a page begins with, and the file that has it for
// most of them.
const layout = "layout"

// A piece is a named template, parsed, and the names of those that it calls.
type piece struct {
	tree  *parse.Tree
	calls []string
}

// loadPages parses every page. What pages share stands once in the templates of
// a language, since a copy for each of fifty pages would be most of the memory
// of the program and most of the time of its start.
func (s *Set) loadPages(tree fs.FS) error {
	files, err := fs.Glob(tree, "parts/*.tmpl")
	if err != nil {
		return err
	}
	shared, err := s.pieces(tree, append([]string{layout + ".tmpl"}, files...)...)
	if err != nil {
		return err
	}
	files, err = fs.Glob(tree, "*.tmpl")
	if err != nil {
		return err
	}
	all := maps.Clone(shared)
	var names []string
	for _, file := range files {
		name := strings.TrimSuffix(file, ".tmpl")
		if name == layout {
			continue
		}
		own, err := s.pieces(tree, file)
		if err != nil {
			return err
		}
		names, s.pages[name] = append(names, name), map[string]*template.Template{}
		maps.Copy(all, ownPieces(name, own, shared))
	}
	var g errgroup.Group
	sets := make([]*template.Template, len(s.order))
	for i, tag := range s.order {
		g.Go(func() (err error) {
			sets[i], err = s.assemble(tag, names, all)
			return err
		})
	}
	if err := g.Wait(); err != nil {
		return err
	}
	for i, tag := range s.order {
		s.parts[tag] = sets[i]
		for _, name := range names {
			s.pages[name][tag] = sets[i].Lookup(ownName(name, layout))
		}
	}
	return nil
}

// pieces parses files together, a later definition in place of an earlier one.
func (s *Set) pieces(tree fs.FS, files ...string) (map[string]piece, error) {
	t := template.New(layout).Funcs(s.functions(fallback))
	for _, file := range files {
		text, err := fs.ReadFile(tree, file)
		if err != nil {
			return nil, err
		}
		if _, err := t.Parse(squeeze(string(text))); err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
	}
	list := map[string]piece{}
	for _, t := range t.Templates() {
		if t.Tree == nil || t.Name() == layout && parse.IsEmptyTree(t.Tree.Root) {
			continue // the space between the definitions of a file
		}
		p := piece{tree: t.Tree}
		eachCall(t.Tree.Root, func(n *parse.TemplateNode) { p.calls = append(p.calls, n.Name) })
		list[t.Name()] = p
	}
	return list, nil
}

// ownPieces gives the pieces of a page under names of its own: those that it
// defines, and of the shared ones those that lead to one that it defines, as
// the layout does.
func ownPieces(page string, own, shared map[string]piece) map[string]piece {
	own = maps.Clone(own)
	for n := 0; n < len(own); {
		n = len(own)
		for name, p := range shared {
			if _, have := own[name]; !have && slices.ContainsFunc(p.calls, func(call string) bool { return own[call].tree != nil }) {
				own[name] = p
			}
		}
	}
	list := map[string]piece{}
	for name, p := range own {
		p.tree = p.tree.Copy()
		eachCall(p.tree.Root, func(n *parse.TemplateNode) {
			if own[n.Name].tree != nil {
				n.Name = ownName(page, n.Name)
			}
		})
		list[ownName(page, name)] = p
	}
	return list
}

func ownName(page, name string) string { return page + "/" + name }

// eachCall visits the calls of other templates below a node.
func eachCall(n parse.Node, visit func(*parse.TemplateNode)) {
	branch := func(b *parse.BranchNode) {
		eachCall(b.List, visit)
		eachCall(b.ElseList, visit)
	}
	switch n := n.(type) {
	case *parse.TemplateNode:
		visit(n)
	case *parse.ListNode:
		if n != nil {
			for _, c := range n.Nodes {
				eachCall(c, visit)
			}
		}
	case *parse.IfNode:
		branch(&n.BranchNode)
	case *parse.RangeNode:
		branch(&n.BranchNode)
	case *parse.WithNode:
		branch(&n.BranchNode)
	}
}

// assemble makes the templates of one language. A page is escaped when it is
// first asked for; those of the fallback at once, with nothing to show, which
// brings a fault in the HTML of any language to light at the start.
func (s *Set) assemble(tag string, pages []string, pieces map[string]piece) (*template.Template, error) {
	set := template.New("").Funcs(s.functions(tag))
	for name, p := range pieces {
		if _, err := set.AddParseTree(name, p.tree.Copy()); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
	}
	if tag != fallback {
		return set, nil
	}
	for _, page := range pages {
		var fault *template.Error
		if err := set.ExecuteTemplate(io.Discard, ownName(page, layout), nil); errors.As(err, &fault) {
			return nil, fmt.Errorf("%s.tmpl: %w", page, err)
		}
	}
	return set, nil
}

var indent = regexp.MustCompile(`\s*\n\s*`)

// squeeze takes out the indentation that makes a template readable: about a
// tenth of a page. A line break stays a line break, which HTML reads as a
// space.
func squeeze(text string) string { return indent.ReplaceAllString(text, "\n") }
