package review

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"opendoor/practices/faulttest"
	"opendoor/practices/history"
)

// childVariable makes the test program a publisher that others kill.
const childVariable = "OPENDOOR_TEST_PUBLISHER"

// A childOrder is what such a publisher works on.
type childOrder struct {
	database, dir, remote string
	began                 int64 // unix milliseconds; its clock runs sixty times as fast from then on
}

func (o childOrder) command() *exec.Cmd {
	c := exec.Command(os.Args[0])
	c.Env = append(os.Environ(), childVariable+"=1", "T_DATABASE="+o.database, "T_DIR="+o.dir, "T_REMOTE="+o.remote, "T_BEGAN="+strconv.FormatInt(o.began, 10))
	return c
}

// publishAll is the publisher that is killed: it recovers, publishes until
// nothing is left, and ends.
func publishAll() error {
	ctx := context.Background()
	o := Options{Log: slog.New(slog.NewTextHandler(os.Stderr, nil))}
	began, err := strconv.ParseInt(os.Getenv("T_BEGAN"), 10, 64)
	if err != nil {
		return err
	}
	if began > 0 {
		o.Now = func() time.Time { return time.UnixMilli(began + (time.Now().UnixMilli()-began)*60) }
	}
	s, err := Open(ctx, os.Getenv("T_DATABASE"), o)
	if err != nil {
		return err
	}
	defer s.Close()
	r, err := history.Open(ctx, history.Options{Dir: os.Getenv("T_DIR"), Remote: os.Getenv("T_REMOTE"), Site: "example.org"})
	if err != nil {
		return err
	}
	defer r.Close()
	p := &Publisher{Store: s, Repository: r, OnPublished: func(string) { fmt.Println("published") }}
	if err := p.Recover(ctx); err != nil {
		return err
	}
	fmt.Println("recovered")
	for {
		if _, err := p.Once(ctx); err != nil {
			fmt.Fprintln(os.Stderr, err)
		}
		counts, _, err := s.Count(ctx)
		if err != nil {
			return err
		}
		if counts[Accepted] == 0 {
			return nil
		}
		time.Sleep(50 * time.Millisecond) // another has the rest; its lease is half a second here
	}
}

// A killing runs a publisher and may kill it, as a power cut would.
type killing struct {
	// said is told each line that the publisher says, and "" at its start.
	said func(line string, kill func())
}

// run says whether the publisher was through before it was killed.
func (k killing) run(t *testing.T, c *exec.Cmd) (through bool) {
	t.Helper()
	var failed bytes.Buffer
	c.Stderr = &failed
	out, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	kill := func() { c.Process.Kill() }
	k.said("", kill)
	for lines := bufio.NewScanner(out); lines.Scan(); {
		k.said(lines.Text(), kill)
	}
	err = c.Wait()
	var exit *exec.ExitError
	switch {
	case err == nil:
		return true
	case errors.As(err, &exit) && !exit.Exited():
		return false
	}
	t.Fatalf("%v: %s", err, failed.String())
	return false
}

// killedAfter kills a publisher that is not through after a while.
func killedAfter(t *testing.T, c *exec.Cmd, after time.Duration) (through bool) {
	t.Helper()
	return killing{func(line string, kill func()) {
		if line == "" {
			time.AfterFunc(after, kill)
		}
	}}.run(t, c)
}

// exactlyOnce compares what was accepted with what git has.
func exactlyOnce(t *testing.T, s *Store, repository string, ids []string) (lost, doubled int) {
	t.Helper()
	inGit := trailers(t, repository)
	for _, id := range ids {
		sub := must(s.Get(t.Context(), id))
		switch {
		case inGit[id] == 0 || sub.State != Published:
			lost++
			t.Errorf("%s is %s and %d times in git", id, sub.State, inGit[id])
		case inGit[id] > 1:
			doubled++
			t.Errorf("%s is %d times in git", id, inGit[id])
		}
	}
	if out, err := exec.Command("git", "--git-dir", repository, "fsck", "--strict", "--no-dangling").CombinedOutput(); err != nil {
		t.Errorf("git fsck: %v: %s", err, out)
	}
	return lost, doubled
}

// TestKilledPublisher is fault test 1: whenever the program
// is killed, everything accepted is published once. The steps within git are
// killed one by one in practices/history.
func TestKilledPublisher(t *testing.T) {
	ctx, dir := t.Context(), t.TempDir()
	address := "sqlite:" + filepath.Join(t.TempDir(), "review.db")
	s := open(t, address, Options{})
	editor := addAccount(t, s, "Edith", Editor)
	seeded := repository(t, dir, "")
	base := must(seeded.Head(ctx))
	if err := seeded.Close(); err != nil {
		t.Fatal(err)
	}
	order := childOrder{database: address, dir: dir}
	random := rand.New(rand.NewPCG(1, 2))
	var ids []string
	more := func() {
		for range 2 {
			id := fmt.Sprintf("mx-%04d", 1000+len(ids))
			_, sub := sent(t, s, id)
			must(s.Decide(ctx, editor, sub.ID, sub.Version, Decision{Verdict: Accept, Practice: id, Base: base}))
			ids = append(ids, sub.ID)
		}
	}
	// The moment is drawn from the time in which a publisher here starts, or
	// mostly from that in which it publishes two, as both last took: so kills fall
	// into the work and not beside it.
	starts, publishes := time.Second, time.Second
	kills := faulttest.Rounds(8, 500)
	fell, through := map[string]int{}, 0
	var back time.Duration // the longest from a start to the first publication after a kill
	for n := range kills + 1 {
		more()
		last, begun, from := "start", time.Now(), time.Now()
		k := killing{func(line string, kill func()) {
			switch {
			case n == 0: // to see how long it takes
			case n%10 == 0: // and how long it takes now
				if line == "published" {
					kill()
				}
			case line == "" && n%8 == 0:
				time.AfterFunc(time.Duration(random.Int64N(int64(starts))), kill)
			case line == "recovered" && n%8 > 0:
				time.AfterFunc(time.Duration(random.Int64N(int64(2*publishes))), kill)
			}
			switch line {
			case "recovered":
				last, starts, from = line, time.Since(begun), time.Now()
			case "published":
				if last == "recovered" {
					back = max(back, time.Since(begun))
				}
				last, publishes, from = line, time.Since(from), time.Now()
			}
		}}
		switch done := k.run(t, order.command()); {
		case n == 0 && !done:
			t.Fatal("the publisher does not come through undisturbed")
		case n > 0 && done:
			through++
		case n > 0:
			fell["after "+last]++
		}
	}
	if !killedAfter(t, order.command(), 5*time.Minute) {
		t.Fatal("it was not through in five minutes")
	}
	lost, doubled := exactlyOnce(t, s, filepath.Join(dir, "entries.git"), ids)
	for _, f := range s.Check(ctx) {
		if f.Fault {
			t.Errorf("%+v", f)
		}
	}
	faulttest.Measured(t, 1, "%d random kills (%d in the first publication after a start, %d in a later one, %d in the start), %d came too late: %d of %d lost, %d doubled; first publication at most %v after a start",
		kills, fell["after recovered"], fell["after published"], fell["after start"], through, lost, len(ids), doubled, back.Round(time.Millisecond))
}

// TestKilledReplicas is fault test 3: of three replicas one is killed again and
// again, about a second after it has begun to publish.
func TestKilledReplicas(t *testing.T) {
	if server == nil {
		t.Skip("no PostgreSQL here")
	}
	address, remote := server.Database(t), bare(t)
	s := open(t, address, Options{})
	editor := addAccount(t, s, "Edith", Editor)
	seeded := repository(t, t.TempDir(), remote)
	var ids []string
	for i := range faulttest.Rounds(24, 200) {
		_, sub := accept(t, s, seeded, editor, fmt.Sprintf("mx-%04d", 1000+i))
		ids = append(ids, sub.ID)
	}
	began := time.Now()
	var killed atomic.Int32
	var group sync.WaitGroup
	for i := range 3 {
		order := childOrder{database: address, dir: t.TempDir(), remote: remote, began: began.UnixMilli()}
		random := rand.New(rand.NewPCG(1, uint64(i)))
		group.Go(func() {
			for !(killing{func(line string, kill func()) {
				switch {
				case i < 2 && line == "":
					time.AfterFunc(10*time.Minute, kill) // rather than hang
				case i == 2 && line == "recovered":
					time.AfterFunc(500*time.Millisecond+time.Duration(random.Int64N(int64(time.Second))), kill)
				}
			}}).run(t, order.command()) {
				killed.Add(1)
			}
		})
	}
	group.Wait()
	took := time.Since(began)
	lost, doubled := exactlyOnce(t, s, remote, ids)
	faulttest.Measured(t, 3, "3 replicas, %d kills: %d of %d lost, %d doubled, %.1f publications a second", killed.Load(), lost, len(ids), doubled, float64(len(ids))/took.Seconds())
}

// TestDatabaseRestarts is fault test 4: PostgreSQL is stopped
// as if its power went, under load. What was acknowledged is there.
func TestDatabaseRestarts(t *testing.T) {
	if server == nil {
		t.Skip("no PostgreSQL here")
	}
	ctx, address := t.Context(), server.Database(t)
	s := open(t, address, Options{})
	editor := addAccount(t, s, "Edith", Editor)
	working, stop := context.WithCancel(ctx)
	var mu sync.Mutex
	var acknowledged []string
	var failed, after atomic.Int64 // after: acknowledged since the last restart
	var group sync.WaitGroup
	for w := range 4 {
		group.Go(func() {
			for n := 0; working.Err() == nil; n++ {
				id := fmt.Sprintf("mx-%04d", 1000+w*2000+n)
				err := func() error {
					token, sub, err := s.Begin(working, Start{Kind: Entry, Text: Text{Body: goodEntry(id)}})
					if err != nil {
						return err
					}
					if sub, err = s.Send(working, token, sub.Version, Sending{}); err != nil {
						return err
					}
					sub, err = s.Decide(working, editor, sub.ID, sub.Version, Decision{Verdict: Accept, Practice: id})
					if err == nil {
						mu.Lock()
						acknowledged = append(acknowledged, sub.ID)
						mu.Unlock()
						after.Add(1)
					}
					return err
				}()
				if err != nil && working.Err() == nil {
					failed.Add(1)
					time.Sleep(20 * time.Millisecond) // as a person who tries again
				}
			}
		})
	}
	restarts := faulttest.Rounds(2, 10)
	var back time.Duration
	for range restarts {
		for after.Store(0); after.Load() < 20; {
			time.Sleep(10 * time.Millisecond) // until there is load
		}
		if err := errors.Join(server.Cut(), server.Start()); err != nil {
			t.Fatal(err)
		}
		began := time.Now()
		for after.Store(0); after.Load() == 0; {
			time.Sleep(5 * time.Millisecond) // until somebody succeeds
		}
		back = max(back, time.Since(began))
	}
	stop()
	group.Wait()
	lost := 0
	for _, id := range acknowledged {
		if sub, err := s.Get(ctx, id); err != nil || sub.State != Accepted {
			lost++
			t.Errorf("%s was acknowledged and is %s, %v", id, sub.State, err)
		}
	}
	if _, _, err := s.VerifyAudit(ctx); err != nil {
		t.Error(err)
	}
	faulttest.Measured(t, 4, "%d restarts, %d decisions acknowledged: %d lost; %d failed and were told so; back at most %v after a restart",
		restarts, len(acknowledged), lost, failed.Load(), back.Round(time.Millisecond))
}

// TestClockGoesBack is part of fault test 13: after a lease
// was taken the clock falls back by a day.
func TestClockGoesBack(t *testing.T) {
	engines(t, func(t *testing.T, address string) {
		ctx, c := t.Context(), newClock()
		s := open(t, address, Options{Now: c.now, Key: testKey})
		editor := addAccount(t, s, "Edith", Editor)
		r := repository(t, t.TempDir(), "")
		_, sub := accept(t, s, r, editor, "mx-0900")
		dead, alive := &Publisher{Store: s, Repository: r, name: "dead"}, &Publisher{Store: s, Repository: r}
		if _, _, ok, err := dead.claim(ctx); !ok || err != nil {
			t.Fatal(ok, err)
		}
		if n, err := alive.Once(ctx); n != 0 || err != nil {
			t.Errorf("within the lease of another: %d, %v", n, err)
		}
		c.pass(-24 * time.Hour)
		if n, err := alive.Once(ctx); n != 1 || err != nil {
			t.Errorf("after the clock fell back: %d, %v", n, err)
		}
		// The dead one comes round and publishes what it had taken.
		must(s.db.Exec("UPDATE submissions SET state = 'accepted' WHERE id = $1", sub.ID))
		c.pass(72 * time.Hour)
		if n, err := dead.Once(ctx); n != 1 || err != nil {
			t.Errorf("the dead one: %d, %v", n, err)
		}
		if n := trailers(t, filepath.Join(dirOf(t, r), "entries.git"))[sub.ID]; n != 1 {
			t.Errorf("published %d times", n)
		}
		acts := must(s.Trail(ctx, sub.ID))
		for i := 1; i < len(acts); i++ {
			if acts[i].Seq <= acts[i-1].Seq {
				t.Errorf("the trail is out of order: %v", acts)
			}
		}
		a := member(t, s, "e@example.org", Trainer)
		for range 8 {
			s.Authenticate(ctx, Credentials{Email: "e@example.org", Password: "wrong"})
		}
		c.pass(-48 * time.Hour)
		if _, err := s.Authenticate(ctx, Credentials{Email: "e@example.org", Password: good}); err != nil {
			t.Errorf("%s waits for a wait of another day: %v", a.Email, err)
		}
	})
}
