package practices

import (
	"fmt"
	"path"
	"regexp"
	"strings"

	"opendoor/practices/vocabulary"
	"opendoor/regions"
)

var idForm = regexp.MustCompile(`^[a-z]{2,5}-[0-9]{4}$`)

// ValidID says whether s has the form of an id and begins with a country of
// ISO 3166-1 or one of the closed list of scopes.
func ValidID(s string) bool { return idForm.MatchString(s) && regionOf(prefixOf(s)) != "" }

func prefixOf(id string) string {
	prefix, _, _ := strings.Cut(id, "-")
	return prefix
}

// regionOf gives the working region of a prefix, "" for one that is neither a
// country nor a scope.
func regionOf(prefix string) string {
	if scope, ok := vocabulary.Named("scope").Get(prefix); ok {
		return scope.Region
	}
	if len(prefix) != 2 || prefix != strings.ToLower(prefix) {
		return ""
	}
	return string(regions.RegionOf(regions.Code(strings.ToUpper(prefix))))
}

// FilePath is where an entry lies in the content tree, by its id and, for a
// translation, its language: "americas/mx/mx-0004.es.md".
func FilePath(id, translation string) string {
	name := id + ".md"
	if translation != "" {
		name = id + "." + translation + ".md"
	}
	return path.Join(regionOf(prefixOf(id)), prefixOf(id), name)
}

// fileID takes the id and the language of a translation ("" for a source
// text) from the name of a file.
func fileID(file string) (id, translation string, err error) {
	name, ok := strings.CutSuffix(path.Base(file), ".md")
	if !ok {
		return "", "", fmt.Errorf("not a Markdown file; the name ends in .md")
	}
	id, translation, _ = strings.Cut(name, ".")
	if !ValidID(id) {
		return "", "", fmt.Errorf("%q is no id: a country code or scope (%s), a hyphen and four digits, such as mx-0004",
			clip(id), strings.Join(vocabulary.Named("scope").IDs(), ", "))
	}
	return id, translation, nil
}
