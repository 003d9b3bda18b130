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
		Short: "Check entries and the words of the interface, and say what to mend",
		Long: `Check entries: every fault of every file, with its line, its field, what is
wrong and what to write instead. A PATH is a file or a folder of entries, or
the folder "templates", whose languages are checked; with none, the entries in
practices/entries and the languages in templates are checked, or else those
built in. The exit code is 1 when there is an error; warnings do not count.`,
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
	var faults []practices.Fault
	checked := 0
	if len(paths) == 0 {
		c, err := practices.Load(contentFS())
		if err != nil {
			return err
		}
		faults, checked = under(c.Faults(), root(contentFolder)), c.Len()
		words, err := lintMessages(messagesFS(), root(messagesFolder))
		if err != nil {
			return err
		}
		faults = append(faults, words...)
	}
	for _, path := range paths {
		found, n, err := lintPath(path)
		if err != nil {
			return err
		}
		faults, checked = append(faults, found...), checked+n
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
		fmt.Fprintf(out, "%d entries, no faults\n", checked)
	}
	return nil
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
