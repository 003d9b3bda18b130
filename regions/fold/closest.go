package fold

import "math/bits"

// Closest gives the candidate that somebody most likely meant by word: the
// one fewest slips away, a swap of neighbours counting as one. Up to one slip
// is forgiven in words of three to five letters, two in words of up to nine,
// three in longer ones. It returns "" when nothing is near, or when the word
// is one of the candidates already.
func Closest(word string, candidates []string) string {
	w := []rune(Text(word))
	limit := 3
	switch {
	case len(w) < 3:
		return ""
	case len(w) < 6:
		limit = 1
	case len(w) < 10:
		limit = 2
	}
	best, least := "", limit+1
	for _, c := range candidates {
		if c == word {
			return ""
		}
		if d := Distance(w, []rune(Text(c)), least); d < least {
			best, least = c, d
		}
	}
	return best
}

// Distance counts the slips (a letter added, left out, changed, or swapped
// with its neighbour) between two words, and gives up at limit, which it then
// returns.
func Distance(a, b []rune, limit int) int {
	if d := len(a) - len(b); d >= limit || -d >= limit {
		return limit
	}
	older := make([]int, len(b)+1)
	prev := make([]int, len(b)+1)
	row := make([]int, len(b)+1)
	for j := range prev {
		prev[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		least := i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			row[j] = min(prev[j]+1, row[j-1]+1, prev[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], older[j-2]+1)
			}
			least = min(least, row[j])
		}
		if least >= limit {
			return limit
		}
		older, prev, row = prev, row, older
	}
	return min(prev[len(b)], limit)
}

// A Letters is which letters a word has, as bits, some of which stand for
// several letters. It tells quickly that two words are no few slips apart.
type Letters uint64

// LettersOf gives the letters of a word.
func LettersOf[Word string | []rune](word Word) (l Letters) {
	for _, r := range []rune(word) {
		l |= 1 << (r % 64)
	}
	return l
}

// Apart is how many slips there are between two words with these letters, at
// least: a slip brings one letter and takes one away, at most.
func (l Letters) Apart(o Letters) int {
	return max(bits.OnesCount64(uint64(l&^o)), bits.OnesCount64(uint64(o&^l)))
}
