package main

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"os"
	"runtime"
	"runtime/debug"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"opendoor/server"
)

func newServe() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Serve the catalogue",
		Long: `Serve the catalogue. With nothing set, the entries built into the program are
copied into a git repository in the folder data on the first start; there they
are changed by what people contribute and editors accept. Without git they are
served as they are, and nothing can be contributed. With --content, a folder of
entries is served and read again whenever a file changes.`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			c, err := readConfig(cmd.Flags())
			if err != nil {
				return fmt.Errorf("settings:\n%w", err)
			}
			log := slog.New(slog.NewTextHandler(cmd.ErrOrStderr(), &slog.HandlerOptions{Level: c.logLevel}))
			return serve(cmd.Context(), c, log)
		},
	}
	settingFlags(cmd.Flags())
	return cmd
}

// gcPercent makes the collector come round after the program's memory has grown
// by half instead of doubled. The catalogue is small and pages are made once, so
// it costs nothing that a reader feels, and a small machine holds more.
const gcPercent = 50

// startSlack is memory that the collector counts while the program starts, so
// that it does not come round for every megabyte of a small heap. Nothing is
// ever written to it, so the system never gives it.
const startSlack = 32 << 20

func serve(ctx context.Context, c config, log *slog.Logger) error {
	start, slack := time.Now(), make([]byte, startSlack)
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(gcPercent)
	}
	listener, err := net.Listen("tcp", c.addr)
	if err != nil {
		return fmt.Errorf("serve: addr %q: %w; choose another with --addr", c.addr, err)
	}
	defer listener.Close()
	content := shipped
	if c.content != "" {
		closed, err := openContent(c.content, &content)
		if err != nil {
			return fmt.Errorf("serve: content %q: %w", c.content, err)
		}
		defer closed()
	}
	k, err := openKept(ctx, c, log)
	if err != nil {
		return fmt.Errorf("serve: %w", err)
	}
	defer k.close()
	s, err := server.New(server.Options{
		Content: content, Live: c.content != "" && !aPack(c.content), Alone: aPack(c.content), History: k.entries, Review: k.private, Data: k.folder, BaseURL: c.baseURL,
		TrustedProxies: c.trustedProxies, ArabicDigits: c.arabicDigits, LogRequests: c.logRequests, Log: log,
		OIDC: c.oidc, NoPasswords: c.noPasswords, Reads: c.reads,
	})
	if err != nil {
		return fmt.Errorf("serve: %w", err)
	}
	defer s.Close()
	stop, err := k.work(ctx, c, s, log)
	if err != nil {
		return fmt.Errorf("serve: %w", err)
	}
	defer stop()
	runtime.KeepAlive(slack)
	log.Info("ready", "address", readable(listener.Addr()), "entries", s.Len(), "after", time.Since(start).Round(time.Millisecond))
	return s.Serve(ctx, listener)
}

// readable is the address as a person opens it.
func readable(a net.Addr) string {
	host, port, err := net.SplitHostPort(a.String())
	if err != nil {
		return a.String()
	}
	if ip := net.ParseIP(host); ip != nil && ip.IsUnspecified() {
		host = "localhost"
	}
	if strings.Contains(host, ":") {
		host = "[" + host + "]"
	}
	return "http://" + host + ":" + port + "/"
}
