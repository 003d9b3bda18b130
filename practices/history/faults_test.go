package history

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"testing/fstest"
	"time"

	"opendoor/practices"
	"opendoor/practices/faulttest"
)

// TestMain is also the program that the tests kill, and the hook that git runs.
func TestMain(m *testing.M) {
	switch os.Getenv("HISTORY_TEST_PART") {
	case "publisher":
		publisher()
	case "hook":
		faults, err := PreReceive(context.Background(), os.Stdin, os.Getenv("GIT_DIR"), os.Environ(), func(name string, data []byte) []practices.Fault {
			if bytes.Contains(data, []byte("bad")) {
				return []practices.Fault{{File: name, Message: "is a bad collection"}}
			}
			return nil
		})
		for _, f := range faults {
			fmt.Fprintln(os.Stderr, f)
		}
		if err != nil || len(faults) > 0 {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// publisher publishes one submission after the other and says each that is
// done, until it is killed: by itself at a step, or by the test at any time.
func publisher() {
	ctx := context.Background()
	fail := func(err error) {
		fmt.Println("failed", err)
		os.Exit(3)
	}
	step := os.Getenv("HISTORY_TEST_STEP")
	o := Options{Dir: os.Getenv("HISTORY_TEST_DIR"), Remote: os.Getenv("HISTORY_TEST_REMOTE"), Seed: seed(), Release: "1"}
	o.at = func(at string) {
		fmt.Println("at", at)
		if at == step {
			syscall.Kill(os.Getpid(), syscall.SIGKILL)
			select {}
		}
	}
	r, err := Open(ctx, o)
	if err != nil {
		fail(err)
	}
	o.at("opened")
	if version := os.Getenv("HISTORY_TEST_PURGE"); version != "" {
		if err := r.Purge(ctx, id, []string{version}, Act{Author: "Editors", Why: "It named a person"}); err != nil {
			fail(err)
		}
		os.Exit(0)
	}
	from, _ := strconv.Atoi(os.Getenv("HISTORY_TEST_FROM"))
	for i := from; ; i++ {
		submission := fmt.Sprintf("s-%d", i)
		if _, ok, err := r.Published(ctx, submission, ""); err != nil {
			fail(err)
		} else if !ok {
			if _, err := tryPublish(ctx, r, submission, submission); err != nil {
				fail(err)
			}
		}
		fmt.Println("done", submission)
	}
}

// A child is one run of the publisher.
type child struct {
	dir, remote, step, purge string
	from                     int // of the first submission
	// said is told each line that the publisher says, and may kill it; without
	// it the publisher kills itself at its step.
	said func(line string, kill func())
}

// run lets a publisher work until it is killed and gives what it said was done,
// and the last step that it took.
func (c child) run(t *testing.T) (done []string, last string) {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), "HISTORY_TEST_PART=publisher", "HISTORY_TEST_DIR="+c.dir, "HISTORY_TEST_REMOTE="+c.remote,
		"HISTORY_TEST_STEP="+c.step, "HISTORY_TEST_PURGE="+c.purge, "HISTORY_TEST_FROM="+strconv.Itoa(c.from))
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stderr = os.Stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	kill := func() { cmd.Process.Kill() }
	if c.said != nil {
		c.said("", kill)
	}
	failed := ""
	lines := bufio.NewReader(out)
	for {
		line, err := lines.ReadString('\n')
		if err != nil {
			break // the last line may be torn
		}
		line = strings.TrimSpace(line)
		if name, ok := strings.CutPrefix(line, "done "); ok {
			done, last = append(done, name), "done"
		} else if at, ok := strings.CutPrefix(line, "at "); ok {
			last = at
		} else {
			failed = line
		}
		if c.said != nil {
			c.said(line, kill)
		}
	}
	err = cmd.Wait()
	if status, _ := cmd.ProcessState.Sys().(syscall.WaitStatus); !status.Signaled() {
		t.Fatalf("step %q: not killed: %v: %s", c.step, err, failed)
	}
	return done, last
}

// onceEach fails unless main carries each submission once, and no other twice.
func onceEach(t *testing.T, dir string, done []string) {
	t.Helper()
	seen := map[string]int{}
	for line := range strings.FieldsSeq(sh(t, dir, "log", "--format=%(trailers:key=Submission-Id,valueonly)", "main")) {
		seen[line]++
	}
	for _, s := range done {
		if seen[s] != 1 {
			t.Errorf("%s is on main %d times", s, seen[s])
		}
	}
	for s, n := range seen {
		if n != 1 {
			t.Errorf("%s is on main %d times", s, n)
		}
	}
}

// TestKilledAtEachStep is fault test 1: a publisher is killed between any two
// steps, once it has published something and also before.
func TestKilledAtEachStep(t *testing.T) {
	rounds, killed := faulttest.Rounds(1, 15), map[string]int{}
	for range rounds {
		for _, remote := range []bool{false, true} {
			killedAtEachStep(t, remote, killed)
		}
	}
	faulttest.Measured(t, 1, "git: killed at each step, with and without a remote: %s; each submission on main once", counted(killed))
}

func killedAtEachStep(t *testing.T, remote bool, killed map[string]int) {
	t.Helper()
	steps := []string{"begun", "fetched", "asked", "committed", "advanced", "cleaned"}
	c := child{dir: filepath.Join(t.TempDir(), "data")}
	if remote {
		c.remote = bare(t)
		steps = append(steps, "pushed")
	}
	var done []string
	for _, step := range steps {
		c.step = step
		said, last := c.run(t)
		if last != step {
			t.Fatalf("killed after %q, not %q", last, step)
		}
		killed[step]++
		done = append(done, said...)
		if step == "begun" {
			if _, err := os.Stat(filepath.Join(c.dir, gitFolder)); !errors.Is(err, fs.ErrNotExist) {
				t.Fatalf("killed before the repository got its name: %v", err)
			}
			continue
		}
		r := open(t, Options{Dir: c.dir, Remote: c.remote})
		publish(t, r, "after-"+step, step)
		done = append(done, "after-"+step)
		onceEach(t, gitDir(r), done)
		reopened(t, r)
	}
	r := open(t, Options{Dir: c.dir, Remote: c.remote})
	healthy(t, r)
	if c.remote != "" {
		onceEach(t, c.remote, done)
	}
	reopened(t, r)
}

// counted says how often each of some things was, by name.
func counted(n map[string]int) string {
	var parts []string
	for _, name := range slices.Sorted(maps.Keys(n)) {
		parts = append(parts, fmt.Sprintf("%s %d", name, n[name]))
	}
	return strings.Join(parts, ", ")
}

// TestKilledAnywhere is fault test 1: a publisher is killed at any moment, again
// and again. The moment is drawn from the time in which a publisher here starts,
// or mostly from that in which it publishes two, as both last took; every tenth
// is left alone until it has published one. So kills fall into the work and not
// beside it.
func TestKilledAnywhere(t *testing.T) {
	c := child{dir: filepath.Join(t.TempDir(), "data"), remote: bare(t)}
	random := rand.New(rand.NewPCG(6, 6))
	starts, publishes := time.Second, time.Second // how long these take
	var done []string
	fell := map[string]int{}
	kills := faulttest.Rounds(6, 500)
	for n := range kills + 1 {
		begun, from := time.Now(), time.Now()
		c.from = len(done)
		c.said = func(line string, kill func()) {
			switch {
			case n%10 == 0: // to see how long it takes now
				if strings.HasPrefix(line, "done ") {
					kill()
				}
			case line == "" && n%8 == 0:
				time.AfterFunc(time.Duration(random.Int64N(int64(starts))), kill)
			case line == "at opened" && n%8 > 0:
				time.AfterFunc(time.Duration(random.Int64N(int64(2*publishes))), kill)
			}
			switch {
			case line == "at opened":
				starts, from = time.Since(begun), time.Now()
			case strings.HasPrefix(line, "done "):
				publishes, from = time.Since(from), time.Now()
			}
		}
		said, last := c.run(t)
		done = append(done, said...)
		if n > 0 {
			fell["after "+cmp.Or(last, "nothing yet")]++
		}
	}
	r := open(t, Options{Dir: c.dir, Remote: c.remote})
	publish(t, r, "at-the-end", "the end")
	onceEach(t, gitDir(r), append(done, "at-the-end"))
	onceEach(t, c.remote, done)
	healthy(t, r)
	faulttest.Measured(t, 1, "git: %d random kills of a publisher with a remote (%s): %d submissions acknowledged, each on main once", kills, counted(fell), len(done))
}

func TestStaleLocksAreCleared(t *testing.T) {
	r := open(t, Options{})
	publish(t, r, "s-1", "a home")
	dir := reopened(t, r)
	for _, name := range []string{"refs/heads/main.lock", "packed-refs.lock", "config.lock", "objects/tmp_obj_x", "objects/pack/tmp_pack_x", "fast_import_crash_1", "shallow.lock"} {
		if err := os.WriteFile(filepath.Join(dir, gitFolder, name), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.MkdirAll(filepath.Join(dir, beginning+"123", "objects"), 0o700); err != nil {
		t.Fatal(err)
	}
	r = open(t, Options{Dir: dir})
	publish(t, r, "s-2", "a school")
	healthy(t, r)
	left, err := filepath.Glob(filepath.Join(dir, beginning+"*"))
	if err != nil || len(left) > 0 {
		t.Errorf("left: %v %v", left, err)
	}
}

// TestTwoServersShareARemote has two servers publish at once, each its own and
// both the same.
func TestTwoServersShareARemote(t *testing.T) {
	shared := bare(t)
	const each = 5
	var servers [2]*Repository
	var opening sync.WaitGroup
	for i := range servers {
		opening.Go(func() {
			r, err := tryOpen(t, Options{Remote: shared})
			if err != nil {
				t.Error(err)
			}
			servers[i] = r
		})
	}
	opening.Wait()
	if t.Failed() {
		t.FailNow()
	}
	base, _ := servers[0].Head(t.Context())
	var want []string
	var work sync.WaitGroup
	for i, r := range servers {
		for n := range each {
			for _, submission := range []string{fmt.Sprintf("na-00%d%d", i+1, n), fmt.Sprintf("na-009%d", n)} {
				file := practices.FilePath(submission, "")
				want = append(want, submission)
				work.Go(func() {
					if _, err := r.Publish(t.Context(), Publication{Submission: submission, Base: base, When: noon, Files: []File{{Path: file, Data: text(submission, "a home")}}}); err != nil {
						t.Error(err)
					}
				})
			}
		}
	}
	work.Wait()
	onceEach(t, shared, want)
	var heads []string
	for _, r := range servers {
		if _, err := r.Follow(t.Context()); err != nil {
			t.Error(err)
		}
		head, _ := r.Head(t.Context())
		heads = append(heads, head)
		healthy(t, r)
	}
	if heads[0] != heads[1] || heads[0] != sh(t, shared, "rev-parse", "main") {
		t.Errorf("main is %v here and %s at the remote", heads, sh(t, shared, "rev-parse", "main"))
	}
	if n := sh(t, shared, "rev-list", "--count", base+"..main"); n != fmt.Sprint(3*each) {
		t.Errorf("%s commits for %d submissions", n, 3*each)
	}
}

func TestRemoteAway(t *testing.T) {
	shared := bare(t)
	r := open(t, Options{Remote: shared})
	away := shared + ".away"
	if err := os.Rename(shared, away); err != nil {
		t.Fatal(err)
	}
	if _, err := tryPublish(t.Context(), r, "s-1", "a home"); !errors.Is(err, ErrRemote) {
		t.Errorf("publish: %v", err)
	}
	if _, err := r.Follow(t.Context()); !errors.Is(err, ErrRemote) {
		t.Errorf("follow: %v", err)
	}
	if v, err := r.Versions(t.Context(), id); err != nil || len(v) != 1 {
		t.Errorf("reading while the remote is away: %v %v", v, err)
	}
	dir := reopened(t, r)
	r = open(t, Options{Dir: dir, Remote: shared, Seed: seed("africa/na/na-0002.md", "newer")})
	if head, err := r.Head(t.Context()); err != nil || head == "" {
		t.Errorf("a start while the remote is away: %v", err)
	}
	if err := os.Rename(away, shared); err != nil {
		t.Fatal(err)
	}
	publish(t, r, "s-1", "a home")
	onceEach(t, shared, []string{"s-1"})
}

// TestAnotherHistoryIsNotTaken has somebody force main at the remote.
func TestAnotherHistoryIsNotTaken(t *testing.T) {
	shared := bare(t)
	r := open(t, Options{Remote: shared})
	head := publish(t, r, "s-1", "a home")
	work := filepath.Join(t.TempDir(), "work")
	sh(t, ".", "clone", "-q", shared, work)
	sh(t, work, "commit", "-q", "--amend", "-m", "other")
	sh(t, work, "push", "-q", "--force", "origin", "main")
	if _, err := r.Follow(t.Context()); !errors.Is(err, ErrDiverged) {
		t.Errorf("follow: %v", err)
	}
	if _, err := tryPublish(t.Context(), r, "s-2", "x"); !errors.Is(err, ErrDiverged) {
		t.Errorf("publish: %v", err)
	}
	if now, _ := r.Head(t.Context()); now != head {
		t.Error("our main has moved")
	}
	r = open(t, Options{Dir: reopened(t, r), Remote: shared})
	if now, _ := r.Head(t.Context()); now != head {
		t.Error("our main has moved at a start")
	}
}

// secret is what a purge must leave nowhere.
const secret = "Maryam Example, +264 81 000 0000"

// inside gives what of a folder holds the secret, within compressed objects too.
func inside(t *testing.T, dir string) []string {
	t.Helper()
	var found []string
	filepath.WalkDir(dir, func(p string, d fs.DirEntry, err error) error {
		if err == nil && d.Type().IsRegular() {
			if data, err := os.ReadFile(p); err == nil && bytes.Contains(data, []byte(secret)) {
				found = append(found, p)
			}
		}
		return nil
	})
	all := exec.Command("git", "--git-dir="+filepath.Join(dir, gitFolder), "cat-file", "--batch-all-objects", "--batch")
	out, err := all.Output()
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(out, []byte(secret)) || bytes.Contains(out, []byte("Author of it")) {
		found = append(found, "objects of git")
	}
	return found
}

// withSecret publishes a text with a secret, and then one without.
func withSecret(t *testing.T, r *Repository) (version string) {
	t.Helper()
	publish(t, r, "s-1", "a home")
	head, _ := r.Head(t.Context())
	bad := text(id, secret)
	if _, err := r.Publish(t.Context(), Publication{
		Submission: "s-2", Base: head, Author: "Author of it", Note: "On " + secret, When: noon,
		Files: []File{{Path: place, Data: bad, BaseBlob: practices.BlobID(text(id, "a home"))}},
	}); err != nil {
		t.Fatal(err)
	}
	publish(t, r, "s-3", "a school")
	return practices.VersionID(bad)
}

func TestPurge(t *testing.T) {
	shared := bare(t)
	r, replica := open(t, Options{Remote: shared}), open(t, Options{Remote: shared})
	version := withSecret(t, r)
	if _, err := replica.Follow(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, _, err := replica.Text(t.Context(), id, version); err != nil {
		t.Fatal(err)
	}
	before, _ := r.Head(t.Context())
	if len(inside(t, r.options.Dir)) == 0 {
		t.Fatal("the test cannot find what it looks for")
	}
	if err := r.Purge(t.Context(), id, []string{version}, Act{Author: "Editors", Why: "It named a person"}); err != nil {
		t.Fatal(err)
	}
	if moved, err := replica.Follow(t.Context()); !moved || err != nil {
		t.Fatalf("replica: %v %v", moved, err)
	}
	for _, server := range []*Repository{r, replica} {
		if left := inside(t, server.options.Dir); len(left) > 0 {
			t.Errorf("the secret is left in %v", left)
		}
		var hidden *SuppressedError
		if _, _, err := server.Text(t.Context(), id, version); !errors.As(err, &hidden) || hidden.Why != "It named a person" {
			t.Errorf("text: %v", err)
		}
		list, err := server.Versions(t.Context(), id)
		if err != nil || len(list) != 3 {
			t.Errorf("versions %+v, %v", list, err)
		}
		if ok, _ := server.Contains(t.Context(), before); ok {
			t.Error("the old history is there")
		}
		for _, s := range []string{"s-1", "s-2", "s-3"} {
			if _, ok, err := server.Published(t.Context(), s, before); !ok || err != nil {
				t.Errorf("%s is no longer published: %v", s, err)
			}
		}
		healthy(t, server)
	}
	publish(t, replica, "s-4", "a clinic")
	if moved, err := r.Follow(t.Context()); !moved || err != nil {
		t.Errorf("follow after a purge: %v %v", moved, err)
	}
	if err := r.Purge(t.Context(), id, []string{"000000000000"}, Act{Why: "x"}); !errors.Is(err, ErrNotFound) {
		t.Errorf("purge of nothing: %v", err)
	}
}

// TestAPurgedTextOfTheReleaseStaysAway purges what the program itself ships.
func TestAPurgedTextOfTheReleaseStaysAway(t *testing.T) {
	r := open(t, Options{})
	if err := r.Purge(t.Context(), id, []string{practices.VersionID(text(id, "papers"))}, Act{Why: "x"}); err != nil {
		t.Fatal(err)
	}
	r = open(t, Options{Dir: reopened(t, r)})
	head, _ := r.Head(t.Context())
	if blob, _ := r.blobAt(t.Context(), head, place); blob != "" {
		t.Error("the next start brought it back")
	}
}

func TestPurgeKilledAtEachStep(t *testing.T) {
	for _, step := range []string{"filtered", "rewritten", "swept"} {
		r := open(t, Options{})
		version := withSecret(t, r)
		c := child{dir: reopened(t, r), step: step, purge: version}
		if _, last := c.run(t); last != step {
			t.Fatalf("killed after %q, not %q", last, step)
		}
		r = open(t, Options{Dir: c.dir})
		if left := inside(t, c.dir); len(left) > 0 {
			t.Errorf("%s: the secret is left in %v", step, left)
		}
		if epoch, err := r.epoch(t.Context(), mainRef); epoch != 1 || err != nil {
			t.Errorf("%s: epoch %d, %v", step, epoch, err)
		}
		healthy(t, r)
	}
}

// TestDiskFull is fault test 2 for git: a small disk is filled to the last
// byte, and to less and less, while something is published.
func TestDiskFull(t *testing.T) {
	disk := faulttest.NewDisk(t, "4m")
	r := open(t, Options{Dir: filepath.Join(disk.Dir, "data")})
	publish(t, r, "s-1", "a home")
	published, refused := []string{"s-1"}, 0
	for free := 0; free <= faulttest.Rounds(256<<10, 2<<20); free += 32 << 10 {
		disk.Fill(t, free)
		submission := fmt.Sprintf("full-%d", free)
		switch _, err := tryPublish(t.Context(), r, submission, submission); {
		case err == nil:
			published = append(published, submission)
		case errors.Is(err, ErrFull):
			refused++
		default:
			t.Errorf("%d bytes free: %v", free, err)
		}
		disk.Free(t)
	}
	if slices.Contains(published, "full-0") {
		t.Fatal("the disk was never full")
	}
	publish(t, r, "s-2", "a school")
	onceEach(t, gitDir(r), append(published, "s-2"))
	r = open(t, Options{Dir: reopened(t, r)})
	healthy(t, r)
	faulttest.Measured(t, 2, "git: %d publications on a disk with ever more room: %d told that it is full, none torn", len(published)-1+refused, refused)
}

// TestHook pushes to a shared repository that judges what comes.
func TestHook(t *testing.T) {
	shared := bare(t)
	r := open(t, Options{Remote: shared})
	hook := filepath.Join(shared, "hooks", "pre-receive")
	script := fmt.Sprintf("#!/bin/sh\nHISTORY_TEST_PART=hook exec '%s'\n", os.Args[0])
	if err := os.MkdirAll(filepath.Dir(hook), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(hook, []byte(script), 0o700); err != nil {
		t.Fatal(err)
	}
	publish(t, r, "s-1", "a home")
	work := filepath.Join(t.TempDir(), "work")
	write := func(name string, data []byte) {
		t.Helper()
		if err := os.MkdirAll(filepath.Dir(filepath.Join(work, name)), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(work, name), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	commit := func() {
		t.Helper()
		sh(t, work, "add", "-A")
		sh(t, work, "commit", "-q", "-m", "change")
	}
	bad := bytes.Replace(text(id, "x"), []byte("kind: mechanism"), []byte("kind: thing"), 1)
	for _, tt := range []struct {
		name string
		make func()
		want string // "" for a push that is taken
	}{
		{"a good entry", func() { write(place, text(id, "by git")); commit() }, ""},
		{"a bad entry", func() { write(place, bad); commit() }, place + ":7: kind:"},
		{"a bad entry mended later", func() { write(place, bad); commit(); write(place, text(id, "mended")); commit() }, "becomes a version"},
		{"an entry in the wrong place", func() { write("africa/mx/na-0001.md", text(id, "x")); commit() }, "wrong folder"},
		{"a collection", func() { write("workshops/a-first-day.md", []byte("good")); commit() }, ""},
		{"a bad collection", func() { write("workshops/a-first-day.md", []byte("bad")); commit() }, "is a bad collection"},
		{"a link", func() {
			if err := os.Symlink("/etc/passwd", filepath.Join(work, "africa/na/na-0002.md")); err != nil {
				t.Fatal(err)
			}
			commit()
		}, "is a link"},
		{"a repository within", func() {
			sh(t, work, "update-index", "--add", "--cacheinfo", "160000,"+noCommit[:39]+"1,africa/na/sub")
			sh(t, work, "commit", "-q", "-m", "sub")
		}, "another repository"},
		{"a huge file", func() { write("africa/na/photo.jpg", make([]byte, 2<<20)); commit() }, "the limit of a file"},
		{"a strange name", func() { write("africa/na/a b.md", []byte("x")); commit() }, "is no place for an entry"},
		{"an epoch", func() { write("meta/epoch", []byte("9")); commit() }, "only a purge"},
		{"bad suppression", func() { write("meta/suppressed.yml", []byte("x: y\n")); commit() }, "not the name of a blob"},
		{"suppression", func() { write("meta/suppressed.yml", formatSuppressed(map[string]string{noCommit: "test"})); commit() }, ""},
		{"a removed entry", func() { sh(t, work, "rm", "-q", place); commit() }, ""},
		{"another history", func() { sh(t, work, "commit", "-q", "--amend", "-m", "other") }, "must continue"},
	} {
		os.RemoveAll(work)
		sh(t, ".", "clone", "-q", shared, work)
		tt.make()
		cmd := exec.Command("git", "push", "--force", "origin", "main")
		cmd.Dir = work
		out, err := cmd.CombinedOutput()
		if tt.want == "" && err != nil || tt.want != "" && (err == nil || !strings.Contains(string(out), tt.want)) {
			t.Errorf("%s: %v\n%s\nwant %q", tt.name, err, out, tt.want)
		}
	}
	cmd := exec.Command("git", "push", "origin", ":main")
	cmd.Dir = work
	if out, err := cmd.CombinedOutput(); err == nil {
		t.Errorf("main was deleted: %s", out)
	}
	// A server's own publication is judged too, and told for good.
	if _, err := r.Follow(t.Context()); err != nil {
		t.Fatal(err)
	}
	_, err := r.Publish(t.Context(), Publication{Submission: "s-2", When: noon, Files: []File{{Path: place, Data: bad}}})
	if !errors.Is(err, ErrRefused) {
		t.Errorf("a bad publication: %v", err)
	}
}

// TestHookTakesNothingBad is fault test 11 for the hook: entries with bytes
// changed, lost, doubled and put in at random are pushed, many at a time. Those
// that it takes are those without a fault.
func TestHookTakesNothingBad(t *testing.T) {
	dir := bare(t)
	random := rand.New(rand.NewPCG(11, 11))
	total, bad := faulttest.Rounds(100, 100_000), 0
	const batch = 500
	for done := 0; done < total; done += batch {
		var stream bytes.Buffer
		stream.WriteString("commit refs/heads/pushed\ncommitter A <a@localhost> 1 +0000\ndata 1\nx\n")
		wrong := map[string]bool{}
		for i := range min(batch, total-done) {
			id := fmt.Sprintf("na-%04d", i+1)
			name := practices.FilePath(id, "")
			data := mangled(random, text(id, "papers"))
			_, faults := practices.Parse(name, data)
			// What the tree as a whole says, too: an id that is another's.
			c, err := practices.Load(fstest.MapFS{name: {Data: data}})
			if err != nil {
				t.Fatal(err)
			}
			if practices.HasErrors(faults) || practices.HasErrors(c.Faults()) {
				wrong[name] = true
			}
			fmt.Fprintf(&stream, "M 100644 inline %s\ndata %d\n%s\n", name, len(data), data)
		}
		bad += len(wrong)
		cmd := exec.Command("git", "--git-dir="+dir, "fast-import", "--quiet", "--force")
		cmd.Stdin = &stream
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%v: %s", err, out)
		}
		push := noCommit + " " + sh(t, dir, "rev-parse", "pushed") + " " + mainRef + "\n"
		faults, err := PreReceive(t.Context(), strings.NewReader(push), dir, nil, nil)
		if err != nil {
			t.Fatal(err)
		}
		refused := map[string]bool{}
		for _, f := range faults {
			refused[f.File] = true
		}
		if !maps.Equal(wrong, refused) {
			t.Errorf("with faults are %v, refused %v", slices.Sorted(maps.Keys(wrong)), slices.Sorted(maps.Keys(refused)))
		}
		sh(t, dir, "update-ref", "-d", "refs/heads/pushed")
	}
	if bad == 0 || bad == total {
		t.Errorf("%d of %d are bad, which shows nothing", bad, total)
	}
	faulttest.Measured(t, 11, "hook: %d mangled entries pushed, %d of them bad: each refused, and no other", total, bad)
}

// mangled is a text with one to four things done to it.
func mangled(r *rand.Rand, data []byte) []byte {
	pieces := []string{"\x00", "\xff", "\u202e", "<script>", "&a", "*a", "---\n", "\n\n", "[[[[", "{", "'", "\"", "|a|\n", "> > ", "javascript:", "\t", ": ", "\u0000", "na-9999", "\r\n", " "}
	for range 1 + r.IntN(4) {
		i := r.IntN(len(data) + 1)
		j := min(len(data), i+r.IntN(40))
		switch r.IntN(5) {
		case 0:
			data = slices.Delete(slices.Clone(data), i, j)
		case 1:
			data = slices.Insert(slices.Clone(data), i, data[i:j]...)
		case 2:
			data = slices.Insert(slices.Clone(data), i, []byte(pieces[r.IntN(len(pieces))])...)
		case 3:
			if i < len(data) {
				data = slices.Clone(data)
				data[i] = byte(r.IntN(256))
			}
		default: // a letter of a word, as by a slip
			if i < len(data) && data[i] >= 'a' && data[i] <= 'z' {
				data = slices.Clone(data)
				data[i] = byte('a' + r.IntN(26))
			}
		}
	}
	return data
}
