//go:build !linux

package history

import "os/exec"

// guard has nothing to do where a process cannot be told to end with its
// parent: git ends by itself when nobody reads what it writes.
func guard(*exec.Cmd) {}
