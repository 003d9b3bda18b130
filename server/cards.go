package server

import (
	"sync"

	"opendoor/practices"
)

// maxCards is how many cards a generation keeps, about 4 KB each.
const maxCards = 4000

// A cardBox keeps what the cards of entries say beside what was searched for:
// the same few hundred entries answer most queries, and to put a card into
// words takes longer than to find its entry. Any number of readers may use it
// at once.
type cardBox struct {
	mu    sync.RWMutex
	cards map[cardKey]card
}

// A cardKey is all that the words of a card depend on.
type cardKey struct {
	practice  string
	page, own string // languages: of the page, of the text
	day       string // what is stale is so from a day on
}

func newCardBox() *cardBox { return &cardBox{cards: map[cardKey]card{}} }

// get gives the card with a key, made when it is not there. When the box is
// full it is emptied: who reads on fills it again with what is read.
func (b *cardBox) get(key cardKey, make func() card) card {
	b.mu.RLock()
	c, ok := b.cards[key]
	b.mu.RUnlock()
	if ok {
		return c
	}
	c = make()
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.cards) >= maxCards {
		clear(b.cards)
	}
	b.cards[key] = c
	return c
}

// cardIn is the card of an entry whose text is shown in a language, without
// title, summary and marks.
func (v *visit) cardIn(p *practices.Practice, lang string) card {
	key := cardKey{p.ID, v.lang, lang, v.now.Format("2006-01-02")}
	return v.kept.get(key, func() card { return v.newCard(p, lang) })
}
