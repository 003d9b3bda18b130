package server

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"opendoor/practices"
	"opendoor/practices/entries"
	"opendoor/practices/faulttest"
	"opendoor/practices/history"
	"opendoor/practices/review"
)

// working has the publisher of a desk at work, as the program has, until the
// test ends.
func (d *desk) working(t testing.TB) {
	t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- d.publisher.Run(ctx) }()
	t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
}

// accepted brings a new entry of an id to where the publisher takes over.
func (d *desk) accepted(t testing.TB, editor, id string) review.Submission {
	t.Helper()
	sub, err := d.accept(t.Context(), editor, id)
	if err != nil {
		t.Fatal(err)
	}
	return sub
}

func (d *desk) accept(ctx context.Context, editor, id string) (review.Submission, error) {
	text, _ := textOfFile(newcomer().File(practices.Setting{ID: id, Now: time.Now(), Anonymous: "A practitioner"}), "")
	token, sub, err := d.store.Begin(ctx, review.Start{Kind: review.Entry, Text: text})
	if err != nil {
		return sub, err
	}
	if sub, err = d.store.Send(ctx, token, sub.Version, review.Sending{}); err != nil {
		return sub, err
	}
	return d.store.Decide(ctx, editor, sub.ID, sub.Version, review.Decision{Verdict: review.Accept, Practice: id})
}

// until looks again and again until something holds, and says how long that
// took.
func until(t testing.TB, what string, holds func() bool) time.Duration {
	t.Helper()
	start := time.Now()
	for !holds() {
		if time.Since(start) > 2*time.Minute {
			t.Fatalf("not yet %s", what)
		}
		time.Sleep(2 * time.Millisecond) // between looks
	}
	return time.Since(start)
}

// readers read public pages, one of them signed in, until stop is called, which
// says how many pages they had. Each must be whole.
func readers(t testing.TB, s *Server, cookie *http.Cookie) (stop func() int64) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	var pages atomic.Int64
	var group sync.WaitGroup
	for i, address := range []string{"/practices/nl-0001", "/ar/practices?q=guidance", "/practices"} {
		group.Go(func() {
			for ctx.Err() == nil {
				who := cookie
				if i > 0 {
					who = nil
				}
				if w := as(s, who, address, nil); w.Code != http.StatusOK || !strings.Contains(w.Body.String(), "</html>") {
					t.Errorf("GET %s: %d", address, w.Code)
				}
				pages.Add(1)
				time.Sleep(time.Millisecond) // a page for others
			}
		})
	}
	return func() int64 {
		cancel()
		group.Wait()
		return pages.Load()
	}
}

// TestLiveAtOnce measures how long it takes from an editor's acceptance to the
// public page, with the entries that come with the program. The goal, two
// seconds, is held to where the tests run in full.
func TestLiveAtOnce(t *testing.T) {
	d := newDesk(t, entries.FS)
	editor, _ := signIn(t, d.Server, "editor@example.org", review.Editor)
	d.working(t)
	var longest, all time.Duration
	rounds := faulttest.Rounds(2, 20)
	for i := range rounds {
		id := fmt.Sprintf("zm-%04d", 900+i)
		d.accepted(t, editor.ID, id)
		took := until(t, "live", func() bool { return get(d.Server, "/practices/"+id).Code == http.StatusOK })
		longest, all = max(longest, took), all+took
	}
	faulttest.Measured(t, 0, "accepted and live: %d entries beside %d, on average after %v, at most %v", rounds, d.Len(), (all / time.Duration(rounds)).Round(time.Millisecond), longest.Round(time.Millisecond))
	if faulttest.Long() && longest > 2*time.Second {
		t.Errorf("live only after %v", longest)
	}
}

// TestFullDisk is fault test 2 for the whole site: what people send while the
// disk is full is answered with 503 or 507 or it is kept; pages are read; and
// once there is room, everything goes on by itself.
func TestFullDisk(t *testing.T) {
	for _, guarded := range []bool{true, false} {
		disk := faulttest.NewDisk(t, "24m")
		d := newDeskAt(t, few, deskAt{folder: disk.Dir})
		if guarded { // with the data folder named, the site stops taking in while there is room for its own work
			d.options.Data = disk.Dir
		}
		editor, _ := signIn(t, d.Server, "editor@example.org", review.Editor)
		var kept []string // the addresses of drafts that were acknowledged
		var accepted []string
		status := map[int]int{}
		from := 0
		sends := func(address string, form url.Values) *httptest.ResponseRecorder {
			r := httptest.NewRequest("POST", address, strings.NewReader(form.Encode()))
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			r.Header.Set("Sec-Fetch-Site", "same-origin")
			from++
			r.RemoteAddr = fmt.Sprintf("10.%d.%d.1:5", from/250, from%250) // each by somebody else
			w := httptest.NewRecorder()
			d.Handler().ServeHTTP(w, r)
			status[w.Code]++
			switch w.Code {
			case http.StatusSeeOther, http.StatusServiceUnavailable, http.StatusInsufficientStorage:
			default:
				t.Errorf("POST %s: %d", address, w.Code)
			}
			return w
		}
		publish := func() {
			if _, err := d.publisher.Once(t.Context()); err != nil && !isFull(err) {
				t.Errorf("publisher: %v", err)
			}
		}
		for free := 0; free <= faulttest.Rounds(128<<10, 2<<20); free += 32 << 10 {
			disk.Fill(t, free)
			w := sends("/contribute/new", url.Values{"title": {"Legal help at the airport"}, "countries": {"ZM"}, "lang": {"en"}})
			if at, _, _ := strings.Cut(w.Header().Get("Location"), "?"); w.Code == http.StatusSeeOther {
				form := answers()
				form.Set("version", "1")
				if sends(at, form).Code == http.StatusSeeOther {
					kept = append(kept, at)
				}
			} else if !strings.Contains(w.Body.String(), "Legal help at the airport") {
				t.Errorf("%d bytes free: what was typed is lost", free)
			}
			if n := len(kept); n > 0 {
				token := strings.TrimPrefix(kept[n-1], "/contribute/")
				sub, err := d.store.ByToken(t.Context(), token)
				if err != nil {
					t.Fatal(err)
				}
				sent := sub.State != review.Draft || sends(kept[n-1]+"/send", url.Values{"version": {fmt.Sprint(sub.Version)}, "agreed": {"1"}, "looked": {"1"}}).Code == http.StatusSeeOther
				if sub, err = d.store.ByToken(t.Context(), token); err != nil || sent != (sub.State == review.Submitted) {
					t.Errorf("sent %t, and it is %s: %v", sent, sub.State, err)
				}
			}
			if sub, err := d.accept(t.Context(), editor.ID, fmt.Sprintf("zm-%04d", 100+from)); err == nil {
				accepted = append(accepted, sub.ID)
			} else if !isFull(err) {
				t.Errorf("%d bytes free: accept: %v", free, err)
			}
			publish()
			if w := get(d.Server, "/practices/nl-0001"); w.Code != http.StatusOK {
				t.Errorf("%d bytes free: reading: %d", free, w.Code)
			}
			disk.Free(t)
		}
		if status[http.StatusServiceUnavailable]+status[http.StatusInsufficientStorage] == 0 {
			t.Errorf("the disk was never full: %v", status)
		}
		last := d.accepted(t, editor.ID, "zm-0899")
		for _, id := range append(accepted, last.ID) {
			// What failed is tried again when its pause is over, as at a start.
			if err := d.publisher.Recover(t.Context()); err != nil {
				t.Fatal(err)
			}
			publish()
			if sub, err := d.store.Get(t.Context(), id); err != nil || sub.State != review.Published {
				t.Errorf("%s was accepted and is %s, %v", id, sub.State, err)
			}
		}
		for _, at := range kept {
			if sub, err := d.store.ByToken(t.Context(), strings.TrimPrefix(at, "/contribute/")); err != nil || sub.Body == "" {
				t.Errorf("%s was acknowledged and is gone: %v", at, err)
			}
		}
		for _, f := range append(d.store.Check(t.Context()), d.repository.Check(t.Context())...) {
			if f.Fault {
				t.Errorf("%+v", f)
			}
		}
		faulttest.Measured(t, 2, "the whole site, looking out for room %v: answers %v, %d drafts acknowledged and kept, %d accepted and published", guarded, status, len(kept), len(accepted))
	}
}

// isFull says whether an error of git or of the database is of a full disk.
func isFull(err error) bool {
	return errors.Is(err, history.ErrFull) || strings.Contains(err.Error(), "database or disk is full")
}

// TestDatabaseAway is fault test 4 for the whole site: PostgreSQL goes as if by
// a power cut, while people read and write.
func TestDatabaseAway(t *testing.T) {
	server := faulttest.PostgresOrSkip(t)
	d := newDeskAt(t, few, deskAt{database: server.Database(t)})
	_, cookie := signIn(t, d.Server, "editor@example.org", review.Editor)
	at := begunDraft(t, d.Server, "en")
	token := strings.TrimPrefix(at, "/contribute/")
	stop := readers(t, d.Server, cookie)
	kept, form := "", answers()
	form.Set("version", "1")
	save := func(title string) bool {
		form.Set("title", title)
		w := postForm(d.Server, at, form)
		switch {
		case w.Code == http.StatusSeeOther:
			kept = title
			sub, err := d.store.ByToken(t.Context(), token)
			if err == nil {
				form.Set("version", fmt.Sprint(sub.Version))
			}
			return err == nil
		case w.Code != http.StatusServiceUnavailable:
			t.Errorf("while the database is away: %d", w.Code)
		case !strings.Contains(w.Body.String(), title):
			t.Errorf("what was typed is not on the page: %.300s", w.Body)
		}
		return false
	}
	var back time.Duration
	refused := 0
	cuts := faulttest.Rounds(2, 10)
	for cut := range cuts {
		until(t, "kept", func() bool { return save(fmt.Sprintf("Before cut %d", cut)) })
		if err := server.Cut(); err != nil {
			t.Fatal(err)
		}
		if save("While it is away") {
			t.Error("a database that is not there has kept something")
		}
		refused++
		if err := server.Start(); err != nil {
			t.Fatal(err)
		}
		if sub, err := d.store.ByToken(t.Context(), token); err == nil && sub.Title != kept {
			t.Errorf("acknowledged was %q, there is %q", kept, sub.Title)
		}
		back = max(back, until(t, "back", func() bool { return save(fmt.Sprintf("After cut %d", cut)) }))
	}
	faulttest.Measured(t, 4, "the whole site: %d power cuts of PostgreSQL, %d public pages read without an error; forms said so and kept what was typed; back %v after it at most", cuts, stop(), back.Round(time.Millisecond))
	if faulttest.Long() && back > 5*time.Second {
		t.Errorf("back only after %v", back)
	}
}

// TestRemoteAway is fault test 5: the repository that servers share is away,
// editors accept and people read; when it is back, what waits is published.
func TestRemoteAway(t *testing.T) {
	remote := filepath.Join(t.TempDir(), "shared.git")
	if out, err := exec.Command("git", "init", "-q", "--bare", "-b", "main", remote).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	d := newDeskAt(t, few, deskAt{remote: remote})
	editor, cookie := signIn(t, d.Server, "editor@example.org", review.Editor)
	d.working(t)
	stop := readers(t, d.Server, cookie)
	if err := os.Rename(remote, remote+".away"); err != nil {
		t.Fatal(err)
	}
	gone := time.Now()
	n := faulttest.Rounds(2, 20)
	for i := range n {
		d.accepted(t, editor.ID, fmt.Sprintf("zm-%04d", 900+i))
	}
	away := time.Duration(faulttest.Rounds(1, 60)) * time.Second
	until(t, "long enough away", func() bool { return time.Since(gone) > away })
	if counts, _, err := d.store.Count(t.Context()); err != nil || counts[review.Accepted] != n {
		t.Errorf("waiting: %v, %v", counts, err)
	}
	if err := os.Rename(remote+".away", remote); err != nil {
		t.Fatal(err)
	}
	drained := until(t, "drained", func() bool {
		counts, _, err := d.store.Count(t.Context())
		return err == nil && counts[review.Accepted] == 0
	})
	live := until(t, "live", func() bool {
		return get(d.Server, fmt.Sprintf("/practices/zm-%04d", 900+n-1)).Code == http.StatusOK
	})
	faulttest.Measured(t, 5, "the shared repository away for %v: %d accepted meanwhile, %d pages read without an error; all published %v after it was back, the last live %v later",
		away, n, stop(), drained.Round(time.Millisecond), live.Round(time.Millisecond))
	if faulttest.Long() && drained > 10*time.Second {
		t.Errorf("published only after %v", drained)
	}
}
