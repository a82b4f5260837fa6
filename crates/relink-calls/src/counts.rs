//! What came of calls, for whoever scrapes: one name for all providers, with the provider as a label.

use std::time::Duration;

/// Counts a call. `operation` and `outcome` are fixed words: nothing of a customer is a label.
pub fn counted(provider: &'static str, operation: &'static str, outcome: &'static str) {
    metrics::counter!(
        "relink_provider_requests_total", "provider" => provider, "operation" => operation, "outcome" => outcome
    )
    .increment(1);
}

/// Notes how long a call took.
pub fn took(provider: &'static str, operation: &'static str, time: Duration) {
    metrics::histogram!("relink_provider_request_seconds", "provider" => provider, "operation" => operation)
        .record(time);
}
