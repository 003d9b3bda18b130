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
