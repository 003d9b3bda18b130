package practices

import (
	"fmt"
	"strings"

	"golang.org/x/text/unicode/norm"

	"opendoor/practices/vocabulary"
)

// A linter gathers the faults of one file.
type linter struct {
	file   string
	faults []Fault
	before int            // lines of the file before the front matter's first
	lines  map[string]int // field path to line in the file
	quoted []int          // lines of quotations, which need consent

	// A translation says and cites what its source does, so how well that is
	// founded is asked of the source alone.
	translation bool
}

func (l *linter) add(line int, field, format string, args ...any) {
	l.faults = append(l.faults, Fault{File: l.file, Line: line, Field: field, Message: fmt.Sprintf(format, args...)})
}

func (l *linter) warn(line int, field, format string, args ...any) {
	l.add(line, field, format, args...)
	l.faults[len(l.faults)-1].Warning = true
}

// file1 adds a fault of the file as a whole.
func (l *linter) file1(field, format string, args ...any) { l.add(1, field, format, args...) }

// fieldFault adds a fault at the line of a field, or of the nearest field
// above it that the file has.
func (l *linter) fieldFault(field, format string, args ...any) {
	l.add(l.at(field), field, format, args...)
}

func (l *linter) fieldWarning(field, format string, args ...any) {
	l.warn(l.at(field), field, format, args...)
}

func (l *linter) at(field string) int {
	for f := field; f != ""; {
		if line, ok := l.lines[f]; ok {
			return line
		}
		i := strings.LastIndexAny(f, ".[")
		if i < 0 {
			break
		}
		f = f[:i]
	}
	return 1
}

func indexed(field string, i int) string { return fmt.Sprintf("%s[%d]", field, i) }

// read fills v from a front matter and returns the fields that it gives.
func (l *linter) read(front string, v any) map[string]bool {
	r := reader{faults: &l.faults, file: l.file, offset: l.before, lines: l.lines}
	return r.read(front, v)
}

// term checks that a field holds an id of the vocabulary. An empty value is
// left to the rules on which fields are needed.
func (l *linter) term(field, vocab, id string) {
	v := vocabulary.Named(vocab)
	if id == "" || v.Has(id) {
		return
	}
	if near := v.Nearest(id); near != "" {
		l.fieldFault(field, "%q is not in the vocabulary; did you mean %q?", clip(id), near)
		return
	}
	l.fieldFault(field, "%q is not in the vocabulary; use one of %s", clip(id), strings.Join(v.IDs(), ", "))
}

// termOrUnknown is term for a field whose vocabulary has no word for what is
// not known.
func (l *linter) termOrUnknown(field, vocab, id string) {
	if id != "unknown" {
		l.term(field, vocab, id)
	}
}

// terms checks a list of ids, and that none occurs twice.
func (l *linter) terms(field, vocab string, ids []string) {
	seen := map[string]bool{}
	for i, id := range ids {
		l.term(indexed(field, i), vocab, id)
		if seen[id] {
			l.fieldFault(indexed(field, i), "%q occurs twice; keep one", clip(id))
		}
		seen[id] = true
	}
}

// practice runs every rule over an entry that could be read.
func (l *linter) practice(p *Practice) {
	l.identity(p)
	l.words(p)
	l.vocabularies(p)
	l.standing(p)
	l.placesRules(p)
	l.needed(p)
	l.sourceRules(p)
	l.figureRules(p)
	l.evidenceRules(p)
	l.harm(p)
}

// normal is the one Unicode form that names are compared in.
func normal(s string) string { return norm.NFC.String(strings.TrimSpace(s)) }
