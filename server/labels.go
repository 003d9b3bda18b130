package server

import (
	"slices"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"

	"opendoor/practices"
	"opendoor/practices/vocabulary"
	"opendoor/regions"
)

// label is the name of a term in the language of the visit.
func (v *visit) label(vocab, id string) string {
	if t, ok := vocabulary.Named(vocab).Get(id); ok {
		return t.In(v.lang)
	}
	if id == "unknown" {
		return v.say("entry.unknown")
	}
	return id
}

// definition says what a term means, "" where nobody has said it in the
// language of the visit.
func (v *visit) definition(vocab, id string) string {
	t, _ := vocabulary.Named(vocab).Get(id)
	if text, in := t.Defined(v.lang); in == v.lang {
		return v.digits(v.lang, text)
	}
	return ""
}

// explained is a definition that stands alone: it says itself when it is the
// draft of a translation.
func (v *visit) explained(vocab, id string) string {
	return v.orDraft(v.definition(vocab, id), vocabulary.Draft(v.lang))
}

// orDraft marks a text that is the draft of a translation.
func (v *visit) orDraft(text string, draft bool) string {
	if text == "" || !draft {
		return text
	}
	return v.say("definition.draft", "text", text)
}

// draftNote is what a page with many definitions says of all of them at once.
func (v *visit) draftNote() string {
	if !vocabulary.Draft(v.lang) {
		return ""
	}
	return v.say("definition.drafts")
}

// country is the name of a country in the language of the visit.
func (v *visit) country(code regions.Code) string {
	return regions.Name(code, v.lang)
}

// place says where a practice is, in a few words: its countries when they are
// few, else its region.
func (v *visit) place(p *practices.Practice) string {
	if n := len(p.Countries); n > 0 && n <= 3 {
		return v.countries(p)
	}
	if scope, ok := vocabulary.Named("scope").Get(p.Prefix()); ok {
		return scope.In(v.lang)
	}
	return v.say("list.place.countries", "n", len(p.Countries))
}

// countries names all the countries of a practice.
func (v *visit) countries(p *practices.Practice) string {
	var names []string
	for _, c := range p.Countries {
		names = append(names, v.country(c))
	}
	return v.list(names)
}

// date writes a date as exactly as it is known, "" when it is not.
func (v *visit) date(d practices.Date) string {
	if d.IsZero() {
		return ""
	}
	return v.set.Date(v.lang, d.Year, int(d.Month), d.Day)
}

// sourceDate writes the date of a source: one that is a date as the language
// does, other words as the source has them.
func (v *visit) sourceDate(s string) string {
	if d, ok := practices.ParseDate(s); ok {
		return v.date(d)
	}
	if s == "undated" {
		return v.say("entry.undated")
	}
	return s
}

// since says when a practice was at work.
func (v *visit) since(p *practices.Practice) string {
	started, ended := v.date(p.Started), v.date(p.Ended)
	switch {
	case started != "" && ended != "" && started != ended:
		return v.say("date.from_to", "from", started, "to", ended)
	case started != "" && slices.Contains([]string{"running", "expanded", "in-force"}, p.Status):
		return v.say("date.since", "date", started)
	case started != "":
		return started
	}
	return ""
}

// period says when a figure was counted: dates as the language writes them,
// other words as the entry has them. The words of entries in other languages
// than English are left as they are.
func (v *visit) period(lang, text string) string {
	p, ok := practices.ReadPeriod(text)
	if !ok || lang != defaultLanguage || v.lang == lang {
		return v.orUnknown(text)
	}
	date := func(d practices.Date, about bool) string {
		if about {
			return v.say("period.about", "date", v.date(d))
		}
		return v.date(d)
	}
	from, to := date(p.From, p.AboutFrom), date(p.To, p.AboutEnd)
	switch {
	case !p.At.IsZero():
		return date(p.At, p.AboutFrom)
	case p.To.IsZero():
		return v.say("period.from", "date", from)
	case p.From.IsZero():
		return v.say("period.to", "date", to)
	}
	return v.say("date.from_to", "from", from, "to", to)
}

// languageName is a language in its own words, "Español".
func languageName(tag string) string {
	name := display.Self.Name(language.Make(tag))
	if name == "" {
		return tag
	}
	return capital(name)
}

// language is the name of a language in that of the visit, as it stands within
// a sentence: "español", "الإسبانية". One that has no name there is told in its
// own words.
func (v *visit) language(tag string) string {
	if names := display.Languages(language.Make(v.lang)); names != nil {
		if name := names.Name(language.Make(tag)); name != "" {
			return name
		}
	}
	return languageName(tag)
}

// capital is a word as it begins a line.
func capital(word string) string {
	first, size := utf8.DecodeRuneInString(word)
	return string(unicode.ToUpper(first)) + word[size:]
}

// small is a label as it stands within a sentence. Letters that stand for a
// name stay large.
func small(label string) string {
	first, size := utf8.DecodeRuneInString(label)
	if second, _ := utf8.DecodeRuneInString(label[size:]); unicode.IsUpper(second) {
		return label
	}
	return string(unicode.ToLower(first)) + label[size:]
}

// orUnknown is what the format's "unknown" and a missing text are shown as.
func (v *visit) orUnknown(s string) string {
	if s == "" || s == "unknown" {
		return v.say("entry.unknown")
	}
	return s
}
