package search

import (
	"slices"
	"strconv"
	"strings"

	"opendoor/practices"
	"opendoor/practices/vocabulary"
	"opendoor/regions"
)

// A Group is one filter of the catalogue, such as the people a practice is
// for. It is written in addresses as it is here: ?population=families.
type Group string

// The groups of filters.
const (
	GroupPopulation Group = "population"
	GroupMeasure    Group = "measure"
	GroupKind       Group = "kind"
	GroupRegion     Group = "region"
	GroupCountry    Group = "country"
	GroupStanding   Group = "standing"
	GroupEvidence   Group = "evidence" // strength of the evidence
	GroupElement    Group = "element"
	GroupApproach   Group = "approach"
	GroupStatus     Group = "status"
	GroupLevel      Group = "level"
	GroupActor      Group = "actor"  // types of those who lead or run it
	GroupPerson     Group = "person" // where people stand in migration
	GroupLang       Group = "lang"   // of the entry and its translations
	GroupYear       Group = "year"   // in which it began
	GroupFresh      Group = "fresh"  // FreshCurrent or FreshStale, on the day of the index
)

// The values of GroupFresh.
const (
	FreshCurrent = "current"
	FreshStale   = "stale" // see practices.Practice.Stale
)

// groups says for each group which vocabulary labels its values, and where an
// entry has them, in the order in which readers see the groups.
var groups = []struct {
	group      Group
	vocabulary string
	of         func(*practices.Practice) []string
}{
	{GroupPopulation, "population", func(p *practices.Practice) []string { return p.Populations }},
	{GroupMeasure, "measure", func(p *practices.Practice) []string { return p.Measures }},
	{GroupKind, "kind", func(p *practices.Practice) []string { return one(p.Kind) }},
	{GroupRegion, "region", (*practices.Practice).Regions},
	{GroupCountry, "", countriesOf},
	{GroupStanding, "standing", func(p *practices.Practice) []string { return one(p.Standing) }},
	{GroupEvidence, "evidence", func(p *practices.Practice) []string { return one(p.Evidence.Level) }},
	{GroupElement, "element", func(p *practices.Practice) []string { return p.Elements }},
	{GroupApproach, "approach", func(p *practices.Practice) []string { return one(p.Approach) }},
	{GroupStatus, "status", func(p *practices.Practice) []string { return one(p.Status) }},
	{GroupLevel, "level", func(p *practices.Practice) []string { return one(p.Level) }},
	{GroupActor, "actor-type", leadersOf},
	{GroupPerson, "person-status", func(p *practices.Practice) []string { return p.PersonStatus }},
	{GroupLang, "", languagesOf},
	{GroupYear, "", yearOf},
	{GroupFresh, "", func(*practices.Practice) []string { return nil }},
}

// Groups lists the filters in the order in which readers see them.
func Groups() []Group {
	list := make([]Group, len(groups))
	for i, g := range groups {
		list[i] = g.group
	}
	return list
}

// index is the place of g among the groups, -1 for one that is no filter.
func (g Group) index() int {
	for i := range groups {
		if groups[i].group == g {
			return i
		}
	}
	return -1
}

// Vocabulary names the vocabulary whose terms the values are, and is "" for
// countries, which are codes of ISO 3166-1, languages, which are tags of
// BCP 47, years, and whether an entry is fresh.
func (g Group) Vocabulary() string {
	if i := g.index(); i >= 0 {
		return groups[i].vocabulary
	}
	return ""
}

// Values gives the values that an entry has in the group, without doubles. It
// has none where the entry does not say. Whether it is fresh depends on the
// day, and is known to an index only.
func (g Group) Values(p *practices.Practice) []string {
	i := g.index()
	if i < 0 {
		return nil
	}
	var values []string
	for _, v := range groups[i].of(p) {
		if v != "" && !slices.Contains(values, v) {
			values = append(values, v)
		}
	}
	return values
}

// known says whether a value means something, whether or not any entry has it.
func (g Group) known(value string) bool {
	switch {
	case g == GroupCountry:
		_, ok := regions.Lookup(regions.Code(value))
		return ok
	case g.Vocabulary() != "":
		return vocabulary.Named(g.Vocabulary()).Has(value)
	case g == GroupFresh:
		return value == FreshCurrent || value == FreshStale
	case g == GroupYear:
		_, _, ok := years(value)
		return ok
	}
	return slices.Contains(vocabulary.Languages, value)
}

// spell writes a value in the one way that addresses have it.
func (g Group) spell(value string) string {
	value = clipRunes(clean(value), maxValue)
	switch g {
	case GroupCountry:
		return strings.ToUpper(value)
	case GroupLang:
		return value // of BCP 47, as entries write it: pt-BR
	}
	return strings.ToLower(value)
}

func one(value string) []string { return []string{value} }

func countriesOf(p *practices.Practice) []string {
	var codes []string
	for _, c := range p.Countries {
		codes = append(codes, string(c))
	}
	return codes
}

// yearOf is the year in which a practice began, where that is known.
func yearOf(p *practices.Practice) []string {
	if p.Started.Year == 0 {
		return nil
	}
	return one(strconv.Itoa(p.Started.Year))
}

// years reads a year or a span of years: 2019, 2019..2022.
func years(value string) (from, to int, ok bool) {
	first, last, span := strings.Cut(value, "..")
	if !span {
		last = first
	}
	from, err := strconv.Atoi(first)
	to, bad := strconv.Atoi(last)
	return from, to, err == nil && bad == nil && len(first) == 4 && len(last) == 4 && from <= to
}

func leadersOf(p *practices.Practice) []string {
	var types []string
	for _, a := range p.Leaders() {
		types = append(types, a.Type)
	}
	return types
}

func languagesOf(p *practices.Practice) []string {
	list := []string{p.Lang}
	for lang := range p.Translations {
		list = append(list, lang)
	}
	slices.Sort(list[1:])
	return list
}
