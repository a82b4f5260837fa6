//! Error answers: they are read whatever they hold, retried exactly where the contract says, at most five times, and what
//! the page's developer reads never quotes the backend.

use crate::play::Play;
use crate::tape::Tape;
use relink_core::{Answer, CallKind, Input, RetryAfter, Settings, Timer};
use relink_wire::{Code, Event, Json, Problem};

/// The oracle: two bytes are the status and `Retry-After`, the rest is the body.
pub fn judge(bytes: &[u8]) {
    let mut tape = Tape::new(bytes);
    let (status, waiting) = (u16::from(tape.byte()) * 2 + 100, tape.byte());
    let body = super::json::read(tape.rest());
    // A backend that uses a secret as its request id has published it itself.
    if body.as_ref().is_some_and(|body| body.to_string().contains("_secret_")) {
        return;
    }
    if let Some(body) = &body {
        reads_back(body);
    }
    let retry_after = match waiting % 4 {
        0 => Some(RetryAfter::Seconds(u32::from(waiting))),
        1 => Some(RetryAfter::At(1_795_000_000 + i64::from(waiting))),
        2.. => None,
    };
    if !(200..300).contains(&status) {
        through_the_machine(status, retry_after, body);
    }
}

fn reads_back(body: &Json) {
    let problem = Problem::decode(body);
    let text = problem.encode(500, "Title").to_string();
    let again = serde_json::from_str(&text).map(|body: Json| Problem::decode(&body));
    let detail = problem.detail.clone().or_else(|| Some("Title".into()));
    assert_eq!(again.ok(), Some(Problem { detail, ..problem }), "{text}");
}

fn through_the_machine(status: u16, retry_after: Option<RetryAfter>, body: Option<Json>) {
    let answer = Answer::Http { status, retry_after, body: body.clone() };
    let mut play = Play::of(Settings { account: Some("fca_1".into()), ..Settings::default() }, None);
    play.answer(answer.clone());
    let code = body.as_ref().and_then(|body| body["code"].as_str()).unwrap_or_default();
    let is_worth_it = matches!(status, 408 | 425 | 429 | 500 | 502 | 503 | 504)
        // A backend that runs the first of two says so with 409.
        || (status == 409 && code == "rate_limited");
    let wait_ms = match retry_after {
        Some(RetryAfter::Seconds(seconds)) => u64::from(seconds) * 1000,
        Some(RetryAfter::At(unix)) => (unix - 1_795_000_000).max(0) as u64 * 1000,
        None => 0,
    };
    // What is at the edge of a minute by the milliseconds that went by is not judged. An expired session is replaced,
    // which is another act.
    let is_replaced = code == "session_expired" || status == 410;
    if !is_replaced && wait_ms.abs_diff(60_000) > 1_000 {
        assert_eq!(
            play.insists_on(CallKind::Create),
            is_worth_it && wait_ms < 60_000,
            "{status} {wait_ms} {body:?}"
        );
    }
    for _ in 0..24 {
        if play.waiting().is_some() {
            play.answer(answer.clone());
        } else if play.insists_on(CallKind::Create) {
            play.tell(Input::TimerFired(Timer::Retry(CallKind::Create)));
        }
    }
    let tries =
        |key: &Option<String>| play.requests.iter().filter(|call| call.idempotency_key == *key).count();
    assert!(play.requests.iter().all(|call| tries(&call.idempotency_key) <= 5), "more than five tries");
    assert!(play.requests.len() <= 10, "replaced more than once");
    let view = play.view();
    assert!(view.is_interactive() || view.state.is_some_and(relink_wire::FlowState::is_terminal), "{view:?}");
    for (session, event) in &play.events {
        let detail = event.detail(session.as_deref(), "flow_1");
        if let Event::Failure { code, message, request_id, .. }
        | Event::Error { code, message, request_id, .. } = event
        {
            let is_id = |id: &String| id.len() <= 128 && id.bytes().all(|byte| byte.is_ascii_graphic());
            assert!(request_id.as_ref().is_none_or(is_id), "{detail}");
            assert!(Code::KNOWN.contains(code), "{detail}");
            assert!(message.chars().count() < 200 && is_ours(message, status), "{detail}");
        }
    }
}

/// A message for developers: a route of the contract and plain words, none of which are the backend's.
fn is_ours(message: &str, status: u16) -> bool {
    let words = message.replace("POST /sessions", "").replace(&status.to_string(), "");
    words.chars().all(|c| c.is_ascii_alphanumeric() || " _.,:;()'`-".contains(c))
}
