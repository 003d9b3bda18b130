package practices

import (
	"math"
	"slices"
	"strings"
	"unicode/utf8"
)

// unpaired is the cost of leaving a block without a partner. Two that have
// nothing in common cost more than two such.
const unpaired = 0.7

// aligned finds for each block of a text the one of another text that says the
// same: its index there, or -1. Both are in the same order. It goes by the
// marks of both, the sources they cite and the numbers they name, and by their
// length, which a translation keeps.
func aligned(text, other []block) []int {
	n, m := len(text), len(other)
	marksOf := func(list []block) (marks [][]string) {
		for _, b := range list {
			marks = append(marks, append(cited(b.text), numbersIn(b.text)...))
		}
		return marks
	}
	mine, theirs := marksOf(text), marksOf(other)
	apart := make([][]float64, n)
	for i := range apart {
		apart[i] = make([]float64, m)
		for j := range apart[i] {
			apart[i][j] = unlike(text[i], other[j], mine[i], theirs[j])
		}
	}
	cost := make([][]float64, n+1)
	for i := range cost {
		cost[i] = make([]float64, m+1)
		for j := range cost[i] {
			switch {
			case i == 0 && j == 0:
			case i == 0:
				cost[i][j] = cost[i][j-1] + unpaired
			case j == 0:
				cost[i][j] = cost[i-1][j] + unpaired
			default:
				cost[i][j] = min(cost[i-1][j-1]+apart[i-1][j-1], cost[i-1][j]+unpaired, cost[i][j-1]+unpaired)
			}
		}
	}
	pairs := slices.Repeat([]int{-1}, n)
	for i, j := n, m; i > 0 && j > 0; {
		switch here := cost[i][j] + 1e-9; {
		case here >= cost[i-1][j-1]+apart[i-1][j-1]:
			i, j = i-1, j-1
			pairs[i] = j
		case here >= cost[i-1][j]+unpaired:
			i--
		default:
			j--
		}
	}
	return pairs
}

// unlike says how little two blocks with their marks have in common, 0 to 2.
func unlike(a, b block, x, y []string) float64 {
	if sameWords(a.text, b.text) {
		return 0
	}
	if a.heading() != b.heading() {
		return 2
	}
	far := 0.0
	if (a.mark == "") != (b.mark == "") {
		far = 0.4
	}
	la, lb := float64(utf8.RuneCountInString(a.text)+1), float64(utf8.RuneCountInString(b.text)+1)
	far += min(0.4, math.Abs(math.Log(la/lb))/2)
	if len(x)+len(y) > 0 {
		both := 0
		y = slices.Clone(y)
		for _, mark := range x {
			if i := slices.Index(y, mark); i >= 0 {
				both++
				y = slices.Delete(y, i, i+1)
			}
		}
		far += 0.8 * (1 - float64(both)/float64(len(x)+len(y)))
	}
	return far
}

func sameWords(a, b string) bool {
	return slices.Equal(strings.Fields(a), strings.Fields(b))
}
