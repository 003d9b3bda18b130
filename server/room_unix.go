//go:build unix

package server

import "syscall"

// FreeSpace is how many bytes the disk of a folder has left for us.
func FreeSpace(folder string) (uint64, error) {
	var st syscall.Statfs_t
	if err := syscall.Statfs(folder, &st); err != nil {
		return 0, err
	}
	return uint64(st.Bavail) * uint64(st.Bsize), nil
}
