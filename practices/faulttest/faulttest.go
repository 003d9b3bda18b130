// Package faulttest holds what the fault tests of several packages share: how
// often they run, what they measured, and the faults themselves, such as a full
// disk and a database whose power goes. It is for tests alone.
package faulttest

import (
	"flag"
	"fmt"
	"testing"
)

var long = flag.Bool("long", false, "run the fault tests in full")

// Long says whether the fault tests are to run in full, as "make trust" asks.
func Long() bool { return *long }

// Rounds is how often a fault happens: a few times, or as often as the goal
// says when the tests run in full.
func Rounds(short, full int) int {
	if *long {
		return full
	}
	return short
}

// Measured tells what the test of a fault measured. The number is that of the
// table in docs/faults.md; "make trust" prints these lines.
func Measured(t testing.TB, fault int, format string, args ...any) {
	t.Helper()
	t.Logf("trust %2d  %s: %s", fault, t.Name(), fmt.Sprintf(format, args...))
}
