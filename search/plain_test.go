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
	"opendoor/regions/fold"
)

// A loop is the search written again without an index: loops over the
// catalogue that follow what the package comment says. It shares the parser,
// the analysis and the names of things with the real one, and nothing else.
type loop struct {
	x      *Index // for what a text names, see lexicon.go
	all    []*practices.Practice
	texts  [][]loopText // by entry
	means  map[string]float64
	senses map[int]*loopSense // of meanings that were asked for
}

type loopSense struct {
	times []float64
	told  []bool
}

type loopText struct {
	part
	lang   string // "" for names
	places map[string][]int
	length int
}

func (t loopText) analysis() string {
	if t.lang == "" {
		return names
	}
	return analysisOf(t.lang)
}

func newLoop(c *practices.Catalogue, x *Index) *loop {
	s := &loop{x: x, all: c.All(), means: map[string]float64{}, senses: map[int]*loopSense{}}
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
			add(v.Lang, v.body(), bodies)
		}
		s.texts = append(s.texts, list)
	}
	return s
}

// carries says whether an entry carries a concept as a label.
func carries(p *practices.Practice, c Concept) bool {
	if c.Vocabulary == askConcept {
		return askFor(c).answer(p) > 0
	}
	if c.Vocabulary == countryConcept {
		return slices.Contains(p.Countries, regions.Code(c.Value))
	}
	for _, f := range labelled {
		if f.vocabulary == c.Vocabulary {
			return slices.Contains(f.of(p), c.Value)
		}
	}
	return false
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

// weigh weighs how often words stand in the texts of an entry, by language,
// longer texts less.
func (s *loop) weigh(row int, weight func(part) float32, words func(t loopText) [][]term) map[string]float64 {
	byLang := map[string]float64{}
	for _, t := range s.texts[row] {
		for _, list := range words(t) {
			if n := float64(t.times(list)); n > 0 {
				b := float64(t.lengthy)
				byLang[t.lang] += float64(weight(t.part)) * n / (1 - b + b*float64(t.length)/s.mean(t))
			}
		}
	}
	return byLang
}

// A verdict is what a clause is to each entry.
type verdict struct {
	*probe
	said, told, free, hit []bool
	gain                  []float64
	some                  int // entries that have it or need not
	rarity, weight        float64
}

func sat(times float64) float64 { return times * (k1 + 1) / (times + k1) }

func count(set []bool) (n int) {
	for _, yes := range set {
		if yes {
			n++
		}
	}
	return n
}

// among counts the entries that have it or need not.
func (v *verdict) among(n int) {
	v.some = 0
	for row := range n {
		if v.hit[row] || v.free[row] {
			v.some++
		}
	}
}

// judge finds a probe in every entry.
func (s *loop) judge(p *probe) *verdict {
	n := len(s.all)
	v := &verdict{probe: p, said: make([]bool, n), told: make([]bool, n), free: make([]bool, n), hit: make([]bool, n), gain: make([]float64, n)}
	reach := make([]bool, n)
	light := 1.0
	if p.light {
		light = lightness
	}
	for row, practice := range s.all {
		for _, t := range s.texts[row] {
			if t.lang != "" && len(p.terms[t.analysis()]) == 0 && !p.phrase && !p.abbreviation {
				v.free[row] = true
			}
		}
		byLang := s.weigh(row, func(p part) float32 { return p.weight }, func(t loopText) [][]term { return [][]term{p.terms[t.analysis()]} })
		v.said[row] = len(byLang) > 0
		label := 0.0
		for id, share := range p.concepts {
			if carries(practice, s.x.lexicon.meanings[id].Concept) {
				label = max(label, partWeight*float64(share))
			}
		}
		if byLang[""] > 0 {
			for i := range reach {
				reach[i] = true
			}
		}
		for lang := range byLang {
			for i, o := range s.all {
				reach[i] = reach[i] || lang == o.Lang || o.Translations[lang] != nil
			}
		}
		own := byLang[""]
		delete(byLang, "")
		v.gain[row] = own + label + largest(byLang)
		v.told[row], v.hit[row] = v.said[row], v.said[row] || label > 0
	}
	for _, sense := range p.own {
		times, told := s.sense(sense.meaning)
		for row := range s.all {
			v.hit[row], v.told[row] = v.hit[row] || times[row] > 0, v.told[row] || told[row]
		}
	}
	v.among(n)
	some := v.some
	if among := count(reach); among > 0 {
		some = max(some, count(v.said)*n/(among+fewTexts))
	}
	for row := range s.all {
		v.gain[row] = light * rare(some, n) * sat(v.gain[row])
		if p.within() {
			v.gain[row] *= withinWeight
		}
	}
	groups := append([]group{{weight: 1, senses: p.own}}, p.groups...)
	if p.soft == mostly {
		groups = append(groups, s.x.lexicon.hidden())
	}
	for _, g := range groups {
		best := make([]float64, n)
		weight := light * float64(g.weight)
		if g.ask {
			weight = float64(g.weight)
		}
		for _, sense := range g.senses {
			times, told := s.sense(sense.meaning)
			in, about := make([]bool, n), make([]bool, n)
			for row, practice := range s.all {
				in[row], about[row] = times[row] > 0, s.about(practice, sense.meaning)
				v.hit[row], v.told[row] = v.hit[row] || in[row], v.told[row] || told[row]
			}
			for row := range s.all {
				some := in
				if about[row] {
					some = about
				}
				best[row] = max(best[row], weight*rare(count(some), n)*sat(float64(sense.weight)*times[row]))
			}
		}
		for row, gain := range best {
			v.gain[row] = max(v.gain[row], gain) + tie*min(v.gain[row], gain)
		}
	}
	if p.soft == often {
		for row, p := range s.all {
			if p.Cautioned() {
				v.hit[row], v.gain[row] = true, max(v.gain[row], softWeight)
			}
		}
	}
	v.among(n)
	v.rarity = light * rare(max(some, v.some), n)
	if v.weight = v.rarity; v.some == 0 {
		v.weight = 0
	}
	return v
}

func rare(some, n int) float64 {
	return math.Log(1 + (float64(n-some)+0.5)/(float64(some)+0.5))
}

// about says whether an entry carries a meaning as a label.
func (s *loop) about(p *practices.Practice, id int) bool {
	m := s.x.lexicon.meanings[id]
	return carries(p, m.Concept) || slices.ContainsFunc(m.labels, func(c Concept) bool { return carries(p, c) })
}

// sense gives how much each entry speaks of a meaning, and whether in words.
func (s *loop) sense(id int) (times []float64, told []bool) {
	if have := s.senses[id]; have != nil {
		return have.times, have.told
	}
	m := s.x.lexicon.meanings[id]
	times, told = make([]float64, len(s.all)), make([]bool, len(s.all))
	for row, p := range s.all {
		byLang := s.weigh(row, func(p part) float32 { return p.mention }, func(t loopText) [][]term {
			if t.lang == "" {
				return m.said[""]
			}
			return m.said[analysisOf(t.lang)]
		})
		times[row], told[row] = largest(byLang), len(byLang) > 0
		switch {
		case !s.about(p, id):
		case m.Vocabulary == countryConcept:
			times[row] += placeWeight / float64(len(p.Countries))
		case m.Vocabulary == askConcept:
			times[row] += float64(askWeight * askFor(m.Concept).answer(p))
			told[row] = told[row] || askFor(m.Concept).told
		default:
			times[row] += labelWeight
		}
	}
	s.senses[id] = &loopSense{times, told}
	return times, told
}

func largest(byLang map[string]float64) (most float64) {
	for _, n := range byLang {
		most = max(most, n)
	}
	return most
}

// mean is the mean length of the texts of one part in one language.
func (s *loop) mean(like loopText) float64 {
	key := like.name + "_" + like.lang
	if s.means[key] == 0 {
		total, n := 0, 0
		for _, list := range s.texts {
			for _, t := range list {
				if t.name+"_"+t.lang == key && t.length > 0 {
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
	clauses, _ := parse(q.Text)
	var wanted []*verdict
	typed := 0
	probes, _ := s.x.newLookups().probes(clauses, q.Lang, true)
	for _, p := range probes {
		if !p.not {
			typed++
		}
		if p.stop(q.Lang) {
			continue
		}
		v := s.judge(p)
		switch {
		case p.not:
			for row := range excluded {
				excluded[row] = excluded[row] || v.said[row]
			}
		case v.some == 0 && !p.phrase && (p.light || p.stopSomewhere()):
		default:
			wanted = append(wanted, v)
		}
	}
	content, total := 0, 0.0
	for _, v := range wanted {
		if !v.light {
			content++
		}
	}
	for _, v := range wanted {
		if v.light && content > 0 {
			for row := range v.free {
				v.free[row] = true
			}
			v.some = len(s.all)
		}
		if v.some == 0 {
			a.absent = append(a.absent, v.text)
		}
		total += v.weight
	}
	titled := func(row int) bool {
		for _, c := range clauses {
			if !c.not && !slices.ContainsFunc(versions(s.all[row]), func(v version) bool { return strings.Contains(spaced(fold.Text(v.Title)), spaced(c.folded)) }) {
				return false
			}
		}
		return true
	}
	// How good a match an entry is: 0 none, 1 a word, 2 a good part of the weight,
	// 4 all.
	match := func(row int) int {
		weight, any, all := 0.0, len(wanted) == 0, true
		for _, v := range wanted {
			any = any || v.hit[row]
			switch {
			case v.phrase && !v.hit[row]:
				return 0
			case v.hit[row] || v.free[row]:
				weight += v.weight
			default:
				all = false
			}
		}
		switch {
		case excluded[row] || !any:
			return 0
		case all:
			return 4
		case weight >= fair*total:
			return 2
		}
		return 1
	}
	var having [5]int
	for row := range s.all {
		having[match(row)]++
	}
	few := perPage
	if content <= 2 {
		few = 0
		if typed > 2 || len(a.absent) > 0 {
			few = 1
		}
	}
	if content > 2 && slices.ContainsFunc(wanted, func(v *verdict) bool { return v.asks() }) {
		few = math.MaxInt
	}
	least := 4
	if len(wanted) > 0 && having[4] < few {
		switch {
		case having[4]+having[2] > 0:
			least = 2
		default:
			least = 1
		}
	}
	if len(wanted) == 0 && typed > 0 {
		some := false
		for row := range s.all {
			some = some || titled(row) && !excluded[row]
		}
		for row := range s.all {
			excluded[row] = excluded[row] || some && !titled(row)
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
		a.relaxed = a.relaxed || match(row) < 4
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
		l := place{id: p.ID, whole: match(row) == 4, late: p.Cautioned()}
		for _, v := range wanted {
			l.score += v.gain[row]
			l.late = l.late && (v.light || !v.told[row])
		}
		if l.whole {
			l.score *= 1 + wholeBonus
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
			return cmp.Or(first(!l.late, !m.late), cmp.Compare(m.score, l.score))
		case SortEvidence:
			return cmp.Or(r.Evidence.Step()-p.Evidence.Step(), r.Fresh().Time().Compare(p.Fresh().Time()))
		case SortNewest:
			return r.Fresh().Time().Compare(p.Fresh().Time())
		case SortStarted:
			return r.Started.Time().Compare(p.Started.Time())
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
		q.Sort = pick(r, []Sort{SortBest, SortEvidence, SortNewest, SortReviewed, SortStarted})
	}
	return q
}

// TestPlain holds the index against the loops: the total, every count of every
// filter, the scores and the order, for random queries over a random catalogue.
func TestPlain(t *testing.T) {
	queries := 1200
	if testing.Short() {
		queries = 400
	}
	c := load(t, sample(130, 7)...)
	x, err := Build(context.Background(), c, today)
	if err != nil {
		t.Fatal(err)
	}
	defer x.Close()
	slow := newLoop(c, x)
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
		if got.Corrected != nil {
			continue // the loops spell nothing
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

// countWords counts the words of a text.
func countWords(s string) int {
	n := 0
	s = fold.Text(s)
	for start, end := nextWord(s, 0); start < len(s); start, end = nextWord(s, end) {
		n++
	}
	return n
}
