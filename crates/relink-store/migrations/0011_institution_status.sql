-- How well the bank could be reached when the session was made: Stripe's institution.status (active, degraded, inactive, or a newer
-- value). Null where Stripe did not say. The program before this one leaves it alone.
ALTER TABLE relink_sessions ADD COLUMN institution_status TEXT;
