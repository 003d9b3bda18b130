package practices

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"opendoor/practices/vocabulary"
)

// figureRules checks the ledger: that each row can be argued with, that
// shares and totals add up or say that they do not, and that two numbers on
// one thing are told apart.
func (l *linter) figureRules(p *Practice) {
	byKey := map[string]Figure{}
	for i, f := range p.Figures {
		field := "figures." + f.Key
		l.lines[field] = l.at(indexed("figures", i))
		if _, twice := byKey[f.Key]; twice {
			l.fieldFault(field, "this key occurs twice; each row has its own")
		}
		byKey[f.Key] = f
		l.figureRow(p, f, field)
	}
	for _, f := range p.Figures {
		field := "figures." + f.Key
		for _, key := range append(slices.Clone(f.SumOf), f.DiffersFrom...) {
			if _, ok := byKey[key]; !ok {
				l.fieldFault(field, "no row %q; known keys: %s", clip(key), strings.Join(figureKeys(p.Figures), ", "))
			}
		}
		l.sum(f, byKey, field)
	}
	l.sets(p.Figures)
	l.sameThing(p.Figures)
}

func (l *linter) figureRow(p *Practice, f Figure, field string) {
	if !keyForm.MatchString(f.Key) {
		l.fieldFault(field, "key %q; a key is letters, digits and hyphens", clip(f.Key))
	}
	l.termAt(field, "indicator", f.Indicator)
	l.termAt(field, "unit", f.Unit)
	l.termAt(field, "method", f.Method)
	for _, need := range []struct{ name, value string }{{"what", f.What}, {"indicator", f.Indicator}, {"unit", f.Unit}, {"method", f.Method}} {
		if need.value == "" {
			l.fieldFault(field, "needs %s", need.name)
		}
	}
	if f.Period == "" {
		l.fieldFault(field, "needs a period; write when it was counted, or unknown")
	}
	if f.Source == "" {
		l.fieldFault(field, "needs a source; every number has one")
	} else if _, ok := p.Source(f.Source); !ok {
		l.fieldFault(field, "source %q: no such source; known keys: %s", clip(f.Source), strings.Join(newCitations(p.Sources).keys(), ", "))
	}
	switch {
	case f.Value.Given() && (f.Low.Given() || f.High.Given()):
		l.fieldFault(field, "has a value and a range; keep one")
	case !f.Value.Given() && !(f.Low.Given() && f.High.Given()):
		l.fieldFault(field, "needs a value, or low and high")
	case f.Low.Known && f.High.Known && f.Low.Value > f.High.Value:
		l.fieldFault(field, "low is more than high")
	}
	if f.Qualifier != "" && !slices.Contains(Qualifiers, f.Qualifier) {
		l.fieldFault(field, "qualifier %q; write one of %s", clip(f.Qualifier), strings.Join(Qualifiers, ", "))
	}
	if f.Unit == "percent" && !f.Of.Given() {
		l.fieldFault(field, `a percentage needs "of"; write the number of people, or unknown`)
	}
	if f.Unit == "money" && (f.Currency == "" || f.Year == "" || f.Per == "") {
		l.fieldFault(field, "money needs currency, year and per; write unknown where the source does not say")
	}
}

func (l *linter) termAt(field, vocab, id string) {
	v := vocabulary.Named(vocab)
	if id == "" || v.Has(id) {
		return
	}
	hint := "use one of " + strings.Join(v.IDs(), ", ")
	if near := v.Nearest(id); near != "" {
		hint = fmt.Sprintf("did you mean %q?", near)
	}
	l.fieldFault(field, "%s %q is not in the vocabulary; %s", vocab, clip(id), hint)
}

// sum compares a total with its parts.
func (l *linter) sum(f Figure, byKey map[string]Figure, field string) {
	total := 0.0
	for _, key := range f.SumOf {
		part, ok := byKey[key]
		if !ok || !part.Value.Known {
			return
		}
		total += part.Value.Value
	}
	if len(f.SumOf) > 0 && f.Value.Known && math.Abs(total-f.Value.Value) > 1e-9 && f.Note == "" {
		l.fieldWarning(field, "parts add up to %s, the source says %s; keep both and explain in a note", number(total), f.Value.Raw)
	}
}

// sets checks that the shares of one whole make a whole, or say why not.
func (l *linter) sets(figures []Figure) {
	names := []string{}
	rows := map[string][]Figure{}
	for _, f := range figures {
		if f.Set == "" || f.Unit != "percent" || !f.Value.Known {
			continue
		}
		if rows[f.Set] == nil {
			names = append(names, f.Set)
		}
		rows[f.Set] = append(rows[f.Set], f)
	}
	for _, name := range names {
		total := 0.0
		noted, allNoted := false, true
		for _, f := range rows[name] {
			total += f.Value.Value
			noted = noted || f.Note != ""
			allNoted = allNoted && f.Note != ""
		}
		field := "figures." + rows[name][0].Key
		switch {
		case math.Abs(total-100) < 0.05:
		case total >= 98 && total <= 102:
			if !noted {
				l.fieldWarning(field, "set %q adds up to %s; rounding? say so in a note", name, number(total))
			}
		case !allNoted:
			l.fieldFault(field, "set %q adds up to %s; each of its rows needs a note that says why", name, number(total))
		}
	}
}

// sameThing finds rows that count one thing in one period with two results.
func (l *linter) sameThing(figures []Figure) {
	for i, a := range figures {
		for _, b := range figures[i+1:] {
			if a.Indicator != b.Indicator || a.Unit != b.Unit || a.Period != b.Period || a.Period == "unknown" || a.Indicator == "context" || a.Indicator == "other" {
				continue
			}
			if !alike(a.What, b.What) || a.Value.Raw == b.Value.Raw || (a.Set != "" && a.Set == b.Set) {
				continue
			}
			if !slices.Contains(a.DiffersFrom, b.Key) && !slices.Contains(b.DiffersFrom, a.Key) {
				l.fieldWarning("figures."+b.Key, "%q and %q give one indicator for one period; add differs_from or tell them apart", a.Key, b.Key)
			}
		}
	}
}

// alike says whether two descriptions share most of their words.
func alike(a, b string) bool {
	in := map[string]bool{}
	for _, w := range strings.Fields(strings.ToLower(a)) {
		in[w] = true
	}
	shared, all := 0, len(in)
	for _, w := range strings.Fields(strings.ToLower(b)) {
		if in[w] {
			shared++
		} else {
			all++
		}
	}
	return all > 0 && shared*10 >= all*7
}

func figureKeys(figures []Figure) []string {
	var keys []string
	for _, f := range figures {
		keys = append(keys, f.Key)
	}
	return keys
}

func number(f float64) string { return strconv.FormatFloat(f, 'f', -1, 64) }
