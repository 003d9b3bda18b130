package server

import (
	"net/http"
	"strings"

	"github.com/gin-gonic/gin"

	"opendoor/practices"
	"opendoor/practices/review"
)

// changePage asks what should change in an entry, before anything is made.
type changePage struct {
	frame
	Crumbs        []link
	Heading, Lead string
	Named         string // title of the entry
	NamedLang     string
	Action        string
	Remark        string
	Wrong, Notice string
	Others        bool // the entry is read in a translation; the change is to the original
}

func (s *Server) newChange(c *gin.Context, v *visit) error {
	p, err := v.changeable()
	if err != nil {
		return err
	}
	return s.showChange(c, v, http.StatusOK, p, "", "", "")
}

// changeable is the entry that the address names, if it can be changed.
func (v *visit) changeable() (*practices.Practice, error) {
	p, err := v.catalogue.Get(v.params["id"])
	if err != nil {
		return nil, err
	}
	if p.Withdrawn() {
		return nil, goneError{p.ID, p.Review.Why}
	}
	return p, nil
}

func (s *Server) showChange(c *gin.Context, v *visit, status int, p *practices.Practice, remark, wrong, notice string) error {
	path := "/contribute/change/" + p.ID
	title, _, lang := v.words(p)
	return s.show(c, v, status, "change", changePage{
		frame:   v.privateFrame(path, v.say("contribute.change.crumb")),
		Crumbs:  []link{{Label: p.ID, URL: v.url("/practices/" + p.ID)}, {Label: v.say("contribute.change.crumb"), Current: true}},
		Heading: v.say("contribute.change.crumb"), Lead: v.say("contribute.change.lead"), Named: title, NamedLang: v.foreign(lang),
		Action: v.url(path), Remark: remark, Wrong: wrong, Notice: notice, Others: lang != p.Lang,
	})
}

// beginChange makes a draft of an entry as it is published. A remark alone is
// sent as it stands; to change the text itself, the whole form opens.
func (s *Server) beginChange(c *gin.Context, v *visit) error {
	p, err := v.changeable()
	if err != nil {
		return err
	}
	remark := strings.TrimSpace(c.PostForm("remark"))
	if err := s.crossSite(c.Request); err != nil {
		return s.showChange(c, v, http.StatusForbidden, p, remark, "", v.say("contribute.again"))
	}
	whole := c.PostForm("do") == "whole"
	if remark == "" && !whole {
		return s.showChange(c, v, http.StatusUnprocessableEntity, p, "", v.say("contribute.change.remark_missing"), "")
	}
	text, blob, err := v.fileOf(p)
	if err != nil {
		return err
	}
	d, faults := practices.OpenDraft(text)
	if d == nil {
		s.options.Log.Error("entry cannot be opened as a form", "id", p.ID, "faults", faults)
		return errNoPage
	}
	d.Set("remark", remark)
	token, err := s.begin(c, v, review.Change, p.ID, blob, d)
	if err != nil {
		status, said := v.trouble(s.known(err))
		return s.showChange(c, v, status, p, remark, "", said)
	}
	if whole {
		return s.see(c, v, "/contribute/"+token+"?begun")
	}
	return s.see(c, v, "/contribute/"+token+"/look")
}
