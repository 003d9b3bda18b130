package server

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"

	"opendoor/practices"
	"opendoor/practices/review"
)

// A recordForm is the form of a record as typed. Public is what the entry will
// say; the rest stays private.
type recordForm struct{ Kind, Holder, Scope, Note, Given, Public, Text, URL string }

var recordKinds = []review.RecordKind{review.Reading, review.Reply, review.Consent, review.Place}

func (v *visit) recordKinds(chosen string) []option {
	var out []option
	for _, k := range recordKinds {
		out = append(out, option{Value: string(k), Label: v.say("desk.record." + string(k)), Chosen: string(k) == chosen})
	}
	return out
}

// typedRecord is the form of a record as it was filled in.
func typedRecord(c *gin.Context) recordForm {
	typed := func(name string) string { return strings.TrimSpace(c.PostForm(name)) }
	return recordForm{typed("kind"), typed("holder"), typed("scope"), typed("private"), typed("given"), typed("public"), typed("text"), typed("url")}
}

// recordWrong says what is missing in a record, "" for nothing.
func (v *visit) recordWrong(r recordForm) string {
	kind := review.RecordKind(r.Kind)
	_, dated := practices.ParseDate(r.Given)
	switch {
	case !slices.Contains(recordKinds, kind):
		return v.say("desk.record_kind")
	case !dated || len(r.Given) != len("2006-01-02"):
		return v.say("desk.record_day")
	case kind != review.Place && r.Public == "", kind == review.Reply && r.Text == "":
		return v.say("desk.record_public")
	}
	return ""
}

// errUnamended is a text into which a record cannot be written.
var errUnamended = errors.New("the record cannot be written into the text")

// record keeps who read an entry out of their own experience, who replied to
// it, or who agreed to something, and writes the public part into the text.
func (s *Server) record(c *gin.Context, v *visit) error {
	sub, me, err := s.onDesk(c, v)
	if err != nil {
		return err
	}
	a := attempt{record: typedRecord(c)}
	refuse := func(said string) error {
		a.status, a.notice = http.StatusUnprocessableEntity, said
		return s.showReviewed(c, v, sub, a)
	}
	practice := cmp.Or(sub.Practice, strings.TrimSpace(c.PostForm("practice")))
	version, _ := strconv.Atoi(c.PostForm("version"))
	switch wrong := v.recordWrong(a.record); {
	case sub.Kind != review.Entry && sub.Kind != review.Change || !sub.State.Waiting():
		return s.notDone(c, v, a, review.ErrState)
	case wrong != "":
		return refuse(wrong)
	case review.RecordKind(a.record.Kind) == review.Place && !practices.ValidID(practice):
		return refuse(v.say("desk.id_wrong"))
	case version != sub.Version:
		return s.notDone(c, v, a, &review.Conflict{Current: sub})
	}
	switch err := s.putRecord(c.Request.Context(), me, sub, practice, a.record); {
	case errors.Is(err, errUnamended):
		return refuse(v.say("desk.invalid"))
	case err != nil:
		return s.notDone(c, v, a, err)
	}
	return s.see(c, v, "/review/"+sub.ID+"?recorded#records")
}

// putRecord keeps a record and writes its public part into the text of a
// submission. The consent to an exact place has none.
func (s *Server) putRecord(ctx context.Context, me review.Account, sub review.Submission, practice string, typed recordForm) error {
	r := review.Record{Kind: review.RecordKind(typed.Kind), Submission: sub.ID, Practice: sub.Practice, Holder: typed.Holder, Scope: typed.Scope, Note: typed.Note, Given: typed.Given}
	if r.Kind == review.Place {
		r.Practice = practice
	}
	if _, err := practices.Amend([]byte(sub.Body), practices.Amendment{}); err != nil {
		return errUnamended
	}
	kept, err := s.options.Review.Keep(ctx, me.ID, r)
	if err != nil {
		return err
	}
	day, _ := practices.ParseDate(typed.Given)
	amendment := practices.Amendment{}
	switch r.Kind {
	case review.Reading:
		amendment.Credits = []practices.Contributor{{Name: typed.Public, Role: "lived-experience-reviewer"}}
	case review.Reply:
		amendment.Responses = []practices.Response{{From: typed.Public, Date: day, Text: typed.Text, URL: typed.URL}}
	case review.Consent:
		amendment.Consents = []practices.Consent{{For: typed.Public, Scope: typed.Scope, Date: day, Ref: kept.Ref}}
	case review.Place:
		return nil
	}
	file, err := practices.Amend([]byte(sub.Body), amendment)
	if err != nil {
		return errUnamended
	}
	text, ok := textOfFile(file, "")
	if !ok {
		return errUnamended
	}
	_, err = s.options.Review.Edit(ctx, me.ID, sub.ID, sub.Version, text)
	return err
}

// recordOnEntry records something on an entry that is public: as a change of the
// editor's, which another editor accepts.
func (s *Server) recordOnEntry(c *gin.Context, v *visit) error {
	me, _ := s.signedIn(c)
	now, err := v.changeable()
	if err != nil {
		return err
	}
	typed := typedRecord(c)
	if wrong := v.recordWrong(typed); wrong != "" {
		return s.showPublished(c, v, http.StatusUnprocessableEntity, "", wrong, "", typed)
	}
	ctx := c.Request.Context()
	live, blob, err := v.fileOf(now)
	if err != nil {
		return err
	}
	text, ok := textOfFile(live, blob)
	if !ok {
		return s.showPublished(c, v, http.StatusUnprocessableEntity, "", v.say("desk.invalid"), "", typed)
	}
	token, sub, err := s.options.Review.Begin(ctx, review.Start{Kind: review.Change, Practice: now.ID, Owner: me.ID, Text: text})
	if err != nil {
		return err
	}
	note := v.set.Message(defaultLanguage, "desk.record."+typed.Kind)
	if sub, err = s.options.Review.Send(ctx, token, sub.Version, review.Sending{Credit: v.set.Message(defaultLanguage, "desk.editors"), Note: note}); err != nil {
		return err
	}
	if err := s.putRecord(ctx, me, sub, now.ID, typed); err != nil {
		return err
	}
	return s.see(c, v, "/review/"+sub.ID+"?recorded#records")
}
