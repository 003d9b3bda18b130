package server

import (
	"encoding/json"
	"fmt"
	"html"
	"net/url"
	"regexp"
	"strconv"
	"strings"
)

// cardPage is an entry as a small card, to stand within a page of somebody
// else.
type cardPage struct {
	frame
	Card card
	Full string
}

// embeddedCard serves GET /embed/practices/{id}.
func embeddedCard(v *visit) (page, error) {
	p, err := v.catalogue.Get(v.params["id"])
	if err != nil {
		return page{}, err
	}
	if p.Withdrawn() {
		return page{}, goneError{p.ID, p.Review.Why}
	}
	c := cardPage{Card: v.card(p), Full: v.base + v.url("/practices/"+p.ID)}
	c.Card.URL = c.Full
	title, _, _ := v.words(p)
	c.frame = v.frame("", title+" – "+v.place(p))
	c.NoIndex = true
	return page{template: "embedcard", data: c}, nil
}

// The size of an embedded card in pixels, where nobody asks for another.
const (
	cardWidth  = 600
	cardHeight = 440
)

var entryPath = regexp.MustCompile(`^(?:/(es|fr|pt|ar))?/practices/([a-z]{2,5}-[0-9]{4})$`)

// errNotOurs is the answer for an address that is not one of an entry here.
var errNotOurs = fmt.Errorf("not an address of an entry here: %w", errNoPage)

// oembed serves GET /oembed?url=…, by which slides, learning platforms and
// blogs turn the address of an entry into a card (oembed.com, 1.0). The card
// is a frame of ours; nothing of ours runs in their page.
func oembed(v *visit) (page, error) {
	asked, err := url.Parse(v.query.Get("url"))
	if err != nil || v.base == "" || asked.Scheme+"://"+asked.Host != v.base {
		return page{}, errNotOurs
	}
	if f := v.query.Get("format"); f != "" && f != "json" {
		return page{}, errFormat
	}
	m := entryPath.FindStringSubmatch(asked.Path)
	if m == nil {
		return page{}, errNotOurs
	}
	there := *v
	if m[1] != "" {
		there.lang = m[1]
	}
	p, err := v.catalogue.Get(m[2])
	if err != nil {
		return page{}, err
	}
	if p.Withdrawn() {
		return page{}, goneError{p.ID, p.Review.Why}
	}
	title, _, _ := there.words(p)
	title += " – " + there.place(p)
	if p.Cautioned() {
		title += " (" + there.label("standing", p.Standing) + ")"
	}
	width, height := atMost(v.query.Get("maxwidth"), cardWidth), atMost(v.query.Get("maxheight"), cardHeight)
	src := v.base + there.url("/embed/practices/"+p.ID)
	body, err := json.MarshalIndent(map[string]any{
		"version": "1.0", "type": "rich", "title": title, "provider_name": there.say("site.name"), "provider_url": v.base + there.url("/"),
		"cache_age": 86400, "width": width, "height": height,
		"html": fmt.Sprintf(`<iframe src="%s" width="%d" height="%d" title="%s" loading="lazy" sandbox="allow-popups allow-popups-to-escape-sandbox"></iframe>`,
			html.EscapeString(src), width, height, html.EscapeString(title)),
	}, "", "  ")
	return page{body: body, mime: "application/json+oembed"}, err
}

// atMost is a size that does not go beyond what was asked for.
func atMost(asked string, size int) int {
	if n, err := strconv.Atoi(asked); err == nil && n > 0 {
		return min(n, size)
	}
	return size
}

// canonicalEmbed is the part of a query that an answer of oEmbed depends on.
func canonicalEmbed(v *visit) string {
	kept := url.Values{}
	for _, name := range []string{"url", "format", "maxwidth", "maxheight"} {
		if s := v.query.Get(name); s != "" {
			kept.Set(name, strings.ToValidUTF8(s, "?"))
		}
	}
	return kept.Encode()
}
