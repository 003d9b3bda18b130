//go:build !unix

package server

import "math"

// FreeSpace is not known on this system.
func FreeSpace(string) (uint64, error) { return math.MaxUint64, nil }
