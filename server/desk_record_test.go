package server

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"opendoor/practices/review"
)

// TestRecordOnPublished records the reply of a ministry on an entry that is
// public: it waits for another editor, and then stands beside the text.
func TestRecordOnPublished(t *testing.T) {
	d := newDesk(t, few)
	s := d.Server
	_, one := signIn(t, s, "one@example.org", review.Editor)
	_, other := signIn(t, s, "other@example.org", review.Editor)
	at := "/review/entries/" + dutch
	wants(t, as(s, one, at, nil), 200, `action="`+at+`/record"`)
	record := url.Values{"kind": {"reply"}, "given": {"2026-11-01"}, "public": {"The ministry"}, "holder": {"Private Person"}}
	wants(t, as(s, one, at+"/record", record), 422, "A reply needs its words", `value="The ministry"`)
	record.Set("text", "We see it otherwise.")
	if w := as(s, nil, at+"/record", record); w.Code != http.StatusSeeOther || !strings.Contains(w.Header().Get("Location"), "/login") {
		t.Fatalf("anybody may record: %d", w.Code)
	}
	w := as(s, one, at+"/record", record)
	id, _, _ := strings.Cut(strings.TrimPrefix(w.Header().Get("Location"), "/review/"), "?")
	if w.Code != http.StatusSeeOther || id == "" {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	page := wants(t, as(s, one, "/review/"+id, nil), 200, "We see it otherwise.", "Private Person", "This is your own submission")
	if w := as(s, one, "/review/"+id+"/decide", deciding(t, page, "accept")); w.Code != http.StatusForbidden {
		t.Errorf("who recorded it accepts it: %d", w.Code)
	}
	sub, err := d.store.Get(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	d.decided(t, other, sub)
	if body := wants(t, get(s, "/practices/"+dutch), 200, "We see it otherwise.", "The ministry"); strings.Contains(body, "Private Person") {
		t.Error("what is private is public")
	}
}
