-- The backend without its demonstration: customers are known by the merchant's own server, not by a sign-in here.

DROP TABLE sign_ins;

-- How a customer is reached, as the merchant's server or Stripe last said.
CREATE TABLE contacts (
    customer TEXT PRIMARY KEY,
    name TEXT,
    email TEXT,
    locale TEXT,
    changed_at BIGINT NOT NULL
);

-- A session's way to the bank and its permissions come from a profile, by name.
ALTER TABLE relink_sessions RENAME COLUMN mount TO profile;

-- A link and a server have keys of their own, not only a customer.
ALTER TABLE idempotency_keys RENAME COLUMN customer TO owner;
