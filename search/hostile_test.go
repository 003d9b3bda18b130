package search

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"net/url"
	"os"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

var wildQueries = flag.Int("wild", 100_000, "random queries that BenchmarkWild asks")

// wild makes up an address's query as nobody should send one, out of words
// that are there, words that are not, signs that mean something somewhere,
// pieces of the hostile list and letters of any script.
func wild(r *rand.Rand, words []string) url.Values {
	signs := []string{`"`, "-", "-\"", "*", "~", "^", "(", ")", ":", "country:", "year:2019..2022", "year:9999..0000", "pays:\"", "AND", "OR", "NOT", "\\", "/", ".", ",", "'", "\u202e", "\u200d", "\x00", "\xff", "\n", "«", "”"}
	list := hostile()
	piece := func() string {
		switch r.IntN(10) {
		case 0:
			return pick(r, signs)
		case 1:
			s := pick(r, list)
			from := r.IntN(len(s))
			return s[from:min(len(s), from+r.IntN(40))]
		case 2:
			letters := make([]rune, 1+r.IntN(12))
			block := []rune{0x61, 0x300, 0x391, 0x430, 0x5d0, 0x627, 0x915, 0xe01, 0x1000, 0x1780, 0x4e00, 0xac00, 0x1f600, 0xfdf0}[r.IntN(14)]
			for i := range letters {
				letters[i] = block + rune(r.IntN(30))
			}
			return string(letters)
		case 3:
			return pick(r, signs) + pick(r, words) + pick(r, signs)
		case 4:
			w := []byte(pick(r, words))
			w[r.IntN(len(w))] = byte('a' + r.IntN(26))
			return string(w)
		}
		return pick(r, words)
	}
	var b strings.Builder
	for range 1 + r.IntN([]int{3, 8, 60, 400}[r.IntN(4)]) {
		b.WriteString(piece())
		if r.IntN(8) > 0 {
			b.WriteByte(' ')
		}
	}
	v := url.Values{"q": {b.String()}, "sort": {pick(r, []string{"", "best", "title", "newest", piece()})}, "page": {pick(r, []string{"", "1", "50", "-1", "999999999999", piece()})}}
	for range r.IntN(4) {
		g := string(pick(r, Groups()))
		v[g] = append(v[g], pick(r, []string{"families", "law", "MX", "europe", "en", "2019", piece()}))
	}
	if r.IntN(50) == 0 {
		for i := range 200 {
			v["country"] = append(v["country"], fmt.Sprint(i))
		}
	}
	if r.IntN(6) == 0 {
		v.Set("expand", "0")
	}
	return v
}

// sound holds a result against what every result must be.
func sound(r *Result) error {
	if r.Total < 0 || r.Total > r.Of || len(r.Hits) > r.PerPage || r.Page < 1 || r.Page > r.Pages {
		return fmt.Errorf("%d of %d, %d on page %d of %d", r.Total, r.Of, len(r.Hits), r.Page, r.Pages)
	}
	for _, h := range r.Hits {
		for _, m := range []Marked{h.Title, h.Summary, h.Snippet} {
			last := 0
			for _, at := range m.Marks {
				if at[0] < last || at[1] <= at[0] || at[1] > len(m.Text) || !utf8.ValidString(m.Text[at[0]:at[1]]) {
					return fmt.Errorf("%s: marks %v of %q", h.Practice.ID, m.Marks, m.Text)
				}
				last = at[1]
			}
			if !utf8.ValidString(m.Text) {
				return fmt.Errorf("%s: %q", h.Practice.ID, m.Text)
			}
		}
	}
	for _, f := range r.Facets {
		for _, v := range f.Values {
			if v.Count < 0 || v.Count > r.Of {
				return fmt.Errorf("%s %s: %d", f.Group, v.Value, v.Count)
			}
		}
	}
	return nil
}

func askWild(x *Index, r *rand.Rand, words []string) error {
	v, lang := wild(r, words), pick(r, []string{"en", "es", "fr", "pt", "ar", "th", "\xff"})
	got, err := x.Search(context.Background(), ParseQuery(v, lang))
	if err == nil {
		err = sound(got)
		x.Suggest(v.Get("q"), lang)
	}
	if err != nil {
		return fmt.Errorf("%q for a reader of %q: %w", v, lang, err)
	}
	return nil
}

// TestWild asks random queries; each must be answered, soundly. BenchmarkWild
// asks many more.
func TestWild(t *testing.T) {
	x := newIndex(t, sample(150, 12)...)
	words := strings.Fields(sentence(rand.New(rand.NewPCG(1, 1)), "en", 200) + " " + sentence(rand.New(rand.NewPCG(1, 2)), "ar", 100))
	r := rand.New(rand.NewPCG(21, 4))
	for range 600 {
		if err := askWild(x, r, words); err != nil {
			t.Fatal(err)
		}
	}
}

// A fuse is a ctx whose time is over after it was asked some times.
type fuse struct {
	context.Context
	left int
}

func (f *fuse) Err() error {
	if f.left--; f.left < 0 {
		return context.DeadlineExceeded
	}
	return nil
}

// TestOutOfTime ends the time of a search at every place where it asks: the
// answer is what there is, or that the time is over.
func TestOutOfTime(t *testing.T) {
	x := newIndex(t, world()...)
	for _, q := range []Query{
		{Text: `guardian -bail "Toronto Bail" chidren nowhereatall`, Lang: "en"},
		Query{Text: "wherever whatsoever", Lang: "en"}.With(GroupKind, "law").With(GroupCountry, "MX"),
	} {
		given, n := 0, 0
		for ctx := (&fuse{left: -1}); ctx.left < 0; n++ {
			ctx = &fuse{t.Context(), n}
			r, err := x.search(ctx, q)
			switch {
			case errors.Is(err, context.DeadlineExceeded):
			case err != nil:
				t.Fatal(err)
			case sound(r) != nil:
				t.Fatal(sound(r))
			default:
				given++
			}
		}
		if n < 5 || given < 1 {
			t.Errorf("%+v: %d places, %d answers", q, n, given)
		}
	}
}

// BenchmarkWild asks 100,000 random queries of a large catalogue, and prints
// how long the worst took and by how much the memory grew.
func BenchmarkWild(b *testing.B) {
	m := newMaker(b)
	x, err := build(context.Background(), m.catalogue(*ratioEntries), today)
	if err != nil {
		b.Fatal(err)
	}
	defer x.Close()
	words := slices.Concat(m.words["en"][:3000], m.words["ar"][:500], m.words["fr"][:500])
	r := rand.New(rand.NewPCG(33, 8))
	late := 0
	defer func(was time.Duration) { patience = was }(patience)
	patience = 300 * time.Millisecond // as readers have it
	heap := func() float64 {
		runtime.GC()
		var s runtime.MemStats
		runtime.ReadMemStats(&s)
		return float64(s.HeapAlloc) / (1 << 20)
	}
	ask := func(n int) (c class) {
		c.ask = func(int) {
			if err := askWild(x, r, words); errors.Is(err, context.DeadlineExceeded) {
				late++
			} else if err != nil {
				b.Error(err)
			}
		}
		c.run(0, n)
		return c
	}
	ask(200)
	before := heap()
	c := ask(*wildQueries)
	c.settle()
	fmt.Fprintf(os.Stderr, "\n%d random queries of %d entries: CPU %v, p50 %v, p99 %v, worst %v; %d gave up; memory grew by %.0f MB\n", *wildQueries, len(x.all),
		c.cpu.Round(time.Microsecond), c.p50.Round(time.Microsecond), c.p99.Round(time.Microsecond), c.took[len(c.took)-1].Round(time.Microsecond), late, heap()-before)
}
