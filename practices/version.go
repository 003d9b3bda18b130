package practices

import (
	"crypto/sha1"
	"encoding/hex"
	"fmt"
)

// BlobID names a text as git does: SHA-1 of "blob", its length and its bytes.
// "git hash-object" gives the same.
func BlobID(data []byte) string {
	h := sha1.New()
	fmt.Fprintf(h, "blob %d\x00", len(data))
	h.Write(data)
	return hex.EncodeToString(h.Sum(nil))
}

// VersionID is the name of a version of an entry, by its text alone: the first
// 12 hex digits of its blob. It is part of an address that never changes.
func VersionID(data []byte) string { return BlobID(data)[:12] }
