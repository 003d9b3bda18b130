package server

import (
	"fmt"
	"strings"

	"github.com/boombuler/barcode/qr"
)

// quiet is the white border that a reader of the code needs, in modules.
const quiet = 4

// A qrPicture is a code that a camera reads, as a path of squares.
type qrPicture struct {
	Path string
	Size int // in modules, without the quiet border
}

// Quiet is the width of the border, From where it begins, and Whole the width
// of the picture with it.
func (q qrPicture) Quiet() int { return quiet }
func (q qrPicture) From() int  { return -quiet }
func (q qrPicture) Whole() int { return q.Size + 2*quiet }

func newQR(text string) (qrPicture, error) {
	code, err := qr.Encode(text, qr.M, qr.Auto)
	if err != nil {
		return qrPicture{}, fmt.Errorf("code: %w", err)
	}
	size := code.Bounds().Dx()
	var d strings.Builder
	for y := range size {
		for x := 0; x < size; x++ {
			from := x
			for x < size && isBlack(code.At(x, y)) {
				x++
			}
			if x > from {
				fmt.Fprintf(&d, "M%d %dh%dv1h-%dz", from, y, x-from, x-from)
			}
		}
	}
	return qrPicture{Path: d.String(), Size: size}, nil
}

// lessonQR serves the picture that leads a telephone to the participants' page.
func lessonQR(v *visit, l *lesson) (page, error) {
	code, err := newQR(v.shortURL(l))
	if err != nil {
		return page{}, fmt.Errorf("%s: %w", l.path, err)
	}
	whole := code.Whole()
	// Black on white in the dark too: many readers of codes know nothing else.
	svg := fmt.Sprintf(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="%d %d %d %d" width="%d" height="%d" shape-rendering="crispEdges"><path fill="#fff" d="M%d %dh%dv%dh-%dz"/><path d="%s"/></svg>`+"\n",
		-quiet, -quiet, whole, whole, 8*whole, 8*whole, -quiet, -quiet, whole, whole, whole, code.Path)
	return page{body: []byte(svg), mime: svgType}, nil
}

func isBlack(c interface{ RGBA() (r, g, b, a uint32) }) bool {
	r, _, _, _ := c.RGBA()
	return r == 0
}

// codeURL is the address of the picture; "" where the site has no address that
// a telephone could reach, as in a pack.
func (v *visit) codeURL(l *lesson) string {
	if v.base == "" {
		return ""
	}
	return v.url(l.path + "/qr.svg")
}

// shortURL is the whole address that the code holds.
func (v *visit) shortURL(l *lesson) string { return v.base + v.url(shortPath(l)) }

// shortAddress is the same as people type it.
func (v *visit) shortAddress(l *lesson) string {
	_, bare, found := strings.Cut(v.shortURL(l), "://")
	if !found {
		return v.shortURL(l)
	}
	return bare
}

func shortPath(l *lesson) string { return "/w" + strings.TrimPrefix(l.path, "/workshops") }

// shortWay leads from the short address to the participants' page.
func shortWay(v *visit, l *lesson) (page, error) {
	return page{}, movedError{v.url(l.path + "/participants")}
}
