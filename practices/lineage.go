package practices

import (
	"cmp"
	"slices"
)

// A Transfer is one step by which a practice was taken up elsewhere: a peer
// adapted it, or something in another country grew out of it or drew on it.
type Transfer struct {
	From, To *Practice
	How      string // of the relation vocabulary: "adapts", "follows" or "informs"
	Inverse  bool   // whether From is the one that does the act, as with "informs"
	Note     string
}

// maxTransfers is how many steps a lineage may have: more arrows than that say
// nothing on a map.
const maxTransfers = 60

// Lineage gives the steps by which an entry came from elsewhere and went
// elsewhere, in the order of time: what it took up, and what that had taken
// up; those who took it up, and those who did so from them. The lineage of a
// network is also that of the entries that are part of it. It is empty for an
// entry that nobody took up and that took up nothing, and for one that is not
// there.
func (c *Catalogue) Lineage(id string) []Transfer {
	start, err := c.Get(id)
	if err != nil {
		return nil
	}
	members := []*Practice{start}
	for _, l := range c.links[id] {
		if l.How == "part-of" && l.Inverse {
			members = append(members, l.Other)
		}
	}
	var found []Transfer
	for _, back := range []bool{true, false} {
		seen := slices.Clone(members)
		for i := 0; i < len(seen); i++ {
			for _, t := range c.transfers(seen[i]) {
				near, far := t.From, t.To
				if back {
					near, far = t.To, t.From
				}
				if near != seen[i] || len(found) == maxTransfers {
					continue
				}
				if !slices.Contains(found, t) {
					found = append(found, t)
				}
				if !slices.Contains(seen, far) {
					seen = append(seen, far)
				}
			}
		}
	}
	slices.SortStableFunc(found, func(a, b Transfer) int {
		return cmp.Or(a.From.began().begin().Compare(b.From.began().begin()), cmp.Compare(a.From.ID, b.From.ID),
			a.To.began().begin().Compare(b.To.began().begin()), cmp.Compare(a.To.ID, b.To.ID))
	})
	return found
}

// transfers are the steps to and from one entry. What happens within one
// country is its own story, which [Catalogue.Chain] tells; only an adaptation
// is always a step.
func (c *Catalogue) transfers(p *Practice) []Transfer {
	var out []Transfer
	for _, l := range c.links[p.ID] {
		t := Transfer{From: l.Other, To: p, How: l.How, Note: l.Note}
		switch l.How {
		case "adapts", "follows":
		case "informs":
			t.Inverse = true
			t.From, t.To = t.To, t.From
		default:
			continue
		}
		if l.Inverse {
			t.From, t.To = t.To, t.From
		}
		if l.How == "adapts" || !shareCountry(p, l.Other) && p.Prefix() != l.Other.Prefix() {
			out = append(out, t)
		}
	}
	return out
}
