package search

import (
	"context"
	"encoding/binary"
	"runtime"

	"golang.org/x/sync/errgroup"
)

// A mentions are the entries that speak of a meaning, or carry it, in order.
// They are found when an index is made, by reading once through all places of
// words: a name of a country or a term is mostly several words, and to look for
// so many phrases one by one, when they are first asked for, takes a hundred
// times as long as a search should.
type mentions struct {
	rows  []int32
	times []float32 // how often, weighed like words
	told  []bool    // whether a text says it
}

func (m *mentions) add(row int, times float32, told bool) {
	m.rows, m.times, m.told = append(m.rows, int32(row)), append(m.times, times), append(m.told, told)
}

// carried is how much the label of an entry counts for a meaning. A country
// counts more than other labels, and most where it is the only one: who types
// its name wants what is done there, not what is told of it elsewhere.
func (x *Index) carried(row, meaning int) float32 {
	switch c := x.lexicon.meanings[meaning].Concept; c.Vocabulary {
	case countryConcept:
		return placeWeight / float32(max(1, len(x.all[row].Countries)))
	case askConcept:
		return askWeight * askFor(c).answer(x.all[row])
	}
	return labelWeight
}

// allMentions finds the entries of every meaning.
func (x *Index) allMentions(ctx context.Context) ([]mentions, error) {
	corpora := x.allCorpora()
	spoken := make([]spokenNames, len(corpora))
	for _, l := range corpora {
		spoken[l.at] = x.spokenIn(l)
	}
	workers := runtime.GOMAXPROCS(0)
	parts := make([][]mentions, workers)
	g, ctx := errgroup.WithContext(ctx)
	for w := range workers {
		g.Go(func() (err error) {
			parts[w], err = x.mentionsOf(ctx, spoken, w*len(x.all)/workers, (w+1)*len(x.all)/workers)
			return err
		})
	}
	if err := g.Wait(); err != nil {
		return nil, err
	}
	all := make([]mentions, len(x.lexicon.meanings))
	for id := range all {
		n := 0
		for _, part := range parts {
			n += len(part[id].rows)
		}
		all[id] = mentions{make([]int32, 0, n), make([]float32, 0, n), make([]bool, 0, n)}
		for _, part := range parts {
			all[id] = mentions{append(all[id].rows, part[id].rows...), append(all[id].times, part[id].times...), append(all[id].told, part[id].told...)}
		}
	}
	return all, nil
}

// spokenNames are the names of meanings in the words of a corpus, by the
// number of the first word.
type spokenNames [][]spokenName

type spokenName struct {
	meaning int
	rest    []restWord
}

// A restWord is a word of a name, and how far it stands from the first.
type restWord struct {
	id uint32
	at int
}

func (x *Index) spokenIn(l *corpus) spokenNames {
	names := make(spokenNames, len(l.ids)+1)
	tag := analysisOf(l.tag)
	if l == x.names {
		tag = ""
	}
	for meaning, m := range x.lexicon.meanings {
		for _, words := range m.said[tag] {
			ids, ok := l.numbers(words)
			if !ok {
				continue
			}
			name := spokenName{meaning: meaning}
			for i := 1; i < len(ids); i++ {
				name.rest = append(name.rest, restWord{ids[i], words[i].at - words[0].at})
			}
			names[ids[0]] = append(names[ids[0]], name)
		}
	}
	return names
}

// stands says whether the rest of a name follows a place in a text.
func (n *spokenName) stands(ids []uint32) bool {
	for _, w := range n.rest {
		if w.at >= len(ids) || ids[w.at] != w.id {
			return false
		}
	}
	return true
}

// mentionsOf finds the mentions of meanings in some entries.
func (x *Index) mentionsOf(ctx context.Context, spoken []spokenNames, from, to int) ([]mentions, error) {
	list := make([]mentions, len(x.lexicon.meanings))
	here := &tally{gain: make([]float32, len(list))} // by meaning, in one corpus
	best := &tally{gain: make([]float32, len(list))}
	var ids []uint32
	carried := x.carriedBy(from, to)
	for row := from; row < to; row++ {
		if row%64 == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		for _, s := range x.shards {
			for _, l := range s.corpora {
				if l.entries != nil && !l.entries.has(row) {
					continue
				}
				record, err := s.records.read(row, l.at)
				if err != nil {
					return nil, err
				}
				for _, t := range record.texts {
					ids = numbersOf(ids[:0], t.words)
					part := l.parts[t.part]
					for at, id := range ids {
						for i := range spoken[l.at][id] {
							if n := &spoken[l.at][id][i]; n.stands(ids[at:]) {
								here.set(int32(n.meaning), here.gain[n.meaning]+part.mention/part.norm[row])
							}
						}
					}
				}
				record.close()
				here.empty(func(meaning int32, times float32) { best.set(meaning, max(best.gain[meaning], times)) })
			}
		}
		for _, meaning := range carried[row-from] {
			if best.gain[meaning] == 0 {
				c := x.lexicon.meanings[meaning].Concept
				list[meaning].add(row, x.carried(row, meaning), c.Vocabulary == askConcept && askFor(c).told)
				continue
			}
			best.gain[meaning] += x.carried(row, meaning)
		}
		best.empty(func(meaning int32, times float32) { list[meaning].add(row, times, true) })
	}
	return list, nil
}

// carriedBy gives the meanings that entries carry as labels.
func (x *Index) carriedBy(from, to int) [][]int {
	list := make([][]int, to-from)
	for meaning, set := range x.carriers {
		if set == nil {
			continue
		}
		for row := from; row < to; row++ {
			if set.has(row) {
				list[row-from] = append(list[row-from], meaning)
			}
		}
	}
	return list
}

// numbersOf reads the numbers of the words of a text.
func numbersOf(ids []uint32, words []byte) []uint32 {
	for len(words) > 0 {
		if b := words[0]; b < 0x80 {
			ids, words = append(ids, uint32(b)), words[1:]
			continue
		}
		id, n := binary.Uvarint(words)
		ids, words = append(ids, uint32(id)), words[n:]
	}
	return ids
}
