package regions

import (
	"math"
	"strings"
	"testing"
)

func TestProject(t *testing.T) {
	for _, tt := range []struct{ lon, lat, x, y float64 }{
		{-99.13, 19.43, 2024.4, 1713.8}, {100.5, 13.76, 7452.0, 1921.2}, {-179.9, -16.5, 9604.5, 3046.6}, {179.9, -16.5, 9599.1, 3046.6}, {0, 0, 4694.4, 2433.6},
	} {
		p := Project(tt.lon, tt.lat)
		if math.Abs(p.X-tt.x) > 0.06 || math.Abs(p.Y-tt.y) > 0.06 {
			t.Errorf("%v, %v lies at %.1f, %.1f, want %v, %v", tt.lon, tt.lat, p.X, p.Y, tt.x, tt.y)
		}
	}
}

// TestShapes holds the outlines of every level to what a figure needs: every
// country is there and within the map, no path is empty, no ring degenerate.
func TestShapes(t *testing.T) {
	for _, level := range Levels() {
		a := At(level)
		if len(a.Shapes) != 246 || len(a.NoCountry) != 1 || len(a.Unsettled) != 13 {
			t.Errorf("%s: %d countries, %d lands of none, %d boundaries", level, len(a.Shapes), len(a.NoCountry), len(a.Unsettled))
		}
		for i := range a.Shapes {
			s := &a.Shapes[i]
			if _, ok := Lookup(s.Code); !ok {
				t.Errorf("%s: %s is no country", level, s.Code)
			}
			if !s.Box.Touches(s.Frame) || !WorldView().Holds(s.At) || s.Box.Width() <= 0 || s.Box.Height() <= 0 {
				t.Errorf("%s: %s: box %v, frame %v, label at %v", level, s.Code, s.Box, s.Frame, s.At)
			}
			if level == Fine && s.Frame.Width() > 20 && !s.Holds(s.At) {
				t.Errorf("%s: %s: its label stands off its land", level, s.Code)
			}
			wellFormed(t, string(level)+" "+string(s.Code), s.Path(s.Box.Padded(1), 0))
		}
		for _, u := range a.Unsettled {
			if u.Path(WorldView(), 0) == "" {
				t.Errorf("%s: the boundary of %v is not drawn", level, u.Between)
			}
		}
	}
	for _, c := range Countries() {
		if _, ok := PointOf(c.Code); ok == (c.Code == "AQ" || c.Code == "UM") {
			t.Errorf("%s: on the map: %v", c.Code, ok)
		}
	}
}

// wellFormed reads a path back.
func wellFormed(t *testing.T, where, d string) {
	t.Helper()
	rings, err := parsePath(d, 10)
	if err != nil || !strings.HasPrefix(d, "M") || !strings.HasSuffix(d, "z") {
		t.Errorf("%s: %.60q: %v", where, d, err)
	}
	for _, r := range rings {
		if len(r.points) < 3 || r.area() == 0 {
			t.Errorf("%s: a ring of %d points without area", where, len(r.points))
		}
	}
}

// TestCutShapes cuts every country to the frame of every other that it
// touches: what is left is a path, and lies within the frame and its margin.
func TestCutShapes(t *testing.T) {
	a := At(Mid)
	for i := range a.Shapes {
		frame := a.Shapes[i].Frame.Padded(5)
		margin := frame.Padded(max(frame.Width(), frame.Height())/50 + 1)
		for j := range a.Shapes {
			d := a.Shapes[j].Path(frame, 0)
			if d == "" {
				continue
			}
			wellFormed(t, string(a.Shapes[j].Code)+" in "+string(a.Shapes[i].Code), d)
			rings, _ := parsePath(d, 1)
			for _, r := range rings {
				if b := r.box.Union(margin); b != margin && !(r.box.X1-r.box.X0 < 1) {
					t.Errorf("%s in the frame of %s reaches %v", a.Shapes[j].Code, a.Shapes[i].Code, r.box)
				}
			}
		}
		if fine, ok := At(Fine).Shape(a.Shapes[i].Code); a.Shapes[i].Path(frame, 0) == "" && (!ok || fine.Path(frame, 0) == "") {
			t.Errorf("%s is not in its own frame", a.Shapes[i].Code)
		}
	}
}

// TestOnGrid moves outlines onto grids: every point is on the grid, no ring is
// without area, and points that two countries share are shared still.
func TestOnGrid(t *testing.T) {
	for level, grid := range map[Level]float64{Low: 4, Mid: 2, Fine: 0.3} {
		a := At(level)
		points := func(code Code, grid float64) map[gridPoint]bool {
			s, _ := a.Shape(code)
			d := s.Path(s.Box.Padded(1), grid)
			wellFormed(t, string(code), d)
			rings, err := parsePath(d, 10)
			if err != nil {
				t.Fatal(err)
			}
			on := map[gridPoint]bool{}
			for _, r := range rings {
				for _, p := range r.points {
					on[p] = true
				}
			}
			return on
		}
		step := int(math.Round(grid * 10))
		before, moved := points("GT", 0), points("GT", grid)
		neighbour := points("MX", grid)
		shared := 0
		for p := range points("MX", 0) {
			if before[p] {
				p = gridPoint{int(math.Round(float64(p.x)/float64(step))) * step, int(math.Round(float64(p.y)/float64(step))) * step}
				if !moved[p] || !neighbour[p] {
					t.Errorf("%s: the border of Mexico and Guatemala gapes at %v", level, p)
				}
				shared++
			}
		}
		if shared < 5 {
			t.Errorf("%s: %d points of a border, too few to tell", level, shared)
		}
		for p := range moved {
			if p.x%step != 0 || p.y%step != 0 {
				t.Errorf("%s: %v is not on a grid of %v", level, p, grid)
			}
		}
		for i := range a.Shapes {
			wellFormed(t, string(a.Shapes[i].Code), a.Shapes[i].Path(a.Shapes[i].Box.Padded(1), grid))
		}
	}
}

// TestCountryAt asks for places in the country that the policy means, and for
// towns on coasts.
func TestCountryAt(t *testing.T) {
	for _, tt := range []struct {
		want     Code
		place    string
		lon, lat float64
	}{
		{"UA", "Simferopol", 34.1, 45}, {"EH", "Smara", -11.67, 26.74}, {"SO", "Hargeisa", 44.06, 9.56}, {"CY", "north of Nicosia", 33.36, 35.26},
		{"XK", "Pristina", 21.17, 42.67}, {"PS", "Ramallah", 35.2, 31.9}, {"TW", "Taichung", 120.9, 24.1}, {"HK", "New Territories", 114.1, 22.42},
		{"GF", "Saint-Laurent", -53.8, 5}, {"RE", "Cilaos", 55.47, -21.13}, {"SJ", "Longyearbyen", 16, 78.2}, {"RU", "Anadyr", 176, 65}, {"SS", "Juba", 31.6, 4.85},
		{"TN", "Tunis", 10.18, 36.81}, {"DJ", "Obock", 43.29, 11.96}, {"MT", "Valletta", 14.51, 35.9}, {"MX", "Tapachula", -92.26, 14.9},
	} {
		if got, _ := CountryAt(Project(tt.lon, tt.lat)); got != tt.want {
			t.Errorf("%s is in %q, want %s", tt.place, got, tt.want)
		}
	}
	if got, ok := CountryAt(Project(-40, 30)); ok {
		t.Errorf("the middle of the Atlantic is in %s", got)
	}
	if got, _ := CountryAt(Project(100.5, 13.76), "MY", "TH"); got != "TH" {
		t.Errorf("Bangkok is in %s", got)
	}
}

func TestAtlasFaults(t *testing.T) {
	for _, tt := range []struct{ name, data, want string }{
		{"not JSON", `{`, "unexpected end"},
		{"other level", `{"level":"mid"}`, "level"},
		{"empty path", `{"level":"low","countries":[{"a2":"MX","d":""}]}`, "MX: path"},
		{"start without steps", `{"level":"low","countries":[{"a2":"MX","d":"M1 2lz"}]}`, "MX: path"},
		{"no area", `{"level":"low","countries":[{"a2":"MX","d":"M1 2l2 0 2 0z"}]}`, "no area"},
		{"odd numbers", `{"level":"low","countries":[{"a2":"MX","d":"M1 2l2 0 2z"}]}`, "MX: path"},
		{"line", `{"level":"low","unsettled":[{"between":["IN","PK"],"d":"M1"}]}`, "boundary of [IN PK]"},
	} {
		if _, err := parseAtlas(Low, []byte(tt.data)); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: %v, want %q", tt.name, err, tt.want)
		}
	}
}

func TestBoxes(t *testing.T) {
	b := Box{10, 10, 20, 12}.Shaped(40, 1.2, 1.6)
	if b.Width() < 40 || b.Width()/b.Height() > 1.6001 || b.Width()/b.Height() < 1.1999 || (b.X0+b.X1)/2 != 15 {
		t.Errorf("%v", b)
	}
	if tall := (Box{0, 0, 10, 100}).Shaped(40, 1.2, 1.6); tall.Width() != 120 || tall.Height() != 100 {
		t.Errorf("%v", tall)
	}
}
