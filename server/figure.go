package server

import (
	"opendoor/practices"
)

// A figure is one number of the ledger, ready to read.
type figure struct {
	Key         string
	Unit        string // id of the vocabulary
	Number      string // "20", "88 %", "more than 500", "12–15"
	What        string
	OutOf       string
	Period      string
	Method      string
	Note        string
	Indicator   string
	SourceN     int
	SourceHref  string
	SourceLabel string
	Differs     []string // what other rows say of the same thing
	Lang        string   // of What, where it is not the page's
	SourceLang  string   // of Note, which is never translated, where it is not the page's
	PeriodLang  string   // of Period, likewise
}

func (v *visit) figure(p *practices.Practice, f practices.Figure) figure {
	out := figure{
		Key: f.Key, Unit: f.Unit, Number: v.figureNumber(f), What: v.figureWords(p, f), OutOf: v.outOf(f),
		Period: v.period(p.Lang, f.Period), Method: v.label("method", f.Method), Note: f.Note,
		Indicator: v.label("indicator", f.Indicator), SourceLang: v.foreign(p.Lang),
	}
	if out.What == f.What {
		out.Lang = out.SourceLang
	}
	if out.Period == f.Period {
		out.PeriodLang = out.SourceLang
	}
	out.SourceN, out.SourceHref, out.SourceLabel = v.cite(p, f.Source)
	for _, g := range p.Figures {
		if contains(f.DiffersFrom, g.Key) || contains(g.DiffersFrom, f.Key) {
			out.Differs = append(out.Differs, v.say("entry.differs", "number", v.figureNumber(g), "what", v.figureWords(p, g)))
		}
	}
	return out
}

func contains(keys practices.Keys, key string) bool {
	for _, k := range keys {
		if k == key {
			return true
		}
	}
	return false
}

// figureWords are the words of a row in the language of the page, where it
// has been translated.
func (v *visit) figureWords(p *practices.Practice, f practices.Figure) string {
	if t := p.Translations[v.lang]; t != nil && t.Figures[f.Key] != "" {
		return v.digits(t.Lang, t.Figures[f.Key])
	}
	return f.What
}

// figureNumber writes the number with its unit and qualifier, exactly as the
// source has it.
func (v *visit) figureNumber(f practices.Figure) string {
	one := func(n practices.Number) string {
		if !n.Known {
			return v.say("figure.unknown")
		}
		return v.number(n.Value)
	}
	s := one(f.Value)
	if !f.Value.Given() {
		s = v.say("figure.range", "low", one(f.Low), "high", one(f.High))
	}
	switch f.Unit {
	case "percent":
		s = v.say("figure.percent", "n", s)
	case "days", "months":
		s = v.lasting(f, s)
	case "money":
		if f.Currency != "" && f.Currency != "unknown" {
			s = v.say("figure.money", "n", s, "currency", f.Currency)
		}
	}
	if f.Qualifier != "" {
		s = v.say("figure."+f.Qualifier, "n", s)
	}
	return s
}

// lasting writes a number of days or months with its unit, as nothing else in
// the row says that it is a time.
func (v *visit) lasting(f practices.Figure, number string) string {
	if f.Value.Known {
		return v.say("figure."+f.Unit, "n", f.Value.Value)
	}
	return number + " " + v.label("unit", f.Unit)
}

// outOf says what a number is out of, and of money whose it is and for what.
func (v *visit) outOf(f practices.Figure) string {
	switch {
	case f.Unit == "money":
		return v.moneyWords(f)
	case f.Of.Known:
		return v.say("figure.out_of", "what", v.number(f.Of.Value))
	case f.Of.Unknown():
		return v.say("figure.out_of_unknown")
	}
	return ""
}

// cite gives the number, the address and the spoken name of a source.
func (v *visit) cite(p *practices.Practice, key string) (n int, href, label string) {
	for i, s := range p.Sources {
		if s.Key == key {
			return i + 1, "#source-" + key, v.say("figure.source", "n", i+1)
		}
	}
	return 0, "", ""
}

// moneyWords say what a sum of money is for and whose money it is.
func (v *visit) moneyWords(f practices.Figure) string {
	year := v.say("figure.money_year_unknown")
	if f.Year != "unknown" && f.Year != "" {
		year = v.say("figure.money_of", "year", string(f.Year))
	}
	if f.Per == "" || f.Per == "unknown" {
		return year
	}
	return v.say("figure.per", "money", "", "per", f.Per) + v.say("join.comma") + year
}

// foreign is a language when it is not the page's, for the lang attribute.
func (v *visit) foreign(lang string) string {
	if lang == v.lang {
		return ""
	}
	return lang
}
