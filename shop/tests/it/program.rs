//! The program itself: what it prints, and how it refuses to start.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

fn program() -> Command {
    let mut program = Command::new(env!("CARGO_BIN_EXE_shop"));
    program.env_clear().env("SHOP_LISTEN", "127.0.0.1:0").env("RELINK_URL", "http://127.0.0.1:9");
    program
}

#[test]
fn a_missing_key_is_one_sentence_and_exit_code_2() {
    let ended = program().output().expect("it starts");
    assert_eq!(ended.status.code(), Some(2));
    let said = String::from_utf8(ended.stderr).expect("text");
    assert_eq!((said.lines().count(), said.contains("RELINK_API_KEY is not set")), (1, true), "{said}");
    assert!(ended.stdout.is_empty());
}

#[test]
fn the_first_line_is_the_address_even_when_relink_server_is_dead() {
    let mut program = program();
    program.env("RELINK_API_KEY", "mk_1").stdout(Stdio::piped()).stderr(Stdio::null());
    let mut running = program.spawn().expect("it starts");
    let mut line = String::new();
    BufReader::new(running.stdout.take().expect("a pipe")).read_line(&mut line).expect("a line");
    running.kill().expect("it stops");
    running.wait().expect("it has stopped");
    assert!(line.starts_with("http://127.0.0.1:") && !line.contains(":0\n"), "{line}");
}
