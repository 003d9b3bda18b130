package server

import (
	"encoding/json"
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"opendoor/practices"
	"opendoor/practices/entries"
)

func TestWorkshops(t *testing.T) {
	s := newServer(t, nil)
	for _, tt := range []struct {
		name, url string
		status    int
		want      []string
	}{
		{"list", "/workshops", 200, []string{"four routes", "14 cases with a caution"}},
		{"list in Arabic", "/ar/workshops", 200, []string{`dir="rtl"`}},
		{"one", "/workshops/four-routes", 200, []string{"mx-0003", "not yet reviewed by practitioners", "Alternative form of detention", "<details", "/w/four-routes"}},
		{"first slide", "/workshops/four-routes/present", 301, nil},
		{"title", "/workshops/four-routes/present/1", 200, []string{`rel="next"`, "Compare four ways"}},
		{"a case carries its caution", "/workshops/by-another-name/present/2", 200, []string{"Alternative form of detention", `rel="prev"`}},
		{"a decision hides what follows", "/workshops/four-routes/present/4", 200, []string{"Stop here and discuss", `<details class="then">`}},
		{"no slide 0", "/workshops/four-routes/present/0", 404, nil},
		{"no slide 9999", "/workshops/four-routes/present/9999", 404, nil},
		{"no slide x", "/workshops/four-routes/present/x", 404, nil},
		{"handout", "/workshops/four-routes/handout", 200, []string{"paper-a4", "What to be careful about", "Reading list"}},
		{"handout on Letter", "/workshops/four-routes/handout?paper=letter", 200, []string{"paper-letter"}},
		{"worksheet", "/workshops/zm-0001/worksheet", 404, nil},
		{"worksheet from preconditions", "/workshops/africa-referral/worksheet", 200, []string{"<b>One form</b>", "All officers ask the same first questions"}},
		{"table", "/workshops/courts/table", 200, []string{`value="mx-0007" checked`}},
		{"short address", "/w/courts", 301, nil},
		{"nothing", "/workshops/nothing", 404, nil},
		{"file", "/workshops/courts/collection.md", 200, []string{"id: courts"}},
		{"map", "/workshops/courts/map.svg", 200, []string{"<svg"}},
		{"code", "/workshops/courts/qr.svg", 200, []string{"<svg"}},
		{"reading list", "/workshops/courts/cite.ris", 200, []string{"TY  - ELEC", "UR  - http://example.com/practices/mx-0007/v/"}},
	} {
		w := get(s, tt.url)
		if w.Code != tt.status {
			t.Errorf("%s: GET %s: status %d, want %d", tt.name, tt.url, w.Code, tt.status)
		}
		for _, want := range tt.want {
			if !strings.Contains(w.Body.String(), want) {
				t.Errorf("%s: GET %s: no %q in\n%.1500s", tt.name, tt.url, want, w.Body)
			}
		}
	}
	if body := get(s, "/workshops/four-routes/participants").Body.String(); strings.Contains(body, "No count of children detained after January 2021 was found") || strings.Contains(body, "In three states, visits found") {
		t.Error("participants see what is for the trainer")
	}
}

// TestSlides walks every slide of every collection by its links, and finds each
// case and each question once, and what follows a decision on no other slide.
func TestSlides(t *testing.T) {
	s := newServer(t, nil)
	g := s.take()
	defer g.release()
	for _, c := range g.shelf.All() {
		at, seen, walked := "/workshops/"+c.ID+"/present/1", "", 0
		for next := regexp.MustCompile(`<a class="button main" rel="next" href="([^"]+)"`); ; walked++ {
			body := get(s, at).Body.String()
			seen += body
			m := next.FindStringSubmatch(body)
			if m == nil {
				break
			}
			at = m[1]
		}
		questions := len(c.Questions) + len(c.Decisions)
		for _, k := range c.Cases {
			questions += len(k.Questions)
			if k.Decision != "" {
				questions++
			}
		}
		if want := 1 + len(c.Cases) + questions; walked != want {
			t.Errorf("%s: %d steps, want %d", c.ID, walked, want)
		}
		for _, k := range c.Cases {
			p, _ := g.catalogue.Get(k.ID)
			if p.Cautioned() && !strings.Contains(seen, ">"+strings.ReplaceAll(p.Caution, "'", "&#39;")) && !strings.Contains(seen, p.Caution[:20]) {
				t.Errorf("%s: %s lost its caution", c.ID, k.ID)
			}
		}
	}
}

func TestCompare(t *testing.T) {
	s := newServer(t, nil)
	for _, tt := range []struct {
		name, url  string
		want, none []string
	}{
		{"two", "/compare?id=nl-0001&id=nl-0002", []string{"The same in all", "59,000,000", "Figures that cannot be compared"}, nil},
		{"caution", "/compare?id=nl-0001&id=us-0007", []string{"Alternative form of detention"}, nil},
		{"five are four", "/compare?id=nl-0001&id=nl-0002&id=us-0001&id=us-0002&id=gb-0001", []string{"us-0002"}, []string{"gb-0001"}},
		{"twice is once", "/compare?id=nl-0001&id=nl-0001", []string{"Choose two practices"}, nil},
		{"none", "/compare", []string{"Choose two practices"}, []string{"<table"}},
		{"one that is not there", "/compare?id=nl-0001&id=mx-9999", []string{"Not in the catalogue: mx-9999."}, nil},
		{"hostile", "/compare?id=%3Cscript%3E&id=nl-0001", nil, []string{"script&gt;&"}},
	} {
		w := get(s, tt.url)
		if w.Code != 200 {
			t.Errorf("%s: %d", tt.name, w.Code)
		}
		for _, want := range tt.want {
			if !strings.Contains(w.Body.String(), want) {
				t.Errorf("%s: no %q", tt.name, want)
			}
		}
		for _, none := range tt.none {
			if strings.Contains(w.Body.String(), none) {
				t.Errorf("%s: has %q", tt.name, none)
			}
		}
	}
}

// TestUnlikeFiguresStandApart compares every entry that has figures with the
// next, and finds in one row only what is of one measure.
func TestUnlikeFiguresStandApart(t *testing.T) {
	s := newServer(t, nil)
	g := s.take()
	defer g.release()
	v := &visit{generation: g, set: s.set, lang: "en"}
	var list []*practices.Practice
	for _, p := range g.catalogue.All() {
		if len(p.Figures) > 0 {
			list = append(list, p)
		}
	}
	rows, shown, all := 0, 0, 0
	for i := range len(list) - 1 {
		pair := list[i : i+2]
		heads := []comparedEntry{{related: v.pointer(pair[0], "")}, {related: v.pointer(pair[1], "")}}
		together, alone := v.comparedFigures(pair, heads)
		all += len(pair[0].Figures) + len(pair[1].Figures)
		for _, r := range together {
			rows++
			if r.Cells[0].Unlike || r.Cells[1].Unlike {
				t.Errorf("%s, %s: a row with one figure", pair[0].ID, pair[1].ID)
			}
			for _, c := range r.Cells {
				shown += len(c.Figures)
				for _, f := range c.Figures {
					if a := r.Cells[0].Figures[0]; f.Period != a.Period || f.OutOf != a.OutOf || f.Indicator != a.Indicator || f.Method != a.Method {
						t.Errorf("%s, %s: %+v beside %+v", pair[0].ID, pair[1].ID, f, a)
					}
				}
			}
		}
		for _, a := range alone {
			shown += len(a.Figures)
		}
	}
	if rows == 0 || shown != all {
		t.Errorf("%d rows, %d of %d figures shown", rows, shown, all)
	}
}

func TestChoose(t *testing.T) {
	s := newKeeping(t, nil)
	w := get(s, "/choose?country=MX")
	if n := strings.Count(w.Body.String(), `type="checkbox"`); n < 5 || !strings.Contains(w.Body.String(), `formaction="/workshops/new"`) {
		t.Errorf("%d boxes", n)
	}
	if w := get(s, "/choose"); !strings.Contains(w.Body.String(), "Only the first 120") {
		t.Error("a choice of everything does not say that it is cut")
	}
}

func TestEmbedding(t *testing.T) {
	s := newServer(t, nil)
	card := get(s, "/embed/practices/us-0007")
	if policy := card.Header().Get("Content-Security-Policy"); card.Code != 200 || !strings.Contains(policy, "frame-ancestors *") || strings.Contains(card.Body.String(), "<script") {
		t.Errorf("%d %s", card.Code, policy)
	}
	if !strings.Contains(card.Body.String(), "Alternative form of detention") {
		t.Error("the card lost its caution")
	}
	ask := func(address, more string) (int, map[string]any) {
		w := get(s, "/oembed?url="+url.QueryEscape(address)+more)
		var out map[string]any
		json.Unmarshal(w.Body.Bytes(), &out)
		return w.Code, out
	}
	code, o := ask("http://example.com/ar/practices/us-0007", "&maxwidth=300&format=json")
	if code != 200 || o["type"] != "rich" || o["width"] != 300.0 || !strings.Contains(fmt.Sprint(o["html"]), `src="http://example.com/ar/embed/practices/us-0007"`) || !strings.Contains(fmt.Sprint(o["html"]), `sandbox=`) {
		t.Errorf("%d %v", code, o)
	}
	for address, want := range map[string]int{
		"http://elsewhere.org/practices/us-0007": 404, "http://example.com/practices/xx-0000": 404, "http://example.com/about": 404, "": 404, "javascript:alert(1)": 404,
	} {
		if code, _ := ask(address, ""); code != want {
			t.Errorf("%q: %d, want %d", address, code, want)
		}
	}
	if code, _ := ask("http://example.com/practices/us-0007", "&format=xml"); code != 501 {
		t.Errorf("XML: %d", code)
	}
}

// TestSiteOfARequest takes the address of the site from the request only where
// none is configured, and only if it can be one.
func TestSiteOfARequest(t *testing.T) {
	s := newServer(t, entries.FS)
	for host, want := range map[string]string{"192.168.1.5:8080": "http://192.168.1.5:8080/", "[::1]:80": "http://[::1]:80/", `x"onload=1`: "", "a b": ""} {
		r := request("/practices/nl-0001/cite.ris")
		r.Host = host
		body := serve(s, r).Body.String()
		if want != "" && !strings.Contains(body, "UR  - "+want) || want == "" && strings.Contains(body, "UR  - ") {
			t.Errorf("%q: %s", host, body)
		}
	}
	s.options.BaseURL = "https://configured.example"
	if body := get(s, "/practices/nl-0001/cite.bib").Body.String(); !strings.Contains(body, "url = {https://configured.example/practices/nl-0001/v/") {
		t.Error(body)
	}
}
