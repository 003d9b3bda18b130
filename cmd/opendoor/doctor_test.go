package main

import (
	"strings"
	"testing"
)

// TestDoctorNotesWeakDatabases shows whom doctor warns that private things go
// over the network as whoever listens can read them.
func TestDoctorNotesWeakDatabases(t *testing.T) {
	for database, want := range map[string]bool{
		"postgres://u:geheim@db.example.org/x":                     false, // is verified
		"postgres://u:geheim@db.example.org/x?sslmode=verify-full": false,
		"postgres://u:geheim@db.example.org/x?sslmode=verify-ca":   false,
		"postgres://u:geheim@db.example.org/x?sslmode=require":     true,
		"postgres://u:geheim@db.example.org/x?sslmode=prefer":      true,
		"postgres://u:geheim@db.example.org/x?sslmode=disable":     true,
		"postgres://u@localhost/x?sslmode=disable":                 false,
		"postgres:///x?host=/run/postgresql&sslmode=disable":       false,
		"sqlite:data/review.db":                                    false,
	} {
		got := false
		for _, f := range checkSettings(config{addr: "127.0.0.1:8080", database: database, remote: "git@example.org:x.git"}) {
			got = got || f.What == "database" && f.Warning
			if strings.Contains(f.Said, "geheim") {
				t.Errorf("tells the password: %s", f.Said)
			}
		}
		if got != want {
			t.Errorf("%s: warned %v", database, got)
		}
	}
}
