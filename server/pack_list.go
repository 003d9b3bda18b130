package server

import (
	"context"
	"encoding/json"
	"strconv"
	"strings"

	"opendoor/practices"
	"opendoor/search"
)

// packListPage is the list in a pack: all entries stand in it, and a script
// beside it searches, filters, sorts and shows them on a map. Without script it
// is a plain list.
type packListPage struct {
	listPage
	Rows  string // of the cards, in the index
	Say   string // words for the script, as JSON
	Spots []packSpot
	Chart *chart
}

// A packSpot is a place on the map of results.
type packSpot struct{ Name, Rows, Move, R string }

// packList serves the list of a pack.
func packList(v *visit) (page, error) {
	r, err := v.index.Search(v.context(), search.Query{Lang: v.lang})
	if err != nil {
		return page{}, err
	}
	p := packListPage{listPage: v.listPage(r, "list")}
	p.Views, p.Data, p.Choose, p.Previous, p.Next, p.Cards, p.Starts = nil, nil, "", "", "", nil, nil
	p.Sorts = append([]link{{Label: v.say("sort." + string(search.SortBest)), URL: v.listURL(search.Query{}, "list") + "?sort=" + string(search.SortBest)}}, p.Sorts...)
	_, hits, err := v.index.All(v.context(), search.Query{Lang: v.lang})
	if err != nil {
		return page{}, err
	}
	at, list := map[string]int{}, []*practices.Practice{}
	for row, e := range v.catalogue.All() {
		at[e.ID] = row
	}
	var rows []string
	for _, h := range hits {
		p.Cards = append(p.Cards, v.card(h.Practice))
		rows = append(rows, strconv.Itoa(at[h.Practice.ID]))
		list = append(list, h.Practice)
	}
	p.Rows = strings.Join(rows, " ")
	p.Chart = v.chart(search.Query{}, list)
	p.Chart.Circles, p.Chart.Names, p.Chart.Label = nil, nil, v.say("map.label", "place", v.say("map.world"))
	for _, s := range v.places().spots(list) {
		var rows []string
		for _, e := range s.list {
			rows = append(rows, strconv.Itoa(at[e.ID]))
		}
		p.Spots = append(p.Spots, packSpot{s.name, strings.Join(rows, " "), p.Chart.move(s.at.X, s.at.Y), short(dotRadius, 1)})
	}
	digits := []string{}
	for n := range 10 {
		digits = append(digits, v.number(float64(n)))
	}
	say, err := json.Marshal(map[string]any{
		"tally": v.set.Forms(v.lang, "list.tally"), "more": v.set.Forms(v.lang, "pack.more"), "none": v.say("pack.none"), "relaxed": v.say("list.note.relaxed"),
		"corrected": v.say("list.note.corrected", "typed", "{typed}", "as", "{as}"), "remove": v.say("list.remove", "label", "{label}"), "digits": digits,
	})
	if err != nil {
		return page{}, err
	}
	p.Say = string(say)
	return page{template: "pack", data: p}, nil
}

// packIndex serves the index of a pack, for the script of its list.
func packIndex(v *visit) (page, error) {
	data, err := v.index.Offline(context.Background())
	if err != nil {
		return page{}, err
	}
	return page{body: append([]byte("globalThis.openDoorIndex = "), data...), mime: "text/javascript; charset=utf-8"}, nil
}
