package review

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// Erase does away with everything a contributor gave that is not public: how
// to reach them, their comments, what they typed. What is neither published
// nor accepted goes as a whole. What is public is changed in public, by an
// editor; see docs/review-workflow.md. When Erase returns nil the bytes are
// gone from the files of the database too; [ErrBusy] is when they are not yet.
func (s *Store) Erase(ctx context.Context, token string) error {
	err := s.in(ctx, func(t *tx) error {
		sub, err := t.one("token = $1", hashed(token))
		if err != nil {
			return err
		}
		if err := t.erase(sub); err != nil {
			return err
		}
		return t.audit(Contributor, "erase", sub.ID, string(sub.State))
	})
	if err != nil {
		return err
	}
	return errors.Join(s.mirror(ctx), s.scrub(ctx))
}

// erase does away with one submission, and lists that it did.
func (t *tx) erase(sub Submission) error {
	if _, err := t.do("INSERT INTO erasures (hash, at) VALUES ($1, $2) ON CONFLICT DO NOTHING", hashed(sub.ID), t.now); err != nil {
		return err
	}
	if _, err := t.do("UPDATE records SET holder = '', note = '' WHERE submission = $1", sub.ID); err != nil {
		return err
	}
	if sub.State != Accepted && sub.State != Published {
		_, err := t.do("DELETE FROM submissions WHERE id = $1", sub.ID)
		return err
	}
	return t.all([]string{
		"DELETE FROM contacts WHERE submission = $1",
		"DELETE FROM comments WHERE submission = $1 AND contributor = 1",
		"DELETE FROM revisions WHERE submission = $1",
		"DELETE FROM notices WHERE submission = $1",
		// An accepted text is cleared once it is published.
		"UPDATE submissions SET form = '', checks = '', body = '', erased = 1, version = version + 1 WHERE id = $1",
		"UPDATE submissions SET body_final = '', title = '' WHERE id = $1 AND state = 'published'",
	}, sub.ID)
}

// ErrBusy is the answer to an erasure when others look at what was deleted for so long that its
// bytes could not be taken out of the files. It is erased all the same;
// [Store.Sweep] sees to the bytes.
var ErrBusy = errors.New("the database is busy; what was erased leaves its files within the hour")

// scrub takes what was deleted out of the files of the database.
func (s *Store) scrub(ctx context.Context) error {
	if s.postgres {
		return s.scrubPostgres(ctx)
	}
	// secure_delete has overwritten the pages; the log still has them until its
	// content is in the file and it is cut to nothing, which waits for readers.
	return patiently(ctx, func() (bool, error) {
		var busy, log, done int
		err := s.db.QueryRowContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)").Scan(&busy, &log, &done)
		return busy == 0, err
	})
}

// scrubPostgres writes the tables with names in them anew: a plain VACUUM
// leaves the bytes of dead rows in their pages. These tables are small. A row
// that somebody's snapshot may still see would be kept, so it waits until all
// snapshots are of later.
func (s *Store) scrubPostgres(ctx context.Context) error {
	var now int64
	if err := s.db.QueryRowContext(ctx, "SELECT CAST(CAST(pg_current_xact_id() AS TEXT) AS BIGINT)").Scan(&now); err != nil {
		return fmt.Errorf("review: scrub: %w", err)
	}
	err := patiently(ctx, func() (bool, error) {
		older := 0
		err := s.db.QueryRowContext(ctx, `SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()
			AND backend_type = 'client backend' AND backend_xmin IS NOT NULL AND age(backend_xmin) >= age(CAST(CAST(MOD($1, 4294967296) AS TEXT) AS XID))`, now).Scan(&older)
		return older == 0, err
	})
	if err != nil {
		return err
	}
	for _, table := range personal {
		if _, err := s.db.ExecContext(ctx, "VACUUM FULL "+table); err != nil {
			return fmt.Errorf("review: vacuum %s: %w", table, err)
		}
	}
	return nil
}

// patiently tries something until it is done, for some ten seconds.
func patiently(ctx context.Context, try func() (done bool, err error)) error {
	for wait := 10 * time.Millisecond; ; wait *= 2 {
		if done, err := try(); err != nil {
			return fmt.Errorf("review: scrub: %w", err)
		} else if done {
			return nil
		}
		if wait > 5*time.Second {
			return ErrBusy
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(wait):
		}
	}
}
