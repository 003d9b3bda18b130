package review

import (
	"encoding/json"
	"strings"
	"unicode/utf8"
)

// Limits of what is kept, in bytes and rows. docs/limits.md lists them.
const (
	maxForm     = 256 << 10
	maxBody     = 128 << 10 // a file of the largest body, with its front matter
	maxChecks   = 256 << 10
	maxLine     = 500 // a title, a name, an address
	maxComment  = 8 << 10
	maxComments = 500 // on one submission

	maxWaiting = 500    // submissions that wait for editors; held ones count
	maxDrafts  = 20_000 // drafts and others that nobody waits for
)

// text checks a piece of text against what both databases keep unchanged.
func text(s string, limit int) error {
	switch {
	case len(s) > limit:
		return ErrTooLong
	case !utf8.ValidString(s), strings.ContainsRune(s, 0):
		return ErrText
	}
	return nil
}

// texts checks lines: titles, names and the like.
func texts(lines ...string) error {
	for _, l := range lines {
		if err := text(l, maxLine); err != nil {
			return err
		}
	}
	return nil
}

// document checks JSON; none at all is fine.
func document(j json.RawMessage, limit int) error {
	if err := text(string(j), limit); err != nil {
		return err
	}
	if len(j) > 0 && !json.Valid(j) {
		return ErrText
	}
	return nil
}
