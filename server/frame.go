package server

import (
	"strings"
)

// A link is a way to another page. Lang is the language of its label where
// that differs from the page's.
type link struct {
	Label, URL string
	Current    bool
	Lang       string
}

// A frame is what every page has around its own matter.
type frame struct {
	Lang, Dir   string
	Title       string // without the name of the site
	Description string
	Suggest     string // address of suggestions
	Home        string
	Nav         []link
	Languages   []link // this page in each language of the interface, English first
	Site        string // address of the site before all paths; "" when not set
	Footer      []link
	Canonical   string
	NoIndex     bool
	LogOut      string // where somebody who is signed in signs out, on pages for them alone
	Copy        string // that the page is a copy for use without internet, and of when
}

// frame builds the frame of a page that stands under a place of the main
// navigation ("practices"), or under none.
func (v *visit) frame(place, title string) frame {
	f := frame{
		Lang: v.lang, Dir: v.dir, Title: title,
		Suggest: v.url("/suggest"), Home: v.url("/"), Site: v.base,
	}
	if v.pack != nil {
		f.Suggest = "" // asks a server
		f.Copy = v.say("pack.copy", "date", v.day(v.now))
	}
	for _, p := range []string{"practices", "map", "countries", "figures", "glossary", "workshops", "contribute"} {
		if v.pack != nil && v.pack.target(v.url("/"+p)) == "" {
			continue
		}
		f.Nav = append(f.Nav, link{Label: v.say("nav." + p), URL: v.url("/" + p), Current: p == place})
	}
	query := ""
	if q := v.keptQuery(); q != "" {
		query = "?" + q
	}
	for _, l := range v.set.Languages() {
		if v.pack != nil {
			if v.pack.has(l.Tag) {
				f.Languages = append(f.Languages, v.pack.language(l.Tag, l.Name, v))
			}
			continue
		}
		f.Languages = append(f.Languages, link{Label: l.Name, URL: inLanguage(l.Tag, v.path) + query, Current: l.Tag == v.lang, Lang: l.Tag})
	}
	for _, p := range []string{"about", "accessibility", "licences"} {
		f.Footer = append(f.Footer, link{Label: v.say("nav." + p), URL: v.url("/" + p)})
	}
	if v.base != "" && v.pack == nil {
		f.Canonical = v.base + v.url(v.path) + query
	}
	return f
}

// keptQuery is the part of the query that another language of the same page
// needs too: that of a list or of a table of figures.
func (v *visit) keptQuery() string {
	switch {
	case v.path == "/map", v.path == "/embed/map":
		return canonicalMap(v)
	case v.path == "/compare":
		return canonicalCompare(v)
	case v.path == "/choose":
		return canonicalChoice(v)
	case v.path == "/practices":
		return canonicalList(v)
	case strings.HasPrefix(v.path, "/figures/"):
		return canonicalIndicator(v)
	}
	return ""
}
