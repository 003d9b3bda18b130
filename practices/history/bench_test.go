package history

import (
	"fmt"
	"testing"
)

// BenchmarkPublish times one publication, from asking git to main's new commit,
// written through to the disk.
func BenchmarkPublish(b *testing.B) {
	r := open(b, Options{})
	for i := 0; b.Loop(); i++ {
		submission := fmt.Sprintf("s-%d", i)
		publish(b, r, submission, submission)
	}
}

// BenchmarkVersions times what a page asks: the versions of an entry, with
// nothing new on main.
func BenchmarkVersions(b *testing.B) {
	r := open(b, Options{})
	publish(b, r, "s-1", "a home")
	for b.Loop() {
		if _, err := r.Versions(b.Context(), id); err != nil {
			b.Fatal(err)
		}
	}
}
