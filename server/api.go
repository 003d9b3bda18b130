package server

import (
	"bytes"
	"encoding/json"

	"opendoor/practices"
	"opendoor/regions"
	"opendoor/search"
)

const jsonType = "application/json; charset=utf-8"

// asJSON writes a value as the API does: indented, so that a person can read
// it, and with markup left as it is.
func asJSON(value any) (page, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(value); err != nil {
		return page{}, err
	}
	return page{body: b.Bytes(), mime: jsonType}, nil
}

func errorJSON(status int, said, do string) []byte {
	p, _ := asJSON(map[string]any{"status": status, "error": said, "help": do})
	return p.body
}

// listJSON is a result set, for programs.
type listJSON struct {
	Total   int         `json:"total"`
	Of      int         `json:"of"`
	Page    int         `json:"page"`
	Pages   int         `json:"pages"`
	Next    string      `json:"next,omitempty"`
	Query   string      `json:"query"`
	Relaxed bool        `json:"relaxed,omitempty"`
	Dropped []string    `json:"dropped,omitempty"`
	Results []hitJSON   `json:"results"`
	Facets  []facetJSON `json:"facets"`
}

// hitJSON is one result. The standing and the caution are always there
// together, so that no copy of a result loses its warning.
type hitJSON struct {
	ID        string         `json:"id"`
	Title     string         `json:"title"`
	Summary   string         `json:"summary"`
	Lang      string         `json:"lang"`
	URL       string         `json:"url"`
	Countries []regions.Code `json:"countries"`
	Kind      string         `json:"kind"`
	Standing  string         `json:"standing"`
	Caution   string         `json:"caution"`
	Evidence  string         `json:"evidence"`
	Review    string         `json:"review"`
	AsOf      string         `json:"as_of"`
	Score     float64        `json:"score,omitempty"`
	Snippet   string         `json:"snippet,omitempty"`
}

type facetJSON struct {
	Group  string           `json:"group"`
	Label  string           `json:"label"`
	Values []facetValueJSON `json:"values"`
}

type facetValueJSON struct {
	Value    string `json:"value"`
	Label    string `json:"label"`
	Count    int    `json:"count"`
	Selected bool   `json:"selected"`
}

// apiList serves the same query as the list, for programs.
func apiList(v *visit) (page, error) {
	r, err := v.index.Search(v.context(), search.ParseQuery(v.query, v.lang))
	if err != nil {
		return page{}, err
	}
	out := listJSON{
		Total: r.Total, Of: r.Of, Page: r.Page, Pages: r.Pages, Query: r.Query.Values().Encode(),
		Relaxed: r.Relaxed, Dropped: r.Dropped, Results: []hitJSON{}, Facets: []facetJSON{},
	}
	if r.Page < r.Pages {
		out.Next = v.base + "/api/v1/practices?" + r.Query.WithPage(r.Page+1).Values().Encode()
	}
	for _, h := range r.Hits {
		p := h.Practice
		out.Results = append(out.Results, hitJSON{
			ID: p.ID, Title: h.Title.Text, Summary: h.Summary.Text, Lang: h.Lang, URL: v.base + "/practices/" + p.ID,
			Countries: notNil(p.Countries), Kind: p.Kind, Standing: p.Standing, Caution: p.Caution, Evidence: p.Evidence.Level,
			Review: p.Review.State, AsOf: p.AsOf.String(), Score: h.Score, Snippet: h.Snippet.Text,
		})
	}
	for _, f := range r.Facets {
		group := facetJSON{Group: string(f.Group), Label: v.say("facet." + string(f.Group)), Values: []facetValueJSON{}}
		for _, fv := range f.Values {
			group.Values = append(group.Values, facetValueJSON{fv.Value, v.valueLabel(f.Group, fv.Value), fv.Count, fv.Selected})
		}
		out.Facets = append(out.Facets, group)
	}
	return asJSON(out)
}

// apiPractice serves one entry, whole, with what follows from its fields.
func apiPractice(v *visit) (page, error) {
	p, err := v.catalogue.Get(v.params["id"])
	if err != nil {
		return page{}, err
	}
	if p.Withdrawn() {
		return page{}, goneError{p.ID, p.Review.Why}
	}
	return asJSON(practiceJSON(v, p))
}

func practiceJSON(v *visit, p *practices.Practice) any {
	type relation struct {
		ID      string `json:"id"`
		How     string `json:"how"`
		Inverse bool   `json:"inverse,omitempty"`
		Note    string `json:"note,omitempty"`
	}
	type part struct {
		ID   string `json:"id"`
		Text string `json:"text"`
	}
	related := []relation{}
	for _, l := range v.catalogue.Links(p.ID) {
		related = append(related, relation{l.Other.ID, l.How, l.Inverse, l.Note})
	}
	parts := []part{}
	for _, s := range p.Sections {
		parts = append(parts, part{s.ID, s.Text})
	}
	fields := p.Fields()
	fields["version"] = p.Version
	fields["version_url"] = v.base + "/practices/" + p.ID + "/v/" + p.Version
	fields["url"] = v.base + "/practices/" + p.ID
	fields["regions"] = p.Regions()
	fields["related"] = related
	fields["sections"] = parts
	fields["stale"] = p.Stale(v.now)
	return fields
}

func notNil[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}
