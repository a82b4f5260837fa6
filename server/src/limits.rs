//! How much one client may request, and how much all together, from the environment. A person never reaches the
//! defaults.

use crate::serving::{Serving, default_connections};
use relink_backend::{RateLimits, TrustedProxies};
use relink_hosted::Mistake;
use std::time::Duration;

/// How long running requests have after a signal to stop, in seconds.
const STOP: u64 = 10;

/// The limits.
#[derive(Clone, Debug)]
pub struct Limits {
    /// Connections: `RELINK_MAX_CONNECTIONS`, `RELINK_STOP_SECONDS`.
    pub serving: Serving,
    /// Whose `X-Forwarded-For` is trusted: `RELINK_TRUSTED_PROXIES`.
    pub trusted_proxies: TrustedProxies,
    /// How often one client may ask: `RELINK_RATE_LIMITS`.
    pub rates: RateLimits,
    /// Calls to Stripe that are under way at once: `RELINK_STRIPE_CALLS`.
    pub stripe_calls: usize,
}

impl Limits {
    /// Reads them; what is wrong is added to `mistakes`, and the default taken in its place.
    pub fn read(get: impl Fn(&str) -> Option<String>, mistakes: &mut Vec<Mistake>) -> Self {
        let mut number = |name: &'static str, default: usize, expected| match get(name) {
            None => default,
            Some(text) => {
                text.parse().ok().filter(|number| (1..=100_000).contains(number)).unwrap_or_else(|| {
                    mistakes.push(Mistake::Wrong { name, expected });
                    default
                })
            }
        };
        let expected = "a number from 1 to 100000";
        let most_connections = number("RELINK_MAX_CONNECTIONS", default_connections(), expected);
        let stripe_calls = number("RELINK_STRIPE_CALLS", relink_stripe::MOST_CALLS, expected);
        let stop =
            get("RELINK_STOP_SECONDS").map(|text| text.parse().ok().filter(|seconds| *seconds <= 3600));
        if stop == Some(None) {
            let expected = "a number of seconds, 3600 at most";
            mistakes.push(Mistake::Wrong { name: "RELINK_STOP_SECONDS", expected });
        }
        let proxies = get("RELINK_TRUSTED_PROXIES").map(|text| text.parse());
        if matches!(proxies, Some(Err(_))) {
            let expected = "addresses and networks with commas between, as 10.0.0.0/8,192.0.2.1";
            mistakes.push(Mistake::Wrong { name: "RELINK_TRUSTED_PROXIES", expected });
        }
        let rates = get("RELINK_RATE_LIMITS").map(|text| text.parse());
        if matches!(rates, Some(Err(_))) {
            let expected = "a list like customer=30/60,link=20/30: at once, and in a minute; of customer, link, api_key, address, read, stranger, sign_in";
            mistakes.push(Mistake::Wrong { name: "RELINK_RATE_LIMITS", expected });
        }
        let stop = Duration::from_secs(stop.flatten().unwrap_or(STOP));
        Self {
            serving: Serving { most_connections, stop },
            trusted_proxies: proxies.and_then(Result::ok).unwrap_or_default(),
            rates: rates.and_then(Result::ok).unwrap_or_default(),
            stripe_calls,
        }
    }
}
