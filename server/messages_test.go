package server

import (
	"go/ast"
	"go/parser"
	"go/token"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"opendoor/practices"
	"opendoor/practices/review"
	"opendoor/practices/vocabulary"
	"opendoor/practices/workshops"
	"opendoor/search"
)

// TestMessagesAreThere finds every message that the server asks for by name
// and checks that each language has it, with the places that the server fills.
func TestMessagesAreThere(t *testing.T) {
	set := newSet(t)
	asked := askedMessages(t)
	for _, g := range search.Groups() {
		asked["facet."+string(g)] = nil
	}
	for _, s := range search.Sorts() {
		asked["sort."+string(s)] = nil
	}
	for _, r := range vocabulary.Named("relation").IDs() {
		asked["relation."+r], asked["relation."+r+".inverse"] = nil, nil
	}
	for _, r := range []string{"court", "authority", "none", "unknown"} {
		asked["review."+r] = nil
	}
	for _, status := range []string{"400", "403", "404", "405", "409", "410", "413", "429", "500", "503", "507", "hidden"} {
		for _, part := range []string{"heading", "said", "do"} {
			asked["error."+status+"."+part] = nil
		}
	}
	for _, q := range practices.Questions() {
		asked["ask."+q.ID+".ask"], asked["ask."+q.ID+".help"] = nil, nil
		if !q.More {
			asked["ask."+q.ID+".short"], asked["ask."+q.ID+".example"] = nil, nil
		}
		for _, f := range q.Fields {
			if f.Kind != practices.Rows {
				asked["field."+f.Name] = nil
				continue
			}
			asked["contribute.add."+f.Name], asked["contribute.rows."+f.Name] = nil, []string{"n"}
			for _, c := range f.Columns {
				asked["field."+f.Name+"."+c.Name] = nil
			}
		}
	}
	for _, code := range practices.ProblemCodes {
		asked["problem."+string(code)] = []string{"n", "limit", "value"}
	}
	for _, code := range workshops.Codes {
		asked["own.problem."+string(code)] = []string{"n", "limit", "words", "why"}
	}
	for _, rule := range practices.HarmRules {
		asked["harm."+string(rule)+".what"], asked["harm."+string(rule)+".why"] = nil, nil
	}
	for _, id := range vocabulary.Named("standing").IDs() {
		asked["contribute.standing."+id] = nil
	}
	for _, t := range vocabulary.Named("measure").Terms {
		asked["contribute.group."+t.Group] = nil
	}
	for _, state := range []review.State{review.Draft, review.Submitted, review.InReview, review.ChangesRequested, review.Accepted, review.Published, review.NeedsRebase, review.Rejected, review.Withdrawn, "erased"} {
		asked["contribute.state."+string(state)+".name"], asked["contribute.state."+string(state)+".said"] = nil, nil
	}
	for _, lang := range set.Languages() {
		for key, names := range asked {
			args := []any{}
			for _, n := range names {
				args = append(args, n, 3)
			}
			got := set.Message(lang.Tag, key, args...)
			if got == "" || got == key {
				t.Errorf("%s: no message %s", lang.Tag, key)
			}
			if left := regexp.MustCompile(`\{\w+\}`).FindString(got); left != "" {
				t.Errorf("%s: %s: the server does not fill %s", lang.Tag, key, left)
			}
		}
	}
}

// askedMessages reads the calls of say in the sources: the key, and the names
// of what it fills in.
func askedMessages(t *testing.T) map[string][]string {
	t.Helper()
	asked := map[string][]string{}
	packages, err := parser.ParseDir(token.NewFileSet(), ".", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range packages["server"].Files {
		ast.Inspect(file, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok || len(call.Args) == 0 {
				return true
			}
			if f, ok := call.Fun.(*ast.SelectorExpr); !ok || f.Sel.Name != "say" {
				return true
			}
			key, ok := literal(call.Args[0])
			if !ok {
				return true
			}
			names := []string{}
			for i := 1; i < len(call.Args); i += 2 {
				if name, ok := literal(call.Args[i]); ok {
					names = append(names, name)
				}
			}
			if before, twice := asked[key]; twice && !slices.Equal(before, names) {
				t.Errorf("%s is asked for with %v and with %v", key, before, names)
			}
			asked[key] = names
			return true
		})
	}
	if len(asked) < 50 {
		t.Fatalf("only %d messages found in the sources", len(asked))
	}
	return asked
}

func literal(e ast.Expr) (string, bool) {
	l, ok := e.(*ast.BasicLit)
	if !ok || l.Kind != token.STRING {
		return "", false
	}
	s, err := strconv.Unquote(l.Value)
	return s, err == nil && !strings.HasSuffix(s, ".")
}
