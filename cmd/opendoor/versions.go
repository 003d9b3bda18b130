package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"opendoor/practices/history"
	"opendoor/practices/review"
)

// keepingVerb is a verb that works with what is kept, also while a server does.
func keepingVerb(use, short, long string, args cobra.PositionalArgs, do func(context.Context, kept, []string, io.Writer) error) *cobra.Command {
	cmd := &cobra.Command{Use: use, Short: short, Long: long, Args: args}
	settingFlags(cmd.Flags())
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		c, err := readConfig(cmd.Flags())
		if err != nil {
			return fmt.Errorf("settings:\n%w", err)
		}
		log := slog.New(slog.NewTextHandler(cmd.ErrOrStderr(), &slog.HandlerOptions{Level: c.logLevel}))
		k, err := openBeside(cmd.Context(), c, log)
		if err != nil {
			return fmt.Errorf("%s: %w", cmd.Name(), err)
		}
		defer k.close()
		return do(cmd.Context(), k, args, cmd.OutOrStdout())
	}
	return cmd
}

// actFlags are who does something to what is published, and why.
func actFlags(flags *pflag.FlagSet, a *history.Act) {
	flags.StringVar(&a.Why, "why", "", "the reason, which readers see; needed")
	flags.StringVar(&a.Author, "as", "Open Door editors", "in whose name")
}

func newWithdraw() *cobra.Command {
	var a history.Act
	cmd := keepingVerb("withdraw ID", "Mark an entry as one that should no longer be followed",
		`Mark an entry as one that should no longer be followed: its page gives the reason
in place of the text. Nothing is erased, and its versions can still be read.`,
		cobra.ExactArgs(1), func(ctx context.Context, k kept, args []string, out io.Writer) error {
			commit, err := k.entries.Withdraw(ctx, args[0], a)
			if err != nil {
				return err
			}
			fmt.Fprintf(out, "%s is withdrawn (%.12s)\n", args[0], commit)
			return k.private.Audit(ctx, review.Console, "withdraw", args[0], "")
		})
	actFlags(cmd.Flags(), &a)
	return cmd
}

func newHide() *cobra.Command {
	var a history.Act
	cmd := keepingVerb("hide ID VERSION", "Stop showing one version of an entry, at once and on every server",
		`Stop showing one version of an entry, at once and on every server; its address
says that it is gone, and why. When it is the newest, the entry is not shown
until another text is published. Nothing is erased: the text stays in git and in
backups. To erase it, use purge. ID may name a translation: mx-0004.es.`,
		cobra.ExactArgs(2), func(ctx context.Context, k kept, args []string, out io.Writer) error {
			commit, err := k.entries.Hide(ctx, args[0], args[1], a)
			if err != nil {
				return err
			}
			fmt.Fprintf(out, "%s of %s is hidden (%.12s)\n", args[1], args[0], commit)
			return k.private.Audit(ctx, review.Console, "hide", args[0], args[1])
		})
	actFlags(cmd.Flags(), &a)
	return cmd
}

func newPurge() *cobra.Command {
	var a history.Act
	var confirm string
	cmd := keepingVerb("purge ID VERSION…", "Erase versions of an entry from the whole history",
		`Erase versions of an entry from the whole history, here and at the remote, for
personal data that should never have been published. Publish a text without it
first, or the entry is gone. History is rewritten: every server clones afresh by
itself, but copies that others have made, and backups, are out of reach; delete
backups older than this. ID may name a translation: mx-0004.es. Because it cannot
be undone, name the entry twice: --confirm ID.`,
		cobra.MinimumNArgs(2), func(ctx context.Context, k kept, args []string, out io.Writer) error {
			id, versions := args[0], args[1:]
			if confirm != id {
				return fmt.Errorf("purge: it cannot be undone; to go on, add --confirm %s", id)
			}
			for _, v := range versions {
				if _, _, err := k.entries.Text(ctx, id, v); err != nil && !errors.Is(err, history.ErrSuppressed) {
					return fmt.Errorf("purge: %w", err)
				}
			}
			// The database first, so that nothing publishes the text again.
			practice, _, _ := strings.Cut(id, ".")
			if err := k.private.Purged(ctx, review.Console, practice); err != nil {
				return err
			}
			if err := k.entries.Purge(ctx, id, versions, a); err != nil {
				return err
			}
			fmt.Fprintf(out, "%d versions of %s are purged; delete the backups that hold them\n", len(versions), id)
			return nil
		})
	actFlags(cmd.Flags(), &a)
	cmd.Flags().StringVar(&confirm, "confirm", "", "the ID once more")
	return cmd
}
