package practices

import (
	"strings"
	"testing"
)

func TestWithdraw(t *testing.T) {
	const path = "africa/na/na-0001.md"
	const flow = "review: {state: compiled, by: [], next: '2027-11'}\n"
	for _, tt := range []struct{ name, review string }{
		{"one line", flow},
		{"several lines", "review: {state: compiled,\n  by: [], next: '2027-11'}\n"},
		{"a block", "review:\n  state: compiled\n  by: []\n  next: '2027-11'\n"},
	} {
		text := strings.Replace(snapshot, flow, tt.review, 1)
		for _, why := range []string{"It closed.", `"quoted": {x} # y 'z' \`, "أُغلق"} {
			out, err := Withdraw(path, []byte(text), why)
			if err != nil {
				t.Errorf("%s: %v", tt.name, err)
				continue
			}
			p, faults := Parse(path, out)
			if HasErrors(faults) || !p.Withdrawn() || p.Review.Why != why {
				t.Errorf("%s, %q: %+v %v", tt.name, why, p.Review, faults)
			}
			rest := strings.Replace(text, tt.review, "", 1)
			if now := reviewField.ReplaceAllString(string(out), ""); now != rest {
				t.Errorf("%s: more than the review has changed:\n%s", tt.name, now)
			}
		}
	}
	for _, bad := range []string{"", "no front matter", strings.Replace(snapshot, flow, "", 1), strings.Replace(snapshot, flow, "'review': {state: compiled}\n", 1)} {
		if out, err := Withdraw(path, []byte(bad), "x"); err == nil {
			t.Errorf("withdrawn from %.40q: %s", bad, out)
		}
	}
}
