package review

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"time"
)

// Actors of the audit that are no accounts.
const (
	Contributor = "contributor" // whoever holds the token
	Console     = "console"     // the command line
	System      = "system"      // the program by itself
)

// An Act is one row of the audit: who did what to what, and when. It never
// holds text that somebody typed, nor an address.
type Act struct {
	Seq                            int64
	When                           time.Time
	Actor, Action, Subject, Detail string
	hash                           string
}

// Audit adds an act to the chain. Detail is a word of ours, never somebody's
// text.
func (s *Store) Audit(ctx context.Context, actor, action, subject, detail string) error {
	return s.in(ctx, func(t *tx) error { return t.audit(actor, action, subject, detail) })
}

// audit adds an act in the transaction that does it. It comes last there: all
// who write to the chain wait for each other from here to the commit.
func (t *tx) audit(actor, action, subject, detail string) error {
	a := Act{When: when(t.now), Actor: actor, Action: action, Subject: subject, Detail: detail}
	var before string
	if err := t.row("UPDATE audit_head SET seq = seq + 1 WHERE one = 1 RETURNING seq, hash").Scan(&a.Seq, &before); err != nil {
		return fmt.Errorf("review: audit: %w", err)
	}
	a.hash = a.after(before)
	if _, err := t.do("INSERT INTO audit (seq, at, actor, action, subject, detail, hash) VALUES ($1, $2, $3, $4, $5, $6, $7)",
		a.Seq, t.now, actor, action, subject, detail, a.hash); err != nil {
		return err
	}
	_, err := t.do("UPDATE audit_head SET hash = $1 WHERE one = 1", a.hash)
	return err
}

// after is the hash of an act that follows one with the hash before.
func (a Act) after(before string) string {
	line, err := json.Marshal([]any{before, a.Seq, a.When.UnixMilli(), a.Actor, a.Action, a.Subject, a.Detail})
	if err != nil {
		panic(err) // strings and numbers always marshal
	}
	h := sha256.Sum256(line)
	return hex.EncodeToString(h[:])
}

func scanAct(row interface{ Scan(...any) error }) (Act, error) {
	var a Act
	var at int64
	err := row.Scan(&a.Seq, &at, &a.Actor, &a.Action, &a.Subject, &a.Detail, &a.hash)
	a.When = when(at)
	return a, err
}

const acts = "SELECT seq, at, actor, action, subject, detail, hash FROM audit "

// VerifyAudit reads the whole chain and says where it is broken, if it is: a
// row changed, missing, added out of turn, or cut off at the end. It gives the
// hash of the last act, which, noted elsewhere, shows a chain written anew.
func (s *Store) VerifyAudit(ctx context.Context) (n int64, head string, err error) {
	err = s.in(ctx, func(t *tx) error {
		n, head = 0, ""
		var last int64
		var kept string
		// Writing nothing new keeps others from writing meanwhile.
		if err := t.row("UPDATE audit_head SET seq = seq WHERE one = 1 RETURNING seq, hash").Scan(&last, &kept); err != nil {
			return fmt.Errorf("review: audit: %w", err)
		}
		rows, err := t.QueryContext(ctx, acts+"ORDER BY seq")
		if err != nil {
			return fmt.Errorf("review: audit: %w", err)
		}
		defer rows.Close()
		for rows.Next() {
			a, err := scanAct(rows)
			if err != nil {
				return fmt.Errorf("review: audit: %w", err)
			}
			n++
			if a.Seq != n {
				return fmt.Errorf("review: the audit has no act %d; the next is %d", n, a.Seq)
			}
			if a.hash != a.after(head) {
				return fmt.Errorf("review: the audit was changed at act %d (%s, %s)", a.Seq, a.Action, a.When.Format(time.RFC3339))
			}
			head = a.hash
		}
		if err := rows.Err(); err != nil {
			return fmt.Errorf("review: audit: %w", err)
		}
		if last != n || kept != head {
			return fmt.Errorf("review: the audit ends at act %d; act %d was the last", n, last)
		}
		return nil
	})
	return n, head, err
}

// Acts lists the newest acts, newest first: at most limit, of one account or
// of all ("").
func (s *Store) Acts(ctx context.Context, actor string, limit int) ([]Act, error) {
	return list(ctx, s.db, scanAct, acts+"WHERE ($1 = '' OR actor = $1) ORDER BY seq DESC LIMIT $2", actor, limit)
}
