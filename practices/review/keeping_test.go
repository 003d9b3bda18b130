package review

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"opendoor/practices/faulttest"
)

// folderOf is where the files of a database lie.
func folderOf(t *testing.T, s *Store) string {
	t.Helper()
	if !s.postgres {
		return filepath.Dir(s.file)
	}
	must(s.db.Exec("CHECKPOINT"))
	return filepath.Join(server.Data(), "base")
}

// find searches every byte of every file below a folder.
func find(t *testing.T, folder, needle string) (hits []string) {
	t.Helper()
	err := filepath.WalkDir(folder, func(p string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return nil // files of the server come and go
		}
		if data, err := os.ReadFile(p); err == nil && bytes.Contains(data, []byte(needle)) {
			hits = append(hits, filepath.Base(p))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return hits
}

// TestErasure is fault test 16: what a contributor gave is in
// no file after they ask for erasure.
func TestErasure(t *testing.T) {
	engines(t, func(t *testing.T, address string) {
		ctx := t.Context()
		var log bytes.Buffer
		erasures := filepath.Join(t.TempDir(), "erasures")
		s := open(t, address, Options{Key: testKey, Erasures: erasures, Log: slog.New(slog.NewTextHandler(&log, nil))})
		editor := addAccount(t, s, "Edith", Editor)
		dir := t.TempDir()
		p := &Publisher{Store: s, Repository: repository(t, dir, "")}
		const needle = "zq7needle"
		plant := func(i int) (string, Submission) {
			long := strings.Repeat("words ", i*97%1200)
			token, sub := draft(t, s, "mx-0900")
			form := json.RawMessage(fmt.Sprintf(`{"note":"%s form-%s"}`, long, needle))
			saved := must(s.Save(ctx, token, sub.Version, Text{Title: "About " + needle, Lang: "en", Form: form, Body: goodEntry(fmt.Sprintf("mx-%04d", 1000+i))}))
			sub = must(s.Send(ctx, token, saved.Version, Sending{Contact: Contact{Name: needle, Email: needle + "@example.org"}, Credit: "None"}))
			must(s.Answer(ctx, token, "", "I am "+needle))
			must(s.Keep(ctx, editor, Record{Kind: Consent, Submission: sub.ID, Holder: needle, Note: long + needle}))
			must(s.Comment(ctx, editor, sub.ID, "", "thanks"))
			return token, sub
		}
		var tokens []string
		var ids []string
		for i := range faulttest.Rounds(12, 200) {
			token, sub := plant(i)
			tokens, ids = append(tokens, token), append(ids, sub.ID)
			switch i % 6 {
			case 0:
				must(s.Recall(ctx, token))
			case 1:
				must(s.Decide(ctx, editor, sub.ID, sub.Version, Decision{Verdict: Decline, Reason: "no"}))
			case 2, 3, 4:
				must(s.Decide(ctx, editor, sub.ID, sub.Version, Decision{Verdict: Accept, Practice: fmt.Sprintf("mx-%04d", 1000+i)}))
				if i%6 == 3 {
					if err := s.Erase(ctx, token); err != nil { // on its way to git
						t.Fatal(err)
					}
				}
				if i%6 > 2 {
					if _, err := p.Once(ctx); err != nil {
						t.Fatal(err)
					}
				}
			}
		}
		if _, err := p.Once(ctx); err != nil {
			t.Fatal(err)
		}
		must(s.db.Exec("ANALYZE")) // as PostgreSQL does by itself: it samples what it holds
		if len(find(t, folderOf(t, s), needle)) == 0 {
			t.Fatal("the search finds nothing even before")
		}
		// Somebody reads meanwhile.
		reading, stop := context.WithCancel(ctx)
		var group sync.WaitGroup
		for range 3 {
			group.Go(func() {
				for reading.Err() == nil {
					if _, err := s.Queue(reading, Filter{States: []State{Published, Rejected, Submitted}}); err != nil && reading.Err() == nil {
						t.Error(err)
					}
				}
			})
		}
		began := time.Now()
		for i, token := range tokens {
			err := s.Erase(ctx, token)
			if err != nil && !errors.Is(err, ErrNotFound) {
				t.Errorf("erase %d: %v", i, err)
			}
		}
		took := time.Since(began) / time.Duration(len(tokens))
		stop()
		group.Wait()
		backup := filepath.Join(t.TempDir(), "backup")
		if err := s.Backup(ctx, backup); err != nil {
			t.Fatal(err)
		}
		hits := append(find(t, folderOf(t, s), needle), find(t, filepath.Dir(backup), needle)...)
		objects, err := exec.Command("git", "--git-dir", filepath.Join(dir, "entries.git"), "cat-file", "--batch-all-objects", "--batch").Output()
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(objects, []byte(needle)) {
			hits = append(hits, "git")
		}
		if strings.Contains(log.String(), needle) {
			hits = append(hits, "log")
		}
		if len(hits) > 0 {
			t.Errorf("%s is still in %v", needle, hits)
		}
		faulttest.Measured(t, 16, "erasure, every byte of %d requests: %d hits, %v each", len(tokens), len(hits), took.Round(time.Millisecond))
		for i, id := range ids {
			sub, err := s.Get(ctx, id)
			if gone := errors.Is(err, ErrNotFound); gone != (i%6 < 2 || i%6 == 5) {
				t.Errorf("%d: %v, %+v", i, err, sub)
			} else if !gone && (sub.State != Published || !sub.Erased || sub.Title != "") {
				t.Errorf("%d: %+v", i, sub)
			}
		}
		if n := len(strings.Fields(string(must(os.ReadFile(erasures))))); n != len(ids) {
			t.Errorf("%d erasures are listed outside of backups, %d were asked for", n, len(ids))
		}
		// An account, too.
		other := addAccount(t, s, "Qx9other", Editor)
		if err := s.Forget(ctx, Console, other); err != nil {
			t.Fatal(err)
		}
		if hits := append(find(t, folderOf(t, s), "qx9other"), find(t, folderOf(t, s), "Qx9other")...); len(hits) > 0 {
			t.Errorf("an account that was deleted is in %v", hits)
		}
		if _, _, err := s.VerifyAudit(ctx); err != nil {
			t.Error(err)
		}
	})
}

func TestKeepingTimes(t *testing.T) {
	engines(t, func(t *testing.T, address string) {
		ctx, c := t.Context(), newClock()
		s := open(t, address, Options{Now: c.now})
		editor := addAccount(t, s, "Edith", Editor)
		p := &Publisher{Store: s, Repository: repository(t, t.TempDir(), "")}
		_, published := accept(t, s, p.Repository, editor, "mx-0900")
		if _, err := p.Once(ctx); err != nil {
			t.Fatal(err)
		}
		_, declined := sent(t, s, "mx-0901")
		must(s.Comment(ctx, editor, declined.ID, "", "why not"))
		must(s.Decide(ctx, editor, declined.ID, declined.Version, Decision{Verdict: Decline, Reason: "no"}))
		_, waiting := sent(t, s, "mx-0902")
		_, written := draft(t, s, "mx-0903")
		day := 24 * time.Hour
		has := func(id string) string {
			var parts []string
			sub, err := s.Get(ctx, id)
			if err != nil {
				return "nothing"
			}
			if sub.Body != "" || len(sub.Form) > 0 || sub.Title != "" && sub.State == Rejected {
				parts = append(parts, "text")
			}
			if kept := must(s.Revisions(ctx, id)); len(kept) > 0 {
				parts = append(parts, "revisions")
			}
			if contact := must(s.ContactOf(ctx, Console, id)); contact.Email != "" {
				parts = append(parts, "contact")
			}
			if said := must(s.Comments(ctx, id)); len(said) > 0 {
				parts = append(parts, "comments")
			}
			return strings.Join(parts, " ")
		}
		for _, tt := range []struct {
			after                       time.Duration
			published, declined, drafts string
		}{
			{0, "text revisions contact", "text revisions contact comments", "text"},
			{34 * day, "text revisions contact", "text revisions contact comments", "text"},
			{36 * day, "contact", "text revisions contact comments", "text"},
			{91 * day, "", "", "text"},
			{181 * day, "", "", "nothing"},
		} {
			c.ms.Store(newClock().ms.Load())
			c.pass(tt.after)
			if err := s.Sweep(ctx); err != nil {
				t.Fatal(err)
			}
			if got := has(published.ID); got != tt.published {
				t.Errorf("after %v what is published has %q, want %q", tt.after, got, tt.published)
			}
			if got := has(declined.ID); got != tt.declined {
				t.Errorf("after %v what was declined has %q, want %q", tt.after, got, tt.declined)
			}
			if got := has(written.ID); got != tt.drafts {
				t.Errorf("after %v a draft has %q, want %q", tt.after, got, tt.drafts)
			}
			if got := has(waiting.ID); got != "text revisions contact" {
				t.Errorf("after %v what waits for an editor has %q", tt.after, got)
			}
		}
	})
}

// TestBackup backs up while others write, restores, and finds everything
// well, and nothing there that was erased since.
func TestBackup(t *testing.T) {
	engines(t, func(t *testing.T, address string) {
		ctx := t.Context()
		erasures := filepath.Join(t.TempDir(), "erasures")
		o := Options{Key: testKey, Erasures: erasures}
		s := open(t, address, o)
		admin := member(t, s, "ada@example.org", Admin)
		c := newClock()
		c.ms.Store(time.Now().UnixMilli())
		factor(t, s, admin, c)
		token := must(s.StartSession(ctx, admin.ID))
		writing, stop := context.WithCancel(ctx)
		var group sync.WaitGroup
		for range 3 {
			group.Go(func() {
				for n := 0; n < 60 && writing.Err() == nil; n++ {
					token, _, err := s.Begin(writing, Start{Kind: Entry, Text: Text{Title: "t", Body: strings.Repeat("x", 5000)}})
					if err != nil {
						continue
					}
					_, err = s.Send(writing, token, 1, Sending{})
					if err != nil && writing.Err() == nil && !errors.Is(err, ErrFull) {
						t.Error(err)
					}
				}
			})
		}
		later, _ := draft(t, s, "mx-0900")
		for i := range faulttest.Rounds(2, 20) {
			file := filepath.Join(t.TempDir(), "backup")
			if err := s.Backup(ctx, file); err != nil {
				t.Fatal(err)
			}
			if info := must(os.Stat(file)); info.Mode().Perm() != 0o600 {
				t.Errorf("mode %v", info.Mode())
			}
			if i == 0 {
				if err := s.Erase(ctx, later); err != nil {
					t.Fatal(err)
				}
			}
			target := "sqlite:" + filepath.Join(t.TempDir(), "restored.db")
			if s.postgres {
				target = server.Database(t)
			}
			restored, err := Restore(ctx, file, target, o)
			if err != nil {
				t.Fatal(err)
			}
			for _, f := range restored.Check(ctx) {
				if f.Fault {
					t.Errorf("%+v", f)
				}
			}
			if _, err := restored.SignedIn(ctx, token); !errors.Is(err, ErrNotFound) {
				t.Errorf("a session outlives a restore: %v", err)
			}
			if _, err := restored.ByToken(ctx, later); !errors.Is(err, ErrNotFound) {
				t.Errorf("what was erased is back: %v", err)
			}
			if a := must(restored.Account(ctx, admin.ID)); !a.SecondFactor || !a.HasPassword {
				t.Errorf("account %+v", a)
			}
			if err := restored.Close(); err != nil {
				t.Error(err)
			}
			if _, err := Restore(ctx, file, target, o); err == nil {
				t.Error("a restore over a database")
			}
			if err := s.Backup(ctx, file); err == nil {
				t.Error("a backup over another")
			}
		}
		stop()
		group.Wait()
	})
	junk := filepath.Join(t.TempDir(), "junk")
	if err := os.WriteFile(junk, bytes.Repeat([]byte("junk"), 100), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Restore(t.Context(), junk, "sqlite:"+junk+".db", Options{}); err == nil || !strings.Contains(err.Error(), "no backup") {
		t.Errorf("junk: %v", err)
	}
}

func TestSchema(t *testing.T) {
	engines(t, func(t *testing.T, address string) {
		ctx := t.Context()
		var group sync.WaitGroup
		for range 6 {
			group.Go(func() {
				s, err := Open(ctx, address, Options{})
				if err != nil {
					t.Error(err)
					return
				}
				if err := s.Audit(ctx, System, "start", "", ""); err != nil {
					t.Error(err)
				}
				s.Close()
			})
		}
		group.Wait()
		s := open(t, address, Options{})
		if n, _, err := s.VerifyAudit(ctx); n != 6 || err != nil {
			t.Errorf("%d of 6 programs that started at once: %v", n, err)
		}
		next := fstest.MapFS{"00002_more.sql": {Data: []byte("-- +goose Up\nCREATE TABLE more (id TEXT PRIMARY KEY);\n")}}
		for _, name := range must(fs.Glob(migrations, "migrations/*.sql")) {
			next[filepath.Base(name)] = &fstest.MapFile{Data: must(migrations.ReadFile(name))}
		}
		if err := s.migrate(ctx, next); err != nil {
			t.Fatal(err)
		}
		if !s.postgres {
			before := open(t, "sqlite:"+s.file+".before-2", Options{})
			if n, _, err := before.VerifyAudit(ctx); n != 6 || err != nil {
				t.Errorf("the copy from before: %d, %v", n, err)
			}
		}
		if _, err := Open(ctx, address, Options{}); err == nil || !strings.Contains(err.Error(), "start the newer program") {
			t.Errorf("a newer schema: %v", err)
		}
	})
	for _, bad := range []string{"", "review.db", "mysql://x", "postgres://nobody@127.0.0.1:1/x?connect_timeout=1"} {
		if s, err := Open(t.Context(), bad, Options{}); err == nil {
			s.Close()
			t.Errorf("%q opens", bad)
		}
	}
}
