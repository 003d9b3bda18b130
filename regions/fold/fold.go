// Package fold makes alike the letters that people type differently, so that
// a search for "detencao", "estacion", "Cote dIvoire" or "اطفال" finds
// "detenção", "estación", "Côte d’Ivoire" and "أطفال". The same code runs over
// the text when it is indexed and over what is typed; a folded text is for
// comparing only and is never shown to a reader.
//
// There are two strengths. [Text] keeps words apart as they were written and
// is made for whole texts and queries. [Name] also takes out punctuation, and
// is made for comparing one name with another. [WithOffsets] is Text that
// remembers where each letter came from, for marking a match in the original.
// [Closest] finds what a misspelt word was meant to be.
//
// # What Text does
//
//   - Unicode NFKC: ligatures, full-width and presentation forms, superscripts.
//   - Lower case. Final sigma becomes σ; the dotted and the dotless i are one.
//   - Marks come off Latin, Greek, Cyrillic and Arabic letters, and off what is
//     no letter. In every other script they stay, whatever it costs: in Hindi,
//     Thai or Khmer a mark is a vowel, and a word without it is another word.
//   - Latin letters with a body of their own: ß ss, æ ae, œ oe, þ th, ø o, ł l,
//     đ ð d, ħ h, ı i, ŋ n, and the hooked letters of African languages (ɓ b,
//     ɗ d, ƙ k, ɛ e, ɔ o …), which most keyboards lack.
//   - Arabic: vowel signs and tatweel go; أ إ آ ٱ become ا, ؤ و, ئ ي, ة ه, ى ي.
//     The yeh, kaf and heh that Persian, Urdu, Pashto and Kurdish keyboards
//     write become the Arabic ones, as do ڤ ف, ڨ ق, ڭ ك and ں ن. Letters that
//     differ in sound and are typed so (پ چ ژ گ ٹ ڈ ڑ) stay.
//   - Decimal digits of every script become 0 to 9; ٫ and ٬ become . and ,.
//   - Curly, modifier and stray apostrophes become '; typographic hyphens -.
//   - Soft hyphens, joiners, direction marks, variation selectors and all else
//     that has no width goes.
//   - Dotted acronyms are joined: R.D.C. rdc, U.A.S.C uasc, DD.HH. and DD. HH.
//     ddhh. See below.
//
// Bytes that are not UTF-8 become U+FFFD, so the result is always valid.
//
// # Acronyms
//
// An acronym is two or more parts with a dot between them, in Latin, Greek,
// Cyrillic or Arabic letters. A part is one letter, or one letter twice, as
// Spanish writes plurals (DD.HH. for derechos humanos); only between doubled
// parts may a space follow the dot. The dots after the last part go too. A dot
// between longer words (opendoor.example), between digits (law 13.445), after
// one initial (plan B. Then) or before a longer word (J.R.R.Tolkien) stays.
//
// # Limits
//
// All functions take any input, are linear in it, never panic and may be
// called at once. A result can be longer than its input: eleven times at worst
// (U+FDFA is a whole Arabic phrase). More than 16 marks on one letter is more
// than any script writes, and what lies beyond is dropped. Folding twice is
// folding once.
package fold

import (
	"bytes"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// maxMarks is the most marks that are kept on one letter. Tibetan stacks reach
// about ten. It must stay below 30, from where normalisation cuts a run of
// marks in pieces (UAX 15, Stream-Safe Text Format), and folding twice would
// no longer be folding once.
const maxMarks = 16

// Text folds a text or a query. It returns s itself, without allocating, when
// s is ASCII and has nothing to fold.
func Text(s string) string {
	if plain(s) {
		return s
	}
	f := folder{out: make([]byte, 0, len(s)+len(s)/8)}
	f.fold(s)
	return string(f.out)
}

// WithOffsets is [Text] that also tells where each byte came from: at[i] is
// the byte offset in s of the character that made byte i of folded, and the
// last entry, at[len(folded)], is len(s). Offsets never decrease and always
// lie at the start of a character of s. Where characters of s merge into one,
// as the parts of a Korean syllable do, the offset is that of the first.
//
// To mark a match use [Span], which minds the characters that fold to several
// letters.
func WithOffsets(s string) (folded string, at []int) {
	f := folder{
		out:   make([]byte, 0, len(s)+len(s)/8),
		at:    make([]int, 0, len(s)+len(s)/8+1),
		trace: true,
	}
	f.fold(s)
	return string(f.out), append(f.at, len(s))
}

// Span turns a match from start to end (bytes of a folded text) into the
// stretch of the original that made it, given the offsets of [WithOffsets].
// It takes whole characters: a match of the first s of "strasse" in "Straße"
// takes the ß. Marks and dots that folding dropped after the match belong to
// it, so R.D.C. is covered whole. An empty match gives an empty stretch.
// Like slicing, it panics when start and end do not lie within the text.
func Span(at []int, start, end int) (from, to int) {
	from, to = at[start], at[end]
	if start < end {
		for to == at[end-1] && end < len(at)-1 {
			end++
			to = at[end]
		}
	}
	return from, to
}

// Name folds the name of a country, a place or an organisation for comparing
// it with another: as [Text], then apostrophes go, all other punctuation,
// symbols and white space become a single space, and none is left at the ends.
// "Côte d’Ivoire", "cote d'ivoire" and "Cote dIvoire" become "cote divoire",
// "Guinea-Bissau" becomes "guinea bissau". A name of nothing but punctuation
// becomes "".
func Name(s string) string {
	t := Text(s)
	out := make([]byte, 0, len(t))
	space, joined := false, false
	for _, r := range t {
		switch {
		case r == '\'':
			joined = true
		case wordRune(r):
			if space && len(out) > 0 {
				out = append(out, ' ')
			}
			space = false
			out = utf8.AppendRune(out, r)
		default:
			space = true
		}
	}
	if joined && !ascii(out) {
		// Without the apostrophe a mark may meet a letter that it joins.
		return Text(string(out))
	}
	return string(out)
}

// plain reports whether s is ASCII that folds to itself.
func plain(s string) bool {
	for i := 0; i < len(s); i++ {
		if c := s[i]; c >= utf8.RuneSelf || 'A' <= c && c <= 'Z' || c == '.' || c == '`' {
			return false
		}
	}
	return true
}

func ascii(b []byte) bool {
	for _, c := range b {
		if c >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// A folder holds one text while it is folded.
type folder struct {
	out   []byte
	at    []int // offset in the source for each byte of out, if trace
	trace bool

	// The last letter and the marks on it. Marks are put in order and joined
	// with the letter when the next letter comes, since what was dropped in
	// between may have parted them.
	cluster int  // where in out it starts
	base    rune // the letter; 0 at the start of the text
	marks   int  // marks on it so far
}

func (f *folder) fold(s string) {
	dots := false
	for i := 0; i < len(s); {
		if c := s[i]; c < utf8.RuneSelf {
			dots = dots || c == '.'
			f.ascii(c, i)
			i++
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == utf8.RuneError, int(r) < len(settled) && settled[r]:
			f.letter(r, i)
		case r == '´':
			f.ascii('\'', i) // NFKC would make it a space with an accent
		default:
			d := norm.NFKD.PropertiesString(s[i : i+size]).Decomposition()
			if d == nil {
				f.rune(r, i)
			}
			for len(d) > 0 {
				r, n := utf8.DecodeRune(d)
				f.rune(r, i)
				d = d[n:]
			}
		}
		i += size
	}
	f.compose()
	if dots || bytes.IndexByte(f.out, '.') >= 0 {
		f.joinAcronyms()
	}
}

// ascii appends c, which stands at offset i of the source.
func (f *folder) ascii(c byte, i int) {
	if f.marks > 0 {
		f.compose()
	}
	switch {
	case 'A' <= c && c <= 'Z':
		c += 'a' - 'A'
	case c == '`':
		c = '\''
	}
	f.cluster, f.base = len(f.out), rune(c)
	f.out = append(f.out, c)
	if f.trace {
		f.at = append(f.at, i)
	}
}

// rune folds one fully decomposed character.
func (f *folder) rune(r rune, i int) {
	if r < utf8.RuneSelf {
		f.ascii(byte(r), i)
		return
	}
	if 0x0300 <= r && r <= 0x036f && stripped(f.base) { // the commonest marks
		return
	}
	if thin(r) {
		return
	}
	r = unicode.ToLower(r)
	if to, ok := letters[r]; ok {
		for _, r := range to {
			if r < utf8.RuneSelf {
				f.ascii(byte(r), i)
			} else {
				f.letter(r, i)
			}
		}
		return
	}
	switch {
	case 0xac00 <= r && r <= 0xd7a3, 0x3400 <= r && r <= 0x9fff: // Hangul and Han, to be quick
		f.letter(r, i)
	case unicode.Is(unicode.M, r):
		f.mark(r, i)
	case 0x1160 <= r && r <= 0x11ff: // the later parts of a Korean syllable
		f.join(r, i)
	default:
		if d, ok := digit(r); ok {
			f.ascii(d, i)
			return
		}
		f.letter(r, i)
	}
}

// letter appends a character that does not join the one before it.
func (f *folder) letter(r rune, i int) {
	if f.marks > 0 {
		f.compose()
	}
	f.cluster, f.base = len(f.out), r
	f.append(r, i)
}

// mark appends a mark, if it is to be kept.
func (f *folder) mark(r rune, i int) {
	if arabicMark(r) || unicode.In(r, unicode.Inherited, unicode.Greek, unicode.Cyrillic) && stripped(f.base) {
		return
	}
	f.join(r, i)
}

// join appends a character that may join the one before it.
func (f *folder) join(r rune, i int) {
	if f.marks < maxMarks {
		f.marks++
		f.append(r, i)
	}
}

func (f *folder) append(r rune, i int) {
	n := len(f.out)
	f.out = utf8.AppendRune(f.out, r)
	if f.trace {
		for range len(f.out) - n {
			f.at = append(f.at, i)
		}
	}
}

// compose ends a cluster: it puts the marks in order and joins them with their
// letter where Unicode has a character for both.
func (f *folder) compose() {
	if f.marks == 0 {
		return
	}
	f.marks = 0
	c := f.out[f.cluster:]
	if norm.NFC.IsNormal(c) {
		return
	}
	f.out = append(f.out[:f.cluster], norm.NFC.Bytes(c)...)
	if f.trace {
		first := f.at[f.cluster]
		f.at = f.at[:f.cluster]
		for range len(f.out) - f.cluster {
			f.at = append(f.at, first)
		}
	}
}

// joinAcronyms takes the dots out of acronyms, in place.
func (f *folder) joinAcronyms() {
	kept, from := 0, 0 // out[:kept] is done, out[from:] is still to be read
	keep := func(to int) {
		if kept != from {
			copy(f.out[kept:], f.out[from:to])
			if f.trace {
				copy(f.at[kept:], f.at[from:to])
			}
		}
		kept += to - from
		from = to
	}
	for next := 0; ; {
		dot := bytes.IndexByte(f.out[next:], '.')
		if dot < 0 {
			break
		}
		start, end, ok := acronym(f.out, from, next+dot)
		next = end
		if !ok {
			continue
		}
		for i := start; i < end; i++ {
			if c := f.out[i]; c == '.' || c == ' ' {
				keep(i)
				from = i + 1
			}
		}
		keep(end)
	}
	keep(len(f.out))
	f.out = f.out[:kept]
	if f.trace {
		f.at = f.at[:kept]
	}
}

// acronym looks for an acronym whose first dot is b[dot]. It does not look
// before b[floor], which ends what was already joined. If it finds none, end
// is where to look on: past every dot that it has judged, so that no input is
// read over and over.
func acronym(b []byte, floor, dot int) (start, end int, ok bool) {
	r, n := utf8.DecodeLastRune(b[floor:dot])
	if n == 0 || !acronymLetter(r) {
		return dot, dot + 1, false
	}
	start = dot - n
	before, n := utf8.DecodeLastRune(b[floor:start])
	if before == r && n > 0 {
		start -= n
		before, n = utf8.DecodeLastRune(b[floor:start])
	}
	if n > 0 && (before == '.' || wordRune(before)) {
		return dot, dot + 1, false
	}

	size, doubled := part(b[start:])
	end, parts := start+size, 1
	for end < len(b) && b[end] == '.' {
		skip := 1
		size, next := part(b[end+skip:])
		if size == 0 && doubled && bytes.HasPrefix(b[end:], []byte(". ")) {
			skip = 2
			size, next = part(b[end+skip:])
			if after := end + skip + size; !next || after == len(b) || b[after] != '.' {
				size = 0
			}
		}
		if size == 0 {
			break
		}
		end += skip + size
		doubled = next
		parts++
	}
	for end < len(b) && b[end] == '.' {
		end++
	}
	after, n := utf8.DecodeRune(b[end:])
	return start, end, parts > 1 && (n == 0 || !wordRune(after))
}

// part gives the size of the part of an acronym that b starts with, 0 if it
// starts with none, and whether the part is a doubled letter.
func part(b []byte) (size int, doubled bool) {
	r, size := utf8.DecodeRune(b)
	if size == 0 || !acronymLetter(r) {
		return 0, false
	}
	next, n := utf8.DecodeRune(b[size:])
	if n > 0 && next == r {
		size += n
		doubled = true
		next, n = utf8.DecodeRune(b[size:])
	}
	if n > 0 && wordRune(next) {
		return 0, false
	}
	return size, doubled
}

func acronymLetter(r rune) bool {
	if r < utf8.RuneSelf {
		return 'a' <= r && r <= 'z'
	}
	return unicode.IsLetter(r) && unicode.In(r, unicode.Latin, unicode.Greek, unicode.Cyrillic, unicode.Arabic)
}

// wordRune reports whether r is part of a word: a letter, a mark or a number.
func wordRune(r rune) bool {
	if r < utf8.RuneSelf {
		return 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9'
	}
	return unicode.In(r, unicode.L, unicode.M, unicode.N)
}

// stripped reports whether r loses the marks that follow it: a letter of the
// four scripts whose marks people leave out, or no letter at all.
func stripped(r rune) bool {
	return r < 0x0250 || !unicode.IsLetter(r) ||
		unicode.In(r, unicode.Latin, unicode.Greek, unicode.Cyrillic, unicode.Arabic)
}

// arabicMark reports whether r is a vowel sign, a hamza or madda that stands
// on a letter, or a sign of Quranic recitation.
func arabicMark(r rune) bool {
	return 0x0610 <= r && r <= 0x061a || 0x064b <= r && r <= 0x065f || r == 0x0670 ||
		0x06d6 <= r && r <= 0x06ed || 0x0897 <= r && r <= 0x089f || 0x08ca <= r && r <= 0x08ff
}

// thin reports whether r has no width, so that two texts can look the same and
// differ in it (Unicode calls most of them default ignorable). The Arabic
// number signs are format characters too, but are seen.
func thin(r rune) bool {
	return unicode.In(r, unicode.Cf, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector) &&
		!unicode.Is(unicode.Prepended_Concatenation_Mark, r)
}

// digit gives the ASCII digit for a decimal digit of any script.
func digit(r rune) (byte, bool) {
	if !unicode.Is(unicode.Nd, r) {
		return 0, false
	}
	// Each script has its ten digits in a row, from 0 to 9.
	for _, t := range unicode.Nd.R16 {
		if rune(t.Lo) <= r && r <= rune(t.Hi) {
			return '0' + byte((r-rune(t.Lo))%10), true
		}
	}
	for _, t := range unicode.Nd.R32 {
		if rune(t.Lo) <= r && r <= rune(t.Hi) {
			return '0' + byte((r-rune(t.Lo))%10), true
		}
	}
	return 0, false
}

// letters gives what to write for a lower-case character that does not
// decompose. Nothing on the right may stand on the left.
var letters = func() map[rune]string {
	m := make(map[rune]string)
	for _, line := range strings.Split(strings.TrimSpace(table), "\n") {
		to, from, _ := strings.Cut(line, " ")
		for _, r := range strings.ReplaceAll(from, " ", "") {
			m[r] = to
		}
	}
	m['ـ'] = ""      // tatweel stretches a word and means nothing
	m['\u0674'] = "" // high hamza, as Kazakh writes it: a hamza that stands on a letter
	m['\u06e5'] = "" // small waw and small yeh of Quranic spelling
	m['\u06e6'] = ""
	return m
}()

// settled tells, for the alphabets from Latin to Arabic, which characters fold
// to themselves: most of what is written with them. It makes an Arabic text
// twice as quick.
var settled = func() (as [0x0700]bool) {
	for r := rune(utf8.RuneSelf); int(r) < len(as); r++ {
		var f folder
		f.rune(r, 0)
		as[r] = string(f.out) == string(r) && f.marks == 0 && !unicode.Is(unicode.M, r) &&
			norm.NFKD.IsNormalString(string(r))
	}
	return as
}()

// Each line: what is written, then all that becomes it.
const table = `
ss ß
ae æ
oe œ
th þ
hv ƕ
a ⱥ ɐ ɑ
b ƀ ɓ ƃ
c ƈ ȼ ɕ
d đ ð ɖ ɗ ƌ ȡ
e ə ǝ ɛ ɇ
f ƒ
g ɠ ǥ ɣ ɡ
h ħ ɦ ⱨ
i ı ɨ ɩ
j ɉ ȷ ɟ ʝ
k ƙ ĸ ⱪ
l ł ƚ ⱡ ɫ ɬ ɭ
m ɱ
n ŋ ɲ ƞ ɳ ȵ
o ø ɔ ɵ
p ƥ ᵽ
q ɋ ʠ
r ɍ ɽ ɾ ɼ
s ʂ ȿ
t ŧ ƭ ʈ ⱦ ƫ ȶ
u ʉ ʊ
v ʋ ⱱ
w ⱳ
y ƴ ɏ
z ƶ ȥ ʐ ʑ ɀ ⱬ
σ ς
' ‘ ’ ‛ ′ ʹ ʻ ʼ ʽ ʾ ʿ ˈ ꞌ ՚ ＇
- ‐ ‑
. ٫
, ٬
ا ٱ ٲ ٳ
ه ة ہ ۃ ھ ە
ي ى ی ې ۑ ے ێ ۍ ؠ ؽ ؾ ؿ
ك ک ڪ ڭ ػ ؼ
گ ګ
ف ڤ
ق ڨ
ن ں
`

// Alphabet gives what is written for the lower-case letters that Unicode does
// not decompose, for those who fold elsewhere.
func Alphabet() map[string]string {
	out := make(map[string]string, len(letters))
	for r, to := range letters {
		out[string(r)] = to
	}
	return out
}
