package history

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"opendoor/practices"
)

// A Version is the text of one file as it once stood on main. It never changes.
type Version struct {
	ID         string    // the first 12 hex digits of the blob; the address
	Blob       string    // of git
	Commit     string    // that brought it
	Path       string    // within the tree of entries
	When       time.Time // of the commit
	Author     string    // a name or organisation, never an address
	Note       string    // what was changed, in one line
	N          int       // 1 for the first text
	Suppressed bool      // not shown; [Repository.Text] gives the reason

	Release    string // of the program that brought it; "" for a text published here
	Submission string // that it came from; "" for another way
}

// index is every version of every file, in the order in which they came.
type index struct {
	mu     sync.Mutex
	head   string // up to which commit it reaches
	byPath map[string][]Version
	hidden map[string]string // blobs that are suppressed
}

// Versions lists the versions of an entry, newest first. An id followed by a
// language, "mx-0004.es", is that translation.
func (r *Repository) Versions(ctx context.Context, id string) ([]Version, error) {
	file, err := fileOf(id)
	if err != nil {
		return nil, err
	}
	list, err := r.versionsAt(ctx, file)
	if err != nil {
		return nil, err
	}
	if len(list) == 0 {
		return nil, fmt.Errorf("%w: %s", ErrNotFound, id)
	}
	return list, nil
}

// Text gives one version of an entry, also one that has been replaced since. It
// knows only those that once stood at the entry's own place on main, and gives
// [ErrSuppressed], with the reason, for one that is hidden.
func (r *Repository) Text(ctx context.Context, id, version string) ([]byte, Version, error) {
	list, err := r.Versions(ctx, id)
	if err != nil {
		return nil, Version{}, err
	}
	hidden, err := r.suppressed(ctx)
	if err != nil {
		return nil, Version{}, err
	}
	for blob, why := range hidden {
		if isHex(version, versionLength) && strings.HasPrefix(blob, version) {
			return nil, Version{}, &SuppressedError{Why: why}
		}
	}
	// Should a newer text have the same name, made so by design, the address
	// stays with the text that had it first.
	var v Version
	for _, earlier := range list {
		if earlier.ID == version && earlier.Blob != v.Blob {
			v = earlier
		}
	}
	if v.Blob == "" {
		return nil, Version{}, fmt.Errorf("%w: %s of %s", ErrNotFound, version, id)
	}
	o, err := r.objects.read(ctx, v.Blob)
	if err != nil {
		return nil, v, err
	}
	return o.data, v, nil
}

// A SuppressedError says why a version is not shown. It is an [ErrSuppressed].
type SuppressedError struct{ Why string }

func (e *SuppressedError) Error() string { return fmt.Sprintf("%v: %s", ErrSuppressed, e.Why) }

// Unwrap makes it an ErrSuppressed.
func (e *SuppressedError) Unwrap() error { return ErrSuppressed }

// fileOf gives the place of an entry or of a translation by its name.
func fileOf(name string) (string, error) {
	id, lang, _ := strings.Cut(name, ".")
	if !practices.ValidID(id) || strings.ContainsAny(lang, "./\\ \n\x00") {
		return "", fmt.Errorf("%w: %q", ErrNotFound, name)
	}
	return practices.FilePath(id, lang), nil
}

// versionsAt lists the versions of a file, newest first.
func (r *Repository) versionsAt(ctx context.Context, file string) ([]Version, error) {
	r.index.mu.Lock()
	defer r.index.mu.Unlock()
	if err := r.refresh(ctx); err != nil {
		return nil, err
	}
	list := slices.Clone(r.index.byPath[file])
	for i := range list {
		list[i].N = i + 1
		_, list[i].Suppressed = r.index.hidden[list[i].Blob]
	}
	slices.Reverse(list)
	return list, nil
}

// refresh brings the index up to main. It is called with the index locked.
func (r *Repository) refresh(ctx context.Context) error {
	x := &r.index
	head, err := r.Head(ctx)
	if err != nil || head == x.head {
		return err
	}
	span := head
	if x.head != "" {
		on, err := r.ancestor(ctx, x.head, head)
		switch {
		case ctx.Err() != nil:
			return ctx.Err() // says nothing of the history
		case err != nil || !on:
			// The history was rewritten, and what we knew is of another one. The
			// reading process still holds the files of the old one open.
			x.head, x.byPath = "", nil
			r.objects.close()
		default:
			span = x.head + ".." + head
		}
	}
	if x.byPath == nil {
		x.byPath = map[string][]Version{}
	}
	now, err := r.list(ctx, head)
	if err != nil {
		return err
	}
	out, err := r.git.run(ctx, nil, "log", "--topo-order", "--reverse", "--raw", "-c", "--no-renames", "--no-abbrev", "--root",
		"--format="+logFormat, span, "--")
	if err != nil {
		x.head, x.byPath = "", nil
		return err
	}
	x.read(string(out))
	x.settle(head, now)
	if x.hidden, err = r.suppressed(ctx); err != nil {
		x.head, x.byPath = "", nil
		return err
	}
	x.head = head
	return nil
}

// logFormat writes the head of a commit on one line that begins with a byte
// that no path does.
const logFormat = "%x01%H%x00%ct%x00%an%x00%s%x00%(trailers:key=" + releaseTrailer + ",valueonly,separator=%x2C)%x00%(trailers:key=" + submissionTrailer + ",valueonly,separator=%x2C)"

// read takes in the output of git log.
func (x *index) read(log string) {
	var commit Version
	for line := range strings.SplitSeq(log, "\n") {
		if head, ok := strings.CutPrefix(line, "\x01"); ok {
			f := strings.Split(head, "\x00")
			if len(f) != 6 {
				continue
			}
			seconds, _ := strconv.ParseInt(f[1], 10, 64)
			commit = Version{Commit: f[0], When: time.Unix(seconds, 0).UTC(), Author: f[2], Note: f[3], Release: f[4], Submission: f[5]}
			continue
		}
		about, file, ok := strings.Cut(line, "\t")
		if !ok || !strings.HasPrefix(about, ":") {
			continue
		}
		// ":mode mode blob blob M": a merge has a colon, a mode and a blob more
		// for each parent more.
		parents := len(about) - len(strings.TrimLeft(about, ":"))
		f := strings.Fields(about[parents:])
		if len(f) != 2*parents+3 {
			continue
		}
		mode, blob := f[parents], f[2*parents+1]
		if mode == modeFile || mode == modeProgram {
			x.add(file, blob, commit)
		}
	}
}

func (x *index) add(file, blob string, commit Version) {
	list := x.byPath[file]
	if n := len(list); n > 0 && list[n-1].Blob == blob {
		return
	}
	commit.Path, commit.Blob, commit.ID = file, blob, blob[:versionLength]
	x.byPath[file] = append(list, commit)
}

// settle makes the newest version of each file the one that stands on main:
// of two branches that were merged, either may have been read last.
func (x *index) settle(head string, now map[string]listed) {
	for file, f := range now {
		list := x.byPath[file]
		if n := len(list); n == 0 || list[n-1].Blob == f.blob {
			continue
		}
		i := slices.IndexFunc(list, func(v Version) bool { return v.Blob == f.blob })
		if i < 0 {
			continue
		}
		again := list[i]
		again.Commit = head
		x.byPath[file] = append(list, again)
	}
}

// blobAt is the blob that stands at a place in a commit, "" for none.
func (r *Repository) blobAt(ctx context.Context, commit, file string) (string, error) {
	o, err := r.objects.info(ctx, commit+":"+file)
	if errors.Is(err, ErrNotFound) {
		return "", nil
	}
	return o.id, err
}
