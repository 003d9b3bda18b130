package practices

import (
	"regexp"
	"strings"
	"time"
)

// A Period is the time that a figure counts, where its English words are no
// more than one or two dates. From alone is a time without an end, To alone one
// without a beginning; At is a time of its own: a year, a month or a day.
type Period struct {
	At, From, To        Date
	AboutFrom, AboutEnd bool // the source is not sure of At or From, of To
}

const dateWords = `(about )?(?:(?:(\d{1,2}) )?(January|February|March|April|May|June|July|August|September|October|November|December) )?(\d{4})`

var (
	oneDate   = regexp.MustCompile(`^(?:(from|since|to|until|by) )?` + dateWords + `$`)
	twoDates  = regexp.MustCompile(`^(?:from )?` + dateWords + `(?: to |–)` + dateWords + `$`)
	twoMonths = regexp.MustCompile(`^([A-Z][a-z]+)(?: to |–)` + dateWords + `$`)
)

// ReadPeriod reads '2018', 'March 2006 to about 2009' or 'by 12 April 2023'.
// ok is false for words that say more, or something else, than dates do.
func ReadPeriod(s string) (p Period, ok bool) {
	if m := oneDate.FindStringSubmatch(s); m != nil {
		d, ok := wordedDate(m[3], m[4], m[5])
		p.AboutFrom = m[2] != ""
		switch m[1] {
		case "":
			p.At = d
		case "from", "since":
			p.From = d
		default:
			p.To, p.AboutFrom, p.AboutEnd = d, false, m[2] != ""
		}
		return p, ok
	}
	m := twoDates.FindStringSubmatch(s)
	if m == nil {
		month := twoMonths.FindStringSubmatch(s)
		if month == nil || month[2] != "" || month[3] != "" || month[4] == "" {
			return p, false
		}
		m = []string{s, "", "", month[1], month[5], "", "", month[4], month[5]} // August to September 2022
	}
	from, okFrom := wordedDate(m[2], m[3], m[4])
	to, okTo := wordedDate(m[6], m[7], m[8])
	return Period{From: from, To: to, AboutFrom: m[1] != "", AboutEnd: m[5] != ""}, okFrom && okTo && to.After(from)
}

// wordedDate reads the parts of a date in English words.
func wordedDate(day, month, year string) (Date, bool) {
	layout, text := "2 January 2006", strings.TrimSpace(strings.Join([]string{day, month, year}, " "))
	switch {
	case month == "":
		layout = "2006"
	case day == "":
		layout = "January 2006"
	}
	t, err := time.Parse(layout, text)
	if err != nil || t.Year() < 1900 || t.Year() > 2200 {
		return Date{}, false
	}
	d := Date{Year: t.Year()}
	if month != "" {
		d.Month = t.Month()
	}
	if day != "" {
		d.Day = t.Day()
	}
	return d, true
}
