package workshops

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"

	"opendoor/practices"
)

//go:embed collections
var shipped embed.FS

// FS holds the published collections, one Markdown file for each collection
// and language, built into the program: "four-routes.md", "four-routes.es.md".
var FS = sub(shipped, "collections")

func sub(tree fs.FS, dir string) fs.FS {
	f, err := fs.Sub(tree, dir)
	if err != nil {
		panic(err) // the folder is part of the program
	}
	return f
}

// ErrNotFound is the answer for an id that no collection has.
var ErrNotFound = errors.New("no such collection")

// A Shelf is every published collection, at one moment. It never changes, so
// any number of readers may share it.
type Shelf struct {
	all    []*Collection
	byID   map[string]*Collection
	faults []practices.Fault
}

// Load reads every collection of some folders against a catalogue; where two
// folders have the same file, that of the later one stands, as what was
// published here comes before what the program brought. A file that is wrong
// is left out and listed in [Shelf.Faults]; a case that the catalogue has not
// got is left out of its collection. A folder that is not there has none.
func Load(catalogue *practices.Catalogue, folders ...fs.FS) (*Shelf, error) {
	from := map[string]fs.FS{}
	for _, folder := range folders {
		names, err := fs.Glob(folder, "*.md")
		if err != nil {
			return nil, err
		}
		for _, name := range names {
			from[name] = folder
		}
	}
	s := &Shelf{byID: map[string]*Collection{}}
	names := slices.Sorted(maps.Keys(from))
	for _, name := range names {
		if strings.Count(name, ".") == 1 && name != "README.md" {
			s.add(from[name], name)
		}
	}
	for _, name := range names {
		if strings.Count(name, ".") > 1 {
			s.addTranslation(from[name], name)
		}
	}
	for _, id := range slices.Sorted(maps.Keys(s.byID)) {
		if c := Current(s.byID[id], catalogue, &s.faults); len(c.Cases) > 0 {
			s.byID[id] = c
			s.all = append(s.all, c)
		} else {
			delete(s.byID, id)
		}
	}
	practices.SortFaults(s.faults)
	return s, nil
}

// Only is a shelf with one collection, which may be one that somebody made for
// themselves. Its entries must be in the catalogue it is read beside.
func Only(c *Collection) *Shelf {
	return &Shelf{byID: map[string]*Collection{c.ID: c}, all: []*Collection{c}}
}

func (s *Shelf) add(fsys fs.FS, name string) {
	data, err := fs.ReadFile(fsys, name)
	if err != nil {
		s.fault(name, "", "cannot be read: %v", err)
		return
	}
	c, faults := Parse(name, data)
	if want := strings.TrimSuffix(name, ".md"); c.ID != "" && c.ID != want {
		faults = append(faults, practices.Fault{File: name, Line: 1, Field: "id", Message: fmt.Sprintf("%q; the file is named %s", c.ID, name)})
	}
	s.faults = append(s.faults, faults...)
	if !practices.HasErrors(faults) {
		s.byID[c.ID] = c
	}
}

func (s *Shelf) addTranslation(fsys fs.FS, name string) {
	id, lang, _ := strings.Cut(strings.TrimSuffix(path.Base(name), ".md"), ".")
	source, ok := s.byID[id]
	if !ok {
		s.fault(name, "", "is a translation of %s, which is not there or has faults", id)
		return
	}
	data, err := fs.ReadFile(fsys, name)
	if err != nil {
		s.fault(name, "", "cannot be read: %v", err)
		return
	}
	t, faults := ParseTranslation(name, data, source)
	if t.Lang != lang {
		faults = append(faults, practices.Fault{File: name, Line: 1, Field: "lang", Message: fmt.Sprintf("%q; the file is named for %q", t.Lang, lang)})
	}
	s.faults = append(s.faults, faults...)
	if practices.HasErrors(faults) {
		return
	}
	if source.Translations == nil {
		source.Translations = map[string]*Collection{}
	}
	source.Translations[lang] = t
}

func (s *Shelf) fault(file, field, format string, args ...any) {
	s.faults = append(s.faults, practices.Fault{File: file, Field: field, Message: fmt.Sprintf(format, args...)})
}

// Current is a collection without the cases that the catalogue has not got or
// has withdrawn, in every language; what is left out is added to the faults.
func Current(c *Collection, catalogue *practices.Catalogue, faults *[]practices.Fault) *Collection {
	gone := map[string]bool{}
	for i, k := range c.Cases {
		p, err := catalogue.Get(k.ID)
		if err == nil && !p.Withdrawn() {
			continue
		}
		gone[k.ID] = true
		why := "is not in the catalogue"
		if err == nil {
			why = "is withdrawn"
		}
		if faults != nil {
			*faults = append(*faults, practices.Fault{File: c.Path, Field: practices.Indexed("cases", i), Message: k.ID + " " + why})
		}
	}
	if len(gone) == 0 {
		return c
	}
	without := func(c *Collection) *Collection {
		kept := *c
		kept.Cases = slices.DeleteFunc(slices.Clone(c.Cases), func(k Case) bool { return gone[k.ID] })
		return &kept
	}
	kept := without(c)
	kept.Translations = maps.Clone(c.Translations)
	for lang, t := range kept.Translations {
		kept.Translations[lang] = without(t)
	}
	return kept
}

// All lists the collections by id. Read it only.
func (s *Shelf) All() []*Collection { return s.all }

// Get finds a collection by its id.
func (s *Shelf) Get(id string) (*Collection, error) {
	if c, ok := s.byID[id]; ok {
		return c, nil
	}
	return nil, fmt.Errorf("%w: %q", ErrNotFound, id)
}

// With lists the collections that have an entry among their cases.
func (s *Shelf) With(entry string) []*Collection {
	var list []*Collection
	for _, c := range s.all {
		if c.Has(entry) {
			list = append(list, c)
		}
	}
	return list
}

// Faults are everything wrong with the files, in order.
func (s *Shelf) Faults() []practices.Fault { return s.faults }
