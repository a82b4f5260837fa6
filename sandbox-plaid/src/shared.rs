//! What all requests share.

use crate::sign::Signer;
use crate::world::World;
use std::sync::{Mutex, PoisonError};

/// What is shared by all requests.
pub struct Shared {
    pub base: String,
    pub world: Mutex<World>,
    pub signer: Signer,
    pub http: reqwest::Client,
}

impl Shared {
    /// Reads or changes the world.
    pub fn with<T>(&self, change: impl FnOnce(&mut World) -> T) -> T {
        change(&mut self.world.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
