package search

import (
	"fmt"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"testing"
)

func TestQueryValues(t *testing.T) {
	for _, tt := range []struct{ name, url, want string }{
		{"nothing", "", ""},
		{"defaults are left out", "q=&sort=evidence&page=1", ""},
		{"best is the default with a text", "q=bail&sort=best", "q=bail"},
		{"best of nothing is nothing", "sort=best", ""},
		{"evidence is a choice with a text", "q=bail&sort=evidence", "q=bail&sort=evidence"},
		{"values in one order, once", "population=families&population=children&population=families", "population=children&population=families"},
		{"spelling", "country=mx&kind=LAW&lang=pt-BR", "country=MX&kind=law&lang=pt-BR"},
		{"unknown values stay", "country=Atlantis&kind=xx", "country=ATLANTIS&kind=xx"},
		{"unknown parameters go", "view=map&x=1&q=bail", "q=bail"},
		{"white space", "q=++case%0A%09management+", "q=case+management"},
		{"controls and overrides", "q=a%00b%E2%80%AEc", "q=abc"},
		{"accents in one piece", "q=cafe%CC%81", "q=caf%C3%A9"},
		{"bad page", "page=-3", ""},
		{"page out of reach", "page=99999", "page=50"},
		{"bad sort", "sort=x'--", ""},
	} {
		in, err := url.ParseQuery(tt.url)
		if err != nil {
			t.Fatal(err)
		}
		q := ParseQuery(in, "en")
		if got := q.Values().Encode(); got != tt.want {
			t.Errorf("%s: %s becomes %s, want %s", tt.name, tt.url, got, tt.want)
		}
		if again := ParseQuery(q.Values(), "en"); !reflect.DeepEqual(again, q) {
			t.Errorf("%s: %+v is read back as %+v", tt.name, q, again)
		}
	}
}

func TestQueryChanges(t *testing.T) {
	q := ParseQuery(url.Values{"q": {"bail"}, "kind": {"law"}, "page": {"3"}}, "fr")
	before := q.Values().Encode()
	for _, tt := range []struct {
		name string
		got  Query
		want string
	}{
		{"with a value", q.With(GroupKind, "policy"), "kind=law&kind=policy&q=bail"},
		{"with a value it has", q.With(GroupKind, "law"), "kind=law&q=bail"},
		{"with a value of no group", q.With("x", "law"), "kind=law&q=bail"},
		{"without a value", q.Without(GroupKind, "law"), "q=bail"},
		{"without a value it has not", q.Without(GroupRegion, "mena"), "kind=law&q=bail"},
		{"other words", q.WithText("bond"), "kind=law&q=bond"},
		{"no words", q.WithText(" "), "kind=law"},
		{"order", q.WithSort(SortTitle), "kind=law&q=bail&sort=title"},
		{"default order", q.WithSort(SortBest), "kind=law&q=bail"},
		{"page", q.WithPage(2), "kind=law&page=2&q=bail"},
		{"cleared", q.WithSort(SortNewest).Cleared(), "q=bail&sort=newest"},
	} {
		if got := tt.got.Values().Encode(); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, got, tt.want)
		}
		if tt.got.Lang != "fr" {
			t.Errorf("%s: lost the language", tt.name)
		}
	}
	if after := q.Values().Encode(); after != before {
		t.Errorf("the query itself changed from %s to %s", before, after)
	}
}

func TestQueryLimits(t *testing.T) {
	v := url.Values{"q": {strings.Repeat("word ", 60)}}
	for i := range 50 {
		v.Add("measure", fmt.Sprint("m", i))
	}
	q := ParseQuery(v, "en")
	if len(q.Text) > maxRunes || strings.HasSuffix(q.Text, "wor") {
		t.Errorf("text of %d bytes: %q", len(q.Text), q.Text)
	}
	if n := len(q.Chosen[GroupMeasure]); n != maxChosen {
		t.Errorf("%d values are chosen, the limit is %d", n, maxChosen)
	}
	r := search(t, newIndex(t), q)
	if want := 60 - len(strings.Fields(q.Text)) + 10; len(r.Dropped) != want {
		t.Errorf("%d words and values are named as left out, want %d: %q", len(r.Dropped), want, r.Dropped)
	}
	long := ParseQuery(url.Values{"q": {strings.Repeat("ก", 300)}}, "en")
	if n := len(long.Text); n != 600 {
		t.Errorf("a Thai text is cut to %d bytes, want 600", n)
	}
}

func TestGroups(t *testing.T) {
	x := newIndex(t, entry{id: "mx-0001", lang: "es", fields: map[string]string{
		"countries": "[MX, GT]", "level": "national", "started": "2019-05", "elements": "[screening-and-assessment]", "person_status": "[any]"},
		actors:       "[{name: A, type: government, role: [leads]}, {name: B, type: un-agency, role: [supports]}]",
		translations: []entry{{lang: "en"}},
	})
	want := map[Group]string{
		GroupPopulation: "everyone", GroupMeasure: "peer-learning", GroupKind: "programme", GroupRegion: "americas", GroupCountry: "MX GT",
		GroupStanding: "rights-based", GroupEvidence: "told", GroupElement: "screening-and-assessment", GroupApproach: "not-applicable",
		GroupStatus: "unknown", GroupLevel: "national", GroupActor: "government", GroupPerson: "any", GroupLang: "es en", GroupYear: "2019", GroupFresh: "",
	}
	for _, g := range Groups() {
		if got := strings.Join(g.Values(x.all[0]), " "); got != want[g] {
			t.Errorf("%s: %q, want %q", g, got, want[g])
		}
		if name := g.Vocabulary(); (name == "") != slices.Contains([]Group{GroupCountry, GroupLang, GroupYear, GroupFresh}, g) {
			t.Errorf("%s: vocabulary %q", g, name)
		}
	}
	if Group("x").Values(x.all[0]) != nil || Group("x").Vocabulary() != "" {
		t.Error("a group that is none has values")
	}
}
