//! Errors: RFC 9457, with the contract's `code` and a `request_id`.

use crate::answer::Answer;
use serde_json::Value as Json;

/// The codes that come from a backend.
pub const CODES: [&str; 10] = [
    "invalid_request",
    "not_authenticated",
    "forbidden",
    "session_not_found",
    "session_expired",
    "session_consumed",
    "not_relinkable",
    "account_closed",
    "rate_limited",
    "provider_unavailable",
];

/// What is wrong with an error answer.
pub fn wrong(answer: &Answer) -> Vec<String> {
    let (to, status, json) = (&answer.to, answer.status, answer.json());
    let mut wrong = Vec::new();
    if answer.media_type() != "application/problem+json" {
        let kind = answer.header("content-type").unwrap_or("absent");
        wrong.push(format!("{to}, {status}: Content-Type is `{kind}`"));
    }
    if !json.is_object() {
        wrong.push(format!("{to}, {status}: the body is no JSON object"));
        return wrong;
    }
    match json.get("code").and_then(Json::as_str) {
        None => wrong.push(format!("{to}, {status}: `code` is absent")),
        Some(code) if !CODES.contains(&code) => {
            wrong.push(format!("{to}, {status}: `code` is none of the contract's"));
        }
        Some(_) => {}
    }
    if json.get("request_id").and_then(Json::as_str).is_none_or(str::is_empty) {
        wrong.push(format!("{to}, {status}: `request_id` is absent"));
    }
    if json.get("status").is_some_and(|told| told.as_u64() != Some(u64::from(status))) {
        wrong.push(format!("{to}, {status}: the member `status` says otherwise"));
    }
    wrong
}

/// What is wrong with an answer that had to be an error with one of these statuses and this code.
pub fn expected(answer: &Answer, statuses: &[u16], code: &str) -> Vec<String> {
    if answer.refuses_with(statuses) && answer.text("code").as_deref() == Some(code) {
        return Vec::new();
    }
    vec![answer.seen()]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(kind: &str, body: &str) -> Answer {
        let headers = vec![("content-type".into(), kind.into())];
        Answer { to: "GET /sessions/{id}".into(), status: 404, headers, body: body.into() }
    }

    #[test]
    fn a_whole_problem_is_good_and_what_is_missing_is_named() {
        let whole =
            r#"{"title":"No such session","status":404,"code":"session_not_found","request_id":"req_1"}"#;
        assert_eq!(wrong(&answer("application/problem+json", whole)), [""; 0]);
        let told = wrong(&answer("application/json", r#"{"status":400,"code":"oops"}"#)).join("; ");
        for part in ["Content-Type", "`code` is none", "`request_id`", "`status`"] {
            assert!(told.contains(part), "{told}");
        }
    }

    #[test]
    fn a_page_is_no_problem() {
        assert_eq!(wrong(&answer("text/html", "<h1>Not found</h1>")).len(), 2);
    }
}
