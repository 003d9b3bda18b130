package search

import (
	"bytes"
	"encoding/binary"
	"maps"
	"slices"
	"strings"
	"testing"

	"opendoor/practices"
	"opendoor/practices/entries"
)

// TestGathered reads all entries of the catalogue, and texts that are none,
// and holds their records against bleve's analysis of the same texts: every
// word, its place among the others and in the text.
func TestGathered(t *testing.T) {
	c, err := practices.Load(entries.FS)
	if err != nil {
		t.Fatal(err)
	}
	all := slices.Clone(c.All())
	for _, s := range hostile() {
		for _, lang := range []string{"en", "ar", "fr", "th"} {
			all = append(all, &practices.Practice{ID: "x", Lang: lang, Title: s, Summary: strings.Repeat(s+" ", 3), Also: []string{s}})
		}
	}
	x := newIndexOf(all, today)
	x.noLengths()
	g := newGatherer(x.allCorpora())
	var places []byte
	r := records{}
	for row, p := range all {
		_, places = g.read(row, p, places)
		r.ends = append(r.ends, int64(len(places)))
	}
	r.from = bytes.NewReader(places)
	words := map[string]map[uint32]string{}
	for _, l := range x.allCorpora() {
		words[l.tag] = map[uint32]string{}
		for w, id := range l.ids {
			words[l.tag][id] = w
		}
	}
	for row, p := range all {
		read := 0
		for _, l := range x.allCorpora() {
			record, err := r.read(row, l.at)
			if err != nil {
				t.Fatal(err)
			}
			for _, of := range record.texts {
				read++
				i := slices.IndexFunc(texts(p), func(s source) bool { return s.tag == l.tag && s.part == of.part })
				text := texts(p)[i].text
				var got []uint64
				for data := of.words; len(data) > 0; {
					id, n := binary.Uvarint(data)
					got, data = append(got, id), data[n:]
				}
				places, stems := spanner{places: of.places}, 0
				for _, w := range analyses[l.analysis].Analyze([]byte(text)) {
					if len(w.Term) == 0 {
						continue
					}
					stems++
					id := got[w.Position-1]
					if from, to := places.span(w.Position - 1); words[l.tag][uint32(id)] != string(w.Term) || from != w.Start || to != w.End {
						t.Errorf("%s %s: %q at %d to %d, want %q", p.ID, l.tag, words[l.tag][uint32(id)], from, to, w)
					}
				}
				if n := len(got) - len(slices.DeleteFunc(slices.Clone(got), func(id uint64) bool { return id != 0 })); n != stems {
					t.Errorf("%s %s: %d words that are no stop words, want %d", p.ID, l.tag, n, stems)
				}
				if n := int(l.parts[of.part].lengths[row]); n != countWords(text) {
					t.Errorf("%s %s: %d words, want %d", p.ID, l.tag, n, countWords(text))
				}
			}
			record.close()
		}
		if read != len(texts(p)) {
			t.Errorf("%s: %d texts in the record, want %d", p.ID, read, len(texts(p)))
		}
	}
	count := counter{}
	for _, p := range all {
		for _, s := range texts(p) {
			count.count(s.text)
		}
	}
	got := spellings(g)
	if len(got) != len(count) || len(got) == 0 {
		t.Errorf("%d words to spell, want %d: %v", len(got), len(count), slices.Sorted(maps.Keys(count))[:5])
	}
	for _, w := range got {
		if want := count[w.folded]; want == nil || want.times != w.times {
			t.Errorf("%q stands %d times, want %v", w.folded, w.times, want)
		}
	}
}
