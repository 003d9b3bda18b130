package review

import (
	"strings"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"
)

// TestDatabaseIsVerified shows that what is private goes to a database on
// another machine by TLS alone, to a server whose certificate holds, with
// nothing to fall back to.
func TestDatabaseIsVerified(t *testing.T) {
	t.Setenv("PGHOST", "")
	t.Setenv("PGSSLMODE", "")
	for address, safe := range map[string]bool{
		"postgres://opendoor:secret@db.example.org/opendoor":                   true,
		"postgresql://opendoor@db.example.org:5433/opendoor?connect_timeout=5": true,
		"postgres://opendoor@db1.example.org:1,db2.example.org:2/x":            true,
		"postgres:///opendoor?host=db.example.org":                             true,
		"postgres://opendoor@192.0.2.7/opendoor":                               true,
		"postgres://opendoor@localhost/opendoor":                               false,
		"postgres://opendoor@127.0.0.1:5432/opendoor":                          false,
		"postgres://opendoor@[::1]/opendoor":                                   false,
		"postgres:///opendoor?host=/run/postgresql":                            false,
		"postgres://opendoor@db.example.org/opendoor?sslmode=disable":          false, // somebody's word
		"postgres://opendoor@db.example.org/opendoor?sslmode=verify-ca":        false,
	} {
		got, err := verified(address)
		if err != nil || (got != address) != safe {
			t.Errorf("%s: %s, %v", address, got, err)
			continue
		}
		if !safe {
			continue
		}
		c, err := pgconn.ParseConfig(got)
		if err != nil {
			t.Errorf("%s: %v", address, err)
			continue
		}
		if c.TLSConfig == nil || c.TLSConfig.InsecureSkipVerify || c.TLSConfig.ServerName != c.Host {
			t.Errorf("%s: TLS %+v", address, c.TLSConfig)
		}
		for _, next := range c.Fallbacks {
			if next.TLSConfig == nil {
				t.Errorf("%s falls back to %s without TLS", address, next.Host)
			}
		}
	}
	if _, err := verified("postgres://opendoor:se%cret@db/x"); err == nil || strings.Contains(err.Error(), "cret") {
		t.Errorf("an address that cannot be read: %v", err)
	}
}
