package review

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"opendoor/practices"
	"opendoor/practices/faulttest"
	"opendoor/practices/history"
)

// repository opens a repository with one entry in it; remote is "" for none.
func repository(t *testing.T, dir, remote string) *history.Repository {
	t.Helper()
	seed := fstest.MapFS{practices.FilePath("mx-0001", ""): {Data: []byte(goodEntry("mx-0001"))}}
	r, err := history.Open(context.Background(), history.Options{Dir: dir, Remote: remote, Seed: seed, Release: "1", Released: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), Site: "example.org"})
	if err != nil {
		t.Fatal(err)
	}
	dirs.Store(r, dir)
	t.Cleanup(func() {
		if err := r.Close(); err != nil {
			t.Error(err)
		}
	})
	return r
}

// bare makes the repository that replicas share.
func bare(t *testing.T) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "shared.git")
	if out, err := exec.Command("git", "init", "-q", "--bare", "-b", "main", dir).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return dir
}

// accept brings a new entry to where the publisher takes over.
func accept(t *testing.T, s *Store, r *history.Repository, editor, id string) (token string, sub Submission) {
	t.Helper()
	token, sub = sent(t, s, id)
	sub, err := s.Decide(t.Context(), editor, sub.ID, sub.Version, Decision{Verdict: Accept, Practice: id, Base: must(r.Head(t.Context())), Note: "A new entry"})
	if err != nil {
		t.Fatal(err)
	}
	return token, sub
}

// trailers counts the commits of main by the submission that they publish.
func trailers(t *testing.T, repository string) map[string]int {
	t.Helper()
	out, err := exec.Command("git", "--git-dir", repository, "log", "--format=%(trailers:key=Submission-Id,valueonly)", "main").Output()
	if err != nil {
		t.Fatal(err)
	}
	n := map[string]int{}
	for _, id := range strings.Fields(string(out)) {
		n[id]++
	}
	return n
}

func TestPublishing(t *testing.T) {
	engines(t, func(t *testing.T, address string) {
		ctx, c := t.Context(), newClock()
		s := open(t, address, Options{Now: c.now})
		editor := addAccount(t, s, "Edith", Editor)
		r := repository(t, t.TempDir(), "")
		var told []string
		p := &Publisher{Store: s, Repository: r, OnPublished: func(commit string) { told = append(told, commit) }}
		_, one := accept(t, s, r, editor, "mx-0900")
		if n, err := p.Once(ctx); n != 1 || err != nil {
			t.Fatalf("%d published, %v", n, err)
		}
		one = must(s.Get(ctx, one.ID))
		if one.State != Published || one.PublishedSHA != must(r.Head(ctx)) || len(told) != 1 || told[0] != one.PublishedSHA {
			t.Errorf("published: %+v, told %v", one, told)
		}
		data, v, err := r.Text(ctx, "mx-0900", must(r.Versions(ctx, "mx-0900"))[0].ID)
		if err != nil || string(data) != goodEntry("mx-0900") || v.Author != "Door Opener" || v.Note != "A new entry" || v.Submission != one.ID || !v.When.Equal(one.Decided) {
			t.Errorf("in git: %+v, %v", v, err)
		}
		// A change of a text that meanwhile is another one.
		_, change, err := s.Begin(ctx, Start{Kind: Change, Practice: "mx-0900", Text: Text{Body: goodEntry("mx-0900") + "\nMore words.\n", BaseBlob: strings.Repeat("a", 40)}})
		if err != nil {
			t.Fatal(err)
		}
		must(s.db.Exec("UPDATE submissions SET state = 'submitted' WHERE id = $1", change.ID))
		// Another new entry takes the same number.
		_, same := accept(t, s, r, editor, "mx-0900")
		change = must(s.Decide(ctx, editor, change.ID, change.Version, Decision{Verdict: Accept}))
		if n, err := p.Once(ctx); n != 0 || err != nil {
			t.Errorf("%d published, %v", n, err)
		}
		for _, id := range []string{same.ID, change.ID} {
			if sub := must(s.Get(ctx, id)); sub.State != NeedsRebase || sub.Body == "" {
				t.Errorf("over another text: %+v", sub)
			}
		}
		change = must(s.Get(ctx, change.ID))
		change = must(s.Edit(ctx, editor, change.ID, change.Version, Text{Title: change.Title, Lang: "en", Body: change.Body, BaseBlob: v.Blob}))
		must(s.Decide(ctx, editor, change.ID, change.Version, Decision{Verdict: Accept}))
		if n, err := p.Once(ctx); n != 1 || err != nil {
			t.Errorf("after a rebase: %d published, %v", n, err)
		}
		// The database is lost and comes back from before.
		must(s.db.Exec("UPDATE submissions SET state = 'accepted', published_sha = '' WHERE id = $1", one.ID))
		must(s.db.Exec("UPDATE submissions SET published_sha = $1 WHERE id = $2", strings.Repeat("b", 40), change.ID))
		if f := p.Check(ctx); !f[0].Fault {
			t.Errorf("findings %v", f)
		}
		if err := p.Recover(ctx); err != nil {
			t.Fatal(err)
		}
		if n, err := p.Once(ctx); n != 2 || err != nil {
			t.Errorf("recovered %d, %v", n, err)
		}
		for id, n := range trailers(t, filepath.Join(dirOf(t, r), "entries.git")) {
			if n != 1 {
				t.Errorf("%s was published %d times", id, n)
			}
		}
		if f := p.Check(ctx); len(f) != 1 || f[0].Fault {
			t.Errorf("findings %v", f)
		}
		// What was purged stays away.
		if err := s.in(ctx, func(t *tx) error { return t.purge("mx-0900") }); err != nil {
			t.Fatal(err)
		}
		must(s.db.Exec("UPDATE submissions SET published_sha = $1 WHERE id = $2", strings.Repeat("b", 40), change.ID))
		if err := p.Recover(ctx); err != nil {
			t.Fatal(err)
		}
		if sub := must(s.Get(ctx, change.ID)); sub.State != Published {
			t.Errorf("a purged text is %s again", sub.State)
		}
	})
}

// dirs are the data folders of the repositories of a test.
var dirs sync.Map

func dirOf(t *testing.T, r *history.Repository) string {
	t.Helper()
	dir, ok := dirs.Load(r)
	if !ok {
		t.Fatal("no folder is known of this repository")
	}
	return dir.(string)
}

// TestReplicas is fault test 13: replicas with one database and one remote publish
// exactly once, and each sees what the others did.
func TestReplicas(t *testing.T) {
	if server == nil {
		t.Skip("no PostgreSQL here")
	}
	ctx, address, remote := t.Context(), server.Database(t), bare(t)
	const replicas = 3
	var publishers []*Publisher
	for i := range replicas {
		// Their clocks are ten minutes apart; the leases are by these clocks here,
		// which is worse than by the database's.
		skewed := func() time.Time { return time.Now().Add(time.Duration(i-1) * 10 * time.Minute) }
		s := open(t, address, Options{Now: skewed})
		publishers = append(publishers, &Publisher{Store: s, Repository: repository(t, t.TempDir(), remote)})
	}
	editor := addAccount(t, publishers[0].Store, "Edith", Editor)
	n := faulttest.Rounds(30, 200)
	var ids []string
	for i := range n {
		at := publishers[i%replicas]
		_, sub := accept(t, at.Store, at.Repository, editor, fmt.Sprintf("mx-%04d", 1000+i))
		ids = append(ids, sub.ID)
	}
	began := time.Now()
	var group sync.WaitGroup
	for _, p := range publishers {
		group.Go(func() {
			if _, err := p.Once(ctx); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	// Whoever's clock is ahead sees the others' leases as over, and the other way
	// round; in the end somebody can take each.
	for publishers[2].left(t) > 0 {
		if _, err := publishers[2].Once(ctx); err != nil {
			t.Fatal(err)
		}
	}
	faulttest.Measured(t, 13, "%d publications by %d replicas with clocks ten minutes apart: once each, %.1f a second", n, replicas, float64(n)/time.Since(began).Seconds())
	inGit := trailers(t, remote)
	for _, id := range ids {
		if inGit[id] != 1 {
			t.Errorf("%s was published %d times", id, inGit[id])
		}
		if sub := must(publishers[0].Store.Get(ctx, id)); sub.State != Published {
			t.Errorf("%s is %s", id, sub.State)
		}
	}
	head := ""
	for i, p := range publishers {
		if _, err := p.Repository.Follow(ctx); err != nil {
			t.Fatal(err)
		}
		if h := must(p.Repository.Head(ctx)); head != "" && h != head {
			t.Errorf("replica %d stands at %s, others at %s", i, h, head)
		} else {
			head = h
		}
	}
}

// TestStarting shows that a replica which starts behind the others leaves what
// they published alone.
func TestStarting(t *testing.T) {
	engines(t, func(t *testing.T, address string) {
		ctx, remote := t.Context(), bare(t)
		s := open(t, address, Options{})
		editor := addAccount(t, s, "Edith", Editor)
		one := &Publisher{Store: s, Repository: repository(t, t.TempDir(), remote)}
		behind := &Publisher{Store: s, Repository: repository(t, t.TempDir(), remote)}
		_, sub := accept(t, s, one.Repository, editor, "mx-0900")
		if _, err := one.Once(ctx); err != nil {
			t.Fatal(err)
		}
		before := must(s.Get(ctx, sub.ID))
		if err := behind.Recover(ctx); err != nil {
			t.Fatal(err)
		}
		if after := must(s.Get(ctx, sub.ID)); after.State != Published || after.Version != before.Version {
			t.Errorf("%s, version %d; before %s, %d", after.State, after.Version, before.State, before.Version)
		}
		notices := func() (n int) {
			if err := s.db.QueryRow("SELECT COUNT(*) FROM notices WHERE event = 'published'").Scan(&n); err != nil {
				t.Fatal(err)
			}
			return n
		}
		must(s.db.Exec("UPDATE submissions SET published_sha = $1 WHERE id = $2", strings.Repeat("b", 40), sub.ID))
		if err := behind.Recover(ctx); err != nil {
			t.Fatal(err)
		}
		if n, err := behind.Once(ctx); n != 1 || err != nil || notices() != 1 {
			t.Errorf("brought back: %d, %v, told %d times", n, err, notices())
		}
	})
}

// left counts what is accepted and not published.
func (p *Publisher) left(t *testing.T) int {
	t.Helper()
	counts, _, err := p.Store.Count(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return counts[Accepted]
}

// TestRemoteAway shows that acceptances queue while the remote is away, and
// are published when it is back.
func TestRemoteAway(t *testing.T) {
	engines(t, func(t *testing.T, address string) {
		ctx, c, remote := t.Context(), newClock(), bare(t)
		s := open(t, address, Options{Now: c.now})
		editor := addAccount(t, s, "Edith", Editor)
		p := &Publisher{Store: s, Repository: repository(t, t.TempDir(), remote)}
		for i := range 3 {
			accept(t, s, p.Repository, editor, fmt.Sprintf("mx-%04d", 1000+i))
		}
		if err := os.Rename(remote, remote+".away"); err != nil {
			t.Fatal(err)
		}
		for range 3 {
			if n, err := p.Once(ctx); n != 0 || !errors.Is(err, history.ErrRemote) {
				t.Fatalf("%d published, %v", n, err)
			}
			c.pass(pause / 2)
		}
		if f := p.Check(ctx); len(f) == 0 || !f[0].Fault {
			t.Errorf("findings %v", f)
		}
		if err := os.Rename(remote+".away", remote); err != nil {
			t.Fatal(err)
		}
		c.pass(pause + 1)
		if n, err := p.Once(ctx); n != 3 || err != nil {
			t.Errorf("%d published, %v", n, err)
		}
	})
}

// TestPublisherIsWoken shows that an acceptance is published without waiting
// for the clock, also by another replica.
func TestPublisherIsWoken(t *testing.T) {
	engines(t, func(t *testing.T, address string) {
		s := open(t, address, Options{})
		editor := addAccount(t, s, "Edith", Editor)
		done := make(chan string, 10)
		p := &Publisher{Store: s, Repository: repository(t, t.TempDir(), ""), OnPublished: func(c string) { done <- c }}
		ctx, stop := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		go func() { ended <- p.Run(ctx) }()
		desk := s
		if s.postgres {
			desk = open(t, address, Options{})
		}
		_, sub := accept(t, desk, p.Repository, editor, "mx-0900")
		select {
		case commit := <-done:
			if found, ok, err := p.Repository.Published(t.Context(), sub.ID, ""); !ok || err != nil || found != commit {
				t.Errorf("told %s, in git %s, %v", commit, found, err)
			}
		case <-time.After(30 * time.Second):
			t.Error("not published")
		}
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
}

// TestClaims shows that many publishers never hold one submission at once.
func TestClaims(t *testing.T) {
	engines(t, func(t *testing.T, address string) {
		ctx := t.Context()
		a, b := open(t, address, Options{}), open(t, address, Options{})
		r := repository(t, t.TempDir(), "")
		editor := addAccount(t, a, "Edith", Editor)
		const n = 20
		for i := range n {
			accept(t, a, r, editor, fmt.Sprintf("mx-%04d", 1000+i))
		}
		var mu sync.Mutex
		taken := map[string]int{}
		var group sync.WaitGroup
		for _, s := range []*Store{a, b, a, b} {
			p := &Publisher{Store: s, Repository: r, name: newID()}
			group.Go(func() {
				for {
					sub, text, ok, err := p.claim(ctx)
					if err != nil {
						t.Error(err)
					}
					if !ok {
						return
					}
					mu.Lock()
					taken[sub.ID]++
					mu.Unlock()
					if text == "" {
						t.Error("no text")
					}
				}
			})
		}
		group.Wait()
		if len(taken) != n {
			t.Errorf("%d of %d taken", len(taken), n)
		}
		for id, times := range taken {
			if times != 1 {
				t.Errorf("%s was taken %d times", id, times)
			}
		}
	})
}
