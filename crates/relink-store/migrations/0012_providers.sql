-- A second provider beside Stripe. The program before this one leaves all of it alone: to it, a session or an account of the other
-- provider is one that Stripe does not know.

-- Whose an account is, and the provider's name for it that stays where its id changes.
ALTER TABLE accounts ADD COLUMN provider TEXT NOT NULL DEFAULT 'stripe';
ALTER TABLE accounts ADD COLUMN persistent_id TEXT;

-- Who repairs it. `stripe_session` is then what that provider's webhooks name the repair by, as a fingerprint, and `handoff_sealed` holds
-- the page's address and what the repair is asked for by, as JSON.
ALTER TABLE relink_sessions ADD COLUMN provider TEXT NOT NULL DEFAULT 'stripe';

-- Items at Plaid that the merchant's server has registered: logins at a bank, each with the token that speaks for it.
CREATE TABLE plaid_items (
    -- item_id: the authorization of its accounts.
    id TEXT PRIMARY KEY,
    customer TEXT NOT NULL,
    access_token_sealed TEXT NOT NULL,
    -- JSON list of country codes, as the bank's.
    countries TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX plaid_items_by_customer ON plaid_items (customer);
