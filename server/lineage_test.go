package server

import (
	"bytes"
	"image/png"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// TestLineagePages holds map and list to one another: as many arrows as steps
// whose both ends can be drawn, in every language, on the page, in the still
// and on the slide; and no such page for an entry without a lineage.
func TestLineagePages(t *testing.T) {
	t.Parallel()
	s := newServer(t, nil)
	g := s.take()
	defer g.release()
	some, without := 0, ""
	for _, p := range g.catalogue.All() {
		steps := g.catalogue.Lineage(p.ID)
		if len(steps) == 0 {
			without = p.ID
			continue
		}
		some++
		address := "/practices/" + p.ID + "/lineage"
		arrows := nodes(t, s, address, func(n *html.Node) bool { return attr(n, "class") == "tip" && within(n, "figure") })
		items := nodes(t, s, address, func(n *html.Node) bool {
			return n.Data == "li" && within(n, "section") && n.Parent.Parent.Data == "section" && attr(n.Parent.Parent, "id") == "in-words"
		})
		if len(items) != len(steps) {
			t.Errorf("%s: %d steps in words of %d", p.ID, len(items), len(steps))
		}
		v := &visit{generation: g, set: s.set, lang: "en"}
		drawn := map[[4]float64]bool{}
		for _, step := range steps {
			from, ok := v.stands(step.From)
			to, also := v.stands(step.To)
			if ok && also && from != to {
				drawn[[4]float64{from.X, from.Y, to.X, to.Y}] = true
			}
		}
		if len(arrows) != len(drawn) {
			t.Errorf("%s: %d arrows for %d steps with both ends", p.ID, len(arrows), len(drawn))
		}
		entry := get(s, "/practices/"+p.ID).Body.String()
		if offered := strings.Contains(entry, `href="`+address+`"`); offered != (len(drawn) > 0) {
			t.Errorf("%s: the entry leads to its lineage: %v", p.ID, offered)
		}
		still := get(s, address+".svg")
		if len(drawn) > 0 && (still.Code != 200 || strings.Count(still.Body.String(), `class="t"`) != len(drawn)) || len(drawn) == 0 && still.Code != 404 {
			t.Errorf("%s: the still: %d", p.ID, still.Code)
		}
	}
	if some == 0 || without == "" {
		t.Fatal("nothing to look at")
	}
	if w := get(s, "/practices/"+without+"/lineage"); w.Code != 404 {
		t.Errorf("%s has no lineage and a page of it: %d", without, w.Code)
	}
	for _, lang := range languages(t) {
		w := get(s, inLanguage(lang, "/practices/gb-0001/lineage/map.png"))
		if _, err := png.Decode(bytes.NewReader(w.Body.Bytes())); err != nil {
			t.Errorf("%s: %d: %v", lang, w.Code, err)
		}
		if body := get(s, inLanguage(lang, "/practices/gb-0001/lineage")).Body.String(); strings.Count(body, `class="tip"`) < 3 {
			t.Errorf("%s: no arrows", lang)
		}
	}
}
