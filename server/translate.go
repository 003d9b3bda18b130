package server

import (
	"encoding/json"
	"io/fs"
	"net/http"
	"slices"

	"github.com/gin-gonic/gin"

	"opendoor/practices"
	"opendoor/practices/review"
)

// translatePage asks into which language an entry is to be translated.
type translatePage struct {
	frame
	Crumbs           []link
	Heading, Lead    string
	Named, NamedLang string // title of the entry
	Action           string
	Choices          []option
	Notice           string
}

// newTranslation serves GET /contribute/translate/{id}?to=…
func (s *Server) newTranslation(c *gin.Context, v *visit) error {
	p, err := v.changeable()
	if err != nil {
		return err
	}
	return s.showTranslate(c, v, http.StatusOK, p, v.query.Get("to"), "")
}

func (s *Server) showTranslate(c *gin.Context, v *visit, status int, p *practices.Practice, to, notice string) error {
	path := "/contribute/translate/" + p.ID
	title, _, lang := v.words(p)
	langs := v.targets(p)
	if !slices.Contains(langs, to) {
		to = v.lang
	}
	if to == p.Lang {
		to = langs[0]
	}
	page := translatePage{
		frame:   v.privateFrame(path, v.say("translate.go")),
		Crumbs:  []link{{Label: p.ID, URL: v.url("/practices/" + p.ID)}, {Label: v.say("translate.go"), Current: true}},
		Heading: v.say("translate.go"), Lead: v.say("translate.lead", "language", v.language(p.Lang)), Named: title, NamedLang: v.foreign(lang),
		Action: v.url(path), Notice: notice,
	}
	for _, tag := range langs {
		page.Choices = append(page.Choices, option{ID: "to-" + tag, Value: tag, Label: languageName(tag), Lang: tag, Help: v.say("translate.is." + debtOf(p, tag)), Chosen: tag == to})
	}
	return s.show(c, v, status, "translate", page)
}

// targets are the languages of the site into which an entry can be translated.
func (v *visit) targets(p *practices.Practice) []string {
	var out []string
	for _, lang := range v.set.Languages() {
		if lang.Tag != p.Lang {
			out = append(out, lang.Tag)
		}
	}
	return out
}

// Debts, by what an entry lacks in a language.
const (
	debtMissing = "missing" // there is no translation
	debtStale   = "stale"   // the source has changed since
	debtDraft   = "draft"   // nobody has signed it
	debtNone    = "none"
)

func debtOf(p *practices.Practice, lang string) string {
	t := p.Translations[lang]
	switch {
	case t == nil:
		return debtMissing
	case t.Stale:
		return debtStale
	case t.State != "reviewed":
		return debtDraft
	}
	return debtNone
}

// beginTranslation makes a private draft of a translation, with the text that
// stands already where there is one.
func (s *Server) beginTranslation(c *gin.Context, v *visit) error {
	p, err := v.changeable()
	if err != nil {
		return err
	}
	to := c.PostForm("to")
	if err := s.crossSite(c.Request); err != nil {
		return s.showTranslate(c, v, http.StatusForbidden, p, to, v.say("contribute.again"))
	}
	if !slices.Contains(v.targets(p), to) {
		return s.showTranslate(c, v, http.StatusUnprocessableEntity, p, to, v.say("problem.missing"))
	}
	d, blob, err := v.standingTranslation(p, to)
	if err != nil {
		return err
	}
	text, err := v.textOfTranslation(d, p)
	if err == nil {
		text.BaseBlob = blob
		var token string
		if token, err = s.start(c, review.Start{Kind: review.Translation, Practice: p.ID, Text: text}); err == nil {
			return s.see(c, v, "/contribute/"+token+"?begun")
		}
	}
	status, said := v.trouble(s.known(err))
	return s.showTranslate(c, v, status, p, to, said)
}

// standingTranslation is a draft of what stands in a language, or an empty one,
// with the blob that it began from.
func (v *visit) standingTranslation(p *practices.Practice, lang string) (*practices.TranslationDraft, string, error) {
	t := p.Translations[lang]
	if t == nil {
		return practices.NewTranslation(p, lang), "", nil
	}
	file, err := v.translationFile(p, lang)
	if err != nil {
		return nil, "", err
	}
	d, faults := practices.OpenTranslation(file, p, v.sourceAt(p, t.Of))
	if d == nil {
		v.log.Error("translation cannot be opened as a form", "id", p.ID, "lang", lang, "faults", faults)
		return practices.NewTranslation(p, lang), practices.BlobID(file), nil
	}
	return d, practices.BlobID(file), nil
}

// translationFile reads the file of a translation as it is published.
func (v *visit) translationFile(p *practices.Practice, lang string) ([]byte, error) {
	t := p.Translations[lang]
	if t == nil {
		return nil, practices.ErrNotFound
	}
	if v.history == nil {
		return fs.ReadFile(v.content, t.Path)
	}
	name := translationName(p.ID, lang)
	list := v.versions(name)
	if len(list) == 0 {
		return nil, practices.ErrNotFound
	}
	text, _, err := v.history.Text(v.patiently(), name, list[0].ID)
	return text, versionFault(err)
}

// translationName is how the history calls the file of a translation.
func translationName(id, lang string) string { return id + "." + lang }

// sourceAt is an entry when its text had a hash: as it is now, or one of its
// versions; nil where that is not known.
func (v *visit) sourceAt(p *practices.Practice, hash string) *practices.Practice {
	if p.TextHash() == hash {
		return p
	}
	list := v.versions(p.ID)
	for _, version := range list[:min(len(list), maxVersions)] {
		if version.Suppressed {
			continue
		}
		data, _, err := v.history.Text(v.patiently(), p.ID, version.ID)
		if err != nil {
			continue
		}
		if was, _ := practices.Parse(practices.FilePath(p.ID, ""), data); was.TextHash() == hash {
			return was
		}
	}
	return nil
}

// textOfTranslation is a draft of a translation as the store keeps it.
func (v *visit) textOfTranslation(d *practices.TranslationDraft, source *practices.Practice) (review.Text, error) {
	form, err := json.Marshal(d)
	if err != nil {
		return review.Text{}, err
	}
	title := []rune(d.Title())
	return review.Text{
		Title: string(title[:min(len(title), 120)]), Lang: clipTag(d.Lang), Form: form,
		Body: string(d.File(source, v.set.Message(d.Lang, "contribute.anonymous"))),
	}, nil
}

// keptTranslation is the draft of a submission as it was kept.
func keptTranslation(sub review.Submission, source *practices.Practice) *practices.TranslationDraft {
	d := &practices.TranslationDraft{}
	if err := json.Unmarshal(sub.Form, d); err != nil || d.Source == "" {
		// It came as a file.
		if d, _ = practices.OpenTranslation([]byte(sub.Body), source, nil); d == nil {
			d = practices.NewTranslation(source, sub.Lang)
		}
	}
	if d.Text == nil {
		d.Text = map[string]string{}
	}
	return d
}

// translationOf is the draft of a submission beside its source as it is now.
func (v *visit) translationOf(sub review.Submission) (*practices.TranslationDraft, *practices.Practice, error) {
	source, err := v.catalogue.Get(sub.Practice)
	if err != nil {
		return nil, nil, err
	}
	return v.beside(keptTranslation(sub, source), source), source, nil
}

// beside is a draft beside a text of its source, whatever text of it the draft
// was kept with.
func (v *visit) beside(d *practices.TranslationDraft, source *practices.Practice) *practices.TranslationDraft {
	if d.Source == source.TextHash() {
		return d
	}
	return d.Beside(source, v.sourceAt(source, d.Source))
}

// toTranslate is the way to translate an entry, from a page in a language that
// lacks it or that it has left behind, and from its own.
func (v *visit) toTranslate(p *practices.Practice) []link {
	label := "translate.go"
	switch debt := debtOf(p, v.lang); {
	case v.lang == p.Lang:
	case debt == debtStale:
		label = "translate.mend"
	case debt != debtMissing:
		return nil
	}
	return []link{{Label: v.say(label), URL: v.url("/contribute/translate/" + p.ID)}}
}
