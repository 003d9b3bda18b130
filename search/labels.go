package search

import (
	"opendoor/practices"
)

// A labelledField is a field of an entry whose values have labels.
type labelledField struct {
	vocabulary string
	of         func(*practices.Practice) []string
}

var labelled = []labelledField{
	{"population", GroupPopulation.Values},
	{"measure", GroupMeasure.Values},
	{"kind", GroupKind.Values},
	{"region", GroupRegion.Values},
	{"standing", GroupStanding.Values},
	{"evidence", GroupEvidence.Values},
	{"element", GroupElement.Values},
	{"approach", GroupApproach.Values},
	{"status", GroupStatus.Values},
	{"level", GroupLevel.Values},
	{"actor-type", GroupActor.Values},
	{"person-status", GroupPerson.Values},
	{"care-model", func(p *practices.Practice) []string { return p.CareModels }},
	{"condition", conditionsOf},
}

func conditionsOf(p *practices.Practice) []string {
	var list []string
	for _, c := range p.Conditions {
		list = append(list, c.What)
	}
	return list
}

// What is not so or not known is no concept of an entry.
var noConcept = []string{"", "any", "none", "not-applicable", "unknown"}

// spoken are the vocabularies whose terms texts speak of by their labels and
// synonyms. The others say what an entry is, and their words, such as "study"
// or "pilot", are too common in texts to mean that.
var spoken = []string{"population", "measure", "element", "person-status", "care-model", "condition"}

// carriers gives the entries that carry each meaning as a label.
func (l *lexicon) carriers(all []*practices.Practice) []rows {
	list := make([]rows, len(l.meanings))
	add := func(vocabulary string, entries map[string]rows) {
		for value, set := range entries {
			if id, ok := l.at[Concept{vocabulary, value}]; ok {
				list[id] = set
			}
		}
	}
	add(countryConcept, entriesBy(all, GroupCountry.Values))
	for _, f := range labelled {
		add(f.vocabulary, entriesBy(all, f.of))
	}
	for id, m := range l.meanings {
		for _, c := range m.labels {
			if set := list[l.at[c]]; set != nil {
				if list[id] == nil {
					list[id] = newRows(len(all))
				}
				list[id].or(set)
			}
		}
	}
	for _, a := range asks {
		add(askConcept, entriesBy(all, func(p *practices.Practice) []string {
			if a.answer(p) > 0 {
				return []string{a.id}
			}
			return nil
		}))
	}
	return list
}

// entriesBy gives the entries that have each value.
func entriesBy(all []*practices.Practice, of func(*practices.Practice) []string) map[string]rows {
	found := map[string]rows{}
	for row, p := range all {
		for _, v := range of(p) {
			if found[v] == nil {
				found[v] = newRows(len(all))
			}
			found[v].add(row)
		}
	}
	return found
}
