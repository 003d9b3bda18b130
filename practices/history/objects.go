package history

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"sync"
)

// objects reads from one long-lived git process: one for each read would take
// a hundred times as long.
type objects struct {
	git *git

	mu      sync.Mutex
	process *reader
}

// An object is one thing of the repository: its name, its kind, and its bytes
// when they were asked for.
type object struct {
	id, kind string
	size     int
	data     []byte
}

// A reader is the running process.
type reader struct {
	in   io.WriteCloser
	out  *bufio.Reader
	cmd  *exec.Cmd
	done chan struct{}
}

// info finds an object by any name that git knows.
func (o *objects) info(ctx context.Context, name string) (object, error) {
	return first(o.ask(ctx, "info", name))
}

// read gives the bytes of an object.
func (o *objects) read(ctx context.Context, name string) (object, error) {
	return first(o.ask(ctx, "contents", name))
}

// readAll gives the bytes of many objects, all of which must be there.
func (o *objects) readAll(ctx context.Context, names []string) ([]object, error) {
	return o.ask(ctx, "contents", names...)
}

func first(found []object, err error) (object, error) {
	if err != nil {
		return object{}, err
	}
	return found[0], nil
}

// ask puts questions to the process, all at once, since waiting for each answer
// takes longer than the answer. A process that has died, as after a crash of
// git, is started again once.
func (o *objects) ask(ctx context.Context, verb string, names ...string) ([]object, error) {
	for _, name := range names {
		if strings.ContainsAny(name, "\n\x00") {
			return nil, fmt.Errorf("%w: %q", ErrNotFound, name)
		}
	}
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	o.mu.Lock()
	defer o.mu.Unlock()
	found, err := o.once(ctx, verb, names)
	if err != nil && !errors.Is(err, ErrNotFound) && ctx.Err() == nil {
		found, err = o.once(ctx, verb, names)
	}
	return found, err
}

func (o *objects) once(ctx context.Context, verb string, names []string) ([]object, error) {
	if o.process == nil {
		p, err := o.start()
		if err != nil {
			return nil, err
		}
		o.process = p
	}
	p := o.process
	stop := context.AfterFunc(ctx, func() { p.cmd.Process.Kill() })
	found, err := p.ask(verb, names)
	if !stop() && err == nil {
		err = ctx.Err()
	}
	if err != nil && !errors.Is(err, ErrNotFound) {
		o.end()
		if ctx.Err() != nil {
			err = ctx.Err()
		}
		return nil, fmt.Errorf("read from git: %w", err)
	}
	return found, err
}

func (o *objects) start() (*reader, error) {
	cmd := o.git.command(context.Background(), "cat-file", "--batch-command")
	in, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	p := &reader{in: in, out: bufio.NewReaderSize(out, 64<<10), cmd: cmd, done: make(chan struct{})}
	started := make(chan error)
	go func() {
		defer close(p.done)
		// The thread that starts the process stays until it has ended.
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := cmd.Start()
		started <- err
		if err == nil {
			cmd.Wait()
		}
	}()
	return p, <-started
}

// ask writes the questions and reads as many answers. The questions go from
// beside, as git answers while it reads, and both pipes are short.
func (p *reader) ask(verb string, names []string) ([]object, error) {
	asked := make(chan error, 1)
	go func() {
		_, err := io.WriteString(p.in, verb+" "+strings.Join(names, "\n"+verb+" ")+"\n")
		asked <- err
	}()
	found := make([]object, len(names))
	var missing error
	for i, name := range names {
		var err error
		if found[i], err = p.answer(verb, name); errors.Is(err, ErrNotFound) {
			missing = err // the answers that follow must be read all the same
		} else if err != nil {
			return nil, err
		}
	}
	return found, errors.Join(<-asked, missing)
}

func (p *reader) answer(verb, name string) (object, error) {
	line, err := p.out.ReadString('\n')
	if err != nil {
		return object{}, err
	}
	line = strings.TrimSuffix(line, "\n")
	f := strings.Fields(line)
	if strings.HasSuffix(line, " missing") || strings.HasSuffix(line, " ambiguous") || len(f) != 3 {
		return object{}, fmt.Errorf("%w: %s", ErrNotFound, name)
	}
	found := object{id: f[0], kind: f[1]}
	if found.size, err = strconv.Atoi(f[2]); err != nil {
		return object{}, fmt.Errorf("answer %q: %w", line, err)
	}
	if verb != "contents" {
		return found, nil
	}
	found.data = make([]byte, found.size+1)
	if _, err := io.ReadFull(p.out, found.data); err != nil {
		return object{}, err
	}
	found.data = found.data[:found.size]
	return found, nil
}

// end ends the process; the next question starts another.
func (o *objects) end() {
	if o.process == nil {
		return
	}
	o.process.in.Close()
	o.process.cmd.Process.Kill()
	<-o.process.done
	o.process = nil
}

func (o *objects) close() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.end()
}
