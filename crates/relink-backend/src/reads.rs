//! Which sessions are being read from Stripe right now. If several requests find that a session is due, one of them
//! reads it.

use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};

/// The sessions that are being read by this instance.
#[derive(Debug, Default)]
pub struct Reads(Mutex<HashSet<String>>);

/// One session is being read until this is dropped.
#[derive(Debug)]
pub struct Reading<'a> {
    reads: &'a Reads,
    session: String,
}

impl Reads {
    /// Begins to read a session; `None` if somebody does already.
    pub fn begin(&self, session: &str) -> Option<Reading<'_>> {
        let mut reads = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        reads.insert(session.to_owned()).then(|| Reading { reads: self, session: session.to_owned() })
    }
}

impl Drop for Reading<'_> {
    fn drop(&mut self) {
        self.reads.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.session);
    }
}

#[cfg(test)]
mod tests {
    use super::Reads;

    #[test]
    fn one_reads_at_a_time() {
        let reads = Reads::default();
        let reading = reads.begin("rls_1").expect("nobody reads it");
        assert!(reads.begin("rls_1").is_none() && reads.begin("rls_2").is_some());
        drop(reading);
        assert!(reads.begin("rls_1").is_some());
    }
}
