-- What the customer was asked to agree to before the bank, and when they did: Stripe's consent as JSON (id, consent_text, locale,
-- expires_at), with collected_at once the customer has agreed. Null where Stripe asks itself. The program before this one
-- leaves it alone.
ALTER TABLE relink_sessions ADD COLUMN consent TEXT;
