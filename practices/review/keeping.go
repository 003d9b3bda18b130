package review

import (
	"context"
	"time"
)

// How long things are kept. docs/review-workflow.md tells people.
const (
	keepDrafts   = 180 * 24 * time.Hour // since the last change; of a workshop, since it was last opened
	keepContacts = 90 * 24 * time.Hour  // since the decision: contact, comments, what was declined
	keepTexts    = 35 * 24 * time.Hour  // since publication, when the last backup without it is gone
	keepNotices  = 7 * 24 * time.Hour   // where no mail is sent
)

// Tend deletes what has had its time, at once and every hour until the context
// ends.
func (s *Store) Tend(ctx context.Context) {
	tick := time.NewTicker(time.Hour)
	defer tick.Stop()
	for {
		if err := s.Sweep(ctx); err != nil && ctx.Err() == nil {
			s.options.Log.Warn("what has had its time is not all deleted", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// visited is how often a visit to a workshop is noted: a day, so that reading
// hardly ever writes and nothing tells who came when.
const visited = 24 * time.Hour

// Visited keeps a workshop that people still open: it is deleted when nobody
// has changed or opened it for as long as a draft is kept. Of anything else,
// and of what was noted within a day, nothing is written.
func (s *Store) Visited(ctx context.Context, sub Submission) error {
	if sub.Kind != Workshop || !sub.State.Writable() {
		return nil
	}
	now, err := s.now(ctx, s.db)
	if err != nil || now-sub.Updated.UnixMilli() < visited.Milliseconds() {
		return err
	}
	return s.in(ctx, func(t *tx) error {
		_, err := t.do("UPDATE submissions SET updated = $1 WHERE id = $2 AND kind = 'workshop' AND state IN ('draft', 'withdrawn', 'changes_requested') AND updated < $1", t.now, sub.ID)
		return err
	})
}

// Sweep deletes what has had its time, once.
func (s *Store) Sweep(ctx context.Context) error {
	var gone int64
	err := s.in(ctx, func(t *tx) error {
		gone = 0
		ago := func(d time.Duration) int64 { return t.now - d.Milliseconds() }
		decided := "(SELECT id FROM submissions WHERE state IN ('published', 'rejected') AND decided > 0 AND decided < $1)"
		for _, q := range []struct {
			query  string
			before int64
			quiet  bool // holds nothing that names anybody
		}{
			{"DELETE FROM submissions WHERE state IN ('draft', 'withdrawn', 'changes_requested') AND updated < $1", ago(keepDrafts), false},
			{"DELETE FROM contacts WHERE submission IN " + decided, ago(keepContacts), false},
			{"DELETE FROM comments WHERE submission IN " + decided, ago(keepContacts), false},
			{"UPDATE submissions SET form = '', body = '', checks = '', title = '' WHERE state = 'rejected' AND decided < $1 AND (form <> '' OR body <> '' OR title <> '')", ago(keepContacts), false},
			{"DELETE FROM revisions WHERE submission IN (SELECT id FROM submissions WHERE state = 'rejected' AND decided < $1)", ago(keepContacts), false},
			{"UPDATE submissions SET form = '', body = '', checks = '', body_final = '' WHERE state = 'published' AND published < $1 AND (form <> '' OR body_final <> '')", ago(keepTexts), false},
			{"DELETE FROM revisions WHERE submission IN (SELECT id FROM submissions WHERE state = 'published' AND published < $1)", ago(keepTexts), false},
			{"DELETE FROM notices WHERE created < $1", ago(keepNotices), true},
			{"DELETE FROM sessions WHERE seen < $1", ago(idle), true},
			{"DELETE FROM invites WHERE expires < $1", t.now, true},
			{"DELETE FROM throttles WHERE updated < $1", ago(2 * forgets), true},
		} {
			n, err := t.do(q.query, q.before)
			if err != nil {
				return err
			}
			if !q.quiet {
				gone += n
			}
		}
		if gone == 0 {
			// What was erased while the database was busy.
			recent, err := t.count("SELECT COUNT(*) FROM erasures WHERE at > $1", ago(2*time.Hour))
			gone = int64(recent)
			return err
		}
		return t.audit(System, "sweep", "", "")
	})
	if err != nil {
		return err
	}
	if err := s.mirror(ctx); err != nil {
		return err
	}
	if gone > 0 {
		return s.scrub(ctx)
	}
	return nil
}
