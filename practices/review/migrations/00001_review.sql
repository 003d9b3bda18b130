-- +goose Up
-- One schema for SQLite and PostgreSQL: TEXT, BIGINT (unix milliseconds, 0 is never), INTEGER 0/1.
-- What names a person stands in contacts, accounts, sessions, comments and records alone.

CREATE TABLE accounts (
	id       TEXT PRIMARY KEY,
	login    TEXT NOT NULL UNIQUE, -- the e-mail address, folded
	email    TEXT NOT NULL,
	name     TEXT NOT NULL,
	role     TEXT NOT NULL CHECK (role IN ('contributor', 'trainer', 'editor', 'admin')),
	disabled INTEGER NOT NULL DEFAULT 0,
	password TEXT NOT NULL DEFAULT '', -- argon2id, '' for none
	totp     TEXT NOT NULL DEFAULT '', -- sealed, '' for none
	totp_on  INTEGER NOT NULL DEFAULT 0,
	totp_step BIGINT NOT NULL DEFAULT 0, -- last time step used, so that no code works twice
	created  BIGINT NOT NULL,
	updated  BIGINT NOT NULL
);

CREATE TABLE invites (
	hash    TEXT PRIMARY KEY,
	account TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
	expires BIGINT NOT NULL
);

CREATE TABLE recovery_codes (
	hash    TEXT PRIMARY KEY,
	account TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE
);

CREATE TABLE identities (
	issuer  TEXT NOT NULL,
	subject TEXT NOT NULL,
	account TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
	created BIGINT NOT NULL,
	PRIMARY KEY (issuer, subject)
);

CREATE TABLE sessions (
	hash    TEXT PRIMARY KEY,
	account TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
	started BIGINT NOT NULL,
	seen    BIGINT NOT NULL
);
CREATE INDEX sessions_account ON sessions (account);

CREATE TABLE throttles (
	what    TEXT NOT NULL,
	who     TEXT NOT NULL, -- keyed hash; no address, no name
	n       INTEGER NOT NULL,
	until   BIGINT NOT NULL,
	updated BIGINT NOT NULL,
	PRIMARY KEY (what, who)
);

CREATE TABLE submissions (
	id            TEXT PRIMARY KEY,
	token         TEXT NOT NULL UNIQUE, -- SHA-256
	kind          TEXT NOT NULL CHECK (kind IN ('entry', 'change', 'translation', 'workshop')),
	practice      TEXT NOT NULL DEFAULT '',
	lang          TEXT NOT NULL DEFAULT '',
	title         TEXT NOT NULL DEFAULT '',
	state         TEXT NOT NULL CHECK (state IN ('draft', 'submitted', 'in_review', 'changes_requested',
		'accepted', 'published', 'needs_rebase', 'rejected', 'withdrawn')),
	form          TEXT NOT NULL DEFAULT '',
	body          TEXT NOT NULL DEFAULT '',
	base_blob     TEXT NOT NULL DEFAULT '',
	version       INTEGER NOT NULL DEFAULT 1,
	held          INTEGER NOT NULL DEFAULT 0,
	checks        TEXT NOT NULL DEFAULT '',
	credit        TEXT NOT NULL DEFAULT '',
	owner         TEXT REFERENCES accounts (id) ON DELETE SET NULL,
	reviewer      TEXT REFERENCES accounts (id) ON DELETE SET NULL,
	reason        TEXT NOT NULL DEFAULT '',
	note          TEXT NOT NULL DEFAULT '',
	created       BIGINT NOT NULL,
	updated       BIGINT NOT NULL,
	sent          BIGINT NOT NULL DEFAULT 0,
	decided       BIGINT NOT NULL DEFAULT 0,
	published     BIGINT NOT NULL DEFAULT 0,
	path          TEXT NOT NULL DEFAULT '',
	body_final    TEXT NOT NULL DEFAULT '',
	base_sha      TEXT NOT NULL DEFAULT '',
	published_sha TEXT NOT NULL DEFAULT '',
	purged        BIGINT NOT NULL DEFAULT 0,
	erased        BIGINT NOT NULL DEFAULT 0,
	lease_owner   TEXT NOT NULL DEFAULT '',
	lease_until   BIGINT NOT NULL DEFAULT 0,
	tries         INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX submissions_state ON submissions (state, decided);

CREATE TABLE contacts (
	submission   TEXT PRIMARY KEY REFERENCES submissions (id) ON DELETE CASCADE,
	name         TEXT NOT NULL DEFAULT '',
	organisation TEXT NOT NULL DEFAULT '',
	email        TEXT NOT NULL DEFAULT '',
	lang         TEXT NOT NULL DEFAULT ''
);

CREATE TABLE comments (
	id         TEXT PRIMARY KEY,
	n          BIGINT NOT NULL, -- order on one submission
	submission TEXT NOT NULL REFERENCES submissions (id) ON DELETE CASCADE,
	account    TEXT REFERENCES accounts (id) ON DELETE SET NULL,
	contributor INTEGER NOT NULL DEFAULT 0,
	version    INTEGER NOT NULL,
	field      TEXT NOT NULL,
	body       TEXT NOT NULL,
	created    BIGINT NOT NULL
);
CREATE INDEX comments_submission ON comments (submission, n);

CREATE TABLE revisions (
	submission TEXT NOT NULL REFERENCES submissions (id) ON DELETE CASCADE,
	version    INTEGER NOT NULL,
	account    TEXT REFERENCES accounts (id) ON DELETE SET NULL,
	title      TEXT NOT NULL,
	form       TEXT NOT NULL,
	body       TEXT NOT NULL,
	created    BIGINT NOT NULL,
	PRIMARY KEY (submission, version)
);

CREATE TABLE records (
	ref        TEXT PRIMARY KEY,
	kind       TEXT NOT NULL CHECK (kind IN ('consent', 'place', 'reading', 'reply')),
	submission TEXT REFERENCES submissions (id) ON DELETE SET NULL,
	practice   TEXT NOT NULL,
	holder     TEXT NOT NULL,
	scope      TEXT NOT NULL,
	note       TEXT NOT NULL,
	given      TEXT NOT NULL, -- a date
	account    TEXT REFERENCES accounts (id) ON DELETE SET NULL,
	created    BIGINT NOT NULL,
	ended      BIGINT NOT NULL DEFAULT 0
);

CREATE TABLE notices (
	id         TEXT PRIMARY KEY,
	submission TEXT NOT NULL REFERENCES submissions (id) ON DELETE CASCADE,
	event      TEXT NOT NULL,
	created    BIGINT NOT NULL,
	due        BIGINT NOT NULL,
	tries      INTEGER NOT NULL DEFAULT 0
);

CREATE TABLE audit (
	seq     BIGINT PRIMARY KEY,
	at      BIGINT NOT NULL,
	actor   TEXT NOT NULL, -- an account's id, or contributor, console, system
	action  TEXT NOT NULL,
	subject TEXT NOT NULL,
	detail  TEXT NOT NULL,
	hash    TEXT NOT NULL
);
CREATE INDEX audit_subject ON audit (subject, seq);
CREATE TABLE audit_head (
	one  INTEGER PRIMARY KEY CHECK (one = 1),
	seq  BIGINT NOT NULL,
	hash TEXT NOT NULL
);
INSERT INTO audit_head (one, seq, hash) VALUES (1, 0, '');

CREATE TABLE erasures (
	hash TEXT PRIMARY KEY, -- SHA-256 of an id that nobody can guess
	at   BIGINT NOT NULL
);
