package templates

import (
	"cmp"
	"fmt"
	"html/template"
	"reflect"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/language"
)

// functions are what templates may call, speaking one language.
func (s *Set) functions(tag string) template.FuncMap {
	return template.FuncMap{
		"t":       func(key string, args ...any) string { return s.Message(tag, key, args...) },
		"n":       func(v any) (string, error) { return s.number(tag, v) },
		"date":    func(year, month, day int) string { return s.Date(tag, year, month, day) },
		"join":    func(items []string) string { return s.List(tag, items) },
		"lang":    func(of string) template.HTMLAttr { return foreign(tag, of) },
		"within":  func(around, of string) template.HTMLAttr { return within(tag, around, of) },
		"back":    func(from string) template.HTMLAttr { return back(tag, from) },
		"amount":  amount,
		"at":      at,
		"asset":   s.url,
		"first":   func() template.CSS { return template.CSS(s.first) },
		"options": func(name string, list []Option) template.HTML { return s.options(tag, name, list) },
		"spans":   spans,
	}
}

func (s *Set) number(tag string, v any) (string, error) {
	f, ok := numeric(v)
	if !ok {
		return "", fmt.Errorf("n: %v is not a number", v)
	}
	return s.Number(tag, f), nil
}

// foreign is the lang and dir attributes for text in the language of, where
// the page is in another; else nothing. What is no language tag is left out:
// a wrong lang is worse than none.
func foreign(page, of string) template.HTMLAttr {
	if of == "" || strings.EqualFold(page, of) {
		return ""
	}
	tag, err := language.Parse(of)
	if err != nil {
		return ""
	}
	return template.HTMLAttr(fmt.Sprintf(` lang="%s" dir="%s"`, tag, direction(tag)))
}

// back is the lang and dir of the page itself, for words of the interface that
// stand inside text in the language from; else nothing.
func back(page, from string) template.HTMLAttr {
	if foreign(page, from) == "" {
		return ""
	}
	return foreign("", page)
}

// Direction is that in which a language (BCP 47) is written, "ltr" or "rtl",
// by its script; "ltr" for what is no language.
func Direction(lang string) string {
	tag, err := language.Parse(lang)
	if err != nil {
		return "ltr"
	}
	return direction(tag)
}

// within is the lang and dir of text in one language that stands inside text
// in another; "" is the language of the page.
func within(page, around, of string) template.HTMLAttr {
	around, of = cmp.Or(around, page), cmp.Or(of, page)
	if strings.EqualFold(around, of) {
		return ""
	}
	return foreign("", of)
}

func direction(tag language.Tag) string {
	switch script, _ := tag.Script(); script.String() {
	case "Arab", "Hebr", "Syrc", "Thaa", "Nkoo", "Adlm", "Rohg":
		return "rtl"
	}
	return "ltr"
}

// amount is a number in words and digits, such as "more than 500", with the
// words set small: the digits are what the eye looks for.
func amount(text string) template.HTML {
	first := strings.IndexFunc(text, unicode.IsDigit)
	if first < 0 {
		return template.HTML("<small>" + template.HTMLEscapeString(text) + "</small>")
	}
	last := strings.LastIndexFunc(text, unicode.IsDigit)
	_, size := utf8.DecodeRuneInString(text[last:])
	before, digits, after := text[:first], text[first:last+size], text[last+size:]
	var b strings.Builder
	for _, part := range []struct {
		text string
		word bool
	}{{before, true}, {digits, false}, {after, true}} {
		escaped := template.HTMLEscapeString(part.text)
		if part.word && strings.ContainsFunc(part.text, unicode.IsLetter) {
			escaped = "<small>" + escaped + "</small>"
		}
		b.WriteString(escaped)
	}
	return template.HTML(b.String())
}

// at is the i-th of a list that runs beside another; nothing past its end.
func at(list any, i int) any {
	v := reflect.ValueOf(list)
	if v.Kind() != reflect.Slice || i < 0 || i >= v.Len() {
		return nil
	}
	return v.Index(i).Interface()
}
