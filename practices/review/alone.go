package review

import (
	"os"
	"syscall"
)

// alone keeps other programs from changing the schema of the same SQLite file
// meanwhile. PostgreSQL has a lock of its own for that.
func (s *Store) alone() (release func(), err error) {
	if s.postgres {
		return func() {}, nil
	}
	f, err := os.OpenFile(s.file+".lock", os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX); err != nil {
		f.Close()
		return nil, err
	}
	return func() { f.Close() }, nil
}
