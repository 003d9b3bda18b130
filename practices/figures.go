package practices

import (
	"math"
	"slices"
	"strconv"
)

// A Figure is one row of the ledger: a number as its source has it, never
// mended, averaged or rounded, with what it counts, out of how many, in which
// period and by whom.
type Figure struct {
	Key       string `yaml:"key"`
	What      string `yaml:"what"` // in words
	Indicator string `yaml:"indicator"`
	Value     Number `yaml:"value"` // or Low and High
	Low       Number `yaml:"low"`
	High      Number `yaml:"high"`
	Qualifier string `yaml:"qualifier"` // about, more-than, fewer-than, up-to
	Unit      string `yaml:"unit"`
	Of        Number `yaml:"of"` // how many it is out of
	Period    string `yaml:"period"`
	Method    string `yaml:"method"`
	Source    string `yaml:"source"`
	Note      string `yaml:"note"`

	Currency string `yaml:"currency"` // ISO 4217, of money
	Year     Text   `yaml:"year"`     // whose money it is, or "unknown"
	Per      string `yaml:"per"`      // "person and day"

	Set         string `yaml:"set"`    // shares of one whole carry one name
	SumOf       Keys   `yaml:"sum_of"` // the parts that should make this total
	DiffersFrom Keys   `yaml:"differs_from"`
}

// Qualifiers are the words that may stand before a number.
var Qualifiers = []string{"about", "more-than", "fewer-than", "up-to"}

// A Number is a number as written, or "unknown", or absent.
type Number struct {
	Raw   string // as in the file: "20", "0.5", "unknown", ""
	Value float64
	Known bool
}

// Given says whether the file has the number, known or not.
func (n Number) Given() bool { return n.Raw != "" }

// Unknown says whether the file says that the number is not known.
func (n Number) Unknown() bool { return n.Raw == "unknown" }

func (n *Number) setScalar(tag, value string) string {
	n.Raw = value
	if value == "unknown" {
		return ""
	}
	f, err := strconv.ParseFloat(value, 64)
	if (tag != "!!int" && tag != "!!float") || err != nil || math.IsInf(f, 0) || math.IsNaN(f) {
		return "write a plain number such as 51999 or 0.5, without quotes, spaces or commas, or unknown"
	}
	n.Value, n.Known = f, true
	return ""
}

// Text is a word or a bare number; a year may be written either way.
type Text string

func (t *Text) setScalar(tag, value string) string {
	if tag != "!!int" && tag != "!!str" {
		return "write a word or a year"
	}
	*t = Text(value)
	return ""
}

// Keys are one key or a list of them.
type Keys []string

func (k *Keys) setScalar(tag, value string) string {
	*k = Keys{value}
	return ""
}

// Disputed says whether another row gives a different number for the same
// thing, so that neither may be shown alone.
func (f Figure) Disputed(all []Figure) bool {
	if len(f.DiffersFrom) > 0 {
		return true
	}
	return slices.ContainsFunc(all, func(g Figure) bool { return slices.Contains(g.DiffersFrom, f.Key) })
}

// resultIndicators are those that say what came of a practice for people. A
// target, a capacity or the number of people somebody detained is not a
// result of it.
var resultIndicators = []string{
	"reached", "released", "stayed-engaged", "lost-touch", "case-resolved", "lawful-stay",
	"returned", "moved-on", "no-outcome", "placed-in-care", "wellbeing", "in-school", "trained",
}

// Result says whether the figure tells what came of the practice.
func (f Figure) Result() bool { return slices.Contains(resultIndicators, f.Indicator) }

// StandsAlone says whether the figure may be shown without the rows around
// it: a result with a known number, period and denominator, over which no
// source disagrees.
func (f Figure) StandsAlone(all []Figure) bool {
	known := f.Value.Known || (f.Low.Known && f.High.Known)
	return f.Result() && known && f.Period != "" && f.Period != "unknown" &&
		!(f.Unit == "percent" && !f.Of.Known) && !f.Disputed(all)
}

// Highlights are the first figures, n at most, that may stand for the entry,
// one of each indicator. There are often none, and none is better than a
// vague one.
func (p *Practice) Highlights(n int) []Figure {
	var list []Figure
	for _, f := range p.Figures {
		again := slices.ContainsFunc(list, func(g Figure) bool { return g.Indicator == f.Indicator })
		if len(list) < n && !again && f.StandsAlone(p.Figures) {
			list = append(list, f)
		}
	}
	return list
}
