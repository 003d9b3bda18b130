package server

// MinFree is how much free space, in bytes, the disk of the data folder keeps:
// enough for the database and git to finish what they have begun.
const MinFree = 200 << 20

// room says whether there is space for what somebody sends. It is not asked
// for reading.
func (s *Server) room() error {
	if s.options.Data == "" {
		return nil
	}
	free, err := FreeSpace(s.options.Data)
	if err != nil {
		s.options.Log.Warn("free space cannot be told", "error", err)
		return nil
	}
	if free < MinFree {
		s.options.Log.Error("too little free space", "folder", s.options.Data, "bytes", free)
		return errNoSpace
	}
	return nil
}
