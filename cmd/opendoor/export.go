package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"opendoor/server"
)

func newExport() *cobra.Command {
	var collection, query, content string
	var languages []string
	cmd := &cobra.Command{
		Use:   "export FILE.zip",
		Short: "Write a pack to read without internet",
		Long: `Write a zip that is unpacked on a stick or a laptop and opened by a double click
on index.html, without internet: the pages in five languages, with search,
filters, map, glossary and handouts, and the Markdown files, which another
installation serves with "opendoor serve --content FILE.zip". With --collection,
the entries of one collection and all that is needed to teach it; with --query,
those that a list finds, such as "q=foster care&country=MX".`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) != 1 {
				return errors.New(`export: name one file: "opendoor export open-door.zip"`)
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			values, err := queryOf(query)
			if err != nil {
				return fmt.Errorf("export: --query %q: %w", query, err)
			}
			if collection != "" && query != "" {
				return errors.New("export: a collection or a query, not both")
			}
			tree := contentFS()
			if content != "" {
				closed, err := openContent(content, &tree)
				if err != nil {
					return fmt.Errorf("export: --content %q: %w", content, err)
				}
				defer closed()
			}
			return export(cmd.Context(), cmd.OutOrStdout(), args[0], tree, server.Pack{Collection: collection, Query: values, Languages: languages})
		},
	}
	cmd.Flags().StringVar(&collection, "collection", "", "id of a collection")
	cmd.Flags().StringVar(&query, "query", "", "words, or the part of a list's address after the question mark")
	cmd.Flags().StringSliceVar(&languages, "languages", nil, "languages of the pages, such as es,ar; all when empty")
	cmd.Flags().StringVar(&content, "content", "", "folder or pack of entries; empty for those in practices/entries, or those built in")
	return cmd
}

// queryOf reads words, or the parameters of a list.
func queryOf(text string) (url.Values, error) {
	if text == "" {
		return nil, nil
	}
	if !strings.Contains(text, "=") {
		return url.Values{"q": {text}}, nil
	}
	return url.ParseQuery(strings.TrimPrefix(text, "?"))
}

// export writes a pack beside its place and then puts it there, so that half a
// pack is never taken for a whole one.
func export(ctx context.Context, out io.Writer, name string, content fs.FS, p server.Pack) (err error) {
	start := time.Now()
	s, err := server.New(server.Options{Content: content})
	if err != nil {
		return fmt.Errorf("export: %w", err)
	}
	defer s.Close()
	f, err := os.CreateTemp(filepath.Dir(name), filepath.Base(name)+".*")
	if err != nil {
		return fmt.Errorf("export: %w", err)
	}
	defer func() {
		if err != nil {
			f.Close()
			os.Remove(f.Name())
		}
	}()
	tally, err := s.WritePack(ctx, f, p)
	if err != nil {
		return fmt.Errorf("export: %w", err)
	}
	info, err := f.Stat()
	if err != nil {
		return fmt.Errorf("export: %w", err)
	}
	if err := errors.Join(f.Chmod(0o644), f.Close(), os.Rename(f.Name(), name)); err != nil {
		return fmt.Errorf("export: %w", err)
	}
	fmt.Fprintf(out, "%s: %d files, %.1f MB, in %v\n", name, tally.Files, float64(info.Size())/1e6, time.Since(start).Round(100*time.Millisecond))
	return nil
}
