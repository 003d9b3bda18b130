package templates

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"path"
	"strings"
)

// AssetPath is where pages expect the server to answer for assets.
const AssetPath = "/assets/"

// An Asset is a file that pages load: a style sheet, a script or the icon. Its
// address changes with what is in it, so it may be kept for ever.
type Asset struct {
	URL  string // "/assets/map-0f3a….css"
	Data []byte
}

// Asset gives an asset by the name of its file: "map.css", "map.js",
// "favicon.svg". "style.css" and "script.js" are for every page: the files with
// a number in front, joined in that order. The others are for pages that need
// them. ok is false for a file that is not there, such as a script bundle that
// has not been built.
func (s *Set) Asset(name string) (a Asset, ok bool) {
	a, ok = s.assets[name]
	return a, ok
}

// Assets gives all of them by name. The map is not to be changed.
func (s *Set) Assets() map[string]Asset { return s.assets }

// url is the address of an asset, for templates.
func (s *Set) url(name string) (string, error) {
	a, ok := s.assets[name]
	if !ok {
		return "", fmt.Errorf("no asset %q", name)
	}
	return a.URL, nil
}

// First is the style of what every page begins with: colours, text, masthead,
// heading and search, which are also in "style.css". A heavy page has it in
// itself, so that it is painted while its sheets are on their way; a content
// policy names it by its hash.
func (s *Set) First() string { return s.first }

func loadFirst(tree fs.FS) (string, error) {
	var style bytes.Buffer
	for _, name := range []string{"style/1-tokens.css", "style/2-first.css"} {
		data, err := fs.ReadFile(tree, name)
		if err != nil {
			return "", err
		}
		style.Write(data)
	}
	return shrink(style.String()), nil
}

// loadAssets reads what pages load. The sheet of every page is given apart, as
// the languages add to it.
func loadAssets(tree fs.FS) (assets map[string]Asset, sheet string, err error) {
	assets = map[string]Asset{}
	var style, script bytes.Buffer
	for _, pattern := range []string{"style/*.css", "script/*.js", "*.svg"} {
		names, err := fs.Glob(tree, pattern)
		if err != nil {
			return nil, "", err
		}
		for _, name := range names {
			data, err := fs.ReadFile(tree, name)
			if err != nil {
				return nil, "", err
			}
			base := path.Base(name)
			sheet, everywhere := path.Ext(base) == ".css", base[0] >= '0' && base[0] <= '9'
			switch {
			case sheet && everywhere:
				style.Write(data)
			case sheet:
				assets[base] = newAsset(base, []byte(shrink(string(data))))
			case everywhere:
				script.Write(data)
			default:
				assets[base] = newAsset(base, data)
			}
		}
	}
	assets["script.js"] = newAsset("script.js", script.Bytes())
	return assets, shrink(style.String()), nil
}

func newAsset(name string, data []byte) Asset {
	sum := sha256.Sum256(data)
	ext := path.Ext(name)
	return Asset{AssetPath + strings.TrimSuffix(name, ext) + "-" + hex.EncodeToString(sum[:6]) + ext, data}
}
