package templates

import "strings"

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
