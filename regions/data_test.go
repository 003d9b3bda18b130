package regions

import (
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"
)

// embedded gives the real files, to be spoilt.
func embedded(t testing.TB) fstest.MapFS {
	m := fstest.MapFS{}
	for _, name := range []string{"countries.json", "regions.json", "aliases.json"} {
		b, err := fs.ReadFile(files, "data/"+name)
		if err != nil {
			t.Fatal(err)
		}
		m[name] = &fstest.MapFile{Data: b}
	}
	return m
}

func TestParse(t *testing.T) {
	a, err := parse(embedded(t))
	if err != nil {
		t.Fatal(err)
	}
	if len(a.countries) != 250 || len(a.regions) != 5 || len(a.groups) != 29 {
		t.Errorf("%d countries, %d regions, %d groups", len(a.countries), len(a.regions), len(a.groups))
	}
}

func TestParseFaults(t *testing.T) {
	for _, tt := range []struct{ name, file, old, new, want string }{
		{"file missing", "aliases.json", "", "", "aliases.json"},
		{"not JSON", "countries.json", `"a2":"AL"`, `"a2:"AL"`, "countries.json:"},
		{"misspelt field", "countries.json", `"a3":"ALB"`, `"alpha3":"ALB"`, `unknown field "alpha3"`},
		{"more after the end", "regions.json", "\n]}\n", "\n]}\n{}", "regions.json: there is more after its end"},
		{"code in small letters", "countries.json", `"a2":"MX"`, `"a2":"mx"`, "countries.json: mx: a code is two capital letters"},
		{"code twice", "countries.json", `"a2":"AE"`, `"a2":"AD"`, "countries.json: AD: stands after AD"},
		{"alpha-3", "countries.json", `"a3":"MEX"`, `"a3":"Mex"`, `MX: a3 "Mex"`},
		{"no number", "countries.json", `"m49":"484"`, `"m49":""`, `MX: m49 "" is not three digits`},
		{"number twice", "countries.json", `"m49":"484"`, `"m49":"008"`, "MX: m49 008 is that of AL"},
		{"no region", "countries.json", `"a3":"MEX","m49":"484","region":"americas"`, `"a3":"MEX","m49":"484","region":""`, `MX: region "" is not in regions.json`},
		{"other region", "countries.json", `"a3":"MEX","m49":"484","region":"americas"`, `"a3":"MEX","m49":"484","region":"europe"`, "MX: not among the countries of region europe"},
		{"unknown group", "countries.json", `"484","region":"americas","un":["019","419","013"]`, `"484","region":"americas","un":["019","419","999"]`, `MX: M49 group "999"`},
		{"groups in disorder", "countries.json", `"484","region":"americas","un":["019","419","013"]`, `"484","region":"americas","un":["419","019","013"]`, "MX: M49 groups [419 019 013] do not go"},
		{"part of nothing", "countries.json", `"partOf":"FI"`, `"partOf":"FF"`, `AX: part of "FF"`},
		{"part of a part", "countries.json", `"partOf":"FI"`, `"partOf":"YT"`, `AX: part of "YT"`},
		{"no name", "countries.json", `"fr":"Mexique"`, `"fr":" "`, "MX: no name in fr"},
		{"sixth language", "countries.json", `"fr":"Mexique"`, `"fr":"Mexique","de":"Mexiko"`, "MX: names in [ar de en es fr pt]"},
		{"two names alike", "countries.json", `"fr":"Mexique"`, `"fr":"Brésil"`, `MX: "Brésil" is a word of BR too`},
		{"member unknown", "regions.json", `"countries":["AO",`, `"countries":["AO","AP",`, `regions.json: africa: "AP" is no country`},
		{"member in disorder", "regions.json", `"countries":["AO","BF"`, `"countries":["BF","AO"`, "regions.json: africa: AO stands after BF"},
		{"member left out", "regions.json", `"countries":["AO","BF"`, `"countries":["BF"`, "countries.json: AO: not among the countries of region africa"},
		{"group without parent", "regions.json", `"code":"013","parent":"419"`, `"code":"013","parent":"420"`, `regions.json: un 013: parent "420"`},
		{"group without name", "regions.json", `"nameUN":"Central America"`, `"nameUN":""`, "regions.json: un 013: no nameUN"},
		{"alias of no country", "aliases.json", `"a2":"MX"`, `"a2":"MW2"`, "aliases.json: MW2: is no country"},
		{"aliases in disorder", "aliases.json", `{"a2":"AE"`, `{"a2":"AD"`, "aliases.json: AD: stands after AD"},
		{"alias of two", "aliases.json", `["Burma"]`, `["Burma","Holland"]`, `"Holland" is a word of`},
		{"alias that is a code", "aliases.json", `["Burma"]`, `["Burma","Per"]`, `aliases.json: MM: "Per" is a word of PE too`},
		{"alias twice", "aliases.json", `["Burma"]`, `["Burma","BURMA’"]`, `"BURMA’" in en is found as "Burma" already`},
		{"alias that is the name", "aliases.json", `["Burma"]`, `["myanmar"]`, `"myanmar" in en is found as "Myanmar" already`},
		{"alias of nothing", "aliases.json", `["Burma"]`, `["…"]`, `"…" in en is not a word`},
		{"alias in a sixth language", "aliases.json", `{"en":["Burma"]`, `{"de":["Birma"]`, `language "de"`},
		{"abbreviation in small letters", "aliases.json", `["DRC"]`, `["DRCongo"]`, `abbreviation "DRCongo" in en is not all in capitals`},
		{"name in capitals", "aliases.json", `["Burma"]`, `["BURMA"]`, `"BURMA" in en is all in capitals`},
		{"row without words", "aliases.json", `{"a2":"HN",`, `{"a2":"HM"},` + "\n" + `{"a2":"HN",`, "aliases.json: HM: has no words"},
		{"region of no kind", "aliases.json", `"id":"mena"`, `"id":"orient"`, "aliases.json: orient: is no region"},
		{"region and country alike", "aliases.json", `["APAC"]`, `["USA"]`, `asia-pacific: "USA" is a word of the country US too`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			m := embedded(t)
			if tt.old == "" {
				delete(m, tt.file)
			} else {
				s := string(m[tt.file].Data)
				if !strings.Contains(s, tt.old) {
					t.Fatalf("%s has no %s to spoil", tt.file, tt.old)
				}
				m[tt.file] = &fstest.MapFile{Data: []byte(strings.Replace(s, tt.old, tt.new, 1))}
			}
			_, err := parse(m)
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("parse: %v\nwant a fault with %s", err, tt.want)
			}
		})
	}
}

// A record stands on a line, so that a change can be read in a diff.
func TestOneRecordOnALine(t *testing.T) {
	for name, f := range embedded(t) {
		for i, line := range strings.Split(string(f.Data), "\n") {
			if n := strings.Count(line, `{"a2":`) + strings.Count(line, `{"id":`) + strings.Count(line, `{"code":`); n > 1 {
				t.Errorf("%s:%d: %d records on one line", name, i+1, n)
			}
		}
	}
}

func TestLabel(t *testing.T) {
	for _, tt := range []struct {
		code       Code
		lang, want string
	}{{"LA", "en", "Lao PDR"}, {"CD", "fr", "RD Congo"}, {"TH", "es", "Tailandia"}, {"ZZ", "en", "ZZ"}} {
		if got := Label(tt.code, tt.lang); got != tt.want {
			t.Errorf("%s in %s is %q, want %q", tt.code, tt.lang, got, tt.want)
		}
	}
	for code, names := range world.short {
		for lang, short := range names {
			if whole := Name(code, lang); len(short) >= len(whole) {
				t.Errorf("%s in %s: %q is no shorter than %q", code, lang, short, whole)
			}
		}
	}
}

// BenchmarkParse is what every start of the program pays.
func BenchmarkParse(b *testing.B) {
	m := embedded(b)
	for b.Loop() {
		if _, err := parse(m); err != nil {
			b.Fatal(err)
		}
	}
}
