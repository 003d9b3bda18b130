package server

import (
	"html/template"
)

// prosePage is a longer text of the site itself.
type prosePage struct {
	frame
	Heading  string
	HTML     template.HTML
	TextLang string // where it is not the page's
	TextDir  string
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
