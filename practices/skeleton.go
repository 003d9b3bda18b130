package practices

import (
	"bytes"
	"fmt"
	"io/fs"
	"strings"
	"text/template"
	"time"

	"opendoor/practices/vocabulary"
)

// Skeleton writes a file to start an entry from: every field with what it
// wants, the sections in their order, and nothing made up. A snapshot asks
// only for what every entry needs.
func Skeleton(id, lang string, full bool, now time.Time) ([]byte, error) {
	if !ValidID(id) {
		return nil, fmt.Errorf("%q is no id; write a country code or scope, a hyphen and four digits, such as mx-0004", id)
	}
	country := strings.ToUpper(prefixOf(id))
	if vocabulary.Named("scope").Has(prefixOf(id)) {
		country = ""
	}
	var out bytes.Buffer
	err := skeleton.Execute(&out, map[string]any{
		"ID": id, "Lang": lang, "Full": full, "Country": country,
		"Today":    now.Format("2006-01-02"),
		"Next":     now.AddDate(1, 0, 0).Format("2006-01"),
		"Headings": headingsIn(lang),
	})
	return out.Bytes(), err
}

// NextID is the id after the last one used with a prefix, in the whole tree
// and whether or not the file is good, as a number is never used twice.
func NextID(fsys fs.FS, prefix string) (string, error) {
	if regionOf(prefix) == "" {
		return "", fmt.Errorf("%q is neither a country code nor one of %s", prefix, strings.Join(vocabulary.Named("scope").IDs(), ", "))
	}
	last := 0
	err := fs.WalkDir(fsys, ".", func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		if id, _, err := fileID(p); err == nil && prefixOf(id) == prefix {
			var n int
			fmt.Sscanf(strings.TrimPrefix(id, prefix+"-"), "%d", &n)
			last = max(last, n)
		}
		return nil
	})
	return fmt.Sprintf("%s-%04d", prefix, last+1), err
}

var skeleton = template.Must(template.New("entry").Funcs(template.FuncMap{
	"ids": func(name string) string { return strings.Join(vocabulary.Named(name).IDs(), " ") },
}).Parse(`---
schema: 1
id: {{.ID}}
lang: {{.Lang}}
# What was done, not a slogan; 90 characters at most, no country name.
title: ""
# Two sentences, 20 to 60 words: what happens, and what is known to come of it.
summary: ""
# One of: {{ids "kind"}}
kind: ""
# One of: {{ids "standing"}}
standing: ""
countries: [{{.Country}}]
# Any of: {{ids "measure"}}
measures: []
# Any of: {{ids "population"}}
populations: []
{{- if .Full}}
# One of: {{ids "level"}}
level: ""
# Any of: {{ids "element"}}
elements: []
# Any of: {{ids "person-status"}}
person_status: []
# One of: {{ids "approach"}}
approach: ""
# What is asked of people; [] when nothing is. what is one of: {{ids "condition"}}
conditions:
- {what: unknown, by: unknown, review: unknown}
# One of: {{ids "lived-experience"}}
lived_experience: unknown
started: unknown
# answer is one of: {{ids "answer"}}
in_law: {answer: unknown, sources: []}
in_practice: {answer: unknown, sources: []}
# Every number that the text uses as a result:
# - {key: reached, what: "", indicator: reached, value: 0, unit: people, period: "", method: reported, source: first}
figures: []
{{- end}}
# type is one of: {{ids "actor-type"}}
# role is any of: {{ids "actor-role"}}
actors:
- {name: "", type: "", role: [runs]}
# One of: {{ids "status"}}
status: unknown
as_of: '{{.Today}}'
# level: {{ids "evidence"}}; direction: {{ids "direction"}}
evidence: {level: told, direction: unclear}
# kind is one of: {{ids "source-kind"}}
sources:
- {key: first, title: "", publisher: "", date: undated, kind: "", url: ""}
contributors:
- {name: "", role: author}
review: {state: contributed, by: [], next: '{{.Next}}'}
licence: CC-BY-4.0
---
## {{index .Headings 0}}
{{- if .Full}}

## {{index .Headings 1}}
{{- end}}

## {{index .Headings 2}}
- 
{{- if .Full}}

## {{index .Headings 3}}
- **Lead.** 
{{- end}}
`))
