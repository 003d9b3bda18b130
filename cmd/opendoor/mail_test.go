package main

import (
	"strings"
	"testing"

	"opendoor/practices/review"
	"opendoor/templates"
)

func TestMail(t *testing.T) {
	words, err := templates.Load()
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range words.Languages() {
		for _, event := range []review.State{"comment", review.ChangesRequested, review.Rejected, review.Accepted, review.Published} {
			subject, body := mailOf(words, "https://example.org", review.Notice{Event: string(event), Lang: l.Tag, Title: "عنوان & <b>", Practice: "mx-0900"})
			if !strings.Contains(subject, "عنوان & <b>") || !strings.Contains(body, "عنوان & <b>") || strings.Contains(subject+body, "mail.") || strings.ContainsAny(subject+body, "{}\x00") {
				t.Errorf("%s, %s: %q, %q", l.Tag, event, subject, body)
			}
			if strings.Contains(body, "https://example.org/practices/mx-0900") != (event == review.Published) {
				t.Errorf("%s, %s: the address in %q", l.Tag, event, body)
			}
		}
	}
	if p, err := newPost(config{}, nil); p != nil || err != nil {
		t.Errorf("without a mail server: %v, %v", p, err)
	}
	p, err := newPost(config{mailServer: "smtp://u:p%40@mail.example.org:2525", mailFrom: "a@example.org"}, nil)
	if err != nil || p.Host != "mail.example.org" || p.Port != 2525 || p.User != "u" || p.Password != "p@" || p.Plain {
		t.Errorf("%+v, %v", p, err)
	}
	if p, err := newPost(config{mailServer: "smtp://127.0.0.1:25"}, nil); err != nil || !p.Plain {
		t.Errorf("on this machine: %+v, %v", p, err)
	}
	for value, want := range map[string]string{"smtp://host": "mail-from: missing", "http://u:hush@host": "not a mail server", "host": "not a mail server"} {
		if _, err := read(t, "", "--mail-server="+value); err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "hush") {
			t.Errorf("%s: %v", value, err)
		}
	}
}
