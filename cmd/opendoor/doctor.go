package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/url"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"opendoor/practices/history"
	"opendoor/practices/review"
	"opendoor/server"
)

// errUnwell is the answer of doctor when it found faults, which it has already
// told.
var errUnwell = errors.New("something needs mending")

func newDoctor() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "doctor",
		Short: "Look for anything that is not well with what the program keeps",
		Long: `Look for anything that is not well with what the program keeps, also while it
serves: git and every object in it, entries that differ from this release, the
database, its record of acts, and whether git has what it calls published; free
space, leftovers, file modes, the remote, settings, and the site at its own
address with its certificate.
It changes nothing. The exit code is 1 when something needs mending; what is well
to know alone does not count.`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			c, err := readConfig(cmd.Flags())
			if err != nil {
				return fmt.Errorf("settings:\n%w", err)
			}
			return doctor(cmd.Context(), c, cmd.OutOrStdout())
		},
	}
	settingFlags(cmd.Flags())
	return cmd
}

func doctor(ctx context.Context, c config, out io.Writer) error {
	k, err := openBeside(ctx, c, slog.New(slog.DiscardHandler))
	if err != nil {
		return fmt.Errorf("doctor: %w", err)
	}
	defer k.close()
	found := k.entries.Check(ctx)
	found = append(found, k.private.Check(ctx)...)
	p := review.Publisher{Store: k.private, Repository: k.entries}
	found = append(found, p.Check(ctx)...)
	found = append(found, checkSpace(k.folder))
	found = append(found, checkSettings(c)...)
	found = append(found, checkAddress(ctx, c.baseURL)...)
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	unwell := false
	for _, f := range found {
		mark := "well"
		switch {
		case f.Fault:
			mark, unwell = "MEND", true
		case f.Warning:
			mark = "note"
		}
		fmt.Fprintf(w, "%s\t%s\t%s\n", mark, f.What, strings.ReplaceAll(f.Said, "\n", " "))
	}
	w.Flush()
	if unwell {
		return errUnwell
	}
	return nil
}

// checkSpace looks at the disk of the data folder.
func checkSpace(folder string) history.Finding {
	f := history.Finding{What: "free space"}
	free, err := server.FreeSpace(folder)
	if err != nil {
		f.Said, f.Warning = err.Error(), true
		return f
	}
	f.Said = fmt.Sprintf("%d MB", free>>20)
	switch {
	case free < server.MinFree:
		f.Said += fmt.Sprintf("; below %d MB nothing can be sent: make room", server.MinFree>>20)
		f.Fault = true
	case free < 5*server.MinFree:
		f.Said += fmt.Sprintf("; below %d MB nothing can be sent", server.MinFree>>20)
		f.Warning = true
	}
	return f
}

// checkSettings finds settings that do not go together.
func checkSettings(c config) []history.Finding {
	var found []history.Finding
	note := func(what, said string) {
		found = append(found, history.Finding{What: what, Said: said, Warning: true})
	}
	host, _, _ := strings.Cut(c.addr, ":")
	open := host != "127.0.0.1" && host != "localhost" && host != "[" // of "[::1]:80"
	switch {
	case c.baseURL == "" && (open || len(c.trustedProxies) > 0):
		note("base-url", "not set, and the site can be reached from elsewhere; citations need its address")
	case strings.HasPrefix(c.baseURL, "http:"):
		note("base-url", "is not https; people sign in over it")
	}
	if c.baseURL != "" && !open && len(c.trustedProxies) == 0 {
		note("trusted-proxies", "not set, and the server listens on this machine alone; name the proxy before it")
	}
	if u, err := url.Parse(c.database); err == nil && strings.HasPrefix(u.Scheme, "postgres") {
		host := cmp.Or(u.Hostname(), u.Query().Get("host"))
		weak := slices.Contains([]string{"disable", "allow", "prefer", "require"}, u.Query().Get("sslmode"))
		if weak && host != "" && !strings.HasPrefix(host, "/") && !onThisMachine(host) {
			note("database", "is on another machine, and its certificate is not checked; others on the way could read what people send in confidence")
		}
	}
	if strings.HasPrefix(c.database, "postgres") && c.remote == "" {
		note("remote", "not set; servers that share a database publish to a remote that they share")
	}
	return found
}
