package practices

import (
	"regexp"
	"slices"
	"strings"
)

var keyForm = regexp.MustCompile(`^[A-Za-z0-9_-]{1,60}$`)

// sourceRules checks the sources and everything that names one by its key.
func (l *linter) sourceRules(p *Practice) {
	seen := map[string]bool{}
	for i, s := range p.Sources {
		field := indexed("sources", i)
		l.term(field+".kind", "source-kind", s.Kind)
		if !keyForm.MatchString(s.Key) {
			l.fieldFault(field+".key", "%q; a key is letters, digits and hyphens", clip(s.Key))
		}
		if seen[s.Key] {
			l.fieldFault(field+".key", "%q occurs twice; each source has its own key", s.Key)
		}
		seen[s.Key] = true
		for _, need := range []struct{ name, value string }{{"title", s.Title}, {"publisher", s.Publisher}, {"date", s.Date}, {"kind", s.Kind}} {
			if need.value == "" {
				l.fieldFault(field, "%s needs a %s", s.Key, need.name)
			}
		}
		if s.URL == "" && s.Where == "" {
			l.fieldFault(field, "%s: say where it can be read, with url or where", s.Key)
		}
		if s.URL != "" && !strings.HasPrefix(s.URL, "https://") && !strings.HasPrefix(s.URL, "http://") {
			l.fieldFault(field+".url", "%q; an address begins with https:// or http://", clip(s.URL))
		}
		if s.Read != "" && s.Read != "in-part" {
			l.fieldFault(field+".read", "%q; write in-part, or leave it out when the whole was read", clip(s.Read))
		}
		if s.Lang != "" {
			l.language(field+".lang", s.Lang)
		}
	}
	for _, a := range []struct {
		field  string
		answer *Answer
	}{{"in_law", p.InLaw}, {"in_practice", p.InPractice}} {
		if a.answer == nil {
			continue
		}
		l.term(a.field+".answer", "answer", a.answer.Answer)
		if len(a.answer.Sources) == 0 && slices.Contains([]string{"yes", "partly", "no"}, a.answer.Answer) {
			l.fieldFault(a.field, "answer %q needs a source", a.answer.Answer)
		}
		for i, key := range a.answer.Sources {
			l.sourceKey(p, indexed(a.field+".sources", i), key)
		}
	}
	for i, b := range p.LegalBasis {
		if b.Source != "" {
			l.sourceKey(p, indexed("legal_basis", i)+".source", b.Source)
		}
	}
}

// sourceKey checks that a field names a source of the entry.
func (l *linter) sourceKey(p *Practice, field, key string) {
	if _, ok := p.Source(key); !ok {
		l.fieldFault(field, "%q: no such source; known keys: %s", clip(key), strings.Join(newCitations(p.Sources).keys(), ", "))
	}
}

// publisherActs says whether a source's publisher is one of the actors that
// pass the test.
func publisherActs(s Source, actors []Actor, test func(Actor) bool) bool {
	publisher := strings.ToLower(normal(s.Publisher))
	return slices.ContainsFunc(actors, func(a Actor) bool {
		if !test(a) {
			return false
		}
		name := strings.ToLower(normal(a.Name))
		bare, _, _ := strings.Cut(name, " (")
		return publisher != "" && (strings.Contains(publisher, bare) || strings.Contains(name, publisher))
	})
}

// ToldByActor says whether a source of the entry comes from somebody who has a
// part in the practice, and so tells of its own work.
func (p *Practice) ToldByActor(s Source) bool {
	return publisherActs(s, p.Actors, func(Actor) bool { return true })
}

// evidenceRules checks that the claimed strength of evidence is earned.
func (l *linter) evidenceRules(p *Practice) {
	any := func(Actor) bool { return true }
	switch p.Evidence.Level {
	case "corroborated":
		publishers := map[string]bool{}
		outside := false
		for _, s := range p.Sources {
			publishers[strings.ToLower(normal(s.Publisher))] = true
			outside = outside || !publisherActs(s, p.Actors, any)
		}
		if len(publishers) < 2 || !outside {
			l.fieldFault("evidence.level", `"corroborated" needs two publishers, one of them not an actor`)
		}
	case "counted":
		if !slices.ContainsFunc(p.Figures, func(f Figure) bool {
			return f.Period != "" && f.Period != "unknown" && f.Method != "" && f.Indicator != "target" && f.Indicator != "capacity"
		}) {
			l.fieldFault("evidence.level", `"counted" needs a result with period and method in figures`)
		}
	case "evaluated":
		leads := func(a Actor) bool { return slices.Contains(a.Role, "leads") || slices.Contains(a.Role, "runs") }
		if !slices.ContainsFunc(p.Sources, func(s Source) bool { return s.Kind == "evaluation" && !publisherActs(s, p.Actors, leads) }) {
			l.fieldFault("evidence.level", `"evaluated" needs a source of kind evaluation whose publisher does not lead or run the practice`)
		}
	}
}
