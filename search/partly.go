package search

// resolveParts finds the labels of which enough words are among the probes,
// in any order, for the entries that carry them.
func (l *lexicon) resolveParts(probes []*probe) {
	type hit struct{ label, probe int }
	var hits []hit
	covered := map[int]int{} // words of a label that the probes have
	for i, p := range probes {
		if p.not || p.phrase {
			// "regularisation -amnesty" is no wish to lose every regularisation
			// because amnesty is another word for it.
			continue
		}
		seen := map[int]bool{}
		for _, analysis := range sortedKeys(p.terms) {
			words := p.terms[analysis]
			if len(words) == 0 {
				continue
			}
			for _, s := range l.spots[analysis][words[0].text] {
				if lb := &l.labels[s.label]; l.meanings[lb.meaning].carried && !seen[s.label] && lb.stands(probes, i) && l.stands(words, s) && (!lb.capitals || p.capitals) {
					seen[s.label] = true
					hits = append(hits, hit{s.label, i})
					covered[s.label] += len(words)
				}
			}
		}
	}
	for _, h := range hits {
		label, p := l.labels[h.label], probes[h.probe]
		length := float32(label.distinct)
		if float32(covered[h.label]) < length*l.meanings[label.meaning].least {
			continue
		}
		share := min(1, float32(len(p.terms[label.analysis]))/length)
		p.concepts[label.meaning] = max(p.concepts[label.meaning], share)
		p.abbreviation = p.abbreviation || label.capitals
	}
}

// stands says whether words stand in a row in the label of a spot, from there.
func (l *lexicon) stands(words []term, s spot) bool {
	rest := l.labels[s.label].words[s.at:]
	if len(words) > len(rest) {
		return false
	}
	for i, w := range words {
		if rest[i] != w.text {
			return false
		}
	}
	return true
}
