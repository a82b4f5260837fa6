//! Everything behind the mutex: the world, the answers kept for idempotency keys, and the faults that tests ordered.

use crate::config::Config;
use crate::idempotency::Answers;
use crate::mail::Mailbox;
use crate::version::{self, Version};
use crate::webhook::Delivery;
use crate::world::World;

/// A fault that a test ordered for coming requests.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrderedFault {
    /// The status of the answer; without one the answer is the usual one, delayed.
    pub status: Option<u16>,
    /// How many requests get it.
    pub times: u32,
    /// `Retry-After`, in seconds.
    pub retry_after: Option<i64>,
    /// The delay before the answer, in milliseconds.
    pub delay_ms: u64,
    /// Only paths that contain this text get it.
    pub path: String,
}

/// The state of one sandbox.
#[derive(Debug)]
pub struct State {
    /// Accounts, authorizations and sessions.
    pub world: World,
    /// Answers by idempotency key.
    pub answers: Answers,
    /// Faults that are still to happen.
    pub faults: Vec<OrderedFault>,
    /// Where webhooks go, and in which mode.
    pub delivery: Delivery,
    /// The emails that were received.
    pub mailbox: Mailbox,
    /// The merchant's own version of the API: of requests that name none, and of events.
    pub version: &'static Version,
    /// Whether the merchant has access to hosted relinks by the API, which are a private preview.
    pub has_hosted_relink: bool,
    /// Whether the merchant may ask for its customers' consent itself, which is a private preview too.
    pub has_pre_collected_consent: bool,
    /// How far the sandbox's clock is ahead of the machine's, in seconds.
    pub clock_offset: i64,
    config: Config,
    machine_now: i64,
    requests: u64,
}

impl State {
    /// A fresh state. `base` is the sandbox's own address.
    pub fn new(config: Config, base: &str, machine_now: i64) -> Self {
        Self {
            world: World::seeded(&config.seed, base, machine_now),
            answers: Answers::default(),
            faults: Vec::new(),
            delivery: Delivery::new(config.webhook_url.clone(), config.webhook_secret.clone()),
            mailbox: Mailbox::default(),
            version: version::newest(),
            has_hosted_relink: true,
            has_pre_collected_consent: false,
            clock_offset: 0,
            config,
            machine_now,
            requests: 0,
        }
    }

    /// Sets the machine's time, and the world's time with it.
    pub fn tick(&mut self, machine_now: i64) {
        self.machine_now = machine_now;
        self.world.tick(machine_now + self.clock_offset);
    }

    /// Sets the sandbox's clock.
    pub fn set_clock(&mut self, now: i64) {
        self.clock_offset = now - self.machine_now;
        self.world.tick(now);
    }

    /// Starts over: the seeded customers, the machine's time, no faults, the newest version. The webhook address stays.
    pub fn reset(&mut self) {
        self.clock_offset = 0;
        self.version = version::newest();
        self.has_hosted_relink = true;
        self.has_pre_collected_consent = false;
        self.world.start_over(self.machine_now);
        self.answers = Answers::default();
        self.faults.clear();
        self.delivery.start_over();
        self.mailbox.start_over();
    }

    /// The merchant's own account.
    pub fn merchant_account(&self) -> &str {
        &self.config.account
    }

    /// The key that a backend must send.
    pub fn secret_key(&self) -> &str {
        &self.config.secret_key
    }

    /// The key that a page must pass to Stripe.js.
    pub fn publishable_key(&self) -> &str {
        &self.config.publishable_key
    }

    /// The id of the next request.
    pub fn next_request_id(&mut self) -> String {
        self.requests += 1;
        format!("req_{:014}", self.requests)
    }

    /// Takes the next fault that was ordered for this path.
    pub fn take_fault(&mut self, path: &str) -> Option<OrderedFault> {
        let at = self.faults.iter().position(|fault| fault.times > 0 && path.contains(&fault.path))?;
        self.faults[at].times -= 1;
        let fault = self.faults[at].clone();
        self.faults.retain(|fault| fault.times > 0);
        Some(fault)
    }
}
