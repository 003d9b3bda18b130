package review

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"testing"

	"opendoor/practices"
	"opendoor/practices/entries"
	"opendoor/practices/faulttest"
)

// waiting brings a text of any kind to the editors.
func waiting(t *testing.T, s *Store, start Start) Submission {
	t.Helper()
	token, sub, err := s.Begin(t.Context(), start)
	if err != nil {
		t.Fatal(err)
	}
	return must(s.Send(t.Context(), token, sub.Version, Sending{}))
}

// faults are the fields that keep a text from being accepted.
func faults(err error) string {
	var invalid *Invalid
	if !errors.As(err, &invalid) {
		return fmt.Sprint(err)
	}
	var fields []string
	for _, f := range invalid.Faults {
		if !f.Warning {
			fields = append(fields, f.Field)
		}
	}
	return strings.Join(fields, " ")
}

func TestConsentIsOnRecord(t *testing.T) {
	engines(t, func(t *testing.T, address string) {
		ctx := t.Context()
		s := open(t, address, Options{})
		editor := addAccount(t, s, "Edith", Editor)
		with := func(field string) string {
			return strings.Replace(goodEntry("mx-0900"), "\nsources:", "\n"+field+"\nsources:", 1)
		}
		consent := func(ref string) string {
			return with(`consent: [{for: a quotation, scope: this page, date: "2026-01-02", ref: ` + ref + `}]`)
		}
		quoted := waiting(t, s, Start{Kind: Change, Practice: "mx-0900"})
		decide := func(body string) string {
			_, err := s.Decide(ctx, editor, quoted.ID, quoted.Version, Decision{Verdict: Accept, Body: body})
			return faults(err)
		}
		other := must(s.Keep(ctx, editor, Record{Kind: Consent, Practice: "mx-0001", Holder: "H", Scope: "S", Note: "N", Given: "2026-01-02"}))
		reading := must(s.Keep(ctx, editor, Record{Kind: Reading, Practice: "mx-0900", Submission: quoted.ID, Holder: "R"}))
		ended := must(s.Keep(ctx, editor, Record{Kind: Consent, Practice: "mx-0900"}))
		if err := s.End(ctx, editor, ended.Ref); err != nil {
			t.Fatal(err)
		}
		if err := s.End(ctx, editor, ended.Ref); !errors.Is(err, ErrNotFound) {
			t.Errorf("ended twice: %v", err)
		}
		for name, ref := range map[string]string{"none": "x", "of another entry": other.Ref, "no consent": reading.Ref, "taken back": ended.Ref} {
			if got := decide(consent(ref)); got != "consent[0].ref" {
				t.Errorf("%s: %s", name, got)
			}
		}
		if len(must(s.Records(ctx, "mx-0900", ""))) != 2 || len(must(s.Records(ctx, "", quoted.ID))) != 1 || len(must(s.Records(ctx, "", ""))) != 0 {
			t.Error("the records of an entry, of a submission or of nothing are not those")
		}
		if r := must(s.Records(ctx, "mx-0001", "")); len(r) != 1 || r[0].Holder != "H" || r[0].Account != editor || !r[0].Ended.IsZero() {
			t.Errorf("record %+v", r)
		}
		if _, err := s.Keep(ctx, editor, Record{Kind: Consent, Note: strings.Repeat("x", maxComment+1)}); !errors.Is(err, ErrTooLong) {
			t.Errorf("a long note: %v", err)
		}
		given := must(s.Keep(ctx, editor, Record{Kind: Consent, Practice: "mx-0900"}))
		if got := decide(consent(given.Ref)); got != "<nil>" {
			t.Errorf("on record: %s", got)
		}
	})
}

// TestExactPlaces accepts an exact place of a public office alone, and only
// with the consent of the organisation there.
func TestExactPlaces(t *testing.T) {
	engines(t, func(t *testing.T, address string) {
		ctx := t.Context()
		s := open(t, address, Options{})
		editor := addAccount(t, s, "Edith", Editor)
		entry, err := s.withPlace()
		if err != nil {
			t.Fatal(err)
		}
		sub := waiting(t, s, Start{Kind: Change, Practice: entry.id, Text: Text{Body: entry.body}})
		_, err = s.Decide(ctx, editor, sub.ID, sub.Version, Decision{Verdict: Accept})
		if got := faults(err); got != "places[0].precision" {
			t.Fatalf("without consent: %s", got)
		}
		must(s.Keep(ctx, editor, Record{Kind: Place, Practice: entry.id, Holder: "the office"}))
		if _, err := s.Decide(ctx, editor, sub.ID, sub.Version, Decision{Verdict: Accept}); err != nil {
			t.Errorf("with consent: %v", err)
		}
	})
}

type placed struct{ id, body string }

// withPlace gives an entry with an exact place where nobody lives.
func (s *Store) withPlace() (placed, error) {
	var found placed
	err := fs.WalkDir(entries.FS, ".", func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || found.id != "" || !strings.HasSuffix(p, ".md") || strings.Count(d.Name(), ".") != 1 {
			return err
		}
		data, err := fs.ReadFile(entries.FS, p)
		if err != nil {
			return err
		}
		body := strings.ReplaceAll(string(data), "precision: city", "precision: site")
		if entry, faults := practices.Parse(p, []byte(body)); body != string(data) && !practices.HasErrors(faults) {
			found = placed{entry.ID, body}
		}
		return nil
	})
	if err == nil && found.id == "" {
		err = errors.New("no entry has a place where nobody lives")
	}
	return found, err
}

func TestTranslationsAndWorkshops(t *testing.T) {
	engines(t, func(t *testing.T, address string) {
		ctx := t.Context()
		s := open(t, address, Options{LintWorkshop: func(path string, data []byte) []practices.Fault {
			if string(data) != "good" {
				return []practices.Fault{{File: path, Field: "body", Message: "bad"}}
			}
			return nil
		}})
		editor := addAccount(t, s, "Edith", Editor)
		source, _ := practices.Parse("mx-0001.md", []byte(goodEntry("mx-0001")))
		other, _ := practices.Parse("mx-0002.md", []byte(goodEntry("mx-0002")))
		spanish := string(must(fs.ReadFile(entries.FS, practices.FilePath("mx-0001", "es"))))
		plain := open(t, address, Options{})
		for _, tt := range []struct {
			name  string
			s     *Store
			start Start
			d     Decision
			want  string // fields at fault, or the path
		}{
			{"translation", s, Start{Kind: Translation, Practice: "mx-0001", Text: Text{Lang: "es", Body: spanish}}, Decision{Source: source}, "americas/mx/mx-0001.es.md"},
			{"of nothing", s, Start{Kind: Translation, Practice: "mx-0001", Text: Text{Lang: "es", Body: spanish}}, Decision{}, "id"},
			{"of another", s, Start{Kind: Translation, Practice: "mx-0001", Text: Text{Lang: "es", Body: spanish}}, Decision{Source: other}, "id"},
			{"into another language", s, Start{Kind: Translation, Practice: "mx-0001", Text: Text{Lang: "fr", Body: spanish}}, Decision{Source: source}, "lang"},
			{"a change that moves", s, Start{Kind: Change, Practice: "mx-0001", Text: Text{Body: goodEntry("mx-0002")}}, Decision{Practice: "mx-0002"}, "id"},
			{"workshop", s, Start{Kind: Workshop, Text: Text{Body: "good"}}, Decision{Path: "workshops/a.md"}, "workshops/a.md"},
			{"bad workshop", s, Start{Kind: Workshop, Text: Text{Body: "x"}}, Decision{Path: "workshops/a.md"}, "body"},
			{"workshop outside", s, Start{Kind: Workshop, Text: Text{Body: "good"}}, Decision{Path: "workshops/../meta/epoch.md"}, ""},
			{"workshop over an entry", s, Start{Kind: Workshop, Text: Text{Body: "good"}}, Decision{Path: "americas/mx/mx-0001.md"}, ""},
			{"workshop nowhere", s, Start{Kind: Workshop, Text: Text{Body: "good"}}, Decision{}, ""},
			{"workshop where there are none", plain, Start{Kind: Workshop, Text: Text{Body: "good"}}, Decision{Path: "workshops/a.md"}, ""},
		} {
			sub := waiting(t, tt.s, tt.start)
			tt.d.Verdict = Accept
			done, err := tt.s.Decide(ctx, editor, sub.ID, sub.Version, tt.d)
			if got := faults(err); err != nil && got != tt.want {
				t.Errorf("%s: %s", tt.name, got)
			}
			if err == nil && done.Path != tt.want {
				t.Errorf("%s: accepted at %s", tt.name, done.Path)
			}
		}
	})
}

// TestRoles tries every act of the desk with every kind of actor.
func TestRoles(t *testing.T) {
	engines(t, func(t *testing.T, address string) {
		ctx := t.Context()
		s := open(t, address, Options{})
		actors := map[string]string{"nobody": "", "unknown": newID(), "the token's holder": Contributor}
		for _, r := range roles {
			actors[string(r)] = addAccount(t, s, string(r), r)
			bare := addAccount(t, s, "bare-"+string(r), r)
			must(s.db.Exec("UPDATE accounts SET totp_on = 0 WHERE id = $1", bare))
			actors[string(r)+" without a second factor"] = bare
			gone := addAccount(t, s, "gone-"+string(r), r)
			must(s.db.Exec("UPDATE accounts SET disabled = 1 WHERE id = $1", gone))
			actors["disabled "+string(r)] = gone
		}
		victim := addAccount(t, s, "victim", Editor)
		_, sub := sent(t, s, "mx-0900")
		record := must(s.Keep(ctx, Console, Record{Kind: Reply, Practice: "mx-0900"}))
		type act struct {
			role Role // "" for the command line alone
			do   func(actor string) error
		}
		acts := map[string]act{
			"claim":   {Editor, func(a string) error { _, err := s.Claim(ctx, a, sub.ID); return err }},
			"free":    {Editor, func(a string) error { _, err := s.Free(ctx, a, sub.ID); return err }},
			"comment": {Editor, func(a string) error { _, err := s.Comment(ctx, a, sub.ID, "", "x"); return err }},
			"edit":    {Editor, func(a string) error { _, err := s.Edit(ctx, a, sub.ID, 0, Text{}); return err }},
			"decide": {Editor, func(a string) error {
				_, err := s.Decide(ctx, a, sub.ID, 0, Decision{Verdict: Decline, Reason: "x"})
				return err
			}},
			"contact": {Editor, func(a string) error { _, err := s.ContactOf(ctx, a, sub.ID); return err }},
			"keep":    {Editor, func(a string) error { _, err := s.Keep(ctx, a, Record{Kind: Reply}); return err }},
			"end":     {Editor, func(a string) error { return s.End(ctx, a, record.Ref) }},
			"invite":  {Admin, func(a string) error { _, _, err := s.Invite(ctx, a, newID()+"@example.org", "x", Member); return err }},
			"role":    {Admin, func(a string) error { return s.SetRole(ctx, a, victim, Editor) }},
			"disable": {Admin, func(a string) error { return s.Disable(ctx, a, victim, false) }},
			"forget":  {Admin, func(a string) error { return s.Forget(ctx, a, newID()) }},
			"reset":   {"", func(a string) error { _, err := s.Reset(ctx, a, victim); return err }},
		}
		for name, act := range acts {
			for who, actor := range actors {
				err := act.do(actor)
				allowed := act.role != "" && Role(who).May(act.role)
				if errors.Is(err, ErrForbidden) == allowed {
					t.Errorf("%s by %s: %v", name, who, err)
				}
			}
		}
		faulttest.Measured(t, 15, "%d acts by %d kinds of actor: as the table of roles says", len(acts), len(actors))
		sub = must(s.Claim(ctx, Console, sub.ID))
		if sub, err := s.Decide(ctx, Console, sub.ID, sub.Version, Decision{Verdict: Decline, Reason: "x"}); err != nil || sub.State != Rejected {
			t.Errorf("the command line declines: %+v, %v", sub, err)
		}
	})
}

// TestBackground shows that what runs beside the server begins and ends.
func TestBackground(t *testing.T) {
	engines(t, func(t *testing.T, address string) {
		s := open(t, address, Options{})
		must(s.db.Exec("INSERT INTO throttles (what, who, n, until, updated) VALUES ('x', 'x', 1, 0, 1)"))
		ctx, stop := context.WithCancel(t.Context())
		tended, posted := make(chan bool), make(chan error)
		go func() { s.Tend(ctx); close(tended) }()
		go func() { posted <- (&Post{Store: s}).Run(ctx) }()
		for n := 1; n > 0; {
			if err := s.db.QueryRow("SELECT COUNT(*) FROM throttles").Scan(&n); err != nil {
				t.Fatal(err)
			}
		}
		stop()
		<-tended
		if err := <-posted; err != nil {
			t.Error(err)
		}
	})
}
