package main

import (
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"opendoor/practices"
	"opendoor/practices/workshops"
)

// collectionsFolder is where the collections for workshops lie in a checkout
// of the project.
const collectionsFolder = "practices/workshops/collections"

// lintCollections checks all collections of the checkout, or else those built
// in, against the entries.
func lintCollections() ([]practices.Fault, int, error) {
	if info, err := os.Stat(collectionsFolder); err == nil && info.IsDir() {
		return lintCollectionPath(collectionsFolder)
	}
	return shelfFaults(workshops.FS, "")
}

// ofCollections says whether a path is a folder of collections, or a file in
// one.
func ofCollections(path string) bool {
	folder := filepath.Base(collectionsFolder)
	return filepath.Base(path) == folder || filepath.Base(filepath.Dir(path)) == folder
}

// lintCollectionPath checks a folder of collections, or one file in it.
func lintCollectionPath(path string) ([]practices.Fault, int, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, 0, err
	}
	if info.IsDir() {
		return shelfFaults(os.DirFS(path), path)
	}
	root := filepath.Dir(path)
	faults, _, err := shelfFaults(os.DirFS(root), root)
	return slices.DeleteFunc(faults, func(f practices.Fault) bool { return f.File != filepath.ToSlash(path) }), 1, err
}

func shelfFaults(files fs.FS, root string) ([]practices.Fault, int, error) {
	catalogue, err := practices.Load(contentFS())
	if err != nil {
		return nil, 0, err
	}
	s, err := workshops.Load(catalogue, files)
	if err != nil {
		return nil, 0, err
	}
	return under(s.Faults(), root), len(s.All()), nil
}
