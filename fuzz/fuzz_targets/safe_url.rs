//! The door is `relink_oracles::doors::safe_url`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| relink_oracles::doors::safe_url::judge(bytes));
