package server

import (
	"fmt"
	"strings"
	"unicode"

	"opendoor/practices"
)

// A difference is one field or section in which two texts differ, word by word.
type difference struct {
	Field   string // as a form calls it
	Heading string // of a section as written
	On      string // the name of the field for a comment
	Pieces  []diffPiece
}

// A diffPiece is a run of words that stands in both texts or in one.
type diffPiece struct {
	Removed, Added bool
	Runs           []textRun
}

// A textRun is text as it is read, or a sign that nobody would see, by its
// name.
type textRun struct{ Text, Sign string }

// differences are the fields in which two texts differ, as an editor reads
// them.
func (v *visit) differences(older, newer []byte) []difference {
	f := form{v: v}
	var out []difference
	for _, c := range practices.Compare(older, newer) {
		d := difference{Heading: c.Heading, On: sectionOf(c.Heading)}
		if c.Heading == "" {
			d.Field, d.On = f.fieldName(c.Field), c.Field
		}
		for i, p := range c.Pieces {
			if p.Kind == practices.Same {
				p.Text = around(p.Text, i == 0, i == len(c.Pieces)-1)
			}
			d.Pieces = append(d.Pieces, diffPiece{p.Kind == practices.Removed, p.Kind == practices.Added, textRuns(p.Text)})
		}
		out = append(out, d)
	}
	return out
}

// fieldName is what a field of the file is called by the form, or its name in the
// format where the form does not ask for it.
func (f *form) fieldName(field string) string {
	if said := f.v.say("field." + field); said != "field."+field {
		return said
	}
	return field
}

// sectionOf is the section that a heading stands for, "" for none of ours.
func sectionOf(heading string) string {
	p := parsed("---\n---\n## " + heading + "\n.\n")
	if heading == "" || len(p.Sections) == 0 {
		return ""
	}
	return p.Sections[0].ID
}

// textRuns takes a text apart where it has signs that nobody sees and that can
// deceive: controls, marks that turn the direction of a line, spaces of no
// width. The joiners of Arabic, Persian and Urdu stay as they are.
func textRuns(text string) []textRun {
	var out []textRun
	begin := 0
	for i, r := range text {
		if !unseen(r) {
			continue
		}
		if i > begin {
			out = append(out, textRun{Text: text[begin:i]})
		}
		out = append(out, textRun{Sign: fmt.Sprintf("U+%04X", r)})
		begin = i + len(string(r))
	}
	if begin < len(text) {
		out = append(out, textRun{Text: strings.ToValidUTF8(text[begin:], "\uFFFD")})
	}
	return out
}

func unseen(r rune) bool {
	switch {
	case r == '\n', r == '\t':
		return false
	case r >= 0x202A && r <= 0x202E, r >= 0x2066 && r <= 0x2069, r == 0x200B, r == 0x2060, r == 0xFEFF, r == 0x00AD:
		return true
	}
	return unicode.IsControl(r)
}
