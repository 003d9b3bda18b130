package practices

import (
	"bytes"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Limits of one file. A body of 64 KiB is ten times the longest honest entry.
const (
	maxFile = 1 << 20
	maxBody = 64 << 10
)

// Parse reads one entry from the text of its file and gathers everything that
// is wrong with it. The path decides nothing but the names in the faults; that
// it fits the id is checked by [Load]. When any fault is an error the practice
// is as complete as could be read, fit for showing beside the faults but not
// for publishing.
func Parse(path string, data []byte) (*Practice, []Fault) {
	p := &Practice{Path: path, Version: VersionID(data), blob: BlobID(data)}
	l := &linter{file: path, lines: map[string]int{}}
	front, body, ok := l.split(data)
	if !ok {
		return p, l.faults
	}
	p.given = l.read(front, p)
	p.Sections = l.body(body, p.Lang, p.Sources)
	if len(p.given) > 0 {
		l.practice(p)
	}
	SortFaults(l.faults)
	return p, l.faults
}

// A text is a part of a file with the number of lines before it.
type text struct {
	s      string
	before int
}

// line gives the line of the file on which the byte at offset stands.
func (t text) line(offset int) int {
	return t.before + 1 + strings.Count(t.s[:min(max(offset, 0), len(t.s))], "\n")
}

// split takes a file apart into front matter and body, after the checks that
// everything else relies on: size, UTF-8, normal form, no hidden characters.
func (l *linter) split(data []byte) (front string, body text, ok bool) {
	if len(data) > maxFile {
		l.file1("", "%d bytes; the limit of a file is %d", len(data), maxFile)
		return "", text{}, false
	}
	if bad := firstInvalid(data); bad >= 0 {
		l.add(1+bytes.Count(data[:bad], []byte("\n")), "", "is not UTF-8; save the file as UTF-8")
		return "", text{}, false
	}
	data = bytes.TrimPrefix(data, []byte("\uFEFF"))
	s := strings.ReplaceAll(string(data), "\r\n", "\n")
	if !norm.NFC.IsNormalString(s) {
		l.file1("", "accents are written apart from their letters; save the text in Unicode form NFC")
	}
	if !strings.HasPrefix(s, "---\n") {
		l.file1("front matter", "missing; the first line must be three hyphens, and opendoor new writes one to start from")
		return "", text{}, false
	}
	s = s[len("---\n"):]
	end := strings.Index("\n"+s, "\n---\n")
	if end < 0 {
		if !strings.HasSuffix(s, "\n---") {
			l.file1("front matter", "has no end; put a line of three hyphens after the last field")
			return "", text{}, false
		}
		end = len(s) - len("---")
	}
	front = s[:end]
	rest := strings.TrimPrefix(strings.TrimPrefix(s[end:], "---"), "\n")
	l.before = 1
	body = text{s: rest, before: 2 + strings.Count(front, "\n")}
	l.hidden(text{s: front, before: 1}, true)
	l.hidden(body, false)
	if len(body.s) > maxBody {
		l.add(body.before+1, "body", "%d bytes; the limit is %d: it is two entries, joined by related", len(body.s), maxBody)
		return front, text{}, true
	}
	return front, body, true
}

func firstInvalid(data []byte) int {
	for i := 0; i < len(data); {
		if data[i] < utf8.RuneSelf {
			i++
			continue
		}
		r, n := utf8.DecodeRune(data[i:])
		if r == utf8.RuneError && n == 1 {
			return i
		}
		i += n
	}
	return -1
}

// hidden finds characters that a reader cannot see and that change what is
// read. Bodies keep joiners and marks that Arabic, Persian and Urdu need, and
// isolates; front matter, which is shown in one line, keeps only joiners.
func (l *linter) hidden(t text, front bool) {
	for i, r := range t.s {
		overrides := r >= 0x202A && r <= 0x202E
		isolates := r >= 0x2066 && r <= 0x2069
		control := unicode.IsControl(r) && r != '\n' && r != '\t'
		if overrides || control || (front && isolates) || r == 0xFEFF {
			field := "body"
			if front {
				field = "front matter"
			}
			l.add(t.line(i), field, "hidden character %s; delete it and type the words again", fmt.Sprintf("U+%04X", r))
			return
		}
	}
}
