package review

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"
)

// A Start is what a new draft begins with.
type Start struct {
	Kind     Kind
	Practice string // id of the entry that is changed or translated
	Owner    string // account, when the contributor is signed in
	Text
}

// A Text is what a contributor or editor writes, as it is kept.
type Text struct {
	Title    string
	Lang     string          // BCP 47
	Form     json.RawMessage // the fields as typed, right or wrong
	Body     string          // the Markdown file made from them
	BaseBlob string          // git blob id that the text starts from; in a later text, "" leaves it as it was
}

func (t Text) check() error {
	if err := texts(t.Title, t.Lang, t.BaseBlob); err != nil {
		return err
	}
	if err := document(t.Form, maxForm); err != nil {
		return err
	}
	return text(t.Body, maxBody)
}

// Begin makes a draft and gives the private token that opens it. The token is
// kept nowhere else: whoever has it is the contributor, and if it is lost the
// draft is too.
func (s *Store) Begin(ctx context.Context, start Start) (token string, made Submission, err error) {
	if err := start.check(); err != nil {
		return "", Submission{}, err
	}
	if err := texts(start.Practice); err != nil {
		return "", Submission{}, err
	}
	if !slices.Contains([]Kind{Entry, Change, Translation, Workshop}, start.Kind) {
		return "", Submission{}, fmt.Errorf("review: %q is no kind of submission", start.Kind)
	}
	token = newToken()
	err = s.in(ctx, func(t *tx) error {
		var drafts int
		drafts, err := t.count("SELECT COUNT(*) FROM submissions WHERE state IN ('draft', 'withdrawn')")
		if err != nil {
			return err
		}
		if drafts >= maxDrafts {
			return ErrFull
		}
		id := newID()
		_, err = t.do(`INSERT INTO submissions (id, token, kind, practice, lang, title, state, form, body, base_blob, owner, created, updated)
			VALUES ($1, $2, $3, $4, $5, $6, 'draft', $7, $8, $9, $10, $11, $11)`,
			id, hashed(token), start.Kind, start.Practice, start.Lang, start.Title, string(start.Form), start.Body, start.BaseBlob, null(start.Owner), t.now)
		if err != nil {
			return err
		}
		made, err = t.one("id = $1", id)
		return err
	})
	if err != nil {
		return "", Submission{}, err
	}
	return token, made, nil
}

// null is how a reference to nothing is kept, or to an actor without account.
func null(id string) any {
	if id == "" || id == Console || id == System {
		return nil
	}
	return id
}

// ByToken opens a submission for whoever has its token.
func (s *Store) ByToken(ctx context.Context, token string) (Submission, error) {
	return scan(s.db.QueryRowContext(ctx, "SELECT "+columns+" FROM submissions WHERE token = $1", hashed(token)))
}

// byToken opens a submission that has not been erased, for a change.
func (t *tx) byToken(token string) (Submission, error) {
	sub, err := t.one("token = $1", hashed(token))
	if err == nil && sub.Erased {
		err = ErrState
	}
	return sub, err
}

// Save keeps a text as typed, right or wrong, and gives the submission with
// its new version. A text that was taken back is a draft again. Saving on a
// version that is not the current one is a [Conflict]; saving what is under
// review or decided is [ErrState].
func (s *Store) Save(ctx context.Context, token string, version int, text Text) (saved Submission, err error) {
	if err := text.check(); err != nil {
		return Submission{}, err
	}
	err = s.in(ctx, func(t *tx) error {
		old, err := t.byToken(token)
		if err != nil {
			return err
		}
		if err := t.at(old, version, Draft, ChangesRequested, Withdrawn); err != nil {
			return err
		}
		saved, err = t.write(old, text)
		return err
	})
	return saved, err
}

// write puts a text into a submission.
func (t *tx) write(old Submission, text Text) (Submission, error) {
	state := old.State
	if state == Withdrawn {
		state = Draft
	}
	if text.BaseBlob == "" {
		text.BaseBlob = old.BaseBlob
	}
	n, err := t.do(`UPDATE submissions SET title = $1, lang = $2, form = $3, body = $4, base_blob = $5, state = $6, updated = $7, version = version + 1
		WHERE id = $8 AND version = $9`, text.Title, text.Lang, string(text.Form), text.Body, text.BaseBlob, state, t.now, old.ID, old.Version)
	return t.changed(old.ID, n, err)
}

// changed reads a submission after an UPDATE guarded by its version, which on
// PostgreSQL may find that another was quicker.
func (t *tx) changed(id string, n int64, err error) (Submission, error) {
	if err != nil {
		return Submission{}, err
	}
	now, err := t.one("id = $1", id)
	if err == nil && n == 0 {
		err = &Conflict{Current: now}
	}
	return now, err
}

// A Contact is how to reach a contributor, if they wish to be reached. It is
// seen by editors alone, never published, and deleted 90 days after the
// decision or when the contributor asks.
type Contact struct {
	Name, Organisation, Email string
	Lang                      string // in which they are written to
}

// A Sending is what goes with a text to the editors.
type Sending struct {
	Contact Contact
	Credit  string          // who the public record names: an organisation, a name, or none
	Note    string          // on the change, for the public record
	Checks  json.RawMessage // findings of the do-no-harm checks
	Held    bool            // looks like spam
}

// Send hands a submission to the editors. [ErrFull] when too many wait.
func (s *Store) Send(ctx context.Context, token string, version int, with Sending) (sent Submission, err error) {
	c := with.Contact
	if err := texts(c.Name, c.Organisation, c.Email, c.Lang, with.Credit, with.Note); err != nil {
		return Submission{}, err
	}
	if err := document(with.Checks, maxChecks); err != nil {
		return Submission{}, err
	}
	err = s.in(ctx, func(t *tx) error {
		old, err := t.byToken(token)
		if err != nil {
			return err
		}
		if err := t.at(old, version, Draft, ChangesRequested, Withdrawn); err != nil {
			return err
		}
		if err := t.room(); err != nil {
			return err
		}
		// Whom an editor has freed once is not held again.
		held := with.Held && (old.Held || old.Sent.IsZero())
		n, err := t.do(`UPDATE submissions SET state = 'submitted', held = $1, checks = $2, credit = $3, note = $4, sent = $5, updated = $5, version = version + 1
			WHERE id = $6 AND version = $7`, bit(held), string(with.Checks), line(with.Credit), line(with.Note), t.now, old.ID, old.Version)
		if sent, err = t.changed(old.ID, n, err); err != nil {
			return err
		}
		if err := t.contact(old.ID, c); err != nil {
			return err
		}
		if err := t.keep(sent, ""); err != nil {
			return err
		}
		return t.audit(Contributor, "send", old.ID, string(old.State))
	})
	return sent, err
}

// line folds text that becomes one line of a commit, so that it cannot forge
// another.
func line(s string) string { return strings.Join(strings.Fields(s), " ") }

func bit(b bool) int {
	if b {
		return 1
	}
	return 0
}

// room says whether one more submission may wait for editors.
func (t *tx) room() error {
	waiting, err := t.count("SELECT COUNT(*) FROM submissions WHERE state IN ('submitted', 'in_review', 'needs_rebase')")
	if err != nil {
		return err
	}
	if waiting >= maxWaiting {
		return ErrFull
	}
	return nil
}

// contact keeps how to reach the contributor; nothing at all removes what was
// kept before.
func (t *tx) contact(id string, c Contact) error {
	if c.Name == "" && c.Organisation == "" && c.Email == "" {
		_, err := t.do("DELETE FROM contacts WHERE submission = $1", id)
		return err
	}
	_, err := t.do(`INSERT INTO contacts (submission, name, organisation, email, lang) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (submission) DO UPDATE SET name = excluded.name, organisation = excluded.organisation, email = excluded.email, lang = excluded.lang`,
		id, c.Name, c.Organisation, c.Email, c.Lang)
	return err
}

// keep keeps the text of a submission as it was at a version, by whom.
func (t *tx) keep(sub Submission, account string) error {
	_, err := t.do(`INSERT INTO revisions (submission, version, account, title, form, body, created) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		sub.ID, sub.Version, null(account), sub.Title, string(sub.Form), sub.Body, t.now)
	return err
}

// Answer adds a comment of the contributor, on a field or on the whole ("").
func (s *Store) Answer(ctx context.Context, token, field, text string) (made Comment, err error) {
	err = s.in(ctx, func(t *tx) error {
		sub, err := t.byToken(token)
		if err != nil {
			return err
		}
		if made, err = t.comment(sub, "", field, text); err != nil {
			return err
		}
		return t.audit(Contributor, "answer", sub.ID, "")
	})
	return made, err
}

// Recall takes a submission back. The text stays with the contributor, who
// may go on writing and send it again. What is accepted already is on its way
// to the public: [ErrState].
func (s *Store) Recall(ctx context.Context, token string) (back Submission, err error) {
	err = s.in(ctx, func(t *tx) error {
		old, err := t.byToken(token)
		if err != nil {
			return err
		}
		if err := t.at(old, old.Version, Draft, Submitted, InReview, ChangesRequested, NeedsRebase); err != nil {
			return err
		}
		n, err := t.do("UPDATE submissions SET state = 'withdrawn', updated = $1, version = version + 1 WHERE id = $2 AND version = $3", t.now, old.ID, old.Version)
		if back, err = t.changed(old.ID, n, err); err != nil {
			return err
		}
		return t.audit(Contributor, "recall", old.ID, string(old.State))
	})
	return back, err
}

// A Comment is one remark on a submission, on one of its fields or on all of
// it (""). The contributor sees every comment.
type Comment struct {
	ID          string
	Account     string // of the editor, "" for the contributor and for an account that is gone
	Name        string // of the editor
	Contributor bool
	Version     int // of the submission when it was made
	Field, Text string
	When        time.Time
}

func scanComment(row interface{ Scan(...any) error }) (Comment, error) {
	var c Comment
	var contributor int
	var created int64
	err := row.Scan(&c.ID, &c.Account, &c.Name, &contributor, &c.Version, &c.Field, &c.Text, &created)
	c.Contributor, c.When = contributor != 0, when(created)
	return c, err
}

// comment adds a comment of an account, or of the contributor ("").
func (t *tx) comment(sub Submission, account, field, body string) (Comment, error) {
	body = strings.TrimSpace(body)
	if body == "" {
		return Comment{}, ErrReason
	}
	if err := texts(field); err != nil {
		return Comment{}, err
	}
	if err := text(body, maxComment); err != nil {
		return Comment{}, err
	}
	n, err := t.count("SELECT COUNT(*) FROM comments WHERE submission = $1", sub.ID)
	if err != nil {
		return Comment{}, err
	}
	if n >= maxComments {
		return Comment{}, ErrFull
	}
	c := Comment{ID: newID(), Account: account, Contributor: account == "", Version: sub.Version, Field: field, Text: body, When: when(t.now)}
	_, err = t.do(`INSERT INTO comments (id, n, submission, account, contributor, version, field, body, created)
		VALUES ($1, (SELECT COALESCE(MAX(n), 0) + 1 FROM comments WHERE submission = $2), $2, $3, $4, $5, $6, $7, $8)`,
		c.ID, sub.ID, null(account), bit(c.Contributor), c.Version, field, body, t.now)
	return c, err
}

// Comments lists what was said about a submission, oldest first.
func (s *Store) Comments(ctx context.Context, id string) ([]Comment, error) {
	return list(ctx, s.db, scanComment, `SELECT c.id, COALESCE(c.account, ''), COALESCE(a.name, ''), c.contributor, c.version, c.field, c.body, c.created
		FROM comments c LEFT JOIN accounts a ON a.id = c.account WHERE c.submission = $1 ORDER BY c.n`, id)
}
