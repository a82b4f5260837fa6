//! Answers that come late, or for something else: an older opening of the bank, another session, a page from the cache.

use crate::support::documents::{active, inactive};
use crate::support::{BankAct, Doc, Fault, World};
use relink_core::view::{Action, Pane, Subject};
use relink_core::{Answer, Attempt, CallKind, CallNumber, Input};

#[test]
fn a_read_that_was_asked_for_before_the_bank_opened_is_not_heard_after_it() {
    let mut world = World::started(Doc::new("").hosted()).bank([BankAct::Never]);
    world.tell(Input::Nudged);
    let read = world.requests.last().map(|call| call.number).unwrap_or(CallNumber(0));
    world.go_on();
    let before = world.view();
    let document = Doc::new("rls_1").status("cancelled").0;
    let answer = Answer::Http { status: 200, retry_after: None, body: Some(document) };
    world.tell(Input::Answered { call: read, answer });
    assert_eq!(world.view(), before);
}

#[test]
fn a_read_of_the_session_before_says_nothing_about_the_new_one() {
    let mut world = World::started(Doc::new("")).bank([BankAct::Chooses(vec!["fca_9"])]);
    world.go_on();
    world.settle();
    let read = CallNumber(2);
    world.go_on();
    let answer = Answer::Http { status: 200, retry_after: None, body: Some(Doc::new("rls_1").0) };
    world.tell(Input::Answered { call: read, answer });
    world.settle();
    assert!(world.end().starts_with("relink-success"));
}

#[test]
fn an_answer_about_another_session_is_no_answer() {
    let mut world = World::started(Doc::new("").hosted()).bank([BankAct::Never]);
    world.go_on();
    world.pass(2_005);
    let read = world.requests.last().map(|call| call.number).unwrap_or(CallNumber(0));
    let document = Doc::new("rls_foreign").status("succeeded").accounts(vec![active("fca_1")]);
    let answer = Answer::Http { status: 200, retry_after: None, body: Some(document.0) };
    world.tell(Input::Answered { call: read, answer });
    assert_eq!((world.subject(), world.end().as_str()), (Subject::AtBank, "-"));
}

#[test]
fn accounts_that_an_older_opening_brings_late_are_as_good_as_the_latests() {
    let mut world = World::started(Doc::new("")).bank([BankAct::Never, BankAct::Never]);
    world.go_on();
    world.pass(4_000);
    world.go_on();
    world.backend.give("rls_1", &["fca_1"]);
    let accounts = relink_wire::Account::decode_list(&[active("fca_1")]);
    world.tell(Input::HandoffReturned { attempt: Attempt(1), accounts });
    world.settle();
    assert_eq!(world.end(), "relink-success relinked");
}

#[test]
fn an_older_opening_that_is_closed_says_nothing_of_the_latest() {
    let mut world = World::started(Doc::new("")).bank([BankAct::Never, BankAct::Never]);
    world.go_on();
    world.pass(4_000);
    world.go_on();
    world.tell(Input::HandoffReturned { attempt: Attempt(1), accounts: Vec::new() });
    world.pass(100);
    assert_eq!(world.subject(), Subject::AtBank);
}

#[test]
fn accounts_that_came_back_are_not_given_up_for_a_refused_read() {
    let accounts = vec![inactive("fca_1", "access_denied"), inactive("fca_2", "access_denied")];
    let doc = Doc::new("").any_account().accounts(accounts);
    let mut world = World::started(doc).bank([BankAct::Chooses(vec!["fca_1", "fca_2"])]);
    world = world.rule(CallKind::Read, Fault::Status(401), 9, 0);
    world.go_on();
    world.settle();
    assert_eq!(world.subject(), Subject::Choose);
}

#[test]
fn a_choice_that_came_back_from_the_cache_is_blocked_until_the_session_was_read() {
    let accounts = vec![inactive("fca_1", "access_denied"), inactive("fca_2", "access_denied")];
    let doc = Doc::new("").any_account().accounts(accounts);
    let mut world = World::started(doc).bank([BankAct::Chooses(vec!["fca_1", "fca_2"])]);
    world.go_on();
    world.settle();
    world.tell(Input::Restored);
    world.press(Action::Toggle("fca_1".into()));
    assert_eq!(world.subject(), Subject::Checking);
    world.settle();
    let Pane::Choose(choose) = world.view().pane else { panic!("{:?}", world.view()) };
    assert!(choose.options.iter().all(|option| !option.chosen));
}
