package practices

import (
	"regexp"
	"slices"
	"strings"
)

// What a translation must keep of its source: the sources that a paragraph
// cites, the numbers that it names, the addresses that it links to.

// cited are the keys of the sources that a text cites, in their order, each as
// often as it stands there.
func cited(text string) []string {
	var keys []string
	for _, m := range citedKey.FindAllStringSubmatch(text, -1) {
		keys = append(keys, m[1])
	}
	return keys
}

// linked are the addresses that a text links to.
func linked(text string) []string {
	var list []string
	for _, m := range linkTarget.FindAllStringSubmatch(text, -1) {
		list = append(list, m[1])
	}
	return list
}

var linkTarget = regexp.MustCompile(`\]\(\s*<?([^)\s>]+)`)

// digits writes the digits of Arabic and Persian as ours.
var digits = strings.NewReplacer("٠", "0", "١", "1", "٢", "2", "٣", "3", "٤", "4", "٥", "5", "٦", "6", "٧", "7", "٨", "8", "٩", "9",
	"۰", "0", "۱", "1", "۲", "2", "۳", "3", "۴", "4", "۵", "5", "۶", "6", "۷", "7", "۸", "8", "۹", "9")

// separators stand within a number: 1,200 and 1.200 and 1’200 and ١٬٢٠٠ are one.
const separators = ".,'’٫٬\u00A0\u202F"

// numbersIn are the numbers that a text names, by their digits alone, each once.
// Those of addresses and of the names of sources are left out.
func numbersIn(text string) []string {
	if strings.Contains(text, "[^") {
		text = citedKey.ReplaceAllString(text, " ")
	}
	if strings.Contains(text, "](") {
		text = linkTarget.ReplaceAllString(text, "](")
	}
	var list, group []string // the groups of digits of one number, 1 and 200
	var run []rune
	before := ' ' // what stands before the run
	end := func() {
		if n := strings.Join(group, ""); n != "" && !slices.Contains(list, n) {
			list = append(list, n)
		}
		group = nil
	}
	take := func() {
		if len(run) == 0 {
			return
		}
		joined := strings.ContainsRune(separators, before) || before == ' ' && len(run) == 3 && len(group) > 0 && len(group[0]) <= 3 && thousands(group[1:])
		if !joined {
			end()
		}
		group, run = append(group, string(run)), nil
	}
	gap := 0 // signs since the last digit
	for _, r := range digits.Replace(text) + "\n" {
		if r >= '0' && r <= '9' {
			if gap != 1 && len(run) == 0 {
				before = '\n'
			}
			run, gap = append(run, r), 0
			continue
		}
		take()
		before = r
		gap++
	}
	end()
	return list
}

// thousands says whether all groups have three digits.
func thousands(groups []string) bool {
	return !slices.ContainsFunc(groups, func(g string) bool { return len(g) != 3 })
}

// without are the values of a list that another does not have, each once.
func without(list, other []string) []string {
	var out []string
	for _, v := range list {
		if !slices.Contains(other, v) && !slices.Contains(out, v) {
			out = append(out, v)
		}
	}
	return out
}

// unkept are the problems of a passage of a translation beside its source.
func unkept(field, source, text string) []Problem {
	var found []Problem
	add := func(code ProblemCode, values []string, mild bool) {
		for _, v := range values {
			found = append(found, Problem{Field: field, Code: code, Value: v, Mild: mild})
		}
	}
	was, is := cited(source), cited(text)
	add(LostSource, without(was, is), false)
	add(AddedSource, without(is, was), false)
	numbers, theirs := numbersIn(source), numbersIn(text)
	add(LostNumber, without(numbers, theirs), false)
	add(AddedNumber, without(theirs, numbers), true)
	add(LostLink, without(linked(source), linked(text)), false)
	add(AddedLink, without(linked(text), linked(source)), true)
	return found
}
