package search

import (
	"context"
	"sync"
	"testing"

	"opendoor/practices"
)

var large struct {
	sync.Once
	catalogue *practices.Catalogue
	index     *Index
}

// largeIndex is an index of 3,000 random entries: ten times what the catalogue
// should hold in its first years. Their texts are short and have few different
// words, so that every word is in a good part of them: the worst case for one
// look-up, though not for their number.
func largeIndex(b *testing.B) *Index {
	large.Do(func() {
		large.catalogue = load(b, sample(3000, 9)...)
		x, err := Build(context.Background(), large.catalogue, today)
		if err != nil {
			b.Fatal(err)
		}
		large.index = x
	})
	return large.index
}

func benchmark(b *testing.B, q Query) {
	x := largeIndex(b)
	for b.Loop() {
		if _, err := x.Search(b.Context(), q); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkBrowse is the list as most readers first see it: no words, one
// filter, fourteen groups of counts, twenty titles.
func BenchmarkBrowse(b *testing.B) {
	benchmark(b, Query{Lang: "en"}.With(GroupPopulation, "children"))
}

// BenchmarkTwoWords is the commonest search: two words, all must match, one
// filter, marks and snippets for twenty entries.
func BenchmarkTwoWords(b *testing.B) {
	benchmark(b, Query{Text: "children released", Lang: "en"}.With(GroupMeasure, "legal-aid"))
}

// BenchmarkPhrase adds what a phrase costs: the places of its words must be
// read for every entry that has them.
func BenchmarkPhrase(b *testing.B) {
	benchmark(b, Query{Text: `"children released"`, Lang: "en"})
}

// BenchmarkQuestion is a whole sentence, most words of which no entry has all
// of, so that the search is relaxed.
func BenchmarkQuestion(b *testing.B) {
	benchmark(b, Query{Text: "how can the families of detained children in Mexico get bail and a guardian after screening", Lang: "en"})
}

// BenchmarkBuild is what an editor waits for after accepting an entry: the
// whole index is made anew, here of 3,000 entries.
func BenchmarkBuild(b *testing.B) {
	largeIndex(b)
	for b.Loop() {
		x, err := Build(b.Context(), large.catalogue, today)
		if err != nil {
			b.Fatal(err)
		}
		x.Close()
	}
}
