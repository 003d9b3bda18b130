package main

import (
	"archive/tar"
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"opendoor/practices/history"
	"opendoor/practices/review"
)

// Parts of a backup, which is a plain tar file: "tar -x" and "sha256sum -c
// SHA256SUMS" open and check it without this program.
const (
	sumsPart     = "SHA256SUMS"
	entriesPart  = "entries.bundle"
	sqlitePart   = "review.db"
	postgresPart = "review.pgdump"
)

func newBackup() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "backup FILE",
		Short: "Write all that is kept into one file, while the server runs",
		Long: `Write all that is kept into one file, while the server runs: the database, then
the published entries with their history as a git bundle, with a SHA-256 of each.
The file holds what people sent in confidence, but nothing that signs anybody in
and not the key of second factors (the file key in the data folder): keep that
apart, and both safe. FILE must not be there yet. Delete backups after 35 days.`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			c, err := readConfig(cmd.Flags())
			if err != nil {
				return fmt.Errorf("settings:\n%w", err)
			}
			if err := backup(cmd.Context(), c, args[0]); err != nil {
				return fmt.Errorf("backup: %w", err)
			}
			info, err := os.Stat(args[0])
			if err != nil {
				return err
			}
			fmt.Fprintf(cmd.OutOrStdout(), "%s: %d bytes\n", args[0], info.Size())
			return nil
		},
	}
	settingFlags(cmd.Flags())
	return cmd
}

func backup(ctx context.Context, c config, file string) error {
	if _, err := os.Lstat(file); err == nil {
		return fmt.Errorf("%s is there already", file)
	}
	k, err := openBeside(ctx, c, slog.New(slog.DiscardHandler))
	if err != nil {
		return err
	}
	defer k.close()
	parts, err := os.MkdirTemp(filepath.Dir(file), ".backup-*") // mode 0700
	if err != nil {
		return err
	}
	defer os.RemoveAll(parts)
	database := sqlitePart
	if !strings.HasPrefix(c.database, "sqlite:") {
		database = postgresPart
	}
	// The database first: what it lacks of git, recovery repairs.
	if err := k.private.Backup(ctx, filepath.Join(parts, database)); err != nil {
		return err
	}
	if err := history.WriteFile(filepath.Join(parts, entriesPart), func(w io.Writer) error { return k.entries.Bundle(ctx, w) }); err != nil {
		return err
	}
	names := []string{database, entriesPart}
	if err := writeSums(parts, names); err != nil {
		return err
	}
	return history.WriteFile(file, func(w io.Writer) error {
		t := tar.NewWriter(w)
		for _, name := range append([]string{sumsPart}, names...) {
			if err := addPart(t, filepath.Join(parts, name)); err != nil {
				return err
			}
		}
		return t.Close()
	})
}

func writeSums(dir string, names []string) error {
	return history.WriteFile(filepath.Join(dir, sumsPart), func(w io.Writer) error {
		for _, name := range names {
			sum, err := sumOf(filepath.Join(dir, name))
			if err != nil {
				return err
			}
			if _, err := fmt.Fprintf(w, "%s  %s\n", sum, name); err != nil {
				return err
			}
		}
		return nil
	})
}

func sumOf(file string) (string, error) {
	f, err := os.Open(file)
	if err != nil {
		return "", err
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return "", err
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

func addPart(t *tar.Writer, file string) error {
	f, err := os.Open(file)
	if err != nil {
		return err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	if err := t.WriteHeader(&tar.Header{Name: filepath.Base(file), Mode: 0o600, Size: info.Size(), ModTime: time.Now()}); err != nil {
		return err
	}
	_, err = io.Copy(t, f)
	return err
}

func newRestore() *cobra.Command {
	var erasures string
	cmd := &cobra.Command{
		Use:   "restore FILE DIR",
		Short: "Make a data folder from a backup",
		Long: `Make a data folder from a backup: DIR must be empty or missing. Every part is
checked before anything is made. Everybody is signed out. What was erased since
the backup is erased again when --erasures names the list that the server keeps
in its data folder (the file erasures). A backup of PostgreSQL goes into the empty
database that --database names. Then copy the file key, run opendoor doctor --data
DIR, and serve.`,
		Args: cobra.ExactArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			c, err := readConfig(cmd.Flags())
			if err != nil {
				return fmt.Errorf("settings:\n%w", err)
			}
			if c.database == defaultDatabase(c.data) {
				c.database = defaultDatabase(args[1])
			}
			c.data = args[1]
			if err := restore(cmd.Context(), c, args[0], erasures); err != nil {
				return fmt.Errorf("restore: %w", err)
			}
			fmt.Fprintf(cmd.OutOrStdout(), "%s is restored; look it over with: opendoor doctor --data %[1]s\n", args[1])
			return nil
		},
	}
	settingFlags(cmd.Flags())
	cmd.Flags().StringVar(&erasures, "erasures", "", "list of what was erased since the backup")
	return cmd
}

func restore(ctx context.Context, c config, file, erasures string) (err error) {
	left, err := os.ReadDir(c.data)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if len(left) > 0 {
		return fmt.Errorf("%s is not empty; name a folder that is, or a new one", c.data)
	}
	if err := os.MkdirAll(c.data, 0o700); err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, emptied(c.data))
		}
	}()
	parts, err := os.MkdirTemp(c.data, ".restore-*")
	if err != nil {
		return err
	}
	defer os.RemoveAll(parts)
	database, err := unpack(file, parts)
	if err != nil {
		return err
	}
	if (database == sqlitePart) != strings.HasPrefix(c.database, "sqlite:") {
		return errors.New("the backup is of the other kind of database; name one of its kind with --database")
	}
	bundle, err := os.Open(filepath.Join(parts, entriesPart))
	if err != nil {
		return err
	}
	defer bundle.Close()
	if err := history.Unbundle(ctx, c.data, bundle); err != nil {
		return err
	}
	if erasures != "" {
		if err := copyFile(erasures, filepath.Join(c.data, "erasures")); err != nil {
			return err
		}
	}
	o, err := storeOptions(c, slog.New(slog.DiscardHandler))
	if err != nil {
		return err
	}
	s, err := review.Restore(ctx, filepath.Join(parts, database), c.database, o)
	if err != nil {
		return err
	}
	return s.Close()
}

// emptied takes out of a folder what a restore that failed has put there.
func emptied(dir string) error {
	left, err := os.ReadDir(dir)
	for _, e := range left {
		err = errors.Join(err, os.RemoveAll(filepath.Join(dir, e.Name())))
	}
	return err
}

// unpack checks a backup and lays its parts into a folder.
func unpack(file, dir string) (database string, err error) {
	f, err := os.Open(file)
	if err != nil {
		return "", err
	}
	defer f.Close()
	t := tar.NewReader(bufio.NewReader(f))
	known := []string{sumsPart, entriesPart, sqlitePart, postgresPart}
	for {
		h, err := t.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			return "", fmt.Errorf("%s is no backup, or torn: %w", file, err)
		}
		if !slices.Contains(known, h.Name) {
			return "", fmt.Errorf("%s is no backup: it holds %q", file, h.Name)
		}
		if err := history.WriteFile(filepath.Join(dir, h.Name), func(w io.Writer) error {
			_, err := io.Copy(w, t)
			return err
		}); err != nil {
			return "", fmt.Errorf("%s: %w", file, err)
		}
	}
	return checkSums(file, dir)
}

// checkSums holds the parts against the list that came with them.
func checkSums(file, dir string) (database string, err error) {
	sums, err := os.ReadFile(filepath.Join(dir, sumsPart))
	if err != nil {
		return "", fmt.Errorf("%s is no backup: it has no %s", file, sumsPart)
	}
	checked := map[string]bool{}
	for line := range strings.Lines(string(sums)) {
		want, name, _ := strings.Cut(strings.TrimSpace(line), "  ")
		if name != filepath.Base(name) {
			return "", fmt.Errorf("%s is no backup: %q", file, name)
		}
		got, err := sumOf(filepath.Join(dir, name))
		if err != nil || got != want {
			return "", fmt.Errorf("%s is damaged: %s is not as it was written", file, name)
		}
		checked[name] = true
	}
	for _, name := range []string{sqlitePart, postgresPart} {
		if checked[name] && checked[entriesPart] {
			return name, nil
		}
	}
	return "", fmt.Errorf("%s is no whole backup: it has no database or no entries", file)
}

func copyFile(from, to string) error {
	f, err := os.Open(from)
	if err != nil {
		return err
	}
	defer f.Close()
	return history.WriteFile(to, func(w io.Writer) error {
		_, err := io.Copy(w, f)
		return err
	})
}
