package fold_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"opendoor/regions/fold"
)

func TestText(t *testing.T) {
	for _, tt := range []struct{ name, in, want string }{
		{"nothing", "", ""},
		{"ASCII as it is", "case management", "case management"},
		{"lower case", "FCMP and AVRR", "fcmp and avrr"},
		{"white space is kept", " a\tb\n  c ", " a\tb\n  c "},

		{"Portuguese", "Detenção é exceção", "detencao e excecao"},
		{"Spanish", "Estación migratoria, niñez, pingüino", "estacion migratoria, ninez, pinguino"},
		{"French", "Assignation à résidence; cœur; Curaçao", "assignation a residence; coeur; curacao"},
		{"accents as marks of their own", "e\u0301te\u0301", "ete"},
		{"German", "Straße STRASSE Große GROẞE", "strasse strasse grosse grosse"},
		{"Polish", "Łódź, Żółć", "lodz, zolc"},
		{"Nordic", "Ærø, Åland, Reykjavík, Þór, Guðrún", "aero, aland, reykjavik, thor, gudrun"},
		{"Croatian", "Đorđe", "dorde"},
		{"Turkish", "İstanbul, Iğdır, Türkiye", "istanbul, igdir, turkiye"},
		{"Romanian, comma or cedilla", "Timișoara Timişoara", "timisoara timisoara"},
		{"Vietnamese", "Việt Nam, Đà Nẵng", "viet nam, da nang"},
		{"Hausa and Twi", "ƙasa, ɗan, Ɔsɔfo, Ɛdan", "kasa, dan, osofo, edan"},
		{"Azerbaijani", "Əliyev", "eliyev"},
		{"Greek", "Ἑλλάς, Αθήνα, ΟΔΟΣ, οδός", "ελλασ, αθηνα, οδοσ, οδοσ"},
		{"Cyrillic", "Ёлка, Київ, Беларусь, Ѝ", "елка, киів, беларусь, и"},

		{"hamza carriers", "أطفال إبعاد آسيا ٱلله", "اطفال ابعاد اسيا الله"},
		{"hamza on waw and yeh", "مسؤول لاجئ رئيس", "مسوول لاجي رييس"},
		{"hamza alone stays", "ماء", "ماء"},
		{"teh marbuta, alef maqsura", "كفالة مستشفى", "كفاله مستشفي"},
		{"vowel signs and tatweel", "مُحْتَجَزٌ احتجـــاز", "محتجز احتجاز"},
		{"Persian", "پناهندگی کودکان", "پناهندگي كودكان"},
		{"Persian with a non-joiner", "می‌خواهم", "ميخواهم"},
		{"Urdu", "ہجرت بچے کھیل میں", "هجرت بچي كهيل مين"},
		{"foreign letters in Arabic names", "ڤيينا", "فيينا"},
		{"presentation forms", "ﻻﺟﺊ", "لاجي"},
		{"Eastern digits", "٢٠١٩ و ۱۳۹۸", "2019 و 1398"},
		{"Eastern decimal point", "١٣٫٤٤٥", "13.445"},
		{"Thai and Hindi digits", "พ.ศ. ๒๕๖๒ २०१९", "พ.ศ. 2562 2019"},

		{"Hindi keeps its vowels", "हिरासत के विकल्प", "हिरासत के विकल्प"},
		{"Thai keeps its vowels", "ทางเลือกแทนการกักขัง", norm.NFKC.String("ทางเลือกแทนการกักขัง")},
		{"Sinhala", "කඳවුරු", "කඳවුරු"},
		{"Korean from parts", "\u1112\u1161\u11ab\u1100\u116e\u11a8", "한국"},
		{"Japanese, half width", "ｶﾞｲﾄﾞ", "ガイド"},
		{"full width", "ＡＴＤ　２０１９", "atd 2019"},
		{"ligatures and signs", "ﬁnal № 5 x² ½", "final no 5 x2 1⁄2"},

		{"apostrophes", "Côte d’Ivoire d‘Ivoire dʼIvoire d´Ivoire d`Ivoire", "cote d'ivoire d'ivoire d'ivoire d'ivoire d'ivoire"},
		{"typographic hyphens", "non‐refoulement non‑refoulement", "non-refoulement non-refoulement"},
		{"soft hyphen, no-break space", "de\u00adten\u00adtion\u00a0centre", "detention centre"},
		{"no width", "\ufeffde\u200bten\u200d\u2060tion\u200e", "detention"},
		{"emoji variants", "1\ufe0f\u20e3", "1"},
		{"not UTF-8", "a\xffb\xc3", "a\ufffdb\ufffd"},

		{"acronym", "R.D.C. et RDC", "rdc et rdc"},
		{"acronym without its last dot", "U.A.S.C in care", "uasc in care"},
		{"acronym before punctuation", "(U.S.), U.K.-based, l’O.N.U.", "(us), uk-based, l'onu"},
		{"acronym at the end", "in the U.S.", "in the us"},
		{"acronym and an ellipsis", "the U.S...", "the us"},
		{"acronym in Cyrillic and Arabic", "С.Ш.А. ق.م.", "сша قم"},
		{"acronym with accents", "É.U.A.", "eua"},
		{"Spanish plurals", "EE.UU., DD.HH. y EE. UU. o DD. HH.", "eeuu, ddhh y eeuu o ddhh"},
		{"Latin", "e.g. this, i.e. that", "eg this, ie that"},
		{"sentence ends", "Plan B. Then C. The end.", "plan b. then c. the end."},
		{"short sentences", "No. Oo. Mm, yes.", "no. oo. mm, yes."},
		{"law numbers", "Lei 13.445, art. 5.1.a", "lei 13.445, art. 5.1.a"},
		{"addresses", "www.opendoor.example a.b.example", "www.opendoor.example a.b.example"},
		{"initials of a person", "J.R.R.Tolkien, J. R. R. Tolkien", "j.r.r.tolkien, j. r. r. tolkien"},
		{"abbreviations", "p.ej. Sra. No. St.", "p.ej. sra. no. st."},
		{"dots alone", ". .. ... a...", ". .. ... a..."},
		{"Thai acronyms stay, for Thai has no word ends", "ตามพ.ร.บ.คน", "ตามพ.ร.บ.คน"},
	} {
		if got := fold.Text(tt.in); got != tt.want {
			t.Errorf("%s: Text(%q) = %q, want %q", tt.name, tt.in, got, tt.want)
		}
	}
}

func TestName(t *testing.T) {
	for _, tt := range []struct{ name, in, want string }{
		{"nothing", "", ""},
		{"punctuation alone", " .,’- ", ""},
		{"curly apostrophe", "Côte d’Ivoire", "cote divoire"},
		{"straight apostrophe", "cote d'ivoire", "cote divoire"},
		{"no apostrophe", "Cote dIvoire", "cote divoire"},
		{"hyphens", "Guinea-Bissau", "guinea bissau"},
		{"brackets and space", "  Bolivia   (Plurinational State of) ", "bolivia plurinational state of"},
		{"dotted", "R.D.C.", "rdc"},
		{"abbreviation", "St. Lucia", "st lucia"},
		{"Arabic", "تيمور-ليشتي", "تيمور ليشتي"},
		{"Hindi", "भारत, गणराज्य", "भारत गणराज्य"},
		{"okina", "Hawaiʻi", "hawaii"},
		{"a mark meets its letter", "\u09c7'\u09be", "\u09cb"},
	} {
		if got := fold.Name(tt.in); got != tt.want {
			t.Errorf("%s: Name(%q) = %q, want %q", tt.name, tt.in, got, tt.want)
		}
	}
}

// Scripts whose marks are vowels come out of Text as Unicode's own NFKC has them.
func TestTextLeavesOtherScripts(t *testing.T) {
	for _, s := range []string{
		"हिरासत का विकल्प क़ानून", "আটকের বিকল্প", "தடுப்புக்காவல்", "ทางเลือกแทนการกักขัง", "ການກັກຂັງ",
		"ជម្រើសជំនួសឲ្យការឃុំឃាំង", "ထိန်းသိမ်းခြင်း", "ལྷ་ས", "የእስር አማራጭ", "구금의 대안", "收容替代措施", "収容代替措置", "מעצר", "შინაპატიმრობა",
	} {
		if got, want := fold.Text(s), norm.NFKC.String(s); got != want {
			t.Errorf("Text(%q) = %q, want %q", s, got, want)
		}
	}
}

func TestWithOffsets(t *testing.T) {
	for _, tt := range []struct{ text, match, want string }{
		{"La Détention, là", "detention", "Détention"},
		{"e\u0301te\u0301 ", "ete", "e\u0301te\u0301"}, // the last accent belongs to it
		{"in the R.D.C. now", "rdc", "R.D.C."},
		{"DD. HH. hoy", "ddhh", "DD. HH."},
		{"Straße", "stras", "Straß"}, // half of ß is all of it
		{"Straße", "se", "ße"},
		{"احتجـــاز الأطفال", "الاطفال", "الأطفال"},
		{"احتجـــاز الأطفال", "احتجاز", "احتجـــاز"},
		{"de\u00adten\u00adtion", "tent", "ten\u00adt"},
		{"x \u1112\u1161\u11ab\u1100\u116e\u11a8", "한", "\u1112\u1161\u11ab"},
		{"\xff ok", "ok", "ok"},
	} {
		folded, at := fold.WithOffsets(tt.text)
		start := strings.Index(folded, tt.match)
		if start < 0 {
			t.Errorf("WithOffsets(%q) = %q, which has no %q", tt.text, folded, tt.match)
			continue
		}
		from, to := fold.Span(at, start, start+len(tt.match))
		if got := tt.text[from:to]; got != tt.want {
			t.Errorf("%q in %q: %q, want %q", tt.match, tt.text, got, tt.want)
		}
	}
	if folded, at := fold.WithOffsets(""); folded != "" || len(at) != 1 || at[0] != 0 {
		t.Errorf(`WithOffsets("") = %q, %v`, folded, at)
	}
	_, at := fold.WithOffsets("Straße")
	if from, to := fold.Span(at, 2, 2); from != to {
		t.Errorf("an empty match covers %d to %d", from, to)
	}
}

// check says what is wrong with the folding of s.
func check(s string) error {
	folded := fold.Text(s)
	if again := fold.Text(folded); again != folded {
		return fmt.Errorf("Text(%+q) = %+q, and again %+q", s, folded, again)
	}
	if !utf8.ValidString(folded) {
		return fmt.Errorf("Text(%+q) = %+q is not UTF-8", s, folded)
	}
	if len(folded) > 11*len(s) {
		return fmt.Errorf("Text of %d bytes has %d", len(s), len(folded))
	}
	name := fold.Name(s)
	if again := fold.Name(name); again != name {
		return fmt.Errorf("Name(%+q) = %+q, and again %+q", s, name, again)
	}
	if fold.Name(folded) != name {
		return fmt.Errorf("Name(%+q) = %+q, but of the folded text %+q", s, name, fold.Name(folded))
	}

	traced, at := fold.WithOffsets(s)
	if traced != folded {
		return fmt.Errorf("WithOffsets(%+q) = %+q, but Text %+q", s, traced, folded)
	}
	if len(at) != len(folded)+1 || at[len(folded)] != len(s) {
		return fmt.Errorf("WithOffsets(%+q) has offsets %v for %d bytes", s, at, len(folded))
	}
	start := make(map[int]bool) // of characters; a byte that is not UTF-8 is one
	for i := range s {
		start[i] = true
	}
	for i, o := range at[:len(folded)] {
		if !start[o] {
			return fmt.Errorf("WithOffsets(%+q): offset %d is inside a character", s, o)
		}
		if at[i+1] < o {
			return fmt.Errorf("WithOffsets(%+q): offsets go back: %v", s, at)
		}
	}
	for i := range folded {
		_, n := utf8.DecodeRuneInString(folded[i:])
		if from, to := fold.Span(at, i, i+n); from >= to {
			return fmt.Errorf("WithOffsets(%+q): nothing made %q", s, folded[i:i+n])
		}
	}
	return nil
}

func TestEveryCharacter(t *testing.T) {
	for r := rune(0); r <= unicode.MaxRune; r++ {
		if 0x20000 <= r && r < 0xe0000 || r >= 0xf0000 { // Han without end, unassigned, private
			continue
		}
		if err := check(string(r)); err != nil {
			t.Error(err)
		}
		if s := fold.Text(string(r)); strings.IndexFunc(s, unicode.IsUpper) >= 0 && unicode.ToLower(r) != r {
			t.Errorf("Text(%q) = %q is not lower case", r, s)
		}
	}
}

// TestTangles folds random strings of the characters that meddle with one
// another: letters, marks, dots, apostrophes, parts of syllables, bad bytes.
func TestTangles(t *testing.T) {
	pieces := strings.Split("a A b . .. ' ’ ´ ` é İ ß ﬁ x. q.q. aa. aa aa.bb  5 ٥ ٫ … ا أ ى ـ ﷺ ﹱ م. हि क ि ़ ্ ে া ก ำ ้ ᄒ ᅡ ᆫ 하 か ゛ ﾞ ー 漢 < ≠ ⒈ ʼn ̸ ́ ̣ ̈ ُ ٕ ฺ \u3099 \u200b \u034f \u0345 \u0483 \u1dc0 \ufffd", " ")
	pieces = append(pieces, " ", " ", "\xff", "\xe0\xa4", "\u00a0", "aa. ", "bb. ", "\u0301\u0323\u0301\u0323\u0301\u0323\u0301\u0323", "\u093c\u094d\u093c\u094d\u093c\u094d\u093c\u094d\u093c")
	rnd := rand.New(rand.NewPCG(1, 2))
	n := 200_000
	if testing.Short() {
		n = 20_000
	}
	var b strings.Builder
	for range n {
		b.Reset()
		for range 1 + rnd.IntN(12) {
			b.WriteString(pieces[rnd.IntN(len(pieces))])
		}
		if err := check(b.String()); err != nil {
			t.Fatal(err)
		}
	}
}

func TestHuge(t *testing.T) {
	for _, piece := range []string{"a", "a.", "aa. ", "aa. x", ".", "\u0301", "क\u093c", "\u093c", "\u09c7", "\u1161", "ﷺ", "'", "\xff", "É", "\u200b"} {
		if err := check(strings.Repeat(piece, 20_000)); err != nil {
			if msg := err.Error(); len(msg) > 300 {
				err = fmt.Errorf("%.300s…", msg)
			}
			t.Errorf("20,000 times %q: %v", piece, err)
		}
	}
	if got := fold.Text("क" + strings.Repeat("\u093c", 1000)); utf8.RuneCountInString(got) > 20 {
		t.Errorf("1000 marks on one letter: %d characters left", utf8.RuneCountInString(got))
	}
}

func TestConcurrent(t *testing.T) {
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 200 {
				if got := fold.Name("Côte d’Ivoire, R.D.C., أطفال"); got != "cote divoire rdc اطفال" {
					t.Errorf("got %q", got)
				}
			}
		})
	}
	wg.Wait()
}

func TestTextOfPlainASCIIDoesNotAllocate(t *testing.T) {
	s := strings.Repeat("case management in the community, ", 20)
	if n := testing.AllocsPerRun(100, func() { fold.Text(s) }); n != 0 {
		t.Errorf("%v allocations, want none", n)
	}
}

func FuzzText(f *testing.F) {
	for _, s := range []string{"", "Côte d’Ivoire", "R.D.C. EE. UU. a.a.. bb.", "أُطـفال ﷺ", "\u09c7'\u09be", "a\xff\u0301", "ｶﾞ한\u1112\u1161", "≠ ´ … ⒈"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if err := check(s); err != nil {
			t.Error(err)
		}
	})
}

func ExampleText() {
	fmt.Println(fold.Text("Les R.D.C. et Côte d’Ivoire, à l’ÉTÉ"))
	fmt.Println(fold.Text("هجرة الأطفال ٢٠١٩"))
	// Output:
	// les rdc et cote d'ivoire, a l'ete
	// هجره الاطفال 2019
}

func ExampleSpan() {
	text := "La rétention, en R.D.C. aussi"
	folded, at := fold.WithOffsets(text)
	start := strings.Index(folded, "rdc")
	from, to := fold.Span(at, start, start+len("rdc"))
	fmt.Println(text[from:to])
	// Output: R.D.C.
}

// The benchmarks fold a text of 6 KB, the size of an ordinary entry.
func BenchmarkText(b *testing.B) {
	for _, bb := range []struct{ name, text string }{
		{"ascii lower", "people are housed in the community while their case is decided, "},
		{"ascii", "People are housed in the community while their case is decided. "},
		{"french", "Les personnes sont logées dans la collectivité jusqu’à la décision. "},
		{"arabic", "يُقيم الأشخاص في المجتمع إلى أن يُبتّ في قضيتهم عام ٢٠١٩. "},
		{"thai", "ทางเลือกแทนการกักขังสำหรับเด็กและครอบครัว "},
	} {
		text := strings.Repeat(bb.text, 6000/len(bb.text))
		b.Run(bb.name, func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			b.ReportAllocs()
			for b.Loop() {
				fold.Text(text)
			}
		})
	}
}
