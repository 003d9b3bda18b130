package templates

import (
	"strings"
	"testing"
)

// TestDigitsOfText writes the numbers of a text with the digits of its
// language, and leaves those that belong to names and codes.
func TestDigitsOfText(t *testing.T) {
	s := ownSet(t)
	for _, tt := range []struct{ lang, digits, text, want string }{
		{"ar", "arab", "خرج 78 من 5,762 في 2018", "خرج ٧٨ من ٥٬٧٦٢ في ٢٠١٨"},
		{"ar", "arab", "88% أو 3.5 أو (20)، ثم 13 آب/أغسطس 2018.", "٨٨٪ أو ٣٫٥ أو (٢٠)، ثم ١٣ آب/أغسطس ٢٠١٨."},
		{"ar", "arab", "وفي 2012–2015 وبـ300 شخص", "وفي ٢٠١٢–٢٠١٥ وبـ٣٠٠ شخص"},
		{"ar", "arab", "٧٨ و78", "٧٨ و٧٨"},
		{"ar", "arab", "رخصة CC BY 4.0، المادة mx-0004، منذ 2021-03، WCAG 2.2", "رخصة CC BY 4.0، المادة mx-0004، منذ 2021-03، WCAG 2.2"},
		{"ar", "arab", "https://example.org/2018/7 وA/RES/73/195", "https://example.org/2018/7 وA/RES/73/195"},
		{"ar", "arab", "الإصدار 2.0.1 في UNHCR، 2018", "الإصدار ٢.٠.١ في UNHCR، ٢٠١٨"},
		{"ar", "arab", "[3]", "[٣]"},
		{"ar", "latn", "خرج ٧٨ من ٥٬٧٦٢ و٣٫٥ في 2018", "خرج 78 من 5,762 و3.5 في 2018"},
		{"en", "arab", "In 2018 ٧٨", "In 2018 ٧٨"},
		{"fa", "arab", "۷۸ 2018", "۷۸ 2018"},
		{"ar", "arab", "", ""},
	} {
		if err := s.WriteDigits("ar", tt.digits); err != nil {
			t.Fatal(err)
		}
		if got := s.Digits(tt.lang, tt.text); got != tt.want {
			t.Errorf("%s, %s: %q becomes\n%q, want\n%q", tt.lang, tt.digits, tt.text, got, tt.want)
		}
	}
}

// TestListsAreNumberedInTheDigitsOfTheLanguage looks at the style sheet, where
// the marks of lists come from.
func TestListsAreNumberedInTheDigitsOfTheLanguage(t *testing.T) {
	s := ownSet(t)
	const rule = "[lang]{--n:decimal}[lang=ar]{--n:arabic-indic}"
	before, _ := s.Asset("style.css")
	if !strings.HasSuffix(string(before.Data), rule) {
		t.Errorf("the sheet ends %q", before.Data[len(before.Data)-80:])
	}
	if err := s.WriteDigits("ar", "latn"); err != nil {
		t.Fatal(err)
	}
	after, _ := s.Asset("style.css")
	if strings.Contains(string(after.Data), "[lang]{--n") || after.URL == before.URL {
		t.Error("with other digits the sheet is the same")
	}
}

// TestTheFirstOfAMonth is written apart where the language does so.
func TestTheFirstOfAMonth(t *testing.T) {
	s := ownSet(t)
	for lang, want := range map[string]string{"en": "1 October 2008", "es": "1 de octubre de 2008", "fr": "1er octobre 2008", "pt": "1º de outubro de 2008", "ar": "١ تشرين الأول/أكتوبر ٢٠٠٨"} {
		if got := s.Date(lang, 2008, 10, 1); got != want {
			t.Errorf("%s: %q, want %q", lang, got, want)
		}
	}
}
