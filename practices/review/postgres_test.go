package review

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"opendoor/practices/faulttest"
)

// server is the PostgreSQL of the tests, nil without one.
var server *faulttest.Postgres

func TestMain(m *testing.M) {
	flag.Parse()
	os.Exit(run(m))
}

func run(m *testing.M) int {
	if os.Getenv(childVariable) != "" {
		if err := publishAll(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
		return 0
	}
	p, err := faulttest.StartPostgres()
	switch {
	case err == nil:
		defer p.Stop()
		server = p
	case faulttest.PostgresRequired():
		fmt.Fprintln(os.Stderr, "PostgreSQL is required:", err)
		return 1
	default:
		fmt.Fprintln(os.Stderr, "SKIPPED on PostgreSQL, which runs the same tests:", err)
	}
	return m.Run()
}

// engines runs a test on an empty database of each engine.
func engines(t *testing.T, test func(t *testing.T, address string)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { test(t, "sqlite:"+filepath.Join(t.TempDir(), "review.db")) })
	t.Run("postgres", func(t *testing.T) {
		if server == nil {
			t.Skip("no PostgreSQL here")
		}
		test(t, server.Database(t))
	})
}

// A clock is a time that a test moves.
type clock struct{ ms atomic.Int64 }

func newClock() *clock {
	c := &clock{}
	c.ms.Store(time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC).UnixMilli())
	return c
}

func (c *clock) now() time.Time       { return time.UnixMilli(c.ms.Load()).UTC() }
func (c *clock) pass(d time.Duration) { c.ms.Add(d.Milliseconds()) }

// open opens a store that is closed with the test.
func open(t *testing.T, address string, o Options) *Store {
	t.Helper()
	s, err := Open(context.Background(), address, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// must is for what a test needs to go right on its way.
func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// addAccount puts an account into a store as if it had been invited and had
// come, with a second factor.
func addAccount(t *testing.T, s *Store, name string, role Role) string {
	t.Helper()
	id := newID()
	if _, err := s.db.Exec("INSERT INTO accounts (id, login, email, name, role, totp_on, created, updated) VALUES ($1, $2, $2, $3, $4, 1, 1, 1)",
		id, strings.ToLower(name)+"@example.org", name, role); err != nil {
		t.Fatal(err)
	}
	return id
}
