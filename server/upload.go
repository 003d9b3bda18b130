package server

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"path"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/gin-gonic/gin"

	"opendoor/practices"
	"opendoor/practices/review"
)

// uploadPage takes a file, or its text: the form that was filled in away from
// here, or the Markdown file of an entry.
type uploadPage struct {
	frame
	Crumbs        []link
	Heading, Lead string
	Action        string
	Text          string
	Faults        []practices.Fault
	Notice, Wrong string
	Sheet         string
}

func (s *Server) newUpload(c *gin.Context, v *visit) error {
	return s.showUpload(c, v, http.StatusOK, uploadPage{})
}

func (s *Server) showUpload(c *gin.Context, v *visit, status int, p uploadPage) error {
	p.frame = v.privateFrame("/contribute/upload", v.say("contribute.upload.heading"))
	p.Crumbs = v.contributeCrumbs(v.say("contribute.upload.heading"))
	p.Heading, p.Lead = v.say("contribute.upload.heading"), v.say("contribute.upload.lead")
	p.Action, p.Sheet = v.url("/contribute/upload"), v.url("/contribute/form.txt")
	return s.show(c, v, status, "upload", p)
}

// upload makes a draft of a file. One that cannot be read comes back as text,
// to be put right, with what is wrong and on which line.
func (s *Server) upload(c *gin.Context, v *visit) error {
	text, err := uploaded(c)
	if errors.Is(err, errNotText) {
		return s.showUpload(c, v, http.StatusUnprocessableEntity, uploadPage{Text: c.PostForm("text"), Wrong: v.say("contribute.upload.not_text")})
	}
	if err != nil {
		return err
	}
	if err := s.crossSite(c.Request); err != nil {
		return s.showUpload(c, v, http.StatusForbidden, uploadPage{Text: text, Notice: v.say("contribute.again")})
	}
	if text == "" {
		return s.showUpload(c, v, http.StatusUnprocessableEntity, uploadPage{Wrong: v.say("contribute.upload.empty")})
	}
	kind, id, blob := review.Entry, "", ""
	d, ok := practices.ReadSheet(text, v.lang)
	if !ok {
		var faults []practices.Fault
		if d, faults = practices.OpenDraft([]byte(text)); d == nil {
			return s.showUpload(c, v, http.StatusUnprocessableEntity, uploadPage{Text: text, Faults: faults, Wrong: v.say("contribute.upload.unreadable")})
		}
		// The file of an entry that is published is a change to it.
		if p, err := v.catalogue.Get(parsed(text).ID); err == nil && !p.Withdrawn() {
			if _, blob, err = v.fileOf(p); err != nil {
				return err
			}
			kind, id = review.Change, p.ID
		}
	}
	token, err := s.begin(c, v, kind, id, blob, d)
	if err != nil {
		status, said := v.trouble(s.known(err))
		return s.showUpload(c, v, status, uploadPage{Text: text, Notice: said})
	}
	return s.see(c, v, "/contribute/"+token+"?begun&check")
}

// textFiles are the endings of the names of files that are taken.
var textFiles = []string{".md", ".markdown", ".txt"}

// errNotText is the answer to a file that is named for something else than
// plain text, or holds something else.
var errNotText = errors.New("the file is no plain text")

// uploaded is the text of the file that was chosen, else that which was typed.
// Its name says what it should be, and is not kept.
func uploaded(c *gin.Context) (string, error) {
	header, err := c.FormFile("file")
	if err != nil || header.Size == 0 {
		return c.PostForm("text"), nil
	}
	f, err := header.Open()
	if err != nil {
		return "", fmt.Errorf("%w: %w", errUnreadable, err)
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxForm))
	if err != nil {
		return "", fmt.Errorf("%w: %w", errUnreadable, err)
	}
	if !slices.Contains(textFiles, strings.ToLower(path.Ext(header.Filename))) || !utf8.Valid(data) || bytes.ContainsRune(data, 0) {
		return "", errNotText
	}
	return string(data), nil
}

// sheet is the form as a file of plain text, to fill in without a connection.
func sheet(v *visit) (page, error) {
	text := practices.WriteSheet(practices.NewDraft(v.lang), v.lang, func(key string) string { return v.say(key) })
	return page{body: []byte(text), mime: "text/plain; charset=utf-8"}, nil
}
