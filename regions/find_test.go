package regions_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"opendoor/regions"
	"opendoor/regions/fold"
)

func TestFind(t *testing.T) {
	for _, tt := range []struct {
		want  regions.Code
		typed []string
	}{
		{"CI", []string{"Côte d’Ivoire", "Cote dIvoire", "cote d'ivoire", "Cote d Ivoire", "COTE D`IVOIRE", "Ivory Coast", "costa de marfil", "Costa do Marfim", "ساحل العاج", "ivoirienne", "ivoirien"}},
		{"NL", []string{"Holland", "Holanda", "hollande", "the Netherlands", "Les Pays-Bas", "pays bas", "Dutch", "neerlandesa", "هولندا", "هولندي"}},
		{"MM", []string{"Burma", "birmania", "Birmanie", "Birmânia", "بورما", "Burmese", "MMR"}},
		{"SZ", []string{"Swaziland", "Suazilandia", "eSwatini", "swazi"}},
		{"US", []string{"USA", "us", "U.S.", "U.S.A.", "EE. UU.", "EE.UU.", "EEUU", "EE UU", "EUA", "United States of America", "the United States", "los Estados Unidos", "estadounidense", "étatsunien", "الولايات المتحدة الامريكيه"}},
		{"GB", []string{"UK", "U.K.", "Great Britain", "britain", "Gran Bretaña", "grande bretagne", "Grã-Bretanha", "بريطانيا", "British", "Reino Unido"}},
		{"CD", []string{"DRC", "D.R.C.", "RDC", "R.D.C", "rd congo", "Congo-Kinshasa", "Zaïre", "COD", "Congo (Democratic Republic of the)"}},
		{"CG", []string{"Congo", "the Congo", "Congo-Brazzaville", "Republic of the Congo", "الكونغو"}},
		{"TH", []string{"Thai", "thaïlandais", "tailandesa", "Siam", "تايلاند"}},
		{"MX", []string{"Mexican", "mexicano", "mexicana", "Méjico", "mexico", "المكسيك", "مكسيك", "المكسيكية"}},
		{"TR", []string{"Turkey", "Turkiye", "Türkiye", "turquía", "Turc", "تركية"}},
		{"KR", []string{"South Korea", "Korea, Republic of", "corea del sur", "surcoreano", "كوريا الجنوبية"}},
		{"KP", []string{"North Korea", "DPRK", "Democratic People's Republic of Korea"}},
		{"PS", []string{"Palestine", "palestina", "فلسطين", "oPt", "Palestinian"}},
		{"IR", []string{"Iran (Islamic Republic of)", "Iran, Islamic Republic of", "Irão", "iranienne", "ايران"}},
		{"VE", []string{"Venezuela (Bolivarian Republic of)", "venezolana"}},
		{"BO", []string{"Bolivia, Plurinational State of", "boliviana"}},
		{"LA", []string{"Laos", "Lao PDR", "laotien"}},
		{"VA", []string{"Holy See", "Santa Sede", "Vaticano"}},
		{"CV", []string{"Cape Verde", "Cap-Vert", "caboverdiana", "cabo-verdiana"}},
		{"CZ", []string{"Czech Republic", "República Checa", "tcheca"}},
		{"GM", []string{"The Gambia", "La Gambie"}},
		{"UG", []string{"l’Ouganda", "L'Ouganda", "ougandaise"}},
		{"SO", []string{"الصومال", "صومال", "الصومالي", "somalí"}},
		{"EG", []string{"مصر", "المصرية", "Égypte", "EGYPT"}},
		{"DO", []string{"Dominican", "dominicana", "Dominican Rep."}},
		{"DM", []string{"Dominica", "dominiquais"}},
		{"NE", []string{"Niger", "Nigerien", "nigerino", "نيجري"}},
		{"NG", []string{"Nigeria", "Nigerian", "nigérian", "نيجيري"}},
		{"GW", []string{"Guinea-Bissau", "guinea bissau", "Bissau-Guinean", "guineense"}},
		{"GN", []string{"Guinea", "Guinée Conakry", "guineana"}},
		{"GF", []string{"Guyane", "French Guiana"}},
		{"GY", []string{"Guyana", "Guiana"}},
		{"RE", []string{"Réunion", "La Reunion"}},
		{"VN", []string{"Vietnam", "Viet Nam", "Việt Nam", "VIETNAMITA"}},
		{"XK", []string{"Kosovo", "xkx", "kosovare"}},
		{"TT", []string{"Trinidad & Tobago", "Trinidad and Tobago"}},
		{"NO", []string{"no", "Norway"}},

		{"", []string{"", " ", ".", "’", "Atlantis", "England", "Scotland", "Inglaterra", "Zanzibar", "Kurdistan", "Korea", "Congolese", "congolais", "congoleño", "Virgin Islands", "Guianas", "ZZ", "Europe", "the", "les", "l'", "ال", "MEXX", "Mexico City", "\xff\xfe"}},
		{"", []string{strings.Repeat("a", 1<<20), strings.Repeat("ا", 1<<16), strings.Repeat("R.", 100_000), "Mexico" + strings.Repeat(" ", 300)}},
	} {
		for _, typed := range tt.typed {
			if got, ok := regions.Find(typed); got != tt.want || ok != (got != "") {
				t.Errorf("Find(%.60q) = %q, %v; want %q", typed, got, ok, tt.want)
			}
		}
	}
}

func TestFindRegion(t *testing.T) {
	for typed, want := range map[string]regions.RegionID{
		"africa": "africa", "AFRICA": "africa", "sub-Saharan Africa": "africa", "l’Afrique": "africa", "África": "africa", "افريقيا": "africa", "إفريقيا": "africa",
		"Americas": "americas", "the Americas": "americas", "América Latina": "americas", "latinoamerica": "americas", "LAC": "americas", "Caribbean": "americas", "أمريكا اللاتينية": "americas",
		"asia-pacific": "asia-pacific", "Asia Pacific": "asia-pacific", "APAC": "asia-pacific", "Asie et Pacifique": "asia-pacific", "Oceania": "asia-pacific", "آسيا": "asia-pacific",
		"Europe": "europe", "EU": "europe", "E.U.": "europe", "Unión Europea": "europe", "European": "europe",
		"MENA": "mena", "Middle East and North Africa": "mena", "Medio Oriente": "mena", "Maghreb": "mena", "الشرق الاوسط": "mena",
		"": "", "world": "", "global": "", "Mexico": "", "MX": "", "\xff": "", strings.Repeat("x", 1<<20): "",
	} {
		if got, ok := regions.FindRegion(typed); got != want || ok != (want != "") {
			t.Errorf("FindRegion(%.60q) = %q, %v; want %q", typed, got, ok, want)
		}
	}
}

func TestNearest(t *testing.T) {
	for typed, want := range map[string]regions.Code{
		"Holand": "NL", "Rwnda": "RW", "Columbia": "CO", "Phillipines": "PH", "Guatamela": "GT", "Switserland": "CH",
		"Austrlia": "AU", "Mexcio": "MX", "Tunesia": "TN", "Marroco": "MA", "Lybia": "LY", "Venezula": "VE", "Brasul": "BR",
		"Domincan Republic": "DO", "Sudna": "SD", "Kazakstan": "KZ", "the Netherland": "NL", "El Slavador": "SV", "Cote dIvore": "CI",
		"Mexico": "MX", "mexicano": "MX", // known already
		"مكسك": "MX", "العراك": "IQ", "السودن": "SD",

		"": "", "Xq": "", "omn ": "OM", "Cba": "", "Iram": "", // Iran and Irak are as near
		"Berlin": "", "England": "", "alien": "", "aliens": "", "Atlantis": "", "Korea": "", "detention": "", "family": "",
		"\xff\xff\xff\xff\xff": "", "....": "", "1234567": "", strings.Repeat("Mexico", 1<<16): "",
	} {
		if got, ok := regions.Nearest(typed); got.Code != want || ok != (want != "") {
			t.Errorf("Nearest(%.40q) = %q, %v; want %q", typed, got.Code, ok, want)
		}
	}
}

// Everything in aliases.json finds its own country.
func TestAliases(t *testing.T) {
	owner := map[string]regions.Code{} // folded words of all languages
	for _, c := range regions.Countries() {
		for _, name := range c.Names {
			owner[fold.Name(name)] = c.Code
		}
		owner[strings.ToLower(string(c.Code))] = c.Code
		owner[strings.ToLower(c.Alpha3)] = c.Code
	}
	for _, c := range regions.Countries() {
		for lang, words := range regions.Aliases(c.Code) {
			if !slices.Contains(languages, lang) {
				t.Errorf("%s: language %q", c.Code, lang)
			}
			for _, w := range words {
				if got, ok := regions.Find(w); !ok || got != c.Code {
					t.Errorf("%s: Find(%q) = %q, %v", c.Code, w, got, ok)
				}
				if other, taken := owner[fold.Name(w)]; taken && other != c.Code {
					t.Errorf("%s: %q is a word of %s too", c.Code, w, other)
				}
				owner[fold.Name(w)] = c.Code
				if _, ok := regions.FindRegion(w); ok {
					t.Errorf("%s: %q is a region too", c.Code, w)
				}
				if arabic := strings.ContainsFunc(w, func(r rune) bool { return unicode.Is(unicode.Arabic, r) }); arabic != (lang == "ar") {
					t.Errorf("%s: %q is not in the script of %s", c.Code, w, lang)
				}
				if strings.TrimSpace(w) != w || !utf8.ValidString(w) || len(w) > 120 {
					t.Errorf("%s: %q", c.Code, w)
				}
			}
		}
	}
	for _, r := range regions.Regions() {
		for _, words := range regions.RegionAliases(r.ID) {
			for _, w := range words {
				if got, ok := regions.FindRegion(w); !ok || got != r.ID {
					t.Errorf("%s: FindRegion(%q) = %q, %v", r.ID, w, got, ok)
				}
				if code, ok := owner[fold.Name(w)]; ok {
					t.Errorf("%s: %q is a word of %s too", r.ID, w, code)
				}
			}
		}
	}
	if got := regions.Aliases("ZZ"); len(got) != 0 {
		t.Errorf("aliases of no country: %v", got)
	}
	if got := regions.Aliases("US")["es"]; !slices.Contains(got, "EE. UU.") || !slices.Contains(got, "estadounidense") {
		t.Errorf("Spanish words for the United States: %q", got)
	}
}

// Countries whose people nobody calls by a word of their own, or by one that
// they share, are listed; all others have an adjective in the languages that
// most readers write.
func TestEveryCountryHasAnAdjective(t *testing.T) {
	none := strings.Fields("AQ BL BQ BV CC CD CG GG GS HM JE MF MP PM SJ SX TC TF UM VA VI")
	besides := map[string][]string{
		"en": {"DM"}, // Dominican is the Dominican Republic
		// malauí folds as the name; indio mostly means indigenous
		"es": {"MW", "IN", "AS", "CK", "CX", "NF", "PN", "SH", "VG", "WF"},
	}
	for _, c := range regions.Countries() {
		if slices.Contains(none, string(c.Code)) {
			continue
		}
		for lang, except := range besides {
			if slices.Contains(except, string(c.Code)) {
				continue
			}
			adjective := slices.ContainsFunc(regions.Aliases(c.Code)[lang], func(w string) bool {
				r, _ := utf8.DecodeRuneInString(w)
				return unicode.IsLower(r) || lang == "en"
			})
			if !adjective {
				t.Errorf("%s has no adjective in %s", c.Code, lang)
			}
		}
	}
}

// An abbreviation can be told from a word, for a reader of running text must
// not take "eau" for the Emirates.
func TestAbbreviationsAreInCapitals(t *testing.T) {
	var all []string
	for _, c := range regions.Countries() {
		for _, words := range regions.Aliases(c.Code) {
			for _, w := range words {
				if strings.ToUpper(w) == w && strings.ToLower(w) != w {
					all = append(all, w)
				}
			}
		}
	}
	for _, want := range []string{"USA", "UK", "RDC", "DRC", "EE. UU.", "EAU", "UAE"} {
		if !slices.Contains(all, want) {
			t.Errorf("no abbreviation %s", want)
		}
	}
}

func FuzzFind(f *testing.F) {
	for _, s := range []string{"", "l'", "ال", "Côte d’Ivoire", "EE. UU.", "Holand", "العراك", "\xff", "\u0301"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if code, ok := regions.Find(s); ok {
			if c, known := regions.Lookup(code); !known {
				t.Errorf("Find(%q) = %q, which is no country", s, code)
			} else if near, ok := regions.Nearest(s); !ok || near.Code != c.Code {
				t.Errorf("Find(%q) = %s, but Nearest gives %q", s, code, near.Code)
			}
		} else if c, ok := regions.Nearest(s); ok && c.Code == "" {
			t.Errorf("Nearest(%q) gives no country and says it does", s)
		}
		regions.FindRegion(s)
	})
}

func ExampleFind() {
	for _, typed := range []string{"Cote dIvoire", "holandesa", "R.D.C.", "أمريكي", "Korea"} {
		code, ok := regions.Find(typed)
		fmt.Printf("%q %v\n", code, ok)
	}
	// Output:
	// "CI" true
	// "NL" true
	// "CD" true
	// "US" true
	// "" false
}

func ExampleNearest() {
	if c, ok := regions.Nearest("Holand"); ok {
		fmt.Printf("Did you mean %s?\n", c.Names.In("en"))
	}
	// Output: Did you mean Netherlands?
}

func BenchmarkFind(b *testing.B) {
	for b.Loop() {
		regions.Find("Côte d’Ivoire")
	}
}

// BenchmarkNearest compares a long misspelt name with every known one.
func BenchmarkNearest(b *testing.B) {
	for b.Loop() {
		regions.Nearest("Switserland")
	}
}
