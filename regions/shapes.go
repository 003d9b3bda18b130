package regions

import (
	"embed"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"sync"
)

//go:embed data/world-low.json data/world-mid.json data/world-fine.json
var shapeFiles embed.FS

// A Level is how closely the outlines of countries are drawn. Levels never mix
// in one figure: borders would gape.
type Level string

// The levels, from the coarsest.
const (
	Low  Level = "low"  // the world
	Mid  Level = "mid"  // regions and larger countries
	Fine Level = "fine" // countries less than 300 units across
)

// Levels lists the levels, the coarsest first.
func Levels() []Level { return []Level{Low, Mid, Fine} }

// An Atlas is the outline of every country at one level. It never changes, so
// any number of readers may share it.
type Atlas struct {
	Level Level
	// Shapes are those of countries, in order of code. GI and BV are too small
	// to have one, AQ and UM are not on the map.
	Shapes []Shape
	// NoCountry is land that belongs to no country on this map: it is drawn
	// and never named or linked.
	NoCountry []Shape
	// Unsettled are boundaries to be drawn dashed, on the very points of the
	// outlines.
	Unsettled []Boundary

	byCode map[Code]int
}

// A Shape is the outline of one country.
type Shape struct {
	Code  Code
	Box   Box   // around all its land
	Frame Box   // around its main land and what lies near: what its own map shows
	At    Point // where its label stands: always within the land

	rings []ring
}

// A Boundary is a line between two countries that is not settled. A side that
// is no country has the name of its land in the data, "KAS".
type Boundary struct {
	Between [2]string
	lines   []ring // open
}

// A ring is a line of points on the grid of its level.
type ring struct {
	points []gridPoint
	box    Box
	unit   float64 // grid steps in a map unit: 1 or 10
}

type gridPoint struct{ x, y int }

var atlases = map[Level]func() *Atlas{
	Low:  sync.OnceValue(func() *Atlas { return mustAtlas(Low) }),
	Mid:  sync.OnceValue(func() *Atlas { return mustAtlas(Mid) }),
	Fine: sync.OnceValue(func() *Atlas { return mustAtlas(Fine) }),
}

// At gives the atlas of a level, read when it is first asked for: some
// milliseconds. A level that is none is the coarsest.
func At(level Level) *Atlas {
	if read, ok := atlases[level]; ok {
		return read()
	}
	return atlases[Low]()
}

func mustAtlas(level Level) *Atlas {
	data, err := shapeFiles.ReadFile("data/world-" + string(level) + ".json")
	if err == nil {
		var a *Atlas
		if a, err = parseAtlas(level, data); err == nil {
			return a
		}
	}
	panic(fmt.Sprintf("regions: world-%s.json is not in order; derive it again, see regions/data/README.md: %v", level, err))
}

type worldFile struct {
	View      [4]float64 `json:"view"`
	Level     Level      `json:"level"`
	Unsettled []struct {
		Between [2]string `json:"between"`
		D       string    `json:"d"`
	} `json:"unsettled"`
	Land []struct {
		Name string `json:"name"`
		D    string `json:"d"`
	} `json:"land"`
	Countries []struct {
		A2    Code       `json:"a2"`
		Box   [4]float64 `json:"box"`
		Frame [4]float64 `json:"frame"`
		At    [2]float64 `json:"at"`
		D     string     `json:"d"`
	} `json:"countries"`
}

// parseAtlas reads the file of a level. It refuses an empty path and one with
// a ring that has no area: such a ring silently ends the rest of a path in a
// browser, and half the world is gone.
func parseAtlas(level Level, data []byte) (*Atlas, error) {
	var file worldFile
	if err := json.Unmarshal(data, &file); err != nil {
		return nil, err
	}
	if file.Level != level {
		return nil, fmt.Errorf("is of the level %q", file.Level)
	}
	unit := 1.0
	if level == Fine {
		unit = 10
	}
	a := &Atlas{Level: level, byCode: make(map[Code]int)}
	closed := func(name, d string) ([]ring, error) {
		rings, err := parsePath(d, unit)
		for _, r := range rings {
			if err == nil && r.area() == 0 {
				err = fmt.Errorf("a ring at %v has no area", r.points[0])
			}
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		return rings, nil
	}
	for _, c := range file.Countries {
		rings, err := closed(string(c.A2), c.D)
		if err != nil {
			return nil, err
		}
		a.byCode[c.A2] = len(a.Shapes)
		a.Shapes = append(a.Shapes, Shape{c.A2, Box{c.Box[0], c.Box[1], c.Box[2], c.Box[3]}, Box{c.Frame[0], c.Frame[1], c.Frame[2], c.Frame[3]}, Point{c.At[0], c.At[1]}, rings})
	}
	for _, l := range file.Land {
		rings, err := closed(l.Name, l.D)
		if err != nil {
			return nil, err
		}
		a.NoCountry = append(a.NoCountry, Shape{Box: rings[0].box, rings: rings})
	}
	for _, u := range file.Unsettled {
		lines, err := parsePath(u.D, unit)
		if err != nil {
			return nil, fmt.Errorf("boundary of %v: %w", u.Between, err)
		}
		a.Unsettled = append(a.Unsettled, Boundary{u.Between, lines})
	}
	return a, nil
}

// parsePath reads "M x y l dx dy …", with or without z, as often as it comes.
func parsePath(d string, unit float64) ([]ring, error) {
	var rings []ring
	for part := range strings.SplitSeq(strings.TrimPrefix(d, "M"), "M") {
		start, steps, ok := strings.Cut(strings.TrimSuffix(part, "z"), "l")
		from, err1 := numbers(start, unit)
		by, err2 := numbers(steps, unit)
		if !ok || err1 != nil || err2 != nil || len(from) != 2 || len(by) < 2 || len(by)%2 != 0 {
			return nil, fmt.Errorf("path %.40q cannot be read", part)
		}
		at := gridPoint{from[0], from[1]}
		points := []gridPoint{at}
		for i := 0; i < len(by); i += 2 {
			at = gridPoint{at.x + by[i], at.y + by[i+1]}
			points = append(points, at)
		}
		rings = append(rings, newRing(points, unit))
	}
	return rings, nil
}

// numbers reads "12-3.5 4": a minus begins a number as a space does.
func numbers(s string, unit float64) ([]int, error) {
	var out []int
	for _, word := range strings.Fields(strings.ReplaceAll(s, "-", " -")) {
		f, err := strconv.ParseFloat(word, 64)
		if err != nil {
			return nil, err
		}
		out = append(out, int(math.Round(f*unit)))
	}
	return out, nil
}

func newRing(points []gridPoint, unit float64) ring {
	b := Box{math.Inf(1), math.Inf(1), math.Inf(-1), math.Inf(-1)}
	for _, p := range points {
		b = b.Around(Point{float64(p.x) / unit, float64(p.y) / unit})
	}
	return ring{points, b, unit}
}

// area is twice the area of a closed ring, in grid steps.
func (r ring) area() int {
	sum := 0
	last := r.points[len(r.points)-1]
	for _, p := range r.points {
		sum += last.x*p.y - p.x*last.y
		last = p
	}
	if sum < 0 {
		return -sum
	}
	return sum
}

// Shape gives the outline of a country.
func (a *Atlas) Shape(code Code) (*Shape, bool) {
	i, ok := a.byCode[code]
	if !ok {
		return nil, false
	}
	return &a.Shapes[i], true
}

// Path is the outline as the d of an SVG path, as far as it lies in a box; ""
// when none of it does. What is cut off ends outside the box by a margin, so
// that its edge is not seen. The points are moved onto a grid of so many map
// units, which makes the path shorter: neighbours move together, so that no
// border gapes. Islets that are smaller than the grid are left out, and never
// all of a country; a grid of 0 moves nothing.
func (s *Shape) Path(within Box, grid float64) string {
	var b strings.Builder
	cut := within.Padded(max(within.Width(), within.Height()) / 50)
	for _, r := range s.rings {
		if !r.box.Touches(within) {
			continue
		}
		if r = r.clipped(cut).onGrid(grid); len(r.points) >= 3 && r.area() > 0 {
			r.write(&b, true)
		}
	}
	if b.Len() == 0 && grid > 0 {
		return s.Path(within, 0)
	}
	return b.String()
}

// Middle is where a name may stand on the part of a country that lies in a
// box, and the box around that part. There is none where the country is not in
// the box, or its middle there is not on its land.
func (s *Shape) Middle(within Box) (at Point, part Box, ok bool) {
	largest := 0
	for _, r := range s.rings {
		if !r.box.Touches(within) {
			continue
		}
		r = r.clipped(within)
		if len(r.points) < 3 || r.area() <= largest {
			continue
		}
		largest, part, at = r.area(), r.box, r.middle()
	}
	if within.Holds(s.At) && part.Holds(s.At) {
		return s.At, part, true
	}
	return at, part, largest > 0 && s.Holds(at)
}

// middle is the centre of gravity of a closed ring.
func (r ring) middle() Point {
	var x, y, area float64
	last := r.points[len(r.points)-1]
	for _, p := range r.points {
		cross := float64(last.x*p.y - p.x*last.y)
		x, y, area = x+cross*float64(last.x+p.x), y+cross*float64(last.y+p.y), area+cross
		last = p
	}
	return Point{x / (3 * area * r.unit), y / (3 * area * r.unit)}
}

// Path is the boundary as the d of an SVG path on a grid, "" when it is not in
// the box.
func (l Boundary) Path(within Box, grid float64) string {
	var b strings.Builder
	for _, r := range l.lines {
		if !r.box.Touches(within) {
			continue
		}
		if r = r.onGrid(grid); len(r.points) >= 2 {
			r.write(&b, false)
		}
	}
	return b.String()
}

// onGrid moves the points of a line onto a grid of so many map units.
func (r ring) onGrid(grid float64) ring {
	step := int(math.Round(grid * r.unit))
	if step <= 1 {
		return r
	}
	nearest := func(n int) int { return int(math.Round(float64(n)/float64(step))) * step }
	moved := make([]gridPoint, 0, len(r.points))
	for _, p := range r.points {
		p = gridPoint{nearest(p.x), nearest(p.y)}
		if len(moved) == 0 || moved[len(moved)-1] != p {
			moved = append(moved, p)
		}
	}
	r.points = moved
	return r
}

// write writes a line as an absolute start and relative steps, the shortest
// form there is.
func (r ring) write(b *strings.Builder, closed bool) {
	step := func(n int, first bool) {
		if n >= 0 && !first {
			b.WriteByte(' ')
		}
		if r.unit == 1 {
			b.WriteString(strconv.Itoa(n))
			return
		}
		b.WriteString(strconv.FormatFloat(float64(n)/r.unit, 'f', -1, 64))
	}
	at := r.points[0]
	b.WriteByte('M')
	step(at.x, true)
	step(at.y, false)
	b.WriteByte('l')
	first := true
	for _, p := range r.points[1:] {
		step(p.x-at.x, first)
		step(p.y-at.y, false)
		at, first = p, false
	}
	if closed {
		b.WriteByte('z')
	}
}

// clipped cuts a closed ring to a box, one side of the box after another
// (Sutherland and Hodgman 1974). Parts that are cut asunder stay joined along
// the edge of the box, where nobody sees it.
func (r ring) clipped(to Box) ring {
	if to.X0 <= r.box.X0 && to.Y0 <= r.box.Y0 && to.X1 >= r.box.X1 && to.Y1 >= r.box.Y1 {
		return r
	}
	grid := func(f float64) int { return int(math.Round(f * r.unit)) }
	points := r.points
	for _, side := range []struct {
		limit int
		more  bool // whether what is more than the limit is kept
		along bool // whether the limit is one of y
	}{{grid(to.X0), true, false}, {grid(to.X1), false, false}, {grid(to.Y0), true, true}, {grid(to.Y1), false, true}} {
		var kept []gridPoint
		add := func(p gridPoint) {
			if len(kept) == 0 || kept[len(kept)-1] != p {
				kept = append(kept, p)
			}
		}
		in := func(p gridPoint) bool {
			at := p.x
			if side.along {
				at = p.y
			}
			return at == side.limit || at > side.limit == side.more
		}
		for i, p := range points {
			last := points[(i+len(points)-1)%len(points)]
			if in(p) != in(last) {
				add(crossing(last, p, side.limit, side.along))
			}
			if in(p) {
				add(p)
			}
		}
		if len(kept) > 1 && kept[0] == kept[len(kept)-1] {
			kept = kept[1:]
		}
		if points = kept; len(points) < 3 {
			return ring{unit: r.unit}
		}
	}
	return newRing(points, r.unit)
}

// crossing is where the line from p to q meets a limit.
func crossing(p, q gridPoint, limit int, along bool) gridPoint {
	if along {
		return gridPoint{p.x + int(math.Round(float64(limit-p.y)*float64(q.x-p.x)/float64(q.y-p.y))), limit}
	}
	return gridPoint{limit, p.y + int(math.Round(float64(limit-p.x)*float64(q.y-p.y)/float64(q.x-p.x)))}
}

// Holds says whether a point is on the land of the country.
func (s *Shape) Holds(p Point) bool {
	inside := false
	for _, r := range s.rings {
		if r.box.Holds(p) && r.holds(p) {
			inside = !inside // a ring within a ring is a hole
		}
	}
	return inside
}

func (r ring) holds(at Point) bool {
	x, y := at.X*r.unit, at.Y*r.unit
	inside := false
	last := r.points[len(r.points)-1]
	for _, p := range r.points {
		if (float64(p.y) > y) != (float64(last.y) > y) &&
			x < float64(last.x-p.x)*(y-float64(p.y))/float64(last.y-p.y)+float64(p.x) {
			inside = !inside
		}
		last = p
	}
	return inside
}

// distance is how far the land is from a point, by its corners.
func (s *Shape) distance(at Point) float64 {
	least := math.Inf(1)
	for _, r := range s.rings {
		for _, p := range r.points {
			least = min(least, math.Hypot(float64(p.x)/r.unit-at.X, float64(p.y)/r.unit-at.Y))
		}
	}
	return least
}

// offShore is how far from its country, in map units, a point on the coast may
// come to lie when the coast is simplified: about 40 km.
const offShore = 10

// CountryAt gives the country in which a point lies, or the nearest one when
// it lies just off its coast. With codes it looks at those alone.
func CountryAt(p Point, among ...Code) (Code, bool) {
	a := At(Fine)
	var best Code
	least := math.Inf(1)
	for i := range a.Shapes {
		s := &a.Shapes[i]
		if len(among) > 0 && !slices.Contains(among, s.Code) || !s.Box.Padded(offShore).Holds(p) {
			continue
		}
		if s.Holds(p) {
			return s.Code, true
		}
		if d := s.distance(p); d < least {
			best, least = s.Code, d
		}
	}
	return best, least <= offShore
}

// WorldView is what a map of the world shows: all land but Antarctica.
func WorldView() Box { return Box{240, 15, 9970, 4415} }

// RegionView is what a map of a region shows. Some of its countries may lie
// outside, such as Russia, whose east is far from Europe.
func RegionView(id RegionID) (Box, bool) {
	b, ok := world.views[id]
	return b, ok
}

// PointOf is where the label of a country stands, or the country itself when
// it is too small to have a shape. AQ and UM are not on the map.
func PointOf(code Code) (Point, bool) {
	p, ok := world.points[code]
	return p, ok
}
