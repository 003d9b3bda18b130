package faulttest

import (
	"runtime"
	"runtime/metrics"
	"testing"
	"time"
)

// What one input from somebody else may cost, at most.
const (
	MaxTime   = 100 * time.Millisecond // of a processor
	MaxMemory = 64 << 20               // bytes taken in all, given back or not
)

// Bounded does something with an input and fails when it costs more than is
// allowed. Time is that of the thread, so that what else a machine does counts
// little; it is held to where the tests run in full, and work handed to other
// goroutines is not in it.
func Bounded(t testing.TB, what string, f func()) {
	t.Helper()
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	memory, start := taken(), threadTime()
	f()
	if took := threadTime() - start; took > MaxTime && *long {
		t.Errorf("%s takes %v", what, took)
	}
	if bytes := taken() - memory; bytes > MaxMemory {
		t.Errorf("%s takes %d MB of memory", what, bytes>>20)
	}
}

// taken is how many bytes the program has taken since its start.
func taken() uint64 {
	sample := []metrics.Sample{{Name: "/gc/heap/allocs:bytes"}}
	metrics.Read(sample)
	return sample[0].Value.Uint64()
}
