package templates

import "path"

// A narrowing is a place on the page that has room for few letters: those of
// a phone 390 pixels wide.
type narrowing struct {
	keys    string // a pattern, as path.Match has it
	letters int
	place   string
}

// narrowings are all such places. The first that fits a message counts.
var narrowings = []narrowing{
	{"nav.main", 60, "a name that is only spoken"},
	{"nav.pages", 60, "a name that is only spoken"},
	{"nav.crumbs", 60, "a name that is only spoken"},
	{"nav.footer", 60, "a name that is only spoken"},
	{"nav.languages", 60, "a name that is only spoken"},
	{"nav.*", 18, "the navigation"},
	{"site.name", 18, "the masthead"},
	{"site.strapline", 46, "the masthead"},
	{"search.button", 12, "the search button"},
	{"search.hint", 26, "the search box"},
	{"view.*", 10, "the switch of views"},
	{"sort.*", 24, "the line of orders"},
	{"suggest.*", 16, "the list of suggestions"},
	{"list.filter_button", 28, "the filter button"},
	{"list.apply", 22, "the button under the filters"},
	{"list.previous", 22, "the line of pages"},
	{"list.next", 22, "the line of pages"},
	{"map.all", 8, "the zoom of the map"},
	{"figures.sort_*", 16, "the line of orders"},
	{"error.kicker", 16, "the line over the heading"},
}

// narrow finds the narrow place in which a message stands.
func narrow(key string) (narrowing, bool) {
	for _, n := range narrowings {
		if ok, err := path.Match(n.keys, key); err == nil && ok {
			return n, true
		}
	}
	return narrowing{}, false
}
