package review

import (
	"bufio"
	"errors"
	"fmt"
	"net"
	"strings"
	"sync"
	"testing"
)

// A mailbox is a mail server that keeps what it is sent, or refuses it.
type mailbox struct {
	net.Listener
	mu     sync.Mutex
	mails  []string
	refuse bool
}

func newMailbox(t *testing.T) *mailbox {
	t.Helper()
	b := &mailbox{Listener: must(net.Listen("tcp", "127.0.0.1:0"))}
	var group sync.WaitGroup
	group.Go(func() {
		for {
			c, err := b.Accept()
			if err != nil {
				return
			}
			group.Go(func() { b.serve(c) })
		}
	})
	t.Cleanup(func() {
		b.Close()
		group.Wait()
	})
	return b
}

func (b *mailbox) serve(c net.Conn) {
	defer c.Close()
	lines := bufio.NewReader(c)
	say := func(s string) { fmt.Fprintf(c, "%s\r\n", s) }
	say("220 mailbox")
	for {
		line, err := lines.ReadString('\n')
		if err != nil {
			return
		}
		switch verb := strings.ToUpper(strings.Fields(line + " x")[0]); verb {
		case "EHLO", "HELO":
			say("250 mailbox")
		case "RCPT":
			b.mu.Lock()
			refuse := b.refuse
			b.mu.Unlock()
			if refuse {
				say("450 later")
			} else {
				say("250 ok")
			}
		case "DATA":
			say("354 go on")
			var mail strings.Builder
			for {
				l, err := lines.ReadString('\n')
				if err != nil {
					return
				}
				if l == ".\r\n" {
					break
				}
				mail.WriteString(l)
			}
			b.mu.Lock()
			b.mails = append(b.mails, mail.String())
			b.mu.Unlock()
			say("250 ok")
		case "QUIT":
			say("221 bye")
			return
		default:
			say("250 ok")
		}
	}
}

func (b *mailbox) count() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return len(b.mails)
}

func TestPost(t *testing.T) {
	engines(t, func(t *testing.T, address string) {
		ctx, c, b := t.Context(), newClock(), newMailbox(t)
		s := open(t, address, Options{Now: c.now})
		editor := addAccount(t, s, "Edith", Editor)
		post := func() *Post {
			return &Post{
				Store: s, Host: "127.0.0.1", Port: b.Addr().(*net.TCPAddr).Port, From: "door@example.org", Plain: true,
				Compose: func(n Notice) (string, string, error) {
					return "About «" + n.Title + "»", n.Event + " in " + n.Lang + " for " + n.Name, nil
				},
			}
		}
		token, sub := sent(t, s, "mx-0900")
		must(s.Comment(ctx, editor, sub.ID, "", "secret words"))
		must(s.Answer(ctx, token, "", "an answer of their own"))
		must(s.Decide(ctx, editor, sub.ID, sub.Version, Decision{Verdict: Changes, Reason: "secret reason"}))
		silent, other := draft(t, s, "mx-0901")
		other = must(s.Send(ctx, silent, other.Version, Sending{}))
		must(s.Decide(ctx, editor, other.ID, other.Version, Decision{Verdict: Decline, Reason: "no"}))

		b.refuse = true
		if n, err := post().Once(ctx); n != 0 || err == nil || strings.Contains(err.Error(), "n@example.org") {
			t.Errorf("refused: %d, %v", n, err)
		}
		if n, err := post().Once(ctx); n != 0 || err != nil {
			t.Errorf("tried again at once: %d, %v", n, err)
		}
		b.mu.Lock()
		b.refuse = false
		b.mu.Unlock()
		c.pass(2 * postLease)
		// Two replicas at once send each mail once.
		var group sync.WaitGroup
		for range 2 {
			group.Go(func() {
				if _, err := post().Once(ctx); err != nil {
					t.Error(err)
				}
			})
		}
		group.Wait()
		if b.count() != 2 {
			t.Fatalf("%d mails: %q", b.count(), b.mails)
		}
		all := strings.Join(b.mails, "\n")
		for _, want := range []string{"To: <n@example.org>", "From: <door@example.org>", "comment in en for N", "changes_requested in en for N"} {
			if !strings.Contains(all, want) {
				t.Errorf("no %q in %s", want, all)
			}
		}
		if strings.Contains(all, "secret") || strings.Contains(all, token) {
			t.Errorf("too much is told: %s", all)
		}
		if n, err := post().Once(ctx); n != 0 || err != nil {
			t.Errorf("told twice: %d, %v", n, err)
		}
		// After the last try a mail is given up.
		must(s.Comment(ctx, editor, sub.ID, "", "more"))
		b.mu.Lock()
		b.refuse = true
		b.mu.Unlock()
		tries := 0
		for range postTries + 3 {
			if _, err := post().Once(ctx); err != nil {
				tries++
			}
			c.pass(postLease << postTries)
		}
		if tries != postTries {
			t.Errorf("%d tries", tries)
		}
		// A failing composer and a server that is away keep the mail.
		must(s.Comment(ctx, editor, sub.ID, "", "more"))
		broken := post()
		broken.Compose = func(Notice) (string, string, error) { return "", "", errors.New("no words") }
		if _, err := broken.Once(ctx); err == nil || !strings.Contains(err.Error(), "no words") {
			t.Errorf("no words: %v", err)
		}
	})
}

// TestMailKeepsToItsLines sends what somebody typed to make a mail another
// mail.
func TestMailKeepsToItsLines(t *testing.T) {
	b := newMailbox(t)
	p := &Post{
		Host: "127.0.0.1", Port: b.Addr().(*net.TCPAddr).Port, From: "door@example.org", Plain: true,
		Compose: func(n Notice) (string, string, error) {
			return "About " + n.Title, "Dear " + n.Name + ",\n.\nQUIT\n" + n.Title, nil
		},
	}
	const hostile = "x\r\nBcc: evil@example.org\r\n\r\n.\r\nMAIL FROM:<evil@example.org>\nX-More: y"
	if err := p.send(t.Context(), Notice{Title: hostile, Name: hostile, email: "n@example.org"}); err != nil {
		t.Fatal(err)
	}
	if b.count() != 1 {
		t.Fatalf("%d mails: %q", b.count(), b.mails)
	}
	head, _, _ := strings.Cut(b.mails[0], "\r\n\r\n")
	for line := range strings.SplitSeq(head, "\r\n") {
		if name, _, _ := strings.Cut(line, ":"); strings.EqualFold(name, "Bcc") || strings.EqualFold(name, "X-More") {
			t.Errorf("a header was typed: %q", head)
		}
	}
	for _, address := range []string{"n@example.org\r\nBcc: evil@example.org", "n@example.org>\r\nRCPT TO:<evil@example.org", "n@example.org, evil@example.org", ""} {
		if err := p.send(t.Context(), Notice{Title: "x", email: address}); err == nil || strings.Contains(err.Error(), "evil") {
			t.Errorf("%q: %v", address, err)
		}
	}
	if b.count() != 1 {
		t.Errorf("%d mails: %q", b.count(), b.mails)
	}
}
