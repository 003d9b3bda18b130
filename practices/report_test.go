package practices

import (
	"testing"
	"testing/fstest"
	"time"

	"opendoor/practices/entries"
)

// TestReportIsTrue counts the shipped entries again, plainly, and compares.
func TestReportIsTrue(t *testing.T) {
	c, err := Load(entries.FS)
	if err != nil {
		t.Fatal(err)
	}
	now := time.Now()
	r := c.Report(now)
	figures, stale, without := 0, 0, 0
	kinds, populations := map[string]int{}, map[string]int{}
	for _, p := range c.All() {
		figures += len(p.Figures)
		if p.Stale(now) {
			stale++
		}
		if len(p.Figures) == 0 {
			without++
		}
		kinds[p.Kind]++
		for _, who := range p.Populations {
			populations[who]++
		}
	}
	if r.Entries != c.Len() || r.Figures != figures || len(r.Stale) != stale || len(r.WithoutFigures) != without {
		t.Errorf("report says %d, %d, %d, %d; counted %d, %d, %d, %d", r.Entries, r.Figures, len(r.Stale), len(r.WithoutFigures), c.Len(), figures, stale, without)
	}
	for _, tally := range r.Counts {
		for _, v := range tally.Values {
			if tally.Field == "kind" && kinds[v.Value] != v.N || tally.Field == "population" && populations[v.Value] != v.N {
				t.Errorf("%s %s: %d", tally.Field, v.Value, v.N)
			}
		}
	}
	for i := 1; i < len(r.Stale); i++ {
		if r.Stale[i-1].Fresh().After(r.Stale[i].Fresh()) {
			t.Errorf("%s stands before the older %s", r.Stale[i-1].ID, r.Stale[i].ID)
		}
	}
}

func TestReportOfNothing(t *testing.T) {
	c, _ := Load(fstest.MapFS{})
	if r := c.Report(time.Now()); r.Entries != 0 || len(r.Counts) == 0 {
		t.Errorf("%+v", r)
	}
}

// TestChains holds the three chains that the catalogue is meant to tell whole.
func TestChains(t *testing.T) {
	c, err := Load(entries.FS)
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		from string
		want []string
	}{
		{"th-0002", []string{"th-0001", "th-0002", "th-0003", "th-0004", "th-0006", "th-0007", "th-0008"}},
		{"mx-0004", []string{"mx-0027", "mx-0002", "mx-0004", "mx-0005", "mx-0003", "mx-0023"}},
		{"gb-0001", []string{"gb-0001", "cy-0001", "pl-0001", "bg-0001"}},
	} {
		steps := c.Chain(tt.from)
		at := map[string]bool{}
		for i, s := range steps {
			at[s.Practice.ID] = true
			if i > 0 && !s.Date.IsZero() && steps[i-1].Date.begin().After(s.Date.begin()) {
				t.Errorf("chain of %s: %s stands before %s", tt.from, steps[i-1].Practice.ID, s.Practice.ID)
			}
		}
		for _, id := range tt.want {
			if !at[id] {
				t.Errorf("chain of %s lacks %s: %v", tt.from, id, at)
			}
		}
	}
}
