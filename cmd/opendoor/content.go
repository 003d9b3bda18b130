package main

import (
	"archive/zip"
	"errors"
	"io/fs"
	"os"
	"strings"

	"opendoor/server"
)

// aPack says whether the name of a content is that of a pack.
func aPack(name string) bool { return strings.HasSuffix(strings.ToLower(name), ".zip") }

// openContent opens a folder of entries, or a pack with what lies in it.
func openContent(name string, into *fs.FS) (closed func(), err error) {
	if !aPack(name) {
		*into = os.DirFS(name)
		return func() {}, checkContent(name)
	}
	z, err := zip.OpenReader(name)
	if err != nil {
		return nil, err
	}
	if _, err := fs.Stat(z, server.ContentFolder); err != nil {
		z.Close()
		return nil, errors.New("not a pack: it has no folder " + server.ContentFolder)
	}
	if *into, err = fs.Sub(z, server.ContentFolder); err != nil {
		z.Close()
		return nil, err
	}
	return func() { z.Close() }, nil
}
