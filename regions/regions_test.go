package regions_test

import (
	"encoding/json"
	"fmt"
	"os"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/language"

	"opendoor/regions"
	"opendoor/regions/fold"
)

var languages = []string{"en", "es", "fr", "pt", "ar"}

func TestCountries(t *testing.T) {
	all := regions.Countries()
	if len(all) != 250 {
		t.Errorf("%d countries, want 249 of ISO 3166-1 and Kosovo", len(all))
	}
	alike := map[string]regions.Code{}
	for _, c := range all {
		t.Run(string(c.Code), func(t *testing.T) {
			if got, ok := regions.Lookup(c.Code); !ok || !reflect.DeepEqual(got, c) {
				t.Errorf("Lookup gives %+v, %v; Countries has %+v", got, ok, c)
			}
			for _, lang := range languages {
				name := c.Names[lang]
				if strings.TrimSpace(name) != name || name == "" || !utf8.ValidString(name) {
					t.Errorf("name in %s: %q", lang, name)
				}
				if latin := strings.ContainsFunc(name, func(r rune) bool { return unicode.Is(unicode.Latin, r) }); latin == (lang == "ar") {
					t.Errorf("name in %s: %q is in the wrong script", lang, name)
				}
				if other, taken := alike[lang+fold.Name(name)]; taken {
					t.Errorf("name in %s: %q is that of %s too", lang, name, other)
				}
				alike[lang+fold.Name(name)] = c.Code
				if got := regions.Name(c.Code, lang); got != name {
					t.Errorf("Name in %s is %q, want %q", lang, got, name)
				}
				for _, typed := range []string{name, strings.ToUpper(name), fold.Name(name), "  " + name + " "} {
					if got, ok := regions.Find(typed); !ok || got != c.Code {
						t.Errorf("Find(%q) = %q, %v", typed, got, ok)
					}
				}
			}
			for _, typed := range []string{string(c.Code), c.Alpha3, strings.ToLower(c.Alpha3)} {
				if got, ok := regions.Find(typed); !ok || got != c.Code {
					t.Errorf("Find(%q) = %q, %v", typed, got, ok)
				}
			}

			if c.Code == "AQ" {
				if c.Region != "" || len(c.Groups) != 0 {
					t.Errorf("Antarctica is in %q and %v", c.Region, c.Groups)
				}
				return
			}
			r, ok := regions.LookupRegion(c.Region)
			if !ok || !slices.Contains(r.Countries, c.Code) {
				t.Errorf("region %q does not have it", c.Region)
			}
			if len(c.Groups) == 0 {
				t.Error("no M49 group")
			}
			if c.PartOf != "" {
				if whole, ok := regions.Lookup(c.PartOf); !ok || whole.PartOf != "" {
					t.Errorf("part of %q", c.PartOf)
				}
			}
		})
	}
}

// The codes are those that x/text knows, so that a typing slip in the files is
// seen. Kosovo's are nobody's to know.
func TestCodesAgainstText(t *testing.T) {
	for _, c := range regions.Countries() {
		r, err := language.ParseRegion(string(c.Code))
		if err != nil {
			t.Errorf("%s: %v", c.Code, err)
			continue
		}
		if r.ISO3() != c.Alpha3 && c.Code != "XK" {
			t.Errorf("%s: alpha-3 %s, want %s", c.Code, c.Alpha3, r.ISO3())
		}
		if m49 := fmt.Sprintf("%03d", r.M49()); m49 != c.M49 && c.Code != "XK" {
			t.Errorf("%s: M49 %s, want %s", c.Code, c.M49, m49)
		}
	}
}

func TestLookup(t *testing.T) {
	c, ok := regions.Lookup("YT")
	if !ok || c.Alpha3 != "MYT" || c.M49 != "175" || c.Region != "africa" || c.PartOf != "FR" || !slices.Equal(c.Groups, []string{"002", "202", "014"}) {
		t.Errorf("Lookup(YT) = %+v, %v", c, ok)
	}
	if c, _ := regions.Lookup("XK"); c.M49 != "" || c.Footnote != "unscr-1244" {
		t.Errorf("Lookup(XK) = %+v", c)
	}
	for _, code := range []regions.Code{"", "mx", "MEX", "ZZ", "EU", " MX", "M\x00"} {
		if c, ok := regions.Lookup(code); ok || !reflect.DeepEqual(c, regions.Country{}) {
			t.Errorf("Lookup(%q) = %+v, %v", code, c, ok)
		}
	}
	if got := regions.Name("ZZ", "es"); got != "ZZ" {
		t.Errorf("the name of an unknown code is %q", got)
	}
}

func TestNamesIn(t *testing.T) {
	n := regions.Names{"en": "Spain", "es": "España", "pt": "Espanha"}
	for _, tt := range []struct{ lang, want string }{
		{"es", "España"}, {"es-419", "España"}, {"ES", "España"}, {"pt-BR", "Espanha"}, {"PT_pt", "Espanha"},
		{"fr", "Spain"}, {"", "Spain"}, {"-", "Spain"}, {"xx-es", "Spain"}, {strings.Repeat("e", 1<<20), "Spain"},
	} {
		if got := n.In(tt.lang); got != tt.want {
			t.Errorf("In(%.20q) = %q, want %q", tt.lang, got, tt.want)
		}
	}
	if got := regions.Names(nil).In("es"); got != "" {
		t.Errorf("no names: %q", got)
	}
}

func TestRegions(t *testing.T) {
	count := map[regions.Code]int{}
	var ids []string
	for _, r := range regions.Regions() {
		ids = append(ids, string(r.ID))
		for _, c := range r.Countries {
			count[c]++
		}
		for _, lang := range languages {
			if got, ok := regions.FindRegion(r.Names[lang]); !ok || got != r.ID {
				t.Errorf("FindRegion(%q) = %q, %v", r.Names[lang], got, ok)
			}
		}
		if got, ok := regions.LookupRegion(r.ID); !ok || !reflect.DeepEqual(got, r) {
			t.Errorf("LookupRegion(%s) = %+v, %v", r.ID, got, ok)
		}
	}
	if want := []string{"africa", "americas", "asia-pacific", "europe", "mena"}; !slices.Equal(ids, want) {
		t.Errorf("regions %v, want %v", ids, want)
	}
	for _, c := range regions.Countries() {
		if want := map[bool]int{true: 0, false: 1}[c.Code == "AQ"]; count[c.Code] != want {
			t.Errorf("%s is in %d regions, want %d", c.Code, count[c.Code], want)
		}
	}
	for code, want := range map[regions.Code]regions.RegionID{
		"SD": "mena", "DJ": "mena", "IR": "mena", "MR": "africa", "TR": "europe", "CY": "europe", "GE": "europe",
		"KZ": "asia-pacific", "AF": "asia-pacific", "GF": "americas", "RE": "africa", "RU": "europe",
	} {
		if c, _ := regions.Lookup(code); c.Region != want {
			t.Errorf("%s is in %s, want %s", code, c.Region, want)
		}
	}
	if _, ok := regions.LookupRegion("global"); ok {
		t.Error("what is worldwide has no region here")
	}
}

func TestGroups(t *testing.T) {
	all := regions.Groups()
	if len(all) != 29 {
		t.Errorf("%d M49 groups, want 29", len(all))
	}
	for _, g := range all {
		if got, ok := regions.LookupGroup(g.Code); !ok || !reflect.DeepEqual(got, g) {
			t.Errorf("LookupGroup(%s) = %+v, %v", g.Code, got, ok)
		}
		if g.Parent == "" {
			continue
		}
		parent, ok := regions.LookupGroup(g.Parent)
		if !ok {
			t.Errorf("%s: no parent %q", g.Code, g.Parent)
		}
		for _, c := range g.Countries {
			if !slices.Contains(parent.Countries, c) {
				t.Errorf("%s: %s is not in the group around it, %s", g.Code, c, g.Parent)
			}
		}
	}
	if g, ok := regions.LookupGroup("013"); !ok || g.NameUN != "Central America" || len(g.Countries) != 8 {
		t.Errorf("LookupGroup(013) = %+v, %v", g, ok)
	}
	for _, code := range []string{"", "13", "999", "001"} {
		if _, ok := regions.LookupGroup(code); ok {
			t.Errorf("there is a group %q", code)
		}
	}
}

// What people have signed in policy.json is what the derived files say.
func TestPolicy(t *testing.T) {
	b, err := os.ReadFile("data/policy.json")
	if err != nil {
		t.Fatal(err)
	}
	var policy struct {
		PartOf    map[regions.Code]regions.Code     `json:"partOf"`
		Footnotes map[regions.Code]string           `json:"footnotes"`
		ByHand    map[regions.Code]regions.RegionID `json:"regionByHand"`
		M49ByHand map[regions.Code]string           `json:"m49ByHand"`
		Names     map[regions.Code]regions.Names    `json:"names"`
		Regions   []struct {
			ID    regions.RegionID `json:"id"`
			Names regions.Names    `json:"names"`
			M49   []string         `json:"m49"`
		} `json:"regions"`
	}
	if err := json.Unmarshal(b, &policy); err != nil {
		t.Fatal(err)
	}
	for _, c := range regions.Countries() {
		if c.PartOf != policy.PartOf[c.Code] {
			t.Errorf("%s is part of %q, in the policy of %q", c.Code, c.PartOf, policy.PartOf[c.Code])
		}
		if c.Footnote != policy.Footnotes[c.Code] {
			t.Errorf("%s has footnote %q, in the policy %q", c.Code, c.Footnote, policy.Footnotes[c.Code])
		}
		if g := policy.M49ByHand[c.Code]; g != "" && !slices.Contains(c.Groups, g) {
			t.Errorf("%s is in %v, by the policy in %s", c.Code, c.Groups, g)
		}
		for lang, name := range policy.Names[c.Code] {
			if c.Names[lang] != name {
				t.Errorf("%s is %q in %s, in the policy %q", c.Code, c.Names[lang], lang, name)
			}
		}
		want, byHand := policy.ByHand[c.Code]
		for _, r := range policy.Regions {
			for _, g := range r.M49 {
				if !byHand && slices.Contains(c.Groups, g) {
					want = r.ID
				}
			}
		}
		if c.Region != want {
			t.Errorf("%s is in %q, by the policy in %q", c.Code, c.Region, want)
		}
	}
	for _, r := range policy.Regions {
		if got, _ := regions.LookupRegion(r.ID); !reflect.DeepEqual(got.Names, r.Names) {
			t.Errorf("%s is called %v, in the policy %v", r.ID, got.Names, r.Names)
		}
	}
}

func TestByName(t *testing.T) {
	for _, tt := range []struct {
		lang string
		want []regions.Code // in this order, perhaps with others between
	}{
		{"en", []regions.Code{"AF", "AX", "AL", "CR", "CI", "HR", "CU", "CW", "CY", "ZW"}},
		{"es", []regions.Code{"AF", "AL", "DE", "EG", "SV", "AE", "SK", "ES", "US", "ET", "PE", "ZW"}},
		{"fr", []regions.Code{"AF", "ZA", "EC", "ER", "ES", "EE", "SZ", "US", "ET", "KY", "IN", "ZW"}},
		{"pt", []regions.Code{"AF", "ZA", "AL", "AO", "AQ", "AT", "BR", "ZW"}},
		{"ar", []regions.Code{"IS", "AM", "AU", "DE", "BE", "TN", "FR", "EG", "NL"}},
	} {
		all := regions.ByName(tt.lang)
		if len(all) != 250 {
			t.Errorf("%s: %d countries", tt.lang, len(all))
		}
		place := map[regions.Code]int{}
		for i, c := range all {
			place[c.Code] = i
		}
		if !slices.IsSortedFunc(tt.want, func(a, b regions.Code) int { return place[a] - place[b] }) {
			t.Errorf("%s: %v stand at %v", tt.lang, tt.want, func() (at []int) {
				for _, c := range tt.want {
					at = append(at, place[c])
				}
				return at
			}())
		}
	}
	en := regions.ByName("en")
	for _, lang := range []string{"", "xx", "de", strings.Repeat("x", 1<<16)} {
		if !reflect.DeepEqual(regions.ByName(lang), en) {
			t.Errorf("ByName(%.10q) is not in English order", lang)
		}
	}
	if !reflect.DeepEqual(regions.ByName("pt-BR"), regions.ByName("pt")) {
		t.Error("pt-BR is not sorted as pt")
	}
}

// Whatever a caller does to what it was given, the next one finds all as it was.
func TestCopies(t *testing.T) {
	spoil := func(c regions.Country) {
		c.Names["en"] = "spoilt"
		for i := range c.Groups {
			c.Groups[i] = "spoilt"
		}
	}
	c, _ := regions.Lookup("MX")
	spoil(c)
	all := regions.Countries()
	spoil(all[0])
	all[1] = regions.Country{}
	sorted := regions.ByName("es")
	spoil(sorted[0])
	slices.Reverse(sorted)
	r, _ := regions.LookupRegion("africa")
	r.Countries[0], r.Names["en"] = "spoilt", "spoilt"
	rs := regions.Regions()
	rs[0].Countries[0] = "spoilt"
	g, _ := regions.LookupGroup("002")
	g.Countries[0], g.Names["en"] = "spoilt", "spoilt"
	regions.Groups()[0].Countries[0] = "spoilt"
	regions.Aliases("NL")["en"][0] = "spoilt"
	regions.RegionAliases("mena")["en"][0] = "spoilt"

	for _, now := range []any{regions.Countries(), regions.ByName("es"), regions.Regions(), regions.Groups(), regions.Aliases("NL"), regions.RegionAliases("mena")} {
		if s := fmt.Sprintf("%+v", now); strings.Contains(s, "spoilt") {
			t.Errorf("spoilt: %.300s", s)
		}
	}
	if regions.Countries()[1].Code == "" || regions.ByName("es")[0].Code != "AF" {
		t.Error("the order was spoilt")
	}
}

// Run with -race.
func TestConcurrent(t *testing.T) {
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			for range 20 {
				lang := languages[i%len(languages)]
				if n := len(regions.ByName(lang)); n != 250 {
					t.Errorf("ByName(%s): %d", lang, n)
				}
				if code, _ := regions.Find("Burma"); code != "MM" {
					t.Errorf("Find(Burma) = %s", code)
				}
				if c, _ := regions.Nearest("Swizerland"); c.Code != "CH" {
					t.Errorf("Nearest(Swizerland) = %s", c.Code)
				}
				regions.Countries()[0].Names["en"] = "mine"
				regions.Aliases("US")["es"][0] = "mine"
			}
		})
	}
	wg.Wait()
}

func ExampleByName() {
	for _, c := range regions.ByName("es")[:5] {
		fmt.Println(c.Code, c.Names.In("es"))
	}
	// Output:
	// AF Afganistán
	// AL Albania
	// DE Alemania
	// AD Andorra
	// AO Angola
}

func BenchmarkLookup(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		regions.Lookup("MX")
	}
}

// BenchmarkByName is what a page with a list of all countries pays.
func BenchmarkByName(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		regions.ByName("es")
	}
}
