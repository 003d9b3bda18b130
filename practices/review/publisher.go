package review

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"opendoor/practices/history"
)

const (
	// lease is how long one publisher has to publish what it took before
	// another may try as well. It saves work and decides nothing: two who
	// publish the same find that in git.
	lease = 30 * time.Second
	// never is further ahead than any lease ends: a claim may have waited a while
	// for that of another, and so be older.
	never = 2 * lease
	// pause is how long a try that failed waits for the next.
	pause = 3 * time.Second
	// every is how often the publisher looks without being woken.
	every = 5 * time.Second
)

// A Publisher brings what is accepted to git. Every replica runs one; git
// keeps them from publishing anything twice.
type Publisher struct {
	Store       *Store
	Repository  *history.Repository
	OnPublished func(commit string) // called after each publication of this publisher; may be nil

	name string
}

// Run publishes what is accepted until the context ends. It begins with the
// recovery rule.
func (p *Publisher) Run(ctx context.Context) error {
	p.name = newID()
	log := p.Store.options.Log
	if p.Store.postgres {
		go p.Store.listen(ctx)
	}
	recovered := false
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		if !recovered {
			if err := p.Recover(ctx); err != nil {
				log.Warn("what is published is not yet compared with the database", "error", err)
			} else {
				recovered = true
			}
		}
		if _, err := p.Once(ctx); err != nil && ctx.Err() == nil {
			log.Warn("a publication waits", "error", err)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-p.Store.wake:
		case <-tick.C:
		}
	}
}

// Recover is the whole rule after a crash or a restore: what the database
// calls published and git does not have is accepted again, as long as its text
// is kept and it was not purged. Publishing it again is harmless, since git is
// asked first.
func (p *Publisher) Recover(ctx context.Context) error {
	s := p.Store
	if !s.postgres {
		// One process serves from a data folder, so a lease that is left is of one
		// that is gone.
		if _, err := s.db.ExecContext(ctx, "UPDATE submissions SET lease_until = 0 WHERE state = 'accepted'"); err != nil {
			return fmt.Errorf("review: recover: %w", err)
		}
	}
	type row struct{ id, commit string }
	rows, err := list(ctx, s.db, func(r interface{ Scan(...any) error }) (row, error) {
		var one row
		err := r.Scan(&one.id, &one.commit)
		return one, err
	}, "SELECT id, published_sha FROM submissions WHERE state = 'published' AND body_final <> '' AND purged = 0")
	if err != nil {
		return err
	}
	// What other servers published may not have come here yet.
	if _, err := p.Repository.Follow(ctx); err != nil {
		return fmt.Errorf("review: recover: %w", err)
	}
	for _, r := range rows {
		there, err := p.Repository.Contains(ctx, r.commit)
		if err != nil {
			return fmt.Errorf("review: recover: %w", err)
		}
		if there {
			continue
		}
		err = s.in(ctx, func(t *tx) error {
			n, err := t.do(`UPDATE submissions SET state = 'accepted', lease_owner = '', lease_until = 0, tries = 0
				WHERE id = $1 AND state = 'published' AND published_sha = $2 AND body_final <> '' AND purged = 0`, r.id, r.commit)
			if err != nil || n == 0 {
				return err
			}
			return t.audit(System, "accept again", r.id, r.commit)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// Once publishes everything that can be published now, in the order of the
// decisions, and says how much that was. An error leaves what it met accepted,
// to be tried again.
func (p *Publisher) Once(ctx context.Context) (published int, err error) {
	if p.name == "" {
		p.name = newID()
	}
	var failed error
	for ctx.Err() == nil {
		sub, text, ok, err := p.claim(ctx)
		if err != nil || !ok {
			return published, errors.Join(failed, err)
		}
		commit, err := p.Repository.Publish(ctx, history.Publication{
			Submission: sub.ID, Base: sub.BaseSHA, Author: sub.Credit, Note: sub.Note, When: sub.Decided,
			Files: []history.File{{Path: sub.Path, Data: []byte(text), BaseBlob: sub.BaseBlob}},
		})
		if errors.Is(err, history.ErrMoved) {
			// It may have been moved by another publisher with this very submission.
			if found, ok, asked := p.Repository.Published(ctx, sub.ID, sub.BaseSHA); asked == nil && ok {
				commit, err = found, nil
			}
		}
		switch {
		case err == nil:
			if err := p.finish(ctx, sub, commit); err != nil {
				return published, errors.Join(failed, err)
			}
			published++
			if p.OnPublished != nil {
				p.OnPublished(commit)
			}
		case errors.Is(err, history.ErrMoved), errors.Is(err, history.ErrRefused):
			if err := p.back(ctx, sub, err); err != nil {
				return published, errors.Join(failed, err)
			}
		default:
			failed = errors.Join(failed, err)
			if err := p.postpone(sub); err != nil {
				return published, errors.Join(failed, err)
			}
			if errors.Is(err, history.ErrRemote) || errors.Is(err, history.ErrFull) {
				return published, failed // the next would fail too
			}
		}
	}
	return published, errors.Join(failed, ctx.Err())
}

// claim takes the oldest accepted submission that nobody else is publishing. A
// lease that ends later than any could is of a clock that went wrong, and does
// not count.
func (p *Publisher) claim(ctx context.Context) (sub Submission, text string, ok bool, err error) {
	err = p.Store.in(ctx, func(t *tx) error {
		for {
			var id string
			err := t.row(`UPDATE submissions SET lease_owner = $1, lease_until = $2
				WHERE id = (SELECT id FROM submissions WHERE state = 'accepted' AND (lease_until < $3 OR lease_until > $4) ORDER BY decided, id LIMIT 1)
				AND state = 'accepted' AND (lease_until < $3 OR lease_until > $4) RETURNING id, body_final`, p.name, t.now+lease.Milliseconds(), t.now, t.now+never.Milliseconds()).Scan(&id, &text)
			if err == nil {
				ok = true
				sub, err = t.one("id = $1", id)
				return err
			}
			if !errors.Is(err, sql.ErrNoRows) {
				return fmt.Errorf("review: claim: %w", err)
			}
			// Another may just have taken the one that this chose; there may be more.
			left, err := t.count("SELECT COUNT(*) FROM submissions WHERE state = 'accepted' AND (lease_until < $1 OR lease_until > $2)", t.now, t.now+never.Milliseconds())
			if err != nil || left == 0 {
				return err
			}
		}
	})
	return sub, text, ok && err == nil, err
}

// finish notes a publication that git has.
func (p *Publisher) finish(ctx context.Context, sub Submission, commit string) error {
	return p.Store.in(ctx, func(t *tx) error {
		n, err := t.do(`UPDATE submissions SET state = 'published', published_sha = $1, published = $2, updated = $2, lease_owner = '', lease_until = 0, version = version + 1
			WHERE id = $3 AND state = 'accepted'`, commit, t.now, sub.ID)
		if err != nil || n == 0 {
			return err // 0: another has noted it
		}
		if _, err := t.do("UPDATE submissions SET body_final = '', title = '' WHERE id = $1 AND erased = 1", sub.ID); err != nil {
			return err
		}
		if sub.PublishedAt.IsZero() { // else it is brought back after a crash, and was told of
			if err := t.notice(sub, string(Published)); err != nil {
				return err
			}
		}
		return t.audit(System, "publish", sub.ID, commit)
	})
}

// back gives a submission that cannot be published as it is to an editor.
func (p *Publisher) back(ctx context.Context, sub Submission, why error) error {
	p.Store.options.Log.Warn("an accepted submission is back with the editors", "submission", sub.ID, "path", sub.Path, "error", why)
	detail := "moved"
	if errors.Is(why, history.ErrRefused) {
		detail = "refused"
	}
	return p.Store.in(ctx, func(t *tx) error {
		// The text that was accepted is the one that goes on.
		n, err := t.do(`UPDATE submissions SET state = 'needs_rebase', body = body_final, updated = $1, lease_owner = '', lease_until = 0, version = version + 1
			WHERE id = $2 AND state = 'accepted' AND lease_owner = $3`, t.now, sub.ID, p.name)
		if err != nil || n == 0 {
			return err
		}
		return t.audit(System, "needs rebase", sub.ID, detail)
	})
}

// postpone gives up a claim for a while, also when the program is stopping.
func (p *Publisher) postpone(sub Submission) error {
	ctx, cancel := context.WithTimeout(context.Background(), pause)
	defer cancel()
	return p.Store.in(ctx, func(t *tx) error {
		_, err := t.do("UPDATE submissions SET lease_until = $1, tries = tries + 1 WHERE id = $2 AND lease_owner = $3 AND state = 'accepted'",
			t.now+pause.Milliseconds(), sub.ID, p.name)
		return err
	})
}

// listen is woken by PostgreSQL when another replica accepts, until the
// context ends. Without it the publisher looks every few seconds.
func (s *Store) listen(ctx context.Context) {
	for ctx.Err() == nil {
		err := s.heard(ctx)
		if ctx.Err() != nil {
			return
		}
		s.options.Log.Debug("listening to the database again", "error", err)
		select {
		case <-ctx.Done():
		case <-time.After(pause):
		}
	}
}

func (s *Store) heard(ctx context.Context) error {
	c, err := pgx.Connect(ctx, s.url)
	if err != nil {
		return err
	}
	defer c.Close(context.WithoutCancel(ctx))
	if _, err := c.Exec(ctx, "LISTEN "+accepted); err != nil {
		return err
	}
	for {
		if _, err := c.WaitForNotification(ctx); err != nil {
			return err
		}
		s.woken()
	}
}

// Check compares the database with git, for whoever keeps the site.
func (p *Publisher) Check(ctx context.Context) (findings []history.Finding) {
	waiting, err := list(ctx, p.Store.db, scan, "SELECT "+columns+" FROM submissions WHERE state = 'accepted' AND tries > 0 ORDER BY decided")
	if err != nil {
		return []history.Finding{{What: "publications", Said: err.Error(), Fault: true}}
	}
	for _, w := range waiting {
		findings = append(findings, history.Finding{What: "publications", Fault: true,
			Said: fmt.Sprintf("%s waits since %s after %d tries; the log says why", w.Path, w.Decided.Format(time.RFC3339), w.Tries)})
	}
	published, err := list(ctx, p.Store.db, scan, "SELECT "+columns+" FROM submissions WHERE state = 'published' AND purged = 0 AND body_final <> ''")
	if err != nil {
		return append(findings, history.Finding{What: "publications", Said: err.Error(), Fault: true})
	}
	missing := 0
	for _, s := range published {
		if there, err := p.Repository.Contains(ctx, s.PublishedSHA); err != nil || !there {
			missing++
		}
	}
	if missing > 0 {
		findings = append(findings, history.Finding{What: "publications", Fault: true,
			Said: fmt.Sprintf("%d are not in git; the next start publishes them again", missing)})
	}
	if len(findings) == 0 {
		findings = append(findings, history.Finding{What: "publications", Said: fmt.Sprintf("%d of the last 35 days are in git", len(published))})
	}
	return findings
}
