package server

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"math"
	"net/http"
	"slices"
	"strings"
	"sync"

	"github.com/gin-gonic/gin"

	"opendoor/regions"
	"opendoor/search"
)

// A motion is what the figure of a map gives to the script that makes it pan,
// zoom and split its circles: where to fetch what is only seen from near, and
// the words of its buttons. There is none where the script is not built.
type motion struct {
	Script    string // address of the script
	Places    string // of the places one by one
	Mid, Fine string // of finer outlines
	Say       string // of words, as JSON
}

func (v *visit) motion(q search.Query) *motion {
	script, ok := v.set.Asset("map.js")
	if !ok || v.pack != nil {
		return nil
	}
	say, _ := json.Marshal(map[string]string{ // strings always can be
		"in": v.say("map.in"), "out": v.say("map.out"), "all": v.say("map.all"), "zoom": v.say("map.zoom"), "wheel": v.say("map.wheel"),
	})
	return &motion{script.URL, v.urlWith("/map/places.json", q.Values()), outlinesOf[regions.Mid]().url, outlinesOf[regions.Fine]().url, string(say)}
}

// The places of a query one by one, for the script of the map.
type (
	placesFile struct {
		Digits    []string                     `json:"digits"` // 0 to 9 as the language writes them
		Say       map[string]map[string]string `json:"say"`    // messages by plural form
		List      string                       `json:"list"`   // address of all the practices
		Places    []placeRow                   `json:"places"`
		Entries   [][2]string                  `json:"entries"` // address and title
		Countries []countryName                `json:"countries"`
	}
	// A placeRow is a point of the map: as finely as it may be shown.
	placeRow struct {
		X       float64      `json:"x"`
		Y       float64      `json:"y"`
		Name    string       `json:"name"`
		Country regions.Code `json:"country"`
		URL     string       `json:"url"`     // of the place in the map of its country
		Entries []int        `json:"entries"` // at work there
	}
	// A countryName is a country with practices, where its name may stand and
	// how wide the country is there.
	countryName struct {
		Name string  `json:"name"`
		X    float64 `json:"x"`
		Y    float64 `json:"y"`
		Wide float64 `json:"wide"`
	}
)

// maxPlaces is how many places the script of a map is given. Beyond it the
// circles of the server stay, and the list has all.
const maxPlaces = 500

// mapPlaces serves the places of a query one by one.
func mapPlaces(v *visit) (page, error) {
	q, list, err := v.everyMatch()
	if err != nil {
		return page{}, err
	}
	z := zoomOf(q)
	f := placesFile{
		List: v.listURL(q, "list"), Places: []placeRow{}, Entries: [][2]string{}, Countries: []countryName{},
		Say: map[string]map[string]string{"dot": v.set.Forms(v.lang, "map.dot"), "near": v.set.Forms(v.lang, "map.near"), "view": v.set.Forms(v.lang, "map.view")},
	}
	for n := range 10 {
		f.Digits = append(f.Digits, v.number(float64(n)))
	}
	spots := v.spotsOn(z, list)
	if len(spots) > maxPlaces {
		spots = nil
	}
	at := map[string]int{}
	for _, s := range spots {
		p := placeRow{X: rounded(s.at.X), Y: rounded(s.at.Y), Name: s.short(), Country: s.country}
		switch s.country {
		case "":
		case z.country:
			p.URL = "#" + s.key()
		default:
			p.URL = v.listURL(zoomed(q, zoom{country: s.country}), "map") + "#" + s.key()
		}
		for _, o := range s.list {
			i, known := at[o.ID]
			if !known {
				title, _, _ := v.words(o)
				i = len(f.Entries)
				at[o.ID] = i
				f.Entries = append(f.Entries, [2]string{v.url("/practices/" + o.ID), title})
			}
			p.Entries = append(p.Entries, i)
		}
		f.Places = append(f.Places, p)
	}
	for code := range byCountry(list) {
		if s, ok := regions.At(regions.Mid).Shape(code); ok && z.has(code) && code != z.country {
			f.Countries = append(f.Countries, countryName{regions.Label(code, v.lang), rounded(s.At.X), rounded(s.At.Y), math.Round(s.Frame.Width())})
		}
	}
	slices.SortFunc(f.Countries, func(a, b countryName) int { return cmp.Or(cmp.Compare(b.Wide, a.Wide), cmp.Compare(a.Name, b.Name)) })
	body, err := json.Marshal(f)
	return page{body: body, mime: jsonType}, err
}

func rounded(n float64) float64 { return math.Round(n*100) / 100 }

// Outlines are the land of every country at one level. They change with the
// program alone, so their address carries a hash of them.
type outlines struct {
	url    string
	answer func() *response
}

var outlinesOf = map[regions.Level]func() outlines{
	regions.Mid:  sync.OnceValue(func() outlines { return newOutlines(regions.Mid) }),
	regions.Fine: sync.OnceValue(func() outlines { return newOutlines(regions.Fine) }),
}

func newOutlines(level regions.Level) outlines {
	file := struct {
		Countries map[regions.Code]string `json:"countries"`
		Land      string                  `json:"land"` // of no country
		Unsettled string                  `json:"unsettled"`
	}{Countries: map[regions.Code]string{}}
	a, all := regions.At(level), regions.WorldView()
	for i := range a.Shapes {
		file.Countries[a.Shapes[i].Code] = a.Shapes[i].Path(all, 0)
	}
	var land, unsettled strings.Builder
	for i := range a.NoCountry {
		land.WriteString(a.NoCountry[i].Path(all, 0))
	}
	for _, u := range a.Unsettled {
		unsettled.WriteString(u.Path(all, 0))
	}
	file.Land, file.Unsettled = land.String(), unsettled.String()
	data, _ := json.Marshal(file) // strings always can be
	sum := sha256.Sum256(data)
	return outlines{
		"/map/outlines/" + string(level) + "-" + hex.EncodeToString(sum[:6]) + ".json",
		sync.OnceValue(func() *response {
			return newResponse(jsonType, "public, max-age=31536000, immutable", data, seldomAsked)
		}),
	}
}

// sendOutlines answers for the outlines of a level.
func (s *Server) sendOutlines(c *gin.Context) {
	for _, of := range outlinesOf {
		if o := of(); o.url == c.Request.URL.Path {
			o.answer().send(c.Writer, c.Request, http.StatusOK)
			return
		}
	}
	s.fail(c, errNoPage)
}
