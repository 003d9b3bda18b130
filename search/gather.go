package search

import (
	"encoding/binary"
	"slices"
	"strings"

	"github.com/blevesearch/bleve/v2/analysis"
	"github.com/blevesearch/bleve/v2/document"
	index "github.com/blevesearch/bleve_index_api"

	"opendoor/practices"
	"opendoor/regions/fold"
)

// A gatherer reads the texts of entries, each once: it folds them, cuts them
// into words and stems each different word the first time it is met. Out of
// that come the words of an entry for bleve, their places, the lengths of the
// texts, and the words as they are spelled. Several may read different entries
// of one index at the same time.
type gatherer struct {
	readings map[string]*reading // by tag

	ids, places []byte // of the text that is read
}

// A reading is what a gatherer knows of one corpus.
type reading struct {
	*corpus
	words map[string]*gathered
	terms []string // by id
	times []uint32 // by id, in the entry that is read
	met   []uint32 // ids in the entry that is read
}

// A gathered is one folded word.
type gathered struct {
	id    uint32 // of its stem, 0 for a stop word
	times int    // as a word that can be misspelt
	shown string // with its accents; "" for one that cannot
}

func newGatherer(corpora []*corpus) *gatherer {
	g := &gatherer{readings: map[string]*reading{}}
	for _, l := range corpora {
		g.readings[l.tag] = &reading{corpus: l, words: map[string]*gathered{}, terms: make([]string, 1), times: make([]uint32, 1)}
	}
	return g
}

// read reads an entry. The places of its words are added to a record, see
// places.go.
func (g *gatherer) read(row int, p *practices.Practice, record []byte) (*document.Document, []byte) {
	doc := document.NewDocument(rowID(row))
	for _, t := range texts(p) {
		r := g.readings[t.tag]
		if r == nil {
			continue
		}
		g.ids, g.places = r.read(row, t.part, t.text, g.ids[:0], g.places[:0])
		record = appendText(record, r.at*maxParts+t.part, g.ids, g.places)
	}
	for _, r := range g.readings {
		if len(r.met) > 0 {
			doc.AddField(r.field())
		}
	}
	return doc, record
}

// read reads one text of a corpus. It gives its words and their places as a
// record has them.
func (r *reading) read(row, part int, text string, ids, places []byte) ([]byte, []byte) {
	last, n := 0, 0
	folded, at := fold.WithOffsets(text)
	token := func(w *gathered, start, stop int) {
		from, to := fold.Span(at, start, stop)
		ids = binary.AppendUvarint(ids, uint64(w.id))
		places = appendPlace(places, from-last, to-from)
		last = from
		if w.id > 0 {
			if r.times[w.id] == 0 {
				r.met = append(r.met, w.id)
			}
			r.times[w.id] = oneMore(r.times[w.id], len(r.parts)-1-part)
		}
	}
	for start, stop := nextWord(folded, 0); start < len(folded); start, stop = nextWord(folded, stop) {
		n++
		if unpaired(folded[start:stop]) {
			w := r.word(folded, at, text, start, stop)
			w.times++
			token(w, start, stop)
			continue
		}
		pieces(folded, start, stop, func(a, b int) { token(r.word(folded, at, text, a, b), a, b) })
		if spellable(folded[start:stop]) {
			r.word(folded, at, text, start, stop).times++
		}
	}
	r.parts[part].lengths[row] = int32(n)
	return ids, places
}

// unpaired says that a folded word has no letter of a paired script, which
// all lie beyond those of two bytes.
func unpaired(w string) bool {
	for i := 0; i < len(w); i++ {
		if w[i] >= 0xe0 {
			return false
		}
	}
	return true
}

// word looks up a word of a folded text, and stems it when it is new.
func (r *reading) word(folded string, at []int, text string, start, stop int) *gathered {
	if w := r.words[folded[start:stop]]; w != nil {
		return w
	}
	key := strings.Clone(folded[start:stop])
	w := &gathered{}
	if spellable(key) {
		from, to := fold.Span(at, start, stop)
		w.shown = strings.ToLower(text[from:to])
	}
	if stem := stemmed(r.analysis, key); stem != "" {
		if w.id = r.ids[stem]; w.id == 0 {
			w.id = uint32(len(r.terms))
			r.ids[stem] = w.id
			r.terms, r.times = append(r.terms, stem), append(r.times, 0)
		}
	}
	r.words[key] = w
	return w
}

// stemmed analyses one folded word; it is "" for a stop word. No filter of an
// analysis looks at the words round one.
func stemmed(name, word string) string {
	stream := analysis.TokenStream{{Term: []byte(word), Start: 0, End: len(word), Position: 1}}
	for _, f := range analyses[name].TokenFilters {
		stream = f.Filter(stream)
	}
	if len(stream) == 0 {
		return ""
	}
	return string(stream[0].Term)
}

// spellings gives the words that can be misspelt, in order.
func spellings(from ...*gatherer) []spelled {
	var all []spelled
	for _, g := range from {
		for _, tag := range sortedKeys(g.readings) {
			for word, w := range g.readings[tag].words {
				if w.shown != "" && w.times > 0 {
					all = append(all, spelled{word, w.shown, w.times})
				}
			}
		}
	}
	slices.SortStableFunc(all, bySpelling)
	once := all[:0]
	for _, w := range all {
		if last := len(once) - 1; last >= 0 && once[last].folded == w.folded {
			once[last].times += w.times
		} else {
			once = append(once, w)
		}
	}
	return once
}

// A field is what bleve is given of an entry: the words of one corpus, how
// often each stands in each part. Bleve's own analysis is not called for.
type field struct {
	name  string
	times index.TokenFrequencies
}

// field takes the words that were met.
func (r *reading) field() *field {
	f := &field{r.id, make(index.TokenFrequencies, len(r.met))}
	list := make([]index.TokenFreq, len(r.met))
	for i, id := range r.met {
		term := r.terms[id]
		list[i].SetFrequency(int(r.times[id]))
		f.times[term] = &list[i]
		r.times[id] = 0
	}
	r.met = r.met[:0]
	return f
}

// What bleve asks of a field, see index.Field.

func (f *field) Name() string                                     { return f.name }
func (f *field) Value() []byte                                    { return nil }
func (f *field) ArrayPositions() []uint64                         { return nil }
func (f *field) EncodedFieldType() byte                           { return 't' }
func (f *field) Analyze()                                         {}
func (f *field) Options() index.FieldIndexingOptions              { return index.IndexField }
func (f *field) AnalyzedLength() int                              { return 1 } // we know lengths by part
func (f *field) AnalyzedTokenFrequencies() index.TokenFrequencies { return f.times }
func (f *field) NumPlainTextBytes() uint64                        { return 0 }
func (f *field) Size() int                                        { return 0 }
