package server

import (
	"context"
	"fmt"
	"hash/fnv"
	"io/fs"
	"time"
)

// watchEvery is how often the content folder is looked at. Looking at size and
// time also works on network and container mounts, where file events get lost.
const watchEvery = time.Second

// watch builds and swaps in a new generation whenever a file of the content
// changes, until the context ends.
func (s *Server) watch(ctx context.Context) {
	tick := time.NewTicker(watchEvery)
	defer tick.Stop()
	seen := fingerprint(s.options.Content)
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		now := fingerprint(s.options.Content)
		if now == seen {
			continue
		}
		seen = now
		s.reload(ctx)
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

// fingerprint sums up names, sizes and times of a tree.
func fingerprint(fsys fs.FS) uint64 {
	h := fnv.New64a()
	fs.WalkDir(fsys, ".", func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return nil
		}
		if info, err := d.Info(); err == nil && !d.IsDir() {
			fmt.Fprintf(h, "%s %d %d\n", p, info.Size(), info.ModTime().UnixNano())
		}
		return nil
	})
	return h.Sum64()
}
