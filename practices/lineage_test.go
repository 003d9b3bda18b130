package practices

import (
	"slices"
	"testing"

	"opendoor/practices/entries"
)

// TestLineage follows practices that were taken up elsewhere: to those who did
// so, from what they took up, and for a network those of its members.
func TestLineage(t *testing.T) {
	c, err := Load(entries.FS)
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		id         string
		want, none []string // "from to"
	}{
		{"gb-0001", []string{"int-0005 gb-0001", "gb-0001 pl-0001", "gb-0001 bg-0001", "gb-0001 cy-0001"}, []string{"int-0005 afr-0005"}},
		{"pl-0001", []string{"gb-0001 pl-0001", "int-0005 gb-0001"}, []string{"gb-0001 bg-0001"}},
		{"eur-0001", []string{"gb-0001 pl-0001", "gb-0001 eur-0001"}, nil},
		{"gt-0001", []string{"gt-0001 ame-0004"}, nil},
		{"ame-0004", []string{"gt-0001 ame-0004"}, nil},
		{"zz-0001", nil, nil},
	} {
		var got []string
		for _, s := range c.Lineage(tt.id) {
			step := s.From.ID + " " + s.To.ID
			if slices.Contains(got, step) {
				t.Errorf("lineage of %s: %s is told twice", tt.id, step)
			}
			got = append(got, step)
		}
		for _, step := range tt.want {
			if !slices.Contains(got, step) {
				t.Errorf("lineage of %s lacks %s: %v", tt.id, step, got)
			}
		}
		for _, step := range tt.none {
			if slices.Contains(got, step) {
				t.Errorf("lineage of %s has %s, which is that of others", tt.id, step)
			}
		}
		if tt.want == nil && got != nil {
			t.Errorf("lineage of %s: %v", tt.id, got)
		}
	}
}
