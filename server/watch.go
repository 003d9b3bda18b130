package server

import (
	"context"
	"time"
)

// watchEvery is how often the content is looked at. Looking at size and time
// also works on network and container mounts, where file events get lost.
const watchEvery = time.Second

// followEvery is how often the shared repository is asked for what others have
// published.
const followEvery = 5 * time.Second

// watch builds and swaps in a new generation whenever the content changes,
// until the context ends.
func (s *Server) watch(ctx context.Context) {
	tick := time.NewTicker(watchEvery)
	defer tick.Stop()
	tried := s.current.version
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		case <-s.wake:
		}
		now, err := s.origin.version(ctx)
		if err != nil {
			s.options.Log.Error("content not looked at", "error", err)
			continue
		}
		if now != tried {
			tried = now
			s.reload(ctx)
		}
	}
}

// follow takes over what other servers publish, until the context ends. A
// remote that is away is told once, and again when it is back.
func (s *Server) follow(ctx context.Context) {
	tick := time.NewTicker(followEvery)
	defer tick.Stop()
	last := ""
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		moved, err := s.options.History.Follow(ctx)
		said := ""
		if err != nil && ctx.Err() == nil {
			said = err.Error()
		}
		switch {
		case said == last:
		case said == "":
			s.options.Log.Info("following the shared repository again")
		default:
			s.options.Log.Error("not following the shared repository; serving what is here", "error", said)
		}
		last = said
		if moved {
			s.Refresh()
		}
	}
}

// Refresh says that the content has changed, as after a publication: the next
// generation is begun at once, without waiting for the next look. It returns
// before that is there.
func (s *Server) Refresh() {
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

// reload makes the content as it is now the current generation. When that
// fails the one before stays.
func (s *Server) reload(ctx context.Context) {
	start := time.Now()
	last := s.take()
	newer, err := s.build(ctx, last)
	last.release()
	if err != nil {
		s.options.Log.Error("content not read again; serving what was there before", "error", err)
		return
	}
	s.swap(newer)
	s.options.Log.Info("content read again", "entries", newer.catalogue.Len(), "after", time.Since(start).Round(time.Millisecond))
}
