//! Who runs an operator's command, and when, as the security log has it.

use super::ManageError;
use relink_store::Store;
use relink_store::security_events::{Actor, Source};
use std::time::{SystemTime, UNIX_EPOCH};

/// The person who runs the command, and the time by the clock that all instances use.
pub(super) async fn operator(store: &Store) -> Result<Source<'static>, ManageError> {
    let at_ms = store.clock_ms().await?.unwrap_or_else(now_ms);
    Ok(Source { at_ms, actor: Actor::CommandLine, address: None })
}

/// The time by this machine's clock.
pub(super) fn now_ms() -> i64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(now.as_millis()).unwrap_or(i64::MAX)
}
