// Package search finds practices: it turns what a reader typed and chose into
// a list of entries, the counts beside every filter, and the words to mark.
//
// [ParseQuery] reads a [Query] from the address of a page and never fails:
// what it does not understand is text, and what it has to leave out is named
// in the [Result]. [Build] makes an [Index] from a catalogue, [Index.Search]
// answers from it. List, map, table and feed are views of one Query.
//
// # How a query is matched
//
// Text is folded (see regions/fold), cut into words and stemmed by the rules
// of the language it is written in; what is typed goes through the same code
// once for every language of the catalogue. A word matches an entry through
// its title, summary, body or names in any language, through a label: the
// name or synonym, in five languages, of a country, region or term that the
// entry carries; and through what it means: names of countries, terms of the
// glossary and the words of words.txt are known in all languages, so that
// "Suisse", "familia de acogida" and "صندوق كفالة" find English entries.
//
// Soft names for detention ("aseguramiento") find entries on detention too,
// and the result says so. A word that occurs nowhere is looked for in the
// spelling it was most likely meant to have. Both stay away with
// [Query.Verbatim].
//
// All of one or two words must match. Of more, an entry with all scores more;
// where fewer than a page have all, or the words ask for a side of practices
// that fields answer (see asks.go), entries with a fair part of their weight
// are found too (rare words weigh more), and the result says that it was
// relaxed. A "phrase" must
// occur as it stands, a word or phrase after a hyphen must not occur. A stop
// word asks nothing of entries in a language where it is one. country:BR
// chooses a filter. docs/search.md tells all of it to readers, and how the
// answers are judged.
//
// # What bleve does, and what it does not
//
// Bleve stems words and keeps the postings: which entry has which word, and
// how often. Each text is read once (gather.go); the words of a language are
// in one field of one of a few bleve indexes that are made side by side
// (shard.go), and the places of words in records beside them (places.go). The
// whole can be kept in a folder (store.go). Everything else is ours, over the
// catalogue in memory: names of things (lexicon.go, words.txt), weights
// (find.go), matching (match.go), postings that were asked for lately
// (postings.go), who speaks of a meaning (mentions.go), what one search has
// looked up (lookups.go), spelling (spell.go), filters and their counts (filters.go,
// facets.go), order (sort.go), marks and snippets (mark.go, snippet.go),
// reasons (why.go), suggestions (suggest.go). Bleve's query strings, which can
// be made to run out of memory with 150 bytes, are out of reach: a query only
// becomes look-ups of words.
package search

// What one query may hold. Honest queries stay far inside; beyond them words
// are left out and named, and nothing is refused.
const (
	maxRunes   = 200  // characters of text
	maxBytes   = 600  // bytes of text; Arabic takes two a letter, Thai three
	maxWords   = 12   // different words, the rarest; on long questions more gain nothing
	maxPhrases = 4    // phrases that must occur
	maxNot     = 8    // words or phrases that must not
	maxChosen  = 40   // values of filters, all groups together
	maxValue   = 80   // characters of one value
	maxResults = 1000 // results that can be paged through
	perPage    = 20
)
