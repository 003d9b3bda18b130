// Command assets bundles the optional script of the map, which makes it pan,
// pinch and zoom, from templates/script/map and the packages of npm that it
// imports. Run it at the root of the repository, after "npm ci" in tools;
// "make assets" does both. Without the bundle every page works as it is.
package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/evanw/esbuild/pkg/api"
)

const (
	source = "templates/script/map/main.js"
	bundle = "templates/script/map.js"
	npm    = "tools/node_modules"
)

func main() {
	if err := build(); err != nil {
		fmt.Fprintln(os.Stderr, "assets:", err)
		os.Exit(1)
	}
}

// build writes the bundle, or says all that is wrong with what it is made of.
func build() error {
	if _, err := os.Stat(source); err != nil {
		return fmt.Errorf("%s is not here: run this at the root of the repository", source)
	}
	root, err := filepath.Abs(npm)
	if err != nil {
		return err
	}
	result := api.Build(api.BuildOptions{
		EntryPoints: []string{source},
		NodePaths:   []string{root},
		Bundle:      true,
		// A plain script and no module: Chromium does not run modules from a
		// folder, and the catalogue may be one.
		Format:            api.FormatIIFE,
		Target:            api.ES2020,
		Charset:           api.CharsetUTF8,
		MinifyWhitespace:  true,
		MinifyIdentifiers: true,
		MinifySyntax:      true,
		Metafile:          true,
		LegalComments:     api.LegalCommentsNone, // whole licences stand at the end instead
	})
	var faults []error
	for _, m := range append(result.Errors, result.Warnings...) {
		where := ""
		if m.Location != nil {
			where = fmt.Sprintf("%s:%d: ", m.Location.File, m.Location.Line)
		}
		faults = append(faults, errors.New(where+m.Text))
	}
	if len(faults) > 0 {
		return fmt.Errorf("%w\nif a package is missing, run \"npm ci --ignore-scripts\" in tools", errors.Join(faults...))
	}
	licences, err := licencesOf(result.Metafile)
	if err != nil {
		return err
	}
	script := append(slices.Clone(result.OutputFiles[0].Contents), licences...)
	if err := os.WriteFile(bundle, script, 0o644); err != nil {
		return err
	}
	fmt.Printf("%s: %d bytes\n", bundle, len(script))
	return nil
}

// licencesOf is a comment with the licences of the packages in a bundle, each
// text once.
func licencesOf(metafile string) (string, error) {
	var meta struct{ Inputs map[string]any }
	if err := json.Unmarshal([]byte(metafile), &meta); err != nil {
		return "", err
	}
	holders := map[string][]string{} // packages by text
	for file := range meta.Inputs {
		_, path, ok := strings.Cut(filepath.ToSlash(file), npm+"/")
		if !ok {
			continue
		}
		name, _, _ := strings.Cut(path, "/")
		text, err := os.ReadFile(filepath.Join(npm, name, "LICENSE"))
		if errors.Is(err, fs.ErrNotExist) {
			return "", fmt.Errorf("%s has no file LICENSE: it cannot be bundled", name)
		} else if err != nil {
			return "", err
		}
		if body := strings.TrimSpace(string(text)); !slices.Contains(holders[body], name) {
			holders[body] = append(holders[body], name)
		}
	}
	var parts []string
	for text, names := range holders {
		slices.Sort(names)
		parts = append(parts, strings.Join(names, ", ")+":\n"+strings.ReplaceAll(text, "*/", "* /"))
	}
	slices.Sort(parts)
	return "/*!\n" + strings.Join(parts, "\n\n") + "\n*/\n", nil
}
