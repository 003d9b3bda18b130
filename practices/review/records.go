package review

import (
	"context"
	"time"
)

// A RecordKind says what a record is about.
type RecordKind string

// The kinds of record.
const (
	Consent RecordKind = "consent" // to a quotation or a story
	Place   RecordKind = "place"   // of an organisation, to show its exact place
	Reading RecordKind = "reading" // by somebody with experience of detention
	Reply   RecordKind = "reply"   // asked of a government or implementer: the right of reply
)

// A Record is the private half of something that an entry says in public: who
// agreed to be quoted, who read it out of their own experience, who was asked
// to reply. The public half, with the ref and no name that was not meant to be
// public, stands in the entry.
type Record struct {
	Ref        string // names the record in the entry; made by [Store.Keep]
	Kind       RecordKind
	Submission string // "" if none
	Practice   string // id of the entry; "" while it has none
	Holder     string // who, and how to reach them
	Scope      string // what they agreed to, or were asked
	Note       string // what they said
	Given      string // on which day, "2026-03-01"
	Account    string // who recorded it
	Created    time.Time
	Ended      time.Time // when consent was taken back
}

// Keep records something, by an editor, and gives it its ref.
func (s *Store) Keep(ctx context.Context, actor string, r Record) (kept Record, err error) {
	if err := texts(r.Practice, r.Given); err != nil {
		return Record{}, err
	}
	for _, long := range []string{r.Holder, r.Scope, r.Note} {
		if err := text(long, maxComment); err != nil {
			return Record{}, err
		}
	}
	r.Ref, r.Account = newID()[:12], actor
	err = s.in(ctx, func(t *tx) error {
		if err := t.may(actor, Editor); err != nil {
			return err
		}
		r.Created = when(t.now)
		if _, err := t.do(`INSERT INTO records (ref, kind, submission, practice, holder, scope, note, given, account, created) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
			r.Ref, r.Kind, null(r.Submission), r.Practice, r.Holder, r.Scope, r.Note, r.Given, null(actor), t.now); err != nil {
			return err
		}
		return t.audit(actor, "record "+string(r.Kind), r.Ref, r.Practice)
	})
	return r, err
}

// End notes that a consent was taken back. The entry that rests on it must be
// changed by an editor; a new text with this ref is refused.
func (s *Store) End(ctx context.Context, actor, ref string) error {
	return s.in(ctx, func(t *tx) error {
		if err := t.may(actor, Editor); err != nil {
			return err
		}
		n, err := t.do("UPDATE records SET ended = $1 WHERE ref = $2 AND ended = 0", t.now, ref)
		if err != nil {
			return err
		}
		if n == 0 {
			return ErrNotFound
		}
		return t.audit(actor, "end record", ref, "")
	})
}

// Records lists the records of an entry and of a submission; either may be "".
func (s *Store) Records(ctx context.Context, practice, submission string) ([]Record, error) {
	return list(ctx, s.db, func(row interface{ Scan(...any) error }) (Record, error) {
		var r Record
		var created, ended int64
		err := row.Scan(&r.Ref, &r.Kind, &r.Submission, &r.Practice, &r.Holder, &r.Scope, &r.Note, &r.Given, &r.Account, &created, &ended)
		r.Created, r.Ended = when(created), when(ended)
		return r, err
	}, `SELECT ref, kind, COALESCE(submission, ''), practice, holder, scope, note, given, COALESCE(account, ''), created, ended FROM records
		WHERE ($1 <> '' AND practice = $1) OR ($2 <> '' AND submission = $2) ORDER BY created, ref`, practice, submission)
}
