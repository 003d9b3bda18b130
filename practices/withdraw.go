package practices

import (
	"encoding/json"
	"fmt"
	"regexp"
)

// reviewField is the review of an entry with the lines that belong to it.
var reviewField = regexp.MustCompile(`(?m)^review:.*\n(?:[ \t].*\n)*`)

// Withdraw rewrites the text of an entry so that it is one that should no
// longer be followed, and says why in one line. All else stays as it was
// written.
func Withdraw(path string, data []byte, why string) ([]byte, error) {
	p, _ := Parse(path, data)
	switch {
	case p.ID == "":
		return nil, fmt.Errorf("%s: has no front matter that can be read", path)
	case p.Withdrawn():
		return nil, fmt.Errorf("%s: is withdrawn already: %s", path, p.Review.Why)
	}
	// JSON text is YAML text too, whatever the reason holds.
	quoted, err := json.Marshal(why)
	if err != nil {
		return nil, err
	}
	at := reviewField.FindIndex(data)
	if at == nil {
		return nil, fmt.Errorf("%s: has no review field to change", path)
	}
	var out []byte
	out = append(out, data[:at[0]]...)
	out = fmt.Appendf(out, "review: {state: withdrawn, why: %s}\n", quoted)
	out = append(out, data[at[1]:]...)
	if now, _ := Parse(path, out); !now.Withdrawn() || now.ID != p.ID || now.Review.Why != why {
		return nil, fmt.Errorf("%s: its review field is written in a way that the program cannot change; edit the file", path)
	}
	return out, nil
}
