package server

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"github.com/gin-gonic/gin"

	"opendoor/practices"
	"opendoor/practices/review"
)

// translationsPage lists what there is to translate into a language.
type translationsPage struct {
	frame
	Crumbs        []link
	Heading, Lead string
	Action        string
	Filters       []queueFilter
	Rows          []debtRow
	Said          string // how many there are
	More          string // address of those that follow
}

// A debtRow is an entry that lacks something in a language.
type debtRow struct {
	Title, URL, Lang, Place, What string
}

// debtsShown is how many entries a page of the list has.
const debtsShown = 60

// debtsListed are the debts that somebody can do something about, the first
// first.
var debtsListed = []string{debtStale, debtMissing, debtDraft}

// intoLanguage is the language that a list of translations is for: the one asked
// for, else that of the page, else the first that is not most entries' own.
func (v *visit) intoLanguage() string {
	all := v.set.Languages()
	for _, to := range []string{v.query.Get("to"), v.lang} {
		for _, l := range all {
			if l.Tag == to && (to != defaultLanguage || v.query.Has("to")) {
				return to
			}
		}
	}
	return all[min(1, len(all)-1)].Tag
}

// translations serves GET /contribute/translate: entries that are not in a
// language yet, whose translation the source has left behind, or that nobody
// has signed.
func (s *Server) translations(c *gin.Context, v *visit) error {
	var langs, kinds []option
	to := v.intoLanguage()
	for _, l := range v.set.Languages() {
		langs = append(langs, option{Value: l.Tag, Label: l.Name, Chosen: l.Tag == to})
	}
	found := map[string][]*practices.Practice{}
	for _, p := range v.catalogue.All() {
		if p.Lang != to && !p.Withdrawn() {
			debt := debtOf(p, to)
			found[debt] = append(found[debt], p)
		}
	}
	what := v.query.Get("what")
	if !slices.Contains(debtsListed, what) {
		what = debtsListed[max(0, slices.IndexFunc(debtsListed, func(debt string) bool { return len(found[debt]) > 0 }))]
	}
	for _, debt := range debtsListed {
		kinds = append(kinds, option{Value: debt, Label: v.say("desk.counted", "label", v.say("translate.is."+debt), "n", len(found[debt])), Chosen: debt == what})
	}
	p := translationsPage{
		frame: v.privateFrame("/contribute/translate", v.say("translate.list")), Crumbs: v.contributeCrumbs(v.say("translate.list")),
		Heading: v.say("translate.list"), Lead: v.say("translate.list_lead"), Action: v.url("/contribute/translate"),
		Filters: []queueFilter{{Name: "to", Label: v.say("translate.into"), Options: langs}, {Name: "what", Label: v.say("translate.what"), Options: kinds}},
	}
	list := found[what]
	from, _ := strconv.Atoi(v.query.Get("from"))
	from = max(0, min(from, len(list)))
	for _, e := range list[from:min(from+debtsShown, len(list))] {
		title, _, lang := v.words(e)
		p.Rows = append(p.Rows, debtRow{
			Title: title, URL: v.urlWith("/contribute/translate/"+e.ID, url.Values{"to": {to}}), Lang: v.foreign(lang), Place: v.place(e),
			What: v.say("translate.from", "language", v.language(e.Lang)),
		})
	}
	if next := from + debtsShown; next < len(list) {
		p.More = v.urlWith("/contribute/translate", url.Values{"to": {to}, "what": {what}, "from": {strconv.Itoa(next)}})
	}
	return s.show(c, v, http.StatusOK, "translations", p)
}

// debtsPage is what each language lacks, for editors.
type debtsPage struct {
	frame
	Heading      string
	Crumbs, Tabs []link
	Rows         []languageDebt
}

// A languageDebt is what one language lacks, each number with the way to it.
type languageDebt struct {
	Language, Lang                  string
	Missing, Stale, Drafts, Waiting debtCount
}

type debtCount struct {
	N   int
	URL string // "" for none
}

// debts serves GET /review/translations.
func (s *Server) debts(c *gin.Context, v *visit) error {
	title := v.say("desk.tab.translations")
	p := debtsPage{frame: v.deskFrame("/review/translations", title), Heading: title, Tabs: v.deskTabs("translations"), Crumbs: v.deskCrumbs(link{Label: title, Current: true})}
	for _, l := range v.set.Languages() {
		counts := map[string]int{}
		for _, e := range v.catalogue.All() {
			if e.Lang != l.Tag && !e.Withdrawn() {
				counts[debtOf(e, l.Tag)]++
			}
		}
		waiting, err := s.options.Review.Queue(c.Request.Context(), review.Filter{Kind: review.Translation, Lang: l.Tag, Limit: 500})
		if err != nil {
			return err
		}
		count := func(debt string) debtCount {
			return counted(counts[debt], v.urlWith("/contribute/translate", url.Values{"to": {l.Tag}, "what": {debt}}))
		}
		p.Rows = append(p.Rows, languageDebt{
			Language: l.Name, Lang: v.foreign(l.Tag), Missing: count(debtMissing), Stale: count(debtStale), Drafts: count(debtDraft),
			Waiting: counted(len(waiting), v.urlWith("/review", url.Values{"kind": {string(review.Translation)}, "lang": {l.Tag}})),
		})
	}
	return s.show(c, v, http.StatusOK, "debts", p)
}

func counted(n int, address string) debtCount {
	if n == 0 {
		address = ""
	}
	return debtCount{n, address}
}
