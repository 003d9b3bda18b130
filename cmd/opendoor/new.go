package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"opendoor/practices"
	"opendoor/regions"
)

func newNew() *cobra.Command {
	var lang, dir string
	var full bool
	cmd := &cobra.Command{
		Use:   "new COUNTRY",
		Short: "Write a file to start an entry from",
		Long: `Write a file to start an entry from, with the next free number of its country.
COUNTRY is a code such as MX, a name in any of the five languages, or a scope:
un int afr ame asp asean eur eu mena.`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) != 1 {
				return errors.New(`new: name one country or scope: "opendoor new MX"`)
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			prefix := strings.ToLower(args[0])
			if code, ok := regions.Find(args[0]); ok {
				prefix = strings.ToLower(string(code))
			}
			id, err := practices.NextID(contentFS(), prefix)
			if err != nil {
				return fmt.Errorf("new: %w", err)
			}
			data, err := practices.Skeleton(id, lang, full, time.Now())
			if err != nil {
				return fmt.Errorf("new: %w", err)
			}
			path := filepath.Join(dir, filepath.FromSlash(practices.FilePath(id, "")))
			if err := writeNew(path, data); err != nil {
				return fmt.Errorf("new: %w", err)
			}
			fmt.Fprintf(cmd.OutOrStdout(), "%s\nFill it in, then run: opendoor lint %s\n", path, path)
			return nil
		},
	}
	cmd.Flags().StringVar(&lang, "lang", "en", "language of the text")
	cmd.Flags().StringVar(&dir, "dir", contentFolder, "folder of entries")
	cmd.Flags().BoolVar(&full, "full", false, "ask for all that others need to act on it, not only a snapshot")
	return cmd
}

// writeNew writes a file that must not be there yet.
func writeNew(path string, data []byte) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("%s is there already", path)
	}
	if err != nil {
		return err
	}
	if _, err := f.Write(data); err != nil {
		f.Close()
		return err
	}
	return f.Close()
}
