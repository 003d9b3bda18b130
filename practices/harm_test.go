package practices_test

import (
	"strings"
	"testing"

	"opendoor/practices"
)

// entryWith is an entry about housing with a sentence in its text.
func entryWith(lang, sentence string) *practices.Practice {
	d := snapshot()
	d.Set("lang", lang)
	d.Set("measures", "alternative-care")
	d.Set("what-was-done", sentence+" So it is told.[1]")
	d.Set("what-came-of-it")
	d.Set("conditions.0.what")
	d.Set("conditions.0.note")
	p, _ := practices.Parse("", d.File(setting))
	return p
}

func TestHarm(t *testing.T) {
	for _, tt := range []struct {
		lang, sentence string
		want           practices.HarmRule // "" for none
	}{
		{"en", "Amina, 16, lived there with her brother.", practices.NameAge},
		{"en", "A 15-year-old girl from Honduras lived there.", practices.NameAge},
		{"es", "María tiene 14 años y vive con su tía.", practices.NameAge},
		{"fr", "Fatou a 14 ans et vit chez sa tante.", practices.NameAge},
		{"pt", "Ana tem 14 anos e vive com a tia.", practices.NameAge},
		{"ar", "وصلت ليلى وعمرها ١٤ عاما إلى البيت.", practices.NameAge},
		{"en", "Call +260 97 123 4567 at night.", practices.Telephone},
		{"ar", "للاتصال هاتف: ٠٢١ ٣٤٥ ٦٧٨", practices.Telephone},
		{"en", "Write to amina@example.org for a bed.", practices.Mail},
		{"en", "His number is A123456789 at the office.", practices.CaseNumber},
		{"es", "La persona con pasaporte número G1234567 fue recibida.", practices.CaseNumber},
		{"en", "The house is at 14 Church Road near the market.", practices.HomeWay},
		{"fr", "La maison est au 14 rue des Lilas dans la ville.", practices.HomeWay},
		{"ar", "يقع البيت في شارع الحرية رقم ١٤ قرب السوق.", practices.HomeWay},
		{"en", "She said: “I slept for the first time in weeks, and nobody came to ask me who I was or took me away.”", practices.Quote},
		{"en", "The families cannot leave and are accommodated by the police.", practices.Euphemism},
		{"es", "Las personas no pueden salir y están alojadas en el centro.", practices.Euphemism},
		{"en", "It is for illegal migrants who arrive by sea.", practices.Illegal},
		{"ar", "وهو للمهاجرين غير الشرعيين في المدينة.", practices.Illegal},
		{"en", "In 2016, 14 families moved there, and 25 more by 31 December 2017.", ""},
		{"en", "Article 31 of Law 12/2014 and section 4 (2) say so; the Court ruled in case 12/2019.", ""},
		{"en", "The officers call it a “shelter”, and people cannot leave.", ""},
		{"en", "The guide says “People should be free to come and go, and nobody should be held for want of a place to stay”[^source-1] twice.", ""},
		{"fr", "Depuis 12 ans, 300 personnes y ont vécu 14 mois en moyenne.", ""},
		{"ar", "عمل المشروع ١٤ عاما وخدم ٣٠٠ أسرة.", ""},
	} {
		var got []string
		for _, f := range practices.Harm(entryWith(tt.lang, tt.sentence)) {
			got = append(got, string(f.Rule))
		}
		if strings.Join(got, " ") != string(tt.want) {
			t.Errorf("%s: %q: found %v, want %q", tt.lang, tt.sentence, got, tt.want)
		}
	}
}

func TestHarmOfPlaces(t *testing.T) {
	p := entryWith("en", "People live in small homes.")
	p.Places = []practices.Place{{Name: "Lusaka", Precision: "city", Lat: 1.25, Lon: 2.5}, {Name: "House 14", Precision: "city"}, {Name: "The house", Precision: "site"}}
	found := practices.Harm(p)
	if len(found) != 2 || found[0].Field != "places.1.name" || found[1].Field != "places.2.name" || found[0].Rule != practices.TooPrecise {
		t.Errorf("%+v", found)
	}
}

// TestHarmIsQuiet: in the entries of the catalogue, which editors have read,
// the checks find little. A rule that cries at honest texts is not read.
func TestHarmIsQuiet(t *testing.T) {
	entries, alarms := 0, 0
	for path, data := range shipped(t) {
		entries++
		p, _ := practices.Parse(path, data)
		for _, f := range practices.Harm(p) {
			if f.Rule != practices.Unsourced {
				t.Logf("%s: %+v", path, f)
				alarms++
			}
		}
	}
	if alarms*20 > entries {
		t.Errorf("%d alarms over %d entries; more than one in twenty is noise", alarms, entries)
	}
}
