package review

import (
	"context"
	"database/sql"
	"errors"
	"flag"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

// server is the PostgreSQL of the tests, "" without one.
var server *postgres

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
	p, err := startPostgres()
	switch {
	case err == nil:
		defer p.stop()
		server = p
	case os.Getenv("POSTGRES_TESTS") == "required":
		fmt.Fprintln(os.Stderr, "PostgreSQL is required:", err)
		return 1
	default:
		fmt.Fprintln(os.Stderr, "SKIPPED on PostgreSQL, which runs the same tests:", err)
	}
	return m.Run()
}

// A postgres is a database server of our own, on a socket in a folder that
// goes with it.
type postgres struct {
	bin, folder string
	as          []string // runs a command as somebody who is not root
	databases   atomic.Int64
}

func startPostgres() (*postgres, error) {
	bins, _ := filepath.Glob("/usr/lib/postgresql/*/bin")
	if initdb, err := exec.LookPath("initdb"); err == nil {
		bins = append(bins, filepath.Dir(initdb))
	}
	if len(bins) == 0 {
		return nil, errors.New("no initdb in /usr/lib/postgresql/*/bin nor in the PATH")
	}
	folder, err := os.MkdirTemp("", "pg")
	if err != nil {
		return nil, err
	}
	p := &postgres{bin: slices.Max(bins), folder: folder}
	if os.Geteuid() == 0 {
		p.as = []string{"runuser", "-u", "postgres", "--"}
		if out, err := exec.Command("chown", "postgres", folder).CombinedOutput(); err != nil {
			return nil, fmt.Errorf("chown: %w: %s", err, out)
		}
	}
	if err := p.run("initdb", "-D", p.data(), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"); err != nil {
		return nil, err
	}
	return p, p.start()
}

func (p *postgres) data() string { return filepath.Join(p.folder, "data") }

// start starts the server without waiting for the disk: the tests kill it, not
// the machine.
func (p *postgres) start() error {
	return p.run("pg_ctl", "-D", p.data(), "-w", "-l", filepath.Join(p.folder, "log"), "-o", "-c listen_addresses='' -c max_connections=200 -c fsync=off -k "+p.folder, "start")
}

// restart stops the server as if its power went, and starts it.
func (p *postgres) restart() error {
	if err := p.run("pg_ctl", "-D", p.data(), "-w", "-m", "immediate", "stop"); err != nil {
		return err
	}
	return p.start()
}

func (p *postgres) stop() {
	if err := p.run("pg_ctl", "-D", p.data(), "-w", "-m", "immediate", "stop"); err != nil {
		fmt.Fprintln(os.Stderr, err)
	}
	os.RemoveAll(p.folder)
}

func (p *postgres) run(command string, args ...string) error {
	argv := append(slices.Clone(p.as), append([]string{filepath.Join(p.bin, command)}, args...)...)
	c := exec.Command(argv[0], argv[1:]...)
	c.Dir = p.folder
	log, err := os.CreateTemp("", "pg-out")
	if err != nil {
		return err
	}
	defer os.Remove(log.Name())
	defer log.Close()
	// A file, as the server keeps what pg_ctl was given.
	c.Stdout, c.Stderr = log, log
	c.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := c.Run(); err != nil {
		out, _ := os.ReadFile(log.Name())
		return fmt.Errorf("%s: %w: %s", command, err, out)
	}
	return nil
}

// database makes an empty database and gives its address.
func (p *postgres) database(t *testing.T) string {
	t.Helper()
	name := fmt.Sprintf("t%d", p.databases.Add(1))
	db, err := sql.Open("pgx", p.address("postgres"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Exec("CREATE DATABASE " + name); err != nil {
		t.Fatal(err)
	}
	return p.address(name)
}

func (p *postgres) address(name string) string {
	return "postgres://postgres@/" + name + "?host=" + url.QueryEscape(p.folder)
}

// engines runs a test on an empty database of each engine.
func engines(t *testing.T, test func(t *testing.T, address string)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { test(t, "sqlite:"+filepath.Join(t.TempDir(), "review.db")) })
	t.Run("postgres", func(t *testing.T) {
		if server == nil {
			t.Skip("no PostgreSQL here")
		}
		test(t, server.database(t))
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
