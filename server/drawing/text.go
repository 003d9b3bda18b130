package drawing

import (
	"bytes"
	"slices"
	"sync"

	"github.com/go-fonts/dejavu/dejavusans"
	"github.com/go-fonts/dejavu/dejavusansbold"
	"github.com/go-fonts/liberation/liberationsansbold"
	"github.com/go-fonts/liberation/liberationsansregular"
	"github.com/go-text/typesetting/di"
	"github.com/go-text/typesetting/font"
	"github.com/go-text/typesetting/language"
	"github.com/go-text/typesetting/shaping"
	"golang.org/x/image/math/fixed"
)

// typefaces are the fonts of a weight, the first that has a letter first.
type typefaces []*font.Face

// ResolveFace is the font for a letter.
func (t typefaces) ResolveFace(r rune) *font.Face {
	for _, f := range t {
		if _, ok := f.NominalGlyph(r); ok {
			return f
		}
	}
	return t[len(t)-1]
}

var fontFiles = sync.OnceValue(func() [2][]*font.Font {
	read := func(data ...[]byte) (out []*font.Font) {
		for _, d := range data {
			f, err := font.ParseTTF(bytes.NewReader(d))
			if err != nil {
				panic("drawing: a font that is part of the program: " + err.Error())
			}
			out = append(out, f.Font)
		}
		return out
	}
	return [2][]*font.Font{
		read(liberationsansregular.TTF, dejavusans.TTF),
		read(liberationsansbold.TTF, dejavusansbold.TTF),
	}
})

// A typesetter puts letters in their places. Fonts are shared by all of them;
// what one keeps of its own is for one goroutine.
type typesetter struct {
	weights [2]typefaces
	shaper  shaping.HarfbuzzShaper
	parts   shaping.Segmenter
	wrapper shaping.LineWrapper
}

func newTypesetter() *typesetter {
	t := &typesetter{}
	for i, files := range fontFiles() {
		for _, f := range files {
			t.weights[i] = append(t.weights[i], font.NewFace(f))
		}
	}
	return t
}

// A letter is an outline and where it stands on its line, in pixels.
type letter struct {
	outline font.GlyphOutline
	x, y    float64
	scale   float64 // of the units of its font
}

// set gives the letters of a line of text from left to right, and its width.
// Letters are joined, and parts that run to either side ordered, as their
// scripts want it.
func (t *typesetter) set(w Words, lang string, size float64) (letters []letter, width float64) {
	direction, weight := di.DirectionLTR, 0
	if w.RTL {
		direction = di.DirectionRTL
	}
	if w.Bold {
		weight = 1
	}
	runes := []rune(w.Text)
	in := shaping.Input{
		Text: runes, RunEnd: len(runes), Direction: direction, Size: fixed.Int26_6(size * 64), Language: language.NewLanguage(lang),
		Face: t.weights[weight][0],
	}
	var runs []shaping.Output
	for _, part := range t.parts.Split(in, t.weights[weight]) {
		runs = append(runs, t.shaper.Shape(part))
	}
	// The wrapper orders the runs of a line; this line is never too long.
	lines, _ := t.wrapper.WrapParagraph(shaping.WrapConfig{Direction: direction}, 1<<20, runes, shaping.NewSliceIterator(runs))
	for _, line := range lines {
		line = slices.Clone(line)
		slices.SortStableFunc(line, func(a, b shaping.Output) int { return int(a.VisualIndex - b.VisualIndex) })
		for _, run := range line {
			scale := size / float64(run.Face.Upem())
			for _, g := range run.Glyphs {
				if outline, ok := run.Face.GlyphData(g.GlyphID).(font.GlyphOutline); ok {
					letters = append(letters, letter{outline, width + float64(g.XOffset)/64, -float64(g.YOffset) / 64, scale})
				}
				width += float64(g.Advance) / 64
			}
		}
	}
	return letters, width
}
