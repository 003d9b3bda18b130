package main

import (
	"net/url"
	"strconv"
	"strings"

	"opendoor/practices/review"
	"opendoor/templates"
)

// newPost prepares the mails to contributors; nil when no mail server is set.
func newPost(c config, s *review.Store) (*review.Post, error) {
	if c.mailServer == "" {
		return nil, nil
	}
	server, err := url.Parse(c.mailServer)
	if err != nil {
		return nil, err // readConfig has checked it
	}
	words, err := templates.Load()
	if err != nil {
		return nil, err
	}
	p := &review.Post{Store: s, Host: server.Hostname(), From: c.mailFrom, User: server.User.Username()}
	p.Password, _ = server.User.Password()
	p.Port, _ = strconv.Atoi(server.Port()) // 0 is the usual one
	p.Plain = onThisMachine(p.Host)
	p.Compose = func(n review.Notice) (subject, body string, err error) {
		subject, body = mailOf(words, c.baseURL, n)
		return subject, body, nil
	}
	return p, nil
}

// mailOf writes one mail in the language of the contributor. The title is
// theirs and may run the other way, so it is set apart as a browser would.
func mailOf(words *templates.Set, base string, n review.Notice) (subject, body string) {
	title := "\u2068" + n.Title + "\u2069"
	parts := []string{words.Message(n.Lang, "mail."+n.Event, "title", title)}
	if n.Event == string(review.Published) && base != "" && n.Practice != "" {
		parts = append(parts, words.Message(n.Lang, "mail.address", "address", base+"/practices/"+n.Practice))
	} else {
		parts = append(parts, words.Message(n.Lang, "mail.link"))
	}
	parts = append(parts, words.Message(n.Lang, "mail.why"))
	return words.Message(n.Lang, "mail.subject", "title", title), strings.Join(parts, "\n\n") + "\n"
}
