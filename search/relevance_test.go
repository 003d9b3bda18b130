package search

import (
	"math"
	"slices"
)

// A rating is how well a list of results answers questions: means over all
// that were asked. The figures follow trec_eval.
type rating struct {
	asked              int
	success1, success3 float64
	mrr, ndcg          float64
	recall, recall5    float64 // of all that is wanted, among the first ten and five
	best               float64 // of what is exactly meant, among the first ten
	whole              float64 // of all that is wanted, however much, among the first ten
}

// add counts one list of results, best first, against the graded ids wanted.
func (r *rating) add(ids []string, want map[string]int) {
	r.asked++
	var gain []int
	for _, id := range ids[:min(len(ids), 10)] {
		gain = append(gain, want[id])
	}
	ideal := make([]int, 0, len(want))
	for _, g := range want {
		ideal = append(ideal, g)
	}
	slices.SortFunc(ideal, func(a, b int) int { return b - a })
	hits, hits5 := 0, 0
	for i, g := range gain {
		if g == 0 {
			continue
		}
		hits++
		if i < 5 {
			hits5++
		}
		if hits == 1 {
			r.mrr += 1 / float64(i+1)
			if i < 3 {
				r.success3++
			}
			if i < 1 {
				r.success1++
			}
		}
	}
	// Of twelve wanted entries only ten fit into the first ten places.
	r.recall += float64(hits) / float64(min(len(want), 10))
	r.whole += float64(hits) / float64(len(want))
	r.recall5 += float64(hits5) / float64(min(len(want), 5))
	exact, top := 0, slices.Max(ideal)
	for _, g := range gain {
		if g == top {
			exact++
		}
	}
	wanted := 0
	for _, g := range ideal {
		if g == top {
			wanted++
		}
	}
	r.best += float64(exact) / float64(min(wanted, 10))
	if best := discounted(ideal[:min(len(ideal), 10)]); best > 0 {
		r.ndcg += discounted(gain) / best
	}
}

func discounted(gain []int) float64 {
	sum := 0.0
	for i, g := range gain {
		sum += float64(g) / math.Log2(float64(i)+2)
	}
	return sum
}

// mean divides a sum by the number of questions.
func (r rating) mean(sum float64) float64 { return sum / float64(max(r.asked, 1)) }
