package server

import (
	"errors"
	"net/http"

	"github.com/gin-gonic/gin"

	"opendoor/practices/review"
)

// factorPage is where a second factor is set up: an app makes codes of what the
// picture holds.
type factorPage struct {
	frame
	Heading, Lead, Notice string
	Action                string
	QR                    qrPicture
	Secret                []string // the same to type, in groups
}

// codesPage shows recovery codes, this once.
type codesPage struct {
	frame
	Heading, Lead string
	Codes         []string
	On            string
}

// secondFactor serves GET /account/factor. Loading it again shows the same
// picture, so that nobody scans one and is asked for the codes of another.
func (s *Server) secondFactor(c *gin.Context, v *visit) error {
	return s.showFactor(c, v, http.StatusOK, "")
}

func (s *Server) showFactor(c *gin.Context, v *visit, status int, notice string) error {
	a, _ := s.signedIn(c)
	secret, address, err := s.options.Review.SecondFactorBegun(c.Request.Context(), a.ID)
	if errors.Is(err, review.ErrNotFound) {
		secret, address, err = s.options.Review.BeginSecondFactor(c.Request.Context(), a.ID)
	}
	if errors.Is(err, review.ErrState) {
		return s.see(c, v, "/account")
	}
	if err != nil {
		return err
	}
	picture, err := newQR(address)
	if err != nil {
		return err
	}
	p := factorPage{
		frame: v.accountFrame("/account/factor", v.say("account.factor.heading")), Heading: v.say("account.factor.heading"), Lead: v.say("account.factor.lead"),
		Notice: notice, Action: v.url("/account/factor"), QR: picture,
	}
	for len(secret) > 4 {
		p.Secret, secret = append(p.Secret, secret[:4]), secret[4:]
	}
	p.Secret = append(p.Secret, secret)
	return s.show(c, v, status, "factor", p)
}

// confirmFactor turns the second factor on, ends every other session, which had
// none, and shows the recovery codes.
func (s *Server) confirmFactor(c *gin.Context, v *visit) error {
	a, _ := s.signedIn(c)
	ctx := c.Request.Context()
	codes, err := s.options.Review.ConfirmSecondFactor(ctx, a.ID, c.PostForm("code"))
	if errors.Is(err, review.ErrState) {
		return s.see(c, v, "/account")
	}
	if err != nil {
		s.refusedFor(c, "proof refused", err)
		status, said, err := s.denied(c, v, err)
		if err != nil {
			return err
		}
		if status == http.StatusUnprocessableEntity {
			said = v.say("account.wrong.app_code")
		}
		return s.showFactor(c, v, status, said)
	}
	if err := s.options.Review.EndSessions(ctx, a.ID); err != nil {
		return err
	}
	if err := s.startSession(c, a.ID); err != nil {
		return err
	}
	s.came(c, "second factor on", a.ID, "")
	return s.showCodes(c, v, codes)
}

// newRecoveryCodes puts others in the place of the recovery codes.
func (s *Server) newRecoveryCodes(c *gin.Context, v *visit) error {
	a, _ := s.signedIn(c)
	codes, err := s.options.Review.NewRecoveryCodes(c.Request.Context(), a.ID, proof(c))
	if err != nil {
		return s.unproved(c, v, err)
	}
	s.came(c, "recovery codes made anew", a.ID, "")
	return s.showCodes(c, v, codes)
}

func (s *Server) showCodes(c *gin.Context, v *visit, codes []string) error {
	p := codesPage{
		frame: v.accountFrame("/account", v.say("account.codes.heading")), Heading: v.say("account.codes.heading"), Lead: v.say("account.codes.lead"),
		Codes: codes, On: v.url("/account"),
	}
	p.Languages = nil // in another language they are not shown again
	return s.show(c, v, http.StatusOK, "codes", p)
}
