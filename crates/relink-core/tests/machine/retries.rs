//! When a request is sent again, and how many there are at most.

use crate::support::{Backend, BankAct, Doc, Fault, World};
use relink_core::view::{Action, Label, Subject};
use relink_core::{CallKind, Input, RetryAfter};
use serde_json::json;

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
    assert_eq!(world.requests_of(CallKind::Create), 1);
    world.pass(1_000);
    assert_eq!(world.requests_of(CallKind::Create), 2);
    assert_eq!(RetryAfter::Seconds(7).wait_ms(&relink_core::Moment::default()), 7_000);
}

#[test]
fn an_answer_that_a_retry_cannot_change_is_not_asked_for_again() {
    for status in [400, 401, 403, 404, 409, 422] {
        let mut world = World::new(Backend::giving([Doc::new("")]));
        world = world.rule(CallKind::Create, Fault::Status(status), 9, 0).start();
        world.pass(60_000);
        assert_eq!(world.requests_of(CallKind::Create), 1, "{status}");
    }
}

#[test]
fn a_page_that_nobody_touches_makes_some_three_hundred_requests_of_one_session_and_no_more() {
    let mut world = World::started(Doc::new("").hosted().with("expires_in", json!(9_999_999)));
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
