//! All open connections, and which one to close.

use crate::serving::turn::Turn;
use relink_backend::ClientAddress;
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The open connections of one server.
#[derive(Debug, Default)]
pub struct OpenConnections {
    all: Mutex<HashMap<u64, Arc<Turn>>>,
    next: AtomicU64,
}

impl OpenConnections {
    fn all(&self) -> MutexGuard<'_, HashMap<u64, Arc<Turn>>> {
        self.all.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// One more.
    pub fn enter(&self, peer: IpAddr) -> Arc<Turn> {
        let id = self.next.fetch_add(1, Ordering::Relaxed);
        let turn = Arc::new(Turn::new(id, ClientAddress(peer.to_canonical()).network()));
        self.all().insert(id, turn.clone());
        turn
    }

    /// One less.
    pub fn leave(&self, turn: &Turn) {
        self.all().remove(&turn.id);
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.all().len()
    }

    /// Closes one that waits for its client: of the client that has the most such connections, the one that has waited
    /// longest. Where we are at work on all of them, none is closed.
    pub fn make_room(&self) {
        let all = self.all();
        let waiting: Vec<_> = all.values().filter_map(|turn| Some((turn.waits_since()?, turn))).collect();
        let mut of_peer: HashMap<IpAddr, usize> = HashMap::new();
        for (_, turn) in &waiting {
            *of_peer.entry(turn.peer).or_default() += 1;
        }
        let most = of_peer.values().copied().max().unwrap_or_default();
        let of_most = waiting.iter().filter(|(_, turn)| of_peer.get(&turn.peer) == Some(&most));
        if let Some((_, turn)) = of_most.min_by_key(|(since, turn)| (*since, turn.id)) {
            turn.close();
        }
    }

    /// Closes those whose client has used up its time.
    pub fn close_late(&self) {
        self.all().values().filter(|turn| turn.is_late()).for_each(|turn| turn.close());
    }

    /// Closes those with a request that has begun and is not here yet.
    pub fn close_unsent(&self) {
        self.all().values().filter(|turn| turn.is_unsent()).for_each(|turn| turn.close());
    }

    /// Closes all.
    pub fn close_all(&self) {
        self.all().values().for_each(|turn| turn.close());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn peer(text: &str) -> IpAddr {
        text.parse().expect("an address")
    }

    fn closing(turns: &[Arc<Turn>]) -> Vec<usize> {
        (0..turns.len()).filter(|at| turns[*at].waits_since().is_none()).collect()
    }

    #[test]
    fn room_is_made_by_whoever_holds_the_most_and_of_theirs_by_the_oldest() {
        let open = OpenConnections::default();
        let peers = ["192.0.2.1", "192.0.2.9", "192.0.2.9", "192.0.2.9"];
        let turns: Vec<_> = peers.into_iter().map(|text| open.enter(peer(text))).collect();
        open.make_room();
        assert_eq!(closing(&turns), [1]);
        open.make_room();
        assert_eq!(closing(&turns), [1, 2]);
    }

    #[test]
    fn no_connection_is_closed_that_we_are_at_work_on() {
        let open = OpenConnections::default();
        let turns = [open.enter(peer("192.0.2.1")), open.enter(peer("2001:db8::1"))];
        for turn in &turns {
            turn.head_read(true);
        }
        open.make_room();
        open.close_late();
        open.close_unsent();
        for turn in &turns {
            turn.answered();
        }
        assert_eq!(closing(&turns), [0; 0]);
    }

    #[tokio::test(start_paused = true)]
    async fn a_client_has_its_time_for_each_turn_and_no_more() {
        use std::time::Duration;
        let open = OpenConnections::default();
        let turns = [open.enter(peer("192.0.2.1")), open.enter(peer("192.0.2.2"))];
        turns[1].head_read(true);
        tokio::time::advance(Duration::from_secs(9)).await;
        open.close_late();
        assert_eq!(closing(&turns), [1], "the second is ours to work for");
        turns[1].answered();
        tokio::time::advance(Duration::from_secs(1)).await;
        open.close_late();
        assert_eq!(closing(&turns), [0]);
        tokio::time::advance(Duration::from_secs(29)).await;
        open.close_late();
        assert_eq!(closing(&turns), [0, 1]);
    }
}
