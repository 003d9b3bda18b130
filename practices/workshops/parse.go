package workshops

import (
	"bytes"
	"regexp"
	"slices"
	"strings"

	"opendoor/practices"
)

// Limits of a collection. A day of teaching holds some ten cases; what is
// longer is two collections.
const (
	MaxCases     = 40
	maxQuestions = 12
	minMinutes   = 5
	maxMinutes   = 3 * 8 * 60 // three days
	maxFields    = 64 << 10   // bytes before the free text
	maxTitle     = 120        // letters, as are those below
	maxLine      = 400
	maxNotes     = 1500
)

var (
	idForm      = regexp.MustCompile(`^[a-z][a-z0-9]*(-[a-z0-9]+)*$`)
	versionForm = regexp.MustCompile(`^[0-9a-f]{12}$`)
)

// taken are the words that stand in the place of an id in addresses.
var taken = []string{"new", "mine", "own", "into"}

// ParseOwn reads a collection that somebody made for themselves, which may be
// unfinished: nothing has to be there, but what is there keeps to the limits,
// and leads nobody to a person or a house.
func ParseOwn(data []byte) (*Collection, []practices.Fault) {
	c, d := read("own.md", data)
	c.words(d)
	if len(c.Cases) > 0 {
		c.cases(d)
	}
	return c, d.Faults()
}

// Parse reads one collection from the text of its file and gathers everything
// that is wrong with it. Whether its entries are in the catalogue is checked
// by [Load].
func Parse(path string, data []byte) (*Collection, []practices.Fault) {
	c, d := read(path, data)
	need(d, "id", "lang", "title", "summary", "audience", "minutes", "objective", "cases", "contributors", "review")
	if slices.Contains(taken, c.ID) {
		d.Fault("id", "%q is an address of its own; take another", c.ID)
	}
	if !idForm.MatchString(c.ID) && d.Given["id"] {
		d.Fault("id", "%q; write small letters, digits and hyphens, such as four-routes", c.ID)
	}
	for _, f := range []string{"of", "state"} {
		if d.Given[f] {
			d.Fault(f, "is for translations; take it out")
		}
	}
	if d.Given["minutes"] && (c.Minutes < minMinutes || c.Minutes > maxMinutes) {
		d.Fault("minutes", "%d; a workshop takes between %d minutes and three days (%d)", c.Minutes, minMinutes, maxMinutes)
	}
	if d.Given["review"] {
		d.Term("review.state", "review-state", c.Review.State)
	}
	c.words(d)
	c.cases(d)
	return c, d.Faults()
}

// ParseTranslation reads a collection in another language, and holds its
// cases to those of the source.
func ParseTranslation(path string, data []byte, source *Collection) (*Collection, []practices.Fault) {
	t, d := read(path, data)
	need(d, "id", "lang", "of", "state", "title", "summary", "audience", "objective", "cases", "contributors")
	if t.ID != source.ID {
		d.Fault("id", "%q; the file is a translation of %s", t.ID, source.ID)
	}
	d.Term("state", "translation-state", t.State)
	t.words(d)
	t.cases(d)
	if d.Given["cases"] && !slices.Equal(t.Entries(), source.Entries()) {
		d.Fault("cases", "%s; the source has %s, in this order", strings.Join(t.Entries(), ", "), strings.Join(source.Entries(), ", "))
	}
	for i, k := range t.Cases {
		if k.Version != "" {
			d.Fault(practices.Indexed("cases", i)+".version", "is told by the source alone; take it out")
		}
	}
	if t.Of != source.Version {
		t.Stale = true
		d.Warn("of", "%s, the source is now %s; the translation is stale", t.Of, source.Version)
	}
	t.Minutes, t.Review = source.Minutes, source.Review
	return t, d.Faults()
}

func read(path string, data []byte) (*Collection, *practices.Document) {
	c := &Collection{Path: path, Text: data, Version: practices.VersionID(data)}
	d := practices.ReadDocument(path, data, maxFields, c)
	c.Guide = d.Body
	if _, text, ok := bytes.Cut(bytes.ReplaceAll(data, []byte("\r\n"), []byte("\n")), []byte("\n---\n")); ok {
		c.Markdown = strings.TrimSpace(string(text))
	}
	return c, d
}

func need(d *practices.Document, fields ...string) {
	if len(d.Given) == 0 {
		return // nothing could be read, and a fault says so
	}
	for _, f := range fields {
		if !d.Given[f] {
			d.Fault(f, "missing; every collection needs it")
		}
	}
}

// words holds every text to its length and to what may stand in public.
func (c *Collection) words(d *practices.Document) {
	if d.Given["lang"] {
		d.Language("lang", c.Lang)
	}
	for _, t := range c.texts() {
		d.Words(t.field, t.words, t.most)
	}
	asked(d, "questions", c.Questions)
	if len(c.Decisions) > maxQuestions {
		d.Fault("decision_points", "%d; the limit is %d", len(c.Decisions), maxQuestions)
	}
	for i, p := range c.Decisions {
		if p.Text == "" {
			d.Fault(practices.Indexed("decision_points", i), "has no text; say what is to be decided")
		}
	}
}

func asked(d *practices.Document, field string, questions []string) {
	if len(questions) > maxQuestions {
		d.Fault(field, "%d questions; the limit is %d", len(questions), maxQuestions)
	}
}

func (c *Collection) cases(d *practices.Document) {
	if n := len(c.Cases); d.Given["cases"] && (n < 1 || n > MaxCases) {
		d.Fault("cases", "%d; a collection has between 1 and %d", n, MaxCases)
	}
	seen := map[string]bool{}
	for i, k := range c.Cases {
		field := practices.Indexed("cases", i)
		switch {
		case !practices.ValidID(k.ID):
			d.Fault(field+".id", "%q is no id of an entry, such as mx-0004", k.ID)
		case seen[k.ID]:
			d.Fault(field+".id", "%s occurs twice; keep one", k.ID)
		}
		seen[k.ID] = true
		if k.Version != "" && !versionForm.MatchString(k.Version) {
			d.Fault(field+".version", "%q is no version; it is 12 digits and letters from a to f", k.Version)
		}
		if k.Then != "" && k.Decision == "" {
			d.Fault(field+".then", "has nothing to follow; write the decision, or put this into notes")
		}
		asked(d, field+".questions", k.Questions)
	}
}
