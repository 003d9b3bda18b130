package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/url"
	"runtime/debug"
	"sync"
	"syscall"
	"time"

	"opendoor/practices/entries"
	"opendoor/practices/history"
	"opendoor/practices/review"
	"opendoor/server"
)

// shipped are the entries that come with the program. Tests ship a few.
var shipped fs.FS = entries.FS

// kept is what the program keeps for good: the published entries in git, and
// beside them what is not public. Both are nil where nothing is kept.
type kept struct {
	entries *history.Repository
	private *review.Store
	folder  string // that both lie in; "" for none
}

// openKept opens what the settings name. Nothing is kept with a plain folder of
// entries, nor without git, as long as there is nothing yet that would be
// missing.
func openKept(ctx context.Context, c config, log *slog.Logger) (kept, error) {
	if c.content != "" {
		return kept{}, nil
	}
	r, err := history.Open(ctx, historyOptions(c, log))
	nothingYet := !history.Exists(c.data) && c.remote == ""
	switch {
	case err == nil:
	case errors.Is(err, history.ErrNoGit) && nothingYet:
		log.Warn("serving the entries built in, and nothing can be contributed", "because", err)
		return kept{}, nil
	case unwritable(err) && nothingYet && c.data == defaultData:
		log.Warn("serving the entries built in, and nothing can be contributed; choose a folder with --data", "because", err)
		return kept{}, nil
	case errors.Is(err, history.ErrLocked):
		return kept{}, fmt.Errorf("%w; stop it, or choose another folder with --data", err)
	default:
		return kept{}, err
	}
	s, err := openStore(ctx, c, log)
	if err != nil {
		r.Close()
		return kept{}, err
	}
	return kept{r, s, c.data}, nil
}

func unwritable(err error) bool {
	return errors.Is(err, fs.ErrPermission) || errors.Is(err, syscall.EROFS)
}

// openBeside opens what is kept for one deed, also while a server works with
// it.
func openBeside(ctx context.Context, c config, log *slog.Logger) (kept, error) {
	o := historyOptions(c, log)
	o.Beside = true
	r, err := history.Open(ctx, o)
	if err != nil {
		return kept{}, err
	}
	s, err := openStore(ctx, c, log)
	if err != nil {
		r.Close()
		return kept{}, err
	}
	return kept{r, s, c.data}, nil
}

func historyOptions(c config, log *slog.Logger) history.Options {
	name, when := release()
	o := history.Options{Dir: c.data, Remote: c.remote, SSHCommand: c.sshCommand, Seed: shipped, Release: name, Released: when, Log: log}
	if u, err := url.Parse(c.baseURL); err == nil {
		o.Site = u.Hostname()
	}
	return o
}

// release is the version of this program, and when its sources were committed,
// as far as the build says.
func release() (name string, when time.Time) {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "", time.Time{}
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.time" {
			when, _ = time.Parse(time.RFC3339, s.Value)
		}
	}
	return cmp.Or(info.Main.Version, "(devel)"), when
}

func (k kept) close() {
	if k.private != nil {
		k.private.Close()
	}
	if k.entries != nil {
		k.entries.Close()
	}
}

// tidyEvery is how often the repository is packed.
const tidyEvery = 24 * time.Hour

// work does what goes on beside serving: publishing what editors accept,
// telling contributors, and keeping both stores in order. Stop ends it and waits for what is under way.
func (k kept) work(ctx context.Context, c config, s *server.Server, log *slog.Logger) (stop func(), err error) {
	if k.entries == nil {
		return func() {}, nil
	}
	post, err := newPost(c, k.private)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancel(ctx)
	var work sync.WaitGroup
	p := review.Publisher{Store: k.private, Repository: k.entries, OnPublished: func(string) { s.Refresh() }}
	work.Go(func() {
		if err := p.Run(ctx); err != nil && ctx.Err() == nil {
			log.Error("publishing has stopped; start the program again", "error", err)
		}
	})
	work.Go(func() { k.private.Tend(ctx) })
	work.Go(func() { tidy(ctx, k.entries, log) })
	if post != nil {
		work.Go(func() { post.Run(ctx) })
	}
	k.invite(ctx, log)
	return func() {
		cancel()
		work.Wait()
	}, nil
}

func tidy(ctx context.Context, r *history.Repository, log *slog.Logger) {
	tick := time.NewTicker(tidyEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		if err := r.Tidy(ctx); err != nil && ctx.Err() == nil {
			log.Warn("the entries were not packed; trying again tomorrow", "error", err)
		}
	}
}

// invite says how the first admin comes in, while there is none.
func (k kept) invite(ctx context.Context, log *slog.Logger) {
	accounts, err := k.private.Accounts(ctx)
	if err == nil && len(accounts) == 0 {
		log.Info("nobody can sign in yet", "do", "opendoor user invite EMAIL --role admin")
	}
}
