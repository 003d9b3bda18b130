package fold_test

import (
	"math/rand/v2"
	"testing"

	"opendoor/regions/fold"
)

func TestClosest(t *testing.T) {
	terms := []string{"case management", "screening", "bail", "árbol", "casa"}
	for _, tt := range []struct{ word, want string }{
		{"case managment", "case management"},
		{"scrreening", "screening"},
		{"screenign", "screening"}, // a swap is one slip
		{"Screenin", "screening"},
		{"bial", "bail"},
		{"arbo", "árbol"},
		{"screening", ""}, // is one of them
		{"bai", "bail"},
		{"ba", ""}, // too short to tell
		{"baton", ""},
		{"", ""},
		{"\xff\xff\xff\xff", ""},
	} {
		if got := fold.Closest(tt.word, terms); got != tt.want {
			t.Errorf("Closest(%q) = %q, want %q", tt.word, got, tt.want)
		}
	}
	if got := fold.Closest("screening", nil); got != "" {
		t.Errorf("Closest to nothing: %q", got)
	}
}

// slips counts as Distance does, plainly and slowly.
func slips(a, b []rune) int {
	if len(a) == 0 || len(b) == 0 {
		return len(a) + len(b)
	}
	x, y := a[:len(a)-1], b[:len(b)-1]
	cost := 1
	if a[len(x)] == b[len(y)] {
		cost = 0
	}
	n := min(slips(x, b)+1, slips(a, y)+1, slips(x, y)+cost)
	if len(x) > 0 && len(y) > 0 && a[len(x)] == b[len(y)-1] && a[len(x)-1] == b[len(y)] {
		n = min(n, slips(x[:len(x)-1], y[:len(y)-1])+1)
	}
	return n
}

func TestDistance(t *testing.T) {
	rnd := rand.New(rand.NewPCG(3, 4))
	word := func() []rune {
		w := make([]rune, rnd.IntN(6))
		for i := range w {
			w[i] = 'a' + rune(rnd.IntN(3))
		}
		return w
	}
	for range 3000 {
		a, b := word(), word()
		limit := 1 + rnd.IntN(7)
		want := min(slips(a, b), limit)
		if got := fold.Distance(a, b, limit); got != want {
			t.Errorf("Distance(%q, %q, %d) = %d, want %d", string(a), string(b), limit, got, want)
		}
		if least := fold.LettersOf(a).Apart(fold.LettersOf(string(b))); least > slips(a, b) {
			t.Errorf("%q and %q are at least %d slips apart, but are %d", string(a), string(b), least, slips(a, b))
		}
	}
}
