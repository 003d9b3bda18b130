package server

import (
	"net/url"
	"strings"

	"opendoor/search"
)

// suggestionJSON is one thing to offer while somebody types. The text comes in
// pieces, as the page marks what was typed.
type suggestionJSON struct {
	Text string `json:"text"`
	Kind string `json:"kind"` // in words, in the language of the page
	URL  string `json:"url"`
	N    string `json:"n,omitempty"` // practices behind it
	Lang string `json:"lang,omitempty"`
}

// suggest serves what might be meant by the beginning of a search.
func suggest(v *visit) (page, error) {
	list := []suggestionJSON{}
	for _, s := range v.index.Suggest(typed(v), v.lang) {
		out := suggestionJSON{Text: s.Text, Kind: v.say("suggest." + s.Kind), URL: v.suggested(s)}
		if s.Count > 0 {
			out.N = v.number(float64(s.Count))
		}
		list = append(list, out)
	}
	return asJSON(list)
}

// maxTyped is as much of a search as suggestions are made for.
const maxTyped = 60

// typed is the beginning of the search; one longer than that has no
// suggestions.
func typed(v *visit) string {
	q := strings.ToValidUTF8(v.query.Get("q"), "")
	if len(q) > 4*maxTyped {
		return ""
	}
	return q
}

// suggested is where a suggestion leads.
func (v *visit) suggested(s search.Suggestion) string {
	switch s.Kind {
	case "country":
		return v.url("/countries/" + strings.ToLower(s.Value))
	case "entry":
		return v.url("/practices/" + s.Value)
	case "glossary":
		return v.url("/glossary/" + s.Value)
	case "term":
		return v.urlWith("/practices", search.Query{}.With(s.Group, s.Value).Values())
	}
	return v.urlWith("/practices", url.Values{"q": {s.Text}})
}

func canonicalTyped(v *visit) string { return url.Values{"q": {typed(v)}}.Encode() }
