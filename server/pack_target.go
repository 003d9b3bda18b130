package server

import (
	"net/url"
	"regexp"
	"slices"
	"strings"

	"opendoor/practices/workshops"
)

// A packing is what the pages of a pack need to know: a server that makes one
// serves them to nobody else.
type packing struct {
	languages  []string
	first      string // address of the page that is opened
	generation *generation
	own        *workshops.Collection // that somebody made for themselves; nil in other packs
	sparse     bool                  // whether what is about an entry or a collection stands only in languages in which it has words
}

// sparseFrom is how many entries a pack holds before it is sparse: few pages of
// the interface in every language weigh little, those of hundreds of entries
// would be half of the pack.
const sparseFrom = 60

// worded is the language in which a page of the pack is, that is asked for in
// another: its own where an entry or a collection has words in it.
func (k *packing) worded(lang, at string) string {
	part := strings.Split(at, "/")
	if !k.sparse || len(part) < 3 {
		return lang
	}
	own, has := "", false
	switch part[1] {
	case "practices":
		if p, err := k.generation.catalogue.Get(part[2]); err == nil {
			own, has = p.Lang, p.Lang == lang || p.Translations[lang] != nil
		}
	case "workshops":
		if c, err := k.generation.shelf.Get(part[2]); err == nil {
			own, has = c.Lang, c.Lang == lang || c.Translations[lang] != nil
		}
	default:
		return lang
	}
	switch {
	case has:
		return lang
	case k.has(own):
		return own
	}
	return k.languages[0]
}

// has says whether the pack has pages in a language.
func (k *packing) has(lang string) bool { return slices.Contains(k.languages, lang) }

// packedPages are the addresses that stand in a pack as they are.
var packedPages = regexp.MustCompile(`^(/|/practices|/practices/[a-z]+-\d+(/lineage)?|/map|/countries(/[a-z]{2})?|/regions/[a-z-]+|/glossary(/[a-z0-9-]+)?|/figures(/[a-z-]+)?|` +
	`/workshops|/workshops/[a-z0-9-]+(/present/\d+|/handout(/letter)?|/worksheet(/letter)?|/participants|/table)?|/about|/about/catalogue|/accessibility|/licences)$`)

// packedFiles are those in no language.
var packedFiles = regexp.MustCompile(`^(/map/[a-z-]+\.svg|/practices/[a-z]+-\d+/(map|lineage)\.svg|/workshops/[a-z0-9-]+/(map\.svg|collection\.md)|/pack/[a-z]+\.js|/assets/[a-z0-9.-]+)$`)

// citations stand once, in no language.
var packedCitations = regexp.MustCompile(`^(/practices/[a-z]+-\d+|/workshops/[a-z0-9-]+)(/v/[0-9a-f]+)?(/cite\.[a-z]+)$`)

// fetching are scripts that ask a server for more.
var fetching = regexp.MustCompile(`^/assets/(script|map|offers)-[0-9a-f]+\.(js|json)$`)

// target says where a link of the site ends in the pack, "" for nowhere. What
// only differs by its query is one page; maps of a country or region are those
// of its profile.
func (k *packing) target(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	lang, at := k.split(u.Path)
	switch m := packedCitations.FindStringSubmatch(at); {
	case !k.has(lang) && lang != defaultLanguage:
		return ""
	case m != nil:
		return m[1] + m[3]
	case strings.HasPrefix(at, "/workshops/") && u.Query().Get("paper") == "letter":
		at += "/letter"
	case strings.HasPrefix(at, "/workshops/") && strings.HasSuffix(at, "/present"):
		return inLanguage(k.worded(lang, at), at+"/1")
	case fetching.MatchString(at):
		return ""
	case packedFiles.MatchString(at):
		return at
	case strings.HasSuffix(at, "/qr.svg"):
		return inLanguage(k.worded(lang, at), at)
	case !k.has(lang):
		return ""
	case at == "/map" && len(u.Query()) > 0:
		return k.zoomed(lang, u.Query())
	case at == "/practices" && len(u.Query()) > 0:
		q := u.Query()
		q.Del("view")
		q.Del("page")
		return strings.TrimSuffix(inLanguage(lang, at)+"?"+q.Encode(), "?")
	}
	if id, _, versioned := strings.Cut(strings.TrimPrefix(at, "/practices/"), "/v/"); versioned {
		at = "/practices/" + id
	}
	if !packedPages.MatchString(at) || !k.there(at) {
		return ""
	}
	return inLanguage(k.worded(lang, at), at)
}

// zoomed is the page on what a map shows from near.
func (k *packing) zoomed(lang string, q url.Values) string {
	countries, regions := q["country"], q["region"]
	q.Del("view")
	switch {
	case len(q) == 1 && len(countries) == 1:
		return inLanguage(lang, "/countries/"+strings.ToLower(countries[0]))
	case len(q) == 1 && len(regions) == 1:
		return inLanguage(lang, "/regions/"+regions[0])
	}
	return inLanguage(lang, "/practices?") + q.Encode()
}

// there says whether the entry or collection of an address is in the pack.
func (k *packing) there(at string) bool {
	part := strings.Split(at, "/")
	if len(part) < 3 {
		return at != "/workshops" || len(k.generation.shelf.All()) > 0
	}
	var err error
	switch part[1] {
	case "practices":
		_, err = k.generation.catalogue.Get(part[2])
	case "workshops":
		_, err = k.generation.shelf.Get(part[2])
	}
	return err == nil
}

// split takes the language off an address.
func (k *packing) split(at string) (lang, rest string) {
	first, rest, more := strings.Cut(strings.TrimPrefix(at, "/"), "/")
	if len(first) == 2 {
		if !more {
			return first, "/"
		}
		return first, "/" + rest
	}
	return defaultLanguage, at
}

// language is the way to the same page in another language; where there is
// none, to the list in it.
func (k *packing) language(tag, name string, v *visit) link {
	at := inLanguage(tag, v.path)
	if k.target(at) != at {
		at = inLanguage(tag, "/practices")
	}
	return link{Label: name, URL: at, Current: tag == v.lang, Lang: tag}
}
