package drawing

import (
	"bytes"
	"encoding/xml"
	"image"
	"image/color"
	"image/png"
	"io"
	"testing"
)

// seen writes a drawing as PNG and reads it back.
func seen(t testing.TB, d *Drawing) image.Image {
	t.Helper()
	data, err := d.PNG()
	if err != nil {
		t.Fatal(err)
	}
	img, err := png.Decode(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	return img
}

func at(img image.Image, x, y int) color.RGBA {
	return color.RGBAModel.Convert(img.At(x, y)).(color.RGBA)
}

// inked is the box around everything that is not white.
func inked(img image.Image) image.Rectangle {
	var box image.Rectangle
	for y := range img.Bounds().Dy() {
		for x := range img.Bounds().Dx() {
			if c := at(img, x, y); c.R < 128 {
				box = box.Union(image.Rect(x, y, x+1, y+1))
			}
		}
	}
	return box
}

var (
	white  = color.RGBA{255, 255, 255, 255}
	petrol = color.RGBA{0x14, 0x59, 0x6a, 255}
)

// TestShapes draws a ring with a hole, a dashed line, a circle and a window
// that cuts what hangs over it.
func TestShapes(t *testing.T) {
	d := New(200, 100, "en")
	d.Path("M10 10l40 0 0 40-40 0zM20 20l0 20 20 0 0-20z", Paint{Fill: "#14596a"})
	d.Path("M60 70l120 0", Paint{Stroke: "#14596a", Width: 4, Dash: 20})
	d.Circle(90, 30, 15, Paint{Fill: "#14596a"})
	d.Window(120, 10, 40, 40, 1000, 2000, 1010, 2010)
	d.Rect(1005, 2005, 100, 100, Paint{Fill: "#14596a"})
	d.Shut()
	d.Path("nonsense", Paint{Fill: "#14596a"})
	img := seen(t, d)
	for _, tt := range []struct {
		x, y int
		want color.RGBA
		what string
	}{
		{15, 15, petrol, "the land"}, {30, 30, white, "the hole in it"}, {70, 70, petrol, "a dash"}, {90, 70, white, "the gap after it"}, {110, 70, petrol, "the next dash"},
		{90, 30, petrol, "the circle"}, {90, 47, white, "below the circle"}, {150, 40, petrol, "in the window"}, {130, 20, white, "in the window, before the rectangle"}, {170, 60, white, "beyond the window"},
	} {
		if got := at(img, tt.x, tt.y); got != tt.want {
			t.Errorf("%s is %v", tt.what, got)
		}
	}
}

// TestArabicIsJoined compares a word with its letters apart: joined it is much
// shorter. And a line that runs to the left ends where it is anchored, with
// its number at the left of the words that come before it.
func TestArabicIsJoined(t *testing.T) {
	d := New(400, 100, "ar")
	apart := 0.0
	for _, r := range "ممارسة" {
		apart += d.Width(Words{Text: string(r), Size: 20, RTL: true})
	}
	if joined := d.Width(Words{Text: "ممارسة", Size: 20, RTL: true}); joined > 0.92*apart || joined < 20 {
		t.Errorf("the word is %.0f wide, its letters apart %.0f", joined, apart)
	}
	// What only says where a part begins and ends takes no room.
	if plain, apart := d.Width(Words{Text: "MX", Size: 20}), d.Width(Words{Text: "\u2068MX\u2069\u200e", Size: 20}); plain != apart {
		t.Errorf("MX is %v wide, with isolates %v", plain, apart)
	}
	d.Write(Words{Text: "ممارسة", X: 390, Y: 50, Size: 30, Fill: "#000000", RTL: true})
	box := inked(seen(t, d))
	if box.Max.X > 391 || box.Max.X < 380 || box.Dx() < 40 {
		t.Errorf("a line that begins at 390 covers %v", box)
	}
	// The digits of a mixed line stand where they are read: last, so left.
	number, words := New(400, 100, "ar"), New(400, 100, "ar")
	number.Write(Words{Text: "ــــــــ 1", X: 390, Y: 50, Size: 30, Fill: "#000000", RTL: true})
	words.Write(Words{Text: "1 ــــــــ", X: 390, Y: 50, Size: 30, Fill: "#000000", RTL: true})
	left, right := inked(seen(t, number)), inked(seen(t, words))
	high := func(img image.Image, box image.Rectangle) int { // where the tallest ink is
		for y := box.Min.Y; ; y++ {
			for x := box.Min.X; x < box.Max.X; x++ {
				if at(img, x, y).R < 128 {
					return x
				}
			}
		}
	}
	if l, r := high(seen(t, number), left), high(seen(t, words), right); l > left.Min.X+left.Dx()/3 || r < right.Min.X+right.Dx()/2 {
		t.Errorf("the number that comes last stands at %d of %v, the one that comes first at %d of %v", l, left, r, right)
	}
}

func TestAnchors(t *testing.T) {
	for _, tt := range []struct {
		anchor Anchor
		rtl    bool
		x0, x1 int
	}{{Start, false, 200, 300}, {Middle, false, 150, 250}, {End, false, 100, 200}, {Start, true, 100, 200}, {Middle, true, 150, 250}, {End, true, 200, 300}} {
		text := "HHHHH"
		if tt.rtl {
			text = "سسسس"
		}
		d := New(400, 100, "en")
		d.Write(Words{Text: text, X: 200, Y: 60, Size: 26, Fill: "#000000", Anchor: tt.anchor, RTL: tt.rtl, Bold: true, Halo: 3})
		if box := inked(seen(t, d)); box.Min.X < tt.x0-16 || box.Max.X > tt.x1+16 || box.Dx() < 60 {
			t.Errorf("%q, to the left %v: covers %v", tt.anchor, tt.rtl, box)
		}
	}
}

// TestEveryLetterIsThere looks for letters of the five languages in our fonts.
func TestEveryLetterIsThere(t *testing.T) {
	setter := newTypesetter()
	for _, r := range "ABCabc0123ÀÉÎÕÜçñõœ–—“”«»·… " + "ءآأؤإئابةتثجحخدذرزسشصضطظعغفقكلمنهوىي٠١٢٣٤٥٦٧٨٩،؛؟ً" {
		for i, faces := range setter.weights {
			if _, ok := faces.ResolveFace(r).NominalGlyph(r); !ok {
				t.Errorf("%q (%U) is in no font of weight %d", r, r, i)
			}
		}
	}
}

// TestSVG reads the other form as XML, with hostile words in it.
func TestSVG(t *testing.T) {
	d := New(200, 100, "ar")
	d.Window(0, 0, 100, 100, 0, 0, 2, 2)
	d.Circle(1, 1, 0.25, Paint{Fill: "#14596a", Title: `<script>"&`})
	d.Write(Words{Text: `</text><script>`, X: 1, Y: 1, Size: 0.3, Fill: "#000000", Halo: 0.1})
	d.Shut()
	dec := xml.NewDecoder(bytes.NewReader(d.SVG()))
	n := map[string]int{}
	for {
		token, err := dec.Token()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		if e, ok := token.(xml.StartElement); ok {
			n[e.Name.Local]++
		}
	}
	if n["script"] != 0 || n["text"] != 2 || n["circle"] != 1 || n["svg"] != 2 {
		t.Errorf("%v", n)
	}
}
