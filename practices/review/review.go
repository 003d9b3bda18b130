// Package review keeps what is not public yet: submissions and what is said
// about them, the accounts of those who decide, and who decided what. It alone
// knows SQL, and speaks the same SQL to SQLite and to PostgreSQL.
//
// A contributor needs no account. [Store.Begin] gives a private token that
// opens one submission, to save, send, answer, take back and erase. Editors
// work with accounts: [Store.Queue], [Store.Claim], [Store.Comment],
// [Store.Decide]. What is accepted is published by a [Publisher]; git alone
// says whether it was. The states and who may do what stand in
// docs/review-workflow.md.
//
// A [Store] may be used by any number of callers at once, in any number of
// programs. Nothing here forgets what a person typed: what cannot be done is
// an error that says so, and the text stays with the caller.
package review

import (
	"errors"
	"fmt"

	"opendoor/practices"
)

var (
	// ErrNotFound is the answer for a token, id or account that does not exist.
	ErrNotFound = errors.New("no such thing here")
	// ErrForbidden is the answer to an account whose role does not allow the act,
	// or that is disabled.
	ErrForbidden = errors.New("not allowed for this account")
	// ErrOwn is the answer to an editor who decides on a submission of their own.
	ErrOwn = errors.New("one's own submission is decided by somebody else")
	// ErrState is the answer to an act that the state of the submission does not
	// allow, such as taking back what is published.
	ErrState = errors.New("not possible in the state of the submission")
	// ErrReason is the answer to a decision without the reason it needs.
	ErrReason = errors.New("a reason is needed")
	// ErrTooLong is the answer to text over a limit of docs/limits.md.
	ErrTooLong = errors.New("text too long")
	// ErrText is the answer to text that is not UTF-8, has a NUL, or should be
	// JSON and is not.
	ErrText = errors.New("text is not plain UTF-8")
	// ErrFull is the answer when too much is waiting already; try again later.
	ErrFull = errors.New("too much is waiting")
	// ErrTaken is the answer to an id or address that another already has.
	ErrTaken = errors.New("already taken")
	// ErrConflict is what a [Conflict] is.
	ErrConflict = errors.New("the submission has changed meanwhile")
)

// A Conflict is the answer to an act on a version of a submission that is no
// longer the current one. It carries the submission as it is now, with the
// other's decision if there is one, so that both texts can be shown.
type Conflict struct{ Current Submission }

func (c *Conflict) Error() string {
	return fmt.Sprintf("%v: it is %s now, version %d", ErrConflict, c.Current.State, c.Current.Version)
}

// Is makes a Conflict an [ErrConflict].
func (c *Conflict) Is(target error) bool { return target == ErrConflict }

// Invalid is the answer to accepting a text that breaks the rules of the
// catalogue. It lists every fault.
type Invalid struct{ Faults []practices.Fault }

func (e *Invalid) Error() string {
	for _, f := range e.Faults {
		if !f.Warning {
			return fmt.Sprintf("not fit for publishing, %d faults; the first: %v", len(e.Faults), f)
		}
	}
	return "not fit for publishing"
}
