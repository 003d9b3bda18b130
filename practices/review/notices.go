package review

// notice puts a word to the contributor into the outbox, if they left an
// address. It leaves with the transaction that it tells of, or not at all.
func (t *tx) notice(sub Submission, event string) error {
	_, err := t.do(`INSERT INTO notices (id, submission, event, created, due)
		SELECT CAST($1 AS TEXT), submission, CAST($2 AS TEXT), CAST($3 AS BIGINT), CAST($3 AS BIGINT) FROM contacts WHERE submission = $4 AND email <> ''`, newID(), event, t.now, sub.ID)
	return err
}
