package templates

import (
	"bytes"
	"html/template"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
)

// The values that the server hands to the templates, as far as the templates
// use them. The server's own tests render its true types.
type (
	tLink struct {
		Label, URL, Lang string
		Current          bool
	}
	tFrame struct {
		Lang, Dir, Title, Description, Suggest, Home, Canonical, Site, Copy, LogOut string
		Nav, Footer                                                                 []tLink
		Languages                                                                   []tLink
		NoIndex                                                                     bool
	}
	tSpan     = Span
	tEvidence struct {
		Step              int
		Label, Definition string
	}
	tFigure struct {
		Number, What, OutOf, Period, Method, Note, Indicator, SourceHref, SourceLabel, Key, Lang, SourceLang, PeriodLang string
		SourceN                                                                                                          int
		Differs                                                                                                          []string
	}
	tCard struct {
		Why                                                                                string
		ID, URL, Lang, Dir, LangName, Place, Kind, Since, Caution, CautionLabel, By, Stale string
		Title, Summary, Snippet                                                            []tSpan
		Evidence                                                                           tEvidence
		Figure                                                                             *tFigure
		Standing, Countries, For, Offers, Review                                           string
		Above, Below, Beside                                                               template.HTML
	}
	tValue = Option
	tFacet struct {
		Name, Label  string
		Open         bool
		Values, More []tValue
	}
	tHidden struct{ Name, Value string }
	tChip   struct {
		Label, Group, URL, Remove string
		Unknown                   bool
	}
	tTerm struct{ ID, Name, URL, Definition, Acronyms, Lang string }
	tList struct {
		tFrame
		Heading, Lead, Query, Action, FilterButton, ClearURL, Tally, View, Range, Previous, Next string
		Data                                                                                     []tLink
		Choose                                                                                   string
		SearchHidden, FilterHidden                                                               []tHidden
		Starts, Views, Sorts                                                                     []tLink
		Facets                                                                                   []tFacet
		Chips                                                                                    []tChip
		ChosenCount, Total, Of                                                                   int
		Notes                                                                                    []struct {
			Text string
			Link *tLink
		}
		Term  *tTerm
		Cards []tCard
		Empty *struct {
			Said            string
			Drop, Elsewhere []tLink
		}
	}
	tFactValue struct{ Text, Definition, URL, URLLabel, Lang string }
	tFact      struct {
		Label  string
		Values []tFactValue
	}
	tSource struct {
		N                                                                 int
		ID, Title, Lang, Publisher, Date, Kind, Where, URL, Pages, InPart string
	}
	tEvent struct {
		Date, Title, URL, Kind, Lang, Proven, Caution string
		Here                                          bool
	}
	tEntry struct {
		tFrame
		Crumbs, Tools                                                                     []tLink
		ID, TextLang, SourceLang, TextDir, LangNote, Place, Kind, Since, Heading, Lead    string
		CautionLabel, Caution, ReviewNotice, StaleNotice, AskedNone, Direction, ChainSaid string
		SourcesHeading, JSON, Cite, Version, Card                                         string
		CiteAs, Use, Workshops                                                            []tLink
		Tags                                                                              []struct{ Name, Content string }
		Described                                                                         map[string]any
		Fixed                                                                             *struct{ Version, Said, URL string }
		Highlights, Figures                                                               []tFigure
		Sections                                                                          []struct {
			ID, Title                        string
			HTML                             template.HTML
			Limits, Results, Optional, Stale bool
		}
		Facts, Review      []tFact
		Picture, Travelled *tPicture
		Asked              []struct {
			What, Definition, By, Review, Note string
			Heavy                              bool
		}
		LawPractice []struct {
			Question, Answer string
			Sources          []struct {
				N           int
				Href, Label string
			}
		}
		Evidence tEvidence
		Basis    []struct {
			Text, SourceHref, SourceLabel string
			SourceN                       int
		}
		Chain   []tEvent
		Similar []struct{ Title, URL, Place, Kind, Note, NoteLang, CautionLabel, Lang string }
		Related []struct {
			How     string
			Entries []struct{ Title, URL, Place, Kind, Note, NoteLang, CautionLabel, Lang string }
		}
		Sources   []tSource
		Responses []struct{ From, Date, Text, URL string }
		Also      []string
	}
	tWay struct {
		Heading string
		Links   []tLink
		N       []int
	}
	tProfile struct {
		tFrame
		Crumbs, Countries                            []tLink
		Heading, Lead, Note, SearchURL, Fresh, Empty string
		Counts                                       []tWay
		CountryN                                     []int
		Cards, Wider                                 []tCard
		Grid                                         *struct {
			Columns []string
			Rows    []struct {
				Label string
				Cells []struct {
					N          int
					URL, Label string
				}
			}
			Missing string
		}
		Line     []tEvent
		Promises []struct {
			Title, URL, Lang, Law, Practice string
			Apart                           bool
		}
		Pledges []struct{ Title, URL, Lang, Status, Date string }
		Sources []tSource
		Picture *tPicture
	}
	tPicture struct {
		URL, Alt, Link, LinkLabel, Note string
		W, H                            int
		Lazy                            bool
	}
	tCountries struct {
		tFrame
		Heading, Lead string
		Regions       []struct {
			ID, Name, URL, Total string
			Countries            []struct {
				Name, URL, Code, Tally string
				N                      int
			}
		}
	}
	tGlossary struct {
		tFrame
		Heading, Lead, Drafts string
		Letters               []struct {
			Letter string
			Terms  []tTerm
		}
	}
	tTermPage struct {
		tFrame
		Crumbs, Related                                                                           []tLink
		Heading, Acronyms, Definition, Caution, TermLang, English, Drafts, SearchURL, SearchLabel string
		Words                                                                                     []struct {
			Language, Tag, Dir string
			Words              []string
		}
		Practices []tCard
		Sources   []struct{ Title, Publisher, Date, URL, InPart string }
	}
	tHome struct {
		tFrame
		Heading, Lead, Action, All, Drafts string
		Ways                               []tWay
		Newest                             []tCard
		Counts                             []struct{ N, What string }
		Evidence                           []tEvidence
		Picture                            *tPicture
	}
	tVersion struct {
		Label, URL, By, Note, Hidden string
		Newest, First                bool
		Changes                      []struct {
			Field, Heading, Lang string
			Pieces               []struct{ Same, Removed, Added string }
		}
	}
	tHistory struct {
		tFrame
		Crumbs                                                []tLink
		Heading, TextLang, Lead, Translation, TranslationLang string
		Versions, Translated                                  []tVersion
	}
	tProse struct {
		tFrame
		Heading, TextLang, TextDir string
		HTML                       template.HTML
	}
	tError struct {
		tFrame
		Status                    int
		Heading, Said, Do, Action string
		Links                     []tLink
	}
)

// TestPages renders each page with nothing in it and with everything in it:
// no field that is not there, nothing unescaped, every element closed.
func TestPages(t *testing.T) {
	s := load(t)
	for _, tt := range []struct {
		page string
		data any
	}{
		{"home", &tHome{}}, {"list", &tList{}}, {"entry", &tEntry{}}, {"history", &tHistory{}}, {"profile", &tProfile{}}, {"countries", &tCountries{}},
		{"glossary", &tGlossary{}}, {"term", &tTermPage{}}, {"prose", &tProse{}}, {"error", &tError{}},
	} {
		for _, lang := range s.Languages() {
			t.Run(tt.page+"/"+lang.Tag, func(t *testing.T) {
				v := reflect.New(reflect.TypeOf(tt.data).Elem())
				check(t, s, tt.page, lang.Tag, v)
				fill(v.Elem(), "")
				check(t, s, tt.page, lang.Tag, v)
				if view := v.Elem().FieldByName("View"); view.IsValid() {
					view.SetString("table")
					check(t, s, tt.page, lang.Tag, v)
				}
			})
		}
	}
}

// TestFirstReaders: pages of a language share pieces and are made ready when
// they are first asked for, by many readers at once.
func TestFirstReaders(t *testing.T) {
	s, before := ownSet(t), load(t)
	pages := map[string]any{"home": &tHome{}, "list": &tList{}, "profile": &tProfile{}, "countries": &tCountries{}, "glossary": &tGlossary{}, "error": &tError{}}
	want := map[string]string{}
	for page, data := range pages {
		fill(reflect.ValueOf(data).Elem(), "")
		var out strings.Builder
		if err := before.Render(&out, page, "ar", data); err != nil {
			t.Fatal(err)
		}
		want[page] = out.String()
	}
	var readers sync.WaitGroup
	for page, data := range pages {
		for range 4 {
			readers.Go(func() {
				var out strings.Builder
				if err := s.Render(&out, page, "ar", data); err != nil || out.String() != want[page] {
					t.Errorf("%s: error %v, or another page than for one reader alone", page, err)
				}
			})
		}
	}
	readers.Wait()
}

const marked = `"x" <b>&amp;`

// fill puts something into every field.
func fill(v reflect.Value, name string) {
	switch v.Kind() {
	case reflect.String:
		switch {
		case v.Type() == reflect.TypeFor[template.HTML]():
			v.SetString("<p>text</p>")
		case strings.HasSuffix(name, "Lang") || name == "Tag":
			v.SetString("es")
		default:
			v.SetString(marked)
		}
	case reflect.Int:
		v.SetInt(2)
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem(), name)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		for i := range v.Len() {
			fill(v.Index(i), name)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if f := v.Field(i); f.CanSet() {
				fill(f, v.Type().Field(i).Name)
			} else {
				for j := range f.NumField() { // the frame, which is embedded
					fill(v.FieldByName(f.Type().Field(j).Name), f.Type().Field(j).Name)
				}
			}
		}
	}
}

var (
	element = regexp.MustCompile(`<(/?)([a-z0-9]+)((?:[^>"]|"[^"]*")*)>`)
	void    = []string{"img", "meta", "link", "input", "br", "path", "circle", "hr"}
)

// TestParts renders each part that is shown again and again, likewise.
func TestParts(t *testing.T) {
	s := load(t)
	for _, part := range []string{"cardabove", "cardbelow", "cardbeside"} {
		for _, lang := range s.Languages() {
			c := &tCard{}
			for range 2 {
				out, err := s.Part(part, lang.Tag, c)
				if err != nil {
					t.Fatal(err)
				}
				wellMade(t, string(out))
				fill(reflect.ValueOf(c).Elem(), "")
			}
		}
	}
}

func check(t *testing.T, s *Set, page, lang string, v reflect.Value) {
	t.Helper()
	var b bytes.Buffer
	if err := s.Render(&b, page, lang, v.Interface()); err != nil {
		t.Fatal(err)
	}
	wellMade(t, b.String())
}

func wellMade(t *testing.T, out string) {
	t.Helper()
	for _, bad := range []string{"<b>&amp;", "ZgotmplZ", "<no value>", "%!", " style=", "<script>"} {
		if strings.Contains(out, bad) {
			t.Errorf("has %q", bad)
		}
	}
	var open []string
	for _, m := range element.FindAllStringSubmatch(out, -1) {
		name := m[2]
		switch {
		case slices.Contains(void, name):
		case m[1] == "":
			open = append(open, name)
		case len(open) == 0 || open[len(open)-1] != name:
			t.Fatalf("</%s> closes %v", name, open)
		default:
			open = open[:len(open)-1]
		}
	}
	if len(open) > 0 {
		t.Errorf("never closed: %v", open)
	}
}
