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
	"opendoor/server"
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
	var by, code string
	cmd := keepingVerb("purge ID VERSION…", "Erase versions of an entry from the whole history, at the word of two admins",
		`Erase versions of an entry from the whole history, here and at the remote, for
personal data that should never have been published. It cannot be undone, so it
needs two admins: each gives the same command within a week, with their address
and a code of their second factor, and the second carries it out. Both stand in
the audit. Hide the version meanwhile, and publish a text without it first, or the
entry is gone. History is rewritten: every server clones afresh by itself, but
copies that others have made, and backups, are out of reach; delete backups older
than this. ID may name a translation: mx-0004.es.`,
		cobra.MinimumNArgs(2), func(ctx context.Context, k kept, args []string, out io.Writer) error {
			id, versions := args[0], args[1:]
			if by == "" || code == "" {
				return errors.New("purge: it needs two admins; say who you are with --by ADDRESS --code CODE, the code of your second factor")
			}
			if strings.TrimSpace(a.Why) == "" {
				return errors.New("purge: a reason is needed: --why")
			}
			for _, v := range versions {
				if _, _, err := k.entries.Text(ctx, id, v); err != nil && !errors.Is(err, history.ErrSuppressed) {
					return fmt.Errorf("purge: %w", err)
				}
			}
			// The database first, so that nothing publishes the text again.
			switch agreed, err := k.private.AgreeToPurge(ctx, by, code, id, versions); {
			case errors.Is(err, review.ErrForbidden):
				return fmt.Errorf("purge: %q is no admin with a second factor; opendoor user list shows who is", by)
			case errors.Is(err, review.ErrSignIn):
				return errors.New("purge: the code is wrong or was used; take the next one that your app shows")
			case err != nil:
				return fmt.Errorf("purge: %w", err)
			case !agreed:
				fmt.Fprintf(out, "Nothing is erased yet. Your word is noted; another admin gives the same command within a week:\n  opendoor purge %s --why … --by ADDRESS --code CODE\nUntil then opendoor hide keeps readers from it.\n", strings.Join(args, " "))
				return nil
			}
			if err := k.entries.Purge(ctx, id, versions, a); err != nil {
				return fmt.Errorf("%w; once that is mended, give the same command again", err)
			}
			if err := server.ForgetIndex(k.folder); err != nil {
				return fmt.Errorf("purge: the search index holds words of it: %w; delete the folder", err)
			}
			fmt.Fprintf(out, "%d versions of %s are purged; delete the backups that hold them\n", len(versions), id)
			return nil
		})
	actFlags(cmd.Flags(), &a)
	cmd.Flags().StringVar(&by, "by", "", "the address of the admin who says so")
	cmd.Flags().StringVar(&code, "code", "", "a code of that admin's second factor")
	return cmd
}
