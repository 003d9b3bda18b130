package main

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"opendoor/practices/history"
)

// TestDoctorAsksTheSite asks sites that are not well by their own address.
func TestDoctorAsksTheSite(t *testing.T) {
	answers := func(ready string, login int) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/login" {
				w.WriteHeader(login)
				return
			}
			w.Write([]byte(ready))
		})
	}
	plain := func(h http.Handler) string {
		s := httptest.NewServer(h)
		t.Cleanup(s.Close)
		return s.URL
	}
	unknown := httptest.NewUnstartedServer(answers(`{"ready":true}`, 200))
	unknown.Config.ErrorLog = nil
	unknown.StartTLS()
	t.Cleanup(unknown.Close)
	gone := httptest.NewServer(answers("", 200))
	gone.Close()
	for name, tt := range map[string]struct {
		base, said string
		fault      bool
	}{
		"no address":            {"", "", false},
		"well":                  {plain(answers(`{"ready":true}`, 200)), "answers", false},
		"another program":       {plain(answers("Welcome to nginx!", 200)), "answered by something else", true},
		"https that is not":     {plain(answers(`{"ready":true}`, 403)), "X-Forwarded-Proto", true},
		"a certificate of none": {unknown.URL, "browsers refuse its certificate", true},
		"nobody":                {gone.URL, "does not answer from here", false},
	} {
		var said []string
		fault := false
		for _, f := range checkAddress(t.Context(), tt.base) {
			said = append(said, f.Said)
			fault = fault || f.Fault
		}
		if fault != tt.fault || !strings.Contains(strings.Join(said, "\n"), tt.said) {
			t.Errorf("%s: fault %t, said %q", name, fault, said)
		}
	}
	if f := checkSpace(t.TempDir()); f == (history.Finding{}) || !strings.Contains(f.Said, " MB") {
		t.Errorf("free space: %+v", f)
	}
	if f := checkSpace("/nowhere"); !f.Warning {
		t.Errorf("of no disk: %+v", f)
	}
}

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
