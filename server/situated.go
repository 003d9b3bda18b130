package server

import (
	"regexp"

	"github.com/gin-gonic/gin"
)

// situated are the addresses whose answer holds the whole address of the site:
// a code for telephones, a citation, a card for others' pages. Where none is
// configured it is the one that the reader asked for, as on a trainer's own
// machine in a room without internet.
func situated() []route {
	list := []route{
		{"/workshops/:id", ofLesson(workshop), nil},
		{"/workshops/:id/present/:n", ofLesson(present), nil},
		{"/workshops/:id/handout", ofLesson(handout), canonicalPaper},
		{"/workshops/:id/qr.svg", ofLesson(lessonQR), nil},
		{"/workshops/:id/book.epub", ofLesson(lessonBook), nil},
		{"/embed/practices/:id", embeddedCard, nil},
	}
	for _, b := range bibliographies {
		list = append(list, route{"/practices/:id/cite." + b.ending, citeEntry(b), nil}, route{"/practices/:id/v/:version/cite." + b.ending, citeText(b), nil}, route{"/workshops/:id/cite." + b.ending, ofLesson(citeLesson(b)), nil})
	}
	return list
}

// lessons are the other addresses of a collection.
var lessons = []route{
	{"/workshops", workshopList, nil},
	{"/workshops/:id/present", ofLesson(firstSlide), nil},
	{"/workshops/:id/participants", ofLesson(participants), nil},
	{"/workshops/:id/worksheet", ofLesson(worksheet), canonicalPaper},
	{"/workshops/:id/table", ofLesson(lessonTable), nil},
	{"/w/:id", ofLesson(shortWay), nil},
	{"/compare", compare, canonicalCompare},
	{"/choose", choose, canonicalChoice},
}

var hostForm = regexp.MustCompile(`^[A-Za-z0-9.-]{1,253}(:[0-9]{1,5})?$|^\[[0-9A-Fa-f:.]{2,45}\](:[0-9]{1,5})?$`)

// situate gives the visits of a request the address of the site that it came
// to, where none is configured.
func (s *Server) situate(c *gin.Context) {
	if s.options.BaseURL == "" && s.options.packing == nil && hostForm.MatchString(c.Request.Host) {
		scheme := "http://"
		if s.overTLS(c) {
			scheme = "https://"
		}
		c.Set(siteKey, scheme+c.Request.Host)
	}
	c.Next()
}

// siteKey is where a request keeps the address of the site.
const siteKey = "site"

// asFile lets a browser save an answer under a name.
func asFile(name string) gin.HandlerFunc {
	return func(c *gin.Context) {
		c.Header("Content-Disposition", `attachment; filename="`+c.Param("id")+name+`"`)
		c.Next()
	}
}

// shared lets pages of others read an answer that is made for them.
func shared(c *gin.Context) {
	c.Header("Cross-Origin-Resource-Policy", "cross-origin")
	c.Header("Access-Control-Allow-Origin", "*")
	c.Next()
}

func (s *Server) lessonRoutes(get func(string, ...gin.HandlerFunc)) {
	for _, lang := range s.set.Languages() {
		for _, r := range lessons {
			get(inLanguage(lang.Tag, r.path), s.answer(lang.Tag, r))
		}
		for _, r := range situated() {
			before := []gin.HandlerFunc{s.situate}
			switch r.path {
			case "/embed/practices/:id":
				before = append(before, s.framed)
			case "/workshops/:id/qr.svg":
				before = append(before, asStill)
			case "/workshops/:id/book.epub":
				before = append(before, asBook(lang.Tag))
			}
			get(inLanguage(lang.Tag, r.path), append(before, s.answer(lang.Tag, r))...)
		}
	}
	get("/workshops/:id/map.svg", asStill, s.answer(defaultLanguage, route{"/workshops/:id/map.svg", ofLesson(lessonStill), nil}))
	get("/workshops/:id/collection.md", asFile(".md"), s.answer(defaultLanguage, route{"/workshops/:id/collection.md", ofLesson(lessonText), nil}))
	get("/oembed", shared, s.situate, s.answer(defaultLanguage, route{"/oembed", oembed, canonicalEmbed}))
}
