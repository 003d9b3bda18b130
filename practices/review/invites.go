package review

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/mail"
	"time"
)

// invited is how long an invitation can be taken up.
const invited = 72 * time.Hour

// ErrAddress is the answer to what is no e-mail address.
var ErrAddress = errors.New("not an e-mail address")

// Invite makes an account and gives the token of a link with which its owner
// chooses a password: once, within 72 hours. An address that has an account
// is [ErrTaken].
func (s *Store) Invite(ctx context.Context, actor, email, name string, role Role) (token string, made Account, err error) {
	if err := texts(email, name); err != nil {
		return "", Account{}, err
	}
	if a, err := mail.ParseAddress(email); err != nil || a.Address != email {
		return "", Account{}, ErrAddress
	}
	if !role.Valid() {
		return "", Account{}, fmt.Errorf("review: %q is no role", role)
	}
	err = s.in(ctx, func(t *tx) error {
		if err := t.may(actor, Admin); err != nil {
			return err
		}
		if made, err = t.newAccount(email, name, role); err != nil {
			return err
		}
		if token, err = t.invite(made.ID); err != nil {
			return err
		}
		return t.audit(actor, "invite", made.ID, string(role))
	})
	if err != nil {
		return "", Account{}, err
	}
	return token, made, nil
}

func (t *tx) newAccount(email, name string, role Role) (Account, error) {
	id := newID()
	n, err := t.do("INSERT INTO accounts (id, login, email, name, role, created, updated) VALUES ($1, $2, $3, $4, $5, $6, $6) ON CONFLICT (login) DO NOTHING",
		id, fold(email), email, name, role, t.now)
	if err != nil {
		return Account{}, err
	}
	if n == 0 {
		return Account{}, ErrTaken
	}
	return t.account("id = $1", id)
}

// invite makes the one link of an account; an earlier one stops working.
func (t *tx) invite(account string) (string, error) {
	token := newToken()
	if _, err := t.do("DELETE FROM invites WHERE account = $1", account); err != nil {
		return "", err
	}
	_, err := t.do("INSERT INTO invites (hash, account, expires) VALUES ($1, $2, $3)", hashed(token), account, t.now+invited.Milliseconds())
	return token, err
}

// Invited finds whom a link invites; [ErrNotFound] if it is used up or too
// old.
func (s *Store) Invited(ctx context.Context, token string) (a Account, err error) {
	err = s.in(ctx, func(t *tx) error {
		a, err = t.invited(token)
		return err
	})
	return a, err
}

func (t *tx) invited(token string) (Account, error) {
	var id string
	err := t.row("SELECT account FROM invites WHERE hash = $1 AND expires > $2", hashed(token), t.now).Scan(&id)
	if errors.Is(err, sql.ErrNoRows) {
		return Account{}, ErrNotFound
	}
	if err != nil {
		return Account{}, fmt.Errorf("review: %w", err)
	}
	return t.account("id = $1 AND disabled = 0", id)
}

// AcceptInvite sets the password of an account by its link, which is then used
// up. [ErrPasswordShort] and [ErrPasswordCommon] leave the link as it is.
func (s *Store) AcceptInvite(ctx context.Context, token, password string) (a Account, err error) {
	if a, err = s.Invited(ctx, token); err != nil {
		return Account{}, err
	}
	// Outside of the transaction: hashing takes time that others would wait.
	hash, err := hashPassword(ctx, password, a)
	if err != nil {
		return Account{}, err
	}
	err = s.in(ctx, func(t *tx) error {
		if a, err = t.invited(token); err != nil {
			return err
		}
		n, err := t.do("DELETE FROM invites WHERE hash = $1", hashed(token))
		if err == nil && n == 0 {
			err = ErrNotFound
		}
		if err != nil {
			return err
		}
		if err := t.setPassword(a.ID, hash); err != nil {
			return err
		}
		if a, err = t.account("id = $1", a.ID); err != nil {
			return err
		}
		return t.audit(a.ID, "accept invitation", a.ID, "")
	})
	if err != nil {
		return Account{}, err
	}
	return a, nil
}

// setPassword sets a password and ends every session of the account.
func (t *tx) setPassword(account, hash string) error {
	if _, err := t.do("UPDATE accounts SET password = $1, updated = $2 WHERE id = $3", hash, t.now, account); err != nil {
		return err
	}
	_, err := t.do("DELETE FROM sessions WHERE account = $1", account)
	return err
}

// Reset takes the password, the second factor and every session from an
// account, and gives a new link as [Store.Invite] does. The command line alone
// may: whoever can reset could sign in as anyone.
func (s *Store) Reset(ctx context.Context, actor, id string) (token string, err error) {
	if actor != Console {
		return "", ErrForbidden
	}
	err = s.in(ctx, func(t *tx) error {
		if _, err := t.account("id = $1", id); err != nil {
			return err
		}
		if err := t.setPassword(id, ""); err != nil {
			return err
		}
		if err := t.all([]string{
			"UPDATE accounts SET totp = '', totp_on = 0, totp_step = 0 WHERE id = $1",
			"DELETE FROM recovery_codes WHERE account = $1",
			"DELETE FROM identities WHERE account = $1",
		}, id); err != nil {
			return err
		}
		if token, err = t.invite(id); err != nil {
			return err
		}
		return t.audit(actor, "reset", id, "")
	})
	if err != nil {
		return "", err
	}
	return token, nil
}
