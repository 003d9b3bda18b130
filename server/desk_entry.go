package server

import (
	"net/http"
	"strings"

	"github.com/gin-gonic/gin"

	"opendoor/practices"
	"opendoor/practices/history"
)

// problemsPage is what is wrong with what is served.
type problemsPage struct {
	frame
	Heading  string
	Crumbs   []link
	Tabs     []link
	Faults   []deskFault
	Diverged []divergedEntry
}

// A divergedEntry is a shipped entry that was changed here, with what the
// release says differently.
type divergedEntry struct {
	ID, URL string
	Changes []difference
}

// maxDiverged bounds how many entries a page compares.
const maxDiverged = 40

// problems serves GET /review/problems: files with faults, which are left out
// or stay as they last were, and entries that a release could not bring up to
// date.
func (s *Server) problems(c *gin.Context, v *visit) error {
	p := problemsPage{frame: v.deskFrame("/review/problems", v.say("desk.tab.problems")), Heading: v.say("desk.tab.problems"), Tabs: v.deskTabs("problems"), Crumbs: v.deskCrumbs(link{Label: v.say("desk.tab.problems"), Current: true})}
	for _, f := range v.catalogue.Faults() {
		if !f.Warning {
			where := f.File
			if f.Line > 0 {
				where += " " + v.say("desk.line", "n", f.Line)
			}
			p.Faults = append(p.Faults, deskFault{Where: where, Said: strings.TrimPrefix(f.Field+": "+f.Message, ": ")})
		}
	}
	if v.history == nil {
		return s.show(c, v, http.StatusOK, "problems", p)
	}
	list, err := v.history.Diverged(c.Request.Context())
	if err != nil {
		return err
	}
	for _, d := range list[:min(len(list), maxDiverged)] {
		shipped := parsed(string(d.Release))
		e := divergedEntry{ID: shipped.ID, URL: v.url("/review/entries/" + shipped.ID)}
		if now, err := v.catalogue.Get(shipped.ID); err == nil {
			if here, _, err := v.fileOf(now); err == nil {
				e.Changes = v.differences(here, d.Release)
				for i := range e.Changes {
					e.Changes[i].On = "" // there is nobody to tell
				}
			}
		}
		p.Diverged = append(p.Diverged, e)
	}
	return s.show(c, v, http.StatusOK, "problems", p)
}

// auditPage is who did what, newest first.
type auditPage struct {
	frame
	Heading, Lead string
	Broken        bool // the chain
	Crumbs, Tabs  []link
	Acts          []deskAct
}

// auditLength is how many acts the page shows.
const auditLength = 200

func (s *Server) auditTrail(c *gin.Context, v *visit) error {
	ctx := c.Request.Context()
	names, err := s.names(ctx)
	if err != nil {
		return err
	}
	acts, err := s.options.Review.Acts(ctx, "", auditLength)
	if err != nil {
		return err
	}
	p := auditPage{frame: v.deskFrame("/review/audit", v.say("desk.tab.audit")), Heading: v.say("desk.tab.audit"), Tabs: v.deskTabs("audit"), Crumbs: v.deskCrumbs(link{Label: v.say("desk.tab.audit"), Current: true})}
	n, _, err := s.options.Review.VerifyAudit(ctx)
	p.Lead, p.Broken = v.say("desk.chain_holds", "n", int(n)), err != nil
	if err != nil {
		v.log.Error("audit", "error", err)
		p.Lead = v.say("desk.chain_broken")
	}
	for _, a := range acts {
		p.Acts = append(p.Acts, deskAct{v.moment(a.When), v.actor(a.Actor, names), v.action(a.Action)})
	}
	return s.show(c, v, http.StatusOK, "audit", p)
}

// entriesPage finds a published entry, and manages one.
type entriesPage struct {
	frame
	Heading      string
	Crumbs, Tabs []link
	Action       string
	ID, Named    string // of the entry
	TextLang     string
	Notice, Done string
	Gone         string // why it is withdrawn
	Links        []link
	Versions     []deskVersion
	Why          string // as typed
	Withdraw     string // address of that form; "" when it is withdrawn
	Hide         string
	Records      []deskRecord
	Recorded     string // address of that form; "" when nothing can be recorded
	Record       recordForm
	RecordKinds  []option
}

type deskVersion struct{ ID, Label, By, URL, Hidden string }

// findEntry serves GET /review/entries: the way to an entry by its id.
func (s *Server) findEntry(c *gin.Context, v *visit) error {
	p := entriesPage{frame: v.deskFrame("/review/entries", v.say("desk.tab.published")), Heading: v.say("desk.tab.published"), Tabs: v.deskTabs("published"),
		Crumbs: v.deskCrumbs(link{Label: v.say("desk.tab.published"), Current: true}), Action: v.url("/review/entries")}
	if id := strings.ToLower(strings.TrimSpace(v.query.Get("id"))); id != "" {
		if practices.ValidID(id) && (len(v.versions(id)) > 0 || v.has(id)) {
			return s.see(c, v, "/review/entries/"+id)
		}
		p.ID, p.Notice = v.query.Get("id"), v.say("desk.no_entry")
		return s.show(c, v, http.StatusNotFound, "deskentry", p)
	}
	return s.show(c, v, http.StatusOK, "deskentry", p)
}

func (v *visit) has(id string) bool {
	_, err := v.catalogue.Get(id)
	return err == nil
}

func (s *Server) publishedEntry(c *gin.Context, v *visit) error {
	done := ""
	for _, d := range []string{"withdrawn", "hidden"} {
		if v.query.Has(d) {
			done = v.say("desk.done." + d)
		}
	}
	return s.showPublished(c, v, http.StatusOK, done, "", "", recordForm{})
}

func (s *Server) showPublished(c *gin.Context, v *visit, status int, done, notice, why string, record recordForm) error {
	id := v.params["id"]
	list := v.versions(id)
	now, err := v.catalogue.Get(id)
	if err != nil && len(list) == 0 {
		return practices.ErrNotFound
	}
	path := "/review/entries/" + id
	p := entriesPage{frame: v.deskFrame(path, id), Heading: id, ID: id, Tabs: v.deskTabs("published"), Action: v.url("/review/entries"), Notice: notice, Done: done, Why: why,
		Crumbs: v.deskCrumbs(link{Label: v.say("desk.tab.published"), URL: v.url("/review/entries")}, link{Label: id, Current: true})}
	if err == nil {
		p.Named, p.TextLang = now.Title, v.foreign(now.Lang)
		if now.Withdrawn() {
			p.Gone = now.Review.Why
		} else {
			p.Links = []link{{Label: v.say("desk.live"), URL: v.url("/practices/" + id)}, {Label: v.say("contribute.change.go"), URL: v.url("/contribute/change/" + id)}}
			p.Withdraw = v.url(path + "/withdraw")
		}
	}
	if p.Record, p.RecordKinds = record, v.recordKinds(record.Kind); p.Withdraw != "" {
		p.Recorded = v.url(path + "/record")
	}
	if v.history == nil {
		p.Withdraw, p.Recorded = "", ""
	}
	for _, version := range list[:min(len(list), maxVersions)] {
		row := deskVersion{ID: version.ID, Label: v.versionLabel(version), By: version.Author, URL: v.url("/practices/" + id + "/v/" + version.ID)}
		if version.Release != "" {
			row.By = v.say("version.by_release", "release", version.Release)
		}
		if version.Suppressed {
			row.Hidden, row.URL = v.say("version.hidden"), ""
		} else {
			p.Hide = v.url(path + "/hide")
		}
		p.Versions = append(p.Versions, row)
	}
	records, err := s.options.Review.Records(c.Request.Context(), id, "")
	if err != nil {
		return err
	}
	for _, r := range records {
		p.Records = append(p.Records, deskRecord{v.say("desk.record." + string(r.Kind)), r.Holder, r.Scope, r.Note, r.Given, r.Ref})
	}
	return s.show(c, v, status, "deskentry", p)
}

// withdrawEntry marks an entry as one to follow no longer. The reason is
// public; who gave it stands in the audit.
func (s *Server) withdrawEntry(c *gin.Context, v *visit) error {
	return s.amendPublished(c, v, "withdraw entry", "withdrawn", func(id string, act history.Act) error {
		_, err := v.history.Withdraw(c.Request.Context(), id, act)
		return err
	})
}

// hideVersion stops showing one version, on every server.
func (s *Server) hideVersion(c *gin.Context, v *visit) error {
	return s.amendPublished(c, v, "hide version", "hidden", func(id string, act history.Act) error {
		_, err := v.history.Hide(c.Request.Context(), id, c.PostForm("version"), act)
		return err
	})
}

func (s *Server) amendPublished(c *gin.Context, v *visit, action, done string, do func(id string, act history.Act) error) error {
	id, why := v.params["id"], strings.TrimSpace(c.PostForm("why"))
	me, _ := s.signedIn(c)
	if v.history == nil {
		return errNoPage
	}
	if why == "" {
		return s.showPublished(c, v, http.StatusUnprocessableEntity, "", v.say("desk.why_missing"), "", recordForm{})
	}
	if c.PostForm("sure") == "" {
		return s.showPublished(c, v, http.StatusUnprocessableEntity, "", v.say("desk.sure_missing"), why, recordForm{})
	}
	if err := do(id, history.Act{Author: v.set.Message(defaultLanguage, "desk.editors"), Why: why}); err != nil {
		return versionFault(err)
	}
	if err := s.options.Review.Audit(c.Request.Context(), me.ID, action, id, ""); err != nil {
		return err
	}
	s.Refresh()
	return s.see(c, v, "/review/entries/"+id+"?"+done)
}
