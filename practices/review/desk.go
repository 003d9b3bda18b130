package review

import (
	"context"
	"fmt"
	"strings"

	"opendoor/practices"
)

// Claim shows others that an editor reads a submission. It locks nothing:
// another may claim or decide as well, and the version keeps them apart.
func (s *Store) Claim(ctx context.Context, actor, id string) (claimed Submission, err error) {
	return s.act(ctx, actor, id, "claim", func(t *tx, sub Submission) error {
		if !sub.State.Waiting() {
			return ErrState
		}
		// Not a new version: what others look at has not changed.
		_, err := t.do(`UPDATE submissions SET reviewer = $1, updated = $2, state = CASE state WHEN 'submitted' THEN 'in_review' ELSE state END
			WHERE id = $3 AND state IN ('submitted', 'in_review', 'needs_rebase')`, null(actor), t.now, id)
		return err
	})
}

// Free takes a submission out of the held queue.
func (s *Store) Free(ctx context.Context, actor, id string) (Submission, error) {
	return s.act(ctx, actor, id, "free", func(t *tx, _ Submission) error {
		_, err := t.do("UPDATE submissions SET held = 0, updated = $1 WHERE id = $2", t.now, id)
		return err
	})
}

// Comment adds a remark of an editor, on a field or on the whole (""). It is
// kept whatever becomes of the submission meanwhile.
func (s *Store) Comment(ctx context.Context, actor, id, field, text string) (made Comment, err error) {
	_, err = s.act(ctx, actor, id, "comment", func(t *tx, sub Submission) error {
		if made, err = t.comment(sub, actor, field, text); err != nil {
			return err
		}
		return t.notice(sub, "comment")
	})
	return made, err
}

// Edit changes the text of a submission that waits for an editor. The
// contributor's text is kept among the revisions.
func (s *Store) Edit(ctx context.Context, actor, id string, version int, text Text) (edited Submission, err error) {
	if err := text.check(); err != nil {
		return Submission{}, err
	}
	return s.act(ctx, actor, id, "edit", func(t *tx, sub Submission) error {
		if err := t.at(sub, version, Submitted, InReview, NeedsRebase); err != nil {
			return err
		}
		edited, err := t.write(sub, text)
		if err != nil {
			return err
		}
		return t.keep(edited, actor)
	})
}

// act does what an editor may do to a submission, notes it, and reads the
// submission again.
func (s *Store) act(ctx context.Context, actor, id, action string, f func(*tx, Submission) error) (after Submission, err error) {
	err = s.in(ctx, func(t *tx) error {
		if err := t.may(actor, Editor); err != nil {
			return err
		}
		sub, err := t.one("id = $1", id)
		if err != nil {
			return err
		}
		if err := f(t, sub); err != nil {
			return err
		}
		if after, err = t.one("id = $1", id); err != nil {
			return err
		}
		return t.audit(actor, action, id, string(after.State))
	})
	return after, err
}

// A Verdict is what an editor decides.
type Verdict string

// The verdicts.
const (
	Accept  Verdict = "accept"  // publish it
	Changes Verdict = "changes" // back to the contributor, with what to change
	Decline Verdict = "decline" // not for this catalogue, with the reason
)

// A Decision is an editor's verdict and what it rests on.
type Decision struct {
	Verdict Verdict
	Reason  string // for the contributor; needed unless the text is accepted

	// For Accept alone:
	Base     string              // main of the repository as the editor saw it
	Practice string              // id of a new entry; else that of the submission
	Body     string              // the file to publish; "" is the body as it stands
	Path     string              // where a workshop lies; entries lie by their id
	Source   *practices.Practice // what a translation translates, as it is now
	Note     string              // on the change, for the public record; "" is the contributor's
}

// Decide decides on a version of a submission, in one transaction. If the
// submission has changed since, or another was quicker, the answer is a
// [Conflict] with the other's decision and nothing happens. Accepting a text
// that breaks a rule of the catalogue is [Invalid], with every fault. An editor
// does not decide on their own ([ErrOwn]).
func (s *Store) Decide(ctx context.Context, actor, id string, version int, d Decision) (decided Submission, err error) {
	if err := text(d.Reason, maxComment); err != nil {
		return Submission{}, err
	}
	if err := text(d.Body, maxBody); err != nil {
		return Submission{}, err
	}
	if err := texts(d.Note, d.Base, d.Practice, d.Path); err != nil {
		return Submission{}, err
	}
	if d.Reason = strings.TrimSpace(d.Reason); d.Reason == "" && d.Verdict != Accept {
		return Submission{}, ErrReason
	}
	decided, err = s.act(ctx, actor, id, string(d.Verdict), func(t *tx, sub Submission) error {
		if err := t.at(sub, version, Submitted, InReview, NeedsRebase); err != nil {
			return err
		}
		if sub.Owner == actor && !s.options.SelfAccept {
			return ErrOwn
		}
		switch d.Verdict {
		case Accept:
			return t.accept(actor, sub, d)
		case Changes:
			return t.close(actor, sub, ChangesRequested, d.Reason)
		case Decline:
			return t.close(actor, sub, Rejected, d.Reason)
		}
		return fmt.Errorf("review: %q is no verdict", d.Verdict)
	})
	if err == nil && d.Verdict == Accept {
		s.woken()
	}
	return decided, err
}

// close ends a round of review without accepting.
func (t *tx) close(actor string, sub Submission, state State, reason string) error {
	n, err := t.do(`UPDATE submissions SET state = $1, reviewer = $2, reason = $3, decided = $4, updated = $4, held = 0, version = version + 1
		WHERE id = $5 AND version = $6`, state, null(actor), reason, t.now, sub.ID, sub.Version)
	if _, err := t.changed(sub.ID, n, err); err != nil {
		return err
	}
	return t.notice(sub, string(state))
}

// accept fixes the file that will be published. From its commit on, nothing
// can lose it.
func (t *tx) accept(actor string, sub Submission, d Decision) error {
	if d.Practice != "" {
		if sub.Kind != Entry && d.Practice != sub.Practice {
			return &Invalid{[]practices.Fault{{Field: "id", Message: "a change stays with its entry, " + sub.Practice}}}
		}
		sub.Practice = d.Practice
	}
	if d.Body != "" {
		sub.Body = d.Body
	}
	if sub.Kind == Entry {
		sub.BaseBlob = ""
	}
	if d.Note == "" {
		d.Note = sub.Note
	}
	path, faults, err := t.lint(sub, d)
	if err != nil {
		return err
	}
	if practices.HasErrors(faults) {
		return &Invalid{faults}
	}
	n, err := t.do(`UPDATE submissions SET state = 'accepted', reviewer = $1, reason = $2, decided = $3, updated = $3, held = 0, practice = $4, path = $5,
		body_final = $6, base_sha = $7, base_blob = $8, note = $9, published_sha = '', lease_owner = '', lease_until = 0, tries = 0, version = version + 1
		WHERE id = $10 AND version = $11`,
		null(actor), d.Reason, t.now, sub.Practice, path, sub.Body, d.Base, sub.BaseBlob, line(d.Note), sub.ID, sub.Version)
	if _, err := t.changed(sub.ID, n, err); err != nil {
		return err
	}
	// What was recorded while the entry had no number is found by it from now on.
	if _, err := t.do("UPDATE records SET practice = $1 WHERE submission = $2 AND practice = ''", sub.Practice, sub.ID); err != nil {
		return err
	}
	if t.s.postgres {
		if _, err := t.do("SELECT pg_notify($1, $2)", accepted, sub.ID); err != nil {
			return err
		}
	}
	return t.notice(sub, string(Accepted))
}
