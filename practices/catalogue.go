package practices

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"runtime"
	"slices"
	"strings"
	"sync"

	"opendoor/practices/vocabulary"
	"opendoor/regions"
)

// ErrNotFound is the answer for an id that no published entry has.
var ErrNotFound = errors.New("no such practice")

// A Catalogue is everything that is published, at one moment. It never
// changes, so any number of readers may share it.
type Catalogue struct {
	all    []*Practice // by id, without those withdrawn
	byID   map[string]*Practice
	links  map[string][]Link
	faults []Fault
	kept   []string
	read   map[string]reading // by path, for the next Reload
}

// A reading is what came of one file: as long as the file is the same, and for
// a translation its source too, reading it again would give the same.
type reading struct {
	blob, source string // of the file; of its source text
	practice     *Practice
	translation  *Translation
	faults       []Fault
}

// A Link is one relation seen from one of its ends.
type Link struct {
	Other   *Practice
	How     string // of the relation vocabulary
	Inverse bool   // the other entry does the act
	Note    string
}

// Load reads every entry below the root of a file system. A file that is
// wrong is left out and listed in [Catalogue.Faults]; it never stops the rest.
// The error is for a root that cannot be read at all.
func Load(fsys fs.FS) (*Catalogue, error) { return Reload(fsys, nil) }

// Reload is Load for content that changes under the program: where a file has
// turned bad, the last good version of its entry is kept from the catalogue
// before, and [Catalogue.Kept] names it. Files that have not changed are not
// read again.
func Reload(fsys fs.FS, last *Catalogue) (*Catalogue, error) {
	c := &Catalogue{byID: map[string]*Practice{}, links: map[string][]Link{}, read: map[string]reading{}}
	files, faults, err := collect(fsys)
	if err != nil {
		return nil, err
	}
	c.faults = faults
	parseAll(files, last)
	for _, f := range files {
		if f.translation == "" {
			c.read[f.path] = reading{blob: f.blob, practice: f.practice, faults: f.faults}
			c.addSource(f, last)
		}
	}
	c.parseTranslations(files, last)
	for _, f := range files {
		if f.translation != "" {
			c.addTranslation(f)
		}
	}
	for _, id := range slices.Sorted(maps.Keys(c.byID)) {
		if p := c.byID[id]; !p.Withdrawn() {
			c.all = append(c.all, p)
		}
	}
	c.relate()
	c.disagree()
	SortFaults(c.faults)
	return c, nil
}

// A file is one Markdown file of the content tree.
type file struct {
	path, id, translation string
	data                  []byte
	blob                  string // that names the data

	practice *Practice // of a source text, once parsed
	faults   []Fault
	reading  reading // of a translation of what is in the catalogue
}

// sideBySide does a part of reading for each file, on all processors.
func sideBySide(files []*file, do func(*file)) {
	var group sync.WaitGroup
	next := make(chan *file)
	for range runtime.GOMAXPROCS(0) {
		group.Go(func() {
			for f := range next {
				do(f)
			}
		})
	}
	for _, f := range files {
		next <- f
	}
	close(next)
	group.Wait()
}

// parseAll reads the source texts, as each stands for itself.
func parseAll(files []*file, last *Catalogue) {
	sideBySide(files, func(f *file) {
		if f.translation != "" {
			return
		}
		if was, same := last.reading(f); same {
			f.practice, f.faults = was.practice, was.faults
			return
		}
		f.practice, f.faults = Parse(f.path, f.data)
	})
}

// parseTranslations reads the translations, once their sources are known.
func (c *Catalogue) parseTranslations(files []*file, last *Catalogue) {
	sideBySide(files, func(f *file) {
		source, ok := c.byID[f.id]
		if f.translation == "" || !ok {
			return
		}
		if was, same := last.reading(f); same && was.source == source.blob {
			f.reading = was
			return
		}
		f.reading = reading{blob: f.blob, source: source.blob}
		f.reading.translation, f.reading.faults = ParseTranslation(f.path, f.data, source)
	})
}

// reading is what came of a file before, if it is the same.
func (c *Catalogue) reading(f *file) (reading, bool) {
	if c == nil {
		return reading{}, false
	}
	was, known := c.read[f.path]
	return was, known && was.blob == f.blob
}

// collect finds the entry files in a stable order, and refuses what is no
// plain file in its place.
func collect(fsys fs.FS) ([]*file, []Fault, error) {
	var files []*file
	var faults []Fault
	fault := func(p, format string, args ...any) {
		faults = append(faults, Fault{File: p, Message: fmt.Sprintf(format, args...)})
	}
	err := fs.WalkDir(fsys, ".", func(p string, d fs.DirEntry, err error) error {
		switch {
		case err != nil && p == ".":
			return err
		case err != nil:
			fault(p, "cannot be read: %v", err)
			return nil
		case d.IsDir() && (strings.HasPrefix(d.Name(), ".") && p != "." || p == "workshops"): // collections, which are no entries
			return fs.SkipDir
		case d.IsDir(), !strings.HasSuffix(d.Name(), ".md"), d.Name() == "README.md":
			return nil
		case !d.Type().IsRegular():
			fault(p, "is not a plain file (a link or device); copy the file itself here")
			return nil
		}
		id, translation, err := fileID(p)
		if err != nil {
			fault(p, "%v", err)
			return nil
		}
		if info, err := d.Info(); err == nil && info.Size() > maxFile {
			fault(p, "%d bytes; the limit of a file is %d", info.Size(), maxFile)
			return nil
		}
		data, err := fs.ReadFile(fsys, p)
		if err != nil {
			fault(p, "cannot be read: %v", err)
			return nil
		}
		files = append(files, &file{path: p, id: id, translation: translation, data: data, blob: BlobID(data)})
		return nil
	})
	return files, faults, err
}

func (c *Catalogue) addSource(f *file, last *Catalogue) {
	p, faults := f.practice, slices.Clip(f.faults)
	if p.ID != "" && p.ID != f.id {
		faults = append(faults, Fault{File: f.path, Line: 1, Field: "id", Message: fmt.Sprintf("%q; the file is named %s.md", clip(p.ID), f.id)})
	}
	if want := FilePath(f.id, ""); path.Base(path.Dir(want)) != path.Base(path.Dir(f.path)) && strings.Contains(f.path, "/") {
		faults = append(faults, Fault{File: f.path, Field: "id", Message: fmt.Sprintf("lies in the wrong folder; its place is %s", want)})
	}
	if first, twice := c.byID[f.id]; twice {
		faults = append(faults, Fault{File: f.path, Field: "id", Message: fmt.Sprintf("%s is already the id of %s; give this one the next free number", f.id, first.Path)})
	}
	c.faults = append(c.faults, faults...)
	if !HasErrors(faults) {
		c.byID[f.id] = p
		return
	}
	if last == nil || c.byID[f.id] != nil {
		return
	}
	if old, ok := last.byID[f.id]; ok {
		c.byID[f.id] = old
		c.kept = append(c.kept, f.path)
	}
}

func (c *Catalogue) addTranslation(f *file) {
	source, ok := c.byID[f.id]
	if !ok {
		c.faults = append(c.faults, Fault{File: f.path, Message: fmt.Sprintf("is a translation of %s, which is not in the catalogue", f.id)})
		return
	}
	c.read[f.path] = f.reading
	t, faults := f.reading.translation, slices.Clip(f.reading.faults)
	if t.Lang != "" && t.Lang != f.translation {
		faults = append(faults, Fault{File: f.path, Line: 1, Field: "lang", Message: fmt.Sprintf("%q; the file is named for %q", clip(t.Lang), f.translation)})
	}
	c.faults = append(c.faults, faults...)
	if HasErrors(faults) {
		return
	}
	// A practice kept from the catalogue before is shared with its readers, so
	// it is copied before it gets another translation.
	with := *source
	with.Translations = maps.Clone(source.Translations)
	if with.Translations == nil {
		with.Translations = map[string]*Translation{}
	}
	with.Translations[t.Lang] = t
	c.byID[f.id] = &with
}

// relate draws every relation from both ends.
func (c *Catalogue) relate() {
	said := map[[3]string]bool{}
	for _, p := range c.all {
		for i, r := range p.Related {
			other, ok := c.byID[r.ID]
			field := indexed("related", i)
			if !ok || other.Withdrawn() {
				c.faults = append(c.faults, Fault{File: p.Path, Field: field, Warning: true, Message: fmt.Sprintf("%s is not in the catalogue", r.ID)})
				continue
			}
			if said[[3]string{r.ID, p.ID, r.How}] {
				c.faults = append(c.faults, Fault{File: p.Path, Field: field, Warning: true, Message: fmt.Sprintf("%s %s %s already says this; remove the inverse", r.ID, r.How, p.ID)})
			}
			if said[[3]string{p.ID, r.ID, r.How}] {
				c.faults = append(c.faults, Fault{File: p.Path, Field: field, Warning: true, Message: fmt.Sprintf("%s %s is said twice; keep one", r.How, r.ID)})
				continue
			}
			said[[3]string{p.ID, r.ID, r.How}] = true
			c.links[p.ID] = append(c.links[p.ID], Link{Other: other, How: r.How, Note: r.Note})
			c.links[r.ID] = append(c.links[r.ID], Link{Other: p, How: r.How, Inverse: true, Note: r.Note})
		}
	}
	order := vocabulary.Named("relation")
	for _, links := range c.links {
		slices.SortStableFunc(links, func(a, b Link) int {
			return cmp.Or(cmp.Compare(order.Order(a.How), order.Order(b.How)), cmp.Compare(a.Other.ID, b.Other.ID))
		})
	}
}

// disagree finds two entries that give one thing two values.
func (c *Catalogue) disagree() {
	type thing struct{ indicator, unit, period, what string }
	first := map[thing]*Practice{}
	value := map[thing]Figure{}
	for _, p := range c.all {
		for _, f := range p.Figures {
			if f.Period == "unknown" || !f.Value.Known {
				continue
			}
			t := thing{f.Indicator, f.Unit, f.Period, strings.ToLower(f.What)}
			other, seen := first[t]
			if !seen {
				first[t], value[t] = p, f
				continue
			}
			if other != p && value[t].Value.Value != f.Value.Value && f.Note == "" {
				c.faults = append(c.faults, Fault{File: p.Path, Field: "figures." + f.Key, Warning: true,
					Message: fmt.Sprintf("differs from %s in %s for the same period; say in a note which source each follows", value[t].Value.Raw, other.ID)})
			}
		}
	}
}

// All lists the published entries by id. Read it only.
func (c *Catalogue) All() []*Practice { return c.all }

// Len is the number of published entries.
func (c *Catalogue) Len() int { return len(c.all) }

// Get finds an entry by its id, a withdrawn one too: its page stays and says
// why.
func (c *Catalogue) Get(id string) (*Practice, error) {
	if p, ok := c.byID[id]; ok {
		return p, nil
	}
	return nil, fmt.Errorf("%w: %q", ErrNotFound, clip(id))
}

// Links are the relations of an entry, in both directions, in the order of
// the relation vocabulary.
func (c *Catalogue) Links(id string) []Link { return c.links[id] }

// Faults are everything wrong with the files, in order.
func (c *Catalogue) Faults() []Fault { return c.faults }

// Kept are the files that have turned bad and whose last good version is
// shown instead.
func (c *Catalogue) Kept() []string { return c.kept }

// InCountry lists the entries of a country, by id.
func (c *Catalogue) InCountry(code regions.Code) []*Practice {
	return c.where(func(p *Practice) bool { return slices.Contains(p.Countries, code) })
}

// InRegion lists the entries that touch a working region, or "global", by id.
func (c *Catalogue) InRegion(region string) []*Practice {
	return c.where(func(p *Practice) bool { return slices.Contains(p.Regions(), region) })
}

func (c *Catalogue) where(keep func(*Practice) bool) []*Practice {
	var list []*Practice
	for _, p := range c.all {
		if keep(p) {
			list = append(list, p)
		}
	}
	return list
}

// Countries lists the countries that entries name, with the number of
// entries of each.
func (c *Catalogue) Countries() map[regions.Code]int {
	n := map[regions.Code]int{}
	for _, p := range c.all {
		for _, code := range p.Countries {
			n[code]++
		}
	}
	return n
}
