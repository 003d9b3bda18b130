package practices

import (
	"regexp"
	"strings"
	"time"

	"github.com/sergi/go-diff/diffmatchpatch"
	"go.yaml.in/yaml/v3"
)

// A Change is one field or section in which two texts of an entry differ.
type Change struct {
	Field   string // of the front matter: "title"; "" for a section of the body
	Heading string // of a section, as written: "What was done"
	Pieces  []Piece
}

// A Piece is a run of words that both texts have, or one of them.
type Piece struct {
	Kind PieceKind
	Text string
}

// A PieceKind says which of two texts has a piece.
type PieceKind int

// Both texts have it, only the older, only the newer.
const (
	Same PieceKind = iota
	Removed
	Added
)

// compareTime bounds the search for the fewest changes in one field; after it
// what is left is given as removed and added whole.
const compareTime = 50 * time.Millisecond

// Compare gives what differs between two texts of an entry, field by field and
// word by word, in the order of the newer. It reads any text, also one with
// faults. Spaces and line ends that only move words are no difference.
func Compare(older, newer []byte) []Change {
	before, after := passagesOf(older), passagesOf(newer)
	was := map[string]string{}
	for _, p := range before {
		was[p.key()] = p.text
	}
	var changes []Change
	add := func(p passage, older, newer string) {
		if pieces := compareWords(older, newer); differ(pieces) {
			changes = append(changes, Change{Field: p.field, Heading: p.heading, Pieces: pieces})
		}
	}
	for _, p := range after {
		add(p, was[p.key()], p.text)
		delete(was, p.key())
	}
	for _, p := range before {
		if text, gone := was[p.key()]; gone {
			add(p, text, "")
			delete(was, p.key())
		}
	}
	return changes
}

// A passage is one field or section of a text, as it is written.
type passage struct{ field, heading, text string }

func (p passage) key() string { return p.field + "\n" + p.heading }

var fieldLine = regexp.MustCompile(`^([a-z_]+):[ \t]*(.*)`)

// passagesOf takes a text apart without judging it.
func passagesOf(data []byte) []passage {
	s := strings.ReplaceAll(strings.ToValidUTF8(string(data), "\uFFFD"), "\r\n", "\n")
	rest, hasFront := strings.CutPrefix(s, "---\n")
	front, body, ends := strings.Cut(rest, "\n---\n")
	if !hasFront || !ends {
		front, body = "", s
	}
	var parts []passage
	into := func(line string) {
		if len(parts) == 0 {
			parts = append(parts, passage{})
		}
		parts[len(parts)-1].text += line + "\n"
	}
	for line := range strings.SplitSeq(front, "\n") {
		if m := fieldLine.FindStringSubmatch(line); m != nil {
			parts = append(parts, passage{field: m[1]})
			line = m[2]
		}
		into(line)
	}
	for i, p := range parts {
		parts[i].text = scalarText(p)
	}
	for line := range strings.SplitSeq(body, "\n") {
		if heading, ok := strings.CutPrefix(line, "## "); ok {
			parts = append(parts, passage{heading: strings.TrimSpace(heading)})
			continue
		}
		into(line)
	}
	return parts
}

// scalarText is the value of a field as it is read, without the signs that YAML
// has round it; the text as written where it is no single value.
func scalarText(p passage) string {
	var n yaml.Node
	if p.field == "" || len(p.text) > maxFrontMatter || deep(p.text) || decodeYAML(p.text, &n) != nil || len(n.Content) != 1 || n.Content[0].Kind != yaml.ScalarNode {
		return p.text
	}
	return n.Content[0].Value
}

func differ(pieces []Piece) bool {
	for _, p := range pieces {
		if p.Kind != Same {
			return true
		}
	}
	return false
}

// compareWords compares two texts by their words: each different word becomes
// one letter of two strings, which are then compared.
func compareWords(older, newer string) []Piece {
	number := map[string]rune{}
	var words []string
	letters := func(s string) []rune {
		var out []rune
		for word := range strings.FieldsSeq(s) {
			r, known := number[word]
			if !known {
				r = letter(len(words))
				number[word] = r
				words = append(words, word)
			}
			out = append(out, r)
		}
		return out
	}
	d := diffmatchpatch.New()
	d.DiffTimeout = compareTime
	a, b := letters(older), letters(newer)
	var pieces []Piece
	for _, run := range d.DiffCleanupSemantic(d.DiffMainRunes(a, b, false)) {
		var text []string
		for _, r := range run.Text {
			text = append(text, words[wordOf(r)])
		}
		kind := map[diffmatchpatch.Operation]PieceKind{diffmatchpatch.DiffEqual: Same, diffmatchpatch.DiffDelete: Removed, diffmatchpatch.DiffInsert: Added}[run.Type]
		pieces = append(pieces, Piece{Kind: kind, Text: strings.Join(text, " ")})
	}
	return pieces
}

// Letters for words leave out the surrogates, which are no characters.
const (
	firstSurrogate = 0xD800
	surrogates     = 0x800
)

func letter(n int) rune {
	r := rune(n + 1)
	if r >= firstSurrogate {
		r += surrogates
	}
	return r
}

func wordOf(r rune) int {
	if r >= firstSurrogate {
		r -= surrogates
	}
	return int(r) - 1
}

// CompareWords gives what differs between two passages, word by word.
func CompareWords(older, newer string) []Piece { return compareWords(older, newer) }
