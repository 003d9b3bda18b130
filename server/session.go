package server

import (
	"errors"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"

	"github.com/gin-gonic/gin"

	"opendoor/practices/review"
)

// Names of the cookie that carries who is signed in. A browser keeps the first
// to https and to this host alone; the second is for the loopback address,
// where there is no https.
const (
	secureCookie   = "__Host-sid"
	loopbackCookie = "sid"
)

var sessionCookies = []string{secureCookie, loopbackCookie}

var (
	errForbidden = errors.New("the role does not allow it")
	errInsecure  = errors.New("signing in needs https")
)

// needs lets nobody reach a handler but accounts of a role. Whoever is not
// signed in is led to the page to sign in and from there back, or gets back what
// they typed into a form of the desk; whoever must first set up a second factor, to where that is done.
func (s *Server) needs(role review.Role, handle gin.HandlerFunc) gin.HandlerFunc {
	return func(c *gin.Context) {
		c.Header("Cache-Control", "no-store")
		c.Header("X-Robots-Tag", "noindex")
		if s.options.Review == nil {
			s.fail(c, errNoPage)
			return
		}
		a, in, err := s.account(c)
		lang := s.languageOf(c.Request.URL.Path)
		switch {
		case err != nil:
			s.fail(c, s.known(err))
		case !in && s.giveBack(c, lang):
		case !in:
			to := c.Request.URL.RequestURI()
			if c.Request.Method != http.MethodGet && c.Request.Method != http.MethodHead {
				to = inLanguage(lang, "/account")
			}
			c.Redirect(http.StatusSeeOther, inLanguage(lang, "/login")+"?to="+url.QueryEscape(to))
			c.Abort()
		case !a.Role.May(role):
			s.fail(c, errForbidden)
		case a.LacksFactor() && role.NeedsSecondFactor():
			c.Redirect(http.StatusSeeOther, inLanguage(lang, "/account/factor"))
			c.Abort()
		case s.crossSite(c.Request) != nil:
			s.fail(c, errCrossSite)
		default:
			handle(c)
		}
	}
}

// signedIn is the account that sends a request, with its role as it is now. It
// is false for readers, and where the store of accounts does not answer.
func (s *Server) signedIn(c *gin.Context) (review.Account, bool) {
	a, in, err := s.account(c)
	return a, in && err == nil
}

// accountKey is where a request keeps who sends it.
const accountKey = "account"

func (s *Server) account(c *gin.Context) (review.Account, bool, error) {
	if kept, ok := c.Get(accountKey); ok {
		return kept.(review.Account), true, nil
	}
	token := s.sessionToken(c)
	if token == "" || s.options.Review == nil {
		return review.Account{}, false, nil
	}
	a, err := s.options.Review.SignedIn(c.Request.Context(), token)
	if errors.Is(err, review.ErrNotFound) {
		return a, false, nil
	}
	if err == nil {
		c.Set(accountKey, a)
	}
	return a, err == nil, err
}

// sessionToken is the token that a browser sent, "" for none. The cookie of the
// loopback address counts nowhere else.
func (s *Server) sessionToken(c *gin.Context) string {
	name := s.sessionCookie(c)
	if name == "" {
		return ""
	}
	kept, err := c.Request.Cookie(name)
	if err != nil {
		return ""
	}
	return kept.Value
}

// sessionCookie is the name of the cookie for the way by which a request came;
// "" where nobody may sign in, because others could read along.
func (s *Server) sessionCookie(c *gin.Context) string {
	switch {
	case s.overTLS(c):
		return secureCookie
	case s.overLoopback(c):
		return loopbackCookie
	}
	return ""
}

// overTLS says whether a request came over https: to us, or to a proxy that is
// trusted and says so.
func (s *Server) overTLS(c *gin.Context) bool {
	return c.Request.TLS != nil || strings.EqualFold(c.GetHeader("X-Forwarded-Proto"), "https") && s.fromProxy(c)
}

func (s *Server) fromProxy(c *gin.Context) bool {
	from, err := netip.ParseAddr(c.RemoteIP())
	if err != nil {
		return false
	}
	for _, p := range s.proxies {
		if p.Contains(from.Unmap()) {
			return true
		}
	}
	return false
}

// overLoopback says whether a request never left the machine: it came from
// there, asks for it by name, and nobody passed it on.
func (s *Server) overLoopback(c *gin.Context) bool {
	from, err := netip.ParseAddr(c.RemoteIP())
	if err != nil || !from.Unmap().IsLoopback() {
		return false
	}
	for _, passedOn := range []string{"Forwarded", "X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Host", "Via"} {
		if c.GetHeader(passedOn) != "" {
			return false
		}
	}
	host := c.Request.Host
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	if host == "localhost" {
		return true
	}
	to, err := netip.ParseAddr(strings.Trim(host, "[]"))
	return err == nil && to.IsLoopback()
}

// prefixes reads the settings of proxies, each a network or one address.
func prefixes(list []string) ([]netip.Prefix, error) {
	var out []netip.Prefix
	for _, text := range list {
		if a, err := netip.ParseAddr(text); err == nil {
			out = append(out, netip.PrefixFrom(a.Unmap(), a.Unmap().BitLen()))
			continue
		}
		p, err := netip.ParsePrefix(text)
		if err != nil {
			return nil, err
		}
		out = append(out, p.Masked())
	}
	return out, nil
}

// startSession signs an account in: with a new token, whatever token the
// browser had before, which is worth nothing from then on.
func (s *Server) startSession(c *gin.Context, account string) error {
	if s.sessionCookie(c) == "" {
		return errInsecure
	}
	if before := s.sessionToken(c); before != "" {
		if err := s.options.Review.EndSession(c.Request.Context(), before); err != nil {
			return err
		}
	}
	token, err := s.options.Review.StartSession(c.Request.Context(), account)
	if err != nil {
		return err
	}
	s.setSession(c, token, 0)
	return nil
}

// endSession signs out the browser that sends a request.
func (s *Server) endSession(c *gin.Context) error {
	if token := s.sessionToken(c); token != "" {
		if err := s.options.Review.EndSession(c.Request.Context(), token); err != nil {
			return err
		}
	}
	s.setSession(c, "", -1)
	return nil
}

// setSession sets the cookie, for as long as the browser is open, or takes it
// away. How long the session lasts is the store's to say.
func (s *Server) setSession(c *gin.Context, token string, age int) {
	name := s.sessionCookie(c)
	if name == "" {
		return
	}
	http.SetCookie(c.Writer, &http.Cookie{
		Name: name, Value: token, Path: "/", MaxAge: age, Secure: name == secureCookie, HttpOnly: true, SameSite: http.SameSiteLaxMode,
	})
}
