package search

import (
	"context"
	"errors"
	"testing"
	"time"
)

func TestBusy(t *testing.T) {
	x := newIndex(t, world()...)
	defer func(was time.Duration) { patience = was }(patience)
	patience = 100 * time.Millisecond
	for range cap(running) {
		running <- struct{}{}
	}
	_, err := x.Search(context.Background(), Query{Text: "bail"})
	if !errors.Is(err, ErrBusy) {
		t.Errorf("with no room, after waiting: %v", err)
	}
	for range maxWaiting {
		waiting <- struct{}{}
	}
	if _, err := x.Search(context.Background(), Query{Text: "bail"}); !errors.Is(err, ErrBusy) {
		t.Errorf("with no room to wait: %v", err)
	}
	for range maxWaiting {
		<-waiting
	}
	for range cap(running) {
		<-running
	}
	patience = time.Minute
	if r := search(t, x, Query{Text: "bail"}); r.Total == 0 {
		t.Error("with room again, nothing is found")
	}
}
