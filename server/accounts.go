package server

import (
	"net/http"

	"github.com/gin-gonic/gin"

	"opendoor/practices/review"
)

// accountsPage is the list of all accounts, for admins.
type accountsPage struct {
	frame
	Crumbs          []link
	Heading, Notice string
	Invite          string
	Email, Name     string // as typed
	Roles           []option
	Link, For       string // of a new invitation, shown this once
	Accounts        []accountRow
}

type accountRow struct {
	ID, Name, Email, Role, State, Since string
	Roles                               []option
	ChangeRole, Disable                 string
	Disabled                            bool
	Own                                 bool
}

var roles = []review.Role{review.Member, review.Trainer, review.Editor, review.Admin}

// accounts serves GET /review/accounts.
func (s *Server) accounts(c *gin.Context, v *visit) error {
	return s.showAccounts(c, v, http.StatusOK, accountsPage{}, review.Editor)
}

// showAccounts shows the list with what p says already, and a role chosen for
// the next invitation.
func (s *Server) showAccounts(c *gin.Context, v *visit, status int, p accountsPage, chosen review.Role) error {
	own, _ := s.signedIn(c)
	list, err := s.options.Review.Accounts(c.Request.Context())
	if err != nil {
		return err
	}
	p.frame, p.Heading, p.Invite = v.accountFrame("/review/accounts", v.say("account.all.heading")), v.say("account.all.heading"), v.url("/review/accounts")
	p.Crumbs = []link{{Label: v.say("account.heading"), URL: v.url("/account")}, {Label: p.Heading, Current: true}}
	p.Roles = v.roles("role", chosen)
	for _, a := range list {
		row := accountRow{
			ID: a.ID, Name: a.Name, Email: a.Email, Role: v.say("account.role." + string(a.Role)), Since: v.day(a.Created), Roles: v.roles("role-"+a.ID, a.Role),
			ChangeRole: v.url("/review/accounts/" + a.ID + "/role"), Disable: v.url("/review/accounts/" + a.ID + "/disable"), Disabled: a.Disabled, Own: a.ID == own.ID,
		}
		switch {
		case a.Disabled:
			row.State = v.say("account.state.disabled")
		case !a.HasPassword && !a.Linked:
			row.State = v.say("account.state.invited")
		case a.LacksFactor():
			row.State = v.say("account.state.bare")
		default:
			row.State = v.say("account.state.ready")
		}
		p.Accounts = append(p.Accounts, row)
	}
	return s.show(c, v, status, "accounts", p)
}

func (v *visit) roles(id string, chosen review.Role) []option {
	var out []option
	for _, r := range roles {
		out = append(out, option{ID: id + "-" + string(r), Value: string(r), Label: v.say("account.role." + string(r)), Chosen: r == chosen})
	}
	return out
}

// invite makes an account and shows its link, once.
func (s *Server) invite(c *gin.Context, v *visit) error {
	own, _ := s.signedIn(c)
	p := accountsPage{Email: c.PostForm("email"), Name: c.PostForm("name")}
	role := review.Role(c.PostForm("role"))
	if !role.Valid() {
		return errUnreadable
	}
	token, made, err := s.options.Review.Invite(c.Request.Context(), own.ID, p.Email, p.Name, role)
	if err != nil {
		status, said, err := s.denied(c, v, err)
		if err != nil {
			return err
		}
		p.Notice = said
		return s.showAccounts(c, v, status, p, role)
	}
	return s.showAccounts(c, v, http.StatusCreated, accountsPage{Link: s.whole(c, v.url("/invite/"+token)), For: made.Email}, review.Editor)
}

// changeRole gives an account another role, which signs it out.
func (s *Server) changeRole(c *gin.Context, v *visit) error {
	own, _ := s.signedIn(c)
	role := review.Role(c.PostForm("role"))
	if !role.Valid() {
		return errUnreadable
	}
	return s.managed(c, v, s.options.Review.SetRole(c.Request.Context(), own.ID, v.params["id"], role))
}

// disable keeps an account from signing in, or lets it again.
func (s *Server) disable(c *gin.Context, v *visit) error {
	own, _ := s.signedIn(c)
	return s.managed(c, v, s.options.Review.Disable(c.Request.Context(), own.ID, v.params["id"], c.PostForm("disabled") == "1"))
}

func (s *Server) managed(c *gin.Context, v *visit, err error) error {
	if err == nil {
		return s.see(c, v, "/review/accounts")
	}
	if statusOf(err) == http.StatusNotFound {
		return err
	}
	status, said, err := s.denied(c, v, err)
	if err != nil {
		return err
	}
	return s.showAccounts(c, v, status, accountsPage{Notice: said}, review.Editor)
}
