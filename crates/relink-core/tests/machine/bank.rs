//! Whether the bank opens, for which session, and what is asked of the backend before the flow is given up there.

use crate::support::{Backend, BankAct, Doc, World};
use relink_core::view::{Action, Subject};
use relink_core::{CallKind, Effect, Input};

#[test]
fn a_window_for_a_new_session_is_opened_inside_the_click() {
    let mut world = World::started(Doc::new("").hosted()).bank([BankAct::Chooses(vec!["fca_9"])]);
    world.backend.settles_on_read = true;
    world.go_on();
    world.settle();
    assert_eq!(world.subject(), Subject::WrongAccount);
    world.go_on();
    assert!(matches!(world.opened.last(), Some(Effect::PrepareWindow { .. })));
    world.settle();
    assert_eq!(world.end(), "relink-success relinked");
}

#[test]
fn a_session_that_was_to_end_by_now_is_replaced_at_the_click_whatever_a_later_look_gave_it() {
    let mut world = World::started(Doc::new(""));
    world.backend.gives_time_again = true;
    world.pass(1_900_000);
    assert!(world.requests.iter().any(|call| call.kind == CallKind::Read));
    world.go_on();
    world.settle();
    assert_eq!((world.backend.created, world.opened.len()), (2, 1));
    assert_eq!(world.end(), "relink-success relinked");
}

#[test]
fn what_cannot_be_repaired_is_never_sent_to_the_bank() {
    let closed = crate::support::documents::beyond_repair("fca_1", "account_closed");
    let mut world = World::started(Doc::new("").accounts(vec![closed]));
    for action in [Action::Continue, Action::Reopen, Action::TryAgain] {
        world.press(action);
    }
    assert!(world.opened.is_empty());
}

#[test]
fn a_page_that_was_loaded_again_at_the_bank_is_closed_only_after_a_look() {
    let mut world = World::started(Doc::new("").hosted()).bank([BankAct::Never]);
    world.backend.settles_on_read = true;
    world.go_on();
    world.backend.give("rls_1", &["fca_1"]);
    world.reload();
    world.tell(Input::CloseAsked);
    world.settle();
    assert_eq!(world.end(), "relink-success relinked");
}

#[test]
fn a_backend_that_accepts_and_never_decides_is_believed_where_everything_works() {
    let mut world = World::started(Doc::new(""));
    world.backend.slow_to_settle = u32::MAX;
    world.go_on();
    world.settle();
    world.pass(120_000);
    assert_eq!(world.end(), "relink-success already_active");
}

#[test]
fn two_elements_on_one_session_both_end_right() {
    let mut first =
        World::new(Backend::giving([Doc::new("")]).holding(Doc::new("rls_x"))).session("rls_x").start();
    first.settle();
    first.go_on();
    first.settle();
    assert_eq!(first.end(), "relink-success relinked");
    let backend = first.backend;
    let mut second = World::new(backend).session("rls_x").start();
    second.settle();
    assert_eq!(second.end(), "relink-success relinked");
    assert_eq!(second.backend.sessions["rls_x"].completions, 1);
}
