package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"opendoor/practices/review"
)

// newUser is the verb of whoever keeps the site: it needs no account, as it
// reads and writes the database itself, also while the server runs.
func newUser() *cobra.Command {
	user := &cobra.Command{
		Use:   "user",
		Short: "Invite editors and keep their accounts",
		Long: `Invite editors and keep their accounts. Nobody has an account at first; invite
an admin to begin. It works while the server runs.`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	var name string
	var role string
	invite := userVerb("invite EMAIL", "Make an account and print the link that opens it", 1,
		func(ctx context.Context, s *review.Store, c config, args []string, out io.Writer) error {
			token, _, err := s.Invite(ctx, review.Console, args[0], strings.TrimSpace(name), review.Role(role))
			if err != nil {
				return err
			}
			printInvite(out, c, token)
			return nil
		})
	invite.Flags().StringVar(&name, "name", "", "name that other editors see")
	invite.Flags().StringVar(&role, "role", string(review.Editor), "contributor, trainer, editor or admin")
	user.AddCommand(invite,
		userVerb("list", "List the accounts", 0, func(ctx context.Context, s *review.Store, _ config, _ []string, out io.Writer) error {
			accounts, err := s.Accounts(ctx)
			if err != nil {
				return err
			}
			return printAccounts(out, accounts)
		}),
		userVerb("role EMAIL ROLE", "Give an account another role: contributor, trainer, editor or admin", 2,
			onAccount(func(ctx context.Context, s *review.Store, a review.Account, args []string) error {
				return s.SetRole(ctx, review.Console, a.ID, review.Role(args[1]))
			})),
		userVerb("disable EMAIL", "Keep an account from signing in, at once", 1,
			onAccount(func(ctx context.Context, s *review.Store, a review.Account, _ []string) error {
				return s.Disable(ctx, review.Console, a.ID, true)
			})),
		userVerb("enable EMAIL", "Let a disabled account sign in again", 1,
			onAccount(func(ctx context.Context, s *review.Store, a review.Account, _ []string) error {
				return s.Disable(ctx, review.Console, a.ID, false)
			})),
		userVerb("forget EMAIL", "Delete an account and all that names its owner", 1,
			onAccount(func(ctx context.Context, s *review.Store, a review.Account, _ []string) error {
				return s.Forget(ctx, review.Console, a.ID)
			})),
		userVerb("reset EMAIL", "Take password, second factor and sessions away, and print a new link", 1,
			func(ctx context.Context, s *review.Store, c config, args []string, out io.Writer) error {
				a, err := s.AccountByEmail(ctx, args[0])
				if err != nil {
					return err
				}
				token, err := s.Reset(ctx, review.Console, a.ID)
				if err != nil {
					return err
				}
				printInvite(out, c, token)
				return nil
			}))
	return user
}

// userVerb is a verb that does something to the accounts of the database that
// the settings name.
func userVerb(use, short string, args int, do func(context.Context, *review.Store, config, []string, io.Writer) error) *cobra.Command {
	cmd := &cobra.Command{Use: use, Short: short, Args: cobra.ExactArgs(args)}
	settingFlags(cmd.Flags())
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		c, err := readConfig(cmd.Flags())
		if err != nil {
			return fmt.Errorf("settings:\n%w", err)
		}
		s, err := openStore(cmd.Context(), c, slog.New(slog.NewTextHandler(cmd.ErrOrStderr(), &slog.HandlerOptions{Level: c.logLevel})))
		if err != nil {
			return err
		}
		defer s.Close()
		if err := do(cmd.Context(), s, c, args, cmd.OutOrStdout()); err != nil {
			return fmt.Errorf("user %s: %w", cmd.Name(), plainly(err, args))
		}
		return nil
	}
	return cmd
}

// onAccount finds the account of an address, does something to it, and says
// that it was done.
func onAccount(do func(context.Context, *review.Store, review.Account, []string) error) func(context.Context, *review.Store, config, []string, io.Writer) error {
	return func(ctx context.Context, s *review.Store, _ config, args []string, out io.Writer) error {
		a, err := s.AccountByEmail(ctx, args[0])
		if err != nil {
			return err
		}
		if err := do(ctx, s, a, args); err != nil {
			return err
		}
		fmt.Fprintf(out, "%s: done\n", a.Email)
		return nil
	}
}

// plainly says what to do about an error of the store.
func plainly(err error, args []string) error {
	switch {
	case errors.Is(err, review.ErrNotFound):
		return fmt.Errorf("%q has no account; opendoor user list shows those there are", args[0])
	case errors.Is(err, review.ErrTaken):
		return fmt.Errorf("%q has an account already; opendoor user reset makes a new link", args[0])
	case errors.Is(err, review.ErrAddress):
		return fmt.Errorf("%q is no e-mail address", args[0])
	}
	return err
}

func printInvite(out io.Writer, c config, token string) {
	base := c.baseURL
	if base == "" {
		base = "http://" + c.addr
	}
	fmt.Fprintf(out, "This link works once, for 72 hours. Give it to nobody else:\n%s/invite/%s\n", base, token)
}

func printAccounts(out io.Writer, accounts []review.Account) error {
	if len(accounts) == 0 {
		fmt.Fprintln(out, "no account; opendoor user invite EMAIL --role admin makes the first")
		return nil
	}
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "EMAIL\tNAME\tROLE\tSECOND FACTOR\tSTATE")
	for _, a := range accounts {
		second, state := "no", "active"
		if a.SecondFactor {
			second = "yes"
		}
		switch {
		case a.Disabled:
			state = "disabled"
		case !a.HasPassword:
			state = "no password here"
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\n", a.Email, a.Name, a.Role, second, state)
	}
	return w.Flush()
}
