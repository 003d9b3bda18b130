package practices

import (
	"math/rand/v2"
	"net/url"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"opendoor/practices/faulttest"
)

// FuzzParse is fault test 11 for whole files and their front matter: whatever
// people send is answered at little cost, with a fault for what is no entry.
func FuzzParse(f *testing.F) {
	f.Add([]byte(snapshot))
	r := rand.New(rand.NewPCG(3, 4))
	for i := range 20 {
		f.Add(malformed(r, i, "zm-0001"))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		faulttest.Bounded(t, "parsing", func() { parseAnything(t, data) })
	})
}

// FuzzFrontMatter has a good body below any front matter.
func FuzzFrontMatter(f *testing.F) {
	front, body, _ := strings.Cut(strings.TrimPrefix(snapshot, "---\n"), "\n---\n")
	f.Add(front)
	for _, nasty := range []string{"a: &a [*a]", "<<: *x", "? [a]\n: b", "!!binary x", "a: |\n b\n c", "{[{[{[", "a: 'b", "\ta: b", "title: !!python/object x", strings.Repeat("a: [", 400), strings.Repeat("- ", 900) + "x"} {
		f.Add(front + "\n" + nasty)
	}
	f.Fuzz(func(t *testing.T, front string) {
		faulttest.Bounded(t, "parsing", func() { parseAnything(t, []byte("---\n"+front+"\n---\n"+body)) })
	})
}

// FuzzMarkdown has any body below a good front matter.
func FuzzMarkdown(f *testing.F) {
	head, body, _ := strings.Cut(snapshot, "## What was done")
	f.Add(body)
	for _, nasty := range []string{
		"<script>alert(1)</script>", "[a](javascript:alert(1))", "![](//evil/x.png)", "[a](data:text/html,x)", "<a:b>", "<https://x.y>", "[^interview]", "[a]: javascript:x\n\n[a]",
		"|a|b|\n|-|-|\n|c|d|", "* * * * * * a", "> > > > a", "~~a~~ **b _c_**", "`a ``b` c``", "1. a\n   - b\n     > c", "### A\n#### B", "&#x3c;b&#x3e;", "a\\\nb  \nc", "***", "    code", "```\ncode\n```",
	} {
		f.Add("\n" + nasty + "\n")
	}
	f.Fuzz(func(t *testing.T, body string) {
		faulttest.Bounded(t, "parsing", func() { parseAnything(t, []byte(head+"## What was done\n"+body)) })
	})
}

// parseAnything parses a file and looks at what came of it.
func parseAnything(t *testing.T, data []byte) {
	t.Helper()
	p, faults := Parse("africa/na/na-0001.md", data)
	if p == nil {
		t.Fatal("no practice")
	}
	for _, x := range faults {
		if x.Message == "" || x.File == "" {
			t.Errorf("a fault without words: %+v", x)
		}
	}
	for _, s := range p.Sections {
		if found := strangers(string(s.HTML)); found != nil {
			t.Errorf("%q in %.300q", found, s.HTML)
		}
	}
}

// mayStand are the elements that a text may have, each with its attributes.
var mayStand = map[string][]string{
	"p": nil, "ul": nil, "ol": {"start"}, "li": nil, "strong": nil, "em": nil, "del": nil, "blockquote": nil, "h3": nil, "sup": nil, "br": nil, "hr": nil, "code": nil, "pre": nil,
	"table": nil, "thead": nil, "tbody": nil, "tr": nil, "th": nil, "td": nil, "a": {"href", "rel", "role"},
}

// strangers reads HTML as a browser does and gives all in it that no text may
// have.
func strangers(text string) (found []string) {
	for z := html.NewTokenizer(strings.NewReader(text)); ; {
		switch kind := z.Next(); kind {
		case html.ErrorToken:
			return found
		case html.CommentToken, html.DoctypeToken:
			found = append(found, string(z.Raw()))
			continue
		case html.TextToken, html.EndTagToken:
			continue
		}
		tag := z.Token()
		attributes, ok := mayStand[tag.Data]
		if !ok {
			found = append(found, "<"+tag.Data+">")
		}
		for _, a := range tag.Attr {
			if !slices.Contains(attributes, a.Key) {
				found = append(found, "<"+tag.Data+" "+a.Key+">")
			}
			if a.Key != "href" {
				continue
			}
			u, err := url.Parse(strings.TrimSpace(a.Val))
			if err != nil || !slices.Contains([]string{"", "http", "https", "mailto"}, strings.ToLower(u.Scheme)) {
				found = append(found, "a link to "+a.Val)
			}
		}
	}
}

// TestStrangersAreSeen: the judge of the fuzz tests is no friend of theirs.
func TestStrangersAreSeen(t *testing.T) {
	for _, bad := range []string{"<script>", `<a onclick="x">`, `<a href="javascript:x">`, `<img src="x">`, "<!-- x -->", `<p style="x">`} {
		if len(strangers(bad)) == 0 {
			t.Errorf("%s may stand", bad)
		}
	}
	if found := strangers(`<p>a <a href="https://example.org/" rel="nofollow noreferrer">b</a></p>`); found != nil {
		t.Errorf("%v may not stand", found)
	}
}
