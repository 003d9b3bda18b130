package server

import (
	"os"
	"path/filepath"
	"testing"

	"opendoor/practices/entries"
)

// TestIndexOfEarlierContentGoes: what was kept of content that has changed may
// hold what was erased.
func TestIndexOfEarlierContentGoes(t *testing.T) {
	s := startServer(t, Options{Content: entries.FS})
	s.options.Data = t.TempDir() // after the start, which would keep nothing of so few
	kept := filepath.Join(s.options.Data, indexFolder)
	g := s.take()
	defer g.release()
	for _, first := range []bool{true, false} {
		if err := os.MkdirAll(filepath.Join(kept, "index-of-before"), 0o700); err != nil {
			t.Fatal(err)
		}
		x, err := s.index(t.Context(), g.catalogue, first)
		if err != nil {
			t.Fatal(err)
		}
		x.Close()
		if _, err := os.Stat(kept); !os.IsNotExist(err) {
			t.Errorf("first %t: the index of earlier content is still there: %v", first, err)
		}
	}
}
