//! Whether customers agree in the review: what the operator wants, and whether Stripe lets this merchant.

use std::sync::atomic::{AtomicI64, Ordering};

/// After Stripe has said that this merchant has no access, it is asked again after so many seconds.
const ASK_AGAIN_S: i64 = 3_600;

/// Whether customers agree in the review.
#[derive(Debug, Default)]
pub struct Consents {
    is_wanted: bool,
    /// Stripe is not asked before then, in Unix seconds.
    not_before: AtomicI64,
}

impl Consents {
    /// As the operator wants it.
    pub fn wanted(is_wanted: bool) -> Self {
        Self { is_wanted, not_before: AtomicI64::new(0) }
    }

    /// Whether Stripe is asked for a text, `now` in Unix seconds.
    pub fn may_be_asked(&self, now: i64) -> bool {
        self.is_wanted && now >= self.not_before.load(Ordering::Relaxed)
    }

    /// Stripe has said, `now`, that this merchant has no access: it is left alone for an hour.
    pub fn have_no_access(&self, now: i64) {
        self.not_before.store(now + ASK_AGAIN_S, Ordering::Relaxed);
    }
}
