package server

import (
	"html/template"

	"opendoor/regions"
	"opendoor/server/drawing"
)

// prosePage is a longer text of the site itself.
type prosePage struct {
	frame
	Heading  string
	HTML     template.HTML
	TextLang string // where it is not the page's
	TextDir  string
}

// licences serves in full the licences that ask for it, of what is built into
// the program and is no code: names and fonts.
func licences(*visit) (page, error) {
	return page{body: []byte("NAMES OF COUNTRIES\n\n" + regions.NamesLicence + "\n\n" + drawing.Licences), mime: "text/plain; charset=utf-8"}, nil
}

// prose makes the view of a text that has one page of its own.
func prose(name string) view {
	return func(v *visit) (page, error) {
		html, lang, err := v.prose(name)
		if err != nil {
			return page{}, err
		}
		p := prosePage{frame: v.frame("", v.say("prose."+name)), Heading: v.say("prose." + name), HTML: html, TextLang: v.foreign(lang), TextDir: dirOf(lang)}
		return page{template: "prose", data: p}, nil
	}
}
