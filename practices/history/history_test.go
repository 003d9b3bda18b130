package history

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/gofrs/flock"

	"opendoor/practices"
	"opendoor/practices/entries"
)

const (
	id    = "na-0001"
	place = "africa/na/na-0001.md"
)

// text is a good entry that says what.
func text(id, what string) []byte {
	return fmt.Appendf(nil, `---
schema: 1
id: %s
lang: en
title: Social-work case management and case conferences
summary: A social worker followed a boy from first needs to lawful papers, and case conferences shared the tasks in a trafficking case. One practitioner's account.
kind: mechanism
standing: element
countries: [NA]
measures: [case-management, documentation]
populations: [children, survivors-of-trafficking]
actors:
- {name: Government social workers, type: child-protection-authority, role: [runs]}
status: unknown
as_of: '2019'
evidence: {level: told, direction: unclear}
sources:
- {key: interview, title: Interview with a programme officer, publisher: A network, date: '2019', kind: newsletter, where: newsletter}
contributors:
- {name: Open Door editors, role: compiler}
review: {state: compiled, by: [], next: '2027-11'}
licence: CC-BY-4.0
---
## What was done
The social worker asked what the boy needed first: %s.[^interview] She went with him to the ministry and followed up until he had
papers. An interim receipt kept him safe from arrest meanwhile.[^interview] In a trafficking case, police, ministry, prosecutor
and social workers met, and each took a task.[^interview]
## What to be careful about
- This is one practitioner's account, and nobody has studied it from outside since.[^interview]
`, id, what)
}

func seed(texts ...string) fstest.MapFS {
	m := fstest.MapFS{place: {Data: text(id, "papers")}}
	for i := 0; i+1 < len(texts); i += 2 {
		m[texts[i]] = &fstest.MapFile{Data: []byte(texts[i+1])}
	}
	return m
}

// mexico is the shipped entries of one country, with their translations.
func mexico(t testing.TB) fs.FS {
	t.Helper()
	m := fstest.MapFS{}
	names, err := fs.Glob(entries.FS, "americas/mx/*")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		data, err := fs.ReadFile(entries.FS, name)
		if err != nil {
			t.Fatal(err)
		}
		m[name] = &fstest.MapFile{Data: data}
	}
	return m
}

var noon = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)

// open opens a repository in a folder, with one entry unless o says otherwise.
func open(t testing.TB, o Options) *Repository {
	t.Helper()
	r, err := tryOpen(t, o)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func tryOpen(t testing.TB, o Options) (*Repository, error) {
	t.Helper()
	if o.Dir == "" {
		o.Dir = filepath.Join(t.TempDir(), "data")
	}
	if o.Seed == nil {
		o.Seed = seed()
	}
	if o.Release == "" {
		o.Release = "1"
	}
	r, err := Open(t.Context(), o)
	if err == nil {
		t.Cleanup(func() { r.Close() })
	}
	return r, err
}

// bare makes an empty shared repository.
func bare(t testing.TB) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "shared.git")
	if out, err := exec.Command("git", "init", "-q", "--bare", "--initial-branch=main", dir).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return dir
}

// sh runs git as a person does.
func sh(t testing.TB, dir string, args ...string) string {
	t.Helper()
	cmd := exec.Command("git", args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GIT_AUTHOR_NAME=A", "GIT_AUTHOR_EMAIL=a@localhost", "GIT_COMMITTER_NAME=A", "GIT_COMMITTER_EMAIL=a@localhost", "GIT_CONFIG_GLOBAL=/dev/null")
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("git %s: %v: %s", strings.Join(args, " "), err, out)
	}
	return strings.TrimSpace(string(out))
}

// publish publishes a change of the entry.
func publish(t testing.TB, r *Repository, submission, what string) string {
	t.Helper()
	c, err := tryPublish(t.Context(), r, submission, what)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// tryPublish is publish again whenever another was quicker: a push of a killed
// publisher may still be on its way, and land between the reading of the text
// and its replacement.
func tryPublish(ctx context.Context, r *Repository, submission, what string) (commit string, err error) {
	for range publishTries {
		if commit, err = publishOnce(ctx, r, submission, what); !errors.Is(err, ErrMoved) {
			return commit, err
		}
	}
	return "", err
}

func publishOnce(ctx context.Context, r *Repository, submission, what string) (string, error) {
	head, err := r.Head(ctx)
	if err != nil {
		return "", err
	}
	base, err := r.blobAt(ctx, head, place)
	if err != nil {
		return "", err
	}
	return r.Publish(ctx, Publication{
		Submission: submission, Base: head, Author: "A network", Note: "More on " + what, When: noon,
		Files: []File{{Path: place, Data: text(id, what), BaseBlob: base}},
	})
}

func gitDir(r *Repository) string { return filepath.Join(r.options.Dir, gitFolder) }

func TestSeedIsTheSameEverywhere(t *testing.T) {
	a, b := open(t, Options{}), open(t, Options{})
	first, err := a.Head(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	second, _ := b.Head(t.Context())
	if first != second || len(first) != 40 {
		t.Errorf("one program made %s and %s", first, second)
	}
	again := open(t, Options{Dir: reopened(t, a)})
	if third, _ := again.Head(t.Context()); third != first {
		t.Errorf("a second start moved main to %s", third)
	}
	info, err := os.Stat(a.options.Dir)
	if err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("data folder: %v %v", info.Mode(), err)
	}
	filepath.WalkDir(a.options.Dir, func(p string, d fs.DirEntry, _ error) error {
		if info, err := d.Info(); err == nil && info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s: mode %v; others can read it", p, info.Mode())
		}
		return nil
	})
}

// reopened closes a repository and gives its folder.
func reopened(t testing.TB, r *Repository) string {
	t.Helper()
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	return r.options.Dir
}

func TestOneServerForEachFolder(t *testing.T) {
	r := open(t, Options{})
	if _, err := tryOpen(t, Options{Dir: r.options.Dir}); !errors.Is(err, ErrLocked) {
		t.Errorf("a second server: %v", err)
	}
	beside := open(t, Options{Dir: r.options.Dir, Beside: true})
	publish(t, beside, "s-1", "beside")
	if v, err := r.Versions(t.Context(), id); err != nil || len(v) != 2 {
		t.Errorf("the server does not see what was written beside it: %v %v", v, err)
	}
	if _, err := tryOpen(t, Options{Beside: true}); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("beside nothing: %v", err)
	}
}

// TestAFolderIsFreedBySomebodyDying starts while a git of a server that was
// killed still shares its lock, and ends.
func TestAFolderIsFreedBySomebodyDying(t *testing.T) {
	dir := reopened(t, open(t, Options{}))
	dying := flock.New(filepath.Join(dir, "serving"))
	if ok, err := dying.TryLock(); !ok || err != nil {
		t.Fatal(ok, err)
	}
	time.AfterFunc(2*lockRetry, func() { dying.Unlock() })
	open(t, Options{Dir: dir})
}

func TestNoGit(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	if _, err := tryOpen(t, Options{}); !errors.Is(err, ErrNoGit) {
		t.Errorf("without git: %v", err)
	}
	old := filepath.Join(t.TempDir(), "git")
	if err := os.WriteFile(old, []byte("#!/bin/sh\necho git version 2.35.1\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", filepath.Dir(old)+":/bin")
	if _, err := tryOpen(t, Options{}); !errors.Is(err, ErrNoGit) || !strings.Contains(err.Error(), "2.35.1") {
		t.Errorf("with an old git: %v", err)
	}
}

// TestSettingsOfTheMachineDoNotReachGit gives git a home and variables that
// would break every call.
func TestSettingsOfTheMachineDoNotReachGit(t *testing.T) {
	home := t.TempDir()
	if err := os.WriteFile(filepath.Join(home, ".gitconfig"), []byte("[broken\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("HOME", home)
	t.Setenv("GIT_DIR", "/nowhere")
	t.Setenv("GIT_INDEX_FILE", "/nowhere")
	t.Setenv("GIT_CONFIG_COUNT", "1")
	t.Setenv("GIT_CONFIG_KEY_0", "core.bare")
	t.Setenv("GIT_CONFIG_VALUE_0", "nonsense")
	r := open(t, Options{})
	publish(t, r, "s-1", "homes")
}

func TestTreeIsAFileSystem(t *testing.T) {
	r := open(t, Options{Seed: mexico(t)})
	head, err := r.Head(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	tree, err := r.Tree(t.Context(), head)
	if err != nil {
		t.Fatal(err)
	}
	if err := fstest.TestFS(tree, "americas/mx/mx-0004.md"); err != nil {
		t.Error(err)
	}
	got, err := practices.Load(tree)
	if err != nil {
		t.Fatal(err)
	}
	want, err := practices.Load(mexico(t))
	if err != nil {
		t.Fatal(err)
	}
	if got.Len() != want.Len() || len(got.Faults()) != len(want.Faults()) {
		t.Errorf("%d entries with %d faults from git, %d with %d as shipped", got.Len(), len(got.Faults()), want.Len(), len(want.Faults()))
	}
	if _, err := r.Tree(t.Context(), "nothing"); err == nil {
		t.Error("a tree of no commit")
	}
}

func TestPublish(t *testing.T) {
	r := open(t, Options{Site: "example.org"})
	base, _ := r.Head(t.Context())
	first := publish(t, r, "s-1", "a home")
	if head, _ := r.Head(t.Context()); head != first {
		t.Errorf("main is %s after publishing %s", head, first)
	}
	for _, b := range []string{base, "", noCommit} {
		if c, ok, err := r.Published(t.Context(), "s-1", b); err != nil || !ok || c != first {
			t.Errorf("published since %q: %q %v %v", b, c, ok, err)
		}
	}
	for _, other := range []string{"s", "s-11", "-1"} {
		if c, ok, _ := r.Published(t.Context(), other, ""); ok {
			t.Errorf("%q is taken for published in %s", other, c)
		}
	}
	if ok, err := r.Contains(t.Context(), first); !ok || err != nil {
		t.Errorf("contains: %v %v", ok, err)
	}
	if ok, err := r.Contains(t.Context(), noCommit); ok || err != nil {
		t.Errorf("contains what is not there: %v %v", ok, err)
	}
	again, err := r.Publish(t.Context(), Publication{Submission: "s-1", Base: base, When: noon, Files: []File{{Path: place, Data: []byte("other")}}})
	if err != nil || again != first {
		t.Errorf("published twice: %q %v", again, err)
	}
	said := sh(t, gitDir(r), "log", "-1", "--format=%an <%ae> %at %ct", first)
	if want := fmt.Sprintf("A network <noreply@example.org> %d %[1]d", noon.Unix()); said != want {
		t.Errorf("commit %q, want %q", said, want)
	}
	if refs := sh(t, gitDir(r), "for-each-ref", "--format=%(refname)"); refs != mainRef {
		t.Errorf("refs left: %s", refs)
	}
}

func TestPublishSeveralFilesOrNone(t *testing.T) {
	r := open(t, Options{})
	before, _ := r.Head(t.Context())
	there := practices.BlobID(text(id, "papers"))
	photo := bytes.Repeat([]byte{0, 0xff, '\n'}, 1000)
	p := Publication{Submission: "s-1", When: noon, Files: []File{
		{Path: place, Data: text(id, "more"), BaseBlob: there},
		{Path: "africa/na/na-0002.md", Data: text("na-0002", "new"), BaseBlob: noCommit},
	}}
	var moved *MovedError
	if _, err := r.Publish(t.Context(), p); !errors.Is(err, ErrMoved) || !errors.As(err, &moved) || moved.Path != "africa/na/na-0002.md" {
		t.Fatalf("a file that is not as it was: %v", err)
	}
	if head, _ := r.Head(t.Context()); head != before {
		t.Fatal("half a publication")
	}
	p.Files[1].BaseBlob = ""
	p.Files = append(p.Files, File{Path: "africa/na/photo.jpg", Data: photo}, File{Path: "africa/na/empty.txt", Data: []byte{}})
	if _, err := r.Publish(t.Context(), p); err != nil {
		t.Fatal(err)
	}
	head, _ := r.Head(t.Context())
	tree, err := r.Tree(t.Context(), head)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range p.Files {
		if got, err := fs.ReadFile(tree, f.Path); err != nil || !bytes.Equal(got, f.Data) {
			t.Errorf("%s: %d bytes, %v", f.Path, len(got), err)
		}
	}
	if _, err := r.Publish(t.Context(), Publication{Submission: "s-2", When: noon, Files: []File{{Path: "africa/na/photo.jpg", BaseBlob: practices.BlobID(photo)}}}); err != nil {
		t.Fatal(err)
	}
	head, _ = r.Head(t.Context())
	if blob, _ := r.blobAt(t.Context(), head, "africa/na/photo.jpg"); blob != "" {
		t.Error("a removed file is there")
	}
}

func TestHostilePublications(t *testing.T) {
	r := open(t, Options{})
	for _, p := range []string{"../x.md", "/etc/passwd", "a/../../b", ".git/config", "a/.git/hooks/x", "meta/epoch", "meta/suppressed.yml", "a b", "a\nM 100644 inline b", "a\x00b", "", ".", "\"a\""} {
		if _, err := r.Publish(t.Context(), Publication{Submission: "s-1", When: noon, Files: []File{{Path: p, Data: []byte("x")}}}); err == nil {
			t.Errorf("published at %q", p)
		}
	}
	for _, s := range []string{"", "a b", "../x", "a\nb", "a..b", "a/b"} {
		if _, err := r.Publish(t.Context(), Publication{Submission: s, When: noon, Files: []File{{Path: place, Data: []byte("x")}}}); err == nil {
			t.Errorf("published as %q", s)
		}
	}
	there := practices.BlobID(text(id, "papers"))
	note := "A note\n\nSubmission-Id: s-9\nRelease: 9\x00\x1b[31m"
	c, err := r.Publish(t.Context(), Publication{
		Submission: "s-1", Author: "Eve <eve@localhost>\nauthor Eve", Note: note + strings.Repeat(" word", 1000), When: noon,
		Files: []File{{Path: place, Data: text(id, "x"), BaseBlob: there}},
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, forged := range []string{"s-9", "s-1\ns-9"} {
		if _, ok, _ := r.Published(t.Context(), forged, ""); ok {
			t.Errorf("a note has forged the trailer %q", forged)
		}
	}
	v, err := r.Versions(t.Context(), id)
	if err != nil || v[0].Release != "" || v[0].Submission != "s-1" || strings.ContainsAny(v[0].Note, "\n\x00\x1b") || v[0].Author != "Eve eve@localhost author Eve" {
		t.Errorf("version %+v, %v", v[0], err)
	}
	if mail := sh(t, gitDir(r), "log", "-1", "--format=%ae", c); mail != "noreply@localhost" {
		t.Errorf("author's address %q", mail)
	}
}

func TestVersions(t *testing.T) {
	r := open(t, Options{})
	publish(t, r, "s-1", "a home")
	publish(t, r, "s-2", "papers") // as it was at first
	list, err := r.Versions(t.Context(), id)
	if err != nil || len(list) != 3 {
		t.Fatalf("%d versions, %v", len(list), err)
	}
	want := practices.VersionID(text(id, "papers"))
	if list[0].ID != want || list[2].ID != want || list[1].ID == want || list[0].N != 3 || list[2].N != 1 {
		t.Errorf("versions %+v", list)
	}
	if list[1].Submission != "s-1" || list[1].Author != "A network" || list[1].Note != "More on a home" || !list[1].When.Equal(noon) || list[2].Release != "1" {
		t.Errorf("versions %+v", list)
	}
	if said := sh(t, gitDir(r), "rev-parse", mainRef+":"+place); said != list[0].Blob {
		t.Errorf("git calls the text %s, we %s", said, list[0].Blob)
	}
	data, v, err := r.Text(t.Context(), id, list[1].ID)
	if err != nil || !bytes.Equal(data, text(id, "a home")) || v.N != 2 {
		t.Errorf("text of %+v: %v\n%s", v, err, data)
	}
	// Every other object, name or entry is not a version of this one.
	head, _ := r.Head(t.Context())
	elsewhere := practices.BlobID(text("na-0002", "elsewhere"))
	if _, err := r.Publish(t.Context(), Publication{Submission: "s-3", When: noon, Files: []File{{Path: "africa/na/na-0002.md", Data: text("na-0002", "elsewhere")}}}); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{head[:12], elsewhere[:12], list[0].Blob, "main", "HEAD", "", "000000000000", list[0].ID[:11]} {
		if _, _, err := r.Text(t.Context(), id, name); !errors.Is(err, ErrNotFound) {
			t.Errorf("text %q: %v", name, err)
		}
	}
	for _, other := range []string{"na-0009", "xx-0001", "", "../x", "na-0001.es", "na-0001.../x"} {
		if _, err := r.Versions(t.Context(), other); !errors.Is(err, ErrNotFound) {
			t.Errorf("versions of %q: %v", other, err)
		}
	}
}

// TestVersionsOfMergedBranches pushes a merge, as people do who work with git.
func TestVersionsOfMergedBranches(t *testing.T) {
	shared := bare(t)
	r := open(t, Options{Remote: shared})
	work := filepath.Join(t.TempDir(), "work")
	sh(t, ".", "clone", "-q", shared, work)
	edit := func(what string) {
		if err := os.WriteFile(filepath.Join(work, place), text(id, what), 0o600); err != nil {
			t.Fatal(err)
		}
		sh(t, work, "commit", "-q", "-a", "-m", what)
	}
	sh(t, work, "checkout", "-q", "-b", "side")
	edit("side")
	sh(t, work, "checkout", "-q", "main")
	edit("trunk")
	sh(t, work, "merge", "-q", "-s", "ours", "-m", "merge", "side")
	sh(t, work, "push", "-q", "origin", "main")
	if moved, err := r.Follow(t.Context()); !moved || err != nil {
		t.Fatalf("follow: %v %v", moved, err)
	}
	list, err := r.Versions(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	if list[0].ID != practices.VersionID(text(id, "trunk")) {
		t.Errorf("newest version %+v is not what stands on main", list[0])
	}
	if !slices.ContainsFunc(list, func(v Version) bool { return v.ID == practices.VersionID(text(id, "side")) }) {
		t.Errorf("the side branch has no version: %+v", list)
	}
}

func TestReleasesBringWhatWasNotChangedHere(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	second, third := "africa/na/na-0002.md", "africa/na/na-0003.md"
	one := seed(second, "two, first", third, "three, first")
	r := open(t, Options{Dir: dir, Seed: one, Release: "1"})
	publish(t, r, "s-1", "changed here")
	reopened(t, r)

	two := seed(second, "two, second", third, "three, first", "africa/na/na-0004.md", "new")
	two[place] = &fstest.MapFile{Data: text(id, "changed in the release")}
	r = open(t, Options{Dir: dir, Seed: two, Release: "2"})
	head, _ := r.Head(t.Context())
	tree, err := r.Tree(t.Context(), head)
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{second: "two, second", third: "three, first", "africa/na/na-0004.md": "new", place: string(text(id, "changed here"))} {
		if got, err := fs.ReadFile(tree, name); err != nil || string(got) != want {
			t.Errorf("%s: %q, %v; want %q", name, got, err, want)
		}
	}
	if note := sh(t, gitDir(r), "log", "-1", "--format=%s", "main"); note != "entries of release 2" {
		t.Errorf("note %q", note)
	}
	diverged, err := r.Diverged(t.Context())
	if err != nil || len(diverged) != 1 || diverged[0].Path != place || diverged[0].Base != practices.BlobID(text(id, "papers")) || diverged[0].Here != practices.BlobID(text(id, "changed here")) {
		t.Errorf("diverged %+v, %v", diverged, err)
	}
	reopened(t, r)

	// The older program once more: nothing goes back, nothing is removed.
	r = open(t, Options{Dir: dir, Seed: one, Release: "1"})
	if again, _ := r.Head(t.Context()); again != head {
		t.Errorf("an older program moved main:\n%s", sh(t, gitDir(r), "log", "-2", "--stat", "main"))
	}
	if diverged, _ := r.Diverged(t.Context()); len(diverged) != 0 {
		t.Errorf("an older program sees differences: %+v", diverged)
	}
	// A text that was changed here and is hidden does not come back either.
	reopened(t, r)
}

func TestWithdraw(t *testing.T) {
	r := open(t, Options{Seed: mexico(t)})
	why := `It was closed: "see" {the} [report] # 7`
	if _, err := r.Withdraw(t.Context(), "mx-0004", Act{Author: "Editors", Why: why}); err != nil {
		t.Fatal(err)
	}
	head, _ := r.Head(t.Context())
	tree, err := r.Tree(t.Context(), head)
	if err != nil {
		t.Fatal(err)
	}
	c, err := practices.Load(tree)
	if err != nil {
		t.Fatal(err)
	}
	p, err := c.Get("mx-0004")
	if err != nil || !p.Withdrawn() || p.Review.Why != why {
		t.Errorf("withdrawn: %+v, %v", p, err)
	}
	if _, err := r.Withdraw(t.Context(), "mx-0004", Act{Why: "again"}); err == nil || !strings.Contains(err.Error(), "already") {
		t.Errorf("again: %v", err)
	}
	if _, err := r.Withdraw(t.Context(), "mx-0004", Act{}); err == nil {
		t.Error("withdrawn without a reason")
	}
	if _, err := r.Withdraw(t.Context(), "mx-0999", Act{Why: "x"}); !errors.Is(err, ErrNotFound) {
		t.Errorf("no such entry: %v", err)
	}
}

func TestHide(t *testing.T) {
	r := open(t, Options{})
	publish(t, r, "s-1", "a home")
	old := practices.VersionID(text(id, "papers"))
	if _, err := r.Hide(t.Context(), id, old, Act{Author: "Editors", Why: "It named: a person"}); err != nil {
		t.Fatal(err)
	}
	_, _, err := r.Text(t.Context(), id, old)
	var hidden *SuppressedError
	if !errors.Is(err, ErrSuppressed) || !errors.As(err, &hidden) || hidden.Why != "It named: a person" {
		t.Errorf("text of a hidden version: %v", err)
	}
	list, err := r.Versions(t.Context(), id)
	if err != nil || list[0].Suppressed || !list[1].Suppressed {
		t.Errorf("versions %+v, %v", list, err)
	}
	if _, err := r.Hide(t.Context(), id, list[0].ID, Act{Why: "This one too"}); err != nil {
		t.Fatal(err)
	}
	head, _ := r.Head(t.Context())
	tree, err := r.Tree(t.Context(), head)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := fs.Stat(tree, place); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the newest text is hidden and in the tree: %v", err)
	}
	if _, err := r.Hide(t.Context(), id, "000000000000", Act{Why: "x"}); !errors.Is(err, ErrNotFound) {
		t.Errorf("no such version: %v", err)
	}
}

func TestBundle(t *testing.T) {
	r := open(t, Options{})
	publish(t, r, "s-1", "a home")
	head, _ := r.Head(t.Context())
	var b bytes.Buffer
	if err := r.Bundle(t.Context(), &b); err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(t.TempDir(), "restored")
	if err := Unbundle(t.Context(), dir, bytes.NewReader(b.Bytes())); err != nil {
		t.Fatal(err)
	}
	if err := Unbundle(t.Context(), dir, bytes.NewReader(b.Bytes())); err == nil {
		t.Error("restored over what was there")
	}
	other := open(t, Options{Dir: dir})
	if got, _ := other.Head(t.Context()); got != head {
		t.Errorf("restored main %s, want %s", got, head)
	}
	healthy(t, other)
	torn := filepath.Join(t.TempDir(), "torn")
	for _, data := range [][]byte{nil, []byte("nonsense"), b.Bytes()[:b.Len()/2]} {
		if err := Unbundle(t.Context(), torn, bytes.NewReader(data)); err == nil {
			t.Errorf("restored %d torn bytes", len(data))
		}
	}
	if left, _ := os.ReadDir(torn); len(left) > 0 {
		t.Errorf("a restore that failed left %v", left)
	}
}

// healthy fails for anything that the doctor finds.
func healthy(t testing.TB, r *Repository) {
	t.Helper()
	for _, f := range r.Check(t.Context()) {
		if f.Fault || f.Warning {
			t.Errorf("doctor: %s: %s", f.What, f.Said)
		}
	}
}

func TestCheckFindsDamage(t *testing.T) {
	r := open(t, Options{})
	healthy(t, r)
	publish(t, r, "s-1", "a home")
	blob := practices.BlobID(text(id, "a home"))
	object := filepath.Join(gitDir(r), "objects", blob[:2], blob[2:])
	if err := os.Chmod(object, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(object, 10); err != nil {
		t.Fatal(err)
	}
	found := r.Check(t.Context())
	if !slices.ContainsFunc(found, func(f Finding) bool { return f.What == "objects" && f.Fault }) {
		t.Errorf("a damaged object was not found: %+v", found)
	}
}

// TestVersionsAfterALookThatWasBrokenOff breaks off the reading of what is new,
// as happens on a busy machine: what was known before must not be forgotten.
func TestVersionsAfterALookThatWasBrokenOff(t *testing.T) {
	r := open(t, Options{})
	want := 1
	for patience := 256 * time.Microsecond; patience < 100*time.Millisecond; patience *= 2 {
		if list, err := r.Versions(t.Context(), id); err != nil || len(list) != want {
			t.Fatalf("%d versions of %d: %v", len(list), want, err)
		}
		publish(t, r, fmt.Sprint("submission", want), patience.String())
		want++
		ctx, cancel := context.WithTimeout(t.Context(), patience)
		_, _ = r.Versions(ctx, id) // may or may not be in time
		cancel()
	}
}
