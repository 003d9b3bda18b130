package history

import (
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"strings"
	"time"
	"unicode"
)

// Trailers of our commits.
const (
	submissionTrailer = "Submission-Id"
	releaseTrailer    = "Release"
)

// A File is one file of a publication.
type File struct {
	Path     string // within the tree of entries: "americas/mx/mx-0004.md"
	Data     []byte // its new text; nil removes it
	BaseBlob string // the blob that it replaces; "" for a file that is not there yet
}

// A change is what one commit does.
type change struct {
	ref, parent  string // parent is "" for the first commit
	files        []File
	author, note string
	submission   string // that it publishes, if it does
	release      string // whose entries it brings, if it does
	when         time.Time
}

// commit writes a commit, durably, and lets a ref of its own name it. It is no
// part of main yet.
func (r *Repository) commit(ctx context.Context, c change) (string, error) {
	var b bytes.Buffer
	site := r.options.Site
	fmt.Fprintf(&b, "feature done\ncommit %s\n", c.ref)
	fmt.Fprintf(&b, "author %s <noreply@%s> %d +0000\n", oneLine(c.author, programName), site, c.when.Unix())
	fmt.Fprintf(&b, "committer %s <noreply@%s> %d +0000\n", programName, site, c.when.Unix())
	message := oneLine(c.note, "Update") + "\n"
	if c.submission != "" {
		message += "\n" + submissionTrailer + ": " + c.submission + "\n"
	}
	if c.release != "" {
		message += "\n" + releaseTrailer + ": " + c.release + "\n"
	}
	fmt.Fprintf(&b, "data %d\n%s\n", len(message), message)
	if c.parent != "" {
		fmt.Fprintf(&b, "from %s\n", c.parent)
	}
	for _, f := range c.files {
		if f.Data == nil {
			fmt.Fprintf(&b, "D %s\n", f.Path)
			continue
		}
		fmt.Fprintf(&b, "M %s inline %s\ndata %d\n%s\n", modeFile, f.Path, len(f.Data), f.Data)
	}
	b.WriteString("\ndone\n")
	if _, err := r.git.run(ctx, &b, "fast-import", "--quiet", "--done", "--force"); err != nil {
		return "", err
	}
	o, err := r.objects.info(ctx, c.ref)
	return o.id, err
}

const programName = "Open Door"

// oneLine makes a name or a note fit for a line of a commit: no line of it can
// be taken for a trailer, and no name for an address.
func oneLine(s, otherwise string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case r == '<' || r == '>':
			return -1
		case unicode.IsControl(r) || r == '\u2028' || r == '\u2029' || r == unicode.ReplacementChar:
			return ' '
		}
		return r
	}, strings.ToValidUTF8(s, ""))
	s = strings.Join(strings.Fields(s), " ")
	const longest = 200
	if runes := []rune(s); len(runes) > longest {
		s = string(runes[:longest-1]) + "…"
	}
	if s == "" {
		return otherwise
	}
	return s
}

// checkPath refuses what is no plain place in the tree of entries.
func checkPath(p string) error {
	plain := strings.IndexFunc(p, func(r rune) bool {
		return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("-_./", r))
	}) < 0
	if !fs.ValidPath(p) || p == "." || !plain || strings.HasPrefix(p, metaDir+"/") || strings.HasPrefix(p, ".") || strings.Contains(p, "/.") {
		return fmt.Errorf("%q is no place for an entry", p)
	}
	return nil
}
