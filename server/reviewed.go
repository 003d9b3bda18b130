package server

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"

	"opendoor/practices"
	"opendoor/practices/review"
	"opendoor/practices/workshops"
)

// submissionPage is one submission as an editor reads it.
type submissionPage struct {
	frame
	Crumbs   []link
	Tabs     []link
	Named    string // title of the submission, for kinds that are shown as text
	TextLang string
	Facts    []string // kind, language, state, age, who reads it
	Held     bool
	Waiting  bool
	Own      bool // the editor's: another decides
	Notice   string
	Done     string
	Reason   string // of the decision that stands

	Entry     *entryPage // as it will look
	Side      []passageRow
	Behind    int    // passages that the source has left behind
	Look      string // address at which a translation is seen as its page will look
	Plain     string // a file shown as it is
	New       bool   // nothing stands yet
	Changes   []difference
	Since     []difference // what the editors have altered since it was sent
	Moved     *movedTexts
	Findings  []finding
	Faults    []deskFault
	Comments  []comment
	Similar   []related
	Trail     []deskAct
	Records   []deskRecord
	Contact   *review.Contact
	NoContact bool
	Live      []link

	Action  string // the address of the submission; forms go beneath it
	Edit    string // "" when the form cannot show it
	Version int

	// The forms as they were typed.
	Fields         []option // that a comment can be on
	Comment        string
	Verdict        verdictForm
	Record         recordForm
	RecordKinds    []option
	Recordable     bool
	Numbered, Path bool // a new entry, or a workshop, is given its id or name
	Signed         bool // a translation may be signed
}

// A verdictForm is the form of the decision as typed.
type verdictForm struct{ Reason, Practice, Note, Reader, Name string }

// movedTexts are the three texts of a change whose entry has changed since it
// was begun.
type movedTexts struct {
	Meanwhile, Theirs []difference
	Contested         []string // what both altered
	Known             bool     // the text it began from is known
	Texts             []namedText
}

type namedText struct{ Label, Text string }

// A deskFault is one rule of the catalogue that a text breaks, in English.
type deskFault struct {
	Where, Said string
	Warning     bool
}

// A deskAct is one line of the trail.
type deskAct struct{ When, Who, What string }

// A deskRecord is one record, with the part that is private.
type deskRecord struct{ Kind, Holder, Scope, Note, Given, Ref string }

// An attempt is what a page of a submission shows besides what is kept: what went
// wrong, and what was typed and could not be kept.
type attempt struct {
	status  int
	notice  string
	done    string
	comment string
	on      string
	verdict verdictForm
	record  recordForm
	faults  []practices.Fault
	contact *review.Contact
}

// reviewed serves GET /review/{id}.
func (s *Server) reviewed(c *gin.Context, v *visit) error {
	sub, err := s.options.Review.Get(c.Request.Context(), v.params["id"])
	if err != nil {
		return err
	}
	a := attempt{status: http.StatusOK, on: v.query.Get("on")}
	for _, done := range []string{"claimed", "freed", "commented", "edited", "recorded", "rebased", "decided"} {
		if v.query.Has(done) {
			a.done = v.say("desk.done." + done)
		}
	}
	return s.showReviewed(c, v, sub, a)
}

// showReviewed shows a submission. What nobody sent yet is its writer's alone.
func (s *Server) showReviewed(c *gin.Context, v *visit, sub review.Submission, a attempt) error {
	if sub.Sent.IsZero() {
		return review.ErrNotFound
	}
	select { // rendering a hostile text takes long
	case s.previews <- struct{}{}:
		defer func() { <-s.previews }()
	case <-c.Request.Context().Done():
		return c.Request.Context().Err()
	}
	ctx := c.Request.Context()
	me, _ := s.signedIn(c)
	names, err := s.names(ctx)
	if err != nil {
		return err
	}
	path := "/review/" + sub.ID
	title := cmp.Or(sub.Title, v.say("desk.untitled"))
	row := v.queueRow(sub, names)
	p := submissionPage{
		frame: v.deskFrame(path, title), Crumbs: v.deskCrumbs(link{Label: title, Current: true, Lang: row.Lang}), Named: title, TextLang: row.Lang, Tabs: v.deskTabs(""),
		Facts: []string{row.Kind, row.Language, row.State, row.Age}, Held: sub.Held && sub.State.Waiting(), Waiting: sub.State.Waiting(),
		Own: sub.Owner != "" && sub.Owner == me.ID, Notice: a.notice, Done: a.done, Action: v.url(path), Version: sub.Version,
		Comment: a.comment, Verdict: a.verdict, Record: a.record, New: sub.Kind == review.Entry,
		Numbered: sub.Kind == review.Entry, Path: sub.Kind == review.Workshop, Signed: sub.Kind == review.Translation,
	}
	if row.Reviewer != "" {
		p.Facts = append(p.Facts, v.say("desk.read_by", "name", row.Reviewer))
	}
	if sub.Reason != "" && !sub.State.Waiting() {
		p.Reason = sub.Reason
	}
	if sub.State == review.Published && sub.Practice != "" {
		p.Live = []link{{Label: v.say("desk.live"), URL: v.url("/practices/" + sub.Practice)}, {Label: v.say("desk.manage"), URL: v.url("/review/entries/" + sub.Practice)}}
	}
	if a.contact != nil {
		p.Contact, p.NoContact = a.contact, *a.contact == review.Contact{Lang: a.contact.Lang}
	}
	faults := a.faults
	switch sub.Kind {
	case review.Entry, review.Change:
		faults = s.readEntry(ctx, v, sub, &p, faults)
	case review.Translation:
		faults = s.readTranslation(ctx, v, sub, &p, faults)
	default:
		p.Plain = sub.Body
		if c, _ := workshops.ParseOwn([]byte(sub.Body)); p.Verdict.Name == "" {
			p.Verdict.Name = c.ID
		}
	}
	for _, f := range faults {
		where := f.Field
		if f.Line > 0 {
			where = strings.TrimSpace(v.say("desk.line", "n", f.Line) + " " + f.Field)
		}
		p.Faults = append(p.Faults, deskFault{where, f.Message, f.Warning})
	}
	if err := s.told(ctx, v, sub, &p, names); err != nil {
		return err
	}
	p.Fields = v.commentFields(a.on)
	p.RecordKinds = v.recordKinds(a.record.Kind)
	return s.show(c, v, a.status, "submission", p)
}

// readEntry fills in what there is to read of an entry, and gives the rules
// that it breaks, unless they are known.
func (s *Server) readEntry(ctx context.Context, v *visit, sub review.Submission, p *submissionPage, faults []practices.Fault) []practices.Fault {
	file := []byte(sub.Body)
	id := cmp.Or(p.Verdict.Practice, sub.Practice)
	if sub.Kind == review.Entry && p.Waiting {
		if id == "" {
			id = s.nextID(ctx, v, sub)
		}
		p.Verdict.Practice = id
		if numbered, err := practices.Amend(file, practices.Amendment{ID: id}); err == nil {
			file = numbered
		}
	}
	e, entry := v.preview(string(file))
	p.Entry = &e
	p.Findings = v.findings(practices.Harm(entry), p.Action+"/edit")
	if p.Waiting {
		p.Edit, p.Recordable = p.Action+"/edit", true
	}
	if faults == nil {
		_, faults = practices.Parse(practices.FilePath(id, ""), file)
	}
	if sub.Kind == review.Entry {
		p.Similar = v.alike(sub.Title, sub.Practice)
	} else if now, err := v.catalogue.Get(sub.Practice); err == nil {
		live, blob, err := v.fileOf(now)
		if err != nil {
			return faults
		}
		p.Changes = v.differences(live, file)
		if p.Waiting && blob != sub.BaseBlob {
			p.Moved = v.moved(sub, live)
		}
	}
	if first := s.firstSent(ctx, sub); first != "" {
		p.Since = v.differences([]byte(first), []byte(sub.Body))
	}
	return faults
}

// firstSent is the text as the contributor last sent it, "" when no editor has
// altered it.
func (s *Server) firstSent(ctx context.Context, sub review.Submission) string {
	revisions, err := s.options.Review.Revisions(ctx, sub.ID)
	if err != nil || len(revisions) == 0 || revisions[len(revisions)-1].Account == "" {
		return ""
	}
	for _, r := range slices.Backward(revisions) {
		if r.Account == "" {
			return r.Body
		}
	}
	return ""
}

// baseOf is the text that a change began from, where it is known.
func (v *visit) baseOf(sub review.Submission) ([]byte, bool) {
	if v.history == nil || len(sub.BaseBlob) < versionDigits {
		return nil, false
	}
	name := sub.Practice
	if sub.Kind == review.Translation {
		name = translationName(sub.Practice, sub.Lang)
	}
	text, _, err := v.history.Text(v.patiently(), name, sub.BaseBlob[:versionDigits])
	return text, err == nil
}

// versionDigits is how many digits of a blob name a version.
const versionDigits = 12

// moved sets the three texts of a change beside each other.
func (v *visit) moved(sub review.Submission, live []byte) *movedTexts {
	m := &movedTexts{}
	base, known := v.baseOf(sub)
	if m.Known = known; known {
		m.Meanwhile, m.Theirs = v.differences(base, live), v.differences(base, []byte(sub.Body))
		if _, contested, err := practices.Rebase(base, []byte(sub.Body), live); err == nil {
			f := form{v: v}
			for _, name := range contested {
				m.Contested = append(m.Contested, f.fieldName(name))
			}
		}
		m.Texts = append(m.Texts, namedText{v.say("desk.text.base"), string(base)})
	}
	m.Texts = append(m.Texts, namedText{v.say("desk.text.live"), string(live)}, namedText{v.say("desk.text.theirs"), sub.Body})
	return m
}

// told fills in what was said and done about a submission.
func (s *Server) told(ctx context.Context, v *visit, sub review.Submission, p *submissionPage, names map[string]string) error {
	comments, err := s.options.Review.Comments(ctx, sub.ID)
	if err != nil {
		return err
	}
	p.Comments = v.comments(comments)
	for i, c := range comments {
		p.Comments[i].Href = ""
		if c.Contributor {
			p.Comments[i].Who = v.say("desk.contributor")
		}
	}
	acts, err := s.options.Review.Trail(ctx, sub.ID)
	if err != nil {
		return err
	}
	for _, a := range acts {
		p.Trail = append(p.Trail, deskAct{v.moment(a.When), v.actor(a.Actor, names), v.action(a.Action)})
	}
	records, err := s.options.Review.Records(ctx, sub.Practice, sub.ID)
	if err != nil {
		return err
	}
	for _, r := range records {
		given := r.Given
		if d, ok := practices.ParseDate(given); ok {
			given = v.date(d)
		}
		p.Records = append(p.Records, deskRecord{v.say("desk.record." + string(r.Kind)), r.Holder, r.Scope, r.Note, given, r.Ref})
	}
	return nil
}

// actor is who did something, as people are called.
func (v *visit) actor(actor string, names map[string]string) string {
	switch actor {
	case review.Contributor:
		return v.say("desk.contributor")
	case review.System, review.Console:
		return v.say("desk.program")
	}
	return cmp.Or(names[actor], v.say("desk.gone"))
}

// action is what somebody did, in words; by its name in the audit where there
// are none.
func (v *visit) action(action string) string {
	if strings.HasPrefix(action, "record ") {
		action = "record"
	}
	if said := v.say("desk.act." + action); said != "desk.act."+action {
		return said
	}
	return action
}

// commentFields are what a comment can be on: all of it, or one field.
func (v *visit) commentFields(chosen string) []option {
	out := []option{{Label: v.say("desk.whole")}}
	f := form{v: v}
	for _, q := range practices.Questions() {
		for _, x := range q.Fields {
			label := f.fieldName(x.Name)
			if x.Kind == practices.Rows {
				label = v.say("ask." + q.ID + ".ask")
			}
			if !q.More || x.Name == chosen {
				out = append(out, option{Value: x.Name, Label: label, Chosen: x.Name == chosen})
			}
		}
	}
	return out
}

// nextID is the number that a new entry would get: the next that neither an
// entry nor an accepted submission has.
func (s *Server) nextID(ctx context.Context, v *visit, sub review.Submission) string {
	d, err := draftOf(sub)
	if err != nil || v.history == nil {
		return ""
	}
	head, err := v.history.Head(ctx)
	if err != nil {
		return ""
	}
	tree, err := v.history.Tree(ctx, head)
	if err != nil {
		return ""
	}
	id, err := practices.NextID(tree, d.Prefix())
	if err != nil {
		v.log.Error("number of a new entry", "error", err)
		return ""
	}
	return s.untaken(ctx, id)
}

// untaken is an id, or the first after it, with which no accepted submission
// waits.
func (s *Server) untaken(ctx context.Context, id string) string {
	accepted, err := s.options.Review.Queue(ctx, review.Filter{States: []review.State{review.Accepted}, Limit: 500})
	if err != nil {
		return id
	}
	prefix, number, _ := strings.Cut(id, "-")
	n, _ := strconv.Atoi(number)
	for slices.ContainsFunc(accepted, func(a review.Submission) bool { return a.Practice == id }) {
		n++
		id = fmt.Sprintf("%s-%04d", prefix, n)
	}
	return id
}
