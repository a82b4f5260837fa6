//! What all requests share: the state behind one mutex, and the HTTP client that sends webhooks.

use std::sync::{Mutex, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

use crate::config::Config;
use crate::state::State;
use crate::webhook::send::send_all;

/// One running sandbox.
#[derive(Debug)]
pub struct Shared {
    state: Mutex<State>,
    client: reqwest::Client,
}

impl Shared {
    /// A fresh sandbox. `base` is the address that it answers at.
    pub fn new(config: Config, base: &str) -> Self {
        Self { state: Mutex::new(State::new(config, base, machine_now())), client: reqwest::Client::new() }
    }

    /// Runs `act` on the state at the current time, then sends the webhooks of what it changed.
    pub fn with<R>(&self, act: impl FnOnce(&mut State) -> R) -> R {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.tick(machine_now());
        let result = act(&mut state);
        let events = state.world.take_outbox();
        let version = state.version;
        let outgoing = state.delivery.plan(events, version);
        drop(state);
        if !outgoing.is_empty() {
            tokio::spawn(send_all(self.client.clone(), outgoing));
        }
        result
    }
}

fn machine_now() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs() as i64)
}
