package practices

import (
	"fmt"
	"strings"
	"time"
)

// A Date is a day, a month or a year, as exactly as it is known. The zero
// Date is not known at all.
type Date struct {
	Year  int
	Month time.Month // 0 when only the year is known
	Day   int        // 0 when only the month is known
}

// ParseDate reads '2015', '2015-07' or '2015-07-31'.
func ParseDate(s string) (Date, bool) {
	for _, layout := range []string{"2006-01-02", "2006-01", "2006"} {
		t, err := time.Parse(layout, s)
		if err != nil || t.Year() < 1900 || t.Year() > 2200 {
			continue
		}
		d := Date{Year: t.Year()}
		if strings.Count(layout, "-") > 0 {
			d.Month = t.Month()
		}
		if strings.Count(layout, "-") > 1 {
			d.Day = t.Day()
		}
		return d, true
	}
	return Date{}, false
}

// IsZero says whether nothing is known of the date.
func (d Date) IsZero() bool { return d == Date{} }

// String writes the date as the format has it.
func (d Date) String() string {
	switch {
	case d.IsZero():
		return ""
	case d.Month == 0:
		return fmt.Sprintf("%04d", d.Year)
	case d.Day == 0:
		return fmt.Sprintf("%04d-%02d", d.Year, d.Month)
	}
	return fmt.Sprintf("%04d-%02d-%02d", d.Year, d.Month, d.Day)
}

// After says whether d is surely or probably later than e: a bare year or
// month counts as its end, as a text of "2022" may be of December.
func (d Date) After(e Date) bool { return d.end().After(e.end()) }

// Time is the last moment of the date, in UTC.
func (d Date) Time() time.Time { return d.end() }

// begin is the first moment of the date, for putting dates in order.
func (d Date) begin() time.Time {
	if d.IsZero() {
		return time.Time{}
	}
	return time.Date(d.Year, max(d.Month, 1), max(d.Day, 1), 0, 0, 0, 0, time.UTC)
}

func (d Date) end() time.Time {
	switch {
	case d.IsZero():
		return time.Time{}
	case d.Month == 0:
		return time.Date(d.Year+1, 1, 1, 0, 0, 0, 0, time.UTC).Add(-time.Second)
	case d.Day == 0:
		return time.Date(d.Year, d.Month+1, 1, 0, 0, 0, 0, time.UTC).Add(-time.Second)
	}
	return time.Date(d.Year, d.Month, d.Day+1, 0, 0, 0, 0, time.UTC).Add(-time.Second)
}

// staleAfter is how old an entry's newest source or check may be. Law and
// funding move within a budget cycle or two, so two years.
const staleAfter = 24

// Stale says whether nothing newer than 24 months stands behind the entry.
func (p *Practice) Stale(now time.Time) bool {
	return p.Fresh().end().AddDate(0, staleAfter, 0).Before(now)
}
