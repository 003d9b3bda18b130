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

// Cost does something and says what it took: time of a processor, that of the
// thread alone, so that what else a machine does counts little, and bytes of
// memory. Work handed to other goroutines is not in the time.
func Cost(f func()) (took time.Duration, bytes uint64) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	memory, start := taken(), threadTime()
	f()
	return threadTime() - start, taken() - memory
}

// Bounded does something with an input and fails when it costs more than is
// allowed. The time is held to where the tests run in full.
func Bounded(t testing.TB, what string, f func()) {
	t.Helper()
	took, bytes := Cost(f)
	if took > MaxTime && *long {
		t.Errorf("%s takes %v", what, took)
	}
	if bytes > MaxMemory {
		t.Errorf("%s takes %d MB of memory", what, bytes>>20)
	}
}

// taken is how many bytes the program has taken since its start.
func taken() uint64 {
	sample := []metrics.Sample{{Name: "/gc/heap/allocs:bytes"}}
	metrics.Read(sample)
	return sample[0].Value.Uint64()
}
