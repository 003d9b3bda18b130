//go:build !linux

package faulttest

import "time"

var began = time.Now()

// threadTime is the time that has passed, where that of a thread is not told.
func threadTime() time.Duration { return time.Since(began) }
