package main

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"

	"opendoor/practices"
	"opendoor/practices/review"
	"opendoor/practices/workshops"
)

// openStore opens the database of what is not public yet, and makes the data
// folder, the database and the key where they are missing.
func openStore(ctx context.Context, c config, log *slog.Logger) (*review.Store, error) {
	o, err := storeOptions(c, log)
	if err != nil {
		return nil, err
	}
	return review.Open(ctx, c.database, o)
}

func storeOptions(c config, log *slog.Logger) (review.Options, error) {
	if err := os.MkdirAll(c.data, 0o700); err != nil {
		return review.Options{}, fmt.Errorf("data folder: %w; choose another with --data", err)
	}
	key, earlier, err := review.LoadKey(filepath.Join(c.data, "key"))
	if err != nil {
		return review.Options{}, err
	}
	return review.Options{
		Log: log, Key: key, Earlier: earlier, Erasures: filepath.Join(c.data, "erasures"),
		LintWorkshop: lintWorkshop,
	}, nil
}

// lintWorkshop gives what is wrong with a collection by itself.
func lintWorkshop(path string, data []byte) []practices.Fault {
	c, faults := workshops.Parse(path, data)
	if want := workshops.IDOf(path); c.ID != "" && c.ID != want {
		faults = append(faults, practices.Fault{File: path, Field: "id", Message: fmt.Sprintf("%q; the file is named for %q", c.ID, want)})
	}
	return faults
}
