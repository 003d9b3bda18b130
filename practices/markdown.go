package practices

import (
	"bytes"
	"fmt"
	"html/template"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/microcosm-cc/bluemonday"
	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/renderer"
	"github.com/yuin/goldmark/renderer/html"
	gtext "github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// markdown is what entries may use: paragraphs, lists, emphasis, links,
// quotations, tables and citations. Raw HTML is not rendered, and lint
// refuses it.
//
// An address stands where it is used. Definitions of links ("[a]: …") are
// text, as one long address could be used a thousand times.
var markdown = goldmark.New(
	goldmark.WithParser(parser.NewParser(
		parser.WithBlockParsers(parser.DefaultBlockParsers()...),
		parser.WithInlineParsers(parser.DefaultInlineParsers()...),
	)),
	goldmark.WithExtensions(extension.Table, extension.Strikethrough),
	goldmark.WithParserOptions(parser.WithInlineParsers(util.Prioritized(citationParser{}, 50))),
	goldmark.WithRendererOptions(renderer.WithNodeRenderers(util.Prioritized(citationRenderer{}, 50)), html.WithXHTML()),
)

// allowed is the last guard: whatever the renderer makes, only this leaves.
var allowed = sync.OnceValue(func() *bluemonday.Policy {
	p := bluemonday.NewPolicy()
	p.AllowElements("p", "ul", "ol", "li", "strong", "em", "del", "blockquote", "h3", "sup", "br", "table", "thead", "tbody", "tr", "th", "td", "code", "pre", "hr")
	p.AllowAttrs("start").Matching(bluemonday.Integer).OnElements("ol")
	p.AllowAttrs("href").OnElements("a")
	p.AllowAttrs("role").Matching(regexp.MustCompile(`^doc-noteref$`)).OnElements("a")
	p.AllowURLSchemes("http", "https", "mailto")
	p.AllowRelativeURLs(true)
	p.RequireNoFollowOnFullyQualifiedLinks(true)
	p.RequireNoReferrerOnFullyQualifiedLinks(true)
	return p
})

// Citations number the sources of an entry and note which are used.
type citations struct {
	sources []Source
	used    map[string]bool
	unknown map[string]int // key to the line of its first use
}

func newCitations(sources []Source) *citations {
	return &citations{sources: sources, used: map[string]bool{}, unknown: map[string]int{}}
}

func (c *citations) number(key string) int {
	return 1 + slices.IndexFunc(c.sources, func(s Source) bool { return s.Key == key })
}

func (c *citations) keys() []string {
	var keys []string
	for _, s := range c.sources {
		keys = append(keys, s.Key)
	}
	return keys
}

// section reads and renders the text of one section.
func (l *linter) section(s *Section, t text, cite *citations) {
	src := []byte(t.s)
	context := parser.NewContext()
	doc := markdown.Parser().Parse(gtext.NewReader(src), parser.WithContext(context))
	l.nodes(doc, src, t, cite)
	s.Text = plainText(doc, src)
	s.Leads = leads(doc, src)
	l.statements(doc, src, t, s)
	var out bytes.Buffer
	if err := markdown.Renderer().Render(&out, src, doc); err != nil {
		l.add(t.line(0), "body", "cannot be rendered: %v", err)
		return
	}
	s.HTML = template.HTML(allowed().SanitizeBytes(out.Bytes()))
}

// nodes walks a parsed text, checks what may not stand in it and resolves its
// citations to numbers.
func (l *linter) nodes(doc ast.Node, src []byte, t text, cite *citations) {
	ast.Walk(doc, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			return ast.WalkContinue, nil
		}
		switch n := n.(type) {
		case *citation:
			n.number = cite.number(n.key)
			if n.number == 0 {
				if _, seen := cite.unknown[n.key]; !seen {
					cite.unknown[n.key] = t.line(n.offset)
				}
			}
			cite.used[n.key] = true
		case *ast.RawHTML:
			l.add(t.line(n.Segments.At(0).Start), "body", "HTML is not allowed: %s; use Markdown, and write < as \\<", clip(string(segments(n.Segments, src))))
		case *ast.HTMLBlock:
			l.add(t.line(firstOffset(n)), "body", "HTML is not allowed; use Markdown, and write < as \\<")
		case *ast.Image:
			l.add(t.line(firstOffset(n.Parent())), "body", "pictures are not allowed in the text")
		case *ast.Link:
			if dest := string(n.Destination); !linkable(dest) {
				l.add(t.line(firstOffset(n.Parent())), "body", "link to %q; links begin with https://, http://, mailto: or /", clip(dest))
			}
		case *ast.Blockquote:
			l.quoted = append(l.quoted, t.line(firstOffset(n)))
		}
		return ast.WalkContinue, nil
	})
}

func linkable(dest string) bool {
	return strings.HasPrefix(dest, "https://") || strings.HasPrefix(dest, "http://") || strings.HasPrefix(dest, "mailto:") ||
		(strings.HasPrefix(dest, "/") && !strings.HasPrefix(dest, "//"))
}

func segments(s *gtext.Segments, src []byte) []byte {
	var b bytes.Buffer
	for i := range s.Len() {
		seg := s.At(i)
		b.Write(seg.Value(src))
	}
	return b.Bytes()
}

// firstOffset is where a block begins in its text: that of its first line, or
// of the first block within it that has one.
func firstOffset(n ast.Node) int {
	offset := -1
	ast.Walk(n, func(c ast.Node, entering bool) (ast.WalkStatus, error) {
		if entering && c.Type() == ast.TypeBlock && c.Lines().Len() > 0 {
			offset = c.Lines().At(0).Start
			return ast.WalkStop, nil
		}
		return ast.WalkContinue, nil
	})
	return max(offset, 0)
}

// plainText gives the words of a text without marks, a line a block.
func plainText(n ast.Node, src []byte) string {
	var b strings.Builder
	ast.Walk(n, func(c ast.Node, entering bool) (ast.WalkStatus, error) {
		switch c := c.(type) {
		case *ast.Text:
			if entering {
				b.Write(c.Segment.Value(src))
				if c.SoftLineBreak() || c.HardLineBreak() {
					b.WriteByte(' ')
				}
			}
		case *ast.String:
			if entering {
				b.Write(c.Value)
			}
		case *ast.AutoLink:
			if entering {
				b.Write(c.Label(src))
			}
		case *citation:
			return ast.WalkSkipChildren, nil
		default:
			if !entering && c.Type() == ast.TypeBlock && b.Len() > 0 && !strings.HasSuffix(b.String(), "\n") {
				b.WriteByte('\n')
			}
		}
		return ast.WalkContinue, nil
	})
	return strings.TrimSpace(unescape(b.String()))
}

// unescape takes the backslashes off escaped punctuation, which the parser
// leaves in the segments of its text.
func unescape(s string) string {
	if !strings.ContainsAny(s, "\\&") {
		return s
	}
	return string(util.UnescapePunctuations(util.ResolveEntityNames(util.ResolveNumericReferences([]byte(s)))))
}

// leads are the bold openings of list items.
func leads(doc ast.Node, src []byte) []string {
	var list []string
	ast.Walk(doc, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		item, ok := n.(*ast.ListItem)
		if !entering || !ok || item.FirstChild() == nil {
			return ast.WalkContinue, nil
		}
		if bold, ok := item.FirstChild().FirstChild().(*ast.Emphasis); ok && bold.Level == 2 {
			list = append(list, strings.TrimRight(plainText(bold, src), ".:,; "))
		}
		return ast.WalkContinue, nil
	})
	return list
}

// A citation is a footnote mark, [^key], that leads to a source of the entry.
type citation struct {
	ast.BaseInline
	key    string
	number int // place among the sources from 1; 0 when there is no such source
	offset int
}

var kindCitation = ast.NewNodeKind("Citation")

func (c *citation) Kind() ast.NodeKind { return kindCitation }
func (c *citation) Dump(source []byte, level int) {
	ast.DumpHelper(c, source, level, map[string]string{"key": c.key}, nil)
}

type citationParser struct{}

func (citationParser) Trigger() []byte { return []byte{'['} }

func (citationParser) Parse(_ ast.Node, block gtext.Reader, _ parser.Context) ast.Node {
	line, segment := block.PeekLine()
	m := citationForm.FindSubmatch(line)
	if m == nil {
		return nil
	}
	block.Advance(len(m[0]))
	return &citation{key: string(m[1]), offset: segment.Start}
}

var citationForm = regexp.MustCompile(`^\[\^([A-Za-z0-9_-]{1,60})\]`)

type citationRenderer struct{}

func (citationRenderer) RegisterFuncs(r renderer.NodeRendererFuncRegisterer) {
	r.Register(kindCitation, func(w util.BufWriter, _ []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
		if c := n.(*citation); entering && c.number > 0 {
			fmt.Fprintf(w, `<sup><a role="doc-noteref" href="#source-%s">%d</a></sup>`, c.key, c.number)
		}
		return ast.WalkContinue, nil
	})
}
