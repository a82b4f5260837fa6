-- Passwords that were tried: each try takes its place here before the password is looked at.

-- One row for each name (as a fingerprint: whatever somebody typed there), each address, and all together.
CREATE TABLE sign_in_tries (
    subject TEXT PRIMARY KEY,
    -- Since `since`, or since the last one that was right.
    tries BIGINT NOT NULL,
    since BIGINT NOT NULL,
    -- Until when none is looked at; 0 where it is not locked.
    locked_until BIGINT NOT NULL
);

-- A customer's open sessions are looked up before another is made.
CREATE INDEX relink_sessions_by_customer ON relink_sessions (customer, profile, status);
