package history

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"opendoor/practices"
)

// pushLimit bounds the commits of one push, each of which is read.
const pushLimit = 1000

// PreReceive judges a push to the shared repository as a hook of git: it reads
// the lines that git gives a pre-receive hook and answers with what keeps the
// push from being taken, each fault with its file, line and remedy. Every
// commit is judged, not only the last, since each will be a version. Faults of
// files that the push does not touch are left out: whoever pushes did not make
// them. Dir and env are those in which git runs the hook; env holds where the
// objects of the push wait. Workshop judges a collection for workshops, which is
// no entry.
func PreReceive(ctx context.Context, stdin io.Reader, dir string, env []string, workshop Judge) ([]practices.Fault, error) {
	g, err := newGit(ctx, dir, "")
	if err != nil {
		return nil, err
	}
	for _, kv := range env {
		name, _, _ := strings.Cut(kv, "=")
		switch name {
		case "GIT_OBJECT_DIRECTORY", "GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_QUARANTINE_PATH":
			g.env = append(g.env, kv)
		}
	}
	r := &receiver{Repository: &Repository{options: Options{Dir: dir}, git: g, objects: &objects{git: g}}, workshop: workshop}
	defer r.objects.close()
	var faults []practices.Fault
	lines := bufio.NewScanner(stdin)
	for lines.Scan() {
		f := strings.Fields(lines.Text())
		if len(f) != 3 {
			return nil, fmt.Errorf("%q is no line of a pre-receive hook: old new ref", lines.Text())
		}
		if f[2] != mainRef {
			continue
		}
		found, err := r.judge(ctx, f[0], f[1])
		if err != nil {
			return nil, err
		}
		faults = append(faults, found...)
	}
	practices.SortFaults(faults)
	return faults, lines.Err()
}

// A Judge gives what is wrong with a file.
type Judge func(name string, data []byte) []practices.Fault

const noCommit = "0000000000000000000000000000000000000000"

// A receiver is the shared repository while a push waits.
type receiver struct {
	*Repository
	workshop Judge
}

// judge gives what is wrong with moving main.
func (r *receiver) judge(ctx context.Context, old, newer string) ([]practices.Fault, error) {
	whole := func(format string, args ...any) []practices.Fault {
		return []practices.Fault{{File: "main", Message: fmt.Sprintf(format, args...)}}
	}
	if newer == noCommit {
		return whole("cannot be deleted: it is what is published"), nil
	}
	span := newer
	if old != noCommit {
		span = old + ".." + newer
		on, err := r.ancestor(ctx, old, newer)
		if err != nil {
			return nil, err
		}
		if !on {
			before, err := r.epoch(ctx, old)
			if err != nil {
				return nil, err
			}
			if after, err := r.epoch(ctx, newer); err != nil || after <= before {
				return whole("must continue what is published; fetch, rebase on origin/main and push again without force"), nil
			}
			// A purge made the history anew; what is in it was judged before.
			return nil, nil
		}
	}
	out, err := r.git.run(ctx, nil, "rev-list", "--reverse", "--topo-order", fmt.Sprintf("--max-count=%d", pushLimit+1), span, "--")
	if err != nil {
		return nil, err
	}
	commits := strings.Fields(string(out))
	if len(commits) > pushLimit {
		return whole("more than %d commits at once; push them in parts", pushLimit), nil
	}
	var faults []practices.Fault
	for i, c := range commits {
		found, err := r.judgeCommit(ctx, c, i == len(commits)-1)
		if err != nil {
			return nil, err
		}
		faults = append(faults, found...)
	}
	return faults, nil
}

// judgeCommit reads the files that a commit changes: each by itself and, in the
// last, together with all others.
func (r *receiver) judgeCommit(ctx context.Context, commit string, last bool) ([]practices.Fault, error) {
	out, err := r.git.run(ctx, nil, "diff-tree", "-r", "-z", "-m", "--root", "--no-commit-id", "--name-only", "--no-renames", commit)
	if err != nil {
		return nil, err
	}
	touched := map[string]bool{}
	for name := range strings.SplitSeq(string(out), "\x00") {
		if name != "" {
			touched[name] = true
		}
	}
	files, err := r.list(ctx, commit)
	if err != nil {
		return nil, err
	}
	var faults []practices.Fault
	in := func(f practices.Fault) {
		if !last {
			f.Message += fmt.Sprintf(" (in commit %.12s, which becomes a version; join it with the one that mends it)", commit)
		}
		faults = append(faults, f)
	}
	for name := range touched {
		f, there := files[name]
		if !there {
			continue
		}
		for _, fault := range r.judgeFile(ctx, name, f) {
			in(fault)
		}
	}
	if !last {
		return faults, nil
	}
	content, err := r.Tree(ctx, commit)
	if err != nil {
		return nil, err
	}
	c, err := practices.Load(content)
	if err != nil {
		return nil, err
	}
	seen := map[practices.Fault]bool{}
	for _, f := range faults {
		seen[f] = true
	}
	for _, f := range c.Faults() {
		if !f.Warning && touched[f.File] && !seen[f] {
			faults = append(faults, f)
		}
	}
	return faults, nil
}

// judgeFile reads one file by itself.
func (r *receiver) judgeFile(ctx context.Context, name string, f listed) []practices.Fault {
	fault := func(format string, args ...any) []practices.Fault {
		return []practices.Fault{{File: name, Message: fmt.Sprintf(format, args...)}}
	}
	const maxFile = 1 << 20
	switch {
	case f.mode != modeFile && f.mode != modeProgram:
		return fault("is a link or another repository; put the file itself here")
	case f.size > maxFile:
		return fault("%d bytes; the limit of a file is %d", f.size, maxFile)
	case name == suppressedFile || name == epochFile:
		return r.judgeMeta(ctx, name, f)
	case strings.HasPrefix(name, metaDir+"/"):
		return fault("is not one of the files of this folder")
	}
	if err := checkPath(name); err != nil {
		return fault("%v; use letters, digits, hyphens and dots", err)
	}
	// A translation is judged beside its source, with the whole tree.
	base := name[strings.LastIndex(name, "/")+1:]
	judge := func(name string, data []byte) []practices.Fault {
		_, faults := practices.Parse(name, data)
		return faults
	}
	if strings.HasPrefix(name, "workshops/") {
		judge = r.workshop
	}
	if !strings.HasSuffix(base, ".md") || strings.Count(base, ".") != 1 || base == "README.md" {
		return nil
	}
	o, err := r.objects.read(ctx, f.blob)
	if err != nil {
		return fault("cannot be read: %v", err)
	}
	var faults []practices.Fault
	for _, f := range judge(name, o.data) {
		if !f.Warning {
			faults = append(faults, f)
		}
	}
	return faults
}

func (r *receiver) judgeMeta(ctx context.Context, name string, f listed) []practices.Fault {
	o, err := r.objects.read(ctx, f.blob)
	if err == nil && name == suppressedFile {
		_, err = parseSuppressed(o.data)
	} else if err == nil {
		err = errors.New("only a purge changes it")
	}
	if err != nil {
		return []practices.Fault{{File: name, Message: err.Error()}}
	}
	return nil
}
