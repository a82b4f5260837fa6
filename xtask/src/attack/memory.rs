//! Nothing remembered, and everything kept: the security log, and what is left of a customer who was erased.

use std::path::Path;
use std::process::Command;

use super::came::Came;
use super::link;
use super::place::{Place, STAFF, Site};
use super::wire::{From, request, send};
use crate::failure::Failure;

const LOG: &str = "security-log";

/// The security log, a JSON object a line.
fn lines(place: &Place) -> Result<Vec<serde_json::Value>, Failure> {
    let said = place.operated(&[LOG], "")?;
    Ok(said.lines().filter_map(|line| serde_json::from_str(line).ok()).collect())
}

/// Two wrong passwords, a key that was made and revoked: each leaves a line, with who and from where, and no secret.
pub fn failures_leave_a_trace(_: &Site, place: &mut Place) -> Result<Came, Failure> {
    if !place.knows(LOG) {
        return Ok(Came::of(false, "there is no security log"));
    }
    for turn in 0..2 {
        place.sign_in(From::Attacker, STAFF.0, &format!("wrong password {turn}"));
    }
    place.operated(&["api-key", "add", "planted"], "")?;
    place.operated(&["api-key", "revoke", "planted"], "")?;
    let lines = lines(place)?;
    let failed = with(&lines, &[STAFF.0, &From::Attacker.address().to_string()]);
    let keys = with(&lines, &["planted"]);
    let secrets = with(&lines, &["wrong password"]) + with(&lines, &[STAFF.1]) + with(&lines, &[&place.key]);
    Ok(Came::of(
        failed == 2 && keys == 2 && secrets == 0,
        format!(
            "{} lines: {failed} of failures with name and address, {keys} of the key, {secrets} with a secret",
            lines.len()
        ),
    ))
}

/// Twelve wrong passwords: the lock is in the log, once.
pub fn a_lock_leaves_a_trace(_: &Site, place: &mut Place) -> Result<Came, Failure> {
    if !place.knows(LOG) {
        return Ok(Came::of(false, "there is no security log"));
    }
    for turn in 0..12 {
        place.sign_in(From::Attacker, STAFF.0, &format!("wrong password {turn}"));
    }
    let lines = lines(place)?;
    let (failed, locks) = (with(&lines, &[STAFF.0, "failed"]), with(&lines, &[STAFF.0, "locked"]));
    Ok(Came::of(failed >= 10 && locks >= 1, format!("{failed} lines of failures, {locks} of the lock")))
}

/// How many lines hold all of these words.
fn with(lines: &[serde_json::Value], words: &[&str]) -> usize {
    lines.iter().filter(|line| words.iter().all(|word| line.to_string().contains(word))).count()
}

/// Who can write to the database's file takes a line out of the log, swaps two, changes one, or cuts the end off. Triggers that
/// forbid it are dropped first, as whoever owns the tables can.
pub fn a_removed_line_shows(_: &Site, place: &mut Place) -> Result<Came, Failure> {
    if !place.knows(LOG) {
        return Ok(Came::of(false, "there is no security log"));
    }
    for turn in 0..4 {
        place.sign_in(From::Attacker, STAFF.0, &format!("wrong password {turn}"));
    }
    place.stop(std::time::Duration::from_secs(10))?;
    let hash =
        lines(place)?.last().and_then(|line| line["hash"].as_str().map(str::to_owned)).unwrap_or_default();
    let (is_whole, said) = place.operate(&[LOG, "--verify", "--anchor", &hash], "")?;
    if !is_whole {
        return Ok(Came::of(false, format!("the whole log cannot be verified: {said}")));
    }
    let mut missed = Vec::new();
    for (what, statements) in [
        ("removed", "DELETE FROM security_events WHERE number = 3"),
        ("changed", "UPDATE security_events SET address = '127.0.0.1' WHERE number = 4"),
        (
            "swapped",
            "UPDATE security_events SET number = -1 WHERE number = 3; UPDATE security_events SET number = 3 WHERE number = 4; \
             UPDATE security_events SET number = 4 WHERE number = -1",
        ),
        ("beheaded", "DELETE FROM security_events WHERE number = 1"),
        (
            "cut off",
            "DELETE FROM security_events WHERE number = (SELECT MAX(number) FROM security_events); UPDATE security_chain SET \
             number = number - 1, hash = (SELECT hash FROM security_events ORDER BY number DESC LIMIT 1)",
        ),
    ] {
        let copy = place.folder.join(format!("{}.sqlite", what.replace(' ', "-")));
        if !tamper(&place.folder.join("relink.sqlite"), &copy, statements)? {
            return Ok(Came::not_run(
                "python3 with its sqlite3 is not there, which writes to the database past the server",
            ));
        }
        // Against a cut end only a hash that was kept elsewhere helps: that is what the anchor is for.
        let verified = place.try_run(
            &[LOG, "--verify", "--anchor", &hash],
            &[("DATABASE_PATH", &copy.display().to_string())],
        )?;
        if verified.code.is_none_or(|code| code == 0) {
            missed.push(what);
        }
    }
    Ok(match missed.is_empty() {
        true => Came::of(
            true,
            "a line removed, one changed, two swapped, the first or the last cut off: each shows",
        ),
        false => Came::of(false, format!("not seen: {}", missed.join(", "))),
    })
}

/// Copies a database and changes the copy past the server; false if there is nothing to do it with.
fn tamper(from: &Path, to: &Path, statements: &str) -> Result<bool, Failure> {
    const SCRIPT: &str = "import sqlite3, sys
source, copy = sqlite3.connect(sys.argv[1]), sqlite3.connect(sys.argv[2])
source.backup(copy)
for (name,) in copy.execute(\"SELECT name FROM sqlite_master WHERE type = 'trigger'\").fetchall():
    copy.execute(f'DROP TRIGGER \"{name}\"')
copy.executescript(sys.argv[3])
copy.commit()";
    match Command::new("python3").args(["-c", SCRIPT]).args([from, to]).arg(statements).output() {
        Ok(output) if output.status.success() => Ok(true),
        Ok(output) => {
            let outcome = String::from_utf8_lossy(&output.stderr).trim().to_owned();
            Err(Failure::Command { what: "changing the database".to_owned(), outcome })
        }
        Err(_) => Ok(false),
    }
}

/// A name with a line break in it must not become a line of the log.
pub fn a_forged_line(_: &Site, place: &mut Place) -> Result<Came, Failure> {
    let forged = "x@evil.example\n{\"event\":\"forged\"}\r\nforged: 1";
    place.sign_in(From::Attacker, forged, "a wrong password");
    send(
        From::Attacker,
        place.port,
        &request("GET", "/forged%0aforged:1", &[("User-Agent", "forged\tforged")], None),
    );
    let in_log = place
        .log()
        .lines()
        .any(|line| line.trim_start().starts_with("forged") || line.starts_with("{\"event\""));
    let in_security = if place.knows(LOG) {
        let said = place.operated(&[LOG], "")?;
        said.lines().any(|line| {
            serde_json::from_str::<serde_json::Value>(line).is_err()
                || line.starts_with("{\"event\":\"forged\"")
        })
    } else {
        false
    };
    Ok(Came::of(
        !in_log && !in_security,
        if in_log || in_security { "a line was forged" } else { "no line was forged" },
    ))
}

/// A customer with a contact, a session, a link and a mail, erased: nothing works, and nothing of it rests in the files.
pub fn erased(_: &Site, place: &mut Place) -> Result<Came, Failure> {
    let (email, name) = ("erase-me-now@customer.example", "Erasmus Planted");
    let body = format!(r#"{{"customer":"cus_many","email":"{email}","name":"{name}"}}"#);
    let token = place.api("POST", "/v1/customer_tokens", Some(&body), &[]).field("token").unwrap_or_default();
    let session = place.session(From::Customer, &token, "fca_many").field("id").unwrap_or_default();
    let (path, _) = place.link("fca_many", &super::wire::unique("erase"));
    let path = path.ok_or_else(|| place.broken("no link"))?;
    let (did, said) = place.operate(&["customer", "erase", "cus_many"], "")?;
    if !did {
        return Ok(Came::of(
            false,
            format!("it cannot be erased: {}", said.lines().next().unwrap_or_default()),
        ));
    }
    let bearer = format!("Bearer {token}");
    let read = send(
        From::Customer,
        place.port,
        &request("GET", &format!("/relink/sessions/{session}"), &[("Authorization", &bearer)], None),
    );
    let way = link::Way::follow(place, From::Attacker, &path);
    let link_works =
        way.is_some_and(|way| send(From::Attacker, place.port, &way.session_request("fca_many")).is_good());
    place.stop(std::time::Duration::from_secs(10))?;
    let bytes = place.database();
    let rests = |text: &str| bytes.windows(text.len()).any(|window| window == text.as_bytes());
    let left: Vec<&str> =
        [email, name, session.as_str()].into_iter().filter(|text| !text.is_empty() && rests(text)).collect();
    let is_gone = !read.is_good() && !link_works && left.is_empty();
    Ok(Came::of(
        is_gone,
        format!(
            "{}; the session: {}; the link {}; left in the files: {}",
            said.lines().next().unwrap_or_default(),
            read.outcome(),
            if link_works { "WORKS" } else { "is dead" },
            if left.is_empty() { "nothing".to_owned() } else { left.join(", ") }
        ),
    ))
}

/// The route that erases, by whoever may not: nobody, a customer, and a key without that scope.
pub fn erasing_by_others(_: &Site, place: &mut Place) -> Result<Came, Failure> {
    let token = place.token("cus_many")?;
    let session = place.session(From::Customer, &token, "fca_many").field("id").unwrap_or_default();
    let bearer = format!("Bearer {token}");
    let mut answers = vec![
        send(From::Attacker, place.port, &request("DELETE", "/v1/customers/cus_many", &[], None)),
        send(
            From::Attacker,
            place.port,
            &request("DELETE", "/v1/customers/cus_many", &[("Authorization", &bearer)], None),
        ),
    ];
    if let (true, key) = place.operate(&["api-key", "add", "narrow", "--scope", "customer_tokens"], "")? {
        let bearer = format!("Bearer {}", key.lines().next().unwrap_or_default().trim());
        answers.push(send(
            From::Attacker,
            place.port,
            &request("DELETE", "/v1/customers/cus_many", &[("Authorization", &bearer)], None),
        ));
    }
    let read = send(
        From::Customer,
        place.port,
        &request("GET", &format!("/relink/sessions/{session}"), &[("Authorization", &bearer)], None),
    );
    let is_refused = answers.iter().all(super::wire::Answer::refuses) && read.is_good();
    Ok(Came::of(
        is_refused,
        format!(
            "{}; the session is {}",
            super::wire::tally(&answers),
            if read.is_good() { "there" } else { "GONE" }
        ),
    ))
}
