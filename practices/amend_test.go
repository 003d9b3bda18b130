package practices

import (
	"bytes"
	"slices"
	"strings"
	"testing"
	"time"

	"opendoor/practices/entries"
)

func shippedFile(t *testing.T) []byte {
	t.Helper()
	data, err := entries.FS.ReadFile("americas/mx/mx-0004.md")
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func TestAmend(t *testing.T) {
	file := shippedFile(t)
	if same, err := Amend(file, Amendment{}); err != nil || !bytes.Equal(same, file) {
		t.Fatalf("no amendment changes the file: %v", err)
	}
	day, _ := ParseDate("2026-11-20")
	amended, err := Amend(file, Amendment{
		Readers: []string{"A. Editor: Casa", "B, of [Refugio]"}, On: "2026-11-21",
		Credits:   []Contributor{{Name: "Yes", Role: "lived-experience-reviewer"}},
		Responses: []Response{{From: "The ministry", Date: day, Text: "We \"deny\" this:\nall of it. #", URL: "https://example.org/a?b=c#d"}},
		Consents:  []Consent{{For: "The quotation", Scope: "Public", Date: day, Ref: "0123456789ab"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	p, faults := Parse("americas/mx/mx-0004.md", amended)
	if HasErrors(faults) {
		t.Fatalf("%v\n%s", faults, amended)
	}
	was, _ := Parse("americas/mx/mx-0004.md", file)
	if got := p.Contributors; len(got) != len(was.Contributors)+1 || got[len(got)-1].Name != "Yes" {
		t.Errorf("contributors %v", got)
	}
	if p.Review.State != "reviewed" || !slices.Equal(p.Review.By, []string{"A. Editor: Casa", "B, of [Refugio]"}) || p.Review.On.String() != "2026-11-21" {
		t.Errorf("review %+v", p.Review)
	}
	if r := p.Responses; len(r) != 1 || r[0].From != "The ministry" || r[0].Date.String() != "2026-11-20" || !strings.HasPrefix(r[0].Text, "We \"deny\" this:") || r[0].URL != "https://example.org/a?b=c#d" {
		t.Errorf("responses %+v", r)
	}
	if c := p.Consent; len(c) != 1 || c[0].Ref != "0123456789ab" {
		t.Errorf("consent %+v", c)
	}
	if p.Body() != was.Body() {
		t.Error("the text has changed")
	}
	twice, err := Amend(amended, Amendment{Responses: []Response{{From: "Another", Date: day, Text: "So do we."}}})
	if p, faults := Parse("americas/mx/mx-0004.md", twice); err != nil || HasErrors(faults) || len(p.Responses) != 2 {
		t.Errorf("a second reply: %v %v %+v", err, faults, p.Responses)
	}
	for _, bad := range []string{"", "no entry", "---\n{a: b}\n---\n"} {
		if _, err := Amend([]byte(bad), Amendment{ID: "mx-0001"}); err == nil {
			t.Errorf("%q is amended", bad)
		}
	}
}

func TestAmendNumbersANewEntry(t *testing.T) {
	d := NewDraft("en")
	d.Set("title", "New")
	file, err := Amend(d.File(Setting{Now: time.Date(2026, 11, 21, 0, 0, 0, 0, time.UTC)}), Amendment{ID: "mx-0999"})
	if p, _ := Parse("", file); err != nil || p.ID != "mx-0999" {
		t.Errorf("%v: %s", err, file)
	}
}

func TestRebase(t *testing.T) {
	base := shippedFile(t)
	edit := func(file []byte, changes map[string]string) []byte {
		d, faults := OpenDraft(file)
		if d == nil {
			t.Fatal(faults)
		}
		for name, value := range changes {
			d.Set(name, value)
		}
		return d.File(Setting{ID: "mx-0004"})
	}
	change := edit(base, map[string]string{"title": "Theirs", "what-was-done": "Done by them.[^lopd] More.", "sources.0.publisher": "Their publisher"})
	newer := edit(base, map[string]string{"summary": "Ours.", "what-was-done": "Done by us.", "status": "ended"})
	merged, contested, err := Rebase(base, change, newer)
	if err != nil {
		t.Fatal(err)
	}
	d, _ := OpenDraft(merged)
	for name, want := range map[string]string{"title": "Theirs", "summary": "Ours.", "what-was-done": "Done by them.[^lopd] More.", "sources.0.publisher": "Their publisher", "status": "ended"} {
		if got := d.Get(name); got != want {
			t.Errorf("%s is %q, not %q", name, got, want)
		}
	}
	if !slices.Equal(contested, []string{"what-was-done"}) {
		t.Errorf("contested: %v", contested)
	}
	if same, contested, err := Rebase(base, base, newer); err != nil || !bytes.Equal(same, newer) || contested != nil {
		t.Errorf("no change: %v %v", contested, err)
	}
	if same, _, err := Rebase(base, change, base); err != nil || !bytes.Equal(same, change) {
		t.Errorf("nothing newer: %v\n%s", err, same)
	}
	if _, _, err := Rebase(base, []byte("no entry"), newer); err == nil {
		t.Error("no entry is brought onto one")
	}
}
