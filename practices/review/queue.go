package review

import (
	"context"
	"fmt"
	"strings"
	"time"
)

// A Filter chooses submissions; the zero value chooses all that wait for an
// editor and are not held.
type Filter struct {
	States   []State // none means those that wait for an editor
	Held     bool    // those held as likely spam, instead of the others
	Kind     Kind    // "" is any, here and below
	Lang     string
	Practice string
	Reviewer string // account
	Owner    string // account
	Offset   int
	Limit    int // 0 is 100; 500 at most
}

// Queue lists submissions without their form, body and checks, those that have
// waited longest first.
func (s *Store) Queue(ctx context.Context, f Filter) ([]Submission, error) {
	states := f.States
	if len(states) == 0 {
		states = []State{Submitted, InReview, NeedsRebase}
	}
	args := []any{bit(f.Held), f.Kind, f.Lang, f.Practice, f.Reviewer, f.Owner}
	var in []string
	for _, state := range states {
		args = append(args, state)
		in = append(in, fmt.Sprintf("$%d", len(args)))
	}
	limit := f.Limit
	if limit <= 0 {
		limit = 100
	}
	args = append(args, min(limit, 500), max(f.Offset, 0))
	light := strings.NewReplacer(" form,", " '',", " body,", " '',", " checks,", " '',").Replace(columns)
	return list(ctx, s.db, scan, fmt.Sprintf(`SELECT %s FROM submissions WHERE held = $1 AND ($2 = '' OR kind = $2) AND ($3 = '' OR lang = $3)
		AND ($4 = '' OR practice = $4) AND ($5 = '' OR reviewer = $5) AND ($6 = '' OR owner = $6) AND state IN (%s)
		ORDER BY sent, created, id LIMIT $%d OFFSET $%d`, light, strings.Join(in, ", "), len(args)-1, len(args)), args...)
}

// Count says how many submissions stand in each state, held ones apart.
func (s *Store) Count(ctx context.Context) (counts map[State]int, held int, err error) {
	counts = map[State]int{}
	type row struct {
		state   State
		held, n int
	}
	rows, err := list(ctx, s.db, func(r interface{ Scan(...any) error }) (row, error) {
		var one row
		err := r.Scan(&one.state, &one.held, &one.n)
		return one, err
	}, "SELECT state, held, COUNT(*) FROM submissions GROUP BY state, held")
	for _, r := range rows {
		if r.held != 0 && r.state.Waiting() {
			held += r.n
		} else {
			counts[r.state] += r.n
		}
	}
	return counts, held, err
}

// Get reads one submission, for editors.
func (s *Store) Get(ctx context.Context, id string) (Submission, error) {
	return scan(s.db.QueryRowContext(ctx, "SELECT "+columns+" FROM submissions WHERE id = $1", id))
}

// ContactOf reads how to reach a contributor; all empty if they left nothing.
// Reading it is written into the audit.
func (s *Store) ContactOf(ctx context.Context, actor, id string) (c Contact, err error) {
	err = s.in(ctx, func(t *tx) error {
		if err := t.may(actor, Editor); err != nil {
			return err
		}
		rows, err := list(ctx, t, func(r interface{ Scan(...any) error }) (Contact, error) {
			var one Contact
			err := r.Scan(&one.Name, &one.Organisation, &one.Email, &one.Lang)
			return one, err
		}, "SELECT name, organisation, email, lang FROM contacts WHERE submission = $1", id)
		if err != nil || len(rows) == 0 {
			return err
		}
		c = rows[0]
		return t.audit(actor, "read contact", id, "")
	})
	return c, err
}

// A Revision is the text of a submission as it was at one of its versions:
// each that was sent, and each that an editor changed.
type Revision struct {
	Version     int
	Account     string // of the editor; "" for the contributor
	Title, Body string
	When        time.Time
}

// Revisions lists the texts that a submission has had, oldest first.
func (s *Store) Revisions(ctx context.Context, id string) ([]Revision, error) {
	return list(ctx, s.db, func(r interface{ Scan(...any) error }) (Revision, error) {
		var one Revision
		var created int64
		err := r.Scan(&one.Version, &one.Account, &one.Title, &one.Body, &created)
		one.When = when(created)
		return one, err
	}, "SELECT version, COALESCE(account, ''), title, body, created FROM revisions WHERE submission = $1 ORDER BY version", id)
}

// Trail lists what was done with a submission, oldest first. Actors are
// accounts, [Contributor], [Console] or [System].
func (s *Store) Trail(ctx context.Context, id string) ([]Act, error) {
	return list(ctx, s.db, scanAct, acts+"WHERE subject = $1 ORDER BY seq", id)
}
