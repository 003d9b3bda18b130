package server

import (
	"net/url"
	"slices"

	"opendoor/practices"
)

// maxCompared is how many practices stand side by side: more cannot be read
// on a screen or a sheet of paper.
const maxCompared = 4

// comparePage is up to four practices, field by field.
type comparePage struct {
	frame
	Heading, Lead   string
	Columns         []comparedEntry
	Differing, Same []comparedRow
	Figures         []comparedRow   // of one measure
	Alone           []comparedAlone // all others, each practice by itself
	Missing         string          // ids that are not in the catalogue
	Few             bool            // fewer than two are chosen
	Choose          string
	Span            int // columns of the table, that of the names too
}

// A comparedEntry is the head of a column.
type comparedEntry struct {
	related
	ID, Caution, Without, WithoutURL string
	Short                            string // its place and id, where columns stand below one another
}

// A comparedRow is one field, with a cell for each practice.
type comparedRow struct {
	Label string
	Cells []comparedCell
}

// A comparedCell is what one practice has in a field.
type comparedCell struct {
	Of, Lang string // the practice, said again where columns stand below one another
	Values   []string
	Figures  []figure
	Unlike   bool // there is no figure of this kind
}

// canonicalCompare is the query of a comparison in its one form: known or
// not, each id once, four at most, in the order that they were chosen.
func canonicalCompare(v *visit) string { return url.Values{"id": comparedIDs(v)}.Encode() }

func comparedIDs(v *visit) []string {
	var ids []string
	for _, id := range v.query["id"] {
		if practices.ValidID(id) && !slices.Contains(ids, id) && len(ids) < maxCompared {
			ids = append(ids, id)
		}
	}
	return ids
}

// compare serves GET /compare?id=mx-0004&id=th-0001.
func compare(v *visit) (page, error) {
	p := comparePage{frame: v.frame("practices", v.say("compare.title")), Heading: v.say("compare.heading"), Lead: v.say("compare.lead"), Choose: v.url("/choose")}
	var list []*practices.Practice
	var missing []string
	for _, id := range comparedIDs(v) {
		if e, err := v.catalogue.Get(id); err == nil && !e.Withdrawn() {
			list = append(list, e)
		} else {
			missing = append(missing, id)
		}
	}
	p.NoIndex = len(list) > 0
	p.Few = len(list) < 2
	if len(missing) > 0 {
		p.Missing = v.say("compare.missing", "ids", v.list(missing))
	}
	for _, e := range list {
		others := []string{}
		for _, o := range list {
			if o != e {
				others = append(others, o.ID)
			}
		}
		c := comparedEntry{related: v.pointer(e, ""), ID: e.ID, Short: v.place(e) + " · " + e.ID, WithoutURL: v.comparisonURL(others...)}
		c.Without = v.say("compare.without", "title", c.Title)
		c.Caution = v.caution(e)
		p.Columns = append(p.Columns, c)
	}
	for _, row := range v.comparedRows(list, p.Columns) {
		if row.alike() && len(list) > 1 {
			p.Same = append(p.Same, row)
		} else {
			p.Differing = append(p.Differing, row)
		}
	}
	p.Figures, p.Alone = v.comparedFigures(list, p.Columns)
	p.Span = len(list) + 1
	return page{template: "compare", data: p}, nil
}

// comparedRows are the fields of the format that can be set side by side. A
// field that no practice has is left out.
func (v *visit) comparedRows(list []*practices.Practice, heads []comparedEntry) []comparedRow {
	labels := func(vocab string, ids []string) []string {
		var out []string
		for _, id := range ids {
			if id != "" {
				out = append(out, v.label(vocab, id))
			}
		}
		return out
	}
	one := func(s string) []string {
		if s == "" {
			return nil
		}
		return []string{s}
	}
	answer := func(a *practices.Answer) []string {
		if a == nil {
			return nil
		}
		return labels("answer", []string{a.Answer})
	}
	var rows []comparedRow
	for _, f := range []struct {
		key     string
		foreign bool // the words are the entry's own
		of      func(*practices.Practice) []string
	}{
		{"entry.standing", false, func(p *practices.Practice) []string { return labels("standing", []string{p.Standing}) }},
		{"compare.kind", false, func(p *practices.Practice) []string { return labels("kind", []string{p.Kind}) }},
		{"entry.where", false, func(p *practices.Practice) []string { return one(v.place(p)) }},
		{"entry.level", false, func(p *practices.Practice) []string { return labels("level", []string{p.Level}) }},
		{"entry.started", false, func(p *practices.Practice) []string { return one(v.since(p)) }},
		{"entry.status", false, func(p *practices.Practice) []string { return labels("status", []string{p.Status}) }},
		{"entry.for", false, func(p *practices.Practice) []string { return labels("population", p.Populations) }},
		{"entry.situation", false, func(p *practices.Practice) []string { return labels("person-status", p.PersonStatus) }},
		{"entry.offers", false, func(p *practices.Practice) []string { return labels("measure", p.Measures) }},
		{"entry.elements", false, func(p *practices.Practice) []string { return labels("element", p.Elements) }},
		{"entry.care", false, func(p *practices.Practice) []string { return labels("care-model", p.CareModels) }},
		{"entry.approach", false, func(p *practices.Practice) []string { return labels("approach", []string{p.Approach}) }},
		{"entry.asked", false, func(p *practices.Practice) []string {
			asked, none := v.asked(p)
			out := one(none)
			for _, a := range asked {
				out = append(out, a.What)
			}
			return out
		}},
		{"entry.run_by", true, func(p *practices.Practice) []string {
			var names []string
			for _, a := range p.Leaders() {
				names = append(names, a.Name)
			}
			return names
		}},
		{"entry.lived_experience", false, func(p *practices.Practice) []string { return labels("lived-experience", []string{p.LivedExperience}) }},
		{"entry.in_law", false, func(p *practices.Practice) []string { return answer(p.InLaw) }},
		{"entry.in_practice", false, func(p *practices.Practice) []string { return answer(p.InPractice) }},
		{"entry.evidence", false, func(p *practices.Practice) []string { return labels("evidence", []string{p.Evidence.Level}) }},
		{"entry.direction", false, func(p *practices.Practice) []string { return labels("direction", []string{p.Evidence.Direction}) }},
		{"entry.newest_source", false, func(p *practices.Practice) []string { return one(v.date(p.Fresh())) }},
		{"entry.review_state", false, func(p *practices.Practice) []string { return labels("review-state", []string{p.Review.State}) }},
	} {
		row := comparedRow{Label: v.say(f.key)}
		any := false
		for i, p := range list {
			c := comparedCell{Of: heads[i].Short, Values: f.of(p)}
			if f.foreign {
				c.Lang = v.foreign(p.Lang)
			}
			any = any || len(c.Values) > 0
			row.Cells = append(row.Cells, c)
		}
		if any {
			rows = append(rows, row)
		}
	}
	return rows
}

// alike says whether all practices have the same in this field, in whatever
// order.
func (r comparedRow) alike() bool {
	sorted := func(c comparedCell) []string { return slices.Sorted(slices.Values(c.Values)) }
	for _, c := range r.Cells[1:] {
		if !slices.Equal(sorted(c), sorted(r.Cells[0])) {
			return false
		}
	}
	return true
}

// A measureOf is what must be the same in two figures before they may stand
// side by side: what is counted, in which unit, out of how many, over which
// time, and by what method.
type measureOf struct{ indicator, unit, of, period, method, currency, year, per string }

func measured(f practices.Figure) (m measureOf, known bool) {
	known = f.Period != "" && f.Period != "unknown" && !(f.Unit == "percent" && !f.Of.Known)
	return measureOf{f.Indicator, f.Unit, f.Of.Raw, f.Period, f.Method, f.Currency, string(f.Year), f.Per}, known
}

// comparedAlone are the figures of one practice that no other has the like of.
type comparedAlone struct {
	Title, Lang string
	Figures     []figure
}

// comparedFigures sets figures side by side only where they are of one
// measure. All others stand under the practice that they belong to, one
// practice below the other, so that no eye runs across from one to the next.
func (v *visit) comparedFigures(list []*practices.Practice, heads []comparedEntry) (rows []comparedRow, alone []comparedAlone) {
	by := map[measureOf][][]practices.Figure{} // of each practice
	for i, p := range list {
		for _, f := range p.Figures {
			if m, known := measured(f); known {
				if by[m] == nil {
					by[m] = make([][]practices.Figure, len(list))
				}
				by[m][i] = append(by[m][i], f)
			}
		}
	}
	alike := func(f practices.Figure) (measureOf, bool) {
		m, known := measured(f)
		n := 0
		for _, of := range by[m] {
			if len(of) > 0 {
				n++
			}
		}
		return m, known && n > 1
	}
	done := map[measureOf]bool{}
	for i, p := range list {
		own := comparedAlone{Title: heads[i].Title, Lang: heads[i].Lang}
		for _, f := range p.Figures {
			m, like := alike(f)
			switch {
			case !like:
				own.Figures = append(own.Figures, v.figure(p, f))
			case !done[m]:
				done[m] = true
				rows = append(rows, v.figureRow(f.Indicator, by[m], list, heads))
			}
		}
		if len(own.Figures) > 0 {
			alone = append(alone, own)
		}
	}
	return rows, alone
}

// figureRow is a row of figures of one measure.
func (v *visit) figureRow(indicator string, by [][]practices.Figure, list []*practices.Practice, heads []comparedEntry) comparedRow {
	row := comparedRow{Label: v.label("indicator", indicator)}
	for i, figures := range by {
		c := comparedCell{Of: heads[i].Short, Unlike: len(figures) == 0}
		for _, f := range figures {
			c.Figures = append(c.Figures, v.figure(list[i], f))
		}
		row.Cells = append(row.Cells, c)
	}
	return row
}
