//! The door is `relink_oracles::doors::display_text`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| relink_oracles::doors::display_text::judge(bytes));
