//! The door is `relink_oracles::doors::problem`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| relink_oracles::doors::problem::judge(bytes));
