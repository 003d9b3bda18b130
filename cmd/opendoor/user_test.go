package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestUser(t *testing.T) {
	t.Chdir(t.TempDir())
	user := func(args ...string) (string, error) {
		var out strings.Builder
		err := run(t.Context(), append([]string{"user"}, args...), &out, &out)
		return out.String(), err
	}
	for _, tt := range []struct {
		args []string
		want string // of the output, or of the error when it begins with "!"
	}{
		{[]string{"list"}, "no account"},
		{[]string{"invite", "Ada@example.org", "--name", "Ada", "--role", "admin", "--base-url", "https://example.org"}, "\nhttps://example.org/invite/"},
		{[]string{"invite", "ADA@example.org"}, `!"ADA@example.org" has an account already`},
		{[]string{"invite", "nobody"}, `!"nobody" is no e-mail address`},
		{[]string{"invite", "b@example.org", "--role", "king"}, `!"king" is no role`},
		{[]string{"role", "ada@EXAMPLE.org", "editor"}, "Ada@example.org: done"},
		{[]string{"disable", "ada@example.org"}, "done"},
		{[]string{"list"}, "Ada@example.org  Ada   editor  no             disabled"},
		{[]string{"enable", "ada@example.org"}, "done"},
		{[]string{"reset", "ada@example.org"}, "http://127.0.0.1:8080/invite/"},
		{[]string{"forget", "ada@example.org"}, "done"},
		{[]string{"reset", "ada@example.org"}, `!"ada@example.org" has no account`},
		{[]string{"list", "--database", "mysql://root:hush@x"}, "!not a database"},
		{[]string{"list", "--data", "data/key"}, "!choose another with --data"},
		{[]string{"remove"}, "!user"},
	} {
		out, err := user(tt.args...)
		want, fails := strings.CutPrefix(tt.want, "!")
		if fails && err != nil {
			out = err.Error()
		}
		if fails != (err != nil) || !strings.Contains(out, want) || strings.Contains(out, "hush") {
			t.Errorf("user %s: %v, %q; want %q", strings.Join(tt.args, " "), err, out, tt.want)
		}
	}
	for name, mode := range map[string]os.FileMode{"data": 0o700, "data/key": 0o600, "data/review.db": 0o600, "data/erasures": 0o600} {
		if info, err := os.Stat(filepath.FromSlash(name)); err != nil || info.Mode().Perm() != mode {
			t.Errorf("%s: %v, %v; want %v", name, info.Mode(), err, mode)
		}
	}
}
