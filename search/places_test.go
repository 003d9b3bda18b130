package search

import (
	"bytes"
	"encoding/binary"
	"math/rand/v2"
	"slices"
	"testing"
)

// TestWanted looks for words in a row in random texts, whose numbers take one
// to three bytes, and holds what is found against a loop over the words.
func TestWanted(t *testing.T) {
	r := rand.New(rand.NewPCG(8, 8))
	ids := []uint32{0, 1, 2, 127, 128, 129, 255, 256, 16383, 16384, 16385}
	found := 0
	for range 4000 {
		var text []uint32
		var of textOf
		var at [][2]int
		last := 0
		for range r.IntN(30) {
			id, step, length := pick(r, ids), r.IntN(40), r.IntN(40)
			text = append(text, id)
			of.words = binary.AppendUvarint(of.words, uint64(id))
			of.places = appendPlace(of.places, step, length)
			at, last = append(at, [2]int{last + step, last + step + length}), last+step
		}
		var words []term
		var numbers []uint32
		for place := range 1 + r.IntN(3) {
			if place == 0 || r.IntN(3) > 0 { // else a stop word
				words = append(words, term{at: place + 1})
				numbers = append(numbers, pick(r, ids[1:]))
			}
		}
		var want [][2]int
		for i := range text {
			ok := true
			for k, w := range words {
				j := i + w.at - 1
				ok = ok && j < len(text) && text[j] == numbers[k]
			}
			if ok {
				want = append(want, [2]int{at[i][0], at[i+words[len(words)-1].at-1][1]})
			}
		}
		w := newWanted(numbers, words)
		var got [][2]int
		w.spans(of, func(from, to int) { got = append(got, [2]int{from, to}) })
		if !slices.Equal(got, want) || w.times(of.words) != len(want) {
			t.Fatalf("%v at %v in %v: %v, %d times, want %v", numbers, words, text, got, w.times(of.words), want)
		}
		found += len(want)
	}
	if found < 1000 {
		t.Errorf("only %d were found; the texts say too little", found)
	}
}

// TestRecords reads records of several corpora back.
func TestRecords(t *testing.T) {
	var data []byte
	r := records{}
	for i := range 5 {
		if i != 2 { // an entry without a text
			data = appendText(data, 1*maxParts+2, bytes.Repeat([]byte{byte(i)}, 200), []byte("place"))
			data = appendText(data, 3*maxParts, []byte{9}, nil)
		}
		r.ends = append(r.ends, int64(len(data)))
	}
	r.from = bytes.NewReader(data)
	for i := range 5 {
		for corpus, want := range map[int]int{0: 0, 1: 1, 3: 1} {
			if i == 2 {
				want = 0
			}
			record, err := r.read(i, corpus)
			if err != nil || len(record.texts) != want {
				t.Fatalf("entry %d, corpus %d: %d texts, %v; want %d", i, corpus, len(record.texts), err, want)
			}
			if corpus == 1 && want == 1 {
				if text := record.texts[0]; text.part != 2 || len(text.words) != 200 || text.words[0] != byte(i) || string(text.places) != "place" {
					t.Errorf("entry %d: %+v", i, text)
				}
			}
			record.close()
		}
	}
	r.from = bytes.NewReader(data[:10])
	if _, err := r.read(4, 1); err == nil {
		t.Error("a record that is not there was read")
	}
}

func TestRecent(t *testing.T) {
	r := newRecent(1000)
	one := func(n int) *posting { return &posting{rows: make([]int32, n), times: make([]float32, n)} }
	for key := range uint64(100) {
		r.put(key, one(10))
		if r.get(0) == nil {
			t.Fatalf("what is asked for all the time is gone after %d", key)
		}
		held := 0
		for _, list := range []map[uint64]*posting{r.young, r.old} {
			for _, p := range list {
				held += p.size()
			}
		}
		if held > r.limit {
			t.Fatalf("%d bytes are held, the limit is %d", held, r.limit)
		}
	}
	if r.get(1) != nil {
		t.Error("what was not asked for is still there")
	}
	r.put(200, one(1000))
	if r.get(200) != nil {
		t.Error("what is larger than all that may be held is held")
	}
}
