package server

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"

	"opendoor/practices"
	"opendoor/practices/review"
	"opendoor/practices/workshops"
)

// ownStart is the page on which a collection is begun, or entries are put into
// one that is there.
type ownStart struct {
	frame
	Heading, Lead string
	Action, Into  string
	Entries       []related
	IDs           []string
	Notice        string
	Link          string
}

// newOwn serves GET /workshops/new.
func (s *Server) newOwn(c *gin.Context, v *visit) error {
	return s.showOwnStart(c, v, http.StatusOK, chosen(v, v.query["id"]), "", "")
}

func (s *Server) showOwnStart(c *gin.Context, v *visit, status int, ids []string, link, notice string) error {
	v.path = "/workshops/new"
	p := ownStart{
		frame: v.frame("workshops", v.say("own.new")), Heading: v.say("own.new"), Lead: v.say("workshop.own_said"),
		Action: v.url("/workshops/new"), Into: v.url("/workshops/into"), IDs: ids, Link: link, Notice: notice,
	}
	p.NoIndex = true
	for _, id := range ids {
		if e, err := v.catalogue.Get(id); err == nil {
			p.Entries = append(p.Entries, v.pointer(e, ""))
		}
	}
	return s.deliver(c, v, status, page{template: "ownstart", data: p})
}

// chosen are the ids that name an entry, each once.
func chosen(v *visit, ids []string) []string {
	var out []string
	for _, id := range ids {
		p, err := v.catalogue.Get(strings.ToLower(strings.TrimSpace(id)))
		if err == nil && !p.Withdrawn() && !slices.Contains(out, p.ID) && len(out) < workshops.MaxCases {
			out = append(out, p.ID)
		}
	}
	return out
}

// beginOwn makes a collection and gives its private link.
func (s *Server) beginOwn(c *gin.Context, v *visit) error {
	store := s.options.Review
	if err := store.Spend(c.Request.Context(), "workshop", c.ClientIP(), ownBegun, ownWindow); err != nil {
		return err
	}
	own := &workshops.Collection{Lang: v.lang, Title: strings.Join(strings.Fields(workshops.Typed(c.PostForm("title"))), " "), Minutes: 60}
	if own.Title == "" {
		own.Title = v.say("own.untitled")
	}
	add(v, own, c.PostFormArray("id"))
	token, _, err := store.Begin(c.Request.Context(), review.Start{Kind: review.Workshop, Text: ownText(own)})
	if err != nil {
		return err
	}
	return s.see(c, v, minePath(token))
}

// add puts entries at the end of a collection, at the text that is published.
func add(v *visit, own *workshops.Collection, ids []string) {
	for _, id := range chosen(v, ids) {
		if p, err := v.catalogue.Get(id); err == nil && !own.Has(id) && len(own.Cases) < workshops.MaxCases {
			own.Cases = append(own.Cases, workshops.Case{ID: id, Version: p.Version})
		}
	}
}

func ownText(own *workshops.Collection) review.Text {
	return review.Text{Title: own.Title, Lang: own.Lang, Body: string(workshops.Marshal(own))}
}

var editLink = regexp.MustCompile(`/workshops/mine/([A-Za-z0-9_-]{20,100})`)

// intoOwn puts entries into the collection whose private link was given.
func (s *Server) intoOwn(c *gin.Context, v *visit) error {
	ids, link := chosen(v, c.PostFormArray("id")), c.PostForm("link")
	m := editLink.FindStringSubmatch(link)
	if m == nil {
		return s.showOwnStart(c, v, http.StatusUnprocessableEntity, ids, link, v.say("own.no_link"))
	}
	err := s.extend(c, v, m[1], ids)
	if errors.Is(err, review.ErrNotFound) {
		return s.showOwnStart(c, v, http.StatusUnprocessableEntity, ids, link, v.say("own.no_link"))
	}
	return err
}

func (s *Server) addToOwn(c *gin.Context, v *visit) error {
	return s.extend(c, v, v.params["token"], c.PostFormArray("id"))
}

// extend adds entries to what is kept, and leads to the first of them. Where
// somebody saved meanwhile, they are added to that.
func (s *Server) extend(c *gin.Context, v *visit, token string, ids []string) error {
	for attempt := 0; ; attempt++ {
		sub, own, err := s.mine(c, token)
		if err != nil {
			return err
		}
		before := len(own.Cases)
		add(v, own, ids)
		_, err = s.options.Review.Save(c.Request.Context(), token, sub.Version, ownText(own))
		if errors.Is(err, review.ErrConflict) && attempt < 3 {
			continue
		}
		if err != nil {
			return err
		}
		where := minePath(token)
		if len(own.Cases) > before {
			where += "#case-" + own.Cases[before].ID
		}
		return s.see(c, v, where)
	}
}

// mine opens a collection for whoever has its private link.
func (s *Server) mine(c *gin.Context, token string) (review.Submission, *workshops.Collection, error) {
	sub, err := s.options.Review.ByToken(c.Request.Context(), token)
	if err != nil {
		return sub, nil, err
	}
	if sub.Kind != review.Workshop {
		return sub, nil, review.ErrNotFound
	}
	own, _ := workshops.ParseOwn([]byte(sub.Body))
	return sub, own, nil
}

// chooseForOwn serves GET /workshops/mine/{token}/add?q=…: the catalogue, with
// a box to tick at each entry.
func (s *Server) chooseForOwn(c *gin.Context, v *visit) error {
	token := v.params["token"]
	if _, _, err := s.mine(c, token); err != nil {
		return err
	}
	v.path = "/choose"
	p, err := choose(v)
	if err != nil {
		return err
	}
	data := p.data.(choosePage)
	data.Action, data.Add, data.Compare = v.url(minePath(token)+"/add"), v.url(minePath(token)+"/add"), ""
	data.Back, data.BackLabel = v.url(minePath(token)), v.say("own.back")
	data.Canonical = ""
	for i, l := range data.Languages {
		data.Languages[i].URL = strings.Replace(l.URL, "/choose", minePath(token)+"/add", 1)
	}
	return s.deliver(c, v, http.StatusOK, page{template: "choose", data: data})
}

// ownPage is the form in which a collection is made.
type ownPage struct {
	frame
	Heading                  string
	Action, Add, Erase, Look string
	Public, QR               string
	Edit                     string
	Version                  int
	Notice                   string
	Problems                 []problem // in the way of showing it to others
	Send, Status             string
	Named                    string // title of the workshop
	Langs                    []choiceOfLanguage
	Minutes                  int
	Summary, Audience        string
	Objective                string
	Questions                string
	Points                   []ownPoint
	Cases                    []ownCase
}

type choiceOfLanguage struct {
	Tag, Name string
	Chosen    bool
}

// An ownCase is one entry in the form.
type ownCase struct {
	lessonCase
	First, Last bool
	Asked       string // its questions, a line each
}

// An ownPoint is a decision of the whole group in the form. The last one is
// empty, for one more.
type ownPoint struct {
	N          int
	Text, Then string
}

func pointsOf(own *workshops.Collection) []ownPoint {
	var out []ownPoint
	for i, d := range append(slices.Clone(own.Decisions), workshops.Decision{}) {
		out = append(out, ownPoint{i, d.Text, d.Then})
	}
	return out
}

// editOwn serves GET /workshops/mine/{token}. What the editors are reading is
// not edited meanwhile: its place is then where it stands.
func (s *Server) editOwn(c *gin.Context, v *visit) error {
	token := v.params["token"]
	sub, own, err := s.mine(c, token)
	if err != nil {
		return err
	}
	if !sub.State.Writable() || sub.Erased {
		return s.see(c, v, "/contribute/"+token)
	}
	s.noteVisit(c, sub)
	return s.showOwnForm(c, v, http.StatusOK, sub, own, "")
}

func (s *Server) showOwnForm(c *gin.Context, v *visit, status int, sub review.Submission, own *workshops.Collection, notice string) error {
	token := v.params["token"]
	v.path = minePath(token)
	l, err := v.lesson(own, ownPath(sub))
	if err != nil {
		return err
	}
	l.Collection = own // as it was typed
	p := ownPage{
		frame: v.frame("workshops", own.Title), Heading: v.say("own.heading"), Action: v.url(v.path), Add: v.url(v.path + "/add"), Erase: v.url(v.path + "/erase"),
		Look: v.url(l.path), Public: v.base + v.url(l.path), QR: v.url(l.path + "/qr.svg"), Edit: v.base + v.url(v.path), Version: sub.Version, Notice: notice,
		Named: own.Title, Minutes: own.Minutes, Summary: own.Summary, Audience: own.Audience, Objective: own.Objective,
		Questions: strings.Join(own.Questions, "\n"),
	}
	p.NoIndex, p.Canonical = true, ""
	p.Points, p.Send = pointsOf(own), v.url(v.path+"/send")
	p.Problems = v.ownProblems(own, "", own.Check(false))
	if !sub.Sent.IsZero() {
		p.Status = v.url("/contribute/" + token + "?status")
	}
	if sub.State == review.ChangesRequested && notice == "" {
		p.Notice = strings.TrimSpace(v.say("contribute.asked") + " " + sub.Reason)
	}
	for _, lang := range s.set.Languages() {
		p.Langs = append(p.Langs, choiceOfLanguage{lang.Tag, lang.Name, lang.Tag == own.Lang})
	}
	for i, k := range v.lessonCases(l) {
		p.Cases = append(p.Cases, ownCase{lessonCase: k, First: i == 0, Last: i == len(l.Cases)-1, Asked: strings.Join(k.Questions, "\n")})
	}
	return s.deliver(c, v, status, page{template: "own", data: p})
}

// saveOwn takes the form in. Every button of it saves what was typed; some do
// one thing more: move a case, take it away, take its newest text.
func (s *Server) saveOwn(c *gin.Context, v *visit) error {
	token := v.params["token"]
	sub, kept, err := s.mine(c, token)
	if err != nil {
		return err
	}
	if err := s.options.Review.Spend(c.Request.Context(), "workshop-save", c.ClientIP(), ownSaved, ownWindow); err != nil {
		return err
	}
	own := ownFromForm(c.Request.PostForm, kept)
	at := act(v, own, c.PostForm("do"))
	version, _ := strconv.Atoi(c.PostForm("version"))
	_, err = s.options.Review.Save(c.Request.Context(), token, version, ownText(own))
	switch {
	case errors.Is(err, review.ErrConflict):
		return s.showOwnForm(c, v, http.StatusConflict, sub, own, v.say("own.conflict"))
	case errors.Is(err, review.ErrTooLong), errors.Is(err, review.ErrText):
		return s.showOwnForm(c, v, http.StatusUnprocessableEntity, sub, own, v.say("own.too_long"))
	case err != nil:
		return err
	}
	switch c.PostForm("do") {
	case "look":
		return s.see(c, v, ownPath(sub))
	case "send":
		return s.see(c, v, minePath(token)+"/send")
	}
	where := minePath(token)
	if at != "" {
		where += "#case-" + at
	}
	return s.see(c, v, where)
}

// ownFromForm is the collection as it was typed, with the cases in the order
// of the form.
func ownFromForm(form url.Values, kept *workshops.Collection) *workshops.Collection {
	text := func(name string) string {
		return strings.TrimSpace(workshops.Typed(strings.ReplaceAll(form.Get(name), "\r\n", "\n")))
	}
	line := func(name string) string { return strings.Join(strings.Fields(text(name)), " ") }
	lines := func(name string) []string {
		var out []string
		for l := range strings.SplitSeq(text(name), "\n") {
			if l = strings.TrimSpace(l); l != "" {
				out = append(out, l)
			}
		}
		return out
	}
	own := &workshops.Collection{
		Title: line("title"), Lang: kept.Lang, Summary: line("summary"), Audience: line("audience"), Objective: line("objective"),
		Questions: lines("questions"), Decisions: kept.Decisions, DrawnFrom: kept.DrawnFrom,
		ID: kept.ID, Contributors: kept.Contributors, Review: kept.Review, Markdown: kept.Markdown,
	}
	for i := 0; form.Has(fmt.Sprintf("point.%d.text", i)); i++ {
		if i == 0 {
			own.Decisions = nil
		}
		d := workshops.Decision{Text: line(fmt.Sprintf("point.%d.text", i)), Then: text(fmt.Sprintf("point.%d.then", i))}
		if d != (workshops.Decision{}) {
			own.Decisions = append(own.Decisions, d)
		}
	}
	if slices.Contains([]string{"en", "es", "fr", "pt", "ar"}, form.Get("lang")) {
		own.Lang = form.Get("lang")
	}
	own.Minutes, _ = strconv.Atoi(form.Get("minutes"))
	for _, id := range form["case[]"] {
		i := slices.IndexFunc(kept.Cases, func(k workshops.Case) bool { return k.ID == id })
		if i < 0 || own.Has(id) {
			continue
		}
		own.Cases = append(own.Cases, workshops.Case{
			ID: id, Version: kept.Cases[i].Version, Objective: line(id + ".objective"), Notes: text(id + ".notes"),
			Questions: lines(id + ".questions"), Decision: line(id + ".decision"), Then: text(id + ".then"),
		})
	}
	return own
}

// act does what a button says, "up mx-0004", and gives the case that the
// reader is then at.
func act(v *visit, own *workshops.Collection, do string) (at string) {
	verb, id, _ := strings.Cut(do, " ")
	i := slices.IndexFunc(own.Cases, func(k workshops.Case) bool { return k.ID == id })
	if i < 0 {
		return ""
	}
	switch {
	case verb == "up" && i > 0:
		own.Cases[i-1], own.Cases[i] = own.Cases[i], own.Cases[i-1]
	case verb == "down" && i < len(own.Cases)-1:
		own.Cases[i+1], own.Cases[i] = own.Cases[i], own.Cases[i+1]
	case verb == "remove":
		own.Cases = slices.Delete(own.Cases, i, i+1)
		if len(own.Cases) == 0 {
			return ""
		}
		return own.Cases[min(i, len(own.Cases)-1)].ID
	case verb == "newest":
		if p, err := v.catalogue.Get(id); err == nil {
			own.Cases[i].Version = p.Version
		}
	}
	return id
}

// eraseOwn does away with a collection and everything typed into it.
func (s *Server) eraseOwn(c *gin.Context, v *visit) error {
	token := v.params["token"]
	if _, _, err := s.mine(c, token); err != nil {
		return err
	}
	if err := s.options.Review.Erase(c.Request.Context(), token); err != nil {
		return err
	}
	return s.see(c, v, "/workshops")
}

// pinned is the text of an entry that a case was chosen with, where it can
// still be had; else the entry as it is now.
func (v *visit) pinned(p *practices.Practice, version string) *practices.Practice {
	if version == "" || version == p.Version {
		return p
	}
	data, _, err := v.text(p.ID, version)
	if err != nil {
		return p
	}
	then, faults := practices.Parse(practices.FilePath(p.ID, ""), data)
	if then.ID != p.ID || practices.HasErrors(faults) {
		return p
	}
	return then
}
