//! How long a session lasts.

/// How long a session lasts that nobody reads: 30 minutes.
pub const LASTS: i64 = 30 * 60;
/// How long it lasts at most, while the customer is there: ten times as long.
pub const MOST: i64 = 10 * LASTS;
/// How long it lasts with a page that Stripe hosts: a day, like the page itself.
pub const LASTS_AT_STRIPE: i64 = 86_400;
