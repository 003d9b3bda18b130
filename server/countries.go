package server

import (
	"strings"

	"opendoor/practices/vocabulary"
	"opendoor/regions"
)

// countriesPage lists the countries that entries speak of, by region.
type countriesPage struct {
	frame
	Heading, Lead string
	Regions       []regionList
}

type regionList struct {
	ID, Name, URL, Total string
	Countries            []countryLine
}

type countryLine struct {
	Name, URL, Code string
	N               int
	Tally           string
}

func countries(v *visit) (page, error) {
	counts := v.catalogue.Countries()
	p := countriesPage{
		frame:   v.frame("countries", v.say("countries.title")),
		Heading: v.say("countries.heading"),
		Lead:    v.say("countries.lead"),
	}
	p.Description = v.say("countries.description")
	for _, id := range vocabulary.Named("region").IDs() {
		n := len(v.catalogue.InRegion(id))
		if n == 0 {
			continue
		}
		r := regionList{ID: id, Name: v.label("region", id), URL: v.url("/regions/" + id), Total: v.say("countries.total", "n", n)}
		for _, c := range regions.ByName(v.lang) {
			if n := counts[c.Code]; n > 0 && string(c.Region) == id {
				r.Countries = append(r.Countries, countryLine{
					Name: c.Names.In(v.lang), URL: v.url("/countries/" + strings.ToLower(string(c.Code))),
					Code: string(c.Code), N: n, Tally: v.say("countries.tally", "n", n),
				})
			}
		}
		p.Regions = append(p.Regions, r)
	}
	return page{template: "countries", data: p}, nil
}
