package review

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// A Role says what an account may do; each may do what those before it may.
type Role string

// The roles.
const (
	Member  Role = "contributor" // sees their own submissions together
	Trainer Role = "trainer"     // keeps workshops
	Editor  Role = "editor"      // reviews and decides
	Admin   Role = "admin"       // invites, changes roles
)

var roles = []Role{Member, Trainer, Editor, Admin}

// Valid says whether r is one of the roles.
func (r Role) Valid() bool { return slices.Contains(roles, r) }

// May says whether the role includes another.
func (r Role) May(other Role) bool {
	return r.Valid() && other.Valid() && slices.Index(roles, r) >= slices.Index(roles, other)
}

// NeedsSecondFactor says whether an account of the role must set up a second
// factor before it may do anything else.
func (r Role) NeedsSecondFactor() bool { return r.May(Editor) }

// An Account is somebody who can sign in. ID names it everywhere else, so that
// the audit and the trail hold no name.
type Account struct {
	ID, Email, Name string
	Role            Role
	Disabled        bool
	HasPassword     bool
	SecondFactor    bool // is set up
	Linked          bool // to another service, which vouches for its owner
	Created         time.Time
}

// LacksFactor says whether the account can do nothing of its role before it has
// set up a second factor. Where another service alone vouches for its owner,
// that service asks for one.
func (a Account) LacksFactor() bool {
	return a.Role.NeedsSecondFactor() && !a.SecondFactor && (a.HasPassword || !a.Linked)
}

const accountColumns = "id, email, name, role, disabled, password <> '', totp_on, EXISTS (SELECT 1 FROM identities WHERE account = accounts.id), created"

func scanAccount(row interface{ Scan(...any) error }) (Account, error) {
	var a Account
	var disabled, totp int
	var created int64
	err := row.Scan(&a.ID, &a.Email, &a.Name, &a.Role, &disabled, &a.HasPassword, &totp, &a.Linked, &created)
	if errors.Is(err, sql.ErrNoRows) {
		return a, ErrNotFound
	}
	a.Disabled, a.SecondFactor, a.Created = disabled != 0, totp != 0, when(created)
	return a, err
}

// fold is the form in which addresses are compared, on both databases alike.
func fold(email string) string {
	return cases.Fold().String(norm.NFKC.String(strings.TrimSpace(email)))
}

func (t *tx) account(where string, args ...any) (Account, error) {
	return scanAccount(t.row("SELECT "+accountColumns+" FROM accounts WHERE "+where, args...))
}

// may says whether an account may do what a role allows. Above a trainer it
// needs its second factor, ours or that of the service that vouches for it. The
// command line and the program itself may.
func (t *tx) may(actor string, role Role) error {
	if actor == Console || actor == System {
		return nil
	}
	a, err := t.account("id = $1", actor)
	if errors.Is(err, ErrNotFound) || err == nil && (a.Disabled || !a.Role.May(role)) {
		return ErrForbidden
	}
	if err == nil && role.NeedsSecondFactor() && a.LacksFactor() {
		return ErrForbidden
	}
	return err
}

func (t *tx) count(query string, args ...any) (n int, err error) {
	if err := t.row(query, args...).Scan(&n); err != nil {
		return 0, fmt.Errorf("review: %w", err)
	}
	return n, nil
}

// Accounts lists all accounts by name.
func (s *Store) Accounts(ctx context.Context) ([]Account, error) {
	return list(ctx, s.db, scanAccount, "SELECT "+accountColumns+" FROM accounts ORDER BY name, id")
}

// Account finds an account by its id.
func (s *Store) Account(ctx context.Context, id string) (Account, error) {
	return scanAccount(s.db.QueryRowContext(ctx, "SELECT "+accountColumns+" FROM accounts WHERE id = $1", id))
}

// AccountByEmail finds an account by its address, whatever its case.
func (s *Store) AccountByEmail(ctx context.Context, email string) (Account, error) {
	return scanAccount(s.db.QueryRowContext(ctx, "SELECT "+accountColumns+" FROM accounts WHERE login = $1", fold(email)))
}

// ErrLast is the answer to taking away the last admin.
var ErrLast = errors.New("the last admin stays")

// SetRole gives an account another role and ends its sessions.
func (s *Store) SetRole(ctx context.Context, actor, id string, role Role) error {
	if !role.Valid() {
		return fmt.Errorf("review: %q is no role", role)
	}
	return s.manage(ctx, actor, id, "role", string(role), func(t *tx) error { return t.setRole(id, role) })
}

func (t *tx) setRole(id string, role Role) error {
	if _, err := t.do("UPDATE accounts SET role = $1, updated = $2 WHERE id = $3", role, t.now, id); err != nil {
		return err
	}
	_, err := t.do("DELETE FROM sessions WHERE account = $1", id)
	return err
}

// Disable keeps an account from signing in, at once and until it is enabled
// again.
func (s *Store) Disable(ctx context.Context, actor, id string, disabled bool) error {
	action := "enable"
	if disabled {
		action = "disable"
	}
	return s.manage(ctx, actor, id, action, "", func(t *tx) error {
		if _, err := t.do("UPDATE accounts SET disabled = $1, updated = $2 WHERE id = $3", bit(disabled), t.now, id); err != nil {
			return err
		}
		return t.all([]string{"DELETE FROM sessions WHERE account = $1", "DELETE FROM invites WHERE account = $1"}, id)
	})
}

// Forget deletes an account with all that names its owner. What they did
// stays in the audit, under an id that then means nobody.
func (s *Store) Forget(ctx context.Context, actor, id string) error {
	err := s.manage(ctx, actor, id, "forget", "", func(t *tx) error { return t.forget(id) })
	if err != nil {
		return err
	}
	return errors.Join(s.mirror(ctx), s.scrub(ctx))
}

func (t *tx) forget(id string) error {
	if _, err := t.do("INSERT INTO erasures (hash, at) VALUES ($1, $2) ON CONFLICT DO NOTHING", hashed(id), t.now); err != nil {
		return err
	}
	_, err := t.do("DELETE FROM accounts WHERE id = $1", id)
	return err
}

// manage does what an admin may do to an account. Nobody but the command line
// takes away the last admin who can sign in.
func (s *Store) manage(ctx context.Context, actor, id, action, detail string, f func(*tx) error) error {
	return s.in(ctx, func(t *tx) error {
		if err := t.may(actor, Admin); err != nil {
			return err
		}
		if _, err := t.account("id = $1", id); err != nil {
			return err
		}
		if err := f(t); err != nil {
			return err
		}
		admins, err := t.count("SELECT COUNT(*) FROM accounts WHERE role = 'admin' AND disabled = 0")
		if err != nil {
			return err
		}
		if admins == 0 && actor != Console {
			return ErrLast
		}
		return t.audit(actor, action, id, detail)
	})
}
