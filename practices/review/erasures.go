package review

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
)

// mirror writes every erasure of the database into the file outside of
// backups. Each replica keeps such a file, so a restore of an older database
// finds the erasures since.
func (s *Store) mirror(ctx context.Context) error {
	if s.options.Erasures == "" {
		return nil
	}
	known, err := s.mirrored()
	if err != nil {
		return err
	}
	hashes, err := list(ctx, s.db, func(r interface{ Scan(...any) error }) (h string, err error) {
		err = r.Scan(&h)
		return h, err
	}, "SELECT hash FROM erasures ORDER BY at, hash")
	if err != nil {
		return err
	}
	var lines strings.Builder
	for _, h := range hashes {
		if !known[h] {
			lines.WriteString(h + "\n")
		}
	}
	if lines.Len() == 0 {
		return nil
	}
	f, err := os.OpenFile(s.options.Erasures, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("review: list of erasures: %w", err)
	}
	_, err = f.WriteString(lines.String())
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return fmt.Errorf("review: list of erasures: %w", err)
	}
	return nil
}

func (s *Store) mirrored() (map[string]bool, error) {
	known := map[string]bool{}
	f, err := os.Open(s.options.Erasures)
	if errors.Is(err, fs.ErrNotExist) {
		return known, nil
	}
	if err != nil {
		return nil, fmt.Errorf("review: list of erasures: %w", err)
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		if h := strings.TrimSpace(lines.Text()); len(h) == len(hashed("")) {
			known[h] = true
		}
	}
	return known, lines.Err()
}

// replay erases once more what the list says was erased, as a restore brings
// it back.
func (s *Store) replay(ctx context.Context) error {
	known := map[string]bool{}
	if s.options.Erasures != "" {
		var err error
		if known, err = s.mirrored(); err != nil {
			return err
		}
	}
	err := s.in(ctx, func(t *tx) error {
		hashes, err := list(t.ctx, t, func(r interface{ Scan(...any) error }) (h string, err error) {
			err = r.Scan(&h)
			return h, err
		}, "SELECT hash FROM erasures")
		if err != nil {
			return err
		}
		for _, h := range hashes {
			known[h] = true
		}
		submissions, err := list(t.ctx, t, scan, "SELECT "+columns+" FROM submissions WHERE erased = 0")
		if err != nil {
			return err
		}
		for _, sub := range submissions {
			if known[hashed(sub.ID)] {
				if err := t.erase(sub); err != nil {
					return err
				}
			}
		}
		accounts, err := list(t.ctx, t, scanAccount, "SELECT "+accountColumns+" FROM accounts")
		if err != nil {
			return err
		}
		for _, a := range accounts {
			if known[hashed(a.ID)] {
				if err := t.forget(a.ID); err != nil {
					return err
				}
			}
		}
		for h := range known {
			if _, err := t.do("INSERT INTO erasures (hash, at) VALUES ($1, $2) ON CONFLICT DO NOTHING", h, t.now); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return s.scrub(ctx)
}
