package regions

import (
	"bytes"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"regexp"
	"slices"
	"strings"
	"sync"
	"unicode"

	"golang.org/x/text/collate"
	"golang.org/x/text/language"

	"opendoor/regions/fold"
)

// NamesLicence is the licence of the names of countries and groups, in full, as
// it asks of every copy.
//
//go:embed data/LICENCE-UNICODE.txt
var NamesLicence string

//go:embed data/countries.json data/regions.json data/aliases.json
var files embed.FS

// world is all that this package knows.
var world = func() *atlas {
	data, err := fs.Sub(files, "data")
	if err == nil {
		var a *atlas
		if a, err = parse(data); err == nil {
			return a
		}
	}
	panic(fmt.Sprintf("regions: the embedded data are not in order; mend them in regions/data and build again:\n%v", err))
}()

// languages are those in which every name is given.
var languages = []string{"en", "es", "fr", "pt", "ar"}

// An atlas is the data of the files, checked and made ready. It is never
// changed once it is there.
type atlas struct {
	countries []Country // in order of code
	regions   []Region  // in order of ID
	groups    []Group   // in order of code

	byCode   map[Code]int
	byRegion map[RegionID]int
	byGroup  map[string]int

	points map[Code]Point   // where labels stand on the map
	short  map[Code]Names   // what they say where the name is too long
	views  map[RegionID]Box // what the map of a region shows

	aliases       map[Code]map[string][]string
	regionAliases map[RegionID]map[string][]string

	names       map[string]Code // folded names, aliases and codes
	regionNames map[string]RegionID
	near        []nearName
	order       map[string]func() []int // by language: the countries by name
}

// A nearName is a name to which a misspelt one is compared.
type nearName struct {
	word    []rune
	code    Code
	letters fold.Letters
}

// The files as they are written. data/README.md says what the fields mean.
type (
	countriesFile struct {
		CLDR      string `json:"cldr"`
		Countries []struct {
			A2       Code        `json:"a2"`
			A3       string      `json:"a3"`
			M49      string      `json:"m49"`
			Region   RegionID    `json:"region"`
			UN       []string    `json:"un"`
			At       *[2]float64 `json:"at"` // for the map
			Shape    bool        `json:"shape"`
			PartOf   Code        `json:"partOf"`
			Footnote string      `json:"footnote"`
			Names    Names       `json:"names"`
			Short    Names       `json:"short"` // for the map
		} `json:"countries"`
	}
	regionsFile struct {
		Regions []struct {
			ID        RegionID   `json:"id"`
			View      [4]float64 `json:"view"` // for the map
			Names     Names      `json:"names"`
			Countries []Code     `json:"countries"`
		} `json:"regions"`
		UN []struct {
			Code      string `json:"code"`
			Parent    string `json:"parent"`
			NameUN    string `json:"nameUN"`
			Names     Names  `json:"names"`
			Countries []Code `json:"countries"`
		} `json:"un"`
	}
	aliasesFile struct {
		About   string `json:"about"`
		Regions []struct {
			ID RegionID `json:"id"`
			words
		} `json:"regions"`
		Countries []struct {
			A2 Code `json:"a2"`
			words
		} `json:"countries"`
	}
	words struct {
		Names         map[string][]string `json:"names"`
		Adjectives    map[string][]string `json:"adjectives"`
		Abbreviations map[string][]string `json:"abbreviations"`
	}
)

// parse reads and checks countries.json, regions.json and aliases.json. Its
// error holds every fault that it found.
func parse(fsys fs.FS) (*atlas, error) {
	var (
		countries countriesFile
		regions   regionsFile
		aliases   aliasesFile
	)
	if err := errors.Join(
		read(fsys, "countries.json", &countries),
		read(fsys, "regions.json", &regions),
		read(fsys, "aliases.json", &aliases),
	); err != nil {
		return nil, err
	}

	a := &atlas{
		byCode:        make(map[Code]int),
		byRegion:      make(map[RegionID]int),
		byGroup:       make(map[string]int),
		points:        make(map[Code]Point),
		short:         make(map[Code]Names),
		views:         make(map[RegionID]Box),
		aliases:       make(map[Code]map[string][]string),
		regionAliases: make(map[RegionID]map[string][]string),
		names:         make(map[string]Code),
		regionNames:   make(map[string]RegionID),
	}
	for _, c := range countries.Countries {
		a.countries = append(a.countries, Country{
			Code: c.A2, Alpha3: c.A3, M49: c.M49, Region: c.Region, Groups: c.UN,
			PartOf: c.PartOf, Footnote: c.Footnote, Names: c.Names,
		})
		if c.At != nil {
			a.points[c.A2] = Point{c.At[0], c.At[1]}
		}
		if c.Short != nil {
			a.short[c.A2] = c.Short
		}
	}
	for _, r := range regions.Regions {
		a.regions = append(a.regions, Region{r.ID, r.Names, r.Countries})
		a.views[r.ID] = Box{r.View[0], r.View[1], r.View[0] + r.View[2], r.View[1] + r.View[3]}
	}
	for _, g := range regions.UN {
		a.groups = append(a.groups, Group{g.Code, g.Parent, g.NameUN, g.Names, g.Countries})
	}
	for i, c := range a.countries {
		a.byCode[c.Code] = i
	}
	for i, r := range a.regions {
		a.byRegion[r.ID] = i
	}
	for i, g := range a.groups {
		a.byGroup[g.Code] = i
	}

	var f faults
	for code, names := range a.short {
		f.names(string(code)+": short", names)
	}
	a.checkCountries(&f)
	a.checkRegions(&f)
	a.checkGroups(&f)
	a.addNames(&f, &aliases)
	a.order = make(map[string]func() []int)
	for _, lang := range languages {
		a.order[lang] = sync.OnceValue(func() []int { return a.byName(lang) })
	}
	return a, errors.Join(f...)
}

// read reads one file strictly: a field that we do not know is a misspelt one.
func read(fsys fs.FS, name string, into any) error {
	b, err := fs.ReadFile(fsys, name)
	if err != nil {
		return err
	}
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		return fmt.Errorf("%s:%d: %w", name, 1+bytes.Count(b[:min(d.InputOffset(), int64(len(b)))], []byte("\n")), err)
	}
	if _, err := d.Token(); err != io.EOF {
		return fmt.Errorf("%s: there is more after its end", name)
	}
	return nil
}

type faults []error

func (f *faults) add(format string, args ...any) {
	*f = append(*f, fmt.Errorf(format, args...))
}

func (f *faults) names(where string, n Names) {
	for _, lang := range languages {
		if strings.TrimSpace(n[lang]) == "" {
			f.add("%s: no name in %s", where, lang)
		}
	}
	if len(n) > len(languages) {
		f.add("%s: names in %v; only %v are read", where, slices.Sorted(maps.Keys(n)), languages)
	}
}

// members checks a list of countries: known, sorted, none twice.
func (a *atlas) members(f *faults, where string, codes []Code) {
	for i, c := range codes {
		if _, ok := a.byCode[c]; !ok {
			f.add("%s: %q is no country", where, c)
		}
		if i > 0 && codes[i-1] >= c {
			f.add("%s: %s stands after %s; sort the codes and keep one of each", where, c, codes[i-1])
		}
	}
}

var (
	alpha2 = regexp.MustCompile(`^[A-Z]{2}$`)
	alpha3 = regexp.MustCompile(`^[A-Z]{3}$`)
	m49    = regexp.MustCompile(`^[0-9]{3}$`)
)

func (a *atlas) checkCountries(f *faults) {
	numbers := make(map[string]Code)
	for i, c := range a.countries {
		where := fmt.Sprintf("countries.json: %s", c.Code)
		if !alpha2.MatchString(string(c.Code)) {
			f.add("%s: a code is two capital letters", where)
		}
		if i > 0 && a.countries[i-1].Code >= c.Code {
			f.add("%s: stands after %s; sort the countries and keep one of each", where, a.countries[i-1].Code)
		}
		if !alpha3.MatchString(c.Alpha3) {
			f.add("%s: a3 %q is not three capital letters", where, c.Alpha3)
		}
		switch other, taken := numbers[c.M49]; {
		case c.M49 == "" && c.Code == "XK": // the United Nations gives it no number
		case !m49.MatchString(c.M49):
			f.add("%s: m49 %q is not three digits", where, c.M49)
		case taken:
			f.add("%s: m49 %s is that of %s", where, c.M49, other)
		default:
			numbers[c.M49] = c.Code
		}
		switch j, ok := a.byRegion[c.Region]; {
		case c.Region == "" && c.Code == "AQ":
		case !ok:
			f.add("%s: region %q is not in regions.json", where, c.Region)
		case !slices.Contains(a.regions[j].Countries, c.Code):
			f.add("%s: not among the countries of region %s", where, c.Region)
		}
		if len(c.Groups) == 0 && c.Code != "AQ" {
			f.add("%s: in no M49 group", where)
		}
		for k, code := range c.Groups {
			switch j, ok := a.byGroup[code]; {
			case !ok:
				f.add("%s: M49 group %q is not in regions.json", where, code)
			case k == 0 && a.groups[j].Parent != "", k > 0 && a.groups[j].Parent != c.Groups[k-1]:
				f.add("%s: M49 groups %v do not go from the largest to the smallest", where, c.Groups)
			case !slices.Contains(a.groups[j].Countries, c.Code):
				f.add("%s: not among the countries of M49 group %s", where, code)
			}
		}
		if c.PartOf != "" {
			if j, ok := a.byCode[c.PartOf]; !ok || a.countries[j].PartOf != "" || c.PartOf == c.Code {
				f.add("%s: part of %q, which is no state", where, c.PartOf)
			}
		}
		f.names(where, c.Names)
	}
}

func (a *atlas) checkRegions(f *faults) {
	for i, r := range a.regions {
		where := fmt.Sprintf("regions.json: %s", r.ID)
		if i > 0 && a.regions[i-1].ID >= r.ID {
			f.add("%s: stands after %s; sort the regions and keep one of each", where, a.regions[i-1].ID)
		}
		a.members(f, where, r.Countries)
		for _, c := range r.Countries {
			if j, ok := a.byCode[c]; ok && a.countries[j].Region != r.ID {
				f.add("%s: %s has region %q in countries.json", where, c, a.countries[j].Region)
			}
		}
		f.names(where, r.Names)
	}
}

func (a *atlas) checkGroups(f *faults) {
	for i, g := range a.groups {
		where := fmt.Sprintf("regions.json: un %s", g.Code)
		if !m49.MatchString(g.Code) {
			f.add("%s: a code is three digits", where)
		}
		if i > 0 && a.groups[i-1].Code >= g.Code {
			f.add("%s: stands after %s; sort the groups and keep one of each", where, a.groups[i-1].Code)
		}
		if _, ok := a.byGroup[g.Parent]; g.Parent != "" && !ok || g.Parent == g.Code {
			f.add("%s: parent %q is no group", where, g.Parent)
		}
		if g.NameUN == "" {
			f.add("%s: no nameUN", where)
		}
		a.members(f, where, g.Countries)
		for _, c := range g.Countries {
			if j, ok := a.byCode[c]; ok && !slices.Contains(a.countries[j].Groups, g.Code) {
				f.add("%s: %s does not have it in countries.json", where, c)
			}
		}
		f.names(where, g.Names)
	}
}

// addNames fills the look-ups by name, and the aliases.
func (a *atlas) addNames(f *faults, file *aliasesFile) {
	for _, c := range a.countries {
		where := fmt.Sprintf("countries.json: %s", c.Code)
		addName(f, a.names, where, string(c.Code), c.Code)
		addName(f, a.names, where, c.Alpha3, c.Code)
		for _, lang := range languages {
			addName(f, a.names, where, c.Names[lang], c.Code)
			a.addNear(c.Names[lang], c.Code)
		}
	}
	for i, row := range file.Countries {
		where := fmt.Sprintf("aliases.json: %s", row.A2)
		at, ok := a.byCode[row.A2]
		if !ok {
			f.add("%s: is no country of countries.json", where)
			continue
		}
		if i > 0 && file.Countries[i-1].A2 >= row.A2 {
			f.add("%s: stands after %s; sort the countries and keep one of each", where, file.Countries[i-1].A2)
		}
		a.aliases[row.A2] = row.check(f, where, a.countries[at].Names)
		for _, w := range row.all() {
			addName(f, a.names, where, w, row.A2)
		}
		for _, lang := range languages {
			for _, n := range row.Names[lang] {
				a.addNear(n, row.A2)
			}
		}
	}

	for _, r := range a.regions {
		where := fmt.Sprintf("regions.json: %s", r.ID)
		addName(f, a.regionNames, where, string(r.ID), r.ID)
		for _, lang := range languages {
			addName(f, a.regionNames, where, r.Names[lang], r.ID)
		}
	}
	for _, row := range file.Regions {
		where := fmt.Sprintf("aliases.json: %s", row.ID)
		at, ok := a.byRegion[row.ID]
		if !ok {
			f.add("%s: is no region of regions.json", where)
			continue
		}
		if a.regionAliases[row.ID] != nil {
			f.add("%s: stands there twice", where)
		}
		a.regionAliases[row.ID] = row.check(f, where, a.regions[at].Names)
		for _, w := range row.all() {
			addName(f, a.regionNames, where, w, row.ID)
			if c, ok := a.names[fold.Name(w)]; ok {
				f.add("%s: %q is a word of the country %s too", where, w, c)
			}
		}
	}
}

func addName[T comparable](f *faults, names map[string]T, where, name string, to T) {
	key := fold.Name(name)
	if key == "" {
		return // names and check have said so
	}
	if other, taken := names[key]; taken && other != to {
		f.add("%s: %q is a word of %v too; a word must not mean two", where, name, other)
		return
	}
	names[key] = to
}

func (a *atlas) addNear(name string, code Code) {
	word := nearWord(name)
	for _, n := range slices.Backward(a.near) {
		if n.code != code {
			break
		}
		if slices.Equal(n.word, word) {
			return
		}
	}
	a.near = append(a.near, nearName{word, code, fold.LettersOf(word)})
}

// all gives every word, in no order to rely on.
func (w words) all() []string {
	var all []string
	for _, kind := range []map[string][]string{w.Names, w.Adjectives, w.Abbreviations} {
		for _, list := range kind {
			all = append(all, list...)
		}
	}
	return all
}

// check looks the words of one row over and puts them together by language.
func (w words) check(f *faults, where string, names Names) map[string][]string {
	together := make(map[string][]string)
	for _, kind := range []map[string][]string{w.Names, w.Adjectives, w.Abbreviations} {
		for lang, list := range kind {
			if !slices.Contains(languages, lang) {
				f.add("%s: language %q; only %v are read", where, lang, languages)
			}
			together[lang] = append(together[lang], list...)
		}
	}
	if len(together) == 0 {
		f.add("%s: has no words; leave it out", where)
	}
	for lang, list := range together {
		seen := map[string]string{fold.Name(names[lang]): names[lang]}
		for _, word := range list {
			key := fold.Name(word)
			if key == "" {
				f.add("%s: %q in %s is not a word", where, word, lang)
			} else if other, ok := seen[key]; ok {
				f.add("%s: %q in %s is found as %q already", where, word, lang, other)
			}
			seen[key] = word
		}
	}
	for lang, list := range w.Abbreviations {
		for _, word := range list {
			if !capitals(word) {
				f.add("%s: abbreviation %q in %s is not all in capitals", where, word, lang)
			}
		}
	}
	for _, kind := range []map[string][]string{w.Names, w.Adjectives} {
		for lang, list := range kind {
			for _, word := range list {
				if capitals(word) {
					f.add("%s: %q in %s is all in capitals, as only abbreviations are", where, word, lang)
				}
			}
		}
	}
	return together
}

// capitals reports whether s has capitals and no other letters.
func capitals(s string) bool {
	return strings.ContainsFunc(s, unicode.IsUpper) &&
		!strings.ContainsFunc(s, func(r rune) bool { return unicode.IsLetter(r) && !unicode.IsUpper(r) })
}

// byName gives the countries in the order of their names in a language.
func (a *atlas) byName(lang string) []int {
	c, buf := collate.New(language.Make(lang)), new(collate.Buffer)
	keys := make([][]byte, len(a.countries))
	order := make([]int, len(a.countries))
	for i, country := range a.countries {
		keys[i] = c.KeyFromString(buf, country.Names[lang])
		order[i] = i
	}
	slices.SortStableFunc(order, func(i, j int) int { return bytes.Compare(keys[i], keys[j]) })
	return order
}
