package server

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/andybalholm/brotli"
	"github.com/gin-gonic/gin"

	"opendoor/practices"
	"opendoor/practices/review"
)

// maxForm is how large a form or an uploaded file may be, in bytes.
const maxForm = 256 << 10

// A private is a handler of a page that one person sees: a draft, or what
// became of it. It answers, or gives the error that says why it cannot.
type private func(*gin.Context, *visit) error

// contributions are the addresses by which people add to the catalogue.
// Without a store of submissions they are not there.
func (s *Server) contributions(d *doors, lang string) {
	for _, r := range []struct {
		method, path string
		handle       private
	}{
		{"GET", "/contribute/new", s.newDraft}, {"POST", "/contribute/new", s.beginDraft},
		{"GET", "/contribute/upload", s.newUpload}, {"POST", "/contribute/upload", s.upload},
		{"GET", "/contribute/change/:id", s.newChange}, {"POST", "/contribute/change/:id", s.beginChange},
		{"GET", "/contribute/translate", s.translations}, {"GET", "/contribute/translate/:id", s.newTranslation}, {"POST", "/contribute/translate/:id", s.beginTranslation},
		{"GET", "/contribute/:token", s.submission}, {"POST", "/contribute/:token", s.saveDraft},
		{"GET", "/contribute/:token/file", s.draftFile},
		{"GET", "/contribute/:token/look", s.look}, {"POST", "/contribute/:token/send", s.send},
		{"POST", "/contribute/:token/answer", s.answerEditors}, {"POST", "/contribute/:token/recall", s.recall}, {"POST", "/contribute/:token/erase", s.erase},
	} {
		d.public(r.method, inLanguage(lang, r.path), s.privately(lang, r.handle))
	}
}

// privately makes a handler of a private page: nobody keeps a copy on the way,
// and no search engine lists it.
func (s *Server) privately(lang string, handle private) gin.HandlerFunc {
	return func(c *gin.Context) {
		if s.options.Review == nil {
			s.fail(c, errNoPage)
			return
		}
		g := s.take()
		defer g.release()
		c.Header("X-Robots-Tag", "noindex")
		if c.Request.Method == http.MethodPost {
			c.Request.Body = http.MaxBytesReader(c.Writer, c.Request.Body, maxForm)
			// What is wrong with a plain form is not told once it is asked for as one
			// of several parts.
			err := c.Request.ParseForm()
			if err == nil {
				err = c.Request.ParseMultipartForm(maxForm)
			}
			if err != nil && !errors.Is(err, http.ErrNotMultipart) {
				s.fail(c, fmt.Errorf("%w: %w", errUnreadable, err))
				return
			}
		}
		v := s.visit(c, g, lang)
		_, v.in = c.Get(accountKey)
		if err := handle(c, v); err != nil {
			s.fail(c, s.known(err))
		}
	}
}

var (
	errUnreadable = errors.New("the form cannot be read")
	errNoStore    = errors.New("the store of submissions does not answer")
	errNoSpace    = errors.New("too little free space")
)

// known tells an error that the reader can do something about from one of the
// database, which is away for a while.
func (s *Server) known(err error) error {
	var throttled *review.Throttled
	var moved movedError
	for _, e := range []error{review.ErrNotFound, review.ErrState, review.ErrConflict, review.ErrTooLong, review.ErrText, review.ErrReason, review.ErrFull, review.ErrForbidden, errForbidden, errInsecure,
		errNoPage, errUnreadable, errNoSpace, errCrossSite, practices.ErrNotFound} {
		if errors.Is(err, e) {
			return err
		}
	}
	if errors.As(err, &throttled) || errors.As(err, &moved) || errors.Is(err, errRender) {
		return err
	}
	s.options.Log.Error("submissions", "error", err)
	return fmt.Errorf("%w: %w", errNoStore, err)
}

var errRender = errors.New("render")

// show sends a private page. The path is that at which it can be read, which
// is another than that of a form that was sent.
func (s *Server) show(c *gin.Context, v *visit, status int, template string, data any) error {
	var b bytes.Buffer
	if err := s.set.Render(&b, template, v.lang, data); err != nil {
		return fmt.Errorf("%w %s: %w", errRender, template, err)
	}
	newResponse("text/html; charset=utf-8", "no-store", b.Bytes(), brotli.BestSpeed).send(c.Writer, c.Request, status)
	return nil
}

// see sends the reader to a page after a form was taken in, so that loading it
// again sends nothing twice.
func (s *Server) see(c *gin.Context, v *visit, path string) error {
	c.Header("Cache-Control", "no-store")
	c.Redirect(http.StatusSeeOther, v.url(path))
	return nil
}

// privateFrame is the frame of a page that one person sees, which is at path.
func (v *visit) privateFrame(path, title string) frame {
	v.path = path
	f := v.frame("contribute", title)
	f.Canonical, f.NoIndex = "", true
	return f
}

// contributePage is the ways in for somebody who has something to tell.
type contributePage struct {
	frame
	Heading, Lead string
	Off           string // why nothing can be sent here, if so
	Ways          []wayIn
	Steps         []string // what happens then
	Login         string   // where editors come in; "" where nobody can
}

type wayIn struct {
	Heading, Said string
	Go            link
	Main          bool
}

// contribute is the page of the ways in. It is there without a store, too, and
// then names the ways that are left.
func contribute(v *visit) (page, error) {
	p := contributePage{frame: v.frame("contribute", v.say("contribute.heading")), Heading: v.say("contribute.heading"), Lead: v.say("contribute.lead")}
	sheet := wayIn{v.say("contribute.way.sheet"), v.say("contribute.way.sheet_said"), link{Label: v.say("contribute.way.sheet_go"), URL: v.url("/contribute/form.txt")}, false}
	if !v.forms {
		p.Off = v.say("contribute.closed")
		p.Ways = []wayIn{sheet}
		return page{template: "contribute", data: p}, nil
	}
	p.Ways = []wayIn{
		{v.say("contribute.way.form"), v.say("contribute.way.form_said"), link{Label: v.say("contribute.way.form_go"), URL: v.url("/contribute/new")}, true},
		{v.say("contribute.way.change"), v.say("contribute.way.change_said"), link{Label: v.say("contribute.way.change_go"), URL: v.url("/practices")}, false},
		{v.say("contribute.way.translate"), v.say("contribute.way.translate_said"), link{Label: v.say("contribute.way.translate_go"), URL: v.url("/contribute/translate")}, false},
		sheet,
		{v.say("contribute.way.upload"), v.say("contribute.way.upload_said"), link{Label: v.say("contribute.way.upload_go"), URL: v.url("/contribute/upload")}, false},
	}
	for _, k := range []string{"write", "read", "publish", "erase"} {
		p.Steps = append(p.Steps, v.say("contribute.step."+k))
	}
	p.Login = v.url("/login")
	return page{template: "contribute", data: p}, nil
}

// draftOf is the form of a submission as it was typed.
func draftOf(sub review.Submission) (*practices.Draft, error) {
	d := practices.NewDraft(sub.Lang)
	if len(sub.Form) == 0 {
		return d, nil
	}
	if err := json.Unmarshal(sub.Form, d); err != nil {
		return nil, fmt.Errorf("form of submission: %w", err)
	}
	return d, nil
}

// setting is what a file of a draft needs besides the answers.
func (v *visit) setting(id string, lang string) practices.Setting {
	return practices.Setting{ID: id, Now: v.now, Anonymous: v.set.Message(lang, "contribute.anonymous"), Locate: v.places().locate}
}

// textOf is a draft as the store keeps it.
func (v *visit) textOf(d *practices.Draft, id string) (review.Text, error) {
	form, err := json.Marshal(d)
	if err != nil {
		return review.Text{}, err
	}
	title := []rune(d.Title())
	return review.Text{
		Title: string(title[:min(len(title), 120)]), Lang: clipTag(d.Lang()), Form: form,
		Body: string(d.File(v.setting(id, d.Lang()))),
	}, nil
}

// clipTag keeps a language as typed within what the store takes.
func clipTag(tag string) string { return tag[:min(len(tag), 35)] }

// An hour is the window of what is counted by network address.
const hour = time.Hour

// Limits by network address and hour, and of previews by draft and minute.
const (
	beginsPerHour = 30
	sendsPerHour  = 5
	looksPerMin   = 10
)
