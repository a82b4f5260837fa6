//! A click that comes twice acts once, and a preview begins nothing before a click.

use crate::support::documents::inactive;
use crate::support::{Backend, BankAct, Doc, World};
use relink_core::view::{Action, Subject};
use relink_core::{CallKind, Effect, Input};
use serde_json::json;

#[test]
fn a_double_click_goes_to_the_bank_once() {
    let mut world = World::started(Doc::new(""));
    world.press(Action::Continue);
    world.press(Action::Continue);
    world.press(Action::Reopen);
    assert_eq!(world.opened.len(), 1);
}

#[test]
fn a_double_click_on_opening_again_opens_once() {
    let mut world =
        World::started(Doc::new("").hosted()).bank([BankAct::Never, BankAct::Never, BankAct::Never]);
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
    let mut world = World::started(doc).bank([BankAct::Chooses(vec!["fca_1", "fca_2"])]);
    world.go_on();
    world.settle();
    world.press(Action::Toggle("fca_2".into()));
    world.press(Action::UseChosen);
    world.press(Action::UseChosen);
    world.settle();
    assert_eq!(world.requests_of(CallKind::Complete), 1);
    assert_eq!(world.backend.doubles, 0);
}

/// The page names a preview, and the backend makes sessions.
fn previewing() -> World {
    let preview = Doc::new("").with("id", json!("rls_x")).with("handoff", json!({"type": "later"}));
    let mut world = World::new(Backend::giving([Doc::new("")]).holding(preview)).session("rls_x").start();
    world.settle();
    world
}

#[test]
fn a_preview_begins_nothing_until_the_customer_goes_on_and_then_leads_to_the_bank() {
    let mut world = previewing().bank([BankAct::Chooses(vec!["fca_1"])]);
    world.pass(60_000);
    assert_eq!((world.subject(), world.requests_of(CallKind::Create)), (Subject::Review, 0));
    world.press(Action::Continue);
    world.press(Action::Continue);
    world.pass(1_000);
    assert_eq!(world.requests_of(CallKind::Create), 1, "one click, one session");
    assert!(matches!(world.opened[..], [Effect::Collect { .. }]), "{:?}", world.opened);
    world.settle();
    assert_eq!((world.subject(), world.requests_of(CallKind::Complete)), (Subject::Done, 1));
}

#[test]
fn who_leaves_a_preview_has_nothing_to_cancel() {
    let mut world = previewing();
    world.tell(Input::CloseAsked);
    world.settle();
    assert_eq!((world.requests_of(CallKind::Create), world.requests_of(CallKind::Cancel)), (0, 0));
    assert_eq!(world.subject(), Subject::GivenUp);
}
