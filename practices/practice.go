// Package practices holds the entries of the catalogue and what must be true
// of them.
//
// An entry is one Markdown file: a front matter of plain fields, then text
// under fixed headings. [Parse] reads one file strictly and gathers every
// fault with its line and what to write instead; [Load] reads a whole tree of
// files, leaves the bad ones out, and gives an immutable [Catalogue]. The
// format is described for writers in docs/entry-format.md; the controlled
// words are in the package vocabulary, the terms of the field in glossary.
//
// A [Practice] does not change once it is loaded, so any number of readers
// may share it.
package practices

import (
	"html/template"
	"slices"
	"strings"

	"opendoor/practices/vocabulary"
	"opendoor/regions"
)

// A Practice is one entry: a law, programme, pilot, tool, decision or
// agreement that keeps people out of immigration detention, or that is told
// as a warning.
//
// An ID is never reused and an entry is never deleted; one that should no
// longer be followed is withdrawn, and says why. What is not known is written
// "unknown"; an empty list means none, a missing one that nobody has looked.
//
// The fields follow docs/entry-format.md; change the two together.
type Practice struct {
	Schema  int      `yaml:"schema"`
	ID      string   `yaml:"id"`   // "mx-0004": country or scope, then serial number
	Lang    string   `yaml:"lang"` // BCP 47, of this file
	Title   string   `yaml:"title"`
	Summary string   `yaml:"summary"`
	Also    []string `yaml:"also_called"` // names and acronyms, in any language

	Kind     string `yaml:"kind"`
	Standing string `yaml:"standing"` // how it stands to the idea of an alternative
	Caution  string `yaml:"caution"`

	Countries []regions.Code `yaml:"countries"`
	Level     string         `yaml:"level"`
	Places    []Place        `yaml:"places"`

	Elements     []string    `yaml:"elements"`
	Measures     []string    `yaml:"measures"`
	CareModels   []string    `yaml:"care_models"`
	Populations  []string    `yaml:"populations"`
	PersonStatus []string    `yaml:"person_status"`
	Approach     string      `yaml:"approach"`
	Conditions   []Condition `yaml:"conditions"`

	Actors          []Actor `yaml:"actors"`
	LivedExperience string  `yaml:"lived_experience"`

	Started Date   `yaml:"started"`
	Ended   Date   `yaml:"ended"`
	Status  string `yaml:"status"`
	AsOf    Date   `yaml:"as_of"` // the day of which the status is known

	InLaw      *Answer `yaml:"in_law"`
	InPractice *Answer `yaml:"in_practice"`
	LegalBasis []Basis `yaml:"legal_basis"`

	Figures  []Figure   `yaml:"figures"`
	Evidence Evidence   `yaml:"evidence"`
	Related  []Relation `yaml:"related"`
	Sources  []Source   `yaml:"sources"`

	Consent      []Consent     `yaml:"consent"`
	Contributors []Contributor `yaml:"contributors"`
	Review       Review        `yaml:"review"`
	Responses    []Response    `yaml:"responses"`
	Licence      string        `yaml:"licence"`

	// Path is the file the entry came from, within the content tree.
	Path string `yaml:"-"`
	// Version names the text: see [VersionID].
	Version string `yaml:"-"`
	// Sections are the parts of the body, in the order of the file.
	Sections []Section `yaml:"-"`
	// Translations of the text, by language.
	Translations map[string]*Translation `yaml:"-"`

	blob  string          // of the file, whole
	given map[string]bool // the top-level fields that the file has, empty or not
}

// A Section is one part of the body under a fixed heading.
type Section struct {
	ID       string        // of the heading vocabulary: "what-was-done"
	Markdown string        // as written, without the heading
	Text     string        // plain words, for search
	HTML     template.HTML // sanitised; footnotes link to #source-KEY
	Leads    []string      // the bold openings of its list items, in order
	Within   []string      // ids of the headings within it, in order: "what-did-not-work"

	Unsourced []string // openings of its statements of fact that name no source
}

// Section finds a part of the body by the id of its heading.
func (p *Practice) Section(id string) (Section, bool) {
	i := slices.IndexFunc(p.Sections, func(s Section) bool { return s.ID == id })
	if i < 0 {
		return Section{}, false
	}
	return p.Sections[i], true
}

// Prefix is the part of the id before the number: a country code in lower
// case, or a scope.
func (p *Practice) Prefix() string { return prefixOf(p.ID) }

// Region is the working region to which the entry belongs by its id, or
// "global".
func (p *Practice) Region() string { return regionOf(p.Prefix()) }

// Regions are all the working regions that the entry touches: its own and
// those of its countries, in the order of the region vocabulary.
func (p *Practice) Regions() []string {
	own := p.Region()
	var list []string
	for _, term := range vocabulary.Named("region").Terms {
		if term.ID == own || slices.ContainsFunc(p.Countries, func(c regions.Code) bool { return string(regions.RegionOf(c)) == term.ID }) {
			list = append(list, term.ID)
		}
	}
	return list
}

// Cautioned says whether the entry must carry its caution wherever it is
// shown: it is contested, or is detention by another name.
func (p *Practice) Cautioned() bool {
	t, _ := vocabulary.Named("standing").Get(p.Standing)
	return t.Caution
}

// Coercion is the weight of the heaviest condition put on people, from 0
// (nothing is asked) to 4 (custody-like). It is not known (ok is false) when
// nobody has looked or the sources do not say.
func (p *Practice) Coercion() (weight int, ok bool) {
	if !p.given["conditions"] {
		return 0, false
	}
	ok = true
	for _, c := range p.Conditions {
		if c.What == "unknown" {
			ok = false
			continue
		}
		t, _ := vocabulary.Named("condition").Get(c.What)
		weight = max(weight, t.Weight)
	}
	return weight, ok || weight > 0
}

// Full says whether the entry is a full one, which others can act on; a
// snapshot has less.
func (p *Practice) Full() bool {
	for _, f := range []string{"level", "elements", "person_status", "approach", "conditions", "lived_experience", "started", "in_law", "in_practice", "figures"} {
		if !p.given[f] {
			return false
		}
	}
	for _, h := range requiredHeadings {
		if _, ok := p.Section(h); !ok {
			return false
		}
	}
	return true
}

// Has says whether the file gives a field at all; an empty list is given, a
// missing one is not.
func (p *Practice) Has(field string) bool { return p.given[field] }

// Withdrawn says whether the entry should no longer be followed.
func (p *Practice) Withdrawn() bool { return p.Review.State == "withdrawn" }

// Fresh is the date by which the entry is judged: the newest source, or the
// day of which the status is known, whichever is later. An edit does not make
// an entry fresh.
func (p *Practice) Fresh() Date {
	newest := p.AsOf
	for _, s := range p.Sources {
		if d, ok := ParseDate(s.Date); ok && d.After(newest) {
			newest = d
		}
	}
	return newest
}

// Leaders names the actors that lead or run the practice, else all actors.
func (p *Practice) Leaders() []Actor {
	var lead []Actor
	for _, a := range p.Actors {
		if slices.Contains(a.Role, "leads") || slices.Contains(a.Role, "runs") {
			lead = append(lead, a)
		}
	}
	if len(lead) == 0 {
		return p.Actors
	}
	return lead
}

// Source finds a source by its key.
func (p *Practice) Source(key string) (Source, bool) {
	i := slices.IndexFunc(p.Sources, func(s Source) bool { return s.Key == key })
	if i < 0 {
		return Source{}, false
	}
	return p.Sources[i], true
}

// Body is the plain text of all sections, for search and for word counts.
func (p *Practice) Body() string {
	var b strings.Builder
	for _, s := range p.Sections {
		b.WriteString(s.Text)
		b.WriteByte('\n')
	}
	return b.String()
}
