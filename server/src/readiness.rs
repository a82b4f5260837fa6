//! What a server remembers about its readiness: whether it is about to stop, and the results of the last checks.
//! `ready` makes the checks.

use std::sync::Arc;
use std::time::Instant;
use tokio::sync::{Mutex, watch};

/// What one check came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// All is well.
    Ok,
    /// It is not.
    Failing,
    /// Nothing says whether it is.
    Unknown,
}

impl Outcome {
    pub(crate) fn of(is_ok: bool) -> Self {
        if is_ok { Self::Ok } else { Self::Failing }
    }

    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Failing => "failing",
            Self::Unknown => "unknown",
        }
    }
}

/// One check.
#[derive(Clone, Debug)]
pub(crate) struct Check {
    pub(crate) name: &'static str,
    pub(crate) outcome: Outcome,
    /// Whether the instance is not ready if it fails, for any probe.
    pub(crate) is_needed: bool,
    /// What was found, for the log.
    pub(crate) found: String,
}

/// What lasts from one question to the next.
pub struct Readiness {
    stopping: watch::Sender<bool>,
    pub(crate) last: Mutex<Option<(Instant, Arc<Vec<Check>>)>>,
}

impl Default for Readiness {
    fn default() -> Self {
        Self { stopping: watch::Sender::new(false), last: Mutex::default() }
    }
}

impl Readiness {
    /// From now on the instance is not ready: it is about to stop.
    pub fn stop(&self) {
        self.stopping.send_replace(true);
    }

    /// Until it is about to stop.
    pub(crate) fn stopping(&self) -> impl Future<Output = ()> + Send + 'static {
        let mut stopping = self.stopping.subscribe();
        async move {
            // An error means that the server is gone, which is a stop too.
            drop(stopping.wait_for(|is_stopping| *is_stopping).await);
        }
    }

    pub(crate) fn is_stopping(&self) -> bool {
        *self.stopping.borrow()
    }
}
