package search

import (
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// A Query is what a reader asks of the catalogue: words, chosen filters, an
// order and a page. It is a value: the methods that change it return a copy.
// The zero Query asks for everything.
type Query struct {
	Text   string             // as typed; see parse.go and filters.go for what it can say
	Chosen map[Group][]string // values of filters: any within a group, and in every group
	Sort   Sort               // "" for what suits the query, see [Query.Order]
	Page   int                // from 1; 0 is the first too
	Lang   string             // of the reader's page; not part of the address's query

	// Verbatim asks for the words as they were typed: not for what they mean in
	// other words, not for other spellings. In addresses it is expand=0.
	Verbatim bool

	// cut are words that were typed beyond the limits, for the result to name.
	cut []string
}

// ParseQuery reads a query from the parameters of an address, for a page in
// lang. It takes any input: parameters and orders that it does not know are
// left out, values that no entry has are kept, so that the page can say so.
func ParseQuery(v url.Values, lang string) Query {
	q := Query{Lang: lang, Page: 1}
	q.Text, q.cut = clipText(clean(v.Get("q")))
	room := maxChosen
	for _, g := range Groups() {
		for _, value := range v[string(g)] {
			value = g.spell(value)
			switch {
			case value == "" || q.Has(g, value):
			case room == 0:
				q.cut = append(q.cut, value)
			default:
				q.choose(g, value)
				room--
			}
		}
	}
	if s := Sort(v.Get("sort")); slices.Contains(sorts, s) {
		q.Sort = s
	}
	q.Verbatim = v.Get("expand") == "0"
	if page, err := strconv.Atoi(v.Get("page")); err == nil && page > 1 {
		q.Page = min(page, maxResults/perPage)
	}
	q = q.takeFields()
	q.cut = q.cut[:min(len(q.cut), maxChosen)]
	return q.settled()
}

// Values gives the parameters of the query as every address has them: each
// query has one, without what is the default anyway.
func (q Query) Values() url.Values {
	q = q.settled()
	v := url.Values{}
	if q.Text != "" {
		v.Set("q", q.Text)
	}
	for g, values := range q.Chosen {
		v[string(g)] = slices.Sorted(slices.Values(values))
	}
	if q.Sort != "" {
		v.Set("sort", string(q.Sort))
	}
	if q.Verbatim {
		v.Set("expand", "0")
	}
	if q.Page > 1 {
		v.Set("page", strconv.Itoa(q.Page))
	}
	return v
}

// settled leaves out an order that the query has anyway. Best is an order of
// what was typed, so without text it is none.
func (q Query) settled() Query {
	if q.Sort == (Query{Text: q.Text}).Order() || q.Sort == SortBest && q.Text == "" {
		q.Sort = ""
	}
	q.Verbatim = q.Verbatim && q.Text != ""
	return q
}

// WithVerbatim asks for the words as typed, or takes that back.
func (q Query) WithVerbatim(yes bool) Query {
	q.Page, q.Verbatim = 1, yes
	return q.settled()
}

// Order is the order of the results: the chosen one, else the best match for
// a text, else the strength of the evidence.
func (q Query) Order() Sort {
	switch {
	case q.Sort != "":
		return q.Sort
	case q.Text != "":
		return SortBest
	}
	return SortEvidence
}

// Has says whether a value of a group is chosen.
func (q Query) Has(g Group, value string) bool { return slices.Contains(q.Chosen[g], value) }

// Narrowed says whether the query asks for less than everything.
func (q Query) Narrowed() bool { return q.Text != "" || len(q.Chosen) > 0 }

// With chooses more values of a group. Like every change but that of the
// page it leads to the first page.
func (q Query) With(g Group, values ...string) Query {
	q.Page, q.Chosen = 1, maps.Clone(q.Chosen)
	var more []string
	for _, value := range values {
		if value = g.spell(value); value != "" && g.index() >= 0 {
			more = append(more, value)
		}
	}
	if len(more) > 0 {
		q.choose(g, more...)
	}
	return q
}

// Without takes a value of a group back.
func (q Query) Without(g Group, value string) Query {
	q.Page, q.Chosen = 1, maps.Clone(q.Chosen)
	left := slices.DeleteFunc(slices.Clone(q.Chosen[g]), func(v string) bool { return v == value })
	if len(left) > 0 {
		q.Chosen[g] = left
		return q
	}
	if delete(q.Chosen, g); len(q.Chosen) == 0 {
		q.Chosen = nil
	}
	return q
}

// WithText asks for other words.
func (q Query) WithText(text string) Query {
	q.Page = 1
	q.Text, q.cut = clipText(clean(text))
	return q.takeFields().settled()
}

// WithSort asks for another order.
func (q Query) WithSort(s Sort) Query {
	q.Page, q.Sort = 1, s
	return q.settled()
}

// WithPage asks for another page, from 1.
func (q Query) WithPage(page int) Query {
	q.Page = max(page, 1)
	return q
}

// Cleared takes all filters back and keeps the text and the order.
func (q Query) Cleared() Query {
	q.Page, q.Chosen = 1, nil
	return q
}

// choose adds values without touching what other copies of the query share.
func (q *Query) choose(g Group, values ...string) {
	if q.Chosen == nil {
		q.Chosen = map[Group][]string{}
	}
	all := slices.Concat(q.Chosen[g], values)
	slices.Sort(all)
	q.Chosen[g] = slices.Compact(all)
}

// clean makes a text of whatever was sent: valid, composed, in one line, and
// without the characters that are not seen but turn the letters round them.
func clean(s string) string {
	// A page sends at most some kilobytes; the rest is no text of a reader.
	if len(s) > 16*maxBytes {
		s = s[:16*maxBytes]
	}
	s = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case r == utf8.RuneError, unicode.IsControl(r), 0x202A <= r && r <= 0x202E, 0x2066 <= r && r <= 0x2069, r == 0xFEFF:
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, ""))
	return strings.Join(strings.Fields(norm.NFC.String(s)), " ")
}

// clipText cuts a text to the limits, between words where it can, and gives
// the words that fell off.
func clipText(s string) (kept string, cut []string) {
	kept = clipRunes(s, maxRunes)
	for len(kept) > maxBytes {
		_, n := utf8.DecodeLastRuneInString(kept)
		kept = kept[:len(kept)-n]
	}
	if len(kept) == len(s) {
		return s, nil
	}
	if space := strings.LastIndexByte(kept, ' '); space > 0 && s[len(kept)] != ' ' {
		kept = kept[:space]
	}
	kept = strings.TrimSpace(kept)
	cut = strings.Fields(s[len(kept):])
	for i := range cut {
		cut[i] = clipRunes(cut[i], maxValue)
	}
	return kept, cut
}

func clipRunes(s string, n int) string {
	for i := range s {
		if n == 0 {
			return s[:i]
		}
		n--
	}
	return s
}
