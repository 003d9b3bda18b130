package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"opendoor/practices"
	"opendoor/practices/entries"
)

// errFaults is the answer of lint when it found errors, which it has already
// told.
var errFaults = errors.New("there are faults")

func newLint() *cobra.Command {
	var quiet bool
	cmd := &cobra.Command{
		Use:   "lint [PATH…]",
		Short: "Check entries, collections and the words of the interface, and say what to mend",
		Long: `Check entries, collections for workshops and the words of the interface: every
fault of every file, with its line, its field, what is wrong and what to write
instead. A PATH is a file or a folder of entries, of collections where its
folder is so named, or the folder "templates" for its languages; with none, all
of the checkout are checked, or else those built in. The exit code is 1 when a
file has an error; warnings do not count.`,
		RunE: func(cmd *cobra.Command, args []string) error {
			return lint(cmd.OutOrStdout(), args, quiet)
		},
	}
	cmd.Flags().BoolVarP(&quiet, "quiet", "q", false, "leave out warnings")
	return cmd
}

// contentFolder is where entries lie in a checkout of the project.
const contentFolder = "practices/entries"

func lint(out io.Writer, paths []string, quiet bool) error {
	faults, checked, err := lintAll(paths)
	if err != nil {
		return err
	}
	if quiet {
		faults = slices.DeleteFunc(faults, func(f practices.Fault) bool { return f.Warning })
	}
	practices.SortFaults(faults)
	for _, f := range faults {
		fmt.Fprintln(out, f)
	}
	if practices.HasErrors(faults) {
		return errFaults
	}
	if len(faults) == 0 {
		fmt.Fprintf(out, "%s, no faults\n", checked)
	}
	return nil
}

// A tally says how much was checked.
type tally struct{ entries, collections int }

func (t tally) String() string {
	if t.collections == 0 {
		return fmt.Sprintf("%d entries", t.entries)
	}
	return fmt.Sprintf("%d entries, %d collections", t.entries, t.collections)
}

// lintAll checks what the paths name; with none, all entries and collections.
func lintAll(paths []string) (faults []practices.Fault, checked tally, err error) {
	if len(paths) == 0 {
		if faults, checked.collections, err = lintCollections(); err != nil {
			return nil, checked, err
		}
		words, err := lintMessages(messagesFS(), root(messagesFolder))
		if err != nil {
			return nil, checked, err
		}
		faults = append(faults, words...)
		if info, err := os.Stat(contentFolder); err == nil && info.IsDir() {
			paths = []string{contentFolder}
		} else {
			c, err := practices.Load(entries.FS)
			if err != nil {
				return nil, checked, err
			}
			faults, checked.entries = append(faults, c.Faults()...), c.Len()
		}
	}
	for _, path := range paths {
		check, n := lintPath, &checked.entries
		if ofCollections(path) {
			check, n = lintCollectionPath, &checked.collections
		}
		found, more, err := check(path)
		if err != nil {
			return nil, checked, err
		}
		faults, *n = append(faults, found...), *n+more
	}
	return faults, checked, nil
}

// lintPath checks a folder as a whole, or one file against the folder tree
// that it lies in, so that its relations and its translation's source are
// known.
func lintPath(path string) ([]practices.Fault, int, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, 0, err
	}
	if holdsMessages(path) {
		words, err := lintMessages(os.DirFS(path), path)
		return words, 0, err
	}
	if info.IsDir() {
		c, err := practices.Load(os.DirFS(path))
		if err != nil {
			return nil, 0, err
		}
		return under(c.Faults(), path), c.Len(), nil
	}
	root := treeOf(path)
	name, err := filepath.Rel(root, path)
	if err != nil {
		return nil, 0, err
	}
	name = filepath.ToSlash(name)
	c, err := practices.Load(os.DirFS(root))
	if err != nil {
		return nil, 0, err
	}
	faults := slices.DeleteFunc(c.Faults(), func(f practices.Fault) bool { return f.File != name })
	if !strings.HasSuffix(name, ".md") {
		faults = append(faults, practices.Fault{File: name, Message: "not a Markdown file; the name ends in .md"})
	}
	return under(faults, root), 1, nil
}

// treeOf is the folder of regions above a file that lies in its place, else
// the file's own folder.
func treeOf(path string) string {
	root := filepath.Dir(filepath.Dir(filepath.Dir(path)))
	id, _, _ := strings.Cut(filepath.Base(path), ".")
	if practices.ValidID(id) && filepath.ToSlash(filepath.Dir(practices.FilePath(id, ""))) == filepath.ToSlash(relative(root, filepath.Dir(path))) {
		return root
	}
	return filepath.Dir(path)
}

func relative(root, path string) string {
	r, err := filepath.Rel(root, path)
	if err != nil {
		return ""
	}
	return r
}

func under(faults []practices.Fault, root string) []practices.Fault {
	for i := range faults {
		faults[i].File = filepath.ToSlash(filepath.Join(root, faults[i].File))
	}
	return faults
}

// root is a folder of a checkout, or "" outside of one.
func root(folder string) string {
	if info, err := os.Stat(folder); err != nil || !info.IsDir() {
		return ""
	}
	return folder
}

// contentFS opens the folder of entries of a checkout, or the entries built in.
func contentFS() fs.FS {
	if root(contentFolder) != "" {
		return os.DirFS(contentFolder)
	}
	return entries.FS
}
