package server

import (
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"

	"opendoor/practices"
	"opendoor/practices/review"
	"opendoor/search"
)

// draftPage is the form of a draft.
type draftPage struct {
	frame
	Crumbs        []link
	Heading, Lead string
	Action, Look  string
	Link          string // the private address, whole
	File          string
	Version       int
	Fresh         bool // just begun: the link is to be kept
	Saved         string
	Notice        string // what went wrong as a whole
	Original      link   // of a change: the entry as it is
	Problems      []problem
	Comments      []comment
	Similar       []related
	Questions     []question
	More          bool
	Steps         []overview
	Places        []string
}

// An overview is a question in the list above the form, with whether it is answered.
type overview struct {
	N           int
	Label, Href string
	Done        bool
}

// startPage is the little that is asked before a draft is made.
type startPage struct {
	frame
	Crumbs        []link
	Heading, Lead string
	Action        string
	Fields        []formField
	Problems      []problem
	Notice        string
	Similar       []related
	Go            string
	Trap          bool
}

func (s *Server) newDraft(c *gin.Context, v *visit) error {
	d := practices.NewDraft(v.lang)
	return s.showStart(c, v, http.StatusOK, d, nil, "")
}

func (s *Server) showStart(c *gin.Context, v *visit, status int, d *practices.Draft, problems []practices.Problem, notice string) error {
	f := newForm(v, d, problems)
	p := startPage{
		frame: v.privateFrame("/contribute/new", v.say("contribute.new.heading")), Crumbs: v.contributeCrumbs(v.say("contribute.new.heading")),
		Heading: v.say("contribute.new.heading"), Lead: v.say("contribute.new.lead"), Action: v.url("/contribute/new"),
		Fields: f.named("title", "countries", "lang"), Problems: f.problems(), Notice: notice, Go: v.say("contribute.new.go"),
	}
	return s.show(c, v, status, "start", p)
}

func (v *visit) contributeCrumbs(here string) []link {
	return []link{{Label: v.say("contribute.heading"), URL: v.url("/contribute")}, {Label: here, Current: true}}
}

// beginDraft makes a draft of the first answers and gives its private address.
func (s *Server) beginDraft(c *gin.Context, v *visit) error {
	d := practices.NewDraft(v.lang)
	for _, name := range []string{"lang", "title", "countries"} {
		if values, ok := c.Request.PostForm[name]; ok {
			d.Set(name, values...)
		}
	}
	problems := slices.DeleteFunc(d.Check(v.setting("", d.Lang())), func(p practices.Problem) bool {
		return p.Field != "title" && p.Field != "countries" && p.Field != "lang" || p.Field == "countries" && p.Code == practices.Missing
	})
	if err := s.crossSite(c.Request); err != nil {
		return s.showStart(c, v, http.StatusForbidden, d, problems, v.say("contribute.again"))
	}
	if len(problems) > 0 {
		return s.showStart(c, v, http.StatusUnprocessableEntity, d, problems, "")
	}
	token, err := s.begin(c, v, review.Entry, "", "", d)
	if err != nil {
		status, said := v.trouble(s.known(err))
		return s.showStart(c, v, status, d, nil, said)
	}
	return s.see(c, v, "/contribute/"+token+"?begun")
}

// begin makes a draft of an entry in the store.
func (s *Server) begin(c *gin.Context, v *visit, kind review.Kind, id, base string, d *practices.Draft) (token string, err error) {
	text, err := v.textOf(d, id)
	if err != nil {
		return "", err
	}
	text.BaseBlob = base
	return s.start(c, review.Start{Kind: kind, Practice: id, Text: text})
}

// start makes a draft in the store, unless there is no room.
func (s *Server) start(c *gin.Context, with review.Start) (token string, err error) {
	if err := s.room(); err != nil {
		return "", err
	}
	if err := s.options.Review.Spend(c.Request.Context(), "begin", network(c), beginsPerHour, hour); err != nil {
		return "", err
	}
	writer, _ := s.signedIn(c) // who then decides on it is somebody else
	with.Owner = writer.ID
	token, _, err = s.options.Review.Begin(c.Request.Context(), with)
	return token, err
}

// trouble is the status and the words for a draft that could not be kept.
func (v *visit) trouble(err error) (status int, said string) {
	status = statusOf(err)
	switch status {
	case http.StatusConflict:
		return status, v.say("contribute.trouble.conflict")
	case http.StatusTooManyRequests:
		return status, v.say("contribute.trouble.often")
	case http.StatusRequestEntityTooLarge:
		return status, v.say("contribute.trouble.large")
	}
	return status, v.say("contribute.trouble.later")
}

// similar are entries whose words are like a title.
func (v *visit) alike(title, not string) []related {
	const shown = 3
	if len(strings.Fields(title)) == 0 {
		return nil
	}
	r, err := v.index.Search(v.context(), search.Query{Text: title, Lang: v.lang, Page: 1})
	if err != nil {
		v.log.Error("entries like a draft", "error", err)
		return nil
	}
	var out []related
	for _, h := range r.Hits {
		if h.Practice.ID != not && len(out) < shown {
			out = append(out, v.pointer(h.Practice, ""))
		}
	}
	return out
}

// submission is the page behind a private address: the form while it can be
// written, and then what became of it.
func (s *Server) submission(c *gin.Context, v *visit) error {
	sub, err := s.options.Review.ByToken(c.Request.Context(), v.params["token"])
	if err != nil {
		return err
	}
	if !sub.State.Writable() || sub.Erased || c.Request.URL.RawQuery == "status" {
		return s.showStatus(c, v, http.StatusOK, sub, "", "")
	}
	if sub.Kind == review.Workshop {
		return s.see(c, v, minePath(v.params["token"]))
	}
	if sub.Kind == review.Translation {
		return s.openTranslation(c, v, sub)
	}
	d, err := draftOf(sub)
	if err != nil {
		return err
	}
	return s.showDraft(c, v, http.StatusOK, sub, d, "")
}

// showDraft shows the form of a draft, with what the editors said of it.
func (s *Server) showDraft(c *gin.Context, v *visit, status int, sub review.Submission, d *practices.Draft, notice string) error {
	token := v.params["token"]
	path := "/contribute/" + token
	query := c.Request.URL.Query()
	var problems []practices.Problem
	if query.Has("check") {
		problems = d.Check(v.setting(sub.Practice, d.Lang()))
	}
	comments, err := s.options.Review.Comments(c.Request.Context(), sub.ID)
	if err != nil {
		comments = nil // the text matters more
	}
	f := newForm(v, d, problems)
	f.more = query.Has("more") || f.asksMore() || c.Request.PostForm.Has("more")
	f.add = query.Get("add")
	f.comments(comments)
	heading := v.say("contribute.draft.heading")
	if sub.Kind == review.Change {
		heading = v.say("contribute.change.heading", "title", d.Title())
	}
	p := draftPage{
		frame: v.privateFrame(path, heading), Crumbs: v.contributeCrumbs(v.say("contribute.draft.crumb")), Heading: heading, Lead: v.say("contribute.draft.lead"),
		Action: v.url(path), Look: v.url(path + "/look"), File: v.url(path + "/file"), Link: s.whole(c, v.url(path)), Version: sub.Version,
		Fresh: query.Has("begun"), Notice: notice, Problems: f.problems(), Comments: v.comments(comments), Questions: f.questions(), More: f.more,
		Places: v.places().names(d.Codes()),
	}
	if query.Has("saved") {
		p.Saved = v.say("contribute.saved")
	}
	if sub.State == review.ChangesRequested && notice == "" {
		p.Notice = strings.TrimSpace(v.say("contribute.asked") + " " + sub.Reason)
	}
	if sub.Kind == review.Entry && sub.Sent.IsZero() {
		p.Similar = v.alike(d.Title(), sub.Practice)
	}
	if sub.Kind == review.Change {
		p.Original = link{Label: v.say("contribute.change.original"), URL: v.url("/practices/" + sub.Practice)}
	}
	p.Steps = f.steps()
	return s.show(c, v, status, "draft", p)
}

// whole is an address with that of the site, as people keep it.
func (s *Server) whole(c *gin.Context, path string) string {
	if s.options.BaseURL != "" {
		return s.options.BaseURL + path
	}
	scheme := "http"
	if s.overTLS(c) {
		scheme = "https"
	}
	return scheme + "://" + c.Request.Host + path
}

// filledIn is the draft as the form sends it. Answers to questions that the form
// did not show stay as they were.
func filledIn(form url.Values, old *practices.Draft) *practices.Draft {
	d := &practices.Draft{Base: old.Base}
	shown := map[string]bool{"lang": form.Has("lang"), "remark": form.Has("remark")}
	for _, q := range practices.Questions() {
		for _, f := range q.Fields {
			shown[f.Name] = !q.More || form.Has("more")
		}
	}
	for name, values := range old.Values {
		if !shown[fieldTop(name)] {
			d.Set(name, values...)
		}
	}
	for name, values := range form {
		if shown[fieldTop(name)] {
			d.Set(name, values...)
		}
	}
	return d
}

// fieldTop is the field of a form to which the name of a value belongs.
func fieldTop(name string) string {
	for _, q := range practices.Questions() {
		for _, f := range q.Fields {
			if name == f.Name || f.Kind == practices.Rows && strings.HasPrefix(name, f.Name+".") {
				return f.Name
			}
		}
	}
	return name
}

// saveDraft keeps the form as typed, right or wrong, and goes where the button
// says. Whatever goes wrong, the page comes back as it was filled in.
func (s *Server) saveDraft(c *gin.Context, v *visit) error {
	token := v.params["token"]
	sub, err := s.options.Review.ByToken(c.Request.Context(), token)
	if err != nil && !errors.Is(err, review.ErrNotFound) {
		// The store is away: the text alone comes back.
		if id := c.PostForm("practice"); id != "" {
			return s.saveTranslation(c, v, review.Submission{Kind: review.Translation, State: review.Draft, Practice: id, Lang: clipTag(c.PostForm("to"))})
		}
		sub, err = review.Submission{Kind: review.Entry, State: review.Draft}, nil
		d := filledIn(c.Request.PostForm, practices.NewDraft(v.lang))
		return s.showDraft(c, v, http.StatusServiceUnavailable, sub, d, v.say("contribute.trouble.later"))
	}
	if err == nil && sub.Kind == review.Workshop {
		err = review.ErrNotFound // it has a form of its own
	}
	if err != nil {
		return err
	}
	if sub.Kind == review.Translation {
		return s.saveTranslation(c, v, sub)
	}
	old, err := draftOf(sub)
	if err != nil {
		return err
	}
	d := filledIn(c.Request.PostForm, old)
	quiet := c.GetHeader("Accept") == jsonType
	refuse := func(status int, said string) error {
		if quiet {
			c.JSON(status, gin.H{"said": said})
			return nil
		}
		return s.showDraft(c, v, status, sub, d, said)
	}
	if err := s.crossSite(c.Request); err != nil {
		return refuse(http.StatusForbidden, v.say("contribute.again"))
	}
	version, _ := strconv.Atoi(c.PostForm("version"))
	text, err := v.textOf(d, sub.Practice)
	if err != nil {
		return err
	}
	saved, err := s.options.Review.Save(c.Request.Context(), token, version, text)
	var conflict *review.Conflict
	switch {
	case errors.As(err, &conflict):
		sub = conflict.Current // saving once more keeps what is on the page
		return refuse(http.StatusConflict, v.say("contribute.trouble.conflict"))
	case errors.Is(err, review.ErrState):
		return refuse(http.StatusConflict, v.say("contribute.trouble.sent"))
	case err != nil:
		status, said := v.trouble(s.known(err))
		return refuse(status, said)
	}
	if quiet {
		c.JSON(http.StatusOK, gin.H{"version": saved.Version})
		return nil
	}
	path := "/contribute/" + token
	switch do, what, _ := strings.Cut(c.PostForm("do"), ":"); do {
	case "look":
		return s.see(c, v, path+"/look")
	case "add":
		return s.see(c, v, fmt.Sprintf("%s?add=%s#f-%s-%d", path, url.QueryEscape(what), htmlID(what), max(1, d.Rows(what))))
	case "more":
		return s.see(c, v, path+"?more#more")
	}
	return s.see(c, v, path+"?saved#saved")
}

// draftFile gives the draft as the Markdown file that it would become.
func (s *Server) draftFile(c *gin.Context, v *visit) error {
	sub, err := s.options.Review.ByToken(c.Request.Context(), v.params["token"])
	if err != nil {
		return err
	}
	c.Header("Content-Disposition", `attachment; filename="open-door-draft.md"`)
	c.Header("Cache-Control", "no-store")
	c.Data(http.StatusOK, "text/markdown; charset=utf-8", []byte(sub.Body))
	return nil
}

// fileOf reads the file of an entry as it is published, and its blob id, by
// which a later change to it is seen.
func (v *visit) fileOf(p *practices.Practice) (text []byte, blob string, err error) {
	if v.history != nil {
		text, _, err = v.history.Text(v.patiently(), p.ID, p.Version)
	} else {
		text, err = fs.ReadFile(v.content, p.Path)
	}
	if err != nil {
		return nil, "", fmt.Errorf("%w: %s: %w", practices.ErrNotFound, p.Path, err)
	}
	return text, practices.BlobID(text), nil
}
