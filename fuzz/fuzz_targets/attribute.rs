//! The door is `relink_oracles::doors::attribute`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| relink_oracles::doors::attribute::judge(bytes));
