package review

// accepted is the channel on which PostgreSQL tells every replica that there
// is something to publish.
const accepted = "opendoor_accepted"

// woken tells the publisher of this program that there is something to do.
func (s *Store) woken() {
	select {
	case s.wake <- struct{}{}:
	default: // it knows already
	}
}
