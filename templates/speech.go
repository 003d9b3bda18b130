package templates

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
	"golang.org/x/text/feature/plural"
	"golang.org/x/text/language"
	"golang.org/x/text/message"
	"golang.org/x/text/number"
	"golang.org/x/text/unicode/bidi"
)

// fallback is the language of a message that another has not got.
const fallback = "en"

// speech is how the interface talks in one language.
type speech struct {
	Language
	digits   string       // CLDR numbering system; "" for that of the language
	group    string       // between thousands; "" for that of CLDR
	locale   language.Tag // with those digits
	messages map[string]phrase
	stand    map[string]stand // of each message
	printers sync.Pool        // of *message.Printer, which one reader may use at a time
	counts   sync.Map         // small whole numbers as they are written, by float64
}

// A phrase is a message in its plural forms; one that has none is "other".
type phrase map[string]string

// A stand is where a message stands in its file.
type stand struct {
	file string
	line int
}

var forms = map[plural.Form]string{
	plural.Other: "other", plural.Zero: "zero", plural.One: "one", plural.Two: "two", plural.Few: "few", plural.Many: "many",
}

func newSpeech(tag string) *speech {
	return &speech{Language: Language{Tag: tag}, messages: map[string]phrase{}, stand: map[string]stand{}}
}

// add reads a message file: "language" says what it is, every other mapping is
// a group of messages, and a mapping of plural forms is one message. Keys are
// joined with dots: "list.tally". A message stands in one file only.
func (s *speech) add(name string, data []byte) error {
	var file struct {
		Language *struct {
			Name   string
			Dir    string
			Digits string // CLDR numbering system: latn, arab
			Group  string // between thousands, where CLDR has what people do not read alike
		}
		Rest map[string]yaml.Node `yaml:",inline"`
	}
	if err := yaml.Unmarshal(data, &file); err != nil {
		return err
	}
	if l := file.Language; l != nil {
		s.Name, s.Dir, s.digits, s.group = l.Name, l.Dir, l.Digits, l.Group
	}
	for key, node := range file.Rest {
		if err := s.read(name, key, &node); err != nil {
			return err
		}
	}
	return nil
}

// settle makes the language ready to speak, when all its files are read.
func (s *speech) settle() error {
	if s.Name == "" || (s.Dir != "ltr" && s.Dir != "rtl") {
		return fmt.Errorf("language: give its name, and dir: ltr or rtl")
	}
	if _, known := numberings[s.digits]; s.digits != "" && !known {
		return fmt.Errorf("digits: %q; write one of %s", s.digits, strings.Join(slices.Sorted(maps.Keys(numberings)), ", "))
	}
	locale, err := language.Parse(s.Tag)
	if err == nil && s.digits != "" {
		locale, err = locale.SetTypeForKey("nu", s.digits)
	}
	if err != nil {
		return err
	}
	s.locale = locale
	s.counts.Clear()
	s.printers = sync.Pool{New: func() any { return message.NewPrinter(locale) }}
	if s.digits == "latn" { // what a message says is to be typed so stays: 2021
		for _, p := range s.messages {
			for form, text := range p {
				p[form] = s.ownDigits(text)
			}
		}
	}
	return nil
}

func (s *speech) read(name, key string, node *yaml.Node) error {
	switch node.Kind {
	case yaml.ScalarNode:
		if _, twice := s.messages[key]; twice {
			return fmt.Errorf("line %d: %s stands twice", node.Line, key)
		}
		s.messages[key], s.stand[key] = phrase{"other": node.Value}, stand{name, node.Line}
		return nil
	case yaml.MappingNode:
		if plurals(node) {
			p := phrase{}
			if err := node.Decode(&p); err != nil {
				return fmt.Errorf("line %d: %s: %w", node.Line, key, err)
			}
			if _, twice := s.messages[key]; twice {
				return fmt.Errorf("line %d: %s stands twice", node.Line, key)
			}
			s.messages[key], s.stand[key] = p, stand{name, node.Line}
			return nil
		}
		for i := 0; i+1 < len(node.Content); i += 2 {
			if err := s.read(name, key+"."+node.Content[i].Value, node.Content[i+1]); err != nil {
				return err
			}
		}
		return nil
	}
	return fmt.Errorf("line %d: %s: a message is words, or words by plural form", node.Line, key)
}

// plurals says whether a mapping is one message in its plural forms, of which
// "other" is always one, rather than a group of messages.
func plurals(node *yaml.Node) bool {
	other := false
	for i := 0; i < len(node.Content); i += 2 {
		form := node.Content[i].Value
		if !slices.Contains([]string{"zero", "one", "two", "few", "many", "other"}, form) {
			return false
		}
		other = other || form == "other"
	}
	return other
}

// Message is an interface message in a language, else in English, else its
// key. Args are pairs of a name and a value for the {name} in the message;
// numbers are written as the language does, and words that run the other way
// are kept together. The value of "n" chooses the
// plural form, and "zero" is used for none wherever a message has it.
func (s *Set) Message(lang, key string, args ...any) string {
	sp := s.in(lang)
	p, ok := sp.messages[key]
	if !ok {
		sp = s.speech[fallback]
		if p, ok = sp.messages[key]; !ok {
			return key
		}
	}
	if len(args) == 0 {
		return p["other"]
	}
	text := p["other"]
	pairs := make([]string, 0, len(args))
	for i := 0; i+1 < len(args); i += 2 {
		name := fmt.Sprint(args[i])
		f, isNumber := numeric(args[i+1])
		if !isNumber {
			pairs = append(pairs, "{"+name+"}", sp.isolate(fmt.Sprint(args[i+1])))
			continue
		}
		pairs = append(pairs, "{"+name+"}", sp.number(f))
		if name == "n" && len(p) > 1 {
			text = cmp.Or(p[sp.form(f, p)], text)
		}
	}
	return putIn(text, pairs...)
}

// putIn puts values in the places of a message that are named for them. What is
// put in is not looked at again: a value may hold braces of its own. Lists of
// cards are made of hundreds of such texts, so it goes through each once and
// prepares nothing.
func putIn(text string, pairs ...string) string {
	var b strings.Builder
	for {
		open := strings.IndexByte(text, '{')
		if open < 0 {
			break
		}
		b.WriteString(text[:open])
		text = text[open:]
		size := 1
		value := text[:1]
		for i := 0; i < len(pairs); i += 2 {
			if strings.HasPrefix(text, pairs[i]) {
				value, size = pairs[i+1], len(pairs[i])
				break
			}
		}
		b.WriteString(value)
		text = text[size:]
	}
	b.WriteString(text)
	return b.String()
}

// Keys are those of all messages, in order.
func (s *Set) Keys() []string { return slices.Sorted(maps.Keys(s.speech[fallback].messages)) }

// Forms gives the plural forms of a message as they are written, by their names
// in CLDR, for a script that fills them. The map is not to be changed.
func (s *Set) Forms(lang, key string) map[string]string {
	if p, ok := s.in(lang).messages[key]; ok {
		return p
	}
	return s.speech[fallback].messages[key]
}

func (s *Set) in(lang string) *speech {
	if sp, ok := s.speech[lang]; ok {
		return sp
	}
	return s.speech[fallback]
}

// form is the plural form for a number.
func (sp *speech) form(f float64, p phrase) string {
	if _, ok := p["zero"]; ok && f == 0 {
		return "zero"
	}
	digits, fraction, _ := strings.Cut(strconv.FormatFloat(math.Abs(f), 'f', -1, 64), ".")
	i, err := strconv.Atoi(digits[max(0, len(digits)-9):])
	if err != nil {
		return "other"
	}
	t, _ := strconv.Atoi(fraction)
	return forms[plural.Cardinal.MatchPlural(sp.locale, i, len(fraction), len(fraction), t, t)]
}

// Number writes a number as the language does, with no more decimals than it
// has.
func (s *Set) Number(lang string, v float64) string { return s.in(lang).number(v) }

// manyCounts bounds the numbers that are kept as they are written: pages are
// full of small counts.
const manyCounts = 1000

func (sp *speech) number(v float64) string {
	if v < 0 || v >= manyCounts || v != math.Trunc(v) {
		return sp.written(v)
	}
	text, ok := sp.counts.Load(v)
	if !ok {
		text, _ = sp.counts.LoadOrStore(v, sp.written(v))
	}
	return text.(string)
}

func (sp *speech) written(v float64) string {
	if sp.group == "" {
		return sp.print(number.Decimal(v, number.MaxFractionDigits(decimals(v))))
	}
	return grouped(sp.print(number.Decimal(v, number.MaxFractionDigits(decimals(v)), number.NoSeparator())), sp.group)
}

// grouped writes a mark between the thousands of a number.
func grouped(text, mark string) string {
	digits := []rune(text)
	end := slices.IndexFunc(digits, func(r rune) bool { return !unicode.IsDigit(r) && r != '-' })
	if end < 0 {
		end = len(digits)
	}
	for i := end - 3; i > 0 && unicode.IsDigit(digits[i-1]); i -= 3 {
		digits = slices.Insert(digits, i, []rune(mark)...)
	}
	return string(digits)
}

func decimals(v float64) int {
	_, fraction, _ := strings.Cut(strconv.FormatFloat(v, 'f', -1, 64), ".")
	return len(fraction)
}

func (sp *speech) print(v any) string {
	p := sp.printers.Get().(*message.Printer)
	defer sp.printers.Put(p)
	return p.Sprint(v)
}

// Date writes a date as far as it is known: month and day are 0 when they are
// not.
func (s *Set) Date(lang string, year, month, day int) string {
	sp := s.in(lang)
	y := sp.print(number.Decimal(year, number.NoSeparator()))
	if month < 1 || month > 12 {
		return y
	}
	m := s.Message(lang, "date.month."+strconv.Itoa(month))
	if day < 1 {
		return s.Message(lang, "date.year_month", "year", y, "month", m)
	}
	if day == 1 {
		return s.Message(lang, "date.first", "year", y, "month", m, "day", day)
	}
	return s.Message(lang, "date.full", "year", y, "month", m, "day", day)
}

// List writes items as the language does: "a, b and c".
func (s *Set) List(lang string, items []string) string {
	if len(items) == 0 {
		return ""
	}
	sp := s.in(lang)
	text := sp.isolate(items[0])
	for i, item := range items[1:] {
		key := "join.middle"
		if i == len(items)-2 {
			key = "join.last"
			if soundsLikeI(item) {
				key = "join.last_before_i"
			}
		}
		text = putIn(s.Message(lang, key), "{a}", text, "{b}", sp.isolate(item))
	}
	return text
}

// soundsLikeI says whether a word begins with the sound i as Spanish has it,
// where "y" becomes "e" before it: Irán, Hiroshima, but not hielo or Yemen.
func soundsLikeI(word string) bool {
	word = strings.TrimPrefix(strings.ToLower(word), "h")
	rest, isI := strings.CutPrefix(word, "i")
	if !isI {
		rest, isI = strings.CutPrefix(word, "í")
		return isI
	}
	next, _ := utf8.DecodeRuneInString(rest)
	return !strings.ContainsRune("aeoáéó", next) || rest == ""
}

// isolate keeps words that run the other way together: without it the brackets
// and commas around an English name in an Arabic sentence jump to its far end.
func (sp *speech) isolate(text string) string {
	const firstStrong, pop = "\u2068", "\u2069"
	own, other := false, false
	for _, r := range text {
		switch p, _ := bidi.LookupRune(r); p.Class() {
		case bidi.L:
			own, other = own || sp.Dir == "ltr", other || sp.Dir == "rtl"
		case bidi.R, bidi.AL:
			own, other = own || sp.Dir == "rtl", other || sp.Dir == "ltr"
		}
	}
	if own || !other {
		return text
	}
	return firstStrong + text + pop
}

// numeric is the value of any kind of number.
func numeric(v any) (float64, bool) {
	switch r := reflect.ValueOf(v); r.Kind() {
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return float64(r.Int()), true
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return float64(r.Uint()), true
	case reflect.Float32, reflect.Float64:
		return r.Float(), true
	}
	return 0, false
}
