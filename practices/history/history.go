// Package history keeps the published entries: one bare git repository,
// written by the git program, in which nothing is ever lost. It alone runs git.
//
// What is published is what stands on the branch main. A publication is one
// commit, made whole and durable out of sight, which then becomes main's newest
// in one step ([Repository.Publish]); until that step nothing has happened, and
// after it nothing can be lost. The commit carries the id of the submission that
// it publishes, so "has this been published?" is a question to git alone, and
// asking again is harmless.
//
// An entry's version is named by the git blob of its text: by the bytes alone,
// so the name survives a rewriting of history, and "git hash-object" checks it.
//
// The tree on main is that of practices/entries, region/country/id.md, with a
// folder meta beside it for what the program itself remembers.
package history

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/gofrs/flock"
)

var (
	// ErrNoGit says that the git program is missing or too old.
	ErrNoGit = errors.New("git is missing or older than 2.36; install the package git")
	// ErrLocked says that another process serves from the same folder.
	ErrLocked = errors.New("the data folder is in use by another process")
	// ErrMoved says that an entry has changed since the text that would replace
	// it was begun. [MovedError] names it.
	ErrMoved = errors.New("the entry has changed meanwhile")
	// ErrNotFound says that there is no such entry, version or commit.
	ErrNotFound = errors.New("no such version")
	// ErrSuppressed says that a version stood here once and is not shown.
	ErrSuppressed = errors.New("the version is not shown")
	// ErrRemote says that the shared repository cannot be reached.
	ErrRemote = errors.New("the shared repository cannot be reached")
	// ErrRefused says that the shared repository refused a publication for good,
	// by its hook or its rights.
	ErrRefused = errors.New("the shared repository refused the publication")
	// ErrDiverged says that the shared repository's history is not a
	// continuation of ours, and not a purge either.
	ErrDiverged = errors.New("the shared repository has another history")
	// ErrFull says that there is no room left on the disk.
	ErrFull = errors.New("the disk is full")
)

// Options say where the repository is and what it begins with.
type Options struct {
	Dir        string // the data folder; the repository is entries.git in it
	Remote     string // address of the repository that several servers share; "" for none
	SSHCommand string // how git reaches a remote over ssh; "" for plain ssh

	Seed     fs.FS     // the entries built into the program; nil for none
	Release  string    // the program's version, for the commit that brings them
	Released time.Time // when that version was made: the date of the first commit

	Site string // host for the addresses of authors, noreply@SITE; "" for localhost

	// Beside opens a repository that another process serves from, for one deed:
	// nothing is seeded or cleaned. It must be there already.
	Beside bool

	Now func() time.Time // the clock; time.Now when nil
	Log *slog.Logger     // nil for none

	at func(step string) // called between steps; for tests, which kill us there
}

const (
	// lingers is how long a folder may stay locked after its server was killed:
	// a git that it was about to start shares the lock until the kernel ends it.
	lingers   = 2 * time.Second
	lockRetry = 20 * time.Millisecond
)

const (
	gitFolder = "entries.git"
	mainRef   = "refs/heads/main"
	remoteRef = "refs/remotes/origin/main"
	metaDir   = "meta"
)

// A Repository is the published entries with their whole history. It is safe
// for any number of callers; those that write wait for each other, also across
// processes.
type Repository struct {
	options Options
	git     *git
	objects *objects
	serving *flock.Flock // one server for each folder; nil beside one
	writing *flock.Flock // one writer at a time

	write sync.Mutex // as writing, within this process
	index index
}

// Open opens the repository of a data folder, and makes it when it is not
// there: from the remote, or from the entries of the release. What a killed
// process left behind is cleared away, and entries that a newer release brings
// come in ([Repository.Diverged] lists those that stayed as they were changed
// here). Close it at the end.
func Open(ctx context.Context, o Options) (*Repository, error) {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Site == "" {
		o.Site = "localhost"
	}
	var err error
	if o.Dir, err = filepath.Abs(o.Dir); err != nil {
		return nil, err
	}
	g, err := newGit(ctx, filepath.Join(o.Dir, gitFolder), o.SSHCommand)
	if err != nil {
		return nil, err
	}
	r := &Repository{options: o, git: g, objects: &objects{git: g}}
	if err := r.open(ctx); err != nil {
		r.Close()
		return nil, fmt.Errorf("data folder %s: %w", o.Dir, err)
	}
	return r, nil
}

func (r *Repository) open(ctx context.Context) error {
	o := r.options
	r.writing = flock.New(filepath.Join(o.Dir, "writing"), flock.SetPermissions(0o600))
	if o.Beside {
		if !Exists(o.Dir) {
			return fmt.Errorf("%w: it has no published entries (%s)", fs.ErrNotExist, gitFolder)
		}
		_, err := r.Head(ctx)
		return err
	}
	if err := os.MkdirAll(o.Dir, 0o700); err != nil {
		return err
	}
	serving := flock.New(filepath.Join(o.Dir, "serving"), flock.SetPermissions(0o600))
	waiting, cancel := context.WithTimeout(ctx, lingers)
	defer cancel()
	switch _, err := serving.TryLockContext(waiting, lockRetry); {
	case err != nil && ctx.Err() == nil && waiting.Err() != nil:
		return ErrLocked
	case err != nil:
		return err
	}
	r.serving = serving
	unlock, err := r.lock(ctx)
	if err != nil {
		return err
	}
	defer unlock()
	if err := r.recover(); err != nil {
		return err
	}
	if err := r.begin(ctx); err != nil {
		return err
	}
	if err := r.finishPurge(ctx); err != nil {
		return err
	}
	if err := r.dropTries(ctx); err != nil {
		return err
	}
	return r.bringRelease(ctx)
}

// Path is the folder of the repository, which any git can read.
func (r *Repository) Path() string { return r.git.dir }

// Shared says whether other servers publish to the same remote.
func (r *Repository) Shared() bool { return r.options.Remote != "" }

// at marks that a step is done.
func (r *Repository) at(step string) {
	if r.options.at != nil {
		r.options.at(step)
	}
}

// Close ends the reading process and lets go of the folder.
func (r *Repository) Close() error {
	r.objects.close()
	if r.serving != nil {
		return r.serving.Unlock()
	}
	return nil
}

// lock keeps all other writers out, of this process and of others.
func (r *Repository) lock(ctx context.Context) (unlock func(), err error) {
	r.write.Lock()
	if ok, err := r.writing.TryLockContext(ctx, lockRetry); err != nil || !ok {
		r.write.Unlock()
		return nil, fmt.Errorf("wait for the writing lock: %w", err)
	}
	return func() {
		r.writing.Unlock()
		r.write.Unlock()
	}, nil
}

// Exists says whether a data folder has a repository.
func Exists(dir string) bool {
	_, err := os.Stat(filepath.Join(dir, gitFolder))
	return err == nil
}

// Head is the commit that main stands at: the version of all that is published.
// It is cheap enough to ask every second.
func (r *Repository) Head(ctx context.Context) (string, error) {
	o, err := r.objects.info(ctx, mainRef)
	if err != nil {
		return "", err
	}
	return o.id, nil
}

// Contains says whether a commit is part of what is published.
func (r *Repository) Contains(ctx context.Context, commit string) (bool, error) {
	o, err := r.objects.info(ctx, commit)
	switch {
	case errors.Is(err, ErrNotFound):
		return false, nil
	case err != nil:
		return false, err
	case o.kind != "commit":
		return false, nil
	}
	return r.ancestor(ctx, o.id, mainRef)
}

// ancestor says whether one commit is part of another's history.
func (r *Repository) ancestor(ctx context.Context, old, newer string) (bool, error) {
	_, err := r.git.run(ctx, nil, "merge-base", "--is-ancestor", old, newer)
	if exitCode(err) == 1 {
		return false, nil
	}
	return err == nil, err
}

// versionLength is how many hex digits of a blob name a version.
const versionLength = 12

// isHex says whether s is n hex digits in lower case.
func isHex(s string, n int) bool {
	return len(s) == n && strings.Trim(s, "0123456789abcdef") == ""
}
