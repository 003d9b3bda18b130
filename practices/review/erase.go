package review

import (
	"context"
	"fmt"
)

// Erase does away with everything a contributor gave that is not public: how
// to reach them, their comments, what they typed. What is neither published
// nor accepted goes as a whole. What is public is changed in public, by an
// editor; see docs/review-workflow.md. When Erase returns nil the bytes are
// gone from the files of the database too.
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
	return s.scrub(ctx)
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

// scrub takes what was deleted out of the files of the database.
func (s *Store) scrub(ctx context.Context) error {
	if s.postgres {
		// A plain VACUUM leaves the bytes of dead rows in their pages; only a table
		// written anew is free of them. These tables are small.
		for _, table := range []string{"contacts", "comments", "revisions", "records", "notices", "submissions", "accounts", "sessions"} {
			if _, err := s.db.ExecContext(ctx, "VACUUM FULL "+table); err != nil {
				return fmt.Errorf("review: vacuum %s: %w", table, err)
			}
		}
		return nil
	}
	// secure_delete has overwritten the pages; the log still has them until its
	// content is in the file and it is cut to nothing.
	var busy, log, done int
	if err := s.db.QueryRowContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)").Scan(&busy, &log, &done); err != nil {
		return fmt.Errorf("review: checkpoint: %w", err)
	}
	if busy != 0 {
		return fmt.Errorf("review: checkpoint: the database stayed busy; what was erased leaves its log within the hour")
	}
	return nil
}
