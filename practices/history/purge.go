package history

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// A purge is one under way. It is written down before anything is rewritten, so
// that a killed one is finished at the next start.
type purge struct {
	Blobs []string
	Epoch int // of main when it is done
	Act   Act
}

const purgeRef = "refs/purge/main"

func (r *Repository) purgeFile() string { return filepath.Join(r.options.Dir, "purging") }

// Purge erases versions from the whole history, here and at the remote, with
// the names of those who wrote them: for personal data that should never have
// been published. It rewrites main and raises its epoch, which makes the other
// servers clone afresh. The addresses of the versions say from then on that they
// are gone, and why. Where the newest version is purged, the entry is gone until
// another text is published. Copies that others have cloned are out of reach.
func (r *Repository) Purge(ctx context.Context, id string, versions []string, a Act) error {
	if err := a.check(); err != nil {
		return fmt.Errorf("purge %s: %w", id, err)
	}
	unlock, err := r.lock(ctx)
	if err != nil {
		return err
	}
	defer unlock()
	if _, err := r.fetch(ctx); err != nil {
		return err
	}
	blobs, err := r.blobsOf(ctx, id, versions)
	if err != nil {
		return fmt.Errorf("purge: %w", err)
	}
	epoch, err := r.epoch(ctx, mainRef)
	if err != nil {
		return err
	}
	p := purge{Blobs: blobs, Epoch: epoch + 1, Act: a}
	if err := WriteFile(r.purgeFile(), func(w io.Writer) error { return json.NewEncoder(w).Encode(p) }); err != nil {
		return err
	}
	return r.carryOut(ctx, p)
}

// finishPurge carries out a purge that was begun and not finished.
func (r *Repository) finishPurge(ctx context.Context) error {
	data, err := os.ReadFile(r.purgeFile())
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	var p purge
	if err := json.Unmarshal(data, &p); err != nil {
		return fmt.Errorf("%s: %w", r.purgeFile(), err)
	}
	r.options.Log.Warn("finishing a purge that was stopped", "versions", len(p.Blobs))
	return r.carryOut(ctx, p)
}

func (r *Repository) carryOut(ctx context.Context, p purge) error {
	for {
		if _, err := r.fetch(ctx); err != nil {
			return err
		}
		now, err := r.epoch(ctx, mainRef)
		if err != nil {
			return err
		}
		if now >= p.Epoch {
			break
		}
		if err := r.rewrite(ctx, p); err != nil && !errors.Is(err, errOvertaken) {
			return err
		}
	}
	r.at("rewritten")
	if err := r.sweep(ctx); err != nil {
		return err
	}
	for _, blob := range p.Blobs {
		if _, err := r.objects.info(ctx, blob); !errors.Is(err, ErrNotFound) {
			return fmt.Errorf("purge: %.12s is still there: %v", blob, err)
		}
	}
	r.at("swept")
	return os.Remove(r.purgeFile())
}

// rewrite makes a main without the blobs, and puts it in the place of the one
// that is there.
func (r *Repository) rewrite(ctx context.Context, p purge) error {
	ctx, cancel := context.WithTimeout(ctx, wholeTimeout)
	defer cancel()
	old, err := r.Head(ctx)
	if err != nil {
		return err
	}
	var exported bytes.Buffer
	if err := r.git.pipe(ctx, nil, &exported, "fast-export", "--no-data", "--signed-tags=strip", "--reencode=no", mainRef); err != nil {
		return err
	}
	var filtered bytes.Buffer
	if err := withoutBlobs(&exported, &filtered, p.Blobs, r.options.Site); err != nil {
		return err
	}
	if err := r.git.pipe(ctx, &filtered, io.Discard, "fast-import", "--quiet", "--force"); err != nil {
		return err
	}
	parent, err := r.objects.info(ctx, purgeRef)
	if err != nil {
		return err
	}
	hidden, err := r.suppressed(ctx)
	if err != nil {
		return err
	}
	if hidden == nil {
		hidden = map[string]string{}
	}
	for _, blob := range p.Blobs {
		hidden[blob] = oneLine(p.Act.Why, "")
	}
	newer, err := r.commit(ctx, change{
		ref: purgeRef, parent: parent.id, author: p.Act.Author, note: "purge: " + p.Act.Why, when: r.options.Now(),
		files: []File{{Path: epochFile, Data: []byte(strconv.Itoa(p.Epoch) + "\n")}, {Path: suppressedFile, Data: formatSuppressed(hidden)}},
	})
	if err != nil {
		return err
	}
	r.at("filtered")
	if r.options.Remote != "" {
		// The one push that is forced, and only over the main that was rewritten.
		if _, err := r.git.run(ctx, nil, "push", "--porcelain", "--force-with-lease="+mainRef+":"+old, "origin", newer+":"+mainRef); err != nil {
			return fmt.Errorf("%w: %w", ErrRemote, err)
		}
		r.at("pushed")
	}
	_, err = r.git.run(ctx, nil, "update-ref", mainRef, newer, old)
	return err
}

// withoutBlobs copies an export of git and leaves blobs out. A commit that
// brought one loses its author and its note, which may say as much as the text,
// and keeps its trailers, by which it is known.
func withoutBlobs(in io.Reader, out io.Writer, blobs []string, site string) error {
	drop := map[string]bool{}
	for _, blob := range blobs {
		drop[blob] = true
	}
	from := bufio.NewReader(in)
	to := bufio.NewWriter(out)
	var c *exported
	flush := func() {
		if c != nil {
			c.write(to, drop, site)
		}
		c = nil
	}
	for {
		line, err := from.ReadString('\n')
		if err == io.EOF {
			flush()
			return to.Flush()
		}
		if err != nil {
			return err
		}
		switch {
		case strings.HasPrefix(line, "reset "):
			flush()
		case strings.HasPrefix(line, "commit "):
			flush()
			c = &exported{}
		case c == nil:
			// Before the first commit there is nothing that is needed.
		case strings.HasPrefix(line, "data "):
			n, err := strconv.Atoi(strings.TrimSpace(line[len("data "):]))
			if err != nil {
				return fmt.Errorf("export: %q: %w", line, err)
			}
			c.message = make([]byte, n)
			if _, err := io.ReadFull(from, c.message); err != nil {
				return err
			}
		case c.message == nil:
			c.head = append(c.head, line)
		default:
			c.tail = append(c.tail, line)
		}
	}
}

// exported is one commit of an export.
type exported struct {
	head    []string // mark, author, committer
	message []byte
	tail    []string // parents and files
}

func (c *exported) write(w *bufio.Writer, drop map[string]bool, site string) {
	touched := false
	for i, line := range c.tail {
		// "M 100644 blob path"
		if f := strings.SplitN(line, " ", 4); len(f) == 4 && f[0] == "M" && drop[f[2]] {
			c.tail[i] = "D " + f[3]
			touched = true
		}
	}
	release := strings.Contains(string(c.message), "\n"+releaseTrailer+": ")
	if touched && !release {
		c.message = withheld(c.message)
	}
	fmt.Fprintf(w, "commit %s\n", purgeRef)
	for _, line := range c.head {
		if strings.HasPrefix(line, "author ") && touched && !release {
			if i := strings.LastIndex(line, "> "); i >= 0 {
				line = fmt.Sprintf("author Withheld <noreply@%s%s", site, line[i:])
			}
		}
		w.WriteString(line)
	}
	fmt.Fprintf(w, "data %d\n", len(c.message))
	w.Write(c.message)
	w.WriteString("\n")
	for _, line := range c.tail {
		w.WriteString(line)
	}
}

// withheld keeps the trailer of a message and nothing else.
func withheld(message []byte) []byte {
	said := "Withheld\n"
	for line := range strings.Lines(string(message)) {
		if id, ok := strings.CutPrefix(strings.TrimSpace(line), submissionTrailer+": "); ok {
			said += "\n" + submissionTrailer + ": " + id + "\n"
		}
	}
	return []byte(said)
}
