package history

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"regexp"
	"runtime"
	"strings"
	"time"
)

// How long one call of git may take. Those that move a whole repository have
// longer.
const (
	callTimeout  = 30 * time.Second
	wholeTimeout = 30 * time.Minute
)

// oldestGit is the first git that fsyncs all that it writes when told so and
// that reads objects by command.
var oldestGit = [2]int{2, 36}

// git runs the git program on one repository. Nothing of the settings of the
// machine or of the person who started us reaches it.
type git struct {
	program string
	dir     string // the repository
	env     []string
}

func newGit(ctx context.Context, dir, sshCommand string) (*git, error) {
	program, err := exec.LookPath("git")
	if err != nil {
		return nil, ErrNoGit
	}
	g := &git{program: program, dir: dir, env: []string{
		"PATH=" + os.Getenv("PATH"), // for ssh and git's own programs
		"HOME=/nonexistent", "LC_ALL=C", "TZ=UTC",
		"GIT_CONFIG_NOSYSTEM=1", "GIT_CONFIG_GLOBAL=" + os.DevNull, "GIT_TERMINAL_PROMPT=0", "GIT_ASKPASS=true", "GIT_ADVICE=0",
	}}
	if sshCommand == "" {
		sshCommand = "ssh -o BatchMode=yes"
	}
	g.env = append(g.env, "GIT_SSH_COMMAND="+sshCommand)
	if _, err := g.version(ctx); err != nil {
		return nil, err
	}
	return g, nil
}

// version is what the git program calls itself.
func (g *git) version(ctx context.Context) (string, error) {
	out, err := g.run(ctx, nil, "version")
	if err != nil {
		return "", fmt.Errorf("%w (%v)", ErrNoGit, err)
	}
	var major, minor int
	said := strings.TrimSpace(string(out))
	if _, err := fmt.Sscanf(said, "git version %d.%d", &major, &minor); err != nil {
		return "", fmt.Errorf("%w (it says %q)", ErrNoGit, said)
	}
	if major < oldestGit[0] || major == oldestGit[0] && minor < oldestGit[1] {
		return "", fmt.Errorf("%w (this is %s)", ErrNoGit, said)
	}
	return strings.TrimPrefix(said, "git version "), nil
}

// settings go with every call. Without core.fsync git leaves objects and refs
// to the kernel, and a power cut leaves them empty.
var settings = []string{
	"-c", "core.fsync=all", "-c", "core.fsyncMethod=fsync", "-c", "gc.auto=0", "-c", "maintenance.auto=false",
	"-c", "core.hooksPath=" + os.DevNull, "-c", "core.quotePath=true", "-c", "core.logAllRefUpdates=false",
	"-c", "transfer.fsckObjects=true", "-c", "transfer.hideRefs=refs/publish",
	"--no-replace-objects", "--literal-pathspecs",
}

func (g *git) command(ctx context.Context, args ...string) *exec.Cmd {
	full := append(append([]string{"--git-dir=" + g.dir}, settings...), args...)
	cmd := exec.CommandContext(ctx, g.program, full...)
	cmd.Env = g.env
	guard(cmd)
	cmd.WaitDelay = 2 * time.Second
	return cmd
}

// run calls git and gives what it wrote.
func (g *git) run(ctx context.Context, in io.Reader, args ...string) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	var out bytes.Buffer
	err := g.pipe(ctx, in, &out, args...)
	return out.Bytes(), err
}

// pipe calls git within the time of the context, from one stream to another.
func (g *git) pipe(ctx context.Context, in io.Reader, out io.Writer, args ...string) error {
	// The kernel ends git when the thread that started it ends, so that thread
	// stays until git has ended.
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	cmd := g.command(ctx, args...)
	var said tail
	cmd.Stdin, cmd.Stdout, cmd.Stderr = in, out, &said
	err := cmd.Run()
	if err == nil {
		return nil
	}
	if ctx.Err() != nil {
		err = ctx.Err()
	}
	failed := &gitError{verb: args[0], said: strings.TrimSpace(string(said)), err: err}
	if fullSaid.MatchString(failed.said) {
		return fmt.Errorf("%w: %w", ErrFull, failed)
	}
	return failed
}

// fullSaid matches the ways in which git says that a disk is full.
var fullSaid = regexp.MustCompile(`(?i)no space left|out of disk ?space|quota exceeded`)

// line calls git and gives the one line that it wrote.
func (g *git) line(ctx context.Context, args ...string) (string, error) {
	out, err := g.run(ctx, nil, args...)
	return strings.TrimSpace(string(out)), err
}

// A gitError is a call of git that did not succeed.
type gitError struct {
	verb, said string
	err        error
}

func (e *gitError) Error() string {
	if e.said == "" {
		return fmt.Sprintf("git %s: %v", e.verb, e.err)
	}
	return fmt.Sprintf("git %s: %v: %s", e.verb, e.err, e.said)
}

func (e *gitError) Unwrap() error { return e.err }

// exitCode is that of a call of git, 0 for one that succeeded, -1 for one that
// did not run to its end.
func exitCode(err error) int {
	if err == nil {
		return 0
	}
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return exit.ExitCode()
	}
	return -1
}

// A tail keeps the end of what a process says.
type tail []byte

func (t *tail) Write(p []byte) (int, error) {
	const kept = 4 << 10
	*t = append(*t, p...)
	if over := len(*t) - kept; over > 0 {
		*t = append((*t)[:0], (*t)[over:]...)
	}
	return len(p), nil
}
