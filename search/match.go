package search

import (
	"cmp"
	"context"
	"slices"
)

// Of more than two words, entries with all come first. When fewer than enough
// have all, entries with most of the weight of the words follow; when there
// are none of those either, entries with any word.
const (
	strict = 2
	enough = 10
	most   = 0.6
)

// A matching is what the text of a query finds, before any filter.
type matching struct {
	probes  []*probe // what must be there
	found   rows
	whole   rows // of found, those with every word
	relaxed bool // some of found lack a word
	typed   int      // words and phrases that were asked for, stop words too
	dropped []string
	absent  []string // words that no entry has
}

// match finds the entries for a text. An empty text finds all.
func (x *Index) match(ctx context.Context, text, lang string) (*matching, error) {
	clauses, dropped := parse(text)
	m := &matching{dropped: dropped}
	base := allRows(len(x.all))
	for _, p := range x.probes(clauses) {
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
			base.remove(p.said)
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
	m.found, m.whole = base, base
	if len(m.probes) > 0 {
		m.combine(base)
	}
	return m, nil
}

// keepRarest leaves out words of a long text: those that no entry has, then
// the commonest.
func (x *Index) keepRarest(ctx context.Context, m *matching) error {
	words := slices.DeleteFunc(slices.Clone(m.probes), func(p *probe) bool { return p.phrase })
	if len(words) <= maxWords {
		return nil
	}
	common := map[*probe]uint64{}
	for _, p := range words {
		n, err := x.common(ctx, p)
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
func (m *matching) combine(base rows) {
	base = base.clone()
	some := newRows(len(base) * 64)
	for _, p := range m.probes {
		some.or(p.in)
		if p.phrase {
			base.and(p.in)
		}
		if p.nowhere() {
			m.absent = append(m.absent, p.text)
		}
	}
	base.and(some)
	m.whole = base.clone()
	for _, p := range m.probes {
		has := p.in.clone()
		has.or(p.free)
		m.whole.and(has)
	}
	m.found = m.whole
	if m.typed > strict && m.whole.count() < enough {
		m.found = m.widened(base)
		m.relaxed = m.found.count() > m.whole.count()
	}
}

// widened gives the entries of base with most of the weight of the words, or
// all of base when there are none.
func (m *matching) widened(base rows) rows {
	total := 0.0
	for _, p := range m.probes {
		total += p.weight()
	}
	wide := newRows(len(base) * 64)
	base.each(func(row int) bool {
		weight := 0.0
		for _, p := range m.probes {
			if p.in.has(row) || p.free.has(row) {
				weight += p.weight()
			}
		}
		if weight >= most*total {
			wide.add(row)
		}
		return true
	})
	if wide.count() < enough {
		return base
	}
	return wide
}

// score is how well an entry matches.
func (m *matching) score(row int) float64 {
	score := 0.0
	for _, p := range m.probes {
		score += p.rarity * float64(p.gain[row])
	}
	return score
}

// said says whether the words of an entry match, not its labels alone.
func (m *matching) said(row int) bool {
	return slices.ContainsFunc(m.probes, func(p *probe) bool { return p.said.has(row) })
}
