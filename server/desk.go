package server

import (
	"cmp"
	"context"
	"net/url"
	"slices"
	"strconv"

	"github.com/gin-gonic/gin"

	"opendoor/practices/review"
)

// deskRoutes are the addresses at which editors work. Each needs an editor who
// is signed in; without a store of submissions they are not there.
func (s *Server) deskRoutes(d *doors, lang string) {
	for _, r := range []struct {
		method, path string
		handle       private
	}{
		{"GET", "/review", s.queue},
		{"GET", "/review/translations", s.debts},
		{"GET", "/review/problems", s.problems}, {"GET", "/review/audit", s.auditTrail},
		{"GET", "/review/entries", s.findEntry}, {"GET", "/review/entries/:id", s.publishedEntry},
		{"POST", "/review/entries/:id/withdraw", s.withdrawEntry}, {"POST", "/review/entries/:id/hide", s.hideVersion}, {"POST", "/review/entries/:id/record", s.recordOnEntry},
		{"GET", "/review/:id", s.reviewed},
		{"GET", "/review/:id/edit", s.editText}, {"POST", "/review/:id/edit", s.saveText},
		{"POST", "/review/:id/claim", s.claim}, {"POST", "/review/:id/free", s.free}, {"POST", "/review/:id/contact", s.contact},
		{"POST", "/review/:id/comment", s.commentOn}, {"POST", "/review/:id/record", s.record},
		{"POST", "/review/:id/rebase", s.rebase}, {"POST", "/review/:id/decide", s.decide},
	} {
		d.needs(review.Editor, r.method, inLanguage(lang, r.path), s.privately(lang, r.handle))
	}
}

// deskFrame is the frame of a page for editors.
func (v *visit) deskFrame(path, title string) frame { return v.accountFrame(path, title) }

// deskTabs are the ways about the desk.
func (v *visit) deskTabs(at string) []link {
	var tabs []link
	for _, t := range []struct{ name, path string }{{"queue", "/review"}, {"published", "/review/entries"}, {"translations", "/review/translations"}, {"problems", "/review/problems"}, {"audit", "/review/audit"}} {
		tabs = append(tabs, link{Label: v.say("desk.tab." + t.name), URL: v.url(t.path), Current: t.name == at})
	}
	return tabs
}

func (v *visit) deskCrumbs(here ...link) []link {
	return append([]link{{Label: v.say("desk.heading"), URL: v.url("/review")}}, here...)
}

// queuePage is what waits for editors, or stands in some other state.
type queuePage struct {
	frame
	Heading string
	Tabs    []link
	Action  string
	Filters []queueFilter
	Rows    []queueRow
	Total   int
	More    string // address of those that follow
}

// A queueFilter is one choice above the queue.
type queueFilter struct {
	Name, Label string
	Options     []option
}

// A queueRow is one submission in the queue.
type queueRow struct {
	Title, URL, Lang  string
	Kind, State, Age  string
	Language          string
	Reviewer          string
	Old, Held, Absent bool // waits long; held as likely spam; has no title
}

// Long is how many days a submission waits before the queue marks it.
const long = 7

// queueLength is how many submissions a page of the queue shows.
const queueLength = 50

var (
	kindsSent  = []review.Kind{review.Entry, review.Change, review.Translation, review.Workshop}
	statesSent = []review.State{review.Submitted, review.InReview, review.NeedsRebase, review.ChangesRequested, review.Accepted, review.Published, review.Rejected, review.Withdrawn}
)

// queue serves GET /review: what waits, longest first. The address says which
// part of it.
func (s *Server) queue(c *gin.Context, v *visit) error {
	a, _ := s.signedIn(c)
	chosen := review.Filter{Kind: review.Kind(v.query.Get("kind")), Lang: v.query.Get("lang"), Limit: queueLength + 1}
	state := v.query.Get("state")
	switch {
	case state == "held":
		chosen.Held = true
	case slices.Contains(statesSent, review.State(state)):
		chosen.States = []review.State{review.State(state)}
	default:
		state = ""
	}
	whose := v.query.Get("whose")
	if whose == "mine" {
		chosen.Reviewer = a.ID
	}
	chosen.Offset, _ = strconv.Atoi(v.query.Get("from"))
	counts, held, err := s.options.Review.Count(c.Request.Context())
	if err != nil {
		return err
	}
	list, err := s.options.Review.Queue(c.Request.Context(), chosen)
	if err != nil {
		return err
	}
	p := queuePage{frame: v.deskFrame("/review", v.say("desk.heading")), Heading: v.say("desk.heading"), Tabs: v.deskTabs("queue"), Action: v.url("/review"), Total: len(list)}
	if len(list) > queueLength {
		list = list[:queueLength]
		next := url.Values{"from": {strconv.Itoa(max(chosen.Offset, 0) + queueLength)}}
		for name, value := range map[string]string{"state": state, "kind": string(chosen.Kind), "lang": chosen.Lang, "whose": whose} {
			if value != "" {
				next.Set(name, value)
			}
		}
		p.More = v.urlWith("/review", next)
	}
	names, err := s.names(c.Request.Context())
	if err != nil {
		return err
	}
	for _, sub := range list {
		p.Rows = append(p.Rows, v.queueRow(sub, names))
	}
	waiting := counts[review.Submitted] + counts[review.InReview] + counts[review.NeedsRebase]
	states := queueFilter{Name: "state", Label: v.say("desk.filter.state"), Options: []option{
		{Value: "", Label: v.say("desk.waiting", "n", waiting), Chosen: state == ""}, {Value: "held", Label: v.say("desk.held", "n", held), Chosen: state == "held"}}}
	for _, st := range statesSent {
		label := v.say("desk.counted", "label", v.say("desk.state."+string(st)), "n", counts[st])
		states.Options = append(states.Options, option{Value: string(st), Label: label, Chosen: string(st) == state})
	}
	any := option{Label: v.say("desk.any")}
	sorts := queueFilter{Name: "kind", Label: v.say("desk.filter.kind"), Options: []option{any}}
	for _, k := range kindsSent {
		sorts.Options = append(sorts.Options, option{Value: string(k), Label: v.say("desk.kind." + string(k)), Chosen: k == chosen.Kind})
	}
	langs := queueFilter{Name: "lang", Label: v.say("desk.filter.lang"), Options: []option{any}}
	for _, tag := range tongues {
		langs.Options = append(langs.Options, option{Value: tag, Label: capital(v.language(tag)), Chosen: tag == chosen.Lang})
	}
	mine := queueFilter{Name: "whose", Label: v.say("desk.filter.whose"), Options: []option{any, {Value: "mine", Label: v.say("desk.mine"), Chosen: whose == "mine"}}}
	p.Filters = []queueFilter{states, sorts, langs, mine}
	return s.show(c, v, 200, "queue", p)
}

func (v *visit) queueRow(sub review.Submission, names map[string]string) queueRow {
	since := sub.Sent
	if since.IsZero() {
		since = sub.Created
	}
	days := int(v.now.Sub(since).Hours() / 24)
	r := queueRow{
		Title: cmp.Or(sub.Title, v.say("desk.untitled")), URL: v.url("/review/" + sub.ID), Absent: sub.Title == "",
		Kind: v.say("desk.kind." + string(sub.Kind)), State: v.say("desk.state." + string(sub.State)), Language: v.language(sub.Lang),
		Age: v.say("desk.age", "n", max(days, 0)), Reviewer: names[sub.Reviewer], Old: sub.State.Waiting() && days >= long, Held: sub.Held,
	}
	if !r.Absent {
		r.Lang = v.foreign(sub.Lang)
	}
	return r
}

// names are what accounts are called, by id.
func (s *Server) names(ctx context.Context) (map[string]string, error) {
	list, err := s.options.Review.Accounts(ctx)
	if err != nil {
		return nil, err
	}
	names := map[string]string{}
	for _, a := range list {
		names[a.ID] = cmp.Or(a.Name, a.Email)
	}
	return names, nil
}
