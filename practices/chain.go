package practices

import (
	"cmp"
	"slices"

	"opendoor/practices/vocabulary"
	"opendoor/regions"
)

// A Step is one entry in the chain that leads from a promise to what came of
// it: pledge, law or agreement, procedure, pilot, evaluation, scale.
type Step struct {
	Practice *Practice
	Date     Date // when it began, else the day of which its status is known
	Here     bool // the entry whose chain this is
	Proven   bool // somebody other than those who run it says that it happened
}

// maxSteps is how long a chain may grow: what stands nearest to the entry is
// kept. Longer ones no longer fit one glance.
const maxSteps = 12

// Chain gives the steps that an entry stands among, in the order of time, and
// nil when it stands alone. A step is joined to the next by a relation of the
// kind that makes a chain ("puts into practice", "grew out of", …) in the same
// country, or by being adapted from it anywhere.
func (c *Catalogue) Chain(id string) []Step {
	start, err := c.Get(id)
	if err != nil {
		return nil
	}
	found := []*Practice{start}
	for i := 0; i < len(found); i++ {
		for _, l := range c.links[found[i].ID] {
			if len(found) < maxSteps && joins(l, found[i]) && !slices.Contains(found, l.Other) {
				found = append(found, l.Other)
			}
		}
	}
	if len(found) == 1 {
		return nil
	}
	steps := make([]Step, len(found))
	for i, p := range found {
		steps[i] = Step{Practice: p, Date: p.began(), Here: p.ID == id, Proven: p.Evidence.Step() >= 2}
	}
	slices.SortStableFunc(steps, func(a, b Step) int {
		return cmp.Or(cmp.Compare(b2i(a.Date.IsZero()), b2i(b.Date.IsZero())), a.Date.begin().Compare(b.Date.begin()), cmp.Compare(a.Practice.ID, b.Practice.ID))
	})
	return steps
}

// LastProven is the place of the last step that somebody else confirms, -1
// when there is none.
func LastProven(steps []Step) int {
	for i := len(steps) - 1; i >= 0; i-- {
		if steps[i].Proven {
			return i
		}
	}
	return -1
}

func joins(l Link, from *Practice) bool {
	if l.How == "adapts" {
		return true
	}
	t, _ := vocabulary.Named("relation").Get(l.How)
	return t.Chain && (l.Other.Prefix() == from.Prefix() || shareCountry(l.Other, from))
}

// shareCountry says whether two entries are about the same few countries. An
// entry of many countries shares one with everybody, which says nothing.
func shareCountry(a, b *Practice) bool {
	if len(a.Countries) > 5 || len(b.Countries) > 5 {
		return false
	}
	return slices.ContainsFunc(a.Countries, func(code regions.Code) bool { return slices.Contains(b.Countries, code) })
}

func (p *Practice) began() Date {
	if p.Started.IsZero() {
		return p.AsOf
	}
	return p.Started
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}
