package search

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"opendoor/practices"
	"opendoor/practices/vocabulary"
	"opendoor/regions"
)

// A loop is the search written again without an index: loops over the
// catalogue that follow what the package comment says. It shares the parser
// and the analysis with the real one, and nothing else.
type loop struct {
	all   []*practices.Practice
	texts [][]loopText // by entry
	names []loopName
	means map[string]float64
}

type loopText struct {
	part
	lang   string // "" for names
	places map[string][]int
	length int
}

// A loopName is one name of one thing that entries carry.
type loopName struct {
	analysis string
	words    []term
	distinct int
	least    float64
	capitals bool
	entries  []int
}

func (t loopText) analysis() string {
	if t.lang == "" {
		return names
	}
	return analysisOf(t.lang)
}

func newLoop(c *practices.Catalogue) *loop {
	s := &loop{all: c.All(), means: map[string]float64{}}
	for _, p := range s.all {
		var list []loopText
		add := func(lang, text string, p part) {
			t := loopText{part: p, lang: lang, places: map[string][]int{}, length: countWords(text)}
			for _, w := range terms(t.analysis(), text) {
				t.places[w.text] = append(t.places[w.text], w.at)
			}
			list = append(list, t)
		}
		add("", strings.Join(p.Also, "\n"), alsoNames)
		add("", acted(p), actors)
		for _, v := range versions(p) {
			add(v.Lang, v.Title, titles)
			add(v.Lang, v.Summary, summaries)
			add(v.Lang, v.Body, bodies)
		}
		s.texts = append(s.texts, list)
	}
	for _, f := range labelled {
		for _, t := range vocabulary.Named(f.vocabulary).Terms {
			if slices.Contains(noConcept, t.ID) {
				continue
			}
			least := 0.5
			if t.Caution {
				least = 1
			}
			has := s.having(func(p *practices.Practice) bool { return slices.Contains(f.of(p), t.ID) })
			for _, lang := range vocabulary.Languages {
				for _, name := range append([]string{t.Label[lang]}, t.Synonyms[lang]...) {
					s.name(lang, name, least, false, has)
				}
			}
			if f.vocabulary == "region" {
				s.place(regions.RegionAliases(regions.RegionID(t.ID)), 0.5, has)
			}
		}
	}
	for _, country := range regions.Countries() {
		has := s.having(func(p *practices.Practice) bool { return slices.Contains(p.Countries, country.Code) })
		for _, lang := range vocabulary.Languages {
			s.place(map[string][]string{lang: {country.Names.In(lang)}}, 0.3, has)
		}
		s.place(regions.Aliases(country.Code), 0.3, has)
		s.place(map[string][]string{"": {string(country.Code), country.Alpha3}}, 0.3, has)
	}
	return s
}

func (s *loop) having(yes func(*practices.Practice) bool) (list []int) {
	for row, p := range s.all {
		if yes(p) {
			list = append(list, row)
		}
	}
	return list
}

func (s *loop) place(byLang map[string][]string, least float64, entries []int) {
	for lang, list := range byLang {
		for _, name := range list {
			abbreviation := name == strings.ToUpper(name) && name != strings.ToLower(name)
			s.name("", name, least, abbreviation, entries)
			if !abbreviation {
				s.name(lang, name, least, false, entries)
			}
		}
	}
}

func (s *loop) name(lang, name string, least float64, capitals bool, entries []int) {
	n := loopName{analysis: names, least: least, capitals: capitals, entries: entries}
	if lang != "" {
		n.analysis = analysisOf(lang)
	}
	distinct := map[string]bool{}
	for _, w := range terms(n.analysis, name) {
		n.words, distinct[w.text] = append(n.words, w), true
	}
	n.distinct = len(distinct)
	if len(entries) > 0 && len(n.words) > 0 {
		s.names = append(s.names, n)
	}
}

// times counts how often words stand in a row in a text.
func (t loopText) times(words []term) int {
	if len(words) == 0 {
		return 0
	}
	n := 0
	for _, first := range t.places[words[0].text] {
		fits := true
		for _, w := range words[1:] {
			fits = fits && slices.Contains(t.places[w.text], first+w.at-words[0].at)
		}
		if fits {
			n++
		}
	}
	return n
}

// has says whether words stand in a row in the name, stop words not counted.
func (n loopName) has(words []term) bool {
	for i := range n.words {
		if len(words) > 0 && i+len(words) <= len(n.words) &&
			slices.EqualFunc(words, n.words[i:i+len(words)], func(a, b term) bool { return a.text == b.text }) {
			return true
		}
	}
	return false
}

// A verdict is what a clause is to each entry.
type verdict struct {
	clause
	words          map[string][]term
	abbreviation   bool
	said, free     []bool
	share, gain    []float64
	rarity, weight float64
	in, inOrFree   int
}

// clauses judges every clause of a text against every entry.
func (s *loop) clauses(text string) []*verdict {
	parsed, _ := parse(text)
	loud := len(parsed) > 1
	for _, c := range parsed {
		loud = loud && c.text == strings.ToUpper(c.text) && c.text != strings.ToLower(c.text)
	}
	n := len(s.all)
	var list []*verdict
	for _, c := range parsed {
		v := &verdict{clause: c, words: map[string][]term{}, said: make([]bool, n), free: make([]bool, n), share: make([]float64, n), gain: make([]float64, n)}
		for name := range analyses {
			v.words[name] = terms(name, c.text)
		}
		list = append(list, v)
	}
	for _, name := range s.names {
		covered := 0
		has := func(v *verdict) bool {
			return !v.not && name.has(v.words[name.analysis]) && (!name.capitals || !loud && capitals(v.text))
		}
		for _, v := range list {
			if has(v) {
				covered += len(v.words[name.analysis])
			}
		}
		if covered == 0 || float32(covered) < float32(name.distinct)*float32(name.least) {
			continue
		}
		for _, v := range list {
			if has(v) {
				v.abbreviation = v.abbreviation || name.capitals
				share := min(1, float64(len(v.words[name.analysis]))/float64(name.distinct))
				for _, row := range name.entries {
					v.share[row] = max(v.share[row], share)
				}
			}
		}
	}
	for _, v := range list {
		for row := range s.all {
			s.judge(v, row)
		}
		v.rarity = math.Log(1 + (float64(n-v.inOrFree)+0.5)/(float64(v.inOrFree)+0.5))
		if v.weight = v.rarity; v.inOrFree == 0 {
			v.weight = 0
		}
	}
	return list
}

func (s *loop) judge(v *verdict, row int) {
	byLang := map[string]float64{}
	for _, t := range s.texts[row] {
		words := v.words[t.analysis()]
		if t.lang != "" && len(words) == 0 && !v.phrase && !v.abbreviation {
			v.free[row] = true
		}
		if n := float64(t.times(words)); n > 0 {
			v.said[row] = true
			b, mean := float64(t.lengthy), s.mean(t)
			byLang[t.lang] += float64(t.weight) * n * (k1 + 1) / (n + k1*(1-b+b*float64(t.length)/mean))
		}
	}
	v.gain[row] = byLang[""] + labelWeight*v.share[row]
	delete(byLang, "")
	best := 0.0
	for _, gain := range byLang {
		best = max(best, gain)
	}
	v.gain[row] += best
	if v.hit(row) {
		v.in++
	}
	if v.hit(row) || v.free[row] {
		v.inOrFree++
	}
}

func (v *verdict) hit(row int) bool { return v.said[row] || v.share[row] > 0 }

// mean is the mean length of the texts of one part in one language.
func (s *loop) mean(like loopText) float64 {
	key := like.in(like.lang)
	if s.means[key] == 0 {
		total, n := 0, 0
		for _, list := range s.texts {
			for _, t := range list {
				if t.in(t.lang) == key && t.length > 0 {
					total, n = total+t.length, n+1
				}
			}
		}
		s.means[key] = max(1, float64(total)/float64(n))
	}
	return s.means[key]
}

// valuesOf is what an entry has in a group on the day of the tests.
func valuesOf(g Group, p *practices.Practice) []string {
	switch {
	case g != GroupFresh:
		return g.Values(p)
	case p.Stale(today):
		return []string{"stale"}
	}
	return []string{"current"}
}

// A choice is one value of a group.
type choice struct {
	group Group
	value string
}

// An answer is what the loops find.
type answer struct {
	list    []place // in order
	counts  map[choice]int
	relaxed bool
	absent  []string
}

// A place is where an entry stands, and why there.
type place struct {
	id          string
	late, whole bool
	score       float64
}

func (s *loop) search(q Query) answer {
	a := answer{counts: map[choice]int{}}
	excluded := make([]bool, len(s.all))
	var wanted []*verdict
	total := 0.0
	for _, v := range s.clauses(q.Text) {
		switch {
		case len(v.words[analysisOf(q.Lang)]) == 0 && !v.abbreviation:
		case v.not:
			for row := range excluded {
				excluded[row] = excluded[row] || v.said[row]
			}
		default:
			wanted = append(wanted, v)
			total += v.weight
			if v.inOrFree == 0 {
				a.absent = append(a.absent, v.text)
			}
		}
	}
	// How good a match an entry is: 0 none, 1 a word, 2 most of the weight, 3 all.
	match := func(row int) int {
		weight, any, all := 0.0, len(wanted) == 0, true
		for _, v := range wanted {
			any = any || v.hit(row)
			switch {
			case v.phrase && !v.hit(row):
				return 0
			case v.hit(row) || v.free[row]:
				weight += v.weight
			default:
				all = false
			}
		}
		switch {
		case excluded[row] || !any:
			return 0
		case all:
			return 3
		case weight >= 0.6*total:
			return 2
		}
		return 1
	}
	var having [4]int
	for row := range s.all {
		having[match(row)]++
	}
	least := 3
	if len(wanted) > 2 && having[3] < 10 {
		if least = 2; having[3]+having[2] == 0 {
			least = 1
		}
	}
	passes := func(p *practices.Practice, but Group) bool {
		for g, values := range q.Chosen {
			if g != but && !slices.ContainsFunc(values, func(v string) bool { return slices.Contains(valuesOf(g, p), v) }) {
				return false
			}
		}
		return true
	}
	var found []int
	for row, p := range s.all {
		if match(row) < least {
			continue
		}
		a.relaxed = a.relaxed || match(row) < 3
		if passes(p, "") {
			found = append(found, row)
		}
		for _, g := range Groups() {
			if passes(p, g) {
				for _, v := range valuesOf(g, p) {
					a.counts[choice{g, v}]++
				}
			}
		}
	}
	at := map[string]place{}
	for _, row := range found {
		p := s.all[row]
		l := place{id: p.ID, whole: match(row) == 3, late: p.Cautioned()}
		for _, v := range wanted {
			l.score += v.rarity * v.gain[row]
			l.late = l.late && !v.said[row]
		}
		at[p.ID] = l
	}
	order := q.Order()
	if order == SortBest && len(wanted) == 0 {
		order = SortEvidence
	}
	first := func(yes, no bool) int {
		switch {
		case yes && !no:
			return -1
		case no && !yes:
			return 1
		}
		return 0
	}
	slices.SortStableFunc(found, func(i, j int) int {
		p, r := s.all[i], s.all[j]
		switch order {
		case SortBest:
			l, m := at[p.ID], at[r.ID]
			return cmp.Or(first(!l.late, !m.late), first(l.whole, m.whole), cmp.Compare(m.score, l.score))
		case SortEvidence:
			return cmp.Or(r.Evidence.Step()-p.Evidence.Step(), r.Fresh().Time().Compare(p.Fresh().Time()))
		case SortNewest:
			return r.Fresh().Time().Compare(p.Fresh().Time())
		case SortReviewed:
			return r.Review.On.Time().Compare(p.Review.On.Time())
		}
		return 0
	})
	for _, row := range found {
		a.list = append(a.list, at[s.all[row].ID])
	}
	return a
}

// pools are the words of random entries and queries, few enough that they
// meet, with their other forms.
var pools = map[string][]string{
	"en": {"child", "children", "detained", "detention", "shelter", "the", "of", "release", "released", "bail", "guardian's", "family", "families", "AVRR", "screening", "Thai"},
	"es": {"niños", "niña", "detención", "detenidos", "la", "de", "albergue", "fianza", "familias", "liberación", "México", "sea", "acogida"},
	"fr": {"l'asile", "enfants", "détention", "rétention", "la", "des", "familles", "libérés", "caution", "d'Ivoire", "hébergement"},
	"ar": {"الأطفال", "احتجاز", "والاحتجاز", "كفالة", "في", "أسرة", "إلى", "لجوء"},
	"th": {"เด็ก", "ทางเลือกแทนการกักขัง", "กักขัง", "IDC", "ATD"},
}

var typed = []string{"Suisse", "Mexico", "mexicano", "Thailand", "Thaïlande", "TH", "USA", "usa", "IT", "it", "سويسرا", "Europe", "everyone", "alternative", "care", "reporting",
	"programme", "learning", "niñas", "crianças", "Congo", "Republic", "xyzzy", "nowhere", "case-management", "R.D.C.", "law", "13.445", "what", "is", "Casa Abierta", "UNHCR"}

func pick[T any](r *rand.Rand, list []T) T { return list[r.IntN(len(list))] }

func sentence(r *rand.Rand, lang string, n int) string {
	var words []string
	for range n {
		words = append(words, pick(r, pools[lang]))
	}
	return strings.Join(words, " ")
}

func some(r *rand.Rand, list []string) string {
	var out []string
	for range 1 + r.IntN(3) {
		if v := pick(r, list); !slices.Contains(out, v) {
			out = append(out, v)
		}
	}
	return "[" + strings.Join(out, ", ") + "]"
}

// sample makes n random entries, the same for the same seed.
func sample(n int, seed uint64) []entry {
	r := rand.New(rand.NewPCG(seed, 1))
	langs := []string{"en", "en", "en", "es", "fr", "ar", "th"}
	countries := []string{"MX", "TH", "CH", "CI", "CD", "US", "IT", "ES", "KR"}
	var list []entry
	for i := range n {
		country := pick(r, countries)
		e := entry{id: fmt.Sprintf("%s-%04d", strings.ToLower(country), i+1), lang: pick(r, langs)}
		e.title, e.summary, e.body = sentence(r, e.lang, 3), sentence(r, e.lang, 8), sentence(r, e.lang, 10+r.IntN(40))
		e.fields = map[string]string{
			"countries": "[" + country + "]", "populations": some(r, vocabulary.Named("population").IDs()),
			"measures": some(r, []string{"peer-learning", "legal-aid", "guardianship", "case-management", "regularisation"}),
			"kind":     pick(r, vocabulary.Named("kind").IDs()), "as_of": fmt.Sprintf("'%d-%02d'", 2015+r.IntN(9), 1+r.IntN(12)),
			"approach": pick(r, vocabulary.Named("approach").IDs()), "level": pick(r, vocabulary.Named("level").IDs()),
		}
		if r.IntN(3) == 0 {
			e.fields["countries"] = some(r, countries)
		}
		if r.IntN(5) == 0 {
			e.fields["standing"] = pick(r, []string{"contested", "alternative-form-of-detention"})
			e.fields["caution"] = sentence(r, e.lang, 3)
		}
		if r.IntN(3) == 0 {
			e.fields["review"] = fmt.Sprintf("{state: reviewed, by: [xx], on: '%d-%02d-01', next: '2027-11'}", 2020+r.IntN(4), 1+r.IntN(12))
		}
		if r.IntN(4) == 0 {
			e.also = pick(r, []string{"[AVRR, Casa Abierta]", "['Côte d’Ivoire dialogue']", "[R.D.C.]"})
			e.actors = "[{name: UNHCR, type: un-agency, role: [leads]}, {name: xx, type: government, role: [supports]}]"
		}
		if r.IntN(4) == 0 {
			for _, lang := range []string{"en", "es", "pt"} {
				if from := strings.Replace(lang, "pt", "es", 1); lang != e.lang && r.IntN(2) == 0 {
					e.translations = append(e.translations, entry{lang: lang, title: sentence(r, from, 3), summary: sentence(r, from, 8), body: sentence(r, from, 20)})
				}
			}
		}
		list = append(list, e)
	}
	return list
}

// randomQuery asks what people ask: a few words of one language, a name, a
// phrase, something left out, some filters; now and then nonsense.
func randomQuery(r *rand.Rand) Query {
	q := Query{Lang: pick(r, []string{"en", "en", "es", "fr", "pt", "ar", "de"}), Page: 1 + r.IntN(2)}
	lang := pick(r, []string{"en", "en", "es", "fr", "ar", "th"})
	var words []string
	for range pick(r, []int{0, 0, 1, 1, 1, 2, 2, 3, 4, 6}) {
		w := pick(r, pools[lang])
		if r.IntN(3) == 0 {
			w = pick(r, typed)
		}
		switch r.IntN(12) {
		case 0:
			w = `"` + w + " " + pick(r, pools[lang]) + `"`
		case 1:
			w = "-" + w
		case 2:
			w = strings.ToUpper(w)
		}
		words = append(words, w)
	}
	q.Text, _ = clipText(strings.Join(words, " "))
	for range pick(r, []int{0, 0, 0, 1, 1, 2, 3}) {
		g := pick(r, Groups())
		values := []string{"MX", "TH", "en", "es", "xx", "unknown"}
		if name := g.Vocabulary(); name != "" {
			values = append(vocabulary.Named(name).IDs(), "xx")
		}
		q = q.With(g, pick(r, values)).WithPage(q.Page)
	}
	if r.IntN(3) == 0 {
		q.Sort = pick(r, []Sort{SortBest, SortEvidence, SortNewest, SortReviewed})
	}
	return q
}

// TestPlain holds the index against the loops: the total, every count of every
// filter, the scores and the order, for random queries over a random catalogue.
func TestPlain(t *testing.T) {
	queries := 4000
	if testing.Short() {
		queries = 400
	}
	c := load(t, sample(130, 7)...)
	x, err := Build(context.Background(), c, today)
	if err != nil {
		t.Fatal(err)
	}
	defer x.Close()
	slow := newLoop(c)
	r := rand.New(rand.NewPCG(11, 3))
	found, relaxed := 0, 0
	for i := range queries {
		q := randomQuery(r)
		got, want := search(t, x, q), slow.search(q)
		if got.Total > 0 && q.Text != "" {
			found++
		}
		if got.Relaxed {
			relaxed++
		}
		if err := compare(got, want, q); err != nil {
			t.Fatalf("query %d, %q %v sort %q page %d for a reader of %s: %v", i, q.Text, q.Chosen, q.Sort, q.Page, q.Lang, err)
		}
	}
	if found < queries/4 || relaxed < queries/50 {
		t.Errorf("only %d of %d queries found something and %d were relaxed; the sample says too little", found, queries, relaxed)
	}
}

func compare(got *Result, want answer, q Query) error {
	if got.Total != len(want.list) || got.Relaxed != want.relaxed || !slices.Equal(got.Absent, want.absent) {
		return fmt.Errorf("total %d, relaxed %v, absent %q; want %d, %v, %q", got.Total, got.Relaxed, got.Absent, len(want.list), want.relaxed, want.absent)
	}
	for _, f := range got.Facets {
		for _, v := range f.Values {
			if n := want.counts[choice{f.Group, v.Value}]; v.Count != n || v.Selected != q.Has(f.Group, v.Value) {
				return fmt.Errorf("%s=%s: count %d, selected %v; want %d", f.Group, v.Value, v.Count, v.Selected, n)
			}
			delete(want.counts, choice{f.Group, v.Value})
		}
	}
	if len(want.counts) > 0 {
		return fmt.Errorf("these values are not counted: %v", want.counts)
	}
	for i, h := range got.Hits {
		w := want.list[(got.Page-1)*got.PerPage+i]
		// The index adds up in half the precision, so two entries that are all
		// but equal may stand the other way round.
		near := math.Abs(h.Score-w.score) < 1e-4*(1+w.score)
		if h.Practice.ID != w.id && (got.Query.Sort != SortBest || !near) {
			return fmt.Errorf("place %d of %q: %s (%g), want %s (%g)", i, got.Query.Sort, h.Practice.ID, h.Score, w.id, w.score)
		}
		if !near {
			return fmt.Errorf("%s has score %g, want %g", w.id, h.Score, w.score)
		}
	}
	return nil
}
