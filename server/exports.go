package server

import (
	"bytes"
	"encoding/csv"
	"encoding/xml"
	"net/url"
	"strings"
	"time"

	"opendoor/practices"
	"opendoor/search"
)

// everything finds all hits of a query.
func (v *visit) everything() (search.Query, []search.Hit, error) {
	return v.index.All(v.context(), search.ParseQuery(v.query, v.lang))
}

// columns are those of the CSV export; docs/api.md says what each holds.
// Standing and caution stand side by side, so that no copy loses its warning.
var columns = []struct {
	name string
	of   func(*visit, search.Hit) string
}{
	{"id", func(_ *visit, h search.Hit) string { return h.Practice.ID }},
	{"title", func(_ *visit, h search.Hit) string { return h.Title.Text }},
	{"summary", func(_ *visit, h search.Hit) string { return h.Summary.Text }},
	{"lang", func(_ *visit, h search.Hit) string { return h.Lang }},
	{"countries", func(_ *visit, h search.Hit) string {
		var list []string
		for _, c := range h.Practice.Countries {
			list = append(list, string(c))
		}
		return strings.Join(list, " ")
	}},
	{"region", func(_ *visit, h search.Hit) string { return h.Practice.Region() }},
	{"kind", func(_ *visit, h search.Hit) string { return h.Practice.Kind }},
	{"standing", func(_ *visit, h search.Hit) string { return h.Practice.Standing }},
	{"caution", func(v *visit, h search.Hit) string { return v.caution(h.Practice) }},
	{"status", func(_ *visit, h search.Hit) string { return h.Practice.Status }},
	{"as_of", func(_ *visit, h search.Hit) string { return h.Practice.AsOf.String() }},
	{"started", func(_ *visit, h search.Hit) string { return h.Practice.Started.String() }},
	{"evidence", func(_ *visit, h search.Hit) string { return h.Practice.Evidence.Level }},
	{"review", func(_ *visit, h search.Hit) string { return h.Practice.Review.State }},
	{"populations", func(_ *visit, h search.Hit) string { return strings.Join(h.Practice.Populations, " ") }},
	{"measures", func(_ *visit, h search.Hit) string { return strings.Join(h.Practice.Measures, " ") }},
	{"elements", func(_ *visit, h search.Hit) string { return strings.Join(h.Practice.Elements, " ") }},
	{"newest_source", func(_ *visit, h search.Hit) string { return h.Practice.Fresh().String() }},
	{"url", func(v *visit, h search.Hit) string { return v.base + v.url("/practices/"+h.Practice.ID) }},
}

// exportCSV serves the result set as a table for spreadsheets.
func exportCSV(v *visit) (page, error) {
	_, hits, err := v.everything()
	if err != nil {
		return page{}, err
	}
	var b bytes.Buffer
	b.WriteString("\uFEFF") // without it spreadsheets take Arabic for Latin letters
	w := csv.NewWriter(&b)
	row := make([]string, len(columns))
	for i, c := range columns {
		row[i] = c.name
	}
	w.Write(row)
	for _, h := range hits {
		for i, c := range columns {
			row[i] = harmless(c.of(v, h))
		}
		w.Write(row)
	}
	w.Flush()
	return page{body: b.Bytes(), mime: "text/csv; charset=utf-8"}, w.Error()
}

// harmless keeps a spreadsheet from running a text as a formula.
func harmless(s string) string {
	if s != "" && strings.ContainsRune("=+-@\t\r", rune(s[0])) {
		return "'" + s
	}
	return s
}

// feed is the result set of a query as Atom (RFC 4287), the newest first, so
// that a saved search can be followed.
type feed struct {
	XMLName xml.Name    `xml:"http://www.w3.org/2005/Atom feed"`
	Lang    string      `xml:"xml:lang,attr"`
	ID      string      `xml:"id"`
	Title   string      `xml:"title"`
	Updated string      `xml:"updated"`
	Author  string      `xml:"author>name"`
	Rights  string      `xml:"rights"`
	Links   []feedLink  `xml:"link"`
	Entries []feedEntry `xml:"entry"`
}

type feedLink struct {
	Rel  string `xml:"rel,attr"`
	Href string `xml:"href,attr"`
}

type feedEntry struct {
	Lang    string   `xml:"xml:lang,attr"`
	ID      string   `xml:"id"`
	Title   string   `xml:"title"`
	Updated string   `xml:"updated"`
	Link    feedLink `xml:"link"`
	Summary string   `xml:"summary"`
}

// maxFeed is how many entries a feed holds: readers of feeds keep what they
// have seen.
const maxFeed = 50

// tagBase names things in feeds for ever, whatever host serves them (RFC 4151).
const tagBase = "tag:opendoor,2026:"

func exportAtom(v *visit) (page, error) {
	v.query = withSort(v.query, search.SortNewest)
	q, hits, err := v.everything()
	if err != nil {
		return page{}, err
	}
	values := q.WithPage(1).Values()
	f := feed{
		Lang: v.lang, ID: tagBase + "practices?" + values.Encode(), Title: v.listTitle(q) + " – " + v.say("site.name"),
		Author: v.say("site.name"), Rights: "CC BY 4.0",
		Links: []feedLink{{"self", v.base + v.urlWith("/practices.atom", values)}, {"alternate", v.base + v.urlWith("/practices", values)}},
	}
	var newest practices.Date
	for _, h := range hits[:min(len(hits), maxFeed)] {
		p := h.Practice
		if p.Fresh().After(newest) {
			newest = p.Fresh()
		}
		title, summary := v.digits(h.Lang, h.Title.Text), v.digits(h.Lang, h.Summary.Text)
		if p.Cautioned() {
			summary = v.label("standing", p.Standing) + ". " + v.caution(p) + " " + summary
		}
		f.Entries = append(f.Entries, feedEntry{
			Lang: h.Lang, ID: tagBase + "practices/" + p.ID, Title: v.say("map.dot", "place", v.place(p), "title", title), Updated: stamp(p.Fresh(), v.now),
			Link: feedLink{"alternate", v.base + v.url("/practices/"+p.ID)}, Summary: summary,
		})
	}
	f.Updated = stamp(newest, v.now)
	out, err := xml.MarshalIndent(f, "", "  ")
	if err != nil {
		return page{}, err
	}
	return page{body: append([]byte(xml.Header), out...), mime: "application/atom+xml; charset=utf-8"}, nil
}

// stamp writes a date as Atom does. A date that is only a year counts as its
// end, and none lies in the future.
func stamp(d practices.Date, now time.Time) string {
	t := d.Time()
	if t.After(now) {
		t = now
	}
	return t.UTC().Format(time.RFC3339)
}

func withSort(q url.Values, s search.Sort) url.Values {
	out := url.Values{}
	for k, v := range q {
		out[k] = v
	}
	out.Set("sort", string(s))
	return out
}
