//! How often one client may ask: a token bucket for each customer, link, API key and address. What costs a call to Stripe or
//! the hashing of a password has its own; so have reads, and requests of which nobody knows whose they are.
//!
//! A bucket holds so many tokens and gets new ones at a steady rate. What a person does never empties one; a program that
//! asks as fast as it can is told `rate_limited`, with the seconds to wait, before anything is read or written for it. The
//! widget waits by itself. Buckets are each instance's own, and their memory is bounded: clients are counted by a hash of
//! who they are, of which there is a fixed number.

use crate::client_address::ClientAddress;
use crate::error::ApiError;
use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use std::fmt;
use std::hash::{BuildHasher, RandomState};
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::str::FromStr;

/// Buckets of one kind: two clients in 262,144 may share one by chance, and nobody can choose whose.
const BUCKETS: u64 = 1 << 18;

/// One kind of bucket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    /// Requests that may come at once.
    pub burst: NonZeroU32,
    /// Requests that may come each minute in the long run.
    pub per_minute: NonZeroU32,
}

const fn rate(burst: u32, per_minute: u32) -> Rate {
    match (NonZeroU32::new(burst), NonZeroU32::new(per_minute)) {
        (Some(burst), Some(per_minute)) => Rate { burst, per_minute },
        _ => panic!("a bucket holds something"),
    }
}

/// The buckets of every kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RateLimits {
    /// Sessions and completions of one customer.
    pub customer: Rate,
    /// The same by one link, and new links that are asked for on its page.
    pub link: Rate,
    /// Requests of a merchant's server, by its API key.
    pub api_key: Rate,
    /// Requests for sessions and completions from one address, for any customers.
    pub address: Rate,
    /// Reads of one customer, or by one link: of a session, and of the link's page.
    pub read: Rate,
    /// Requests from one address that bring nothing by which they are known: no token, a key that is none, a link that is none.
    pub stranger: Rate,
    /// Passwords from one address.
    pub sign_in: Rate,
}

impl Default for RateLimits {
    /// A person makes one or two sessions a minute, and the widget reads one every two seconds while the customer is at the bank:
    /// twenty tabs of one customer may. Many people may have one address, and a proxy that is not on the list of trusted ones
    /// looks like one client: so an address has far more.
    fn default() -> Self {
        Self {
            customer: rate(30, 60),
            link: rate(20, 30),
            api_key: rate(1000, 12_000),
            address: rate(600, 6000),
            read: rate(120, 600),
            stranger: rate(600, 6000),
            sign_in: rate(20, 60),
        }
    }
}

/// A text that names no rate limits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoRates;

impl FromStr for RateLimits {
    type Err = NoRates;

    /// Reads `customer=30/60, link=20/30`: at once, and in a minute. A kind that is not named keeps its default.
    fn from_str(text: &str) -> Result<Self, NoRates> {
        let mut limits = Self::default();
        for entry in text.split(',').map(str::trim).filter(|entry| !entry.is_empty()) {
            let (kind, rate) = entry.split_once('=').ok_or(NoRates)?;
            let (burst, per_minute) = rate.split_once('/').ok_or(NoRates)?;
            let number = |text: &str| text.trim().parse::<NonZeroU32>().map_err(|_| NoRates);
            let rate = Rate { burst: number(burst)?, per_minute: number(per_minute)? };
            match kind.trim() {
                "customer" => limits.customer = rate,
                "link" => limits.link = rate,
                "api_key" => limits.api_key = rate,
                "address" => limits.address = rate,
                "read" => limits.read = rate,
                "stranger" => limits.stranger = rate,
                "sign_in" => limits.sign_in = rate,
                _ => return Err(NoRates),
            }
        }
        Ok(limits)
    }
}

/// Who asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asker<'a> {
    /// A customer, by id.
    Customer(&'a str),
    /// The holder of a link, by its fingerprint.
    Link(&'a str),
    /// A merchant's server, by its key's name.
    ApiKey(&'a str),
    /// A client with that address.
    Address(ClientAddress),
    /// A customer or a link that reads, by the owner of their idempotency keys.
    Reader(&'a str),
    /// An unknown client with that address.
    Stranger(ClientAddress),
    /// The same, with a password.
    SignIn(ClientAddress),
}

/// The buckets of one running backend.
pub struct Rates {
    customers: DefaultKeyedRateLimiter<u64>,
    links: DefaultKeyedRateLimiter<u64>,
    api_keys: DefaultKeyedRateLimiter<u64>,
    addresses: DefaultKeyedRateLimiter<u64>,
    readers: DefaultKeyedRateLimiter<u64>,
    strangers: DefaultKeyedRateLimiter<u64>,
    sign_ins: DefaultKeyedRateLimiter<u64>,
    clock: DefaultClock,
    hasher: RandomState,
}

impl fmt::Debug for Rates {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rates").finish_non_exhaustive()
    }
}

impl Rates {
    /// Full buckets.
    pub fn new(limits: RateLimits) -> Self {
        let of = |rate: Rate| RateLimiter::keyed(Quota::per_minute(rate.per_minute).allow_burst(rate.burst));
        Self {
            customers: of(limits.customer),
            links: of(limits.link),
            api_keys: of(limits.api_key),
            addresses: of(limits.address),
            readers: of(limits.read),
            strangers: of(limits.stranger),
            sign_ins: of(limits.sign_in),
            clock: DefaultClock::default(),
            hasher: RandomState::new(),
        }
    }

    /// Takes a token out of the asker's bucket, or says when there will be one.
    pub fn take(&self, asker: Asker<'_>) -> Result<(), ApiError> {
        let named = |name: &str| self.hasher.hash_one(name) % BUCKETS;
        let network = |address: ClientAddress| self.hasher.hash_one::<IpAddr>(address.network()) % BUCKETS;
        let (taken, who) = match asker {
            Asker::Customer(id) => (self.customers.check_key(&named(id)), "this customer"),
            Asker::Link(fingerprint) => (self.links.check_key(&named(fingerprint)), "this link"),
            Asker::ApiKey(name) => (self.api_keys.check_key(&named(name)), "this API key"),
            Asker::Address(address) => (self.addresses.check_key(&network(address)), "this address"),
            Asker::Reader(owner) => (self.readers.check_key(&named(owner)), "this customer or link"),
            Asker::Stranger(address) => (self.strangers.check_key(&network(address)), "this address"),
            Asker::SignIn(address) => (self.sign_ins.check_key(&network(address)), "this address"),
        };
        taken.map_err(|not_until| {
            let wait = not_until.wait_time_from(self.clock.now());
            ApiError::too_many(
                wait,
                format!("Too many requests from {who}; Retry-After says when the next is taken."),
            )
        })
    }

    /// The same for an unidentified request, if its address is known.
    pub fn take_of_stranger(&self, from: Option<ClientAddress>) -> Result<(), ApiError> {
        from.map_or(Ok(()), |address| self.take(Asker::Stranger(address)))
    }

    /// Forgets buckets that are full again.
    pub fn forget_full(&self) {
        let known = [&self.customers, &self.links, &self.api_keys, &self.readers];
        let by_address = [&self.addresses, &self.strangers, &self.sign_ins];
        for limiter in known.into_iter().chain(by_address) {
            limiter.retain_recent();
            limiter.shrink_to_fit();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn taken(rates: &Rates, asker: Asker<'_>, times: usize) -> usize {
        (0..times).filter(|_| rates.take(asker).is_ok()).count()
    }

    #[test]
    fn a_burst_passes_and_what_comes_faster_is_told_when_to_come_again() {
        let rates = Rates::new("customer=5/1".parse().expect("rates"));
        assert_eq!(taken(&rates, Asker::Customer("cus_1"), 300), 5);
        let refused = rates.take(Asker::Customer("cus_1")).expect_err("an empty bucket");
        assert!(refused.wait.is_some_and(|seconds| (1..=61).contains(&seconds)), "{refused:?}");
        assert_eq!(taken(&rates, Asker::Link("cus_1"), 5), 5, "a link has a bucket of its own");
    }

    #[test]
    fn the_defaults_let_a_person_pass_and_stop_a_program() {
        let rates = Rates::new(RateLimits::default());
        assert_eq!(taken(&rates, Asker::Customer("cus_1"), 30), 30);
        assert!(taken(&rates, Asker::Customer("cus_1"), 270) < 10);
        // Twenty tabs that are all looked at again at once, each with a few reads.
        assert_eq!(taken(&rates, Asker::Reader("cus_1"), 120), 120);
        assert!(taken(&rates, Asker::Reader("cus_1"), 1000) < 100);
        assert_eq!(taken(&rates, Asker::Reader("link:1"), 120), 120, "another reads as before");
    }

    #[test]
    fn all_addresses_of_one_network_share_a_bucket() {
        let rates = Rates::new("sign_in=3/1".parse().expect("rates"));
        let from = |last: u16| ClientAddress(IpAddr::from([0x2001, 0xdb8, 0, 1, 0, 0, 0, last]));
        let taken = (0..100).filter(|last| rates.take(Asker::SignIn(from(*last))).is_ok()).count();
        assert_eq!(taken, 3);
    }

    #[test]
    fn what_is_not_named_keeps_its_default_and_nonsense_is_refused() {
        let limits: RateLimits = "customer=5/10, sign_in = 1/2".parse().expect("rates");
        assert_eq!((limits.customer, limits.sign_in), (rate(5, 10), rate(1, 2)));
        assert_eq!(limits.link, RateLimits::default().link);
        for bad in ["customer", "customer=5", "customer=0/1", "customers=5/1", "customer=5/-1"] {
            assert_eq!(bad.parse::<RateLimits>(), Err(NoRates), "{bad}");
        }
    }
}
