//! The idempotency key and the body of each act: the same for every retry and after a reload, new for a new act.

use crate::support::{Backend, BankAct, Doc, Fault, World};
use relink_core::view::Subject;
use relink_core::{CallKind, Input, Saved, SavedCompletion};
use serde_json::json;

#[test]
fn the_key_of_a_new_session_is_the_same_for_each_retry_and_across_a_reload() {
    let mut world = World::new(Backend::giving([Doc::new("")]));
    world = world.rule(CallKind::Create, Fault::ResetAfter, 2, 0).start();
    world.pass(400);
    world.reload();
    world.settle();
    assert_eq!(world.subject(), Subject::Review);
    assert!(world.requests_of(CallKind::Create) > 1);
    assert_eq!(world.keys(CallKind::Create).len(), 1);
    assert_eq!(world.backend.created, 1);
}

#[test]
fn a_reload_in_another_language_repeats_the_request_as_it_was() {
    let mut world = World::new(Backend::giving([Doc::new("")]));
    world.settings.locale = Some("de".into());
    world.begin();
    world.settings.locale = Some("fr".into());
    world.reload();
    world.settle();
    let bodies: Vec<_> = world.requests.iter().filter_map(|call| call.body.as_deref().cloned()).collect();
    assert_eq!(bodies[0], bodies[1]);
    assert_eq!(bodies[0], json!({"account": "fca_1", "locale": "de"}));
}

#[test]
fn the_key_of_a_completion_is_the_same_for_each_retry_and_across_a_reload() {
    let mut world = World::started(Doc::new("")).rule(CallKind::Complete, Fault::Status(503), 2, 0);
    world.go_on();
    world.pass(6_300);
    world.reload();
    world.settle();
    assert!(world.end().starts_with("relink-success"));
    assert!(world.requests_of(CallKind::Complete) > 1);
    assert_eq!(world.keys(CallKind::Complete).len(), 1);
}

#[test]
fn a_completion_that_was_begun_goes_out_under_the_same_key_after_a_crash() {
    let mut world = World::new(Backend::giving([Doc::new("")]).holding(Doc::new("rls_7")));
    world.backend.give("rls_7", &["fca_1"]);
    let completion = SavedCompletion { key: "begun".into(), accounts: vec!["fca_1".into()] };
    let saved = Saved { session: Some("rls_7".into()), completion: Some(completion), ..Saved::default() };
    world.saved = Some(saved);
    world.begin();
    world.settle();
    assert_eq!(world.keys(CallKind::Complete), ["begun"]);
    assert_eq!(world.end(), "relink-success relinked");
}

#[test]
fn a_try_after_a_wrong_account_has_keys_of_its_own() {
    let mut world = World::started(Doc::new("")).bank([BankAct::Chooses(vec!["fca_9"])]);
    world.go_on();
    world.settle();
    world.go_on();
    world.settle();
    assert_eq!(world.keys(CallKind::Create).len(), 2);
    assert_eq!(world.keys(CallKind::Complete).len(), 2);
    assert_eq!(world.errors(), ["no_account"]);
    assert_eq!(world.promises.ends, 1);
}

#[test]
fn a_restart_gives_the_cancellation_and_the_new_session_different_keys() {
    let mut world = World::started(Doc::new(""));
    world.restart();
    let keys: Vec<_> = world.requests.iter().filter_map(|call| call.idempotency_key.clone()).collect();
    assert_eq!(keys.len(), 3);
    assert!(keys[0] != keys[1] && keys[1] != keys[2] && keys[0] != keys[2]);
}

#[test]
fn a_cancellation_outlives_the_page_and_has_an_empty_body() {
    let mut world = World::started(Doc::new(""));
    world.tell(Input::CloseAsked);
    let cancel = world.requests.last().cloned();
    let cancel = cancel.filter(|call| call.kind == CallKind::Cancel && call.keepalive);
    assert_eq!(cancel.and_then(|call| call.body).as_deref(), Some(&json!({})));
}
