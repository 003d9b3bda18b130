package server

import (
	"bytes"
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

// Limits of what one network may begin and save in an hour, so that a store
// cannot be filled in a night; a class behind one address stays within them.
const (
	ownBegun  = 60
	ownSaved  = 2000
	ownWindow = time.Hour
)

// ownRoutes are the addresses of such collections. They are there only where
// there is a store to keep them in.
func (s *Server) ownRoutes(d *doors) {
	if s.options.Review == nil {
		return
	}
	for _, lang := range s.set.Languages() {
		handle := func(method, path string, h private) {
			d.public(method, inLanguage(lang.Tag, path), s.situate, s.privately(lang.Tag, s.ownPage(h)))
		}
		handle("GET", "/workshops/new", s.newOwn)
		handle("POST", "/workshops/new", s.beginOwn)
		handle("POST", "/workshops/into", s.intoOwn)
		handle("GET", "/workshops/mine/:token", s.editOwn)
		handle("POST", "/workshops/mine/:token", s.saveOwn)
		handle("GET", "/workshops/mine/:token/add", s.chooseForOwn)
		handle("POST", "/workshops/mine/:token/add", s.addToOwn)
		handle("POST", "/workshops/mine/:token/erase", s.eraseOwn)
		handle("GET", "/workshops/mine/:token/send", s.lookToSendOwn)
		handle("POST", "/workshops/mine/:token/send", s.sendOwn)
		for path, show := range map[string]func(*visit, *lesson) (page, error){
			"": workshop, "/present": firstSlide, "/present/:n": present, "/handout": handout, "/worksheet": worksheet,
			"/participants": participants, "/table": lessonTable, "/map.svg": lessonStill, "/qr.svg": lessonQR, "/collection.md": lessonText, "/book.epub": lessonBook,
		} {
			handle("GET", "/workshops/own/:code"+path, s.showOwn(show))
		}
		for _, b := range bibliographies {
			handle("GET", "/workshops/own/:code/cite."+b.ending, s.showOwn(citeLesson(b)))
		}
		handle("GET", "/workshops/own/:code/pack.zip", s.packOwn)
		handle("GET", "/w/own/:code", s.showOwn(shortWay))
	}
}

// ownPage keeps a form of another site from a handler: whatever browser holds
// the private link, only its reader sends what is there.
func (s *Server) ownPage(handle private) private {
	return func(c *gin.Context, v *visit) error {
		if err := s.crossSite(c.Request); err != nil {
			return err
		}
		return handle(c, v)
	}
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

// showOwn makes a handler of a view: the collection at its unlisted address.
// One that could lead somebody to a person or a house is shown to nobody until
// that is mended. One that was published is shown where it is published.
func (s *Server) showOwn(show func(*visit, *lesson) (page, error)) private {
	return func(c *gin.Context, v *visit) error {
		_, l, err := s.ownLesson(c, v)
		if err != nil {
			return err
		}
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

// ownLesson finds the collection of an unlisted address, where it may be shown.
func (s *Server) ownLesson(c *gin.Context, v *visit) (review.Submission, *lesson, error) {
	sub, err := s.options.Review.Get(c.Request.Context(), v.params["code"])
	if err != nil {
		return sub, nil, err
	}
	if c, err := v.shelf.Get(workshops.IDOf(sub.Path)); err == nil && sub.State == review.Published {
		return sub, nil, movedError{v.url("/workshops/" + c.ID)}
	}
	own, faults := workshops.ParseOwn([]byte(sub.Body))
	if sub.Kind != review.Workshop || sub.Erased || sub.Held || practices.HasErrors(faults) {
		return sub, nil, review.ErrNotFound
	}
	s.noteVisit(c, sub)
	own.ID = sub.ID
	l, err := v.lesson(own, ownPath(sub))
	if err != nil {
		return sub, nil, err
	}
	l.own = true
	return sub, l, nil
}

// noteVisit keeps a collection that is still opened from being deleted. When
// that cannot be noted now, the next visit does it.
func (s *Server) noteVisit(c *gin.Context, sub review.Submission) {
	if err := s.options.Review.Visited(c.Request.Context(), sub); err != nil {
		s.options.Log.Warn("visit to a workshop not noted", "error", err)
	}
}

// ownPath is the address at which a collection is shown. It holds nothing that
// lets anybody edit.
func ownPath(sub review.Submission) string { return "/workshops/own/" + sub.ID }

func minePath(token string) string { return "/workshops/mine/" + token }
