package review

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime/debug"
	"runtime/metrics"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"opendoor/practices/faulttest"
)

const good = "seven quiet herons wade"

var testKey = []byte(strings.Repeat("k", keySize))

// member invites somebody, who comes with the good password.
func member(t *testing.T, s *Store, email string, role Role) Account {
	t.Helper()
	token, _, err := s.Invite(t.Context(), Console, email, "Somebody", role)
	if err != nil {
		t.Fatal(err)
	}
	return must(s.AcceptInvite(t.Context(), token, good))
}

// factor turns on the second factor of an account and gives its secret.
func factor(t *testing.T, s *Store, a Account, c *clock) (secret string, recovery []string) {
	t.Helper()
	secret, address, err := s.BeginSecondFactor(t.Context(), a.ID)
	if err != nil || !strings.HasPrefix(address, "otpauth://totp/Open%20Door:") {
		t.Fatal(address, err)
	}
	recovery, err = s.ConfirmSecondFactor(t.Context(), a.ID, must(totp.GenerateCode(secret, c.now())))
	if err != nil {
		t.Fatal(err)
	}
	return secret, recovery
}

func TestInvitation(t *testing.T) {
	engines(t, func(t *testing.T, address string) {
		ctx, c := t.Context(), newClock()
		s := open(t, address, Options{Now: c.now})
		token, a, err := s.Invite(ctx, Console, "Édith@Example.org", "Édith", Editor)
		if err != nil || a.HasPassword || a.Role != Editor {
			t.Fatalf("%+v, %v", a, err)
		}
		if _, _, err := s.Invite(ctx, Console, "éDITH@example.ORG", "Other", Admin); !errors.Is(err, ErrTaken) {
			t.Errorf("the same address in other letters: %v", err)
		}
		for _, bad := range []string{"", "x", "a@b c", "A <a@example.org>", "a@example.org\nBcc: b@example.org"} {
			if _, _, err := s.Invite(ctx, Console, bad, "x", Editor); !errors.Is(err, ErrAddress) {
				t.Errorf("%q: %v", bad, err)
			}
		}
		if _, _, err := s.Invite(ctx, a.ID, "b@example.org", "B", Member); !errors.Is(err, ErrForbidden) {
			t.Errorf("an editor invites: %v", err)
		}
		if _, err := s.AcceptInvite(ctx, token, "short"); !errors.Is(err, ErrPasswordShort) {
			t.Errorf("short: %v", err)
		}
		if b := must(s.Invited(ctx, token)); b.ID != a.ID {
			t.Errorf("invited %+v", b)
		}
		var took atomic.Int32
		var group sync.WaitGroup
		for range 3 {
			group.Go(func() {
				if _, err := s.AcceptInvite(ctx, token, good); err == nil {
					took.Add(1)
				} else if !errors.Is(err, ErrNotFound) {
					t.Error(err)
				}
			})
		}
		group.Wait()
		if took.Load() != 1 {
			t.Errorf("a link worked %d times", took.Load())
		}
		if again := must(s.AccountByEmail(ctx, " ÉDITH@EXAMPLE.ORG ")); again.ID != a.ID || !again.HasPassword {
			t.Errorf("by address: %+v", again)
		}
		late, _, err := s.Invite(ctx, Console, "late@example.org", "Late", Editor)
		if err != nil {
			t.Fatal(err)
		}
		c.pass(invited)
		if _, err := s.AcceptInvite(ctx, late, good); !errors.Is(err, ErrNotFound) {
			t.Errorf("after 72 hours: %v", err)
		}
	})
}

func TestPasswords(t *testing.T) {
	for _, bad := range []string{"Password1234!", "P@ssw0rd2026!!", "aaaaaaaaaaaaaa", "abababababab", "qwertyuiop123", "123456789012", "1q2w3e4r5t6y", "lkjhgfdsapoiuy", "opendoor-2026",
		"correct horse battery staple", "Contraseña123", "motdepasse2026", "edith.example", "letmeinletmein", "iloveyou-forever"[:12], "abcdefghijkl", "!!!!!!!!!!!!", "polniypizdec0211", "Unbelievable", "chickenwing101", "sonyericsson"} {
		if !guessable(bad, "Edith Example", "edith@example.org") {
			t.Errorf("%q is let through", bad)
		}
	}
	for _, fine := range []string{good, "Tr0ub4dor&3xyzzy", "vRk2-pQ9s-Lm4x", "كلمة سر طويلة جدا", "une girafe violette nage", "😀😃😄😁😆😅😂🤣😊😇🙂🙃"} {
		if guessable(fine, "Edith Example", "edith@example.org") {
			t.Errorf("%q is refused", fine)
		}
	}
	ctx := t.Context()
	hash := must(hashPassword(ctx, good, Account{}))
	if !strings.HasPrefix(hash, "$argon2id$v=19$m=19456,t=2,p=1$") || hash == must(hashPassword(ctx, good, Account{})) {
		t.Errorf("hash %s", hash)
	}
	for i := breachedSize; i+breachedSize <= len(breachedHashes); i += breachedSize {
		if bytes.Compare(breachedHashes[i-breachedSize:i], breachedHashes[i:i+breachedSize]) >= 0 {
			t.Fatalf("the list of breaches is out of order at %d", i)
		}
	}
	if n := len(breachedHashes); n%breachedSize != 0 || n < 3000*breachedSize {
		t.Errorf("the list of breaches has %d bytes", n)
	}
	for _, tt := range []struct {
		password, hash string
		want           bool
	}{{good, hash, true}, {good + " ", hash, false}, {"", hash, false}, {good, "", false}, {"", "", false}, {strings.Repeat("a", maxPassword+1), hash, false}} {
		if got, err := checkPassword(ctx, tt.password, tt.hash); err != nil || got != tt.want {
			t.Errorf("%.20q: %v, %v", tt.password, got, err)
		}
	}
}

func TestSignIn(t *testing.T) {
	engines(t, func(t *testing.T, address string) {
		ctx, c := t.Context(), newClock()
		s := open(t, address, Options{Now: c.now, Key: testKey})
		a := member(t, s, "edith@example.org", Editor)
		with := Credentials{Email: "Edith@example.org", Password: good, Address: "192.0.2.1"}
		if got, err := s.Authenticate(ctx, with); err != nil || got.ID != a.ID {
			t.Fatalf("%+v, %v", got, err)
		}
		secret, recovery := factor(t, s, a, c)
		if len(recovery) != recoveryCodes {
			t.Errorf("recovery codes %v", recovery)
		}
		if _, err := s.Authenticate(ctx, with); !errors.Is(err, ErrCode) {
			t.Errorf("without a code: %v", err)
		}
		with.Code = must(totp.GenerateCode(secret, c.now()))
		if _, err := s.Authenticate(ctx, with); !errors.Is(err, ErrSignIn) {
			t.Errorf("the code that turned it on, again: %v", err)
		}
		c.pass(step)
		with.Code = must(totp.GenerateCode(secret, c.now()))
		must(s.Authenticate(ctx, with))
		if _, err := s.Authenticate(ctx, with); !errors.Is(err, ErrSignIn) {
			t.Errorf("a code twice: %v", err)
		}
		with.Code = strings.ToLower(strings.ReplaceAll(recovery[3], "-", " "))
		must(s.Authenticate(ctx, with))
		if _, err := s.Authenticate(ctx, with); !errors.Is(err, ErrSignIn) {
			t.Errorf("a recovery code twice: %v", err)
		}
		if _, err := s.NewRecoveryCodes(ctx, a.ID, Proof{Password: good, Code: recovery[5]}); !errors.Is(err, ErrSignIn) {
			t.Errorf("new recovery codes for an old one: %v", err)
		}
		c.pass(step)
		shown := Proof{Password: "something else entirely", Code: must(totp.GenerateCode(secret, c.now()))}
		if _, err := s.NewRecoveryCodes(ctx, a.ID, shown); !errors.Is(err, ErrSignIn) {
			t.Errorf("new recovery codes without the password: %v", err)
		}
		shown.Password = good
		if fresh, err := s.NewRecoveryCodes(ctx, a.ID, shown); err != nil || len(fresh) != recoveryCodes || fresh[0] == recovery[0] {
			t.Errorf("new recovery codes: %v, %v", fresh, err)
		} else {
			with.Code = recovery[6]
			if _, err := s.Authenticate(ctx, with); !errors.Is(err, ErrSignIn) {
				t.Errorf("a recovery code that was replaced: %v", err)
			}
			recovery = fresh
		}
		if _, _, err := s.BeginSecondFactor(ctx, a.ID); !errors.Is(err, ErrState) {
			t.Errorf("another second factor in a running session: %v", err)
		}
		for name, bad := range map[string]Credentials{
			"unknown":  {Email: "nobody@example.org", Password: good},
			"password": {Email: "edith@example.org", Password: "something else entirely", Code: must(totp.GenerateCode(secret, c.now().Add(step)))},
			"empty":    {},
		} {
			if _, err := s.Authenticate(ctx, bad); !errors.Is(err, ErrSignIn) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if err := s.Disable(ctx, Console, a.ID, true); err != nil {
			t.Fatal(err)
		}
		with.Code = recovery[4]
		if _, err := s.Authenticate(ctx, with); !errors.Is(err, ErrSignIn) {
			t.Errorf("disabled: %v", err)
		}
		other := open(t, address, Options{Now: c.now, Key: []byte(strings.Repeat("x", keySize))})
		if err := s.Disable(ctx, Console, a.ID, false); err != nil {
			t.Fatal(err)
		}
		with.Code = must(totp.GenerateCode(secret, c.now().Add(step)))
		if _, err := other.Authenticate(ctx, with); !errors.Is(err, errKey) {
			t.Errorf("with another key: %v", err)
		}
		if _, err := s.Reset(ctx, a.ID, a.ID); !errors.Is(err, ErrForbidden) {
			t.Errorf("reset from the web: %v", err)
		}
		token := must(s.Reset(ctx, Console, a.ID))
		if b := must(s.AcceptInvite(ctx, token, good)); b.SecondFactor || b.ID != a.ID {
			t.Errorf("after a reset: %+v", b)
		}
	})
}

// TestGuessing shows that failures slow down, and that nobody is locked out
// for ever.
func TestGuessing(t *testing.T) {
	engines(t, func(t *testing.T, address string) {
		ctx, c := t.Context(), newClock()
		s := open(t, address, Options{Now: c.now, Key: testKey})
		a := member(t, s, "edith@example.org", Trainer)
		bad := Credentials{Email: "edith@example.org", Password: "wrong", Address: "192.0.2.1"}
		var slow *Throttled
		for n := range 5 {
			if _, err := s.Authenticate(ctx, bad); !errors.Is(err, ErrSignIn) {
				t.Fatalf("failure %d: %v", n, err)
			}
		}
		var waits []time.Duration
		for range 12 {
			if _, err := s.Authenticate(ctx, bad); !errors.As(err, &slow) {
				t.Fatalf("after %v: %v", waits, err)
			}
			right := bad
			right.Password = good
			if _, err := s.Authenticate(ctx, right); !errors.As(err, &slow) {
				t.Fatalf("a right password jumps the wait: %v", err)
			}
			waits = append(waits, slow.Wait)
			c.pass(slow.Wait)
			if _, err := s.Authenticate(ctx, bad); !errors.Is(err, ErrSignIn) {
				t.Fatalf("after the wait: %v", err)
			}
		}
		if waits[0] != time.Second || waits[3] != 8*time.Second || waits[11] != 15*time.Minute {
			t.Errorf("waits %v", waits)
		}
		elsewhere := Credentials{Email: "edith@example.org", Password: good, Address: "2001:db8::1"}
		if got, err := s.Authenticate(ctx, elsewhere); err != nil || got.ID != a.ID {
			t.Errorf("from elsewhere: %v", err)
		}
		c.pass(forgets + time.Minute)
		bad.Password = good
		if _, err := s.Authenticate(ctx, bad); err != nil {
			t.Errorf("a day later: %v", err)
		}
		var kept string
		if err := s.db.QueryRow("SELECT COALESCE(MAX(who), '') FROM throttles WHERE who LIKE '%192.0.2.1%'").Scan(&kept); err != nil || kept != "" {
			t.Errorf("an address is kept: %q %v", kept, err)
		}
		for n := range 4 {
			err := s.Spend(ctx, "submission", "192.0.2.1", 3, time.Hour)
			if got := errors.As(err, &slow); got != (n == 3) {
				t.Errorf("submission %d: %v", n, err)
			}
		}
		c.pass(time.Hour)
		if err := s.Spend(ctx, "submission", "192.0.2.1", 3, time.Hour); err != nil {
			t.Errorf("an hour later: %v", err)
		}
	})
}

// TestSignInFlood is part of fault test 15: many at once are counted one by
// one, hash one at a time, and take no more memory than a small machine has.
func TestSignInFlood(t *testing.T) {
	engines(t, func(t *testing.T, address string) {
		ctx := t.Context()
		s := open(t, address, Options{Key: testKey})
		var emails []string
		for i := range 40 { // of many accounts, as each has its brake
			email := fmt.Sprintf("e%d@example.org", i)
			if _, _, err := s.Invite(ctx, Console, email, "Somebody", Editor); err != nil {
				t.Fatal(err)
			}
			emails = append(emails, email)
		}
		debug.FreeOSMemory()
		before := heapInUse()
		var tried, slowed atomic.Int32
		var most atomic.Uint64
		var group sync.WaitGroup
		for i := range faulttest.Rounds(30, 1000) {
			group.Go(func() {
				_, err := s.Authenticate(ctx, Credentials{Email: emails[i%len(emails)], Password: fmt.Sprint("guess ", i), Address: fmt.Sprint("192.0.2.", i%200)})
				var slow *Throttled
				switch {
				case errors.As(err, &slow):
					slowed.Add(1)
				case errors.Is(err, ErrSignIn):
					tried.Add(1)
				default:
					t.Error(err)
				}
				for now := heapInUse(); ; {
					if was := most.Load(); now <= was || most.CompareAndSwap(was, now) {
						break
					}
				}
			})
		}
		group.Wait()
		took := max(0, int64(most.Load())-int64(before)) >> 20
		faulttest.Measured(t, 15, "%d guesses tried, %d slowed; at most %d MiB of memory more than before", tried.Load(), slowed.Load(), took)
		if took > 80 {
			t.Errorf("the flood took %d MiB", took)
		}
		// Of one account five are free from one address, and fifty from all.
		var alone atomic.Int32
		for i := range 30 {
			group.Go(func() {
				if _, err := s.Authenticate(ctx, Credentials{Email: "alone@example.org", Password: fmt.Sprint("guess ", i), Address: "198.51.100.1"}); errors.Is(err, ErrSignIn) {
					alone.Add(1)
				}
			})
		}
		group.Wait()
		// A wait of a second or two may end while the flood lasts.
		if n := alone.Load(); n > 12 {
			t.Errorf("%d guesses in one flood", n)
		}
	})
}

// heapInUse is how much memory the program's data has of the system.
func heapInUse() uint64 {
	sample := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}, {Name: "/memory/classes/heap/unused:bytes"}}
	metrics.Read(sample)
	return sample[0].Value.Uint64() + sample[1].Value.Uint64()
}

func TestSessions(t *testing.T) {
	engines(t, func(t *testing.T, address string) {
		ctx, c := t.Context(), newClock()
		s := open(t, address, Options{Now: c.now, Key: testKey})
		a := member(t, s, "edith@example.org", Editor)
		start := func() string { return must(s.StartSession(ctx, a.ID)) }
		token := start()
		if token == start() {
			t.Fatal("two sessions, one token")
		}
		var kept int
		if err := s.db.QueryRow("SELECT COUNT(*) FROM sessions WHERE hash = $1", token).Scan(&kept); err != nil || kept != 0 {
			t.Errorf("the token itself is kept: %v", err)
		}
		for n := range 23 {
			c.pass(31 * time.Minute)
			if _, err := s.SignedIn(ctx, token); err != nil {
				t.Fatalf("after %d half hours in use: %v", n+1, err)
			}
		}
		c.pass(8 * time.Minute)
		if _, err := s.SignedIn(ctx, token); !errors.Is(err, ErrNotFound) {
			t.Errorf("after 12 hours: %v", err)
		}
		ended := map[string]func() error{
			"idle":          func() error { c.pass(time.Hour); return nil },
			"from tomorrow": func() error { c.pass(-24 * time.Hour); return nil },
			"role":          func() error { return s.SetRole(ctx, Console, a.ID, Admin) },
			"disabled":      func() error { return s.Disable(ctx, Console, a.ID, true) },
			"everywhere":    func() error { return s.EndSessions(ctx, a.ID) },
			"everybody":     func() error { return s.EndSessions(ctx, "") },
			"password": func() error {
				return s.ChangePassword(ctx, a.ID, Proof{Password: good, Address: "192.0.2.1"}, good+" once more")
			},
		}
		for name, end := range ended {
			token := start()
			if got, err := s.SignedIn(ctx, token); err != nil || got.ID != a.ID {
				t.Errorf("%s: before: %v", name, err)
			}
			if err := end(); err != nil {
				t.Errorf("%s: %v", name, err)
			}
			if _, err := s.SignedIn(ctx, token); !errors.Is(err, ErrNotFound) {
				t.Errorf("%s: after: %v", name, err)
			}
			if name == "disabled" {
				if _, err := s.StartSession(ctx, a.ID); !errors.Is(err, ErrNotFound) {
					t.Errorf("a session of a disabled account: %v", err)
				}
				if err := s.Disable(ctx, Console, a.ID, false); err != nil {
					t.Error(err)
				}
			}
		}
		if err := s.EndSessions(ctx, ""); err != nil {
			t.Fatal(err)
		}
		one := start()
		c.pass(time.Minute)
		two := start()
		stranger := member(t, s, "other@example.org", Member)
		theirs := must(s.StartSession(ctx, stranger.ID))
		if at := must(s.Sessions(ctx, a.ID)); len(at) != 2 || at[0].Started.Before(at[1].Started) {
			t.Errorf("sessions %+v", at)
		} else if _, err := s.SignedIn(ctx, at[0].ID); !errors.Is(err, ErrNotFound) {
			t.Errorf("the id of a session signs in: %v", err)
		}
		for _, other := range must(s.Sessions(ctx, stranger.ID)) {
			if err := s.EndSessionOf(ctx, a.ID, other.ID); err != nil {
				t.Error(err)
			}
		}
		if _, err := s.SignedIn(ctx, theirs); err != nil {
			t.Errorf("another's session was ended: %v", err)
		}
		three := start()
		for _, own := range must(s.Sessions(ctx, a.ID)) {
			if own.ID == hashed(three) {
				if err := s.EndSessionOf(ctx, a.ID, own.ID); err != nil {
					t.Error(err)
				}
			}
		}
		if _, err := s.SignedIn(ctx, three); !errors.Is(err, ErrNotFound) {
			t.Errorf("ended by its owner: %v", err)
		}
		if err := s.EndSession(ctx, one); err != nil {
			t.Fatal(err)
		}
		if _, err := s.SignedIn(ctx, two); err != nil {
			t.Errorf("another session of the same account: %v", err)
		}
	})
}

// TestHashesRise shows that a password goes on when a hash is to cost more, and
// that it then does.
func TestHashesRise(t *testing.T) {
	engines(t, func(t *testing.T, address string) {
		ctx := t.Context()
		s := open(t, address, Options{Key: testKey})
		a := member(t, s, "edith@example.org", Trainer)
		cheap := cost{8, 1, 1}
		old := cheap.form() + strings.Repeat("A", 22) + "$" + base64.RawStdEncoding.EncodeToString(must(argon(ctx, cheap, good, make([]byte, 16))))
		kept := func() (hash string) {
			t.Helper()
			if err := s.db.QueryRow("SELECT password FROM accounts WHERE id = $1", a.ID).Scan(&hash); err != nil {
				t.Fatal(err)
			}
			return hash
		}
		if _, err := s.db.Exec("UPDATE accounts SET password = $1 WHERE id = $2", old, a.ID); err != nil {
			t.Fatal(err)
		}
		with := Credentials{Email: "edith@example.org", Password: "something else entirely", Address: "192.0.2.1"}
		if _, err := s.Authenticate(ctx, with); !errors.Is(err, ErrSignIn) || kept() != old {
			t.Errorf("a wrong password: %v, kept as %s", err, kept())
		}
		with.Password = good
		for range 2 {
			if _, err := s.Authenticate(ctx, with); err != nil || outdated(kept()) {
				t.Errorf("a right one: %v, kept as %s", err, kept())
			}
		}
		for _, strange := range []string{"$argon2id$v=19$m=99999999,t=1,p=1$AA$AA", "$argon2id$v=16$m=8,t=1,p=1$AA$AA", "$argon2id$v=19$m=8,t=0,p=1$AA$AA", "$2a$10$AA", "x"} {
			if ok, err := checkPassword(ctx, good, strange); ok || err == nil {
				t.Errorf("%s: %v, %v", strange, ok, err)
			}
		}
	})
}

// TestProof shows that an open browser is not enough to change how somebody
// signs in, and that guessing there is slowed down too.
func TestProof(t *testing.T) {
	engines(t, func(t *testing.T, address string) {
		ctx, c := t.Context(), newClock()
		s := open(t, address, Options{Now: c.now, Key: testKey})
		a := member(t, s, "edith@example.org", Editor)
		with := Proof{Password: good, Address: "192.0.2.1"}
		if err := s.Prove(ctx, a.ID, with); err != nil {
			t.Errorf("the password, before there is a second factor: %v", err)
		}
		secret, recovery := factor(t, s, a, c)
		if err := s.ProvePassword(ctx, a.ID, with); err != nil {
			t.Errorf("the password alone, where it is enough: %v", err)
		}
		for name, tt := range map[string]struct {
			proof Proof
			want  error
		}{
			"no code":          {with, ErrCode},
			"a wrong code":     {Proof{Password: good, Code: "000000x", Address: "192.0.2.1"}, ErrSignIn},
			"a used code":      {Proof{Password: good, Code: must(totp.GenerateCode(secret, c.now())), Address: "192.0.2.1"}, ErrSignIn},
			"no password":      {Proof{Code: recovery[0], Address: "192.0.2.1"}, ErrSignIn},
			"another's":        {Proof{Password: good + "!", Code: recovery[0], Address: "192.0.2.1"}, ErrSignIn},
			"empty altogether": {Proof{}, ErrCode},
		} {
			if err := s.ChangePassword(ctx, a.ID, tt.proof, "eleven red bicycles sing"); !errors.Is(err, tt.want) {
				t.Errorf("%s: %v", name, err)
			}
		}
		with.Code = recovery[0]
		if err := s.ChangePassword(ctx, a.ID, with, "short"); !errors.Is(err, ErrPasswordShort) {
			t.Errorf("another password that is short: %v", err)
		}
		with.Code = recovery[1]
		if err := s.ChangePassword(ctx, a.ID, with, "eleven red bicycles sing"); err != nil {
			t.Errorf("with both: %v", err)
		}
		var slow *Throttled
		for range 7 {
			if err := s.ProvePassword(ctx, a.ID, Proof{Password: "guess", Address: "192.0.2.1"}); errors.As(err, &slow) {
				break
			}
		}
		if slow == nil {
			t.Error("guessing at an open browser is not slowed down")
		}
		if err := s.Disable(ctx, Console, a.ID, true); err != nil {
			t.Fatal(err)
		}
		if err := s.ProvePassword(ctx, a.ID, Proof{Password: "eleven red bicycles sing", Address: "2001:db8::1"}); err == nil {
			t.Error("somebody who is disabled shows who they are")
		}
		theirs := must(s.SignInOIDC(ctx, Identity{Issuer: "https://id.example.org", Subject: "1", Email: "noor@example.org", EmailVerified: true, Role: Editor}))
		if err := s.Prove(ctx, theirs.ID, Proof{}); err != nil {
			t.Errorf("somebody without a password: %v", err)
		}
	})
}

// TestActsNeedTheSecondFactor shows that a role alone is not enough.
func TestActsNeedTheSecondFactor(t *testing.T) {
	engines(t, func(t *testing.T, address string) {
		ctx, c := t.Context(), newClock()
		s := open(t, address, Options{Now: c.now, Key: testKey})
		admin := member(t, s, "ada@example.org", Admin)
		_, sub := sent(t, s, "mx-0900")
		if _, err := s.Claim(ctx, admin.ID, sub.ID); !errors.Is(err, ErrForbidden) {
			t.Errorf("without a second factor: %v", err)
		}
		factor(t, s, admin, c)
		must(s.Claim(ctx, admin.ID, sub.ID))
		if err := s.Disable(ctx, admin.ID, admin.ID, true); !errors.Is(err, ErrLast) {
			t.Errorf("the last admin goes: %v", err)
		}
		if err := s.SetRole(ctx, admin.ID, admin.ID, Editor); !errors.Is(err, ErrLast) {
			t.Errorf("the last admin steps down: %v", err)
		}
		if _, _, err := s.Invite(ctx, admin.ID, "b@example.org", "B", Editor); err != nil {
			t.Errorf("an admin invites: %v", err)
		}
		if list := must(s.Accounts(ctx)); len(list) != 2 {
			t.Errorf("accounts %+v", list)
		}
		if err := s.Forget(ctx, Console, admin.ID); err != nil {
			t.Error(err)
		}
		if _, err := s.Account(ctx, admin.ID); !errors.Is(err, ErrNotFound) {
			t.Errorf("forgotten: %v", err)
		}
		if after := must(s.Get(ctx, sub.ID)); after.Reviewer != "" {
			t.Errorf("a reviewer who is forgotten: %+v", after)
		}
	})
}

func TestOIDC(t *testing.T) {
	engines(t, func(t *testing.T, address string) {
		ctx := t.Context()
		s := open(t, address, Options{Key: testKey})
		local := member(t, s, "local@example.org", Admin)
		_, invitee, err := s.Invite(ctx, Console, "Invitee@example.org", "Invitee", Editor)
		if err != nil {
			t.Fatal(err)
		}
		who := func(subject, email string, verified bool, role Role) Identity {
			return Identity{Issuer: "https://id.example.org", Subject: subject, Email: email, EmailVerified: verified, Name: "N", Role: role}
		}
		for _, tt := range []struct {
			name string
			who  Identity
			want error
		}{
			{"an address that has a password here", who("1", "local@example.org", true, Editor), ErrTaken},
			{"an address that is not verified", who("1", "invitee@example.org", false, Editor), ErrForbidden},
			{"nobody invited, no role", who("1", "new@example.org", true, ""), ErrForbidden},
			{"an unknown role", who("1", "new@example.org", true, "owner"), ErrForbidden},
			{"no subject", who("", "new@example.org", true, Editor), ErrForbidden},
		} {
			if _, err := s.SignInOIDC(ctx, tt.who); !errors.Is(err, tt.want) {
				t.Errorf("%s: %v", tt.name, err)
			}
		}
		a, err := s.SignInOIDC(ctx, who("2", "invitee@EXAMPLE.org", true, ""))
		if err != nil || a.ID != invitee.ID || a.Role != Editor {
			t.Fatalf("%+v, %v", a, err)
		}
		if _, err := s.SignInOIDC(ctx, who("3", "invitee@example.org", true, "")); !errors.Is(err, ErrTaken) {
			t.Errorf("another subject with the same address: %v", err)
		}
		_, sub := sent(t, s, "mx-0900")
		must(s.Claim(ctx, a.ID, sub.ID)) // the other service asked for the second factor
		token := must(s.StartSession(ctx, a.ID))
		if b := must(s.SignInOIDC(ctx, who("2", "changed@example.org", false, Trainer))); b.ID != a.ID || b.Role != Trainer {
			t.Errorf("a new role by claim: %+v", b)
		}
		if _, err := s.SignedIn(ctx, token); !errors.Is(err, ErrNotFound) {
			t.Errorf("a session with the old role: %v", err)
		}
		if b := must(s.SignInOIDC(ctx, who("4", "new@example.org", true, Editor))); b.ID == a.ID || b.ID == local.ID {
			t.Errorf("a new account: %+v", b)
		}
		if err := s.Disable(ctx, Console, a.ID, true); err != nil {
			t.Fatal(err)
		}
		if _, err := s.SignInOIDC(ctx, who("2", "", false, Trainer)); !errors.Is(err, ErrForbidden) {
			t.Errorf("disabled: %v", err)
		}
	})
}

func TestKey(t *testing.T) {
	file := filepath.Join(t.TempDir(), "key")
	keys := make([]string, 8)
	var group sync.WaitGroup
	for i := range keys {
		group.Go(func() {
			key, earlier, err := LoadKey(file)
			if err != nil || len(earlier) > 0 {
				t.Error(earlier, err)
			}
			keys[i] = string(key)
		})
	}
	group.Wait()
	for _, k := range keys {
		if len(k) != keySize || k != keys[0] {
			t.Fatalf("keys differ: %x", keys)
		}
	}
	if _, _, err := LoadKey(filepath.Join(file, "x")); err == nil {
		t.Error("a key in a file that is no folder")
	}
	before := must(os.ReadFile(file))
	for text, want := range map[string]int{strings.Repeat("ab", keySize) + "\n" + string(before): 1, "": -1, string(before) + "\nabc\n": -1} {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		key, earlier, err := LoadKey(file)
		if want < 0 && err == nil || want >= 0 && (err != nil || len(earlier) != want || string(key) == keys[0] || string(earlier[0]) != keys[0]) {
			t.Errorf("%q: %x, %x, %v", text, key, earlier, err)
		}
	}
}

// TestKeyIsReplaced puts another key before the first: second factors go on, and
// need the first no more once their owners have signed in.
func TestKeyIsReplaced(t *testing.T) {
	engines(t, func(t *testing.T, address string) {
		ctx, c := t.Context(), newClock()
		first := open(t, address, Options{Now: c.now, Key: testKey})
		a := member(t, first, "edith@example.org", Editor)
		secret, _ := factor(t, first, a, c)
		newer := []byte(strings.Repeat("n", keySize))
		said := func(s *Store) string {
			for _, f := range s.Check(ctx) {
				if f.What == "key" {
					return fmt.Sprint(f.Fault, f.Warning, " ", f.Said)
				}
			}
			return ""
		}
		without := open(t, address, Options{Now: c.now, Key: newer})
		if got := said(without); !strings.Contains(got, "true") || !strings.Contains(got, "sealed with another key") {
			t.Errorf("without the first key: %s", got)
		}
		both := open(t, address, Options{Now: c.now, Key: newer, Earlier: [][]byte{[]byte(strings.Repeat("x", keySize)), testKey}})
		if got := said(both); !strings.Contains(got, "1 second factors still need") {
			t.Errorf("with both: %s", got)
		}
		for _, s := range []*Store{both, without} {
			c.pass(step)
			with := Credentials{Email: "edith@example.org", Password: good, Address: "192.0.2.1", Code: must(totp.GenerateCode(secret, c.now()))}
			if _, err := s.Authenticate(ctx, with); err != nil {
				t.Errorf("signing in: %v", err)
			}
			if got := said(s); !strings.Contains(got, "opens every second factor") {
				t.Errorf("after signing in: %s", got)
			}
		}
	})
}
