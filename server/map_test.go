package server

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"image"
	"image/png"
	"io"
	"maps"
	"math"
	"math/rand/v2"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"golang.org/x/net/html"

	"opendoor/practices"
	"opendoor/regions"
	"opendoor/search"
)

// node finds the elements of a page that a test asks for.
func nodes(t *testing.T, s *Server, address string, want func(*html.Node) bool) []*html.Node {
	t.Helper()
	w := get(s, address)
	if w.Code != 200 {
		t.Fatalf("%s: status %d", address, w.Code)
	}
	doc, err := html.Parse(w.Body)
	if err != nil {
		t.Fatal(err)
	}
	var out []*html.Node
	for n := range doc.Descendants() {
		if n.Type == html.ElementNode && want(n) {
			out = append(out, n)
		}
	}
	return out
}

func attr(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

// within says whether a node lies within an element of a kind.
func within(n *html.Node, element string) bool {
	for p := n.Parent; p != nil; p = p.Parent {
		if p.Data == element {
			return true
		}
	}
	return false
}

// TestEveryCountryIsOnTheMap looks, in every language, for a link in the
// figure and one in the words beside it for every country that entries name.
func TestEveryCountryIsOnTheMap(t *testing.T) {
	s := newServer(t, nil)
	g := s.take()
	defer g.release()
	for _, lang := range languages(t) {
		drawn, said := map[string]bool{}, map[string]bool{}
		for _, a := range nodes(t, s, inLanguage(lang, "/map"), func(n *html.Node) bool { return n.Data == "a" }) {
			if within(a, "svg") {
				drawn[attr(a, "href")] = true
				if title := a.FirstChild; title == nil || title.Data != "title" || title.FirstChild == nil {
					t.Errorf("%s: a mark that leads to %s has no name", lang, attr(a, "href"))
				}
			} else {
				said[attr(a, "href")] = true
			}
		}
		for code := range g.catalogue.Countries() {
			to := inLanguage(lang, "/map") + "?country=" + string(code)
			if !drawn[to] || !said[to] {
				t.Errorf("%s: %s is drawn: %v, said: %v", lang, code, drawn[to], said[to])
			}
		}
	}
}

// TestMapOfEveryCountry asks for the map of each country of the world, with
// entries and without, with an entry that covers all of them: it is there,
// and its figure is whole.
func TestMapOfEveryCountry(t *testing.T) {
	t.Parallel()
	var all []string
	for _, c := range regions.Countries() {
		all = append(all, string(c.Code))
	}
	s := newServer(t, generated(entrySpec{id: "int-0001", countries: all}))
	marks := map[string]bool{}
	for _, a := range nodes(t, s, "/map", func(n *html.Node) bool { return n.Data == "a" && within(n, "svg") }) {
		marks[attr(a, "href")] = true
	}
	for _, c := range regions.Countries() {
		_, onMap := regions.PointOf(c.Code)
		if marks["/map?country="+string(c.Code)] != onMap {
			t.Errorf("%s: on the map of the world: %v", c.Code, !onMap)
		}
		drawn := nodes(t, s, "/map?country="+string(c.Code), func(n *html.Node) bool {
			return (n.Data == "path" || n.Data == "circle") && within(n, "figure") && within(n, "a")
		})
		if len(drawn) == 0 {
			t.Errorf("%s: nothing is drawn", c.Code)
		}
	}
	for _, r := range regions.Regions() {
		if n := len(nodes(t, s, "/map?region="+string(r.ID), func(n *html.Node) bool { return n.Data == "a" && within(n, "svg") })); n < len(r.Countries)/2 {
			t.Errorf("%s: only %d countries of %d lead anywhere", r.ID, n, len(r.Countries))
		}
	}
}

var pathRing = regexp.MustCompile(`M-?[\d.]+[ -][\d.]+l([-\d. ]+)z?`)

// TestPathsAreWhole reads every path of the maps back: none is empty, and none
// has a ring that would end it early in a browser.
func TestPathsAreWhole(t *testing.T) {
	s := newServer(t, nil)
	for _, address := range []string{"/map", "/map?region=europe", "/map?region=asia-pacific", "/map?country=MX", "/map?country=MT", "/map?country=RU", "/map?country=FJ", "/map?country=TH&country=MY"} {
		for _, n := range nodes(t, s, address, func(n *html.Node) bool { return n.Data == "path" && within(n, "figure") }) {
			d := attr(n, "d")
			rest := pathRing.ReplaceAllString(d, "")
			if d == "" || rest != "" {
				t.Errorf("%s: a path has %q that is no ring", address, rest[:min(len(rest), 60)])
			}
			for _, m := range pathRing.FindAllStringSubmatch(d, -1) {
				if attr(n, "class") != "unsettled" && len(strings.Fields(strings.ReplaceAll(m[1], "-", " -"))) < 4 {
					t.Errorf("%s: a ring of fewer than three points: %s", address, m[0])
				}
			}
		}
	}
}

// TestMapFollowsTheQuery checks that map and list are views of one query: the
// same total, the same filters, and ways from one to the other that keep both.
func TestMapFollowsTheQuery(t *testing.T) {
	s := newServer(t, nil)
	tally := regexp.MustCompile(`<h2 id="tally">([^<]*)`)
	for _, q := range []string{"", "?population=families", "?q=foster+care", "?country=MX&kind=law", "?region=europe&measure=case-management", "?q=zzzzz", "?fresh=stale", "?year=2015..2019"} {
		list, m := get(s, "/practices"+q).Body.String(), get(s, "/map"+q).Body.String()
		a, b := tally.FindStringSubmatch(list), tally.FindStringSubmatch(m)
		if a == nil || b == nil || a[1] != b[1] {
			t.Errorf("%s: the list says %q, the map %q", q, a, b)
		}
		query := strings.TrimPrefix(q, "?")
		if other := get(s, "/practices?view=map&"+query).Body.String(); tally.FindString(other) != b[0] || !strings.Contains(other, `<figure class="map`) {
			t.Errorf("%s: view=map is another page than /map", q)
		}
		if back := strings.NewReplacer("&", "&amp;", "+", "&#43;").Replace(withQuery("/practices", canonicalOf(query))); !strings.Contains(m, `href="`+back+`"`) {
			t.Errorf("%s: the map has no way back to %s", q, back)
		}
	}
	// A country keeps the filters on the way in, and the word that was typed.
	body := get(s, "/map?population=families&q=care").Body.String()
	if !strings.Contains(body, `href="/map?country=`) || !strings.Contains(body, `population=families&amp;q=care"`) {
		t.Error("the countries of a map forget the query")
	}
}

func canonicalOf(query string) string {
	v, _ := url.ParseQuery(query)
	return search.ParseQuery(v, "en").Values().Encode()
}

// TestEveryMatch compares the shorter way to all practices of a query with
// paging through the result.
func TestEveryMatch(t *testing.T) {
	s := newServer(t, nil)
	g := s.take()
	defer g.release()
	for _, query := range []string{"", "population=families", "population=families&population=children&region=europe", "country=MX", "fresh=stale", "lang=es", "year=2019", "q=children", "standing=contested"} {
		values, _ := url.ParseQuery(query)
		v := &visit{generation: g, set: s.set, log: s.options.Log, lang: "en", query: values, now: time.Now()}
		r, err := v.index.Search(t.Context(), mapQuery(v))
		if err != nil {
			t.Fatal(err)
		}
		_, list, err := v.everyMatch()
		if err != nil || len(list) != r.Total {
			t.Errorf("%s: %d practices of %d: %v", query, len(list), r.Total, err)
		}
	}
}

// TestCountryEntriesAreNoPins has three entries: of a town, of its country as
// a whole, and of a region. Only the town is a circle.
func TestCountryEntriesAreNoPins(t *testing.T) {
	s := newServer(t, generated(
		entrySpec{id: "zm-0001", countries: []string{"ZM"}, places: []practices.Place{{Name: "Sesheke", Precision: "city", Lat: -17.47, Lon: 24.3}}},
		entrySpec{id: "zm-0002", countries: []string{"ZM"}},
		entrySpec{id: "afr-0001"},
	))
	for address, want := range map[string][]string{"/map": {"/practices/zm-0001"}, "/map?region=africa": {"/practices/zm-0001"}, "/map?country=ZM": {"/practices/zm-0001"}} {
		var circles []string
		for _, n := range nodes(t, s, address, func(n *html.Node) bool { return n.Data == "a" && attr(n, "class") == "dot" }) {
			circles = append(circles, attr(n, "href"))
		}
		if !slices.Equal(circles, want) {
			t.Errorf("%s: circles lead to %v, want %v", address, circles, want)
		}
	}
	if body := get(s, "/map?country=ZM").Body.String(); !strings.Contains(body, "Whole country") || !strings.Contains(body, "zm-0002") {
		t.Error("an entry of the whole country is not said to be one")
	}
	if w := get(s, "/practices/zm-0002/map.svg"); w.Code != 404 {
		t.Errorf("an entry without places has a picture: %d", w.Code)
	}
	if w := get(s, "/practices/zm-0001/map.svg"); w.Code != 200 || !strings.Contains(w.Body.String(), "<circle") {
		t.Errorf("an entry with a place has no picture: %d", w.Code)
	}
}

// TestClusters puts spots at random and checks that circles keep their
// distance, count every practice once, and come out the same twice.
func TestClusters(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	var spots []*spot
	for i := range 900 {
		spots = append(spots, &spot{at: regions.Point{X: 10000 * r.Float64(), Y: 4000 * r.Float64()}, list: []*practices.Practice{{ID: fmt.Sprint(i)}}})
	}
	found := clusters(spots, 300)
	n := 0
	for i, a := range found {
		n += len(a.list)
		for _, b := range found[:i] {
			if math.Hypot(a.spots[0].at.X-b.spots[0].at.X, a.spots[0].at.Y-b.spots[0].at.Y) < 300 {
				t.Error("two circles are too near to one another")
			}
		}
	}
	if n != len(spots) || len(found) > maxCircles {
		t.Errorf("%d practices in %d circles", n, len(found))
	}
	again := clusters(spots, 300)
	for i := range found {
		if found[i].spots[0] != again[i].spots[0] || len(found[i].list) != len(again[i].list) {
			t.Fatal("a second drawing differs")
		}
	}
}

func TestShownAt(t *testing.T) {
	home := &practices.Practice{Measures: []string{"alternative-care"}, Kind: "programme", CareModels: []string{"foster"}}
	office := &practices.Practice{}
	for _, tt := range []struct {
		p         *practices.Practice
		precision string
		lat, lon  float64
	}{
		{home, "city", 19.43, -99.13}, {office, "city", 19.43, -99.13}, {office, "province", 19.43, -99.13}, {office, "site", 19.43, -99.13},
		{home, "site", 19.4, -99.1}, {office, "", 19.4, -99.1}, {office, "house", 19.4, -99.1},
	} {
		lat, lon := shownAt(tt.p, practices.Place{Precision: tt.precision, Lat: 19.432608, Lon: -99.133209})
		if lat != tt.lat || lon != tt.lon {
			t.Errorf("%q (housing %v): %v, %v; want %v, %v", tt.precision, tt.p.Housing(), lat, lon, tt.lat, tt.lon)
		}
	}
}

// entrySpec is an entry as a test of the map needs it.
type entrySpec struct {
	id        string
	countries []string
	places    []practices.Place
	housing   bool
	caution   bool
}

// generated is a content tree of entries that lint accepts.
func generated(specs ...entrySpec) fstest.MapFS {
	words := strings.TrimSpace(strings.Repeat("word ", 60))
	content := fstest.MapFS{}
	for _, e := range specs {
		var b strings.Builder
		measures, more := "[peer-learning]", "standing: rights-based\n"
		if e.housing {
			measures, more = "[alternative-care]", "standing: rights-based\ncare_models: [foster]\n"
		}
		if e.caution {
			more = strings.Replace(more, "rights-based", "contested\ncaution: Take care with this one.", 1)
		}
		fmt.Fprintf(&b, "---\nschema: 1\nid: %s\nlang: en\ntitle: Entry %s\nsummary: %s\nkind: programme\n%scountries: [%s]\nmeasures: %s\n",
			e.id, e.id, strings.TrimSpace(strings.Repeat("word ", 20)), more, strings.Join(e.countries, ", "), measures)
		if len(e.places) > 0 {
			b.WriteString("places:\n")
			for _, at := range e.places {
				fmt.Fprintf(&b, "- {name: %s, precision: %s, lat: %s, lon: %s}\n", at.Name, at.Precision, short(at.Lat, 2), short(at.Lon, 2))
			}
		}
		b.WriteString("populations: [everyone]\napproach: not-applicable\nactors: [{name: xx, type: civil-society, role: [runs]}]\nstatus: unknown\nas_of: '2021'\n" +
			"evidence: {level: told, direction: unclear}\nsources: [{key: a, title: xx, publisher: xx, date: '2020', kind: newsletter, where: xx}]\n" +
			"contributors: [{name: xx, role: compiler}]\nreview: {state: compiled, by: [], next: '2027-11'}\nlicence: CC-BY-4.0\n---\n" +
			"## What was done\n" + words + "\n## What to be careful about\nword\n")
		content[practices.FilePath(e.id, "")] = &fstest.MapFile{Data: []byte(b.String())}
	}
	return content
}

// tenThousand are entries of every country, half of them about where people
// live, at random points near their countries.
func tenThousand(n int) []entrySpec {
	r := rand.New(rand.NewPCG(3, 4))
	var countries []regions.Country
	for _, c := range regions.Countries() {
		if _, ok := regions.PointOf(c.Code); ok {
			countries = append(countries, c)
		}
	}
	var out []entrySpec
	for i := range n {
		c := countries[i%len(countries)]
		e := entrySpec{id: fmt.Sprintf("%s-%04d", strings.ToLower(string(c.Code)), 1+i/len(countries)), countries: []string{string(c.Code)}, housing: i%2 == 0, caution: i%7 == 3}
		for j := range i % 4 {
			precision := []string{"city", "province", "city", "site"}[r.IntN(4)]
			if e.housing && precision == "site" {
				precision = "city"
			}
			e.places = append(e.places, practices.Place{Name: fmt.Sprintf("Town %d %d", i, j), Precision: precision, Lat: math.Round((r.Float64()*120-50)*100) / 100, Lon: math.Round((r.Float64()*340-165)*100) / 100})
		}
		out = append(out, e)
	}
	return out
}

// TestNoPlaceIsTooFine looks, over 10,000 entries, at every number by which a
// page, a picture, a data file, a feed or a search gives a place: it must be
// one of the points that the rule allows, to two decimals, and never more. Two
// more entries give the house itself: they are left out whole.
func TestNoPlaceIsTooFine(t *testing.T) {
	t.Parallel()
	n := 10_000
	if testing.Short() {
		n = 1_000
	}
	content := generated(tenThousand(n)...)
	home := entrySpec{id: "mx-9998", countries: []string{"MX"}, housing: true, places: []practices.Place{{Name: "House", Precision: "city", Lat: 19.43, Lon: -99.13}}}
	for path, change := range map[string][2]string{"mx-9998": {"lat: 19.43", "lat: 19.432608"}, "mx-9999": {"precision: city", "precision: site"}} {
		home.id = path
		for name, f := range generated(home) {
			if f.Data = bytes.Replace(f.Data, []byte(change[0]), []byte(change[1]), 1); !bytes.Contains(f.Data, []byte(change[1])) {
				t.Fatal("the entry of a house is as any other")
			}
			content[name] = f
		}
	}
	s := newServer(t, content)
	g := s.take()
	defer g.release()
	if g.catalogue.Len() != n {
		for _, f := range g.catalogue.Faults() {
			if !f.Warning {
				t.Fatalf("%d entries of %d: %v", g.catalogue.Len(), n, f)
			}
		}
	}
	allowed, drawn := map[[2]string]bool{}, map[[2]string]bool{}
	degrees := map[string]bool{"4.0": true, "1.0": true} // and the versions of the licence and of XML
	var protected []string
	for _, p := range g.catalogue.All() {
		for _, at := range p.Places {
			lat, lon := shownAt(p, at)
			if p.Housing() && (at.Precision == "site" || math.Abs(lat*100-math.Round(lat*100)) > 1e-9) {
				t.Fatalf("%s: a protected place is given as %v, %v", p.ID, lat, lon)
			}
			allowed[[2]string{short(lat, 9), short(lon, 9)}] = true
			degrees[short(lat, 9)], degrees[short(lon, 9)] = true, true
			if p.Housing() && len(protected) < 20 {
				protected = append(protected, short(lat, 9))
			}
			o := regions.Project(lon, lat)
			for decimals := range 3 {
				drawn[[2]string{short(o.X, decimals), short(o.Y, decimals)}] = true
			}
		}
	}
	for _, c := range regions.Countries() { // rings and names stand at countries
		if at, ok := regions.PointOf(c.Code); ok {
			drawn[[2]string{short(at.X, 1), short(at.Y, 1)}] = true
			drawn[[2]string{short(at.X, 2), short(at.Y, 2)}] = true
		}
	}

	start := time.Now()
	body := get(s, "/practices.geojson").Body.Bytes()
	t.Logf("GeoJSON: %d bytes in %v", len(body), time.Since(start).Round(time.Millisecond))
	points := 0
	for _, f := range readGeoJSON(t, body) {
		for _, c := range f.points {
			points++
			if !allowed[[2]string{c[1].String(), c[0].String()}] {
				t.Errorf("GeoJSON: %s is given at %v", f.id, c)
			}
		}
	}
	if points < n {
		t.Errorf("GeoJSON: only %d points", points)
	}

	// Data, feeds and answers to a search: every number with a decimal point.
	// The index has the names of places and not where they are, so a search for
	// a latitude finds nothing by it.
	number := regexp.MustCompile(`-?\d+\.\d+`)
	exports := []string{"/practices.csv", "/practices.atom", "/api/v1/practices?country=MX", "/practices.csv?country=FR", "/api/v1/practices/mx-0002", "/api/v1/practices?q=House", "/suggest?q=house"}
	for _, lat := range protected {
		exports = append(exports, "/api/v1/practices?q="+lat, "/suggest?q="+lat)
	}
	for _, address := range exports {
		body := get(s, address).Body.String()
		body = strings.ReplaceAll(body, strings.TrimPrefix(address, "/api/v1/practices?q="), "") // the question itself
		for _, m := range number.FindAllString(body, -1) {
			if m = strings.TrimRight(strings.TrimRight(m, "0"), "."); !degrees[m] && !degrees[m+".0"] {
				t.Errorf("%s: has %s, which is no point that may be shown", address, m)
			}
		}
	}
	var places placesFile
	if err := json.Unmarshal(get(s, "/map/places.json?country=MX").Body.Bytes(), &places); err != nil || len(places.Places) == 0 {
		t.Fatalf("places for the script: %v", err)
	}
	for _, p := range places.Places {
		if !drawn[[2]string{short(p.X, 2), short(p.Y, 2)}] {
			t.Errorf("places for the script: %s at %v, %v", p.Name, p.X, p.Y)
		}
	}

	circle := regexp.MustCompile(`<a class="dot"[^>]*><title>[^<]*</title><g transform="translate\((\S+) (\S+?)\)|<circle (?:class="[^"]*" )?cx="(\S+)" cy="(\S+)"|<g transform="translate\((\S+) (\S+?)\)`)
	decimals := regexp.MustCompile(`-?\d+\.\d{3,}`)
	for _, address := range []string{"/map", "/ar/map", "/map?region=europe", "/map?country=MX", "/map?country=FR&population=everyone", "/map.svg", "/map.svg?country=BR", "/embed/map", "/map/mx.svg", "/map/world.svg",
		"/practices/mx-0002/map.svg", "/practices/fr-0003/map.svg", "/practices/mx-0002", "/countries/mx", "/api/v1/practices/mx-0002", "/api/v1/practices?country=MX", "/practices.csv?country=MX", "/practices?country=MX", "/practices?q=House"} {
		start := time.Now()
		w := get(s, address)
		took := time.Since(start).Round(time.Millisecond)
		if strings.Contains(w.Body.String(), "19.432608") || strings.Contains(w.Body.String(), "mx-999") {
			t.Errorf("%s: knows of the house", address)
		}
		found := 0
		for _, m := range circle.FindAllStringSubmatch(theMap(w.Body.String()), -1) {
			m = slices.DeleteFunc(m[1:], func(s string) bool { return s == "" })
			if !drawn[[2]string{m[0], m[1]}] {
				t.Errorf("%s: a circle at %v, where no place may be shown", address, m)
			}
			found++
		}
		if found == 0 && (strings.Contains(address, "map") || strings.Contains(address, ".svg")) {
			t.Errorf("%s: no circles to look at", address)
		}
		if strings.HasPrefix(address, "/api/") {
			if m := decimals.FindString(w.Body.String()); m != "" {
				t.Errorf("%s: %s has more than two decimals", address, m)
			}
		}
		t.Logf("%-36s %d, %d bytes, %d circles in %v", address, w.Code, w.Body.Len(), found, took)
		if w.Code != 200 {
			t.Errorf("%s: status %d", address, w.Code)
		}
	}
}

// theMap is the part of a page or picture that is the map itself.
func theMap(body string) string {
	begin := `<svg viewBox="[^"]*"[^>]* role="group"`
	if strings.HasPrefix(body, "<svg") {
		begin = `<svg x=|<path `
	}
	i := regexp.MustCompile(begin).FindStringIndex(body)
	if i == nil {
		return ""
	}
	own, _, _ := strings.Cut(body[i[0]:], "</svg>")
	return own
}

type readFeature struct {
	id     string
	points [][2]json.Number
}

// readGeoJSON reads features as RFC 7946 has them, and says what is not.
func readGeoJSON(t *testing.T, body []byte) []readFeature {
	t.Helper()
	var doc struct {
		Type     string
		Features []struct {
			Type, ID   string
			Geometry   json.RawMessage
			Properties map[string]any
		}
	}
	if err := json.Unmarshal(body, &doc); err != nil || doc.Type != "FeatureCollection" {
		t.Fatalf("%q: %v", doc.Type, err)
	}
	var out []readFeature
	for _, f := range doc.Features {
		for _, key := range []string{"title", "url", "kind", "standing", "caution", "countries", "scale"} {
			if _, ok := f.Properties[key]; !ok || f.Type != "Feature" {
				t.Errorf("%s: no %s", f.ID, key)
			}
		}
		if f.Properties["standing"] == "contested" && f.Properties["caution"] == "" {
			t.Errorf("%s has lost its caution", f.ID)
		}
		r := readFeature{id: f.ID}
		if f.Geometry == nil {
			t.Errorf("%s: no member geometry", f.ID)
		}
		var g *struct {
			Type        string
			Coordinates json.RawMessage
		}
		if err := json.Unmarshal(f.Geometry, &g); err != nil {
			t.Fatal(err)
		}
		if (g == nil) != (f.Properties["scale"] != "place") {
			t.Errorf("%s: geometry %s with scale %v", f.ID, f.Geometry, f.Properties["scale"])
		}
		if g != nil {
			var err error
			switch g.Type {
			case "Point":
				r.points = make([][2]json.Number, 1)
				err = json.Unmarshal(g.Coordinates, &r.points[0])
			case "MultiPoint":
				err = json.Unmarshal(g.Coordinates, &r.points)
			default:
				t.Errorf("%s: geometry %s", f.ID, g.Type)
			}
			if err != nil || len(r.points) != len(f.Properties["places"].([]any)) {
				t.Errorf("%s: %d points: %v", f.ID, len(r.points), err)
			}
			for _, c := range r.points {
				lon, _ := strconv.ParseFloat(c[0].String(), 64)
				lat, _ := strconv.ParseFloat(c[1].String(), 64)
				if math.Abs(lon) > 180 || math.Abs(lat) > 90 {
					t.Errorf("%s lies at %v", f.ID, c)
				}
			}
		}
		out = append(out, r)
	}
	return out
}

func TestGeoJSON(t *testing.T) {
	s := newServer(t, nil)
	w := get(s, "/practices.geojson")
	if got := w.Header().Get("Content-Type"); got != geoType {
		t.Errorf("served as %q", got)
	}
	g := s.take()
	defer g.release()
	if n := len(readGeoJSON(t, w.Body.Bytes())); n != g.catalogue.Len() {
		t.Errorf("%d features of %d entries", n, g.catalogue.Len())
	}
	some := readGeoJSON(t, get(s, "/practices.geojson?country=MX").Body.Bytes())
	if len(some) != len(g.catalogue.InCountry("MX")) {
		t.Errorf("%d features of Mexico", len(some))
	}
}

// TestPictures reads every picture as XML: well formed, with the disclaimer,
// the date and the legend where it goes out into the world, and with nothing
// that loads or runs.
func TestPictures(t *testing.T) {
	s := newServer(t, nil)
	day := time.Now().Format("2006-01-02")
	for _, tt := range []struct{ url, file string }{
		{"/map.svg", "open-door-map-world-" + day + ".svg"}, {"/ar/map.svg?region=mena", "open-door-map-mena-" + day + ".svg"}, {"/map.svg?country=MX&q=%3Cb%3E%26", "open-door-map-mx-" + day + ".svg"},
		{"/map.svg?country=TH&country=MY", "open-door-map-asia-pacific-" + day + ".svg"}, {"/map/world.svg", ""}, {"/map/europe.svg", ""}, {"/map/mx.svg", ""}, {"/map/mt.svg", ""}, {"/practices/mx-0004/map.svg", ""},
	} {
		w := get(s, tt.url)
		if w.Code != 200 || w.Header().Get("Content-Type") != svgType {
			t.Errorf("%s: %d, %s", tt.url, w.Code, w.Header().Get("Content-Type"))
		}
		body := w.Body.String()
		for d := xml.NewDecoder(strings.NewReader(body)); ; {
			token, err := d.Token()
			if err == io.EOF {
				break
			}
			if err != nil {
				t.Errorf("%s: %v", tt.url, err)
				break
			}
			if e, ok := token.(xml.StartElement); ok && slices.Contains([]string{"script", "image", "use", "foreignObject", "a"}, e.Name.Local) {
				t.Errorf("%s: has <%s>", tt.url, e.Name.Local)
			}
		}
		if tt.file != "" && !strings.Contains(w.Header().Get("Content-Disposition"), `"`+tt.file+`"`) {
			t.Errorf("%s: kept as %s", tt.url, w.Header().Get("Content-Disposition"))
		}
		if strings.Contains(body, "<style>") != (tt.file == "") {
			t.Errorf("%s: a style sheet is in it, or is not", tt.url)
		}
		if strings.HasPrefix(tt.url, "/map.svg") && (!strings.Contains(body, "do not imply official endorsement") || !strings.Contains(body, "Natural Earth") || !strings.Contains(body, "CC BY 4.0") || !strings.Contains(body, "As of ")) {
			t.Errorf("%s: goes out without disclaimer, source, licence or date", tt.url)
		}
	}
	for _, address := range []string{"/map.png", "/ar/map.png?region=mena", "/map.png?country=MX&q=%3Cb%3E%26"} {
		w := get(s, address)
		img, err := png.Decode(w.Body)
		if err != nil || img.Bounds() != image.Rect(0, 0, 1920, 1080) || w.Header().Get("Content-Type") != "image/png" || !strings.Contains(w.Header().Get("Content-Disposition"), day+`.png"`) {
			t.Errorf("%s: %d %v: %v", address, w.Code, w.Header(), err)
		}
	}
	for _, address := range []string{"/map/atlantis.svg", "/map/MX.svg", "/map/aq.svg", "/map/world", "/practices/xx-0001/map.svg"} {
		if w := get(s, address); w.Code != 404 {
			t.Errorf("%s: %d", address, w.Code)
		}
	}
}

// TestOnlyTheEmbeddedMapIsFramed holds the frame policy to that one page, and
// its links to whole pages.
func TestOnlyTheEmbeddedMapIsFramed(t *testing.T) {
	s := newServer(t, nil)
	for _, address := range []string{"/map", "/map.svg", "/map/world.svg", "/practices/mx-0004/map.svg", "/practices.geojson", "/embed/map", "/ar/embed/map?region=mena", "/embed/other"} {
		policy := get(s, address).Header().Get("Content-Security-Policy")
		embedded := strings.Contains(address, "/embed/map")
		if strings.Contains(policy, "frame-ancestors *") != embedded || strings.Contains(policy, "unsafe") {
			t.Errorf("%s: %s", address, policy)
		}
	}
	body := get(s, "/embed/map?country=MX").Body.String()
	for _, want := range []string{`<base target="_blank">`, `<figure class="map`, "do not imply official endorsement", `href="/map?country=MX"`, `<h1>Mexico`} {
		if !strings.Contains(body, want) {
			t.Errorf("the embedded map has no %s", want)
		}
	}
	if page := get(s, "/map?country=MX").Body.String(); !strings.Contains(page, "&lt;iframe src=") || !strings.Contains(page, "/embed/map?country=MX") {
		t.Error("the map does not say how to embed it")
	}
}

// TestFirstScreen has the style of the first screen in the page of a map, as
// the content policy names it, and all other sheets after it.
func TestFirstScreen(t *testing.T) {
	s := newServer(t, nil)
	for _, address := range []string{"/map", "/ar/map?country=MX", "/practices?view=map"} {
		w := get(s, address)
		if w.Code == 301 || w.Code == 302 {
			w = get(s, w.Header().Get("Location"))
		}
		before, rest, _ := strings.Cut(w.Body.String(), "<style>")
		style, after, ok := strings.Cut(rest, "</style>")
		hash := sha256.Sum256([]byte(style))
		if !ok || !strings.Contains(w.Header().Get("Content-Security-Policy"), "'sha256-"+base64.StdEncoding.EncodeToString(hash[:])+"'") {
			t.Errorf("%s: %d: its style is not what the policy lets in", address, w.Code)
		}
		search, sheet := strings.Index(after, "</form>"), strings.Index(after, `<link rel="stylesheet"`)
		if strings.Contains(before, "stylesheet") || search < 0 || sheet < search || !strings.Contains(style, ".masthead") {
			t.Errorf("%s: a sheet stands before the end of the first screen", address)
		}
	}
}

// TestLicences gives the licences that ask for it in full, as every licences
// page says.
func TestLicences(t *testing.T) {
	s := newServer(t, nil)
	w := get(s, "/licences/full.txt")
	for _, want := range []string{"UNICODE LICENSE V3", "SIL OPEN FONT LICENSE Version 1.1", "Reserved Font Name Liberation", "Bitstream Vera is", "Tavmjong Bah"} {
		if w.Code != 200 || !strings.Contains(w.Body.String(), want) {
			t.Errorf("%d: the licences have no %q", w.Code, want)
		}
	}
	for _, l := range s.set.Languages() {
		if page := get(s, inLanguage(l.Tag, "/licences")).Body.String(); !strings.Contains(page, `href="/licences/full.txt"`) {
			t.Errorf("%s: the page of licences does not lead to their texts", l.Tag)
		}
	}
}

// TestMapWeights holds the maps to what a slow line can bear, style sheets
// included, as browsers get them.
func TestMapWeights(t *testing.T) {
	t.Parallel()
	s := newServer(t, nil)
	styles := weigh(t, s, "style.css") + weigh(t, s, "map.css")
	g := s.take()
	defer g.release()
	check := func(address string, limit, styles int) int {
		n := get(s, address, "Accept-Encoding", "br").Body.Len() + styles
		if n > limit {
			t.Errorf("%s: %d bytes; the limit is %d", address, n, limit)
		}
		return n
	}
	t.Logf("style sheets %d", styles)
	t.Logf("world %d", check("/map", 45_000, styles))
	for _, r := range regions.Regions() {
		t.Logf("%s %d", r.ID, check("/map?region="+string(r.ID), 40_000, styles))
	}
	weight := map[regions.Code]int{}
	for code := range g.catalogue.Countries() {
		weight[code] = check("/map?country="+string(code), 15<<10, 0)
	}
	heaviest := slices.SortedFunc(maps.Keys(weight), func(a, b regions.Code) int { return cmp.Compare(weight[b], weight[a]) })[:5]
	for _, code := range heaviest {
		t.Logf("country %s: %d without style sheets", code, weight[code])
		for _, lang := range s.set.Languages() {
			check(inLanguage(lang.Tag, "/map?country="+string(code)), 15<<10, 0)
		}
	}
	for _, p := range g.catalogue.All() {
		if len(p.Places) > 0 {
			check("/practices/"+p.ID+"/map.svg", 8_000, 0)
		}
	}
	t.Logf("picture of the world %d", check("/map/world.svg", 22_000, 0))
	t.Logf("slide of the world %d", check("/map.svg", 40_000, 0))
}

// BenchmarkMap times the map of the world, not kept from before, with the
// shipped entries and with 10,000: more than the catalogue will ever have. The
// ratio says how many times as long these take.
func BenchmarkMap(b *testing.B) {
	shipped := 0.0
	for _, of := range []struct {
		name string
		s    *Server
	}{{"shipped", newServer(b, nil)}, {"10000", newServer(b, generated(tenThousand(10_000)...))}} {
		s := of.s
		b.Run(of.name, func(b *testing.B) {
			g := s.take()
			defer g.release()
			g.places()
			for b.Loop() {
				v := &visit{generation: g, set: s.set, log: s.options.Log, lang: "en", path: "/map", query: url.Values{}, now: time.Now()}
				p, err := practiceMap(v)
				if err != nil {
					b.Fatal(err)
				}
				var page bytes.Buffer
				if err := s.set.Render(&page, p.template, "en", p.data); err != nil {
					b.Fatal(err)
				}
			}
			each := b.Elapsed().Seconds() / float64(b.N)
			if of.name == "shipped" {
				shipped = each
			}
			b.ReportMetric(each/shipped, "ratio")
		})
	}
}

// BenchmarkSlide times the slide of the world as pixels, not kept from before.
func BenchmarkSlide(b *testing.B) {
	s := newServer(b, nil)
	g := s.take()
	defer g.release()
	for b.Loop() {
		v := &visit{generation: g, set: s.set, log: s.options.Log, lang: "ar", dir: "rtl", path: "/map.png", query: url.Values{}, now: time.Now()}
		if _, err := slide("png")(v); err != nil {
			b.Fatal(err)
		}
	}
}
