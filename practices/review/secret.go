package review

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

const keySize = 32

// newToken is 256 bits that nobody can guess, fit for an address.
func newToken() string {
	b := make([]byte, 32)
	rand.Read(b) // never fails
	return base64.RawURLEncoding.EncodeToString(b)
}

// newID is 128 bits that nobody can guess, in letters and digits.
func newID() string { return strings.ToLower(rand.Text()) }

// hashed is the form in which a token is kept. The token has 256 bits, so a
// plain hash is enough.
func hashed(token string) string {
	h := sha256.Sum256([]byte(token))
	return hex.EncodeToString(h[:])
}

// LoadKey reads the key of a store from a file, and makes it at the first
// time, readable by its owner alone. Copy the file by hand to every replica;
// no backup has it. Further lines are keys that were replaced: what they sealed
// can still be read.
func LoadKey(file string) (key []byte, earlier [][]byte, err error) {
	text, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		if err := newKey(file); err != nil {
			return nil, nil, fmt.Errorf("review: make the key %s: %w", file, err)
		}
		text, err = os.ReadFile(file)
	}
	if err != nil {
		return nil, nil, fmt.Errorf("review: read the key: %w", err)
	}
	var keys [][]byte
	for n, line := range strings.Fields(string(text)) {
		one, err := hex.DecodeString(line)
		if err != nil || len(one) != keySize {
			return nil, nil, fmt.Errorf("review: line %d of %s is no key: it has %d hexadecimal digits", n+1, file, 2*keySize)
		}
		keys = append(keys, one)
	}
	if len(keys) == 0 {
		return nil, nil, fmt.Errorf("review: %s holds no key: it is one line of %d hexadecimal digits", file, 2*keySize)
	}
	return keys[0], keys[1:], nil
}

// newKey writes a key whole or not at all, and never over another.
func newKey(file string) error {
	f, err := os.CreateTemp(filepath.Dir(file), ".key-*") // mode 0600
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	key := make([]byte, keySize)
	rand.Read(key)
	_, err = f.WriteString(hex.EncodeToString(key) + "\n")
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	if err := os.Link(f.Name(), file); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return nil
}

// errKey is for a secret that this store's key does not open.
var errKey = errors.New("review: sealed with another key")

// sealer seals with a key and opens what was sealed with it.
func sealer(key []byte) (cipher.AEAD, error) {
	if len(key) == 0 {
		return nil, errors.New("review: no key is set")
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCMWithRandomNonce(block)
}

// seal encrypts a secret of an account, for that account alone.
func (s *Store) seal(secret, account string) (string, error) {
	c, err := sealer(s.options.Key)
	if err != nil {
		return "", err
	}
	return base64.RawStdEncoding.EncodeToString(c.Seal(nil, nil, []byte(secret), []byte(account))), nil
}

// unseal is the inverse of seal. Stale says that an earlier key was needed, so
// that the secret should be sealed anew.
func (s *Store) unseal(sealed, account string) (secret string, stale bool, err error) {
	b, err := base64.RawStdEncoding.DecodeString(sealed)
	if err != nil {
		return "", false, errKey
	}
	for i, key := range append([][]byte{s.options.Key}, s.options.Earlier...) {
		c, err := sealer(key)
		if err != nil {
			return "", false, err
		}
		if opened, err := c.Open(nil, nil, b, []byte(account)); err == nil {
			return string(opened), i > 0, nil
		}
	}
	return "", false, errKey
}

// sealedBefore counts the second factors that need an earlier key, or one that
// is not there at all.
func (s *Store) sealedBefore(ctx context.Context) (stale, lost int, err error) {
	type factor struct{ account, sealed string }
	all, err := list(ctx, s.db, func(r interface{ Scan(...any) error }) (f factor, err error) {
		return f, r.Scan(&f.account, &f.sealed)
	}, "SELECT id, totp FROM accounts WHERE totp <> ''")
	for _, f := range all {
		switch _, old, err := s.unseal(f.sealed, f.account); {
		case err != nil:
			lost++
		case old:
			stale++
		}
	}
	return stale, lost, err
}
