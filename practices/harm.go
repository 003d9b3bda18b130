package practices

import (
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// A HarmRule is one way in which a public text can hurt somebody, or the
// trust that others put in it. What each means is told by the interface, in
// the reader's language.
type HarmRule string

// The rules. docs/contributors.md explains them.
const (
	NameAge    HarmRule = "name-age"    // a person who can be told by name and age
	Telephone  HarmRule = "telephone"   // a number that leads to somebody
	Mail       HarmRule = "mail"        // an address that leads to somebody
	CaseNumber HarmRule = "case-number" // a number by which an authority knows a person
	HomeWay    HarmRule = "address"     // a street and a number
	TooPrecise HarmRule = "place"       // a place where people live or are cared for, finer than its town
	Quote      HarmRule = "quote"       // somebody's words, without a record that they agreed
	Euphemism  HarmRule = "euphemism"   // a soft word for a place that people may not leave
	Illegal    HarmRule = "illegal"     // people called by an offence
	Unsourced  HarmRule = "unsourced"   // a statement of fact without a source
)

// HarmRules lists the rules, the gravest first.
var HarmRules = []HarmRule{NameAge, Telephone, Mail, CaseNumber, HomeWay, TooPrecise, Quote, Euphemism, Illegal, Unsourced}

// A Finding is a passage that may do harm. It is a question to whoever wrote
// it and to the editor, not a verdict: patterns cannot read.
type Finding struct {
	Rule  HarmRule `json:"rule"`
	Field string   `json:"field"` // as in a [Draft]: "summary", "what-was-done", "places.0.name"
	Words string   `json:"words"` // the passage
}

// A harmRule finds passages of one kind. A pattern that begins with no fixed
// letter is tried at every one of a text, and all of them were a third of what
// it takes to read an entry; hint tells quickly that most texts have none.
type harmRule struct {
	rule    HarmRule
	pattern *regexp.Regexp
	what    string
	hint    func(text string) bool
}

// harmful are passages that may not be published at all; lint refuses them.
// The patterns are narrow, so that an honest sentence passes; what they miss
// is for [Harm] and for the editor's eye.
var harmful = []harmRule{
	{NameAge, regexp.MustCompile(`\b\p{Lu}\p{Ll}+(?: \p{Lu}\p{Ll}+)?, (?:aged )?\d{1,2}(?:,| years| \()`), "a name with an age", fits(`, (?:aged )?\d`)},
	{NameAge, regexp.MustCompile(`\b\p{Lu}\p{Ll}+ \(\d{1,2}\)`), "a name with an age", fits(` \(\d`)},
	{HomeWay, regexp.MustCompile(`\b\d{1,5} \p{Lu}\p{Ll}+ (?:Street|Road|Avenue|Lane|Drive)\b`), "an address", has("Street", "Road", "Avenue", "Lane", "Drive")},
	{HomeWay, regexp.MustCompile(`\b(?:Calle|Avenida|Rua|Rue|Colonia|Soi) \p{Lu}\p{L}+(?: \p{L}+)*,? (?:no\.? ?)?\d+`), "an address", has("Calle", "Avenida", "Rua", "Rue", "Colonia", "Soi")},
	{Telephone, regexp.MustCompile(`(?:\+\d{1,3}[ .-]?)(?:\(?\d{1,4}\)?[ .-]?){2,5}\d{2,}`), "a telephone number", has("+")},
	{Telephone, regexp.MustCompile(`\b0\d{1,4}[ -]\d{3,4}[ -]?\d{3,4}\b`), "a telephone number", fits(`0\d{1,4}[ -]\d{3}`)},
	{Mail, regexp.MustCompile(`[\p{L}\p{N}._+-]+@[\p{L}\p{N}-]+\.\p{L}{2,}`), "a mail address", has("@")},
	{CaseNumber, regexp.MustCompile(`\bA[- ]?\d{8,9}\b`), "a personal case number", fits(`A[- ]?\d{8}`)},
}

// fits is a hint that a text has a pattern, which is to begin with a fixed
// letter.
func fits(pattern string) func(string) bool { return regexp.MustCompile(pattern).MatchString }

// has is a hint that a text has one of some words.
func has(words ...string) func(string) bool {
	return func(text string) bool {
		return slices.ContainsFunc(words, func(w string) bool { return strings.Contains(text, w) })
	}
}

// found is the first such passage of a text, "" for none.
func (h *harmRule) found(text string) string {
	if !h.hint(text) {
		return ""
	}
	return h.pattern.FindString(text)
}

// doubtful are passages that a person should look at again; many are honest.
var doubtful = []struct {
	rule    HarmRule
	pattern *regexp.Regexp
}{
	{NameAge, regexp.MustCompile(`\b\p{Lu}\p{Ll}+(?: \p{Lu}\p{Ll}+)?(?:,| is| was| tiene| tenía| a| avait| tem| tinha) (?:de |âgée? de )?\d{1,2} (?:years? old|años|ans|anos)\b`)},
	{NameAge, regexp.MustCompile(`\b\d{1,2}-year-old (?:\p{L}+ )?(?:from|named|called)\b`)},
	{NameAge, regexp.MustCompile(`(?:عمره|عمرها|من العمر) [\d٠-٩]{1,2}`)},
	{Telephone, regexp.MustCompile(`(?i)(?:\btel|\bphone|tel[ée]fono|t[ée]l[ée]phone|telefone|whatsapp|هاتف|واتساب)[^\p{L}\d\n]{0,4}[\d٠-٩](?:[ .()-]*[\d٠-٩]){5,}`)},
	{CaseNumber, regexp.MustCompile(`(?i)\b(?:alien|passport|pasaporte|passeport|passaporte|visa|detainee|patient)\s*(?:no\.?|number|n[º°o]\.?|núm\.?|numéro|número)?\s*[:#]?\s*[A-Z]{0,3}\d{5,}`)},
	{CaseNumber, regexp.MustCompile(`(?:رقم الملف|رقم الجواز|جواز سفر رقم|رقم القضية)[ :]*[\d٠-٩]{3,}`)},
	{HomeWay, regexp.MustCompile(`\b(?:rue|avenue|boulevard|calle|avenida|rua|travessa|carrera) (?:\p{L}+ ){1,4}(?:n[º°o]\.? ?)?\d{1,4}\b`)},
	{HomeWay, regexp.MustCompile(`\b\d{1,4},? (?:bis )?(?:rue|avenue|boulevard) (?:\p{L}+ ?){1,4}`)},
	{HomeWay, regexp.MustCompile(`شارع \p{L}+(?: \p{L}+){0,3}،? (?:رقم )?[\d٠-٩]{1,4}`)},
}

// offence is a word that calls people by an offence, in the five languages.
var offence = regexp.MustCompile(`(?i)\b(?:illegals|illegal (?:im)?migrants?|illegal aliens?|(?:in)?migrantes? ilegal(?:es)?|los ilegales|migrants? (?:illégal|clandestin)(?:e?s)?|les clandestins|imigrantes? ilega(?:l|is)|os ilegais)\b|(?:ال)?مهاجر(?:ون|ين|ات)? (?:ال)?غير (?:ال)?(?:شرعي|قانوني)`)

// locked are the words by which a text says that people may not leave.
var locked = regexp.MustCompile(`(?i)\b(?:(?:cannot|can not|could not|may not|not allowed to|not free to) leave|no (?:pueden|podían|puede) salir|ne (?:peuvent|peut|pouvaient) pas (?:sortir|partir)|não (?:podem|pode|podiam) sair)\b|لا (?:يمكنهم|يستطيعون|يجوز لهم|يُسمح لهم ب)(?: ال)?\s?(?:المغادرة|مغادرة|الخروج)`)

// soft are words that hide loss of liberty, by language; each is a finding
// only in an entry about a place that people may not leave.
var soft = map[string]*regexp.Regexp{
	"en": regexp.MustCompile(`(?i)\b(shelters?|lodging|accommodat\w+|housed|retention|rescued?)\b`),
	"es": regexp.MustCompile(`(?i)\b(albergad[oa]s?|alojad[oa]s?|asegurad[oa]s?|rescatad[oa]s?|presentad[oa]s?)\b`),
	"fr": regexp.MustCompile(`(?i)\b(hébergé\w*|accueilli\w*|retenu\w*)`),
	"pt": regexp.MustCompile(`(?i)\b(abrigad[oa]s?|acolhid[oa]s?|alojad[oa]s?)\b`),
	"ar": regexp.MustCompile(`(إيواء|استضافة)`),
}

// spoken is a long passage in quotation marks, in the body as written.
var spoken = regexp.MustCompile(`[“«"][^”»"\n]{60,600}[”»"][.,;]?(\[\^)?`)

// Harm looks for what could hurt somebody in an entry, be it good or full of
// faults. It finds each thing once in a field.
func Harm(p *Practice) []Finding {
	h := harmFinder{seen: map[Finding]bool{}}
	for _, f := range []struct{ name, value string }{{"title", p.Title}, {"summary", p.Summary}, {"caution", p.Caution}} {
		h.words(f.name, f.value)
	}
	for i, c := range p.Conditions {
		h.words(cell("conditions", i, "note"), c.Note)
	}
	for i, f := range p.Figures {
		h.words(cell("figures", i, "what"), f.What)
		h.words(cell("figures", i, "note"), f.Note)
	}
	for i, at := range p.Places {
		h.words(cell("places", i, "name"), at.Name)
		if p.Housing() && (at.Precision == "site" || strings.ContainsAny(at.Name, "0123456789#") || !twoDecimals(at.Lat) || !twoDecimals(at.Lon)) {
			h.add(TooPrecise, cell("places", i, "name"), at.Name)
		}
	}
	for _, s := range p.Sections {
		h.words(s.ID, s.Text)
		if len(p.Consent) == 0 {
			for _, m := range spoken.FindAllStringSubmatch(s.Markdown, 1) {
				if m[1] == "" {
					h.add(Quote, s.ID, m[0])
				}
			}
		}
		if shut := p.shut(); shut && soft[p.Lang] != nil {
			for _, m := range soft[p.Lang].FindAllStringIndex(s.Text, -1) {
				if !quotedAt(s.Text, m[0]) {
					h.add(Euphemism, s.ID, s.Text[m[0]:m[1]])
				}
			}
		}
		if len(s.Unsourced) > 0 {
			h.add(Unsourced, s.ID, s.Unsourced[0])
		}
	}
	slices.SortStableFunc(h.found, func(a, b Finding) int { return slices.Index(HarmRules, a.Rule) - slices.Index(HarmRules, b.Rule) })
	return h.found
}

// HarmIn looks for what could hurt somebody in a text that is no entry.
func HarmIn(field, text string) []Finding {
	h := harmFinder{seen: map[Finding]bool{}}
	h.words(field, text)
	return h.found
}

// Leading finds the passages of a text that lead to a person or a house so
// plainly that lint refuses them.
func Leading(field, text string) []Finding {
	if !strings.ContainsAny(text, "0123456789@") {
		return nil // every pattern needs one of these
	}
	h := harmFinder{seen: map[Finding]bool{}}
	for _, x := range harmful {
		if m := x.found(text); m != "" {
			h.add(x.rule, field, m)
		}
	}
	return h.found
}

// shut says whether the practice is a place that people may not leave, by its
// conditions or in its own words.
func (p *Practice) shut() bool {
	return slices.ContainsFunc(p.Conditions, func(c Condition) bool { return c.What == "closed-place" }) || locked.MatchString(p.Body())
}

type harmFinder struct {
	found []Finding
	seen  map[Finding]bool
}

func (h *harmFinder) add(rule HarmRule, field, words string) {
	f := Finding{rule, field, clip(words)}
	if !h.seen[f] {
		h.seen[f] = true
		h.found = append(h.found, f)
	}
}

// words looks through one text. A passage that one pattern found is not
// looked at again by another of the same rule.
func (h *harmFinder) words(field, text string) {
	if m := offence.FindStringIndex(text); m != nil && !quotedAt(text, m[0]) {
		h.add(Illegal, field, text[m[0]:m[1]])
	}
	if !strings.ContainsAny(text, "0123456789@٠١٢٣٤٥٦٧٨٩") {
		return // every other pattern needs one of these
	}
	told := map[HarmRule]bool{}
	for _, x := range harmful {
		if m := x.found(text); m != "" && !told[x.rule] {
			told[x.rule] = true
			h.add(x.rule, field, m)
		}
	}
	for _, x := range doubtful {
		if m := x.pattern.FindString(text); m != "" && !told[x.rule] && utf8.ValidString(m) {
			told[x.rule] = true
			h.add(x.rule, field, m)
		}
	}
}
