package practices

import (
	"regexp"
	"slices"
	"strings"

	"opendoor/practices/vocabulary"
	"opendoor/regions/fold"
)

// requiredHeadings are the four sections of a full entry, in order.
var requiredHeadings = []string{"what-was-done", "what-came-of-it", "what-to-be-careful-about", "if-you-are-thinking-of-doing-the-same"}

// snapshotHeadings are the two without which there is no entry.
var snapshotHeadings = []string{"what-was-done", "what-to-be-careful-about"}

var headingLine = regexp.MustCompile(`^(#{1,6})[ \t]+(.*?)[ \t#]*$`)

// body takes the text under the fixed headings apart and renders each part.
func (l *linter) body(t text, lang string, sources []Source) []Section {
	if !l.markdownLimits(t) {
		return nil
	}
	var sections []Section
	var starts []int // offset of each section's text in t.s
	cite := newCitations(sources)
	order := -1
	close := func(end int) {
		if n := len(sections); n > 0 {
			sections[n-1].Markdown = t.s[starts[n-1]:end]
		}
	}
	at := 0
	for line := range strings.Lines(t.s) {
		start := at
		at += len(line)
		m := headingLine.FindStringSubmatch(strings.TrimRight(line, "\n"))
		if m == nil {
			if len(sections) == 0 && strings.TrimSpace(line) != "" {
				l.add(t.line(start), "body", "text before the first heading; begin with \"## %s\"", headingIn("what-was-done", lang))
				// One such message is enough; the rest is read as the first section.
				sections, starts = append(sections, Section{ID: "what-was-done"}), append(starts, start)
				order = 0
			}
			continue
		}
		level, words := len(m[1]), m[2]
		id, ok := l.heading(words, level, lang, t.line(start))
		if n := len(sections); ok && level == 3 && n > 0 {
			sections[n-1].Within = append(sections[n-1].Within, id)
		}
		if !ok || level != 2 {
			continue
		}
		close(start)
		if place := vocabulary.Named("heading").Order(id); place <= order {
			l.add(t.line(start), "heading", "%q is out of order or twice; the order is %s", words, strings.Join(headingsIn(lang), ", "))
		} else {
			order = place
		}
		sections, starts = append(sections, Section{ID: id}), append(starts, at)
	}
	close(len(t.s))
	for i := range sections {
		l.section(&sections[i], text{s: sections[i].Markdown, before: t.line(starts[i]) - 1}, cite)
	}
	for key, line := range cite.unknown {
		l.add(line, "body", "[^%s]: no such source; known keys: %s", key, strings.Join(cite.keys(), ", "))
	}
	for i, s := range sources {
		if s.Key != "" && !cite.used[s.Key] && !l.translation {
			l.warn(l.at(indexed("sources", i)), "sources."+s.Key, "is never cited; cite it as [^%s], or take it out", s.Key)
		}
	}
	return sections
}

// heading finds the fixed heading that words stand for.
func (l *linter) heading(words string, level int, lang string, line int) (id string, ok bool) {
	want := fold.Name(words)
	var sameLevel []string
	for _, t := range vocabulary.Named("heading").Terms {
		label := t.In(lang)
		if t.Level == level {
			sameLevel = append(sameLevel, label)
		}
		if fold.Name(label) == want {
			if t.Level != level {
				l.add(line, "heading", "%q must have %d number signs", words, t.Level)
			}
			return t.ID, t.Level == level
		}
	}
	if near := nearHeading(words, sameLevel); near != "" {
		l.add(line, "heading", "%q is not fixed; did you mean %q?", clip(words), near)
	} else {
		l.add(line, "heading", "%q is not fixed; use %s", clip(words), strings.Join(headingsIn(lang), ", "))
	}
	return "", false
}

// nearHeading guesses at a heading from common habits of other templates.
func nearHeading(words string, labels []string) string {
	habits := map[string]int{"results": 1, "outcomes": 1, "impact": 1, "description": 0, "summary": 0, "background": 0,
		"challenges": 2, "limits": 2, "limitations": 2, "risks": 2, "lessons": 3, "lessons learned": 3, "recommendations": 3, "questions": 4}
	if i, ok := habits[fold.Name(words)]; ok && i < len(labels) {
		return labels[i]
	}
	return fold.Closest(words, labels)
}

func headingIn(id, lang string) string {
	t, _ := vocabulary.Named("heading").Get(id)
	return t.In(lang)
}

func headingsIn(lang string) []string {
	var list []string
	for _, t := range vocabulary.Named("heading").Terms {
		if t.Level == 2 {
			list = append(list, t.In(lang))
		}
	}
	return list
}

// missingHeadings names the sections that an entry must have and has not.
func missingHeadings(sections []Section, lang string, full bool) []string {
	need := snapshotHeadings
	if full {
		need = requiredHeadings
	}
	var missing []string
	for _, id := range need {
		if !slices.ContainsFunc(sections, func(s Section) bool { return s.ID == id }) {
			missing = append(missing, headingIn(id, lang))
		}
	}
	return missing
}
