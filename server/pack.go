package server

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"path"
	"slices"
	"strings"
	"time"

	"opendoor/practices"
	"opendoor/practices/workshops"
	"opendoor/search"
	"opendoor/server/offline"
)

// A Pack says what is taken away to a place without internet: a collection
// with its entries, the entries that a query finds, or, when neither is said,
// the whole catalogue.
type Pack struct {
	Collection string     // id of a published collection
	Query      url.Values // parameters of a list: q, country, measure …
	Languages  []string   // of the pages; all of the interface when none is said

	own *ownPack // a collection that somebody made for themselves
}

// ErrEmptyPack is the answer for a query that finds nothing.
var ErrEmptyPack = errors.New("nothing to pack: the query finds no entry")

// ErrNoLanguage is the answer for a language that the interface has not got.
var ErrNoLanguage = errors.New("not a language of the interface")

// WritePack writes one zip that opens without a server: index.html, the pages
// in the folder pages, and in the folder content the Markdown files, which
// another installation can serve. It is made by a server of its own that has
// just these entries, so that every count, list and map in it is of the pack.
// The whole catalogue takes some seconds and little memory beside. It ends
// with ctx; any number may call it at once.
func (s *Server) WritePack(ctx context.Context, w io.Writer, p Pack) (offline.Tally, error) {
	g := s.take()
	defer g.release()
	return s.writePack(ctx, w, g, p)
}

func (s *Server) writePack(ctx context.Context, w io.Writer, g *generation, p Pack) (offline.Tally, error) {
	languages, err := s.packLanguages(p.Languages)
	if err != nil {
		return offline.Tally{}, err
	}
	files, newest, err := s.sources(ctx, g, p)
	if err != nil {
		return offline.Tally{}, err
	}
	content, err := asTree(files)
	if err != nil {
		return offline.Tally{}, err
	}
	k := &packing{languages: languages, first: "/"}
	if p.own != nil {
		k.own = p.own.collection
	}
	if languages[0] != defaultLanguage {
		k.first = "/" + languages[0]
	}
	o := Options{Content: content, Alone: true, BaseURL: s.options.BaseURL, Log: s.options.Log, Now: s.options.Now, packing: k}
	packed, err := start(o, s.set)
	if err != nil {
		return offline.Tally{}, err
	}
	defer packed.Close()
	k.generation = packed.current
	k.sparse = k.generation.catalogue.Len() > sparseFrom
	site := offline.Site{Handler: packed.engine, Target: k.target, Files: map[string][]byte{}, Time: newest}
	for _, lang := range languages {
		site.Start = append(site.Start, inLanguage(lang, "/"))
	}
	for name, data := range files {
		site.Files[path.Join(ContentFolder, name)] = data
	}
	return site.Write(ctx, w)
}

// ContentFolder is where the Markdown files lie in a pack.
const ContentFolder = "content"

// packLanguages are those asked for, in the order of the interface.
func (s *Server) packLanguages(asked []string) ([]string, error) {
	var known []string
	for _, l := range s.set.Languages() {
		known = append(known, l.Tag)
	}
	for _, lang := range asked {
		if !slices.Contains(known, lang) {
			return nil, fmt.Errorf("%w: %q; known: %s", ErrNoLanguage, lang, strings.Join(known, ", "))
		}
	}
	if len(asked) == 0 {
		return known, nil
	}
	return slices.DeleteFunc(known, func(lang string) bool { return !slices.Contains(asked, lang) }), nil
}

// sources are the Markdown files of a pack, by name, and the day of the newest
// entry.
func (s *Server) sources(ctx context.Context, g *generation, p Pack) (map[string][]byte, time.Time, error) {
	if p.own != nil {
		return s.ownSources(ctx, g, p.own)
	}
	list, shelf, err := g.packed(ctx, p)
	if err != nil {
		return nil, time.Time{}, err
	}
	content, err := s.origin.open(ctx, g.version)
	if err != nil {
		return nil, time.Time{}, err
	}
	files := map[string][]byte{}
	for _, e := range list {
		if err := addEntry(files, e, content); err != nil {
			return nil, time.Time{}, err
		}
	}
	for _, c := range shelf {
		if err := addCollection(files, c.ID, workshops.FS, content); err != nil {
			return nil, time.Time{}, err
		}
	}
	return files, newestOf(list), nil
}

// newestOf is the day of the newest entry.
func newestOf(list []*practices.Practice) time.Time {
	var newest practices.Date
	for _, e := range list {
		if e.Fresh().After(newest) {
			newest = e.Fresh()
		}
	}
	return newest.Time().UTC()
}

// addEntry adds the file of an entry and those of its translations.
func addEntry(files map[string][]byte, e *practices.Practice, content fs.FS) (err error) {
	langs := []string{""}
	for lang := range e.Translations {
		langs = append(langs, lang)
	}
	for _, lang := range langs {
		name := practices.FilePath(e.ID, lang)
		if files[name], err = fs.ReadFile(content, name); err != nil {
			return err
		}
	}
	return nil
}

// addCollection adds the files of a collection; what was published here stands
// before what the program brought.
func addCollection(files map[string][]byte, id string, shipped, content fs.FS) error {
	for _, from := range []struct {
		tree   fs.FS
		folder string
	}{{shipped, "."}, {content, workshops.Folder}} {
		names, err := fs.Glob(from.tree, path.Join(from.folder, id+".*"))
		if err != nil {
			return err
		}
		for _, name := range names {
			data, err := fs.ReadFile(from.tree, name)
			if err != nil {
				return err
			}
			files[path.Join(workshops.Folder, path.Base(name))] = data
		}
	}
	return nil
}

// packed are the entries of a pack, and the collections that are whole in it.
func (g *generation) packed(ctx context.Context, p Pack) (list []*practices.Practice, shelf []*workshops.Collection, err error) {
	switch {
	case p.Collection != "":
		c, err := g.shelf.Get(p.Collection)
		if err != nil {
			return nil, nil, err
		}
		for _, id := range c.Entries() {
			e, err := g.catalogue.Get(id)
			if err != nil {
				return nil, nil, err
			}
			list = append(list, e)
		}
		return list, []*workshops.Collection{c}, nil
	default:
		_, hits, err := g.index.All(ctx, search.ParseQuery(p.Query, p.lang()))
		if err != nil {
			return nil, nil, err
		}
		for _, h := range hits {
			list = append(list, h.Practice)
		}
	}
	if len(list) == 0 {
		return nil, nil, ErrEmptyPack
	}
	for _, c := range g.shelf.All() {
		whole := !slices.ContainsFunc(c.Entries(), func(id string) bool {
			return !slices.ContainsFunc(list, func(e *practices.Practice) bool { return e.ID == id })
		})
		if whole {
			shelf = append(shelf, c)
		}
	}
	return list, shelf, nil
}

// lang is the language in which the words of the query are read.
func (p Pack) lang() string {
	if len(p.Languages) > 0 {
		return p.Languages[0]
	}
	return defaultLanguage
}

// asTree makes a tree of files, in memory.
func asTree(files map[string][]byte) (fs.FS, error) {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for name, data := range files {
		f, err := z.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Store})
		if err != nil {
			return nil, err
		}
		if _, err := f.Write(data); err != nil {
			return nil, err
		}
	}
	if err := z.Close(); err != nil {
		return nil, err
	}
	return zip.NewReader(bytes.NewReader(b.Bytes()), int64(b.Len()))
}
