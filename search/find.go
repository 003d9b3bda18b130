package search

import (
	"context"
	"math"
	"slices"
	"strings"
)

// The constants of BM25: how soon more of the same word adds little (k1); how
// much length counts is told for each part of an entry.
const k1 = 1.5

// norms gives for every entry what the length of its text does to each word
// in it: 1 for one of middling length, less for a shorter one.
func norms(p part, lengths []int32) []float32 {
	total, some := 0, 0
	for _, n := range lengths {
		if n > 0 {
			total, some = total+int(n), some+1
		}
	}
	mean := float64(total) / float64(max(some, 1))
	list := make([]float32, len(lengths))
	for i, n := range lengths {
		b := float64(p.lengthy)
		list[i] = float32(1 - b + b*float64(n)/max(mean, 1))
	}
	return list
}

// rarity is what a word counts that some of all entries have: nothing new to
// readers of BM25 but that it is never negative.
func rarity(some, all int) float64 {
	return math.Log(1 + (float64(all-some)+0.5)/(float64(some)+0.5))
}

// A probe is a clause made ready for looking up.
type probe struct {
	clause
	terms    map[string][]term // by analysis
	capitals bool              // typed in capitals, in a text that has others
	light    bool              // says little, see words.txt

	concepts     map[int]float32 // meanings that entries carry, with how much of the name it is
	own          []sense         // meanings that it has alone
	groups       []group         // meanings that it has with other words or within others
	abbreviation bool            // one of them by an abbreviation, so it is no stop word
	soft         softness        // whether it is a soft name for detention, or part of one
	softName     string          // as typed

	found
}

// A found is what was found for a probe.
type found struct {
	in     rows      // entries that match it
	said   rows      // of these, those that have it in this form
	told   rows      // of these, those that say it in any words, not by a label alone
	free   rows      // entries that need not have it: in their language it is a stop word
	gain   []float32 // what it adds to the score of an entry
	rarity float64   // of in and free together
}

// tie is how much the lesser of two reasons counts, when an entry has the word
// and speaks of what it means in other words too.
const tie = 0.3

// fewTexts is how many more entries a language is taken to be in when a word of
// it is counted.
const fewTexts = 10

// lightness is what a word that says little counts.
const lightness = 0.1

// probes makes clauses ready: analysed once for every language of the
// catalogue and of the labels, and with what they mean.
func (x *lookups) probes(clauses []clause, lang string, expand bool) (list []*probe, named []Named) {
	shouting := len(clauses) > 1
	for _, c := range clauses {
		shouting = shouting && capitals(c.text)
	}
	for _, c := range clauses {
		p := &probe{clause: c, capitals: capitals(c.text) && !shouting, concepts: map[int]float32{}}
		p.light = !c.phrase && !c.not && words().light[c.folded]
		p.terms = x.analysed(c)
		list = append(list, p)
	}
	lighten(list)
	if expand {
		named = x.lexicon.resolve(list, lang)
	}
	for _, p := range list {
		p.light = p.light && !p.abbreviation // US is not us, WHO is not who
	}
	return list, named
}

// terms analyses a clause. One word needs but its stem.
func (c clause) terms(name string) []term {
	if !unpaired(c.folded) || strings.IndexByte(c.folded, ' ') >= 0 {
		return terms(name, c.text)
	}
	if stem := stemmed(name, c.folded); stem != "" {
		return []term{{stem, 1}}
	}
	return nil
}

// lighten makes the words of what says little light where they stand in a row.
func lighten(list []*probe) {
	for _, said := range words().lightly {
		for i := 0; i+len(said) <= len(list); i++ {
			row := list[i : i+len(said)]
			if slices.EqualFunc(row, said, func(p *probe, w string) bool { return p.folded == w && !p.phrase && !p.not }) {
				for _, p := range row {
					p.light = true
				}
			}
		}
	}
}

// stop says whether the probe is but stop words to a reader of lang.
func (p *probe) stop(lang string) bool {
	return len(p.terms[analysisOf(lang)]) == 0 && !p.abbreviation
}

// stopSomewhere says whether it is but stop words in some language.
func (p *probe) stopSomewhere() bool {
	for _, list := range p.terms {
		if len(list) == 0 {
			return true
		}
	}
	return false
}

// saturated is BM25's measure of how much a word in a text says: more often is
// better, ever less so.
func saturated(times float32) float32 { return times * (k1 + 1) / (times + k1) }

// find looks a probe up in the texts of every language, in the names and in
// the labels, and then looks for what else it may mean. What an entry gains is
// mostly the better of the two.
func (x *lookups) find(ctx context.Context, p *probe) error {
	key := p.key()
	if f, ok := x.found[key]; ok {
		p.found = f
		return ctx.Err()
	}
	n := len(x.all)
	p.in, p.said, p.free, p.gain = newRows(n), newRows(n), newRows(n), x.gain()
	t := x.tallies.Get().(*tally)
	defer func() {
		if len(t.rows) == 0 { // else something went wrong on the way
			x.tallies.Put(t)
		}
	}()
	reach := newRows(n) // entries in a language in which it was found
	for _, l := range x.corpora {
		words := p.terms[l.analysis]
		if len(words) == 0 {
			if !p.phrase && !p.abbreviation {
				p.free.or(l.entries)
			}
			continue
		}
		if err := x.look(ctx, l, words, t); err != nil {
			return err
		}
		if len(t.rows) > 0 {
			reach.or(l.entries)
		}
		// A practice in five languages is one practice, not five times as good.
		t.empty(func(row int32, times float32) {
			p.said.add(int(row))
			p.gain[row] = max(p.gain[row], times)
		})
	}
	if words := p.terms[names]; len(words) > 0 {
		if err := x.look(ctx, x.names, words, t); err != nil {
			return err
		}
		if len(t.rows) > 0 {
			reach = allRows(n)
		}
		t.empty(func(row int32, times float32) {
			p.said.add(int(row))
			p.gain[row] += times
		})
	}
	p.in.or(p.said)
	p.told = p.said.clone()
	for id, share := range p.concepts {
		if x.carriers[id] == nil {
			continue
		}
		x.carriers[id].each(func(row int) bool {
			t.set(int32(row), max(t.gain[row], partWeight*share))
			return true
		})
	}
	t.empty(func(row int32, times float32) {
		p.in.add(int(row))
		p.gain[row] += times
	})
	weight := float32(1)
	if p.light {
		weight = lightness
	}
	groups := append([]group{{weight: 1, senses: p.own}}, p.groups...)
	if p.soft == mostly {
		groups = append(groups, x.lexicon.hidden())
	}
	for _, s := range p.own {
		m := x.mentions[s.meaning]
		for i, row := range m.rows {
			p.match(int(row), m.told[i])
		}
	}
	// A word of a language that some entries are in is as common as it is among
	// those, or a translation would make an entry better than its neighbours. Of
	// a language that very few are in, its texts tell little of how common it is.
	some := p.common()
	if among := reach.count(); among > 0 {
		some = max(some, p.said.count()*n/(among+fewTexts))
	}
	own := weight * float32(rarity(some, n))
	if p.within() {
		own *= withinWeight
	}
	p.in.each(func(row int) bool {
		p.gain[row] = own * saturated(p.gain[row])
		return true
	})
	// Each meaning is as rare as the entries that have it, so that "foster care"
	// is foster care more than all alternative care; for those that carry it as a
	// label, as rare as these, so that they are not lost among all that name it.
	for _, g := range groups {
		weight := weight * g.weight
		if g.ask { // what is asked for is not said by the words, light or not
			weight = g.weight
		}
		for _, s := range g.senses {
			m := x.mentions[s.meaning]
			rare, about := weight*float32(rarity(len(m.rows), n)), float32(0)
			has := x.carriers[s.meaning]
			if has != nil {
				about = weight * float32(rarity(has.count(), n))
			}
			for i, row := range m.rows {
				gain := rare
				if has != nil && has.has(int(row)) {
					gain = about
				}
				p.match(int(row), m.told[i])
				t.set(row, max(t.gain[row], gain*saturated(s.weight*m.times[i])))
			}
		}
		t.empty(func(row int32, gain float32) {
			p.gain[row] = max(p.gain[row], gain) + tie*min(p.gain[row], gain)
		})
	}
	if p.soft == often {
		x.cautioned.each(func(row int) bool {
			p.match(row, false)
			p.gain[row] = max(p.gain[row], softWeight)
			return true
		})
	}
	p.rarity = float64(weight) * rarity(max(some, p.common()), n)
	x.found[key] = p.found
	return nil
}

// within says whether the probe is part of a name of several words, so that it
// says little alone: who types "case management" means that.
func (p *probe) within() bool {
	return slices.ContainsFunc(p.groups, func(g group) bool { return g.first < g.last })
}

// match adds an entry, which says what the probe means, or only carries it.
func (p *probe) match(row int, told bool) {
	p.in.add(row)
	if told {
		p.told.add(row)
	}
}

// common counts the entries that have the probe. A stop word is common,
// however few entries have it in another language.
func (p *probe) common() int {
	return p.free.countOr(p.in)
}

// stands says in how many entries a word stands, once for each language.
func (x *lookups) stands(ctx context.Context, p *probe) (n uint64, err error) {
	if n, ok := x.standing[p.clause]; ok {
		return n, ctx.Err()
	}
	for _, l := range x.allCorpora() {
		words := p.terms[l.analysis]
		if len(words) == 0 {
			continue
		}
		if _, ok := l.numbers(words[:1]); !ok {
			continue
		}
		r, err := l.shard.reader.TermFieldReader(ctx, []byte(words[0].text), l.id, false, false, false)
		if err != nil {
			return 0, err
		}
		n += r.Count()
		r.Close()
	}
	x.standing[p.clause] = n
	return n, nil
}

// look adds to a tally what words in a row weigh in a corpus.
func (x *Index) look(ctx context.Context, l *corpus, words []term, t *tally) error {
	ids, ok := l.numbers(words)
	if !ok {
		return nil
	}
	if len(ids) > 1 {
		return x.phrase(ctx, l, words, ids, func(row int32, times float32) { t.set(row, t.gain[row]+times) })
	}
	p, err := x.posting(ctx, l, ids[0], words[0].text)
	if err != nil {
		return err
	}
	t.rows = slices.Grow(t.rows, len(p.rows))
	for i, row := range p.rows {
		t.set(row, t.gain[row]+p.times[i])
	}
	return ctx.Err()
}

// A tally adds up gains and remembers for which entries.
type tally struct {
	gain []float32 // by row; 0 for none
	rows []int32
}

func (t *tally) set(row int32, gain float32) {
	if t.gain[row] == 0 {
		t.rows = append(t.rows, row)
	}
	t.gain[row] = gain
}

// empty gives all that is in the tally and makes it ready for more.
func (t *tally) empty(take func(row int32, gain float32)) {
	for _, row := range t.rows {
		take(row, t.gain[row])
		t.gain[row] = 0
	}
	t.rows = t.rows[:0]
}
