package main

import (
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"opendoor/practices/history"
)

func newHook() *cobra.Command {
	hook := &cobra.Command{
		Use:   "hook",
		Short: "Judge what is pushed to the shared git repository",
		Long: `Judge what is pushed to the shared git repository by the rules of the form and of
lint. Where it lies, put this into hooks/pre-receive and make it executable:

  #!/bin/sh
  exec opendoor hook pre-receive`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	hook.AddCommand(&cobra.Command{
		Use: "pre-receive", Short: "Refuse a push with faults; run by git", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			dir := os.Getenv("GIT_DIR")
			if dir == "" {
				return fmt.Errorf("hook pre-receive: git runs it, in the folder of the shared repository; see opendoor help hook")
			}
			faults, err := history.PreReceive(cmd.Context(), cmd.InOrStdin(), dir, os.Environ(), lintWorkshop)
			if err != nil {
				return fmt.Errorf("hook pre-receive: %w", err)
			}
			for _, f := range faults {
				fmt.Fprintln(cmd.ErrOrStderr(), f)
			}
			if len(faults) > 0 {
				return errFaults
			}
			return nil
		},
	})
	return hook
}
