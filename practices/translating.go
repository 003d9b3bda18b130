package practices

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"strings"

	"opendoor/practices/vocabulary"
)

// A TranslationDraft is a translation as somebody writes it, passage by passage
// beside the source: every text as typed, right or wrong, by the name of its
// passage. It is what a form shows, what is kept between two visits, and what
// becomes a file when it is asked for.
type TranslationDraft struct {
	Lang   string            `json:"lang"`
	Source string            `json:"source"`         // hash of the source text whose passages these are
	Text   map[string]string `json:"text"`           // by passage
	Credit string            `json:"credit"`         // who translated, as the public record names them
	Whole  bool              `json:"whole"`          // a person has read all of a machine's translation beside the source
	Base   string            `json:"base,omitempty"` // the file that the draft began from

	// Of a translation that its source has left behind: what a passage of it
	// said, what the source said then where that is known, and whether the
	// translator finds that it still says the same.
	Of      string            `json:"of,omitempty"` // hash of the source text then
	Began   map[string]string `json:"began,omitempty"`
	Was     map[string]string `json:"was,omitempty"`
	Checked map[string]bool   `json:"checked,omitempty"`
}

// A Passage is one paragraph of a source with its translation.
type Passage struct {
	Name    string // "title", "figures.children", "what-was-done.0"
	Part    string // "title", "summary", "caution", "figures" or the id of a section
	Under   string // the fixed heading within the section that opens here, in the language of the translation
	Source  string // "" for what the source no longer has
	Was     string // what the source said when it was translated, where that is known and no longer so
	Text    string
	Stale   bool // the source has changed since it was translated
	Checked bool // and the translator finds that it still holds
	Line    bool // one line of words; else Markdown
}

// settled says whether a passage has caught up with its source.
func (d *TranslationDraft) settled(name string) bool {
	began, stale := d.Began[name]
	return !stale || d.Checked[name] || d.Text[name] != "" && !sameWords(began, d.Text[name])
}

// NewTranslation is an empty translation of a source.
func NewTranslation(source *Practice, lang string) *TranslationDraft {
	return &TranslationDraft{Lang: lang, Source: source.TextHash(), Text: map[string]string{}}
}

// OpenTranslation makes a draft of the file of a translation, beside its source
// as it is now. Was is the text of the source that it was made from, nil where
// that is not known. A file that cannot be read gives the faults that say why,
// and no draft.
func OpenTranslation(file []byte, source, was *Practice) (*TranslationDraft, []Fault) {
	f, err := openFile(tidy(string(file)))
	t, faults := ParseTranslation("", file, source)
	if err != nil {
		return nil, faults
	}
	d := NewTranslation(source, t.Lang)
	d.Base = tidy(string(file))
	if t.Stale {
		d.Of = t.Of
	}
	o := beside{draft: d, source: source, was: was, left: func(part string) bool {
		return t.Stale && (len(t.StaleParts) == 0 || slices.Contains(t.StaleParts, part))
	}}
	o.line("title", t.Title, source.Title, func(p *Practice) string { return p.Title })
	o.line("summary", t.Summary, source.Summary, func(p *Practice) string { return p.Summary })
	o.line("caution", t.Caution, source.Caution, func(p *Practice) string { return p.Caution })
	o.figures(t.Figures)
	for _, id := range vocabulary.Named("heading").IDs() {
		if i := f.part(id); i >= 0 {
			o.section(id, blocksOf(f.parts[i].text))
		}
	}
	for _, c := range t.Contributors {
		if c.Role == "translator" && d.Credit == "" {
			d.Credit = c.Name
		}
	}
	return d, nil
}

// Beside is a draft beside a source that has changed since it was begun. Was is
// the text of the source beside which it was written, nil where that is not
// known.
func (d *TranslationDraft) Beside(source, was *Practice) *TranslationDraft {
	if d.Source == source.TextHash() {
		return d
	}
	out := NewTranslation(source, d.Lang)
	out.Credit, out.Whole, out.Base, out.Of = d.Credit, d.Whole, d.Base, d.Source
	if len(d.behind()) > 0 {
		out.Of = cmp.Or(d.Of, d.Source)
	}
	o := beside{draft: out, source: source, was: was, left: func(string) bool { return true }}
	o.line("title", d.Text["title"], source.Title, func(p *Practice) string { return p.Title })
	o.line("summary", d.Text["summary"], source.Summary, func(p *Practice) string { return p.Summary })
	o.line("caution", d.Text["caution"], source.Caution, func(p *Practice) string { return p.Caution })
	figures := map[string]string{}
	for name, text := range d.Text {
		if key, ok := strings.CutPrefix(name, "figures."); ok {
			figures[key] = text
		}
	}
	o.figures(figures)
	for _, id := range vocabulary.Named("heading").IDs() {
		o.section(id, d.blocks(id))
	}
	// What was left behind before and is still untouched stays so.
	for name, began := range d.Began {
		if text, kept := out.Text[name]; kept && !d.settled(name) && text == began {
			out.leave(name, cmp.Or(d.Was[name], out.Was[name]))
		}
	}
	return out
}

// A beside puts the texts of a translation beside the passages of a source.
type beside struct {
	draft       *TranslationDraft
	source, was *Practice
	left        func(part string) bool // the source has left a part of the translation behind
}

// leave notes that the source has left a passage behind.
func (d *TranslationDraft) leave(name, was string) {
	if d.Began == nil {
		d.Began, d.Was = map[string]string{}, map[string]string{}
	}
	d.Began[name] = d.Text[name]
	if was != "" {
		d.Was[name] = was
	}
}

func (o beside) line(name, text, source string, of func(*Practice) string) {
	if text == "" {
		return
	}
	o.draft.Text[name] = text
	switch {
	case !o.left(name):
	case o.was == nil:
		o.draft.leave(name, "")
	case !sameWords(of(o.was), source):
		o.draft.leave(name, of(o.was))
	}
}

func (o beside) figures(texts map[string]string) {
	for _, f := range o.source.Figures {
		if texts[f.Key] == "" {
			continue
		}
		o.line("figures."+f.Key, texts[f.Key], f.What, func(p *Practice) string {
			for _, was := range p.Figures {
				if was.Key == f.Key {
					return was.What
				}
			}
			return ""
		})
	}
}

// section puts the blocks of a translated section beside those of the source.
// Where the source is known as it was, that leads from one to the other. What
// stands beside nothing comes after the rest, so that it is not lost.
func (o beside) section(id string, texts []block) {
	type pair struct{ text, was string }
	through, pairs := texts, make([]pair, len(texts))
	for k, b := range texts {
		pairs[k].text = b.text
	}
	var alone []pair
	if then := o.was.blocks(id); then != nil {
		to := aligned(then, texts)
		for k := range texts {
			if !slices.Contains(to, k) {
				alone = append(alone, pairs[k])
			}
		}
		through, pairs = then, make([]pair, len(then))
		for j, k := range to {
			if pairs[j].was = then[j].text; k >= 0 {
				pairs[j].text = texts[k].text
			}
		}
	}
	now := o.source.blocks(id)
	to := aligned(now, through)
	for i, j := range to {
		if j < 0 || pairs[j].text == "" || now[i].heading() {
			continue
		}
		name := id + "." + strconv.Itoa(i)
		o.draft.Text[name] = pairs[j].text
		if o.left(id) && (pairs[j].was == "" || !sameWords(pairs[j].was, now[i].text)) {
			o.draft.leave(name, pairs[j].was)
		}
	}
	for j, p := range pairs {
		if !slices.Contains(to, j) && p.text != "" && !through[j].heading() {
			alone = append(alone, p)
		}
	}
	for n, p := range alone {
		name := goneName(id, n)
		o.draft.Text[name] = p.text
		o.draft.leave(name, p.was)
	}
}

// goneName names the passages of a section that the source no longer has.
func goneName(section string, n int) string { return section + ".gone." + strconv.Itoa(n) }

// blocks are those of a section; none where there is no entry or no section.
func (p *Practice) blocks(id string) []block {
	if p == nil {
		return nil
	}
	for _, s := range p.Sections {
		if s.ID == id {
			return blocksOf(s.Markdown)
		}
	}
	return nil
}

// blocks are the texts of a section as they are typed.
func (d *TranslationDraft) blocks(id string) []block {
	var list []block
	for i := 0; i < maxBlocks; i++ {
		if text := d.Text[id+"."+strconv.Itoa(i)]; text != "" {
			list = append(list, block{text: text})
		}
	}
	for n := 0; d.gone(id, n); n++ {
		if text := d.Text[goneName(id, n)]; text != "" {
			list = append(list, block{text: text})
		}
	}
	return list
}

// gone says whether a draft has a passage that the source no longer has.
func (d *TranslationDraft) gone(section string, n int) bool {
	_, there := d.Began[goneName(section, n)]
	return there
}

// maxBlocks is more than a body of the largest size can have.
const maxBlocks = 4096

// Passages are the source with the translation beside it, in the order of the
// page.
func (d *TranslationDraft) Passages(source *Practice) []Passage {
	keys := source.keys()
	var list []Passage
	add := func(p Passage) {
		began, stale := d.Began[p.Name]
		p.Stale, p.Checked = stale && (sameWords(began, d.Text[p.Name]) || d.Checked[p.Name]), d.Checked[p.Name]
		p.Source, p.Was, p.Text = counted(p.Source, keys), counted(d.Was[p.Name], keys), counted(d.Text[p.Name], keys)
		list = append(list, p)
	}
	add(Passage{Name: "title", Part: "title", Source: source.Title, Line: true})
	add(Passage{Name: "summary", Part: "summary", Source: source.Summary, Line: true})
	if source.Caution != "" || d.Text["caution"] != "" {
		add(Passage{Name: "caution", Part: "caution", Source: source.Caution, Line: true})
	}
	for _, id := range vocabulary.Named("heading").IDs() {
		under := ""
		for i, b := range source.blocks(id) {
			if b.heading() {
				under = b.headingIn(d.Lang)
				continue
			}
			add(Passage{Name: id + "." + strconv.Itoa(i), Part: id, Under: under, Source: b.text})
			under = ""
		}
		for n := 0; d.gone(id, n); n++ {
			add(Passage{Name: goneName(id, n), Part: id})
		}
	}
	for _, f := range source.Figures {
		add(Passage{Name: "figures." + f.Key, Part: "figures", Source: f.What, Line: true})
	}
	return list
}

// Take puts what was typed in the place of the texts of the draft. What is not
// named stays as it was.
func (d *TranslationDraft) Take(source *Practice, typed map[string]string) {
	keys := source.keys()
	for _, p := range d.Passages(source) {
		text, there := typed[p.Name]
		if !there {
			continue
		}
		text = strings.TrimSpace(tidy(text))
		if p.Line {
			text = strings.Join(strings.Fields(text), " ")
		}
		if d.Text[p.Name] = citing(text, keys); text == "" {
			delete(d.Text, p.Name)
		}
	}
}

// Tick marks passages as still right, out of those that were left behind.
func (d *TranslationDraft) Tick(names []string) {
	d.Checked = map[string]bool{}
	for _, name := range names {
		if _, stale := d.Began[name]; stale {
			d.Checked[name] = true
		}
	}
}

// behind names the parts that do not say what the source says now.
func (d *TranslationDraft) behind() []string {
	var parts []string
	for _, name := range slices.Sorted(maps.Keys(d.Began)) {
		part, rest, _ := strings.Cut(name, ".")
		takenOut := strings.HasPrefix(rest, "gone.") && d.Text[name] == ""
		if !takenOut && !d.settled(name) && !slices.Contains(parts, part) {
			parts = append(parts, part)
		}
	}
	return parts
}

// Title is what to call the draft in a list.
func (d *TranslationDraft) Title() string { return d.Text["title"] }
