package review

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"sync"
	"testing"

	"opendoor/practices"
	"opendoor/practices/entries"
	"opendoor/practices/faulttest"
)

// goodEntry is an entry as it is published, made one of another id.
func goodEntry(id string) string {
	data := must(fs.ReadFile(entries.FS, practices.FilePath("mx-0001", "")))
	return strings.ReplaceAll(string(data), "mx-0001", id)
}

// draft begins a submission of a good new entry.
func draft(t *testing.T, s *Store, id string) (token string, sub Submission) {
	t.Helper()
	token, sub, err := s.Begin(t.Context(), Start{Kind: Entry, Text: Text{Title: "Case management", Lang: "en", Form: json.RawMessage(`{"title":"Case management"}`), Body: goodEntry(id)}})
	if err != nil {
		t.Fatal(err)
	}
	return token, sub
}

// sent begins a submission and hands it to the editors.
func sent(t *testing.T, s *Store, id string) (token string, sub Submission) {
	t.Helper()
	token, sub = draft(t, s, id)
	sub, err := s.Send(t.Context(), token, sub.Version, Sending{Credit: "Door Opener", Contact: Contact{Name: "N", Email: "n@example.org", Lang: "en"}})
	if err != nil {
		t.Fatal(err)
	}
	return token, sub
}

func TestFromDraftToAccepted(t *testing.T) {
	engines(t, func(t *testing.T, address string) {
		ctx, c := t.Context(), newClock()
		s := open(t, address, Options{Now: c.now})
		editor := addAccount(t, s, "Edith", Editor)
		token, sub := draft(t, s, "mx-0900")
		if sub.State != Draft || sub.Version != 1 || !sub.Created.Equal(c.now()) || !sub.Sent.IsZero() {
			t.Errorf("begun: %+v", sub)
		}
		saved, err := s.Save(ctx, token, 1, Text{Title: "عنوان", Lang: "ar", Form: json.RawMessage(`{"title": "half "` + ` }`), Body: "not yet Markdown"})
		if err != nil || saved.Version != 2 || saved.Title != "عنوان" || saved.Lang != "ar" || string(saved.Form) != `{"title": "half " }` {
			t.Fatalf("saved: %+v, %v", saved, err)
		}
		var conflict *Conflict
		if _, err := s.Save(ctx, token, 1, Text{Title: "late"}); !errors.As(err, &conflict) || conflict.Current.Title != "عنوان" || !errors.Is(err, ErrConflict) {
			t.Errorf("a second tab: %v", err)
		}
		saved = must(s.Save(ctx, token, 2, Text{Title: "Case management", Lang: "en", Body: goodEntry("mx-0900")}))
		sub = must(s.Send(ctx, token, saved.Version, Sending{Credit: "Door\nSubmission-Id: forged", Held: true, Checks: json.RawMessage(`[]`), Contact: Contact{Email: "a@example.org"}}))
		if sub.State != Submitted || !sub.Held || sub.Credit != "Door Submission-Id: forged" || !sub.Sent.Equal(c.now()) {
			t.Errorf("sent: %+v", sub)
		}
		if _, err := s.Save(ctx, token, sub.Version, Text{}); !errors.Is(err, ErrState) {
			t.Errorf("saving what is under review: %v", err)
		}
		if q := must(s.Queue(ctx, Filter{})); len(q) != 0 {
			t.Errorf("a held submission is in the queue: %v", q)
		}
		if q := must(s.Queue(ctx, Filter{Held: true, Lang: "en", Kind: Entry})); len(q) != 1 || q[0].Body != "" || q[0].ID != sub.ID {
			t.Errorf("held queue: %+v", q)
		}
		must(s.Free(ctx, editor, sub.ID))
		if q := must(s.Queue(ctx, Filter{})); len(q) != 1 {
			t.Errorf("queue: %v", q)
		}
		sub = must(s.Claim(ctx, editor, sub.ID))
		if sub.State != InReview || sub.Reviewer != editor {
			t.Errorf("claimed: %+v", sub)
		}
		must(s.Comment(ctx, editor, sub.ID, "summary", "What came of it?"))
		if _, err := s.Decide(ctx, editor, sub.ID, sub.Version, Decision{Verdict: Changes}); !errors.Is(err, ErrReason) {
			t.Errorf("changes without a reason: %v", err)
		}
		sub = must(s.Decide(ctx, editor, sub.ID, sub.Version, Decision{Verdict: Changes, Reason: "One thing"}))
		if sub.State != ChangesRequested || sub.Reason != "One thing" {
			t.Errorf("changes: %+v", sub)
		}
		must(s.Answer(ctx, token, "summary", "This came of it."))
		sub = must(s.Send(ctx, token, sub.Version, Sending{Credit: "Door Opener", Held: true}))
		if sub.Held {
			t.Error("what an editor has freed is held again")
		}
		c.pass(1000)
		edited := must(s.Edit(ctx, editor, sub.ID, sub.Version, Text{Title: "Better", Lang: "en", Body: goodEntry("mx-0900")}))
		if _, err := s.Decide(ctx, editor, sub.ID, sub.Version, Decision{Verdict: Accept, Practice: "mx-0900"}); !errors.Is(err, ErrConflict) {
			t.Errorf("deciding on the text before the edit: %v", err)
		}
		done, err := s.Decide(ctx, editor, sub.ID, edited.Version, Decision{Verdict: Accept, Practice: "mx-0900", Base: strings.Repeat("a", 40), Note: "two\nlines"})
		if err != nil || done.State != Accepted || done.Path != "americas/mx/mx-0900.md" || done.BaseSHA == "" || done.Note != "two lines" || !done.Decided.Equal(c.now()) {
			t.Fatalf("accepted: %+v, %v", done, err)
		}
		if _, err := s.Recall(ctx, token); !errors.Is(err, ErrState) {
			t.Errorf("recall after acceptance: %v", err)
		}
		var said []string
		for _, c := range must(s.Comments(ctx, sub.ID)) {
			said = append(said, fmt.Sprintf("%s %v %s", c.Name, c.Contributor, c.Text))
		}
		if want := "Edith false What came of it?| true This came of it."; strings.Join(said, "|") != want {
			t.Errorf("comments: %q", said)
		}
		if r := must(s.Revisions(ctx, sub.ID)); len(r) != 3 || r[2].Account != editor || r[0].Account != "" {
			t.Errorf("revisions: %+v", r)
		}
		var acts []string
		for _, a := range must(s.Trail(ctx, sub.ID)) {
			acts = append(acts, a.Action)
		}
		if got := strings.Join(acts, " "); got != "send free claim comment changes answer send edit accept" {
			t.Errorf("trail: %s", got)
		}
		if n, _, err := s.VerifyAudit(ctx); err != nil || n != 9 {
			t.Errorf("audit: %d, %v", n, err)
		}
	})
}

// TestStates tries every act in every state.
func TestStates(t *testing.T) {
	states := []State{Draft, Submitted, InReview, ChangesRequested, Accepted, Published, NeedsRebase, Rejected, Withdrawn}
	allowed := map[string][]State{
		"save":    {Draft, ChangesRequested, Withdrawn},
		"send":    {Draft, ChangesRequested, Withdrawn},
		"recall":  {Draft, Submitted, InReview, ChangesRequested, NeedsRebase},
		"claim":   {Submitted, InReview, NeedsRebase},
		"edit":    {Submitted, InReview, NeedsRebase},
		"accept":  {Submitted, InReview, NeedsRebase},
		"changes": {Submitted, InReview, NeedsRebase},
		"decline": {Submitted, InReview, NeedsRebase},
		"answer":  states,
		"comment": states,
	}
	engines(t, func(t *testing.T, address string) {
		ctx := t.Context()
		s := open(t, address, Options{})
		editor := addAccount(t, s, "Edith", Editor)
		for action, where := range allowed {
			for _, state := range states {
				token, sub := draft(t, s, "mx-0900")
				must(s.db.Exec("UPDATE submissions SET state = $1 WHERE id = $2", state, sub.ID))
				var err error
				switch action {
				case "save":
					_, err = s.Save(ctx, token, 1, Text{Title: "x"})
				case "send":
					_, err = s.Send(ctx, token, 1, Sending{})
				case "recall":
					_, err = s.Recall(ctx, token)
				case "claim":
					_, err = s.Claim(ctx, editor, sub.ID)
				case "edit":
					_, err = s.Edit(ctx, editor, sub.ID, 1, Text{Title: "x"})
				case "answer":
					_, err = s.Answer(ctx, token, "", "x")
				case "comment":
					_, err = s.Comment(ctx, editor, sub.ID, "", "x")
				default:
					_, err = s.Decide(ctx, editor, sub.ID, 1, Decision{Verdict: Verdict(action), Reason: "x", Practice: "mx-0900"})
				}
				want := error(ErrState)
				for _, w := range where {
					if w == state {
						want = nil
					}
				}
				if !errors.Is(err, want) {
					t.Errorf("%s a %s one: %v, want %v", action, state, err, want)
				}
				if after := must(s.Get(ctx, sub.ID)); want != nil && (after.State != state || after.Version != 1) {
					t.Errorf("%s a %s one was refused, yet it is %s", action, state, after.State)
				}
			}
		}
	})
}

func TestDecisionsThatAreRefused(t *testing.T) {
	engines(t, func(t *testing.T, address string) {
		ctx := t.Context()
		s := open(t, address, Options{})
		editor, trainer := addAccount(t, s, "Edith", Editor), addAccount(t, s, "Tom", Trainer)
		gone := addAccount(t, s, "Gone", Admin)
		must(s.db.Exec("UPDATE accounts SET disabled = 1 WHERE id = $1", gone))
		_, own, err := s.Begin(ctx, Start{Kind: Entry, Owner: editor, Text: Text{Body: goodEntry("mx-0900")}})
		if err != nil {
			t.Fatal(err)
		}
		must(s.db.Exec("UPDATE submissions SET state = 'submitted' WHERE id = $1", own.ID))
		_, other := sent(t, s, "mx-0901")
		quoted := strings.Replace(goodEntry("mx-0902"), "\nsources:", "\nconsent:\n  - {for: a quotation, scope: this page, date: \"2026-01-02\", ref: abc}\nsources:", 1)
		_, consent, err := s.Begin(ctx, Start{Kind: Entry, Text: Text{Body: quoted}})
		if err != nil {
			t.Fatal(err)
		}
		must(s.db.Exec("UPDATE submissions SET state = 'submitted' WHERE id = $1", consent.ID))
		for _, tt := range []struct {
			name, actor, id string
			d               Decision
			want            error
			fault           string
		}{
			{"one's own", editor, own.ID, Decision{Verdict: Accept, Practice: "mx-0900"}, ErrOwn, ""},
			{"a trainer", trainer, other.ID, Decision{Verdict: Accept, Practice: "mx-0901"}, ErrForbidden, ""},
			{"nobody", "", other.ID, Decision{Verdict: Accept, Practice: "mx-0901"}, ErrForbidden, ""},
			{"a contributor's name", Contributor, other.ID, Decision{Verdict: Decline, Reason: "x"}, ErrForbidden, ""},
			{"a disabled admin", gone, other.ID, Decision{Verdict: Decline, Reason: "x"}, ErrForbidden, ""},
			{"no such submission", editor, "x", Decision{Verdict: Decline, Reason: "x"}, ErrNotFound, ""},
			{"no number", editor, other.ID, Decision{Verdict: Accept}, nil, "id"},
			{"a path as a number", editor, other.ID, Decision{Verdict: Accept, Practice: "../../x"}, nil, "id"},
			{"another number than the file's", editor, other.ID, Decision{Verdict: Accept, Practice: "mx-0909"}, nil, "id"},
			{"a bad file", editor, other.ID, Decision{Verdict: Accept, Practice: "mx-0901", Body: "# no"}, nil, "front matter"},
			{"consent that is not on record", editor, consent.ID, Decision{Verdict: Accept, Practice: "mx-0902"}, nil, "consent[0].ref"},
			{"an unknown verdict", editor, other.ID, Decision{Verdict: "maybe", Reason: "x"}, nil, "-"},
		} {
			before := must(s.Queue(ctx, Filter{}))
			_, err := s.Decide(ctx, tt.actor, tt.id, versionOf(before, tt.id), tt.d)
			var invalid *Invalid
			switch {
			case tt.want != nil && !errors.Is(err, tt.want), err == nil:
				t.Errorf("%s: %v, want %v", tt.name, err, tt.want)
			case tt.fault != "" && tt.fault != "-" && (!errors.As(err, &invalid) || !strings.Contains(fmt.Sprint(invalid.Faults), tt.fault+":")):
				t.Errorf("%s: %v, want a fault of %s", tt.name, err, tt.fault)
			}
			if after := must(s.Queue(ctx, Filter{})); fmt.Sprint(after) != fmt.Sprint(before) {
				t.Errorf("%s: refused, yet something changed", tt.name)
			}
		}
		r := must(s.Keep(ctx, editor, Record{Kind: Consent, Holder: "A. Person, a@example.org", Given: "2026-01-02"}))
		if _, err := s.Decide(ctx, editor, consent.ID, 1, Decision{Verdict: Accept, Practice: "mx-0902", Body: strings.Replace(quoted, "ref: abc", "ref: "+r.Ref, 1)}); err != nil {
			t.Errorf("consent on record: %v", err)
		}
		alone := open(t, address, Options{SelfAccept: true})
		if _, err := alone.Decide(ctx, editor, own.ID, 1, Decision{Verdict: Accept, Practice: "mx-0900"}); err != nil {
			t.Errorf("a team of one: %v", err)
		}
	})
}

func versionOf(list []Submission, id string) int {
	for _, s := range list {
		if s.ID == id {
			return s.Version
		}
	}
	return 0
}

// TestTwoEditorsDecideAtOnce is fault test 14.
func TestTwoEditorsDecideAtOnce(t *testing.T) {
	engines(t, func(t *testing.T, address string) {
		ctx := t.Context()
		a, b := open(t, address, Options{}), open(t, address, Options{})
		one, two := addAccount(t, a, "One", Editor), addAccount(t, a, "Two", Editor)
		for round := range faulttest.Rounds(20, 200) {
			_, sub := sent(t, a, "mx-0900")
			var answers [2]error
			var group sync.WaitGroup
			group.Go(func() {
				must(a.Comment(ctx, one, sub.ID, "", "from one"))
				_, answers[0] = a.Decide(ctx, one, sub.ID, sub.Version, Decision{Verdict: Accept, Practice: "mx-0900"})
			})
			group.Go(func() {
				must(b.Comment(ctx, two, sub.ID, "", "from two"))
				_, answers[1] = b.Decide(ctx, two, sub.ID, sub.Version, Decision{Verdict: Decline, Reason: "no"})
			})
			group.Wait()
			now := must(a.Get(ctx, sub.ID))
			want, loser := Accepted, answers[1]
			if answers[0] != nil {
				want, loser = Rejected, answers[0]
			}
			var conflict *Conflict
			if now.State != want || now.Version != sub.Version+1 || !errors.As(loser, &conflict) || conflict.Current.State != want || conflict.Current.Reviewer == "" {
				t.Fatalf("round %d: %s, version %d; answers %v", round, now.State, now.Version, answers)
			}
			if got := must(a.Comments(ctx, sub.ID)); len(got) != 2 {
				t.Fatalf("round %d: comments %v", round, got)
			}
		}
		if _, _, err := a.VerifyAudit(ctx); err != nil {
			t.Error(err)
		}
		faulttest.Measured(t, 14, "%d pairs of decisions: one each, the other told of it, no comment lost", faulttest.Rounds(20, 200))
	})
}

func TestHostileText(t *testing.T) {
	engines(t, func(t *testing.T, address string) {
		ctx := t.Context()
		s := open(t, address, Options{})
		token, sub := draft(t, s, "mx-0900")
		for _, tt := range []struct {
			name string
			text Text
			want error
		}{
			{"NUL", Text{Title: "a\x00b"}, ErrText},
			{"not UTF-8", Text{Body: "a\xff"}, ErrText},
			{"no JSON", Text{Form: json.RawMessage(`{"a":`)}, ErrText},
			{"huge form", Text{Form: json.RawMessage(`"` + strings.Repeat("a", maxForm) + `"`)}, ErrTooLong},
			{"huge body", Text{Body: strings.Repeat("a", maxBody+1)}, ErrTooLong},
			{"huge title", Text{Title: strings.Repeat("a", maxLine+1)}, ErrTooLong},
		} {
			if _, err := s.Save(ctx, token, sub.Version, tt.text); !errors.Is(err, tt.want) {
				t.Errorf("%s: %v", tt.name, err)
			}
			if _, _, err := s.Begin(ctx, Start{Kind: Entry, Text: tt.text}); !errors.Is(err, tt.want) {
				t.Errorf("begin with %s: %v", tt.name, err)
			}
		}
		for _, odd := range []string{"'; DROP TABLE submissions; --", "\u202eevil", "ى‎ ـ 𝔘𝔫𝔦 🚪", "$1 %s ? {{.}}", "a\r\n\tb", strings.Repeat("é", 250)} {
			saved, err := s.Save(ctx, token, sub.Version, Text{Title: odd, Body: odd, Form: must(json.Marshal(odd))})
			if err != nil {
				t.Fatal(err)
			}
			if again := must(s.ByToken(ctx, token)); again.Title != odd || again.Body != odd || saved.Title != odd {
				t.Errorf("%q came back as %q", odd, again.Title)
			}
			sub = saved
		}
		for _, wrong := range []string{"", "x", token + "x", strings.ToUpper(token), hashed(token)} {
			if _, err := s.ByToken(ctx, wrong); !errors.Is(err, ErrNotFound) {
				t.Errorf("token %q: %v", wrong, err)
			}
		}
		if _, _, err := s.Begin(ctx, Start{Kind: "poem"}); err == nil {
			t.Error("a poem was begun")
		}
		if _, err := s.Answer(ctx, token, "", " \n "); !errors.Is(err, ErrReason) {
			t.Errorf("an empty answer: %v", err)
		}
	})
}

func TestTooManyWaiting(t *testing.T) {
	engines(t, func(t *testing.T, address string) {
		ctx := t.Context()
		s := open(t, address, Options{})
		token, sub := draft(t, s, "mx-0900")
		for i := range maxWaiting {
			must(s.db.Exec("INSERT INTO submissions (id, token, kind, state, held, created, updated) VALUES ($1, $1, 'entry', 'submitted', $2, 1, 1)", fmt.Sprint(i), i%2))
		}
		if _, err := s.Send(ctx, token, sub.Version, Sending{}); !errors.Is(err, ErrFull) {
			t.Errorf("the one too many: %v", err)
		}
		counts, held, err := s.Count(ctx)
		if err != nil || counts[Submitted] != maxWaiting/2 || held != maxWaiting/2 || counts[Draft] != 1 {
			t.Errorf("counted %v, %d held, %v", counts, held, err)
		}
	})
}

func TestAuditShowsWhatWasChanged(t *testing.T) {
	engines(t, func(t *testing.T, address string) {
		ctx := t.Context()
		s := open(t, address, Options{})
		var group sync.WaitGroup
		for range 8 {
			group.Go(func() {
				for range 5 {
					if err := s.Audit(ctx, System, "test", "x", ""); err != nil {
						t.Error(err)
					}
				}
			})
		}
		group.Wait()
		n, head, err := s.VerifyAudit(ctx)
		if err != nil || n != 40 || len(head) != 64 {
			t.Fatalf("%d acts, %q, %v", n, head, err)
		}
		for name, change := range map[string]string{
			"another actor": "UPDATE audit SET actor = 'x' WHERE seq = 20",
			"cut short":     "DELETE FROM audit WHERE seq = 40",
			"a hole":        "DELETE FROM audit WHERE seq = 7",
			"a new end":     "UPDATE audit_head SET hash = ''",
		} {
			tx := must(s.db.Begin())
			must(tx.Exec(change))
			tx.Rollback()
			kept := must(s.Acts(ctx, "", 100))
			must(s.db.Exec(change))
			if _, _, err := s.VerifyAudit(ctx); err == nil {
				t.Errorf("%s: not seen", name)
			}
			must(s.db.Exec("DELETE FROM audit"))
			for _, a := range kept {
				must(s.db.Exec("INSERT INTO audit VALUES ($1, $2, $3, $4, $5, $6, $7)", a.Seq, a.When.UnixMilli(), a.Actor, a.Action, a.Subject, a.Detail, a.hash))
			}
			must(s.db.Exec("UPDATE audit_head SET hash = $1", head))
		}
		if _, _, err := s.VerifyAudit(ctx); err != nil {
			t.Errorf("put back: %v", err)
		}
	})
}
