//! What the customer agrees to in the review, so that Stripe need not ask again: only what was shown, only while it lasts, and
//! with the second in which they went on.

use crate::support::documents::{BEGINNING, SECRET, inactive};
use crate::support::{BankAct, Doc, World};
use relink_core::view::{Action, Label, Pane};
use relink_core::{CallKind, Effect};
use relink_wire::Agreed;
use serde_json::{Value, json};

fn asking(consent: Value) -> Doc {
    let way =
        json!({"type": "stripe_js", "publishable_key": "pk", "client_secret": SECRET, "consent": consent});
    Doc::new("").with("handoff", way)
}

fn consent() -> Value {
    json!({"id": "fccons_1", "consent_text": "I agree.\n\nI can stop.", "locale": "en", "expires_at": BEGINNING + 600})
}

fn shown(world: &World) -> Option<String> {
    let Pane::Review(review) = world.view().pane else { panic!("a review") };
    Some(review.consent?.text.to_string())
}

/// What Stripe.js was handed at the last opening, and what the last completion told the backend.
fn told(world: &World) -> (Option<Agreed>, Value) {
    let opened = world.opened.iter().rev().find_map(|effect| match effect {
        Effect::Collect { agreed, .. } => Some(agreed.clone()),
        _ => None,
    });
    let completion = world.requests.iter().rev().find(|call| call.kind == CallKind::Complete);
    let body = completion.and_then(|call| call.body.clone()).expect("a completion");
    (opened.expect("an opening"), body["consent"].clone())
}

#[test]
fn going_on_agrees_to_the_text_in_that_second_and_both_sides_are_told() {
    let mut world = World::started(asking(consent()));
    assert_eq!(shown(&world), Some("I agree. I can stop.".to_owned()));
    assert_eq!(world.view().primary.map(|offer| offer.label), Some(Label::AgreeAndContinue));
    world.pass(7_000);
    let second = world.unix();
    world.go_on();
    world.settle();
    let (agreed, to_backend) = told(&world);
    let Some(Agreed { id, collected_at }) = agreed else { panic!("nothing was agreed to") };
    // The backend's seconds are whole, and were counted when it answered.
    assert!(id == "fccons_1" && (second - 1..=second).contains(&collected_at), "{collected_at} at {second}");
    assert_eq!(to_backend, json!({"id": "fccons_1", "collected_at": collected_at}));
    assert_eq!(world.end(), "relink-success relinked");
}

#[test]
fn the_second_is_the_backends_where_the_browsers_clock_is_wrong() {
    let mut world = World::new(crate::support::Backend::giving([asking(consent())]));
    world.clock_off_ms = 3 * 3_600_000;
    let mut world = world.start();
    world.settle();
    world.go_on();
    world.settle();
    let collected_at = told(&world).0.expect("agreed").collected_at;
    assert!((BEGINNING..BEGINNING + 60).contains(&collected_at), "{}", collected_at - BEGINNING);
}

#[test]
fn a_text_that_has_run_out_or_cannot_be_shown_word_for_word_is_left_to_stripe() {
    let mut past = consent();
    past["expires_at"] = json!(BEGINNING);
    let mut turned = consent();
    turned["consent_text"] = json!("I do \u{202e}not agree");
    for consent in [past, turned, json!({"id": "fccons_1"}), json!("fccons_1"), Value::Null] {
        let mut world = World::started(asking(consent.clone()));
        assert_eq!(shown(&world), None, "{consent}");
        assert_eq!(world.view().primary.map(|offer| offer.label), Some(Label::ContinueToBank));
        world.go_on();
        world.settle();
        assert_eq!(told(&world), (None, Value::Null), "{consent}");
        assert_eq!(world.end(), "relink-success relinked");
    }
}

#[test]
fn a_session_that_replaced_the_one_that_was_agreed_to_has_a_text_that_nobody_read() {
    let mut other = consent();
    other["id"] = json!("fccons_2");
    let docs = [asking(consent()), asking(other)];
    let mut world = World::new(crate::support::Backend::giving(docs)).start();
    world.settle();
    world.bank.push_back(BankAct::Chooses(vec!["fca_9"]));
    world.go_on();
    world.settle();
    assert_eq!(told(&world).0.map(|agreed| agreed.id), Some("fccons_1".into()));
    world.press(Action::TryAgain);
    world.settle();
    assert_eq!((world.backend.created, told(&world)), (2, (None, Value::Null)));
}

#[test]
fn what_was_agreed_to_is_not_forgotten_by_a_page_that_is_loaded_again() {
    let mut world = World::started(asking(consent()).accounts(vec![inactive("fca_1", "access_denied")]));
    world.bank.push_back(BankAct::Never);
    world.go_on();
    world.backend.give("rls_1", &["fca_1"]);
    world.reload();
    world.settle();
    let consent = told(&world).1;
    assert_eq!(consent["id"], "fccons_1", "{consent}");
}

#[test]
fn coming_back_with_nothing_done_and_going_on_again_agrees_anew() {
    let mut world = World::started(asking(consent())).bank([BankAct::Closes]);
    world.go_on();
    world.settle();
    world.pass(5_000);
    let second = world.unix();
    world.go_on();
    world.settle();
    let collected_at = told(&world).0.expect("agreed").collected_at;
    assert!((second - 1..=second).contains(&collected_at), "{collected_at} at {second}");
}
