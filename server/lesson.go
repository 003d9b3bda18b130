package server

import (
	"slices"
	"strconv"
	"strings"

	"opendoor/practices"
	"opendoor/practices/workshops"
)

// A lesson is a collection as a visit sees it: in one language, with its
// entries, at one address. Published collections and those that somebody made
// for themselves are shown by the same views.
type lesson struct {
	*workshops.Collection                       // its words, in the language of the page where there are some
	source                *workshops.Collection // order, versions and review
	path                  string                // without the language: "/workshops/four-routes"
	entries               []*practices.Practice // of the cases, in order
	own                   bool                  // made by somebody for themselves; nobody has reviewed it
}

// ofLesson makes a view of a published collection from a view of a lesson.
func ofLesson(show func(*visit, *lesson) (page, error)) view {
	return func(v *visit) (page, error) {
		id := v.params["id"]
		c, err := v.shelf.Get(id)
		if err != nil {
			return page{}, err
		}
		l, err := v.lesson(c, "/workshops/"+id)
		if err != nil {
			return page{}, err
		}
		l.own = v.pack != nil && v.pack.own != nil
		return show(v, l)
	}
}

// lesson finds the entries of a collection. One that has gone is left out.
func (v *visit) lesson(c *workshops.Collection, path string) (*lesson, error) {
	c = workshops.Current(c, v.catalogue, nil)
	l := &lesson{Collection: v.collection(c.In(v.lang)), source: c, path: path}
	for _, k := range c.Cases {
		p, err := v.catalogue.Get(k.ID)
		if err != nil {
			return nil, err
		}
		l.entries = append(l.entries, v.pinned(p, k.Version))
	}
	return l, nil
}

// collection is a collection with the numbers in its words in the digits of
// its language.
func (v *visit) collection(c *workshops.Collection) *workshops.Collection {
	told := *c
	own := func(words string) string { return v.digits(c.Lang, words) }
	all := func(list []string) []string {
		out := make([]string, len(list))
		for i, words := range list {
			out[i] = own(words)
		}
		return out
	}
	for _, words := range []*string{&told.Title, &told.Summary, &told.Audience, &told.Objective, &told.DrawnFrom} {
		*words = own(*words)
	}
	told.Guide = v.numbered(c.Lang, c.Guide)
	told.Questions = all(c.Questions)
	told.Cases, told.Decisions = slices.Clone(c.Cases), slices.Clone(c.Decisions)
	for i, k := range c.Cases {
		told.Cases[i].Objective, told.Cases[i].Notes, told.Cases[i].Questions = own(k.Objective), own(k.Notes), all(k.Questions)
		told.Cases[i].Decision, told.Cases[i].Then = own(k.Decision), own(k.Then)
	}
	for i, d := range c.Decisions {
		told.Decisions[i].Text, told.Decisions[i].Then = own(d.Text), own(d.Then)
	}
	return &told
}

// A lessonCase is one case, ready to teach.
type lessonCase struct {
	N                          int
	ID, Anchor                 string
	Entry                      related
	Title, Gist, GistLang      string
	Place, Kind, Since         string
	CautionLabel, Caution      string
	Objective, Notes           string
	Questions                  []string
	Decision, Then             string
	Figure                     *figure
	Version, VersionURL, Newer string // the text that was chosen, and a word when it is no longer the newest
	Points                     []need
	PointsMissing              string
	Text                       []section
	Evidence                   evidence
	Sources                    int
}

func (v *visit) lessonCases(l *lesson) []lessonCase {
	var out []lessonCase
	for i, k := range l.Cases {
		p := l.entries[i]
		title, gist, lang := v.words(p)
		c := lessonCase{
			N: i + 1, ID: k.ID, Anchor: "case-" + k.ID, Entry: v.pointer(p, ""),
			Title: title, Gist: gist, GistLang: v.foreign(lang), Place: v.place(p), Kind: v.label("kind", p.Kind), Since: v.since(p),
			Objective: k.Objective, Notes: k.Notes, Questions: k.Questions, Decision: k.Decision, Then: k.Then,
			Evidence: v.evidence(p.Evidence.Level),
		}
		if c.Caution = v.caution(p); p.Cautioned() {
			c.CautionLabel = v.label("standing", p.Standing)
		} else if c.Caution != "" {
			c.CautionLabel = v.say("home.caution")
		}
		for _, f := range p.Highlights(1) {
			shown := v.figure(p, f)
			c.Figure = &shown
		}
		if pinned := l.source.Cases[i].Version; pinned != "" {
			c.Version, c.VersionURL = pinned, v.url("/practices/"+k.ID+"/v/"+pinned)
			if now, err := v.catalogue.Get(k.ID); err == nil && now.Version != pinned {
				c.Newer, c.Entry.URL = v.say("workshop.newer"), c.VersionURL
			}
		}
		out = append(out, c)
	}
	return out
}

// lessonFrame is the frame of a page of a lesson.
func (v *visit) lessonFrame(l *lesson, title string) frame {
	f := v.frame("workshops", title)
	f.NoIndex = l.own
	return f
}

// lessonNotice says how far the collection has been checked, and whether its
// words are a translation that nobody has signed or that its source has left
// behind.
func (v *visit) lessonNotice(l *lesson) string {
	said := []string{}
	switch {
	case l.own:
		said = append(said, v.say("workshop.own_notice"))
	case l.source.Review.State == "reviewed":
		said = append(said, v.say("entry.reviewed_notice", "date", v.date(l.source.Review.On)))
	case l.source.Review.State == "contributed":
		said = append(said, v.say("entry.contributed"))
	default:
		said = append(said, v.say("workshop.not_reviewed"))
	}
	switch {
	case l.Lang != v.lang:
		said = append(said, v.say("workshop.lang_note", "language", v.language(l.Lang)))
	case l.State == "machine":
		said = append(said, v.say("entry.translation_machine"))
	case l.State == "draft":
		said = append(said, v.say("entry.translation_draft"))
	}
	if l.Stale {
		said = append(said, v.say("entry.translation_stale"))
	}
	return strings.Join(said, " ")
}

// lasts is the time that a lesson takes, in words.
func (v *visit) lasts(l *lesson) string { return v.say("workshop.minutes", "n", l.Minutes) }

// slideURL is the address of a slide of a lesson.
func (v *visit) slideURL(l *lesson, n int) string {
	return v.url(l.path + "/present/" + strconv.Itoa(n))
}
