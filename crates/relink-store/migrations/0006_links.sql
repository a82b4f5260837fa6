-- Links that are for several accounts, browsers that came by a link, what staff sent, and who was erased.

-- The accounts that a link is for. `hosted_relinks.account` is the most urgent of them.
CREATE TABLE hosted_relink_accounts (
    hosted_relink TEXT NOT NULL,
    account TEXT NOT NULL,
    -- When it was relinked by the link, or worked again without; null until then.
    done_at BIGINT,
    PRIMARY KEY (hosted_relink, account)
);
CREATE INDEX hosted_relink_accounts_by_account ON hosted_relink_accounts (account);
INSERT INTO hosted_relink_accounts (hosted_relink, account, done_at)
    SELECT id, account, CASE WHEN status = 'succeeded' THEN ended_at END FROM hosted_relinks;
CREATE INDEX hosted_relinks_by_customer ON hosted_relinks (customer);

-- A browser that opened a link: its cookie, as a fingerprint. The link's own token is then no longer needed.
CREATE TABLE link_visits (
    fingerprint TEXT PRIMARY KEY,
    hosted_relink TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX link_visits_by_link ON link_visits (hosted_relink, created_at);
CREATE INDEX link_visits_by_end ON link_visits (expires_at);

-- The link by which a session was begun; null where the customer was signed in.
ALTER TABLE relink_sessions ADD COLUMN hosted_relink TEXT;
CREATE INDEX relink_sessions_by_link ON relink_sessions (hosted_relink);

-- What staff sent at once, by the key that the form carried: a second press finds it done.
CREATE TABLE sendings (
    id TEXT PRIMARY KEY,
    staff TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    ended_at BIGINT
);

-- What came of each account of it: the link that was sent, or why none was.
CREATE TABLE sending_accounts (
    sending TEXT NOT NULL,
    account TEXT NOT NULL,
    hosted_relink TEXT,
    refusal TEXT,
    PRIMARY KEY (sending, account)
);
CREATE INDEX sending_accounts_by_account ON sending_accounts (account);

-- Customers who were erased, and their accounts, as fingerprints: what Stripe still tells of them is not written again.
CREATE TABLE erased (
    fingerprint TEXT PRIMARY KEY,
    -- The customer's, where it is an account.
    customer TEXT NOT NULL,
    erased_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX erased_by_customer ON erased (customer);

-- The customer whom a kept answer is about, where there is one.
ALTER TABLE idempotency_keys ADD COLUMN customer TEXT;
CREATE INDEX idempotency_keys_by_customer ON idempotency_keys (customer);
