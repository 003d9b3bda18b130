package review

import (
	"context"
	"fmt"
)

// personal are the tables that may name people.
var personal = []string{"contacts", "comments", "revisions", "records", "notices", "submissions", "accounts", "identities", "sessions"}

// withoutSamples has PostgreSQL keep no samples of what people typed. It takes
// them of every column to plan its work, into tables of its own, where they
// would outlive an erasure.
func (s *Store) withoutSamples(ctx context.Context) error {
	// One statement for each table. Naming its type anew drops the samples that
	// there are of a column.
	statements, err := list(ctx, s.db, func(r interface{ Scan(...any) error }) (statement string, err error) {
		err = r.Scan(&statement)
		return statement, err
	}, `SELECT 'ALTER TABLE ' || quote_ident(c.relname) || string_agg(format(' ALTER COLUMN %1$I SET STATISTICS 0, ALTER COLUMN %1$I TYPE TEXT', a.attname), ',')
		FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
		WHERE c.relnamespace = CAST(CURRENT_SCHEMA() AS REGNAMESPACE) AND c.relkind = 'r' AND c.relname = ANY ($1)
		AND a.attnum > 0 AND NOT a.attisdropped AND a.atttypid = CAST('text' AS REGTYPE) AND COALESCE(a.attstattarget, -1) <> 0
		GROUP BY c.relname ORDER BY c.relname`, personal)
	if err != nil {
		return err
	}
	for _, statement := range statements {
		if _, err := s.db.ExecContext(ctx, statement); err != nil {
			return fmt.Errorf("keep no samples of what people typed: %w", err)
		}
	}
	return nil
}
