//! Whether Stripe has answered recently, from the results of calls that are made anyway. Nothing here calls Stripe: a
//! probe that did would cost a call each time, and could fail for reasons that do not affect customers.

use crate::StripeError;
use std::sync::atomic::{AtomicI64, AtomicU32, Ordering};
use std::time::Instant;

/// What the last calls came to; shared by every clone of a client.
#[derive(Debug)]
pub(crate) struct Reached {
    since: Instant,
    /// Milliseconds from `since` to the last answer that could be used; negative where there was none.
    answered_ms: AtomicI64,
    /// The same of the last call that Stripe did not answer, or not with this key.
    failed_ms: AtomicI64,
    /// Calls in a row that came to nothing.
    failures: AtomicU32,
}

/// Whether Stripe has answered lately.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StripeHealth {
    /// Nobody has asked Stripe lately, so nobody knows.
    Unknown,
    /// The last call was answered, or too few have failed to say that it is not one of them alone.
    Answers,
    /// This many calls in a row had no answer, a 5xx, or a 401; the last of them was made so many seconds ago.
    Fails {
        /// Calls in a row.
        calls: u32,
        /// Seconds since the last.
        seconds_ago: u64,
    },
}

/// Calls in a row that must fail.
const ENOUGH: u32 = 3;
/// How long an outcome says something, in milliseconds. An instance that gets no requests because it failed must find out
/// whether Stripe is back.
const LATELY_MS: i64 = 60_000;

impl Default for Reached {
    fn default() -> Self {
        Self {
            since: Instant::now(),
            answered_ms: AtomicI64::new(-1),
            failed_ms: AtomicI64::new(-1),
            failures: AtomicU32::new(0),
        }
    }
}

impl Reached {
    /// Notes what a call came to.
    pub(crate) fn note<T>(&self, answer: &Result<T, StripeError>) {
        let now = self.now_ms();
        match answer {
            // A key that Stripe does not take makes every call fail, whatever the network does.
            Err(StripeError::Unavailable | StripeError::Unauthorized) => {
                self.failed_ms.store(now, Ordering::Relaxed);
                self.failures.fetch_add(1, Ordering::Relaxed);
            }
            // It was never asked.
            Err(StripeError::Busy) => {}
            Ok(_)
            | Err(
                StripeError::Throttled
                | StripeError::NotFound
                | StripeError::BankUnavailable
                | StripeError::NotEnabled(_)
                | StripeError::Language(_)
                | StripeError::NotYet(_)
                | StripeError::Refused { .. },
            ) => {
                self.answered_ms.store(now, Ordering::Relaxed);
                self.failures.store(0, Ordering::Relaxed);
            }
        }
    }

    /// What the last calls say.
    pub(crate) fn health(&self) -> StripeHealth {
        self.health_at(self.now_ms())
    }

    fn health_at(&self, now_ms: i64) -> StripeHealth {
        let (answered, failed) =
            (self.answered_ms.load(Ordering::Relaxed), self.failed_ms.load(Ordering::Relaxed));
        let calls = self.failures.load(Ordering::Relaxed);
        let last = answered.max(failed);
        if last < 0 || now_ms - last > LATELY_MS {
            return StripeHealth::Unknown;
        }
        if calls < ENOUGH {
            return StripeHealth::Answers;
        }
        let seconds_ago = u64::try_from((now_ms - failed) / 1000).unwrap_or_default();
        StripeHealth::Fails { calls, seconds_ago }
    }

    fn now_ms(&self) -> i64 {
        i64::try_from(self.since.elapsed().as_millis()).unwrap_or(i64::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_calls_without_an_answer_are_a_failure_and_one_answer_ends_it() {
        let reached = Reached::default();
        assert_eq!(reached.health(), StripeHealth::Unknown, "nobody has asked");
        for _ in 0..2 {
            reached.note::<()>(&Err(StripeError::Unavailable));
        }
        assert_eq!(reached.health(), StripeHealth::Answers, "two may be chance");
        reached.note::<()>(&Err(StripeError::Unauthorized));
        assert!(matches!(reached.health(), StripeHealth::Fails { calls: 3, .. }));
        reached.note::<()>(&Err(StripeError::NotFound));
        assert_eq!(reached.health(), StripeHealth::Answers, "a refusal is an answer");
    }

    #[test]
    fn what_was_a_minute_ago_says_nothing_any_more() {
        let reached = Reached::default();
        for _ in 0..3 {
            reached.note::<()>(&Err(StripeError::Unavailable));
        }
        assert!(matches!(reached.health_at(59_000), StripeHealth::Fails { seconds_ago: 59, .. }));
        assert_eq!(reached.health_at(120_000), StripeHealth::Unknown);
    }
}
