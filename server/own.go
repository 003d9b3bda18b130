package server

import (
	"bytes"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/andybalholm/brotli"
	"github.com/gin-gonic/gin"

	"opendoor/practices"
	"opendoor/practices/review"
	"opendoor/practices/workshops"
)

// Collections that people make for themselves, without an account: a private
// link opens one to edit, an unlisted address shows it. The store of
// submissions keeps them, as drafts that need not be sent to anybody.

// Limits of what one network may begin and save, so that a store cannot be
// filled in a night; a class behind one address stays within them.
const (
	ownBegun   = 60
	ownSaved   = 2000
	ownWindow  = time.Hour
	maxOwnForm = 256 << 10 // bytes
)

var (
	errOwnForm = errors.New("the form cannot be read")
	errOwnAway = errors.New("the store of workshops does not answer")
)

// A keeper answers for a page of somebody's own collection, or gives the error
// that says why it cannot.
type keeper func(*gin.Context, *visit) error

// ownRoutes are the addresses of such collections. They are there only where
// there is a store to keep them in.
func (s *Server) ownRoutes(e *gin.Engine) {
	if s.options.Review == nil {
		return
	}
	for _, lang := range s.set.Languages() {
		handle := func(method, path string, h keeper) {
			e.Handle(method, inLanguage(lang.Tag, path), s.situate, s.keeping(lang.Tag, h))
		}
		handle("GET", "/workshops/new", s.newOwn)
		handle("POST", "/workshops/new", s.beginOwn)
		handle("POST", "/workshops/into", s.intoOwn)
		handle("GET", "/workshops/mine/:token", s.editOwn)
		handle("POST", "/workshops/mine/:token", s.saveOwn)
		handle("GET", "/workshops/mine/:token/add", s.chooseForOwn)
		handle("POST", "/workshops/mine/:token/add", s.addToOwn)
		handle("POST", "/workshops/mine/:token/erase", s.eraseOwn)
		for path, show := range map[string]func(*visit, *lesson) (page, error){
			"": workshop, "/present": firstSlide, "/present/:n": present, "/handout": handout, "/worksheet": worksheet,
			"/participants": participants, "/table": lessonTable, "/map.svg": lessonStill, "/qr.svg": lessonQR, "/collection.md": lessonText,
		} {
			handle("GET", "/workshops/own/:code"+path, s.showOwn(show))
		}
		for _, b := range bibliographies {
			handle("GET", "/workshops/own/:code/cite."+b.ending, s.showOwn(citeLesson(b)))
		}
		handle("GET", "/w/own/:code", s.showOwn(shortWay))
	}
}

// keeping makes a handler of a page that nobody on the way keeps a copy of and
// no search engine lists.
func (s *Server) keeping(lang string, h keeper) gin.HandlerFunc {
	return func(c *gin.Context) {
		g := s.take()
		defer g.release()
		c.Header("X-Robots-Tag", "noindex")
		if c.Request.Method == http.MethodPost {
			c.Request.Body = http.MaxBytesReader(c.Writer, c.Request.Body, maxOwnForm)
			if err := c.Request.ParseForm(); err != nil {
				s.fail(c, fmt.Errorf("%w: %w", errOwnForm, err))
				return
			}
		}
		if err := h(c, s.visit(c, g, lang)); err != nil {
			s.fail(c, s.ownFault(err))
		}
	}
}

// ownFault tells what a reader can do something about from a store that is
// away for a while.
func (s *Server) ownFault(err error) error {
	var throttled *review.Throttled
	for _, e := range []error{review.ErrNotFound, review.ErrState, review.ErrConflict, review.ErrTooLong, review.ErrText, review.ErrFull, errNoPage, errOwnForm, practices.ErrNotFound} {
		if errors.Is(err, e) {
			return err
		}
	}
	var moved movedError
	if errors.As(err, &throttled) || errors.As(err, &moved) {
		return err
	}
	s.options.Log.Error("own workshops", "error", err)
	return fmt.Errorf("%w: %w", errOwnAway, err)
}

// deliver answers with a page that is made for one reader.
func (s *Server) deliver(c *gin.Context, v *visit, status int, p page) error {
	if p.template == "" {
		newResponse(p.mime, "no-store", p.body, brotli.BestSpeed).send(c.Writer, c.Request, status)
		return nil
	}
	var b bytes.Buffer
	if err := s.set.Render(&b, p.template, v.lang, p.data); err != nil {
		return fmt.Errorf("render %s: %w", p.template, err)
	}
	newResponse("text/html; charset=utf-8", "no-store", b.Bytes(), brotli.BestSpeed).send(c.Writer, c.Request, status)
	return nil
}

// seeOwn leads to a page after a form was taken in, so that loading it again
// sends nothing twice.
func seeOwn(c *gin.Context, v *visit, path string) error {
	c.Header("Cache-Control", "no-store")
	c.Redirect(http.StatusSeeOther, v.url(path))
	return nil
}

// showOwn makes a handler of a view: the collection at its unlisted address.
// One that could lead somebody to a person or a house is shown to nobody until
// that is mended.
func (s *Server) showOwn(show func(*visit, *lesson) (page, error)) keeper {
	return func(c *gin.Context, v *visit) error {
		sub, err := s.options.Review.Get(c.Request.Context(), v.params["code"])
		if err != nil {
			return err
		}
		own, faults := workshops.ParseOwn([]byte(sub.Body))
		if sub.Kind != review.Workshop || sub.Erased || sub.Held || practices.HasErrors(faults) {
			return review.ErrNotFound
		}
		own.ID = sub.ID
		l, err := v.lesson(own, ownPath(sub))
		if err != nil {
			return err
		}
		l.own = true
		p, err := show(v, l)
		if err != nil {
			return err
		}
		if p.mime == svgType {
			c.Header("Content-Security-Policy", stillPolicy)
		}
		return s.deliver(c, v, http.StatusOK, p)
	}
}

// ownPath is the address at which a collection is shown. It holds nothing that
// lets anybody edit.
func ownPath(sub review.Submission) string { return "/workshops/own/" + sub.ID }

func minePath(token string) string { return "/workshops/mine/" + token }
