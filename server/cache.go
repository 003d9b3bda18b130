package server

import (
	"sync"

	"golang.org/x/sync/singleflight"
)

// maxCached is how many bytes of finished pages a generation keeps. All pages
// of several hundred entries in several languages fit; what does not is made
// again when it is next asked for.
const maxCached = 24 << 20

// A pageCache keeps finished pages by their canonical address, the oldest
// going first when it is full, and makes each page once however many readers
// ask for it at the same time.
type pageCache struct {
	mu    sync.RWMutex
	pages map[string]*response
	order []string
	size  int
	once  singleflight.Group
}

func newPageCache() *pageCache { return &pageCache{pages: map[string]*response{}} }

// get gives the page with a key, made by render when it is not there yet. An
// error is not kept.
func (c *pageCache) get(key string, render func() (*response, error)) (*response, error) {
	c.mu.RLock()
	r, ok := c.pages[key]
	c.mu.RUnlock()
	if ok {
		return r, nil
	}
	made, err, _ := c.once.Do(key, func() (any, error) {
		r, err := render()
		if err != nil {
			return nil, err
		}
		c.put(key, r)
		return r, nil
	})
	if err != nil {
		return nil, err
	}
	return made.(*response), nil
}

func (c *pageCache) put(key string, r *response) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if _, ok := c.pages[key]; ok || r.size() > maxCached/4 {
		return
	}
	c.pages[key] = r
	c.order = append(c.order, key)
	c.size += r.size()
	for c.size > maxCached {
		oldest := c.order[0]
		c.order = c.order[1:]
		c.size -= c.pages[oldest].size()
		delete(c.pages, oldest)
	}
}
