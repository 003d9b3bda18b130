package search

import (
	"context"
	"fmt"
	"runtime/debug"
	"slices"

	"opendoor/practices"
)

// A Result is one page of what a query finds, with the counts beside the
// filters and what to tell the reader about how the query was read.
type Result struct {
	Query Query // as understood: a page that exists, the order that was used
	Total int   // practices found
	Of    int   // practices in the catalogue

	Page    int // from 1
	Pages   int // at least 1; only the first 1,000 results can be paged through
	PerPage int

	Hits   []Hit
	Facets []Facet // every group, in the order of Groups

	Relaxed    bool         // some of the results lack a word; those with all stand first
	Absent     []string     // words that no practice has, as typed
	Corrected  []Correction // words that were searched for in another spelling
	DidYouMean string       // a text to offer: a word in it may have been misspelt; "" for none
	Dropped    []string     // words and values left out because there were too many
	Expanded   []Expansion  // soft names that found entries on detention, too
	Named      []Named      // countries, regions and glossary terms in the text

	// Without is for a query that finds nothing: what it would find without one
	// of its words or filters, most first.
	Without []Without
}

// A Hit is one practice that was found, in the reader's language where there
// is a translation, else in its own.
type Hit struct {
	Practice *practices.Practice
	Lang     string  // of the texts below, BCP 47
	Score    float64 // for comparing within one result only; 0 without a text
	Title    Marked
	Summary  Marked
	Why      []Reason // why it is here, where the marks do not show it
	Snippet  Marked   // from the body, when title and summary do not show every match; else empty
}

// An Expansion is a soft name for detention that was typed. When it is strong,
// all entries on detention were looked for, too; else only those that are
// contested or detention by another name. [Query.WithVerbatim] turns it off.
type Expansion struct {
	Typed  string
	Strong bool
}

// A Marked is a text with the places that matched, as bytes [from, to) of it,
// in order and apart. Escape the text before marking it.
type Marked struct {
	Text  string
	Marks [][2]int
}

// Search answers a query. The error is for an index that is broken or closed,
// for a ctx that has ended, for 300 ms that were not enough
// (context.DeadlineExceeded) and for too many searches at once ([ErrBusy]),
// never for what was asked.
func (x *Index) Search(ctx context.Context, q Query) (r *Result, err error) {
	x.mu.RLock()
	defer x.mu.RUnlock()
	if x.closed {
		return nil, ErrClosed
	}
	// Bleve searches do not recover from a panic, and one bad entry must not
	// stop the server.
	defer func() {
		if p := recover(); p != nil {
			r, err = nil, fmt.Errorf("search %q: panic: %v\n%s", q.Text, p, debug.Stack())
		}
	}()
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	ctx, leave, err := admit(ctx)
	if err != nil {
		return nil, err
	}
	defer leave()
	text, cut := clipText(clean(q.Text))
	q.Text = text
	q = q.takeFields()
	text = q.Text
	m, err := x.match(ctx, text, q.Lang, !q.Verbatim)
	if err != nil {
		return nil, fmt.Errorf("search %q: %w", q.Text, err)
	}
	left, facets := x.facets(m.found, q.Chosen)
	r = &Result{
		Query: q, Total: left.count(), Of: len(x.all), PerPage: perPage, Facets: facets,
		Relaxed: m.relaxed, Absent: m.absent, Corrected: m.corrected, Dropped: slices.Concat(m.dropped, cut, q.cut),
	}
	r.Pages = max(1, (min(r.Total, maxResults)+perPage-1)/perPage)
	r.Page = min(max(q.Page, 1), r.Pages)
	r.Query.Text, r.Query.Page, r.Query.Sort = text, r.Page, q.Order()
	if r.Query.Sort == SortBest && len(m.probes) == 0 {
		r.Query.Sort = SortEvidence // nothing to match best
	}
	if r.Total < offerBelow && len(m.corrected) == 0 {
		r.DidYouMean = x.didYouMean(m, text)
	}
	r.Expanded, r.Named = m.expansions(), m.named
	if r.Total == 0 {
		if r.Without, err = x.without(ctx, r.Query); err != nil {
			return nil, fmt.Errorf("search %q: %w", q.Text, err)
		}
	}
	page := x.page(m, left, r.Query)
	if r.Hits, err = x.hits(ctx, m, page, q.Lang); err != nil {
		return nil, fmt.Errorf("search %q: %w", q.Text, err)
	}
	return r, nil
}

// page picks the rows of one page.
func (x *Index) page(m *matching, left rows, q Query) []int {
	from, to := (q.Page-1)*perPage, q.Page*perPage
	var list []int
	if q.Sort == SortBest {
		list = x.best(m, left, to)
	} else {
		for _, row := range x.orders.in(q.Sort, q.Lang) {
			if left.has(row) {
				if list = append(list, row); len(list) == to {
					break
				}
			}
		}
	}
	return list[min(from, len(list)):]
}

// hits makes what the reader sees of some rows.
func (x *Index) hits(ctx context.Context, m *matching, page []int, lang string) ([]Hit, error) {
	list := make([]Hit, len(page))
	versions := make([]version, len(page))
	for i, row := range page {
		versions[i] = shown(x.all[row], lang)
		list[i] = Hit{
			Practice: x.all[row], Lang: versions[i].Lang, Score: m.score(row),
			Title: Marked{Text: versions[i].Title}, Summary: Marked{Text: versions[i].Summary},
		}
	}
	if len(m.probes) == 0 {
		return list, nil
	}
	probes := m.probes
	if m.below != nil {
		probes = append(slices.Clone(probes), m.below.probes...)
	}
	marks, err := x.marks(probes, page, versions)
	if err != nil {
		return nil, err
	}
	for i, found := range marks {
		list[i].Title.Marks = merge(found[titles.name])
		list[i].Summary.Marks = merge(found[summaries.name])
		shown := append(slices.Clone(found[titles.name]), found[summaries.name]...)
		list[i].Snippet = snippet(versions[i].body(), found[bodies.name], shown)
		list[i].Why = x.why(probes, page[i], versions[i].Lang, found)
	}
	return list, nil
}
