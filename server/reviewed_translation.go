package server

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strconv"

	"github.com/gin-gonic/gin"

	"opendoor/practices"
	"opendoor/practices/review"
)

// readTranslation sets a translation beside its source, and gives the rules that
// it breaks, unless they are known.
func (s *Server) readTranslation(ctx context.Context, v *visit, sub review.Submission, p *submissionPage, faults []practices.Fault) []practices.Fault {
	source, err := v.catalogue.Get(sub.Practice)
	if err != nil {
		return append(faults, practices.Fault{Field: "id", Message: "the entry that it translates is not there"})
	}
	entry, t := v.previewTranslation(sub, source)
	if v.lang == sub.Lang {
		p.Entry = &entry
	} else {
		p.Look = inLanguage(sub.Lang, "/review/"+sub.ID)
	}
	d, _ := practices.OpenTranslation([]byte(sub.Body), source, v.sourceAt(source, t.Of))
	if d != nil {
		p.Side, _ = v.passages(d, source, false)
		p.Findings = v.translationFindings(source, t, d, p.Action+"/edit")
	} else {
		p.Plain = sub.Body
	}
	for _, row := range p.Side {
		if row.Stale && !row.Checked {
			p.Behind++
		}
	}
	if p.Waiting && d != nil {
		p.Edit = p.Action + "/edit"
	}
	live, err := v.translationFile(source, sub.Lang)
	switch {
	case errors.Is(err, practices.ErrNotFound):
		p.New = true
	case err == nil:
		p.Changes = v.differences(live, []byte(sub.Body))
		if p.Waiting && practices.BlobID(live) != sub.BaseBlob {
			p.Moved = v.moved(sub, live)
		}
	}
	if first := s.firstSent(ctx, sub); first != "" {
		p.Since = v.differences([]byte(first), []byte(sub.Body))
	}
	if faults == nil {
		_, faults = practices.ParseTranslation(practices.FilePath(sub.Practice, sub.Lang), []byte(sub.Body), source)
	}
	return faults
}

// editTranslation shows the form of a translation to an editor.
func (s *Server) editTranslation(c *gin.Context, v *visit, sub review.Submission) error {
	d, source, err := v.translationOf(sub)
	if err != nil {
		return err
	}
	return s.showTranslating(c, v, http.StatusOK, sub, d, source, "")
}

// saveEditedTranslation keeps what an editor changed in a translation.
func (s *Server) saveEditedTranslation(c *gin.Context, v *visit, sub review.Submission, me review.Account) error {
	source, err := v.catalogue.Get(sub.Practice)
	if err != nil {
		return err
	}
	d := v.typedTranslation(c.Request.PostForm, keptTranslation(sub, source), source)
	text, err := v.textOfTranslation(d, source)
	if err != nil {
		return err
	}
	version, _ := strconv.Atoi(c.PostForm("version"))
	_, err = s.options.Review.Edit(c.Request.Context(), me.ID, sub.ID, version, text)
	conflict, conflicts := conflictOf(err)
	refuse := func(status int, sub review.Submission, said string) error {
		return s.showTranslating(c, v, status, sub, d, source, said)
	}
	switch {
	case conflicts:
		return refuse(http.StatusConflict, conflict.Current, s.meanwhile(c, v, conflict.Current)+" "+v.say("desk.typed_below"))
	case errors.Is(err, review.ErrState):
		return refuse(http.StatusConflict, sub, s.meanwhile(c, v, sub)+" "+v.say("desk.typed_below"))
	case errors.Is(err, review.ErrTooLong):
		return refuse(http.StatusRequestEntityTooLarge, sub, v.say("contribute.trouble.large"))
	case err != nil:
		return err
	}
	return s.see(c, v, "/review/"+sub.ID+"?edited")
}

// acceptingTranslation fills in what the acceptance of a translation rests on.
// It stays a draft unless a reader who read all of it is named.
func (v *visit) acceptingTranslation(sub review.Submission, reader string, d *review.Decision) (notice string, err error) {
	if d.Source, err = v.catalogue.Get(sub.Practice); err != nil {
		return v.say("desk.entry_gone"), nil
	}
	switch live, err := v.translationFile(d.Source, sub.Lang); {
	case err == nil && practices.BlobID(live) != sub.BaseBlob, errors.Is(err, practices.ErrNotFound) && sub.BaseBlob != "":
		return v.say("desk.moved_first"), nil
	}
	if reader == "" {
		return "", nil
	}
	body, err := practices.Sign([]byte(sub.Body), reader)
	if err != nil {
		return v.say("desk.invalid"), nil
	}
	d.Body = string(body)
	return "", nil
}

// standing is the text on the site of what a submission changes, and its blob.
func (v *visit) standing(sub review.Submission) (live []byte, blob string, err error) {
	now, err := v.catalogue.Get(sub.Practice)
	if err != nil {
		return nil, "", err
	}
	if sub.Kind == review.Translation {
		live, err = v.translationFile(now, sub.Lang)
		return live, practices.BlobID(live), err
	}
	return v.fileOf(now)
}

// textOfMerged is a file that two changes were brought together in, as the store
// keeps it.
func (v *visit) textOfMerged(sub review.Submission, file []byte, blob string) (review.Text, bool) {
	if sub.Kind != review.Translation {
		return textOfFile(file, blob)
	}
	source, err := v.catalogue.Get(sub.Practice)
	if err != nil {
		return review.Text{}, false
	}
	d, _ := practices.OpenTranslation(file, source, nil)
	if d == nil {
		return review.Text{}, false
	}
	form, err := json.Marshal(d)
	return review.Text{Title: d.Title(), Lang: clipTag(d.Lang), Form: form, Body: string(file), BaseBlob: blob}, err == nil
}
