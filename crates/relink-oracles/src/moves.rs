//! What can happen to a machine, one move at a time, and how moves are read off the bytes of a fuzzer. Each makes sense,
//! or deliberately none, in whatever state the machine is in.

use crate::shape::Shape;
use crate::tape::Tape;

/// A move. Numbers are taken modulo what there is to choose from.
#[derive(Clone, Debug)]
pub enum Move {
    /// The element is shown, unless a flow runs.
    Start {
        /// Whether the page names a session.
        named: bool,
        /// Whether windows can be expected to open.
        windows: bool,
    },
    /// The page asks to start over.
    Restart,
    /// The page is loaded again, in the same tab.
    Reload,
    /// A request that is out is answered.
    Answer {
        /// Which.
        which: u8,
        /// How.
        reply: Reply,
    },
    /// A request is answered that may not be out.
    Stale {
        /// Its number.
        number: u8,
        /// How.
        reply: Reply,
    },
    /// A timer that runs, when it is due.
    Fire(u8),
    /// A timer that may not run at all.
    FireAny(u8),
    /// Something that is on offer.
    Press(u8),
    /// Something that may not be.
    PressAny(u8),
    /// Escape.
    CloseAsked,
    /// The page closes it.
    Withdrawn,
    /// Stripe.js resolved with accounts.
    Returned {
        /// Which opening: the last, or one before.
        ago: u8,
        /// Which accounts.
        accounts: u8,
    },
    /// The handoff failed.
    Failed {
        /// Which opening.
        ago: u8,
        /// In which way.
        how: u8,
    },
    /// The browser stopped the window.
    Blocked {
        /// Which opening.
        ago: u8,
    },
    /// The bank's window is gone.
    WindowClosed {
        /// Which opening.
        ago: u8,
    },
    /// The connection came or went.
    Online(bool),
    /// The page came into view, or left it.
    Visible(bool),
    /// The page came back from the back-forward cache.
    Restored,
    /// Another page reports an end.
    Nudged,
    /// The shell has looked whether the widget can be seen.
    Sighted(u8),
    /// Time passes, and the wall clock goes its own way.
    Jump {
        /// So many seconds.
        elapsed_s: u16,
        /// And so many by the wall clock.
        wall_s: i32,
    },
}

/// What comes back for a request.
#[derive(Clone, Debug)]
pub enum Reply {
    /// A session.
    Session(Shape),
    /// A problem.
    Problem {
        /// Its status.
        status: u8,
        /// Its code; one that nobody knows, past the last.
        code: u8,
        /// `Retry-After`, in several forms or not at all.
        retry_after: u8,
    },
    /// JSON or not, but no session.
    Garbage(u8),
    /// The connection broke.
    NoAnswer,
    /// Nothing came in time.
    TimedOut,
    /// The page's own headers failed.
    HeadersFailed,
}

impl Move {
    /// Reads one off a tape; none at its end. What a real page meets often has more of the 64 numbers.
    pub fn read(tape: &mut Tape<'_>) -> Option<Self> {
        let kind = tape.take()? % 64;
        Some(match kind {
            0 | 1 => Self::Start { named: tape.flag(), windows: tape.flag() },
            2 => Self::Restart,
            3 => Self::Reload,
            4..=23 => Self::Answer { which: tape.byte(), reply: Reply::read(tape) },
            24 => Self::Stale { number: tape.byte() % 40, reply: Reply::read(tape) },
            25..=32 => Self::Fire(tape.byte()),
            33 => Self::FireAny(tape.byte()),
            34..=43 => Self::Press(tape.byte()),
            44 | 45 => Self::PressAny(tape.byte()),
            46 => Self::CloseAsked,
            47 => Self::Withdrawn,
            48..=51 => Self::Returned { ago: tape.byte(), accounts: tape.byte() },
            52 => Self::Failed { ago: tape.byte(), how: tape.byte() },
            53 => Self::Blocked { ago: tape.byte() },
            54 | 55 => Self::WindowClosed { ago: tape.byte() },
            56 => Self::Online(tape.flag()),
            57 => Self::Visible(tape.flag()),
            58 => Self::Restored,
            59 => Self::Nudged,
            60 => Self::Sighted(tape.byte()),
            61..=63 => {
                let (elapsed, wall) = (tape.byte(), tape.byte());
                Self::Jump {
                    elapsed_s: u16::from(elapsed).pow(2) % 4_000,
                    wall_s: (i32::from(wall) - 128) * 675,
                }
            }
            64.. => return None,
        })
    }
}

impl Reply {
    /// Reads one off a tape.
    pub fn read(tape: &mut Tape<'_>) -> Self {
        match tape.byte() % 32 {
            0..=19 => Self::Session(Shape::read(tape)),
            20..=27 => {
                Self::Problem { status: tape.byte(), code: tape.byte() % 24, retry_after: tape.byte() }
            }
            28 => Self::Garbage(tape.byte()),
            29 => Self::NoAnswer,
            30 => Self::TimedOut,
            31.. => Self::HeadersFailed,
        }
    }
}
