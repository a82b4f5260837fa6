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
