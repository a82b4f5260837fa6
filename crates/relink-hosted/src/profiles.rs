//! The two profiles that hosted relinks need in a backend.

use relink_backend::{Permissions, Profile, WayToBank};

/// The profile behind our own hosted page.
pub(crate) const LINK: &str = "link";
/// The profile for a page hosted by Stripe that a merchant's server requested; no browser calls it.
pub(crate) const BY_STRIPE: &str = "hosted_by_stripe";

/// What hosted relinks need of a [`Relink`]: two profiles without a path. Add them to its builder.
pub fn profiles() -> [Profile; 2] {
    let profile = |name: &str, limit, handoff| Profile {
        name: name.into(),
        path: None,
        permissions: Permissions::AsGranted,
        limit,
        handoff,
    };
    // A link may be for several accounts of one bank. A session for one account takes that one in any case.
    [profile(LINK, None, WayToBank::StripeJs), profile(BY_STRIPE, Some(1), WayToBank::Hosted)]
}
