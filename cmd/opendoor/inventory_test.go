package main

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// A source is one file of the program, without its tests.
type source struct {
	name    string // from the root of the repository
	text    string
	imports []string
}

// sources are those of the program itself.
func sources(t *testing.T) (list []source) {
	t.Helper()
	house := filepath.Join("..", "..")
	err := filepath.WalkDir(house, func(file string, d fs.DirEntry, err error) error {
		name, _ := filepath.Rel(house, file)
		name = filepath.ToSlash(name)
		switch {
		case err != nil:
			return err
		case d.IsDir() && (name == "tools" || name == "docs" || name == "practices/faulttest" || strings.HasPrefix(name, ".") && name != "."):
			return fs.SkipDir
		case path.Ext(name) != ".go" || strings.HasSuffix(name, "_test.go"):
			return nil
		}
		text, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), file, text, parser.ImportsOnly)
		if err != nil {
			return err
		}
		s := source{name: name, text: string(text)}
		for _, i := range parsed.Imports {
			imported, err := strconv.Unquote(i.Path.Value)
			if err != nil {
				return err
			}
			s.imports = append(s.imports, imported)
		}
		list = append(list, s)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(list) < 100 {
		t.Fatalf("only %d sources", len(list))
	}
	return list
}

// TestCryptographyIsListed holds docs/keys.md to what the sources import: each
// file with cryptography, checksums or chance stands there, and no other.
func TestCryptographyIsListed(t *testing.T) {
	doc, err := os.ReadFile("../../docs/keys.md")
	if err != nil {
		t.Fatal(err)
	}
	_, told, _ := strings.Cut(string(doc), "## Algorithms")
	listed := map[string]bool{}
	for _, m := range regexp.MustCompile("`([a-z/_]+\\.go)`").FindAllStringSubmatch(told, -1) {
		listed[m[1]] = false
	}
	for _, s := range sources(t) {
		for _, i := range s.imports {
			if !strings.HasPrefix(i, "crypto/") && !strings.HasPrefix(i, "golang.org/x/crypto/") && !strings.HasPrefix(i, "hash/") && !strings.HasPrefix(i, "math/rand") {
				continue
			}
			if _, there := listed[s.name]; !there {
				t.Errorf("docs/keys.md says nothing of %s, which imports %s", s.name, i)
			}
			listed[s.name] = true
		}
	}
	for name, used := range listed {
		if !used {
			t.Errorf("docs/keys.md names %s, which has no cryptography", name)
		}
	}
}

// TestNothingDangerousIsUsed shows what is nowhere in the program: broken
// cryptography, memory without bounds, readers of formats that run or fetch
// something, pages made without escaping, tools to look into it from outside.
func TestNothingDangerousIsUsed(t *testing.T) {
	banned := []string{
		"crypto/md5", "crypto/des", "crypto/rc4", "crypto/dsa", "math/rand", "golang.org/x/crypto/md4",
		"unsafe", "C", "plugin", "net/http/pprof", "expvar", "net/http/cgi", "net/http/httputil", "net/smtp", "net/rpc",
	}
	// What one file may do and no other: to run a program, to open a connection, to
	// write text that is no page, to read what this program itself has kept.
	alone := map[string][]string{
		"os/exec":                     {"practices/history/git.go", "practices/history/objects.go", "practices/history/guard_linux.go", "practices/history/guard_other.go", "practices/review/backup.go"},
		"text/template":               {"practices/skeleton.go", "server/book/book.go"},
		"encoding/gob":                {"search/store.go"},
		"golang.org/x/oauth2":         {"server/oidc.go"},
		"github.com/wneessen/go-mail": {"practices/review/post.go"},
	}
	phrases := map[string][]string{
		`\bxml\.(Unmarshal|NewDecoder)\b`:                                                  nil,
		`\bhttp\.(Get|Post|PostForm|Head|DefaultClient|DefaultTransport|ListenAndServe)\b`: nil,
		`\bhttp\.Client\{`:                   {"server/oidc.go", "cmd/opendoor/doctor_address.go"},
		`\bnet\.(Dial|DialTimeout|Dialer)\b`: nil,
		`\bInsecureSkipVerify\b`:             nil,
		`\bhtml\.WithUnsafe\b`:               nil,
		`"(sh|bash|cmd)",\s*"-c"`:            nil,
	}
	for _, s := range sources(t) {
		for _, i := range s.imports {
			if slices.Contains(banned, i) {
				t.Errorf("%s imports %s", s.name, i)
			}
			if files, few := alone[i]; few && !slices.Contains(files, s.name) {
				t.Errorf("%s imports %s; only %s may", s.name, i, strings.Join(files, ", "))
			}
		}
		for phrase, files := range phrases {
			if found := regexp.MustCompile(phrase).FindString(s.text); found != "" && !slices.Contains(files, s.name) {
				t.Errorf("%s has %s", s.name, found)
			}
		}
	}
}
