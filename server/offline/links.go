package offline

import (
	"bytes"
	"strings"

	"golang.org/x/net/html"
)

// policy lets a page of the pack load what lies beside it, and ask no host for
// anything. On a disk "self" is not every browser's word for that.
const policy = "default-src 'none'; script-src 'self' file:; style-src 'self' file:; img-src 'self' file: data:; form-action 'self' file:; base-uri 'none'"

// links rewrites one page so that it works where it lies.
type links struct {
	site     Site
	from, at string // file and address of the page
	reach    func(address string)
	html     bool // else a picture

	inSVG    int
	loose    []string // what stands in place of each link that is open: "a" is kept
	skipping string   // an element that is left out with all in it
}

// carriers are the attributes that hold an address.
var carriers = map[string]bool{"href": true, "src": true, "action": true}

// rewrite copies a page token by token and changes what has an address. What
// only a server can answer is left out: buttons whole, other links but for
// their words.
func (l *links) rewrite(page []byte) []byte {
	z := html.NewTokenizer(bytes.NewReader(page))
	var out bytes.Buffer
	for {
		kind := z.Next()
		raw := bytes.Clone(z.Raw())
		if kind == html.ErrorToken {
			return out.Bytes()
		}
		if kind != html.StartTagToken && kind != html.SelfClosingTagToken && kind != html.EndTagToken {
			if l.skipping == "" {
				out.Write(raw)
			}
			continue
		}
		t := z.Token()
		if l.skipping != "" {
			if kind == html.EndTagToken && t.Data == l.skipping {
				l.skipping = ""
			}
			continue
		}
		l.tag(&out, t, raw)
	}
}

func (l *links) tag(out *bytes.Buffer, t html.Token, raw []byte) {
	switch {
	case t.Data == "svg" && t.Type == html.StartTagToken:
		l.inSVG++
	case t.Data == "svg" && t.Type == html.EndTagToken:
		l.inSVG--
	case t.Data == "a" && t.Type == html.EndTagToken && len(l.loose) > 0:
		name := l.loose[len(l.loose)-1]
		l.loose = l.loose[:len(l.loose)-1]
		out.WriteString("</" + name + ">")
		return
	}
	if t.Type == html.EndTagToken {
		out.Write(raw)
		return
	}
	changed, lost := l.attributes(&t)
	switch {
	case lost && t.Data == "a" && aButton(t):
		l.skipping = "a"
	case lost && t.Data == "a":
		name := "span"
		if l.inSVG > 0 {
			name = "g"
		}
		l.loose = append(l.loose, name)
		t.Data, changed = name, true
		out.WriteString(t.String())
	case lost && t.Data == "script", t.Data == "script" && attribute(t, "type") == "application/ld+json":
		l.skipping = "script"
	case lost && (t.Data == "link" || t.Data == "img"):
	default:
		if t.Data == "a" {
			l.loose = append(l.loose, "a")
		}
		if changed {
			out.WriteString(t.String())
		} else {
			out.Write(raw)
		}
		if l.html && t.Data == "meta" && attribute(t, "charset") != "" {
			out.WriteString("\n" + `<meta http-equiv="Content-Security-Policy" content="` + policy + `">`)
		}
	}
}

// attributes puts relative addresses in place of those of the site; lost says
// that one leads nowhere in the pack. Other hosts may be linked to, and nothing
// is loaded from them.
func (l *links) attributes(t *html.Token) (changed, lost bool) {
	var kept []html.Attribute
	for _, a := range t.Attr {
		switch {
		case strings.HasPrefix(a.Key, "data-") && strings.HasPrefix(a.Val, "/"):
			changed = true // is for fetching, which a page on a disk cannot
			continue
		case !carriers[a.Key] || a.Val == "" || strings.HasPrefix(a.Val, "#"):
		case strings.HasPrefix(a.Val, "/") && !strings.HasPrefix(a.Val, "//"):
			to, ok := l.to(a.Val)
			changed, lost = true, lost || !ok
			if !ok {
				continue
			}
			a.Val = to
		case t.Data != "a":
			lost = true
		}
		kept = append(kept, a)
	}
	if t.Data == "a" && lost {
		kept = without(kept, "rel", "hreflang", "target", "aria-current", "aria-label", "title", "lang", "dir")
		kept = append(kept, with(t.Attr, "lang", "dir")...)
	}
	t.Attr = kept
	return changed, lost
}

// to is the relative address of a link of the site.
func (l *links) to(address string) (string, bool) {
	address, fragment, _ := strings.Cut(address, "#")
	target := l.site.Target(address)
	if target == "" {
		return "", false
	}
	l.reach(target)
	at, query, _ := strings.Cut(target, "?")
	to := relative(l.from, l.site.File(at))
	if query != "" {
		to += "?" + query
	}
	if fragment != "" {
		to += "#" + fragment
	}
	return to, true
}

func aButton(t html.Token) bool {
	for c := range strings.FieldsSeq(attribute(t, "class")) {
		if c == "button" || c == "chip" {
			return true
		}
	}
	return false
}

func attribute(t html.Token, key string) string {
	for _, a := range t.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

func without(list []html.Attribute, keys ...string) []html.Attribute {
	return filtered(list, keys, false)
}
func with(list []html.Attribute, keys ...string) []html.Attribute { return filtered(list, keys, true) }

func filtered(list []html.Attribute, keys []string, keep bool) []html.Attribute {
	var out []html.Attribute
	for _, a := range list {
		has := false
		for _, k := range keys {
			has = has || a.Key == k
		}
		if has == keep {
			out = append(out, a)
		}
	}
	return out
}
