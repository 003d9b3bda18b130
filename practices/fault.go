package practices

import (
	"cmp"
	"fmt"
	"slices"
)

// A Fault is something wrong with a file, said so that its writer can mend
// it: where it is, what is wrong, and what to write instead.
type Fault struct {
	File    string // path within the content tree
	Line    int    // 1 is the first; 0 when the whole file is meant
	Field   string // "figures[2].of", "body"; "" when the whole file is meant
	Message string
	Warning bool // shown to editors, but does not keep the entry from being published
}

// String writes the fault on one line: file:line: field: message.
func (f Fault) String() string {
	s := f.File
	if f.Line > 0 {
		s += fmt.Sprintf(":%d", f.Line)
	}
	s += ": "
	if f.Warning {
		s += "warning: "
	}
	if f.Field != "" {
		s += f.Field + ": "
	}
	return s + f.Message
}

// HasErrors says whether any of the faults keeps the entry from being
// published.
func HasErrors(faults []Fault) bool {
	return slices.ContainsFunc(faults, func(f Fault) bool { return !f.Warning })
}

// SortFaults puts faults in the order of file, line and field.
func SortFaults(faults []Fault) {
	slices.SortStableFunc(faults, func(a, b Fault) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Field, b.Field), cmp.Compare(a.Message, b.Message))
	})
}
