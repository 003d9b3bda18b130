package review

import (
	"database/sql"
	"encoding/json"
	"errors"
	"slices"
	"time"

	"opendoor/practices"
)

// A Kind says what a submission would add.
type Kind string

// The kinds of submission.
const (
	Entry       Kind = "entry"       // a new entry
	Change      Kind = "change"      // another text of an entry
	Translation Kind = "translation" // an entry in one more language, or another text of that
	Workshop    Kind = "workshop"    // a trainer's collection
)

// A State says where a submission stands. docs/review-workflow.md draws the
// way between them.
type State string

// The states of a submission.
const (
	Draft            State = "draft"             // being written
	Submitted        State = "submitted"         // sent; nobody has begun to read it
	InReview         State = "in_review"         // an editor reads it
	ChangesRequested State = "changes_requested" // back with the contributor
	Accepted         State = "accepted"          // decided; on its way to git
	Published        State = "published"         // in git
	NeedsRebase      State = "needs_rebase"      // accepted, but the entry had changed; back with an editor
	Rejected         State = "rejected"          // declined, with the reason
	Withdrawn        State = "withdrawn"         // taken back by the contributor
)

// Writable says whether the contributor may save and send.
func (s State) Writable() bool {
	return s == Draft || s == ChangesRequested || s == Withdrawn
}

// Waiting says whether the submission waits for an editor.
func (s State) Waiting() bool {
	return s == Submitted || s == InReview || s == NeedsRebase
}

// A Submission is what somebody offers to the catalogue, private until it is
// published. Form is what they typed, field by field, in the form's own JSON;
// Body is the Markdown file made from it. Times are zero for what has not
// happened.
type Submission struct {
	ID       string // 128 bits; secret until published, as the commit names it
	Kind     Kind
	Practice string // id of the entry; empty for a new one until it is accepted
	Lang     string // BCP 47, of the text
	Title    string
	State    State

	Form     json.RawMessage
	Body     string
	BaseBlob string          // git blob id of the file that the text started from; empty for a new file
	Version  int             // goes up with every change of text or state
	Held     bool            // looks like spam: in the held queue until an editor frees it
	Checks   json.RawMessage // what the do-no-harm checks found when it was sent

	Credit   string // who the public record names, as the contributor chose
	Owner    string // account of a contributor who was signed in
	Reviewer string // account that claimed or decided last
	Reason   string // of the last decision, for the contributor
	Note     string // on the change, for the public record

	Created, Updated, Sent, Decided, PublishedAt time.Time

	Path         string // of the file in git, once accepted
	BaseSHA      string // main when it was accepted
	PublishedSHA string // the commit that published it
	Tries        int    // failed tries to publish
	Erased       bool   // the contributor asked for erasure
}

// file is where the text will lie in git, "" where the kind does not tell.
func (s Submission) file() string {
	switch {
	case !practices.ValidID(s.Practice):
		return ""
	case s.Kind == Entry, s.Kind == Change:
		return practices.FilePath(s.Practice, "")
	case s.Kind == Translation:
		return practices.FilePath(s.Practice, s.Lang)
	}
	return ""
}

// columns are those of a Submission, in the order of scan.
const columns = `id, kind, practice, lang, title, state, form, body, base_blob, version, held, checks, credit,
	COALESCE(owner, ''), COALESCE(reviewer, ''), reason, note, created, updated, sent, decided, published,
	path, base_sha, published_sha, tries, erased`

func scan(row interface{ Scan(...any) error }) (Submission, error) {
	var s Submission
	var form, checks string
	var held int
	var created, updated, sent, decided, published, erased int64
	err := row.Scan(&s.ID, &s.Kind, &s.Practice, &s.Lang, &s.Title, &s.State, &form, &s.Body, &s.BaseBlob, &s.Version, &held, &checks, &s.Credit,
		&s.Owner, &s.Reviewer, &s.Reason, &s.Note, &created, &updated, &sent, &decided, &published,
		&s.Path, &s.BaseSHA, &s.PublishedSHA, &s.Tries, &erased)
	if errors.Is(err, sql.ErrNoRows) {
		return s, ErrNotFound
	}
	s.Form, s.Checks = raw(form), raw(checks)
	s.Held, s.Erased = held != 0, erased != 0
	s.Created, s.Updated, s.Sent, s.Decided, s.PublishedAt = when(created), when(updated), when(sent), when(decided), when(published)
	return s, err
}

func raw(s string) json.RawMessage {
	if s == "" {
		return nil
	}
	return json.RawMessage(s)
}

// when reads unix milliseconds; 0 is the zero time.
func when(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms).UTC()
}

// one reads one submission, by a condition on its row.
func (t *tx) one(where string, args ...any) (Submission, error) {
	return scan(t.row("SELECT "+columns+" FROM submissions WHERE "+where, args...))
}

// at reads a submission that must still be at a version and in one of some
// states.
func (t *tx) at(s Submission, version int, states ...State) error {
	if s.Version != version {
		return &Conflict{Current: s}
	}
	if !slices.Contains(states, s.State) {
		return ErrState
	}
	return nil
}
