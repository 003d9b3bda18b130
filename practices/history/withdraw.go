package history

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"opendoor/practices"
)

// An Act is something that an editor does to what is published, outside the
// usual way of a submission: who did it, and why, for all to read.
type Act struct{ Author, Why string }

func (a Act) check() error {
	if strings.TrimSpace(a.Why) == "" {
		return errors.New("a reason is needed; readers see it")
	}
	return nil
}

// Withdraw marks an entry as one that should no longer be followed. Its page
// gives the reason in place of the text; its versions stay.
func (r *Repository) Withdraw(ctx context.Context, id string, a Act) (commit string, err error) {
	if err := a.check(); err != nil {
		return "", fmt.Errorf("withdraw %s: %w", id, err)
	}
	file, err := fileOf(id)
	if err != nil || strings.Contains(id, ".") {
		return "", fmt.Errorf("withdraw %s: %w", id, errors.Join(ErrNotFound, err))
	}
	return r.amend(ctx, "withdraw "+id, file, a, func(old []byte) ([]byte, error) {
		if old == nil {
			return nil, ErrNotFound
		}
		return practices.Withdraw(file, old, oneLine(a.Why, ""))
	})
}

// Hide stops showing a version: its address answers that it is gone and why, on
// every server. When it is the newest, the whole entry (or translation) is not
// shown until another text is published. Nothing is erased; see
// [Repository.Purge].
func (r *Repository) Hide(ctx context.Context, id, version string, a Act) (commit string, err error) {
	if err := a.check(); err != nil {
		return "", fmt.Errorf("hide %s: %w", id, err)
	}
	blobs, err := r.blobsOf(ctx, id, []string{version})
	if err != nil {
		return "", fmt.Errorf("hide: %w", err)
	}
	return r.amend(ctx, "hide "+version+" of "+id, suppressedFile, a, func(old []byte) ([]byte, error) {
		list, err := parseSuppressed(old)
		if err != nil {
			return nil, err
		}
		list[blobs[0]] = oneLine(a.Why, "")
		return formatSuppressed(list), nil
	})
}

// blobsOf finds the blobs of versions of an entry.
func (r *Repository) blobsOf(ctx context.Context, id string, versions []string) ([]string, error) {
	list, err := r.Versions(ctx, id)
	if err != nil {
		return nil, err
	}
	var blobs []string
	for _, version := range versions {
		i := slices.IndexFunc(list, func(v Version) bool { return v.ID == version || v.Blob == version })
		if i < 0 {
			return nil, fmt.Errorf("%w: %s of %s", ErrNotFound, version, id)
		}
		blobs = append(blobs, list[i].Blob)
	}
	return blobs, nil
}

// amend rewrites one file of main from what stands there, again if others come
// between.
func (r *Repository) amend(ctx context.Context, what, file string, a Act, rewrite func(old []byte) ([]byte, error)) (string, error) {
	unlock, err := r.lock(ctx)
	if err != nil {
		return "", err
	}
	defer unlock()
	const ref = "refs/publish/amend"
	for range publishTries {
		var id string
		if id, err = r.amendOnce(ctx, ref, what, file, a, rewrite); !errors.Is(err, ErrMoved) {
			if err != nil {
				return "", fmt.Errorf("%s: %w", what, err)
			}
			_, err := r.git.run(ctx, nil, "update-ref", "-d", ref)
			return id, err
		}
	}
	return "", fmt.Errorf("%s: %w", what, err)
}

func (r *Repository) amendOnce(ctx context.Context, ref, what, file string, a Act, rewrite func([]byte) ([]byte, error)) (string, error) {
	if _, err := r.fetch(ctx); err != nil {
		return "", err
	}
	old, err := r.objects.read(ctx, mainRef+":"+file)
	if err != nil && !errors.Is(err, ErrNotFound) {
		return "", err
	}
	data, err := rewrite(old.data)
	if err != nil {
		return "", err
	}
	return r.publish(ctx, change{
		ref: ref, files: []File{{Path: file, Data: data, BaseBlob: old.id}},
		author: a.Author, note: what + ": " + a.Why, when: r.options.Now(),
	}, "")
}
