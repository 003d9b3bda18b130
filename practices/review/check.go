package review

import (
	"context"
	"fmt"
	"time"

	"opendoor/practices/history"
)

// Check looks at everything that can go wrong with the database, for whoever
// keeps the site. It changes nothing.
func (s *Store) Check(ctx context.Context) (findings []history.Finding) {
	say := func(what string, err error, well string) {
		f := history.Finding{What: what, Said: well}
		if err != nil {
			f.Said, f.Fault = err.Error(), true
		}
		findings = append(findings, f)
	}
	if err := s.Ping(ctx); err != nil {
		say("database", err, "")
		return findings
	}
	if s.postgres {
		var version string
		err := s.db.QueryRowContext(ctx, "SHOW server_version").Scan(&version)
		say("database", err, "PostgreSQL "+version)
		say("clock", s.clock(ctx), "agrees with that of the database")
	} else {
		said := ""
		err := s.db.QueryRowContext(ctx, "PRAGMA integrity_check").Scan(&said)
		if err == nil && said != "ok" {
			err = fmt.Errorf("the file %s is damaged: %s; restore a backup", s.file, said)
		}
		say("database", err, "SQLite, whole")
	}
	n, head, err := s.VerifyAudit(ctx)
	say("audit", err, fmt.Sprintf("%d acts, unbroken; note the last for later: %.16s", n, head))
	admins := 0
	err = s.db.QueryRowContext(ctx, "SELECT COUNT(*) FROM accounts WHERE role = 'admin' AND disabled = 0").Scan(&admins)
	if err == nil && admins == 0 {
		findings = append(findings, history.Finding{What: "accounts", Said: "nobody is admin; opendoor user invite makes one", Warning: true})
	} else {
		say("accounts", err, fmt.Sprintf("%d admins", admins))
	}
	stale, lost, err := s.sealedBefore(ctx)
	switch {
	case err == nil && lost > 0:
		err = fmt.Errorf("%d second factors were sealed with another key; put its line back into the file key, or reset those accounts", lost)
		say("key", err, "")
	case err == nil && stale > 0:
		findings = append(findings, history.Finding{What: "key", Said: fmt.Sprintf("%d second factors still need an earlier line of the file key, until their owners sign in", stale), Warning: true})
	default:
		say("key", err, "its first line opens every second factor")
	}
	late := 0
	err = s.db.QueryRowContext(ctx, "SELECT COUNT(*) FROM contacts WHERE submission IN (SELECT id FROM submissions WHERE state IN ('published', 'rejected') AND decided > 0 AND decided < $1)",
		time.Now().Add(-keepContacts-48*time.Hour).UnixMilli()).Scan(&late)
	if err == nil && late > 0 {
		err = fmt.Errorf("%d are kept beyond their time; the server deletes them every hour while it runs", late)
	}
	say("contacts", err, "none is kept beyond its time")
	return findings
}

// clock compares the clock of this machine with that of the database.
func (s *Store) clock(ctx context.Context) error {
	var ms int64
	before := time.Now()
	if err := s.db.QueryRowContext(ctx, "SELECT CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT)").Scan(&ms); err != nil {
		return err
	}
	if off := when(ms).Sub(before).Round(time.Second); off > 10*time.Second || off < -10*time.Second {
		return fmt.Errorf("the clock of the database is %v off this machine's; run NTP on both", off)
	}
	return nil
}
