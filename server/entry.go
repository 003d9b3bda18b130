package server

import (
	"cmp"
	"html/template"
	"net/url"
	"slices"
	"strings"

	"opendoor/practices"
	"opendoor/practices/vocabulary"
	"opendoor/search"
)

// entryPage is one practice, whole.
type entryPage struct {
	frame
	Crumbs                      []link
	ID                          string
	TextLang, TextDir, LangNote string
	SourceLang                  string // of what is never translated, where it is not the page's
	Place, Kind, Since          string
	Heading, Lead               string
	CautionLabel, Caution       string
	ReviewNotice, StaleNotice   string
	Tools                       []link
	Highlights                  []figure
	Sections                    []section
	Figures                     []figure
	Facts                       []fact
	Asked                       []asked
	AskedNone                   string
	LawPractice                 []lawPractice
	Evidence                    evidence
	Direction                   string
	Basis                       []basis
	Chain                       []event
	ChainSaid                   string
	Related                     []relatedGroup
	Similar                     []related
	SourcesHeading              string
	Sources                     []source
	Review                      []fact
	Fixed                       *fixed
	Version                     string
	Responses                   []reply
	Also                        []string
	JSON                        string
	Cite                        string // as a line of text
	CiteAs, Use, Workshops      []link
	Tags                        []tag
	Described                   map[string]any
	Card                        string // where others' pages find it as a card
	Picture, Travelled          *picture
}

// A section is one part of the text. The section on limits stands in its own
// band, and the one on results carries the figures.
type section struct {
	ID, Title string
	HTML      template.HTML
	Limits    bool
	Results   bool
	Optional  bool
	Stale     bool // the original of a translated part has changed since
}

// A fact is one line of the panels beside the text.
type fact struct {
	Label  string
	Values []factValue
}

// A factValue is a word with its definition, where it has one, and the way to
// more of the same.
type factValue struct{ Text, Definition, URL, URLLabel, Lang string }

// asked is one thing that is asked of people.
type asked struct {
	What, Definition, By, Review, Note string
	Heavy                              bool // as heavy as custody
}

type lawPractice struct {
	Question, Answer string
	Sources          []noteRef
}

type noteRef struct {
	N           int
	Href, Label string
}

type basis struct {
	Text                    string
	SourceN                 int
	SourceHref, SourceLabel string
}

type relatedGroup struct {
	How     string
	Entries []related
}

type related struct{ Title, URL, Place, Kind, Note, NoteLang, CautionLabel, Lang string }

type source struct {
	N                                                                 int
	ID, Title, Lang, Publisher, Date, Kind, Where, URL, Pages, InPart string
}

// reply is a signed reply of a government or implementer.
type reply struct{ From, Date, Text, URL string }

// practice serves an entry.
func practice(v *visit) (page, error) {
	id := v.params["id"]
	if lower := strings.ToLower(id); lower != id && practices.ValidID(lower) {
		return page{}, movedError{v.url("/practices/" + lower)}
	}
	p, err := v.catalogue.Get(id)
	if err != nil {
		return page{}, v.orHidden(id, err)
	}
	if p.Withdrawn() {
		return page{}, goneError{p.ID, p.Review.Why}
	}
	e := v.entry(p)
	e.Chain, e.ChainSaid = v.chain(p)
	e.Related = v.related(p)
	e.Similar = v.similar(p)
	v.versionTools(&e, p)
	return page{template: "entry", data: e}, nil
}

// entry is what the text of an entry itself says, without what others around
// it say.
func (v *visit) entry(p *practices.Practice) entryPage {
	title, summary, lang := v.words(p)
	e := entryPage{
		frame: v.frame("practices", title+" – "+v.place(p)),
		ID:    p.ID, TextLang: v.foreign(lang), TextDir: dirOf(lang), SourceLang: v.foreign(p.Lang),
		Place: v.place(p), Kind: v.label("kind", p.Kind), Since: v.since(p),
		Heading: title, Lead: summary,
		ReviewNotice: v.reviewNotice(p),
		Evidence:     v.evidence(p.Evidence.Level), Direction: v.label("direction", p.Evidence.Direction),
		Also: p.Also,
	}
	if v.pack == nil {
		e.JSON = "/api/v1/practices/" + p.ID
	}
	e.Description = summary
	e.Crumbs = v.entryCrumbs(p)
	e.LangNote = v.languageNote(p, lang)
	if lang != p.Lang {
		e.Tools = append(e.Tools, link{Label: v.say("entry.original"), URL: inLanguage(p.Lang, "/practices/"+p.ID)})
	}
	if v.forms {
		e.Tools = append(e.Tools, link{Label: v.say("contribute.change.go"), URL: v.url("/contribute/change/" + p.ID)})
		e.Tools = append(e.Tools, v.toTranslate(p)...)
	}
	if e.Caution = v.caution(p); p.Cautioned() {
		e.CautionLabel = v.label("standing", p.Standing)
	} else if e.Caution != "" {
		e.CautionLabel = v.say("home.caution")
	}
	if p.Stale(v.now) {
		e.StaleNotice = v.say("entry.stale", "date", v.date(p.Fresh()))
	}
	e.Sections = v.sections(p, lang)
	for _, f := range p.Figures {
		e.Figures = append(e.Figures, v.figure(p, f))
	}
	for _, f := range p.Highlights(3) {
		e.Highlights = append(e.Highlights, v.figure(p, f))
	}
	e.Facts = v.facts(p)
	e.Asked, e.AskedNone = v.asked(p)
	e.LawPractice = v.lawPractice(p)
	for _, b := range p.LegalBasis {
		n, href, label := v.cite(p, b.Source)
		e.Basis = append(e.Basis, basis{b.Text, n, href, label})
	}
	e.SourcesHeading = v.say("entry.sources")
	e.Sources = v.sources(p)
	e.Review = v.review(p)
	e.Picture = v.locator(p)
	v.fillUse(&e, p)
	e.Travelled = v.lineagePicture(p)
	for _, r := range p.Responses {
		e.Responses = append(e.Responses, reply{r.From, v.date(r.Date), r.Text, r.URL})
	}
	return e
}

// languageNote says when the text is not in the language of the page, or is a
// translation that nobody has signed or that its source has left behind.
func (v *visit) languageNote(p *practices.Practice, lang string) string {
	if lang != v.lang {
		return v.say("entry.lang_note", "language", v.language(lang))
	}
	t := p.Translations[v.lang]
	if t == nil {
		return ""
	}
	var notes []string
	switch t.State {
	case "machine":
		notes = append(notes, v.say("entry.translation_machine"))
	case "draft":
		notes = append(notes, v.say("entry.translation_draft"))
	}
	if t.Stale {
		notes = append(notes, v.say("entry.translation_stale"))
	}
	return strings.Join(notes, " ")
}

// reviewNotice says at the head of an entry how far it has been checked.
func (v *visit) reviewNotice(p *practices.Practice) string {
	switch p.Review.State {
	case "contributed":
		return v.say("entry.contributed")
	case "reviewed":
		return v.say("entry.reviewed_notice", "date", v.date(p.Review.On))
	}
	return v.say("entry.not_reviewed")
}

func (v *visit) entryCrumbs(p *practices.Practice) []link {
	crumbs := []link{{Label: v.say("nav.practices"), URL: v.url("/practices")}}
	if len(p.Countries) == 1 {
		code := p.Countries[0]
		crumbs = append(crumbs, link{Label: v.country(code), URL: v.url("/countries/" + strings.ToLower(string(code)))})
	} else {
		crumbs = append(crumbs, link{Label: v.label("region", p.Region()), URL: v.url("/regions/" + p.Region())})
	}
	return append(crumbs, link{Label: p.ID, Current: true})
}

func (v *visit) sections(p *practices.Practice, lang string) []section {
	text := p.Sections
	var stale []string
	if t := p.Translations[v.lang]; t != nil {
		text, stale = t.Sections, t.StaleParts
	}
	terms := v.termLinker(lang)
	var out []section
	for _, s := range text {
		heading, _ := vocabulary.Named("heading").Get(s.ID)
		out = append(out, section{
			ID: s.ID, Title: heading.In(v.lang), HTML: terms.link(s.HTML),
			Limits: s.ID == "what-to-be-careful-about", Results: s.ID == "what-came-of-it", Optional: s.ID == "questions-for-a-workshop",
			Stale: slices.Contains(stale, s.ID),
		})
	}
	// A snapshot may have figures and no section on results.
	if len(out) > 0 && !slices.ContainsFunc(out, func(s section) bool { return s.Results }) {
		out[0].Results = true
	}
	return out
}

// facts are the panel "In short": what a reader filters by, each word with
// its definition and the way to other entries with it.
func (v *visit) facts(p *practices.Practice) []fact {
	var facts []fact
	add := func(label string, values ...factValue) {
		values = slices.DeleteFunc(values, func(f factValue) bool { return f.Text == "" })
		if len(values) > 0 {
			facts = append(facts, fact{label, values})
		}
	}
	add(v.say("entry.standing"), v.terms(search.GroupStanding, "standing", p.Standing)...)
	add(v.say("entry.for"), v.terms(search.GroupPopulation, "population", p.Populations...)...)
	add(v.say("entry.situation"), v.terms(search.GroupPerson, "person-status", p.PersonStatus...)...)
	add(v.say("entry.offers"), v.terms(search.GroupMeasure, "measure", p.Measures...)...)
	add(v.say("entry.elements"), v.terms(search.GroupElement, "element", p.Elements...)...)
	add(v.say("entry.care"), v.terms("", "care-model", p.CareModels...)...)
	add(v.say("entry.approach"), v.terms(search.GroupApproach, "approach", p.Approach)...)
	for _, g := range []struct {
		label string
		lead  bool
	}{{"entry.run_by", true}, {"entry.with", false}} {
		var names []factValue
		for _, a := range p.Actors {
			lead := slices.Contains(a.Role, "leads") || slices.Contains(a.Role, "runs")
			if lead == g.lead {
				names = append(names, factValue{Text: v.say("entry.role", "name", a.Name, "roles", v.parts(a.Role))})
			}
		}
		add(v.say(g.label), names...)
	}
	add(v.say("entry.level"), v.terms(search.GroupLevel, "level", p.Level)...)
	if len(p.Countries) > 1 {
		var names []factValue
		for _, c := range p.Countries {
			names = append(names, factValue{Text: v.country(c), URL: v.url("/countries/" + strings.ToLower(string(c)))})
		}
		slices.SortFunc(names, func(a, b factValue) int { return cmp.Compare(a.Text, b.Text) })
		add(v.say("entry.where"), names...)
	}
	var places []factValue
	for _, at := range p.Places {
		places = append(places, factValue{Text: at.Name})
	}
	add(v.say("entry.places"), places...)
	status := v.label("status", p.Status)
	if p.Status != "" {
		status = v.say("entry.status_as_of", "status", status, "date", v.date(p.AsOf))
	}
	add(v.say("entry.status"), factValue{Text: status})
	add(v.say("entry.started"), factValue{Text: v.since(p)})
	add(v.say("entry.lived_experience"), v.terms("", "lived-experience", p.LivedExperience)...)
	return facts
}

// terms are words of a vocabulary with their definitions; with a filter group
// each leads to the list of the entries that have it.
func (v *visit) terms(group search.Group, vocab string, ids ...string) []factValue {
	var out []factValue
	for _, id := range ids {
		if id == "" {
			continue
		}
		f := factValue{Text: v.label(vocab, id), Definition: v.explained(vocab, id)}
		if group != "" {
			f.URL = v.urlWith("/practices", url.Values{string(group): {id}})
			f.URLLabel = v.say("entry.more_like_this")
		}
		out = append(out, f)
	}
	return out
}

func (v *visit) asked(p *practices.Practice) ([]asked, string) {
	if !p.Has("conditions") {
		return nil, v.say("entry.asked_unknown")
	}
	if len(p.Conditions) == 0 {
		return nil, v.say("entry.asked_none")
	}
	var out []asked
	for _, c := range p.Conditions {
		t, _ := vocabulary.Named("condition").Get(c.What)
		a := asked{What: t.In(v.lang), Definition: v.explained("condition", c.What), Note: c.Note, Heavy: t.Weight >= 4}
		if c.By != "" {
			a.By = v.orUnknown(c.By)
		}
		if c.Review != "" {
			a.Review = v.say("review." + c.Review)
		}
		out = append(out, a)
	}
	return out, ""
}

func (v *visit) lawPractice(p *practices.Practice) []lawPractice {
	var out []lawPractice
	for _, q := range []struct {
		key    string
		answer *practices.Answer
	}{{"entry.in_law", p.InLaw}, {"entry.in_practice", p.InPractice}} {
		if q.answer == nil {
			continue
		}
		l := lawPractice{Question: v.say(q.key), Answer: v.label("answer", q.answer.Answer)}
		for _, key := range q.answer.Sources {
			if n, href, label := v.cite(p, key); n > 0 {
				l.Sources = append(l.Sources, noteRef{n, href, label})
			}
		}
		out = append(out, l)
	}
	return out
}

func (v *visit) related(p *practices.Practice) []relatedGroup {
	var groups []relatedGroup
	for _, l := range v.catalogue.Links(p.ID) {
		how := v.say("relation." + l.How)
		if l.Inverse {
			how = v.say("relation." + l.How + ".inverse")
		}
		r := v.pointer(l.Other, l.Note)
		r.NoteLang = v.foreign(p.Lang)
		if l.Inverse {
			r.NoteLang = v.foreign(l.Other.Lang) // who wrote the relation wrote its note
		}
		if i := slices.IndexFunc(groups, func(g relatedGroup) bool { return g.How == how }); i >= 0 {
			groups[i].Entries = append(groups[i].Entries, r)
		} else {
			groups = append(groups, relatedGroup{how, []related{r}})
		}
	}
	return groups
}

// similar are entries like this one that it is not related to by name.
func (v *visit) similar(p *practices.Practice) []related {
	const shown = 3
	list, err := v.index.Related(v.context(), p.ID, shown+len(v.catalogue.Links(p.ID)))
	if err != nil {
		v.log.Error("entries like this", "id", p.ID, "error", err)
		return nil
	}
	var out []related
	for _, o := range list {
		named := slices.ContainsFunc(v.catalogue.Links(p.ID), func(l practices.Link) bool { return l.Other.ID == o.ID })
		if !named && len(out) < shown {
			out = append(out, v.pointer(o, ""))
		}
	}
	return out
}

// pointer is a short way to another entry, with its caution.
func (v *visit) pointer(p *practices.Practice, note string) related {
	title, _, lang := v.words(p)
	r := related{Title: title, URL: v.url("/practices/" + p.ID), Place: v.place(p), Kind: v.label("kind", p.Kind), Note: note, Lang: v.foreign(lang)}
	if p.Cautioned() {
		r.CautionLabel = v.label("standing", p.Standing)
	}
	return r
}

func (v *visit) sources(p *practices.Practice) []source {
	var out []source
	for i, s := range p.Sources {
		src := source{
			N: i + 1, ID: "source-" + s.Key, Title: s.Title, Publisher: s.Publisher, Date: v.sourceDate(s.Date),
			Kind: v.label("source-kind", s.Kind), Where: s.Where, URL: s.URL, Pages: s.Pages,
		}
		lang := s.Lang
		if lang == "" {
			lang = defaultLanguage
		}
		src.Lang = v.foreign(lang)
		if s.Read == "in-part" {
			src.InPart = v.say("entry.read_in_part")
		}
		out = append(out, src)
	}
	return out
}

func (v *visit) review(p *practices.Practice) []fact {
	var out []fact
	add := func(key string, texts ...string) {
		var values []factValue
		for _, t := range texts {
			if t != "" {
				values = append(values, factValue{Text: t})
			}
		}
		if len(values) > 0 {
			out = append(out, fact{v.say(key), values})
		}
	}
	add("entry.review_state", v.label("review-state", p.Review.State))
	add("entry.reviewed_by", p.Review.By...)
	add("entry.reviewed", v.date(p.Review.On))
	add("entry.newest_source", v.date(p.Fresh()))
	add("entry.next_check", v.date(p.Review.Next))
	var names []string
	for _, c := range p.Contributors {
		names = append(names, v.say("entry.role", "name", c.Name, "roles", v.label("contributor-role", c.Role)))
	}
	if t := p.Translations[v.lang]; t != nil {
		for _, c := range t.Contributors {
			names = append(names, v.say("entry.role", "name", c.Name, "roles", v.label("contributor-role", c.Role)))
		}
	}
	add("entry.contributors", names...)
	return out
}
