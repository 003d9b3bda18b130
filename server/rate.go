package server

import (
	"net/netip"
	"sync"
	"time"

	"github.com/gin-gonic/gin"
	"golang.org/x/time/rate"

	"opendoor/practices/review"
)

// maxNetworks is how many networks are counted at a time. Where more come,
// those that have asked for nothing lately are forgotten, and then any.
const maxNetworks = 20_000

// rates counts in memory what each network asks for; no address is written
// anywhere. All of a minute may be asked at once, as a class does that opens a
// page behind one address. Networks are those of [network].
type rates struct {
	perMinute int
	now       func() time.Time
	mu        sync.Mutex
	of        map[string]*rate.Limiter
}

func newRates(perMinute int, now func() time.Time) *rates {
	return &rates{perMinute: perMinute, now: now, of: map[string]*rate.Limiter{}}
}

// take counts one request, and says after how long the next may come if this
// one is too many; 0 if it is not.
func (r *rates) take(network string) (wait time.Duration) {
	r.mu.Lock()
	defer r.mu.Unlock()
	now := r.now()
	l, known := r.of[network]
	if !known {
		if len(r.of) >= maxNetworks {
			r.forget(now)
		}
		l = rate.NewLimiter(rate.Limit(float64(r.perMinute)/60), r.perMinute)
		r.of[network] = l
	}
	if l.AllowN(now, 1) {
		return 0
	}
	return time.Duration(float64(time.Minute)/float64(r.perMinute)).Round(time.Second) + time.Second
}

// forget makes room: it drops the networks whose count has run out, or a
// quarter of all.
func (r *rates) forget(now time.Time) {
	for who, l := range r.of {
		if l.TokensAt(now) >= float64(l.Burst()) {
			delete(r.of, who)
		}
	}
	for who := range r.of {
		if len(r.of) < maxNetworks*3/4 {
			return
		}
		delete(r.of, who)
	}
}

// limitReads turns away who asks for more in a minute than a class of readers
// would. Requests from this machine are not counted: they are its keeper's, or
// come by a proxy that is not trusted, behind which all readers are one.
func (s *Server) limitReads(r *rates) gin.HandlerFunc {
	return func(c *gin.Context) {
		if a, err := netip.ParseAddr(c.ClientIP()); err == nil && a.Unmap().IsLoopback() {
			c.Next()
			return
		}
		if wait := r.take(network(c)); wait > 0 {
			s.fail(c, &review.Throttled{Wait: wait})
			return
		}
		c.Next()
	}
}
