package server

import (
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

// record keeps who read an entry out of their own experience, who replied to
// it, or who agreed to something, and writes the public part into the text.
func (s *Server) record(c *gin.Context, v *visit) error {
	sub, me, err := s.onDesk(c, v)
	if err != nil {
		return err
	}
	typed := func(name string) string { return strings.TrimSpace(c.PostForm(name)) }
	a := attempt{record: recordForm{typed("kind"), typed("holder"), typed("scope"), typed("private"), typed("given"), typed("public"), typed("text"), typed("url")}}
	refuse := func(said string) error {
		a.status, a.notice = http.StatusUnprocessableEntity, said
		return s.showReviewed(c, v, sub, a)
	}
	kind := review.RecordKind(a.record.Kind)
	day, dated := practices.ParseDate(a.record.Given)
	switch {
	case !slices.Contains(recordKinds, kind):
		return refuse(v.say("desk.record_kind"))
	case sub.Kind != review.Entry && sub.Kind != review.Change || !sub.State.Waiting():
		return s.notDone(c, v, a, review.ErrState)
	case !dated || len(a.record.Given) != len("2006-01-02"):
		return refuse(v.say("desk.record_day"))
	case kind != review.Place && a.record.Public == "", kind == review.Reply && a.record.Text == "":
		return refuse(v.say("desk.record_public"))
	case kind == review.Place && sub.Practice == "" && !practices.ValidID(typed("practice")):
		return refuse(v.say("desk.id_wrong"))
	}
	version, _ := strconv.Atoi(c.PostForm("version"))
	if version != sub.Version {
		return s.notDone(c, v, a, &review.Conflict{Current: sub})
	}
	r := review.Record{Kind: kind, Submission: sub.ID, Practice: sub.Practice, Holder: a.record.Holder, Scope: a.record.Scope, Note: a.record.Note, Given: a.record.Given}
	if kind == review.Place && r.Practice == "" {
		r.Practice = typed("practice")
	}
	kept, err := s.options.Review.Keep(c.Request.Context(), me.ID, r)
	if err != nil {
		return s.notDone(c, v, a, err)
	}
	amendment := practices.Amendment{}
	switch kind {
	case review.Reading:
		amendment.Credits = []practices.Contributor{{Name: a.record.Public, Role: "lived-experience-reviewer"}}
	case review.Reply:
		amendment.Responses = []practices.Response{{From: a.record.Public, Date: day, Text: a.record.Text, URL: a.record.URL}}
	case review.Consent:
		amendment.Consents = []practices.Consent{{For: a.record.Public, Scope: a.record.Scope, Date: day, Ref: kept.Ref}}
	case review.Place:
		return s.see(c, v, "/review/"+sub.ID+"?recorded#records")
	}
	file, err := practices.Amend([]byte(sub.Body), amendment)
	if err != nil {
		return refuse(v.say("desk.invalid"))
	}
	text, ok := textOfFile(file, "")
	if !ok {
		return refuse(v.say("desk.invalid"))
	}
	if _, err := s.options.Review.Edit(c.Request.Context(), me.ID, sub.ID, version, text); err != nil {
		return s.notDone(c, v, a, err)
	}
	return s.see(c, v, "/review/"+sub.ID+"?recorded#records")
}
