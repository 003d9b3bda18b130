package main

import (
	"fmt"
	"io"
	"os"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"opendoor/practices"
)

func newReport() *cobra.Command {
	return &cobra.Command{
		Use:   "report [FOLDER]",
		Short: "Count what the catalogue holds and what it lacks",
		Long: `Count entries by region, country, kind, standing, element, measure, population,
evidence, review state and language; name those without figures, those with
nothing newer than two years, those in which sources disagree, and those that
rest on texts read in part. The same stands at /about/catalogue. FOLDER is a
folder of entries; with none, those in practices/entries are counted, or else
those built in.`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			content := contentFS()
			if len(args) == 1 {
				content = os.DirFS(args[0])
			}
			c, err := practices.Load(content)
			if err != nil {
				return fmt.Errorf("report: %w", err)
			}
			printReport(cmd.OutOrStdout(), c.Report(time.Now()))
			return nil
		},
	}
}

func printReport(out io.Writer, r practices.Report) {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	defer w.Flush()
	for _, line := range []struct {
		what string
		n    int
	}{{"entries", r.Entries}, {"full entries", r.Full}, {"countries", r.Countries}, {"figures", r.Figures}, {"sources", r.Sources}, {"relations", r.Relations}} {
		fmt.Fprintf(w, "%s\t%d\n", line.what, line.n)
	}
	for _, t := range r.Counts {
		fmt.Fprintf(w, "\nby %s\t\n", t.Field)
		for _, v := range t.Values {
			fmt.Fprintf(w, "  %s\t%d\n", v.Value, v.N)
		}
	}
	fmt.Fprintf(w, "\ntranslations\t\n")
	for _, d := range r.Translations {
		fmt.Fprintf(w, "  %s\t%d, of which %d drafts, %d stale; %d entries not in this language yet\n", d.Lang, d.Texts, d.Drafts, d.Stale, d.Missing)
	}
	for _, l := range []struct {
		what string
		list []*practices.Practice
	}{{"without a figure", r.WithoutFigures}, {"with nothing newer than two years", r.Stale}, {"in which sources disagree", r.Disputed}, {"resting on texts read in part", r.InPart}} {
		fmt.Fprintf(w, "\n%s\t%d\n", l.what, len(l.list))
		for _, p := range l.list {
			fmt.Fprintf(w, "  %s\t%s, %s\n", p.ID, p.Fresh(), p.Title)
		}
	}
}
