package drawing

import (
	"image"
	"image/color"
	"math"
	"strconv"
	"strings"

	"golang.org/x/image/vector"
)

type point struct{ x, y float64 }

// A line is points joined by straight pieces; a closed one ends where it
// began.
type line struct {
	points []point
	closed bool
}

// readPath reads the short form of SVG that [Drawing.Path] takes.
func readPath(d string) []line {
	var out []line
	for part := range strings.SplitSeq(strings.TrimPrefix(d, "M"), "M") {
		rest, closed := strings.CutSuffix(part, "z")
		start, steps, _ := strings.Cut(rest, "l")
		from, by := numbers(start), numbers(steps)
		if len(from) != 2 || len(by)%2 != 0 {
			continue
		}
		l := line{[]point{{from[0], from[1]}}, closed}
		for i := 0; i < len(by); i += 2 {
			last := l.points[len(l.points)-1]
			l.points = append(l.points, point{last.x + by[i], last.y + by[i+1]})
		}
		out = append(out, l)
	}
	return out
}

// numbers reads "12-3.5 4": a minus begins a number as a space does.
func numbers(s string) []float64 {
	var out []float64
	for _, word := range strings.Fields(strings.ReplaceAll(s, "-", " -")) {
		if f, err := strconv.ParseFloat(word, 64); err == nil {
			out = append(out, f)
		}
	}
	return out
}

// bend adds a cubic curve in eight straight pieces, as many as a letter needs.
// With a pull of two thirds and one control point twice, it is a quadratic.
func (l *line) bend(c1, c2, to point, pull float64) {
	from := l.points[len(l.points)-1]
	c1 = point{from.x + (c1.x-from.x)*pull, from.y + (c1.y-from.y)*pull}
	c2 = point{to.x + (c2.x-to.x)*pull, to.y + (c2.y-to.y)*pull}
	const pieces = 8
	for i := 1; i <= pieces; i++ {
		t := float64(i) / pieces
		a, b, c, d := (1-t)*(1-t)*(1-t), 3*t*(1-t)*(1-t), 3*t*t*(1-t), t*t*t
		l.points = append(l.points, point{a*from.x + b*c1.x + c*c2.x + d*to.x, a*from.y + b*c1.y + c*c2.y + d*to.y})
	}
}

// round is a circle.
func round(x, y, r float64) line {
	const pieces = 48
	l := line{closed: true}
	for i := range pieces {
		sin, cos := math.Sincos(2 * math.Pi * float64(i) / pieces)
		l.points = append(l.points, point{x + r*cos, y + r*sin})
	}
	return l
}

// dashed cuts lines into dashes with gaps of the same length.
func dashed(lines []line, length float64) []line {
	if length <= 0 {
		return lines
	}
	var out []line
	for _, l := range lines {
		on, left := true, length
		dash := line{points: l.points[:1:1]}
		for i := 1; i < len(l.points); i++ {
			from, to := l.points[i-1], l.points[i]
			for far := math.Hypot(to.x-from.x, to.y-from.y); far > left; far -= left {
				from = point{from.x + (to.x-from.x)*left/far, from.y + (to.y-from.y)*left/far}
				if on {
					out = append(out, line{points: append(dash.points, from)})
				}
				on, left, dash = !on, length, line{points: []point{from}}
			}
			left -= math.Hypot(to.x-from.x, to.y-from.y)
			dash.points = append(dash.points, to)
		}
		if on {
			out = append(out, dash)
		}
	}
	return out
}

// stroked gives the area that lines of a width cover: a rectangle for every
// piece, drawn out at its ends so that corners are closed. All turn the same
// way round, so that where they overlap they do not undo one another.
func stroked(lines []line, width float64) []line {
	var out []line
	half := width / 2
	for _, l := range lines {
		points := l.points
		if l.closed {
			points = append(points[:len(points):len(points)], points[0])
		}
		for i := 1; i < len(points); i++ {
			a, b := points[i-1], points[i]
			far := math.Hypot(b.x-a.x, b.y-a.y)
			if far == 0 {
				continue
			}
			// Along the piece, by half the width, for hairlines less: their
			// corners close by themselves.
			ux, uy := (b.x-a.x)/far*half, (b.y-a.y)/far*half
			k := min(1, width/4)
			a, b = point{a.x - ux*k, a.y - uy*k}, point{b.x + ux*k, b.y + uy*k}
			out = append(out, line{[]point{{a.x - uy, a.y + ux}, {b.x - uy, b.y + ux}, {b.x + uy, b.y - ux}, {a.x + uy, a.y - ux}}, true})
		}
	}
	return out
}

// fill paints the area within lines, by the nonzero rule.
func fill(img *image.RGBA, clip image.Rectangle, lines []line, c color.RGBA) {
	x0, y0, x1, y1 := math.Inf(1), math.Inf(1), math.Inf(-1), math.Inf(-1)
	for _, l := range lines {
		for _, p := range l.points {
			x0, y0, x1, y1 = min(x0, p.x), min(y0, p.y), max(x1, p.x), max(y1, p.y)
		}
	}
	if x0 > x1 || x0 > 1e6 || x1 < -1e6 {
		return
	}
	box := image.Rect(int(math.Floor(x0)), int(math.Floor(y0)), int(math.Ceil(x1))+1, int(math.Ceil(y1))+1).Intersect(clip)
	if box.Empty() {
		return
	}
	z := vector.NewRasterizer(box.Dx(), box.Dy())
	dx, dy := float64(box.Min.X), float64(box.Min.Y)
	for _, l := range lines {
		if len(l.points) < 3 {
			continue
		}
		z.MoveTo(float32(l.points[0].x-dx), float32(l.points[0].y-dy))
		for _, p := range l.points[1:] {
			z.LineTo(float32(p.x-dx), float32(p.y-dy))
		}
		z.ClosePath()
	}
	z.Draw(img, box, image.NewUniform(c), image.Point{})
}
