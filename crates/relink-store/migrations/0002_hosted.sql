-- Hosted relinks: who was asked, what was sent, who asked.

-- One row for each link that a customer was given. The link's token is kept as a fingerprint only.
CREATE TABLE hosted_relinks (
    id TEXT PRIMARY KEY,
    token_fingerprint TEXT NOT NULL UNIQUE,
    account TEXT NOT NULL,
    customer TEXT NOT NULL,
    -- url or email.
    delivery TEXT NOT NULL,
    -- Whose page it is: merchant or stripe.
    host TEXT NOT NULL,
    reason TEXT NOT NULL,
    asked_by TEXT NOT NULL,
    locale TEXT NOT NULL,
    return_url TEXT,
    -- open, succeeded or expired.
    status TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    opened_at BIGINT,
    ended_at BIGINT,
    -- Where Stripe hosts the page: our session behind it.
    relink_session TEXT,
    -- Whether the merchant's own system is told of the end.
    is_told BIGINT NOT NULL
);
CREATE INDEX hosted_relinks_by_account ON hosted_relinks (account, status);
CREATE INDEX hosted_relinks_by_end ON hosted_relinks (status, expires_at);

-- When a customer was last asked by e-mail about an account; gone once the customer completes. One row for each
-- account: whoever asks has to move it, and only one of two can.
CREATE TABLE mail_limits (
    account TEXT PRIMARY KEY,
    hosted_relink TEXT NOT NULL,
    asked_at BIGINT NOT NULL
);

-- What is to be sent: written together with what it is about.
CREATE TABLE outbox (
    id TEXT PRIMARY KEY,
    -- mail or webhook.
    kind TEXT NOT NULL,
    hosted_relink TEXT NOT NULL,
    account TEXT NOT NULL,
    -- A mail: address, subject, texts. A webhook is made from the row that it is about.
    content_sealed TEXT,
    -- queued, sent, dead (given up) or withdrawn (no longer needed).
    status TEXT NOT NULL,
    attempts BIGINT NOT NULL,
    due_at_ms BIGINT NOT NULL,
    -- Who is sending it, and until when nobody else does.
    run TEXT,
    leased_until_ms BIGINT NOT NULL,
    -- Why the last attempt failed.
    trouble TEXT,
    created_at BIGINT NOT NULL,
    done_at BIGINT
);
CREATE INDEX outbox_by_time ON outbox (status, due_at_ms);
CREATE INDEX outbox_by_account ON outbox (account, status);

-- What happened to an account, and who did it.
CREATE TABLE journal (
    id TEXT PRIMARY KEY,
    at_ms BIGINT NOT NULL,
    account TEXT,
    hosted_relink TEXT,
    what TEXT NOT NULL,
    who TEXT NOT NULL,
    note TEXT
);
CREATE INDEX journal_by_account ON journal (account, at_ms);
CREATE INDEX journal_by_time ON journal (at_ms);

-- Keys of the merchant's own servers, as fingerprints.
CREATE TABLE api_keys (
    fingerprint TEXT PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    created_at BIGINT NOT NULL,
    revoked_at BIGINT
);

-- The merchant's staff.
CREATE TABLE staff (
    email TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    -- agent (may send) or viewer.
    role TEXT NOT NULL,
    password_hash TEXT NOT NULL,
    -- Wrong passwords in a row, and until when none is looked at.
    failures BIGINT NOT NULL,
    locked_until BIGINT NOT NULL
);

CREATE TABLE staff_sign_ins (
    token_fingerprint TEXT PRIMARY KEY,
    email TEXT NOT NULL,
    expires_at BIGINT NOT NULL
);
