package search

import (
	"math/rand/v2"
	"slices"
	"testing"
)

func TestPacked(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 9))
	for range 300 {
		words := make([]string, r.IntN(50))
		for i := range words {
			word := make([]byte, r.IntN(6))
			for j := range word {
				word[j] = "ab\xc3\xa9"[r.IntN(4)]
			}
			words[i] = string(word)
		}
		slices.Sort(words)
		data := packed(words)
		got, err := unpacked(data)
		if err != nil || !slices.Equal(got, words) {
			t.Fatalf("%q became %q: %v", words, got, err)
		}
		for cut := range data {
			if got, err := unpacked(data[:cut]); err == nil && len(got) >= len(words) {
				t.Fatalf("%q cut at %d became %q", words, cut, got)
			}
		}
	}
}
