package server

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"github.com/andybalholm/brotli"
	"github.com/gin-gonic/gin"

	"opendoor/practices"
	"opendoor/practices/review"
	"opendoor/practices/workshops"
	"opendoor/search"
)

var (
	errNoPage = errors.New("no such page")
	errMethod = errors.New("method not allowed")
	errOurs   = errors.New("panic")
	errFormat = errors.New("no such format")
	errBusy   = errors.New("too many requests under way")
)

// goneError is the answer for an entry that has been withdrawn.
type goneError struct{ id, why string }

func (e goneError) Error() string { return fmt.Sprintf("%s is withdrawn: %s", e.id, e.why) }

// hiddenError is the answer for a version, or for an entry whose newest version
// it is, that is not shown.
type hiddenError struct{ why string }

func (e hiddenError) Error() string { return "not shown: " + e.why }

// movedError is the answer for an address that is written differently.
type movedError struct{ to string }

func (e movedError) Error() string { return "moved to " + e.to }

// statusOf gives the status for an error. One that it does not know is ours,
// not the reader's: its text goes to the log alone.
func statusOf(err error) int {
	var gone goneError
	var hidden hiddenError
	var throttled *review.Throttled
	switch {
	case errors.Is(err, practices.ErrNotFound), errors.Is(err, errNoPage), errors.Is(err, workshops.ErrNotFound):
		return http.StatusNotFound
	case errors.Is(err, errFormat):
		return http.StatusNotImplemented // as oEmbed asks
	case errors.Is(err, review.ErrNotFound), errors.Is(err, ErrEmptyPack):
		return http.StatusNotFound
	case errors.Is(err, errUnreadable):
		var large *http.MaxBytesError
		if errors.As(err, &large) {
			return http.StatusRequestEntityTooLarge
		}
		return http.StatusBadRequest
	case errors.Is(err, errCrossSite), errors.Is(err, errForbidden), errors.Is(err, review.ErrForbidden), errors.Is(err, errInsecure):
		return http.StatusForbidden
	case errors.Is(err, review.ErrState), errors.Is(err, review.ErrConflict):
		return http.StatusConflict
	case errors.Is(err, review.ErrTooLong):
		return http.StatusRequestEntityTooLarge
	case errors.Is(err, review.ErrText):
		return http.StatusBadRequest
	case errors.As(err, &throttled):
		return http.StatusTooManyRequests
	case errors.Is(err, errNoSpace):
		return http.StatusInsufficientStorage
	case errors.Is(err, review.ErrFull), errors.Is(err, errNoStore):
		return http.StatusServiceUnavailable
	case errors.Is(err, errMethod):
		return http.StatusMethodNotAllowed
	case errors.As(err, &gone), errors.As(err, &hidden):
		return http.StatusGone
	case errors.Is(err, errBusy), errors.Is(err, search.ErrBusy), errors.Is(err, context.DeadlineExceeded):
		return http.StatusServiceUnavailable
	}
	return http.StatusInternalServerError
}

// errorPage is what a reader sees when there is no page: what happened, and
// where to go from here.
type errorPage struct {
	frame
	Status  int
	Heading string
	Said    string
	Do      string
	Action  string // of the search form
	Links   []link
}

// fail answers with an error page in the language of the address.
func (s *Server) fail(c *gin.Context, err error) {
	s.failIn(c, s.languageOf(c.Request.URL.Path), err)
}

// failIn does so in a language that the address does not tell.
func (s *Server) failIn(c *gin.Context, lang string, err error) {
	var moved movedError
	if errors.As(err, &moved) {
		c.Redirect(http.StatusMovedPermanently, moved.to)
		return
	}
	status := statusOf(err)
	if status == http.StatusInternalServerError && !errors.Is(err, errOurs) {
		s.options.Log.Error("request failed", "path", publicPath(c), "error", err)
	}
	var throttled *review.Throttled
	if errors.As(err, &throttled) {
		c.Header("Retry-After", strconv.Itoa(max(1, int(throttled.Wait.Seconds()))))
	}
	g := s.take()
	defer g.release()
	v := s.visit(c, g, lang)
	body, mime := s.errorBody(v, status, err)
	// It is a page of ours, also where a picture or a file was asked for.
	if h := c.Writer.Header(); h.Get("Content-Security-Policy") == stillPolicy {
		h.Set("Content-Security-Policy", s.policy)
	}
	c.Writer.Header().Del("Content-Disposition")
	r := newResponse(mime, "no-store", body, brotli.BestSpeed)
	r.send(c.Writer, c.Request, status)
	c.Abort()
}

func (s *Server) errorBody(v *visit, status int, err error) (body []byte, mime string) {
	code := strconv.Itoa(status)
	var hidden hiddenError
	switch {
	case errors.As(err, &hidden):
		code = "hidden"
	case errors.Is(err, errForbidden), errors.Is(err, review.ErrForbidden):
		code = "forbidden"
	case errors.Is(err, errInsecure):
		code = "insecure"
	case errors.Is(err, ErrEmptyPack):
		code = "emptypack"
	}
	p := errorPage{
		frame:   v.frame("", v.say("error."+code+".heading")),
		Status:  status,
		Heading: v.say("error." + code + ".heading"), Said: v.say("error." + code + ".said"), Do: v.say("error." + code + ".do"),
		Action: v.url("/practices"),
		Links: []link{
			{Label: v.say("error.practices"), URL: v.url("/practices")},
			{Label: v.say("error.countries"), URL: v.url("/countries")},
			{Label: v.say("error.glossary"), URL: v.url("/glossary")},
		},
	}
	p.NoIndex = true
	var gone goneError
	if errors.As(err, &gone) && gone.why != "" {
		p.Said += " " + gone.why
	}
	if hidden.why != "" {
		p.Said += " " + hidden.why
	}
	if strings.HasPrefix(v.path, "/api/") {
		return errorJSON(status, p.Said, p.Do), jsonType
	}
	var b bytes.Buffer
	if err := s.set.Render(&b, "error", v.lang, p); err != nil {
		s.options.Log.Error("error page failed", "error", err)
		return []byte(http.StatusText(status) + "\n"), "text/plain; charset=utf-8"
	}
	return b.Bytes(), "text/html; charset=utf-8"
}

// languageOf finds the language in an address; English when it has none.
func (s *Server) languageOf(path string) string {
	first, _, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/")
	for _, l := range s.set.Languages() {
		if l.Tag == first && l.Tag != defaultLanguage {
			return l.Tag
		}
	}
	return defaultLanguage
}
