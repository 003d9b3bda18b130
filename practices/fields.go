package practices

import (
	"slices"

	"opendoor/practices/vocabulary"
)

// A Place is a town, province or public office where the practice is at work.
// Where people live or are cared for it is never finer than the town.
type Place struct {
	Name      string  `yaml:"name"`
	Precision string  `yaml:"precision"`
	Lat       float64 `yaml:"lat"` // degrees, two decimals at most
	Lon       float64 `yaml:"lon"`
}

// A Condition is something asked of the people in the practice.
type Condition struct {
	What   string `yaml:"what"`
	By     string `yaml:"by"`     // who asks it
	Review string `yaml:"review"` // who can lift it: court, authority, none, unknown
	Note   string `yaml:"note"`
}

// An Actor is an organisation that has a part in the practice. A person is
// named only when public in that role, or by consent.
type Actor struct {
	Name string   `yaml:"name"`
	Type string   `yaml:"type"`
	Role []string `yaml:"role"`
}

// An Answer says whether something holds, and on whose word.
type Answer struct {
	Answer  string   `yaml:"answer"`
	Sources []string `yaml:"sources"`
}

// A Basis is an instrument and article on which the practice rests.
type Basis struct {
	Text   string `yaml:"text"`
	Source string `yaml:"source"`
}

// Evidence says how strong the ground is for what the entry says of results,
// and which way it points.
type Evidence struct {
	Level     string `yaml:"level"`
	Direction string `yaml:"direction"`
}

// Step is the strength of the evidence from 1 (told) to 4 (evaluated from
// outside), and 0 when the level is not one of the vocabulary.
func (e Evidence) Step() int {
	t, _ := vocabulary.Named("evidence").Get(e.Level)
	return t.Step
}

// A Relation is a typed link to another entry, written in the entry that does
// the act.
type Relation struct {
	ID   string `yaml:"id"`
	How  string `yaml:"how"`
	Note string `yaml:"note"`
}

// A Source is a text that the entry rests on.
type Source struct {
	Key       string `yaml:"key"`
	Title     string `yaml:"title"`
	Publisher string `yaml:"publisher"`
	Date      string `yaml:"date"` // as the source gives it, or "undated"
	Kind      string `yaml:"kind"`
	URL       string `yaml:"url"`
	Where     string `yaml:"where"` // in words, when there is no address
	Lang      string `yaml:"lang"`  // BCP 47, when it is not English
	Pages     string `yaml:"pages"`
	Archived  string `yaml:"archived"`
	Read      string `yaml:"read"` // "in-part" when only part could be read
}

// Consent records that somebody agreed to a quotation or story. Ref is a
// number kept in private, never a name.
type Consent struct {
	For   string `yaml:"for"`
	Scope string `yaml:"scope"`
	Date  Date   `yaml:"date"`
	Ref   string `yaml:"ref"`
}

// A Contributor is an organisation, a name or a chosen alias.
type Contributor struct {
	Name string `yaml:"name"`
	Role string `yaml:"role"`
}

// Review says how far the entry has been checked.
type Review struct {
	State string   `yaml:"state"`
	By    []string `yaml:"by"`
	On    Date     `yaml:"on"`
	Next  Date     `yaml:"next"`
	Why   string   `yaml:"why"` // of a withdrawn entry
}

// A Response is a signed reply of a government or implementer, shown beside
// the text.
type Response struct {
	From string `yaml:"from"`
	Date Date   `yaml:"date"`
	Text string `yaml:"text"`
	URL  string `yaml:"url"`
}

// Housing says whether the practice is about where people live, so that its
// care models must be told and its places protected.
func (p *Practice) Housing() bool {
	return len(p.CareModels) > 0 ||
		slices.Contains(p.Measures, "alternative-care") ||
		slices.Contains(p.Measures, "community-placement")
}
