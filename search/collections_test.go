package search

import (
	"bufio"
	"compress/gzip"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"opendoor/practices"
)

// The public collections are questions with judged answers in our five
// languages. They are not part of the project: whoever has them names their
// folder, others skip the test.
var collectionsFolder = flag.String("collections", os.Getenv("OPENDOOR_COLLECTIONS"), "folder of the public test collections")

// Floors are what bleve 2.6.1 reaches as it comes, as nDCG@10; slack is how
// far below it we may fall, and adrift how far when no language is named.
var collections = []struct {
	name, lang string
	floor      float64
}{
	{"cranfield", "en", 0.4265},
	{"xquad-es", "es", 0.9578},
	{"fquad-fr", "fr", 0.8009},
	{"faquad-pt", "pt", 0.8920},
	{"xquad-ar", "ar", 0.9336},
}

const (
	slack  = 0.01
	adrift = 0.02
)

// A collection is one set of documents, questions and answers.
type collection struct {
	documents []*practices.Practice
	questions []question
}

type question struct {
	id, text string
	want     map[string]int
}

// TestCollections asks every question of the public collections through the
// search that readers get, with the language of the collection named and not,
// and prints the table. It measures ranking on texts unlike ours.
func TestCollections(t *testing.T) {
	if *collectionsFolder == "" {
		t.Skip("no -collections folder given")
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%-10s %9s %8s %8s %8s %8s %8s\n", "", "questions", "bleve", "nDCG@10", "MRR", "recall", "no lang.")
	for _, c := range collections {
		set, err := readCollection(filepath.Join(*collectionsFolder, c.name))
		if os.IsNotExist(err) {
			t.Logf("%s is not there", c.name)
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		x, err := build(context.Background(), set.documents, today)
		if err != nil {
			t.Fatal(err)
		}
		start := time.Now()
		named, unnamed := set.ask(t, x, c.lang), set.ask(t, x, "")
		with, without := named.mean(named.ndcg), unnamed.mean(unnamed.ndcg)
		fmt.Fprintf(&b, "%-10s %9d %8.4f %8.4f %8.4f %8.4f %8.4f\n", c.name, named.asked, c.floor, with, named.mean(named.mrr), named.mean(named.recall), without)
		if with < c.floor-slack {
			t.Errorf("%s: nDCG@10 %.4f is below %.4f", c.name, with, c.floor-slack)
		}
		if without < with-adrift {
			t.Errorf("%s: without a language nDCG@10 is %.4f, with it %.4f", c.name, without, with)
		}
		t.Logf("%s: %v a question", c.name, time.Since(start)/time.Duration(2*named.asked))
		x.Close()
	}
	t.Logf("nDCG@10 of the public collections\n%s", b.String())
}

// ask puts all questions to an index.
func (c collection) ask(t *testing.T, x *Index, lang string) rating {
	lists := make([][]string, len(c.questions))
	var wg sync.WaitGroup
	for w := range runtime.GOMAXPROCS(0) {
		wg.Go(func() {
			for i := w; i < len(c.questions); i += runtime.GOMAXPROCS(0) {
				r, err := x.Search(context.Background(), Query{Text: c.questions[i].text, Lang: lang})
				if err != nil {
					t.Error(err)
					return
				}
				lists[i] = strings.Fields(ids(r))
			}
		})
	}
	wg.Wait()
	var all rating
	for i, q := range c.questions {
		all.add(lists[i], q.want)
	}
	return all
}

func readCollection(folder string) (c collection, err error) {
	f, err := os.Open(filepath.Join(folder, "docs.jsonl.gz"))
	if err != nil {
		return c, err
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		return c, err
	}
	err = eachLine(z, func(line []byte) error {
		var d struct{ ID, Title, Text, Lang string }
		if err := json.Unmarshal(line, &d); err != nil {
			return err
		}
		if d.Title == "" {
			words := strings.Fields(d.Text)
			d.Title = strings.Join(words[:min(len(words), 6)], " ")
		}
		c.documents = append(c.documents, &practices.Practice{ID: d.ID, Lang: d.Lang, Title: d.Title, Sections: []practices.Section{{Text: d.Text}}})
		return nil
	})
	if err != nil {
		return c, err
	}
	want := map[string]map[string]int{}
	if err := eachLineOf(filepath.Join(folder, "qrels.tsv"), func(line []byte) error {
		cells := strings.Split(string(line), "\t")
		if grade, err := strconv.Atoi(cells[2]); err == nil && grade > 0 { // the first line is a heading
			if want[cells[0]] == nil {
				want[cells[0]] = map[string]int{}
			}
			want[cells[0]][cells[1]] = grade
		}
		return nil
	}); err != nil {
		return c, err
	}
	err = eachLineOf(filepath.Join(folder, "queries.jsonl"), func(line []byte) error {
		var q struct{ ID, Text string }
		if err := json.Unmarshal(line, &q); err != nil {
			return err
		}
		if len(want[q.ID]) > 0 {
			c.questions = append(c.questions, question{q.ID, q.Text, want[q.ID]})
		}
		return nil
	})
	slices.SortFunc(c.documents, func(a, b *practices.Practice) int { return strings.Compare(a.ID, b.ID) })
	return c, err
}

func eachLineOf(path string, do func(line []byte) error) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	return eachLine(f, do)
}

func eachLine(r io.Reader, do func(line []byte) error) error {
	s := bufio.NewScanner(r)
	s.Buffer(nil, 1<<22)
	for s.Scan() {
		if err := do(s.Bytes()); err != nil {
			return err
		}
	}
	return s.Err()
}
