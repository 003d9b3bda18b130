package workshops

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"opendoor/regions/fold"
)

// Folder is where published collections lie in the content, beside the
// entries.
const Folder = "workshops"

// FilePath is where the file of a collection lies in the content.
func FilePath(id string) string { return Folder + "/" + id + ".md" }

// IDOf is the id of the collection whose file lies at a path; "" where none
// does.
func IDOf(path string) string {
	id, inside := strings.CutPrefix(path, Folder+"/")
	if id, file := strings.CutSuffix(id, ".md"); inside && file && idForm.MatchString(id) {
		return id
	}
	return ""
}

var plainWords = regexp.MustCompile(`[a-z][a-z0-9]*`)

// Propose is an id made of the words of a title, which an editor may change. A
// title in other letters gives "workshop". One that is taken already is
// numbered.
func Propose(title string, has func(id string) bool) string {
	const words = 5
	found := plainWords.FindAllString(fold.Text(title), -1)
	id := strings.Join(found[:min(len(found), words)], "-")
	if id = strings.TrimRight(id[:min(len(id), 40)], "-"); id == "" || slices.Contains(taken, id) {
		id = strings.TrimPrefix(id+"-workshop", "-")
	}
	name := id
	for n := 2; has(name); n++ {
		name = id + "-" + strconv.Itoa(n)
	}
	return name
}

var idLine = regexp.MustCompile(`(?m)\A(---\n(?:(?:[^-\n]|-[^-\n]|--[^-\n])[^\n]*\n)*?)id:[^\n]*$`)

// Renamed is a file with another id, and nothing else of it changed. A file
// that has none stays as it is; lint says so.
func Renamed(data []byte, id string) []byte {
	return idLine.ReplaceAll(data, []byte("${1}id: "+id))
}
