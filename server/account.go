package server

import (
	"net/http"

	"github.com/gin-gonic/gin"

	"opendoor/practices/review"
)

// accountPage is what somebody sees of their own account.
type accountPage struct {
	frame
	Heading, Notice, Done string
	Email, Role           string
	Ways                  []link // what the role opens
	Password              string // where its form goes; "" for an account without one
	Factor                string // where it is set up; "" when it is
	Recovery              string // where new codes are made; "" without a second factor
	Sessions              []sessionRow
	End, LogOut           string
}

type sessionRow struct {
	ID, Started, Seen string
	Here              bool
}

// ownAccount serves GET /account.
func (s *Server) ownAccount(c *gin.Context, v *visit) error {
	done := ""
	switch c.Request.URL.RawQuery {
	case "password":
		done = v.say("account.done.password")
	case "ended":
		done = v.say("account.done.ended")
	}
	return s.showAccount(c, v, http.StatusOK, "", done)
}

func (s *Server) showAccount(c *gin.Context, v *visit, status int, notice, done string) error {
	a, _ := s.signedIn(c)
	sessions, err := s.options.Review.Sessions(c.Request.Context(), a.ID)
	if err != nil {
		return err
	}
	p := accountPage{
		frame: v.accountFrame("/account", v.say("account.heading")), Heading: v.say("account.heading"), Notice: notice, Done: done,
		Email: a.Email, Role: v.say("account.role." + string(a.Role)), End: v.url("/account/sessions"), LogOut: v.url("/logout"),
	}
	if a.HasPassword && !s.options.NoPasswords {
		p.Password = v.url("/account/password")
	}
	if a.SecondFactor {
		p.Recovery = v.url("/account/recovery")
	} else if a.HasPassword {
		p.Factor = v.url("/account/factor")
	}
	for _, way := range []struct{ path, said string }{{"/review", "account.way.review"}, {"/review/accounts", "account.way.accounts"}} {
		if role, there := s.doors.who["GET "+way.path]; there && a.Role.May(role) && !a.LacksFactor() {
			p.Ways = append(p.Ways, link{Label: v.say(way.said), URL: v.url(way.path)})
		}
	}
	here := review.SessionID(s.sessionToken(c))
	for _, one := range sessions {
		p.Sessions = append(p.Sessions, sessionRow{ID: one.ID, Started: v.moment(one.Started), Seen: v.moment(one.Seen), Here: one.ID == here})
	}
	return s.show(c, v, status, "account", p)
}

// changePassword sets another password, which ends every session, and signs
// this browser in again.
func (s *Server) changePassword(c *gin.Context, v *visit) error {
	a, _ := s.signedIn(c)
	if c.PostForm("password") != c.PostForm("again") {
		return s.showAccount(c, v, http.StatusUnprocessableEntity, v.say("account.wrong.differ"), "")
	}
	if err := s.options.Review.ChangePassword(c.Request.Context(), a.ID, c.PostForm("old"), c.PostForm("password"), network(c)); err != nil {
		status, said, err := s.denied(c, v, err)
		if err != nil {
			return err
		}
		return s.showAccount(c, v, status, said, "")
	}
	if err := s.startSession(c, a.ID); err != nil {
		return err
	}
	return s.see(c, v, "/account?password")
}

// endSessions ends one session of an account, or all but this one.
func (s *Server) endSessions(c *gin.Context, v *visit) error {
	a, _ := s.signedIn(c)
	ctx := c.Request.Context()
	if id := c.PostForm("session"); id != "" {
		if err := s.options.Review.EndSessionOf(ctx, a.ID, id); err != nil {
			return err
		}
		return s.see(c, v, "/account?ended")
	}
	if err := s.options.Review.EndSessions(ctx, a.ID); err != nil {
		return err
	}
	if err := s.startSession(c, a.ID); err != nil {
		return err
	}
	return s.see(c, v, "/account?ended")
}
