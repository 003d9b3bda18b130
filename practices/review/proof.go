package review

import (
	"context"
	"database/sql"
	"errors"
	"strings"
	"time"
)

// A Proof is what somebody who is signed in shows once more before they change
// how they sign in: whoever finds an open browser has neither.
type Proof struct {
	Password string
	Code     string // of the app or the list, where the second factor is on
	Address  string // network address that they come from, for counting alone
}

// ProvePassword says whether the password is that of an account, and is
// [ErrSignIn] if not, or [Throttled] after too many failures. An account for
// whose owner another service vouches has none, and shows none.
func (s *Store) ProvePassword(ctx context.Context, account string, p Proof) error {
	b := brake{"change password", account + "\x00" + p.Address, 5, 15 * time.Minute}
	var kept string
	err := s.in(ctx, func(t *tx) error {
		if err := t.row("SELECT password FROM accounts WHERE id = $1 AND disabled = 0", account).Scan(&kept); errors.Is(err, sql.ErrNoRows) {
			return ErrNotFound
		} else if err != nil || kept == "" {
			return err
		}
		return t.press(b)
	})
	if err != nil || kept == "" {
		return err
	}
	right, err := checkPassword(ctx, p.Password, kept)
	if err != nil {
		return err
	}
	err = s.in(ctx, func(t *tx) error {
		if !right {
			return t.audit(account, "proof failed", account, "password")
		}
		return t.release(b)
	})
	if err == nil && !right {
		err = ErrSignIn
	}
	return err
}

// Prove says whether somebody shows all that an account signs in with: the
// password, and where the second factor is on a code, which is then used up. It
// is [ErrCode] when there is none.
func (s *Store) Prove(ctx context.Context, account string, p Proof) error {
	return s.prove(ctx, account, p, (*tx).code)
}

// prove is [Store.Prove] with the codes that count.
func (s *Store) prove(ctx context.Context, account string, p Proof, counts func(t *tx, account, code string) (bool, error)) error {
	a, err := s.Account(ctx, account)
	if err != nil {
		return err
	}
	if a.SecondFactor && strings.TrimSpace(p.Code) == "" {
		return ErrCode
	}
	if err := s.ProvePassword(ctx, account, p); err != nil {
		return err
	}
	if !a.SecondFactor {
		return nil
	}
	wrong := ErrSignIn
	err = s.in(ctx, func(t *tx) error {
		b := brake{"code", account, 5, 15 * time.Minute}
		if err := t.press(b); err != nil {
			return err
		}
		if ok, err := counts(t, account, p.Code); err != nil {
			return err
		} else if !ok {
			return t.audit(account, "proof failed", account, "code") // the try stays counted
		}
		wrong = nil
		return t.release(b)
	})
	if err == nil {
		err = wrong
	}
	return err
}
