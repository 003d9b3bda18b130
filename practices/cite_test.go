package practices

import (
	"encoding/json"
	"strings"
	"testing"
	"time"
)

func TestCitations(t *testing.T) {
	day := time.Date(2026, 11, 21, 0, 0, 0, 0, time.UTC)
	p := &Practice{
		ID: "zm-0001", Lang: "en", Title: `100 % {open} \ doors & "more"_#1`, Summary: "One\nline", Caution: "Detention.", Version: "01cd7474aead",
		Contributors: []Contributor{{"Open Door editors", "compiler"}, {"Somebody", "translator"}},
		Review:       Review{On: Date{2026, 3, 2}},
	}
	c := p.Cite(day, "https://example.org/practices/zm-0001", "Open Door")
	if got, want := c.Plain(), `Open Door editors. 2026. 100 % {open} \ doors & "more"_#1. Open Door. 01cd7474aead. https://example.org/practices/zm-0001. 2026-11-21.`; got != want {
		t.Errorf("%s\nwant %s", got, want)
	}
	bib := string(BibTeX([]Citation{c, c}))
	for _, want := range []string{
		"@misc{opendoor-zm-0001,", "author = {{Open Door editors}}", `title = {{100 \% \{open\} \textbackslash{} doors \& "more"\_\#1}}`,
		"urldate = {2026-11-21}", "abstract = {One line}", "note = {Detention.}", "year = {2026}",
	} {
		if strings.Count(bib, want) != 2 {
			t.Errorf("no %q in\n%s", want, bib)
		}
	}
	ris := string(RIS([]Citation{c}))
	for _, want := range []string{"TY  - ELEC\r\n", "AU  - Open Door editors,\r\n", "AB  - One line\r\n", "N1  - Detention.\r\n", "Y2  - 2026/11/21\r\n", "ER  - \r\n"} {
		if !strings.Contains(ris, want) {
			t.Errorf("no %q in\n%s", want, ris)
		}
	}
	data, err := CSL([]Citation{c})
	var items []map[string]any
	if err != nil || json.Unmarshal(data, &items) != nil || len(items) != 1 || items[0]["version"] != "01cd7474aead" || items[0]["note"] != "Detention." {
		t.Errorf("%v %s", err, data)
	}
	if data, _ := CSL(nil); string(data) != "[]" {
		t.Errorf("no citations are %s", data)
	}
	unknown := Citation{Key: "k", Title: "T", Read: Date{2026, 11, 21}}
	if bib := string(BibTeX([]Citation{unknown})); strings.Contains(bib, "year") || strings.Contains(bib, "author") {
		t.Errorf("what is not known is written:\n%s", bib)
	}
}
