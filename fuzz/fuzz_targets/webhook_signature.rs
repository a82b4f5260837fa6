//! The door is `relink_oracles::doors::webhook_signature`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| relink_oracles::doors::webhook_signature::judge(bytes));
