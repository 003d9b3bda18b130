package practices

import (
	"strings"
)

// Limits of the Markdown that is rendered at all. A renderer cannot be
// stopped once it runs, and some short texts take it seconds: wide tables,
// deep lists, long runs of brackets. These counts are taken in one pass
// before it starts; each is several times what an honest entry needs.
const (
	maxBlock     = 16 << 10 // bytes between blank lines
	maxBrackets  = 400      // [ and ] in a block
	maxEmphasis  = 1500     // * and _ in a block
	maxBackticks = 600      // ` in a block
	maxAngles    = 400      // < in a block
	maxNesting   = 16       // quotes and list markers that open one line
	maxIndent    = 64       // spaces before the first word of a line
	maxColumns   = 40       // of a table
	maxCells     = 4000     // of a table
	maxAllCells  = 8000     // of all tables together

	maxAllBrackets = 4000 // in a body
	maxAllNesting  = 3000 // markers that open lines, in a body
)

// markdownLimits says whether a body is safe to render, and adds a fault for
// each limit that it passes.
func (l *linter) markdownLimits(t text) bool {
	before := len(l.faults)
	at, allCells, allBrackets, allNesting := 0, 0, 0, 0
	for block := range strings.SplitSeq(t.s, "\n\n") {
		line := t.line(at)
		over := func(what string, n, limit int) {
			if n > limit {
				l.add(line, "body", "%d %s in one block of text; the limit is %d: split it, or say it in words", n, what, limit)
			}
		}
		over("bytes", len(block), maxBlock)
		brackets := strings.Count(block, "[") + strings.Count(block, "]")
		over("brackets", brackets, maxBrackets)
		allBrackets += brackets
		over("emphasis marks", strings.Count(block, "*")+strings.Count(block, "_"), maxEmphasis)
		over("backticks", strings.Count(block, "`"), maxBackticks)
		over("less-than signs", strings.Count(block, "<"), maxAngles)
		columns, rows := 0, 0
		for row := range strings.Lines(block) {
			indent, nesting := opening(row)
			over("spaces before a line", indent, maxIndent)
			over("levels of nesting", nesting, maxNesting)
			allNesting += nesting
			columns = max(columns, strings.Count(row, "|"))
			rows++
		}
		// A row that is short of cells is filled up with empty ones.
		cells := columns * rows
		over("table columns", columns, maxColumns)
		over("table cells", cells, maxCells)
		allCells += cells
		at += len(block) + len("\n\n")
	}
	for _, all := range []struct {
		what     string
		n, limit int
	}{{"table cells", allCells, maxAllCells}, {"brackets", allBrackets, maxAllBrackets}, {"markers of lists and quotations", allNesting, maxAllNesting}} {
		if all.n > all.limit {
			l.add(t.line(0), "body", "%d %s; the limit is %d", all.n, all.what, all.limit)
		}
	}
	return len(l.faults) == before
}

// opening counts the spaces and the quote and list markers that open a line.
func opening(row string) (indent, nesting int) {
	for i, c := range row {
		switch {
		case c == ' ':
			indent++
		case c == '\t':
			indent += 4
		case c == '>':
			nesting++
		case strings.ContainsRune("-*+", c) && i+1 < len(row) && (row[i+1] == ' ' || row[i+1] == '\t'):
			nesting++
		case c >= '0' && c <= '9', c == '.', c == ')':
			if c == '.' || c == ')' {
				nesting++
			}
		default:
			return indent, nesting
		}
	}
	return indent, nesting
}
