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
	err = x.guarded(ctx, q, func(ctx context.Context) error {
		r, err = x.search(ctx, q)
		return err
	})
	if err != nil {
		return nil, err
	}
	return r, nil
}

// guarded does the work of a query while the index is open, when there is room
// for it, and names the query in its error.
func (x *Index) guarded(ctx context.Context, q Query, work func(context.Context) error) (err error) {
	x.mu.RLock()
	defer x.mu.RUnlock()
	if x.closed {
		return ErrClosed
	}
	// Bleve searches do not recover from a panic, and one bad entry must not
	// stop the server.
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("search %q: panic: %v\n%s", q.Text, p, debug.Stack())
		}
	}()
	if err := ctx.Err(); err != nil {
		return err
	}
	ctx, leave, err := admit(ctx)
	if err != nil {
		return err
	}
	defer leave()
	if err := work(ctx); err != nil {
		return fmt.Errorf("search %q: %w", q.Text, err)
	}
	return nil
}

func (x *Index) search(ctx context.Context, q Query) (*Result, error) {
	q, cut := q.readable()
	l := x.newLookups()
	defer l.done()
	m, err := l.match(ctx, q.Text, q.Lang, !q.Verbatim)
	if err != nil {
		return nil, err
	}
	left, facets := x.facets(m.found, q.Chosen)
	r := &Result{
		Query: q.ordered(m), Total: left.count(), Of: len(x.all), PerPage: perPage, Facets: facets,
		Relaxed: m.relaxed, Absent: m.absent, Corrected: m.corrected, Dropped: slices.Concat(m.dropped, cut, q.cut),
	}
	r.Pages = max(1, (min(r.Total, maxResults)+perPage-1)/perPage)
	r.Page = min(max(q.Page, 1), r.Pages)
	r.Query.Page = r.Page
	if r.Total < offerBelow && len(m.corrected) == 0 {
		r.DidYouMean = l.didYouMean(ctx, m, q.Text)
	}
	r.Expanded, r.Named = m.expansions(), m.named
	if r.Total == 0 {
		if r.Without, err = l.without(ctx, r.Query); err != nil {
			return nil, err
		}
	}
	from, to := (r.Page-1)*perPage, r.Page*perPage
	page := x.inOrder(m, left, r.Query, to)
	if r.Hits, err = x.hits(ctx, m, page[min(from, len(page)):], q.Lang); err != nil {
		return nil, err
	}
	return r, nil
}

// readable is the query with its text cut to the limits and its typed filters
// taken out of it, and what fell off.
func (q Query) readable() (_ Query, cut []string) {
	q.Text, cut = clipText(clean(q.Text))
	return q.takeFields(), cut
}

// ordered is the query with the order that is used for what it matches.
func (q Query) ordered(m *matching) Query {
	q.Sort = q.Order()
	if q.Sort == SortBest && len(m.probes) == 0 {
		q.Sort = SortEvidence // nothing to match best
	}
	return q
}

// inOrder gives the first rows of those that are left, in the order of a query.
func (x *Index) inOrder(m *matching, left rows, q Query, first int) []int {
	if q.Sort == SortBest {
		return x.best(m, left, first)
	}
	return x.orders.in(q.Sort, q.Lang).first(left, first)
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
	marks, err := x.marks(ctx, probes, page, versions)
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
