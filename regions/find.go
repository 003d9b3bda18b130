package regions

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"opendoor/regions/fold"
)

// maxName is the longest name, in bytes, that is looked for at all. The
// longest known has 72.
const maxName = 256

// Find gives the country that people call by a name: its name in any of the
// five languages, any alias, or its alpha-2 or alpha-3 code, in any case, with
// or without accents, apostrophes, hyphens and an article ("the Gambia",
// "l’Ouganda", "صومال"). A name that is unknown, or that could be more than
// one country, finds none.
//
// Codes win nothing over words, as no code is another country's word; but
// "no", "it", "per" and "and" are codes, so do not pass it words of a text.
func Find(name string) (Code, bool) {
	return find(world.names, name)
}

// FindRegion gives the region that people call by a name, just as [Find] does
// for countries. A name of a part finds the region around it: "Caribbean" is
// americas, "Maghreb" mena, "EU" europe.
func FindRegion(name string) (RegionID, bool) {
	return find(world.regionNames, name)
}

func find[T any](names map[string]T, name string) (found T, ok bool) {
	if len(name) > maxName {
		return found, false
	}
	for _, key := range keys(name) {
		if found, ok := names[key]; ok {
			return found, true
		}
	}
	return found, false
}

// keys gives the ways to look a name up: as it is, then without its article,
// then, in Arabic, with one.
func keys(name string) []string {
	name = strings.TrimSpace(fold.Text(name))
	key := fold.Name(name)
	if key == "" {
		return nil
	}
	all := []string{key}
	if rest, ok := strings.CutPrefix(name, "l'"); ok {
		all = append(all, fold.Name(rest))
	}
	for _, article := range articles {
		if rest, ok := strings.CutPrefix(key, article); ok {
			all = append(all, rest)
		}
	}
	if first, _ := utf8.DecodeRuneInString(key); unicode.Is(unicode.Arabic, first) {
		all = append(all, arabicArticle+key)
	}
	return all
}

// arabicArticle is written together with its word.
const arabicArticle = "ال"

// articles in the five languages, folded.
var articles = []string{"the ", "el ", "la ", "los ", "las ", "le ", "les ", "o ", "a ", "os ", "as ", arabicArticle}

// Nearest gives the country whose name is nearest to a misspelt one, to be
// offered as "did you mean". One slip is forgiven (a letter left out, added,
// changed, or swapped with its neighbour) in names of 4 to 6 letters, two in
// longer ones, and none in shorter ones, where every word is near to another.
// If two countries are equally near, the one wins whose name keeps more of the
// letters in their place; if that does not tell either, it offers none.
// Adjectives and abbreviations do not count: "alien" is not malien.
func Nearest(name string) (Country, bool) {
	if code, ok := Find(name); ok {
		return Lookup(code)
	}
	if len(name) > maxName {
		return Country{}, false
	}
	word := nearWord(name)
	letters := 0
	for _, r := range word {
		if unicode.IsLetter(r) {
			letters++
		}
	}
	limit := 2
	switch {
	case letters < 4:
		return Country{}, false
	case letters < 7:
		limit = 1
	}

	var code Code
	least, most, tie := limit+1, 0, false
	has := fold.LettersOf(word)
	for _, n := range world.near {
		if has.Apart(n.letters) > limit {
			continue
		}
		d := fold.Distance(word, n.word, least+1)
		if d > least || d > limit {
			continue
		}
		kept := inPlace(word, n.word)
		switch {
		case d < least || kept > most:
			code, least, most, tie = n.code, d, kept, false
		case kept == most && n.code != code:
			tie = true
		}
	}
	if code == "" || tie {
		return Country{}, false
	}
	return Lookup(code)
}

// nearWord prepares a name for Nearest, which looks for slips beside an article
// and not in it.
func nearWord(name string) []rune {
	key := fold.Name(name)
	for _, article := range articles {
		if rest, ok := strings.CutPrefix(key, article); ok {
			return []rune(rest)
		}
	}
	return []rune(key)
}

// inPlace counts the letters that two words share at their beginning and end.
func inPlace(a, b []rune) int {
	n := min(len(a), len(b))
	front := 0
	for front < n && a[front] == b[front] {
		front++
	}
	back := 0
	for back < n-front && a[len(a)-1-back] == b[len(b)-1-back] {
		back++
	}
	return front + back
}

// Aliases gives the other words for a country by language, beside its name and
// its codes: former and short names first, then adjectives, masculine before
// feminine, then abbreviations. For a code that is none it gives an empty map.
//
// An alias all in capitals is an abbreviation. In a running text it means the
// country only if it stands in capitals there too: "EAU" is the Emirates in
// French, "eau" is water, and "usa" is a Spanish verb. Two-letter codes need
// the same care. No word of one country, folded by [fold.Name], is a word of
// another, in whatever language.
func Aliases(code Code) map[string][]string {
	return cloneWords(world.aliases[code])
}

// RegionAliases gives the other words for a region by language, as [Aliases]
// does for a country.
func RegionAliases(id RegionID) map[string][]string {
	return cloneWords(world.regionAliases[id])
}

func cloneWords(words map[string][]string) map[string][]string {
	all := make(map[string][]string, len(words))
	for lang, w := range words {
		all[lang] = slices.Clone(w)
	}
	return all
}
