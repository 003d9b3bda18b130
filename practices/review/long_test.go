package review

import "flag"

// long runs the fault tests with the counts that docs/trust.md promises; see
// "make trust".
var long = flag.Bool("long", false, "run the fault tests in full")

func rounds(short, full int) int {
	if *long {
		return full
	}
	return short
}
