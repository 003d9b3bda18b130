package search

import (
	"context"
	"sort"

	index "github.com/blevesearch/bleve_index_api"
)

// A cursor walks the entries that have a word, or words in a row, in one
// field. Its numbers are bleve's, not places in the catalogue.
type cursor struct {
	words   []term
	readers []index.TermFieldReader
	docs    []*index.TermFieldDoc // where each reader stands; nil at its end
	spans   bool                  // whether the places in the text are wanted
	at      [][2]int              // the places, as bytes of the text
}

// cursor looks words up in a field. Close it.
func (x *Index) cursor(ctx context.Context, f *field, words []term, spans bool) (*cursor, error) {
	c := &cursor{words: words, spans: spans}
	for _, w := range words {
		places := spans || len(words) > 1
		r, err := x.reader.TermFieldReader(ctx, []byte(w.text), f.id, true, false, places)
		if err != nil {
			c.close()
			return nil, err
		}
		c.readers, c.docs = append(c.readers, r), append(c.docs, &index.TermFieldDoc{})
	}
	return c, nil
}

func (c *cursor) close() {
	for _, r := range c.readers {
		r.Close() // gives memory back; it has nothing to fail at
	}
}

// next goes to the next entry, and says how often it has the words.
func (c *cursor) next() (doc uint64, times int, err error) {
	for c.docs[0] != nil {
		if err := c.step(0); err != nil {
			return 0, 0, err
		}
		if c.docs[0] == nil {
			break
		}
		if times, err = c.meet(); times > 0 || err != nil {
			break
		}
	}
	if c.docs[0] == nil {
		return 0, 0, err
	}
	return c.docs[0].ID.Value(), times, err
}

// seek goes to one entry, which must not lie before the last, and says how
// often it has the words.
func (c *cursor) seek(doc uint64) (times int, err error) {
	c.at = c.at[:0]
	if err := c.advance(0, index.NewIndexInternalID(nil, doc)); err != nil {
		return 0, err
	}
	if c.docs[0] == nil || c.docs[0].ID.Value() != doc {
		return 0, nil
	}
	return c.meet()
}

// meet brings all readers to the entry of the first and counts how often
// their words stand in a row there.
func (c *cursor) meet() (times int, err error) {
	first := c.docs[0]
	for i := 1; i < len(c.readers); i++ {
		if err := c.advance(i, first.ID); err != nil {
			return 0, err
		}
		if c.docs[i] == nil || c.docs[i].ID.Value() != first.ID.Value() {
			return 0, nil
		}
	}
	c.at = c.at[:0]
	if len(c.readers) == 1 && !c.spans {
		return int(first.Freq), nil
	}
	for _, v := range first.Vectors {
		end, ok := c.row(v.Pos, v.End)
		if !ok {
			continue
		}
		times++
		if c.spans {
			c.at = append(c.at, [2]int{int(v.Start), int(end)})
		}
	}
	return times, nil
}

// row says whether the other words follow one that stands at pos, and where
// the last of them ends.
func (c *cursor) row(pos, end uint64) (last uint64, ok bool) {
	for i := 1; i < len(c.words); i++ {
		want := pos + uint64(c.words[i].at-c.words[0].at)
		places := c.docs[i].Vectors
		j := sort.Search(len(places), func(j int) bool { return places[j].Pos >= want })
		if j == len(places) || places[j].Pos != want {
			return 0, false
		}
		end = max(end, places[j].End)
	}
	return end, true
}

// step moves one reader to its next entry.
func (c *cursor) step(i int) (err error) {
	c.docs[i], err = c.readers[i].Next(c.docs[i].Reset())
	return err
}

// advance moves one reader to an entry or the first after it, unless it is
// there already: bleve starts again from the beginning when asked to go back.
func (c *cursor) advance(i int, id index.IndexInternalID) (err error) {
	d := c.docs[i]
	if d == nil || len(d.ID) > 0 && d.ID.Compare(id) >= 0 {
		return nil
	}
	c.docs[i], err = c.readers[i].Advance(id, d.Reset())
	return err
}
