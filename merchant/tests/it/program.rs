//! The program itself: what it prints, and how it refuses to start.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

fn program() -> Command {
    let mut program = Command::new(env!("CARGO_BIN_EXE_merchant"));
    program.env_clear().env("MERCHANT_LISTEN", "127.0.0.1:0").env("STRIPE_API_BASE", "http://127.0.0.1:9");
    program.env("STRIPE_PUBLISHABLE_KEY", "pk_test_1").env("STRIPE_WEBHOOK_SECRET", "whsec_1");
    program
}

#[test]
fn a_missing_key_is_one_sentence_and_exit_code_2() {
    let ended = program().output().expect("it starts");
    assert_eq!(ended.status.code(), Some(2));
    let said = String::from_utf8(ended.stderr).expect("text");
    assert_eq!((said.lines().count(), said.contains("STRIPE_SECRET_KEY is not set")), (1, true), "{said}");
    assert!(ended.stdout.is_empty());
}

#[test]
fn a_database_that_cannot_be_opened_is_exit_code_2() {
    let mut program = program();
    program.env("STRIPE_SECRET_KEY", "sk_test_1").env("DATABASE_PATH", "/nowhere/at/all/merchant.sqlite");
    let ended = program.output().expect("it starts");
    assert_eq!(ended.status.code(), Some(2));
    assert!(String::from_utf8(ended.stderr).expect("text").contains("DATABASE_PATH"));
}

fn refuses(database: &str) -> String {
    let ended = program().env("STRIPE_SECRET_KEY", "sk_test_1").env("DATABASE_URL", database).output();
    let ended = ended.expect("it starts");
    assert_eq!(ended.status.code(), Some(2));
    let said = String::from_utf8(ended.stderr).expect("text");
    assert_eq!(said.lines().count(), 1, "{said}");
    said
}

#[test]
fn a_postgresql_that_is_not_there_is_said_without_repeating_the_password() {
    let said = refuses("postgres://relink:planted@127.0.0.1:9/relink");
    assert!(said.contains("no PostgreSQL answers at DATABASE_URL") && !said.contains("planted"), "{said}");
}

#[test]
fn a_database_that_the_server_does_not_have_is_told_apart_from_a_server_that_is_not_there() {
    // Where the tests run on files there is no server to ask.
    if let Some(server) = crate::rows::server() {
        let mut url = reqwest::Url::parse(&server).expect("an address");
        url.set_path("nowhere");
        let said = refuses(url.as_str());
        assert!(said.contains("does not exist; make it with createdb"), "{said}");
    }
}

#[test]
fn the_first_line_is_the_address_even_when_stripe_is_dead() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut program = program();
    program.env("STRIPE_SECRET_KEY", "sk_test_1").env("DATABASE_PATH", folder.path().join("merchant.sqlite"));
    let mut running = program.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("it starts");
    let mut line = String::new();
    BufReader::new(running.stdout.take().expect("a pipe")).read_line(&mut line).expect("a line");
    running.kill().expect("it stops");
    running.wait().expect("it has stopped");
    assert!(line.starts_with("http://127.0.0.1:") && !line.contains(":0\n"), "{line}");
}

#[test]
#[cfg(not(feature = "faults"))]
fn a_release_knows_nothing_of_ordered_faults() {
    let bytes = std::fs::read(env!("CARGO_BIN_EXE_merchant")).expect("the program");
    let has = |words: &[u8]| bytes.windows(words.len()).any(|part| part == words);
    assert!(has(b"STRIPE_SECRET_KEY"), "what is in it is found");
    assert!(!has(b"RELINK_FAULTS") && !has(b"then reset") && !has(b"/faults"));
}
