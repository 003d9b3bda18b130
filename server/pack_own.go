package server

import (
	"context"
	"strconv"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"opendoor/practices"
	"opendoor/practices/workshops"
)

// An ownPack is a collection that somebody made for themselves, with its
// entries as they were chosen.
type ownPack struct {
	key        string // names the collection as it now is
	collection *workshops.Collection
	entries    []*practices.Practice
	older      map[string][]byte // texts that are no longer the newest, by the id of the entry
}

// packOwn serves GET /workshops/own/{code}/pack.zip.
func (s *Server) packOwn(c *gin.Context, v *visit) error {
	sub, l, err := s.ownLesson(c, v)
	if err != nil {
		return err
	}
	p, _, err := s.packOf(c.Request.URL.Query())
	if err != nil {
		return err
	}
	own := &ownPack{key: "own " + sub.ID + " " + strconv.Itoa(sub.Version), entries: l.entries, older: map[string][]byte{}}
	of := *l.source
	of.ID = workshops.Propose(of.Title, func(string) bool { return false })
	of.Text = workshops.Marshal(&of)
	own.collection = &of
	for _, e := range l.entries {
		now, err := v.catalogue.Get(e.ID)
		if err != nil {
			return err
		}
		if e.Version == now.Version {
			continue
		}
		if own.older[e.ID], _, err = v.text(e.ID, e.Version); err != nil {
			return err
		}
	}
	s.sendMade(c, v.generation, Pack{own: own, Languages: p.Languages}, own.key+" "+strings.Join(p.Languages, ","))
	return nil
}

// ownSources are the files of such a pack. An entry that has changed since it
// was chosen stands as it was then, without translations of what it is now.
func (s *Server) ownSources(ctx context.Context, g *generation, own *ownPack) (map[string][]byte, time.Time, error) {
	if len(own.entries) == 0 {
		return nil, time.Time{}, ErrEmptyPack
	}
	content, err := s.origin.open(ctx, g.version)
	if err != nil {
		return nil, time.Time{}, err
	}
	files := map[string][]byte{workshops.FilePath(own.collection.ID): own.collection.Text}
	for _, e := range own.entries {
		if then, ok := own.older[e.ID]; ok {
			files[practices.FilePath(e.ID, "")] = then
		} else if err := addEntry(files, e, content); err != nil {
			return nil, time.Time{}, err
		}
	}
	return files, newestOf(own.entries), nil
}
