-- Staff who sign in at an OpenID provider. Whoever has a row here has no password that counts. With the person the row goes,
-- whichever version of the program removes them.
CREATE TABLE staff_identities (
    email TEXT PRIMARY KEY REFERENCES staff (email) ON DELETE CASCADE,
    -- Until when the invitation may be taken up, in Unix seconds.
    invited_until BIGINT NOT NULL,
    -- Who took it up, as the provider knows them. Null until then.
    issuer TEXT,
    subject TEXT,
    bound_at BIGINT
);
CREATE UNIQUE INDEX staff_identities_by_subject ON staff_identities (issuer, subject);

-- Sign-ins that came back from the provider, by the fingerprint of their state: each comes back once.
CREATE TABLE openid_returns (
    fingerprint TEXT PRIMARY KEY,
    -- After that the sign-in is too old to come back.
    expires_at BIGINT NOT NULL
);
