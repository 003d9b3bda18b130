package main

import (
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// rooms are the packages of the house, and for each the rooms below it that
// it may know. docs/architecture.md draws the same.
var rooms = map[string][]string{
	"opendoor/regions/fold":         {},
	"opendoor/regions":              {"regions/fold"},
	"opendoor/practices/vocabulary": {"regions/fold"},
	"opendoor/practices/glossary":   {"regions/fold"},
	"opendoor/practices/entries":    {},
	"opendoor/practices":            {"practices/vocabulary", "practices/glossary", "regions", "regions/fold"},
	"opendoor/practices/faulttest":  {},
	"opendoor/practices/history":    {"practices"},
	"opendoor/practices/review":     {"practices", "practices/history"},
	"opendoor/practices/workshops":  {"practices", "practices/vocabulary", "regions", "regions/fold"},
	"opendoor/search":               {"practices", "practices/vocabulary", "practices/glossary", "regions", "regions/fold"},
	"opendoor/templates":            {},
	"opendoor/server/drawing":       {},
	"opendoor/server/book":          {},
	"opendoor/server/offline":       {},
	"opendoor/server": {
		"server/book", "server/drawing", "server/offline", "practices", "practices/history", "practices/review", "practices/vocabulary", "practices/glossary", "practices/workshops",
		"regions", "regions/fold", "search", "templates",
	},
	"opendoor/cmd/assets": {},
	"opendoor/cmd/opendoor": {
		"practices", "practices/entries", "practices/history", "practices/review", "practices/workshops",
		"regions", "regions/fold", "server", "templates",
	},
}

// doors are the libraries that one package alone may use, so that replacing
// one changes one package.
var doors = map[string]string{
	"github.com/gin-gonic/gin":           "opendoor/server",
	"github.com/andybalholm/brotli":      "opendoor/server",
	"github.com/coreos/go-oidc":          "opendoor/server",
	"golang.org/x/oauth2":                "opendoor/server",
	"golang.org/x/time/rate":             "opendoor/server",
	"github.com/sergi/go-diff":           "opendoor/practices",
	"github.com/yuin/goldmark":           "opendoor/practices",
	"github.com/microcosm-cc/bluemonday": "opendoor/practices",
	"github.com/gofrs/flock":             "opendoor/practices/history",
	"github.com/blevesearch/":            "opendoor/search",
	"database/sql":                       "opendoor/practices/review",
	"github.com/jackc/pgx":               "opendoor/practices/review",
	"github.com/pressly/goose":           "opendoor/practices/review",
	"modernc.org/sqlite":                 "opendoor/practices/review",
	"github.com/pquerna/otp":             "opendoor/practices/review",
	"golang.org/x/crypto/argon2":         "opendoor/practices/review",
	"github.com/wneessen/go-mail":        "opendoor/practices/review",
	"github.com/spf13/":                  "opendoor/cmd/opendoor",
	"github.com/evanw/esbuild/":          "opendoor/cmd/assets",
	"github.com/go-text/":                "opendoor/server/drawing",
	"github.com/go-fonts/":               "opendoor/server/drawing",
	"golang.org/x/image/":                "opendoor/server/drawing",
}

func TestImportsPointDown(t *testing.T) {
	cmd := exec.Command("go", "list", "-json=ImportPath,Imports", "opendoor/...")
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	dec := json.NewDecoder(strings.NewReader(string(out)))
	seen := 0
	for {
		var p struct {
			ImportPath string
			Imports    []string
		}
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		seen++
		below, known := rooms[p.ImportPath]
		if !known {
			t.Errorf("%s is a new room; say here and in docs/architecture.md where it stands", p.ImportPath)
		}
		for _, i := range p.Imports {
			if room, ours := strings.CutPrefix(i, "opendoor/"); ours && !slices.Contains(below, room) {
				t.Errorf("%s imports %s, which is not below it", p.ImportPath, i)
			}
			for library, door := range doors {
				if strings.HasPrefix(i, library) && p.ImportPath != door {
					t.Errorf("%s imports %s; only %s may", p.ImportPath, i, door)
				}
			}
		}
	}
	if seen != len(rooms) {
		t.Errorf("%d rooms in the tree, %d in the plan", seen, len(rooms))
	}
}
