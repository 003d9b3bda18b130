package search

import (
	"cmp"
	"context"
	"math"
	"slices"
)

// Of more than two words, entries with all score more by wholeBonus. When fewer
// than a page have all, entries with a fair part of the weight of the words are
// found too, rare words weighing more; when there are none of those either,
// entries with any word.
const (
	strict     = 2
	enough     = perPage
	wholeBonus = 0.3
	fair       = 0.2
)

// A matching is what the text of a query finds, before any filter.
type matching struct {
	probes    []*probe // what must be there
	base      rows     // entries without what must not be there
	found     rows
	whole     rows // of found, those with every word
	relaxed   bool // some of found lack a word
	typed     int  // words and phrases that were asked for, stop words too
	dropped   []string
	corrected []Correction
	named     []Named
	below     *matching // for words that may have been slips; what it alone finds stands below
	absent    []string  // words that no entry has
}

// match finds the entries for a text. An empty text finds all. With expand, a
// word also finds what it means and what it may have been meant to be.
func (x *lookups) match(ctx context.Context, text, lang string, expand bool) (*matching, error) {
	clauses, dropped := parse(text)
	m, err := x.matchClauses(ctx, clauses, lang, expand)
	if err != nil || !expand {
		m.drop(dropped)
		return m, err
	}
	mended, list, nowhere, err := x.corrected(ctx, m, clauses, lang)
	if err != nil {
		return nil, err
	}
	if len(list) > 0 {
		better, err := x.matchClauses(ctx, mended, lang, expand)
		switch {
		case err != nil:
			return nil, err
		case nowhere:
			m = better
			m.corrected = list
		case better.found.count() > m.found.count():
			m.below, m.corrected = better, list
			m.found = m.found.clone()
			m.found.or(better.found)
		}
	}
	m.drop(dropped)
	return m, nil
}

func (m *matching) drop(words []string) {
	if m != nil {
		m.dropped = append(words, m.dropped...)
	}
}

func (x *lookups) matchClauses(ctx context.Context, clauses []clause, lang string, expand bool) (*matching, error) {
	m := &matching{}
	m.base = allRows(len(x.all))
	probes, named := x.probes(clauses, lang, expand)
	m.named = named
	for _, p := range probes {
		if !p.not {
			m.typed++
		}
		switch {
		case p.stop(lang):
		case !p.not:
			m.probes = append(m.probes, p)
		default:
			if err := x.find(ctx, p); err != nil {
				return nil, err
			}
			m.base.remove(p.said)
		}
	}
	if err := x.keepRarest(ctx, m); err != nil {
		return nil, err
	}
	for _, p := range m.probes {
		if err := x.find(ctx, p); err != nil {
			return nil, err
		}
	}
	m.lighten(len(x.all))
	m.found, m.whole = m.base, m.base
	switch {
	case len(m.probes) > 0:
		m.combine()
	case m.typed > 0:
		m.titled(x, clauses)
	}
	return m, nil
}

// titled finds, for a text of nothing but stop words, the entries whose titles
// have them as they stand; when there are none, all.
func (m *matching) titled(x *lookups, clauses []clause) {
	found := m.base.clone()
	for _, c := range clauses {
		if !c.not {
			found.and(x.suggester.titled(c.folded, len(x.all)))
		}
	}
	if found.count() > 0 {
		m.found, m.whole = found, found
	}
}

// expansions tells which soft names were taken for detention, too.
func (m *matching) expansions() []Expansion {
	var list []Expansion
	for _, p := range m.probes {
		e := Expansion{Typed: p.softName, Strong: p.soft == mostly}
		if p.soft != plainly && !slices.Contains(list, e) {
			list = append(list, e)
		}
	}
	return list
}

// lighten makes entries need no word that says little, where there are others,
// and leaves out a word that occurs nowhere and is a stop word of a language
// that has no entries.
func (m *matching) lighten(n int) {
	m.probes = slices.DeleteFunc(m.probes, func(p *probe) bool {
		return p.nowhere() && !p.phrase && (p.light || p.stopSomewhere())
	})
	if slices.ContainsFunc(m.probes, func(p *probe) bool { return !p.light }) {
		for _, p := range m.probes {
			if p.light {
				p.free = allRows(n)
			}
		}
	}
}

// keepRarest leaves out words of a long text: those that no entry has, then
// the commonest.
func (x *lookups) keepRarest(ctx context.Context, m *matching) error {
	words := slices.DeleteFunc(slices.Clone(m.probes), func(p *probe) bool { return p.phrase })
	if len(words) <= maxWords {
		return nil
	}
	common := map[*probe]uint64{}
	for _, p := range words {
		n, err := x.stands(ctx, p)
		if err != nil {
			return err
		}
		common[p] = n - 1 // none becomes the most
	}
	slices.SortStableFunc(words, func(a, b *probe) int { return cmp.Compare(common[a], common[b]) })
	m.probes = slices.DeleteFunc(m.probes, func(p *probe) bool {
		drop := slices.Contains(words[maxWords:], p)
		if drop {
			m.dropped = append(m.dropped, p.text)
		}
		return drop
	})
	return nil
}

// nowhere says whether no entry has the word.
func (p *probe) nowhere() bool { return p.in.count() == 0 && p.free.count() == 0 }

// weight is the rarity of a word, and 0 for one that is nowhere: it must not
// keep the rest from being found.
func (p *probe) weight() float64 {
	if p.nowhere() {
		return 0
	}
	return p.rarity
}

// combine finds the entries of base that have the words, all of them or most,
// and every phrase.
func (m *matching) combine() {
	base := m.base.clone()
	any := newRows(len(base) * 64)
	for _, p := range m.probes {
		any.or(p.in)
		if p.phrase {
			base.and(p.in)
		}
		if p.nowhere() {
			m.absent = append(m.absent, p.text)
		}
	}
	base.and(any)
	m.whole = base.clone()
	for _, p := range m.probes {
		has := p.in.clone()
		has.or(p.free)
		m.whole.and(has)
	}
	m.found = m.whole
	few := enough // results below which entries that lack a word are shown too
	if content := m.content(); content <= strict {
		few = 0
		if m.typed > strict || len(m.absent) > 0 {
			few = 1 // a whole question, most of it stop words; or a word that is nowhere
		}
	}
	if m.content() > strict && slices.ContainsFunc(m.probes, (*probe).asks) {
		few = math.MaxInt // what answers a question need not have the words round it
	}
	if m.whole.count() < few {
		m.found = m.widened(base)
		m.relaxed = m.found.count() > m.whole.count()
	}
}

// content counts the probes that say something.
func (m *matching) content() int {
	n := 0
	for _, p := range m.probes {
		if !p.light {
			n++
		}
	}
	return n
}

// widened gives the entries of base with a fair part of the weight of the
// words; when there are none, all of base.
func (m *matching) widened(base rows) rows {
	total := 0.0
	weights, has := make([]float64, len(m.probes)), make([]rows, len(m.probes))
	for i, p := range m.probes {
		weights[i], has[i] = p.weight(), p.in.clone()
		has[i].or(p.free)
		total += weights[i]
	}
	wide := newRows(len(base) * 64)
	base.each(func(row int) bool {
		weight := 0.0
		for i, set := range has {
			if set.has(row) {
				weight += weights[i]
			}
		}
		if weight >= fair*total {
			wide.add(row)
		}
		return true
	})
	if wide.count() == 0 {
		return base
	}
	return wide
}

// belowWeight is what a match counts that a slip was forgiven for.
const belowWeight = 0.5

// exact says whether an entry was found by what was typed.
func (m *matching) exact(row int) bool {
	return m.below == nil || slices.ContainsFunc(m.probes, func(p *probe) bool { return p.in.has(row) })
}

// score is how well an entry matches.
func (m *matching) score(row int) float64 {
	score := 0.0
	if m.below != nil {
		score = belowWeight * m.below.score(row)
	}
	for _, p := range m.probes {
		score += float64(p.gain[row])
	}
	if m.whole.has(row) {
		score *= 1 + wholeBonus
	}
	return score
}

// told says whether the words of an entry match, not its labels alone.
func (m *matching) told(row int) bool {
	return slices.ContainsFunc(m.probes, func(p *probe) bool { return !p.light && p.told.has(row) })
}
