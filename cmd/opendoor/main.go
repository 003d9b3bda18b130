// Opendoor serves the Open Door catalogue of alternatives to immigration
// detention, and helps those who write its entries.
//
//	opendoor serve       serve the catalogue (also with no verb)
//	opendoor lint        check entries and say what to mend
//	opendoor new         write a file to start an entry from
//	opendoor report      count what the catalogue holds and what it lacks
//	opendoor export      write a pack to read without internet
//	opendoor user        invite editors and keep their accounts
//	opendoor backup      write all that is kept into one file, while serving
//	opendoor restore     make a data folder from a backup
//	opendoor doctor      look for anything that is not well
//	opendoor withdraw    mark an entry as one no longer to be followed
//	opendoor hide        stop showing a version of an entry
//	opendoor purge       erase a version from the whole history
//	opendoor hook        judge what is pushed to the shared git repository
//
// "opendoor help VERB" lists the flags of a verb; docs/configuration.md
// explains every setting.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	if err != nil && !errors.Is(err, errFaults) && !errors.Is(err, errUnwell) {
		fmt.Fprintln(os.Stderr, "opendoor:", err)
	}
	if err != nil {
		os.Exit(1)
	}
}

// run is the program without its process, so that tests can call it.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	root := newRoot(stdout, stderr)
	root.SetArgs(args)
	return root.ExecuteContext(ctx)
}
