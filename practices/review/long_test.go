package review

import (
	"flag"
	"fmt"
	"testing"
)

// long runs the fault tests in full, as "make trust" does.
var long = flag.Bool("long", false, "run the fault tests in full")

func rounds(short, full int) int {
	if *long {
		return full
	}
	return short
}

// trust says what a fault test measured, in a line of the table that "make
// trust" prints.
func trust(t *testing.T, number int, format string, args ...any) {
	t.Helper()
	t.Logf("trust %2d  %s: %s", number, t.Name(), fmt.Sprintf(format, args...))
}
