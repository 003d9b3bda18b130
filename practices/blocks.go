package practices

import (
	"regexp"
	"strings"

	"opendoor/practices/vocabulary"
	"opendoor/regions/fold"
)

// A block is one paragraph, list item, table or heading of a section: as much
// as somebody translates at once.
type block struct {
	mark string // "- ", "1. " or "### " before the first line
	text string // without the mark; the lines of a paragraph are one
	near bool   // follows the block before it without an empty line
}

var blockMark = regexp.MustCompile(`^(?:[-*+]|\d{1,3}[.)]|#{3,6})[ \t]+`)

// heading says whether the block is a heading within its section. These are
// fixed, and nobody translates them.
func (b block) heading() bool { return strings.HasPrefix(b.mark, "#") }

// headingIn is the fixed heading of a block in a language.
func (b block) headingIn(lang string) string {
	want := fold.Name(b.text)
	for _, t := range vocabulary.Named("heading").Terms {
		for _, label := range t.Label {
			if t.Level == strings.Count(b.mark, "#") && fold.Name(label) == want {
				return t.In(lang)
			}
		}
	}
	return b.text
}

// blocksOf takes a section apart.
func blocksOf(markdown string) []block {
	var list []block
	var lines []string
	mark, near := "", false
	end := func(tight bool) {
		if len(lines) > 0 {
			list = append(list, block{mark, unwrapped(lines), near})
			near = tight
		}
		lines, mark = nil, ""
	}
	for line := range strings.SplitSeq(strings.Trim(markdown, "\n"), "\n") {
		line = strings.TrimRight(line, " \t")
		m := blockMark.FindString(line)
		switch {
		case line == "":
			end(false)
			near = false
			continue
		case m != "":
			end(true)
			mark, line = m, line[len(m):]
		}
		lines = append(lines, line)
		if strings.HasPrefix(mark, "#") {
			end(true)
		}
	}
	end(false)
	if len(list) > 0 {
		list[0].near = false
	}
	return list
}

// unwrapped are the lines of a block with those that only go on joined. Rows
// of a table and items within an item stay on lines of their own.
func unwrapped(lines []string) string {
	out := strings.TrimSpace(lines[0])
	for _, line := range lines[1:] {
		words := strings.TrimSpace(line)
		if own := strings.HasPrefix(words, "|") || strings.HasPrefix(words, ">") || blockMark.MatchString(words); own {
			out += "\n" + line
			continue
		}
		out += " " + words
	}
	return out
}

// markdownOf puts a section together again.
func markdownOf(list []block) string {
	var b strings.Builder
	for i, x := range list {
		switch {
		case i == 0:
		case x.near:
			b.WriteString("\n")
		default:
			b.WriteString("\n\n")
		}
		b.WriteString(x.mark + x.text)
	}
	return b.String()
}
