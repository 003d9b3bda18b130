package search

import (
	"context"
	"math"

	"opendoor/regions/fold"
)

// The constants of BM25: how soon more of the same word adds little (k1); how
// much length counts is told for each part of an entry.
const k1 = 1.2

// norms gives for every entry what the length of its text does to each word
// in it: 1 for one of middling length, less for a shorter one.
func norms(p part, lengths []int) []float32 {
	total, some := 0, 0
	for _, n := range lengths {
		if n > 0 {
			total, some = total+n, some+1
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

// countWords counts the words of a text, as a measure of its length.
func countWords(s string) int {
	n := 0
	s = fold.Text(s)
	for start, end := nextWord(s, 0); start < len(s); start, end = nextWord(s, end) {
		n++
	}
	return n
}

// A probe is a clause made ready for looking up, and what was found for it.
type probe struct {
	clause
	terms    map[string][]term // by analysis
	capitals bool              // typed in capitals, in a text that has others

	concepts     map[int]float32 // concepts that it names, with how much of the name it is
	abbreviation bool            // one of them by an abbreviation, so it is no stop word

	in     rows      // entries that match it
	said   rows      // of these, those whose own words do, not a label alone
	free   rows      // entries in a language where it is a stop word
	gain   []float32 // what it adds to the score of an entry, before its rarity
	rarity float64
}

// probes makes clauses ready: analysed once for every language of the
// catalogue and of the labels, and with the concepts they name.
func (x *Index) probes(clauses []clause) []*probe {
	shouting := len(clauses) > 1
	for _, c := range clauses {
		shouting = shouting && capitals(c.text)
	}
	var list []*probe
	for _, c := range clauses {
		p := &probe{clause: c, capitals: capitals(c.text) && !shouting, concepts: map[int]float32{}}
		p.terms = make(map[string][]term, len(analyses))
		for name := range analyses {
			p.terms[name] = terms(name, c.text)
		}
		list = append(list, p)
	}
	x.lexicon.resolve(list)
	return list
}

// stop says whether the probe is but stop words to a reader of lang.
func (p *probe) stop(lang string) bool {
	return len(p.terms[analysisOf(lang)]) == 0 && !p.abbreviation
}

// find looks a probe up in the texts of every language, in the names and in
// the labels.
func (x *Index) find(ctx context.Context, p *probe) error {
	n := len(x.all)
	p.in, p.said, p.free, p.gain = newRows(n), newRows(n), newRows(n), make([]float32, n)
	t := tally{gain: make([]float32, n)}
	for _, l := range x.corpora {
		words := p.terms[l.analysis]
		if len(words) == 0 {
			if !p.phrase && !p.abbreviation {
				p.free.or(l.entries)
			}
			continue
		}
		if err := x.look(ctx, l, words, &t); err != nil {
			return err
		}
		// A practice in five languages is one practice, not five times as good.
		t.empty(func(row int32, gain float32) {
			p.said.add(int(row))
			p.gain[row] = max(p.gain[row], gain)
		})
	}
	if words := p.terms[names]; len(words) > 0 {
		if err := x.look(ctx, x.names, words, &t); err != nil {
			return err
		}
		t.empty(func(row int32, gain float32) {
			p.said.add(int(row))
			p.gain[row] += gain
		})
	}
	p.in.or(p.said)
	for id, share := range p.concepts {
		x.lexicon.concepts[id].entries.each(func(row int) bool {
			t.set(int32(row), max(t.gain[row], labelWeight*share))
			return true
		})
	}
	t.empty(func(row int32, gain float32) {
		p.in.add(int(row))
		p.gain[row] += gain
	})
	p.in.each(func(row int) bool {
		p.gain[row] *= (k1 + 1) / (p.gain[row] + k1)
		return true
	})
	// A stop word is common, however few entries have it in another language.
	some := p.free.clone()
	some.or(p.in)
	p.rarity = rarity(some.count(), n)
	return nil
}

// common says how common a word is: in how many texts it stands.
func (x *Index) common(ctx context.Context, p *probe) (n uint64, err error) {
	for _, l := range append([]*corpus{x.names}, x.corpora...) {
		words := p.terms[l.analysis]
		if len(words) == 0 {
			continue
		}
		for _, f := range l.fields {
			r, err := x.reader.TermFieldReader(ctx, []byte(words[0].text), f.id, false, false, false)
			if err != nil {
				return 0, err
			}
			n += r.Count()
			r.Close()
		}
	}
	return n, nil
}

// look adds to a tally what words in a row weigh in the fields of a language.
func (x *Index) look(ctx context.Context, l *corpus, words []term, t *tally) error {
	for _, f := range l.fields {
		if err := x.walk(ctx, f, words, func(row int32, times float32) {
			t.set(row, t.gain[row]+f.weight*times/f.norm[row])
		}); err != nil {
			return err
		}
	}
	return nil
}

// walk visits the entries that have words in a row in a field.
func (x *Index) walk(ctx context.Context, f *field, words []term, visit func(row int32, times float32)) error {
	c, err := x.cursor(ctx, f, words, false)
	if err != nil {
		return err
	}
	defer c.close()
	for n := 1; ; n++ {
		doc, times, err := c.next()
		if err != nil || times == 0 {
			return err
		}
		visit(x.row[doc], float32(times))
		if n%1024 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
	}
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
