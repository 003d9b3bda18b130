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
	Ways                  []link     // what the role opens
	Factor                string     // where it is set up; "" when it is
	Renew                 *proofForm // for other recovery codes; nil without a second factor
	Change                *proofForm // for another password; nil for an account without one
	End                   *proofForm // for ending sessions; nil while there is but this one
	Sessions              []sessionRow
}

// A proofForm asks somebody to show once more who they are. What it does not
// ask for they do not have.
type proofForm struct {
	ID, Action, Email   string
	Password, Code, App bool // App takes a code of the app alone
}

// proof is what such a form sends.
func proof(c *gin.Context) review.Proof {
	return review.Proof{Password: c.PostForm("old"), Code: c.PostForm("code"), Address: network(c)}
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
		Email: a.Email, Role: v.say("account.role." + string(a.Role)),
	}
	asks := proofForm{Email: a.Email, Password: a.HasPassword}
	if a.HasPassword && !s.options.NoPasswords {
		f := asks
		f.ID, f.Action, f.Code = "change", v.url("/account/password"), a.SecondFactor
		p.Change = &f
	}
	if len(sessions) > 1 {
		f := asks
		f.ID, f.Action = "end", v.url("/account/sessions")
		p.End = &f
	}
	if a.SecondFactor {
		f := asks
		f.ID, f.Action, f.App = "renew", v.url("/account/recovery"), true
		p.Renew = &f
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

// unproved shows the account again, with what was wrong about how somebody
// showed who they are.
func (s *Server) unproved(c *gin.Context, v *visit, err error) error {
	s.refusedFor(c, "proof refused", err)
	status, said, err := s.denied(c, v, err)
	if err != nil {
		return err
	}
	return s.showAccount(c, v, status, said, "")
}

// changePassword sets another password, which ends every session, and signs
// this browser in again.
func (s *Server) changePassword(c *gin.Context, v *visit) error {
	a, _ := s.signedIn(c)
	if c.PostForm("password") != c.PostForm("again") {
		return s.showAccount(c, v, http.StatusUnprocessableEntity, v.say("account.wrong.differ"), "")
	}
	if err := s.options.Review.ChangePassword(c.Request.Context(), a.ID, proof(c), c.PostForm("password")); err != nil {
		return s.unproved(c, v, err)
	}
	if err := s.startSession(c, a.ID); err != nil {
		return err
	}
	s.came(c, "password changed", a.ID, "")
	return s.see(c, v, "/account?password")
}

// endSessions ends one session of an account, or all but this one, for somebody
// who shows the password.
func (s *Server) endSessions(c *gin.Context, v *visit) error {
	a, _ := s.signedIn(c)
	ctx := c.Request.Context()
	if err := s.options.Review.ProvePassword(ctx, a.ID, proof(c)); err != nil {
		return s.unproved(c, v, err)
	}
	s.came(c, "sessions ended", a.ID, "")
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
