package search

import (
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/blevesearch/bleve/v2/analysis"
	"github.com/blevesearch/bleve/v2/analysis/lang/ar"
	"github.com/blevesearch/bleve/v2/analysis/lang/en"
	"github.com/blevesearch/bleve/v2/analysis/lang/es"
	"github.com/blevesearch/bleve/v2/analysis/lang/fa"
	"github.com/blevesearch/bleve/v2/analysis/lang/fr"
	"github.com/blevesearch/bleve/v2/analysis/lang/pt"
	"github.com/blevesearch/bleve/v2/analysis/lang/tr"
	"github.com/blevesearch/bleve/v2/analysis/token/apostrophe"
	"github.com/blevesearch/bleve/v2/analysis/token/elision"
	"github.com/blevesearch/bleve/v2/analysis/token/porter"
	"github.com/blevesearch/bleve/v2/analysis/token/stop"

	"opendoor/regions/fold"
)

// names is the analysis of names and acronyms in any language: whole words,
// no stemmer, no stop words, no apostrophes (dIvoire finds d'Ivoire). Texts in
// a language without an analysis of its own get it too.
const names = "names"

// analyses are bleve's for each language, after our folding and with what the
// stemmers miss by it or by themselves. Stop words are folded too: bleve's
// lists have été and على, folded texts ete and علي.
var analyses = map[string]*analysis.DefaultAnalyzer{
	names: chain(plain{}),
	"ar":  chain(stops(ar.ArabicStopWords), ar.NewArabicNormalizeFilter(), ar.NewArabicStemmerFilter(), alike(arabic)),
	"en":  chain(en.NewPossessiveFilter(), stops(en.EnglishStopWords), alike(english), porter.NewPorterStemmer()),
	"es":  chain(stops(es.SpanishStopWords), es.NewSpanishNormalizeFilter(), short{}, es.NewSpanishLightStemmerFilter()),
	"fa":  chain(stops(fa.PersianStopWords), fa.NewPersianNormalizeFilter(), plural{}),
	"fr":  chain(elision.NewElisionFilter(list(fr.FrenchArticles)), stops(fr.FrenchStopWords), fr.NewFrenchLightStemmerFilter()),
	"pt":  chain(stops(pt.PortugueseStopWords), nasal{}, pt.NewPortugueseLightStemmerFilter()),
	"tr":  chain(apostrophe.NewApostropheFilter(), stops(tr.TurkishStopWords), tr.NewTurkishStemmerFilter()),
}

// english are words that the stemmer keeps apart though readers do not.
var english = map[string]string{
	"children": "child", "people": "person", "women": "woman", "men": "man", "lives": "life",
	"detention": "detain", "detentions": "detain",
}

// arabic are stems of plurals that are made within the word, and of words
// that begin with lam after the preposition li, where the article is lost.
var arabic = map[string]string{"اطفال": "طفل", "مراكز": "مركز", "اج": "لاج", "جوء": "لجوء"}

// analysisOf names the analysis for a language tag.
func analysisOf(tag string) string {
	base, _, _ := strings.Cut(strings.ToLower(tag), "-")
	if _, ok := analyses[base]; ok {
		return base
	}
	return names
}

func chain(filters ...analysis.TokenFilter) *analysis.DefaultAnalyzer {
	return &analysis.DefaultAnalyzer{Tokenizer: tokenizer{}, TokenFilters: filters}
}

// list reads one of bleve's lists of words, folded.
func list(data []byte) analysis.TokenMap {
	words := analysis.NewTokenMap()
	if err := words.LoadBytes(data); err != nil {
		panic(err) // reading from memory
	}
	folded := analysis.NewTokenMap()
	for w := range words {
		folded.AddToken(fold.Text(w))
	}
	return folded
}

// stopWords are the lists of stop words, for those who look words up without
// the filters.
func stopWords() map[string][]string {
	out := map[string][]string{}
	for name, data := range map[string][]byte{
		"ar": ar.ArabicStopWords, "en": en.EnglishStopWords, "es": es.SpanishStopWords, "fa": fa.PersianStopWords,
		"fr": fr.FrenchStopWords, "pt": pt.PortugueseStopWords, "tr": tr.TurkishStopWords,
	} {
		for word := range list(data) {
			out[name] = append(out[name], word)
		}
	}
	return out
}

// anyStopWord has the stop words of all languages, folded.
var anyStopWord = sync.OnceValue(func() map[string]bool {
	all := map[string]bool{}
	for _, words := range stopWords() {
		for _, w := range words {
			all[fold.Text(w)] = true
		}
	}
	return all
})

func stops(data []byte) analysis.TokenFilter { return stop.NewStopTokensFilter(list(data)) }

// alike writes one word for another.
type alike map[string]string

// Filter is part of bleve's analysis.TokenFilter.
func (a alike) Filter(stream analysis.TokenStream) analysis.TokenStream {
	for _, t := range stream {
		if same, ok := a[string(t.Term)]; ok {
			t.Term = []byte(same)
		}
	}
	return stream
}

// plain takes apostrophes out of words.
type plain struct{}

// Filter is part of bleve's analysis.TokenFilter.
func (plain) Filter(stream analysis.TokenStream) analysis.TokenStream {
	for _, t := range stream {
		if strings.IndexByte(string(t.Term), '\'') >= 0 {
			t.Term = []byte(fold.Name(string(t.Term)))
		}
	}
	return stream
}

// short stems Spanish words of four letters, which the stemmer leaves alone
// though it cuts their plurals: niño and niños, casa and casas.
type short struct{}

// Filter is part of bleve's analysis.TokenFilter.
func (short) Filter(stream analysis.TokenStream) analysis.TokenStream {
	for _, t := range stream {
		if last := len(t.Term) - 1; last >= 3 && utf8.RuneCount(t.Term) == 4 && strings.IndexByte("aeo", t.Term[last]) >= 0 {
			t.Term = t.Term[:last]
		}
	}
	return stream
}

// nasal writes Portuguese plurals in -ões, folded to -oes, as the stemmer
// would have them from -ões: detenções as detenção.
type nasal struct{}

// Filter is part of bleve's analysis.TokenFilter.
func (nasal) Filter(stream analysis.TokenStream) analysis.TokenStream {
	for _, t := range stream {
		if stem, ok := strings.CutSuffix(string(t.Term), "oes"); ok && stem != "" {
			t.Term = []byte(stem + "ao")
		}
	}
	return stream
}

// plural takes the Persian plural off, which is written after a joiner that
// folding leaves out: خانواده‌ها as خانواده.
type plural struct{}

// Filter is part of bleve's analysis.TokenFilter.
func (plural) Filter(stream analysis.TokenStream) analysis.TokenStream {
	for _, t := range stream {
		for _, ending := range []string{"هايي", "هاي", "ها"} {
			if stem, ok := strings.CutSuffix(string(t.Term), ending); ok && utf8.RuneCountInString(stem) > 2 {
				t.Term = []byte(stem)
				break
			}
		}
	}
	return stream
}

// A term is one analysed word and its place among those round it; a stop word
// leaves its place empty.
type term struct {
	text string
	at   int
}

// terms analyses a text.
func terms(name, text string) []term {
	stream := analyses[name].Analyze([]byte(text))
	list := make([]term, 0, len(stream))
	for _, t := range stream {
		if len(t.Term) > 0 {
			list = append(list, term{text: string(t.Term), at: t.Position})
		}
	}
	return list
}
