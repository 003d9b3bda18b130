package review

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"time"
)

// A Throttled is the answer to somebody who has tried too often, with the time
// after which they may try again.
type Throttled struct{ Wait time.Duration }

func (e *Throttled) Error() string {
	return fmt.Sprintf("tried too often; again in %v", e.Wait.Round(time.Second))
}

// A brake counts failures. Some are free; then each doubles the wait, from a
// second to a longest, so that nobody is locked out for ever.
type brake struct {
	what    string
	who     string
	free    int
	longest time.Duration
}

// forgets is how long failures count.
const forgets = 24 * time.Hour

// own keys the hashes of a program that was given no key.
var own = func() []byte {
	b := make([]byte, keySize)
	rand.Read(b)
	return b
}()

// blurred is the form in which a network address or login is kept for
// counting. It cannot be turned back without the key.
func (s *Store) blurred(what, who string) string {
	key := s.options.Key
	if len(key) == 0 {
		key = own
	}
	h := hmac.New(sha256.New, key)
	fmt.Fprintf(h, "%s\x00%s", what, who)
	return hex.EncodeToString(h.Sum(nil))
}

// press counts one try before it is made, so that a hundred at once are a
// hundred, and refuses it while the wait of an earlier one lasts. A wait beyond
// the longest is of a clock that went back, and does not count.
func (t *tx) press(b brake) error {
	who := t.s.blurred(b.what, b.who)
	var n int
	err := t.row(`INSERT INTO throttles (what, who, n, until, updated) VALUES ($1, $2, 1, 0, $3)
		ON CONFLICT (what, who) DO UPDATE SET n = CASE WHEN throttles.updated < $4 THEN 1 ELSE throttles.n + 1 END, updated = $3
		WHERE throttles.until <= $3 OR throttles.until > $5 RETURNING n`, b.what, who, t.now, t.now-forgets.Milliseconds(), t.now+b.longest.Milliseconds()).Scan(&n)
	if errors.Is(err, sql.ErrNoRows) {
		var until int64
		if err := t.row("SELECT until FROM throttles WHERE what = $1 AND who = $2", b.what, who).Scan(&until); err != nil {
			return fmt.Errorf("review: throttle: %w", err)
		}
		return &Throttled{time.Duration(until-t.now) * time.Millisecond}
	}
	if err != nil {
		return fmt.Errorf("review: throttle: %w", err)
	}
	if n < b.free {
		return nil
	}
	wait := min(time.Second<<min(n-b.free, 20), b.longest)
	_, err = t.do("UPDATE throttles SET until = $1 WHERE what = $2 AND who = $3", t.now+wait.Milliseconds(), b.what, who)
	return err
}

// release forgets the tries of whoever succeeded.
func (t *tx) release(b brake) error {
	_, err := t.do("DELETE FROM throttles WHERE what = $1 AND who = $2", b.what, t.s.blurred(b.what, b.who))
	return err
}

// forgive takes back that one try was counted.
func (t *tx) forgive(b brake) error {
	_, err := t.do("UPDATE throttles SET n = n - 1, until = 0 WHERE what = $1 AND who = $2 AND n > 0", b.what, t.s.blurred(b.what, b.who))
	return err
}

// Spend counts one act of somebody, such as a submission from a network
// address, and answers [Throttled] once there were more than limit within a
// window. Who is kept as a hash that changes every day.
func (s *Store) Spend(ctx context.Context, what, who string, limit int, window time.Duration) error {
	return s.in(ctx, func(t *tx) error {
		var n int
		var until int64
		err := t.row(`INSERT INTO throttles (what, who, n, until, updated) VALUES ($1, $2, 1, $3, $4)
			ON CONFLICT (what, who) DO UPDATE SET updated = $4,
				n = CASE WHEN throttles.until <= $4 THEN 1 ELSE throttles.n + 1 END,
				until = CASE WHEN throttles.until <= $4 THEN $3 ELSE throttles.until END
			RETURNING n, until`, what, s.blurred(what+when(t.now).Format(time.DateOnly), who), t.now+window.Milliseconds(), t.now).Scan(&n, &until)
		if err != nil {
			return fmt.Errorf("review: throttle: %w", err)
		}
		if n > limit {
			return &Throttled{time.Duration(until-t.now) * time.Millisecond}
		}
		return nil
	})
}
