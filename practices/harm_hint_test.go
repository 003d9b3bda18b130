package practices

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// TestHints: a hint must never hide what its pattern would find, however the
// passage is written and whatever stands round it.
func TestHints(t *testing.T) {
	written := []string{
		"Amina, aged 16 years", "Amina Diallo, 16 (", "Amina (16)", "14 Church Road", "7 Mill Lane", "Calle Real no. 14", "Rue Haute , 3", "Soi Nana 11", "+260 97 123 4567", "+44(20) 7946 0958",
		"021 345 678", "0301-234 5678", "amina@ex.org", "A123456789", "A- 12345678", "A-12345678", "45 %", "3.5 per cent", "12percent", "7 por ciento", "9 pour cent", "8,5 por cento",
	}
	pieces := []string{"", "", "", " ", ".", ", ", "0", "7", "A", "é", "n", "\n", "(", "+", "-"}
	r := rand.New(rand.NewPCG(8, 1))
	found := make([]int, len(harmful)+1)
	for range 4000 {
		words := strings.SplitAfter(written[r.IntN(len(written))], " ")
		at := r.IntN(len(words) + 1)
		text := strings.Join(slices.Insert(words, at, pieces[r.IntN(len(pieces))]), "")
		for i, h := range harmful {
			if want := h.pattern.FindString(text); want != "" {
				if found[i]++; h.found(text) != want {
					t.Fatalf("%q has %q, which %s is not found by", text, want, h.what)
				}
			}
		}
		if percent.MatchString(text) {
			if found[len(harmful)]++; !hasPercent(text) {
				t.Fatalf("%q has a percentage", text)
			}
		}
	}
	for i, n := range found {
		if n < 20 {
			t.Errorf("rule %d was tried %d times only", i, n)
		}
	}
}
