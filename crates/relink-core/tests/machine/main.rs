//! The machine, seen from outside: facts go in, commands and views come out. One program, so that all of it stands
//! on the same simulated world.

mod every_account;
mod faults;
mod properties;
mod purity;
mod regressions;
mod requests;
mod specification;
mod stories;
mod stream;
mod support;
