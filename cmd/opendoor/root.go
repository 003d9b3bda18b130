package main

import (
	"errors"
	"io"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// newRoot builds the command line. Each verb reads its settings when it runs,
// so a mistake in a file that it does not need never stops it.
func newRoot(stdout, stderr io.Writer) *cobra.Command {
	root := &cobra.Command{
		Use:           "opendoor",
		Short:         "A catalogue of alternatives to immigration detention",
		Args:          noArgs,
		SilenceErrors: true,
		SilenceUsage:  true,
	}
	root.SetOut(stdout)
	root.SetErr(stderr)
	root.CompletionOptions.DisableDefaultCmd = true
	serve := newServe()
	root.RunE = serve.RunE
	root.Flags().AddFlagSet(serve.Flags())
	root.AddCommand(serve, newLint(), newNew(), newReport(), newExport(), newUser(),
		newBackup(), newRestore(), newDoctor(), newWithdraw(), newHide(), newPurge(), newHook())
	root.SetFlagErrorFunc(unknownFlag)
	return root
}

// unknownFlag names the nearest flag to one that does not exist.
func unknownFlag(cmd *cobra.Command, err error) error {
	var missing *pflag.NotExistError
	if !errors.As(err, &missing) {
		return err
	}
	var names []string
	cmd.Flags().VisitAll(func(f *pflag.Flag) { names = append(names, f.Name) })
	return unknown("flag", missing.GetSpecifiedName(), names)
}

// noArgs refuses a word that is no verb, and names the nearest one.
func noArgs(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	var verbs []string
	for _, c := range cmd.Root().Commands() {
		verbs = append(verbs, c.Name())
	}
	return unknown("verb", args[0], verbs)
}
