package main

import (
	"io/fs"
	"os"
	"path/filepath"

	"opendoor/practices"
	"opendoor/templates"
)

// messagesFolder is where the words of the interface lie in a checkout of the
// project.
const messagesFolder = "templates"

// holdsMessages says whether a folder is one of templates, with languages.
func holdsMessages(path string) bool {
	return root(filepath.Join(path, "languages", "en")) != ""
}

// messagesFS opens the templates of a checkout, or those built in.
func messagesFS() fs.FS {
	if holdsMessages(messagesFolder) {
		return os.DirFS(messagesFolder)
	}
	return templates.Files()
}

// lintMessages checks the words of the interface in a tree of templates.
func lintMessages(tree fs.FS, path string) ([]practices.Fault, error) {
	found, err := templates.Lint(tree)
	if err != nil {
		return nil, err
	}
	var faults []practices.Fault
	for _, f := range found {
		faults = append(faults, practices.Fault{File: f.File, Line: f.Line, Field: f.Key, Message: f.Message, Warning: f.Warning})
	}
	return under(faults, path), nil
}
