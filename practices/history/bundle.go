package history

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
)

// Bundle writes all that is published, with its whole history, as one file that
// any git can clone. Tries that are not published are no part of it. Others
// write on meanwhile: it holds main as it stands when it begins.
func (r *Repository) Bundle(ctx context.Context, w io.Writer) error {
	unlock, err := r.lock(ctx)
	if err != nil {
		return err
	}
	defer unlock()
	ctx, cancel := context.WithTimeout(ctx, wholeTimeout)
	defer cancel()
	return r.git.pipe(ctx, nil, w, "bundle", "create", "--quiet", "-", mainRef)
}

// Unbundle makes the repository of a data folder, which must not have one, from
// a bundle. Every object is checked before the repository gets its name.
func Unbundle(ctx context.Context, dir string, bundle io.Reader) error {
	home := filepath.Join(dir, gitFolder)
	if Exists(dir) {
		return fmt.Errorf("%s is there already; restore into an empty folder", home)
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	aside, err := os.MkdirTemp(dir, beginning)
	if err != nil {
		return err
	}
	defer os.RemoveAll(aside)
	file := filepath.Join(aside, "bundle")
	if err := WriteFile(file, func(w io.Writer) error {
		_, err := io.Copy(w, bundle)
		return err
	}); err != nil {
		return err
	}
	g, err := newGit(ctx, filepath.Join(aside, gitFolder), "")
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, wholeTimeout)
	defer cancel()
	for _, args := range [][]string{
		{"init", "--quiet", "--bare", "--initial-branch=main", "--template=", "--shared=0600"},
		{"config", "--local", "core.fsync", "all"},
		{"fetch", "--quiet", "--no-tags", "--no-write-fetch-head", file, mainRef + ":" + mainRef},
		{"fsck", "--strict", "--no-dangling", "--no-progress"},
	} {
		if err := g.pipe(ctx, nil, &strings.Builder{}, args...); err != nil {
			return errors.Join(errors.New("the bundle cannot be read"), err)
		}
	}
	if err := os.Rename(filepath.Join(aside, gitFolder), home); err != nil {
		return err
	}
	return syncFolder(dir)
}
