package drawing

import _ "embed"

// Licences are the licences of the fonts with which a PNG is drawn, in full, as
// they ask of every copy.
//
//go:embed LICENCE-FONTS.txt
var Licences string
