package review

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/wneessen/go-mail"
)

// A Notice is one thing that a contributor who left an address is told by
// mail. It names no link: nobody but them has it.
type Notice struct {
	Event    string // a state, or "comment"
	Title    string
	Practice string // id of the entry; "" while it has none
	Lang     string // in which they wish to be written to
	Name     string

	id, email string
	tries     int
}

// A Post tells contributors by mail what happened to their submissions, where
// a mail server is configured. Nothing waits for it, and nothing depends on it.
type Post struct {
	Store    *Store
	Host     string
	Port     int // 0 is 587
	User     string
	Password string
	From     string // address
	Plain    bool   // no TLS: for a mail server on this machine

	// Compose writes the words of a notice.
	Compose func(Notice) (subject, body string, err error)
}

const (
	postEvery = 30 * time.Second
	postLease = 2 * time.Minute
	postTries = 8 // over some four hours
	postOnce  = 50
)

// Run sends what is to be sent until the context ends.
func (p *Post) Run(ctx context.Context) error {
	tick := time.NewTicker(postEvery)
	defer tick.Stop()
	for {
		if _, err := p.Once(ctx); err != nil && ctx.Err() == nil {
			p.Store.options.Log.Warn("mail waits", "error", err)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}

// Once sends what is to be sent now, and says how many mails that was.
func (p *Post) Once(ctx context.Context) (sent int, err error) {
	now, err := p.Store.now(ctx, p.Store.db)
	if err != nil {
		return 0, err
	}
	notices, err := list(ctx, p.Store.db, func(r interface{ Scan(...any) error }) (Notice, error) {
		var n Notice
		err := r.Scan(&n.id, &n.Event, &n.tries, &n.Title, &n.Practice, &n.Lang, &n.Name, &n.email)
		return n, err
	}, `SELECT n.id, n.event, n.tries, s.title, s.practice, c.lang, c.name, c.email FROM notices n JOIN contacts c ON c.submission = n.submission
		JOIN submissions s ON s.id = n.submission WHERE n.due <= $1 ORDER BY n.created, n.id LIMIT $2`, now, postOnce)
	if err != nil {
		return 0, err
	}
	var failed error
	for _, n := range notices {
		ok, err := p.claim(ctx, n, now)
		if err != nil {
			return sent, errors.Join(failed, err)
		}
		if !ok {
			continue // another replica sends it
		}
		if err := p.send(ctx, n); err != nil {
			failed = errors.Join(failed, err)
			continue // it stays claimed, and is due again later
		}
		if _, err := p.Store.db.ExecContext(ctx, "DELETE FROM notices WHERE id = $1", n.id); err != nil {
			return sent, errors.Join(failed, err)
		}
		sent++
	}
	return sent, failed
}

// claim puts off a notice before it is sent, so that one replica sends it, and
// gives it up after the last try.
func (p *Post) claim(ctx context.Context, n Notice, now int64) (bool, error) {
	if n.tries >= postTries {
		_, err := p.Store.db.ExecContext(ctx, "DELETE FROM notices WHERE id = $1", n.id)
		return false, err
	}
	r, err := p.Store.db.ExecContext(ctx, "UPDATE notices SET due = $1, tries = tries + 1 WHERE id = $2 AND tries = $3", now+(postLease<<n.tries).Milliseconds(), n.id, n.tries)
	if err != nil {
		return false, fmt.Errorf("review: mail: %w", err)
	}
	took, err := r.RowsAffected()
	return took == 1, err
}

func (p *Post) send(ctx context.Context, n Notice) error {
	subject, body, err := p.Compose(n)
	if err != nil {
		return fmt.Errorf("review: mail: %w", err)
	}
	m := mail.NewMsg()
	// The address stays out of the error, which goes to the log.
	if m.From(p.From) != nil || m.To(n.email) != nil {
		return errors.New("review: mail: an address is no address")
	}
	m.Subject(subject)
	m.SetBodyString(mail.TypeTextPlain, body)
	options := []mail.Option{mail.WithTimeout(20 * time.Second), mail.WithTLSPolicy(mail.TLSMandatory)}
	if p.Port != 0 {
		options = append(options, mail.WithPort(p.Port))
	} else {
		options = append(options, mail.WithPort(mail.DefaultPortTLS))
	}
	if p.Plain {
		options = append(options, mail.WithTLSPolicy(mail.NoTLS))
	}
	if p.User != "" {
		options = append(options, mail.WithSMTPAuth(mail.SMTPAuthAutoDiscover), mail.WithUsername(p.User), mail.WithPassword(p.Password))
	}
	client, err := mail.NewClient(p.Host, options...)
	if err != nil {
		return fmt.Errorf("review: mail: %w", err)
	}
	if err := client.DialAndSendWithContext(ctx, m); err != nil {
		var refused *mail.SendError
		if errors.As(err, &refused) {
			return fmt.Errorf("review: mail: the server refused it: %v", refused.Reason)
		}
		return fmt.Errorf("review: mail: %w", err)
	}
	return nil
}
