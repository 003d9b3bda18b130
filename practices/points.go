package practices

import "strings"

// A Point is one item of a list that opens with bold words.
type Point struct{ Lead, Text string }

// Points are the items of a section that open with bold words, in order, each
// with what it says after them.
func (s Section) Points() []Point {
	var out []Point
	lines := strings.Split(s.Text, "\n")
	for _, lead := range s.Leads {
		for i, line := range lines {
			if rest, ok := strings.CutPrefix(line, lead); ok {
				out = append(out, Point{lead, strings.TrimLeft(rest, ".:,; ")})
				lines = lines[i+1:]
				break
			}
		}
	}
	return out
}
