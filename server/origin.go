package server

import (
	"context"
	"fmt"
	"hash/fnv"
	"io/fs"

	"opendoor/practices/history"
)

// An origin is where the entries come from. Its version changes when they do.
type origin interface {
	version(context.Context) (string, error)
	open(ctx context.Context, version string) (fs.FS, error)
}

// origin is what the options say.
func (o Options) origin() origin {
	if o.History != nil {
		return published{o.History}
	}
	return folder{o.Content, o.Live}
}

// A folder is a file system of entries. Its version sums up names, sizes and
// times; that of one that does not change is always the same.
type folder struct {
	fs.FS
	live bool
}

func (f folder) version(context.Context) (string, error) {
	if !f.live {
		return "", nil
	}
	return fingerprint(f.FS), nil
}

func (f folder) open(context.Context, string) (fs.FS, error) { return f.FS, nil }

// fingerprint sums up names, sizes and times of a tree.
func fingerprint(fsys fs.FS) string {
	h := fnv.New64a()
	fs.WalkDir(fsys, ".", func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return nil
		}
		if info, err := d.Info(); err == nil && !d.IsDir() {
			fmt.Fprintf(h, "%s %d %d\n", p, info.Size(), info.ModTime().UnixNano())
		}
		return nil
	})
	return fmt.Sprintf("%016x", h.Sum64())
}

// Published entries have the commit of main as their version.
type published struct{ *history.Repository }

func (p published) version(ctx context.Context) (string, error) { return p.Head(ctx) }

func (p published) open(ctx context.Context, version string) (fs.FS, error) {
	return p.Tree(ctx, version)
}
