package review

import (
	"fmt"
	"io/fs"
	"strings"

	"opendoor/practices"
)

// lint checks the file that would be published by the rules of the catalogue,
// and that the consent it rests on is on record.
func (t *tx) lint(sub Submission, d Decision) (path string, faults []practices.Fault, err error) {
	data := []byte(sub.Body)
	if path = sub.file(); sub.Kind == Workshop {
		path = d.Path
	}
	refuse := func(field, message string) (string, []practices.Fault, error) {
		return path, append(faults, practices.Fault{File: path, Field: field, Message: message}), nil
	}
	if path == "" && sub.Kind != Workshop {
		return refuse("id", "missing; give the entry its number, such as mx-0004")
	}
	switch sub.Kind {
	case Workshop:
		if !strings.HasPrefix(path, "workshops/") || !strings.HasSuffix(path, ".md") || !fs.ValidPath(path) {
			return refuse("", "a workshop lies in workshops/ and its name ends in .md")
		}
		if t.s.options.LintWorkshop == nil {
			return refuse("", "workshops cannot be accepted here")
		}
		return path, t.s.options.LintWorkshop(path, data), nil
	case Translation:
		if d.Source == nil || d.Source.ID != sub.Practice {
			return refuse("id", "the entry that it translates is not there")
		}
		var translation *practices.Translation
		if translation, faults = practices.ParseTranslation(path, data, d.Source); translation.Lang != sub.Lang {
			return refuse("lang", fmt.Sprintf("the file says %q, the submission %q", translation.Lang, sub.Lang))
		}
		return path, faults, nil
	}
	entry, faults := practices.Parse(path, data)
	if entry.ID != sub.Practice {
		return refuse("id", fmt.Sprintf("the file says %q, the submission %q", entry.ID, sub.Practice))
	}
	more, err := t.consents(path, entry)
	return path, append(faults, more...), err
}

// consents checks that every consent an entry names is on record and stands,
// and that exact places have that of the organisation there.
func (t *tx) consents(path string, entry *practices.Practice) (faults []practices.Fault, err error) {
	for i, c := range entry.Consent {
		n, err := t.count("SELECT COUNT(*) FROM records WHERE kind = 'consent' AND ref = $1 AND practice IN ('', $2) AND ended = 0", c.Ref, entry.ID)
		if err != nil {
			return nil, err
		}
		if n == 0 {
			faults = append(faults, practices.Fault{File: path, Field: fmt.Sprintf("consent[%d].ref", i),
				Message: "no such consent is on record; record who gave it, for what and when"})
		}
	}
	for i, place := range entry.Places {
		if place.Precision != "site" {
			continue
		}
		n, err := t.count("SELECT COUNT(*) FROM records WHERE kind = 'place' AND practice = $1 AND ended = 0", entry.ID)
		if err != nil {
			return nil, err
		}
		if n == 0 {
			faults = append(faults, practices.Fault{File: path, Field: fmt.Sprintf("places[%d].precision", i),
				Message: `an exact place needs the recorded consent of the organisation there; record it, or write "city"`})
		}
	}
	return faults, nil
}
