package review

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"
)

var (
	// ErrPasswordShort is the answer to a password of less than 12 characters.
	ErrPasswordShort = errors.New("the password is too short")
	// ErrPasswordCommon is the answer to a password that is easily guessed: made
	// of common words, of a row of keys, or of the person's own name, or known
	// from a breach.
	ErrPasswordCommon = errors.New("the password is easily guessed")
)

const (
	minPassword = 12   // characters
	maxPassword = 1024 // bytes
)

// A cost is what one hash takes. Each hash names its own, so that it holds when
// ours rises, and a password is hashed anew when its owner next signs in.
type cost struct {
	memory, time uint32 // KiB, rounds
	threads      uint8
}

// today is what a new hash takes: 19 MiB and some 30 ms, as OWASP advises.
var today = cost{19 << 10, 2, 1}

// dearest bounds what a hash in the database may ask for.
var dearest = cost{1 << 20, 100, 16}

const argonLength = 32

// hashing lets one hash run at a time, so that a flood of sign-ins takes little
// memory: what a hash has taken is given back late, when others have taken
// theirs. Thirty people who sign in at once wait for a second.
var hashing = make(chan struct{}, 1)

func argon(ctx context.Context, c cost, password string, salt []byte) ([]byte, error) {
	select {
	case hashing <- struct{}{}:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	defer func() { <-hashing }()
	return argon2.IDKey([]byte(password), salt, c.time, c.memory, c.threads, argonLength), nil
}

// form is how a hash of a cost begins.
func (c cost) form() string {
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$", argon2.Version, c.memory, c.time, c.threads)
}

// outdated says whether a password should be hashed anew.
func outdated(hash string) bool { return !strings.HasPrefix(hash, today.form()) }

// hashPassword hashes a password that is good enough for an account.
func hashPassword(ctx context.Context, password string, a Account) (string, error) {
	switch {
	case utf8.RuneCountInString(password) < minPassword:
		return "", ErrPasswordShort
	case len(password) > maxPassword:
		return "", ErrTooLong
	case guessable(password, a.Name, a.Email):
		return "", ErrPasswordCommon
	}
	return hashAnew(ctx, password)
}

// hashAnew hashes a password that an account has, or may have.
func hashAnew(ctx context.Context, password string) (string, error) {
	salt := make([]byte, 16)
	rand.Read(salt)
	hash, err := argon(ctx, today, password, salt)
	if err != nil {
		return "", err
	}
	return today.form() + base64.RawStdEncoding.EncodeToString(salt) + "$" + base64.RawStdEncoding.EncodeToString(hash), nil
}

// nobody is the password of no account; checking it takes as long as checking
// a real one.
var nobody = today.form() + strings.Repeat("A", 22) + "$" + strings.Repeat("A", 43)

// checkPassword says whether a password is the one that was hashed. It takes
// as long when there is none.
func checkPassword(ctx context.Context, password, hash string) (bool, error) {
	if len(password) > maxPassword {
		return false, nil
	}
	there := hash != ""
	if !there {
		hash = nobody
	}
	var c cost
	var version int
	var rest string
	_, err := fmt.Sscanf(hash, "$argon2id$v=%d$m=%d,t=%d,p=%d$%s", &version, &c.memory, &c.time, &c.threads, &rest)
	salt, want, cut := strings.Cut(rest, "$")
	if err != nil || !cut || version != argon2.Version || c.time < 1 || c.threads < 1 || c.memory > dearest.memory || c.time > dearest.time || c.threads > dearest.threads {
		return false, errors.New("review: a password is kept in a form that this program does not know")
	}
	s, err := base64.RawStdEncoding.DecodeString(salt)
	if err != nil {
		return false, fmt.Errorf("review: password: %w", err)
	}
	got, err := argon(ctx, c, password, s)
	if err != nil {
		return false, err
	}
	same := subtle.ConstantTimeCompare([]byte(base64.RawStdEncoding.EncodeToString(got)), []byte(want)) == 1
	return same && there, nil
}
