//! What comes to the page from anyone but the backend: what Stripe.js (or whatever stands in its place) resolves with,
//! the record that a tab's storage holds, and other pages' nudges. All of it is a hint: whatever it says, it makes the
//! machine ask, and no success follows that the backend did not report.

use crate::documents::{Doc, SECRET};
use crate::moves::Move;
use crate::play::Play;
use crate::tape::Tape;
use relink_core::view::Action;
use relink_core::{Answer, CallKind, HandoffFailure, Input, Saved, Settings};
use relink_wire::{Collected, Event, Json};

/// The oracle: a byte says how the session is, the rest is the message.
pub fn judge(bytes: &[u8]) {
    let mut tape = Tape::new(bytes);
    let how = tape.byte();
    let Some(message) = super::json::read(tape.rest()) else { return };
    if message.to_string().contains("_secret_") {
        return;
    }
    as_what_stripe_js_resolved_with(how, &message);
    as_what_was_kept(how, &message);
}

fn session(how: u8) -> Answer {
    let doc = Doc::new("rls_1");
    let doc = if how & 1 == 0 {
        doc
    } else {
        doc.any_account().at_most(Some(u32::from(how) / 8).filter(|most| *most > 0))
    };
    Answer::Http { status: 200, retry_after: None, body: Some(doc.0) }
}

fn as_what_stripe_js_resolved_with(how: u8, message: &Json) {
    let mut play = Play::of(Settings { account: Some("fca_1".into()), ..Settings::default() }, None);
    play.answer(session(how));
    play.tell(Input::Pressed(Action::Continue));
    let attempt = play.last_attempt();
    let told = play.events.len();
    let input = match Collected::decode(message) {
        Ok(Collected::Accounts(accounts)) => Input::HandoffReturned { attempt, accounts },
        Ok(Collected::Refused { code }) => {
            Input::HandoffFailed { attempt, failure: HandoffFailure::Refused { code } }
        }
        Err(_) => Input::HandoffFailed { attempt, failure: HandoffFailure::Broken },
    };
    play.tell(input.clone());
    // Twice is once; and another page's word is no more than a question either.
    play.tell(input);
    play.make(&Move::Nudged);
    for number in 0..8 {
        play.make(&Move::Press(number));
    }
    for call in play.requests.iter().filter(|call| call.kind == CallKind::Complete) {
        let chosen =
            call.body.as_deref().and_then(|body| body["accounts"].as_array().cloned()).unwrap_or_default();
        assert!(!chosen.is_empty() && chosen.iter().all(|id| names(message, id)), "nobody named {chosen:?}");
    }
    for (session, event) in &play.events[told..] {
        assert!(!matches!(event, Event::Success { .. }), "I2: a success by {message}");
        quotes_nothing(&event.detail(session.as_deref(), "flow_1"), message);
    }
    // The backend knows of nothing: still no success, and a way on.
    play.comes_to_rest();
    assert!(!play.events.iter().any(|(_, event)| matches!(event, Event::Success { .. })), "I2: by {message}");
}

/// Whether it is an id of one of the message's accounts.
fn names(message: &Json, id: &Json) -> bool {
    let accounts = &message["financialConnectionsSession"]["accounts"];
    let list = if accounts.is_object() { &accounts["data"] } else { accounts };
    list.as_array().is_some_and(|list| list.iter().any(|account| &account["id"] == id))
}

/// What Stripe.js says of an error may hold anything: none of it is in an event.
fn quotes_nothing(detail: &Json, message: &Json) {
    for said in ["message", "code", "doc_url"].iter().filter_map(|field| message["error"][field].as_str()) {
        let is_own_word =
            said.len() < 12 || detail["code"] == said || "Stripe.js answered with an error".contains(said);
        assert!(is_own_word || !detail["message"].as_str().unwrap_or_default().contains(said), "{detail}");
    }
}

fn as_what_was_kept(how: u8, record: &Json) {
    let Some(saved) = Saved::decode(record) else { return };
    let text = saved.encode().to_string();
    let again = serde_json::from_str(&text).ok().as_ref().and_then(Saved::decode);
    assert_eq!(again.as_ref(), Some(&saved), "kept and read again it is another");
    assert!(
        !text.contains(SECRET) && saved.encode().as_object().is_some_and(|fields| fields.len() == 16),
        "{text}"
    );
    let mut play = Play::of(Settings { account: Some("fca_1".into()), ..Settings::default() }, Some(saved));
    assert!(!play.events.iter().any(|(_, event)| event.is_terminal()), "an end by what was kept: {text}");
    play.answer(session(how));
    play.comes_to_rest();
    assert!(!play.events.iter().any(|(_, event)| matches!(event, Event::Success { .. })), "I2: by {text}");
}
