//go:build unix

package faulttest

import (
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"sync/atomic"
	"syscall"
	"testing"
)

// A Postgres is a database server of our own, on a socket in a folder that
// goes with it.
type Postgres struct {
	bin, folder string
	as          []string // runs a command as somebody who is not root
	databases   atomic.Int64
}

// StartPostgres starts a server from the binaries of Debian, or those in the
// PATH. Whoever starts it stops it.
func StartPostgres() (*Postgres, error) {
	bins, _ := filepath.Glob("/usr/lib/postgresql/*/bin")
	if initdb, err := exec.LookPath("initdb"); err == nil && len(bins) == 0 {
		if initdb, err = filepath.EvalSymlinks(initdb); err != nil {
			return nil, err
		}
		bins = []string{filepath.Dir(initdb)}
	}
	// Some put a part of the programs elsewhere.
	bins = slices.DeleteFunc(bins, func(folder string) bool {
		_, err := os.Stat(filepath.Join(folder, "createdb"))
		return err != nil
	})
	if len(bins) == 0 {
		return nil, errors.New("no initdb in /usr/lib/postgresql/*/bin nor in the PATH")
	}
	folder, err := os.MkdirTemp("", "pg")
	if err != nil {
		return nil, err
	}
	p := &Postgres{bin: slices.Max(bins), folder: folder}
	if os.Geteuid() == 0 {
		p.as = []string{"runuser", "-u", "postgres", "--"}
		if out, err := exec.Command("chown", "postgres", folder).CombinedOutput(); err != nil {
			return nil, fmt.Errorf("chown: %w: %s", err, out)
		}
	}
	if err := p.run("initdb", "-D", p.Data(), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"); err != nil {
		return nil, err
	}
	return p, p.Start()
}

// PostgresOrSkip is [StartPostgres] for one test: where there is none the test
// is skipped, or fails when the variable POSTGRES_TESTS says "required".
func PostgresOrSkip(t testing.TB) *Postgres {
	t.Helper()
	p, err := StartPostgres()
	switch {
	case err == nil:
		t.Cleanup(p.Stop)
	case PostgresRequired():
		t.Fatalf("PostgreSQL is required: %v", err)
	default:
		t.Skipf("no PostgreSQL here: %v", err)
	}
	return p
}

// PostgresRequired says whether tests must not go without PostgreSQL.
func PostgresRequired() bool { return os.Getenv("POSTGRES_TESTS") == "required" }

// Data is the folder of its files.
func (p *Postgres) Data() string { return filepath.Join(p.folder, "data") }

// Start starts the server without waiting for the disk: the tests kill it, not
// the machine.
func (p *Postgres) Start() error {
	return p.run("pg_ctl", "-D", p.Data(), "-w", "-l", filepath.Join(p.folder, "log"), "-o", "-c listen_addresses='' -c max_connections=200 -c fsync=off -k "+p.folder, "start")
}

// Cut stops the server as if its power went.
func (p *Postgres) Cut() error {
	return p.run("pg_ctl", "-D", p.Data(), "-w", "-m", "immediate", "stop")
}

// Stop stops it for good, with all that it holds.
func (p *Postgres) Stop() {
	if err := p.Cut(); err != nil {
		fmt.Fprintln(os.Stderr, err)
	}
	os.RemoveAll(p.folder)
}

func (p *Postgres) run(command string, args ...string) error {
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

// Database makes an empty database and gives its address.
func (p *Postgres) Database(t testing.TB) string {
	t.Helper()
	name := fmt.Sprintf("t%d", p.databases.Add(1))
	if err := p.run("createdb", "-h", p.folder, "-U", "postgres", name); err != nil {
		t.Fatal(err)
	}
	return "postgres://postgres@/" + name + "?host=" + url.QueryEscape(p.folder)
}
