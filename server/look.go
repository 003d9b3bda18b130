package server

import (
	"encoding/json"
	"errors"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"opendoor/practices"
	"opendoor/practices/review"
)

// lookPage is a draft as it will be public, with what is wrong and what may do
// harm, and the way to send it.
type lookPage struct {
	frame
	Crumbs   []link
	Back     string
	Notice   string
	Problems []problem // in the way
	Mild     []problem // for the editors
	Entry    entryPage
	Shown    string // how finely places are shown
	sendForm
}

// sendForm is what is asked of whoever sends something to the editors.
type sendForm struct {
	Send                      string
	Version                   int
	Findings                  []finding // to look at again
	Name, Organisation, Email string
	Agreed, Looked            bool
	Wrong                     map[string]string
}

// sendForm is the form at an address, as it was filled in.
func (s *Server) sendForm(c *gin.Context, action string, version int, findings []finding, wrong map[string]string) sendForm {
	return sendForm{
		Send: action, Version: version, Findings: findings, Wrong: wrong,
		Name: c.PostForm("name"), Organisation: c.PostForm("organisation"), Email: c.PostForm("email"), Agreed: c.PostForm("agreed") != "", Looked: c.PostForm("looked") != "",
	}
}

// notSendable says, by field, what is missing in the form.
func (v *visit) notSendable(c *gin.Context, findings int) map[string]string {
	wrong := map[string]string{}
	if c.PostForm("agreed") == "" {
		wrong["agreed"] = v.say("contribute.send.agree_missing")
	}
	if findings > 0 && c.PostForm("looked") == "" {
		wrong["looked"] = v.say("contribute.send.looked_missing")
	}
	if mail := strings.TrimSpace(c.PostForm("email")); mail != "" && !mailForm.MatchString(mail) {
		wrong["email"] = v.say("contribute.send.email_wrong")
	}
	return wrong
}

// contactOf is how the sender may be reached.
func contactOf(c *gin.Context, v *visit) review.Contact {
	return review.Contact{Name: c.PostForm("name"), Organisation: c.PostForm("organisation"), Email: strings.TrimSpace(c.PostForm("email")), Lang: v.lang}
}

// A finding is a passage that may do harm, explained.
type finding struct {
	Rule, Why    string
	Words, Field string
	Href         string
}

// findings explains what the do-no-harm checks found.
func (v *visit) findings(found []practices.Finding, form string) []finding {
	f := newForm(v, &practices.Draft{}, nil)
	var out []finding
	for _, x := range found {
		out = append(out, finding{
			Rule: v.say("harm." + string(x.Rule) + ".what"), Why: v.say("harm." + string(x.Rule) + ".why"),
			Words: x.Words, Field: f.place(x.Field), Href: form + "#f-" + htmlID(x.Field),
		})
	}
	return out
}

// preview is a text as its public page would show it.
func (v *visit) preview(file string) (entryPage, *practices.Practice) {
	p, _ := practices.Parse("", []byte(file))
	for i, s := range p.Sources {
		if !strings.HasPrefix(s.URL, "https://") && !strings.HasPrefix(s.URL, "http://") {
			p.Sources[i].URL = "" // the form says that it is no address
		}
	}
	e := v.entry(p)
	e.Picture, e.Tools, e.JSON, e.Crumbs = nil, nil, "", nil
	e.StaleNotice, e.Cite, e.CiteAs, e.Use, e.Workshops = "", "", nil, nil, nil
	return e, p
}

// look shows a draft as it will be.
func (s *Server) look(c *gin.Context, v *visit) error {
	sub, err := s.options.Review.ByToken(c.Request.Context(), v.params["token"])
	if err != nil {
		return err
	}
	return s.showLook(c, v, http.StatusOK, sub, nil, "")
}

// previewsAtOnce is how many texts are rendered for their writers at once, as
// hostile ones take long.
const previewsAtOnce = 2

func (s *Server) showLook(c *gin.Context, v *visit, status int, sub review.Submission, wrong map[string]string, notice string) error {
	token := v.params["token"]
	if !sub.State.Writable() {
		return s.showStatus(c, v, status, sub, "", notice)
	}
	switch sub.Kind {
	case review.Workshop:
		return review.ErrNotFound // it is looked at in its own form
	case review.Translation:
		return s.lookAtTranslation(c, v, status, sub, wrong, notice)
	}
	if err := s.options.Review.Spend(c.Request.Context(), "look", token, looksPerMin, time.Minute); err != nil {
		return err
	}
	select {
	case s.previews <- struct{}{}:
		defer func() { <-s.previews }()
	case <-c.Request.Context().Done():
		return c.Request.Context().Err()
	}
	d, err := draftOf(sub)
	if err != nil {
		return err
	}
	path := v.url("/contribute/" + token)
	entry, p := v.preview(sub.Body)
	f := newForm(v, d, d.Check(v.setting(sub.Practice, d.Lang())))
	page := lookPage{
		frame: v.privateFrame("/contribute/"+token+"/look", v.say("contribute.look.heading")), Crumbs: v.contributeCrumbs(v.say("contribute.look.heading")),
		Back: path, Notice: notice, Entry: entry, sendForm: s.sendForm(c, path+"/send", sub.Version, v.findings(practices.Harm(p), path), wrong),
	}
	for _, x := range f.problems() {
		x.Href = path + "?check" + x.Href
		if x.Mild {
			page.Mild = append(page.Mild, x)
		} else {
			page.Problems = append(page.Problems, x)
		}
	}
	if len(p.Places) > 0 {
		var names []string
		for _, at := range p.Places {
			names = append(names, at.Name)
		}
		page.Shown = v.say("contribute.look.places", "places", v.list(names))
	}
	return s.show(c, v, status, "look", page)
}

var mailForm = regexp.MustCompile(`^[^\s@]+@[^\s@]+\.[^\s@]+$`)

// send hands a draft to the editors.
func (s *Server) send(c *gin.Context, v *visit) error {
	token := v.params["token"]
	sub, err := s.options.Review.ByToken(c.Request.Context(), token)
	if err != nil {
		return err
	}
	v.path = "/contribute/" + token + "/look"
	if err := s.crossSite(c.Request); err != nil {
		return s.showLook(c, v, http.StatusForbidden, sub, nil, v.say("contribute.again"))
	}
	o, err := s.offeredIn(c, v, sub)
	if err != nil {
		return err
	}
	wrong := v.notSendable(c, len(o.found))
	if !o.sendable || len(wrong) > 0 {
		return s.showLook(c, v, http.StatusUnprocessableEntity, sub, wrong, v.say("contribute.send.not_yet"))
	}
	if err := s.room(); err != nil {
		return err
	}
	if err := s.options.Review.Spend(c.Request.Context(), "send", network(c), sendsPerHour, hour); err != nil {
		status, said := v.trouble(s.known(err))
		return s.showLook(c, v, status, sub, nil, said)
	}
	checks, err := json.Marshal(o.found)
	if err != nil {
		return err
	}
	version, _ := strconv.Atoi(c.PostForm("version"))
	sent, err := s.options.Review.Send(c.Request.Context(), token, version, review.Sending{
		Contact: contactOf(c, v), Credit: o.credit, Checks: checks, Held: o.held,
	})
	if err != nil {
		if errors.Is(err, review.ErrConflict) || errors.Is(err, review.ErrTooLong) || errors.Is(err, review.ErrFull) {
			status, said := v.trouble(err)
			return s.showLook(c, v, status, sub, nil, said)
		}
		return err
	}
	if o.held {
		s.refused(c, "held as likely spam", "its form or its pace")
	}
	if o.remark != "" && sub.Sent.IsZero() {
		if _, err := s.options.Review.Answer(c.Request.Context(), token, "", o.remark); err != nil {
			s.options.Log.Error("remark on a change", "submission", sent.ID, "error", err)
		}
	}
	return s.see(c, v, "/contribute/"+token+"?sent")
}

// An offer is what a submission says about itself when it is sent.
type offer struct {
	found          []practices.Finding // what may do harm
	sendable, held bool
	credit, remark string
}

func (s *Server) offeredIn(c *gin.Context, v *visit, sub review.Submission) (offer, error) {
	if sub.Kind == review.Translation {
		d, source, err := v.translationOf(sub)
		if err != nil {
			return offer{}, err
		}
		_, t := v.previewTranslation(sub, source)
		return offer{found: translationHarm(source, t), sendable: practices.Sendable(d.Check(source)), credit: d.Credit, held: s.hasty(c, sub)}, nil
	}
	d, err := draftOf(sub)
	if err != nil {
		return offer{}, err
	}
	return offer{
		found: practices.Harm(parsed(sub.Body)), sendable: practices.Sendable(d.Check(v.setting(sub.Practice, d.Lang()))), held: s.unlikely(c, sub, d),
		credit: d.Get("contributors.0.name"), remark: strings.TrimSpace(d.Get("remark")),
	}, nil
}

func parsed(file string) *practices.Practice {
	p, _ := practices.Parse("", []byte(file))
	return p
}

// Signs of a program that fills in forms. What shows one is held apart for an
// editor to look at, and never refused.
const (
	tooQuick  = 3 * time.Second // from the first answer to sending
	manyLinks = 15
)

var webAddress = regexp.MustCompile(`https?://`)

// unlikely says whether a submission looks like spam: a field that people do
// not see is filled in, it was written faster than anybody writes, or it is
// mostly addresses.
func (s *Server) unlikely(c *gin.Context, sub review.Submission, d *practices.Draft) bool {
	text := 0
	links := 0
	for name, values := range d.Values {
		for _, v := range values {
			if !strings.HasPrefix(name, "sources.") {
				links += len(webAddress.FindAllString(v, -1))
			}
			text += len(v)
		}
	}
	return s.hasty(c, sub) || links > manyLinks || text < 200
}

// hasty says whether the field that people do not see is filled in, or the time
// since the first answer was shorter than anybody needs.
func (s *Server) hasty(c *gin.Context, sub review.Submission) bool {
	return c.PostForm("website") != "" || s.options.Now().Sub(sub.Created) < tooQuick
}
