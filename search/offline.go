package search

import (
	"context"
	"encoding/json"
	"math"
	"slices"
	"strconv"
	"strings"

	"opendoor/regions/fold"
)

// An offline index is all that a page needs to answer queries by itself, from
// a disk without a server: the words of the entries and what they mean, as
// they are looked up here. Words are not stemmed there; the forms that occur
// stand with their stems. Places of words are left out, so a phrase is its
// words. templates/script/pack.js reads it.
type offline struct {
	IDs      []string            `json:"ids"`      // of the entries, by row
	Letters  map[string]string   `json:"letters"`  // what folding writes for a letter
	Analyses []string            `json:"analyses"` // in the order of forms
	Forms    []string            `json:"forms"`    // by analysis: lines of a stem and its other forms; the first line has no stem, and stop words
	Corpora  []offlineCorpus     `json:"corpora"`
	Meanings []offlineMeaning    `json:"meanings"`
	Labels   []string            `json:"labels"` // meaning, analysis, language, flags, country, words; stop words beside them after their place and a colon
	Detained []int               `json:"detained"`
	Softly   int                 `json:"softly"`
	Caution  string              `json:"caution"` // rows
	Light    []string            `json:"light"`
	Lightly  []string            `json:"lightly"`
	Columns  []offlineColumn     `json:"columns"`
	Orders   map[Sort][]int      `json:"orders"`
	ByWords  map[string][2][]int `json:"alphabets"` // by language: orders by title, by country
}

type offlineCorpus struct {
	Analysis int               `json:"a"` // place among the analyses
	Entries  string            `json:"rows"`
	Words    map[string]string `json:"words"` // postings by stem
	Names    bool              `json:"names,omitempty"`
}

type offlineMeaning struct {
	Rows    string  `json:"r,omitempty"`
	Carried string  `json:"c,omitempty"`
	Least   float32 `json:"l,omitempty"`
}

// An offlineColumn is one group of filters.
type offlineColumn struct {
	Group Group             `json:"group"`
	Rows  map[string]string `json:"rows"` // by value
}

// Flags of a label.
const (
	flagCapitals = 1 << iota
	flagVague
	flagOften
	flagMostly
	flagCarried
	flagAsk
	flagAgain
)

// Offline gives the index as a JSON value for a page that has no server. Words
// count within an eighth of what they count here. It takes a second or so for
// some hundred entries, ends with ctx, and any number may call it at once.
func (x *Index) Offline(ctx context.Context) ([]byte, error) {
	x.mu.RLock()
	defer x.mu.RUnlock()
	if x.closed {
		return nil, ErrClosed
	}
	o := offline{
		Letters: fold.Alphabet(), Analyses: sortedKeys(analyses), Detained: []int{}, Softly: -1, Caution: packRows(x.cautioned),
		Light: sortedKeys(words().light), Orders: map[Sort][]int{}, ByWords: map[string][2][]int{},
	}
	for _, list := range words().lightly {
		o.Lightly = append(o.Lightly, strings.Join(list, " "))
	}
	for _, p := range x.all {
		o.IDs = append(o.IDs, p.ID)
	}
	for s, in := range x.orders.fixed {
		o.Orders[s] = in.rows
	}
	for lang := range x.orders.titles {
		o.ByWords[lang] = [2][]int{x.orders.in(SortTitle, lang).rows, x.orders.in(SortCountry, lang).rows}
	}
	for _, c := range x.columns {
		column := offlineColumn{c.group, map[string]string{}}
		for i, v := range c.values {
			if c.totals[i] > 0 {
				column.Rows[v] = packRows(c.sets[i])
			}
		}
		o.Columns = append(o.Columns, column)
	}
	forms := x.forms()
	for _, l := range x.allCorpora() {
		c, err := x.offlineCorpus(ctx, l)
		if err != nil {
			return nil, err
		}
		c.Analysis = slices.Index(o.Analyses, l.analysis)
		o.Corpora = append(o.Corpora, c)
	}
	if err := x.offlineMeanings(&o, forms); err != nil {
		return nil, err
	}
	for _, name := range o.Analyses {
		o.Forms = append(o.Forms, forms[name].lines())
	}
	return json.Marshal(o)
}

func (x *Index) offlineCorpus(ctx context.Context, l *corpus) (offlineCorpus, error) {
	c := offlineCorpus{Words: map[string]string{}, Names: l == x.names}
	if l.entries != nil {
		c.Entries = packRows(l.entries)
	}
	for _, word := range sortedKeys(l.ids) {
		p, err := x.posting(ctx, l, l.ids[word], word)
		if err != nil {
			return c, err
		}
		c.Words[word] = packPosting(p.rows, p.times)
	}
	return c, nil
}

// offlineMeanings adds what words mean, as far as some entry has it.
func (x *Index) offlineMeanings(o *offline, forms map[string]stems) error {
	at := map[int]int{} // places among the meanings that are kept
	for id, m := range x.lexicon.meanings {
		found := x.mentions[id]
		if len(found.rows) == 0 {
			continue
		}
		kept := offlineMeaning{Rows: packPosting(inRows(found.rows, found.times))}
		if x.carriers[id] != nil {
			kept.Carried, kept.Least = packRows(x.carriers[id]), m.least
		}
		at[id] = len(o.Meanings)
		o.Meanings = append(o.Meanings, kept)
	}
	place := func(id int) int {
		if i, ok := at[id]; ok {
			return i
		}
		return -1
	}
	o.Softly = place(x.lexicon.softly)
	for _, id := range x.lexicon.detention {
		if i := place(id); i >= 0 {
			o.Detained = append(o.Detained, i)
		}
	}
	for _, l := range x.lexicon.labels {
		meaning, country := place(l.meaning), -1
		if l.soft != plainly {
			meaning = place(l.itself)
			if l.country >= 0 {
				country = place(l.country)
			}
		} else if meaning < 0 {
			continue
		}
		flags := 0
		for flag, on := range map[int]bool{
			flagCapitals: l.capitals, flagVague: l.vague, flagOften: l.soft == often, flagMostly: l.soft == mostly,
			flagCarried: x.lexicon.meanings[l.meaning].carried, flagAsk: x.lexicon.meanings[l.meaning].Vocabulary == askConcept, flagAgain: l.again,
		} {
			if on {
				flags |= flag
			}
		}
		number := func(n int) string { return strconv.Itoa(n) }
		words := slices.Clone(l.words)
		for _, b := range l.beside {
			words = append(words, number(b.at)+":"+b.text)
		}
		o.Labels = append(o.Labels, strings.Join(append([]string{
			number(meaning), number(slices.Index(o.Analyses, l.analysis)), l.lang, number(flags), number(country), number(l.distinct),
		}, words...), " "))
	}
	return nil
}

// stems are the forms of words by stem, in one analysis; stop words have "".
type stems map[string]map[string]bool

// forms stems every word of the texts and of the lexicon.
func (x *Index) forms() map[string]stems {
	out := map[string]stems{}
	seen := map[string]map[string]bool{}
	for name := range analyses {
		out[name], seen[name] = stems{}, map[string]bool{}
	}
	add := func(analysis, text string) {
		folded := fold.Text(text)
		for start, end := nextWord(folded, 0); start < len(folded); start, end = nextWord(folded, end) {
			pieces(folded, start, end, func(from, to int) {
				form := folded[from:to]
				if seen[analysis][form] {
					return
				}
				seen[analysis][strings.Clone(form)] = true
				if stem := stemmed(analysis, form); stem != form {
					if out[analysis][stem] == nil {
						out[analysis][stem] = map[string]bool{}
					}
					out[analysis][stem][strings.Clone(form)] = true
				}
			})
		}
	}
	for _, p := range x.all {
		for _, t := range texts(p) {
			add(analysisOf(t.tag), t.text)
		}
	}
	for _, m := range x.lexicon.meanings {
		for lang, list := range m.names {
			for _, name := range list {
				add(analysisOf(lang), name)
			}
		}
	}
	for name, list := range stopWords() {
		for _, w := range list {
			add(name, w)
		}
	}
	return out
}

func (s stems) lines() string {
	var b strings.Builder
	if s[""] == nil {
		b.WriteByte('\n')
	}
	for _, stem := range sortedKeys(s) {
		b.WriteString(stem)
		for _, form := range sortedKeys(s[stem]) {
			b.WriteByte(' ')
			b.WriteString(form)
		}
		b.WriteByte('\n')
	}
	return b.String()
}

// inRows puts a posting in the order of its rows.
func inRows(rows []int32, times []float32) ([]int32, []float32) {
	order := make([]int, len(rows))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int { return int(rows[a] - rows[b]) })
	r, t := make([]int32, len(rows)), make([]float32, len(rows))
	for i, at := range order {
		r[i], t[i] = rows[at], times[at]
	}
	return r, t
}

// How weights are written: a capital letter each, from least up, each step
// more by a quarter.
const (
	leastTimes = 0.15
	stepTimes  = 1.25
)

// packPosting writes rows in ascending order, each as the step from the one
// before in base 36, with what the word weighs there.
func packPosting(rows []int32, times []float32) string {
	var b []byte
	last := int32(-1)
	for i, row := range rows {
		b = strconv.AppendInt(b, int64(row-last), 36)
		level := math.Round(math.Log(float64(times[i])/leastTimes) / math.Log(stepTimes))
		b = append(b, 'A'+byte(max(0, min(25, level))))
		last = row
	}
	return string(b)
}

// packRows writes a set as a posting whose weights say nothing.
func packRows(set rows) string {
	var list []int32
	set.each(func(row int) bool {
		list = append(list, int32(row))
		return true
	})
	times := make([]float32, len(list))
	for i := range times {
		times[i] = leastTimes
	}
	return packPosting(list, times)
}
