//! The two profiles that hosted relinks need of a backend.

use relink_backend::{Permissions, Profile, WayToBank};

/// The profile behind our own hosted page.
pub(crate) const LINK: &str = "link";
/// The profile behind a page of Stripe's that a merchant's server asked for; no browser calls it.
pub(crate) const BY_STRIPE: &str = "hosted_by_stripe";

/// What hosted relinks need of a [`Relink`]: two profiles without a path. Add them to its builder.
pub fn profiles() -> [Profile; 2] {
    let profile = |name: &str, handoff| Profile {
        name: name.into(),
        path: None,
        permissions: Permissions::AsGranted,
        limit: Some(1),
        handoff,
    };
    [profile(LINK, WayToBank::StripeJs), profile(BY_STRIPE, WayToBank::Hosted)]
}
