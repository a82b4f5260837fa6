//! What all calls to providers have in common, whichever provider it is: `gate` limits how many run at once, in total and for one
//! customer; `answer` reads an answer that has an end; `counts` says what came of a call, with the provider's name. Nothing here knows a
//! provider's API.

mod answer;
mod counts;
mod gate;

pub use answer::{LARGEST, Unread, whole};
pub use counts::{counted, took};
pub use gate::{Busy, Gate, Heap, MOST_CALLS, Pass};
