package review

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"
)

// wordOfPurge is how long an admin's word for a purge waits for that of
// another.
const wordOfPurge = 7 * 24 * time.Hour

// AgreeToPurge takes an admin's word that versions of an entry be purged; the
// code of their second factor shows that it is theirs. A purge needs two admins:
// agreed says that another gave the same word within a week, and then the
// database has let go of the texts of the entry, so that nothing publishes them
// again. Both words stand in the audit. The answer to whoever is no admin is
// [ErrForbidden], to a wrong code [ErrSignIn]. Entry may name a translation:
// mx-0004.es.
func (s *Store) AgreeToPurge(ctx context.Context, email, code, entry string, versions []string) (agreed bool, err error) {
	versions = slices.Compact(slices.Sorted(slices.Values(versions)))
	what := strings.Join(versions, " ")
	wrong := ErrSignIn
	err = s.in(ctx, func(t *tx) error {
		agreed = false
		a, err := t.account("login = $1 AND disabled = 0", fold(email))
		if errors.Is(err, ErrNotFound) {
			return ErrForbidden
		} else if err != nil {
			return err
		}
		if err := t.may(a.ID, Admin); err != nil {
			return err
		}
		codes := brake{"code", a.ID, 5, 15 * time.Minute}
		if err := t.press(codes); err != nil {
			return err
		}
		if ok, err := t.code(a.ID, code); err != nil || !ok {
			return err // the try stays counted
		}
		if err := t.release(codes); err != nil {
			return err
		}
		wrong = nil
		others, err := list(t.ctx, t, func(r interface{ Scan(...any) error }) (id string, err error) {
			err = r.Scan(&id)
			return id, err
		}, "SELECT DISTINCT actor FROM audit WHERE action = 'agree to purge' AND subject = $1 AND detail = $2 AND at > $3 AND actor <> $4",
			entry, what, t.now-wordOfPurge.Milliseconds(), a.ID)
		if err != nil {
			return err
		}
		for _, other := range others {
			switch err := t.may(other, Admin); {
			case err == nil:
				agreed = true
			case !errors.Is(err, ErrForbidden): // who is admin no longer does not count
				return err
			}
		}
		if agreed {
			practice, _, _ := strings.Cut(entry, ".")
			if err := t.purge(practice); err != nil {
				return err
			}
		}
		if err := t.audit(a.ID, "agree to purge", entry, what); err != nil || !agreed {
			return err
		}
		return t.audit(a.ID, "purge", entry, what)
	})
	switch {
	case err != nil:
		return false, err
	case wrong != nil:
		return false, wrong
	case !agreed:
		return false, nil
	}
	return true, s.scrub(ctx)
}

// purge lets go of the texts of an entry that were published.
func (t *tx) purge(practice string) error {
	if _, err := t.do("DELETE FROM revisions WHERE submission IN (SELECT id FROM submissions WHERE practice = $1 AND state = 'published')", practice); err != nil {
		return err
	}
	_, err := t.do(`UPDATE submissions SET purged = $1, form = '', body = '', body_final = '', checks = '', title = '', credit = '', note = '', version = version + 1
		WHERE practice = $2 AND state = 'published'`, t.now, practice)
	return err
}
