package review

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base32"
	"fmt"
	"strings"
	"time"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/totp"
)

// issuer names this place in the app that shows the codes.
const issuer = "Open Door"

// secretSize is that of the secret of a second factor, in bytes.
const secretSize = 20

// BeginSecondFactor makes the secret that an app turns into codes, as text to
// type and as an address to show as a QR code. Nothing is on until
// [Store.ConfirmSecondFactor]; beginning again makes another secret. Where it
// is on already the answer is [ErrState].
func (s *Store) BeginSecondFactor(ctx context.Context, account string) (secret, address string, err error) {
	err = s.in(ctx, func(t *tx) error {
		a, err := t.account("id = $1 AND disabled = 0", account)
		if err != nil {
			return err
		}
		if a.SecondFactor {
			return ErrState
		}
		key, err := totp.Generate(totp.GenerateOpts{Issuer: issuer, AccountName: a.Email, SecretSize: secretSize})
		if err != nil {
			return fmt.Errorf("review: second factor: %w", err)
		}
		sealed, err := s.seal(key.Secret(), a.ID)
		if err != nil {
			return err
		}
		secret, address = key.Secret(), key.URL()
		_, err = t.do("UPDATE accounts SET totp = $1, totp_step = 0, updated = $2 WHERE id = $3 AND totp_on = 0", sealed, t.now, a.ID)
		return err
	})
	return secret, address, err
}

// SecondFactorBegun is what [Store.BeginSecondFactor] gave last, while it is
// not on; [ErrNotFound] when nothing was begun, and [ErrState] when it is on.
func (s *Store) SecondFactorBegun(ctx context.Context, account string) (secret, address string, err error) {
	err = s.in(ctx, func(t *tx) error {
		a, err := t.account("id = $1 AND disabled = 0", account)
		if err != nil {
			return err
		}
		if a.SecondFactor {
			return ErrState
		}
		var sealed string
		if err := t.row("SELECT totp FROM accounts WHERE id = $1", a.ID).Scan(&sealed); err != nil {
			return fmt.Errorf("review: second factor: %w", err)
		}
		if sealed == "" {
			return ErrNotFound
		}
		if secret, _, err = s.unseal(sealed, a.ID); err != nil {
			return err
		}
		raw, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(secret)
		if err != nil {
			return fmt.Errorf("review: second factor: %w", err)
		}
		key, err := totp.Generate(totp.GenerateOpts{Issuer: issuer, AccountName: a.Email, Secret: raw})
		if err != nil {
			return fmt.Errorf("review: second factor: %w", err)
		}
		address = key.URL()
		return nil
	})
	return secret, address, err
}

// recoveryCodes is how many codes work once each without the app.
const recoveryCodes = 10

// ConfirmSecondFactor turns the second factor on with a first code from the
// app, and gives the recovery codes, which are shown this once.
func (s *Store) ConfirmSecondFactor(ctx context.Context, account, code string) (recovery []string, err error) {
	wrong := ErrSignIn
	err = s.in(ctx, func(t *tx) error {
		a, err := t.account("id = $1 AND disabled = 0", account)
		if err != nil {
			return err
		}
		if a.SecondFactor {
			return ErrState
		}
		codes := brake{"code", a.ID, 5, 15 * time.Minute}
		if err := t.press(codes); err != nil {
			return err
		}
		if ok, err := t.appCode(a.ID, code); err != nil || !ok {
			return err // the try stays counted
		}
		if err := t.release(codes); err != nil {
			return err
		}
		if _, err := t.do("UPDATE accounts SET totp_on = 1, updated = $1 WHERE id = $2", t.now, a.ID); err != nil {
			return err
		}
		if recovery, err = t.newRecovery(a.ID); err != nil {
			return err
		}
		wrong = nil
		return t.audit(a.ID, "second factor on", a.ID, "")
	})
	if err == nil {
		err = wrong
	}
	if err != nil {
		return nil, err
	}
	return recovery, nil
}

// NewRecoveryCodes replaces the recovery codes of an account, for somebody who
// shows its password and a code of the app.
func (s *Store) NewRecoveryCodes(ctx context.Context, account string, p Proof) (recovery []string, err error) {
	if err := s.prove(ctx, account, p, (*tx).appCode); err != nil {
		return nil, err
	}
	err = s.in(ctx, func(t *tx) error {
		if recovery, err = t.newRecovery(account); err != nil {
			return err
		}
		return t.audit(account, "new recovery codes", account, "")
	})
	if err != nil {
		return nil, err
	}
	return recovery, nil
}

// newRecovery replaces the recovery codes of an account.
func (t *tx) newRecovery(account string) (codes []string, err error) {
	if _, err := t.do("DELETE FROM recovery_codes WHERE account = $1", account); err != nil {
		return nil, err
	}
	for range recoveryCodes {
		code := rand.Text()[:24] // 120 bits, so that a plain hash is enough
		if _, err := t.do("INSERT INTO recovery_codes (hash, account) VALUES ($1, $2)", hashed(account+code), account); err != nil {
			return nil, err
		}
		codes = append(codes, strings.Join([]string{code[:4], code[4:8], code[8:12], code[12:16], code[16:20], code[20:]}, "-"))
	}
	return codes, nil
}

// code says whether a code of the app or a recovery code is right, and uses it
// up.
func (t *tx) code(account, code string) (bool, error) {
	code = strings.ToUpper(strings.NewReplacer(" ", "", "-", "").Replace(code))
	if len(code) <= 8 {
		return t.appCode(account, code)
	}
	n, err := t.do("DELETE FROM recovery_codes WHERE hash = $1 AND account = $2", hashed(account+code), account)
	if err != nil || n == 0 {
		return false, err
	}
	return true, t.audit(account, "recovery code used", account, "")
}

// step is how long a code of the app is shown.
const step = 30 * time.Second

// appCode says whether a code is that of now, or of the step before or after
// as clocks differ. Each works once.
func (t *tx) appCode(account, code string) (bool, error) {
	var sealed string
	var last int64
	if err := t.row("SELECT totp, totp_step FROM accounts WHERE id = $1", account).Scan(&sealed, &last); err != nil {
		return false, fmt.Errorf("review: second factor: %w", err)
	}
	if sealed == "" {
		return false, nil
	}
	secret, stale, err := t.s.unseal(sealed, account)
	if err != nil {
		return false, err
	}
	if stale {
		anew, err := t.s.seal(secret, account)
		if err != nil {
			return false, err
		}
		if _, err := t.do("UPDATE accounts SET totp = $1 WHERE id = $2 AND totp = $3", anew, account, sealed); err != nil {
			return false, err
		}
	}
	code = strings.ReplaceAll(code, " ", "")
	now := t.now / step.Milliseconds()
	for n := now - 1; n <= now+1; n++ {
		want, err := totp.GenerateCodeCustom(secret, when(n*step.Milliseconds()), totp.ValidateOpts{Period: uint(step.Seconds()), Digits: otp.DigitsSix, Algorithm: otp.AlgorithmSHA1})
		if err != nil {
			return false, fmt.Errorf("review: second factor: %w", err)
		}
		if n > last && subtle.ConstantTimeCompare([]byte(want), []byte(code)) == 1 {
			used, err := t.do("UPDATE accounts SET totp_step = $1 WHERE id = $2 AND totp_step < $1", n, account)
			return used == 1, err
		}
	}
	return false, nil
}
