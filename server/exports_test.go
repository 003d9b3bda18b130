package server

import (
	"encoding/csv"
	"encoding/json"
	"encoding/xml"
	"os"
	"strings"
	"testing"
)

func TestCSV(t *testing.T) {
	s := newServer(t, nil)
	w := get(s, "/practices.csv?standing=alternative-form-of-detention&standing=contested")
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(w.Body.String(), "\uFEFF"))).ReadAll()
	if err != nil || len(rows) < 5 {
		t.Fatalf("%d rows, %v", len(rows), err)
	}
	at := map[string]int{}
	for i, name := range rows[0] {
		at[name] = i
	}
	for _, row := range rows[1:] {
		if row[at["caution"]] == "" || row[at["standing"]] == "" {
			t.Errorf("%s lost its caution", row[0])
		}
	}
	doc, _ := os.ReadFile("../docs/api.md")
	for _, name := range rows[0] {
		if !strings.Contains(string(doc), "`"+name+"`") {
			t.Errorf("docs/api.md does not speak of the column %s", name)
		}
	}
	var list struct{ Total int }
	json.Unmarshal(get(s, "/api/v1/practices").Body.Bytes(), &list)
	rows, _ = csv.NewReader(strings.NewReader(get(s, "/practices.csv").Body.String())).ReadAll()
	if len(rows)-1 != list.Total {
		t.Errorf("%d rows of %d entries", len(rows)-1, list.Total)
	}
}

func TestCSVRunsNoFormula(t *testing.T) {
	for _, s := range []string{"=1+1", "+1", "-1", "@x", "\tx"} {
		if !strings.HasPrefix(harmless(s), "'") {
			t.Errorf("%q would run", s)
		}
	}
	if harmless("Rights = duties") != "Rights = duties" {
		t.Error("a plain text is changed")
	}
}

func TestAtom(t *testing.T) {
	s := newServer(t, nil)
	for _, address := range []string{"/practices.atom", "/practices.atom?q=foster+care&country=MX", "/ar/practices.atom", "/practices.atom?q=zzzz"} {
		var f feed
		if err := xml.Unmarshal(get(s, address).Body.Bytes(), &f); err != nil {
			t.Fatalf("%s: %v", address, err)
		}
		if f.ID == "" || f.Title == "" || f.Updated == "" || f.Author == "" || len(f.Links) != 2 {
			t.Errorf("%s: %+v", address, f)
		}
		seen := map[string]bool{}
		for i, e := range f.Entries {
			if e.ID == "" || e.Title == "" || e.Updated == "" || e.Link.Href == "" || seen[e.ID] {
				t.Errorf("%s: %+v", address, e)
			}
			if i > 0 && e.Updated > f.Entries[i-1].Updated {
				t.Errorf("%s: %s stands after the older %s", address, e.ID, f.Entries[i-1].ID)
			}
			seen[e.ID] = true
		}
	}
}
