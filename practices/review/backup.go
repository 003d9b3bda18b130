package review

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// secrets are the tables that no backup has: they hold what signs somebody in
// now, and are worthless later.
var secrets = []string{"sessions", "invites", "throttles"}

// Backup writes the database to a new file, whole and as of one moment, while
// others go on. It has no session, invitation nor network address in it; the
// secrets of second factors are sealed with the key, which is not in it. Take
// it before git: recovery repairs a database that is behind git. With
// PostgreSQL it runs pg_dump.
func (s *Store) Backup(ctx context.Context, file string) error {
	if _, err := os.Lstat(file); err == nil {
		return fmt.Errorf("review: back up: %s is there already", file)
	}
	if s.postgres {
		args := []string{"--format=custom", "--no-owner", "--no-privileges", "--file=" + file}
		for _, table := range secrets {
			args = append(args, "--exclude-table-data="+table)
		}
		// Made before it is filled, so that only its owner can read it.
		f, err := os.OpenFile(file, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
		if err != nil {
			return fmt.Errorf("review: back up: %w", err)
		}
		if err := errors.Join(f.Close(), postgresTool(ctx, "pg_dump", s.url, args...)); err != nil {
			return errors.Join(err, os.Remove(file))
		}
		return errors.Join(synced(file), synced(filepath.Dir(file)))
	}
	return s.copyTo(ctx, file)
}

// copyTo writes the SQLite database to a new file that only its owner can
// read, without the tables of secrets.
func (s *Store) copyTo(ctx context.Context, file string) (err error) {
	folder, err := os.MkdirTemp(filepath.Dir(file), ".copy-*") // mode 0700
	if err != nil {
		return fmt.Errorf("review: back up: %w", err)
	}
	defer os.RemoveAll(folder)
	part := filepath.Join(folder, "part.db")
	if _, err := s.db.ExecContext(ctx, "VACUUM INTO $1", part); err != nil {
		return fmt.Errorf("review: back up: %w", err)
	}
	db, err := sql.Open("sqlite", "file:"+(&url.URL{Path: part}).EscapedPath()+"?_pragma=secure_delete(1)&_pragma=journal_mode(DELETE)")
	if err != nil {
		return fmt.Errorf("review: back up: %w", err)
	}
	for _, table := range secrets {
		if _, err := db.ExecContext(ctx, "DELETE FROM "+table); err != nil {
			db.Close()
			return fmt.Errorf("review: back up: %w", err)
		}
	}
	if err := db.Close(); err != nil {
		return fmt.Errorf("review: back up: %w", err)
	}
	if err := errors.Join(os.Chmod(part, 0o600), synced(part), os.Rename(part, file), synced(filepath.Dir(file))); err != nil {
		return fmt.Errorf("review: back up: %w", err)
	}
	return nil
}

// synced brings a file or the names in a folder to the disk.
func synced(name string) error {
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// Restore opens a database made from a backup of the same engine: a SQLite
// file that is not there yet, or an empty PostgreSQL database. Everybody is
// signed out, and what was erased since the backup, by the list of
// [Options.Erasures], is erased again.
func Restore(ctx context.Context, file, address string, o Options) (*Store, error) {
	if err := restore(ctx, file, address); err != nil {
		return nil, fmt.Errorf("review: restore %s: %w", file, err)
	}
	s, err := Open(ctx, address, o)
	if err != nil {
		return nil, err
	}
	if err := errors.Join(s.EndSessions(ctx, ""), s.replay(ctx), s.Audit(ctx, Console, "restore", "", "")); err != nil {
		s.Close()
		return nil, err
	}
	return s, nil
}

func restore(ctx context.Context, file, address string) error {
	from, err := os.Open(file)
	if err != nil {
		return err
	}
	defer from.Close()
	magic := make([]byte, 16)
	if _, err := io.ReadFull(from, magic); err != nil {
		return fmt.Errorf("it is no backup: %w", err)
	}
	target, sqlite := strings.CutPrefix(address, "sqlite:")
	switch {
	case sqlite && !bytes.HasPrefix(magic, []byte("SQLite format 3\x00")), !sqlite && !bytes.HasPrefix(magic, []byte("PGDMP")):
		return errors.New("it is no backup of this kind of database")
	case !sqlite:
		return postgresTool(ctx, "pg_restore", address, "--no-owner", "--no-privileges", "--single-transaction", "--exit-on-error", file)
	}
	to, err := os.OpenFile(target, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	if _, err := from.Seek(0, io.SeekStart); err != nil {
		return errors.Join(err, to.Close())
	}
	_, err = io.Copy(to, from)
	return errors.Join(err, to.Sync(), to.Close())
}

// postgresTool runs a program of PostgreSQL on a database. The password goes
// by its environment, where other users of the machine do not see it.
func postgresTool(ctx context.Context, name, address string, args ...string) error {
	program, err := findPostgres(name)
	if err != nil {
		return err
	}
	u, err := url.Parse(address)
	if err != nil {
		return errors.New("review: the address of the database cannot be read")
	}
	c := exec.CommandContext(ctx, program)
	c.Env = append(os.Environ(), "LC_ALL=C")
	if password, ok := u.User.Password(); ok {
		c.Env = append(c.Env, "PGPASSWORD="+password)
		u.User = url.User(u.User.Username())
	}
	c.Args = append(append(c.Args, "--dbname="+u.String()), args...)
	if out, err := c.CombinedOutput(); err != nil {
		return fmt.Errorf("review: %s: %w: %s", name, err, strings.TrimSpace(string(out)))
	}
	return nil
}

// findPostgres finds a program of PostgreSQL, also where Debian keeps it.
func findPostgres(name string) (string, error) {
	if found, err := exec.LookPath(name); err == nil {
		return found, nil
	}
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin/" + name)
	if err != nil || len(found) == 0 {
		return "", fmt.Errorf("review: %s: %w; install the package postgresql-client", name, fs.ErrNotExist)
	}
	return slices.Max(found), nil
}
