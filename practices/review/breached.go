package review

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"sort"
	"strings"
)

// breachedHashes are the passwords of 12 letters or more that were found most
// often in breaches, each as the first bytes of a hash, in order;
// tools/passwords says where they are from.
//
//go:embed breached.bin
var breachedHashes []byte

const breachedSize = 5

// breached says whether a password, in small or capital letters, is one that
// whoever guesses has in a list.
func breached(password string) bool {
	sum := sha256.Sum256([]byte(strings.ToLower(password)))
	n := len(breachedHashes) / breachedSize
	at := func(i int) []byte { return breachedHashes[i*breachedSize : (i+1)*breachedSize] }
	i := sort.Search(n, func(i int) bool { return bytes.Compare(at(i), sum[:breachedSize]) >= 0 })
	return i < n && bytes.Equal(at(i), sum[:breachedSize])
}
