// Package entries is the catalogue's shipped content: one Markdown file for
// each practice and language, in folders by region and country, built into
// the program. To add a practice, put a file here and run "opendoor lint".
package entries

import "embed"

// FS holds the entries: "americas/mx/mx-0004.md".
//
//go:embed africa americas asia-pacific europe global mena
var FS embed.FS
