//! Password hashing is slow on purpose, and anybody can cause it. So it uses at most half of the processors, in threads
//! that serve no requests. A few more passwords can wait for a while; beyond that, the client is asked to retry.

use relink_backend::ApiError;
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

/// For each password that is being hashed, so many may wait: together a second on most machines.
const WAITING: usize = 4;
/// How long one waits.
const WAIT: Duration = Duration::from_secs(5);
/// When to retry if there was no free slot.
const COME_AGAIN: Duration = Duration::from_secs(1);

/// The turns for passwords; cloning shares them.
#[derive(Clone, Debug)]
pub struct Hashing {
    at_once: Arc<Semaphore>,
    places: Arc<Semaphore>,
}

/// The right to have one password hashed.
#[derive(Debug)]
pub struct Turn {
    _place: OwnedSemaphorePermit,
    _turn: OwnedSemaphorePermit,
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

    /// Waits for a turn, where there is a place to wait.
    pub async fn turn(&self) -> Result<Turn, ApiError> {
        let too_many = || ApiError::too_many(COME_AGAIN, "Too many passwords wait to be looked at.");
        let place = self.places.clone().try_acquire_owned().map_err(|_| too_many())?;
        let turn = timeout(WAIT, self.at_once.clone().acquire_owned()).await;
        let turn = turn.ok().and_then(Result::ok).ok_or_else(too_many)?;
        Ok(Turn { _place: place, _turn: turn })
    }
}

impl Turn {
    /// Does the slow part; `None` if it panicked.
    pub async fn hash<T: Send + 'static>(self, slow: impl FnOnce() -> T + Send + 'static) -> Option<T> {
        // The turn goes along: it ends with the work, even where nobody waits for it any more.
        let work = move || {
            let done = slow();
            drop(self);
            done
        };
        tokio::task::spawn_blocking(work).await.ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::task::JoinSet;

    #[tokio::test(start_paused = true)]
    async fn only_a_few_wait_and_not_for_ever_and_a_turn_is_free_again_with_the_end_of_the_work() {
        let hashing = Hashing::at_once(1);
        let first = hashing.turn().await.expect("nobody else is there");
        let mut others = JoinSet::new();
        for _ in 0..100 {
            let hashing = hashing.clone();
            others.spawn(async move {
                let begun = tokio::time::Instant::now();
                hashing.turn().await.map(drop).map_err(|refused| (refused.wait, begun.elapsed() >= WAIT))
            });
        }
        let refused = others.join_all().await;
        let waited = refused.iter().filter(|refused| **refused == Err((Some(2), true))).count();
        let sent_away = refused.iter().filter(|refused| **refused == Err((Some(2), false))).count();
        assert_eq!((waited, sent_away), (WAITING, 100 - WAITING));
        assert_eq!(first.hash(|| 7).await, Some(7));
        assert!(hashing.turn().await.is_ok());
    }
}
