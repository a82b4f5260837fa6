//! Sequences of inputs: after each, every promise of the machine holds (a success only by a backend's answer, I2; one
//! end, I3; the end is the end, I6; no dead end, I7; bounded, I10; and the rest of [`crate::promises`]). After the last,
//! once everything works again, the customer has an end or a way on within fifteen minutes.

use crate::moves::Move;
use crate::play::Play;
use crate::tape::Tape;

/// The most moves of one story: a longer one is slow and finds nothing new.
const LONGEST: usize = 256;

/// The oracle.
pub fn judge(bytes: &[u8]) {
    story(bytes).comes_to_rest();
}

/// The story that the bytes make.
pub fn story(bytes: &[u8]) -> Play {
    let mut play = Play::default();
    play.make(&Move::Start { named: false, windows: true });
    let mut tape = Tape::new(bytes);
    for _ in 0..LONGEST {
        let Some(turn) = Move::read(&mut tape) else { break };
        play.make(&turn);
    }
    play
}
