-- Times are Unix seconds unless the name says milliseconds. Plain types and plain SQL, so that PostgreSQL takes
-- the same statements. What is called sealed is encrypted by the program (src/seal.rs).

-- Who is signed in. The cookie's token is kept as a fingerprint only.
CREATE TABLE sign_ins (
    token_fingerprint TEXT PRIMARY KEY,
    customer TEXT NOT NULL,
    expires_at BIGINT NOT NULL
);

-- The customers' bank accounts, as Stripe last told them.
CREATE TABLE accounts (
    id TEXT PRIMARY KEY,
    customer TEXT NOT NULL,
    authorization_id TEXT,
    status TEXT NOT NULL,
    institution_name TEXT,
    display_name TEXT,
    last4 TEXT,
    -- Stripe's object, reduced to what the browser may have.
    object TEXT NOT NULL,
    -- When the read began that this row comes from: an older read never overwrites a newer one.
    read_at_ms BIGINT NOT NULL
);
CREATE INDEX accounts_by_customer ON accounts (customer, authorization_id);

-- One row for each relink session.
CREATE TABLE relink_sessions (
    id TEXT PRIMARY KEY,
    customer TEXT NOT NULL,
    mount TEXT NOT NULL,
    stripe_session TEXT NOT NULL,
    status TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    authorization_id TEXT NOT NULL,
    account TEXT,
    account_limit BIGINT,
    -- JSON lists of text.
    permissions TEXT NOT NULL,
    shown_accounts TEXT NOT NULL,
    -- Stripe's object, or null while nothing came of it.
    relink_result TEXT,
    -- The client secret or the hosted page's address.
    handoff_sealed TEXT NOT NULL,
    -- When Stripe was last asked.
    read_at_ms BIGINT NOT NULL
);
CREATE INDEX relink_sessions_by_stripe_session ON relink_sessions (stripe_session);

-- At most one completion for each session, ever.
CREATE TABLE completions (
    session TEXT PRIMARY KEY REFERENCES relink_sessions (id),
    completed_at BIGINT NOT NULL,
    -- JSON list of text.
    accounts TEXT NOT NULL
);

-- The answer to each Idempotency-Key, or who is working on it.
CREATE TABLE idempotency_keys (
    customer TEXT NOT NULL,
    idempotency_key TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    -- The run that may write the answer; another takes over when its time is up.
    run TEXT NOT NULL,
    locked_until BIGINT NOT NULL,
    -- Null while running.
    status BIGINT,
    answer_sealed TEXT,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (customer, idempotency_key)
);

-- Stripe's events that have had their effect.
CREATE TABLE webhook_events (
    id TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    created BIGINT NOT NULL,
    received_at BIGINT NOT NULL
);
