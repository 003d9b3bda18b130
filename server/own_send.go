package server

import (
	"encoding/json"
	"net/http"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"

	"opendoor/practices"
	"opendoor/practices/review"
	"opendoor/practices/workshops"
)

// ownSendPage is where a collection of one's own is given to the editors.
type ownSendPage struct {
	frame
	Crumbs        []link
	Heading, Name string
	Back, Look    string
	Notice        string
	Problems      []problem
	Credit        string
	Form          sendForm
}

// lookToSendOwn serves GET /workshops/mine/{token}/send.
func (s *Server) lookToSendOwn(c *gin.Context, v *visit) error {
	sub, own, err := s.mine(c, v.params["token"])
	if err != nil {
		return err
	}
	if !sub.State.Writable() {
		return s.see(c, v, "/contribute/"+v.params["token"])
	}
	return s.showOwnSend(c, v, http.StatusOK, sub, own, nil, "")
}

func (s *Server) showOwnSend(c *gin.Context, v *visit, status int, sub review.Submission, own *workshops.Collection, wrong map[string]string, notice string) error {
	back := v.url(minePath(v.params["token"]))
	p := ownSendPage{
		frame: v.privateFrame(minePath(v.params["token"])+"/send", v.say("own.send")), Heading: v.say("own.send"), Name: own.Title,
		Crumbs: []link{{Label: v.say("workshop.title"), URL: v.url("/workshops")}, {Label: v.say("own.heading"), URL: back}, {Label: v.say("own.send"), Current: true}},
		Back:   back, Look: v.url(ownPath(sub)), Notice: notice, Problems: v.ownProblems(own, back, own.Check(true)), Credit: c.PostForm("credit"),
	}
	if p.Credit == "" && len(own.Contributors) > 0 {
		p.Credit = own.Contributors[0].Name
	}
	p.Form = s.sendForm(c, back+"/send", sub.Version, v.ownFindings(own, back), wrong)
	return s.show(c, v, status, "ownsend", p)
}

// ownFindings explains what in a collection may do harm.
func (v *visit) ownFindings(own *workshops.Collection, form string) []finding {
	var out []finding
	for _, f := range own.Harm() {
		label, id := v.ownField(own, f.Field)
		out = append(out, finding{
			Rule: v.say("harm." + string(f.Rule) + ".what"), Why: v.say("harm." + string(f.Rule) + ".why"), Words: f.Words, Field: label, Href: form + "#" + id,
		})
	}
	return out
}

// sendOwn gives a collection to the editors. What is sent for the first time
// is a copy with a link of its own: the trainer goes on teaching with theirs,
// at the same address, whatever is decided. A copy that came back is sent
// again itself.
func (s *Server) sendOwn(c *gin.Context, v *visit) error {
	token := v.params["token"]
	sub, own, err := s.mine(c, token)
	if err != nil {
		return err
	}
	refuse := func(status int, wrong map[string]string, said string) error {
		return s.showOwnSend(c, v, status, sub, own, wrong, said)
	}
	found := own.Harm()
	wrong := v.notSendable(c, len(found))
	version, _ := strconv.Atoi(c.PostForm("version"))
	switch {
	case !sub.State.Writable():
		return s.see(c, v, "/contribute/"+token)
	case s.crossSite(c.Request) != nil:
		return refuse(http.StatusForbidden, nil, v.say("contribute.again"))
	case len(own.Check(true)) > 0 || len(wrong) > 0:
		return refuse(http.StatusUnprocessableEntity, wrong, v.say("contribute.send.not_yet"))
	case version != sub.Version:
		return refuse(http.StatusConflict, nil, v.say("contribute.trouble.conflict"))
	}
	if err := s.room(); err != nil {
		return err
	}
	checks, err := json.Marshal(found)
	if err != nil {
		return err
	}
	credit := strings.Join(strings.Fields(workshops.Typed(c.PostForm("credit"))), " ")
	text := ownText(v.forEditors(own, credit))
	with := review.Sending{Contact: contactOf(c, v), Credit: credit, Checks: checks, Held: c.PostForm("website") != "" || s.options.Now().Sub(sub.Created) < tooQuick}
	err = s.options.Review.Spend(c.Request.Context(), "send", network(c), sendsPerHour, hour)
	if err == nil {
		token, err = s.handOver(c, token, sub, text, with)
	}
	if err != nil {
		status, said := v.trouble(s.known(err))
		return refuse(status, nil, said)
	}
	return s.see(c, v, "/contribute/"+token+"?sent")
}

// handOver sends the text, and gives the private token of what was sent.
func (s *Server) handOver(c *gin.Context, token string, sub review.Submission, text review.Text, with review.Sending) (string, error) {
	store, ctx := s.options.Review, c.Request.Context()
	var err error
	copied := sub.Sent.IsZero()
	if copied {
		token, sub, err = store.Begin(ctx, review.Start{Kind: review.Workshop, Text: text})
	} else {
		sub, err = store.Save(ctx, token, sub.Version, text)
	}
	if err != nil {
		return "", err
	}
	if _, err = store.Send(ctx, token, sub.Version, with); err != nil && copied {
		if err := store.Erase(ctx, token); err != nil { // nobody will ever have its link
			s.options.Log.Error("copy of a workshop that was not sent", "error", err)
		}
	}
	return token, err
}

// forEditors is a collection with all that a published one has.
func (v *visit) forEditors(own *workshops.Collection, credit string) *workshops.Collection {
	whole := *own
	if whole.ID == "" {
		whole.ID = workshops.Propose(own.Title, func(id string) bool { _, err := v.shelf.Get(id); return err == nil })
	}
	if credit == "" {
		credit = v.set.Message(own.Lang, "contribute.anonymous")
	}
	whole.Contributors = []practices.Contributor{{Name: credit, Role: "author"}}
	whole.Review = practices.Review{State: "contributed"}
	return &whole
}
