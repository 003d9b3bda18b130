package practices

import "testing"

func TestReadPeriod(t *testing.T) {
	day := func(s string) Date { d, _ := ParseDate(s); return d }
	for text, want := range map[string]Period{
		"2018":                            {At: day("2018")},
		"January 2019":                    {At: day("2019-01")},
		"27 March 2023":                   {At: day("2023-03-27")},
		"about 2021":                      {At: day("2021"), AboutFrom: true},
		"from 2015":                       {From: day("2015")},
		"since 1 July 2013":               {From: day("2013-07-01")},
		"by April 2021":                   {To: day("2021-04")},
		"until about 2017":                {To: day("2017"), AboutEnd: true},
		"2017–2018":                       {From: day("2017"), To: day("2018")},
		"March 2006 to January 2009":      {From: day("2006-03"), To: day("2009-01")},
		"August 2018 to about 2021":       {From: day("2018-08"), To: day("2021"), AboutEnd: true},
		"August to September 2022":        {From: day("2022-08"), To: day("2022-09")},
		"5 May 2021 to 9 June 2021":       {From: day("2021-05-05"), To: day("2021-06-09")},
		"from January 2016 to 2 May 2017": {From: day("2016-01"), To: day("2017-05-02")},
	} {
		if got, ok := ReadPeriod(text); !ok || got != want {
			t.Errorf("%q: %+v, %v; want %+v", text, got, ok, want)
		}
	}
	for _, text := range []string{
		"", "unknown", "undated page", "second phase", "law of 2004", "31 February 2020", "0001", "9999", "2019 against 2018",
		"2017 to an unknown date", "three years to June 2009", "2016-2017", "2020–21", "2021 to 2019", "Foo to September 2022",
		"August to 5 September 2022", "December to January 2020", "2018, and 2019",
	} {
		if got, ok := ReadPeriod(text); ok {
			t.Errorf("%q is read as %+v", text, got)
		}
	}
}
