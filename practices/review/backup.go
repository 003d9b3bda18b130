package review

import (
	"context"
	"fmt"
)

// copyTo writes the SQLite database to a new file, whole and as of one
// moment, while others go on.
func (s *Store) copyTo(ctx context.Context, file string) error {
	if _, err := s.db.ExecContext(ctx, "VACUUM INTO $1", file); err != nil {
		return fmt.Errorf("review: copy the database to %s: %w", file, err)
	}
	return nil
}
