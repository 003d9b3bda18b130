package server

import (
	"net/http"
	"strings"

	"github.com/gin-gonic/gin"

	"opendoor/practices/review"
	"opendoor/practices/workshops"
)

// statusPage is what became of a submission, for whoever sent it.
type statusPage struct {
	frame
	Crumbs                     []link
	Heading, State, Said, Next string
	Named                      string // title of the submission
	Reason                     string
	Notice                     string
	Link                       string
	Comments                   []comment
	Answer, Recall, Erase      string // where those forms go; "" when they cannot
	Text                       string // an answer that could not be kept
	Live                       link
	Write                      link
	Just                       bool // was sent a moment ago
}

// showStatus shows where a submission stands. Text is an answer that could not
// be kept, to send again.
func (s *Server) showStatus(c *gin.Context, v *visit, status int, sub review.Submission, text, notice string) error {
	token := v.params["token"]
	path := "/contribute/" + token
	comments, err := s.options.Review.Comments(c.Request.Context(), sub.ID)
	if err != nil {
		return err
	}
	state := string(sub.State)
	if sub.Erased {
		state = "erased"
	}
	p := statusPage{
		frame: v.privateFrame(path, v.say("contribute.state."+state+".name")), Crumbs: v.contributeCrumbs(v.say("contribute.status.crumb")),
		Heading: v.say("contribute.state." + state + ".name"), Said: v.say("contribute.state." + state + ".said"), Named: sub.Title, Reason: sub.Reason, Notice: notice, Text: text,
		Link: s.whole(c, v.url(path)), Comments: v.comments(comments), Just: c.Request.URL.Query().Has("sent"),
	}
	if !sub.Erased {
		p.Answer, p.Erase = v.url(path+"/answer"), v.url(path+"/erase")
		if sub.State.Waiting() {
			p.Recall = v.url(path + "/recall")
		}
		if sub.State.Writable() {
			p.Write = link{Label: v.say("contribute.status.write"), URL: v.url(path)}
		}
	}
	if sub.State == review.Published && sub.Practice != "" {
		p.Live = link{Label: v.say("contribute.status.live"), URL: v.url("/practices/" + sub.Practice)}
	}
	if id := workshops.IDOf(sub.Path); sub.State == review.Published && id != "" {
		p.Live = link{Label: v.say("contribute.status.live"), URL: v.url("/workshops/" + id)}
	}
	return s.show(c, v, status, "status", p)
}

// answerEditors adds an answer to what the editors asked.
func (s *Server) answerEditors(c *gin.Context, v *visit) error {
	token, text := v.params["token"], strings.TrimSpace(c.PostForm("text"))
	sub, err := s.options.Review.ByToken(c.Request.Context(), token)
	if err != nil {
		return err
	}
	if err := s.crossSite(c.Request); err != nil {
		return s.showStatus(c, v, http.StatusForbidden, sub, text, v.say("contribute.again"))
	}
	if text == "" {
		return s.showStatus(c, v, http.StatusUnprocessableEntity, sub, "", v.say("contribute.status.answer_empty"))
	}
	if _, err := s.options.Review.Answer(c.Request.Context(), token, "", text); err != nil {
		status, said := v.trouble(s.known(err))
		return s.showStatus(c, v, status, sub, text, said)
	}
	return s.see(c, v, "/contribute/"+token+"?status")
}

// recall takes a submission back, to write on.
func (s *Server) recall(c *gin.Context, v *visit) error {
	if err := s.crossSite(c.Request); err != nil {
		return err
	}
	if _, err := s.options.Review.Recall(c.Request.Context(), v.params["token"]); err != nil {
		return err
	}
	return s.see(c, v, "/contribute/"+v.params["token"])
}

// erase does away with what is not public of a submission, once the reader has
// ticked that they mean it.
func (s *Server) erase(c *gin.Context, v *visit) error {
	token := v.params["token"]
	sub, err := s.options.Review.ByToken(c.Request.Context(), token)
	if err != nil {
		return err
	}
	if err := s.crossSite(c.Request); err != nil {
		return err
	}
	if c.PostForm("sure") == "" {
		return s.showStatus(c, v, http.StatusUnprocessableEntity, sub, "", v.say("contribute.status.erase_tick"))
	}
	if err := s.options.Review.Erase(c.Request.Context(), token); err != nil {
		return err
	}
	p := statusPage{frame: v.privateFrame("/contribute", v.say("contribute.erased.heading")), Crumbs: v.contributeCrumbs(v.say("contribute.erased.heading")),
		Heading: v.say("contribute.erased.heading"), Said: v.say("contribute.erased.said")}
	return s.show(c, v, http.StatusOK, "status", p)
}
