package review

import (
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
// no backup has it.
func LoadKey(file string) ([]byte, error) {
	text, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		if err := newKey(file); err != nil {
			return nil, fmt.Errorf("review: make the key %s: %w", file, err)
		}
		text, err = os.ReadFile(file)
	}
	if err != nil {
		return nil, fmt.Errorf("review: read the key: %w", err)
	}
	key, err := hex.DecodeString(strings.TrimSpace(string(text)))
	if err != nil || len(key) != keySize {
		return nil, fmt.Errorf("review: %s holds no key: it is one line of %d hexadecimal digits", file, 2*keySize)
	}
	return key, nil
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

func (s *Store) sealer() (cipher.AEAD, error) {
	if len(s.options.Key) == 0 {
		return nil, errors.New("review: no key is set")
	}
	block, err := aes.NewCipher(s.options.Key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCMWithRandomNonce(block)
}

// seal encrypts a secret of an account, for that account alone.
func (s *Store) seal(secret, account string) (string, error) {
	c, err := s.sealer()
	if err != nil {
		return "", err
	}
	return base64.RawStdEncoding.EncodeToString(c.Seal(nil, nil, []byte(secret), []byte(account))), nil
}

// unseal is the inverse of seal.
func (s *Store) unseal(sealed, account string) (string, error) {
	c, err := s.sealer()
	if err != nil {
		return "", err
	}
	b, err := base64.RawStdEncoding.DecodeString(sealed)
	if err != nil {
		return "", errKey
	}
	secret, err := c.Open(nil, nil, b, []byte(account))
	if err != nil {
		return "", errKey
	}
	return string(secret), nil
}
