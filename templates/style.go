package templates

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"io/fs"
	"strings"
)

// An asset is a file whose name changes with what is in it, so that it may be
// kept for ever.
type asset struct {
	name string
	data []byte
}

// styles are the style sheets: one for every page, and apart from it those that
// most pages do without.
type styles struct {
	all    asset // every page
	mapped asset // pages with a map
	record asset // time lines, coverage, tables of figures
	paper  asset // print; a browser loads it when nothing else waits
}

// loadStyles joins the style sheets of every page in the order of their names.
func loadStyles(tree fs.FS) (s styles, err error) {
	for _, sheet := range []struct {
		to            *asset
		name, pattern string
	}{
		{&s.all, "style", "style/[0-9]*.css"}, {&s.mapped, "map", "style/map.css"},
		{&s.record, "record", "style/record.css"}, {&s.paper, "print", "style/print.css"},
	} {
		if *sheet.to, err = loadStyle(tree, sheet.name, sheet.pattern); err != nil {
			return s, err
		}
	}
	return s, nil
}

func loadStyle(tree fs.FS, name, pattern string) (asset, error) {
	names, err := fs.Glob(tree, pattern)
	if err != nil {
		return asset{}, err
	}
	var all bytes.Buffer
	for _, name := range names {
		data, err := fs.ReadFile(tree, name)
		if err != nil {
			return asset{}, err
		}
		all.Write(data)
	}
	return hashed(name, ".css", []byte(shrink(all.String()))), nil
}

// loadFile reads a file as it is.
func loadFile(tree fs.FS, name, path, ext string) (asset, error) {
	data, err := fs.ReadFile(tree, path)
	if err != nil {
		return asset{}, err
	}
	return hashed(name, ext, data), nil
}

func hashed(name, ext string, data []byte) asset {
	sum := sha256.Sum256(data)
	return asset{name + "-" + hex.EncodeToString(sum[:6]) + ext, data}
}

// shrink takes comments, and the space that only people need, out of a style
// sheet. Strings are left alone, and so are the spaces that CSS reads: in
// selectors, in lists and around operators.
func shrink(css string) string {
	out := make([]byte, 0, len(css))
	gap := false // whether space waits to be written
	last := func() byte {
		if len(out) == 0 {
			return '{'
		}
		return out[len(out)-1]
	}
	for i := 0; i < len(css); {
		c, end := css[i], i+1
		switch {
		case strings.HasPrefix(css[i:], "/*"):
			if n := strings.Index(css[i+2:], "*/"); n >= 0 {
				end = i + 2 + n + 2
			} else {
				end = len(css)
			}
			gap = true
		case strings.IndexByte(" \n\t\r", c) >= 0:
			gap = true
		default:
			if c == '"' || c == '\'' {
				end = stringEnd(css, i)
			}
			if c == '}' && last() == ';' {
				out = out[:len(out)-1]
			}
			if gap && strings.IndexByte("{};,:>", last()) < 0 && strings.IndexByte("{};,>", c) < 0 {
				out = append(out, ' ')
			}
			gap = false
			out = append(out, css[i:end]...)
		}
		i = end
	}
	return string(out)
}

// stringEnd is where the string that begins at i ends.
func stringEnd(css string, i int) int {
	for end := i + 1; end < len(css); end++ {
		switch css[end] {
		case '\\':
			end++
		case css[i]:
			return end + 1
		}
	}
	return len(css)
}
