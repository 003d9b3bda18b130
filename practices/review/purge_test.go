package review

import (
	"errors"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"
)

// TestPurgeNeedsTwoAdmins: one alone erases nothing, whatever they show.
func TestPurgeNeedsTwoAdmins(t *testing.T) {
	engines(t, func(t *testing.T, address string) {
		ctx, c := t.Context(), newClock()
		s := open(t, address, Options{Now: c.now, Key: testKey})
		secrets := map[string]string{}
		for email, role := range map[string]Role{"ada@example.org": Admin, "grace@example.org": Admin, "edith@example.org": Editor} {
			secrets[email], _ = factor(t, s, member(t, s, email, role), c)
		}
		member(t, s, "new@example.org", Admin) // without a second factor yet
		p := &Publisher{Store: s, Repository: repository(t, t.TempDir(), "")}
		editor := addAccount(t, s, "Editor", Editor)
		_, sub := accept(t, s, p.Repository, editor, "mx-0900")
		must(p.Once(ctx))
		texts := func() bool { return must(s.Get(ctx, sub.ID)).Title != "" }
		word := func(email string, versions ...string) (bool, error) {
			c.pass(step) // a code works once
			code := "000000"
			if secrets[email] != "" {
				code = must(totp.GenerateCode(secrets[email], c.now()))
			}
			return s.AgreeToPurge(ctx, email, code, "mx-0900.es", versions)
		}
		for who, want := range map[string]error{"edith@example.org": ErrForbidden, "new@example.org": ErrForbidden, "nobody@example.org": ErrForbidden} {
			if agreed, err := word(who, "a1"); agreed || !errors.Is(err, want) {
				t.Errorf("%s: %v, %v", who, agreed, err)
			}
		}
		if agreed, err := s.AgreeToPurge(ctx, "ada@example.org", "000000", "mx-0900", []string{"a1"}); agreed || !errors.Is(err, ErrSignIn) {
			t.Errorf("with a wrong code: %v, %v", agreed, err)
		}
		for n, versions := range [][]string{{"a1"}, {"a1"}, {"b2", "a1"}} { // and again: still one admin
			if agreed, err := word("ada@example.org", versions...); agreed || err != nil {
				t.Errorf("the %d. word of one admin: %v, %v", n+1, agreed, err)
			}
		}
		if agreed, err := word("grace@example.org", "c3"); agreed || err != nil {
			t.Errorf("another admin for other versions: %v, %v", agreed, err)
		}
		c.pass(wordOfPurge + time.Minute)
		if agreed, err := word("grace@example.org", "a1", "b2"); agreed || err != nil {
			t.Errorf("another admin a week later: %v, %v", agreed, err)
		}
		if !texts() {
			t.Fatal("erased at the word of one")
		}
		if err := s.Disable(ctx, Console, must(s.AccountByEmail(ctx, "grace@example.org")).ID, true); err != nil {
			t.Fatal(err)
		}
		if agreed, err := word("ada@example.org", "a1", "b2"); agreed || err != nil {
			t.Errorf("with somebody who is admin no longer: %v, %v", agreed, err)
		}
		if err := s.Disable(ctx, Console, must(s.AccountByEmail(ctx, "grace@example.org")).ID, false); err != nil {
			t.Fatal(err)
		}
		if agreed, err := word("grace@example.org", "b2", "a1", "a1"); !agreed || err != nil {
			t.Errorf("two admins: %v, %v", agreed, err)
		}
		if texts() {
			t.Error("the texts are still there")
		}
		words, purges := 0, 0
		for _, a := range must(s.Acts(ctx, "", 100)) {
			switch a.Action {
			case "agree to purge":
				words++
			case "purge":
				purges++
			}
		}
		if words != 7 || purges != 1 {
			t.Errorf("the audit has %d words and %d purges", words, purges)
		}
		if _, _, err := s.VerifyAudit(ctx); err != nil {
			t.Error(err)
		}
	})
}
