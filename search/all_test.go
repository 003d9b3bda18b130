package search

import (
	"errors"
	"fmt"
	"net/url"
	"testing"
)

// TestAll holds the whole list against the pages, in every order, with words
// and filters, over more entries than fit on three pages.
func TestAll(t *testing.T) {
	var entries []entry
	for i := range 3*perPage + 7 {
		e := entry{id: fmt.Sprintf("ca-%04d", i+1), title: fmt.Sprintf("Entry %d", 999-i), body: "bail " + fmt.Sprint(i)}
		if i%3 == 0 {
			e.title, e.fields = "Bail and family "+fmt.Sprint(i), map[string]string{"populations": "[families]"}
		}
		entries = append(entries, e)
	}
	x := newIndex(t, entries...)
	for _, address := range []string{"", "q=bail", "q=family+bail&sort=title", "q=bial", "q=is+it", "q=-family", "population=families&sort=country", "q=nothing+like+it", "sort=best&page=2", "q=country:CA+bail"} {
		v, _ := url.ParseQuery(address)
		q := ParseQuery(v, "en")
		understood, all, err := x.All(t.Context(), q)
		if err != nil {
			t.Fatal(err)
		}
		var paged []Hit
		r := search(t, x, q.WithPage(1))
		for page := 1; page <= r.Pages; page++ {
			paged = append(paged, search(t, x, q.WithPage(page)).Hits...)
		}
		if want := r.Query.Values().Encode(); understood.Values().Encode() != want {
			t.Errorf("%s: understood as %s, not %s", address, understood.Values().Encode(), want)
		}
		if len(all) != r.Total || len(all) != len(paged) {
			t.Fatalf("%s: %d in all, %d on the pages, %d in total", address, len(all), len(paged), r.Total)
		}
		for i, h := range all {
			if p := paged[i]; h.Practice != p.Practice || h.Title.Text != p.Title.Text || h.Summary.Text != p.Summary.Text || h.Lang != p.Lang || h.Score != p.Score {
				t.Fatalf("%s: place %d has %s, the page %s", address, i+1, h.Practice.ID, p.Practice.ID)
			}
		}
	}
	x.Close()
	if _, _, err := x.All(t.Context(), Query{}); !errors.Is(err, ErrClosed) {
		t.Errorf("closed: %v", err)
	}
}
