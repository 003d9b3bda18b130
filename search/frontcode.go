package search

import (
	"encoding/binary"
	"errors"
)

// packed writes words that are in order, each as how many bytes it has in
// common with the last, how many follow, and these.
func packed(words []string) []byte {
	var out []byte
	last := ""
	for _, w := range words {
		same := 0
		for same < len(w) && same < len(last) && w[same] == last[same] {
			same++
		}
		out = binary.AppendUvarint(out, uint64(same))
		out = binary.AppendUvarint(out, uint64(len(w)-same))
		out = append(out, w[same:]...)
		last = w
	}
	return out
}

var errPacked = errors.New("a list of words is cut")

// unpacked reads what packed wrote. All words share one string, which is less
// for the garbage collector to look at.
func unpacked(data []byte) ([]string, error) {
	var all []byte
	var ends []int
	begin := 0 // of the last word
	for len(data) > 0 {
		same, n := binary.Uvarint(data)
		more, m := binary.Uvarint(data[max(n, 0):])
		if n <= 0 || m <= 0 || more > uint64(len(data)-n-m) || same > uint64(len(all)-begin) {
			return nil, errPacked
		}
		data = data[n+m:]
		last := begin
		begin = len(all)
		all = append(all, all[last:last+int(same)]...)
		all = append(all, data[:more]...)
		data = data[more:]
		ends = append(ends, len(all))
	}
	text, words, from := string(all), make([]string, len(ends)), 0
	for i, end := range ends {
		words[i], from = text[from:end], end
	}
	return words, nil
}
