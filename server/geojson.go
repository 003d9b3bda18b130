package server

import (
	"bytes"
	"encoding/json"

	"opendoor/practices"
	"opendoor/regions"
)

const geoType = "application/geo+json; charset=utf-8"

// The features of RFC 7946. Longitude stands before latitude.
type (
	featureCollection struct {
		Type     string    `json:"type"`
		Title    string    `json:"title"`
		Licence  string    `json:"licence"`
		Note     string    `json:"note"`
		Query    string    `json:"query"`
		Features []feature `json:"features"`
	}
	feature struct {
		Type       string            `json:"type"`
		ID         string            `json:"id"`
		Geometry   *geometry         `json:"geometry"` // null for what has no place of its own
		Properties featureProperties `json:"properties"`
	}
	geometry struct {
		Type        string `json:"type"`
		Coordinates any    `json:"coordinates"`
	}
	// featureProperties carry the standing and the caution together, so that
	// no copy of a feature loses its warning.
	featureProperties struct {
		Title     string         `json:"title"`
		Summary   string         `json:"summary"`
		Lang      string         `json:"lang"`
		URL       string         `json:"url"`
		Kind      string         `json:"kind"`
		Standing  string         `json:"standing"`
		Caution   string         `json:"caution"`
		Countries []regions.Code `json:"countries"`
		Places    []featurePlace `json:"places"` // in the order of the coordinates
		Scale     string         `json:"scale"`  // "place", "country", "region": what the entry is known to
		Evidence  string         `json:"evidence"`
		Review    string         `json:"review"`
		Status    string         `json:"status"`
		AsOf      string         `json:"as_of"`
	}
	featurePlace struct {
		Name      string `json:"name"`
		Precision string `json:"precision"`
	}
)

// geoJSON serves the practices that match a query as features. An entry that
// knows no more than its country has a null geometry.
func geoJSON(v *visit) (page, error) {
	q, list, err := v.everyMatch()
	if err != nil {
		return page{}, err
	}
	out := featureCollection{
		Type: "FeatureCollection", Title: v.say("site.name"), Licence: "CC BY 4.0", Note: v.say("map.data_note"),
		Query: q.Values().Encode(), Features: []feature{},
	}
	for _, p := range list {
		out.Features = append(out.Features, v.feature(p))
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", " ")
	if err := enc.Encode(out); err != nil {
		return page{}, err
	}
	return page{body: b.Bytes(), mime: geoType}, nil
}

func (v *visit) feature(p *practices.Practice) feature {
	f := feature{Type: "Feature", ID: p.ID, Properties: featureProperties{
		Title: p.Title, Summary: p.Summary, Lang: p.Lang, URL: v.base + "/practices/" + p.ID, Kind: p.Kind, Standing: p.Standing, Caution: p.Caution,
		Countries: notNil(p.Countries), Places: []featurePlace{}, Scale: "region", Evidence: p.Evidence.Level, Review: p.Review.State, Status: p.Status, AsOf: p.AsOf.String(),
	}}
	if len(p.Countries) > 0 {
		f.Properties.Scale = "country"
	}
	var points [][2]float64
	for _, at := range v.places().of[p] {
		points = append(points, [2]float64{at.lon, at.lat})
		f.Properties.Places = append(f.Properties.Places, featurePlace{at.name, at.precision})
	}
	switch len(points) {
	case 0:
		return f
	case 1:
		f.Geometry = &geometry{"Point", points[0]}
	default:
		f.Geometry = &geometry{"MultiPoint", points}
	}
	f.Properties.Scale = "place"
	return f
}
