package practices

import (
	"math"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/language"

	"opendoor/practices/vocabulary"
	"opendoor/regions"
)

const (
	maxTitle   = 90 // characters: two lines on a phone
	minSummary = 20 // words
	maxSummary = 60
	minWords   = 60 // of a body
	maxWords   = 900
)

// identity checks what the file says that it is.
func (l *linter) identity(p *Practice) {
	if p.given["schema"] && p.Schema != 1 {
		l.fieldFault("schema", "%d is not known; write 1", p.Schema)
	}
	if p.ID != "" && !ValidID(p.ID) {
		l.fieldFault("id", "%q is no id; write a country code or scope (%s), a hyphen and four digits, such as mx-0004",
			clip(p.ID), strings.Join(vocabulary.Named("scope").IDs(), ", "))
	}
	if p.Lang != "" {
		l.language("lang", p.Lang)
	}
	if p.Licence != "" && p.Licence != "CC-BY-4.0" {
		l.fieldFault("licence", "%q; entries are shared under CC-BY-4.0", clip(p.Licence))
	}
	seen := map[regions.Code]bool{}
	for i, c := range p.Countries {
		field := indexed("countries", i)
		if _, ok := regions.Lookup(c); !ok {
			if code, found := regions.Find(string(c)); found {
				l.fieldFault(field, "%q: write the code, %s", clip(string(c)), code)
			} else {
				l.fieldFault(field, "%q is no country of ISO 3166-1; write two capital letters, such as MX", clip(string(c)))
			}
		}
		if seen[c] {
			l.fieldFault(field, "%q occurs twice; keep one", clip(string(c)))
		}
		seen[c] = true
	}
	if prefix := p.Prefix(); p.given["countries"] && len(p.Countries) == 0 && ValidID(p.ID) && !vocabulary.Named("scope").Has(prefix) {
		l.fieldFault("countries", "empty; an entry of one country names it: [%s]", strings.ToUpper(prefix))
	}
}

func (l *linter) language(field, tag string) {
	if _, err := language.Parse(tag); err != nil {
		l.fieldFault(field, "%q is no language of BCP 47; write en, es, fr, pt, ar or another code", clip(tag))
	}
}

// words checks the lengths of what is read first.
func (l *linter) words(p *Practice) {
	if n := utf8.RuneCountInString(p.Title); n > maxTitle {
		l.fieldFault("title", "%d characters; the limit is %d", n, maxTitle)
	}
	for _, c := range p.Countries {
		country, ok := regions.Lookup(c)
		if ok && containsWord(p.Title, country.Names.In(p.Lang)) {
			l.fieldWarning("title", "names %s, which stands beside it on every page; take it out", country.Names.In(p.Lang))
		}
	}
	if n := len(strings.Fields(p.Summary)); p.Summary != "" && (n < minSummary || n > maxSummary) {
		l.fieldFault("summary", "%d words; write %d to %d: what happens, and what is known to come of it", n, minSummary, maxSummary)
	}
	if n := len(strings.Fields(p.Body())); len(p.Sections) > 0 && (n < minWords || n > maxWords) {
		l.add(1, "body", "%d words; write %d to %d", n, minWords, maxWords)
	}
}

func containsWord(s, word string) bool {
	return word != "" && strings.Contains(" "+s+" ", " "+word+" ")
}

// vocabularies checks every controlled field.
func (l *linter) vocabularies(p *Practice) {
	l.term("kind", "kind", p.Kind)
	l.term("standing", "standing", p.Standing)
	l.termOrUnknown("level", "level", p.Level)
	l.terms("elements", "element", p.Elements)
	l.terms("measures", "measure", p.Measures)
	l.terms("care_models", "care-model", p.CareModels)
	l.terms("populations", "population", p.Populations)
	l.terms("person_status", "person-status", p.PersonStatus)
	l.termOrUnknown("approach", "approach", p.Approach)
	l.term("lived_experience", "lived-experience", p.LivedExperience)
	l.term("status", "status", p.Status)
	l.term("evidence.level", "evidence", p.Evidence.Level)
	l.term("evidence.direction", "direction", p.Evidence.Direction)
	l.term("review.state", "review-state", p.Review.State)
	for i, c := range p.Conditions {
		l.term(indexed("conditions", i)+".what", "condition", c.What)
		if c.What == "" {
			l.fieldFault(indexed("conditions", i), "says not what is asked; write what: … or unknown")
		}
		if c.Review != "" && !slices.Contains([]string{"court", "authority", "none", "unknown"}, c.Review) {
			l.fieldFault(indexed("conditions", i)+".review", "%q; write who can lift it: court, authority, none or unknown", clip(c.Review))
		}
	}
	for i, a := range p.Actors {
		field := indexed("actors", i)
		l.term(field+".type", "actor-type", a.Type)
		l.terms(field+".role", "actor-role", a.Role)
		if a.Name == "" || a.Type == "" || len(a.Role) == 0 {
			l.fieldFault(field, "needs a name, a type and a role: {name: …, type: civil-society, role: [runs]}")
		}
	}
	for i, r := range p.Related {
		field := indexed("related", i)
		l.term(field+".how", "relation", r.How)
		switch {
		case r.How == "":
			l.fieldFault(field, "says not how; write how: %s", strings.Join(vocabulary.Named("relation").IDs(), ", "))
		case !ValidID(r.ID):
			l.fieldFault(field+".id", "%q is no id of an entry", clip(r.ID))
		case r.ID == p.ID:
			l.fieldFault(field+".id", "the entry is related to itself")
		}
	}
	for i, c := range p.Contributors {
		field := indexed("contributors", i)
		l.term(field+".role", "contributor-role", c.Role)
		if c.Name == "" || c.Role == "" {
			l.fieldFault(field, "needs a name and a role")
		}
	}
	if t, ok := vocabulary.Named("status").Get(p.Status); ok && t.For != "" && t.For != p.Kind {
		l.fieldFault("status", "%q is for entries of the kind %s", p.Status, t.For)
	}
}

// coercive are the conditions that make an entry detention by another name,
// or contested.
var coercive = []string{"electronic-monitoring", "home-custody", "closed-place"}

// standing checks that what is asked of people and how the entry is classed
// agree, and that the caution is told.
func (l *linter) standing(p *Practice) {
	if p.Cautioned() && p.Caution == "" {
		l.fieldFault("caution", "missing; standing %q must say why in one sentence", p.Standing)
	}
	for _, c := range p.Conditions {
		if slices.Contains(coercive, c.What) && !p.Cautioned() {
			l.fieldFault("standing", "conditions include %s; write %q or %q", c.What, "alternative-form-of-detention", "contested")
		}
	}
	if slices.Contains(p.CareModels, "closed-residential") && !p.Cautioned() {
		l.fieldFault("standing", "care_models include closed-residential; write %q or %q", "alternative-form-of-detention", "contested")
	}
}

// placesRules checks that no place is finer than is safe or true.
func (l *linter) placesRules(p *Practice) {
	for i, at := range p.Places {
		field := indexed("places", i)
		l.term(field+".precision", "precision", at.Precision)
		if at.Name == "" || at.Precision == "" {
			l.fieldFault(field, "needs a name and a precision: {name: Mexico City, precision: city, lat: 19.43, lon: -99.13}")
		}
		if at.Precision == "site" && p.Housing() {
			l.fieldFault(field+".precision", "%q where people live or are cared for; write %q", "site", "city")
		}
		if !twoDecimals(at.Lat) || !twoDecimals(at.Lon) {
			l.fieldFault(field, "lat and lon have at most two decimals, about a kilometre")
		}
		if math.Abs(at.Lat) > 90 || math.Abs(at.Lon) > 180 {
			l.fieldFault(field, "lat is between -90 and 90, lon between -180 and 180")
		}
		if !l.has(field+".lat") || !l.has(field+".lon") {
			l.fieldFault(field, "needs lat and lon; look the town up, two decimals")
		}
	}
}

func (l *linter) has(field string) bool { _, ok := l.lines[field]; return ok }

func twoDecimals(f float64) bool { return math.Abs(f*100-math.Round(f*100)) < 1e-6 }

// needed checks that the fields and sections of a snapshot are there, and, once
// an entry has most of a full one, those of a full one.
func (l *linter) needed(p *Practice) {
	for _, f := range []string{"schema", "id", "lang", "licence", "title", "summary", "kind", "standing", "countries", "measures",
		"populations", "actors", "status", "as_of", "evidence", "sources", "contributors", "review"} {
		if !p.given[f] {
			l.file1(f, "missing; every entry needs it")
		}
	}
	for _, f := range []struct{ name, value string }{{"title", p.Title}, {"summary", p.Summary}, {"kind", p.Kind}, {"standing", p.Standing}, {"status", p.Status}} {
		if p.given[f.name] && f.value == "" {
			l.fieldFault(f.name, "empty; every entry needs it")
		}
	}
	for _, f := range []struct {
		name  string
		empty bool
	}{{"measures", len(p.Measures) == 0 && !p.Cautioned()}, {"populations", len(p.Populations) == 0}, {"sources", len(p.Sources) == 0},
		{"contributors", len(p.Contributors) == 0}, {"actors", len(p.Actors) == 0}} {
		if p.given[f.name] && f.empty {
			l.fieldFault(f.name, "empty; name at least one")
		}
	}
	if p.given["evidence"] && (p.Evidence.Level == "" || p.Evidence.Direction == "") {
		l.fieldFault("evidence", "needs a level and a direction: {level: told, direction: unclear}")
	}
	if p.given["review"] && p.Review.State == "" {
		l.fieldFault("review", "needs a state: {state: compiled, by: [], next: '2027-11'}")
	}
	if p.Review.State == "withdrawn" && p.Review.Why == "" {
		l.fieldFault("review", "a withdrawn entry says why: why: …")
	}
	service := p.Kind == "programme" || p.Kind == "pilot"
	if service && slices.Contains(p.Measures, "alternative-care") && !p.given["care_models"] {
		l.fieldFault("measures", "alternative-care needs care_models: where and with whom people live")
	}
	for _, c := range p.Conditions {
		if p.Standing == "conditional" && c.By == "" {
			l.fieldFault("conditions", "%s: say who asks it (by: …, or unknown)", c.What)
		}
	}
	if p.Standing == "conditional" && len(p.Conditions) == 0 {
		l.fieldFault("conditions", "missing; standing %q must say what is asked of people", p.Standing)
	}
	for _, h := range missingHeadings(p.Sections, p.Lang, p.given["figures"] && p.given["level"]) {
		l.add(1, "heading", "%q is missing; write \"## %s\" and what belongs there", h, h)
	}
}
