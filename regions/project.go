package regions

import "math"

// A Point is a place on the map, in map units: 10,000 lie across the whole
// sphere, about 4 km each near the equator. X grows eastwards, Y southwards.
type Point struct{ X, Y float64 }

// A Box is a rectangle on the map, in map units.
type Box struct{ X0, Y0, X1, Y1 float64 }

// Width is the extent of the box from west to east.
func (b Box) Width() float64 { return b.X1 - b.X0 }

// Height is the extent of the box from north to south.
func (b Box) Height() float64 { return b.Y1 - b.Y0 }

// Holds says whether a point is in the box, its edges included.
func (b Box) Holds(p Point) bool { return p.X >= b.X0 && p.X <= b.X1 && p.Y >= b.Y0 && p.Y <= b.Y1 }

// Touches says whether two boxes have a point in common.
func (b Box) Touches(o Box) bool { return b.X0 <= o.X1 && o.X0 <= b.X1 && b.Y0 <= o.Y1 && o.Y0 <= b.Y1 }

// Union is the smallest box around both.
func (b Box) Union(o Box) Box {
	return Box{min(b.X0, o.X0), min(b.Y0, o.Y0), max(b.X1, o.X1), max(b.Y1, o.Y1)}
}

// Around is the box grown to hold a point.
func (b Box) Around(p Point) Box { return b.Union(Box{p.X, p.Y, p.X, p.Y}) }

// Padded is the box with so much more on each of its sides.
func (b Box) Padded(by float64) Box { return Box{b.X0 - by, b.Y0 - by, b.X1 + by, b.Y1 + by} }

// Shaped is the box grown evenly, round its middle, to be at least so wide and
// high, and as wide for its height as the two ratios allow.
func (b Box) Shaped(least, narrowest, widest float64) Box {
	w, h := max(b.Width(), least), max(b.Height(), least/widest)
	w, h = max(w, h*narrowest), max(h, w/widest)
	x, y := (b.X0+b.X1)/2, (b.Y0+b.Y1)/2
	return Box{x - w/2, y - h/2, x + w/2, y + h/2}
}

// The numbers of the Equal Earth projection (Šavrič, Patterson and Jenny 2018)
// and of our map: the meridian in its middle, which sends the cut through the
// Bering Strait, so that Chukotka and Fiji stay whole; its scale and middle.
const (
	earthA1, earthA2, earthA3, earthA4 = 1.340264, -0.081106, 0.000893, 0.003796

	middleMeridian = 11.0
	mapScale       = 1847.3156767339815
	middleX        = 5000.0
	middleY        = 2433.5848769370223
)

// Project gives the point of a longitude and latitude, in degrees. Everything
// on the map goes through here, so that areas compare and all layers fit.
func Project(lon, lat float64) Point {
	lambda := math.Remainder(lon-middleMeridian, 360) * math.Pi / 180
	t := math.Asin(math.Sqrt(3) / 2 * math.Sin(lat*math.Pi/180))
	t2 := t * t
	t6 := t2 * t2 * t2
	return Point{
		X: middleX + mapScale*lambda*math.Cos(t)/(math.Sqrt(3)/2*(earthA1+3*earthA2*t2+t6*(7*earthA3+9*earthA4*t2))),
		Y: middleY - mapScale*t*(earthA1+earthA2*t2+t6*(earthA3+earthA4*t2)),
	}
}
