//! What is in no release.

#[test]
#[cfg(not(feature = "faults"))]
fn a_release_knows_nothing_of_ordered_faults_around_its_routes() {
    let bytes = std::fs::read(env!("CARGO_BIN_EXE_sandbox")).expect("the program");
    let has = |words: &[u8]| bytes.windows(words.len()).any(|part| part == words);
    assert!(has(b"SANDBOX_LISTEN"), "what is in it is found");
    assert!(!has(b"RELINK_FAULTS") && !has(b"then reset"));
}
