//! Errors: RFC 9457, with the contract's `code` and a `request_id`.

use crate::answer::Answer;
use crate::look::schema;

/// What is wrong with an error answer.
pub fn wrong(answer: &Answer) -> Vec<String> {
    let (to, status, json) = (&answer.to, answer.status, answer.json());
    let mut wrong = Vec::new();
    if answer.media_type() != "application/problem+json" {
        let kind = answer.header("content-type").unwrap_or("absent");
        wrong.push(format!("{to}, {status}: Content-Type is `{kind}`"));
    }
    wrong.extend(schema::problem(&json).into_iter().map(|what| format!("{to}, {status}: {what}")));
    if json["code"].as_str().is_some_and(|code| !code.is_empty() && !schema::codes().contains(&code)) {
        wrong.push(format!("{to}, {status}: `code` is none of the contract's"));
    }
    if json["status"].as_u64().is_some_and(|member| member != u64::from(status)) {
        wrong.push(format!("{to}, {status}: the member `status` is another number"));
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
