//! Counters for metrics: requests, sessions, webhooks. Labels are fixed words or the app's routes, never a customer, an
//! account or input: each combination is a series that lasts as long as the program runs.

use axum::http::{Method, StatusCode};
use relink_store::change::Change;
use relink_wire::{FailureReason, SessionStatus};
use std::time::Duration;

/// Counts a request that was answered; `route` is the template that it matched.
pub(crate) fn served(method: &Method, route: &str, status: StatusCode, took: Duration) {
    let method = known(method);
    metrics::counter!(
        "relink_http_requests_total",
        "method" => method, "route" => route.to_owned(), "status" => status.as_str().to_owned()
    )
    .increment(1);
    metrics::histogram!("relink_http_request_seconds", "route" => route.to_owned()).record(took);
    if status == StatusCode::TOO_MANY_REQUESTS {
        metrics::counter!("relink_rate_limited_total", "route" => route.to_owned()).increment(1);
    }
}

/// A method's name; anybody may invent one.
fn known(method: &Method) -> &'static str {
    match method.as_str() {
        "GET" => "GET",
        "HEAD" => "HEAD",
        "POST" => "POST",
        "PUT" => "PUT",
        "PATCH" => "PATCH",
        "DELETE" => "DELETE",
        "OPTIONS" => "OPTIONS",
        _ => "other",
    }
}

/// Counts what a change that was committed says about a session: that it was opened, or how it ended.
pub(crate) fn committed(change: &Change) {
    match change {
        Change::Open(session, _, _) => {
            metrics::counter!("relink_sessions_opened_total", "profile" => session.profile.clone())
                .increment(1);
        }
        Change::Move(session, _) | Change::Complete(session, _, _)
            if session.status != SessionStatus::Pending =>
        {
            let result = session.relink_result.as_ref();
            let reason = result.and_then(|result| result.failure_reason.as_ref()).map_or("none", reason);
            metrics::counter!(
                "relink_sessions_ended_total", "outcome" => outcome(&session.status), "reason" => reason
            )
            .increment(1);
        }
        Change::Move(..) | Change::Complete(..) | Change::Nothing | Change::Ask(_) => {}
    }
}

fn outcome(status: &SessionStatus) -> &'static str {
    match status {
        SessionStatus::Pending => "pending",
        SessionStatus::Succeeded => "succeeded",
        SessionStatus::Failed => "failed",
        SessionStatus::Cancelled => "cancelled",
        SessionStatus::Expired => "expired",
        SessionStatus::Unknown(_) => "unknown",
    }
}

/// Stripe's reason, as long as it is one that this version knows.
fn reason(reason: &FailureReason) -> &'static str {
    match reason {
        FailureReason::NoAccount => "no_account",
        FailureReason::NoAuthorization => "no_authorization",
        FailureReason::Other => "other",
        FailureReason::Unknown(_) => "unknown",
    }
}

/// Counts a webhook delivery: `taken`, `repeated` or `refused`.
pub(crate) fn delivered(outcome: &'static str) {
    metrics::counter!("relink_webhook_deliveries_total", "outcome" => outcome).increment(1);
}

#[cfg(test)]
mod tests {
    use super::known;
    use axum::http::Method;

    #[test]
    fn an_invented_method_makes_no_series_of_its_own() {
        let invented = Method::from_bytes(b"PLANTED").expect("a method");
        assert_eq!((known(&invented), known(&Method::POST)), ("other", "POST"));
    }
}
