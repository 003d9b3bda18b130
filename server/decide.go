package server

import (
	"errors"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"

	"opendoor/practices"
	"opendoor/practices/review"
	"opendoor/practices/workshops"
)

// onDesk reads the submission that an address names and who asks.
func (s *Server) onDesk(c *gin.Context, v *visit) (review.Submission, review.Account, error) {
	me, _ := s.signedIn(c)
	sub, err := s.options.Review.Get(c.Request.Context(), v.params["id"])
	return sub, me, err
}

// claim shows others that somebody reads the submission.
func (s *Server) claim(c *gin.Context, v *visit) error {
	sub, me, err := s.onDesk(c, v)
	if err != nil {
		return err
	}
	if _, err := s.options.Review.Claim(c.Request.Context(), me.ID, sub.ID); err != nil {
		return s.notDone(c, v, attempt{}, err)
	}
	return s.see(c, v, "/review/"+sub.ID+"?claimed")
}

// free takes a submission out of the held queue.
func (s *Server) free(c *gin.Context, v *visit) error {
	sub, me, err := s.onDesk(c, v)
	if err != nil {
		return err
	}
	if _, err := s.options.Review.Free(c.Request.Context(), me.ID, sub.ID); err != nil {
		return s.notDone(c, v, attempt{}, err)
	}
	return s.see(c, v, "/review/"+sub.ID+"?freed")
}

// contact shows how to reach the contributor. That it was read is in the
// trail, so it is asked for by a form.
func (s *Server) contact(c *gin.Context, v *visit) error {
	sub, me, err := s.onDesk(c, v)
	if err != nil {
		return err
	}
	contact, err := s.options.Review.ContactOf(c.Request.Context(), me.ID, sub.ID)
	if err != nil {
		return s.notDone(c, v, attempt{}, err)
	}
	return s.showReviewed(c, v, sub, attempt{status: http.StatusOK, contact: &contact})
}

// commentOn adds a remark, on one field or on the whole, for the contributor.
func (s *Server) commentOn(c *gin.Context, v *visit) error {
	sub, me, err := s.onDesk(c, v)
	if err != nil {
		return err
	}
	a := attempt{comment: c.PostForm("text"), on: c.PostForm("field")}
	text := strings.TrimSpace(a.comment)
	if text == "" {
		a.status, a.notice = http.StatusUnprocessableEntity, v.say("desk.empty")
		return s.showReviewed(c, v, sub, a)
	}
	if _, err := s.options.Review.Comment(c.Request.Context(), me.ID, sub.ID, a.on, text); err != nil {
		return s.notDone(c, v, a, err)
	}
	return s.see(c, v, "/review/"+sub.ID+"?commented#talk")
}

// notDone shows the submission as it is now, says why what was asked did not
// happen, and keeps what was typed.
func (s *Server) notDone(c *gin.Context, v *visit, a attempt, err error) error {
	sub, getErr := s.options.Review.Get(c.Request.Context(), v.params["id"])
	if getErr != nil {
		return err
	}
	var conflict *review.Conflict
	var invalid *review.Invalid
	switch {
	case errors.As(err, &conflict):
		sub = conflict.Current
		a.status, a.notice = http.StatusConflict, s.meanwhile(c, v, sub)
		if !sub.State.Waiting() && a.comment == "" {
			a.comment = a.verdict.Reason // the form of the decision is gone; what was typed is not
		}
	case errors.Is(err, review.ErrState):
		a.status, a.notice = http.StatusConflict, s.meanwhile(c, v, sub)
		if a.comment == "" {
			a.comment = a.verdict.Reason
		}
	case errors.As(err, &invalid):
		a.status, a.notice, a.faults = http.StatusUnprocessableEntity, v.say("desk.invalid"), invalid.Faults
	case errors.Is(err, review.ErrOwn):
		a.status, a.notice = http.StatusForbidden, v.say("desk.own")
	case errors.Is(err, review.ErrReason):
		a.status, a.notice = http.StatusUnprocessableEntity, v.say("desk.reason_missing")
	default:
		return err
	}
	return s.showReviewed(c, v, sub, a)
}

// meanwhile says what became of a submission while somebody else had it open.
func (s *Server) meanwhile(c *gin.Context, v *visit, sub review.Submission) string {
	names, err := s.names(c.Request.Context())
	if err != nil || names[sub.Reviewer] == "" {
		return v.say("desk.changed", "state", v.say("desk.state."+string(sub.State)))
	}
	said := v.say("desk.changed_by", "name", names[sub.Reviewer], "state", v.say("desk.state."+string(sub.State)))
	if sub.Reason != "" && !sub.State.Waiting() {
		said += " " + v.say("desk.their_reason", "reason", sub.Reason)
	}
	return said
}

var workshopName = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{2,79}$`)

// decide takes the verdict of an editor on the version that they saw.
func (s *Server) decide(c *gin.Context, v *visit) error {
	sub, me, err := s.onDesk(c, v)
	if err != nil {
		return err
	}
	a := attempt{verdict: verdictForm{
		Reason: c.PostForm("reason"), Practice: strings.TrimSpace(c.PostForm("practice")), Note: strings.TrimSpace(c.PostForm("note")),
		Reader: strings.TrimSpace(c.PostForm("reader")), Name: strings.TrimSpace(c.PostForm("name")),
	}}
	d := review.Decision{Verdict: review.Verdict(c.PostForm("do")), Reason: a.verdict.Reason, Note: a.verdict.Note}
	if !slices.Contains([]review.Verdict{review.Accept, review.Changes, review.Decline}, d.Verdict) {
		return errUnreadable
	}
	if d.Verdict == review.Accept {
		notice, err := s.accepting(c, v, sub, me, a.verdict, &d)
		if err != nil {
			return err
		}
		if notice != "" {
			a.status, a.notice = http.StatusUnprocessableEntity, notice
			return s.showReviewed(c, v, sub, a)
		}
	}
	version, _ := strconv.Atoi(c.PostForm("version"))
	if _, err := s.options.Review.Decide(c.Request.Context(), me.ID, sub.ID, version, d); err != nil {
		return s.notDone(c, v, a, err)
	}
	return s.see(c, v, "/review/"+sub.ID+"?decided")
}

// accepting fills in what an acceptance rests on; notice says what is missing.
func (s *Server) accepting(c *gin.Context, v *visit, sub review.Submission, me review.Account, typed verdictForm, d *review.Decision) (notice string, err error) {
	if v.history == nil {
		return v.say("desk.no_git"), nil
	}
	if d.Base, err = v.history.Head(c.Request.Context()); err != nil {
		return "", err
	}
	amendment := practices.Amendment{}
	switch sub.Kind {
	case review.Entry:
		if !practices.ValidID(typed.Practice) {
			return v.say("desk.id_wrong"), nil
		}
		d.Practice, amendment.ID = typed.Practice, typed.Practice
	case review.Change:
		now, err := v.catalogue.Get(sub.Practice)
		if err != nil {
			return v.say("desk.entry_gone"), nil
		}
		if _, blob, err := v.fileOf(now); err == nil && blob != sub.BaseBlob {
			return v.say("desk.moved_first"), nil
		}
	case review.Translation:
		return v.acceptingTranslation(sub, typed.Reader, d)
	case review.Workshop:
		if !workshopName.MatchString(typed.Name) {
			return v.say("desk.name_wrong"), nil
		}
		d.Path, d.Body = workshops.FilePath(typed.Name), string(workshops.Renamed([]byte(sub.Body), typed.Name))
		return "", nil
	}
	if typed.Reader != "" {
		amendment.Readers, amendment.On = []string{me.Name, typed.Reader}, v.now.Format("2006-01-02")
	}
	body, err := practices.Amend([]byte(sub.Body), amendment)
	if err != nil {
		return v.say("desk.invalid"), nil
	}
	d.Body = string(body)
	return "", nil
}

// rebase brings a change onto the text that stands now. The contributor's text
// stays among the revisions.
func (s *Server) rebase(c *gin.Context, v *visit) error {
	sub, me, err := s.onDesk(c, v)
	if err != nil {
		return err
	}
	live, blob, err := v.standing(sub)
	if err != nil {
		return err
	}
	base, known := v.baseOf(sub)
	merged, _, err := practices.Rebase(base, []byte(sub.Body), live)
	if !known || err != nil {
		return s.showReviewed(c, v, sub, attempt{status: http.StatusUnprocessableEntity, notice: v.say("desk.rebase_by_hand")})
	}
	text, ok := v.textOfMerged(sub, merged, blob)
	if !ok {
		return s.showReviewed(c, v, sub, attempt{status: http.StatusUnprocessableEntity, notice: v.say("desk.rebase_by_hand")})
	}
	version, _ := strconv.Atoi(c.PostForm("version"))
	if _, err := s.options.Review.Edit(c.Request.Context(), me.ID, sub.ID, version, text); err != nil {
		return s.notDone(c, v, attempt{}, err)
	}
	return s.see(c, v, "/review/"+sub.ID+"?rebased")
}
