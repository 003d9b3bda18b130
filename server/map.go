package server

import (
	"cmp"
	"slices"
	"strings"

	"golang.org/x/text/collate"
	"golang.org/x/text/language"

	"opendoor/practices"
	"opendoor/practices/vocabulary"
	"opendoor/regions"
	"opendoor/search"
)

// mapPage is the answer to a query as a map, with the same in words beside it.
type mapPage struct {
	listPage
	Crumbs    []link
	Said      string
	Profile   link // the country or region in the catalogue
	Zooms     []link
	Out, All  string // to the larger maps
	Chart     *chart
	Motion    *motion // nil where the script is not built
	Key       []step
	Rolls     []mapRoll  // the world and regions: countries
	Groups    []mapGroup // a country: entries by place
	More      string     // how to see those beyond the last group
	Outside   []mapLine
	Lineage   []lineage
	Footnotes []string
	Takeaways []link
	Snippet   string // of HTML, to put the map on another site
	ListURL   string // the map whole
	EmbedURL  string
}

// A step is one shade of the map in the legend.
type step struct{ Class, Label string }

// A mapRoll is one region with its countries.
type mapRoll struct {
	Name, URL, Total, Wide string
	Lines                  []mapLine
}

// A mapLine is one country: where it leads, how many practices, which shade.
type mapLine struct {
	Name, URL, Class string
	N                int
}

// A mapGroup is one place of a country, or the country as a whole, and what is
// at work there.
type mapGroup struct {
	ID, Name string
	Entries  []mapEntry
}

type mapEntry struct{ Title, URL, Lang, Place, Kind, Since, CautionLabel string }

// legend are the shades of the map with the numbers that they stand for.
func (v *visit) legend() []step {
	number := func(n int) string { return v.number(float64(n)) }
	out := []step{{"m0", number(0)}}
	for _, s := range [][2]int{{1, 2}, {3, 5}, {6, 14}} {
		out = append(out, step{class(s[0]), v.say("map.span", "from", number(s[0]), "to", number(s[1]))})
	}
	return append(out, step{"m4", v.say("map.or_more", "n", 15)})
}

// everyMatch gives all practices that the query of a map finds, and the query
// as it was understood.
func (v *visit) everyMatch() (search.Query, []*practices.Practice, error) {
	return v.index.Entries(v.context(), mapQuery(v))
}

// canonicalMap is the query string of a map in its one form.
func canonicalMap(v *visit) string { return mapQuery(v).Values().Encode() }

func mapQuery(v *visit) search.Query {
	return search.ParseQuery(v.query, v.lang).WithPage(1).WithSort("")
}

// practiceMap serves the practices that match a query, as a map.
func practiceMap(v *visit) (page, error) {
	p, err := v.mapPage()
	if err != nil {
		return page{}, err
	}
	return page{template: "map", data: p}, nil
}

// embeddedMap serves the map alone, to be shown within a page of a partner.
func embeddedMap(v *visit) (page, error) {
	p, err := v.mapPage()
	if err != nil {
		return page{}, err
	}
	p.NoIndex = true
	return page{template: "embed", data: p}, nil
}

func (v *visit) mapPage() (*mapPage, error) {
	r, err := v.index.Search(v.context(), mapQuery(v))
	if err != nil {
		return nil, err
	}
	_, list, err := v.everyMatch()
	if err != nil {
		return nil, err
	}
	c := v.chart(r.Query, list)
	c.Label = v.say("map.label", "place", v.zoomName(c.zoom))
	p := &mapPage{listPage: v.listPage(r, "map"), Chart: c}
	if c.zoom.country == "" {
		p.Key = v.legend()
	}
	p.Title = v.mapTitle(r.Query, c.zoom)
	p.Heading = v.say("map.heading")
	if c.zoom != (zoom{}) {
		p.Heading = v.zoomName(c.zoom)
	}
	p.Description = v.say("map.description")
	p.place(v, "map")
	p.Said = v.mapSaid(c, list)
	p.zooms(v, r.Query)
	counts := c.counts
	if c.zoom.country != "" {
		p.groups(v, r.Query, list)
	} else {
		p.rolls(v, r.Query, list, counts)
	}
	p.Lineage = v.lineage(list)
	p.Footnotes = v.footnotes(counts)
	p.takeaways(v, r.Query)
	p.Motion = v.motion(r.Query)
	return p, nil
}

// zoomName is what a map shows, in words.
func (v *visit) zoomName(z zoom) string {
	switch {
	case z.country != "":
		return v.country(z.country)
	case z.some != "":
		var names []string
		for code := range strings.SplitSeq(z.some, ",") {
			names = append(names, v.country(regions.Code(code)))
		}
		return v.list(names)
	case z.region != "":
		return v.label("region", string(z.region))
	}
	return v.say("map.world")
}

// mapTitle says in words what a map shows of what.
func (v *visit) mapTitle(q search.Query, z zoom) string {
	parts := []string{v.zoomName(z)}
	if z == (zoom{}) {
		parts = []string{v.say("map.title")}
	}
	if words := v.queryWords(q); words != "" {
		parts = append(parts, words)
	}
	return strings.Join(parts, " – ")
}

// queryWords are the words and filters of a query, without its countries and
// regions where the map shows them anyway.
func (v *visit) queryWords(q search.Query) string {
	var words []string
	if q.Text != "" {
		words = append(words, v.say("map.quoted", "query", q.Text))
	}
	z := zoomOf(q)
	for _, g := range search.Groups() {
		if g == search.GroupRegion && z.region != "" || g == search.GroupCountry && z.country+regions.Code(z.some) != "" {
			continue
		}
		for _, value := range q.Chosen[g] {
			words = append(words, v.valueLabel(g, value))
		}
	}
	return strings.Join(words, ", ")
}

// mapSaid counts what the map shows: practices once each.
func (v *visit) mapSaid(c *chart, list []*practices.Practice) string {
	n, places := v.say("map.practices", "n", len(list)), v.placeCount(c)
	if c.zoom.country != "" {
		return v.say("map.said_country", "practices", n, "places", places)
	}
	return v.say("map.said", "practices", n, "countries", v.countryCount(c), "places", places)
}

// mapCount is the same without what to do next, for a picture.
func (v *visit) mapCount(c *chart, list []*practices.Practice) string {
	parts := []string{v.say("map.practices", "n", len(list))}
	if c.zoom.country == "" {
		parts = append(parts, v.countryCount(c))
	}
	return strings.Join(append(parts, v.placeCount(c)), " · ")
}

func (v *visit) placeCount(c *chart) string { return v.say("map.places", "n", c.places) }

func (v *visit) countryCount(c *chart) string {
	in := 0
	for code := range c.counts {
		in += btoi(c.zoom.has(code))
	}
	return v.say("list.place.countries", "n", in)
}

// zooms are the ways to smaller and larger maps of the same query.
func (p *mapPage) zooms(v *visit, q search.Query) {
	z := p.Chart.zoom
	world := v.listURL(zoomed(q, zoom{}), "map")
	p.Zooms = []link{{Label: v.say("map.world"), URL: world, Current: z == zoom{}}}
	for _, id := range vocabulary.Named("region").IDs() {
		region := regions.RegionID(id)
		if _, ok := regions.RegionView(region); ok {
			p.Zooms = append(p.Zooms, link{Label: v.label("region", id), URL: v.listURL(zoomed(q, zoom{region: region}), "map"), Current: z == zoom{region: region}})
		}
	}
	if z == (zoom{}) {
		return
	}
	p.All, p.Out = world, world
	p.Crumbs = []link{{Label: v.say("map.world"), URL: world}}
	if z != (zoom{region: z.region}) && z.region != "" {
		p.Out = v.listURL(zoomed(q, zoom{region: z.region}), "map")
		p.Crumbs = append(p.Crumbs, link{Label: v.label("region", string(z.region)), URL: p.Out})
	}
	p.Crumbs = append(p.Crumbs, link{Label: v.zoomName(z), Current: true})
	if z.country != "" {
		p.Profile = link{Label: v.say("map.profile", "place", v.zoomName(z)), URL: v.countryURL(z.country)}
	} else {
		p.Profile = link{Label: v.say("map.profile", "place", v.label("region", string(z.region))), URL: v.url("/regions/" + string(z.region))}
	}
}

// rolls says in words what a map of the world or of a region shows.
func (p *mapPage) rolls(v *visit, q search.Query, list []*practices.Practice, counts map[regions.Code]int) {
	z := p.Chart.zoom
	line := func(c regions.Country) mapLine {
		return mapLine{c.Names.In(v.lang), v.listURL(zoomed(q, zoom{country: c.Code}), "map"), class(counts[c.Code]), counts[c.Code]}
	}
	order := regions.ByName(v.lang)
	totals, wides := map[string]int{}, map[string]int{}
	for _, e := range list {
		for _, id := range v.places().regions[e] {
			totals[id]++
			wides[id] += btoi(len(e.Countries) == 0 && id != "global")
		}
	}
	for _, id := range vocabulary.Named("region").IDs() {
		total, wide := totals[id], wides[id]
		if total == 0 || z.region != "" && id != string(z.region) {
			continue
		}
		roll := mapRoll{Name: v.label("region", id), Total: v.say("map.practices", "n", total)}
		if _, ok := regions.RegionView(regions.RegionID(id)); !ok {
			roll.URL = v.listURL(zoomed(q, zoom{}).With(search.GroupRegion, id), "list")
		} else if z.region == "" {
			roll.URL = v.listURL(zoomed(q, zoom{region: regions.RegionID(id)}), "map")
		}
		if wide > 0 {
			roll.Wide = v.say("map.wide", "n", wide)
		}
		for _, c := range order {
			if counts[c.Code] > 0 && string(c.Region) == id {
				roll.Lines = append(roll.Lines, line(c))
			}
		}
		p.Rolls = append(p.Rolls, roll)
	}
	for _, c := range order {
		if counts[c.Code] > 0 && !slices.Contains(p.Chart.drawn, c.Code) {
			p.Outside = append(p.Outside, line(c))
		}
	}
}

// maxEntries is how many entries the list beside the map of a country has; the
// list itself is one step away.
const maxEntries = 150

// groups says in words what the map of a country shows: what is at work in the
// country as a whole, then place by place.
func (p *mapPage) groups(v *visit, q search.Query, list []*practices.Practice) {
	code := p.Chart.zoom.country
	whole := mapGroup{ID: "whole", Name: v.say("map.whole")}
	local := map[string]bool{}
	var groups []mapGroup
	shown := 0
	add := func(g *mapGroup, o *practices.Practice) {
		if shown < maxEntries {
			g.Entries = append(g.Entries, v.mapEntry(o))
		}
		shown++
	}
	for _, s := range v.places().spots(list) {
		if s.country != code {
			continue
		}
		g := mapGroup{ID: s.key(), Name: s.name}
		for _, o := range s.list {
			local[o.ID] = true
			add(&g, o)
		}
		if len(g.Entries) > 0 {
			groups = append(groups, g)
		}
	}
	c := collate.New(language.Make(v.lang))
	slices.SortStableFunc(groups, func(a, b mapGroup) int {
		return cmp.Or(c.CompareString(a.Name, b.Name), cmp.Compare(a.ID, b.ID))
	})
	for _, o := range list {
		if !local[o.ID] {
			add(&whole, o)
		}
	}
	if len(whole.Entries) > 0 {
		groups = append([]mapGroup{whole}, groups...)
	}
	p.Groups = groups
	if shown > maxEntries {
		p.More = v.listURL(q, "list")
	}
}

func (v *visit) mapEntry(o *practices.Practice) mapEntry {
	title, _, lang := v.words(o)
	e := mapEntry{Title: title, URL: v.url("/practices/" + o.ID), Lang: v.foreign(lang), Place: v.place(o), Kind: v.label("kind", o.Kind), Since: v.since(o)}
	if o.Cautioned() {
		e.CautionLabel = v.label("standing", o.Standing)
	}
	return e
}

// footnotes are the notes on names that the map or its list shows.
func (v *visit) footnotes(counts map[regions.Code]int) []string {
	var out []string
	for _, c := range regions.ByName(v.lang) {
		if counts[c.Code] == 0 {
			continue
		}
		switch c.Footnote {
		case "unscr-1244":
			out = append(out, v.say("map.note_unscr_1244", "country", c.Names.In(v.lang)))
		case "sovereignty-dispute":
			out = append(out, v.say("map.note_dispute", "country", c.Names.In(v.lang)))
		}
	}
	return out
}

// takeaways are the map and its data to carry off.
func (p *mapPage) takeaways(v *visit, q search.Query) {
	values := q.Values()
	p.Takeaways = []link{
		{Label: v.say("map.take_png"), URL: v.urlWith("/map.png", values)},
		{Label: v.say("map.take_svg"), URL: v.urlWith("/map.svg", values)},
		{Label: v.say("map.take_geojson"), URL: withQuery("/practices.geojson", values.Encode())},
	}
	p.ListURL = v.listURL(q, "map")
	p.EmbedURL = v.urlWith("/embed/map", values)
	host := cmp.Or(v.base, "https://example.org")
	p.Snippet = `<iframe src="` + strings.ReplaceAll(host+p.EmbedURL, "&", "&amp;") + `" width="100%" height="640" loading="lazy" title="` +
		strings.NewReplacer("&", "&amp;", `"`, "&quot;", "<", "&lt;").Replace(v.say("site.name")+" – "+p.Title) + `"></iframe>`
}

func withQuery(path, query string) string {
	if query == "" {
		return path
	}
	return path + "?" + query
}

// place says in the main navigation where the page is.
func (f *frame) place(v *visit, name string) {
	for i := range f.Nav {
		f.Nav[i].Current = f.Nav[i].URL == v.url("/"+name)
	}
}
