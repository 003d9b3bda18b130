package templates

import (
	"html/template"
	"strings"
)

// An Option is one of many boxes to tick, with how many there are behind it.
type Option struct {
	Value, Label string
	Lang         string // of the label, where it is not the page's
	Count        int
	Selected     bool
}

// A Span is a piece of text, marked when it is what the reader searched for.
type Span struct {
	Text string
	Mark bool
}

// The options of all filters are most of a page of results, some hundreds, and
// the marks are most of the rest. To write them here and not as a template
// takes a tenth of the time, which is what a reader of results waits for most.

// options writes boxes to tick, that send values under a name.
func (s *Set) options(tag, name string, list []Option) template.HTML {
	sp := s.in(tag)
	name = template.HTMLEscapeString(name)
	var b strings.Builder
	for _, o := range list {
		if o.Count == 0 {
			b.WriteString("\n<label class=\"none\"><input type=\"checkbox\" name=\"")
		} else {
			b.WriteString("\n<label><input type=\"checkbox\" name=\"")
		}
		b.WriteString(name)
		b.WriteString(`" value="`)
		b.WriteString(template.HTMLEscapeString(o.Value))
		b.WriteByte('"')
		if o.Selected {
			b.WriteString(" checked")
		}
		b.WriteByte('>')
		if o.Lang != "" {
			b.WriteString("<span" + string(foreign(tag, o.Lang)) + ">")
		}
		b.WriteString(template.HTMLEscapeString(o.Label))
		if o.Lang != "" {
			b.WriteString("</span>")
		}
		b.WriteString(" <small>" + template.HTMLEscapeString(sp.number(float64(o.Count))) + "</small></label>")
	}
	return template.HTML(b.String())
}

// spans writes a text with its marks.
func spans(list []Span) template.HTML {
	var b strings.Builder
	for _, s := range list {
		if s.Mark {
			b.WriteString("<mark>" + template.HTMLEscapeString(s.Text) + "</mark>")
		} else {
			b.WriteString(template.HTMLEscapeString(s.Text))
		}
	}
	return template.HTML(b.String())
}
