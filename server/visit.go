package server

import (
	"fmt"
	"html/template"
	"log/slog"
	"net/url"
	"time"

	"opendoor/templates"
)

// A visit is all that a page depends on: a generation, a language, a path and
// a query. Two visits that are alike get the same bytes.
type visit struct {
	*generation
	set    *templates.Set
	log    *slog.Logger
	lang   string // of the interface
	dir    string
	path   string // without the language: "/practices/mx-0004"
	query  url.Values
	params map[string]string // named parts of the path
	forms  bool              // whether people can send anything
	in     bool              // whether the page is for somebody who is signed in, whose page it is
	base   string            // address of the site for whole links; "" when not set
	now    time.Time
	pack   *packing // what the page is packed in; nil for one that is served
}

// say gives an interface message in the language of the visit.
func (v *visit) say(key string, args ...any) string { return v.set.Message(v.lang, key, args...) }

// number writes a number in the way of the language.
func (v *visit) number(n float64) string { return v.set.Number(v.lang, n) }

// day writes the day of a moment, "" for none.
func (v *visit) day(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	year, month, day := t.UTC().Date()
	return v.set.Date(v.lang, year, int(month), day)
}

// moment writes a time to the minute.
func (v *visit) moment(t time.Time) string {
	return v.say("date.moment", "day", v.day(t), "time", v.digits(v.lang, t.UTC().Format("15:04")))
}

// digits writes the numbers of a text in a language with the digits that the
// site writes this language with.
func (v *visit) digits(lang, text string) string { return v.set.Digits(lang, text) }

// list joins words as the language does: "a, b and c".
func (v *visit) list(items []string) string { return v.set.List(v.lang, items) }

// url gives the address of a path of the site in the language of the visit.
func (v *visit) url(path string) string { return inLanguage(v.lang, path) }

// urlWith adds a query to an address.
func (v *visit) urlWith(path string, query url.Values) string {
	if len(query) == 0 {
		return v.url(path)
	}
	return v.url(path) + "?" + query.Encode()
}

// inLanguage puts the prefix of a language before a path. English has none.
func inLanguage(lang, path string) string {
	if lang == defaultLanguage {
		return path
	}
	if path == "/" {
		return "/" + lang
	}
	return "/" + lang + path
}

const defaultLanguage = "en"

// dirOf is the direction in which a language is written.
func dirOf(lang string) string { return templates.Direction(lang) }

// A page is what a view gives: the name of a template and what it is filled
// with, or a finished body of another type.
type page struct {
	template string
	data     any
	body     []byte
	mime     string
}

// A view makes the page of a visit. It returns its error and writes nothing.
type view func(*visit) (page, error)

// prose gives a longer text of the interface, such as the accessibility
// statement.
func (v *visit) prose(name string) (html template.HTML, lang string, err error) {
	html, own := v.set.Prose(v.lang, name)
	if html == "" {
		return "", "", fmt.Errorf("no text %q", name)
	}
	if !own {
		return html, defaultLanguage, nil
	}
	return html, v.lang, nil
}
