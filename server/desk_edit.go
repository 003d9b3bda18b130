package server

import (
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"

	"opendoor/practices"
	"opendoor/practices/review"
)

// deskEditPage is the form of a submission in the hands of an editor: the same
// questions, with what was said beside them.
type deskEditPage struct {
	frame
	Crumbs    []link
	Heading   string
	Action    string
	Back      string
	Version   int
	Notice    string
	Problems  []problem
	Questions []question
	Places    []string
}

// textOfFile is the file of an entry as the store keeps it, with the form that
// shows it.
func textOfFile(file []byte, base string) (review.Text, bool) {
	d, _ := practices.OpenDraft(file)
	if d == nil {
		return review.Text{}, false
	}
	form, err := json.Marshal(d)
	if err != nil {
		return review.Text{}, false
	}
	title := []rune(d.Title())
	return review.Text{Title: string(title[:min(len(title), 120)]), Lang: clipTag(d.Lang()), Form: form, Body: string(file), BaseBlob: base}, true
}

// editText serves GET /review/{id}/edit.
func (s *Server) editText(c *gin.Context, v *visit) error {
	sub, _, err := s.onDesk(c, v)
	if err != nil {
		return err
	}
	d, err := s.editable(sub)
	if err != nil {
		return err
	}
	if sub.Kind == review.Translation {
		return s.editTranslation(c, v, sub)
	}
	return s.showEdit(c, v, http.StatusOK, sub, d, "", "")
}

// editable is the form of a submission that editors can change: an entry or a
// translation that waits for them. That of a translation is another one.
func (s *Server) editable(sub review.Submission) (*practices.Draft, error) {
	if sub.Sent.IsZero() || sub.Kind == review.Workshop {
		return nil, review.ErrNotFound
	}
	if !sub.State.Waiting() {
		return nil, review.ErrState
	}
	if sub.Kind == review.Translation {
		return nil, nil
	}
	return draftOf(sub)
}

func (s *Server) showEdit(c *gin.Context, v *visit, status int, sub review.Submission, d *practices.Draft, add, notice string) error {
	f := newForm(v, d, d.Check(v.setting(sub.Practice, d.Lang())))
	f.more, f.add = true, add
	comments, err := s.options.Review.Comments(c.Request.Context(), sub.ID)
	if err != nil {
		comments = nil // the text matters more
	}
	f.comments(comments)
	path := "/review/" + sub.ID
	return s.show(c, v, status, "deskedit", deskEditPage{
		frame: v.deskFrame(path+"/edit", v.say("desk.edit")), Crumbs: v.deskCrumbs(link{Label: sub.Title, URL: v.url(path), Lang: v.foreign(sub.Lang)}, link{Label: v.say("desk.edit"), Current: true}),
		Heading: v.say("desk.edit"), Action: v.url(path + "/edit"), Back: v.url(path), Version: sub.Version, Notice: notice,
		Problems: f.problems(), Questions: f.questions(), Places: v.places().names(d.Codes()),
	})
}

// saveText keeps what an editor changed. A button that adds a row keeps
// nothing yet.
func (s *Server) saveText(c *gin.Context, v *visit) error {
	sub, me, err := s.onDesk(c, v)
	if err != nil {
		return err
	}
	if sub.Kind == review.Translation {
		return s.saveEditedTranslation(c, v, sub, me)
	}
	old, err := draftOf(sub)
	if err != nil {
		return err
	}
	d := filledIn(c.Request.PostForm, old)
	if do, what, _ := strings.Cut(c.PostForm("do"), ":"); do == "add" {
		return s.showEdit(c, v, http.StatusOK, sub, d, what, v.say("desk.not_kept"))
	}
	text, err := v.textOf(d, sub.Practice)
	if err != nil {
		return err
	}
	version, _ := strconv.Atoi(c.PostForm("version"))
	_, err = s.options.Review.Edit(c.Request.Context(), me.ID, sub.ID, version, text)
	conflict, conflicts := conflictOf(err)
	switch {
	case conflicts:
		return s.showEdit(c, v, http.StatusConflict, conflict.Current, d, "", s.meanwhile(c, v, conflict.Current)+" "+v.say("desk.typed_below"))
	case errors.Is(err, review.ErrState):
		return s.showEdit(c, v, http.StatusConflict, sub, d, "", s.meanwhile(c, v, sub)+" "+v.say("desk.typed_below"))
	case errors.Is(err, review.ErrTooLong):
		return s.showEdit(c, v, http.StatusRequestEntityTooLarge, sub, d, "", v.say("contribute.trouble.large"))
	case err != nil:
		return err
	}
	return s.see(c, v, "/review/"+sub.ID+"?edited")
}

func conflictOf(err error) (*review.Conflict, bool) {
	var conflict *review.Conflict
	ok := errors.As(err, &conflict)
	return conflict, ok
}
