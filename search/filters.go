package search

import (
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"opendoor/practices/vocabulary"
	"opendoor/regions"
	"opendoor/regions/fold"
)

// fields are the filters that can be typed, as field:value, by their names in
// every language, folded.
var fields = map[string]Group{
	"country": GroupCountry, "pais": GroupCountry, "pays": GroupCountry, "البلد": GroupCountry, "بلد": GroupCountry, "دوله": GroupCountry,
	"region": GroupRegion, "regiao": GroupRegion, "المنطقه": GroupRegion, "منطقه": GroupRegion,
	"element": GroupElement, "elemento": GroupElement, "عنصر": GroupElement, "العنصر": GroupElement,
	"population": GroupPopulation, "poblacion": GroupPopulation, "populacao": GroupPopulation, "people": GroupPopulation, "الفيه": GroupPopulation, "فيه": GroupPopulation,
	"kind": GroupKind, "tipo": GroupKind, "type": GroupKind, "نوع": GroupKind, "النوع": GroupKind,
	"status": GroupStatus, "estado": GroupStatus, "statut": GroupStatus, "situacao": GroupStatus, "الحاله": GroupStatus, "حاله": GroupStatus,
	"evidence": GroupEvidence, "evidencia": GroupEvidence, "preuve": GroupEvidence, "preuves": GroupEvidence, "دليل": GroupEvidence, "ادله": GroupEvidence, "الادله": GroupEvidence,
	"language": GroupLang, "lang": GroupLang, "idioma": GroupLang, "lengua": GroupLang, "langue": GroupLang, "lingua": GroupLang, "لغه": GroupLang, "اللغه": GroupLang,
	"year": GroupYear, "ano": GroupYear, "annee": GroupYear, "سنه": GroupYear, "عام": GroupYear,
	"measure": GroupMeasure, "medida": GroupMeasure, "mesure": GroupMeasure, "تدبير": GroupMeasure,
}

// languageNames are the names of languages that people type after language:.
var languageNames = map[string]string{
	"english": "en", "ingles": "en", "anglais": "en", "الانجليزيه": "en", "انجليزي": "en",
	"spanish": "es", "espanol": "es", "castellano": "es", "espagnol": "es", "espanhol": "es", "الاسبانيه": "es", "اسباني": "es",
	"french": "fr", "frances": "fr", "francais": "fr", "الفرنسيه": "fr", "فرنسي": "fr",
	"portuguese": "pt", "portugues": "pt", "portugais": "pt", "البرتغاليه": "pt", "برتغالي": "pt",
	"arabic": "ar", "arabe": "ar", "العربيه": "ar", "عربي": "ar",
}

// takeFields chooses the filters that are typed in the text and takes them
// out of it: country:BR, pays:"Costa Rica", year:2019..2022. A field that is
// none stays text; a value that is none is chosen all the same, so that the
// reader sees it and can take it back.
func (q Query) takeFields() Query {
	var rest []string
	room := maxChosen
	for _, values := range q.Chosen {
		room -= len(values)
	}
	for _, piece := range piecesOf(q.Text) {
		name, value, ok := strings.Cut(piece, ":")
		g, known := fields[fold.Text(name)]
		value = strings.TrimFunc(value, func(r rune) bool { return quote(r) || r == ' ' })
		if !ok || !known || value == "" {
			rest = append(rest, piece)
			continue
		}
		for _, v := range strings.Split(value, ",") {
			if v = g.read(v); v == "" || q.Has(g, v) {
				continue
			}
			if room--; room < 0 {
				q.cut = append(q.cut, v)
				continue
			}
			q.Chosen = maps.Clone(q.Chosen)
			q.choose(g, v)
		}
	}
	q.Text = strings.Join(rest, " ")
	return q
}

// piecesOf cuts a text at its spaces, but not within quotation marks.
func piecesOf(text string) []string {
	var list []string
	start, inside := 0, false
	for i, r := range text {
		switch {
		case quote(r):
			if _, _, ok := closing(text, i+utf8.RuneLen(r)); inside || ok {
				inside = !inside
			}
		case r == ' ' && !inside:
			if i > start {
				list = append(list, text[start:i])
			}
			start = i + 1
		}
	}
	if start < len(text) {
		list = append(list, text[start:])
	}
	return list
}

// read finds the value that a typed one means: an id, or a label or a synonym
// in any language.
func (g Group) read(typed string) string {
	v := g.spell(strings.ReplaceAll(typed, "_", "-"))
	key := fold.Name(strings.ReplaceAll(typed, "-", " "))
	switch {
	case g == GroupLang:
		if lang, ok := languageNames[fold.Text(typed)]; ok {
			return lang
		}
		return strings.ToLower(v)
	case g == GroupCountry:
		if code, ok := regions.Find(key); ok && !g.known(v) {
			return string(code)
		}
		return v
	case g == GroupRegion && !g.known(v):
		if id, ok := regions.FindRegion(key); ok {
			return string(id)
		}
	case g.Vocabulary() == "" || g.known(v):
		return v
	}
	for _, t := range vocabulary.Named(g.Vocabulary()).Terms {
		for _, lang := range vocabulary.Languages {
			if slices.ContainsFunc(append([]string{t.Label[lang]}, t.Synonyms[lang]...), func(s string) bool {
				return fold.Name(strings.ReplaceAll(s, "-", " ")) == key
			}) {
				return t.ID
			}
		}
	}
	return v
}
