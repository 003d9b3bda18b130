package practices

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"
)

// A Citation is how a text of the catalogue is named in another text: a
// report, a thesis, a brief to a court. It names the version that was read,
// because a cited text must not move.
type Citation struct {
	Key       string   // "opendoor-mx-0004"
	Title     string   // in Lang
	Lang      string   // BCP 47
	Authors   []string // organisations or chosen names, as the entry gives them
	Publisher string   // the name of the catalogue
	Issued    Date     // the day of the last review; zero when nobody has reviewed it
	Read      Date     // the day on which it was cited
	Version   string   // see [VersionID]
	URL       string
	Abstract  string
	Note      string // the caution, which goes wherever the entry goes
}

// Cite names the entry as it is now, read on a day at an address. The words
// of the interface are handed in, as citations follow the reader's language.
func (p *Practice) Cite(read time.Time, url, publisher string) Citation {
	c := Citation{
		Key: "opendoor-" + p.ID, Title: p.Title, Lang: p.Lang, Publisher: publisher, Issued: p.Review.On,
		Read: Date{read.Year(), read.Month(), read.Day()}, Version: p.Version, URL: url, Abstract: p.Summary, Note: p.Caution,
	}
	for _, a := range p.Contributors {
		if a.Role != "translator" {
			c.Authors = append(c.Authors, a.Name)
		}
	}
	return c
}

// Plain is the citation as a line of text, in the order of common styles, with
// nothing that has to be translated: authors, year, title, publisher, version,
// address.
func (c Citation) Plain() string {
	parts := []string{strings.Join(c.Authors, "; ")}
	if !c.Issued.IsZero() {
		parts = append(parts, fmt.Sprint(c.Issued.Year))
	}
	parts = append(parts, c.Title, c.Publisher, c.Version, c.URL, c.Read.String())
	var said []string
	for _, s := range parts {
		if s = strings.TrimRight(oneLine(s), "."); s != "" {
			said = append(said, s)
		}
	}
	return strings.Join(said, ". ") + "."
}

// BibTeX writes a list for LaTeX. Titles and names stand in double braces, so
// that no style changes their letters or takes an organisation for a person.
func BibTeX(list []Citation) []byte {
	var b strings.Builder
	for _, c := range list {
		fmt.Fprintf(&b, "@misc{%s,\n", c.Key)
		field := func(name, value string) {
			if value != "" {
				fmt.Fprintf(&b, "  %s = {%s},\n", name, value)
			}
		}
		var authors []string
		for _, a := range c.Authors {
			authors = append(authors, "{"+latex(a)+"}")
		}
		field("author", strings.Join(authors, " and "))
		field("title", "{"+latex(c.Title)+"}")
		field("howpublished", latex(c.Publisher))
		if !c.Issued.IsZero() {
			field("year", fmt.Sprint(c.Issued.Year))
		}
		field("version", c.Version)
		field("url", strings.NewReplacer("{", "%7B", "}", "%7D", "\\", "%5C").Replace(oneLine(c.URL)))
		field("urldate", c.Read.String())
		field("langid", c.Lang)
		field("abstract", latex(c.Abstract))
		field("note", latex(c.Note))
		b.WriteString("}\n\n")
	}
	return []byte(b.String())
}

// latex keeps the letters that LaTeX would take for commands.
func latex(s string) string {
	return strings.NewReplacer(
		`\`, `\textbackslash{}`, `{`, `\{`, `}`, `\}`, `%`, `\%`, `&`, `\&`, `$`, `\$`, `#`, `\#`, `_`, `\_`,
		`~`, `\textasciitilde{}`, `^`, `\textasciicircum{}`,
	).Replace(oneLine(s))
}

// RIS writes a list for reference managers, with the line ends that the format
// asks for.
func RIS(list []Citation) []byte {
	var b strings.Builder
	for _, c := range list {
		tag := func(name, value string) {
			if value != "" {
				fmt.Fprintf(&b, "%s  - %s\r\n", name, oneLine(value))
			}
		}
		tag("TY", "ELEC")
		tag("ID", c.Key)
		for _, a := range c.Authors {
			tag("AU", a+",") // the comma keeps an organisation whole
		}
		tag("TI", c.Title)
		tag("PB", c.Publisher)
		if !c.Issued.IsZero() {
			tag("PY", fmt.Sprint(c.Issued.Year))
		}
		tag("ET", c.Version)
		tag("LA", c.Lang)
		tag("AB", c.Abstract)
		tag("N1", c.Note)
		tag("UR", c.URL)
		tag("Y2", strings.ReplaceAll(c.Read.String(), "-", "/"))
		b.WriteString("ER  - \r\n\r\n")
	}
	return []byte(b.String())
}

// CSL gives a list as the JSON of the Citation Style Language.
func CSL(list []Citation) ([]byte, error) {
	type name struct {
		Literal string `json:"literal"`
	}
	type date struct {
		Parts [][]int `json:"date-parts"`
	}
	type item struct {
		ID        string `json:"id"`
		Type      string `json:"type"`
		Title     string `json:"title"`
		Author    []name `json:"author,omitempty"`
		Container string `json:"container-title,omitempty"`
		Publisher string `json:"publisher,omitempty"`
		Issued    *date  `json:"issued,omitempty"`
		Accessed  *date  `json:"accessed,omitempty"`
		Version   string `json:"version,omitempty"`
		Language  string `json:"language,omitempty"`
		URL       string `json:"URL,omitempty"`
		Abstract  string `json:"abstract,omitempty"`
		Note      string `json:"note,omitempty"`
	}
	parts := func(d Date) *date {
		switch {
		case d.IsZero():
			return nil
		case d.Month == 0:
			return &date{[][]int{{d.Year}}}
		case d.Day == 0:
			return &date{[][]int{{d.Year, int(d.Month)}}}
		}
		return &date{[][]int{{d.Year, int(d.Month), d.Day}}}
	}
	items := []item{}
	for _, c := range list {
		i := item{
			ID: c.Key, Type: "webpage", Title: c.Title, Container: c.Publisher, Publisher: c.Publisher, Issued: parts(c.Issued),
			Accessed: parts(c.Read), Version: c.Version, Language: c.Lang, URL: c.URL, Abstract: c.Abstract, Note: c.Note,
		}
		for _, a := range c.Authors {
			i.Author = append(i.Author, name{a})
		}
		items = append(items, i)
	}
	return json.MarshalIndent(items, "", "  ")
}

// oneLine keeps a value on its line, as both formats are made of lines.
func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }
