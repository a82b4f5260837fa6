-- What happened that a security team asks about. Rows are only added: triggers refuse every change, and each row's hash
-- covers the row before it. Both engines' triggers are made where the database is opened, since their dialects differ.
CREATE TABLE security_events (
    -- From 1, without a gap.
    number BIGINT PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    at_ms BIGINT NOT NULL,
    kind TEXT NOT NULL,
    -- staff:…, api:…, command line or unknown.
    actor TEXT NOT NULL,
    -- Where the request came from, where there was one.
    address TEXT,
    subject TEXT,
    -- SHA-256 over the hash of the row before and this row.
    hash TEXT NOT NULL
);
CREATE INDEX security_events_by_time ON security_events (at_ms);

-- The last number and hash, in one row: whoever adds an event holds it until the event is committed.
CREATE TABLE security_chain (
    name TEXT PRIMARY KEY,
    number BIGINT NOT NULL,
    hash TEXT NOT NULL
);
INSERT INTO security_chain (name, number, hash) VALUES ('events', 0, '');

-- The second factor of a person of the staff: a key that an authenticator app has too.
CREATE TABLE second_factors (
    email TEXT PRIMARY KEY,
    secret_sealed TEXT NOT NULL,
    -- The time step of the last code that was taken: no code is taken twice.
    last_step BIGINT NOT NULL,
    -- Wrong codes in a row, and until when none is looked at.
    failures BIGINT NOT NULL,
    locked_until BIGINT NOT NULL,
    created_at BIGINT NOT NULL
);

-- Codes for whoever has lost the app, as fingerprints. Each is good once.
CREATE TABLE recovery_codes (
    fingerprint TEXT PRIMARY KEY,
    email TEXT NOT NULL,
    used_at BIGINT
);
CREATE INDEX recovery_codes_by_person ON recovery_codes (email);

-- When a sign-in was last used, to the minute. Those of before have to sign in again.
ALTER TABLE staff_sign_ins ADD COLUMN seen_at BIGINT NOT NULL DEFAULT 0;

-- What a key may do, in words with spaces between. A key of before may do what keys could do then.
ALTER TABLE api_keys ADD COLUMN scopes TEXT NOT NULL DEFAULT 'accounts.read customer_tokens hosted_relinks';
ALTER TABLE api_keys ADD COLUMN expires_at BIGINT;
-- The day of its last use, in days since 1970.
ALTER TABLE api_keys ADD COLUMN last_used_day BIGINT;
