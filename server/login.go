package server

import (
	"errors"
	"math"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"

	"opendoor/practices/review"
)

// accountRoutes are the addresses by which people with an account come in and
// keep it.
func (s *Server) accountRoutes(d *doors, lang string) {
	if s.options.Review == nil {
		return
	}
	public := func(method, path string, h private) {
		d.public(method, inLanguage(lang, path), s.privately(lang, h))
	}
	needs := func(role review.Role, method, path string, h private) {
		d.needs(role, method, inLanguage(lang, path), s.privately(lang, h))
	}
	public("GET", "/login", s.login)
	if !s.options.NoPasswords {
		public("POST", "/login", s.logIn)
		public("GET", "/invite/:token", s.invitation)
		public("POST", "/invite/:token", s.acceptInvitation)
		needs(review.Member, "POST", "/account/password", s.changePassword)
	}
	if s.vouches != nil {
		public("GET", "/login/oidc", s.toVoucher)
		public("GET", "/login/oidc/callback", s.fromVoucher)
	}
	public("POST", "/logout", s.logOut)
	needs(review.Member, "GET", "/account", s.ownAccount)
	needs(review.Member, "GET", "/account/factor", s.secondFactor)
	needs(review.Member, "POST", "/account/factor", s.confirmFactor)
	needs(review.Member, "POST", "/account/recovery", s.newRecoveryCodes)
	needs(review.Member, "POST", "/account/sessions", s.endSessions)
	needs(review.Admin, "GET", "/review/accounts", s.accounts)
	needs(review.Admin, "POST", "/review/accounts", s.invite)
	needs(review.Admin, "POST", "/review/accounts/:id/role", s.changeRole)
	needs(review.Admin, "POST", "/review/accounts/:id/disable", s.disable)
}

// loginPage is where people with an account come in.
type loginPage struct {
	frame
	Heading, Lead string
	Notice        string
	Action        string // "" where there are no passwords
	To, Email     string
	Voucher       string // address of the way in by another service; "" for none
}

// accountFrame is the frame of a page of an account, which is at path.
func (v *visit) accountFrame(path, title string) frame {
	v.path = path
	f := v.frame("", title)
	f.Canonical, f.NoIndex = "", true
	if v.in {
		f.LogOut = v.url("/logout")
	}
	return f
}

// localPath is an address of this site to go on to, "" for any other.
func localPath(to string) string {
	u, err := url.Parse(to)
	if err != nil || u.IsAbs() || u.Host != "" || !strings.HasPrefix(to, "/") || strings.HasPrefix(to, "//") || strings.ContainsFunc(to, func(r rune) bool { return r == '\\' || r < ' ' }) {
		return ""
	}
	return to
}

// login serves GET /login.
func (s *Server) login(c *gin.Context, v *visit) error {
	to := localPath(v.query.Get("to"))
	if a, in := s.signedIn(c); in {
		return s.goOn(c, v, a, to)
	}
	notice := ""
	switch v.query.Get("because") {
	case "stale":
		notice = v.say("account.oidc.stale")
	case "refused":
		notice = v.say("account.oidc.refused")
	case "unknown":
		notice = v.say("account.oidc.unknown")
	case "weak":
		notice = v.say("account.oidc.weak")
	case "away":
		notice = v.say("account.oidc.away")
	}
	return s.showLogin(c, v, http.StatusOK, to, "", notice)
}

func (s *Server) showLogin(c *gin.Context, v *visit, status int, to, email, notice string) error {
	if s.sessionCookie(c) == "" {
		return errInsecure
	}
	p := loginPage{
		frame: v.accountFrame("/login", v.say("account.login.heading")), Heading: v.say("account.login.heading"), Lead: v.say("account.login.lead"),
		Notice: notice, To: to, Email: email,
	}
	if !s.options.NoPasswords {
		p.Action = v.url("/login")
	}
	if s.vouches != nil {
		p.Voucher = v.urlWith("/login/oidc", url.Values{"to": {to}})
	}
	return s.show(c, v, status, "login", p)
}

// logIn takes the credentials in. Whatever was wrong, the answer is the same.
func (s *Server) logIn(c *gin.Context, v *visit) error {
	to, email := localPath(c.PostForm("to")), c.PostForm("email")
	if s.sessionCookie(c) == "" {
		return errInsecure
	}
	if s.crossSite(c.Request) != nil {
		return s.showLogin(c, v, http.StatusForbidden, to, email, v.say("account.again"))
	}
	a, err := s.options.Review.Authenticate(c.Request.Context(), review.Credentials{
		Email: email, Password: c.PostForm("password"), Code: c.PostForm("code"), Address: network(c),
	})
	if err != nil {
		s.refusedFor(c, "sign-in refused", err)
		status, said, err := s.denied(c, v, err)
		if err != nil {
			return err
		}
		return s.showLogin(c, v, status, to, email, said)
	}
	if err := s.startSession(c, a.ID); err != nil {
		return err
	}
	by := "password"
	if a.SecondFactor {
		by = "password and code"
	}
	s.came(c, "signed in", a.ID, by)
	return s.goOn(c, v, a, to)
}

// refusedFor tells the log why somebody could not show who they are. Waits are
// told of wherever they happen.
func (s *Server) refusedFor(c *gin.Context, event string, err error) {
	switch {
	case errors.Is(err, review.ErrCode):
		s.refused(c, event, "no code")
	case errors.Is(err, review.ErrSignIn):
		s.refused(c, event, "wrong")
	}
}

// goOn leads somebody who is signed in to where they wanted to go, or first to
// the second factor that their role needs.
func (s *Server) goOn(c *gin.Context, v *visit, a review.Account, to string) error {
	switch {
	case a.LacksFactor():
		return s.see(c, v, "/account/factor")
	case to == "":
		return s.see(c, v, "/account")
	}
	c.Header("Cache-Control", "no-store")
	c.Redirect(http.StatusSeeOther, to)
	return nil
}

// denied is the status and the words for what somebody can put right about
// what they typed; any other error comes back.
func (s *Server) denied(c *gin.Context, v *visit, err error) (status int, said string, other error) {
	var throttled *review.Throttled
	switch {
	case errors.As(err, &throttled):
		c.Header("Retry-After", strconv.Itoa(int(math.Ceil(throttled.Wait.Seconds()))))
		return http.StatusTooManyRequests, v.say("account.wrong.often", "n", int(math.Ceil(throttled.Wait.Minutes()))), nil
	case errors.Is(err, review.ErrCode):
		return http.StatusUnprocessableEntity, v.say("account.wrong.code"), nil
	case errors.Is(err, review.ErrSignIn), errors.Is(err, review.ErrNotFound):
		return http.StatusUnprocessableEntity, v.say("account.wrong.sign_in"), nil
	case errors.Is(err, review.ErrPasswordShort):
		return http.StatusUnprocessableEntity, v.say("account.wrong.short"), nil
	case errors.Is(err, review.ErrPasswordCommon):
		return http.StatusUnprocessableEntity, v.say("account.wrong.common"), nil
	case errors.Is(err, review.ErrAddress), errors.Is(err, review.ErrText):
		return http.StatusUnprocessableEntity, v.say("account.wrong.address"), nil
	case errors.Is(err, review.ErrTaken):
		return http.StatusConflict, v.say("account.wrong.taken"), nil
	case errors.Is(err, review.ErrLast):
		return http.StatusConflict, v.say("account.wrong.last"), nil
	}
	return 0, "", err
}

// logOut signs a browser out, and has it forget what it kept of this site.
func (s *Server) logOut(c *gin.Context, v *visit) error {
	if err := s.crossSite(c.Request); err != nil {
		return err
	}
	if a, in := s.signedIn(c); in {
		s.came(c, "signed out", a.ID, "")
	}
	if err := s.endSession(c); err != nil {
		return err
	}
	c.Header("Clear-Site-Data", `"cache"`)
	return s.see(c, v, "/login")
}
