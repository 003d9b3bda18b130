package review

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"
)

const (
	idle   = time.Hour      // a session without a request ends
	longer = 12 * time.Hour // every session ends
	// skew is how far the clock may have gone back before a session is taken
	// for one of the future and refused.
	skew = time.Minute
	// touch is how often it is noted that a session is in use.
	touch = time.Minute
)

// StartSession signs an account in and gives the token for its cookie. Every
// sign-in starts a new one.
func (s *Store) StartSession(ctx context.Context, account string) (token string, err error) {
	token = newToken()
	err = s.in(ctx, func(t *tx) error {
		if _, err := t.account("id = $1 AND disabled = 0", account); err != nil {
			return err
		}
		_, err := t.do("INSERT INTO sessions (hash, account, started, seen) VALUES ($1, $2, $3, $3)", hashed(token), account, t.now)
		return err
	})
	if err != nil {
		return "", err
	}
	return token, nil
}

// SignedIn finds the account that a token signs in: with its role as it is now.
// The answer to a token that is unknown, ended, idle for an hour, older than 12
// hours or from the future is [ErrNotFound].
func (s *Store) SignedIn(ctx context.Context, token string) (a Account, err error) {
	now, err := s.now(ctx, s.db)
	if err != nil {
		return Account{}, err
	}
	hash := hashed(token)
	var id string
	var seen int64
	err = s.db.QueryRowContext(ctx, `SELECT account, seen FROM sessions WHERE hash = $1 AND seen > $2 AND started > $3 AND seen <= $4`,
		hash, now-idle.Milliseconds(), now-longer.Milliseconds(), now+skew.Milliseconds()).Scan(&id, &seen)
	if errors.Is(err, sql.ErrNoRows) {
		return Account{}, ErrNotFound
	}
	if err != nil {
		return Account{}, fmt.Errorf("review: session: %w", err)
	}
	if now-seen >= touch.Milliseconds() {
		if _, err := s.db.ExecContext(ctx, "UPDATE sessions SET seen = $1 WHERE hash = $2 AND seen < $1", now, hash); err != nil {
			return Account{}, fmt.Errorf("review: session: %w", err)
		}
	}
	return scanAccount(s.db.QueryRowContext(ctx, "SELECT "+accountColumns+" FROM accounts WHERE id = $1 AND disabled = 0", id))
}

// A Session is one place where an account is signed in, for its owner to see
// and end. ID is no token: it signs nobody in.
type Session struct {
	ID            string
	Started, Seen time.Time
}

// SessionID is the ID of the session that a token belongs to.
func SessionID(token string) string { return hashed(token) }

// Sessions lists where an account is signed in, the newest first.
func (s *Store) Sessions(ctx context.Context, account string) ([]Session, error) {
	now, err := s.now(ctx, s.db)
	if err != nil {
		return nil, err
	}
	return list(ctx, s.db, func(r interface{ Scan(...any) error }) (Session, error) {
		var one Session
		var started, seen int64
		err := r.Scan(&one.ID, &started, &seen)
		one.Started, one.Seen = when(started), when(seen)
		return one, err
	}, "SELECT hash, started, seen FROM sessions WHERE account = $1 AND seen > $2 AND started > $3 ORDER BY started DESC, hash",
		account, now-idle.Milliseconds(), now-longer.Milliseconds())
}

// EndSessionOf ends one of an account's own sessions, by its ID.
func (s *Store) EndSessionOf(ctx context.Context, account, id string) error {
	_, err := s.db.ExecContext(ctx, "DELETE FROM sessions WHERE account = $1 AND hash = $2", account, id)
	return err
}

// EndSession signs one token out.
func (s *Store) EndSession(ctx context.Context, token string) error {
	_, err := s.db.ExecContext(ctx, "DELETE FROM sessions WHERE hash = $1", hashed(token))
	return err
}

// EndSessions signs an account out everywhere, and everybody if it is "".
func (s *Store) EndSessions(ctx context.Context, account string) error {
	_, err := s.db.ExecContext(ctx, "DELETE FROM sessions WHERE $1 = '' OR account = $1", account)
	return err
}
