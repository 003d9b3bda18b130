package search

import "math/bits"

// rows is a set of entries, by their place in the catalogue. All sets of one
// index have the same length.
type rows []uint64

func newRows(n int) rows { return make(rows, (n+63)/64) }

// allRows is the set of all n entries.
func allRows(n int) rows {
	r := newRows(n)
	for i := range r {
		r[i] = ^uint64(0)
	}
	if n%64 != 0 {
		r[len(r)-1] = 1<<(n%64) - 1
	}
	return r
}

func (r rows) add(row int)      { r[row/64] |= 1 << (row % 64) }
func (r rows) has(row int) bool { return r[row/64]&(1<<(row%64)) != 0 }

func (r rows) clone() rows { return append(rows(nil), r...) }

func (r rows) and(o rows) {
	for i, w := range o {
		r[i] &= w
	}
}

func (r rows) or(o rows) {
	for i, w := range o {
		r[i] |= w
	}
}

func (r rows) remove(o rows) {
	for i, w := range o {
		r[i] &^= w
	}
}

func (r rows) count() int {
	n := 0
	for _, w := range r {
		n += bits.OnesCount64(w)
	}
	return n
}

// countAnd counts what r and o have in common.
func (r rows) countAnd(o rows) int {
	n := 0
	r = r[:len(o)]
	for i, w := range o {
		n += bits.OnesCount64(r[i] & w)
	}
	return n
}

// countOr counts what r or o has.
func (r rows) countOr(o rows) int {
	n := 0
	for i, w := range o {
		n += bits.OnesCount64(r[i] | w)
	}
	return n
}

// each visits the entries of the set in order until visit says to stop.
func (r rows) each(visit func(row int) bool) {
	for i, w := range r {
		for w != 0 {
			if !visit(i*64 + bits.TrailingZeros64(w)) {
				return
			}
			w &= w - 1
		}
	}
}
