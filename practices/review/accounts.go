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
	Created         time.Time
}

const accountColumns = "id, email, name, role, disabled, password <> '', totp_on, created"

func scanAccount(row interface{ Scan(...any) error }) (Account, error) {
	var a Account
	var disabled, totp int
	var created int64
	err := row.Scan(&a.ID, &a.Email, &a.Name, &a.Role, &disabled, &a.HasPassword, &totp, &created)
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

// may says whether an account may do what a role allows. The command line
// and the program itself may.
func (t *tx) may(actor string, role Role) error {
	if actor == Console || actor == System {
		return nil
	}
	a, err := t.account("id = $1", actor)
	if errors.Is(err, ErrNotFound) || err == nil && (a.Disabled || !a.Role.May(role)) {
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
