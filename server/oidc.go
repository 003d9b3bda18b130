package server

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"github.com/gin-gonic/gin"
	"golang.org/x/oauth2"

	"opendoor/practices/review"
)

// OIDC names a service that vouches for people by OpenID Connect. It asks for
// the second factor itself.
type OIDC struct {
	Issuer, Client, Secret string
	RoleClaim              string // the claim that holds roles of this site; "" leaves roles to its admins
	Strength               string // what acr is or amr has in a token good enough, such as "mfa"; "" asks for nothing
}

// A voucher is such a service as it was found. It is looked up when somebody
// first signs in by it, and again until it answers, so that the site starts
// without it.
type voucher struct {
	OIDC
	client *http.Client

	mu    sync.Mutex
	found *oidc.Provider
}

// voucherPatience is how long the other service has for an answer.
const voucherPatience = 10 * time.Second

func newVoucher(o OIDC) *voucher {
	// Where the service sends us on to, a secret might go to somebody else.
	stay := func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &voucher{OIDC: o, client: &http.Client{Timeout: voucherPatience, CheckRedirect: stay}}
}

func (o *voucher) provider(ctx context.Context) (*oidc.Provider, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.found == nil {
		p, err := oidc.NewProvider(ctx, o.Issuer)
		if err != nil {
			return nil, err
		}
		o.found = p
	}
	return o.found, nil
}

func (o *voucher) config(p *oidc.Provider, back string) oauth2.Config {
	return oauth2.Config{ClientID: o.Client, ClientSecret: o.Secret, Endpoint: p.Endpoint(), RedirectURL: back, Scopes: []string{oidc.ScopeOpenID, "profile", "email"}}
}

// Names of the cookie that ties the answer of the other service to the browser
// that asked. It lasts as long as somebody needs to sign in there.
const (
	secureJourney   = "__Host-oidc"
	loopbackJourney = "oidc"
	journeyLasts    = 10 * time.Minute
)

// A journey is what must come back as it was sent.
type journey struct{ state, nonce, verifier, to string }

func (j journey) String() string {
	return base64.RawURLEncoding.EncodeToString([]byte(url.Values{"s": {j.state}, "n": {j.nonce}, "v": {j.verifier}, "to": {j.to}}.Encode()))
}

func readJourney(text string) journey {
	raw, _ := base64.RawURLEncoding.DecodeString(text)
	q, _ := url.ParseQuery(string(raw))
	return journey{q.Get("s"), q.Get("n"), q.Get("v"), q.Get("to")}
}

func (s *Server) setJourney(c *gin.Context, value string, age time.Duration) {
	cookie := &http.Cookie{Name: secureJourney, Value: value, Path: "/", MaxAge: int(age.Seconds()), Secure: true, HttpOnly: true, SameSite: http.SameSiteLaxMode}
	if s.sessionCookie(c) == loopbackCookie {
		cookie.Name, cookie.Secure = loopbackJourney, false
	}
	http.SetCookie(c.Writer, cookie)
}

func (s *Server) takeJourney(c *gin.Context) journey {
	name := secureJourney
	if s.sessionCookie(c) == loopbackCookie {
		name = loopbackJourney
	}
	kept, err := c.Request.Cookie(name)
	s.setJourney(c, "", -time.Second)
	if err != nil {
		return journey{}
	}
	return readJourney(kept.Value)
}

// toVoucher sends a reader to the other service to sign in there.
func (s *Server) toVoucher(c *gin.Context, v *visit) error {
	if s.sessionCookie(c) == "" {
		return errInsecure
	}
	to := localPath(v.query.Get("to"))
	if to == "" {
		to = v.url("/account")
	}
	ctx := oidc.ClientContext(c.Request.Context(), s.vouches.client)
	p, err := s.vouches.provider(ctx)
	if err != nil {
		return s.unvouched(c, v, to, "away", err)
	}
	j := journey{state: rand.Text(), nonce: rand.Text(), verifier: oauth2.GenerateVerifier(), to: to}
	s.setJourney(c, j.String(), journeyLasts)
	config := s.vouches.config(p, s.whole(c, voucherReturn))
	c.Header("Cache-Control", "no-store")
	asked := []oauth2.AuthCodeOption{oidc.Nonce(j.nonce), oauth2.S256ChallengeOption(j.verifier)}
	if s.vouches.Strength != "" {
		asked = append(asked, oauth2.SetAuthURLParam("acr_values", s.vouches.Strength))
	}
	c.Redirect(http.StatusSeeOther, config.AuthCodeURL(j.state, asked...))
	return nil
}

// voucherReturn is the address to which the other service sends people back. It
// is one for all languages, as it must be entered there.
const voucherReturn = "/login/oidc/callback"

// fromVoucher takes in what the other service says of a reader.
func (s *Server) fromVoucher(c *gin.Context, v *visit) error {
	if s.sessionCookie(c) == "" {
		return errInsecure
	}
	j := s.takeJourney(c)
	v.lang = s.languageOf(j.to)
	query := c.Request.URL.Query()
	if j.state == "" || subtle.ConstantTimeCompare([]byte(j.state), []byte(query.Get("state"))) != 1 {
		return s.unvouched(c, v, j.to, "stale", errors.New("the state is not that of this browser"))
	}
	if said := query.Get("iss"); said != "" && said != s.vouches.Issuer {
		return s.unvouched(c, v, j.to, "refused", fmt.Errorf("an answer of %q", said))
	}
	if query.Get("code") == "" {
		return s.unvouched(c, v, j.to, "refused", fmt.Errorf("the service answers %q", query.Get("error")))
	}
	ctx := oidc.ClientContext(c.Request.Context(), s.vouches.client)
	who, err := s.vouches.identity(ctx, query.Get("code"), j, s.whole(c, voucherReturn))
	switch {
	case errors.Is(err, review.ErrForbidden):
		return s.unvouched(c, v, j.to, "unknown", err)
	case errors.Is(err, errWeak):
		return s.unvouched(c, v, j.to, "weak", err)
	case err != nil:
		return s.unvouched(c, v, j.to, "refused", err)
	}
	a, err := s.options.Review.SignInOIDC(c.Request.Context(), who)
	switch {
	case errors.Is(err, review.ErrForbidden), errors.Is(err, review.ErrTaken):
		return s.unvouched(c, v, j.to, "unknown", err)
	case err != nil:
		return err
	}
	if err := s.startSession(c, a.ID); err != nil {
		return err
	}
	s.came(c, "signed in", a.ID, "another service")
	return s.goOn(c, v, a, localPath(j.to))
}

// unvouched leads back to the page to sign in, which says why. The cause goes
// to the log, and never a token.
func (s *Server) unvouched(c *gin.Context, v *visit, to, because string, err error) error {
	s.refused(c, "sign-in refused", "other service: "+because)
	s.options.Log.Warn("not signed in by the other service", "because", because, "error", err)
	c.Header("Cache-Control", "no-store")
	c.Redirect(http.StatusSeeOther, v.urlWith("/login", url.Values{"because": {because}, "to": {localPath(to)}}))
	return nil
}

// identity fetches and verifies who has signed in: the signature, the issuer,
// for whom and until when the token is, and that it was made for this journey.
// What the token leaves out is asked for.
func (o *voucher) identity(ctx context.Context, code string, j journey, back string) (review.Identity, error) {
	p, err := o.provider(ctx)
	if err != nil {
		return review.Identity{}, err
	}
	config := o.config(p, back)
	token, err := config.Exchange(ctx, code, oauth2.VerifierOption(j.verifier))
	if err != nil {
		return review.Identity{}, err
	}
	raw, _ := token.Extra("id_token").(string)
	id, err := p.Verifier(&oidc.Config{ClientID: o.Client}).Verify(ctx, raw)
	if err != nil {
		return review.Identity{}, err
	}
	if subtle.ConstantTimeCompare([]byte(id.Nonce), []byte(j.nonce)) != 1 {
		return review.Identity{}, errors.New("the token was made for another sign-in")
	}
	claims := map[string]any{}
	if err := id.Claims(&claims); err != nil {
		return review.Identity{}, err
	}
	if o.Strength != "" && !strong(claims, o.Strength) {
		return review.Identity{}, errWeak
	}
	if claims["email"] == nil || o.RoleClaim != "" && claimed(claims, o.RoleClaim) == nil {
		info, err := p.UserInfo(ctx, config.TokenSource(ctx, token))
		if err != nil {
			return review.Identity{}, err
		}
		if info.Subject != id.Subject {
			return review.Identity{}, errors.New("the service speaks of two people")
		}
		// What the token says itself stays: it is signed.
		more := map[string]any{}
		if err := info.Claims(&more); err != nil {
			return review.Identity{}, err
		}
		for name, value := range claims {
			more[name] = value
		}
		claims = more
	}
	who := review.Identity{Issuer: id.Issuer, Subject: id.Subject}
	who.Email, _ = claims["email"].(string)
	who.EmailVerified, _ = claims["email_verified"].(bool)
	who.Name, _ = claims["name"].(string)
	if o.RoleClaim != "" {
		// Whoever has lost every role there has lost it here.
		if who.Role = roleOf(claimed(claims, o.RoleClaim)); who.Role == "" {
			return review.Identity{}, review.ErrForbidden
		}
	}
	return who, nil
}

// errWeak is the answer to a token that does not say that its owner signed in as
// strongly as the site asks.
var errWeak = errors.New("the token does not say that the sign-in was strong enough")

// strong says whether a token names a strength as its class of sign-in, or
// among the ways of it.
func strong(claims map[string]any, strength string) bool {
	ways, _ := claims["amr"].([]any)
	return claims["acr"] == strength || slices.Contains(ways, any(strength))
}

// claimed finds a claim by its name, or by the path to it: "realm_access.roles".
func claimed(claims map[string]any, name string) any {
	if value, there := claims[name]; there {
		return value
	}
	first, rest, nested := strings.Cut(name, ".")
	within, _ := claims[first].(map[string]any)
	if !nested || within == nil {
		return nil
	}
	return claimed(within, rest)
}

// roleOf is the highest role that a claim names, alone or in a list; "" for
// none.
func roleOf(claim any) (highest review.Role) {
	names, _ := claim.([]any)
	if one, ok := claim.(string); ok {
		names = []any{one}
	}
	for _, r := range roles {
		if slices.Contains(names, any(string(r))) {
			highest = r
		}
	}
	return highest
}
