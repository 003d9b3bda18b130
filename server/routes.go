package server

import (
	"bytes"
	"fmt"
	"net/http"
	"strings"

	"github.com/gin-gonic/gin"
)

// A route is one public address of the site.
type route struct {
	path string // of gin, without the language
	view view
	// query gives the part of the query that the page depends on, in its one
	// canonical form; nil when it depends on none.
	query func(*visit) string
}

// pages are the addresses that exist in every language.
var pages = []route{
	{"/", home, nil},
	{"/practices", practiceList, canonicalList},
	{"/practices.csv", exportCSV, canonicalList},
	{"/practices.atom", exportAtom, canonicalList},
	{"/practices/:id", practice, nil},
	{"/practices/:id/history", entryHistory, nil},
	{"/practices/:id/v/:version", entryVersion, nil},
	{"/practices/:id/lineage", lineageOf, nil},
	{"/suggest", suggest, canonicalTyped},
	{"/countries", countries, nil},
	{"/countries/:code", country, nil},
	{"/regions/:region", region, nil},
	{"/glossary", glossaryList, nil},
	{"/glossary/:term", glossaryTerm, nil},
	{"/figures", indicators, nil},
	{"/figures/:indicator", indicator, canonicalIndicator},
	{"/map", practiceMap, canonicalMap},
	{"/map/places.json", mapPlaces, canonicalMap},
	{"/contribute", contribute, nil},
	{"/contribute/form.txt", sheet, nil},
	{"/about", prose("about"), nil},
	{"/about/catalogue", report, nil},
	{"/accessibility", prose("accessibility"), nil},
	{"/licences", prose("licences"), nil},
}

// data are the addresses for programs, which have no language of their own.
var data = []route{
	{"/practices.geojson", geoJSON, canonicalMap},
	{"/licences/full.txt", licences, nil},
	{"/api/v1/practices", apiList, canonicalList},
	{"/api/v1/practices/:id", apiPractice, nil},
}

func (s *Server) routes() (*gin.Engine, error) {
	gin.SetMode(gin.ReleaseMode)
	e := gin.New()
	e.HandleMethodNotAllowed = true
	e.RedirectTrailingSlash = true
	if err := e.SetTrustedProxies(s.options.TrustedProxies); err != nil {
		return nil, fmt.Errorf("trusted proxies: %w", err)
	}
	e.Use(s.headers, s.logRequest, s.keptOut, s.recovered, s.limitInFlight(maxInFlight))
	if s.options.Reads > 0 {
		e.Use(s.limitReads(newRates(s.options.Reads, s.options.Now)))
	}
	d := newDoors(s, e)
	s.doors = d
	get := d.read
	for _, lang := range s.set.Languages() {
		for _, r := range pages {
			get(inLanguage(lang.Tag, r.path), s.answer(lang.Tag, r))
		}
		for form := range slideForms {
			get(inLanguage(lang.Tag, "/practices/:id/lineage/map."+form), s.answer(lang.Tag, route{"", lineageSlide(form), nil}))
			get(inLanguage(lang.Tag, "/map."+form), s.asDownload(lang.Tag, form), s.answer(lang.Tag, route{"/map." + form, slide(form), canonicalMap}))
		}
		s.contributions(d, lang.Tag)
		s.deskRoutes(d, lang.Tag)
		s.accountRoutes(d, lang.Tag)
		get(inLanguage(lang.Tag, "/embed/map"), s.framed, s.answer(lang.Tag, route{"/embed/map", embeddedMap, canonicalMap}))
	}
	s.lessonRoutes(get)
	if s.options.packing != nil {
		for _, lang := range s.set.Languages() {
			get(inLanguage(lang.Tag, "/workshops/:id/handout/letter"), s.answer(lang.Tag, route{"", ofLesson(onLetter(handout)), nil}))
			get(inLanguage(lang.Tag, "/workshops/:id/worksheet/letter"), s.answer(lang.Tag, route{"", ofLesson(onLetter(worksheet)), nil}))
		}
		get("/pack/index.js", s.answer(defaultLanguage, route{"/pack/index.js", packIndex, nil}))
	}
	s.ownRoutes(d)
	for _, r := range data {
		get(r.path, s.answer(defaultLanguage, r))
	}
	get("/map/outlines/:name", s.sendOutlines)
	get("/map/:name", asStill, s.answer(defaultLanguage, route{"/map/:name", stillOf, nil}))
	get("/practices/:id/lineage.svg", asStill, s.answer(defaultLanguage, route{"/practices/:id/lineage.svg", stillOfLineage, nil}))
	get("/practices/:id/map.svg", asStill, s.answer(defaultLanguage, route{"/practices/:id/map.svg", stillOfPractice, nil}))
	for name, a := range s.set.Assets() {
		serve := newAsset(name, a.Data)
		get(a.URL, serve)
		if name == "favicon.svg" {
			get("/favicon.ico", serve)
		}
	}
	if s.options.packing == nil {
		get("/pack.zip", s.sendPack)
	}
	get("/robots.txt", robots)
	get("/healthz", func(c *gin.Context) { c.String(http.StatusOK, "ok\n") })
	get("/readyz", s.ready)
	e.NoRoute(func(c *gin.Context) { s.fail(c, errNoPage) })
	e.NoMethod(func(c *gin.Context) { s.fail(c, errMethod) })
	return e, nil
}

// robots lets every reader in: there is nothing to hide, and a list of
// searches has no end, so those are left out.
func robots(c *gin.Context) {
	c.String(http.StatusOK, "User-agent: *\nDisallow: /*?\n")
}

// ready says that the catalogue is loaded and how many entries it has.
func (s *Server) ready(c *gin.Context) {
	c.JSON(http.StatusOK, gin.H{"ready": true, "entries": s.Len()})
}

// answer makes a handler of a view: it takes one generation, finds the page
// among those made before or makes it, and sends it.
func (s *Server) answer(lang string, r route) gin.HandlerFunc {
	return func(c *gin.Context) {
		g := s.take()
		defer g.release()
		v := s.visit(c, g, lang)
		if v.pack != nil { // asked for once, and compressed by the pack
			mime, body, err := s.plain(v, r.view)
			if err != nil {
				s.fail(c, err)
				return
			}
			c.Data(http.StatusOK, mime, body)
			return
		}
		query, effort := "", oftenAsked
		if r.query != nil {
			if query = r.query(v); query != "" {
				effort = seldomAsked
			}
		}
		key := v.lang + " " + v.base + " " + v.path + " " + v.now.Format("2006-01-02") + "?" + query
		made, err := g.pages.get(key, func() (*response, error) { return s.render(v, r.view, effort) })
		if err != nil {
			s.fail(c, err)
			return
		}
		made.send(c.Writer, c.Request, http.StatusOK)
	}
}

func (s *Server) visit(c *gin.Context, g *generation, lang string) *visit {
	v := &visit{
		generation: g, set: s.set, log: s.options.Log, lang: lang, dir: dirOf(lang),
		path: withoutLanguage(lang, c.Request.URL.Path), query: c.Request.URL.Query(),
		params: map[string]string{}, forms: s.options.Review != nil, base: s.options.BaseURL, now: s.options.Now(), pack: s.options.packing,
	}
	if site := c.GetString(siteKey); site != "" {
		v.base = site
	}
	for _, p := range c.Params {
		v.params[p.Key] = p.Value
	}
	return v
}

func withoutLanguage(lang, path string) string {
	if lang == defaultLanguage {
		return path
	}
	rest := strings.TrimPrefix(path, "/"+lang)
	if rest == "" {
		return "/"
	}
	return rest
}

// render fills the template of a page into a buffer, so that one that fails
// becomes an error page and never half a page.
func (s *Server) render(v *visit, view view, effort int) (*response, error) {
	mime, body, err := s.plain(v, view)
	if err != nil {
		return nil, err
	}
	return newResponse(mime, "no-cache", body, effort), nil
}

// plain is a page before it is compressed.
func (s *Server) plain(v *visit, view view) (mime string, body []byte, err error) {
	p, err := view(v)
	if err != nil {
		return "", nil, err
	}
	if p.template == "" {
		return p.mime, p.body, nil
	}
	var b bytes.Buffer
	if err := s.set.Render(&b, p.template, v.lang, p.data); err != nil {
		return "", nil, fmt.Errorf("render %s %s: %w", p.template, v.path, err)
	}
	return "text/html; charset=utf-8", b.Bytes(), nil
}
