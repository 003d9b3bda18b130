package search

import (
	"strings"
	"testing"
)

// TestMoreLanguages has entries in languages beyond the five, and looks for
// words of them as people type them: in other forms where there is a stemmer,
// part of a line where words are not apart, without marks and with other
// digits and letters that look the same.
func TestMoreLanguages(t *testing.T) {
	var entries []entry
	for i, text := range []struct{ lang, title, summary string }{
		{"tr", "İstanbul'da çocuklar için açık evler", "Refakatsiz çocuklar geri gönderme merkezleri yerine evlerde yaşar."},
		{"fa", "سرپناه باز برای خانواده‌ها", "کودکان به جای بازداشتگاه در خانه می‌مانند و ۱۲ خانواده آزاد شدند."},
		{"th", "ทางเลือกแทนการกักขังเด็ก", "เด็กอยู่ในบ้านกับครอบครัว"},
		{"lo", "ທາງເລືອກແທນການກັກຂັງ", "ເດັກຢູ່ກັບຄອບຄົວ"},
		{"km", "ជម្រើសជំនួសការឃុំខ្លួន", "កុមាររស់នៅជាមួយគ្រួសារ"},
		{"my", "ထိန်းသိမ်းခြင်းအစား", "ကလေးများသည် မိသားစုနှင့် နေထိုင်သည်"},
		{"zh", "替代收容的社区安置", "儿童与家人住在社区里"},
		{"ms", "Rumah terbuka untuk kanak-kanak", "Keluarga tinggal di luar depot tahanan imigresen."},
		{"ur", "بچوں کے لیے کھلے گھر", "خاندان حراست کے بجائے گھروں میں رہتے ہیں۔"},
	} {
		id := "ca-000" + string(rune('1'+i))
		entries = append(entries, entry{id: id, lang: text.lang, title: text.title, summary: text.summary})
	}
	entries = append(entries, entry{id: "us-0001", title: "Something else"})
	x := newIndex(t, entries...)
	for _, tt := range []struct{ text, id, marked string }{
		{"istanbul", "ca-0001", "[İstanbul'da]"},
		{"İSTANBUL", "ca-0001", "[İstanbul'da]"},
		{"çocuk", "ca-0001", "[çocuklar]"},
		{"cocuklar", "ca-0001", "[çocuklar]"},
		{"merkezi", "ca-0001", "[merkezleri]"},
		{"خانواده", "ca-0002", "[خانواده‌ها]"},
		{"خانواده‌های", "ca-0002", "[خانواده‌ها]"},
		{"كودكان", "ca-0002", "[کودکان]"}, // with Arabic letters
		{"12 خانواده", "ca-0002", "[۱۲ خانواده]"},
		{"กักขัง", "ca-0003", "[กักขัง]"},
		{"ครอบครัว", "ca-0003", "[ครอบครัว]"},
		{"ກັກຂັງ", "ca-0004", "[ກັກຂັງ]"},
		{"គ្រួសារ", "ca-0005", "[គ្រួសារ]"},
		{"ကလေး", "ca-0006", "[ကလေး]"},
		{"မိသားစု", "ca-0006", "[မိသားစု]"},
		{"收容", "ca-0007", "[收容]"},
		{"儿童", "ca-0007", "[儿童]"},
		{"depot tahanan", "ca-0008", "[depot] [tahanan]"},
		{"KANAK-KANAK", "ca-0008", "[kanak]-[kanak]"},
		{"حراست", "ca-0009", "[حراست]"},
		{"گھروں", "ca-0009", "[گھروں]"},
	} {
		for _, lang := range []string{"en", "ar"} {
			r := search(t, x, Query{Text: tt.text, Lang: lang})
			if len(r.Hits) == 0 || r.Hits[0].Practice.ID != tt.id {
				t.Errorf("%s finds %s, want %s", tt.text, ids(r), tt.id)
				continue
			}
			h := r.Hits[0]
			if shown := marked(h.Title) + " " + marked(h.Summary); !strings.Contains(shown, tt.marked) && !strings.Contains(strings.ReplaceAll(shown, "] [", " "), tt.marked) {
				t.Errorf("%s marks\n%s\nwant %s", tt.text, shown, tt.marked)
			}
		}
	}
	for _, text := range []string{"กักตัว", "难民", "mülteci", "پناهنده"} {
		if r := search(t, x, Query{Text: text, Lang: "en", Verbatim: true}); r.Total != 0 {
			t.Errorf("%s, which no text has, finds %s", text, ids(r))
		}
	}
}
