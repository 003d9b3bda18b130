package templates

import "testing"

func TestOptionsAreEscaped(t *testing.T) {
	s := ownSet(t)
	got := s.options("ar", `a"b`, []Option{{Value: `"><b>`, Label: "<i> & 'x'", Count: 12, Selected: true}, {Value: "es", Label: "español", Lang: "es"}})
	want := "\n" + `<label><input type="checkbox" name="a&#34;b" value="&#34;&gt;&lt;b&gt;" checked>&lt;i&gt; &amp; &#39;x&#39; <small>` + s.Number("ar", 12) + `</small></label>` +
		"\n" + `<label class="none"><input type="checkbox" name="a&#34;b" value="es"><span lang="es" dir="ltr">español</span> <small>` + s.Number("ar", 0) + `</small></label>`
	if string(got) != want {
		t.Errorf("options:\n%s\nwant:\n%s", got, want)
	}
	if got := spans([]Span{{Text: "<b>"}, {Text: "x & y", Mark: true}}); got != "&lt;b&gt;<mark>x &amp; y</mark>" {
		t.Errorf("spans: %s", got)
	}
	if err := s.WriteDigits("ar", "arab"); err != nil {
		t.Fatal(err)
	}
	if got := s.Number("ar", 12); got != "١٢" {
		t.Errorf("a number that was kept, in other digits: %s", got)
	}
}
