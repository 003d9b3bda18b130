package main

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"opendoor/practices"
	"opendoor/practices/entries"
)

// TestExport: what export writes is content that can be served and exported
// again; a fault leaves nothing behind.
func TestExport(t *testing.T) {
	dir := t.TempDir()
	name := filepath.Join(dir, "pack.zip")
	var out bytes.Buffer
	if err := run(t.Context(), []string{"export", name, "--query", "country=ZM", "--languages", "en"}, &out, &out); err != nil {
		t.Fatal(err)
	}
	var content fs.FS = entries.FS
	closed, err := openContent(name, &content)
	if err != nil {
		t.Fatal(err)
	}
	defer closed()
	c, err := practices.Load(content)
	if err != nil || c.Len() == 0 || c.Len() > 20 {
		t.Fatalf("%d entries, %v", c.Len(), err)
	}
	for _, p := range c.All() {
		if !strings.Contains(strings.Join(countries(p), " "), "ZM") {
			t.Errorf("%s is not of Zambia", p.ID)
		}
	}
	if err := checkContent(name); err != nil {
		t.Errorf("serve refuses it: %v", err)
	}
	for _, tt := range []struct{ args, want string }{
		{"", "name one file"},
		{" --collection no-such", "no such collection"},
		{" --languages xx", "known: en"},
		{" --query q=zzzzzzzz", "finds no entry"},
		{" --collection a --query b", "not both"},
		{" --content " + filepath.Join("export_test.go"), "neither a folder nor a pack"},
	} {
		args := []string{"export"}
		if tt.args != "" {
			args = append(args, filepath.Join(dir, "bad.zip"))
		}
		if err := run(t.Context(), append(args, strings.Fields(tt.args)...), &out, &out); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("export%s: %v, want %q", tt.args, err, tt.want)
		}
	}
	if left, _ := os.ReadDir(dir); len(left) != 1 {
		t.Errorf("%d files are left, not one", len(left))
	}
}

func countries(p *practices.Practice) (list []string) {
	for _, c := range p.Countries {
		list = append(list, string(c))
	}
	return list
}
