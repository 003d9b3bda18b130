package server

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"github.com/gin-gonic/gin"

	"opendoor/practices/review"
)

// A witness tells the log who came in and who was kept out, so that an attack
// can be seen while it lasts and afterwards. It names no address and nothing
// that somebody typed: an account by its id, and a network by a mark that says
// no more than that two lines are of the same one. What the log says of whom is
// told in docs/logs.md.
type witness struct {
	log *slog.Logger
	now func() time.Time

	mu     sync.Mutex
	day    string
	key    []byte // of the marks; another every day, and kept nowhere
	minute time.Time
	said   map[string]int // lines of each event in this minute
}

// eventsPerMinute is how many lines of one event a minute has. Those beyond are
// counted, so that nobody can fill a disk by knocking.
const eventsPerMinute = 60

func newWitness(log *slog.Logger, now func() time.Time) *witness {
	return &witness{log: log, now: now, said: map[string]int{}}
}

// mark is a short name for a network, good for a day. Whoever reads the log
// cannot turn it back: the key is in memory alone, and gone the day after.
func (w *witness) mark(network string) string {
	if day := w.now().UTC().Format(time.DateOnly); day != w.day {
		w.day, w.key = day, make([]byte, 32)
		rand.Read(w.key)
	}
	h := hmac.New(sha256.New, w.key)
	h.Write([]byte(network))
	return hex.EncodeToString(h.Sum(nil)[:4])
}

// tell writes one event. After a minute with too many of them, what follows
// says how many were left out.
func (w *witness) tell(c *gin.Context, level slog.Level, event string, more ...slog.Attr) {
	w.mu.Lock()
	var unsaid []slog.Attr
	if now := w.now().Truncate(time.Minute); !now.Equal(w.minute) {
		for name, n := range w.said {
			if n > eventsPerMinute {
				unsaid = append(unsaid, slog.Int(name, n-eventsPerMinute))
			}
		}
		w.minute = now
		clear(w.said)
	}
	w.said[event]++
	enough := w.said[event] > eventsPerMinute
	from := w.mark(network(c))
	w.mu.Unlock()
	if len(unsaid) > 0 {
		w.log.LogAttrs(c, slog.LevelWarn, "security", slog.String("event", "more than was written"), slog.GroupAttrs("unsaid", unsaid...))
	}
	if enough {
		return
	}
	w.log.LogAttrs(c, level, "security", append([]slog.Attr{
		slog.String("event", event), slog.String("method", c.Request.Method), slog.String("path", publicPath(c)), slog.String("from", from),
	}, more...)...)
}

// came tells that somebody has come in or gone, or has changed how they do.
func (s *Server) came(c *gin.Context, event, account, by string) {
	s.witness.tell(c, slog.LevelInfo, event, slog.String("account", account), slog.String("by", by))
}

// refused tells that somebody could not sign in, or not show that they may
// change an account.
func (s *Server) refused(c *gin.Context, event, because string) {
	s.witness.tell(c, slog.LevelWarn, event, slog.String("because", because))
}

// keptOut tells of every answer by which somebody was kept out of something:
// by their role, by the limits, or because a form came from another site.
func (s *Server) keptOut(c *gin.Context) {
	c.Next()
	because := ""
	switch c.Writer.Status() {
	case http.StatusForbidden:
		switch {
		case s.crossSite(c.Request) != nil:
			because = "sent from another site"
		case s.sessionCookie(c) == "":
			because = "not over https"
		default:
			because = "role"
		}
	case http.StatusNotFound:
		if c.Param("token") != "" {
			because = "no such private link"
		}
	case http.StatusBadRequest:
		because = "cannot be read"
	case http.StatusRequestEntityTooLarge:
		because = "too large"
	case http.StatusTooManyRequests:
		because = "too often"
	case http.StatusServiceUnavailable:
		because = "too much at once, or something is away"
	case http.StatusInsufficientStorage:
		because = "too little free space"
	}
	if because == "" {
		return
	}
	who := "" // whom the request was found to come from; nobody is looked up for the log
	if kept, in := c.Get(accountKey); in {
		who = kept.(review.Account).ID
	}
	s.witness.tell(c, slog.LevelWarn, "kept out", slog.String("account", who), slog.Int("status", c.Writer.Status()), slog.String("because", because))
}
