//! What is asked of the backend, in what the table has no column for: keys, bodies, retries, limits, and what is kept
//! for a page that is loaded again.

use crate::support::documents::inactive;
use crate::support::{Backend, BankAct, Doc, Fault, World};
use relink_core::view::{Action, Label, Subject};
use relink_core::{CallKind, Input, RetryAfter, Saved, SavedCompletion};
use serde_json::json;

fn new(doc: Doc) -> World {
    let mut world = World::new(Backend::giving([doc])).start();
    world.settle();
    world
}

fn count(world: &World, kind: CallKind) -> usize {
    world.requests.iter().filter(|call| call.kind == kind).count()
}

#[test]
fn a_double_click_goes_to_the_bank_once() {
    let mut world = new(Doc::new(""));
    world.press(Action::Continue);
    world.press(Action::Continue);
    world.press(Action::Reopen);
    assert_eq!(world.opened.len(), 1);
}

#[test]
fn a_double_click_on_opening_again_opens_once() {
    let mut world = new(Doc::new("").hosted()).bank([BankAct::Never, BankAct::Never, BankAct::Never]);
    world.go_on();
    world.pass(4_000);
    world.press(Action::Reopen);
    world.press(Action::Reopen);
    assert_eq!(world.opened.len(), 2);
}

#[test]
fn a_double_click_on_a_choice_completes_once() {
    let accounts = vec![inactive("fca_1", "access_denied"), inactive("fca_2", "access_denied")];
    let doc = Doc::new("").any_account().accounts(accounts);
    let mut world = new(doc).bank([BankAct::Chooses(vec!["fca_1", "fca_2"])]);
    world.go_on();
    world.settle();
    world.press(Action::Toggle("fca_2".into()));
    world.press(Action::UseChosen);
    world.press(Action::UseChosen);
    world.settle();
    assert_eq!(count(&world, CallKind::Complete), 1);
    assert_eq!(world.backend.doubles, 0);
}

#[test]
fn the_key_of_a_new_session_is_the_same_for_each_retry_and_across_a_reload() {
    let mut world = World::new(Backend::giving([Doc::new("")]));
    world = world.rule(CallKind::Create, Fault::ResetAfter, 2, 0).start();
    world.pass(400);
    world.reload();
    world.settle();
    assert_eq!(world.subject(), Subject::Review);
    assert!(count(&world, CallKind::Create) > 1);
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
    let mut world = new(Doc::new("")).rule(CallKind::Complete, Fault::Status(503), 2, 0);
    world.go_on();
    world.pass(6_300);
    world.reload();
    world.settle();
    assert!(world.end().starts_with("relink-success"));
    assert!(count(&world, CallKind::Complete) > 1);
    assert_eq!(world.keys(CallKind::Complete).len(), 1);
}

#[test]
fn a_try_after_a_wrong_account_has_keys_of_its_own() {
    let mut world = new(Doc::new("")).bank([BankAct::Chooses(vec!["fca_9"])]);
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
    let mut world = new(Doc::new(""));
    world.restart();
    let keys: Vec<_> = world.requests.iter().filter_map(|call| call.idempotency_key.clone()).collect();
    assert_eq!(keys.len(), 3);
    assert!(keys[0] != keys[1] && keys[1] != keys[2] && keys[0] != keys[2]);
}

#[test]
fn a_cancellation_outlives_the_page_and_has_an_empty_body() {
    let mut world = new(Doc::new(""));
    world.tell(Input::CloseAsked);
    let cancel = world.requests.last().cloned();
    let cancel = cancel.filter(|call| call.kind == CallKind::Cancel && call.keepalive);
    assert_eq!(cancel.and_then(|call| call.body).as_deref(), Some(&json!({})));
}

#[test]
fn retry_after_as_a_date_is_read_by_the_servers_clock_and_not_by_the_browsers() {
    let mut world = World::new(Backend::giving([Doc::new("")]));
    world.clock_off_ms = -86_400_000;
    world.begin();
    world.settle();
    world = world.rule(CallKind::Complete, Fault::TooManyUntil(10), 1, 0);
    world.go_on();
    world.pass(6_100);
    assert_eq!(world.subject(), Subject::Saving);
    world.pass(12_000);
    assert_eq!(world.end(), "relink-success relinked");
}

#[test]
fn retry_after_in_seconds_is_obeyed() {
    let mut world = World::new(Backend::giving([Doc::new("")]));
    world = world.rule(CallKind::Create, Fault::TooManySeconds(7), 1, 0).start();
    world.pass(6_900);
    assert_eq!(count(&world, CallKind::Create), 1);
    world.pass(1_000);
    assert_eq!(count(&world, CallKind::Create), 2);
    assert_eq!(RetryAfter::Seconds(7).wait_ms(&relink_core::Moment::default()), 7_000);
}

#[test]
fn an_answer_that_a_retry_cannot_change_is_not_asked_for_again() {
    for status in [400, 401, 403, 404, 409, 422] {
        let mut world = World::new(Backend::giving([Doc::new("")]));
        world = world.rule(CallKind::Create, Fault::Status(status), 9, 0).start();
        world.pass(60_000);
        assert_eq!(count(&world, CallKind::Create), 1, "{status}");
    }
}

#[test]
fn a_page_that_nobody_touches_makes_some_three_hundred_requests_of_one_session_and_no_more() {
    let mut world = new(Doc::new("").hosted().with("expires_in", json!(9_999_999)));
    world = world.bank([BankAct::Never]);
    world.go_on();
    for _ in 0..500 {
        world.pass(5_000);
        world.tell(Input::Nudged);
        world.tell(Input::Visibility { visible: false });
        world.tell(Input::Visibility { visible: true });
    }
    assert!(world.requests.len() <= 310, "{}", world.requests.len());
    assert_eq!(world.view().secondary.map(|offer| offer.label), Some(Label::CheckAgain));
    world.backend.succeed("rls_1");
    world.press(Action::CheckAgain);
    world.settle();
    assert_eq!(world.end(), "relink-success relinked");
}

#[test]
fn nothing_is_kept_after_the_end() {
    let mut world = new(Doc::new(""));
    assert!(world.saved.is_some());
    world.go_on();
    world.settle();
    assert_eq!(world.saved, None);
}

#[test]
fn a_record_of_another_customers_session_gives_way_to_a_new_one() {
    let mut world = World::new(Backend::giving([Doc::new("")]));
    world.saved = Some(Saved { session: Some("rls_theirs".into()), ..Saved::default() });
    world.begin();
    world.settle();
    assert_eq!((world.subject(), world.end().as_str()), (Subject::Review, "-"));
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
