package server

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"strings"
	"time"

	"github.com/gin-gonic/gin"
)

// contentPolicy lets a page load its own style, pictures and scripts, have the
// style of the first screen in itself, send forms to its own site, and nothing
// else; nobody may frame it.
func contentPolicy(first string) string {
	hash := sha256.Sum256([]byte(first))
	return "default-src 'none'; script-src 'self'; style-src 'self' 'sha256-" + base64.StdEncoding.EncodeToString(hash[:]) + "'; img-src 'self'; font-src 'self'; " +
		"connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
}

// noPowers turns off what no page of ours needs.
const noPowers = "accelerometer=(), autoplay=(), camera=(), display-capture=(), encrypted-media=(), fullscreen=(), geolocation=(), " +
	"gyroscope=(), magnetometer=(), microphone=(), midi=(), payment=(), picture-in-picture=(), publickey-credentials-get=(), " +
	"screen-wake-lock=(), usb=(), xr-spatial-tracking=()"

// headers puts the security headers on every answer, errors and 304 too.
func (s *Server) headers(c *gin.Context) {
	h := c.Writer.Header()
	h.Set("Content-Security-Policy", s.policy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "same-origin")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Permissions-Policy", noPowers)
	if s.overTLS(c) || strings.HasPrefix(s.options.BaseURL, "https:") {
		h.Set("Strict-Transport-Security", "max-age=63072000; includeSubDomains")
	}
	c.Next()
}

// framed lets a page of another site show this one within a frame: the map
// alone may be, and nothing else. Its links open whole pages of ours.
func (s *Server) framed(c *gin.Context) {
	c.Header("Content-Security-Policy", strings.Replace(s.policy, "frame-ancestors 'none'", "frame-ancestors *", 1))
	c.Header("Cross-Origin-Resource-Policy", "cross-origin")
	c.Next()
}

// limitInFlight turns readers away, with a word on when to come back, while n
// requests are under way.
func (s *Server) limitInFlight(n int) gin.HandlerFunc {
	slots := make(chan struct{}, n)
	return func(c *gin.Context) {
		select {
		case slots <- struct{}{}:
			defer func() { <-slots }()
			c.Next()
		default:
			c.Header("Retry-After", "2")
			s.fail(c, errBusy)
		}
	}
}

// recovered turns a panic into an error page; the cause goes to the log.
func (s *Server) recovered(c *gin.Context) {
	defer func() {
		p := recover()
		if p == nil {
			return
		}
		if p == http.ErrAbortHandler {
			panic(p)
		}
		s.options.Log.Error("panic", "path", publicPath(c), "cause", fmt.Sprint(p), "stack", string(debug.Stack()))
		if !c.Writer.Written() {
			s.fail(c, errOurs)
		}
	}()
	c.Next()
}

// publicPath is what a log may say of an address. A private one opens what it
// names to whoever reads it, so its shape alone is told.
func publicPath(c *gin.Context) string {
	if c.Param("token") != "" {
		return c.FullPath()
	}
	return c.Request.URL.Path
}

// logRequest logs what was asked and how it went, and never who asked.
func (s *Server) logRequest(c *gin.Context) {
	if !s.options.LogRequests {
		c.Next()
		return
	}
	start := time.Now()
	c.Next()
	s.options.Log.LogAttrs(c, slog.LevelInfo, "request", slog.String("method", c.Request.Method), slog.String("path", publicPath(c)),
		slog.Int("status", c.Writer.Status()), slog.Int("bytes", c.Writer.Size()), slog.Duration("took", time.Since(start)))
}
