package search

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"testing"
	"time"

	"opendoor/practices"
	"opendoor/practices/entries"
)

func TestOffline(t *testing.T) {
	c, err := practices.Load(entries.FS)
	if err != nil {
		t.Fatal(err)
	}
	x, err := Build(context.Background(), c, today)
	if err != nil {
		t.Fatal(err)
	}
	start := time.Now()
	data, err := x.Offline(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	z.Write(data)
	z.Close()
	t.Logf("%d entries: %d bytes, %d compressed, in %v", c.Len(), len(data), b.Len(), time.Since(start).Round(time.Millisecond))
	var o offline
	if err := json.Unmarshal(data, &o); err != nil {
		t.Fatal(err)
	}
	if len(o.IDs) != c.Len() || len(o.Corpora) < 5 || len(o.Labels) < 1000 || len(o.Forms) != len(o.Analyses) {
		t.Errorf("%d ids, %d corpora, %d labels, %d forms", len(o.IDs), len(o.Corpora), len(o.Labels), len(o.Forms))
	}
	again, err := x.Offline(context.Background())
	if err != nil || !bytes.Equal(data, again) {
		t.Error("two calls give different bytes")
	}
	x.Close()
	if _, err := x.Offline(context.Background()); err != ErrClosed {
		t.Errorf("a closed index gives %v", err)
	}
}
