package server

import (
	"context"
	"errors"
	"io/fs"
	"slices"
	"strings"
	"time"

	"opendoor/practices"
	"opendoor/practices/history"
)

// fixed says at the head of a version that it is one, and whether a newer text
// stands in its place.
type fixed struct{ Version, Said, URL string }

// historyPage is every text that an entry ever had, with what changed from one
// to the next.
type historyPage struct {
	frame
	Crumbs                  []link
	Heading, TextLang, Lead string
	Versions                []versionRow
	Translation             string // heading of the versions of the translation, where there is one
	TranslationLang         string
	Translated              []versionRow
}

type versionRow struct {
	Label, URL, By, Note, Hidden string
	Newest, First                bool
	Changes                      []changeRow
}

// A changeRow is one field, as the form calls it, or one section, by its
// heading, with its words.
type changeRow struct {
	Field, Heading, Lang string
	Pieces               []pieceRow
}

// A pieceRow has one of its texts.
type pieceRow struct{ Same, Removed, Added string }

// entryVersion serves one text of an entry as it once stood: an address to
// cite, which never gives another text.
func entryVersion(v *visit) (page, error) {
	id, name := v.params["id"], v.params["version"]
	if lower := strings.ToLower(id + "/v/" + name); lower != id+"/v/"+name && practices.ValidID(strings.ToLower(id)) {
		return page{}, movedError{v.url("/practices/" + lower)}
	}
	data, shown, err := v.text(id, name)
	if errors.Is(err, practices.ErrNotFound) {
		return v.translationVersion(id, name, err)
	}
	if err != nil {
		return page{}, err
	}
	p, _ := practices.Parse(practices.FilePath(id, ""), data)
	if p.ID != id {
		return page{}, practices.ErrNotFound
	}
	return v.fixedPage(p, shown, p.Version), nil
}

// fixedPage is one text of an entry, or of its translation, as it once stood,
// with what stands now.
func (v *visit) fixedPage(p *practices.Practice, shown history.Version, version string) page {
	id := p.ID
	e := v.entry(p)
	e.Tools = []link{{Label: v.say("version.history"), URL: v.url("/practices/" + id + "/history")}}
	e.JSON = ""
	e.Version = v.versionLabel(shown)
	e.Fixed = &fixed{Version: e.Version, Said: v.say("version.newest")}
	e.Title = e.Version + " – " + e.Title
	now, err := v.catalogue.Get(id)
	switch {
	case err != nil || now.Withdrawn():
		e.NoIndex = true
		e.Fixed.Said = v.say("version.withdrawn")
		if err == nil {
			e.Fixed.Said += " " + now.Review.Why
		}
	case v.newestOf(now, p) != version:
		e.NoIndex = true
		e.Fixed.Said = v.say("version.newer")
		e.Fixed.URL = v.url("/practices/" + id)
	}
	last := len(e.Crumbs) - 1
	e.Crumbs[last] = link{Label: id, URL: v.url("/practices/" + id)}
	e.Crumbs = append(e.Crumbs, link{Label: e.Version, Current: true})
	return page{template: "entry", data: e}
}

// newestOf is the version that stands now of what a page shows: of the
// translation into its language where it shows one, else of the entry.
func (v *visit) newestOf(now, shown *practices.Practice) string {
	if shown.Translations[v.lang] == nil {
		return now.Version
	}
	if list := v.versions(translationName(now.ID, v.lang)); len(list) > 0 && now.Translations[v.lang] != nil {
		return list[0].ID
	}
	return ""
}

// translationVersion serves one text of a translation as it once stood, beside
// the text of the source that it was made from. Its address is in its own
// language.
func (v *visit) translationVersion(id, name string, missing error) (page, error) {
	if v.history == nil || !practices.ValidID(id) {
		return page{}, missing
	}
	for _, lang := range v.set.Languages() {
		data, shown, err := v.history.Text(v.patiently(), translationName(id, lang.Tag), name)
		if errors.Is(err, history.ErrNotFound) {
			continue
		}
		if err != nil {
			return page{}, versionFault(err)
		}
		if lang.Tag != v.lang {
			return page{}, movedError{inLanguage(lang.Tag, "/practices/"+id+"/v/"+name)}
		}
		source := v.sourceWhen(id, data, shown.When)
		if source == nil {
			return page{}, missing
		}
		t, faults := practices.ParseTranslation(practices.FilePath(id, lang.Tag), data, source)
		if shown.Submission == "" && shown.Release == "" && practices.HasErrors(faults) {
			return page{}, missing // it was pushed, and met no judge then
		}
		with := *source
		with.Translations = map[string]*practices.Translation{lang.Tag: t}
		return v.fixedPage(&with, shown, name), nil
	}
	return page{}, missing
}

// sourceWhen is the text of an entry that a translation was made from, or that
// stood when it came; nil where neither is known.
func (v *visit) sourceWhen(id string, translation []byte, when time.Time) *practices.Practice {
	of := ""
	if t, _ := practices.ParseTranslation("", translation, &practices.Practice{}); t != nil {
		of = t.Of
	}
	var stood *practices.Practice
	for _, version := range v.versions(id) {
		if version.Suppressed {
			continue
		}
		data, _, err := v.history.Text(v.patiently(), id, version.ID)
		if err != nil {
			continue
		}
		p, _ := practices.Parse(practices.FilePath(id, ""), data)
		if p.TextHash() == of {
			return p
		}
		if stood == nil && !version.When.After(when) {
			stood = p
		}
	}
	return stood
}

// gitPatience is how long a page waits for a text of the repository. It is far
// more than that takes: a page without its versions would be a wrong one.
const gitPatience = 10 * time.Second

// patiently is the time in which the repository must answer for a page. It is
// not the reader's: what is read serves those who ask next, too.
func (v *visit) patiently() context.Context {
	ctx, cancel := context.WithTimeout(context.Background(), gitPatience)
	context.AfterFunc(ctx, cancel)
	return ctx
}

// text finds one version of an entry. Without a repository there is only the
// one that is served.
func (v *visit) text(id, name string) ([]byte, history.Version, error) {
	if r := v.history; r != nil {
		data, shown, err := r.Text(v.patiently(), id, name)
		if err == nil && !judged(id, data, shown) {
			err = practices.ErrNotFound
		}
		return data, shown, versionFault(err)
	}
	p, err := v.catalogue.Get(id)
	if err != nil {
		return nil, history.Version{}, err
	}
	data, err := fs.ReadFile(v.content, p.Path)
	if p.Version != name || err != nil || practices.VersionID(data) != name {
		return nil, history.Version{}, practices.ErrNotFound
	}
	return data, history.Version{ID: name}, nil
}

// judged says whether a text may be shown. One that came through the form or
// with the program was judged then, and rules that came later take nothing from
// it; one that was pushed may have met no judge, so it is judged now.
func judged(id string, data []byte, shown history.Version) bool {
	if shown.Submission != "" || shown.Release != "" {
		return true
	}
	_, faults := practices.Parse(practices.FilePath(id, ""), data)
	return !practices.HasErrors(faults)
}

// versionFault turns an error of the repository into one that a reader can be
// told.
func versionFault(err error) error {
	var hidden *history.SuppressedError
	switch {
	case errors.As(err, &hidden):
		return hiddenError{hidden.Why}
	case errors.Is(err, history.ErrNotFound):
		return practices.ErrNotFound
	}
	return err
}

// orHidden tells an entry that was never there from one whose text is hidden.
func (v *visit) orHidden(id string, err error) error {
	r := v.history
	if r == nil || !errors.Is(err, practices.ErrNotFound) {
		return err
	}
	list, listErr := r.Versions(v.patiently(), id)
	if listErr != nil || !list[0].Suppressed {
		return err
	}
	_, _, err = r.Text(v.patiently(), id, list[0].ID)
	return versionFault(err)
}

// versionTools gives an entry the ways to its fixed text and to its history.
func (v *visit) versionTools(e *entryPage, p *practices.Practice) {
	shown := history.Version{ID: p.Version}
	if list := v.versions(p.ID); len(list) > 0 && list[0].ID == p.Version {
		shown = list[0]
	}
	e.Version = v.versionLabel(shown)
	if v.pack != nil { // which holds this text and no other
		return
	}
	e.Tools = append(e.Tools, link{Label: e.Version, URL: v.url("/practices/" + p.ID + "/v/" + p.Version)})
	if v.history != nil {
		e.Tools = append(e.Tools, link{Label: v.say("version.history"), URL: v.url("/practices/" + p.ID + "/history")})
	}
}

// versions lists the versions of an entry, newest first; none without a
// repository.
func (v *visit) versions(id string) []history.Version {
	r := v.history
	if r == nil {
		return nil
	}
	list, err := r.Versions(v.patiently(), id)
	if err != nil && !errors.Is(err, history.ErrNotFound) {
		v.log.Error("versions", "id", id, "error", err)
	}
	return list
}

// versionLabel is a version as people say it: by its number and date, or by its
// name where there is no repository to count in.
func (v *visit) versionLabel(shown history.Version) string {
	if shown.N == 0 {
		return v.say("version.bare", "version", shown.ID)
	}
	return v.say("version.label", "number", v.number(float64(shown.N)), "date", v.day(shown.When))
}

// maxVersions bounds how many versions a page compares.
const maxVersions = 40

// entryHistory serves how an entry came to be what it is.
func entryHistory(v *visit) (page, error) {
	id := v.params["id"]
	if lower := strings.ToLower(id); lower != id && practices.ValidID(lower) {
		return page{}, movedError{v.url("/practices/" + lower + "/history")}
	}
	list := v.versions(id)
	title, lang := id, defaultLanguage
	p, err := v.catalogue.Get(id)
	switch {
	case err == nil:
		title, lang = p.Title, p.Lang
	case len(list) == 0:
		return page{}, err
	}
	if len(list) == 0 {
		list = []history.Version{{ID: p.Version}}
	}
	h := historyPage{
		frame:   v.frame("practices", v.say("version.heading")+" – "+title),
		Heading: title, TextLang: v.foreign(lang), Lead: v.say("version.lead"),
		Crumbs: []link{
			{Label: v.say("nav.practices"), URL: v.url("/practices")},
			{Label: id, URL: v.url("/practices/" + id)},
			{Label: v.say("version.heading"), Current: true},
		},
	}
	h.NoIndex = true
	h.Versions = v.versionRows(id, id, h.TextLang, list)
	if list := v.versions(translationName(id, v.lang)); len(list) > 0 {
		h.Translation, h.TranslationLang = v.say("version.translation", "language", v.language(v.lang)), v.lang
		h.Translated = v.versionRows(translationName(id, v.lang), id, "", list)
	}
	return page{template: "history", data: h}, nil
}

// versionRows are the versions of a file of an entry, each with what changed.
func (v *visit) versionRows(file, id, lang string, list []history.Version) []versionRow {
	var rows []versionRow
	texts := v.versionTexts(file, list[:min(len(list), maxVersions+1)])
	for i, version := range list[:min(len(list), maxVersions)] {
		row := versionRow{
			Label: v.versionLabel(version), URL: v.url("/practices/" + id + "/v/" + version.ID),
			By: version.Author, Note: version.Note, Newest: i == 0, First: i == len(list)-1,
		}
		if version.Release != "" {
			row.By, row.Note = "", v.say("version.by_release", "release", version.Release)
		}
		if version.Suppressed {
			row.URL, row.Hidden = "", v.say("version.hidden")
		}
		if !row.First && texts[i] != nil && texts[i+1] != nil {
			row.Changes = v.changeRows(practices.Compare(texts[i+1], texts[i]), lang)
		}
		rows = append(rows, row)
	}
	return rows
}

// versionTexts reads the texts of versions; nil stands for one that is not shown.
func (v *visit) versionTexts(id string, list []history.Version) [][]byte {
	texts := make([][]byte, len(list))
	for i, version := range list {
		if version.N == 0 || version.Suppressed {
			continue
		}
		var data []byte
		var err error
		if strings.Contains(id, ".") {
			data, _, err = v.history.Text(v.patiently(), id, version.ID)
		} else {
			data, _, err = v.text(id, version.ID)
		}
		if errors.Is(err, practices.ErrNotFound) {
			continue
		}
		if err != nil {
			v.log.Error("text of a version", "id", id, "version", version.ID, "error", err)
			continue
		}
		texts[i] = data
	}
	return texts
}

func (v *visit) changeRows(changes []practices.Change, lang string) []changeRow {
	f := form{v: v}
	var rows []changeRow
	for _, c := range changes {
		row := changeRow{Heading: c.Heading, Lang: lang}
		if c.Heading == "" {
			row.Field = f.fieldName(c.Field)
		}
		for i, p := range c.Pieces {
			switch p.Kind {
			case practices.Removed:
				row.Pieces = append(row.Pieces, pieceRow{Removed: p.Text})
			case practices.Added:
				row.Pieces = append(row.Pieces, pieceRow{Added: p.Text})
			default:
				row.Pieces = append(row.Pieces, pieceRow{Same: around(p.Text, i == 0, i == len(c.Pieces)-1)})
			}
		}
		rows = append(rows, row)
	}
	return rows
}

// around keeps of a run of unchanged words those beside a change.
func around(text string, first, last bool) string {
	const beside = 12
	words := strings.Fields(text)
	switch {
	case first && len(words) > beside:
		return "… " + strings.Join(words[len(words)-beside:], " ")
	case last && len(words) > beside:
		return strings.Join(words[:beside], " ") + " …"
	case !first && !last && len(words) > 2*beside:
		return strings.Join(slices.Concat(words[:beside], []string{"…"}, words[len(words)-beside:]), " ")
	}
	return text
}
