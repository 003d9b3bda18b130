package history

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// epochFile holds a number that each purge raises: a main that is no
// continuation of ours is taken only with a higher one.
const epochFile = metaDir + "/epoch"

// Follow takes over what others have published: it fetches main and moves ours
// forward. Moved says whether there was anything. A history that was rewritten
// is taken when a purge says so, and what it dropped is then dropped here; else
// the answer is [ErrDiverged], and ours stays. Without a remote there is nothing
// to follow.
func (r *Repository) Follow(ctx context.Context) (moved bool, err error) {
	if r.options.Remote == "" {
		return false, nil
	}
	unlock, err := r.lock(ctx)
	if err != nil {
		return false, err
	}
	defer unlock()
	return r.fetch(ctx)
}

// fetch is Follow with the writing lock held.
func (r *Repository) fetch(ctx context.Context) (moved bool, err error) {
	if r.options.Remote == "" {
		return false, nil
	}
	if err := r.download(ctx); err != nil {
		return false, err
	}
	theirs, err := r.objects.info(ctx, remoteRef)
	if errors.Is(err, ErrNotFound) {
		return false, nil // nobody has published there yet
	}
	if err != nil {
		return false, err
	}
	ours, err := r.Head(ctx)
	if errors.Is(err, ErrNotFound) {
		_, err := r.git.run(ctx, nil, "update-ref", mainRef, theirs.id, "")
		return err == nil, err
	}
	if err != nil || ours == theirs.id {
		return false, err
	}
	behind, err := r.ancestor(ctx, ours, theirs.id)
	if err != nil {
		return false, err
	}
	if !behind {
		ahead, err := r.ancestor(ctx, theirs.id, ours)
		if err != nil || ahead {
			return false, err
		}
		return r.takeRewritten(ctx, ours, theirs.id)
	}
	if _, err := r.git.run(ctx, nil, "update-ref", mainRef, theirs.id, ours); err != nil {
		return false, err
	}
	return true, nil
}

// download fetches the remote's main into a ref of its own. It always takes
// what is there, since what becomes of ours is decided afterwards.
func (r *Repository) download(ctx context.Context) error {
	heads, err := r.git.run(ctx, nil, "ls-remote", "origin", mainRef)
	if err == nil && len(heads) == 0 {
		return nil
	}
	if err == nil {
		if id, _, _ := strings.Cut(string(heads), "\t"); id != "" {
			if known, err := r.objects.info(ctx, remoteRef); err == nil && known.id == id {
				return nil
			}
		}
		longer, cancel := context.WithTimeout(ctx, wholeTimeout)
		defer cancel()
		var out strings.Builder
		err = r.git.pipe(longer, nil, &out, "fetch", "--quiet", "--no-tags", "--no-write-fetch-head", "origin", "+"+mainRef+":"+remoteRef)
	}
	switch {
	case err == nil || errors.Is(err, ErrFull):
		return err
	case ctx.Err() != nil:
		return ctx.Err()
	}
	return fmt.Errorf("%w: %w", ErrRemote, err)
}

// takeRewritten takes over a history that a purge has rewritten.
func (r *Repository) takeRewritten(ctx context.Context, ours, theirs string) (bool, error) {
	before, err := r.epoch(ctx, ours)
	if err != nil {
		return false, err
	}
	after, err := r.epoch(ctx, theirs)
	if err != nil {
		return false, err
	}
	if after <= before {
		return false, fmt.Errorf("%w: main there is %.12s, here %.12s; if the change there was meant, use opendoor purge for it", ErrDiverged, theirs, ours)
	}
	if _, err := r.git.run(ctx, nil, "update-ref", mainRef, theirs, ours); err != nil {
		return false, err
	}
	r.options.Log.Warn("history rewritten by a purge; taken over", "epoch", after)
	return true, r.sweep(ctx)
}

// epoch reads the number of purges in a commit's history.
func (r *Repository) epoch(ctx context.Context, commit string) (int, error) {
	o, err := r.objects.read(ctx, commit+":"+epochFile)
	if errors.Is(err, ErrNotFound) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	n, err := strconv.Atoi(strings.TrimSpace(string(o.data)))
	if err != nil {
		return 0, fmt.Errorf("%s: %w", epochFile, err)
	}
	return n, nil
}

// Tidy packs what many publications have left in many files, so that reading
// stays quick. Once a day is enough.
func (r *Repository) Tidy(ctx context.Context) error {
	unlock, err := r.lock(ctx)
	if err != nil {
		return err
	}
	defer unlock()
	ctx, cancel := context.WithTimeout(ctx, wholeTimeout)
	defer cancel()
	for _, args := range [][]string{{"repack", "-d", "-l", "-q"}, {"prune-packed", "-q"}, {"pack-refs", "--all"}} {
		if err := r.git.pipe(ctx, nil, &strings.Builder{}, args...); err != nil {
			return err
		}
	}
	// The reading process starts again with the new files.
	r.objects.close()
	return nil
}

// sweep drops everything that main does not hold: tries, and what a purge has
// taken out. The writing lock is held.
func (r *Repository) sweep(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, wholeTimeout)
	defer cancel()
	out, err := r.git.run(ctx, nil, "for-each-ref", "--format=%(refname)")
	if err != nil {
		return err
	}
	keep := map[string]bool{mainRef: true}
	theirs, theirsErr := r.objects.info(ctx, remoteRef)
	if ours, err := r.Head(ctx); err == nil && theirsErr == nil && ours == theirs.id {
		keep[remoteRef] = true
	}
	for name := range strings.FieldsSeq(string(out)) {
		if keep[name] {
			continue
		}
		if _, err := r.git.run(ctx, nil, "update-ref", "-d", name); err != nil {
			return err
		}
	}
	// The reading process holds the old files open, and with them what is to go.
	r.objects.close()
	for _, args := range [][]string{
		{"reflog", "expire", "--expire=now", "--all"},
		{"repack", "-a", "-d", "-q"},
		{"prune", "--expire=now"},
		{"pack-refs", "--all"},
	} {
		if err := r.git.pipe(ctx, nil, &strings.Builder{}, args...); err != nil {
			return err
		}
	}
	return nil
}
