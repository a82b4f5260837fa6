//! The machine, seen from outside: facts go in, commands and views come out. One program, so that all of it stands
//! on the same simulated world.

mod bank;
mod clicks;
mod consent;
mod events;
mod every_account;
mod faults;
mod institution;
mod keys;
mod late_answers;
mod offline;
mod properties;
mod purity;
mod putting_off;
mod regressions;
mod reload;
mod retries;
mod sight;
mod specification;
mod stream;
mod support;
mod truth;
mod views;
