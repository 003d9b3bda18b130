// Package regions knows the countries of the world and the regions in which
// the catalogue is worked: their codes, their names in five languages, the
// other words by which people ask for them, and which belongs to which.
//
// # Countries
//
// A country here is a row of ISO 3166-1: 249 countries and areas, and Kosovo
// under XK, the code that the European Union and others use for want of an
// official one. A territory overseas has a row of its own and says in PartOf
// which state it belongs to, so that an entry from Mayotte stands under YT and
// can still be counted for France. A code is two capital letters, and
// [Lookup] takes nothing else; [Find] takes what people type.
//
//	c, ok := regions.Lookup("MX")
//	c.Names.In("ar")                        // المكسيك
//	regions.Find("Cote dIvoire")            // CI
//	regions.Find("holandesa")               // NL
//	regions.Nearest("Holand")               // Netherlands
//	regions.ByName("es")                    // Afganistán, Albania, Alemania …
//
// # Regions and groups
//
// A [Region] is one of the five in which the organisation works: africa,
// americas, asia-pacific, europe and mena. Every country is in exactly one,
// but Antarctica, which is in none. What is worldwide has no region here.
//
// A [Group] is one of the United Nations' M49 groups, from Africa down to
// Micronesia. They nest, and they are not the regions: Sudan is in Africa for
// M49 and in mena here, as the field works. data/README.md lists where the
// two part.
//
// # Names
//
// Names are those of Unicode CLDR, and the United Nations' short form where it
// is plainly wanted (Côte d’Ivoire, State of Palestine, Viet Nam). They come in
// English, Spanish, French, Portuguese and Arabic. Every decision on a name, a
// border or a belonging stands in data/policy.json, for people to sign, and
// the names and designations used imply no opinion on the legal status of any
// country, territory or area. A country whose name needs a note whenever it is
// shown has one in Footnote.
//
// # The map
//
// [At] gives the outlines of all countries at one of three levels, as paths of
// SVG cut to a frame; [Project] puts a longitude and latitude on the same map.
//
//	s, ok := regions.At(regions.Mid).Shape("MX")
//	s.Path(s.Frame, 0)                      // M1711 1251l64-6 …
//	regions.Project(-99.13, 19.43)          // 2024.4, 1713.8
//	regions.CountryAt(p)                    // MX
//
// # Other words
//
// data/aliases.json adds by hand former and short names (Burma, Holland),
// adjectives (mexicano, libanaise) and abbreviations (RDC, EE. UU.). They are
// for finding only and never shown as the name. No two countries share a word:
// where people do share one, it finds nothing rather than the wrong country.
// So Congo is CG, as in ISO 3166-1, but "Congolese" and "Korea" are nobody's;
// "Dominican" is the Dominican Republic, as mostly meant. England, Scotland
// and Zanzibar are parts of countries and are not here.
//
// Many of these words are also ordinary ones: Turkey, Polish, chile, and of
// the codes IN, NO, per, and, can. Whoever looks for countries in running text
// must mind that; [Aliases] says how.
//
// # Use at once and copies
//
// The data are read once, when the program starts, the outlines when they are
// first asked for; a file that is not in order stops the program with its
// faults. Everything here may be called at once
// from anywhere. What is returned is a copy down to its maps and slices, and
// may be changed without harm to anybody else; for the name alone, [Name] is
// cheaper.
package regions

import (
	"maps"
	"slices"
	"strings"
)

// A Code names a country: ISO 3166-1 alpha-2 in capitals, and XK for Kosovo.
type Code string

// A RegionID names one of the five regions of the catalogue, as it stands in
// addresses and folders: "africa", "americas", "asia-pacific", "europe", "mena".
type RegionID string

// Names gives a name by language: en, es, fr, pt (as written in Brazil), ar.
type Names map[string]string

// In gives the name in a language, a BCP 47 tag such as "pt" or "pt-BR". What
// is not there in that very language is taken from its base language, and
// failing that from English.
func (n Names) In(lang string) string {
	if s, ok := n[lang]; ok {
		return s
	}
	if s, ok := n[base(lang)]; ok {
		return s
	}
	return n["en"]
}

// base gives the base language of a tag: pt for pt-BR or PT_br.
func base(lang string) string {
	if i := strings.IndexAny(lang, "-_"); i >= 0 {
		lang = lang[:i]
	}
	if len(lang) > 8 { // BCP 47 has none longer
		return ""
	}
	return strings.ToLower(lang)
}

// A Country is a country or area of ISO 3166-1: what an entry says where it
// is from.
type Country struct {
	Code     Code     // MX
	Alpha3   string   // MEX
	M49      string   // the United Nations' number, three digits; empty for XK
	Region   RegionID // empty for AQ alone
	Groups   []string // M49 groups from the largest to the smallest; none for AQ
	PartOf   Code     // the state whose territory it is: FR for YT; mostly empty
	Footnote string   // key of a note to show with the name; see data/README.md
	Names    Names
}

func (c Country) clone() Country {
	c.Groups = slices.Clone(c.Groups)
	c.Names = maps.Clone(c.Names)
	return c
}

// A Region is one of the five parts of the world in which the organisation
// works.
type Region struct {
	ID        RegionID
	Names     Names
	Countries []Code // in order of code
}

func (r Region) clone() Region {
	r.Names = maps.Clone(r.Names)
	r.Countries = slices.Clone(r.Countries)
	return r
}

// A Group is a geographical group of the United Nations' standard M49.
type Group struct {
	Code      string // three digits
	Parent    string // the group around it; empty for a continent
	NameUN    string // the United Nations' English name; a few are longer than Names has them
	Names     Names
	Countries []Code // in order of code, those of the groups within it too
}

func (g Group) clone() Group {
	g.Names = maps.Clone(g.Names)
	g.Countries = slices.Clone(g.Countries)
	return g
}

// Countries gives all 250 countries in order of code. For readers, use [ByName].
func Countries() []Country {
	all := make([]Country, len(world.countries))
	for i, c := range world.countries {
		all[i] = c.clone()
	}
	return all
}

// Lookup gives the country of a code. Only two capital letters will do; for
// what somebody typed use [Find].
func Lookup(code Code) (Country, bool) {
	i, ok := world.byCode[code]
	if !ok {
		return Country{}, false
	}
	return world.countries[i].clone(), true
}

// RegionOf gives the region of a country without copying the country; "" for
// AQ, which is in none, and for a code that is no country.
func RegionOf(code Code) RegionID {
	if i, ok := world.byCode[code]; ok {
		return world.countries[i].Region
	}
	return ""
}

// Name gives the name of a country in a language, as [Names.In] does, without
// copying the country. For a code that is none it gives the code, so that a
// page shows what it was given rather than nothing.
func Name(code Code, lang string) string {
	i, ok := world.byCode[code]
	if !ok {
		return string(code)
	}
	return world.countries[i].Names.In(lang)
}

// Label gives what stands for a country on a map, in a language: its name, or
// a shorter form of it where the whole would run over its neighbours (Lao PDR).
func Label(code Code, lang string) string {
	if short, ok := world.short[code]; ok {
		return short.In(lang)
	}
	return Name(code, lang)
}

// Regions gives the five regions in order of ID.
func Regions() []Region {
	all := make([]Region, len(world.regions))
	for i, r := range world.regions {
		all[i] = r.clone()
	}
	return all
}

// LookupRegion gives the region of an ID.
func LookupRegion(id RegionID) (Region, bool) {
	i, ok := world.byRegion[id]
	if !ok {
		return Region{}, false
	}
	return world.regions[i].clone(), true
}

// Groups gives the 29 M49 groups in order of code.
func Groups() []Group {
	all := make([]Group, len(world.groups))
	for i, g := range world.groups {
		all[i] = g.clone()
	}
	return all
}

// LookupGroup gives the M49 group of a code of three digits.
func LookupGroup(code string) (Group, bool) {
	i, ok := world.byGroup[code]
	if !ok {
		return Group{}, false
	}
	return world.groups[i].clone(), true
}

// ByName gives all countries in the order in which a reader of the language
// expects their names: É with E, Å where the language has it, Arabic by its
// letters and not by its bytes. The language is resolved as in [Names.In], so
// an unknown one is sorted as English. Each order is worked out once.
func ByName(lang string) []Country {
	order, ok := world.order[lang]
	if !ok {
		if order, ok = world.order[base(lang)]; !ok {
			order = world.order["en"]
		}
	}
	all := make([]Country, 0, len(world.countries))
	for _, i := range order() {
		all = append(all, world.countries[i].clone())
	}
	return all
}
