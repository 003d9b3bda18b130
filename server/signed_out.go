package server

import (
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/gin-gonic/gin"
)

// signedOutPage gives what somebody sent back to them whose session had ended
// meanwhile, to send again once they have signed in elsewhere.
type signedOutPage struct {
	frame
	Heading, Said string
	SignIn        link
	Action        string
	Values        []sentValue // as they were chosen
	Words         []sentValue // as they were typed
}

type sentValue struct {
	Name, Value string
	ID, Label   string
	Rows        int
}

// giveBack answers a form of the desk that comes without a session with what
// was typed into it. It says that there was nothing to give back when nothing
// was, and where another site may have sent it.
func (s *Server) giveBack(c *gin.Context, lang string) (given bool) {
	if c.Request.Method != http.MethodPost || !strings.HasPrefix(withoutLanguage(lang, c.Request.URL.Path), "/review/") || s.crossSite(c.Request) != nil {
		return false
	}
	c.Request.Body = http.MaxBytesReader(c.Writer, c.Request.Body, maxForm)
	if c.Request.ParseForm() != nil {
		return false
	}
	g := s.take()
	defer g.release()
	v := s.visit(c, g, lang)
	p := signedOutPage{
		frame: v.deskFrame("/login", v.say("account.signed_out.heading")), Heading: v.say("account.signed_out.heading"), Said: v.say("account.signed_out.said"),
		SignIn: link{Label: v.say("account.signed_out.sign_in"), URL: v.url("/login")}, Action: c.Request.URL.Path,
	}
	for _, name := range slices.Sorted(maps.Keys(c.Request.PostForm)) {
		for _, value := range c.Request.PostForm[name] {
			if !ownWords(name, value) {
				p.Values = append(p.Values, sentValue{Name: name, Value: value})
				continue
			}
			n := len(p.Words) + 1
			p.Words = append(p.Words, sentValue{
				Name: name, Value: strings.ReplaceAll(value, "\r\n", "\n"), ID: "words-" + strconv.Itoa(n), Label: v.say("account.signed_out.part", "n", n), Rows: min(20, 3+utf8.RuneCountInString(value)/60),
			})
		}
	}
	switch len(p.Words) {
	case 0:
		return false
	case 1:
		p.Words[0].Label = v.say("account.signed_out.words")
	}
	if err := s.show(c, v, http.StatusForbidden, "signedout", p); err != nil {
		s.fail(c, err)
	}
	c.Abort()
	return true
}

// ownWords says whether a value is somebody's own words and not a choice of the
// form.
func ownWords(name, value string) bool {
	value = strings.TrimSpace(value)
	return value != "" && (slices.Contains([]string{"text", "reason", "why", "note"}, name) ||
		strings.ContainsFunc(value, unicode.IsSpace) || utf8.RuneCountInString(value) > 64)
}
