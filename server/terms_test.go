package server

import (
	"html"
	"html/template"
	"regexp"
	"slices"
	"strings"
	"testing"

	"opendoor/practices/glossary"
)

var linkedTerm = regexp.MustCompile(`<a class="term" href="([^"]*)">([^<]*)</a>`)

// TestTermsAreLinkedInTheLanguageOfTheText links the first use of a term, by
// its names in the language of the text, to its page in that of the reader.
func TestTermsAreLinkedInTheLanguageOfTheText(t *testing.T) {
	set := newSet(t)
	for _, tt := range []struct{ page, lang, text, want string }{
		{"en", "en", "<p>Case management and bail; case management.</p>", "/glossary/case-management Case management"},
		{"ar", "en", "<p>A community of practice.</p>", "/ar/glossary/community-of-practice community of practice"},
		{"es", "es", "<p>La gestión de casos, y otra vez la gestión de casos.</p>", "/es/glossary/case-management gestión de casos"},
		{"es", "es", "<p>Alternativas a la detención migratoria.</p>", "/es/glossary/alternative-to-detention Alternativas a la detención"},
		{"es", "es", "<p>Las prácticas prometedoras, la supervisión, un compromiso y un rescate.</p>", ""},
		{"fr", "fr", "<p>L&#39;intérêt supérieur de l&#39;enfant, puis l’intérêt supérieur de l’enfant.</p>", "/fr/glossary/best-interests intérêt supérieur de l&#39;enfant"},
		{"fr", "fr", "<p>Des assignations à résidence ; une assignation à résidence</p>", "/fr/glossary/designated-residence assignation à résidence"},
		{"fr", "fr", "<p>en dernier recours, dans un lieu sûr</p>", ""},
		{"pt", "pt", "<p>A detenção migratória.</p>", "/pt/glossary/immigration-detention detenção migratória"},
		{"ar", "ar", "<p>وإدارة الحالات، ثم إدارة الحالات</p>", "/ar/glossary/case-management وإدارة الحالات"},
		{"ar", "ar", "<p>يؤدي ذلك إلى احتجاز المهاجرين، وللاحتجاز التعسفي أثر.</p>", "/ar/glossary/immigration-detention احتجاز المهاجرين, /ar/glossary/arbitrary-detention وللاحتجاز التعسفي"},
		{"ar", "ar", "<p>الاحتجاز الفعليّات</p>", ""},
		{"fa", "fa", "<p>بازداشت</p>", ""},
		{"es", "es", `<h3>La gestión de casos</h3><p><a href="/x">la gestión de casos</a></p>`, ""},
		{"es", "es", "<p>&lt;b&gt; gestión de casos &amp; más</p>", "/es/glossary/case-management gestión de casos"},
	} {
		v := &visit{set: set, lang: tt.page}
		got := string(v.termLinker(tt.lang).link(template.HTML(tt.text)))
		var found []string
		for _, m := range linkedTerm.FindAllStringSubmatch(got, -1) {
			found = append(found, m[1]+" "+m[2])
		}
		if strings.Join(found, ", ") != tt.want {
			t.Errorf("%s: %q is linked as %q, want %q", tt.lang, tt.text, strings.Join(found, ", "), tt.want)
		}
		words := regexp.MustCompile(`</?a\b[^>]*>`)
		if words.ReplaceAllString(got, "") != words.ReplaceAllString(tt.text, "") {
			t.Errorf("%s: the words are others: %q", tt.lang, got)
		}
	}
}

// TestEveryLanguageKnowsTheTerms makes sure that most of the glossary can be
// linked in each language that it is told in.
func TestEveryLanguageKnowsTheTerms(t *testing.T) {
	for _, lang := range []string{"en", "es", "fr", "pt", "ar"} {
		var linked []string
		for _, id := range termsIn(lang).id {
			linked = append(linked, id)
		}
		slices.Sort(linked)
		if n := len(slices.Compact(linked)); n < 40 {
			t.Errorf("%s: %d of %d terms have a name that is linked", lang, n, len(glossary.Terms()))
		}
	}
}

// TestNumbersInATextKeepItsMarks writes other digits without touching what
// stands for a sign.
func TestNumbersInATextKeepItsMarks(t *testing.T) {
	v := &visit{set: newSet(t), lang: "ar"}
	got := v.numbered("ar", `<p>في 2018 &#39;و&amp; 12.5%<sup><a href="#source-3">[3]</a></sup> <code>2018</code></p>`)
	if want := template.HTML(`<p>في ٢٠١٨ &#39;و&amp; ١٢٫٥٪<sup><a href="#source-3">[٣]</a></sup> <code>2018</code></p>`); got != want {
		t.Errorf("%s", got)
	}
}

// TestTermsLeadToPractices opens every term: the search that it offers finds
// what it promises.
func TestTermsLeadToPractices(t *testing.T) {
	s := newServer(t, nil)
	offered := regexp.MustCompile(`<a class="button" href="([^"]*)">See [^<]*?(\d*) ?practices? that`)
	none := 0
	for _, term := range glossary.Terms() {
		page := get(s, "/glossary/"+term.ID).Body.String()
		m := offered.FindStringSubmatch(page)
		if m == nil {
			none++
			continue
		}
		list := get(s, html.UnescapeString(m[1])).Body.String()
		if want := m[2] + " of "; m[2] != "" && !strings.Contains(list, want) || strings.Contains(list, "0 of ") && m[2] == "" {
			t.Errorf("%s promises %q at %s", term.ID, m[2], m[1])
		}
	}
	if none > 3 {
		t.Errorf("%d terms lead to no practice", none)
	}
}
