package review

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"
)

var (
	// ErrSignIn is the answer to a wrong address, password or code. It never
	// says which, nor whether there is such an account.
	ErrSignIn = errors.New("the address, the password or the code is wrong")
	// ErrCode is the answer to a right password when the account has a second
	// factor and no code was given: ask for it.
	ErrCode = errors.New("a code of the second factor is needed")
)

// Credentials are what somebody signs in with.
type Credentials struct {
	Email, Password string
	Code            string // of the second factor, or a recovery code; "" at first
	Address         string // network address that they come from, for counting alone
}

// brakes are what slows down guessing. One counts an account and an address
// together; those of an account alone, and of an address alone, bear more, so
// that nobody can keep somebody else out for long.
func (c Credentials) brakes() []brake {
	login := fold(c.Email)
	return []brake{
		{"sign in", login + "\x00" + c.Address, 5, 15 * time.Minute},
		{"sign in, account", login, 50, time.Minute},
		{"sign in, address", c.Address, 50, 15 * time.Minute},
	}
}

// Authenticate says whose credentials these are: an account, [ErrSignIn],
// [ErrCode], or [Throttled] after too many failures. A code works once.
func (s *Store) Authenticate(ctx context.Context, c Credentials) (a Account, err error) {
	brakes := c.brakes()
	var hash string
	err = s.in(ctx, func(t *tx) error {
		for _, b := range brakes {
			if err := t.press(b); err != nil {
				return err
			}
		}
		hash = ""
		if a, err = t.account("login = $1 AND disabled = 0", fold(c.Email)); errors.Is(err, ErrNotFound) {
			return nil
		} else if err != nil {
			return err
		}
		return t.row("SELECT password FROM accounts WHERE id = $1", a.ID).Scan(&hash)
	})
	if err != nil {
		return Account{}, err
	}
	right, err := checkPassword(ctx, c.Password, hash)
	if err != nil {
		return Account{}, err
	}
	wrong := ErrSignIn
	err = s.in(ctx, func(t *tx) error {
		if !right {
			if a.ID == "" {
				return nil
			}
			return t.audit(a.ID, "sign in failed", a.ID, "password")
		}
		// The account as it is now: hashing took a while.
		if a, err = t.account("id = $1 AND disabled = 0", a.ID); err != nil {
			return err
		}
		// A right password takes back that it was counted, whatever the code: the
		// code has a brake of its own, which counts the account alone.
		for _, b := range brakes[:2] {
			if err := t.release(b); err != nil {
				return err
			}
		}
		if err := t.forgive(brakes[2]); err != nil {
			return err
		}
		if a.SecondFactor {
			if strings.TrimSpace(c.Code) == "" {
				wrong = ErrCode
				return nil
			}
			codes := brake{"code", a.ID, 5, 15 * time.Minute}
			if err := t.press(codes); err != nil {
				return err
			}
			ok, err := t.code(a.ID, c.Code)
			if err != nil {
				return err
			}
			if !ok {
				return t.audit(a.ID, "sign in failed", a.ID, "code")
			}
			if err := t.release(codes); err != nil {
				return err
			}
		}
		wrong = nil
		return t.audit(a.ID, "sign in", a.ID, "")
	})
	if err == nil {
		err = wrong
	}
	if err != nil {
		return Account{}, err
	}
	if outdated(hash) {
		if err := s.rehash(ctx, a.ID, c.Password, hash); err != nil {
			return Account{}, err
		}
	}
	return a, nil
}

// rehash hashes a password at the cost of today, if it is still the one that
// was hashed before.
func (s *Store) rehash(ctx context.Context, account, password, before string) error {
	hash, err := hashAnew(ctx, password)
	if err != nil {
		return err
	}
	return s.in(ctx, func(t *tx) error {
		_, err := t.do("UPDATE accounts SET password = $1 WHERE id = $2 AND password = $3", hash, account, before)
		return err
	})
}

// ChangePassword sets a new password for somebody who shows once more who they
// are, and ends every session of the account.
func (s *Store) ChangePassword(ctx context.Context, account string, p Proof, new string) error {
	a, err := s.Account(ctx, account)
	if err != nil {
		return err
	}
	if err := s.Prove(ctx, account, p); err != nil {
		return err
	}
	hash, err := hashPassword(ctx, new, a)
	if err != nil {
		return err
	}
	return s.in(ctx, func(t *tx) error {
		if err := t.setPassword(account, hash); err != nil {
			return err
		}
		return t.audit(account, "change password", account, "")
	})
}

// An Identity is somebody as another service vouches for them by OpenID
// Connect, after its token was verified.
type Identity struct {
	Issuer, Subject string // name them for ever
	Email           string
	EmailVerified   bool
	Name            string
	Role            Role // from a claim; "" leaves the role of an account as it is
}

// SignInOIDC finds the account of an identity, or links one: that which was
// invited by the same verified address and has no password yet, or a new one if
// the claim gives it a role. Such an account has no password here; the other
// service asks for the second factor. A changed role ends every session.
func (s *Store) SignInOIDC(ctx context.Context, who Identity) (a Account, err error) {
	if err := texts(who.Issuer, who.Subject, who.Email, who.Name); err != nil {
		return Account{}, err
	}
	if who.Issuer == "" || who.Subject == "" || (who.Role != "" && !who.Role.Valid()) {
		return Account{}, ErrForbidden
	}
	err = s.in(ctx, func(t *tx) error {
		var id string
		err := t.row("SELECT account FROM identities WHERE issuer = $1 AND subject = $2", who.Issuer, who.Subject).Scan(&id)
		if errors.Is(err, sql.ErrNoRows) {
			if id, err = t.link(who); err != nil {
				return err
			}
		} else if err != nil {
			return fmt.Errorf("review: %w", err)
		}
		if a, err = t.account("id = $1", id); err != nil {
			return err
		}
		if a.Disabled {
			return ErrForbidden
		}
		if who.Role != "" && who.Role != a.Role {
			if err := t.setRole(a.ID, who.Role); err != nil {
				return err
			}
			a.Role = who.Role
			if err := t.audit(System, "role by claim", a.ID, string(a.Role)); err != nil {
				return err
			}
		}
		return t.audit(a.ID, "sign in", a.ID, "oidc")
	})
	if err != nil {
		return Account{}, err
	}
	return a, nil
}

// link joins an identity to an account that nobody else can open.
func (t *tx) link(who Identity) (string, error) {
	if !who.EmailVerified || who.Email == "" {
		return "", ErrForbidden
	}
	a, err := t.account("login = $1", fold(who.Email))
	switch {
	case errors.Is(err, ErrNotFound) && who.Role == "":
		return "", ErrForbidden
	case errors.Is(err, ErrNotFound):
		if a, err = t.newAccount(who.Email, who.Name, who.Role); err != nil {
			return "", err
		}
	case err != nil:
		return "", err
	default:
		linked, err := t.count("SELECT COUNT(*) FROM identities WHERE account = $1", a.ID)
		if err != nil {
			return "", err
		}
		if a.HasPassword || linked > 0 {
			return "", ErrTaken
		}
	}
	if _, err := t.do("DELETE FROM invites WHERE account = $1", a.ID); err != nil {
		return "", err
	}
	if _, err := t.do("INSERT INTO identities (issuer, subject, account, created) VALUES ($1, $2, $3, $4)", who.Issuer, who.Subject, a.ID, t.now); err != nil {
		return "", err
	}
	return a.ID, t.audit(a.ID, "link identity", a.ID, "")
}
