package server

import (
	"errors"
	"net/http"

	"github.com/gin-gonic/gin"

	"opendoor/practices/review"
)

// invitePage is where somebody who is invited chooses a password.
type invitePage struct {
	frame
	Heading, Lead, Notice string
	Action, Email         string
}

// invitation serves GET /invite/{token}. It uses nothing up: programs that look
// at links in mails before their readers do leave it as it is.
func (s *Server) invitation(c *gin.Context, v *visit) error {
	if s.sessionCookie(c) == "" {
		return errInsecure
	}
	a, err := s.options.Review.Invited(c.Request.Context(), v.params["token"])
	if err != nil {
		return s.expired(c, v, err)
	}
	return s.showInvite(c, v, http.StatusOK, a, "")
}

func (s *Server) showInvite(c *gin.Context, v *visit, status int, a review.Account, notice string) error {
	path := "/invite/" + v.params["token"]
	return s.show(c, v, status, "invite", invitePage{
		frame: v.accountFrame(path, v.say("account.invite.heading")), Heading: v.say("account.invite.heading"),
		Lead: v.say("account.invite.lead", "role", v.say("account.role."+string(a.Role))), Notice: notice, Action: v.url(path), Email: a.Email,
	})
}

// expired says that a link of an invitation is used up or too old, and who can
// give another.
func (s *Server) expired(c *gin.Context, v *visit, err error) error {
	if !errors.Is(err, review.ErrNotFound) {
		return err
	}
	return s.show(c, v, http.StatusNotFound, "invite", invitePage{
		frame: v.accountFrame("/login", v.say("account.invite.expired")), Heading: v.say("account.invite.expired"), Lead: v.say("account.invite.expired_said"),
	})
}

// acceptInvitation sets the password and signs in.
func (s *Server) acceptInvitation(c *gin.Context, v *visit) error {
	if s.sessionCookie(c) == "" {
		return errInsecure
	}
	token := v.params["token"]
	a, err := s.options.Review.Invited(c.Request.Context(), token)
	if err != nil {
		return s.expired(c, v, err)
	}
	if s.crossSite(c.Request) != nil {
		return s.showInvite(c, v, http.StatusForbidden, a, v.say("account.again"))
	}
	if c.PostForm("password") != c.PostForm("again") {
		return s.showInvite(c, v, http.StatusUnprocessableEntity, a, v.say("account.wrong.differ"))
	}
	a, err = s.options.Review.AcceptInvite(c.Request.Context(), token, c.PostForm("password"))
	switch {
	case errors.Is(err, review.ErrNotFound):
		return s.expired(c, v, err)
	case err != nil:
		status, said, err := s.denied(c, v, err)
		if err != nil {
			return err
		}
		if a, err = s.options.Review.Invited(c.Request.Context(), token); err != nil {
			return s.expired(c, v, err)
		}
		return s.showInvite(c, v, status, a, said)
	}
	if err := s.startSession(c, a.ID); err != nil {
		return err
	}
	s.came(c, "signed in", a.ID, "invitation")
	return s.goOn(c, v, a, "")
}
