package history

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"strings"
	"time"
)

// A Publication is an accepted submission on its way to main.
type Publication struct {
	Submission   string // its id, which the commit carries
	Base         string // where main stood when it was accepted; "" asks the whole history
	Files        []File
	Author, Note string
	When         time.Time // of the decision
}

// A MovedError names the file that has changed since the text that would
// replace it was begun. It is an [ErrMoved].
type MovedError struct {
	Path       string
	Base, Main string // blobs: what was expected, what stands there; "" for none
}

// Error says which file it is.
func (e *MovedError) Error() string { return fmt.Sprintf("%s: %v", e.Path, ErrMoved) }

// Unwrap makes it an ErrMoved.
func (e *MovedError) Unwrap() error { return ErrMoved }

// publishTries bounds how often one publication is tried against others that
// come first.
const publishTries = 20

// Publish makes a submission part of main, and gives the commit. Called again
// for the same submission, in this process or another, also after a kill at any
// moment, it finds what is there and does nothing. It answers with [ErrMoved]
// when a file is no longer what the submission began with, with [ErrRemote] or
// [ErrFull] when it may succeed later, and with [ErrRefused] when it will not.
func (r *Repository) Publish(ctx context.Context, p Publication) (string, error) {
	if err := p.check(); err != nil {
		return "", err
	}
	unlock, err := r.lock(ctx)
	if err != nil {
		return "", err
	}
	defer unlock()
	ref := "refs/publish/" + p.Submission
	c, err := r.publish(ctx, change{
		ref: ref, files: p.Files, author: p.Author, note: p.Note,
		submission: p.Submission, when: p.When,
	}, p.Base)
	if err != nil {
		return "", fmt.Errorf("publish %s: %w", p.Submission, err)
	}
	// The try has served; one that stays is cleared away at the next start.
	r.git.run(ctx, nil, "update-ref", "-d", ref)
	r.at("cleaned")
	return c, nil
}

func (p Publication) check() error {
	if p.Submission == "" || strings.Trim(p.Submission, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_") != "" {
		return fmt.Errorf("publish: %q is no id of a submission", p.Submission)
	}
	if len(p.Files) == 0 {
		return fmt.Errorf("publish %s: there is no file", p.Submission)
	}
	for _, f := range p.Files {
		if err := checkPath(f.Path); err != nil {
			return fmt.Errorf("publish %s: %w", p.Submission, err)
		}
	}
	return nil
}

// publish repeats the steps of a publication until the change is on main or
// cannot be. The writing lock is held.
func (r *Repository) publish(ctx context.Context, c change, base string) (string, error) {
	var last error
	for try := range publishTries {
		if try > 0 {
			// Others were quicker; a pause of its own length for each lets one
			// through.
			pause := time.Duration(rand.Int64N(int64(20*time.Millisecond) << min(try, 6)))
			select {
			case <-ctx.Done():
				return "", ctx.Err()
			case <-time.After(pause):
			}
		}
		id, err := r.attempt(ctx, c, base)
		if err != nil {
			r.clear()
		}
		if !errors.Is(err, errOvertaken) {
			return id, err
		}
		last = err
	}
	return "", fmt.Errorf("after %d tries: %w", publishTries, last)
}

// clear removes what a call of git left that did not succeed: on a full disk,
// its half written files would keep it full. The writing lock is held.
func (r *Repository) clear() {
	left, err := leftovers(r.git.dir)
	for _, file := range left {
		err = errors.Join(err, os.Remove(file))
	}
	if err != nil {
		r.options.Log.Warn("what a call of git left is not cleared away", "error", err)
	}
}

// errOvertaken says that main moved between reading it and moving it.
var errOvertaken = errors.New("main has moved meanwhile")

func (r *Repository) attempt(ctx context.Context, c change, base string) (string, error) {
	if _, err := r.fetch(ctx); err != nil {
		return "", err
	}
	r.at("fetched")
	if c.submission != "" {
		if id, done, err := r.Published(ctx, c.submission, base); err != nil || done {
			return id, err
		}
	}
	r.at("asked")
	head, err := r.Head(ctx)
	if err != nil {
		return "", err
	}
	for _, f := range c.files {
		now, err := r.blobAt(ctx, head, f.Path)
		if err != nil {
			return "", err
		}
		if now != f.BaseBlob {
			return "", &MovedError{Path: f.Path, Base: f.BaseBlob, Main: now}
		}
	}
	c.parent = head
	id, err := r.commit(ctx, c)
	if err != nil {
		return "", err
	}
	r.at("committed")
	if err := r.advance(ctx, head, id); err != nil {
		return "", err
	}
	r.at("advanced")
	return id, nil
}

// advance is the publication itself: one compare-and-swap of main, here or at
// the remote.
func (r *Repository) advance(ctx context.Context, old, newer string) error {
	if r.options.Remote != "" {
		if err := r.push(ctx, newer); err != nil {
			return err
		}
		r.at("pushed")
	}
	_, err := r.git.run(ctx, nil, "update-ref", mainRef, newer, old)
	if err == nil {
		return nil
	}
	if now, headErr := r.Head(ctx); headErr == nil && now != old {
		return errOvertaken
	}
	return err
}

// push offers a commit to the remote as the next of its main, and never forces
// it.
func (r *Repository) push(ctx context.Context, id string) error {
	out, err := r.git.run(ctx, nil, "push", "--porcelain", "origin", id+":"+mainRef)
	if err == nil {
		return nil
	}
	for line := range strings.SplitSeq(string(out), "\n") {
		f := strings.Split(line, "\t")
		if f[0] != "!" || len(f) < 3 {
			continue
		}
		why := f[2]
		if strings.HasPrefix(why, "[rejected]") || strings.Contains(why, "lock") || strings.Contains(why, "failed to update ref") || strings.Contains(why, "reference already exists") {
			return errOvertaken
		}
		if strings.HasPrefix(why, "[remote rejected]") && (strings.Contains(why, "hook declined") || strings.Contains(why, "protected") || strings.Contains(why, "prohibited")) {
			return fmt.Errorf("%w: %s: %w", ErrRefused, why, err)
		}
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return fmt.Errorf("%w: %w", ErrRemote, err)
}

// Published finds the commit that carries a submission's id. Base is where main
// stood when it was accepted, which makes the search short; "", or a commit that
// is gone since a purge, asks the whole history.
func (r *Repository) Published(ctx context.Context, submission, base string) (commit string, ok bool, err error) {
	span := mainRef
	if base != "" {
		known, err := r.Contains(ctx, base)
		if err != nil {
			return "", false, err
		}
		if known {
			span = base + ".." + mainRef
		}
	}
	out, err := r.git.run(ctx, nil, "log", "--fixed-strings", "--grep="+submissionTrailer+": "+submission,
		"--format=%H%x00%(trailers:key="+submissionTrailer+",valueonly,separator=%x2C)", span, "--")
	if err != nil {
		return "", false, err
	}
	// The search also finds the words within a text; only a whole trailer counts.
	for line := range strings.Lines(string(out)) {
		id, found, _ := strings.Cut(strings.TrimSpace(line), "\x00")
		if found == submission {
			return id, true, nil
		}
	}
	return "", false, nil
}
