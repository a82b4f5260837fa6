-- What this database belongs to: one Stripe account, one mode, and the secret that its rows are sealed with. At most
-- one row, written by the first server that starts here; every other must be of the same.
CREATE TABLE binding (
    one BIGINT PRIMARY KEY CHECK (one = 1),
    livemode BIGINT NOT NULL,
    -- acct_…, null until Stripe has said it.
    stripe_account TEXT,
    -- The id of the root secret that new texts are sealed with, and of the one before while something of it is left.
    sealing_key TEXT NOT NULL,
    sealing_key_previous TEXT,
    bound_at BIGINT NOT NULL
);

-- Name and address of a customer, sealed. What name and email still hold was written before, and is sealed at a start.
ALTER TABLE contacts ADD COLUMN name_sealed TEXT;
ALTER TABLE contacts ADD COLUMN email_sealed TEXT;
