//! The program itself: what it prints, and how it refuses to start.

use crate::shop::{RELINK_SECRET, Shop, problem};
use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Stdio};

fn program() -> Command {
    let mut program = Command::new(env!("CARGO_BIN_EXE_relink-server"));
    program.env_clear().env("RELINK_LISTEN", "127.0.0.1:0").env("STRIPE_API_BASE", "http://127.0.0.1:9");
    program.env("STRIPE_PUBLISHABLE_KEY", "pk_test_1").env("STRIPE_WEBHOOK_SECRET", "whsec_1");
    program.env("RELINK_SECRET", RELINK_SECRET).env("MERCHANT_NAME", "Corner Store");
    program
}

/// Adds somebody of the staff to a shop's database, from the command line.
pub fn staff(shop: &Shop, email: &str, role: &str, password: &str) {
    let mut program = program();
    program.env("STRIPE_SECRET_KEY", "sk_test_1").env(shop.rows.variable, &shop.rows.place);
    program.args(["staff", "add", email, "Vera", role]).stdin(Stdio::piped()).stdout(Stdio::null());
    let mut running = program.spawn().expect("it starts");
    running.stdin.take().expect("a pipe").write_all(password.as_bytes()).expect("a password");
    assert!(running.wait().expect("it ends").success());
}

/// Runs a command on a shop's database: how it ends, and what it prints on standard output and on standard error.
pub fn operate(shop: &Shop, arguments: &[&str]) -> (Option<i32>, String, String) {
    let mut program = program();
    program.env("STRIPE_SECRET_KEY", "sk_test_1").env(shop.rows.variable, &shop.rows.place);
    said_by(program.args(arguments))
}

#[tokio::test]
async fn a_servers_key_is_made_told_once_and_taken_back_from_the_command_line() {
    let shop = Shop::open().await;
    let run = |arguments: &[&str]| {
        let mut program = program();
        program.env("STRIPE_SECRET_KEY", "sk_test_1").env(shop.rows.variable, &shop.rows.place);
        let ended = program.args(arguments).output().expect("it starts");
        (ended.status.code(), String::from_utf8(ended.stdout).expect("text").trim().to_owned())
    };
    let (code, key) = run(&["api-key", "add", "billing"]);
    assert_eq!((code, key.len()), (Some(0), 43));
    let ask = || shop.http.get(format!("{}/v1/hosted_relinks/hrl_1", shop.base)).bearer_auth(&key);
    problem(ask(), 404, "invalid_request").await;
    assert_eq!(run(&["api-key", "add", "billing"]).0, Some(2), "the name is taken");
    assert_eq!(run(&["api-key", "revoke", "billing"]).0, Some(0));
    problem(ask(), 401, "not_authenticated").await;
    assert_eq!(run(&["api-key", "revoke", "billing"]).0, Some(2), "no such key is in use");
    let (code, second) = run(&["api-key", "add", "billing"]);
    assert!(code == Some(0) && second != key, "the name of a revoked key is free again");
    problem(ask(), 401, "not_authenticated").await;
    for name in ["", "-h", "two words", &"x".repeat(65)] {
        assert_eq!(run(&["api-key", "add", name]).0, Some(2), "{name:?} is no name");
    }
    assert_eq!(run(&["api-key", "rotate", "billing"]).0, Some(2));
}

#[test]
fn a_missing_key_is_one_sentence_and_exit_code_2() {
    let ended = program().output().expect("it starts");
    assert_eq!(ended.status.code(), Some(2));
    let said = String::from_utf8(ended.stderr).expect("text");
    assert_eq!((said.lines().count(), said.contains("STRIPE_SECRET_KEY is not set")), (1, true), "{said}");
    assert!(ended.stdout.is_empty());
}

fn said_by(program: &mut Command) -> (Option<i32>, String, String) {
    let ended = program.output().expect("it starts");
    let text = |bytes| String::from_utf8(bytes).expect("text");
    (ended.status.code(), text(ended.stdout), text(ended.stderr))
}

#[test]
fn a_check_says_every_mistake_and_what_is_probably_a_typo() {
    let mut program = program();
    program
        .arg("--check")
        .env("RELINK_SECRET", "planted")
        .env("SUPPORT_URL", "planted")
        .env("RELINK_PROFILE", "{}");
    let (code, _, said) = said_by(&mut program);
    assert_eq!((code, said.lines().count()), (Some(2), 4), "{said}");
    for part in [
        "RELINK_SECRET must have 32",
        "STRIPE_SECRET_KEY is not set",
        "SUPPORT_URL must be",
        "RELINK_PROFILES is probably meant",
    ] {
        assert!(said.contains(part), "{part}: {said}");
    }
    assert!(!said.contains("planted"), "{said}");
}

#[test]
fn a_good_configuration_is_said_to_be_good_with_what_live_mode_would_not_take() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("key");
    std::fs::write(&file, "sk_test_1\n").expect("a file");
    let mut program = program();
    program.arg("--check").env("STRIPE_SECRET_KEY_FILE", &file).env("DATABASE_URLS", "another program's");
    program.env("DATABASE_PATH", folder.path().join("relink.sqlite"));
    let (code, told, said) = said_by(&mut program);
    assert_eq!((code, told.as_str()), (Some(0), "The configuration is good.\n"), "{said}");
    let said: Vec<&str> = said.lines().collect();
    assert_eq!(
        said,
        [
            "relink-server: DATABASE_URLS is not a variable of relink-server; perhaps DATABASE_URL is meant.",
            "relink-server: with live keys, this would stop the server from starting: RELINK_PUBLIC_URL is not set; it is required with live keys.",
            "relink-server: with live keys, this would stop the server from starting: STRIPE_API_BASE must be https://: the secret key goes there.",
            "relink-server: with live keys, this would stop the server from starting: STRIPE_WEBHOOK_SECRET must have 32 characters at least.",
        ]
    );
    assert_eq!(std::fs::read_dir(folder.path()).expect("the folder").count(), 1, "no file was made");
}

#[test]
fn a_name_that_begins_as_ours_do_and_is_none_stops_the_check_and_the_start() {
    for arguments in [&["--check"][..], &[]] {
        let mut program = program();
        program.args(arguments).env("STRIPE_SECRET_KEY", "sk_test_1").env("RELINK_PROFILE", "{}");
        let (code, _, said) = said_by(&mut program);
        assert_eq!((code, said.lines().count()), (Some(2), 1), "{said}");
        assert!(said.contains("RELINK_PROFILES is probably meant"), "{said}");
    }
}

// The sandbox answers while a program is waited for.
#[tokio::test(flavor = "multi_thread")]
async fn a_check_tries_the_database_the_address_and_the_widgets_folder_and_stripe_where_it_is_asked_to() {
    let shop = Shop::open().await;
    let elsewhere = tempfile::tempdir().expect("a folder");
    let check = |changes: &[(&str, &str)], arguments: &[&str]| {
        let mut program = program();
        program.env("STRIPE_SECRET_KEY", "sk_test_sandbox").env(shop.rows.variable, &shop.rows.place);
        program.env("STRIPE_API_BASE", &shop.stripe.base).envs(changes.iter().copied());
        let (code, _, said) = said_by(program.arg("--check").args(arguments));
        let said = said
            .lines()
            .filter(|line| !line.contains("with live keys, this would"))
            .collect::<Vec<_>>()
            .join("\n");
        (code, said)
    };
    assert_eq!(check(&[], &["--online"]), (Some(0), String::new()));
    let other = "another secret of thirty-two characters";
    let listen = shop.base.trim_start_matches("http://");
    let folder = elsewhere.path().to_str().expect("a path");
    for (changes, arguments, expected) in [
        (("RELINK_SECRET", other), &[][..], "sealed with another RELINK_SECRET"),
        (("WIDGET_DIR", folder), &[], "WIDGET_DIR has no relink-widget.js in it"),
        (("STRIPE_SECRET_KEY", "sk_test_other"), &["--online"], "does not accept STRIPE_SECRET_KEY"),
        (("STRIPE_VERSION", "2026-10-28.endive"), &["--online"], "STRIPE_VERSION names no preview"),
        (("STRIPE_API_BASE", "http://127.0.0.1:9"), &["--online"], "STRIPE_API_BASE: Stripe does not answer"),
        (("RELINK_LISTEN", "192.0.2.1:4050"), &[], "RELINK_LISTEN: cannot listen on 192.0.2.1:4050"),
    ] {
        let (code, said) = check(&[changes], arguments);
        assert!(
            code == Some(2) && said.contains(expected) && said.lines().count() == 1,
            "{expected}: {said}"
        );
    }
    assert_eq!(
        check(&[("RELINK_LISTEN", listen)], &[]),
        (Some(0), String::new()),
        "one that runs is replaced"
    );
    let nowhere = [("DATABASE_PATH", "/nowhere/at/all/relink.sqlite"), ("DATABASE_URL", "")];
    assert!(check(&nowhere, &[]).1.contains("DATABASE_PATH"));
}

#[test]
fn the_help_lists_every_variable_and_needs_none() {
    let mut program = Command::new(env!("CARGO_BIN_EXE_relink-server"));
    let (code, told, _) = said_by(program.env_clear().arg("--help"));
    assert_eq!(code, Some(0));
    for variable in relink_server::variables::VARIABLES {
        let words = told.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(words.contains(variable.name) && words.contains(variable.meaning), "{}", variable.name);
    }
    assert!(told.lines().all(|line| line.chars().count() <= 100), "{told}");
    assert!(told.contains("staff add EMAIL NAME agent|viewer"));
}

#[test]
fn a_database_that_cannot_be_opened_is_exit_code_2() {
    let mut program = program();
    program.env("STRIPE_SECRET_KEY", "sk_test_1").env("DATABASE_PATH", "/nowhere/at/all/relink.sqlite");
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
    program.env("STRIPE_SECRET_KEY", "sk_test_1").env("DATABASE_PATH", folder.path().join("relink.sqlite"));
    let mut running = program.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("it starts");
    let mut line = String::new();
    BufReader::new(running.stdout.take().expect("a pipe")).read_line(&mut line).expect("a line");
    let health = |listen: &str| {
        let mut program = Command::new(env!("CARGO_BIN_EXE_relink-server"));
        let (code, _, said) = said_by(program.env_clear().env("RELINK_LISTEN", listen).arg("--health"));
        (code, said)
    };
    assert_eq!(health(line.trim().trim_start_matches("http://")), (Some(0), String::new()));
    let nobody = "relink-server: nothing listens at 127.0.0.1:9 (RELINK_LISTEN).\n";
    assert_eq!(health("127.0.0.1:9"), (Some(1), nobody.to_owned()));
    running.kill().expect("it stops");
    running.wait().expect("it has stopped");
    assert!(line.starts_with("http://127.0.0.1:") && !line.contains(":0\n"), "{line}");
}

#[test]
#[cfg(not(feature = "faults"))]
fn a_release_knows_nothing_of_ordered_faults() {
    let bytes = std::fs::read(env!("CARGO_BIN_EXE_relink-server")).expect("the program");
    let has = |words: &[u8]| bytes.windows(words.len()).any(|part| part == words);
    assert!(has(b"STRIPE_SECRET_KEY"), "what is in it is found");
    assert!(!has(b"RELINK_FAULTS") && !has(b"then reset") && !has(b"/faults"));
}

#[test]
fn the_container_has_a_user_without_rights_asks_for_its_health_and_sets_what_there_is() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/Containerfile");
    let text = std::fs::read_to_string(path).expect("the file");
    let (_, run) = text.split_once("FROM scratch").expect("nothing but the program");
    assert!(run.contains("\nUSER 65534:65534\n") && run.contains(r#"CMD ["/relink-server", "--health"]"#));
    let set = run.lines().find_map(|line| line.strip_prefix("ENV ")).expect("variables");
    for (name, _) in set.split(' ').map(|pair| pair.split_once('=').expect("a pair")) {
        assert!(relink_server::variables::VARIABLES.iter().any(|known| known.name == name), "{name}");
        // Beside DATABASE_URL it would be a mistake.
        assert_ne!(name, "DATABASE_PATH");
    }
}
