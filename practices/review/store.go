package review

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	_ "github.com/jackc/pgx/v5/stdlib" // the driver "pgx"
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
	_ "modernc.org/sqlite" // the driver "sqlite"

	"opendoor/practices"
)

//go:embed migrations
var migrations embed.FS

// Options are what a [Store] is opened with. The zero value is fit for use.
type Options struct {
	// Now is the clock; nil is the clock of the database server with PostgreSQL,
	// so that replicas agree, and else that of the machine.
	Now func() time.Time
	Log *slog.Logger // nil says nothing

	// Key seals what must be read again and must not lie open in a copy of the
	// database: the secrets of second factors. 32 bytes, the same on every
	// replica, kept outside of backups; see [LoadKey]. Without it nobody can set
	// up a second factor. Earlier keys only open what they once sealed.
	Key     []byte
	Earlier [][]byte
	// Erasures is a file outside of backups that lists, as hashes, what was
	// erased, so that a restore erases it again. Empty keeps the list in the
	// database alone.
	Erasures string
	// SelfAccept lets editors decide on their own submissions: for a team of one.
	SelfAccept bool
	// LintWorkshop checks a file of a workshop before it is accepted; nil means
	// that workshops cannot be accepted.
	LintWorkshop func(path string, data []byte) []practices.Fault
}

// A Store is the private half of the catalogue in a database. Any number of
// callers may use it at once; several programs may share one database.
type Store struct {
	db       *sql.DB
	postgres bool
	url      string // of PostgreSQL
	file     string // of SQLite
	options  Options
	wake     chan struct{} // a submission was accepted here
	turn     chan struct{} // held by the one that writes to SQLite
}

// Open opens a database and brings its schema up to date: "sqlite:PATH", made
// when it is not there, or "postgres://…". Before an older SQLite file is
// changed a copy is put beside it. A schema newer than this program is refused.
func Open(ctx context.Context, address string, o Options) (*Store, error) {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if len(o.Key) != 0 && len(o.Key) != keySize {
		return nil, fmt.Errorf("review: the key has %d bytes, it needs %d", len(o.Key), keySize)
	}
	s := &Store{options: o, wake: make(chan struct{}, 1), turn: make(chan struct{}, 1)}
	var err error
	switch file, ok := strings.CutPrefix(address, "sqlite:"); {
	case ok:
		err = s.openSQLite(file)
	case strings.HasPrefix(address, "postgres://"), strings.HasPrefix(address, "postgresql://"):
		s.postgres = true
		if s.url, err = verified(address); err == nil {
			s.db, err = sql.Open("pgx", s.url)
		}
	default:
		return nil, errors.New(`review: the database is neither "sqlite:PATH" nor "postgres://…"`)
	}
	if err != nil {
		return nil, fmt.Errorf("review: open the database: %w", err)
	}
	// A replica holds few connections, so that many fit one server.
	s.db.SetMaxOpenConns(16)
	s.db.SetMaxIdleConns(16)
	folder, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return nil, err
	}
	if err := s.migrate(ctx, folder); err != nil {
		s.db.Close()
		return nil, fmt.Errorf("review: %w", err)
	}
	if s.postgres {
		if err := s.withoutSamples(ctx); err != nil {
			s.db.Close()
			return nil, fmt.Errorf("review: %w", err)
		}
	}
	return s, nil
}

// Close closes the database once its callers are done.
func (s *Store) Close() error { return s.db.Close() }

// Ping says whether the database answers.
func (s *Store) Ping(ctx context.Context) error { return s.db.PingContext(ctx) }

// openSQLite opens a file that only its owner can read. Every transaction
// takes the write lock at its start: one that reads first and then writes
// would not wait for its turn but fail.
func (s *Store) openSQLite(file string) error {
	file, err := filepath.Abs(file)
	if err != nil {
		return err
	}
	f, err := os.OpenFile(file, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	s.file = file
	pragmas := url.Values{"_txlock": {"immediate"}, "_pragma": {
		"busy_timeout(10000)", "journal_mode(WAL)", "synchronous(FULL)", "foreign_keys(1)", "secure_delete(1)",
	}}
	s.db, err = sql.Open("sqlite", "file:"+(&url.URL{Path: file}).EscapedPath()+"?"+pragmas.Encode())
	return err
}

// migrate brings the schema up to date; of several programs that start at
// once, one does.
func (s *Store) migrate(ctx context.Context, folder fs.FS) error {
	dialect, options := goose.DialectSQLite3, []goose.ProviderOption{goose.WithLogger(goose.NopLogger())}
	if s.postgres {
		locker, err := lock.NewPostgresSessionLocker()
		if err != nil {
			return err
		}
		dialect, options = goose.DialectPostgres, append(options, goose.WithSessionLocker(locker))
	}
	provider, err := goose.NewProvider(dialect, s.db, folder, options...)
	if err != nil {
		return err
	}
	for try := 0; ; try++ {
		err := s.upgrade(ctx, provider)
		// Of two programs that start at once on a new SQLite file one finds the
		// other's tables in its way, and then that all is done.
		if err == nil || s.postgres || errors.Is(err, errNewer) || try == 3 {
			return err
		}
	}
}

var errNewer = errors.New("start the newer program")

func (s *Store) upgrade(ctx context.Context, provider *goose.Provider) error {
	now, newest, err := provider.GetVersions(ctx)
	switch {
	case err != nil:
		return fmt.Errorf("read the version of the database: %w", err)
	case now > newest:
		return fmt.Errorf("the database has version %d, this program knows %d: %w", now, newest, errNewer)
	case now == newest:
		return nil
	case now > 0 && !s.postgres:
		if err := s.copyTo(ctx, fmt.Sprintf("%s.before-%d", s.file, newest)); err != nil {
			return fmt.Errorf("copy the database before changing it: %w", err)
		}
	}
	if _, err := provider.Up(ctx); err != nil {
		return fmt.Errorf("bring the database from version %d to %d: %w", now, newest, err)
	}
	return nil
}

// A tx is one transaction, at one moment of the store's clock.
type tx struct {
	*sql.Tx
	ctx context.Context
	s   *Store
	now int64 // unix milliseconds
}

// in runs f in a transaction, and again when PostgreSQL asks for that because
// two stood in each other's way.
func (s *Store) in(ctx context.Context, f func(*tx) error) error {
	for try := 0; ; try++ {
		err := s.once(ctx, f)
		var pg *pgconn.PgError
		if errors.As(err, &pg) && (pg.Code == "40001" || pg.Code == "40P01") && try < 5 {
			continue
		}
		return err
	}
}

func (s *Store) once(ctx context.Context, f func(*tx) error) error {
	if !s.postgres {
		// SQLite has one writer at a time. Its own way of waiting is to try again
		// and again, in which somebody may never come to their turn.
		select {
		case s.turn <- struct{}{}:
			defer func() { <-s.turn }()
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	begun, err := s.db.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("review: begin: %w", err)
	}
	defer begun.Rollback() // after a commit it does nothing
	t := &tx{Tx: begun, ctx: ctx, s: s}
	if t.now, err = s.now(ctx, begun); err != nil {
		return err
	}
	if err := f(t); err != nil {
		return err
	}
	if err := begun.Commit(); err != nil {
		return fmt.Errorf("review: commit: %w", err)
	}
	return nil
}

// now is the store's clock in unix milliseconds.
func (s *Store) now(ctx context.Context, q interface {
	QueryRowContext(context.Context, string, ...any) *sql.Row
}) (int64, error) {
	switch {
	case s.options.Now != nil:
		return s.options.Now().UnixMilli(), nil
	case !s.postgres:
		return time.Now().UnixMilli(), nil
	}
	var ms int64
	err := q.QueryRowContext(ctx, "SELECT CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT)").Scan(&ms)
	if err != nil {
		return 0, fmt.Errorf("review: ask the database for the time: %w", err)
	}
	return ms, nil
}

// row reads one row.
func (t *tx) row(query string, args ...any) *sql.Row {
	return t.QueryRowContext(t.ctx, query, args...)
}

// do runs a statement and gives the number of rows that it changed.
func (t *tx) do(query string, args ...any) (int64, error) {
	r, err := t.ExecContext(t.ctx, query, args...)
	if err != nil {
		return 0, fmt.Errorf("review: %w", err)
	}
	return r.RowsAffected()
}

// all runs statements that take the same arguments.
func (t *tx) all(queries []string, args ...any) error {
	for _, q := range queries {
		if _, err := t.do(q, args...); err != nil {
			return err
		}
	}
	return nil
}

// list reads rows, each by scan.
func list[T any](ctx context.Context, q interface {
	QueryContext(context.Context, string, ...any) (*sql.Rows, error)
}, scan func(interface{ Scan(...any) error }) (T, error), query string, args ...any) ([]T, error) {
	rows, err := q.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, fmt.Errorf("review: %w", err)
	}
	defer rows.Close()
	var found []T
	for rows.Next() {
		one, err := scan(rows)
		if err != nil {
			return nil, fmt.Errorf("review: %w", err)
		}
		found = append(found, one)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("review: %w", err)
	}
	return found, nil
}
