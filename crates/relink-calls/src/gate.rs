//! Limits the number of simultaneous calls to a provider, in total and for each customer, so that one customer's requests
//! do not block everybody else's. A call that has to wait too long fails, and the client is asked to retry.

use std::hash::{BuildHasher, RandomState};
use std::time::Duration;
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::timeout;

/// Calls that are under way at once, unless the caller says otherwise.
pub const MOST_CALLS: usize = 32;
/// How long a call waits for its turn. A customer waits for this, and for the call.
const WAIT: Duration = Duration::from_secs(4);
/// Customers are counted in so many heaps, which bounds the memory. Two that are in one heap share a share.
const HEAPS: usize = 1024;
/// A customer may have this part of all calls: one in so many.
const SHARE: usize = 4;

/// The way to a provider.
#[derive(Debug)]
pub struct Gate {
    all: Semaphore,
    of_customers: Vec<Semaphore>,
    /// Its keys are random, so that nobody can choose whom to share a heap with.
    hasher: RandomState,
}

/// Whose share a call is counted in.
#[derive(Clone, Copy, Debug)]
pub struct Heap(usize);

/// The right to make one call; it ends when this is dropped.
#[derive(Debug)]
pub struct Pass<'a> {
    _of_all: SemaphorePermit<'a>,
    _of_customer: Option<SemaphorePermit<'a>>,
}

/// Too many calls are under way: this one was not made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Busy;

impl Gate {
    /// One that lets through so many calls at once.
    pub fn new(most: usize) -> Self {
        let share = (most / SHARE).max(1);
        let of_customers = (0..HEAPS).map(|_| Semaphore::new(share)).collect();
        Self { all: Semaphore::new(most.max(1)), of_customers, hasher: RandomState::new() }
    }

    /// The heap that a customer is in.
    pub fn heap(&self, customer: &str) -> Heap {
        Heap(usize::try_from(self.hasher.hash_one(customer)).unwrap_or_default() % HEAPS)
    }

    /// Waits for a turn. The customer's own turn comes first: who waits for it is in nobody else's way.
    pub async fn enter(&self, heap: Option<Heap>) -> Result<Pass<'_>, Busy> {
        let both = async {
            let of_customer = match heap.and_then(|Heap(at)| self.of_customers.get(at)) {
                Some(share) => Some(share.acquire().await?),
                None => None,
            };
            Ok(Pass { _of_all: self.all.acquire().await?, _of_customer: of_customer })
        };
        let entered: Result<Result<_, tokio::sync::AcquireError>, _> = timeout(WAIT, both).await;
        entered.ok().and_then(Result::ok).ok_or(Busy)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn one_customer_cannot_take_every_turn_and_whoever_waits_too_long_is_told() {
        let gate = Gate::new(8);
        let first = gate.heap("cus_1");
        let another = (2..).map(|n| gate.heap(&format!("cus_{n}"))).find(|heap| heap.0 != first.0);
        let heaps = (first, another.expect("there is more than one heap"));
        let mine = (gate.enter(Some(heaps.0)).await.expect("a turn"), gate.enter(Some(heaps.0)).await);
        assert_eq!(gate.enter(Some(heaps.0)).await.err(), Some(Busy), "its share is two of eight");
        let others: Vec<_> = [gate.enter(Some(heaps.1)).await, gate.enter(None).await].into_iter().collect();
        assert!(others.iter().all(Result::is_ok));
        drop(mine);
        assert!(gate.enter(Some(heaps.0)).await.is_ok());
    }

    #[tokio::test(start_paused = true)]
    async fn there_are_never_more_at_once_than_may_be() {
        let gate = Gate::new(2);
        let two = (gate.enter(None).await.expect("a turn"), gate.enter(None).await.expect("a turn"));
        assert_eq!(gate.enter(None).await.err(), Some(Busy));
        drop(two);
        assert!(gate.enter(None).await.is_ok());
    }
}
