package practices

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"opendoor/practices/vocabulary"
)

// Limits of a translation, in characters. Some languages need a third more
// than the source.
const (
	maxTitleIn   = 140
	maxSummaryIn = 800
)

// File is the translation as a file beside its source. Parts that have not
// caught up with the source keep the hash of what they were made from, so that
// the page goes on marking them. Whoever changes a translation that somebody
// has signed makes it a draft again.
func (d *TranslationDraft) File(source *Practice, anonymous string) []byte {
	before := &Translation{State: "draft"}
	var base *entryFile
	if d.Base != "" {
		before, _ = ParseTranslation("", []byte(d.Base), source)
		base, _ = openFile(d.Base)
	}
	bodies, changed := d.bodies(source, base)
	of, parts := d.hashes(source, before)
	var b strings.Builder
	field := func(key, value string) {
		if value != "" {
			b.WriteString(key + ": " + value + "\n")
		}
	}
	b.WriteString("---\n")
	field("id", source.ID)
	field("lang", quoted(d.Lang))
	field("of", quoted(of))
	if len(parts) > 0 {
		field("parts", "{"+written(parts)+"}")
	}
	for _, l := range []struct{ name, was string }{{"title", before.Title}, {"summary", before.Summary}, {"caution", before.Caution}} {
		changed = changed || d.Text[l.name] != l.was
	}
	var rows strings.Builder
	for _, f := range source.Figures {
		text := d.Text["figures."+f.Key]
		changed = changed || text != before.Figures[f.Key]
		if text != "" {
			rows.WriteString("\n  " + f.Key + ": " + quoted(text))
		}
	}
	field("state", d.state(before.State, changed))
	field("title", cmp.Or(quotedText(d.Text["title"]), "''"))
	field("summary", cmp.Or(quotedText(d.Text["summary"]), "''"))
	field("caution", quotedText(d.Text["caution"]))
	if rows.Len() > 0 {
		b.WriteString("figures:" + rows.String() + "\n")
	}
	b.WriteString("contributors:\n")
	for _, c := range d.contributors(before.Contributors, changed, anonymous) {
		b.WriteString("- {name: " + quoted(c.Name) + ", role: " + quoted(c.Role) + "}\n")
	}
	b.WriteString("---\n")
	for _, id := range vocabulary.Named("heading").IDs() {
		if body, ok := bodies[id]; ok {
			b.WriteString("## " + headingIn(id, d.Lang) + "\n" + body + "\n")
		}
	}
	return []byte(b.String())
}

// withoutBareHeadings leaves out headings with nothing below them yet.
func withoutBareHeadings(list []block) []block {
	var out []block
	for i, b := range list {
		if !b.heading() || i+1 < len(list) && !list[i+1].heading() {
			out = append(out, b)
		}
	}
	return out
}

func quotedText(s string) string {
	if s == "" {
		return ""
	}
	return quoted(s)
}

// bodies are the sections by their id. One whose words are those of the file
// that the draft began from keeps its every letter.
func (d *TranslationDraft) bodies(source *Practice, base *entryFile) (bodies map[string]string, changed bool) {
	bodies = map[string]string{}
	for _, id := range vocabulary.Named("heading").IDs() {
		var list []block
		for i, b := range source.blocks(id) {
			text := d.Text[id+"."+strconv.Itoa(i)]
			if b.heading() {
				list = append(list, block{b.mark, b.headingIn(d.Lang), b.near})
			} else if text != "" {
				list = append(list, block{b.mark, strings.TrimPrefix(text, blockMark.FindString(text)), b.near})
			}
		}
		for n := 0; d.gone(id, n); n++ {
			if text := d.Text[goneName(id, n)]; text != "" {
				list = append(list, block{text: text})
			}
		}
		list = withoutBareHeadings(list)
		body, was := markdownOf(list), ""
		if base != nil {
			was = strings.Trim(base.section(id), "\n")
		}
		switch {
		case body == "" && was == "":
			continue
		case sameWords(body, was):
			body = was
		default:
			changed = true
		}
		if body != "" {
			bodies[id] = body
		}
	}
	return bodies, changed
}

// hashes say which text of the source the translation keeps to.
func (d *TranslationDraft) hashes(source *Practice, before *Translation) (of string, parts map[string]string) {
	now, behind := source.PartHashes(), d.behind()
	parts = map[string]string{}
	for name, hash := range now {
		switch was := before.Parts[name]; {
		case !slices.Contains(behind, name):
			parts[name] = hash
		case was != "" && was != hash:
			parts[name] = was
		}
	}
	if len(behind) > 0 {
		return cmp.Or(d.Of, source.TextHash()), parts
	}
	return source.TextHash(), parts
}

// state is how far the file says that it has been checked.
func (d *TranslationDraft) state(before string, changed bool) string {
	switch {
	case before == "machine" && !d.Whole:
		return before
	case before == "reviewed" && !changed:
		return before
	}
	return "draft"
}

// contributors are those of the file, and whoever now translates.
func (d *TranslationDraft) contributors(before []Contributor, changed bool, anonymous string) []Contributor {
	name := strings.Join(strings.Fields(tidy(d.Credit)), " ")
	list := slices.Clone(before)
	if len(list) == 0 || changed && name != "" {
		c := Contributor{Name: cmp.Or(name, anonymous), Role: "translator"}
		if !slices.Contains(list, c) {
			list = append(list, c)
		}
	}
	return list
}

// Check finds everything that is wrong with a draft beside its source: what is
// missing, what a passage has lost or gained, what has not caught up.
func (d *TranslationDraft) Check(source *Practice) []Problem {
	var found []Problem
	keys := source.keys()
	for _, p := range d.Passages(source) {
		add := func(x Problem) {
			x.Field = p.Name
			if x.Code == LostSource || x.Code == AddedSource {
				x.Value = counted("[^"+x.Value+"]", keys)
			}
			x.Value = clip(x.Value)
			found = append(found, x)
		}
		text := d.Text[p.Name]
		limit := map[string]int{"title": maxTitleIn, "summary": maxSummaryIn, "caution": maxSummaryIn}[p.Part]
		switch n := utf8.RuneCountInString(text); {
		case p.Source == "" && text != "":
			add(Problem{Code: NotCaughtUp, Mild: true})
			continue
		case p.Source == "":
			continue
		case text == "":
			add(Problem{Code: Missing})
			continue
		case limit > 0 && n > limit:
			add(Problem{Code: TooLong, N: n, Limit: limit})
		}
		for _, x := range unkept(p.Name, citing(p.Source, keys), mark.ReplaceAllString(text, "")) {
			add(x)
		}
		for _, m := range mark.FindAllString(text, -1) {
			add(Problem{Code: NoSource, Value: m})
		}
		for line := range strings.Lines(text) {
			if !p.Line && headingLine.MatchString(strings.TrimRight(line, "\n")) {
				add(Problem{Code: OwnHeading, Value: strings.Trim(line, "# \n")})
			}
		}
		if !d.settled(p.Name) {
			add(Problem{Code: NotCaughtUp, Mild: true})
		}
	}
	if !Sendable(found) {
		return found
	}
	_, faults := ParseTranslation("", d.File(source, "—"), source)
	for _, f := range faults {
		if !f.Warning {
			found = append(found, Problem{Field: passageOf(f.Field), Code: Other, Detail: f.Message})
		}
	}
	return found
}

// passageOf is the passage that a field of the file is, as far as that is known.
func passageOf(field string) string {
	if field == "title" || field == "summary" || field == "caution" || strings.HasPrefix(field, "figures.") {
		return field
	}
	return ""
}

// Sign notes in the file of a translation who read all of it beside the source,
// as a second person who works in the language. It is then no draft any more.
func Sign(file []byte, reader string) ([]byte, error) {
	f, err := openFile(tidy(string(file)))
	if err != nil {
		return nil, err
	}
	f.set("state", "reviewed")
	f.addRow("contributors", "name", reader, "role", "reviewer")
	return []byte(f.String()), nil
}

// Translated is an entry with the text of a translation in the place of its own,
// for what looks at words.
func (p *Practice) Translated(t *Translation) *Practice {
	out := *p
	out.Lang, out.Title, out.Summary, out.Caution, out.Sections = t.Lang, t.Title, t.Summary, t.Caution, t.Sections
	out.Figures = slices.Clone(p.Figures)
	for i, f := range out.Figures {
		out.Figures[i].What = t.Figures[f.Key]
	}
	out.Translations = maps.Clone(p.Translations)
	return &out
}
