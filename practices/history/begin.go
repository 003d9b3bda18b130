package history

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"opendoor/practices"
)

// firstDate is that of the first commit when the program does not know when it
// was made. It is fixed, so that one program makes one commit everywhere.
var firstDate = time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)

// beginning is the prefix of the folder in which a repository is made before
// it gets its name.
const beginning = gitFolder + ".new-"

// begin makes the repository when there is none: aside, then renamed, so that a
// kill leaves none or a whole one.
func (r *Repository) begin(ctx context.Context) error {
	home := r.git.dir
	if _, err := os.Stat(home); err == nil {
		if err := r.configure(ctx); err != nil {
			return err
		}
		_, err := r.fetch(ctx)
		if errors.Is(err, ErrRemote) || errors.Is(err, ErrDiverged) {
			r.options.Log.Error("serving what is here", "error", err)
			err = nil
		}
		return err
	}
	aside, err := os.MkdirTemp(r.options.Dir, beginning)
	if err != nil {
		return err
	}
	r.git.dir = aside
	err = r.fill(ctx)
	r.objects.close()
	r.git.dir = home
	if err != nil {
		os.RemoveAll(aside)
		return err
	}
	r.at("begun")
	if err := os.Rename(aside, home); err != nil {
		return err
	}
	return syncFolder(r.options.Dir)
}

// fill makes a new repository in its folder: from the remote, or else with the
// entries of the release.
func (r *Repository) fill(ctx context.Context) error {
	if _, err := r.git.run(ctx, nil, "init", "--quiet", "--bare", "--initial-branch=main", "--template=", "--shared=0600"); err != nil {
		return err
	}
	if err := r.configure(ctx); err != nil {
		return err
	}
	if _, err := r.fetch(ctx); err != nil {
		return err
	}
	if _, err := r.Head(ctx); !errors.Is(err, ErrNotFound) {
		return err
	}
	files, err := r.shipped()
	if err != nil {
		return err
	}
	when := r.options.Released
	if when.IsZero() {
		when = firstDate
	}
	id, err := r.commit(ctx, change{
		ref: "refs/publish/seed", files: files, author: programName, note: r.releaseNote(), release: r.release(), when: when,
	})
	if err != nil {
		return err
	}
	if r.options.Remote != "" {
		// Another server may begin at the same moment: then what it made is what
		// there is.
		if err := r.push(ctx, id); errors.Is(err, errOvertaken) {
			_, err := r.fetch(ctx)
			return err
		} else if err != nil {
			return err
		}
	}
	if _, err := r.git.run(ctx, nil, "update-ref", mainRef, id, ""); err != nil {
		return err
	}
	_, err = r.git.run(ctx, nil, "update-ref", "-d", "refs/publish/seed")
	return err
}

// configure writes the settings that must hold whoever runs git here.
func (r *Repository) configure(ctx context.Context) error {
	want := [][2]string{{"core.fsync", "all"}, {"gc.auto", "0"}, {"core.logallrefupdates", "false"}}
	if r.options.Remote != "" {
		want = append(want, [2]string{"remote.origin.url", r.options.Remote}, [2]string{"remote.origin.fetch", "+" + mainRef + ":" + remoteRef})
	}
	for _, kv := range want {
		if now, err := r.git.line(ctx, "config", "--local", "--get", kv[0]); err == nil && now == kv[1] {
			continue
		}
		if _, err := r.git.run(ctx, nil, "config", "--local", kv[0], kv[1]); err != nil {
			return err
		}
	}
	return nil
}

func (r *Repository) release() string { return oneLine(r.options.Release, "unnamed") }

func (r *Repository) releaseNote() string { return "entries of release " + r.release() }

// shipped reads the entries built into the program.
func (r *Repository) shipped() ([]File, error) {
	if r.options.Seed == nil {
		return nil, nil
	}
	var files []File
	err := fs.WalkDir(r.options.Seed, ".", func(p string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && p != "." && strings.HasPrefix(d.Name(), "."):
			return fs.SkipDir
		case d.IsDir(), path.Ext(p) == ".go", !d.Type().IsRegular():
			return nil
		}
		if err := checkPath(p); err != nil {
			return err
		}
		data, err := fs.ReadFile(r.options.Seed, p)
		if err != nil {
			return err
		}
		if data == nil {
			data = []byte{}
		}
		files = append(files, File{Path: p, Data: data})
		return nil
	})
	return files, err
}

// bringRelease brings the texts that a newer program ships, in one commit. A
// text that was changed here is left alone, and one that stood here before is
// old: an older program changes nothing. Nothing is ever removed.
func (r *Repository) bringRelease(ctx context.Context) error {
	const ref = "refs/publish/release"
	var err error
	for range publishTries {
		var bring []File
		bring, _, err = r.compareRelease(ctx)
		if err != nil || len(bring) == 0 {
			return err
		}
		_, err = r.publish(ctx, change{
			ref: ref, files: bring, author: programName, note: r.releaseNote(), release: r.release(), when: r.options.Now(),
		}, "")
		if err == nil {
			r.options.Log.Info("newer entries of the release brought in", "entries", len(bring))
			_, err = r.git.run(ctx, nil, "update-ref", "-d", ref)
			return err
		}
		if !errors.Is(err, ErrMoved) {
			break
		}
		// Another server of the same release was quicker; what is left to bring?
	}
	if errors.Is(err, ErrMoved) || errors.Is(err, ErrRemote) || errors.Is(err, ErrDiverged) {
		r.options.Log.Warn("newer entries are not brought in now, but at the next start", "error", err)
		return nil
	}
	return err
}

// A Divergence is a shipped entry that was changed here, so that the release's
// text was not brought in.
type Divergence struct {
	Path    string
	Base    string // blob that a release brought last, "" when the entry is ours
	Here    string // blob that stands on main
	Release []byte // the text that the program ships
}

// Diverged lists the entries in which the release and what stands here differ,
// by path, for an editor to bring together.
func (r *Repository) Diverged(ctx context.Context) ([]Divergence, error) {
	_, diverged, err := r.compareRelease(ctx)
	return diverged, err
}

func (r *Repository) compareRelease(ctx context.Context) (bring []File, diverged []Divergence, err error) {
	files, err := r.shipped()
	if err != nil || len(files) == 0 {
		return nil, nil, err
	}
	now, err := r.list(ctx, mainRef)
	if err != nil {
		return nil, nil, err
	}
	hidden, err := r.suppressed(ctx)
	if err != nil {
		return nil, nil, err
	}
	for _, f := range files {
		here, ships := now[f.Path].blob, practices.BlobID(f.Data)
		if _, hide := hidden[ships]; hide || here == ships {
			continue
		}
		before, err := r.versionsAt(ctx, f.Path)
		if err != nil {
			return nil, nil, err
		}
		if slices.ContainsFunc(before, func(v Version) bool { return v.Blob == ships }) {
			continue
		}
		base := ""
		if i := slices.IndexFunc(before, func(v Version) bool { return v.Release != "" }); i >= 0 {
			base = before[i].Blob
		}
		if len(before) == 0 || here != "" && slices.ContainsFunc(before, func(v Version) bool { return v.Blob == here && v.Release != "" }) {
			f.BaseBlob = here
			bring = append(bring, f)
		} else {
			diverged = append(diverged, Divergence{Path: f.Path, Base: base, Here: here, Release: f.Data})
		}
	}
	return bring, diverged, nil
}

// recover clears away what a killed process left in our own folder. It is
// called with both locks, so nobody is at work there.
func (r *Repository) recover() error {
	stale, err := filepath.Glob(filepath.Join(r.options.Dir, beginning+"*"))
	if err != nil {
		return err
	}
	for _, dir := range stale {
		if err := os.RemoveAll(dir); err != nil {
			return err
		}
	}
	if !Exists(r.options.Dir) {
		return nil
	}
	left, err := leftovers(r.git.dir)
	if err != nil {
		return err
	}
	for _, file := range left {
		if err := os.Remove(file); err != nil {
			return err
		}
	}
	if len(left) > 0 {
		r.options.Log.Info("cleared away what a stopped process left", "files", len(left))
	}
	return nil
}

// dropTries lets go of the commits that a stopped process made and did not
// bring to main: whoever asked for them asks again.
func (r *Repository) dropTries(ctx context.Context) error {
	out, err := r.git.run(ctx, nil, "for-each-ref", "--format=%(refname)", "refs/publish", "refs/purge")
	if err != nil {
		return err
	}
	for ref := range strings.FieldsSeq(string(out)) {
		if _, err := r.git.run(ctx, nil, "update-ref", "-d", ref); err != nil {
			return err
		}
	}
	return nil
}

// leftovers finds the locks, half written packs and crash reports of git.
func leftovers(dir string) ([]string, error) {
	var found []string
	err := filepath.WalkDir(dir, func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name := d.Name()
		if d.Type().IsRegular() && (strings.HasSuffix(name, ".lock") || strings.HasPrefix(name, "tmp_") || strings.HasPrefix(name, "fast_import_crash_") || strings.HasPrefix(name, ".tmp-")) {
			found = append(found, p)
		}
		return nil
	})
	return found, err
}
