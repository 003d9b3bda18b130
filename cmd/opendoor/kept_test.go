package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/pquerna/otp/totp"

	"opendoor/practices/entries"
	"opendoor/practices/faulttest"
	"opendoor/practices/review"
)

// shipFew has the program ship the entries of one country, which are quicker to
// read than all.
func shipFew(t *testing.T) {
	t.Helper()
	few := fstest.MapFS{}
	names, err := fs.Glob(entries.FS, "europe/nl/*.md")
	if err != nil || len(names) == 0 {
		t.Fatalf("%v %v", names, err)
	}
	for _, name := range names {
		data, err := fs.ReadFile(entries.FS, name)
		if err != nil {
			t.Fatal(err)
		}
		few[name] = &fstest.MapFile{Data: data}
	}
	all := shipped
	shipped = few
	t.Cleanup(func() { shipped = all })
}

// serving runs the program in the folder where we are and gives its address.
// Stop ends it as a system does.
func serving(t *testing.T, args ...string) (address string, stop func()) {
	t.Helper()
	address, stop, _ = servingAloud(t, args...)
	return address, stop
}

// servingAloud is serving that gives what the program has said, once it has
// stopped.
func servingAloud(t *testing.T, args ...string) (address string, stop func(), log func() string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address = "http://" + l.Addr().String()
	args = append([]string{"--addr", l.Addr().String()}, args...)
	l.Close()
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	var said bytes.Buffer
	go func() { done <- run(ctx, args, &said, &said) }()
	for deadline := time.Now().Add(60 * time.Second); ; {
		if answer, err := http.Get(address + "/readyz"); err == nil {
			answer.Body.Close()
			break
		}
		select {
		case err := <-done:
			t.Fatalf("did not start: %v\n%s", err, said.String())
		case <-time.After(20 * time.Millisecond): // between tries to connect
		}
		if time.Now().After(deadline) {
			t.Fatal("no answer")
		}
	}
	return address, func() {
		t.Helper()
		cancel()
		if err := <-done; err != nil {
			t.Errorf("stopping: %v", err)
		}
	}, said.String
}

// here runs the program in the folder where we are.
func here(t *testing.T, args ...string) (string, error) {
	t.Helper()
	var out strings.Builder
	err := run(t.Context(), args, &out, &out)
	return out.String(), err
}

// fetch reads a page.
func fetch(t *testing.T, url string) (int, string) {
	t.Helper()
	answer, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer.StatusCode, string(body)
}

// until waits for a page to be as it should.
func until(t *testing.T, url string, status int, want string) {
	t.Helper()
	for deadline := time.Now().Add(30 * time.Second); ; time.Sleep(20 * time.Millisecond) { // between looks
		got, body := fetch(t, url)
		if got == status && strings.Contains(body, want) {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("%s: status %d, want %d with %q in:\n%.3000s", url, got, status, want, body)
		}
	}
}

// adminOf makes an admin of the site in the folder where we are, and gives what
// shows that a command is theirs: each time with a code of its own.
func adminOf(t *testing.T, email string) func() []string {
	t.Helper()
	c := config{data: defaultData, database: defaultDatabase(defaultData)}
	s, err := openStore(t.Context(), c, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	token, _, err := s.Invite(t.Context(), review.Console, email, "Somebody", review.Admin)
	if err != nil {
		t.Fatal(err)
	}
	a, err := s.AcceptInvite(t.Context(), token, "seven quiet herons wade")
	if err != nil {
		t.Fatal(err)
	}
	secret, _, err := s.BeginSecondFactor(t.Context(), a.ID)
	if err != nil {
		t.Fatal(err)
	}
	// Those of the steps before, so that none has to be waited for.
	code, err := totp.GenerateCode(secret, time.Now().Add(-30*time.Second))
	if err != nil {
		t.Fatal(err)
	}
	recovery, err := s.ConfirmSecondFactor(t.Context(), a.ID, code)
	if err != nil {
		t.Fatal(err)
	}
	used := 0
	return func() []string {
		used++
		return []string{"--by", email, "--code", recovery[used-1]}
	}
}

// TestKeeping takes a site from its first start through everything that its
// keeper does, while it serves.
func TestKeeping(t *testing.T) {
	t.Chdir(t.TempDir())
	shipFew(t)
	const id = "nl-0001"
	site, stop := serving(t)
	info, err := os.Stat(defaultData)
	if err != nil || info.Mode().Perm() != 0o700 {
		t.Fatalf("data folder: %v %v", info, err)
	}
	if _, err := here(t, "serve", "--addr", "127.0.0.1:0"); err == nil || !strings.Contains(err.Error(), "--data") {
		t.Errorf("a second server in one folder: %v", err)
	}
	_, entry := fetch(t, site+"/api/v1/practices/"+id)
	var about struct{ Version string }
	if err := json.Unmarshal([]byte(entry), &about); err != nil || about.Version == "" {
		t.Fatalf("version %q, %v", about.Version, err)
	}
	fixed := site + "/practices/" + id + "/v/" + about.Version
	until(t, fixed, 200, "Version 1, ")

	if out, err := here(t, "backup", "first.tar"); err != nil {
		t.Fatalf("backup: %v\n%s", err, out)
	}
	if _, err := here(t, "backup", "first.tar"); err == nil || !strings.Contains(err.Error(), "there already") {
		t.Errorf("a backup over another: %v", err)
	}
	if out, err := here(t, "doctor", "--base-url", site); err != nil || strings.Contains(out, "MEND") || !strings.Contains(out, site+" answers") || !strings.Contains(out, "are in git") || !strings.Contains(out, "free space") {
		t.Errorf("doctor: %v\n%s", err, out)
	}
	ada, grace := adminOf(t, "ada@example.org"), adminOf(t, "grace@example.org")
	if out, err := here(t, "withdraw", id, "--why", "It was closed."); err != nil {
		t.Fatalf("withdraw: %v\n%s", err, out)
	}
	until(t, site+"/practices/"+id, 410, "It was closed.")
	until(t, fixed, 200, "The entry is no longer shown. It was closed.")
	for _, tt := range []struct {
		args []string
		want string
	}{
		{[]string{"withdraw", id, "--why", "again"}, "already"},
		{[]string{"withdraw", "nl-0999", "--why", "x"}, "no such version"},
		{[]string{"withdraw", "mx-0004"}, "a reason is needed"},
		{[]string{"hide", id, "000000000000", "--why", "x"}, "no such version"},
		{[]string{"purge", id, about.Version, "--why", "x"}, "two admins"},
		{[]string{"purge", id, about.Version, "--by", "ada@example.org", "--code", "000000"}, "a reason"},
		{[]string{"purge", id, "000000000000", "--why", "x", "--by", "ada@example.org", "--code", "000000"}, "no such version"},
		{[]string{"purge", id, about.Version, "--why", "x", "--by", "nobody@example.org", "--code", "000000"}, "is no admin"},
		{[]string{"purge", id, about.Version, "--why", "x", "--by", "ada@example.org", "--code", "000000"}, "the code is wrong"},
	} {
		if _, err := here(t, tt.args...); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%v: %v; want %q", tt.args, err, tt.want)
		}
	}
	if out, err := here(t, "hide", id, about.Version, "--why", "It named a person."); err != nil {
		t.Fatalf("hide: %v\n%s", err, out)
	}
	until(t, fixed, 410, "It named a person.")
	// Of a large catalogue an index is kept, which has words of what goes.
	words := filepath.Join(defaultData, "index", "index-of-before")
	for i, admin := range []func() []string{ada, grace} {
		if err := os.MkdirAll(words, 0o700); err != nil {
			t.Fatal(err)
		}
		out, err := here(t, append([]string{"purge", id, about.Version, "--why", "It named a person."}, admin()...)...)
		if err != nil || strings.Contains(out, "Nothing is erased yet") != (i == 0) {
			t.Fatalf("purge: %v\n%s", err, out)
		}
	}
	if _, err := os.Stat(words); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the index of before is still there: %v", err)
	}
	until(t, site+"/practices/"+id+"/history", 200, "withdraw "+id)
	until(t, fixed, 410, "It named a person.")
	stop()
	if out, err := here(t, "doctor"); err != nil {
		t.Errorf("doctor: %v\n%s", err, out)
	}
	if err := exec.Command("git", "--git-dir=data/entries.git", "cat-file", "-e", about.Version).Run(); err == nil {
		t.Error("git still has what was purged")
	}

	// The backup is from before all that.
	if out, err := here(t, "restore", "first.tar", "restored"); err != nil {
		t.Fatalf("restore: %v\n%s", err, out)
	}
	if out, err := here(t, "doctor", "--data", "restored"); err != nil {
		t.Errorf("doctor of what was restored: %v\n%s", err, out)
	}
	site, stop = serving(t, "--data", "restored")
	until(t, site+"/practices/"+id+"/v/"+about.Version, 200, "It is the newest one")
	stop()
}

// TestErasedEverywhere is fault test 16 for the whole program: after somebody
// asks for erasure nothing that they gave in confidence is in any byte of the
// data folder (database and its log, objects of git, index, caches), of the log
// of the server, or of a backup made then.
func TestErasedEverywhere(t *testing.T) {
	t.Chdir(t.TempDir())
	shipFew(t)
	site, stop, log := servingAloud(t, "--log-requests", "true", "--log-level", "debug")
	const needle = "zq7needle"
	send := func(address string, form url.Values) *http.Response {
		t.Helper()
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, site+address, strings.NewReader(form.Encode()))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Sec-Fetch-Site", "same-origin")
		still := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
		w, err := still.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		w.Body.Close()
		return w
	}
	// One draft that is never sent, one submission with everything that people
	// are asked for in confidence.
	var drafts []string
	for _, title := range []string{"A draft of " + needle, "Legal help at the airport"} {
		w := send("/contribute/new", url.Values{"title": {title}, "countries": {"ZM"}, "lang": {"en"}})
		at, _, ok := strings.Cut(w.Header.Get("Location"), "?")
		if !ok {
			t.Fatalf("no draft: %d", w.StatusCode)
		}
		drafts = append(drafts, at)
	}
	s, err := openStore(t.Context(), config{data: defaultData, database: defaultDatabase(defaultData)}, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	token := drafts[1][strings.LastIndex(drafts[1], "/")+1:]
	sub, err := s.ByToken(t.Context(), token)
	if err != nil {
		t.Fatal(err)
	}
	body, err := fs.ReadFile(shipped, "europe/nl/nl-0001.md")
	if err != nil {
		t.Fatal(err)
	}
	public := strings.Replace(string(body), "nl-0001", "nl-0999", 1)
	if sub, err = s.Save(t.Context(), token, sub.Version, review.Text{Title: "About " + needle, Lang: "en", Form: json.RawMessage(`{"remark":"` + needle + `"}`), Body: public}); err != nil {
		t.Fatal(err)
	}
	if sub, err = s.Send(t.Context(), token, sub.Version, review.Sending{Contact: review.Contact{Name: needle, Organisation: needle, Email: needle + "@example.org"}}); err != nil {
		t.Fatal(err)
	}
	if w := send(drafts[1]+"/answer", url.Values{"text": {"I am " + needle + ", call me"}}); w.StatusCode != http.StatusSeeOther {
		t.Errorf("answer: %d", w.StatusCode)
	}
	if _, err := s.Keep(t.Context(), review.Console, review.Record{Kind: review.Consent, Submission: sub.ID, Holder: needle, Note: needle}); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Decide(t.Context(), review.Console, sub.ID, sub.Version, review.Decision{Verdict: review.Accept, Practice: "nl-0999"}); err != nil {
		t.Fatal(err)
	}
	until(t, site+"/practices/nl-0999", 200, "</html>")
	if hits := holding(t, ".", needle); len(hits) == 0 {
		t.Fatal("the search finds nothing even before")
	}
	began := time.Now()
	for _, at := range drafts {
		if w := send(at+"/erase", url.Values{"sure": {"1"}}); w.StatusCode != http.StatusOK {
			t.Errorf("erase: %d", w.StatusCode)
		}
	}
	if out, err := here(t, "backup", "after.tar"); err != nil {
		t.Fatalf("backup: %v\n%s", err, out)
	}
	if hits := holding(t, ".", needle); len(hits) > 0 {
		t.Errorf("%s is still in %v", needle, hits)
	}
	took := time.Since(began)
	stop()
	if hits := holding(t, ".", needle); len(hits) > 0 {
		t.Errorf("after the server has stopped, %s is still in %v", needle, hits)
	}
	if log := log(); strings.Contains(log, needle) || strings.Contains(log, token) || !strings.Contains(log, "/contribute/:token/erase") {
		t.Errorf("the log says:\n%s", log)
	}
	faulttest.Measured(t, 16, "the whole program: no byte of what was given in confidence in the data folder, in git, in the log or in a new backup, %v after two people asked", took.Round(time.Millisecond))
	if took > time.Minute && faulttest.Long() {
		t.Errorf("erased only after %v", took)
	}
}

// holding lists the files below a folder that have a word in any of their
// bytes, within the objects of git too.
func holding(t *testing.T, folder, word string) (files []string) {
	t.Helper()
	err := filepath.WalkDir(folder, func(p string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return nil // a file of the server that has gone meanwhile
		case d.IsDir() && strings.HasSuffix(d.Name(), ".git"):
			out, err := exec.Command("git", "--git-dir", p, "cat-file", "--batch-all-objects", "--batch").Output()
			if err != nil {
				return err
			}
			if bytes.Contains(out, []byte(word)) {
				files = append(files, p)
			}
		case d.Type().IsRegular():
			if data, err := os.ReadFile(p); err == nil && bytes.Contains(data, []byte(word)) {
				files = append(files, p)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func TestRestoreRefusesWhatIsNoBackup(t *testing.T) {
	shipFew(t)
	t.Chdir(t.TempDir())
	_, stop := serving(t)
	stop()
	if out, err := here(t, "backup", "good.tar"); err != nil {
		t.Fatalf("backup: %v\n%s", err, out)
	}
	good, err := os.ReadFile("good.tar")
	if err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command("sh", "-c", "mkdir x && cd x && tar -xf ../good.tar && sha256sum -c SHA256SUMS").CombinedOutput(); err != nil {
		t.Errorf("without this program: %v\n%s", err, out)
	}
	changed := bytes.Clone(good)
	changed[len(changed)/2] ^= 1
	for name, data := range map[string][]byte{"empty": nil, "nonsense": []byte("nonsense"), "torn": good[:len(good)/2], "changed": changed} {
		if err := os.WriteFile("bad.tar", data, 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := here(t, "restore", "bad.tar", "new"); err == nil {
			t.Errorf("%s: restored", name)
		}
		if left, _ := os.ReadDir("new"); len(left) > 0 {
			t.Errorf("%s: left %v", name, left)
		}
	}
	if _, err := here(t, "restore", "good.tar", "data"); err == nil || !strings.Contains(err.Error(), "not empty") {
		t.Errorf("over what is there: %v", err)
	}
}

// TestWithoutGit serves the entries built in, and stops where something would
// be missing.
func TestWithoutGit(t *testing.T) {
	shipFew(t)
	t.Chdir(t.TempDir())
	path := os.Getenv("PATH")
	t.Setenv("PATH", t.TempDir())
	site, stop := serving(t)
	until(t, site+"/practices/nl-0001", 200, "/v/")
	stop()
	if left, _ := os.ReadDir("."); len(left) > 0 {
		t.Errorf("left %v", left)
	}
	t.Setenv("PATH", path)
	_, stop = serving(t)
	stop()
	t.Setenv("PATH", t.TempDir())
	if _, err := here(t, "serve", "--addr", "127.0.0.1:0"); err == nil || !strings.Contains(err.Error(), "install the package git") {
		t.Errorf("a repository and no git: %v", err)
	}
}

// TestHookVerb judges a push as git does.
func TestHookVerb(t *testing.T) {
	if _, err := here(t, "hook", "pre-receive"); err == nil || !strings.Contains(err.Error(), "git runs it") {
		t.Errorf("by hand: %v", err)
	}
	dir := t.TempDir()
	pushed := commitTree(t, dir, "africa/na/na-0001.md", "nonsense")
	t.Setenv("GIT_DIR", dir)
	root := newRoot(io.Discard, io.Discard)
	var said strings.Builder
	root.SetErr(&said)
	root.SetIn(strings.NewReader(fmt.Sprintf("%040d %s refs/heads/main\n", 0, pushed)))
	root.SetArgs([]string{"hook", "pre-receive"})
	if err := root.ExecuteContext(t.Context()); !errors.Is(err, errFaults) || !strings.Contains(said.String(), "africa/na/na-0001.md:1: front matter: missing") {
		t.Errorf("%v\n%s", err, said.String())
	}
}

// commitTree makes a repository with a commit of one file, beside main.
func commitTree(t *testing.T, dir, name, text string) string {
	t.Helper()
	work := filepath.Join(t.TempDir(), "work")
	script := `git init -q --bare "$1" && git init -q "$2" && cd "$2" && mkdir -p "$(dirname "$3")" && printf %s "$4" >"$3" && git add -A &&
git -c user.name=A -c user.email=a@localhost commit -q -m x && git push -q "$1" HEAD:refs/heads/y && git rev-parse HEAD`
	out, err := exec.Command("sh", "-c", script, "sh", dir, work, name, text).Output()
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(out))
}
