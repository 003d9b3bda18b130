package server

import (
	"errors"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"opendoor/practices"
	"opendoor/practices/review"
)

// translatingPage is the form of a translation: each paragraph of the source
// with a field for its translation.
type translatingPage struct {
	frame
	Crumbs               []link
	Heading, Lead        string
	Action, Link, File   string // Link is the private address, whole; "" on the desk
	Back                 string // on the desk
	Practice, To, Source string // sent along with the form
	Version              int
	Fresh                bool
	Saved, Notice        string
	Problems             []problem
	Comments             []comment
	Original             link
	Stale, Rest          []passageRow
	Named, NamedLang     string // title of the source
	Into                 string // what the language of the translation is called
	Credit               string
	Machine, Whole       bool
	Missing, Behind      int
}

// A passageRow is one passage in the form, or on the desk.
type passageRow struct {
	ID, Name, Label, Under string
	Source                 []sourceRun
	SourceLang, SourceDir  string
	Text, Lang, Dir        string
	Stale, Checked, Gone   bool
	Line, Missing          bool
	Problems               []string
	Rows                   int
	UnderLang              string
}

// A sourceRun is a run of words of the source: as it was and is, only as it was,
// only as it is, or the mark of a source that the translation keeps.
type sourceRun struct{ Same, Removed, Added, Cite string }

// openTranslation shows the form behind a private address.
func (s *Server) openTranslation(c *gin.Context, v *visit, sub review.Submission) error {
	d, source, err := v.translationOf(sub)
	if err != nil {
		return err
	}
	return s.showTranslating(c, v, http.StatusOK, sub, d, source, "")
}

// passages are the rows of the form, with what is known to be wrong.
func (v *visit) passages(d *practices.TranslationDraft, source *practices.Practice, missingToo bool) (rows []passageRow, problems []problem) {
	f := form{v: v}
	wrong := map[string][]string{}
	labels := map[string]string{}
	list := d.Passages(source)
	for _, p := range list {
		labels[p.Name] = v.passageLabel(p)
	}
	for _, x := range d.Check(source) {
		if x.Code != practices.Missing || missingToo {
			wrong[x.Field] = append(wrong[x.Field], f.told(x))
		}
		problems = append(problems, problem{Href: "#" + passageID(x.Field), Field: labels[x.Field], Said: f.told(x), Mild: x.Mild, Detail: x.Detail})
	}
	for _, p := range list {
		rows = append(rows, passageRow{
			ID: passageID(p.Name), Name: p.Name, Label: labels[p.Name], Under: p.Under, UnderLang: v.foreign(d.Lang),
			Source: sourceRuns(p), SourceLang: v.foreign(source.Lang), SourceDir: dirOf(source.Lang),
			Text: p.Text, Lang: d.Lang, Dir: dirOf(d.Lang), Stale: p.Stale, Checked: p.Checked, Gone: p.Source == "",
			Line: p.Line, Missing: p.Text == "" && p.Source != "", Problems: wrong[p.Name], Rows: min(1+len([]rune(p.Source))/50, 12),
		})
	}
	return rows, problems
}

func passageID(name string) string { return "p-" + htmlID(name) }

// passageLabel is what a passage is called: its part, and which paragraph of it.
func (v *visit) passageLabel(p practices.Passage) string {
	part, n, many := strings.Cut(p.Name, ".")
	switch {
	case !many:
		return v.say("field." + part)
	case part == "figures":
		return v.say("translate.figure", "key", n)
	case p.Source == "":
		return v.say("translate.gone", "part", v.label("heading", part))
	}
	i, _ := strconv.Atoi(n)
	return v.say("translate.paragraph", "part", v.label("heading", part), "n", i+1)
}

var citeMark = regexp.MustCompile(`\[\d{1,2}\]`)

// sourceRuns are the words of a source, with what has changed in them since the
// translation was made.
func sourceRuns(p practices.Passage) []sourceRun {
	var out []sourceRun
	plain := func(text string) {
		at := 0
		for _, m := range citeMark.FindAllStringIndex(text, -1) {
			out = append(out, sourceRun{Same: text[at:m[0]]}, sourceRun{Cite: text[m[0]:m[1]]})
			at = m[1]
		}
		out = append(out, sourceRun{Same: text[at:]})
	}
	if p.Was == "" || !p.Stale {
		plain(p.Source)
		return out
	}
	for _, piece := range practices.CompareWords(p.Was, p.Source) {
		switch piece.Kind {
		case practices.Removed:
			out = append(out, sourceRun{Removed: piece.Text})
		case practices.Added:
			out = append(out, sourceRun{Added: piece.Text})
		default:
			plain(piece.Text)
		}
		out = append(out, sourceRun{Same: " "})
	}
	return out
}

func (s *Server) showTranslating(c *gin.Context, v *visit, status int, sub review.Submission, d *practices.TranslationDraft, source *practices.Practice, notice string) error {
	query := c.Request.URL.Query()
	comments, err := s.options.Review.Comments(c.Request.Context(), sub.ID)
	if err != nil {
		comments = nil // the text matters more
	}
	p := translatingPage{
		Lead: v.say("translate.form_lead"), Practice: source.ID, To: d.Lang, Source: d.Source, Version: sub.Version, Notice: notice, Comments: v.comments(comments),
		Original: link{Label: v.say("contribute.change.original"), URL: v.url("/practices/" + source.ID)},
		Named:    source.Title, NamedLang: v.foreign(source.Lang), Into: v.language(d.Lang), Credit: d.Credit, Whole: d.Whole,
	}
	p.Heading = v.say("translate.heading", "language", p.Into)
	if t := source.Translations[d.Lang]; t != nil && t.State == "machine" {
		p.Machine = true
	}
	rows, problems := v.passages(d, source, query.Has("check"))
	if query.Has("check") {
		p.Problems = problems
	}
	for _, row := range rows {
		if row.Missing {
			p.Missing++
		}
		if row.Stale || row.Gone {
			p.Stale = append(p.Stale, row)
			if row.Stale && !row.Checked {
				p.Behind++
			}
		} else {
			p.Rest = append(p.Rest, row)
		}
	}
	if onDesk := strings.HasPrefix(v.path, "/review/"); onDesk {
		path := "/review/" + sub.ID
		p.frame = v.deskFrame(path+"/edit", v.say("desk.edit"))
		p.Crumbs = v.deskCrumbs(link{Label: sub.Title, URL: v.url(path), Lang: v.foreign(sub.Lang)}, link{Label: v.say("desk.edit"), Current: true})
		p.Action, p.Back = v.url(path+"/edit"), v.url(path)
		return s.show(c, v, status, "translating", p)
	}
	path := "/contribute/" + v.params["token"]
	p.frame = v.privateFrame(path, p.Heading)
	p.Crumbs = v.contributeCrumbs(v.say("translate.crumb"))
	p.Action, p.File, p.Link, p.Fresh = v.url(path), v.url(path+"/file"), s.whole(c, v.url(path)), query.Has("begun")
	if query.Has("saved") {
		p.Saved = v.say("contribute.saved")
	}
	if sub.State == review.ChangesRequested && notice == "" {
		p.Notice = strings.TrimSpace(v.say("contribute.asked") + " " + sub.Reason)
	}
	return s.show(c, v, status, "translating", p)
}

// typedTranslation is the draft as the form sends it. Where the source changed
// since the form was shown, what was typed is put beside what it now says.
func (v *visit) typedTranslation(form url.Values, d *practices.TranslationDraft, source *practices.Practice) *practices.TranslationDraft {
	typed := map[string]string{}
	for name, values := range form {
		if passage, ok := strings.CutPrefix(name, "t."); ok {
			typed[passage] = values[0]
		}
	}
	beside := source
	if was := v.sourceAt(source, form.Get("source")); was != nil {
		beside = was
	}
	d = v.beside(d, beside)
	d.Take(beside, typed)
	d.Tick(form["still"])
	d.Credit = strings.Join(strings.Fields(form.Get("credit")), " ")
	d.Whole = form.Get("whole") != ""
	return d.Beside(source, beside)
}

// saveTranslation keeps the form as typed, right or wrong. Whatever goes wrong,
// the page comes back as it was filled in.
func (s *Server) saveTranslation(c *gin.Context, v *visit, sub review.Submission) error {
	source, err := v.catalogue.Get(sub.Practice)
	if err != nil {
		return err
	}
	d := v.typedTranslation(c.Request.PostForm, keptTranslation(sub, source), source)
	quiet := c.GetHeader("Accept") == jsonType
	refuse := func(status int, said string) error {
		if quiet {
			c.JSON(status, gin.H{"said": said})
			return nil
		}
		return s.showTranslating(c, v, status, sub, d, source, said)
	}
	if sub.ID == "" {
		return refuse(http.StatusServiceUnavailable, v.say("contribute.trouble.later"))
	}
	if err := s.crossSite(c.Request); err != nil {
		return refuse(http.StatusForbidden, v.say("contribute.again"))
	}
	version, _ := strconv.Atoi(c.PostForm("version"))
	text, err := v.textOfTranslation(d, source)
	if err != nil {
		return err
	}
	token := v.params["token"]
	saved, err := s.options.Review.Save(c.Request.Context(), token, version, text)
	conflict, conflicts := conflictOf(err)
	switch {
	case conflicts:
		sub = conflict.Current // saving once more keeps what is on the page
		return refuse(http.StatusConflict, v.say("contribute.trouble.conflict"))
	case errors.Is(err, review.ErrState):
		return refuse(http.StatusConflict, v.say("contribute.trouble.sent"))
	case err != nil:
		status, said := v.trouble(s.known(err))
		return refuse(status, said)
	}
	if quiet {
		c.JSON(http.StatusOK, gin.H{"version": saved.Version, "faults": v.faultsByPassage(d, source)})
		return nil
	}
	path := "/contribute/" + token
	if c.PostForm("do") == "look" {
		if !practices.Sendable(d.Check(source)) {
			return s.see(c, v, path+"?check#faults")
		}
		c.Header("Cache-Control", "no-store")
		c.Redirect(http.StatusSeeOther, inLanguage(d.Lang, path+"/look"))
		return nil
	}
	return s.see(c, v, path+"?saved#saved")
}

// faultsByPassage are the faults of the passages that have a text, by the id of
// their field, for the script that keeps the form.
func (v *visit) faultsByPassage(d *practices.TranslationDraft, source *practices.Practice) map[string]string {
	out := map[string]string{}
	rows, _ := v.passages(d, source, false)
	for _, row := range rows {
		if len(row.Problems) > 0 {
			out[row.ID] = strings.Join(row.Problems, " ")
		}
	}
	return out
}

// lookAtTranslation shows a translation as its page will look, in its own
// language, and the way to send it.
func (s *Server) lookAtTranslation(c *gin.Context, v *visit, status int, sub review.Submission, wrong map[string]string, notice string) error {
	token := v.params["token"]
	if v.lang != sub.Lang && c.Request.Method == http.MethodGet {
		c.Redirect(http.StatusSeeOther, inLanguage(sub.Lang, "/contribute/"+token+"/look"))
		return nil
	}
	if err := s.options.Review.Spend(c.Request.Context(), "look", token, looksPerMin, time.Minute); err != nil {
		return err
	}
	d, source, err := v.translationOf(sub)
	if err != nil {
		return err
	}
	path := v.url("/contribute/" + token)
	entry, t := v.previewTranslation(sub, source)
	_, problems := v.passages(d, source, true)
	page := lookPage{
		frame: v.privateFrame("/contribute/"+token+"/look", v.say("contribute.look.heading")), Crumbs: v.contributeCrumbs(v.say("contribute.look.heading")),
		Back: path, Notice: notice, Entry: entry, sendForm: s.sendForm(c, path+"/send", sub.Version, v.translationFindings(source, t, d, path), wrong),
	}
	for _, x := range problems {
		x.Href = path + "?check" + x.Href
		if x.Mild {
			page.Mild = append(page.Mild, x)
		} else {
			page.Problems = append(page.Problems, x)
		}
	}
	return s.show(c, v, status, "look", page)
}

// previewTranslation is a translation as its page would show it.
func (v *visit) previewTranslation(sub review.Submission, source *practices.Practice) (entryPage, *practices.Translation) {
	t, _ := practices.ParseTranslation(practices.FilePath(sub.Practice, sub.Lang), []byte(sub.Body), source)
	with := *source
	with.Translations = map[string]*practices.Translation{sub.Lang: t}
	e := v.entry(&with)
	e.Tools, e.JSON, e.Crumbs, e.Cite, e.CiteAs, e.Use, e.Workshops = nil, "", nil, "", nil, nil, nil
	return e, t
}

// translationHarm is what may do harm in a translation and not in its source.
func translationHarm(source *practices.Practice, t *practices.Translation) []practices.Finding {
	before := practices.Harm(source)
	return slices.DeleteFunc(practices.Harm(source.Translated(t)), func(f practices.Finding) bool {
		return slices.ContainsFunc(before, func(b practices.Finding) bool {
			return b.Rule == f.Rule && b.Field == f.Field
		})
	})
}

// translationFindings explains it, with the way to the passage in the form.
func (v *visit) translationFindings(source *practices.Practice, t *practices.Translation, d *practices.TranslationDraft, form string) []finding {
	found := translationHarm(source, t)
	out := v.findings(found, form)
	for i, f := range found {
		for _, p := range d.Passages(source) {
			if p.Part == f.Field && (strings.Contains(p.Text, f.Words) || out[i].Href == form+"#f-"+htmlID(f.Field)) {
				out[i].Href = form + "#" + passageID(p.Name)
			}
		}
	}
	return out
}
