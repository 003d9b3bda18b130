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
// its title, summary, body or names in any language, or through a label: the
// name or synonym, in five languages, of a country, region or term that the
// entry carries. So "Suisse" and "سويسرا" find an English entry on Switzerland.
//
// All of one or two words must match. Of more, entries with all come first;
// where few have all, entries with most of their weight follow (rare words
// weigh more), and the result says that it was relaxed. A "phrase" must occur
// as it stands, a word or phrase after a hyphen must not occur. A stop word
// asks nothing of entries in a language where it is one.
//
// # What bleve does, and what it does not
//
// Bleve stems words and keeps the postings: which entry has which word, how
// often and where. Everything else is ours, over the catalogue in memory:
// names of things (lexicon.go), weights (find.go), matching (match.go), filters
// and their counts (facets.go), order (sort.go), marks and snippets (mark.go,
// snippet.go). Bleve's query strings, which can be made to run out of memory
// with 150 bytes, are out of reach: a query only becomes look-ups of terms.
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
