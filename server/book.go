package server

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"github.com/gin-gonic/gin"
	"github.com/google/uuid"

	"opendoor/practices"
	"opendoor/server/book"
)

// A lesson as a book for e-readers is for everybody in the room: it has the
// cases whole, and nothing that is for the trainer alone. What follows a
// decision stands on the page after it.

// A bookPage is what a chapter shows. Kind says which of the others are there.
type bookPage struct {
	Kind                   string // "title", "case", "decision", "questions", "glossary", "reading", "about"
	TextLang               string
	Label, Heading, Lead   string
	Notice                 string
	Facts                  []fact
	Picture                *picture
	Cases                  []lessonCase
	Case                   *lessonCase
	Entry                  *entryPage
	Questions              []string
	Decision, Then, Onward string // Onward is the chapter with what follows
	Cite                   string
	Terms                  []bookTerm
	Sources                []reading
	Address, Made          string
}

// lessonBook serves GET /workshops/{id}/book.epub.
func lessonBook(v *visit, l *lesson) (page, error) {
	b := binder{visit: v, lesson: l, chapterOf: map[string]string{}, used: map[string]bool{}}
	b.begin()
	for i := range l.Cases {
		b.addCase(i)
	}
	b.addTogether()
	b.addGlossary()
	b.add("reading", book.Bibliography, v.say("workshop.reading"), bookPage{Kind: "reading", Heading: v.say("workshop.reading"), Sources: v.readingList(l)})
	b.add("about", book.Colophon, v.say("book.about"), bookPage{
		Kind: "about", Heading: v.say("book.about"), Notice: v.lessonNotice(l), Made: v.say("book.made", "date", v.day(v.now)), Address: b.book.Source,
	})
	if b.fault != nil {
		return page{}, fmt.Errorf("%s as a book: %w", l.path, b.fault)
	}
	var out bytes.Buffer
	if err := b.book.Write(&out); err != nil {
		return page{}, fmt.Errorf("%s as a book: %w", l.path, err)
	}
	return page{body: out.Bytes(), mime: "application/epub+zip"}, nil
}

// A binder makes a book of a lesson, chapter by chapter. The first fault ends
// it.
type binder struct {
	visit     *visit
	lesson    *lesson
	book      book.Book
	chapterOf map[string]string // of an entry, by its id
	used      map[string]bool   // terms that chapters lead to
	fault     error
}

// add puts a chapter at the end.
func (b *binder) add(name string, kind book.Kind, title string, p bookPage) *book.Chapter {
	p.TextLang = b.visit.foreign(b.lesson.Lang)
	var out bytes.Buffer
	if err := b.visit.set.Render(&out, "book", b.visit.lang, p); err != nil && b.fault == nil {
		b.fault = err
	}
	b.book.Chapters = append(b.book.Chapters, book.Chapter{Name: name, Kind: kind, Title: title, HTML: out.Bytes()})
	return &b.book.Chapters[len(b.book.Chapters)-1]
}

// begin writes what the book is, and its title page.
func (b *binder) begin() {
	v, l := b.visit, b.lesson
	b.book = book.Book{
		ID: uuid.NewSHA1(uuid.NameSpaceURL, []byte(v.base+v.url(l.path))).URN(), Title: l.Title, Languages: []string{v.lang}, Dir: v.dir, Publisher: v.say("site.name"), Description: l.Summary,
		Rights: v.say("footer.reuse"), Modified: v.now.UTC().Truncate(24 * hour), Access: v.say("book.access"), Contents: v.say("book.contents"),
		Pictures: map[string][]byte{}, Link: b.link,
	}
	if v.base != "" {
		b.book.Source = v.base + v.url(l.path)
	}
	for _, c := range l.Contributors {
		b.book.Creators = append(b.book.Creators, c.Name)
	}
	if sheet, ok := v.set.Asset("book.css"); ok {
		b.book.Style = sheet.Data
	}
	for i, k := range l.Cases {
		b.chapterOf[k.ID] = fmt.Sprintf("case-%d.xhtml", i+1)
		_, _, lang := v.words(l.entries[i])
		b.speaks(lang)
	}
	b.speaks(l.Lang)
	p := bookPage{
		Kind: "title", Heading: l.Title, Lead: l.Summary, Notice: v.lessonNotice(l), Facts: v.lessonFacts(l), Cases: v.lessonCases(l), Picture: v.lessonPicture(l),
	}
	b.draw(p.Picture, func() (page, error) { return lessonStill(v, l) })
	b.add("title", book.TitlePage, "", p)
	var err error
	if b.book.Cover, err = v.cover(l); err != nil && b.fault == nil {
		b.fault = err
	}
}

// speaks notes a language that the book has words in.
func (b *binder) speaks(lang string) {
	if !slices.Contains(b.book.Languages, lang) {
		b.book.Languages = append(b.book.Languages, lang)
	}
}

// draw puts a picture into the book; one that cannot be drawn is left out of
// the page.
func (b *binder) draw(p *picture, drawn func() (page, error)) bool {
	made, err := drawn()
	if err != nil {
		return false
	}
	b.book.Pictures[p.URL] = made.body
	return true
}

// addCase adds a case: where it has a decision, a page up to that, and then
// what the entry tells of it.
func (b *binder) addCase(i int) {
	v, l := b.visit, b.lesson
	c := v.lessonCases(l)[i]
	title := c.Title
	if c.CautionLabel != "" {
		title = v.say("book.cautioned", "title", title, "caution", c.CautionLabel)
	}
	p := bookPage{
		Kind: "case", Label: v.say("workshop.case_of", "case", c.N, "of", len(l.Cases)), Case: &c, Entry: b.entry(l.entries[i]),
		Questions: c.Questions, Cite: v.citation(l.entries[i]).Plain(),
	}
	name := fmt.Sprintf("case-%d", c.N)
	if c.Decision == "" {
		b.add(name, book.Text, title, p)
		return
	}
	ask := bookPage{Kind: "decision", Label: p.Label, Heading: c.Title, Case: &c, Decision: c.Decision, Onward: name + "-then.xhtml"}
	b.add(name, book.Text, title, ask)
	p.Then = c.Then
	b.add(name+"-then", book.Text, v.say("workshop.reveal"), p).Under = true
}

// entry is an entry as it stands in a book, where nothing is folded and lists
// of other entries lead nowhere.
func (b *binder) entry(p *practices.Practice) *entryPage {
	v := b.visit
	e := v.entry(p)
	for i := range e.Facts {
		e.Facts[i].Values = slices.Clone(e.Facts[i].Values)
		for j := range e.Facts[i].Values {
			e.Facts[i].Values[j] = factValue{Text: e.Facts[i].Values[j].Text, Lang: e.Facts[i].Values[j].Lang}
		}
	}
	for i := range e.Asked {
		e.Asked[i].Definition = ""
	}
	e.Evidence.Definition = ""
	e.Sections = slices.DeleteFunc(e.Sections, func(s section) bool { return s.Optional })
	if e.Picture != nil {
		at := *v
		at.params = map[string]string{"id": p.ID}
		if !b.draw(e.Picture, func() (page, error) { return stillOfPractice(&at) }) {
			e.Picture = nil
		}
	}
	return &e
}

// addTogether adds the questions on all cases, and a page for each decision of
// the whole group before that with what the entries tell.
func (b *binder) addTogether() {
	v, l := b.visit, b.lesson
	together := v.say("workshop.together")
	if len(l.Questions) > 0 {
		b.add("together", book.Text, together, bookPage{Kind: "questions", Heading: together, Questions: l.Questions})
	}
	for i, d := range l.Decisions {
		name := fmt.Sprintf("decision-%d", i+1)
		p := bookPage{Kind: "decision", Label: together, Heading: v.say("workshop.stop"), Decision: d.Text}
		if d.Then != "" {
			p.Onward = name + "-then.xhtml"
		}
		b.add(name, book.Text, v.say("workshop.stop"), p)
		if d.Then != "" {
			b.add(name+"-then", book.Text, "", bookPage{Kind: "questions", Label: together, Heading: v.say("workshop.reveal"), Then: d.Then})
		}
	}
}

// addGlossary adds the terms that the book uses.
func (b *binder) addGlossary() {
	v := b.visit
	var text strings.Builder
	for _, c := range b.book.Chapters {
		text.Write(c.HTML)
	}
	b.used = usedTerms(text.String(), v.lang)
	p := bookPage{Kind: "glossary", Heading: v.say("book.terms")}
	for _, t := range v.alphabet() {
		if b.used[t.ID] {
			w := t.In(v.lang)
			p.Terms = append(p.Terms, bookTerm{v.termLine(t), w.Caution})
			if w.Draft {
				p.Notice = v.say("definition.drafts")
			}
		}
	}
	if len(p.Terms) > 0 {
		b.add("glossary", book.Glossary, p.Heading, p)
	}
}

// link is where an address of the site leads within the book.
func (b *binder) link(address string) string {
	lang := b.visit.lang
	at := withoutLanguage(lang, address)
	switch part := strings.Split(at, "/"); {
	case len(part) == 3 && part[1] == "glossary" && b.used[part[2]]:
		return "glossary.xhtml#" + part[2]
	case len(part) == 3 && part[1] == "practices" && b.chapterOf[part[2]] != "":
		return b.chapterOf[part[2]]
	case b.visit.base == "":
		return ""
	}
	return b.visit.base + address
}

// asBook lets a browser save a collection under its name.
func asBook(lang string) gin.HandlerFunc {
	ending := ".epub"
	if lang != defaultLanguage {
		ending = "-" + lang + ending
	}
	return asFile(ending)
}
