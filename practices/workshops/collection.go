// Package workshops holds the collections that trainers teach with: chosen
// entries in an order, with an objective, notes for the trainer, questions
// and decision points.
//
// A collection is one Markdown file, as an entry is; docs/trainers.md and
// docs/workshop-format.md describe it. [Parse] reads one file strictly,
// [Load] a folder of them against a catalogue. What a collection says of a
// practice it says from the entry; the entry itself is shown beside it, with
// its caution, and is never copied.
//
// A [Collection] does not change once it is loaded, so any number of readers
// may share it.
package workshops

import (
	"html/template"
	"slices"

	"opendoor/practices"
)

// A Collection is what one workshop is taught with.
//
// An ID is never reused: its address stands in course pages and on handouts.
type Collection struct {
	ID        string `yaml:"id"`   // "four-routes"
	Lang      string `yaml:"lang"` // BCP 47, of this file
	Of        string `yaml:"of"`   // of a translation: the version of the source it was made from
	State     string `yaml:"state"`
	Title     string `yaml:"title"`
	Summary   string `yaml:"summary"`
	Audience  string `yaml:"audience"`
	Minutes   int    `yaml:"minutes"` // with the discussion; the trainer may take less
	Objective string `yaml:"objective"`
	DrawnFrom string `yaml:"drawn_from"`

	Cases     []Case     `yaml:"cases"`
	Questions []string   `yaml:"questions"` // on all cases together
	Decisions []Decision `yaml:"decision_points"`

	Contributors []practices.Contributor `yaml:"contributors"`
	Review       practices.Review        `yaml:"review"`

	// Path is the file that the collection came from.
	Path string `yaml:"-"`
	// Text is the file itself.
	Text []byte `yaml:"-"`
	// Version names the text of the file, as an entry's does.
	Version string `yaml:"-"`
	// Guide is the free text of the file, for the trainer; sanitised.
	Guide template.HTML `yaml:"-"`
	// Markdown is the same as written.
	Markdown string `yaml:"-"`
	// Translations of the text, by language.
	Translations map[string]*Collection `yaml:"-"`
	// Stale says of a translation that its source has changed since.
	Stale bool `yaml:"-"`
}

// A Case is one entry of a collection, and what the trainer does with it.
type Case struct {
	ID        string   `yaml:"id"`
	Version   string   `yaml:"version"` // the text that was chosen; "" for the entry as it is now
	Objective string   `yaml:"objective"`
	Notes     string   `yaml:"notes"` // for the trainer alone
	Questions []string `yaml:"questions"`
	Decision  string   `yaml:"decision"` // stop here and discuss
	Then      string   `yaml:"then"`     // what the entry tells of it; hidden until it is asked for
}

// A Decision is a point at which a group stops and decides, before it hears
// what came of it.
type Decision struct {
	Text string `yaml:"text"`
	Then string `yaml:"then"`
}

// In is the collection in a language: its translation, or itself where there
// is none. Order, entries and versions are always those of the source.
func (c *Collection) In(lang string) *Collection {
	if t := c.Translations[lang]; t != nil {
		return t
	}
	return c
}

// Entries are the ids of its cases, in order.
func (c *Collection) Entries() []string {
	ids := make([]string, len(c.Cases))
	for i, k := range c.Cases {
		ids[i] = k.ID
	}
	return ids
}

// Has says whether an entry is one of the cases.
func (c *Collection) Has(id string) bool { return slices.Contains(c.Entries(), id) }
