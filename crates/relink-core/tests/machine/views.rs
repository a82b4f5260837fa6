//! What is on screen: the wait, the confirmation, a long list.

use crate::support::documents::inactive;
use crate::support::{Backend, BankAct, Doc, Fault, World};
use relink_core::view::{Action, Pane, Subject};
use relink_core::{CallKind, Input};

#[test]
fn an_action_in_the_confirmation_does_not_reach_what_lies_beneath() {
    let accounts = vec![inactive("fca_1", "access_denied"), inactive("fca_2", "access_denied")];
    let doc = Doc::new("").any_account().accounts(accounts);
    let mut world = World::started(doc).bank([BankAct::Chooses(vec!["fca_1", "fca_2"])]);
    world.go_on();
    world.settle();
    world.press(Action::Toggle("fca_1".into()));
    world.tell(Input::CloseAsked);
    world.press(Action::UseChosen);
    assert_eq!((world.subject(), world.requests_of(CallKind::Complete)), (Subject::Leave, 0));
}

#[test]
fn a_wait_shows_nothing_then_a_skeleton_then_words() {
    let mut world = World::new(Backend::giving([Doc::new("")]));
    world = world.rule(CallKind::Create, Fault::Delay(10_000), 1, 0).start();
    let wait = |world: &World| format!("{:?}", world.view().pane);
    world.pass(200);
    assert_eq!(wait(&world), "Loading(Brief)");
    world.pass(200);
    assert_eq!(wait(&world), "Loading(Noticeable)");
    world.pass(700);
    assert_eq!(wait(&world), "Loading(Long)");
}

#[test]
fn a_thousand_accounts_come_through_in_the_banks_order() {
    let ids: Vec<&'static str> =
        (0..1_000).map(|n| &*Box::leak(format!("fca_{n}").into_boxed_str())).collect();
    let doc = Doc::new("").any_account().at_most(None);
    let mut world = World::started(doc).bank([BankAct::Chooses(ids.clone())]);
    world.go_on();
    world.settle();
    let Pane::Choose(choose) = world.view().pane else { panic!("{:?}", world.subject()) };
    let offered: Vec<&str> = choose.options.iter().map(|option| option.card.id.as_str()).collect();
    assert_eq!(offered, ids);
}
