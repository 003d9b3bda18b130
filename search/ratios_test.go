package search

import (
	"context"
	"flag"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/mapping"

	"opendoor/practices"
	"opendoor/practices/entries"
	"opendoor/practices/vocabulary"
	"opendoor/regions"
	"opendoor/regions/fold"
)

var ratioEntries = flag.Int("entries", 10000, "entries of the made-up catalogue that BenchmarkRatios measures")

// A maker makes up a catalogue of any size: words in the frequencies of real
// texts (those of our entries, then made-up ones, as texts grow new words for
// ever), about 600 to a body, in five languages, with filters.
type maker struct {
	r     *rand.Rand
	words map[string][]string
}

// madeWords is how many different words there are in a language, about what
// 100,000 entries would have.
const madeWords = 150_000

func newMaker(tb testing.TB) *maker {
	c, err := practices.Load(entries.FS)
	if err != nil {
		tb.Fatal(err)
	}
	times := map[string]int{}
	for _, p := range c.All() {
		if p.Lang != "en" {
			continue
		}
		text := fold.Text(original(p).body())
		for start, end := nextWord(text, 0); start < len(text); start, end = nextWord(text, end) {
			if w := text[start:end]; spellable(w) || end-start < shortestKnown {
				times[w]++
			}
		}
	}
	m := &maker{r: rand.New(rand.NewPCG(42, 7)), words: map[string][]string{}}
	list := sortedKeys(times)
	slices.SortStableFunc(list, func(a, b string) int { return times[b] - times[a] })
	real, seen := len(list), map[string]bool{}
	for len(list) < madeWords {
		a, b := list[m.r.IntN(real)], list[m.r.IntN(real)]
		if w := a[:len(a)-len(a)/3] + b[len(b)/2:]; len(w) < 20 && times[w] == 0 && !seen[w] {
			seen[w] = true
			list = append(list, w)
		}
	}
	arabic := []rune("ابتثجحخدذرزسشصضطظعغفقكلمنهوي")
	endings := map[string][]string{"en": {""}, "es": {"o", "a", "ción", "es", "mente"}, "fr": {"é", "ement", "tion", "eaux", "eur"}, "pt": {"ão", "ções", "dade", "mente", "or"}}
	for _, lang := range vocabulary.Languages {
		for i, w := range list {
			if lang == "ar" {
				w = strings.Map(func(r rune) rune { return arabic[int(r)%len(arabic)] }, w)
			} else {
				w += endings[lang][i%len(endings[lang])]
			}
			m.words[lang] = append(m.words[lang], w)
		}
	}
	return m
}

// catalogue makes n entries, the same every time.
func (m *maker) catalogue(n int) []*practices.Practice {
	m.r = rand.New(rand.NewPCG(7, uint64(n)))
	zipf := rand.NewZipf(m.r, 1.05, 2.7, madeWords-1)
	text := func(lang string, words int) string {
		var b strings.Builder
		for i := range words {
			b.WriteString(m.words[lang][zipf.Uint64()])
			if i%13 == 12 {
				b.WriteByte('.')
			}
			b.WriteByte(' ')
		}
		return b.String()
	}
	countries := regions.Countries()
	among := rand.NewZipf(m.r, 1.2, 5, uint64(len(countries)-1))
	term := func(name string) string { return pick(m.r, vocabulary.Named(name).IDs()) }
	list := make([]*practices.Practice, n)
	for i := range list {
		lang := "en"
		switch p := m.r.Float64(); {
		case p > 0.93:
			lang = "ar"
		case p > 0.85:
			lang = "pt"
		case p > 0.75:
			lang = "fr"
		case p > 0.60:
			lang = "es"
		}
		country := countries[among.Uint64()].Code
		list[i] = &practices.Practice{
			ID: fmt.Sprintf("%s-%06d", strings.ToLower(string(country)), i), Lang: lang,
			Title: text(lang, 6+m.r.IntN(6)), Summary: text(lang, 25+m.r.IntN(15)),
			Sections:  []practices.Section{{Text: text(lang, max(120, int(600+180*m.r.NormFloat64())))}},
			Countries: []regions.Code{country}, Populations: []string{term("population")}, Measures: []string{term("measure"), term("measure")},
			Kind: term("kind"), Standing: "rights-based", Status: term("status"), Approach: term("approach"), Elements: []string{term("element")},
			Evidence: practices.Evidence{Level: term("evidence")}, AsOf: practices.Date{Year: 2001 + m.r.IntN(25)}, Started: practices.Date{Year: 2001 + m.r.IntN(25)},
		}
	}
	slices.SortFunc(list, func(a, b *practices.Practice) int { return strings.Compare(a.ID, b.ID) })
	return list
}

// word picks an English word that is neither among the commonest nor rare.
func (m *maker) word(from, to int) string {
	for {
		w := m.words["en"][from+int(float64(to-from)*m.r.Float64()*m.r.Float64())]
		if len(w) >= 5 && len(terms("en", w)) == 1 && !words().light[w] {
			return w
		}
	}
}

// A class is one kind of question, of which 300 are asked.
type class struct {
	name     string
	ask      func(i int)
	took     []time.Duration
	cpu      time.Duration
	p50, p99 time.Duration
}

func (c *class) run(from, to int) {
	start := cpuTime()
	for i := from; i < to; i++ {
		began := time.Now()
		c.ask(i)
		c.took = append(c.took, time.Since(began))
	}
	c.cpu += cpuTime() - start
}

func (c *class) settle() {
	slices.Sort(c.took)
	c.p50, c.p99 = c.took[len(c.took)/2], c.took[len(c.took)*99/100]
	c.cpu /= time.Duration(len(c.took))
}

func cpuTime() time.Duration {
	var r syscall.Rusage
	syscall.Getrusage(syscall.RUSAGE_SELF, &r)
	return time.Duration(r.Utime.Nano() + r.Stime.Nano())
}

const (
	ratioQuestions = 300
	ratioRounds    = 3
)

// BenchmarkRatios prints how long search takes, as ratios against stock bleve
// in the same process: its lean index, one word in the body, twenty ids, warm.
// Milliseconds depend on the computer; ratios travel. It is not a benchmark of
// one operation, so its own time means nothing. -entries sets the size.
func BenchmarkRatios(b *testing.B) {
	m := newMaker(b)
	all := m.catalogue(*ratioEntries)
	source := 0
	for _, p := range all {
		source += len(p.Title) + len(p.Summary) + len(p.Sections[0].Text)
	}
	runtime.GC()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	began, startCPU := time.Now(), cpuTime()
	folder := filepath.Join(b.TempDir(), "kept")
	x, err := open(context.Background(), all, today, folder)
	if err != nil {
		b.Fatal(err)
	}
	built, builtCPU := time.Since(began), cpuTime()-startCPU
	x.Close()
	began = time.Now()
	if x, err = open(context.Background(), all, today, folder); err != nil {
		b.Fatal(err)
	}
	defer x.Close()
	opened := time.Since(began)
	runtime.GC()
	runtime.ReadMemStats(&after)
	stock := stockIndex(b, all)
	defer stock.Close()

	ask := func(q Query) {
		if _, err := x.Search(context.Background(), q); err != nil {
			b.Fatal(err)
		}
	}
	var one, three, slip, begin []string
	for range ratioQuestions {
		one = append(one, m.word(30, 5000))
		three = append(three, strings.Join([]string{m.word(30, 1500), m.word(30, 1500), m.word(30, 1500)}, " "))
		w := m.word(30, 5000)
		begin = append(begin, w[:2+m.r.IntN(4)])
		cut := fixedLetters + m.r.IntN(len(w)-fixedLetters)
		slip = append(slip, w[:cut]+w[cut+1:])
	}
	hostile := hostile()
	classes := []*class{
		{name: "stock bleve, one word", ask: func(i int) {
			q := bleve.NewMatchQuery(one[i])
			q.SetField("body")
			if _, err := stock.Search(bleve.NewSearchRequestOptions(q, 20, 0, false)); err != nil {
				b.Fatal(err)
			}
		}},
		{name: "G1 three words, all", ask: func(i int) { ask(Query{Text: `"` + strings.ReplaceAll(three[i], " ", `" "`) + `"`, Lang: "en"}) }},
		{name: "G2 three words, any", ask: func(i int) { ask(Query{Text: three[i], Lang: "en"}) }},
		{name: "G3 browse", ask: func(i int) {
			q := Query{Lang: "en"}
			if i%3 > 0 {
				q = q.With(GroupRegion, "europe")
			}
			if i%3 > 1 {
				q = q.With(GroupMeasure, "legal-aid")
			}
			ask(q)
		}},
		{name: "G4 as you type", ask: func(i int) { x.Suggest(begin[i], "en") }},
		{name: "G5 one slip", ask: func(i int) { ask(Query{Text: slip[i], Lang: "en"}) }},
		{name: "one word", ask: func(i int) { ask(Query{Text: one[i], Lang: "en"}) }},
		{name: "G11 hostile", ask: func(i int) { ask(ParseQuery(map[string][]string{"q": {hostile[i%len(hostile)]}}, "en")) }},
	}
	for _, c := range classes { // warm
		c.run(0, 50)
		c.took, c.cpu = nil, 0
	}
	for range ratioRounds {
		for _, c := range classes {
			c.run(0, ratioQuestions)
		}
	}
	for _, c := range classes {
		c.settle()
	}
	base := classes[0]
	var out strings.Builder
	load, _ := os.ReadFile("/proc/loadavg")
	fmt.Fprintf(&out, "\n%d entries, %d cores, load %s\n", len(all), runtime.NumCPU(), strings.Fields(string(load) + " ?")[0])
	fmt.Fprintf(&out, "%-24s %9s %9s %9s | %6s %6s %6s\n", "", "CPU", "p50", "p99", "CPU", "p50", "p99")
	for _, c := range classes {
		fmt.Fprintf(&out, "%-24s %9v %9v %9v | %5.2f× %5.2f× %5.2f×\n", c.name, c.cpu.Round(time.Microsecond), c.p50.Round(time.Microsecond), c.p99.Round(time.Microsecond),
			ratio(c.cpu, base.cpu), ratio(c.p50, base.p50), ratio(c.p99, base.p99))
	}
	hostileOnes := classes[len(classes)-1]
	fmt.Fprintf(&out, "G3 browse, p99 ÷ the baseline's p50: %.2f×\n", ratio(classes[3].p99, base.p50))
	fmt.Fprintf(&out, "G8 rebuild ÷ stock builder alone: %.2f× the time (%v, %v), %.2f× the CPU\n", ratio(built, stock.took), built.Round(time.Millisecond), stock.took.Round(time.Millisecond), ratio(builtCPU, stock.cpu))
	fmt.Fprintf(&out, "opened again, unchanged: %v\n", opened.Round(time.Millisecond))
	heap := float64(after.HeapAlloc) - float64(before.HeapAlloc)
	fmt.Fprintf(&out, "G9 index of %.1f MB ÷ text of %.1f MB: %.2f; stock %.2f; beside it in memory %.0f MB, and postings of up to %.0f MB\n",
		float64(size(folder))/1e6, float64(source)/1e6, float64(size(folder))/float64(source), float64(stock.bytes)/float64(source), heap/1e6, float64(bounded(len(all)))/1e6)
	fmt.Fprintf(&out, "G11 hostile, worst ÷ the baseline's p99: %.2f×\n", ratio(hostileOnes.took[len(hostileOnes.took)-1], base.p99))
	fmt.Fprint(os.Stderr, out.String())
}

func ratio(a, b time.Duration) float64 { return float64(a) / float64(max(b, 1)) }

// stockIndex builds bleve's own index of the entries, as lean as it can be.
func stockIndex(b *testing.B, all []*practices.Practice) stockOne {
	dir := filepath.Join(b.TempDir(), "stock")
	text := bleve.NewTextFieldMapping()
	text.Analyzer, text.Store, text.IncludeInAll, text.IncludeTermVectors, text.DocValues = "en", false, false, false, false
	entry := bleve.NewDocumentStaticMapping()
	for _, f := range []string{"title", "summary", "body"} {
		entry.AddFieldMappingsAt(f, text)
	}
	m := bleve.NewIndexMapping()
	m.DefaultMapping = entry
	var _ mapping.IndexMapping = m
	began, start := time.Now(), cpuTime()
	builder, err := bleve.NewBuilder(dir, m, map[string]any{"buildPathPrefix": b.TempDir()})
	if err != nil {
		b.Fatal(err)
	}
	for _, p := range all {
		if err := builder.Index(p.ID, map[string]string{"title": p.Title, "summary": p.Summary, "body": p.Sections[0].Text}); err != nil {
			b.Fatal(err)
		}
	}
	if err := builder.Close(); err != nil {
		b.Fatal(err)
	}
	s := stockOne{took: time.Since(began), cpu: cpuTime() - start, bytes: size(dir)}
	if s.Index, err = bleve.OpenUsing(dir, map[string]any{"read_only": true}); err != nil {
		b.Fatal(err)
	}
	return s
}

// A stockOne is bleve's own index and what it took to make it.
type stockOne struct {
	bleve.Index
	took, cpu time.Duration
	bytes     int64
}

// size adds up the files of a folder.
func size(dir string) (bytes int64) {
	filepath.WalkDir(dir, func(_ string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		if info, err := d.Info(); err == nil {
			bytes += info.Size()
		}
		return nil
	})
	return bytes
}
