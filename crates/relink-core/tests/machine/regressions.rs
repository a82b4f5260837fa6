//! One test for each fault that a random story or the fault matrix found in the machine, named after it.

use crate::support::shape::Shape;
use crate::support::{Backend, BankAct, Doc, Fault, World};
use crate::support::{
    moves::{Move, Reply},
    play::Play,
};
use relink_core::CallKind;
use relink_core::view::Action;
use relink_wire::Event;

/// A session that waits for the customer.
const PENDING: Shape = Shape {
    foreign: false,
    status: 0,
    accounts: 0,
    any: false,
    limit: 0,
    handoff: 0,
    result: 9,
    left: 0,
    spoiled: None,
};

fn play(moves: impl IntoIterator<Item = Move>) {
    let mut play = Play::default();
    moves.into_iter().for_each(|turn| play.make(&turn));
}

#[test]
fn a_flow_does_not_cancel_while_the_flow_before_it_still_does() {
    let start = || Move::Start { named: false, windows: true };
    let answer = || Move::Answer { which: 0, reply: Reply::Session(PENDING) };
    play([
        start(),
        answer(),
        Move::CloseAsked,
        start(),
        Move::Answer { which: 1, reply: Reply::Session(PENDING) },
        Move::CloseAsked,
    ]);
    play([start(), answer(), Move::CloseAsked, start(), answer(), answer(), Move::CloseAsked]);
}

#[test]
fn the_tries_of_a_read_count_towards_the_most_that_are_made_without_the_customer() {
    let doc = Doc::new("").hosted();
    let mut world = World::new(Backend::giving([doc])).bank([const { BankAct::Closes }; 46]);
    world = world.rule(CallKind::Read, Fault::Status(503), u32::MAX, 0).start();
    world.pass(1_000);
    world.go_on();
    for _ in 0..45 {
        // Each window that closes makes the machine look, five times over.
        world.pass(25_000);
        world.press(Action::Reopen);
    }
    let reads = world.requests.iter().filter(|call| call.kind == CallKind::Read).count();
    assert!((200..=350).contains(&reads), "{reads} reads of one session");
}

#[test]
fn a_completion_refused_for_good_is_no_failure_where_the_backend_knows_of_the_success() {
    for (settles, end) in [(true, "relink-success relinked"), (false, "relink-failure invalid_request")] {
        let mut backend = Backend::giving([Doc::new("")]);
        (backend.refuses, backend.settles_by_itself) = (Some((400, "invalid_request")), settles);
        let mut world = World::new(backend).start();
        world.pass(1_000);
        world.go_on();
        world.settle();
        assert_eq!((world.end().as_str(), world.routes().as_str()), (end, "create complete read"));
    }
}

#[test]
fn the_last_look_after_a_completion_refused_for_good_stays_in_completing() {
    let mut backend = Backend::giving([Doc::new("")]);
    backend.refuses = Some((400, "invalid_request"));
    let mut world = World::new(backend).start();
    world.pass(1_000);
    world.go_on();
    world.settle();
    let states: Vec<&str> = world.events.iter().filter_map(|(_, event)| state(event)).collect();
    assert_eq!(states, ["loading", "review", "authorizing", "completing", "failed"]);
}

#[test]
fn a_last_look_that_is_lost_once_is_taken_again_so_that_a_success_is_not_called_cancelled() {
    for (lost, end) in
        [(1, "relink-success relinked"), (2, "relink-success relinked"), (9, "relink-cancel in authorizing")]
    {
        let mut world = World::started(Doc::new("").hosted()).bank([BankAct::Never]);
        world.go_on();
        world.backend.succeed("rls_1");
        world = world.rule(CallKind::Read, Fault::Refused, lost, 0);
        world.press(Action::Close);
        world.pass(12_000);
        assert_eq!(world.end(), end, "{lost} lost");
    }
}

fn state(event: &Event) -> Option<&'static str> {
    match event {
        Event::State { state, .. } => Some(state.as_str()),
        _ => None,
    }
}
