//! One test for each fault that a random story found in the machine, named after it.

use crate::support::play::{Move, Play, Reply};
use crate::support::shape::Shape;

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
