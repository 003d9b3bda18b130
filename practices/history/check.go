package history

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"opendoor/practices"
)

// A Finding is one thing that was looked at, for whoever keeps the site.
type Finding struct {
	What    string // "git", "objects"
	Said    string // how it is, and what to do when it is not well
	Fault   bool   // it needs somebody
	Warning bool   // it is well to know
}

// Check looks at everything that can go wrong with the repository, and gives
// what it found, good and bad. It changes nothing. A reading of every object
// takes about a second for each ten thousand.
func (r *Repository) Check(ctx context.Context) []Finding {
	var found []Finding
	add := func(what, good string, err error) {
		if err != nil {
			found = append(found, Finding{What: what, Said: err.Error(), Fault: true})
			return
		}
		found = append(found, Finding{What: what, Said: good})
	}
	warn := func(what, format string, args ...any) {
		found = append(found, Finding{What: what, Said: fmt.Sprintf(format, args...), Warning: true})
	}

	version, err := r.git.version(ctx)
	add("git", version, err)
	fsync, err := r.git.line(ctx, "config", "--local", "--get", "core.fsync")
	if err == nil && fsync != "all" {
		err = fmt.Errorf("core.fsync is %q in the repository; start the server once, which sets it to all", fsync)
	}
	add("durable writes", "core.fsync is all", err)

	long, cancel := context.WithTimeout(ctx, wholeTimeout)
	defer cancel()
	err = r.git.pipe(long, nil, &strings.Builder{}, "fsck", "--strict", "--no-dangling", "--no-progress")
	if err != nil {
		err = fmt.Errorf("%w; restore a backup into another folder", err)
	}
	add("objects", "all there and as they were written", err)

	head, err := r.Head(ctx)
	add("main", head, err)
	if err != nil {
		return found
	}
	if content, err := r.Tree(ctx, head); err != nil {
		add("entries", "", err)
	} else if c, err := practices.Load(content); err != nil {
		add("entries", "", err)
	} else {
		add("entries", fmt.Sprintf("%d", c.Len()), nil)
		for _, f := range c.Faults() {
			if !f.Warning {
				warn("entries", "%s", f)
			}
		}
	}
	if r.options.Seed != nil {
		diverged, err := r.Diverged(ctx)
		add("release", fmt.Sprintf("%d entries were changed here and differ from this release", len(diverged)), err)
		for _, d := range diverged {
			warn("release", "%s: changed here; the release has another text", d.Path)
		}
	}
	if r.serving != nil || r.options.Beside {
		left, err := leftovers(r.git.dir)
		add("leftovers", fmt.Sprintf("%d", len(left)), err)
		for _, file := range left {
			warn("leftovers", "%s; gone after the next start, if no writer is at work", filepath.Base(file))
		}
	}
	if _, err := os.Stat(r.purgeFile()); err == nil {
		add("purge", "", errors.New("one was begun and not finished; start the server, which finishes it"))
	}
	for _, f := range r.readable() {
		warn("file modes", "%s can be read by others; chmod go-rwx", f)
	}
	named, err := r.named(ctx)
	add("names in git", "no commit has the address of a person", err)
	if named > 0 {
		found[len(found)-1] = Finding{What: "names in git", Warning: true, Said: fmt.Sprintf("%d commits have the address of whoever pushed them, which everybody who clones reads", named)}
	}
	if r.options.Remote != "" {
		_, err := r.git.line(ctx, "ls-remote", "origin", mainRef)
		if err != nil {
			err = fmt.Errorf("%w: %w", ErrRemote, err)
		}
		add("remote", r.options.Remote, err)
	}
	return found
}

// named counts the commits that have another address than those that the
// program writes, which name nobody.
func (r *Repository) named(ctx context.Context) (n int, err error) {
	out, err := r.git.run(ctx, nil, "log", "--format=%ae %ce", mainRef, "--")
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(string(out)) {
		for address := range strings.FieldsSeq(line) {
			if !strings.HasPrefix(address, "noreply@") {
				n++
				break
			}
		}
	}
	return n, nil
}

// readable lists what other users of the machine could read: the data folder
// itself protects all within it.
func (r *Repository) readable() []string {
	info, err := os.Stat(r.options.Dir)
	if err != nil || info.Mode().Perm()&0o077 == 0 {
		return nil
	}
	return []string{r.options.Dir + " (" + fs.FileMode(info.Mode().Perm()).String() + ")"}
}
