//! Passwords are hashed slowly on purpose, which is work that anybody can ask for. So half of the processors do it at most,
//! in threads that serve no requests; a few more passwords may wait, and whoever comes then is told to come again.

use relink_backend::ApiError;
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// For each password that is being hashed, so many may wait: together a second or two.
const WAITING: usize = 8;
/// When whoever finds no place is to come again.
const COME_AGAIN: Duration = Duration::from_secs(1);

/// The places for passwords; cloning shares them.
#[derive(Clone, Debug)]
pub struct Hashing {
    at_once: Arc<Semaphore>,
    places: Arc<Semaphore>,
}

/// A place for one password.
#[derive(Debug)]
pub struct Place {
    at_once: Arc<Semaphore>,
    _place: OwnedSemaphorePermit,
}

impl Default for Hashing {
    fn default() -> Self {
        let processors = std::thread::available_parallelism().map_or(1, NonZeroUsize::get);
        Self::at_once((processors / 2).max(1))
    }
}

impl Hashing {
    fn at_once(number: usize) -> Self {
        let places = Arc::new(Semaphore::new(number * (1 + WAITING)));
        Self { at_once: Arc::new(Semaphore::new(number)), places }
    }

    /// A place, if there is one.
    pub fn place(&self) -> Result<Place, ApiError> {
        let place = self.places.clone().try_acquire_owned();
        let place =
            place.map_err(|_| ApiError::too_many(COME_AGAIN, "Too many passwords wait to be looked at."))?;
        Ok(Place { at_once: self.at_once.clone(), _place: place })
    }
}

impl Place {
    /// Does the slow part when it is its turn; nothing where it panicked.
    pub async fn hash<T: Send + 'static>(self, slow: impl FnOnce() -> T + Send + 'static) -> Option<T> {
        let turn = self.at_once.clone().acquire_owned().await.ok()?;
        // The turn and the place go along: they end with the work, even where nobody waits for it any more.
        let work = move || {
            let done = slow();
            drop((turn, self));
            done
        };
        tokio::task::spawn_blocking(work).await.ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn only_so_many_wait_and_a_place_is_free_again_with_the_end_of_the_work() {
        let hashing = Hashing::at_once(1);
        let places: Vec<Place> = std::iter::from_fn(|| hashing.place().ok()).collect();
        assert_eq!(places.len(), 1 + WAITING);
        let refused = hashing.place().expect_err("no place");
        assert_eq!((refused.kind.status().as_u16(), refused.wait), (429, Some(2)));
        for place in places {
            assert_eq!(place.hash(|| 7).await, Some(7));
        }
        assert!(hashing.place().is_ok());
    }
}
