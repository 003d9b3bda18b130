package practices

import (
	"crypto/sha256"
	"encoding/hex"
	"io"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"opendoor/practices/vocabulary"
)

// A Translation is the text of an entry in another language. Everything that
// is not text (countries, figures' numbers, sources, dates) stays in the
// source and is never told twice.
type Translation struct {
	ID           string            `yaml:"id"`
	Lang         string            `yaml:"lang"`
	Of           string            `yaml:"of"`    // hash of the source text it was made from
	Parts        map[string]string `yaml:"parts"` // hash of each part of that text, by its name; may be left out
	State        string            `yaml:"state"` // machine, draft or reviewed
	Title        string            `yaml:"title"`
	Summary      string            `yaml:"summary"`
	Caution      string            `yaml:"caution"`
	Figures      map[string]string `yaml:"figures"` // key to the words of the row
	Contributors []Contributor     `yaml:"contributors"`

	Path     string    `yaml:"-"`
	Sections []Section `yaml:"-"`
	Stale    bool      `yaml:"-"` // the source text has changed since

	StaleParts []string `yaml:"-"` // the parts that have; none where the translation does not name its parts
}

// TextHash is the first 12 hex digits of SHA-256 over the words of an entry:
// title, summary, caution, the words of the figures and the body, each on its
// own line. A changed date leaves translations fresh, a changed sentence does
// not.
func (p *Practice) TextHash() string {
	h := sha256.New()
	line := func(s string) { io.WriteString(h, s); io.WriteString(h, "\n") }
	line(p.Title)
	line(p.Summary)
	line(p.Caution)
	for _, f := range p.Figures {
		line(f.What)
	}
	for _, s := range p.Sections {
		line(s.ID)
		line(s.Markdown)
	}
	return hex.EncodeToString(h.Sum(nil))[:12]
}

// PartHashes names the parts of a text, "title", "summary", "caution",
// "figures" and the id of each section, with the first 6 hex digits of SHA-256
// over each. A translation that carries them knows which of its parts the
// source has left behind.
func (p *Practice) PartHashes() map[string]string {
	var rows strings.Builder
	for _, f := range p.Figures {
		rows.WriteString(f.What + "\n")
	}
	parts := map[string]string{"title": p.Title, "summary": p.Summary, "caution": p.Caution, "figures": rows.String()}
	for _, s := range p.Sections {
		parts[s.ID] = s.Markdown
	}
	hashes := map[string]string{}
	for name, text := range parts {
		if text != "" {
			sum := sha256.Sum256([]byte(text))
			hashes[name] = hex.EncodeToString(sum[:3])
		}
	}
	return hashes
}

// stale finds the parts of the source that have changed since the translation
// was made, in order.
func (t *Translation) stale(now map[string]string) []string {
	if len(t.Parts) == 0 {
		return nil
	}
	var parts []string
	for name := range now {
		if t.Parts[name] != now[name] {
			parts = append(parts, name)
		}
	}
	slices.Sort(parts)
	return parts
}

// written are the hashes of parts as YAML has them on one line.
func written(hashes map[string]string) string {
	var list []string
	for _, name := range slices.Sorted(maps.Keys(hashes)) {
		list = append(list, name+": '"+hashes[name]+"'")
	}
	return strings.Join(list, ", ")
}

// ParseTranslation reads the translation of an entry and gathers what is
// wrong with it, also against its source.
func ParseTranslation(path string, data []byte, source *Practice) (*Translation, []Fault) {
	t := &Translation{Path: path}
	l := &linter{file: path, lines: map[string]int{}, translation: true}
	front, body, ok := l.split(data)
	if !ok {
		return t, l.faults
	}
	given := l.read(front, t)
	t.Sections = l.body(body, t.Lang, source.Sources)
	for _, f := range []string{"id", "lang", "of", "state", "title", "summary", "contributors"} {
		if !given[f] {
			l.file1(f, "missing; every translation needs it")
		}
	}
	if t.ID != source.ID {
		l.fieldFault("id", "%q; the file is a translation of %s", clip(t.ID), source.ID)
	}
	l.term("state", "translation-state", t.State)
	l.language("lang", t.Lang)
	if source.Caution != "" && t.Caution == "" {
		l.file1("caution", "missing; the source has one, and it goes wherever the entry goes")
	}
	for _, f := range []struct {
		name, value string
		most        int
	}{{"title", t.Title, maxTitleIn}, {"summary", t.Summary, maxSummaryIn}, {"caution", t.Caution, maxSummaryIn}} {
		if n := utf8.RuneCountInString(f.value); n > f.most {
			l.fieldFault(f.name, "%d characters; the limit of a translation is %d", n, f.most)
		}
	}
	known := figureKeys(source.Figures)
	for key := range t.Figures {
		if !slices.Contains(known, key) {
			l.fieldFault("figures."+key, "no such row in %s; known keys: %s", source.ID, strings.Join(known, ", "))
		}
	}
	hashes := source.PartHashes()
	for name := range t.Parts {
		if _, ok := hashes[name]; !ok && !vocabulary.Named("heading").Has(name) && !slices.Contains([]string{"caution", "figures"}, name) {
			l.fieldFault("parts."+name, "no such part; the source has %s", strings.Join(slices.Sorted(maps.Keys(hashes)), ", "))
		}
	}
	for _, s := range source.Sections {
		if !slices.ContainsFunc(t.Sections, func(o Section) bool { return o.ID == s.ID }) {
			term, _ := vocabulary.Named("heading").Get(s.ID)
			l.add(1, "heading", "%q is missing; the source has it", term.In(t.Lang))
		}
	}
	for _, s := range t.Sections {
		l.harmIn(1, "body", s.Text)
	}
	if now := source.TextHash(); t.Of != now {
		t.Stale = true
		t.StaleParts = t.stale(hashes)
		where := ""
		if len(t.StaleParts) > 0 {
			where = " in " + strings.Join(t.StaleParts, ", ")
		}
		l.warn(l.at("of"), "of", "%s, source is now %s; the translation is stale%s; when it has caught up, write parts: {%s}", clip(t.Of), now, where, written(hashes))
	}
	l.kept(t, source)
	SortFaults(l.faults)
	return t, l.faults
}

// kept warns of what a part of a translation has lost or gained beside its
// source, unless the source has changed since.
func (l *linter) kept(t *Translation, source *Practice) {
	if t.Stale && len(t.StaleParts) == 0 {
		return
	}
	beside := func(part, from, to string) {
		if to == "" || slices.Contains(t.StaleParts, part) {
			return
		}
		for _, x := range unkept(part, from, to) {
			l.warn(1, part, "%s %q; the source differs", strings.ReplaceAll(string(x.Code), "_", " "), x.Value)
		}
	}
	beside("title", source.Title, t.Title)
	beside("summary", source.Summary, t.Summary)
	beside("caution", source.Caution, t.Caution)
	for _, s := range t.Sections {
		if i := slices.IndexFunc(source.Sections, func(o Section) bool { return o.ID == s.ID }); i >= 0 {
			beside(s.ID, source.Sections[i].Markdown, s.Markdown)
		}
	}
}
