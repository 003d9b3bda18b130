package practices_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
	"testing/fstest"
	"time"

	"opendoor/practices"
	"opendoor/practices/faulttest"
	"opendoor/regions"
)

// TestProtectedPlaces is fault test 18 for what comes in: entries on shelters
// and on offices, with places of any precision, some to the metre, typed into
// the form or in a file that is opened as a form. Whatever passes the rules,
// which the form, an editor's acceptance, the hook and the loader share, has no
// place finer than a kilometre, and none at all of a house where people live.
// The outputs are looked at by TestNoPlaceIsTooFine of the server.
func TestProtectedPlaces(t *testing.T) {
	random := rand.New(rand.NewPCG(18, 18))
	precisions := []string{"province", "city", "site"}
	degrees := func(limit float64) float64 {
		d := (random.Float64()*2 - 1) * limit
		if random.IntN(3) > 0 {
			return math.Round(d*100) / 100
		}
		return d
	}
	n := faulttest.Rounds(300, 10_000)
	passed, protected, refused := 0, 0, 0
	var last []practices.Fault
	for i := range n {
		place := practices.Place{Name: "Lusaka", Precision: precisions[random.IntN(3)], Lat: degrees(90), Lon: degrees(180)}
		d := snapshot()
		d.Set("countries", "ZM")
		d.Set("conditions.0.what")
		d.Set("conditions.0.note")
		if random.IntN(2) == 0 {
			d.Set("measures", []string{"alternative-care", "community-placement"}[random.IntN(2)])
		} else {
			d.Set("measures", "legal-aid")
		}
		d.Set("places.0.name", "Lusaka")
		id := fmt.Sprintf("zm-%04d", i%9000+1)
		file := d.File(practices.Setting{ID: id, Now: time.Unix(1_800_000_000, 0), Anonymous: "A practitioner", Locate: func([]regions.Code, string) (practices.Place, bool) { return place, true }})
		if random.IntN(2) == 0 { // as a file that somebody else's program wrote
			if again, _ := practices.OpenDraft(file); again != nil {
				file = again.File(setting)
			}
		}
		name := practices.FilePath(id, "")
		p, faults := practices.Parse(name, file)
		if len(p.Places) != 1 {
			t.Fatalf("%d places in\n%s", len(p.Places), file)
		}
		if p.Housing() {
			protected++
		}
		c, err := practices.Load(fstest.MapFS{name: {Data: file}})
		if err != nil {
			t.Fatal(err)
		}
		if practices.HasErrors(faults) {
			refused, last = refused+1, faults
			if c.Len() != 0 {
				t.Fatalf("refused by the form, and loaded:\n%s", file)
			}
			continue
		}
		passed++
		for _, served := range c.All() {
			for _, at := range served.Places {
				if served.Housing() && at.Precision == "site" || math.Abs(at.Lat*100-math.Round(at.Lat*100)) > 1e-6 || math.Abs(at.Lon*100-math.Round(at.Lon*100)) > 1e-6 {
					t.Fatalf("%+v is served of\n%s", at, file)
				}
			}
		}
	}
	if passed == 0 || refused == 0 || protected == 0 {
		t.Errorf("%d passed, %d refused, %d protected: that shows nothing; the last was refused for %v", passed, refused, protected, last)
	}
	faulttest.Measured(t, 18, "%d entries with a place, %d where people live: %d refused as too fine, none too fine served", n, protected, refused)
}
