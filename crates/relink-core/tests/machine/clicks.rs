//! A click that comes twice acts once.

use crate::support::documents::inactive;
use crate::support::{BankAct, Doc, World};
use relink_core::CallKind;
use relink_core::view::Action;

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
