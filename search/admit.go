package search

import (
	"context"
	"errors"
	"runtime"
	"time"
)

// ErrBusy is the answer when too many searches wait. It passes; try again in a
// second.
var ErrBusy = errors.New("search: too many searches at once")

// maxWaiting is how many searches may wait for room. Twice as many as there
// are processors run at once, in all indexes together.
const maxWaiting = 64

// patience is how long a search may take with its waiting. An honest one takes
// a hundredth of it. Tests have more, as they run on machines with other work.
var patience = 300 * time.Millisecond

var (
	running = make(chan struct{}, 2*runtime.GOMAXPROCS(0))
	waiting = make(chan struct{}, maxWaiting)
)

// admit lets a search in when there is room, and bounds its time. Call leave
// when it is over.
func admit(ctx context.Context) (bounded context.Context, leave func(), err error) {
	bounded, cancel := context.WithTimeout(ctx, patience)
	select {
	case running <- struct{}{}:
	default:
		select {
		case waiting <- struct{}{}:
		default:
			cancel()
			return nil, nil, ErrBusy
		}
		defer func() { <-waiting }()
		select {
		case running <- struct{}{}:
		case <-bounded.Done():
			cancel()
			if ctx.Err() != nil {
				return nil, nil, ctx.Err()
			}
			return nil, nil, ErrBusy
		}
	}
	return bounded, func() { <-running; cancel() }, nil
}
