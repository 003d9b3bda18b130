package search

import (
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
)

// TestOpen keeps an index, opens it again, and damages it in every way that a
// disk or a person may: it must answer as one made in memory, each time.
func TestOpen(t *testing.T) {
	folder := t.TempDir()
	c := load(t, sample(60, 4)...)
	memory := newIndex(t, sample(60, 4)...)
	queries := []Query{{Text: "children detained", Lang: "en"}, {Text: "الأطفال", Lang: "ar"}, {Text: "childrne", Lang: "en"}, {Lang: "fr"}}
	check := func(what string) {
		t.Helper()
		x, err := open(context.Background(), c.All(), today, folder)
		if err != nil {
			t.Fatalf("%s: %v", what, err)
		}
		for _, q := range queries {
			got, want := search(t, x, q), search(t, memory, q)
			if got.Total != want.Total || ids(got) != ids(want) {
				t.Errorf("%s: %q gives %d %s, in memory %d %s", what, q.Text, got.Total, ids(got), want.Total, ids(want))
			}
		}
		if err := x.Close(); err != nil {
			t.Errorf("%s: close: %v", what, err)
		}
	}
	kept := func() (files []string, dir string) {
		dirs, _ := filepath.Glob(filepath.Join(folder, "*"))
		if len(dirs) != 1 {
			t.Fatalf("the folder holds %q, want one index", dirs)
		}
		filepath.WalkDir(dirs[0], func(path string, d fs.DirEntry, _ error) error {
			if !d.IsDir() {
				files = append(files, path)
			}
			return nil
		})
		return files, dirs[0]
	}
	// What a run left behind that was killed while it made an index.
	if err := os.MkdirAll(filepath.Join(folder, "making-1", "shard-0"), 0o755); err != nil {
		t.Fatal(err)
	}
	check("new")
	files, dir := kept()
	before, err := os.Stat(filepath.Join(dir, keptFile))
	if err != nil {
		t.Fatal(err)
	}
	check("opened again")
	if after, err := os.Stat(filepath.Join(dir, keptFile)); err != nil || !os.SameFile(before, after) {
		t.Errorf("it was made anew though nothing changed: %v", err)
	}
	for i := range files {
		damage := map[string]func(path string, data []byte) error{
			"removed": func(path string, _ []byte) error { return os.Remove(path) },
			"emptied": func(path string, _ []byte) error { return os.WriteFile(path, nil, 0o644) },
			"cut": func(path string, data []byte) error {
				return os.WriteFile(path, data[:len(data)/2], 0o644)
			},
			"zeroed": func(path string, data []byte) error {
				return os.WriteFile(path, make([]byte, len(data)), 0o644)
			},
		}
		if filepath.Ext(files[i]) != ".bolt" {
			damage["flipped bit"] = func(path string, data []byte) error {
				data[len(data)/2] ^= 1
				return os.WriteFile(path, data, 0o644)
			}
		}
		for _, name := range sortedKeys(damage) {
			files, _ := kept()
			if i >= len(files) {
				continue
			}
			data, err := os.ReadFile(files[i])
			if err == nil {
				os.Chmod(files[i], 0o644)
				err = damage[name](files[i], data)
			}
			if err != nil {
				t.Fatal(err)
			}
			check(name + " " + filepath.Base(files[i]))
		}
	}
	c = load(t, sample(61, 4)...)
	memory = newIndex(t, sample(61, 4)...)
	check("other texts")
	kept()
}

// TestOpenSmall keeps nothing of a catalogue that is indexed in memory.
func TestOpenSmall(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "index")
	if err := os.MkdirAll(filepath.Join(folder, "index-of-more"), 0o755); err != nil {
		t.Fatal(err)
	}
	x, err := Open(t.Context(), load(t, world()...), today, folder)
	if err != nil {
		t.Fatal(err)
	}
	defer x.Close()
	if r := search(t, x, Query{Text: "bail", Lang: "en"}); r.Total == 0 {
		t.Error("nothing is found")
	}
	if _, err := os.Stat(folder); !os.IsNotExist(err) {
		t.Errorf("the folder of a larger catalogue is still there: %v", err)
	}
}
